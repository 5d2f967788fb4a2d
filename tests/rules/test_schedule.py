"""The schedule of a child: programme and base together, on any day."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from hembesok import programme
from hembesok.programme.reader import read_file
from hembesok.programme.rules.matching import HeldVisit
from hembesok.programme.rules.protocol import Kind, Plan, plan
from hembesok.programme.rules.schedule import ChildSchedule, Schedule
from hembesok.programme.rules.states import SETTLED, Facts, Membership, State
from hembesok.programme.rules.windows import Anchors
from tests.rules.draws import (
    DAY,
    MONTH_ENDS,
    births,
    edges,
    facts_by_step,
    held_visits,
    memberships,
    some_anchors,
    some_plans,
)
from tests.rules.opinions import schedule as second_opinion

HELD = (State.DONE, State.LATE)
CALENDAR = [State.UPCOMING, State.DUE, State.OVERDUE, State.MISSED]


def shipped(name: str) -> Plan:
    """Read a programme we ship, beside the national one."""
    folder = Path(programme.__path__[0]) / "protocols"
    national = read_file(folder / "se-national-2024.1.toml")
    return plan(read_file(folder / f"{name}.toml"), national)


SKAGGETORP = shipped("skaggetorp-2021.1")
GOTEBORG_SKANE = shipped("goteborg-skane-2018.1")


@dataclass(frozen=True)
class Case:
    """A plan and a child, all that is recorded, and a day on which something may change."""

    plan: Plan
    anchors: Anchors
    visits: tuple[HeldVisit, ...]
    membership: Membership
    facts: dict[str, Facts]
    on: date

    @property
    def schedule(self) -> Schedule:
        """The schedule of this child."""
        return Schedule(self.plan, self.anchors)

    def today(self) -> ChildSchedule:
        """Return the state of every step on the day."""
        return self.schedule.on(self.on, self.visits, self.membership, self.facts)


# For laws about one thing only; the second opinion gets the usual hundred cases.
few = settings(max_examples=50)


@st.composite
def cases(draw):
    """Draw a case; no visit in it is after the day of leaving, which has a law of its own."""
    a_plan, anchors = draw(some_plans()), draw(some_anchors())
    days = edges(Schedule(a_plan, anchors).windows)
    membership = draw(memberships(days))
    visits = draw(held_visits([step.key for step in a_plan.steps], days))
    left = membership.ended or days[-1]
    to_hold = [step.key for step in a_plan.steps if step.key not in a_plan.mirrors]
    return Case(
        a_plan,
        anchors,
        tuple(visit for visit in visits if visit.on <= left),
        membership,
        draw(facts_by_step(to_hold, days)),
        draw(st.sampled_from(days)),
    )


@given(cases())
def test_a_schedule_agrees_with_a_second_opinion(case):
    found = [(row.step.key, row.state, row.visit) for row in case.today().steps]
    assert found == second_opinion(
        case.plan, case.anchors, case.on, case.visits, case.membership, case.facts
    )


@given(cases())
def test_one_visit_serves_one_step_or_both_of_a_pair(case):
    today = case.today()
    visit_of = {row.step.key: row.visit for row in today.steps}
    for mirror, key in case.plan.mirrors.items():
        assert visit_of.pop(mirror) == visit_of[key]
    serving = [visit for visit in visit_of.values() if visit is not None]
    counted = [n for n, visit in enumerate(case.visits) if visit.on <= case.on]
    assert sorted([*serving, *today.unplanned]) == counted


@given(cases())
def test_as_days_pass_no_step_goes_back_and_what_is_held_stays_held(case):
    days = edges(case.schedule.windows)
    rows_by_day = [replace(case, on=day).today().steps for day in days]
    for rows in zip(*rows_by_day, strict=True):
        history = [row.state for row in rows]
        by_calendar = [CALENDAR.index(state) for state in history if state in CALENDAR]
        assert by_calendar == sorted(by_calendar)
        first_held = next((n for n, state in enumerate(history) if state in HELD), len(history))
        assert all(state in HELD for state in history[first_held:])


@few
@given(cases())
def test_visits_after_the_day_are_ignored(case):
    to_come_last = tuple(sorted(case.visits, key=lambda visit: visit.on > case.on))
    until_now = tuple(visit for visit in to_come_last if visit.on <= case.on)
    assert replace(case, visits=to_come_last).today() == replace(case, visits=until_now).today()


@few
@given(cases(), st.data())
def test_a_visit_after_the_family_left_serves_no_step_of_the_programme(case, data):
    left = case.membership.ended
    assume(left is not None)
    keys = [step.key for step in case.plan.own]
    drawn = data.draw(held_visits(keys, edges(case.schedule.windows)))
    late = tuple(replace(visit, on=max(visit.on, left + DAY)) for visit in drawn)
    with_late = replace(case, visits=case.visits + late).today()
    assert with_late.steps[: len(keys)] == case.today().steps[: len(keys)]


@few
@given(cases())
def test_a_pair_may_be_linked_by_either_name(case):
    """A nurse's system may call a combined visit by the base programme's step."""
    base_name = {own: base for base, own in case.plan.mirrors.items()}
    renamed = tuple(
        replace(visit, step=base_name.get(visit.step, visit.step)) for visit in case.visits
    )
    assert replace(case, visits=renamed).today() == case.today()


@few
@given(cases())
def test_joining_late_changes_nothing_in_the_base_programme(case):
    """The national programme is for every child; only leaving ends what we hear of it."""
    from_the_start = replace(case, membership=Membership(ended=case.membership.ended))
    own = len(case.plan.own)
    assert case.today().steps[own:] == from_the_start.today().steps[own:]


@few
@given(cases())
def test_after_leaving_nothing_is_left_to_do_in_either_programme(case):
    if case.membership.ended is not None and case.membership.ended <= case.on:
        assert {row.state for row in case.today().steps} <= SETTLED | {State.ENDED}


@few
@given(cases())
def test_a_row_says_how_far_from_the_target_its_visit_was(case):
    for row in case.today().steps:
        if row.visit is None:
            assert (row.visit_date, row.days_from_target, row.in_window) == (None, None, None)
        else:
            assert row.visit_date == case.visits[row.visit].on
            assert row.window.target + timedelta(row.days_from_target) == row.visit_date
            assert row.in_window == (row.window.opens <= row.visit_date <= row.window.closes)
            assert row.state in HELD


# ---------------------------------------------------------------------------
# Skäggetorp, by hand
# ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "key", "expected"),
    [
        ("2021-01-31", "home-1", "2021-03-14 2021-03-31 2021-04-11 2021-05-30"),
        ("2021-01-31", "home-2", "2021-05-31 2021-06-14 2021-07-01 2021-07-30"),
        ("2021-01-31", "home-6", "2022-05-01 2022-05-15 2022-05-31 2022-08-29"),
        ("2020-02-29", "home-5", "2021-03-01 2021-03-15 2021-03-29 2021-05-28"),
        ("2020-02-29", "clinic-1", "2021-07-13 2021-08-05 2021-08-29 2021-12-28"),
        ("2020-02-29", "clinic-2", "2021-12-29 2022-01-29 2022-03-01 2022-05-30"),
        ("2021-08-31", "home-3", "2022-03-01 2022-03-15 2022-03-31 2022-05-30"),
        ("2021-08-31", "home-8-months", "2022-04-10 2022-05-01 2022-05-22 2022-08-20"),
    ],
)
def test_windows_of_children_born_at_a_month_end(born, key, expected):
    """Opens, target, closes, end of grace."""
    schedule = Schedule(SKAGGETORP, Anchors(date.fromisoformat(born)))
    place = [step.key for step in SKAGGETORP.steps].index(key)
    window = schedule.windows[place]
    found = (window.opens, window.target, window.closes, window.grace_ends)
    assert " ".join(day.isoformat() for day in found) == expected


@pytest.mark.parametrize("born", MONTH_ENDS)
def test_a_life_in_which_nothing_happens(born):
    """Every day of five years and more has one state for each step, as long as its window says."""
    schedule = Schedule(SKAGGETORP, Anchors(born))
    last = max(window.grace_ends for window in schedule.windows) + 7 * DAY
    days = [born + n * DAY for n in range((last - born).days + 1)]
    histories = zip(*([row.state for row in schedule.on(day).steps] for day in days), strict=True)
    for window, history in zip(schedule.windows, histories, strict=True):
        assert list(history) == sorted(history, key=CALENDAR.index)
        assert Counter(history) == Counter(
            {
                State.UPCOMING: (window.opens - born).days,
                State.DUE: (window.closes - window.opens).days + 1,
                State.OVERDUE: (window.grace_ends - window.closes).days,
                State.MISSED: (last - window.grace_ends).days,
            }
        )


@settings(max_examples=30)
@given(births)
@example(date(2021, 1, 31))
@example(date(2020, 2, 29))
@example(date(2021, 8, 31))
def test_each_visit_held_on_its_target_serves_its_step_unasked(born):
    """No two targets fall on one day, so nobody needs to say which step a visit was for."""
    for a_plan in (SKAGGETORP, GOTEBORG_SKANE):
        schedule = Schedule(a_plan, Anchors(born))
        visits = [
            HeldVisit(window.target)
            for step, window in zip(a_plan.steps, schedule.windows, strict=True)
            if step.key not in a_plan.mirrors
        ]
        today = schedule.on(born + 3000 * DAY, visits)
        assert {row.state for row in today.steps} == {State.DONE}
        assert today.unplanned == ()


def test_the_states_of_one_family():
    """Born 22 March 2021; today is 24 November: joined in time, one missed, one booked."""
    schedule = Schedule(SKAGGETORP, Anchors(date(2021, 3, 22)))
    visits = [
        HeldVisit(date(2021, 4, 2), step="home-newborn"),
        HeldVisit(date(2021, 5, 20)),
        HeldVisit(date(2021, 9, 1), step="home-2"),
        HeldVisit(date(2021, 11, 30)),
    ]
    facts = {"home-3": Facts(not_held=date(2021, 11, 1)), "home-4": Facts(booked=date(2022, 1, 4))}
    today = schedule.on(date(2021, 11, 24), visits, Membership(enrolled=date(2021, 4, 20)), facts)
    found = {row.step.key: (row.state, row.visit) for row in today.steps}
    assert {key: found[key] for key in ("home-1", "home-2", "home-3", "home-4", "home-5")} == {
        "home-1": (State.DONE, 1),
        "home-2": (State.LATE, 2),
        "home-3": (State.MISSED, None),
        "home-4": (State.BOOKED, None),
        "home-5": (State.UPCOMING, None),
    }
    assert found["home-newborn"] == (State.DONE, 0)
    assert found["home-8-months"] == (State.DUE, None)
    assert found["team-6-months"] == (State.OVERDUE, None)


def test_a_combined_visit_is_seen_from_both_programmes():
    """Late for the national window, which closes sooner; in time for the programme's own."""
    schedule = Schedule(GOTEBORG_SKANE, Anchors(date(2021, 3, 22)))
    visits = [HeldVisit(date(2021, 4, 18), kind=Kind.HOME)]
    rows = schedule.on(date(2021, 5, 1), visits).steps
    found = {row.step.key: row for row in rows}
    assert found["home-1"].state is State.DONE
    assert found["home-newborn"].state is State.LATE
    assert found["home-1"].visit == found["home-newborn"].visit == 0
    assert (found["home-1"].days_from_target, found["home-newborn"].days_from_target) == (13, 17)
