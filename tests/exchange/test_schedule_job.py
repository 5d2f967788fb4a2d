"""The headless job on real visits and on drawn ones: right, the same in every form, and small."""

import csv
import json
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import FrameType

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hembesok.exchange.schedule_job import job
from hembesok.exchange.schedule_job.store import pack, unpack
from hembesok.exchange.tables.faults import FileError
from hembesok.exchange.tables.parquet_files import duckdb_told
from hembesok.programme.reader import read_file
from hembesok.programme.rules.matching import HeldVisit
from hembesok.programme.rules.protocol import Kind, Plan, plan
from hembesok.programme.rules.schedule import ChildSchedule, Schedule
from hembesok.programme.rules.states import Membership
from hembesok.programme.rules.windows import Anchors
from tests.exchange.runs import (
    AS_OF,
    DUTCH,
    Row,
    arguments,
    as_parquet,
    command,
    names_in,
    read_rows,
    schedule,
    write_rows,
)
from tests.need import ROOT, shared_data

PROTOCOLS = ROOT / "hembesok" / "programme" / "protocols"
BORN = date(2021, 3, 31)
"""The published visits have ages and no dates, so every child is given one birth."""


# Real visits


def real_visits() -> list[Row]:
    """Return the published visits; a row of age 0 is the birth, which is no visit."""
    return [
        row
        for row in read_rows(shared_data("visits", "smocc_200_visits.csv"))
        if row["age_days"] != "0"
    ]


def expected_coverage(half_width: int) -> dict[int, int]:
    """Return by target day how many children have a visit in the window."""
    rows = read_rows(shared_data("visits", "expected_coverage.csv"))
    return {
        int(row["target_days"]): int(row["children_with_visit_in_window"])
        for row in rows
        if row["half_width_days"] == str(half_width)
    }


def clinic_programme(targets: Iterable[int], half_width: int) -> str:
    """Return a programme with a clinic visit at each target, as wide to both sides."""
    head = 'format = 1\nkey = "widths"\nversion = "1"\ntitle = { sv = "Bredder", en = "Widths" }\n'
    steps = [
        f'[[steps]]\nkey = "day-{target}"\nkind = "clinic"\ntitle = {{ sv = "Dag", en = "Day" }}\n'
        f'opens = "{max(0, target - half_width)} days"\ntarget = "{target} days"\n'
        f'closes = "{target + half_width} days"\n'
        for target in targets
    ]
    return head + "".join(steps)


def real_files(folder: Path, *, dated: bool = False) -> tuple[Path, Path]:
    """Write the real children and visits as the job wants them."""
    rows = real_visits()
    names = sorted({row["child_id"] for row in rows})
    children = write_rows(
        folder / "children.csv", ["child_id", "born"], [(name, BORN) for name in names]
    )
    visits = folder / "visits.csv"
    if dated:
        days = [(row["child_id"], BORN + timedelta(int(row["age_days"]))) for row in rows]
        return children, write_rows(visits, ["child_id", "date"], days)
    columns = list(rows[0])
    return children, write_rows(visits, columns, [[row[name] for name in columns] for row in rows])


def in_window(rows: list[Row]) -> Counter[str]:
    """Count by step the rows whose visit was held in the window."""
    return Counter(row["step"] for row in rows if row["in_window"] == "true")


@pytest.mark.parametrize("half_width", [7, 14])
def test_coverage_of_real_visits_is_the_published_one(half_width, tmp_path):
    """Where windows do not overlap, one visit to a step and counting per window agree."""
    expected = expected_coverage(half_width)
    programme = tmp_path / "widths.toml"
    programme.write_text(clinic_programme(expected, half_width), encoding="utf-8")
    rows, _ = schedule(tmp_path, *real_files(tmp_path), programme=programme)
    assert len(expected) == 9
    assert in_window(rows) == {f"day-{target}": n for target, n in expected.items()}


