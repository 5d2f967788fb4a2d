"""Booking and recording visits through the one write path; `days.py` says how Doris stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hembesok.access.rules.roles import Actor
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.services.membership import end
from hembesok.families.models import Child, Family
from hembesok.programme.rules.states import State
from hembesok.visits.models import Visit
from hembesok.visits.queries.pages import children_of
from hembesok.visits.rows import StepRow
from hembesok.visits.rules.acting import LONGEST_AHEAD_DAYS, NotHeldReason
from hembesok.visits.services.booking import (
    book,
    record_declined,
    record_held,
    record_not_held,
    withdraw,
)
from tests.conftest import ON, Cast
from tests.services.days import DAY, IN_WINDOW, moment, on
from tests.services.stored import refusal, trail

AT = moment(date(2026, 3, 18))
NO_ONE_HOME = NotHeldReason.NO_ONE_HOME


def row(cast: Cast, step: str, *, on: date = ON) -> StepRow:
    """Return how a step of Doris stands."""
    (page,) = children_of(Family.objects.filter(pk=cast.family.pk), by=replace(cast.anna, on=on))
    return next(row for row in page.rows if row.key == step)


def held_on(cast: Cast, day: date) -> Visit:
    return record_held(cast.child, "home-2", held=day, by=cast.anna)


WRITES: dict[str, Callable[[Cast, Actor], Visit]] = {
    "visit.booked": lambda cast, by: book(cast.child, "home-2", at=AT, by=by),
    "visit.held": lambda cast, by: record_held(cast.child, "home-2", held=ON, by=by),
    "visit.not_held": lambda cast, by: record_not_held(
        cast.child, "home-2", day=ON, reason=NO_ONE_HOME, by=by
    ),
    "visit.declined": lambda cast, by: record_declined(cast.child, "home-2", day=ON, by=by),
}


@pytest.mark.parametrize("who", ["anna", "bo"])
@pytest.mark.parametrize("action", WRITES)
def test_each_write_makes_one_line_in_the_trail(cast: Cast, action: str, who: str):
    by = getattr(cast, who)
    with trail() as lines:
        WRITES[action](cast, by)
    (line,) = lines
    assert (line.staff_id, line.role, line.unit_id) == (by.staff, by.role, by.unit)
    assert (line.action, line.subject, line.detail) == (action, "family:FAMYAAAA", "1 home-2")


def test_rebooking_makes_two_lines(cast: Cast):
    book(cast.child, "home-2", at=AT, by=cast.anna)
    with trail() as lines:
        book(cast.child, "home-2", at=AT + DAY, by=cast.bo)
    assert [line.action for line in lines] == ["visit.withdrawn", "visit.booked"]
    assert {line.staff_id for line in lines} == {cast.bo.staff}


def test_the_trail_holds_nothing_about_the_person(cast: Cast):
    held_on(cast, ON)
    with trail() as lines:
        withdraw(cast.child, "home-2", reason="It was Dana's sister", by=cast.bo)
    (line,) = lines
    assert (line.action, line.subject, line.detail) == (
        "visit.withdrawn",
        "family:FAMYAAAA",
        "1 home-2",
    )


def ended(cast: Cast) -> None:
    end(cast.child.enrolment, ended=ON - 3 * DAY, reason=EndReason.LEFT, by=cast.anna)


def nothing(cast: Cast) -> None:
    """Leave the cast as it is."""


def recorded(cast: Cast) -> None:
    held_on(cast, ON - DAY)


def declined_and_taken_back(cast: Cast) -> None:
    record_declined(cast.child, "home-2", day=ON, by=cast.anna)
    withdraw(cast.child, "home-2", reason="another family", by=cast.anna)


REFUSED: dict[str, tuple[str, Callable[[Cast], None], Callable[[Cast], object]]] = {
    "held tomorrow": (
        "day_in_future",
        nothing,
        lambda cast: held_on(cast, ON + DAY),
    ),
    "declined tomorrow": (
        "day_in_future",
        nothing,
        lambda cast: record_declined(cast.child, "home-2", day=ON + DAY, by=cast.anna),
    ),
    "held the day before birth": (
        "day_before_birth",
        nothing,
        lambda cast: held_on(cast, cast.child.born - DAY),
    ),
    "held after the family left": (
        "day_after_end",
        ended,
        lambda cast: held_on(cast, ON - 2 * DAY),
    ),
    "held twice": ("not_in_state", recorded, lambda cast: held_on(cast, ON)),
    "not held before the window": (
        "not_in_state",
        nothing,
        lambda cast: record_not_held(
            cast.child, "home-3", day=ON, reason=NO_ONE_HOME, by=cast.anna
        ),
    ),
    "booked what is done": (
        "not_in_state",
        recorded,
        lambda cast: book(cast.child, "home-2", at=AT, by=cast.anna),
    ),
    "booked after the family left": (
        "not_in_state",
        ended,
        lambda cast: book(cast.child, "home-2", at=AT, by=cast.anna),
    ),
    "booked as of a day before it was known that the family had left": (
        "enrolment_ended",
        ended,
        lambda cast: book(cast.child, "home-2", at=AT, by=on(cast.anna, ON - 9 * DAY)),
    ),
    "booked for yesterday": (
        "day_has_passed",
        nothing,
        lambda cast: book(cast.child, "home-2", at=AT - 3 * DAY, by=cast.anna),
    ),
    "booked for more than a year ahead": (
        "day_too_far_ahead",
        nothing,
        lambda cast: book(
            cast.child, "home-2", at=AT + (LONGEST_AHEAD_DAYS - 1) * DAY, by=cast.anna
        ),
    ),
    "a step that the programme lacks": (
        "no_such_step",
        nothing,
        lambda cast: record_held(cast.child, "home-7", held=ON, by=cast.anna),
    ),
    "Cilla records": (
        "not_within_reach",
        nothing,
        lambda cast: record_held(cast.child, "home-2", held=ON, by=cast.cilla),
    ),
    "Cilla books": (
        "not_within_reach",
        nothing,
        lambda cast: book(cast.child, "home-2", at=AT, by=cast.cilla),
    ),
    "Cilla takes back": (
        "not_within_reach",
        recorded,
        lambda cast: withdraw(cast.child, "home-2", reason="mine", by=cast.cilla),
    ),
    "Frida, who does not visit, records": (
        "role_may_not",
        nothing,
        lambda cast: record_held(cast.child, "home-2", held=ON, by=cast.frida),
    ),
    "Bo records a visit of the base programme": (
        "role_may_not",
        nothing,
        lambda cast: record_held(cast.child, "clinic-5-months", held=ON, by=cast.bo),
    ),
    "Bo books one": (
        "role_may_not",
        nothing,
        lambda cast: book(cast.child, "clinic-5-months", at=AT, by=cast.bo),
    ),
    "Frida takes back": (
        "role_may_not",
        recorded,
        lambda cast: withdraw(cast.child, "home-2", reason="mistake", by=cast.frida),
    ),
    "taken back without a reason": (
        "reason_missing",
        recorded,
        lambda cast: withdraw(cast.child, "home-2", reason=" \n", by=cast.anna),
    ),
    "taken back where nothing is written": (
        "nothing_to_withdraw",
        nothing,
        lambda cast: withdraw(cast.child, "home-2", reason="mistake", by=cast.anna),
    ),
    "taken back twice": (
        "nothing_to_withdraw",
        declined_and_taken_back,
        lambda cast: withdraw(cast.child, "home-2", reason="mistake", by=cast.anna),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_refused_in_words_and_writes_nothing(cast: Cast, what: str):
    key, given, deed = REFUSED[what]
    given(cast)
    assert refusal(lambda: deed(cast)).key == key


def test_a_child_without_an_enrolment_is_not_within_reach(cast: Cast):
    sibling = Child.objects.create(family=cast.family, number=2, born=cast.child.born)
    deed = lambda: record_held(sibling, "home-2", held=ON, by=cast.anna)  # noqa: E731
    assert refusal(deed).key == "not_within_reach"


def test_the_edges_are_allowed(cast: Cast):
    """Today may be booked and recorded, a year ahead booked, the day of birth recorded."""
    book(cast.child, "home-2", at=moment(ON, 0), by=cast.anna)
    book(cast.child, "home-2", at=AT + (LONGEST_AHEAD_DAYS - 2) * DAY, by=cast.anna)
    record_held(cast.child, "home-newborn", held=cast.child.born, by=cast.anna)
    assert held_on(cast, ON).outcome_on == ON


def test_a_booking_late_at_night_is_of_the_swedish_day(cast: Cast):
    """At 23.30 UTC on the 15th it is the 16th in Sweden, which is today and not yesterday."""
    book(cast.child, "home-2", at=datetime(2026, 3, 15, 23, 30, tzinfo=UTC), by=cast.anna)
    booked = row(cast, "home-2")
    assert booked.state is State.BOOKED
    assert booked.booked_for is not None
    assert booked.booked_for.date() == ON


def test_not_held_inside_the_window_makes_the_step_due_again_and_keeps_the_attempt(cast: Cast):
    anna = on(cast.anna, IN_WINDOW)
    book(cast.child, "home-2", at=moment(IN_WINDOW, 9), by=anna)
    assert row(cast, "home-2", on=IN_WINDOW).state is State.BOOKED
    record_not_held(cast.child, "home-2", day=IN_WINDOW, reason=NO_ONE_HOME, by=anna)
    after = row(cast, "home-2", on=IN_WINDOW)
    assert after.state is State.DUE
    assert [(attempt.on, attempt.reason) for attempt in after.attempts] == [
        (IN_WINDOW, NO_ONE_HOME)
    ]
    assert after.booked_for is None


def test_the_outcome_is_written_on_the_booking(cast: Cast):
    booked = book(cast.child, "home-2", at=AT, by=cast.anna)
    held = record_held(cast.child, "home-2", held=ON, by=cast.bo)
    assert held.pk == booked.pk
    assert (held.booked_by_id, held.recorded_by_id) == (cast.anna.staff, cast.bo.staff)


def test_a_booking_whose_grace_ran_out_can_still_be_written_as_not_held(cast: Cast):
    at = moment(IN_WINDOW)
    book(cast.child, "home-2", at=at, by=on(cast.anna, IN_WINDOW - DAY))
    later = date(2026, 8, 1)
    assert row(cast, "home-2", on=later).awaits_outcome
    record_not_held(
        cast.child, "home-2", day=IN_WINDOW, reason=NO_ONE_HOME, by=on(cast.anna, later)
    )
    now = row(cast, "home-2", on=later)
    assert (now.state, now.awaits_outcome) == (State.MISSED, False)


def test_a_booking_of_a_step_that_has_gone_back_to_upcoming_still_takes_an_outcome(cast: Cast):
    """Booked early, nobody home: the day after, the step is upcoming again."""
    book(cast.child, "home-3", at=moment(ON), by=cast.anna)
    tomorrow = on(cast.anna, ON + DAY)
    assert row(cast, "home-3", on=ON + DAY).state is State.UPCOMING
    record_not_held(cast.child, "home-3", day=ON, reason=NO_ONE_HOME, by=tomorrow)
    assert not row(cast, "home-3", on=ON + DAY).awaits_outcome


def test_a_missed_step_that_was_booked_again_still_takes_a_no(cast: Cast):
    book(cast.child, "home-1", at=moment(ON), by=cast.anna)
    assert row(cast, "home-1", on=ON + DAY).state is State.MISSED
    record_declined(cast.child, "home-1", day=ON, by=on(cast.anna, ON + DAY))
    assert row(cast, "home-1", on=ON + DAY).state is State.DECLINED


def test_a_visit_cancelled_in_the_grace_leaves_the_step_overdue(cast: Cast):
    """Another time can be found; only a door that stayed shut ends the grace early."""
    for reason, state in (
        (NotHeldReason.CANCELLED_BY_STAFF, State.OVERDUE),
        (NotHeldReason.CANCELLED_BY_FAMILY, State.OVERDUE),
        (NO_ONE_HOME, State.MISSED),
    ):
        book(cast.child, "home-2", at=moment(ON), by=cast.anna)
        record_not_held(cast.child, "home-2", day=ON, reason=reason, by=cast.anna)
        assert row(cast, "home-2").state is state


def test_a_visit_held_after_the_family_left_is_not_recorded_twice_and_can_be_taken_back(cast: Cast):
    held_on(cast, ON - 2 * DAY)
    end(cast.child.enrolment, ended=ON - 5 * DAY, reason=EndReason.LEFT, by=cast.anna)
    assert row(cast, "home-2").state is State.ENDED
    assert refusal(lambda: held_on(cast, ON - 6 * DAY)).key == "held_already"
    withdraw(cast.child, "home-2", reason="mistake", by=cast.anna)
    assert held_on(cast, ON - 6 * DAY).outcome == "held"


def test_a_family_that_said_no_may_book_again(cast: Cast):
    record_declined(cast.child, "home-2", day=ON, by=cast.anna)
    assert row(cast, "home-2").state is State.DECLINED
    book(cast.child, "home-2", at=AT, by=cast.anna)
    assert row(cast, "home-2").state is State.BOOKED
    record_not_held(cast.child, "home-2", day=ON, reason=NO_ONE_HOME, by=cast.bo)
    assert row(cast, "home-2").state is not State.DECLINED, "it has changed its mind"


def test_rebooking_keeps_the_old_booking_as_withdrawn(cast: Cast):
    first = book(cast.child, "home-2", at=AT, by=cast.anna)
    second = book(cast.child, "home-2", at=AT + DAY, by=cast.bo)
    first.refresh_from_db()
    assert (first.withdrawn_reason, first.withdrawn_by_id) == ("rebooked", cast.bo.staff)
    assert (first.booked_for, first.booked_by_id) == (AT, cast.anna.staff)
    assert list(Visit.objects.counted()) == [second]
    assert row(cast, "home-2").booked_for == AT + DAY


def test_what_is_taken_back_is_kept_and_counts_no_more(cast: Cast):
    visit = held_on(cast, IN_WINDOW)
    assert row(cast, "home-2").state is State.DONE
    withdraw(cast.child, "home-2", reason="  another child ", by=cast.bo)
    visit.refresh_from_db()
    assert (visit.outcome, visit.outcome_on, visit.recorded_by_id) == (
        "held",
        IN_WINDOW,
        cast.anna.staff,
    )
    assert (visit.withdrawn_by_id, visit.withdrawn_reason) == (cast.bo.staff, "another child")
    assert row(cast, "home-2").state is State.OVERDUE
    held_on(cast, ON)
    assert row(cast, "home-2").state is State.LATE


def test_the_latest_outcome_is_the_one_taken_back(cast: Cast):
    for day in (ON - 2 * DAY, ON - DAY):
        record_not_held(cast.child, "home-1", day=day, reason=NO_ONE_HOME, by=early(cast, day))
    withdraw(cast.child, "home-1", reason="mistake", by=cast.anna)
    assert [attempt.on for attempt in row(cast, "home-1").attempts] == [ON - 2 * DAY]


def early(cast: Cast, day: date) -> Actor:
    """Book home visit 1 for a day, so that it can fail; return Anna on that day."""
    book(cast.child, "home-1", at=moment(day), by=on(cast.anna, day))
    return on(cast.anna, day)


NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
PLAIN: dict[str, Any] = {"step": "home-2", "kind": "home"}
BOOKED = {**PLAIN, "booked_for": NOW, "booked_by_id": 0, "booked_at": NOW}
HELD = {**PLAIN, "outcome": "held", "outcome_on": ON, "recorded_by_id": 0, "recorded_at": NOW}
TAKEN_BACK = {
    **HELD,
    "withdrawn_by_id": 0,
    "withdrawn_at": NOW,
    "withdrawn_reason": "mistake",
}
HALF_FILLED = [
    ("visit_booked_or_has_outcome", PLAIN),
    ("visit_booked_by_and_when", BOOKED | {"booked_by_id": None}),
    ("visit_booked_by_and_when", BOOKED | {"booked_at": None}),
    ("visit_booked_by_and_when", HELD | {"booked_by_id": 0, "booked_at": NOW}),
    ("visit_outcome_by_and_when", HELD | {"outcome_on": None}),
    ("visit_outcome_by_and_when", HELD | {"recorded_by_id": None}),
    ("visit_outcome_by_and_when", HELD | {"recorded_at": None}),
    ("visit_outcome_by_and_when", HELD | {"outcome": "perhaps"}),
    ("visit_outcome_by_and_when", BOOKED | {"recorded_by_id": 0, "recorded_at": NOW}),
    ("visit_outcome_by_and_when", BOOKED | {"outcome_on": ON}),
    ("visit_not_held_has_a_reason", HELD | {"outcome": "not_held"}),
    ("visit_not_held_has_a_reason", HELD | {"outcome": "not_held", "not_held_reason": "rain"}),
    ("visit_not_held_has_a_reason", HELD | {"not_held_reason": "no_one_home"}),
    ("visit_withdrawn_by_when_and_why", TAKEN_BACK | {"withdrawn_by_id": None}),
    ("visit_withdrawn_by_when_and_why", TAKEN_BACK | {"withdrawn_at": None}),
    ("visit_withdrawn_by_when_and_why", TAKEN_BACK | {"withdrawn_reason": ""}),
]


def store(cast: Cast, fields: dict[str, Any]) -> None:
    """Store a row past the services; a nought stands for Anna."""
    filled = {name: cast.anna.staff if value == 0 else value for name, value in fields.items()}
    with transaction.atomic():
        Visit.objects.create(child=cast.child, **filled)


@pytest.mark.parametrize(("constraint", "fields"), HALF_FILLED)
def test_the_database_refuses_a_half_filled_visit(
    cast: Cast, constraint: str, fields: dict[str, Any]
):
    with pytest.raises(IntegrityError, match=constraint):
        store(cast, fields)


@pytest.mark.parametrize("fields", [BOOKED, HELD])
def test_the_database_refuses_two_open_bookings_and_two_held_visits(
    cast: Cast, fields: dict[str, Any]
):
    store(cast, fields)
    with pytest.raises(IntegrityError):
        store(cast, fields)
    store(cast, fields | {"step": "home-3"})


def test_the_database_takes_again_what_was_taken_back(cast: Cast):
    for fields in (TAKEN_BACK, TAKEN_BACK, HELD):
        store(cast, fields)
    assert Visit.objects.counted().count() == 1
