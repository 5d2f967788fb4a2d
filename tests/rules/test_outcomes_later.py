"""Outcomes after the programme: who is followed, until when, and when each is asked for."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.access.law import references, statute
from hembesok.access.rules.roles import Role
from hembesok.enrolment.rules.following import AFTER, GROUND, FollowUp, following
from hembesok.enrolment.rules.membership import EndReason
from hembesok.forms.answers import NOT_ASKED, Answers
from hembesok.values.dates import Span, add, age
from hembesok.visits.rules.outcomes_later import (
    AGES,
    DONE,
    LANGUAGE_RESULT,
    STATUS,
    DueState,
    OutcomeKind,
    days,
    outcomes,
    settles,
    state,
    why_not_follow,
    why_not_record,
)

DAY = timedelta(1)
births = st.dates(date(2018, 1, 1), date(2032, 12, 31))
kinds = st.sampled_from(OutcomeKind)
CALENDAR = [DueState.NOT_YET, DueState.DUE, DueState.OVERDUE, DueState.MISSING]


@given(births, st.integers(0, 1500))
def test_a_child_who_finished_is_followed_to_the_last_day_of_the_41st_month(born: date, old: int):
    ended = born + timedelta(old)
    found = following(EndReason.COMPLETED, born=born, ended=ended)
    if age(born, ended).months > 41:
        assert (found.why, found.until) == (FollowUp.TOO_OLD, None)
    else:
        assert found.why is FollowUp.OWN_RECORD
        assert found.until is not None
        assert age(born, found.until).months == 41
        assert age(born, found.until + DAY).months == 42


@pytest.mark.parametrize("reason", EndReason)
def test_only_who_finished_is_followed_and_each_reason_says_why_not(reason: EndReason):
    found = following(reason, born=date(2024, 1, 31), ended=date(2026, 1, 31))
    finished = reason in (EndReason.COMPLETED, EndReason.PROJECT_OVER)
    assert (found.until is not None) == finished
    assert (found.why is FollowUp.OWN_RECORD) == finished
    assert set(AFTER) == set(EndReason)
    assert {*AFTER.values(), FollowUp.TOO_OLD} == set(FollowUp)


@given(kinds, births, st.integers(0, 1400))
def test_each_day_has_one_state_and_none_goes_back(kind: OutcomeKind, born: date, old: int):
    """By the age in whole months, told another way than the rule tells it."""
    on = born + timedelta(old)
    months = age(born, on).months
    opens, late = {OutcomeKind.LANGUAGE: (30, 37), OutcomeKind.VACCINATION: (24, 27)}[kind]
    expected = CALENDAR[sum([months >= opens, months >= late, months >= 42])]
    assert state(kind, born, on, settled=False) is expected
    assert state(kind, born, on, settled=True) is DueState.RECORDED
    tomorrow = state(kind, born, on + DAY, settled=False)
    assert CALENDAR.index(tomorrow) >= CALENDAR.index(expected)
    assert outcomes(born, on, [kind])[kind] is DueState.RECORDED
    assert set(outcomes(born, on, ())) == set(OutcomeKind)


@given(kinds, births)
def test_the_days_stand_in_order(kind: OutcomeKind, born: date):
    found = days(kind, born)
    assert born < found.first <= found.opens < found.late < found.last
    assert found.opens == add(born, AGES[kind].opens)


def test_a_birthday_that_a_month_has_not_rolls_on():
    """31 August and 30 months is a 28 February that has no 31st: the 1 March."""
    assert days(OutcomeKind.LANGUAGE, date(2023, 8, 31)).opens == date(2026, 3, 1)
    assert days(OutcomeKind.LANGUAGE, date(2022, 8, 31)).last == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("answers", "early", "in_time"),
    [
        ({DONE: ("done",), LANGUAGE_RESULT: ("as-expected",)}, True, True),
        ({DONE: ("done",), LANGUAGE_RESULT: ("deviation",)}, True, True),
        ({DONE: ("done",), LANGUAGE_RESULT: ("repeat",)}, False, False),
        ({DONE: ("declined",)}, True, True),
        ({DONE: ("not-done",)}, False, False),
        ({DONE: ("not-completed",)}, False, False),
        ({STATUS: ("complete",)}, True, True),
        ({STATUS: ("partial",)}, False, True),
        ({STATUS: ("none",)}, False, True),
        ({STATUS: ("unknown",)}, False, False),
        ({STATUS: NOT_ASKED}, False, False),
        ({}, False, False),
    ],
)
def test_what_settles_the_matter(answers: Answers, early: bool, in_time: bool):
    kind = OutcomeKind.LANGUAGE if DONE in answers else OutcomeKind.VACCINATION
    born = date(2024, 1, 10)
    opens = days(kind, born).opens
    assert settles(kind, answers, born=born, day=opens - DAY) is early
    assert settles(kind, answers, born=born, day=opens) is in_time


@given(kinds, births, st.integers(-30, 1400), st.integers(0, 1400))
def test_a_finding_is_of_a_day_that_has_come_and_an_age_that_fits(
    kind: OutcomeKind, born: date, old: int, today: int
):
    day, on = born + timedelta(old), born + timedelta(today)
    reason = why_not_record(kind, born=born, day=day, on=on)
    fits = add(born, Span(months={"language": 24, "vaccination": 12}[kind])) <= day <= on
    assert (reason is None) == fits


def test_only_the_clinics_nurse_follows_and_only_for_its_time():
    on = date(2026, 3, 16)
    usual: Mapping[str, object] = {
        "role": Role.CHILD_HEALTH_NURSE, "own_unit": True, "until": on, "on": on,
    }  # fmt: skip

    def why(**changes: object) -> str:
        reason = why_not_follow(**{**usual, **changes})  # type: ignore[arg-type]
        return reason.key if reason else ""

    assert why() == ""
    assert why(until=on - DAY) == why(until=None) == "outcome_not_followed"
    assert why(own_unit=False) == "outcome_of_the_clinic"
    for role in Role:
        assert (why(role=role) == "") == (role is Role.CHILD_HEALTH_NURSE)


def test_the_ground_is_dated_law():
    assert "1982:763" in statute(GROUND, on=date(2017, 3, 31))
    assert "2017:30" in statute(GROUND, on=date(2017, 4, 1))
    assert all(one.sure == "known" for one in references() if one.key == GROUND)