def test_overlapping_windows_are_never_counted_twice(tmp_path):
    """At 30 days to each side 271 visits lie in two windows: the table is an upper bound.

    The published count of the first month takes the births along: day 0 is 30
    days before its target.
    """
    expected = expected_coverage(30)
    visits = real_visits()
    everything = read_rows(shared_data("visits", "smocc_200_visits.csv"))
    for target, count in expected.items():
        covered = {v["child_id"] for v in everything if abs(int(v["age_days"]) - target) <= 30}
        assert len(covered) == count
    programme = tmp_path / "widths.toml"
    programme.write_text(clinic_programme(expected, 30), encoding="utf-8")
    rows, _ = schedule(tmp_path, *real_files(tmp_path), programme=programme)
    counted = in_window(rows)
    assert all(counted[f"day-{target}"] <= count for target, count in expected.items())
    assert sum(counted.values()) < sum(expected.values())
    assert_one_step_a_visit(rows, Counter((v["child_id"], int(v["age_days"])) for v in visits))


def test_the_dutch_clinic_programme_on_real_visits(tmp_path):
    rows, summary = schedule(tmp_path, *real_files(tmp_path))
    counted = in_window(rows)
    steps = [step.key for step in PLANS[DUTCH, None].steps]
    assert [counted[step] for step in steps] == list(expected_coverage(14).values())
    assert len(rows) == 141 * 9
    assert {row["state"] for row in rows} == {"done", "late", "missed"}
    ages = Counter((v["child_id"], int(v["age_days"])) for v in real_visits())
    assert_one_step_a_visit(rows, ages)
    served = sum(row["visit_date"] != "" for row in rows)
    assert served + summary.unplanned == summary.visits.read == ages.total()
    assert summary.ignored == {
        str(tmp_path / "visits.csv"): [
            "age_years",
            "sex",
            "gestation_weeks",
            "birth_weight_g",
            "height_cm",
            "height_z",
        ]
    }


def assert_one_step_a_visit(rows: list[Row], held: Counter[tuple[str, int]]) -> None:
    """No visit may serve two steps: as many rows with a day as there are visits on it, at most."""
    served = Counter(
        (row["child_id"], (date.fromisoformat(row["visit_date"]) - BORN).days)
        for row in rows
        if row["visit_date"]
    )
    assert served <= held


@pytest.mark.parametrize("dated", [False, True])
def test_every_form_of_the_same_files_gives_the_same_table(dated, tmp_path):
    children, visits = real_files(tmp_path, dated=dated)
    expected, _ = schedule(tmp_path, children, visits)
    when = {"date": "DATE"} if dated else {"age_days": "SMALLINT"}
    typed = (
        as_parquet(children, born="TIMESTAMP", child_id="BIGINT"),
        as_parquet(visits, child_id="BIGINT", **when),
    )
    assert schedule(tmp_path, *typed)[0] == expected
    plain = as_parquet(children), as_parquet(visits)
    assert schedule(tmp_path, *plain, out="out.parquet")[0] == expected
    assert schedule(tmp_path, *typed, out="out2.parquet")[0] == expected


def test_the_order_of_visits_changes_nothing_when_they_are_different(tmp_path):
    """Visits need not stand child by child; the output keeps the order of the children."""
    children, visits = real_files(tmp_path)
    expected, _ = schedule(tmp_path, children, visits)
    header, *rows = visits.read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(1).shuffle(rows)  # noqa: S311 — no secret
    visits.write_text(header + "".join(rows), encoding="utf-8")
    assert schedule(tmp_path, children, visits)[0] == expected


# A second opinion on drawn files


@dataclass(frozen=True)
class Drawn:
    """One child of a drawn file."""

    name: str
    born: date
    enrolled: date | None
    ended: date | None
    discharged: date | None
    visits: tuple[HeldVisit, ...]


