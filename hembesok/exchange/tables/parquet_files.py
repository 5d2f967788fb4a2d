"""Parquet in and out through DuckDB, with the memory it may use set beforehand.

Values are turned to text and put through the same checks as those of a CSV
file, so that the two forms of one table are accepted or refused alike.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from hembesok.exchange.tables.faults import FileError
from hembesok.exchange.tables.reading import Row, Table

_MEMORY: Final = "512MB"
_ROWS_AT_A_TIME: Final = 10_000
_LONGEST_VALUE: Final = 100
"""Characters. No value of ours is longer, and a longer one is refused by its beginning."""

_AS_IT_IS: Final = re.compile(
    r"VARCHAR|ENUM\(.*\)|UUID|DATE|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER", re.DOTALL
)
_TIMESTAMP: Final = re.compile(r"TIMESTAMP(_S|_MS|_NS)?")


class ParquetTable(Table):
    """A Parquet file; its rows are counted from 1, as there is no header line."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), "row")
        self._path = path
        self._types: dict[str, str] = {}
        self._duckdb = _connection(spill_to=None)

    def open(self) -> None:
        """Open the file and read the names and types of its columns."""
        with duckdb_told(self._refusal):
            found = self._duckdb.execute(f"DESCRIBE FROM {_FILE}", [_literal(self._path)])
            self._types = {name: kind for name, kind, *_ in found.fetchall()}
        self.header = list(self._types)

    def close(self) -> None:
        """Let go of the file."""
        self._duckdb.close()

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        """Read the rows as text; an empty value (NULL) reads as ""."""
        chosen = ", ".join(self._expression(name) for name in wanted)
        self.faults.check()
        with duckdb_told(self._refusal):
            found = self._duckdb.execute(f"FROM {_FILE} SELECT {chosen}", [_literal(self._path)])
            line = 0
            while rows := found.fetchmany(_ROWS_AT_A_TIME):
                for line, row in enumerate(rows, start=line + 1):  # noqa: B020 — counted on
                    yield line, row

    def _expression(self, name: str) -> str:
        kind = self._types.get(name)
        column = '"' + name.replace('"', '""') + '"'
        if kind is None:
            return "''"
        if _TIMESTAMP.fullmatch(kind):
            # What other tools write for a day; one with a time of day stays as it is, and
            # is refused for what it is.
            column = (
                f"CASE WHEN {column} = date_trunc('day', {column})"
                f" THEN CAST(CAST({column} AS DATE) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
            )
        elif not _AS_IT_IS.fullmatch(kind):
            what = f"the column {name} is of the type {kind[:40]}"
            self.faults.add(1, name, what, "Save texts, whole numbers and days (DATE)")
        return f"coalesce(left(CAST({column} AS VARCHAR), {_LONGEST_VALUE}), '')"

    def _refusal(self, what: str) -> FileError:
        return FileError(f"{self.name}: cannot be read as Parquet: {what}. Write the file anew.")


def write_parquet(made: Path, out: Path, columns: Mapping[str, str]) -> None:
    """Write a CSV file of ours as Parquet with the given column types, beside it.

    Raises OSError when it cannot be written.
    """
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    rows = (
        "FROM read_csv($made, auto_detect=false, header=true, delim=',', quote='\"',"
        f" escape='\"', nullstr='', hive_partitioning=false, columns={{{types}}})"
    )
    places = {"made": _literal(made), "out": str(out)}
    with (
        _connection(spill_to=made.parent) as connection,
        duckdb_told(lambda what: OSError(0, what)),
    ):
        connection.execute(f"COPY ({rows}) TO $out (FORMAT parquet)", places)


@contextmanager
def duckdb_told(as_error: Callable[[str], Exception]) -> Iterator[None]:
    """Tell what DuckDB says as an error of ours, in one line; Ctrl-C stays what it is."""
    try:
        yield
    except duckdb.Error as error:
        raise as_error(str(error).strip().partition("\n")[0].rstrip(".")) from None
    except RuntimeError as error:
        # A signal handler that raises while a query runs comes out in this disguise.
        if "interrupted" in str(error):
            raise KeyboardInterrupt from None
        raise


# Without hive_partitioning=false a folder named a=b would add a column.
_FILE: Final = "read_parquet(?, hive_partitioning=false)"


def _connection(*, spill_to: Path | None) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute("SET threads = 2")
    connection.execute("SET temp_directory = ?", [str(spill_to or "")])
    return connection


def _literal(path: Path) -> str:
    """Return a path in which DuckDB finds no wildcards."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))
