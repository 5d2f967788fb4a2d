"""Tables of a delivery, loaded beside each other: once as text, once in the contract's types."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import duckdb

from hembesok.analysis.contract import Table, Type
from hembesok.analysis.deliveries import Delivery
from hembesok.analysis.engines.embedded import TYPES, literal
from hembesok.exchange.tables.faults import Faults, shown

MOST_SHOWN: Final = 5
"""Rows told of one fault of one column; the others are counted."""

_WHOLE: Final = re.compile(r"U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER")
_LINE: Final = re.compile(r"[Ll]ine:? (\d+)")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table whose columns are those of the contract; rows are counted through its files."""

    table: Table
    files: str
    rows: int
    clustered: bool


class Store:
    """A database in memory with the tables of a delivery; it spills into a folder."""

    def __init__(self, delivery: Delivery, spill: Path) -> None:
        self._delivery = delivery
        self._db = duckdb.connect(
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        )
        self._db.execute("SET memory_limit = '640MB'")
        self._db.execute("SET threads = 2")
        self._db.execute("SET temp_directory = ?", [str(spill)])

    def __enter__(self) -> Self:
        """Return the store, to be closed afterwards."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of everything."""
        self._db.close()

    def load(self, table: Table) -> Loaded | str:
        """Load a table, or say why it cannot be."""
        files = self._delivery.tables[table.name]
        names = ", ".join(path.name for path in files.paths)
        faults = Faults(f"{table.name} ({names})", "row")
        try:
            for path in files.paths:
                self._check_header(table, path, files.parquet, faults)
            if faults.count:
                return str(faults)
            self._db.execute(
                f'CREATE TEMP {"VIEW" if files.parquet else "TABLE"} "raw_{table.name}" AS '
                + (self._parquet(table, files.paths) if files.parquet else _csv(files.paths))
            )
            typed = ", ".join(
                f'TRY_CAST("{c.name}" AS {TYPES[c.type]}) AS "{c.name}"' for c in table.columns
            )
            self._db.execute(
                f'CREATE TEMP VIEW "{table.name}" AS SELECT row, {typed} FROM "raw_{table.name}"'
            )
            rows = int(self._one(f'SELECT count(*) FROM "raw_{table.name}"'))
        except (duckdb.Error, OSError, UnicodeDecodeError, csv.Error) as error:
            return _broken(faults, error)
        if rows != files.rows:
            what = f"delivery.json says {files.rows:,} rows, and there are {rows:,}"
            faults.add(rows, "", what, "It is half written, or of another day: deliver it anew")
            return str(faults)
        return Loaded(table, names, rows, files.clustered)

    def look(self, wrong: str) -> tuple[int, list[tuple[int, str]]]:
        """Return how many rows are wrong, and the first of them: row, and the value as text."""
        number = int(self._one(f"SELECT count(*) FROM ({wrong})"))
        if not number:
            return 0, []
        query = f"SELECT row, CAST(value AS VARCHAR) FROM ({wrong}) ORDER BY row LIMIT {MOST_SHOWN}"
        found = self._db.execute(query).fetchall()
        return number, [(int(row), "" if value is None else str(value)) for row, value in found]

    def _one(self, query: str) -> Any:
        found = self._db.execute(query).fetchone()
        return None if found is None else found[0]

    def _check_header(self, table: Table, path: Path, parquet: bool, faults: Faults) -> None:
        types = self._types(path) if parquet else dict.fromkeys(_header(path), "VARCHAR")
        known = {column.name for column in table.columns}
        for column in table.columns:
            if column.name not in types:
                faults.add(
                    0, column.name, f"the column is missing in {path.name}",
                    f"Add it; its type is {column.type}",
                )  # fmt: skip
            elif parquet and not _fits(types[column.name], column.type):
                faults.add(
                    0, column.name, f"its type is {types[column.name]} in {path.name}",
                    f"Write it as {column.type}",
                )  # fmt: skip
        for name in types:
            if name not in known:
                faults.add(
                    0, name[:40], f"the column is not of the contract, in {path.name}",
                    "Take it out: what nobody reads may still tell who a person is",
                )  # fmt: skip

    def _types(self, path: Path) -> Mapping[str, str]:
        found = self._db.execute(
            f"DESCRIBE FROM read_parquet('{literal(path)}', hive_partitioning=false)"
        )
        return {name: kind for name, kind, *_ in found.fetchall()}

    def _parquet(self, table: Table, paths: Sequence[Path]) -> str:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        parts, before = [], 0
        for path in paths:
            source = f"read_parquet('{literal(path)}', hive_partitioning=false"
            parts.append(
                f"SELECT file_row_number + {before + 1} AS row, {columns}"
                f" FROM {source}, file_row_number=true)"
            )
            before += int(self._one(f"SELECT count(*) FROM {source})"))
        return " UNION ALL ".join(parts)


def _csv(paths: Sequence[Path]) -> str:
    parts = []
    for path in paths:
        columns = ", ".join(f"'{_quoted(name)}': 'VARCHAR'" for name in _header(path))
        parts.append(
            f"SELECT * FROM read_csv('{literal(path)}', auto_detect=false, header=true,"
            " delim=',', quote='\"', escape='\"', nullstr='', hive_partitioning=false,"
            f" columns={{{columns}}})"
        )
    return f"SELECT row_number() OVER () AS row, * FROM ({' UNION ALL '.join(parts)})"


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file), [])
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise csv.Error(f"the column {shown(twice[0])} stands there twice in {path.name}")
    return names


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _fits(kind: str, wanted: Type) -> bool:
    if wanted in (Type.INT8, Type.INT16, Type.INT32, Type.INT64):
        # Any whole number: whether each fits is asked of the rows.
        return bool(_WHOLE.fullmatch(kind))
    return kind == TYPES[wanted]


def _broken(faults: Faults, error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    text = " ".join(line.strip() for line in lines[:4])[:300].rstrip(".")
    line = _LINE.search(text)
    faults.add(
        int(line[1]) - 1 if line else 0, "", f"it cannot be read: {text}", "Write the file anew"
    )
    return str(faults)