NEONATAL = Path(__file__).parent / "neonatal.toml"
PLANS: dict[tuple[Path, Path | None], Plan] = {
    (DUTCH, None): plan(read_file(DUTCH)),
    (NEONATAL, None): plan(read_file(NEONATAL)),
    (PROTOCOLS / "skaggetorp-2021.1.toml", PROTOCOLS / "se-national-2024.1.toml"): plan(
        read_file(PROTOCOLS / "skaggetorp-2021.1.toml"),
        read_file(PROTOCOLS / "se-national-2024.1.toml"),
    ),
}
# Names that CSV must quote, that look like formulas, numbers or nothing, and the longest one.
NAMES = ["7", "007", 'a "b", c', "a,b", "=1+1", "NULL", " x", "åäö", "é\u2028", "x" * 64, "-"]
EDGES = [date(2020, 2, 29), date(2021, 1, 31), date(2021, 12, 31), date(2023, 12, 31), AS_OF]


@st.composite
def some_children(draw: st.DrawFn, found: Plan) -> list[Drawn]:
    """Draw a few children whose visits lie at the edges of windows, before and after the day."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    return [draw(one_child(name, found)) for name in names]


@st.composite
def one_child(draw: st.DrawFn, name: str, found: Plan) -> Drawn:
    born = draw(st.sampled_from(EDGES) | st.dates(date(2020, 1, 1), AS_OF))
    later = st.none() | st.integers(0, 900).map(lambda n: born + timedelta(n))
    enrolled, ended, discharged = draw(later), draw(later), draw(later)
    if enrolled and ended and ended < enrolled:
        enrolled, ended = ended, enrolled
    windows = Schedule(found, Anchors(born, discharged)).windows
    ends = {day for w in windows for day in (w.opens, w.target, w.closes, w.grace_ends)}
    days = sorted({born, AS_OF, *(day + timedelta(n) for day in ends for n in (-1, 0, 1))})
    visit = st.builds(
        HeldVisit,
        on=st.sampled_from([day for day in days if day >= born]),
        step=st.none() | st.sampled_from([step.key for step in found.steps]),
        kind=st.none() | st.sampled_from(Kind),
    )
    return Drawn(name, born, enrolled, ended, discharged, tuple(draw(st.lists(visit, max_size=8))))


def by_the_engine(found: Plan, child: Drawn) -> ChildSchedule:
    """Ask the engine itself, which has its own second opinions in tests/rules."""
    whole = Schedule(found, Anchors(child.born, child.discharged))
    return whole.on(AS_OF, child.visits, Membership(child.enrolled, child.ended))


def rows_of(child: Drawn, found: ChildSchedule) -> list[list[str]]:
    """Write what the engine says as the job should."""
    return [
        [
            child.name,
            row.step.key,
            *(str(day) for day in (row.window.opens, row.window.target, row.window.closes)),
            row.state.value,
            str(row.visit_date or ""),
            "" if row.days_from_target is None else str(row.days_from_target),
            {None: "", True: "true", False: "false"}[row.in_window],
        ]
        for row in found.steps
    ]


# Parquet seldom, since each of its files costs as much as twenty of CSV.
seldom = st.integers(0, 7).map(lambda n: n == 7)


@given(st.data(), st.sampled_from(list(PLANS)), st.booleans(), seldom)
def test_the_job_says_what_the_engine_says(data, files, aged, parquet):
    programme, base = files
    found = PLANS[files]
    drawn = data.draw(some_children(found))
    held = data.draw(st.permutations([(child, v) for child in drawn for v in child.visits]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        children = write_rows(
            folder / "children.csv",
            ["discharged", "born", "child_id", "ended", "enrolled"],
            [(c.discharged, c.born, c.name, c.ended, c.enrolled) for c in drawn],
        )
        visits = write_rows(
            folder / "visits.csv",
            ["kind", "child_id", "age_days" if aged else "date", "step"],
            [(v.kind, c.name, (v.on - c.born).days if aged else v.on, v.step) for c, v in held],
        )
        if parquet:
            children, visits = as_parquet(children), as_parquet(visits)
        out = "out.parquet" if parquet else "out.csv"
        rows, summary = schedule(folder, children, visits, programme=programme, base=base, out=out)
        assert names_in(folder) <= {
            "children.csv",
            "visits.csv",
            "children.parquet",
            "visits.parquet",
            out,
        }
    # The engine settles a tie by the order of the file, so it is asked in that order.
    in_file = [
        Drawn(
            c.name, c.born, c.enrolled, c.ended, c.discharged, tuple(v for d, v in held if d is c)
        )
        for c in drawn
    ]
    opinions = [by_the_engine(found, child) for child in in_file]
    expected = [
        row for child, said in zip(in_file, opinions, strict=True) for row in rows_of(child, said)
    ]
    assert [list(row.values()) for row in rows] == expected
    assert len(rows) == len(drawn) * len(found.steps)
    assert summary.states == {
        state: sum(row["state"] == state for row in rows) for state in summary.states
    }
    assert sum(summary.states.values()) == len(rows)
    counted_visits(summary, in_file, opinions)
    for child in in_file:
        served = Counter(
            row["visit_date"]
            for row in rows
            if row["child_id"] == child.name
            and row["visit_date"]
            and row["step"] not in found.mirrors
        )
        assert served <= Counter(str(visit.on) for visit in child.visits)


def counted_visits(
    summary: job.Summary, children: list[Drawn], opinions: list[ChildSchedule]
) -> None:
    """Every visit is counted once: served a step, unplanned, or ignored for its day."""
    after = sum(visit.on > AS_OF for child in children for visit in child.visits)
    left = sum(
        child.ended is not None and child.ended < visit.on <= AS_OF
        for child in children
        for visit in child.visits
    )
    assert summary.visits.read == sum(len(child.visits) for child in children)
    assert summary.visits.after_day == after
    assert summary.after_leaving == left
    assert summary.unplanned == sum(len(said.unplanned) for said in opinions)
    serving = sum(len({row.visit for row in said.steps} - {None}) for said in opinions)
    assert serving + summary.unplanned + after + left == summary.visits.read


@given(st.integers(1, date.max.toordinal()), st.integers(0, 60_000), st.integers(0, 4))
@example(1, 0, 0)
def test_a_packed_visit_is_unpacked_the_same(day, step, kind):
    assert unpack(pack(day, step, kind)) == (day, step, kind)


# Small files by hand


def two_files(folder: Path, children: str, visits: str) -> tuple[Path, Path]:
    """Write two files as they are given."""
    paths = folder / "children.csv", folder / "visits.csv"
    for path, text in zip(paths, (children, visits), strict=True):
        path.write_bytes(text.encode())
    return paths


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_marks_and_quoted_lines_are_read(end, mark, tmp_path):
    note = f'"two{end}lines, one ""quoted"""'
    children = f"{mark}child_id,born,note{end}a,2021-01-31,{note}{end}b,2021-02-01,"
    visits = f'{mark}"child_id",date{end}"a",2021-03-02{end}{end}'
    rows, summary = schedule(tmp_path, *two_files(tmp_path, children, visits))
    assert (summary.children, summary.visits.read, len(rows)) == (2, 1, 18)
    assert [row["step"] for row in rows if row["visit_date"] == "2021-03-02"] == ["month-1"]


