"""A site's rows as the tables of the contract, in a database of DuckDB that is thrown away.

What is read stands there as plain as the tables themselves, and no sealed text among it.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import duckdb
import pyarrow as pa
from django.conf import settings

from hembesok.access.keys import keyring
from hembesok.access.models import Site, Staff, Unit
from hembesok.analysis.contract import BY_NAME, SOURCED
from hembesok.analysis.steps import Item, Steps, rows_of, steps_of
from hembesok.delivery import pseudonyms, shaping
from hembesok.delivery.source import Source
from hembesok.enrolment.models import (
    Answer,
    Eligibility,
    Enrolment,
    Following,
    Offer,
    SitePeriod,
)
from hembesok.families.models import Child, Family, Guardian
from hembesok.forms.answers import from_response
from hembesok.forms.catalogue import form_of
from hembesok.funding.models import Attest, Entry, Tranche
from hembesok.programme.models import ProgrammeVersion
from hembesok.programme.rules.matching import HeldVisit, Matcher
from hembesok.programme.rules.protocol import Kind, Plan
from hembesok.programme.rules.windows import Anchors, windows
from hembesok.visits.models import Attendance, InterpreterBooking, LaterOutcome, Visit
from hembesok.visits.rules.outcomes_later import DONE, LANGUAGE_RESULT, OutcomeKind, one_of

Tell = Callable[[str], None]

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
    (Tranche, ("id", "site", "first")),
    (Entry, ("id", "tranche", "kind", "amount", "last", "cost_type", "reverses")),
    (Attest, ("entry",)),
)  # fmt: skip
"""All that is read, by the models' own names; what is sealed is no part of it."""

COLLECTED: Final = ("enrolments", "events", "visits")
"""The tables that every site collects wholly; costs are collected where the money is kept here.
Of screenings it delivers language after the programme, and of the others nothing yet: what is not
there is missing, not undone."""


class Protected(StrEnum):
    """What becomes of children with protected personal data."""

    LEFT_OUT = "left-out"
    """They are in no table."""
    WITHOUT_PLACE = "without-place"
    """They are counted and marked, without unit and area: for use inside the unit alone."""


class NoVersionError(Exception):
    """No version of a programme can be delivered; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted. `version` is key and version of a programme; `LARGEST` is that of most.

    `receiver` is whom the tables are for, and names the numbers of children and staff; without
    one the tables stay where they are made, and the numbers are those of the rows.
    """

    as_of: date
    receiver: str | None = None
    version: tuple[str, str] | None = None
    protected: Protected = Protected.LEFT_OUT


LARGEST: Final = ("", "")


@dataclass(frozen=True, slots=True)
class Made:
    """The tables, as they stand in the database: its version, and how many are on others."""

    wanted: Wanted
    version: ProgrammeVersion
    others: int
    steps: Steps

    def query(self, table: str) -> str:
        """Return the query of a table of the contract, its columns in their order and types."""
        return _filled(shaping.typed(table), self.wanted, self.version)


