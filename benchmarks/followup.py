"""Follow-up at scale: ours beside the limit and beside others, in one run, on the same rows.

    python -m benchmarks.followup 100000 --folder var/followup

makes a fictitious register of so many children with thirty-one steps and about thirty events each
(once), and asks of each competitor, in a process of its own: the state of every step of every
child; measures by area and quarter of birth; what one unit has to do. Wall and CPU seconds are
those of the work, without the start of Python; memory is the process's peak. All that answer the
same question must give the same answer, or the run fails. Table and picture go to the folder.

`scan` reads the columns and adds them up: nothing that looks at every event is quicker. Polars is
not among our libraries; it is asked where it is installed.
"""

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hembesok.analysis.contract import DELIVERY, SOURCED, TABLES
from hembesok.analysis.deliveries import manifest
from hembesok.analysis.engines import schema_of
from hembesok.analysis.states import EARLY, NAMES, Rule
from hembesok.analysis.steps import Steps, steps_of
from hembesok.programme.reader import read_file
from hembesok.programme.rules.protocol import plan

HERE: Final = Path(__file__).resolve().parent
PROGRAMME: Final = HERE / "thirty_one"
ON: Final = date(2026, 6, 30)
EPOCH: Final = date(1970, 1, 1)
TODAY: Final = (ON - EPOCH).days
UNIT: Final = "7"
NONE: Final = np.int32(-(2**31))
AREAS: Final = 50
DJANGO_CHILDREN: Final = 1_000
"""A loop over Django's rows takes a thousand times as long; so few are enough."""


def steps() -> Steps:
    """Return the thirty-one steps, numbered as the events name them."""
    own, base = read_file(PROGRAMME / "own.toml"), read_file(PROGRAMME / "base.toml")
    return steps_of(plan(own, base))


def windows() -> list[tuple[int, str, bool, int, int, int]]:
    """Return number, key, whether it is for those who joined in time, opens, closes, grace."""
    return [
        (i.number, i.key, i.own, i.step.opens.days, i.step.closes.days,
         i.step.grace.days if i.step.grace else 0)
        for i in steps()
    ]  # fmt: skip


# --- The register ------------------------------------------------------------------------------


