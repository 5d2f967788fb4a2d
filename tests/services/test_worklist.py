"""The worklist: kept standings say what the states say, whatever happened and in which order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hembesok.access.models import Staff
from hembesok.access.rules.roles import Actor
from hembesok.enrolment.models import Enrolment, Pause
from hembesok.enrolment.rules.membership import EndReason, PauseReason
from hembesok.enrolment.services.membership import end, pause, resume
from hembesok.families.models import Child
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.families.services.homes import protect
from hembesok.programme.rules.states import State
from hembesok.values.refusals import Refusal
from hembesok.visits.counting import COUNTED
from hembesok.visits.models import KeptStanding, Visit
from hembesok.visits.queries.pages import families_within_reach, whole_pages
from hembesok.visits.queries.worklist import (
    PAGE_ROWS,
    Asked,
    Order,
    View,
    first_page,
    keep,
    kept,
    worklist,
)
from hembesok.visits.rows import ChildPage, week_of
from hembesok.visits.rules.acting import NotHeldReason
from hembesok.visits.services import booking
from hembesok.visits.standing import CLOSING_SOON_DAYS, standing_of
from tests.conftest import ON, Cast
from tests.services.days import moment
from tests.services.test_queries import another_family, queries_of

HOLDS: dict[View, Callable[[ChildPage], bool]] = {
    View.ALL: lambda page: True,
    View.OVERDUE: lambda page: State.OVERDUE in page.states,
    View.DUE: lambda page: State.DUE in page.states,
    View.CLOSING: lambda page: any(
        row.state is State.DUE and row.days_to_close <= CLOSING_SOON_DAYS for row in page.own
    ),
    View.WEEK: lambda page: bool(page.visits_between(*week_of(page.on))),
    View.UNRECORDED: lambda page: page.awaits_outcome,
    View.MISSED: lambda page: State.MISSED in page.states,
}
"""What each view means, asked of whole pages: a second opinion that knows no database."""


def check(cast: Cast, on: date) -> None:
    """Compare every view, count and order with the pages themselves, for each of the cast."""
    for actor in (cast.anna, cast.bo, cast.frida, cast.cilla):
        by = replace(actor, on=on)
        pages = families_within_reach(by)
        for view, holds in HOLDS.items():
            shown = [page for page in pages if holds(page)]
            shown.sort(key=lambda page: (*page.urgency, page.family.code, page.child.number))
            found = worklist(by, Asked(view=view))
            assert [row.child.key for row in found.rows] == [page.child.key for page in shown]
            assert found.found == len(shown)
            assert found.total == len(pages)
            if view is not View.ALL:
                assert found.counts[view] == len(shown)


BEGINS = date(2026, 1, 5)
ACTS = ("book", "held", "not_held", "declined", "withdraw", "pause", "resume", "end")
STEPS = ("home-1", "home-2", "home-3", "clinic-6-weeks", "clinic-3-months")


DEEDS = st.tuples(st.sampled_from(ACTS), st.sampled_from(STEPS), st.integers(0, 40))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    story=st.lists(DEEDS, max_size=8),
    looks=st.lists(st.integers(0, 60), min_size=1, max_size=2),
)
def test_lists_say_what_pages_say(
    cast: Cast, story: list[tuple[str, str, int]], looks: list[int]
) -> None:
    """Whatever is written of a child, on whichever days, lists tell what pages tell."""
    with transaction.atomic():
        day = BEGINS
        for act, step, days in story:
            day = BEGINS + timedelta(days)
            _try(cast, act, step, day)
            if days % 3 == 0:
                check(cast, day)
        for later in looks:
            check(cast, day + timedelta(later))
        transaction.set_rollback(True)


def _try(cast: Cast, act: str, step: str, day: date) -> None:
    """Do something as Anna on a day; what the rules refuse is not done."""
    by, child = replace(cast.anna, on=day), cast.child
    enrolment = Enrolment.objects.get(child=child)
    acts: dict[str, Callable[[], object]] = {
        "book": lambda: booking.book(child, step, at=moment(day + timedelta(5)), by=by),
        "held": lambda: booking.record_held(child, step, held=day, by=by),
        "not_held": lambda: booking.record_not_held(
            child, step, day=day, reason=NotHeldReason.NO_ONE_HOME, by=by
        ),
        "declined": lambda: booking.record_declined(child, step, day=day, by=by),
        "withdraw": lambda: booking.withdraw(child, step, reason="A slip", by=by),
        "pause": lambda: pause(enrolment, starts=day, reason=PauseReason.AWAY, by=by),
        "resume": lambda: resume(enrolment, by=by),
        "end": lambda: end(enrolment, ended=day, reason=EndReason.LEFT, by=by),
    }
    try:
        with transaction.atomic():
            acts[act]()
    except Refusal:
        pass


def test_a_standing_is_true_from_its_day_to_its_last(cast: Cast):
    """The last day is told from the windows; a day after it nobody believes the row."""
    booking.book(cast.child, "home-3", at=moment(ON + timedelta(30)), by=cast.anna)
    for start in range(0, 500, 7):
        day = ON + timedelta(start)
        said = standing_of(_whole(cast.child, day))
        for later in {day, min(said.until, day + timedelta(200))}:
            now = standing_of(_whole(cast.child, later))
            assert replace(now, until=said.until) == said, (day, later)
            assert now.until == said.until


def _whole(child: Child, day: date) -> ChildPage:
    return next(whole_pages(Child.objects.filter(pk=child.pk), on=day))


@pytest.mark.django_db
def test_every_table_that_states_rest_on_is_counted():
    """Also after the last migration: a table that is made anew loses its triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {name for (name,) in cursor.fetchall()}
    acts = ("insert", "update", "delete")
    assert {f"{table}_counts_{act}" for table in COUNTED for act in acts} <= there


