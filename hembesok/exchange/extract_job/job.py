"""The extract from end to end: read of one instant, shape, write, note, put in place.

Nothing is written where the delivery should be until all of it is there, and whatever stops the
job, what it made is removed. What is read stands for a while in a hidden folder beside the
delivery, as plain as the delivery itself and no sealed text among it; the folder goes with the job.
"""

import json
import re
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
from django.conf import settings

from hembesok.access.keyring import Keyring
from hembesok.access.keys import keyring
from hembesok.access.models import Site, Staff, Unit
from hembesok.access.sealed import SealedTextField
from hembesok.access.services import trail
from hembesok.analysis.contract import BY_NAME, CLUSTERED, DELIVERY, SOURCED, TABLES
from hembesok.analysis.deliveries import manifest
from hembesok.analysis.steps import Item, Steps, rows_of, steps_of
from hembesok.enrolment.models import (
    Answer,
    Eligibility,
    Enrolment,
    Following,
    Offer,
    SitePeriod,
)
from hembesok.exchange.extract_job import pseudonyms, shaping, source
from hembesok.exchange.tables.faults import FileError
from hembesok.exchange.tables.files import unwritable
from hembesok.families.models import Child, Family, Guardian
from hembesok.forms.answers import from_response
from hembesok.forms.catalogue import form_of
from hembesok.programme.models import ProgrammeVersion
from hembesok.programme.rules.matching import HeldVisit, Matcher
from hembesok.programme.rules.protocol import Kind, Plan
from hembesok.programme.rules.windows import Anchors, windows
from hembesok.visits.models import Attendance, InterpreterBooking, LaterOutcome, Visit
from hembesok.visits.rules.outcomes_later import DONE, LANGUAGE_RESULT, OutcomeKind, one_of

Tell = Callable[[str], None]

ACTION: Final = "tables.extracted"
RECEIVER: Final = "follow-up"
_RECEIVER: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MEMORY: Final = "512MB"

READ: Final = (
    (Site, ("id", "key")),
    (Unit, ("id", "name")),
    (Staff, ("id",)),
    (ProgrammeVersion, ("id", "key", "version")),
    (Family, ("id", "site", "clinic", "language", "interpreter_needed", "deso", "regso",
              "protection")),
    (Guardian, ("family", "first_time_parent")),
    (Child, ("id", "family", "born", "discharged", "merged_into")),
    (SitePeriod, ("site", "kind", "starts", "ends")),
    (Eligibility, ("id", "child", "eligible", "judged")),
    (Offer, ("id", "child", "offered")),
    (Answer, ("id", "offer", "answered", "answer")),
    (Enrolment, ("id", "child", "version", "enrolled", "ended", "end_reason")),
    (Following, ("enrolment", "until")),
    (Visit, ("id", "child", "step", "kind", "booked_for", "outcome", "outcome_on",
             "not_held_reason", "withdrawn_at", "facts_number", "began", "finished")),
    (Attendance, ("visit", "kind", "staff")),
    (InterpreterBooking, ("visit", "came")),
)  # fmt: skip
"""All that is read, by the models' own names; what is sealed is no part of it."""

COLLECTED: Final = ("enrolments", "events", "visits")
"""The tables that a site collects wholly. Of screenings it delivers language after the programme,
and of the others nothing yet: what is not there is missing, not undone."""


class Protected(StrEnum):
    """What becomes of children with protected personal data."""

    LEFT_OUT = "left-out"
    """They are in no table."""
    WITHOUT_PLACE = "without-place"
    """They are counted and marked, without unit and area: for use inside the unit alone."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked for; `version` is key and version of a programme, one of several."""

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
    ring = keyring()
    with duckdb.connect(str(work / "rows.duckdb")) as db:
        db.execute(f"SET memory_limit='{MEMORY}'; SET temp_directory='{_sql(str(work / 'tmp'))}'")
        db.execute("SET TimeZone='UTC'; SET threads=2")
        with source.opened() as site:
            for model, names in READ:
                tell(f"reading {model._meta.verbose_name_plural}")
                reader = site.read(model, *names)
                # Of a table without rows the driver of SQLite guesses that it holds numbers.
                _stored(db, f"raw_{model._meta.model_name}", reader, "COLUMNS(*)::VARCHAR")
            tell("reading outcomes after the programme")
            _screenings(db, site, ring)
        tell("shaping")
        version, others = _version(db, request.version)
        _keys(db, ring, request.receiver)
        steps = steps_of(version.plan)
        _shape(db, request, version, steps)
        _sources(db, request)
        (work / "out").mkdir(mode=0o700)
        rows = {}
        for table in TABLES:
            tell(f"writing {table.name}")
            path = work / "out" / f"{table.name}.parquet"
            query = _filled(shaping.typed(table.name), request, version)
            db.execute(f"COPY ({query}) TO '{_sql(str(path))}' (FORMAT parquet, COMPRESSION zstd)")
            rows[table.name] = _count(db, f"read_parquet('{_sql(str(path))}')")
    told = {name: ([f"{name}.parquet"], count, name in CLUSTERED) for name, count in rows.items()}
    # Last: a folder without it is known to be half written.
    (work / "out" / DELIVERY).write_text(manifest(request.made, told), encoding="utf-8")
    return _Found(rows, others)