def make(n: int, folder: Path) -> None:
    """Write a delivery of `n` children: events in the order of recording, and child by child."""
    if (folder / "clustered" / DELIVERY).exists():
        return
    dice = np.random.default_rng(n)
    child = 1000 + np.cumsum(dice.integers(1, 4, n))
    born = (TODAY - dice.integers(0, 6 * 365, n)).astype(np.int32)
    joined = np.minimum(born + np.where(dice.random(n) < 0.9, dice.integers(0, 45, n),
                                        dice.integers(45, 600, n)), TODAY)  # fmt: skip
    joined = np.maximum(joined, born).astype(np.int32)
    left = joined + dice.integers(10, 1200, n)
    left = np.where((dice.random(n) < 0.15) & (left <= TODAY), left, NONE).astype(np.int32)
    children = {
        "child": pa.array(child, pa.int64()),
        "born": _days(born),
        "site": pa.array(np.full(n, "north")),
        "unit": pa.array(dice.integers(0, max(8, n // 500), n).astype(str)),
        "area": pa.array(
            np.minimum(AREAS - 1, dice.beta(1.2, 2.5, n) * AREAS).astype(int).astype(str)
        ),
        "protected": pa.array(np.zeros(n, bool)),
    }
    enrolments = {
        "child": children["child"],
        "eligible": pa.array(np.ones(n, bool)),
        "enrolled": _days(joined),
        "ended": _days(left),
    }
    events = _events(dice, child, born, joined, left)
    others = {
        "sites": {"site": pa.array(["north"])},
        "areas": {"area": pa.array([str(a) for a in range(AREAS)]),
                  "area_type": pa.array([str(a % 5 + 1) for a in range(AREAS)])},
        "sources": {
            "site": pa.array(["north"] * len(SOURCED)),
            "table": pa.array(SOURCED),
            "collected": pa.array([name in ("events", "enrolments") for name in SOURCED]),
            "data_from": _covers(date(2000, 1, 1)), "data_to": _covers(ON),
        },
    }  # fmt: skip
    for name in ("recorded", "clustered"):
        _deliver(folder / name, {"children": children, "enrolments": enrolments, **others}, events,
                 clustered=name == "clustered")  # fmt: skip


def _days(days: "np.ndarray[Any, Any]") -> pa.Array:
    return pa.array(days.astype(np.int32), mask=days == NONE).cast(pa.date32())


def _covers(day: date) -> pa.Array:
    return pa.array([day if t in ("events", "enrolments") else None for t in SOURCED], pa.date32())


def _events(dice: Any, child: Any, born: Any, joined: Any, left: Any) -> pa.Table:
    n, parts = len(child), []
    end = np.where(left == NONE, TODAY, left)
    keen = dice.beta(8, 2, n)

    def add(who: Any, step: Any, planned: Any, actual: Any, status: int, value: Any) -> None:
        parts.append((child[who], np.full(len(who), step, np.int16), planned, actual,
                      np.full(len(who), status, np.int8), value))  # fmt: skip

    for number, key, own, opens, closes, _ in windows():
        begun = (born + opens <= end) & (~np.bool_(own) | (born + closes >= joined))
        who = np.flatnonzero(begun & (dice.random(n) < 0.55 + 0.45 * keen))
        m = len(who)
        late = np.where(dice.random(m) < 0.12, dice.exponential(25, m), 0)
        day = (
            born[who] + opens + (dice.beta(2, 2.5, m) * (closes - opens) * 1.15 + late).astype(int)
        )
        value = dice.integers(0, 3, m) if key == "n06" else np.full(m, -1)
        done = day <= end[who]
        none = np.full(m, NONE)
        add(who[done], number, day[done], day[done], 1, value[done])
        ahead = ~done & (left[who] == NONE)
        add(who[ahead], number, day[ahead], none[ahead], 0, none[ahead])
        twice = done & (dice.random(m) < 0.01) & (day + 3 <= end[who])
        add(who[twice], number, day[twice], day[twice] + 3, 1, value[twice])
        before = done & (dice.random(m) < 0.14)
        add(who[before], number, day[before] - 5, none[before], 2, none[before])
    who = np.repeat(np.arange(n), dice.poisson(8, n))
    day = born[who] + (dice.random(len(who)) ** 2 * np.maximum(1, end - born)[who]).astype(int)
    add(who, 0, np.full(len(who), NONE), day, 1, np.full(len(who), NONE))
    c, step, planned, actual, status, value = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    order = np.argsort(np.where(actual == NONE, planned, actual), kind="stable")
    columns = [c, step, planned.astype(np.int32), actual.astype(np.int32), status, value]
    c, step, planned, actual, status, value = (column[order] for column in columns)
    return pa.table(
        {"child": pa.array(c, pa.int64()), "step": pa.array(step, pa.int16()),
         "planned": _days(planned), "actual": _days(actual), "status": pa.array(status, pa.int8()),
         "value": pa.array(np.maximum(value, -1).astype(np.int16), mask=value < 0)}
    )  # fmt: skip


def _deliver(folder: Path, tables: dict[str, Any], events: pa.Table, *, clustered: bool) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    told = {}
    for table in TABLES:
        schema = schema_of(table.name)
        mine = tables.get(table.name, {})
        rows = len(next(iter(mine.values()))) if mine else 0
        full = pa.table({f.name: mine.get(f.name, pa.nulls(rows, f.type)) for f in schema})
        if table.name == "events":
            full = (
                events.sort_by([("child", "ascending"), ("step", "ascending")])
                if clustered
                else events
            )
        path = folder / f"{table.name}.parquet"
        pq.write_table(full.cast(schema), path, compression="zstd", row_group_size=122_880)
        told[table.name] = ([path.name], full.num_rows, clustered)
    made = datetime(ON.year, ON.month, ON.day, tzinfo=UTC)
    (folder / DELIVERY).write_text(manifest(made, told))


# --- The competitors ---------------------------------------------------------------------------

Answer = tuple[str, str, str]
"""Digests of states, measures and the unit's list."""


def digest(rows: Iterable[Sequence[object]]) -> str:
    """Return a digest of rows in their order."""
    found = hashlib.sha256()
    for row in rows:
        found.update((",".join("" if v is None else str(v) for v in row) + "\n").encode())
    return found.hexdigest()[:12]


def scan(folder: Path) -> None:
    """Read all columns that are needed, and add them up."""
    with duckdb.connect(config={"threads": 2}) as db:
        day = "- DATE '1970-01-01'"
        db.execute(
            f"SELECT sum(child), sum(step), sum(actual {day}), sum(status), sum(value),"
            f" sum(planned {day}) FROM '{folder}/recorded/events.parquet'"
        ).fetchall()
        db.execute(
            f"SELECT sum(child), sum(born {day}), count(area), count(unit) FROM"
            f" '{folder}/recorded/children.parquet'"
        ).fetchall()


def _ours(folder: Path, name: str, **more: Any) -> Path:
    from hembesok.exchange.follow_up_job.job import Request, run

    out = folder / f"out-{name}-{os.getpid()}"
    usual: dict[str, Any] = {
        "programme": PROGRAMME / "own.toml", "base": PROGRAMME / "base.toml",
        "measures": PROGRAMME / "measures.toml", "by": (("area", "quarter"),),
        "rule": Rule.EIGHT, "unit": UNIT, "states": True,
    }  # fmt: skip
    summary = run(Request(folder / name, ON, out, **usual | more))
    sys.stderr.write(f"{summary}\n")
    return out


def recorded(folder: Path) -> Path:
    """Ask hembesok follow-up, the events in the order of recording."""
    return _ours(folder, "recorded")


def clustered(folder: Path) -> Path:
    """Ask hembesok follow-up, the events child by child, as our own extract writes them."""
    return _ours(folder, "clustered")


def kept(folder: Path) -> Path:
    """Ask hembesok follow-up with a kept state, after one more day's events; upkeep counted."""
    return _ours(folder, "kept", keep=folder / "state")


def product(folder: Path) -> Path:
    """Ask for the shipped indicators: a programme in months, ten states, five groupings."""
    from hembesok.analysis.answers import USUAL

    protocols = HERE.parent / "hembesok" / "programme" / "protocols"
    return _ours(
        folder, "clustered", programme=protocols / "skaggetorp-2021.1.toml",
        base=protocols / "se-national-2024.1.toml", measures=None, by=USUAL, rule=Rule.TEN, unit="",
    )  # fmt: skip


def long_form(folder: Path) -> Any:
    """Ask DuckDB in the form of a textbook: a row for each child and step."""
    rows = ", ".join(
        f"({n}, '{key}', {own}, {opens}, {closes}, {grace})"
        for n, key, own, opens, closes, grace in windows()
    )
    with duckdb.connect(config={"threads": 2}) as db:
        db.execute("SET preserve_insertion_order = false")
        db.execute(f"CREATE TABLE step AS SELECT * FROM (VALUES {rows}) AS v(n, key, own, o, c, g)")
        where = folder / "recorded"
        files = {name: where / f"{name}.parquet" for name in ("events", "children", "enrolments")}
        db.execute(_LONG.format(**files, on=ON))
        states = db.execute("SELECT n, state, count(*) FROM long GROUP BY ALL").fetchall()
        figures = db.execute(_LONG_FIGURES).fetchall()
    return states, figures


_LONG: Final = """
CREATE TEMP TABLE long AS
SELECT child, n, key, area, quarter, en, ex, age, v, CASE
  WHEN own AND c < en THEN 'not_applicable' WHEN h BETWEEN o AND c THEN 'done'
  WHEN h IS NOT NULL THEN 'late' WHEN ex <= age AND ex <= c + g THEN 'ended'
  WHEN age < o THEN 'upcoming' WHEN age <= c THEN 'due' WHEN age <= c + g THEN 'overdue'
  ELSE 'missed' END AS state
FROM (
  SELECT ch.child, n, key, own, o, c, g, ch.area, year(born) * 4 + quarter(born) - 1 AS quarter,
    enrolled - born AS en, ended - born AS ex, DATE '{on}' - born AS age, d.a - born AS h, d.v
  FROM '{children}' AS ch JOIN '{enrolments}' AS e USING (child) CROSS JOIN step
  LEFT JOIN (
    SELECT child, step, min(actual) AS a, max(value) AS v FROM '{events}'
    WHERE status = 1 AND step > 0 AND actual <= DATE '{on}' GROUP BY child, step
  ) AS d ON d.child = ch.child AND d.step = n)
"""
_LONG_FIGURES: Final = """
WITH per AS (
  SELECT child, any_value(area) AS area, any_value(quarter) AS quarter, any_value(age) AS age,
    any_value(en) AS en, any_value(ex) AS ex,
    count(*) FILTER (key IN ('h1','h2','h3','h4','h5','h6','c1','c2') AND state = 'done') AS most,
    count(*) FILTER (key IN ('rv1','rv2','rv3','hx1','hx2','hx3') AND state = 'done') AS vax,
    max(v) FILTER (key = 'n06' AND state IN ('done', 'late')) AS fed
  FROM long GROUP BY child)
SELECT area, quarter, count(*),
  count(*) FILTER (age > 690 AND (ex IS NULL OR ex > 690) AND most >= 6),
  count(*) FILTER (age > 690 AND (ex IS NULL OR ex > 690)),
  count(*) FILTER (age >= 365 AND en <= 365 AND (ex IS NULL OR ex > 365)),
  count(*) FILTER (age >= 365 AND en <= 365),
  count(*) FILTER (age > 400 AND (ex IS NULL OR ex > 400) AND vax = 6),
  count(*) FILTER (age > 400 AND (ex IS NULL OR ex > 400)),
  count(*) FILTER (fed >= 1), count(fed)
FROM per GROUP BY ALL
"""


def polars_wide(folder: Path) -> Any:
    """Ask Polars, tuned: one group by child with a minimum for each step, states as columns."""
    import polars as pl

    where, col = folder / "recorded", pl.col

    def day(name: str) -> Any:
        return col(name).to_physical().cast(pl.Int32)

    done = (
        pl.scan_parquet(where / "events.parquet")
        .filter((col("status") == 1) & (col("step") > 0))
        .select("child", "step", "value", a=day("actual"))
        .filter(col("a") <= TODAY)
        .group_by("child")
        .agg(
            *(col("a").filter(col("step") == n).min().alias(f"a{n}") for n, *_ in windows()),
            v=col("value").filter(col("step") == _number("n06")).max(),
        )
    )
    child = (
        pl.scan_parquet(where / "children.parquet")
        .join(pl.scan_parquet(where / "enrolments.parquet"), on="child")
        .select("child", "area", "unit", b=day("born"), en=day("enrolled") - day("born"),
                ex=day("ended") - day("born"), age=TODAY - day("born"),
                quarter=col("born").dt.year() * 4 + col("born").dt.quarter() - 1)
        .join(done, on="child", how="left")
    )  # fmt: skip
    wide = child.with_columns(**{f"s{w[0]}": _polars_state(pl, *w) for w in windows()}).collect()
    states = [
        (n, state, count)
        for n, *_ in windows()
        for state, count in wide[f"s{n}"].value_counts().iter_rows()
    ]
    most = pl.sum_horizontal(
        *(col(f"s{_number(k)}") == 3 for k in ("h1", "h2", "h3", "h4", "h5", "h6", "c1", "c2"))
    )
    vax = pl.sum_horizontal(
        *(col(f"s{_number(k)}") == 3 for k in ("rv1", "rv2", "rv3", "hx1", "hx2", "hx3"))
    )

    def there(days: int) -> Any:
        return (col("age") > days) & (col("ex").is_null() | (col("ex") > days))

    joined = (col("age") >= 365) & (col("en") <= 365)
    fed = col(f"s{_number('n06')}").is_in([3, 4]) & col("v").is_not_null()
    figures = (
        wide.lazy().group_by("area", "quarter").agg(
            pl.len(), (there(690) & (most >= 6)).sum().alias("1"), there(690).sum().alias("2"),
            (joined & (col("ex").is_null() | (col("ex") > 365))).sum().alias("3"),
            joined.sum().alias("4"), (there(400) & (vax == 6)).sum().alias("5"),
            there(400).sum().alias("6"), (fed & (col("v") >= 1)).sum().alias("7"),
            fed.sum().alias("8"),
        ).collect().rows()
    )  # fmt: skip
    return [(n, NAMES[s], c) for n, s, c in states], figures


def _number(key: str) -> int:
    return next(w[0] for w in windows() if w[1] == key)


def _polars_state(pl: Any, n: int, key: str, own: bool, o: int, c: int, g: int) -> Any:
    held, age, ex = pl.col(f"a{n}") - pl.col("b"), pl.col("age"), pl.col("ex")
    state = pl.when(pl.lit(own) & (pl.lit(c) < pl.col("en"))).then(8)
    for condition, code in (
        (held.is_between(o, c), 3), (held.is_not_null(), 4), ((ex <= age) & (ex <= c + g), 9),
        (age < o, 0), (age <= c, 1), (age <= c + g, 5),
    ):  # fmt: skip
        state = state.when(condition).then(code)
    return state.otherwise(6).cast(pl.Int8)


def django_loop(folder: Path) -> Any:
    """Ask Django's rows in a loop, on SQLite, as a page would: a thousand children."""
    import django
    from django.conf import settings
    from django.db import connection, models

    settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3",
                                              "NAME": str(folder / "loop.sqlite3")}})  # fmt: skip
    django.setup()

    class Child(models.Model):
        born = models.DateField()
        enrolled = models.DateField()
        ended = models.DateField(null=True)

        class Meta:
            app_label = "loop"

    class Event(models.Model):
        child = models.ForeignKey(Child, models.CASCADE, related_name="events")
        step = models.IntegerField()
        actual = models.DateField(null=True)
        status = models.IntegerField()

        class Meta:
            app_label = "loop"

    (folder / "loop.sqlite3").unlink(missing_ok=True)
    with connection.schema_editor() as editor:
        editor.create_model(Child)
        editor.create_model(Event)
    with duckdb.connect() as db:
        where = folder / "clustered"
        rows = db.execute(
            f"SELECT child, born, enrolled, ended FROM '{where}/children.parquet' JOIN"
            f" '{where}/enrolments.parquet' USING (child) ORDER BY child LIMIT {DJANGO_CHILDREN}"
        ).fetchall()
        Child._base_manager.bulk_create(
            Child(id=c, born=b, enrolled=e, ended=x) for c, b, e, x in rows
        )
        events = db.execute(
            f"SELECT child, step, actual, status FROM '{where}/events.parquet'"
            f" WHERE child <= {rows[-1][0]}"
        ).fetchall()
        Event._base_manager.bulk_create(
            Event(child_id=c, step=s, actual=a, status=t) for c, s, a, t in events
        )
    started = time.process_time()
    counts: Counter[tuple[int, str]] = Counter()
    child: Any
    for child in Child._base_manager.prefetch_related("events").iterator(chunk_size=500):
        first: dict[int, date] = {}
        for event in child.events.all():
            if event.status == 1 and event.step and event.actual <= ON:
                first[event.step] = min(first.get(event.step, event.actual), event.actual)
        for window in windows():
            counts[window[0], _plain_state(child, first.get(window[0]), *window[2:])] += 1
    return time.process_time() - started


