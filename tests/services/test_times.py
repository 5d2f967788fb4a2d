"""Suggested times from what is stored: whose time is taken by what, in a known number of queries.

Home visit 2 of Doris was due by 10 March and is overdue on Monday 16 March; home visit 3 opens
on 10 April.
"""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from hembesok.access.models import Site
from hembesok.access.rules.roles import Role
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.services.membership import end
from hembesok.families.models import Child, Cover, Family, TeamMember
from hembesok.visits.models import Absence, BusyTime, ClosedDay, WorkHours
from hembesok.visits.queries.times import calendars_of, suggest
from hembesok.visits.rules.times import DEFAULT_HOURS, Why
from hembesok.visits.services.booking import book
from tests.conftest import ON, Cast, joins
from tests.services.days import DAY, moment, on
from tests.services.stored import refusal

TUESDAY = ON + DAY


def away(cast: Cast, first: date, last: date) -> None:
    Absence.objects.create(
        staff_id=cast.anna.staff, starts=first, ends=last, written_by_id=cast.frida.staff,
        written_at=now(),
    )  # fmt: skip


def times(cast: Cast, step: str = "home-2", most: int = 3) -> list[datetime]:
    return [one.at for one in suggest(cast.child, step, by=cast.frida, most=most)]


def other_family(cast: Cast) -> Child:
    """Write another family of Anna's and Bo's, with a child as old as Doris."""
    family = Family.objects.create(
        site=Site.objects.get(key="here"), clinic=cast.family.clinic, advice=cast.family.advice,
        code="H-0002", language="ar",
    )  # fmt: skip
    for actor in (cast.anna, cast.bo):
        TeamMember.objects.create(
            family=family, staff_id=actor.staff, role=actor.role, starts=cast.child.born
        )
    child = Child.objects.create(family=family, given_name="Edit", born=cast.child.born)
    joins(child, cast.version, enrolled=cast.child.born + 9 * DAY, by=cast.anna)
    return child


@pytest.mark.parametrize("who", ["anna", "bo", "frida"])
def test_an_overdue_visit_is_suggested_for_the_first_days(cast: Cast, who: str):
    found = suggest(cast.child, "home-2", by=getattr(cast, who))
    assert [one.at for one in found] == [moment(ON + n * DAY, 8) for n in (1, 2, 3)]
    assert {one.whys for one in found} == {(Why.AFTER_WINDOW,)}
    assert {one.staff for one in found} == {(cast.anna.staff, cast.bo.staff)}


def test_a_visit_of_the_base_programme_needs_the_nurse_alone(cast: Cast):
    plan = cast.version.plan
    step = next(s.key for s in plan.base if s.key not in plan.mirrors)
    found = suggest(cast.child, step, by=cast.anna)
    assert {one.staff for one in found} <= {(cast.anna.staff,)}


def test_hours_busy_times_absence_and_closed_days_are_kept_free(cast: Cast):
    WorkHours.objects.create(
        staff_id=cast.anna.staff, weekday=TUESDAY.weekday(), starts=time(10), ends=time(12)
    )
    WorkHours.objects.create(
        staff_id=cast.anna.staff, weekday=TUESDAY.weekday() + 1, starts=time(13), ends=time(15)
    )
    BusyTime.objects.create(
        staff_id=cast.bo.staff, starts=moment(TUESDAY, 9), ends=moment(TUESDAY, 11)
    )
    assert times(cast) == [
        moment(TUESDAY, 11),
        moment(TUESDAY + DAY, 13),
        moment(TUESDAY + 7 * DAY, 10),
    ]
    ClosedDay.objects.create(site_id=cast.anna.site, day=TUESDAY, title="Planeringsdag")
    away(cast, TUESDAY + 7 * DAY, TUESDAY + 7 * DAY)
    assert times(cast, most=2) == [moment(TUESDAY + DAY, 13), moment(TUESDAY + 8 * DAY, 13)]


def test_visits_to_other_families_take_time_with_the_way_there(cast: Cast):
    book(other_family(cast), "home-2", at=moment(TUESDAY, 9), by=cast.anna)
    assert times(cast, most=1) == [moment(TUESDAY, 10) + timedelta(minutes=15)]


