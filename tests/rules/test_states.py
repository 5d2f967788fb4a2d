"""Laws of the ten states: true for every window, every set of facts and every day."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.programme.rules.states import (
    ALWAYS,
    MARKED,
    MAY,
    NOTHING,
    RULES,
    SETTLED,
    Action,
    Facts,
    Membership,
    State,
    state_on,
)
from hembesok.programme.rules.windows import Window
from tests.rules.draws import DAY, FIRST, edges, lives, some_windows
from tests.rules.opinions import true_states

CALENDAR = [State.UPCOMING, State.DUE, State.OVERDUE, State.MISSED]
"""The order in which a step is lived through when nothing is done about it."""


def lived(life) -> list[State]:
    """Return the state on each day."""
    return [state_on(life.window, life.facts, life.membership, on=day) for day in life.days]


@given(lives())
def test_on_each_day_exactly_one_state_is_true(life):
    """And it is the one the rule gives: every sentence of the table is asked on every day."""
    for day, state in zip(life.days, lived(life), strict=True):
        assert true_states(life.window, life.facts, life.membership, day) == [state], day


@given(lives())
def test_a_step_never_goes_back(life):
    by_calendar = [CALENDAR.index(state) for state in lived(life) if state in CALENDAR]
    assert by_calendar == sorted(by_calendar)


@given(some_windows)
def test_every_day_of_a_window_is_counted_once(window):
    """Due from `opens` through `closes`, overdue through `grace_ends`: both ends included."""
    first, last = window.opens - 7 * DAY, window.grace_ends + 7 * DAY
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    counted = Counter(state_on(window, on=day) for day in days)
    assert counted[State.UPCOMING] == 7
    assert counted[State.DUE] == (window.closes - window.opens).days + 1
    assert counted[State.OVERDUE] == (window.grace_ends - window.closes).days
    assert counted[State.MISSED] == 7
    assert counted.total() == len(days)


@given(lives())
def test_what_is_held_stays_held(life):
    """From the day it was held, whatever else is recorded, and after the family has left."""
    held, left = life.facts.held, life.membership.ended
    if held is None:
        return
    counts = left is None or held <= left
    for day, state in zip(life.days, lived(life), strict=True):
        if counts and day >= held:
            assert state is (State.DONE if held <= life.window.closes else State.LATE)
        else:
            assert state not in (State.DONE, State.LATE)


@given(lives())
def test_before_the_family_leaves_nobody_can_tell_that_it_will(life):
    left = life.membership.ended
    stayed = replace(life, membership=replace(life.membership, ended=None))
    for day, state, otherwise in zip(life.days, lived(life), lived(stayed), strict=True):
        if left is None or day < left:
            assert state is otherwise


@given(lives())
def test_leaving_settles_every_step_for_good(life):
    """What was settled on the day of leaving stays as it was; the rest has ended."""
    left = life.membership.ended
    if left is None:
        return
    on_that_day = state_on(life.window, life.facts, replace(life.membership, ended=None), on=left)
    expected = on_that_day if on_that_day in SETTLED else State.ENDED
    after = {
        state_on(life.window, life.facts, life.membership, on=left + n * DAY) for n in range(9)
    }
    assert after == {expected}


@given(lives())
def test_a_window_that_closed_before_the_family_joined_does_not_apply(life):
    joined = life.membership.enrolled
    too_late = joined is not None and life.window.closes < joined
    for state in lived(life):
        if too_late:
            assert state in (State.NOT_APPLICABLE, State.DONE, State.LATE)
        else:
            assert state is not State.NOT_APPLICABLE


@given(lives())
def test_a_booking_shows_until_its_day_and_then_no_more(life):
    """A day that passed without an outcome is no booking: the step is as if nothing was booked."""
    booked = life.facts.booked
    if booked is None or life.membership.ended is not None:
        return
    unbooked = lived(replace(life, facts=replace(life.facts, booked=None)))
    settled = (State.DONE, State.LATE, State.NOT_APPLICABLE)
    for day, state, otherwise in zip(life.days, lived(life), unbooked, strict=True):
        shows = day <= booked and otherwise not in settled
        assert state is (State.BOOKED if shows else otherwise)


@given(lives(), st.sampled_from(["held", "declined", "not_held"]))
def test_facts_of_days_to_come_change_nothing(life, name):
    recorded = getattr(life.facts, name)
    unknown = lived(replace(life, facts=replace(life.facts, **{name: None})))
    for day, state, otherwise in zip(life.days, lived(life), unknown, strict=True):
        if recorded is None or day < recorded:
            assert state is otherwise


# ---------------------------------------------------------------------------
# Known cases. The window is 10 to 20 January, best on the 15th; grace through the 25th.
# ---------------------------------------------------------------------------

WINDOW = Window(*(date(2021, 1, day) for day in (10, 15, 20, 25)))


def january(day: int | None) -> date | None:
    """Return a day of January 2021."""
    return None if day is None else date(2021, 1, day)


def facts(**days: int) -> Facts:
    """Return facts on days of January."""
    return Facts(**{name: january(day) for name, day in days.items()})


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (9, State.UPCOMING),
        (10, State.DUE),
        (15, State.DUE),
        (16, State.DUE),
        (20, State.DUE),
        (21, State.OVERDUE),
        (25, State.OVERDUE),
        (26, State.MISSED),
    ],
)
def test_the_edges_of_a_window(day, expected):
    assert state_on(WINDOW, on=date(2021, 1, day)) is expected


@pytest.mark.parametrize(
    ("known", "day", "expected"),
    [
        # Held: early, on the last day, late, after the grace.
        (facts(held=5), 4, State.UPCOMING),
        (facts(held=5), 5, State.DONE),
        (facts(held=20), 20, State.DONE),
        (facts(held=21), 20, State.DUE),
        (facts(held=21), 21, State.LATE),
        (facts(held=30), 29, State.MISSED),
        (facts(held=30), 30, State.LATE),
        # Booked: today counts as to come; outside the window too; yesterday's is gone.
        (facts(booked=15), 8, State.BOOKED),
        (facts(booked=15), 15, State.BOOKED),
        (facts(booked=15), 16, State.DUE),
        (facts(booked=28), 26, State.BOOKED),
        (facts(booked=28), 29, State.MISSED),
        # A failed attempt: before the window, in it, on its last day, in the grace, after it.
        (facts(not_held=5), 9, State.UPCOMING),
        (facts(not_held=12), 12, State.DUE),
        (facts(not_held=12), 21, State.OVERDUE),
        (facts(not_held=20), 20, State.DUE),
        (facts(not_held=20), 21, State.OVERDUE),
        (facts(not_held=22), 21, State.OVERDUE),
        (facts(not_held=22), 22, State.MISSED),
        (facts(not_held=22), 24, State.MISSED),
        (facts(not_held=28), 27, State.MISSED),
        # Failed, then booked again; failed, then held.
        (facts(not_held=22, booked=24), 23, State.BOOKED),
        (facts(not_held=22, booked=24), 25, State.MISSED),
        (facts(not_held=22, held=24), 24, State.LATE),
        # The family said no; changed its mind; said no after all was held.
        (facts(declined=12), 11, State.DUE),
        (facts(declined=12), 12, State.DECLINED),
        (facts(declined=12), 30, State.DECLINED),
        (facts(declined=12, booked=18), 14, State.BOOKED),
        (facts(declined=12, held=18), 17, State.DECLINED),
        (facts(declined=12, held=18), 18, State.DONE),
        (facts(declined=19, held=18), 19, State.DONE),
    ],
)
def test_known_cases(known, day, expected):
    assert state_on(WINDOW, known, on=date(2021, 1, day)) is expected


@pytest.mark.parametrize(
    ("joined", "left", "known", "day", "expected"),
    [
        # Joined on the last day of the window: it applies. A day later: it does not, ever.
        (20, None, {}, 20, State.DUE),
        (21, None, {}, 5, State.NOT_APPLICABLE),
        (21, None, {}, 23, State.NOT_APPLICABLE),
        (21, None, {"declined": 22}, 23, State.NOT_APPLICABLE),
        (21, None, {"held": 22}, 22, State.LATE),
        (21, None, {"held": 15}, 22, State.DONE),
        # Left while it was due, booked, overdue; the day of leaving is the first that reads so.
        (None, 15, {}, 14, State.DUE),
        (None, 15, {}, 15, State.ENDED),
        (None, 15, {"booked": 18}, 15, State.ENDED),
        (None, 22, {}, 30, State.ENDED),
        # Settled before leaving, or on that day.
        (None, 15, {"held": 15}, 16, State.DONE),
        (None, 15, {"held": 16}, 17, State.ENDED),
        (None, 15, {"declined": 15}, 16, State.DECLINED),
        (None, 15, {"declined": 16}, 16, State.ENDED),
        (None, 26, {}, 40, State.MISSED),
        (None, 25, {}, 40, State.ENDED),
        (21, 23, {}, 30, State.NOT_APPLICABLE),
    ],
)
def test_joining_and_leaving(joined, left, known, day, expected):
    membership = Membership(january(joined), january(left))
    on = date(2021, 1, 1) + (day - 1) * DAY
    assert state_on(WINDOW, facts(**known), membership, on=on) is expected


def test_leaving_before_joining_is_refused():
    with pytest.raises(ValueError, match="before joining"):
        Membership(FIRST, FIRST - DAY)
    assert Membership(FIRST, FIRST).ended == FIRST


@given(some_windows)
def test_nothing_recorded_and_always_a_member_is_what_is_meant_by_default(window):
    for day in edges((window,)):
        assert state_on(window, on=day) is state_on(window, NOTHING, ALWAYS, on=day)


# ---------------------------------------------------------------------------
# The table of states and actions
# ---------------------------------------------------------------------------


def test_every_state_has_a_sentence_and_its_actions():
    assert set(RULES) == set(MAY) == set(State)
    assert len(MARKED) == 8
    assert set(State) - set(MARKED) == {State.NOT_APPLICABLE, State.ENDED}
    assert list(MARKED) == [state for state in State if state in MARKED]


def test_what_was_held_can_only_be_taken_back():
    assert MAY[State.DONE] == MAY[State.LATE] == {Action.WITHDRAW}


def test_a_step_that_does_not_apply_takes_only_a_visit_held_before_the_family_joined():
    assert MAY[State.NOT_APPLICABLE] == {Action.RECORD_HELD}


def test_wherever_a_booked_time_can_have_passed_its_failure_can_be_written():
    """Else a visit that did not take place would await its outcome for ever."""
    for state in set(State) - {State.UPCOMING, State.DONE, State.LATE, State.DECLINED}:
        assert Action.RECORD_NOT_HELD in MAY[state] or state is State.NOT_APPLICABLE


def test_no_state_but_ended_and_not_applicable_is_a_dead_end():
    """A visit that was recorded wrongly, or is still wanted, can be put right everywhere else."""
    for state in MARKED:
        assert MAY[state] & {Action.BOOK, Action.WITHDRAW}