def _plain_state(child: Any, held: date | None, own: bool, o: int, c: int, g: int) -> str:
    opens, closes = child.born + timedelta(o), child.born + timedelta(c)
    if own and closes < child.enrolled:
        return "not_applicable"
    if held is not None:
        return "done" if opens <= held <= closes else "late"
    ends = closes + timedelta(g)
    if child.ended and child.ended <= ON and child.ended <= ends:
        return "ended"
    if opens > ON:
        return "upcoming"
    return "due" if closes >= ON else "overdue" if ends >= ON else "missed"


COMPETITORS: Final[dict[str, Callable[[Path], Any]]] = {
    "scan": scan,
    "clustered": clustered,
    "recorded": recorded,
    "kept": kept,
    "product": product,
    "long_form": long_form,
    "polars_wide": polars_wide,
    "django_loop": django_loop,
}


# --- Asking them ---------------------------------------------------------------------------------


def ask(name: str, folder: Path) -> dict[str, Any]:
    """Ask one competitor in this process, and return what it took and what it answered."""
    import hembesok.exchange.follow_up_job.job  # noqa: F401 — the start is not the work

    if name == "kept":
        _one_more_day(folder)
    wall, cpu = time.perf_counter(), time.process_time()
    found = COMPETITORS[name](folder)
    taken = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    if name == "django_loop":
        taken = {"wall": found, "cpu": found}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"name": name, **taken, "peak": peak, "answer": _answer(name, found)}