def _stored(db: duckdb.DuckDBPyConnection, name: str, reader: Any, columns: str = "*") -> None:
    """Stream rows into a table of the workspace."""
    db.register("reader", reader)
    db.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM reader")  # noqa: S608 — ours
    db.unregister("reader")


def _version(
    db: duckdb.DuckDBPyConnection, asked: tuple[str, str] | None
) -> tuple[ProgrammeVersion, int]:
    """Return the version whose steps are delivered, and how many are enrolled on others."""
    counts = Counter(
        {
            (key, version): number
            for key, version, number in db.execute(
                "SELECT v.key, v.version, count(*) FROM raw_enrolment e"
                " JOIN raw_programmeversion v ON v.id = e.version_id GROUP BY ALL"
            ).fetchall()
        }
    )
    if asked is None and len(counts) > 1:
        listed = ", ".join(f"{key} {version} ({n})" for (key, version), n in sorted(counts.items()))
        raise FileError(
            f"children are enrolled on several versions: {listed}. A delivery is of one: name it"
            " with --programme KEY VERSION, and make one delivery for each."
        )
    known = ProgrammeVersion.objects.select_related("base")
    if asked is None and not counts:
        # Nobody has joined yet: what is offered is the newest.
        found = known.exclude(base=None).order_by("-published", "-pk").first()
    else:
        key, version = asked or next(iter(counts))
        found = known.filter(key=key, version=version).first()
    if found is None:
        name = " ".join(asked or ("", ""))
        raise FileError(f"no version {name!r} is published. hembesok publish-programme FILE")
    return found, sum(counts.values()) - counts[found.key, found.version]


def _keys(db: duckdb.DuckDBPyConnection, ring: Keyring, receiver: str) -> None:
    for name, made, column in (
        ("child", pseudonyms.of_children, "child"),
        ("staff", pseudonyms.of_staff, "number"),
    ):
        found = db.execute(f"SELECT CAST(id AS BIGINT) FROM raw_{name}").fetchall()  # noqa: S608
        numbers = made(ring, receiver, (row for (row,) in found))
        table = pa.table(
            {
                "row": pa.array(numbers.keys(), pa.int64()),
                column: pa.array(numbers.values(), pa.int64()),
            }
        )
        _stored(db, f"key_{name}", table)


def _shape(
    db: duckdb.DuckDBPyConnection, request: Request, version: ProgrammeVersion, steps: Steps
) -> None:
    plan = version.plan
    _stored(db, "delivered_step", pa.Table.from_pylist(rows_of(steps), _STEP))
    numbers = {item.key: item.number for item in steps}
    keys = [
        {"key": key, "step": number, "rank": rank}
        for own, number in numbers.items()
        for rank, key in enumerate(plan.same_visit(own))
    ]
    _stored(db, "step_key", pa.Table.from_pylist(keys, _STEP_KEY))
    for statement in _filled(shaping.VIEWS, request, version).split(";\n\n"):
        db.execute(statement)
    served = list(_served(db.execute(shaping.UNSURE).fetchall(), plan, steps))
    _stored(db, "served", pa.Table.from_pylist(served, _SERVED))
    db.execute(shaping.HELD)


_STEP: Final = pa.schema(
    [("step", pa.int16()), ("joint", pa.bool_())]
    + [
        (column.name, pa.string())
        for column in BY_NAME["steps"].columns
        if column.name not in ("step", "joint")
    ]
)
_STEP_KEY: Final = pa.schema([("key", pa.string()), ("step", pa.int16()), ("rank", pa.int16())])
_SERVED: Final = pa.schema([("visit", pa.int64()), ("step", pa.int16())])


