"""Who sees which family, how each state comes about, and how many queries it takes."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hembesok.access.models import Assignment, Site, Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import actor_for, assignments_in_force
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.services.membership import end
from hembesok.families.models import Child, Family, Guardian, TeamMember
from hembesok.programme.models import ProgrammeVersion
from hembesok.programme.rules.states import State
from hembesok.visits.models import Visit
from hembesok.visits.queries.pages import children_of, families_within_reach
from hembesok.visits.rows import ChildPage, StepRow
from hembesok.visits.rules.acting import NotHeldReason
from hembesok.visits.services.booking import book, record_declined, record_held, record_not_held
from tests.conftest import ON, Cast, joins
from tests.services.days import DAY, IN_WINDOW, moment, on


def another_family(cast: Cast, number: int, *, visits: int = 1) -> Family:
    """Write one more family of Anna's and Bo's, with visits held and booked."""
    family = Family.objects.create(site_id=cast.anna.site, code=f"H-1{number:03}", language="sv")
    for actor in (cast.anna, cast.bo):
        TeamMember.objects.create(
            family=family, staff_id=actor.staff, role=actor.role, starts=date(2025, 1, 1)
        )
    Guardian.objects.create(family=family, given_name="Disa")
    child = Child.objects.create(family=family, born=cast.child.born)
    joins(child, cast.version, enrolled=child.born, by=cast.anna)
    for step in ("home-newborn", "clinic-6-weeks", "home-1", "home-2")[:visits]:
        record_held(child, step, held=ON, by=cast.anna)
    return family


def page(cast: Cast, child: Child | None = None) -> ChildPage:
    """Return how Doris, or another child, is shown to Anna."""
    return next(
        p for p in families_within_reach(cast.anna) if p.child.key == (child or cast.child).pk
    )


def row(found: ChildPage, step: str) -> StepRow:
    return next(row for row in found.rows if row.key == step)


def codes(actor: Actor) -> list[str]:
    return [page.family.code for page in families_within_reach(actor)]


def queries_of(deed: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        deed()
    return len(queries)


def test_many_families_take_as_many_queries_as_one(cast: Cast):
    one = queries_of(lambda: families_within_reach(cast.anna))
    for number in range(19):
        another_family(cast, number)
    assert len(families_within_reach(cast.anna)) == 20
    assert queries_of(lambda: families_within_reach(cast.anna)) == one == 15


def test_a_family_with_many_visits_takes_as_many_queries_as_one_with_few(cast: Cast):
    few, many = another_family(cast, 1), another_family(cast, 2, visits=4)
    twin = Child.objects.create(family=many, number=2, born=cast.child.born)
    joins(twin, ProgrammeVersion.objects.get(key="goteborg-skane"), enrolled=ON, by=cast.anna)
    one, other = (
        queries_of(lambda: children_of(Family.objects.filter(pk=family.pk), by=cast.anna))  # noqa: B023
        for family in (few, many)
    )
    assert one == other


def test_the_team_sees_its_family_the_coordinator_her_site_and_cilla_nothing(cast: Cast):
    Family.objects.create(site_id=cast.anna.site, code="H-2", language="sv")
    elsewhere = Site.objects.get(key="there")
    Family.objects.create(site=elsewhere, code="D-1", language="sv")

    def within_reach(actor: Actor) -> list[str]:
        return sorted(Family.objects.within_reach_of(actor).values_list("code", flat=True))

    assert within_reach(cast.anna) == within_reach(cast.bo) == ["H-0001"]
    assert within_reach(cast.frida) == ["H-0001", "H-2"]
    assert within_reach(cast.cilla) == []
    assert codes(cast.anna) == codes(cast.frida) == ["H-0001"], "only who is enrolled has a plan"


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"ends": ON - DAY}, False),
        ({"ends": ON}, True),
        ({"starts": ON}, True),
        ({"starts": ON + DAY}, False),
        ({"role": Role.PARENTAL_ADVISER}, False),
    ],
)
def test_who_was_or_will_be_in_the_team_sees_nothing_today(
    cast: Cast, change: dict[str, object], seen: bool
):
    TeamMember.objects.filter(staff_id=cast.anna.staff).update(**change)
    assert (codes(cast.anna) == ["H-0001"]) is seen
    assert codes(cast.bo) == ["H-0001"]


def test_a_family_at_another_site_is_out_of_the_teams_reach(cast: Cast):
    Family.objects.update(site=Site.objects.get(key="there"))
    assert codes(cast.anna) == codes(cast.frida) == []


@pytest.mark.parametrize(("last", "may"), [(ON - DAY, False), (ON, True)])
def test_an_assignment_that_has_ended_makes_nobody_an_actor(cast: Cast, last: date, may: bool):
    Assignment.objects.filter(staff_id=cast.anna.staff).update(ends=last)
    anna = Staff.objects.get(pk=cast.anna.staff)
    found = [actor_for(one, on=ON) for one in assignments_in_force(anna, on=ON)]
    assert found == ([cast.anna] if may else [])


def test_twins_are_shown_as_two(cast: Cast):
    twin = Child.objects.create(
        family=cast.family, number=2, given_name="Dag", born=cast.child.born
    )
    joins(twin, cast.version, enrolled=twin.born, by=cast.bo)
    record_held(twin, "home-2", held=ON, by=cast.bo)
    pages = families_within_reach(cast.anna)
    assert [(p.child.number, p.child.given_name) for p in pages] == [(1, "Doris"), (2, "Dag")]
    assert [row(p, "home-2").state for p in pages] == [State.OVERDUE, State.LATE]


@pytest.fixture
def combined(cast: Cast) -> Child:
    """Doris's little brother, on a programme whose first visit is one with the national one."""
    child = Child.objects.create(family=cast.family, number=2, born=ON - 14 * DAY)
    version = ProgrammeVersion.objects.get(key="goteborg-skane")
    joins(child, version, enrolled=child.born, by=cast.anna)
    return child