def _one_more_day(folder: Path) -> None:
    """Keep a state without the last day's events, then deliver them as a file of their own."""
    from hembesok.exchange.follow_up_job.job import Request, run

    where = folder / "kept"
    shutil.rmtree(where, ignore_errors=True)
    shutil.rmtree(folder / "state", ignore_errors=True)
    shutil.copytree(folder / "clustered", where)
    with duckdb.connect() as db:
        old = folder / "clustered" / "events.parquet"
        for file, condition in (("events", "IS DISTINCT FROM"), ("day", "=")):
            db.execute(
                f"COPY (FROM '{old}' WHERE actual {condition} DATE '{ON}')"
                f" TO '{where}/{file}.parquet' (COMPRESSION zstd)"
            )
        counts = [
            db.execute(f"SELECT count(*) FROM '{where}/{f}.parquet'").fetchone()
            for f in ("events", "day")
        ]
    rows = [int(count[0]) for count in counts if count]
    told = json.loads((where / DELIVERY).read_text())
    told["tables"]["events"] |= {"files": ["events.parquet"], "rows": rows[0], "clustered": False}
    (where / DELIVERY).write_text(json.dumps(told))
    out = folder / "out-before"
    own, base, measures = (PROGRAMME / f"{n}.toml" for n in ("own", "base", "measures"))
    run(
        Request(
            where, ON, out, programme=own, base=base, measures=measures, rule=Rule.EIGHT,
            keep=folder / "state",
        )
    )  # fmt: skip
    shutil.rmtree(out)
    told["tables"]["events"] |= {"files": ["events.parquet", "day.parquet"], "rows": sum(rows)}
    (where / DELIVERY).write_text(json.dumps(told))