def test_no_visits_at_all_is_a_table_of_unheld_steps(tmp_path):
    files = two_files(tmp_path, "child_id,born\na,2023-12-01\n", "child_id,date\n")
    rows, summary = schedule(tmp_path, *files)
    assert [row["state"] for row in rows] == ["due", *["upcoming"] * 8]
    assert (summary.visits.read, summary.unplanned) == (0, 0)


def test_visits_after_the_day_and_after_leaving_are_counted_and_ignored(tmp_path):
    files = two_files(
        tmp_path,
        "child_id,born,ended\na,2022-01-01,2022-03-01\n",
        "child_id,date\na,2022-01-31\na,2022-03-03\na,2024-01-02\n",
    )
    rows, summary = schedule(tmp_path, *files)
    assert [row["state"] for row in rows] == ["done", *["ended"] * 8]
    assert (summary.visits.after_day, summary.after_leaving, summary.unplanned) == (1, 1, 0)


def test_a_visit_written_twice_leaves_one_unplanned(tmp_path):
    files = two_files(
        tmp_path,
        "child_id,born\na,2022-01-01\n",
        "child_id,age_days,step\na,30,month-1\na,30,month-1\n",
    )
    rows, summary = schedule(tmp_path, *files)
    assert (summary.unplanned, sum(row["visit_date"] != "" for row in rows)) == (1, 1)