def test_who_joined_too_late_for_a_combined_visit_still_gets_the_national_one(cast: Cast):
    """The programme's half does not apply; the base programme is for all."""
    child = Child.objects.create(family=cast.family, number=2, born=ON - 33 * DAY)
    version = ProgrammeVersion.objects.get(key="goteborg-skane")
    joins(child, version, enrolled=ON - DAY, by=cast.anna)
    assert row(page(cast, child), "home-1").state is State.NOT_APPLICABLE
    book(child, "home-newborn", at=moment(ON + DAY), by=cast.anna)
    assert row(page(cast, child), "home-newborn").state is State.BOOKED
    visit = record_held(child, "home-newborn", held=ON, by=cast.anna)
    assert visit.step == "home-newborn"
    assert row(page(cast, child), "home-newborn").visit_date == ON


@pytest.mark.parametrize("recorded_as", ["home-1", "home-newborn"])
def test_a_combined_visit_is_one_visit_seen_from_both_programmes(
    cast: Cast, combined: Child, recorded_as: str
):
    visit = record_held(combined, recorded_as, held=ON, by=cast.anna)
    assert visit.step == "home-1"
    found = page(cast, combined)
    own, base = row(found, "home-1"), row(found, "home-newborn")
    assert own.visit_date == base.visit_date == ON
    assert own.state is base.state is State.DONE
    assert (own.mirrored, base.mirrored) == (False, True)


def test_a_combined_visit_is_booked_once_and_asked_about_once(cast: Cast, combined: Child):
    at = moment(ON + DAY)
    book(combined, "home-1", at=at, by=cast.anna)
    found = page(cast, combined)
    assert row(found, "home-newborn").booked_for == at
    assert [row.key for row in found.visits_between(ON, ON + 6 * DAY)] == ["home-1"]
    (later,) = [
        page
        for page in families_within_reach(on(cast.anna, ON + 2 * DAY))
        if page.child.key == combined.pk
    ]
    assert [row.key for row in later.rows if row.awaits_outcome] == ["home-1"]


def test_nobody_is_sent_to_a_family_that_has_left(cast: Cast):
    book(cast.child, "home-2", at=moment(ON + DAY), by=cast.anna)
    book(cast.child, "team-6-months", at=moment(ON + 2 * DAY), by=cast.anna)
    assert len(page(cast).visits_between(ON, ON + 6 * DAY)) == 2
    end(cast.child.enrolment, ended=ON, reason=EndReason.DIED, by=cast.anna)
    assert page(cast).visits_between(ON, ON + 6 * DAY) == ()
    a_week_later = on(cast.anna, ON + 7 * DAY)
    assert not families_within_reach(a_week_later)[0].awaits_outcome


def nothing(cast: Cast) -> None:
    """Leave the cast as it is."""


def late_joiner(cast: Cast) -> None:
    cast.child.enrolment.delete()
    joins(cast.child, cast.version, enrolled=ON - DAY, by=cast.anna)


def no_one_home_in_the_grace(cast: Cast) -> None:
    day = date(2026, 3, 11)
    book(cast.child, "home-2", at=moment(day), by=on(cast.anna, day))
    record_not_held(cast.child, "home-2", day=day, reason=NotHeldReason.NO_ONE_HOME, by=cast.anna)


BY: dict[State, tuple[str, date, Callable[[Cast], object]]] = {
    State.UPCOMING: ("home-3", ON, nothing),
    State.DUE: ("home-2", IN_WINDOW, nothing),
    State.BOOKED: (
        "home-3",
        ON,
        lambda cast: book(cast.child, "home-3", at=moment(date(2026, 4, 20)), by=cast.anna),
    ),
    State.DONE: (
        "home-2",
        ON,
        lambda cast: record_held(cast.child, "home-2", held=date(2026, 3, 10), by=cast.anna),
    ),
    State.LATE: (
        "home-2",
        ON,
        lambda cast: record_held(cast.child, "home-2", held=date(2026, 3, 11), by=cast.anna),
    ),
    State.OVERDUE: ("home-2", ON, nothing),
    State.MISSED: ("home-2", ON, no_one_home_in_the_grace),
    State.DECLINED: (
        "home-2",
        ON,
        lambda cast: record_declined(cast.child, "home-2", day=ON, by=cast.anna),
    ),
    State.NOT_APPLICABLE: ("home-1", ON, late_joiner),
    State.ENDED: (
        "home-2",
        ON,
        lambda cast: end(cast.child.enrolment, ended=ON, reason=EndReason.LEFT, by=cast.anna),
    ),
}


@pytest.mark.parametrize("state", State)
def test_each_state_comes_about_by_what_is_really_written(cast: Cast, state: State):
    step, day, given = BY[state]
    given(cast)
    (found,) = families_within_reach(on(cast.anna, day))
    assert row(found, step).state is state


def test_what_was_taken_back_counts_for_nothing(cast: Cast):
    record_held(cast.child, "home-2", held=ON, by=cast.anna)
    Visit.objects.update(
        withdrawn_at=moment(ON),
        withdrawn_by=cast.bo.staff,
        withdrawn_reason="mistake",
    )
    found = page(cast)
    assert row(found, "home-2").state is State.OVERDUE
    assert found.unplanned == ()