def _served(rows: Iterable[tuple[Any, ...]], plan: Plan, steps: Steps) -> Iterator[dict[str, int]]:
    """Yield which step each visit serves, 0 for none, by the rule that the pages use.

    `rows` are all held visits of the children of whom it is not told by the step alone.
    """
    number = {item.key: item.number for item in steps}
    for _row, of_child in groupby(rows, key=itemgetter(0)):
        visits = list(of_child)
        born, discharged, ended = visits[0][5:8]
        matcher = _matcher(plan, steps, Anchors(born, discharged))
        key_of: dict[int, str] = {item.number: item.key for item in steps}
        # After the child left nothing is of the programme, and nothing is matched.
        counted = [v for v in visits if ended is None or v[4] <= ended]
        held = [HeldVisit(v[4], key_of[v[2]] if v[2] else None, Kind(v[3])) for v in counted]
        matching = matcher.match(held)
        for item, index in zip(steps, matching.serves, strict=True):
            if index is not None:
                yield {"visit": counted[index][1], "step": number[item.key]}
        for index in matching.unplanned:
            yield {"visit": counted[index][1], "step": 0}


def _matcher(plan: Plan, steps: tuple[Item, ...], anchors: Anchors) -> Matcher:
    every = zip(plan.steps, windows(plan.own, anchors) + windows(plan.base, anchors), strict=True)
    by_key = {step.key: window for step, window in every}
    return Matcher([item.step for item in steps], [by_key[item.key] for item in steps])


def _screenings(db: duckdb.DuckDBPyConnection, site: source.Source, ring: Keyring) -> None:
    """Open the language screenings that were written after the programme, to a code each.

    What is sealed is opened batch by batch in memory, and never stored open.
    """
    field = LaterOutcome._meta.get_field("answers")
    if not isinstance(field, SealedTextField):
        raise TypeError("the answers of an outcome are sealed")
    reader = site.sealed(LaterOutcome, "answers", "id", "child", "kind", "day", "form", "corrects")
    corrected: set[str] = set()
    found: dict[str, list[Any]] = defaultdict(list)
    for batch in reader:
        for row in batch.to_pylist():
            corrected.add(row["corrects_id"])
            if row["kind"] != OutcomeKind.LANGUAGE:
                continue
            result = _language(ring.unseal(row["answers"], field.context), row["form"])
            if result is not None:
                found["number"].append(int(row["id"]))
                found["row"].append(int(row["child_id"]))
                found["day"].append(date.fromisoformat(row["day"]))
                found["result"].append(result)
    kept = [n for n, number in enumerate(found["number"]) if str(number) not in corrected]
    schema = {"number": pa.int64(), "row": pa.int64(), "day": pa.date32(), "result": pa.string()}
    columns = {
        name: pa.array([found[name][n] for n in kept], kind) for name, kind in schema.items()
    }
    columns["kind"] = pa.array(["language"] * len(kept), pa.string())
    _stored(db, "screening", pa.table(columns))


def _language(answers: str, form: str) -> str | None:
    """Return what a screening found, in a word of the contract; None where it tells nothing."""
    questions = form_of(form)
    given = from_response(questions, questions.blocks[0], json.loads(answers))
    done, result = one_of(given, DONE), one_of(given, LANGUAGE_RESULT)
    return _RESULTS.get((done, result)) or _RESULTS.get((done, ""))


_RESULTS: Final = {
    ("done", "as-expected"): "clear",
    ("done", "deviation"): "deviation",
    ("declined", ""): "declined",
}
"""What a screening comes to; one that was not done, or is to be done again, to nothing."""


def _sources(db: duckdb.DuckDBPyConnection, request: Request) -> None:
    """Tell of each site what it collects, from the first day its project or its rows tell of."""
    starts = dict(db.execute(f"SELECT site, starts FROM ({shaping.ROWS['sites']})").fetchall())  # noqa: S608
    firsts = dict(db.execute(shaping.SPANS).fetchall())
    rows = []
    for site in sorted(starts):
        days = [day for day in (starts[site], firsts.get(site)) if day is not None]
        first = min([*days, request.as_of])
        for table in SOURCED:
            collected = table in COLLECTED
            rows.append(
                {
                    "site": site,
                    "table": table,
                    "collected": collected,
                    "data_from": first if collected else None,
                    "data_to": request.as_of if collected else None,
                }
            )
    schema = pa.schema(
        {
            "site": pa.string(),
            "table": pa.string(),
            "collected": pa.bool_(),
            "data_from": pa.date32(),
            "data_to": pa.date32(),
        }
    )
    _stored(db, "source", pa.Table.from_pylist(rows, schema))


def _filled(sql: str, request: Request, version: ProgrammeVersion) -> str:
    """Write what was asked for into a query. All of it is ours, and none of it from a row."""
    protected = request.protected is Protected.WITHOUT_PLACE
    values = {
        "$as_of": f"DATE '{request.as_of:%Y-%m-%d}'",
        "$version": f"'{version.pk:d}'",
        "$zone": f"'{_sql(settings.TIME_ZONE)}'",
        "$with_protected": "true" if protected else "false",
    }
    for name, value in values.items():
        sql = sql.replace(name, value)
    return sql


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