def test_booked_and_declined_are_never_written(tmp_path):
    _, summary = schedule(
        tmp_path, *two_files(tmp_path, "child_id,born\na,2022-01-01\n", "child_id,date\n")
    )
    assert not {"booked", "declined"} & set(summary.states)


def test_a_child_with_endless_visits_is_refused(tmp_path):
    files = two_files(
        tmp_path, "child_id,born\na,2022-01-01\n", "child_id,age_days\n" + "a,30\n" * 10_001
    )
    with pytest.raises(FileError, match=r"visits\.csv: the child 'a' has more than 10,000 visits"):
        schedule(tmp_path, *files)
    assert names_in(tmp_path) == {"children.csv", "visits.csv"}


def test_an_old_output_is_replaced_whole_and_through_a_link(tmp_path):
    files = two_files(tmp_path, "child_id,born\na,2022-01-01\n", "child_id,date\n")
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "out.csv").symlink_to(tmp_path / "real.csv")
    rows, _ = schedule(tmp_path, *files)
    assert (tmp_path / "out.csv").is_symlink()
    assert read_rows(tmp_path / "real.csv") == rows


def test_names_with_wildcards_are_names(tmp_path):
    """DuckDB would take them for patterns, and a=b for a column."""
    folder = tmp_path / "[1]*?'" / "a=b"
    folder.mkdir(parents=True)
    files = two_files(folder, "child_id,born\na,2022-01-01\n", "child_id,date\na,2022-01-31\n")
    expected, _ = schedule(folder, *files)
    files = as_parquet(files[0]), as_parquet(files[1])
    rows, summary = schedule(folder, *files, out="out[2].parquet")
    assert (rows, summary.ignored) == (expected, {})


# The command


def test_the_command_writes_the_table_and_says_what_it_did(tmp_path):
    files = two_files(
        tmp_path,
        "child_id,born,sex\na,2021-01-01,x\nb,2021-01-01,x\n",
        "child_id,date,note\na,2021-01-31,x\na,2021-02-01,x\na,2024-01-02,x\n",
    )
    done = command(arguments(*files, tmp_path / "out.csv"))
    assert (done.returncode, done.stderr) == (0, "")
    for words in (
        "children 2",
        "visits 3",
        "ignored, after 2024-01-01 1",
        "unplanned 1",
        "steps 18",
        "done 1",
        "missed 17",
        f"ignored columns of {files[0]}: sex",
        f"ignored columns of {files[1]}: note",
        "seconds",
    ):
        assert words in done.stdout
    assert names_in(tmp_path) == {"children.csv", "visits.csv", "out.csv"}
    assert len(read_rows(tmp_path / "out.csv")) == 18


def test_the_command_lays_the_programme_beside_its_base(tmp_path):
    files = two_files(tmp_path, "child_id,born\na,2022-01-01\n", "child_id,date\n")
    programme, base = next(pair for pair in PLANS if pair[1])
    given = [*arguments(*files, tmp_path / "out.csv", programme=programme), "--base", str(base)]
    assert command(given).returncode == 0
    steps = [row["step"] for row in read_rows(tmp_path / "out.csv")]
    assert steps == [step.key for step in PLANS[programme, base].steps]