def test_visits_that_nobody_goes_to_take_no_time(cast: Cast):
    child = other_family(cast)
    book(child, "home-2", at=moment(TUESDAY, 8), by=cast.anna)
    end(child.enrolment, ended=ON, reason=EndReason.MOVED, by=cast.anna)
    assert times(cast, most=1) == [moment(TUESDAY, 8)]


def test_the_own_booking_is_not_in_the_way_of_a_new_time(cast: Cast):
    book(cast.child, "home-2", at=moment(TUESDAY, 8), by=cast.anna)
    assert times(cast, most=1) == [moment(TUESDAY, 8)]
    assert moment(TUESDAY, 8) not in times(cast, "home-3")


def test_who_covers_is_asked_when_the_nurse_is_away(cast: Cast):
    away(cast, TUESDAY, TUESDAY + 30 * DAY)
    assert times(cast) == []
    Cover.objects.create(
        family=cast.family, staff_id=cast.cilla.staff, role=Role.CHILD_HEALTH_NURSE,
        starts=TUESDAY + DAY, ends=TUESDAY + 2 * DAY, granted_by_id=cast.frida.staff,
    )  # fmt: skip
    found = suggest(cast.child, "home-2", by=cast.frida)
    assert [one.at for one in found] == [moment(TUESDAY + n * DAY, 8) for n in (1, 2)]
    assert {one.staff for one in found} == {(cast.cilla.staff, cast.bo.staff)}
    assert all(Why.COVERED in one.whys for one in found)


def test_who_left_the_team_is_not_asked(cast: Cast):
    member = TeamMember.objects.get(family=cast.family, staff_id=cast.bo.staff)
    member.ends = TUESDAY
    member.save()
    assert times(cast) == [moment(TUESDAY, 8)]


def test_nobody_elsewhere_is_told_of_times(cast: Cast):
    assert refusal(lambda: suggest(cast.child, "home-2", by=cast.cilla)).key == "not_within_reach"
    assert refusal(lambda: suggest(cast.child, "home-99", by=cast.anna)).key == "no_such_step"
    wrong = refusal(lambda: suggest(cast.child, "home-2", by=cast.anna, minutes=5000))
    assert wrong.key == "minutes_unlikely"


def test_the_number_of_queries_does_not_grow(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    queries = 15
    child = other_family(cast)
    book(child, "home-5", at=moment(TUESDAY, 9), by=cast.anna)
    with django_assert_num_queries(queries):
        suggest(cast.child, "home-2", by=cast.anna)
    for n, step in enumerate(("home-2", "home-3", "home-4")):
        book(child, step, at=moment(TUESDAY + n * DAY, 9), by=cast.anna)
        BusyTime.objects.create(
            staff_id=cast.bo.staff, starts=moment(TUESDAY, 9), ends=moment(TUESDAY, 11)
        )
        away(cast, ON + n * DAY, ON + n * DAY)
    with django_assert_num_queries(queries):
        suggest(cast.child, "home-2", by=cast.anna)


def test_whoever_has_written_no_hours_works_the_usual_ones(cast: Cast):
    (calendar,) = calendars_of({cast.anna.staff}, since=ON).values()
    assert calendar.hours == DEFAULT_HOURS


@pytest.mark.parametrize(
    "row",
    [
        lambda cast: WorkHours(weekday=0, starts=time(12), ends=time(8)),
        lambda cast: WorkHours(weekday=7, starts=time(8), ends=time(12)),
        lambda cast: BusyTime(starts=moment(ON, 9), ends=moment(ON, 9)),
        lambda cast: Absence(
            starts=ON, ends=ON - DAY, written_by_id=cast.bo.staff, written_at=now()
        ),
    ],
)
def test_the_database_keeps_no_time_that_ends_before_it_starts(cast: Cast, row):
    one = row(cast)
    one.staff_id = cast.anna.staff
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()


def test_a_moment_in_summer_is_the_same_clock(cast: Cast):
    later = on(cast.anna, date(2026, 3, 27))
    found = suggest(cast.child, "home-2", by=later)
    assert [one.at.hour for one in found] == [8, 8, 8]
    assert found[0].at.utcoffset() == timedelta(hours=2)