def _answer(name: str, found: Any) -> list[str]:
    """Return digests that all who were asked the same question must share."""
    if name in ("scan", "django_loop", "product"):
        if isinstance(found, Path):
            shutil.rmtree(found)
        return []
    if isinstance(found, Path):
        answer = [*_our_answer(found)]
        shutil.rmtree(found)
        return answer
    states, figures = found
    return [digest(sorted(states)), digest(sorted(figures))]


def _our_answer(out: Path) -> tuple[str, str]:
    with duckdb.connect() as db:
        counted: Counter[tuple[int, str]] = Counter()
        for n, *_ in windows():
            rows = db.execute(
                f"SELECT s{n}, count(*) FROM '{out}/states.parquet' GROUP BY 1"
            ).fetchall()
            for code, count in rows:
                # The others have one word for what was done outside its window.
                counted[n, "late" if code == EARLY else NAMES[code]] += count
        figures: dict[tuple[str, int], list[int]] = {}
        for row in db.execute(
            f'SELECT "group", indicator, numerator, denominator, denominator + missing +'
            f" not_applicable FROM '{out}/figures.parquet' WHERE indicator IN"
            " ('most', 'one-year', 'vaccinated', 'breastfed')"
        ).fetchall():
            area, _, quarter = row[0].partition(" + ")
            year, _, part = quarter.partition(" Q")
            mine = figures.setdefault((area, int(year) * 4 + int(part) - 1), [row[4]])
            mine += row[2:4]
    states = sorted((n, state, count) for (n, state), count in counted.items())
    return digest(states), digest(sorted((*key, *counts) for key, counts in figures.items()))