def many_children(folder: Path, number: int) -> tuple[Path, Path]:
    """Write a file of many children, born on many days, with ten visits each, all mixed."""
    drawn = random.Random(number)  # noqa: S311 — no secret
    births = [date(2020, 1, 1) + timedelta(n) for n in range(1000)]
    children = write_rows(
        folder / "children.csv",
        ["child_id", "born"],
        ((f"child-{n}", births[n % 1000]) for n in range(number)),
    )
    mixed = (drawn.randrange(number) for _ in range(10 * number))
    visits = write_rows(
        folder / "visits.csv", ["child_id", "age_days"], ((f"child-{n}", n % 900) for n in mixed)
    )
    return children, visits


def peak_mib(given: list[str]) -> float:
    """Run the job in a process of its own and return the peak of its memory."""
    code = (
        "import json, resource, sys\n"
        "from hembesok.project.cli import main\n"
        "main(json.loads(sys.argv[1]))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(given)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return int(done.stderr.split()[-1]) / 1024


def test_memory_does_not_grow_with_the_files(tmp_path):
    """Held in memory, 400,000 visits more would take 60 MiB and more."""
    peaks = []
    for number in (10_000, 50_000):
        folder = tmp_path / str(number)
        folder.mkdir()
        peaks.append(peak_mib(arguments(*many_children(folder, number), folder / "out.csv")))
    assert peaks[1] - peaks[0] < 30, peaks


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_job_leaves_nothing_behind(number, tmp_path):
    files = many_children(tmp_path, 20_000)
    given = arguments(*files, tmp_path / "out.csv")
    with subprocess.Popen(
        [sys.executable, "-m", "hembesok.project.cli", *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        # A test run started in the background has Ctrl-C turned off, and passes that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:
        try:
            wait_until(lambda: any(name.startswith(".hembesok-") for name in names_in(tmp_path)))
            time.sleep(0.5)
            running.send_signal(number)
            _, said = running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 130
    assert "stopped; nothing was written" in said
    assert "Traceback" not in said
    assert names_in(tmp_path) == {"children.csv", "visits.csv"}


def test_stopping_while_duckdb_works_is_stopping(tmp_path):
    """DuckDB turns Ctrl-C into an error of its own, which must not pass for a broken file."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with (
            duckdb.connect() as db,
            pytest.raises(KeyboardInterrupt),
            duckdb_told(lambda what: AssertionError(what)),
        ):
            db.execute("COPY (FROM range(100000000)) TO ?", [str(tmp_path / "out.parquet")])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def wait_until(true: Callable[[], bool]) -> None:
    """Wait, a minute at most."""
    give_up = time.monotonic() + 60
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path):
    """A limit on the size of files stands for a full disk: writing fails half-way."""
    files = many_children(tmp_path, 5_000)
    done = command(
        arguments(*files, tmp_path / "out.csv"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)),
    )
    assert done.returncode == 2
    assert "out.csv: cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert names_in(tmp_path) == {"children.csv", "visits.csv"}


def test_progress_is_told_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setattr(job, "_SELDOM", 0.0)
    told: list[str] = []
    children, visits = many_children(tmp_path, 3_000)
    request = job.Request(DUTCH, children, visits, AS_OF, tmp_path / "out.csv")
    job.run(request, told.append)
    assert "visits read: 20,000" in told
    assert "children written: 3,000" in told


def test_output_is_plain_csv(tmp_path):
    files = two_files(tmp_path, 'child_id,born\n"=cmd|"" , x",2022-01-01\n', "child_id,date\n")
    schedule(tmp_path, *files)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        header, first, *_ = csv.reader(file, strict=True)
    assert header == [
        "child_id",
        "step",
        "opens",
        "target",
        "closes",
        "state",
        "visit_date",
        "days_from_target",
        "in_window",
    ]
    assert first == [
        '=cmd|" , x',
        "month-1",
        "2022-01-17",
        "2022-01-31",
        "2022-02-14",
        "missed",
        "",
        "",
        "",
    ]
