"""`hembesok follow-up`: from delivered tables to figures, whole or not at all."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from hembesok.analysis.answers import USUAL
from hembesok.analysis.steps import Item, rows_of
from hembesok.exchange.follow_up_job.job import Request, groupings, run
from hembesok.exchange.tables.faults import FileError
from hembesok.programme.rules.matching import HeldVisit, Matcher
from hembesok.programme.rules.protocol import Kind, Step, Words
from hembesok.programme.rules.windows import Anchors, windows
from hembesok.values.dates import Span
from tests.analysis.delivering import Rows, deliver, sources
from tests.exchange.runs import command, names_in
from tests.need import ROOT, shared_data

AS_OF = date(2024, 6, 30)
BORN = date(2021, 1, 31)
OWN = Span(months=4), Span(months=4, days=14), Span(months=5)


def step(number: int, key: str, opens: Span, target: Span, closes: Span, **more: Any) -> Item:
    """Return a step of the extended programme."""
    made = Step(key, Words(key, key), Kind.HOME, opens, target, closes, **more)
    return Item(number, "own", joint=True, step=made)


def family(**more: Any) -> Rows:
    """Return a delivery of one child at one site, enrolled at birth, with one step."""
    rows: Rows = {
        "sites": [{"site": "north"}],
        "children": [{"child": 1, "born": BORN, "site": "north", "protected": False}],
        "enrolments": [
            {"child": 1, "programme": "p", "version": "1", "eligible": True, "offered": BORN,
             "answered": BORN, "answer": "yes", "enrolled": BORN}
        ],
        "steps": rows_of((step(1, "home-1", *OWN),)),
        "events": [{"child": 1, "step": 1, "actual": BORN + timedelta(120), "status": 1}],
        "screenings": [
            {"child": 1, "kind": "epds", "day": BORN + timedelta(40), "result": "done"}
        ],
        "sources": sources(["north"]),
    }  # fmt: skip
    rows["enrolments"][0] |= more
    return rows


def figures(folder: Path, rows: Rows, on: date = AS_OF, **more: Any) -> dict[str, tuple[int, ...]]:
    """Run the job and return by indicator and detail: numerator, denominator, missing."""
    delivery = deliver(folder / "delivery", rows)
    run(Request(delivery, on, folder / "out", by=((),), **more))
    return {
        f"{row['indicator']} {row['detail']}".strip(): (
            row["numerator"], row["denominator"], row["missing"],
        )
        for row in pq.read_table(folder / "out" / "figures.parquet").to_pylist()
    }  # fmt: skip


def _language(rows: Rows, day: date) -> None:
    rows["screenings"].append({"child": 1, "kind": "language", "day": day, "result": "deviation"})


def test_a_language_result_after_the_programme_counts(tmp_path):
    rows = family(ended=date(2023, 2, 1), end_reason="completed")
    _language(rows, date(2023, 12, 1))
    # 41 months after 31 January is 1 July: there is no 31 June. That day belongs to the window.
    found = figures(tmp_path / "last", rows, date(2024, 7, 1))
    assert found["lang_done"] == (0, 0, 0)
    found = figures(tmp_path, rows, date(2024, 7, 2))
    assert found["lang_done"] == (1, 1, 0)
    assert found["lang_deviation"] == (1, 1, 0)


@pytest.mark.parametrize("reason", ["moved", "project_over"])
def test_who_is_no_longer_followed_is_censored(tmp_path, reason):
    rows = family(ended=date(2023, 2, 1), end_reason=reason)
    rows["children"][0]["followed_until"] = date(2023, 2, 1)
    found = figures(tmp_path, rows, date(2024, 7, 2))
    assert found["lang_done"] == (0, 0, 0)
    assert found["retention 6-12 months"] == (1, 1, 0)


@pytest.mark.parametrize("reason", ["moved", "died", "project_over"])
def test_who_is_cut_off_has_not_dropped_out(tmp_path, reason):
    found = figures(tmp_path, family(ended=date(2021, 9, 1), end_reason=reason))
    assert found["attrition 6-12 months"] == (0, 0, 0)
    assert found["retention 6-12 months"] == (0, 0, 0)
    left = figures(tmp_path / "left", family(ended=date(2021, 9, 1), end_reason="left"))
    assert left["attrition 6-12 months"] == (1, 1, 0)


def test_prolonging_the_project_takes_back_exactly_those_it_had_ended(tmp_path):
    """Five families: cut off, left, moved, through with it, and one of another site."""
    ended = date(2021, 5, 10)  # the window of the step closes on 1 July
    reasons = ["project_over", "left", "moved", "completed", "project_over"]
    rows = family()
    rows["sites"] = [{"site": "north", "ends": ended}, {"site": "south", "ends": ended}]
    rows["sources"] = sources(["north", "south"])
    rows["children"] = [
        {"child": n, "born": BORN, "site": "south" if n == 4 else "north", "protected": False}
        for n in range(5)
    ]
    rows["enrolments"] = [
        {"child": n, "programme": "p", "version": "1", "eligible": True, "enrolled": BORN,
         "ended": ended, "end_reason": reason}
        for n, reason in enumerate(reasons)
    ]  # fmt: skip
    rows["events"], rows["screenings"] = [], []
    on = date(2021, 6, 5)
    assert _states(tmp_path / "before", rows, on) == ["ended"] * 5
    rows["sites"][0]["ends"] = date(2022, 12, 31)
    after = _states(tmp_path / "after", rows, on)
    assert after == ["due", "ended", "ended", "ended", "ended"]


def _states(folder: Path, rows: Rows, on: date) -> list[str]:
    from hembesok.analysis.states import NAMES

    rows["events"] = rows["events"] or [{"child": 1, "step": 0, "actual": BORN, "status": 1}]
    run(Request(deliver(folder / "delivery", rows), on, folder / "out", states=True))
    found = pq.read_table(folder / "out" / "states.parquet").sort_by("child")
    return [NAMES[code] for code in found["s1"].to_pylist()]


def test_what_a_site_does_not_collect_is_missing_and_not_no(tmp_path):
    rows = family()
    late = date(2021, 6, 15)
    rows["sources"] = [
        row | {"data_from": late} if row["table"] in ("events", "screenings") else row
        for row in rows["sources"]
    ]
    rows["events"], rows["screenings"][0]["day"] = (
        [{"child": 1, "step": 0, "actual": late, "status": 1}],
        BORN + timedelta(1),
    )
    found = figures(tmp_path, rows)
    assert found["dose_received all"] == (0, 0, 1)
    assert found["epds_done done"] == (0, 0, 1)


# --- The Dutch clinics -----------------------------------------------------------------------


def _dutch(width: int) -> tuple[Rows, dict[str, int]]:
    """Return the clinics' visits as a delivery, and the counts that are published of them.

    The published counts take the day of birth for a visit where a window reaches it; it is
    delivered as a contact outside the programme.
    """
    folder = shared_data("visits")
    with (folder / "expected_coverage.csv").open() as file:
        expected = {
            f"month-{row['target_month']}": (int(row["target_days"]),
                                             int(row["children_with_visit_in_window"]))
            for row in csv.DictReader(file)
            if int(row["half_width_days"]) == width
        }  # fmt: skip
    steps = tuple(
        step(n, key, Span(days=day - width), Span(days=day), Span(days=day + width), grace=Span())
        for n, (key, (day, _)) in enumerate(expected.items(), start=1)
    )
    ages = defaultdict(list)
    with (folder / "smocc_200_visits.csv").open() as file:
        for row in csv.DictReader(file):
            ages[int(row["child_id"])].append(int(row["age_days"]))
    rows: Rows = {
        "sites": [{"site": "clinic"}],
        "steps": rows_of(steps),
        "children": [], "enrolments": [], "events": [],
        "sources": sources(["clinic"], ["enrolments", "events"]),
    }  # fmt: skip
    for n, (child, found) in enumerate(ages.items()):
        born = date(2020, 1, 1) + timedelta(n * 3)
        rows["children"].append(
            {"child": child, "born": born, "site": "clinic", "protected": False}
        )
        rows["enrolments"].append({"child": child, "enrolled": born, "eligible": True})
        rows["events"] += _visits(child, born, [age for age in found if age], steps)
        rows["events"].append({"child": child, "step": 0, "actual": born, "status": 1})
    return rows, {key: count for key, (_, count) in expected.items()}


def _visits(child: int, born: date, ages: Sequence[int], steps: Sequence[Item]) -> list[Any]:
    """Return visits as events, each of the step that it serves, one to one."""
    plain = [item.step for item in steps]
    matcher = Matcher(plain, windows(plain, Anchors(born)))
    days = [born + timedelta(age) for age in ages]
    serves = matcher.match([HeldVisit(day) for day in days]).serves
    step_of = {index: n for n, index in enumerate(serves, start=1) if index is not None}
    return [
        {"child": child, "step": step_of.get(n, 0), "actual": day, "status": 1}
        for n, day in enumerate(days)
    ]


@pytest.mark.parametrize("width", [7, 14])
def test_the_dutch_clinics_counts_are_those_published(tmp_path, width):
    rows, expected = _dutch(width)
    found = figures(tmp_path, rows, also=("on_time_of_all",))
    counts = {key: found[f"on_time_of_all {key}"][0] for key in expected}
    assert counts == expected
    assert {found[f"on_time_of_all {key}"][1] for key in expected} == {141}


def test_where_windows_overlap_any_visit_counts_and_one_to_one_gives_less(tmp_path):
    rows, expected = _dutch(30)
    found = figures(tmp_path, rows, also=("any_visit_in_window", "on_time_of_all"))
    assert {key: found[f"any_visit_in_window {key}"][0] for key in expected} == expected
    one_to_one = {key: found[f"on_time_of_all {key}"][0] for key in expected}
    assert all(one_to_one[key] <= count for key, count in expected.items())
    assert [expected[f"month-{n}"] - one_to_one[f"month-{n}"] for n in (1, 2, 3)] == [5, 4, 1]


# --- The command -----------------------------------------------------------------------------


def test_the_command_writes_figures_and_a_report(tmp_path):
    deliver(tmp_path / "d", family())
    words = ["follow-up", "--tables", str(tmp_path / "d"), "--as-of", str(AS_OF)]
    words += ["--out", str(tmp_path / "out"), "--by", "site", "--by", "quarter,site"]
    done = command(words)
    assert done.returncode == 0, done.stderr
    assert "children 1" in done.stdout
    assert names_in(tmp_path) == {"d", "out"}
    assert names_in(tmp_path / "out") == {"figures.csv", "figures.parquet", "report.md"}
    rows = pq.read_table(tmp_path / "out" / "figures.parquet").to_pylist()
    assert {row["by"] for row in rows} == {"all", "site", "site+quarter"}
    assert {row["group"] for row in rows} == {"all", "north", "north + 2021 Q1"}
    assert "| all | 1 of 1 | 100.0 % | 0 |" in (tmp_path / "out" / "report.md").read_text()
    # Once more, in the same place: the new takes the place of the old.
    assert command(words).returncode == 0
    assert names_in(tmp_path) == {"d", "out"}


REFUSED = {
    "an unknown group": (["--by", "shoe size"], "'shoe size' is none of site, unit"),
    "an unknown indicator": (["--also", "luck"], "there is no indicator 'luck'"),
    "an engine without a server": (["--engine", "postgres"], "needs --server"),
    "measures that are not there": (["--measures", "none.toml"], "cannot be read"),
    "a programme that is not there": (["--programme", "none.toml"], "none.toml"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_refused_and_nothing_is_written(tmp_path, name):
    more, expected = REFUSED[name]
    deliver(tmp_path / "d", family())
    words = ["--tables", str(tmp_path / "d"), "--as-of", str(AS_OF), "--out", str(tmp_path / "out")]
    done = command(["follow-up", *words, *more])
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert names_in(tmp_path) == {"d"}


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path):
    deliver(tmp_path / "d", family())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("mine")
    with pytest.raises(FileError, match=r"thesis\.docx"):
        run(Request(tmp_path / "d", AS_OF, tmp_path / "out"))
    assert names_in(tmp_path / "out") == {"thesis.docx"}


def test_a_delivery_that_breaks_off_is_refused_and_nothing_is_left(tmp_path):
    folder = deliver(tmp_path / "d", family())
    path = folder / "events.parquet"
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(FileError, match="cannot be read"):
        run(Request(folder, AS_OF, tmp_path / "out"))
    assert names_in(tmp_path) == {"d"}


def test_groupings_are_in_one_order_and_the_whole_is_always_there():
    assert groupings(["quarter,area", "site"]) == ((), ("area", "quarter"), ("site",))
    assert groupings([]) == ((),)
    assert USUAL[0] == ()


def test_the_shipped_measures_file_is_read(tmp_path):
    """The thirty-one steps that speed is measured with, here on one child."""
    rows = family()
    rows["events"] = [{"child": 1, "step": 1, "actual": BORN + timedelta(10), "status": 1}]
    folder = ROOT / "benchmarks" / "thirty_one"
    found = figures(
        tmp_path, rows, programme=folder / "own.toml", base=folder / "base.toml",
        measures=folder / "measures.toml",
    )  # fmt: skip
    assert found["visits h1"] == (1, 1, 0)
    assert found["most"] == (0, 1, 0)
    assert found["one-year"] == (1, 1, 0)