def main() -> int:
    """Make the register, ask everybody, compare, and write table and picture."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.followup")
    parser.add_argument("children", type=int)
    parser.add_argument("--folder", type=Path, default=Path("var/followup"))
    parser.add_argument("--only", choices=COMPETITORS, action="append")
    parser.add_argument("--ask", choices=["make", *COMPETITORS], help=argparse.SUPPRESS)
    given = parser.parse_args()
    folder = (given.folder / str(given.children)).resolve()
    if given.ask == "make":
        make(given.children, folder)
        return 0
    if given.ask:
        sys.stdout.write(json.dumps(ask(given.ask, folder)) + "\n")
        return 0
    asking = [sys.executable, "-m", "benchmarks.followup", str(given.children)]
    asking += ["--folder", str(given.folder), "--ask"]
    # In a process of its own, too: a peak of memory is handed down to those it starts.
    subprocess.run([*asking, "make"], check=True)
    results = []
    for name in given.only or COMPETITORS:
        done = subprocess.run([*asking, name], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.stderr.write(f"{name}: {done.stderr.strip().splitlines()[-1]}\n")
            continue
        results.append(json.loads(done.stdout))
        sys.stderr.write(f"{name}: {results[-1]}\n")
    answers = {tuple(one["answer"]) for one in results if one["answer"]}
    if len(answers) > 1:
        sys.stderr.write("The answers differ.\n")
        return 1
    (folder / "followup.md").write_text(table(results, given.children))
    (folder / "followup.svg").write_text(picture(results))
    sys.stdout.write(table(results, given.children))
    return 0


def table(results: Sequence[dict[str, Any]], children: int) -> str:
    """Return the results as a table in Markdown, each beside the scan."""
    limit = next((one for one in results if one["name"] == "scan"), None)
    lines = [
        f"{children:,} children, 2 threads",
        "",
        "| | wall s | CPU s | CPU us a child | peak MiB | wall, scans | CPU, scans |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in results:
        n = DJANGO_CHILDREN if one["name"] == "django_loop" else children
        scans = [one[kind] / n * children / limit[kind] if limit else 0 for kind in ("wall", "cpu")]
        lines.append(
            f"| {one['name']} | {one['wall']:.2f} | {one['cpu']:.2f} | {one['cpu'] / n * 1e6:.1f} |"
            f" {one['peak']} | {scans[0]:.1f} | {scans[1]:.1f} |"
        )
    return "\n".join(lines) + "\n"


def picture(results: Sequence[dict[str, Any]]) -> str:
    """Return CPU seconds as bars on one scale, without the loop, which would dwarf them."""
    shown = [one for one in results if one["name"] != "django_loop"]
    most = max((one["cpu"] for one in shown), default=1) or 1
    bars = "".join(
        f'<text x="0" y="{30 * n + 20}">{one["name"]}</text>'
        f'<rect x="120" y="{30 * n + 5}" width="{400 * one["cpu"] / most:.1f}" height="20"/>'
        f'<text x="{130 + 400 * one["cpu"] / most:.1f}" y="{30 * n + 20}">{one["cpu"]:.2f} s</text>'
        for n, one in enumerate(shown)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 {30 * len(shown) + 10}"'
        ' font-family="sans-serif" font-size="14" fill="#24556b"><title>CPU seconds</title>'
        f"{bars}</svg>\n"
    )


if __name__ == "__main__":
    sys.exit(main())