@pytest.mark.parametrize(
    "write",
    [
        lambda c: Visit.objects.create(
            child=c, step="home-3", kind="home", booked_for=moment(ON), booked_by_id=_anna(),
            booked_at=moment(ON),
        ),
        lambda c: Visit.objects.filter(child=c).update(withdrawn_reason=""),
        lambda c: Enrolment.objects.filter(child=c).update(enrolled=ON - timedelta(100)),
        lambda c: Pause.objects.create(enrolment=c.enrolment, starts=ON, reason="away"),
        lambda c: Child.objects.filter(pk=c.pk).update(discharged=c.born + timedelta(20)),
    ],
    ids=["a visit", "visits, in bulk", "an enrolment", "a pause", "a child"],
)  # fmt: skip
def test_whatever_is_written_makes_a_standing_stale(cast: Cast, write: Callable[[Child], object]):
    booking.book(cast.child, "home-2", at=moment(ON), by=cast.anna)
    assert keep(Child.objects.all(), on=ON) == 1
    assert keep(Child.objects.all(), on=ON) == 0
    write(cast.child)
    assert keep(Child.objects.all(), on=ON) == 1


def _anna() -> int:
    return Staff.objects.get(login="anna").pk


def test_who_reads_before_another_writes_leaves_a_row_that_nobody_believes(cast: Cast):
    """As on a database where both are at work: the row is of an older number of changes."""
    keep(Child.objects.all(), on=ON)
    late = KeptStanding.objects.get()
    booking.record_held(cast.child, "home-2", held=ON, by=cast.anna)
    keep(Child.objects.all(), on=ON)
    late.save()
    found = worklist(cast.anna, Asked(view=View.OVERDUE))
    assert (found.counts[View.OVERDUE], found.rows) == (0, ())


def test_a_hundred_families_take_as_many_queries_as_one(cast: Cast):
    kept(cast.anna)
    one = queries_of(lambda: worklist(cast.anna, Asked()))
    for number in range(PAGE_ROWS + 5):
        another_family(cast, number)
    kept(cast.anna)
    assert queries_of(lambda: worklist(cast.anna, Asked())) == one


