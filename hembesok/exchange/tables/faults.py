"""What is wrong with a file, told so that whoever made it can mend it in one go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST_SHOWN: Final = 100
"""Faults told of one file. Whoever has more has made one mistake many times."""

_LONGEST_SHOWN: Final = 40


class FileError(Exception):
    """A file that cannot be used or written; the message names it, the fault and the remedy."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the line it stands on, the column ("" when it is the whole line).

    A remedy that takes work to find is a function: most faults of a bad file are
    only counted.
    """

    line: int
    column: str
    what: str
    remedy: str | Callable[[], str]


class Faults:
    """The faults of one file: the first hundred by line, and how many there are.

    `unit` is what the file is counted in: the lines of a CSV file (the header is
    line 1) or the rows of a Parquet file (the first is row 1).
    """

    def __init__(self, name: str, unit: str = "line") -> None:
        self.name = name
        self.unit = unit
        self.count = 0
        self._first: list[Fault] = []

    def add(self, line: int, column: str, what: str, remedy: str | Callable[[], str]) -> None:
        """Note a fault. They may come out of order, since some rows are checked in batches."""
        self.count += 1
        self._first.append(Fault(line, column, what, remedy))
        # A file of ten million bad rows must not fill the memory with complaints.
        if len(self._first) > 20 * MOST_SHOWN:
            self._sort()

    def refuse(self, line: int, column: str, what: str, remedy: str) -> FileError:
        """Return the refusal after a fault that leaves nothing more to be read."""
        self.add(line, column, what, remedy)
        return FileError(str(self))

    def check(self) -> None:
        """Raise FileError if there is any fault."""
        if self.count:
            raise FileError(str(self))

    def __str__(self) -> str:
        """Write a line for each fault, then how many more there are."""
        self._sort()
        lines = [self._line(fault) for fault in self._first]
        if self.count > len(lines):
            lines.append(f"{self.name}: and {self.count - len(lines):,} more")
        return "\n".join(lines)

    def _sort(self) -> None:
        self._first.sort(key=lambda fault: fault.line)
        del self._first[MOST_SHOWN:]

    def _line(self, fault: Fault) -> str:
        column = f", column {fault.column}" if fault.column else ""
        remedy = fault.remedy if isinstance(fault.remedy, str) else fault.remedy()
        end = "" if remedy.endswith("?") else "."
        return f"{self.name}, {self.unit} {fault.line}{column}: {fault.what}. {remedy}{end}"


def shown(text: str) -> str:
    """Return a value fit for a message: quoted, short, and with nothing a terminal obeys."""
    quoted = repr(text[: _LONGEST_SHOWN + 1])
    return quoted if len(quoted) <= _LONGEST_SHOWN else f"{quoted[: _LONGEST_SHOWN - 1]}…"
