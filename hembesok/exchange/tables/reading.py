"""What a CSV and a Parquet file have in common: a header, and rows of text."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from types import TracebackType
from typing import Self

from hembesok.exchange.tables.faults import Faults, shown

Row = tuple[int, Sequence[str]]
"""The line a row begins on, and the values asked for in the order asked for."""


class Table(ABC):
    """An open table. Its header is read when it is opened, its rows once, in order."""

    def __init__(self, name: str, unit: str) -> None:
        self.name = name
        self.faults = Faults(name, unit)
        self.header: Sequence[str] = ()

    @abstractmethod
    def open(self) -> None:
        """Open the file and read the header; raises FileError."""

    @abstractmethod
    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        """Read the rows; a wanted column that is not there reads as "".

        A row that is no row (too few fields, too many) is noted among the
        faults and passed over; a file that breaks off raises FileError.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""

    def __enter__(self) -> Self:
        """Return the table, to be closed afterwards."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the file."""
        self.close()

    def need(self, *columns: str) -> None:
        """Refuse the file when a column is missing."""
        for column in columns:
            if column not in self.header:
                near = get_close_matches(column, self.header, n=1)
                remedy = (
                    f"Did you mean {shown(near[0])}? Name it {column}"
                    if near
                    else f"Add a column {column}; the file has {some(self.header)}"
                )
                self.faults.add(1, "", f"the column {column} is missing", remedy)
        self.faults.check()

    def others(self, known: Sequence[str]) -> list[str]:
        """Return the columns that are not among the known ones."""
        return [column for column in self.header if column not in known]

    def _check_header(self) -> None:
        twice = {name for name in self.header if self.header.count(name) > 1}
        for name in sorted(twice):
            what = f"the column {shown(name)} stands there more than once"
            self.faults.add(1, "", what, "Keep one of them")
        self.faults.check()


def some(names: Sequence[str], most: int = 12) -> str:
    """Write a list of names short enough for a message."""
    words = [shown(name).strip("'") or "(no name)" for name in names[:most]]
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return ", ".join(words + more)