def make(
    db: duckdb.DuckDBPyConnection, site: Source, wanted: Wanted, tell: Tell = lambda words: None
) -> Made:
    """Read and shape. Raises NoVersionError; what is of other versions is left out."""
    db.execute("SET TimeZone='UTC'")
    for model, names in READ:
        tell(f"reading {model._meta.verbose_name_plural}")
        # Of a table without rows the driver of SQLite guesses that it holds numbers.
        rows = site.read(model, *names)
        _stored(db, f"raw_{model._meta.model_name}", rows, "COLUMNS(*)::VARCHAR")
    tell("reading outcomes after the programme")
    _screenings(db, site)
    tell("shaping")
    version, others = _version(db, wanted.version)
    _keys(db, wanted.receiver)
    made = Made(wanted, version, others, steps_of(version.plan))
    _shape(db, made)
    _sources(db, wanted)
    return made


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
    if asked == LARGEST:
        asked = counts.most_common(1)[0][0] if counts else None
    if asked is None and len(counts) > 1:
        listed = ", ".join(f"{key} {version} ({n})" for (key, version), n in sorted(counts.items()))
        raise NoVersionError(
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
        raise NoVersionError(f"no version {name!r} is published. hembesok publish-programme FILE")
    return found, sum(counts.values()) - counts[found.key, found.version]


def _keys(db: duckdb.DuckDBPyConnection, receiver: str | None) -> None:
    for name, made, column in (
        ("child", pseudonyms.of_children, "child"),
        ("staff", pseudonyms.of_staff, "number"),
    ):
        if receiver is None:
            db.execute(
                f"CREATE TABLE key_{name} AS SELECT id::BIGINT AS row, id::BIGINT AS {column}"  # noqa: S608 — ours
                f" FROM raw_{name}"
            )
            continue
        found = db.execute(f"SELECT CAST(id AS BIGINT) FROM raw_{name}").fetchall()  # noqa: S608
        numbers = made(keyring(), receiver, (row for (row,) in found))
        table = pa.table(
            {
                "row": pa.array(numbers.keys(), pa.int64()),
                column: pa.array(numbers.values(), pa.int64()),
            }
        )
        _stored(db, f"key_{name}", table)


def _shape(db: duckdb.DuckDBPyConnection, made: Made) -> None:
    plan, steps = made.version.plan, made.steps
    _stored(db, "delivered_step", pa.Table.from_pylist(rows_of(steps), _STEP))
    numbers = {item.key: item.number for item in steps}
    keys = [
        {"key": key, "step": number, "rank": rank}
        for own, number in numbers.items()
        for rank, key in enumerate(plan.same_visit(own))
    ]
    _stored(db, "step_key", pa.Table.from_pylist(keys, _STEP_KEY))
    for statement in _filled(shaping.VIEWS, made.wanted, made.version).split(";\n\n"):
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


def _screenings(db: duckdb.DuckDBPyConnection, site: Source) -> None:
    """Make a code of each language screening that was written after the programme.

    What is sealed is opened row by row in memory, and never stored open.
    """
    corrected: set[str] = set()
    found: dict[str, list[Any]] = defaultdict(list)
    plain = ("id", "child", "kind", "day", "form", "corrects")
    for row in site.opened(LaterOutcome, "answers", *plain):
        corrected.add(row["corrects_id"])
        if row["kind"] != OutcomeKind.LANGUAGE:
            continue
        result = _language(row["answers"], row["form"])
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


def _sources(db: duckdb.DuckDBPyConnection, wanted: Wanted) -> None:
    """Tell of each site what it collects, from the first day its project or its rows tell of."""
    starts = dict(db.execute(f"SELECT site, starts FROM ({shaping.ROWS['sites']})").fetchall())  # noqa: S608
    firsts = dict(db.execute(shaping.SPANS).fetchall())
    keeps = dict(db.execute(shaping.KEEPS).fetchall())
    rows = []
    for site in sorted(starts):
        days = [day for day in (starts[site], firsts.get(site)) if day is not None]
        first = min([*days, wanted.as_of])
        for table in SOURCED:
            costs = table == "costs" and site in keeps
            collected = table in COLLECTED or costs
            rows.append(
                {
                    "site": site,
                    "table": table,
                    "collected": collected,
                    "data_from": keeps[site] if costs else first if collected else None,
                    "data_to": wanted.as_of if collected else None,
                }
            )
    schema = pa.schema(
        [
            ("site", pa.string()),
            ("table", pa.string()),
            ("collected", pa.bool_()),
            ("data_from", pa.date32()),
            ("data_to", pa.date32()),
        ]
    )
    _stored(db, "source", pa.Table.from_pylist(rows, schema))


def _filled(sql: str, wanted: Wanted, version: ProgrammeVersion) -> str:
    """Write what was asked for into a query. All of it is ours, and none of it from a row."""
    protected = wanted.protected is Protected.WITHOUT_PLACE
    values = {
        "$as_of": f"DATE '{wanted.as_of:%Y-%m-%d}'",
        "$version": f"'{version.pk:d}'",
        "$zone": f"'{_sql(settings.TIME_ZONE)}'",
        "$with_protected": "true" if protected else "false",
    }
    for name, value in values.items():
        sql = sql.replace(name, value)
    return sql


def _sql(text: str) -> str:
    return text.replace("'", "''")
