"""Two people press at the same moment: what one of them wrote is never lost or doubled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, Event
from time import sleep

import pytest
from django.db import connections, transaction
from pytest_django import Settings

from hembesok.access import heads
from hembesok.access.models import Assignment, Staff, TrailEntry
from hembesok.access.services.trail import note, note_all
from hembesok.enrolment.models import Enrolment
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.services.membership import end, enrol, move_to_version
from hembesok.families.models import Child
from hembesok.programme.services import publish, shipped
from hembesok.values.refusals import Refusal
from hembesok.visits.models import CheckIn, InterpreterBooking, Visit
from hembesok.visits.rules.parts import PartKind
from hembesok.visits.services.booking import book, record_held
from hembesok.visits.services.checking_in import check_in
from hembesok.visits.services.parts import answer, confirm_interpreter, put
from tests.conftest import ON, Cast, build_cast, joins, prepare
from tests.services.chains import stored, verified
from tests.services.days import DAY, moment

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tables_may_be_emptied"),
]

AT = moment(date(2026, 3, 18))
LONG = 30
"""Seconds after which a thread that waits for another is given up."""


@pytest.fixture
def cast() -> Cast:
    """The cast, committed, so that every thread meets it."""
    return build_cast()


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do these at the same moment, each on a connection of its own; return results or errors."""
    together = Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> object:
        try:
            together.wait(LONG)
            return deed()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def meanwhile(first: Callable[[], object], other: Callable[[], object]) -> list[object]:
    """Let the other begin when the first has written but not yet committed."""
    written = Event()

    def write_slowly() -> object:
        with transaction.atomic():
            result = first()
            written.set()
            sleep(0.3)  # time for the other to come to the lock
        return result

    def wait_for_it() -> object:
        written.wait(LONG)
        return other()

    return at_once(write_slowly, wait_for_it)


def siblings(cast: Cast, count: int) -> list[Child]:
    """Return brothers and sisters of Doris, born the same day, not enrolled."""
    return [
        Child.objects.create(family=cast.family, number=number, born=cast.child.born)
        for number in range(2, 2 + count)
    ]


def keys(results: list[object]) -> list[str]:
    """Return why some were refused; whatever else went wrong fails the test."""
    errors = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, Refusal) for error in errors), errors
    return [error.reason.key for error in errors if isinstance(error, Refusal)]


@pytest.mark.parametrize("pressing", [at_once, meanwhile])
def test_of_two_who_record_the_same_visit_one_is_told_that_it_is_done(
    cast: Cast, pressing: Callable[..., list[object]]
):
    lines = TrailEntry.objects.count()
    results = pressing(
        lambda: record_held(cast.child, "home-2", held=ON, by=cast.anna),
        lambda: record_held(cast.child, "home-2", held=ON - DAY, by=cast.bo),
    )
    assert keys(results) == ["not_in_state"]
    assert Visit.objects.count() == 1
    assert TrailEntry.objects.count() == lines + 1


def test_of_two_who_book_the_same_visit_the_later_booking_stands(cast: Cast):
    results = meanwhile(
        lambda: book(cast.child, "home-2", at=AT, by=cast.anna),
        lambda: book(cast.child, "home-2", at=AT + DAY, by=cast.bo),
    )
    assert keys(results) == []
    assert Visit.objects.get(withdrawn_at__isnull=False).withdrawn_reason == "rebooked"
    assert Visit.objects.counted().get().booked_for == AT + DAY


def test_two_who_say_yes_at_once_have_both_said_yes(cast: Cast):
    visit = book(cast.child, "home-2", at=AT, by=cast.frida)
    results = at_once(
        lambda: answer(cast.child, "home-2", PartKind.NURSE, yes=True, by=cast.anna),
        lambda: answer(cast.child, "home-2", PartKind.ADVISER, yes=True, by=cast.bo),
    )
    assert keys(results) == []
    assert set(visit.parts.filter(answer="yes").values_list("kind", flat=True)) == {
        "nurse",
        "adviser",
    }
    visit.refresh_from_db()
    assert visit.sequence == 2, "calendars see both"


def test_who_says_yes_while_the_visit_is_booked_anew_is_told_to_look_again(cast: Cast):
    visit = book(cast.child, "home-2", at=AT, by=cast.anna)
    results = meanwhile(
        lambda: book(cast.child, "home-2", at=AT + DAY, by=cast.anna),
        lambda: answer(
            cast.child, "home-2", PartKind.ADVISER, yes=True, by=cast.bo, booking=visit.pk
        ),
    )
    assert keys(results) == ["visit_changed"]
    stands = Visit.objects.counted().get()
    assert (stands.uid, stands.sequence) == (visit.uid, visit.sequence + 1)
    assert stands.parts.get(kind="adviser").answer == "asked"


def test_of_two_who_confirm_one_interpreter_the_first_is_who_confirmed(cast: Cast):
    visit = book(cast.child, "home-2", at=AT, by=cast.anna)
    lines = TrailEntry.objects.count()
    results = meanwhile(
        lambda: confirm_interpreter(cast.child, "home-2", by=cast.frida),
        lambda: confirm_interpreter(cast.child, "home-2", by=cast.bo),
    )
    assert keys(results) == []
    assert InterpreterBooking.objects.get(visit=visit).confirmed_by_id == cast.frida.staff
    assert TrailEntry.objects.count() == lines + 1