def test_a_long_list_comes_in_pages_that_hold_each_child_once(cast: Cast):
    for number in range(PAGE_ROWS + 5):
        another_family(cast, number)
    first, second = (worklist(cast.anna, Asked(page=n)) for n in (1, 2))
    assert (first.pages, len(first.rows), len(second.rows)) == (2, PAGE_ROWS, 6)
    keys = [row.child.key for row in (*first.rows, *second.rows)]
    assert len(set(keys)) == PAGE_ROWS + 6
    assert worklist(cast.anna, Asked(page=99)).rows == second.rows
    assert worklist(cast.anna, Asked(page=-3)).rows == first.rows


def test_search_finds_code_child_and_guardian_and_no_protected_name(cast: Cast):
    other = another_family(cast, 7)
    assert _codes(cast.anna, "dori") == ["H-0001"]
    assert _codes(cast.anna, "DANA") == ["H-0001"]
    assert _codes(cast.anna, "h-1") == [other.code]
    protect(cast.family, ProtectionLevel.CONFIDENTIALITY_FLAG, parents_apart=False, by=cast.anna)
    assert _codes(cast.anna, "dori") == _codes(cast.anna, "dana") == []
    assert _codes(cast.anna, "h-0001") == ["H-0001"]


def _codes(actor: Actor, search: str) -> list[str]:
    return [row.family.code for row in worklist(actor, Asked(search=search)).rows]


def test_lists_sort_by_name_in_swedish_order_and_by_age(cast: Cast):
    for number, (name, days) in enumerate((("Östen", 5), ("Åke", 9), ("Ärla", 1))):
        child = another_family(cast, number).children.get()
        Child.objects.filter(pk=child.pk).update(given_name=name, born=child.born - timedelta(days))
    names = [r.child.given_name for r in worklist(cast.anna, Asked(order=Order.NAME)).rows]
    assert names == ["Doris", "Åke", "Ärla", "Östen"]
    ages = [r.child.born for r in worklist(cast.anna, Asked(order=Order.AGE)).rows]
    assert ages == sorted(ages, reverse=True)


def test_a_list_of_one_staff_member_holds_that_persons_families(cast: Cast):
    other = another_family(cast, 1)
    other.team.filter(staff=cast.bo.staff).delete()
    found = worklist(cast.frida, Asked(staff=cast.bo.staff))
    assert [row.family.code for row in found.rows] == ["H-0001"]
    assert [name for _key, name in found.staff] == ["Anna Ask", "Bo Björk"]


def test_the_first_page_tells_what_the_pages_tell(cast: Cast):
    """Booked within the week, awaiting an outcome, and to do: asked of whole pages beside it."""
    for number, (step, day) in enumerate(
        (("home-2", ON - timedelta(2)), ("home-3", ON), ("home-3", ON + timedelta(6)),
         ("home-3", ON + timedelta(7)))
    ):  # fmt: skip
        child = another_family(cast, number).children.get()
        by = replace(cast.anna, on=min(day, ON))
        booking.book(child, step, at=moment(day), by=by)
    resting = Enrolment.objects.get(child=another_family(cast, 9).children.get())
    pause(resting, starts=ON, reason=PauseReason.WISH, by=cast.anna)
    pages = families_within_reach(cast.anna)
    first = first_page(kept(cast.anna), cast.anna, most=25)
    booked = {p.child.key for p in pages if p.visits_between(ON, ON + timedelta(6))}
    assert booked <= set(first.booked)
    assert set(first.unrecorded) >= {p.child.key for p in pages if p.awaits_outcome}
    to_do = [
        p
        for p in pages
        if p.next and p.next.pressing and not p.next.awaits_outcome and not p.child.paused
    ]
    assert set(first.to_do) == {p.child.key for p in to_do}
    assert len(to_do) > 1
    short = first_page(kept(cast.anna), cast.anna, most=1)
    assert (short.to_do, short.left_out) == (first.to_do[:1], len(to_do) - 1)
