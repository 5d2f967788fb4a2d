"""The extract from end to end: read of one instant, shape, write, note, put in place.

Nothing is written where the delivery should be until all of it is there, and whatever stops the
job, what it made is removed. What is read stands for a while in a hidden folder beside the
delivery, as plain as the delivery itself and no sealed text among it; the folder goes with the job.
"""

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from hembesok.access.services import trail
from hembesok.analysis.contract import CLUSTERED, DELIVERY, TABLES
from hembesok.analysis.deliveries import manifest
from hembesok.delivery.tables import NoVersionError, Protected, Wanted, make
from hembesok.exchange.extract_job import source
from hembesok.exchange.tables.faults import FileError
from hembesok.exchange.tables.files import unwritable

Tell = Callable[[str], None]

ACTION: Final = "tables.extracted"
RECEIVER: Final = "follow-up"
_RECEIVER: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MEMORY: Final = "512MB"


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked for. `version` is key and version, where there are several."""

    out: Path
    as_of: date
    made: datetime
    receiver: str = RECEIVER
    version: tuple[str, str] | None = None
    protected: Protected = Protected.LEFT_OUT


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written, and what was left out, in numbers."""

    request: Request
    rows: dict[str, int]
    other_versions: int
    seconds: float

    def __str__(self) -> str:
        """Write it for whoever started the job."""
        others = [f"left out, enrolled on another version {self.other_versions}"] * bool(
            self.other_versions
        )
        return "\n".join(
            [
                *(f"{name} {count}" for name, count in self.rows.items()),
                *others,
                f"written: {self.request.out}, in {self.seconds:.1f} seconds",
            ]
        )


def run(request: Request, tell: Tell = lambda words: None) -> Summary:
    """Do the job; raises FileError, and then nothing was written and nothing noted."""
    started = time.monotonic()
    if not _RECEIVER.fullmatch(request.receiver):
        raise FileError(
            f"{request.receiver!r} is no name of a receiver. Use small letters, digits, hyphens."
        )
    _check_out(request.out)
    try:
        with _workspace(request.out) as work:
            found = _extract(request, work, tell)
            # Noted before it is there: what could not be noted does not leave.
            trail.note_system(ACTION, f"{request.receiver}: {found.rows['children']} children")
            _put_in_place(work, request.out)
    except NoVersionError as error:
        raise FileError(str(error)) from None
    except (duckdb.Error, pa.ArrowException) as error:
        first = str(error).strip().partition("\n")[0]
        raise FileError(f"the site's rows cannot be read: {first}") from None
    except OSError as error:
        raise unwritable(request.out, error) from None
    return Summary(request, found.rows, found.other_versions, time.monotonic() - started)


@dataclass(frozen=True, slots=True)
class _Found:
    rows: dict[str, int]
    other_versions: int


def _extract(request: Request, work: Path, tell: Tell) -> _Found:
    with duckdb.connect(str(work / "rows.duckdb")) as db:
        db.execute(f"SET memory_limit='{MEMORY}'; SET temp_directory='{_sql(str(work / 'tmp'))}'")
        db.execute("SET threads=2")
        wanted = Wanted(request.as_of, request.receiver, request.version, request.protected)
        with source.opened() as site:
            made = make(db, site, wanted, tell)
        (work / "out").mkdir(mode=0o700)
        rows = {}
        for table in TABLES:
            tell(f"writing {table.name}")
            path = work / "out" / f"{table.name}.parquet"
            query = made.query(table.name)
            db.execute(f"COPY ({query}) TO '{_sql(str(path))}' (FORMAT parquet, COMPRESSION zstd)")
            rows[table.name] = _count(db, f"read_parquet('{_sql(str(path))}')")
    told = {name: ([f"{name}.parquet"], count, name in CLUSTERED) for name, count in rows.items()}
    # Last: a folder without it is known to be half written.
    (work / "out" / DELIVERY).write_text(manifest(request.made, told), encoding="utf-8")
    return _Found(rows, made.others)


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    (count,) = db.execute(f"SELECT count(*) FROM {table}").fetchall()[0]  # noqa: S608 — ours
    return int(count)


def _sql(text: str) -> str:
    return text.replace("'", "''")


def _check_out(out: Path) -> None:
    """Refuse a place that is not free, and is not an earlier delivery."""
    if not out.parent.is_dir():
        raise FileError(f"{out}: its folder does not exist. Make the folder first.")
    if out.exists() and not out.is_dir():
        raise FileError(f"{out}: is a file. Give the name of a folder.")
    ours = {DELIVERY, *(f"{table.name}.parquet" for table in TABLES)}
    others = {path.name for path in out.iterdir()} - ours if out.exists() else set()
    if others:
        raise FileError(
            f"{out}: holds {sorted(others)[0]!r}, which is not ours. Choose another folder."
        )


@contextmanager
def _workspace(out: Path) -> Iterator[Path]:
    """Give a hidden folder beside the output, for its owner alone, and remove it afterwards."""
    work = Path(tempfile.mkdtemp(prefix=".hembesok-", dir=out.resolve().parent))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _put_in_place(work: Path, out: Path) -> None:
    """Move the finished folder to its name; the earlier one goes with the workspace."""
    if not out.exists():
        (work / "out").rename(out)
        return
    out.rename(work / "before")
    try:
        (work / "out").rename(out)
    except OSError:
        (work / "before").rename(out)
        raise
