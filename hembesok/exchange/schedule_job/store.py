"""The job's own database: checked children and visits, kept on disk and not in memory.

One SQLite file in the workspace, written once and thrown away; so it needs no
journal. Days are stored as ordinals (`date.toordinal`), and what is said of a
visit is packed into one number, which makes ten million visits 150 MB.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NamedTuple, Self

CACHE_MIB: Final = 64
_KINDS: Final = 8
_STEPS: Final = 65536
"""More than the kinds and steps there can be; both are packed with the day of a visit."""


class Child(NamedTuple):
    """One row of the children file; days are ordinals, `line` is where it stands."""

    line: int
    name: str
    born: int
    enrolled: int | None
    ended: int | None
    discharged: int | None


def pack(day: int, step: int, kind: int) -> int:
    """Pack a visit into one number: the ordinal of its day, and the places of step and kind."""
    return (day * _STEPS + step) * _KINDS + kind


def unpack(packed: int) -> tuple[int, int, int]:
    """Return what `pack` was given."""
    rest, kind = divmod(packed, _KINDS)
    day, step = divmod(rest, _STEPS)
    return day, step, kind


class Store:
    """Children in the order of their file, and visits to be read child by child."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "store.sqlite3", isolation_level=None)
        # Sorting goes by way of files, which must not land in a /tmp kept in memory. The
        # pragma is old and for the whole process, and there is no other way to say it.
        with suppress(UnicodeEncodeError):
            _sort_in(str(folder), self._db)
        for pragma in _PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        """Return the store, to be closed afterwards."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the database; its folder is removed by whoever made it."""
        self._db.close()
        with closing(sqlite3.connect(":memory:")) as other:
            _sort_in("", other)

    def add_children(self, children: Iterable[Child]) -> None:
        """Add children in the order of their file."""
        self._db.executemany(
            "INSERT INTO child (line, name, born, enrolled, ended, discharged)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            children,
        )

    def index_children(self) -> None:
        """Make children quick to find by name; once, when all are there."""
        self._db.execute("CREATE INDEX child_name ON child (name, n, born)")

    def repeated(self) -> Iterator[tuple[int, int, str]]:
        """Yield line, first line and name of each child whose name stood there before."""
        yield from self._db.execute(
            "WITH twins AS"
            " (SELECT name, min(n) AS first FROM child GROUP BY name HAVING count(*) > 1)"
            " SELECT again.line, before.line, again.name FROM twins"
            " JOIN child AS again ON again.name = twins.name AND again.n > twins.first"
            " JOIN child AS before ON before.n = twins.first"
        )

    def named(self, names: Collection[str]) -> dict[str, tuple[int, int]]:
        """Return number and day of birth of the children with these names."""
        found = self._db.execute(
            "SELECT name, n, born FROM child WHERE name IN (SELECT value FROM json_each(?))",
            [json.dumps(list(names))],
        )
        return {name: (n, born) for name, n, born in found}

    def add_visits(self, visits: list[tuple[int, int]]) -> None:
        """Add visits, as child's number and packed visit, in the order of their file."""
        self._db.executemany("INSERT INTO visit (child, packed) VALUES (?, ?)", visits)

    def children(self) -> Iterator[tuple[int, Child]]:
        """Yield each child's number and row, in the order of the file."""
        found = self._db.execute(
            "SELECT n, line, name, born, enrolled, ended, discharged FROM child ORDER BY n"
        )
        for n, *row in found:
            yield n, Child(*row)

    def visits(self, *, in_order: bool) -> Iterator[tuple[int, int]]:
        """Return child's number and packed visit, child by child, each child's in file order.

        `in_order` says that they were added so, which spares sorting them.
        """
        order = "n" if in_order else "child, n"
        return self._db.execute(f"SELECT child, packed FROM visit ORDER BY {order}")  # noqa: S608 — ours, not given


_PRAGMAS: Final = (
    "journal_mode = OFF",
    "synchronous = OFF",
    "locking_mode = EXCLUSIVE",
    "secure_delete = OFF",
    "temp_store = FILE",
    f"cache_size = -{CACHE_MIB * 1024}",
)
_TABLES: Final = """
    CREATE TABLE child (
        n INTEGER PRIMARY KEY, line INTEGER NOT NULL, name TEXT NOT NULL, born INTEGER NOT NULL,
        enrolled INTEGER, ended INTEGER, discharged INTEGER
    );
    CREATE TABLE visit (n INTEGER PRIMARY KEY, child INTEGER NOT NULL, packed INTEGER NOT NULL);
"""


def _sort_in(folder: str, db: sqlite3.Connection) -> None:
    quoted = folder.replace("'", "''")
    db.execute(f"PRAGMA temp_store_directory = '{quoted}'")