def test_who_answers_for_a_part_that_somebody_else_was_put_in_is_told_so(cast: Cast):
    book(cast.child, "home-2", at=AT, by=cast.anna)
    sven = Staff.objects.create_user("sven", "Sven Ny")
    Assignment.objects.create(
        staff=sven, role=cast.bo.role, unit_id=cast.bo.unit, site_id=cast.bo.site, starts=ON
    )
    results = meanwhile(
        lambda: put(cast.child, "home-2", PartKind.ADVISER, sven, by=cast.frida),
        lambda: answer(cast.child, "home-2", PartKind.ADVISER, yes=True, by=cast.bo),
    )
    assert keys(results) == ["not_your_part"]


def test_four_who_book_for_different_children_all_succeed(cast: Cast):
    children = siblings(cast, 4)
    for child in children:
        joins(child, cast.version, enrolled=ON, by=cast.anna)
    results = at_once(
        *(lambda child=child: book(child, "home-3", at=AT, by=cast.anna) for child in children)
    )
    assert keys(results) == []
    assert set(Visit.objects.values_list("child", flat=True)) == {child.pk for child in children}


def test_of_two_who_enrol_the_same_child_one_is_told_so(cast: Cast):
    (child,) = siblings(cast, 1)
    prepare(child, by=replace(cast.anna, on=ON - DAY))
    results = meanwhile(
        lambda: enrol(child, cast.version, enrolled=ON, by=cast.anna),
        lambda: enrol(child, cast.version, enrolled=ON - DAY, by=cast.bo),
    )
    assert keys(results) == ["already_enrolled"]
    assert Enrolment.objects.get(child=child).enrolled == ON


def test_who_waited_while_a_family_left_meets_that_it_has_left(cast: Cast):
    """What is read together with the lock may be older than the lock."""
    results = meanwhile(
        lambda: end(cast.child.enrolment, ended=ON - 3 * DAY, reason=EndReason.LEFT, by=cast.anna),
        lambda: record_held(cast.child, "home-2", held=ON, by=cast.bo),
    )
    assert keys(results) == ["day_after_end"]
    assert not Visit.objects.exists()


def test_who_waited_while_a_child_was_moved_meets_the_new_version(cast: Cast):
    text = shipped()["skaggetorp-2021.1.toml"].replace(b'"2021.1"', b'"2026.1"')
    more = text[text.index(b'[[steps]]\nkey = "clinic-2"') :].replace(b'"clinic-2"', b'"clinic-3"')
    newer = publish(text + b"\n" + more, name="newer.toml", on=ON)
    results = meanwhile(
        lambda: move_to_version(cast.child.enrolment, newer, reason="moved", by=cast.anna),
        lambda: book(cast.child, "clinic-3", at=AT, by=cast.bo),
    )
    assert keys(results) == []
    assert Visit.objects.get().step == "clinic-3"


def test_many_who_note_at_once_give_one_whole_chain(tmp_path: Path, settings: Settings):
    """Nobody's entry is lost, none is chained twice to the same one, and the head is the last."""
    settings.TRAIL_HEADS = tmp_path / "heads.txt"
    cast = build_cast()
    before = TrailEntry.objects.count()

    def notes(who: str) -> None:
        for n in range(8):
            note(cast.anna, "family.read", f"family:{who}{n}")
            note_all(cast.bo, "family.listed", [f"family:{who}{n}", f"family:{n}"])

    results = at_once(*(lambda who=who: notes(who) for who in "ABCDE"))
    assert results == [None] * 5
    rows = stored()
    assert [row.number for row in rows] == list(range(1, before + 5 * 8 * 3 + 1))
    lines = heads.read(settings.TRAIL_HEADS).heads
    assert len(lines) <= 2, "a day's line, and another if midnight fell in between"
    assert (lines[-1].number, lines[-1].link) == (rows[-1].number, rows[-1].link)
    assert verified()[0] == 0


def test_who_rolls_back_while_another_waits_leaves_no_gap(tmp_path: Path, settings: Settings):
    settings.TRAIL_HEADS = tmp_path / "heads.txt"
    cast = build_cast()

    def regretted() -> None:
        note(cast.anna, "family.read", "family:A")
        transaction.set_rollback(True)

    meanwhile(regretted, lambda: note(cast.bo, "family.read", "family:B"))
    assert verified()[0] == 0
    assert stored()[-1].subject == "family:B"


def test_somebody_who_presses_on_two_telephones_at_once_is_in_one_place(cast: Cast):
    for step in ("home-3", "home-4"):
        book(cast.child, step, at=AT, by=cast.anna)

    def go_in(step: str) -> Callable[[], object]:
        return lambda: check_in(
            cast.child, step, back=AT + timedelta(minutes=90), colleague=cast.frida.staff,
            by=cast.anna, at=AT,
        )  # fmt: skip

    results = at_once(go_in("home-3"), go_in("home-4"))
    assert keys(results) == ["inside_already"]
    assert CheckIn.objects.count() == 1
