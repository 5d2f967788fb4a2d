"""Who comes to a visit: asked when it is booked, answered, swapped, alone; and the interpreter."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from hembesok.access.models import Assignment, Site, Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import actor_for
from hembesok.families.models import Child, Cover, Family, TeamMember
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.programme.models import ProgrammeVersion
from hembesok.visits.models import Absence, InterpreterBooking, Visit, VisitPart
from hembesok.visits.queries.pages import children_of
from hembesok.visits.queries.parts import candidates, interpreters_booked, visit_page
from hembesok.visits.rules.acting import NotHeldReason
from hembesok.visits.rules.parts import (
    Came,
    Lack,
    Mode,
    PartKind,
    Place,
    Quality,
    Readiness,
)
from hembesok.visits.services.asking import InterpreterWanted
from hembesok.visits.services.booking import book, record_held, record_not_held, withdraw
from hembesok.visits.services.parts import (
    InterpreterFacts,
    answer,
    confirm_interpreter,
    go_alone,
    name_guest,
    put,
    set_interpreter,
)
from tests.conftest import ON, Cast, joins
from tests.services.days import DAY, moment, on
from tests.services.stored import refusal, trail

DAY_OF_VISIT = date(2026, 3, 18)
AT = moment(DAY_OF_VISIT)
NURSE, ADVISER, FAMILY = PartKind.NURSE, PartKind.ADVISER, PartKind.FAMILY
ON_THE_PHONE = InterpreterWanted(Mode.PHONE)


@pytest.fixture
def visit(cast: Cast) -> Visit:
    """Doris's second home visit, booked by Anna for Wednesday."""
    return book(cast.child, "home-2", at=AT, by=cast.anna)


def answers(visit: Visit) -> dict[str, str]:
    return dict(visit.parts.order_by("pk").values_list("kind", "answer"))


def latest(cast: Cast) -> Visit:
    return Visit.objects.counted().filter(child=cast.child).latest("pk")


def ready(cast: Cast, by: Actor | None = None) -> Readiness:
    """Return how ready Doris's second home visit is, as a page has it."""
    (page,) = children_of(Family.objects.filter(pk=cast.family.pk), by=by or cast.anna)
    found = next(row.readiness for row in page.rows if row.key == "home-2")
    assert found is not None
    return found


def lacks(cast: Cast, by: Actor | None = None) -> list[Lack]:
    return [one.lack for one in ready(cast, by).missing]


def another(name: str, role: Role, cast: Cast) -> Actor:
    """Write one more person at Anna's or Bo's unit, who is named for nobody."""
    unit = cast.anna.unit if role is Role.CHILD_HEALTH_NURSE else cast.bo.unit
    staff = Staff.objects.create_user(name.lower(), f"{name} Ny")
    assignment = Assignment.objects.create(
        staff=staff, role=role, unit_id=unit, site_id=cast.anna.site, starts=ON - timedelta(9)
    )
    return actor_for(assignment, on=ON)


# Booking asks.


def test_a_booking_asks_all_who_come_and_whoever_books_has_said_yes(cast: Cast, visit: Visit):
    assert answers(visit) == {"nurse": "yes", "adviser": "asked", "family": "asked"}
    nurse, adviser, family = visit.parts.order_by("pk")
    assert (nurse.staff_id, nurse.answered_by_id) == (cast.anna.staff, cast.anna.staff)
    assert (adviser.staff_id, family.staff_id) == (cast.bo.staff, None)
    assert (visit.minutes, visit.place, visit.alone, visit.sequence) == (60, "home", "", 0)


def test_the_coordinator_has_no_part_to_say_yes_to(cast: Cast):
    visit = book(cast.child, "home-2", at=AT, by=cast.frida)
    assert set(answers(visit).values()) == {"asked"}


def test_an_interpreter_is_booked_where_the_family_needs_one(cast: Cast, visit: Visit):
    assert (visit.interpreter.language, visit.interpreter.mode) == ("so", "on_site")
    assert visit.interpreter.confirmed_at is None
    Family.objects.update(interpreter_needed=False)
    other = book(cast.child, "home-3", at=AT + 40 * DAY, by=cast.anna)
    assert not InterpreterBooking.objects.filter(visit=other).exists()


def test_guests_are_asked_where_the_programme_names_them(cast: Cast):
    baby = Child.objects.create(family=cast.family, number=2, born=ON - 10 * DAY)
    joins(baby, cast.version, enrolled=baby.born + 9 * DAY, by=cast.anna)
    first = book(baby, "home-1", at=AT, by=cast.bo)
    assert answers(first) == {
        "nurse": "asked", "adviser": "yes", "midwife": "asked", "family": "asked",
    }  # fmt: skip


def test_a_visit_of_the_base_programme_is_the_nurses(cast: Cast):
    visit = book(cast.child, "clinic-5-months", at=moment(ON + 3 * DAY), by=cast.anna)
    assert answers(visit) == {"nurse": "yes", "family": "asked"}
    assert visit.place == "clinic"
    key = "clinic-5-months"
    assert refusal(lambda: answer(cast.child, key, FAMILY, yes=True, by=cast.bo)).key == (
        "role_may_not"
    )
    assert refusal(lambda: go_alone(cast.child, key, cast.anna.role, by=cast.anna)).key == (
        "not_joint"
    )
    assert refusal(lambda: answer(cast.child, key, ADVISER, yes=True, by=cast.anna)).key == (
        "no_such_part"
    )


def test_who_covers_is_asked_where_the_team_is_away(cast: Cast):
    sven = another("Sven", Role.PARENTAL_ADVISER, cast)
    Absence.objects.create(
        staff_id=cast.bo.staff, starts=DAY_OF_VISIT, ends=DAY_OF_VISIT,
        written_by_id=cast.bo.staff, written_at=now(),
    )  # fmt: skip
    Cover.objects.create(
        family=cast.family, staff_id=sven.staff, role=sven.role, starts=DAY_OF_VISIT,
        ends=DAY_OF_VISIT, granted_by_id=cast.frida.staff,
    )  # fmt: skip
    visit = book(cast.child, "home-2", at=AT, by=cast.anna)
    assert visit.parts.get(kind="adviser").staff_id == sven.staff
    moved = book(cast.child, "home-2", at=AT + DAY, by=cast.anna)
    assert moved.parts.get(kind="adviser").staff_id == cast.bo.staff


def test_with_nobody_named_nobody_is_asked(cast: Cast):
    TeamMember.objects.filter(role=Role.PARENTAL_ADVISER).delete()
    book(cast.child, "home-2", at=AT, by=cast.anna)
    assert Lack.NOBODY_ASKED in lacks(cast)
    assert (
        refusal(lambda: answer(cast.child, "home-2", ADVISER, yes=True, by=cast.anna)).key
        == "nobody_asked_yet"
    )


def test_where_no_home_is_stored_the_place_is_another(cast: Cast):
    Family.objects.update(
        protection=ProtectionLevel.PROTECTED_REGISTRATION, address="", door_note=""
    )
    assert (
        refusal(lambda: book(cast.child, "home-2", at=AT, place=Place.HOME, by=cast.anna)).key
        == "home_not_stored"
    )
    visit = book(cast.child, "home-2", at=AT, by=cast.anna)
    assert visit.place == "meeting_place"
    assert Lack.PLACE in lacks(cast)
    Family.objects.update(meeting_place="Biblioteket")
    cast.family.refresh_from_db()
    assert Lack.PLACE not in lacks(cast)


@pytest.mark.parametrize("minutes", [14, 241, -60])
def test_a_length_that_is_unlikely_is_refused(cast: Cast, minutes: int):
    assert (
        refusal(lambda: book(cast.child, "home-2", at=AT, minutes=minutes, by=cast.anna)).key
        == "minutes_unlikely"
    )


# Booking anew.


def test_a_visit_that_is_booked_anew_is_the_same_visit_in_a_later_version(cast: Cast, visit: Visit):
    answer(cast.child, "home-2", ADVISER, yes=True, by=cast.bo)
    sequence = latest(cast).sequence
    assert sequence > visit.sequence
    moved = book(cast.child, "home-2", at=AT + DAY, minutes=90, place=Place.CLINIC, by=cast.bo)
    assert (moved.uid, moved.sequence) == (visit.uid, sequence + 1)
    assert answers(moved) == {"nurse": "asked", "adviser": "yes", "family": "asked"}
    again = book(cast.child, "home-2", at=AT + 2 * DAY, by=cast.anna)
    assert (again.uid, again.minutes, again.place) == (visit.uid, 90, "clinic")
    assert again.sequence > moved.sequence


def test_at_the_same_time_and_place_what_people_answered_stands(cast: Cast, visit: Visit):
    answer(cast.child, "home-2", ADVISER, yes=True, by=cast.bo)
    answer(cast.child, "home-2", FAMILY, yes=True, by=cast.bo)
    confirm_interpreter(cast.child, "home-2", by=cast.frida)
    same = book(cast.child, "home-2", at=AT, by=cast.anna)
    assert set(answers(same).values()) == {"yes"}
    assert same.parts.get(kind="family").answered_by_id == cast.bo.staff
    assert same.interpreter.confirmed_by_id == cast.frida.staff
    other = book(cast.child, "home-2", at=AT, interpreter=ON_THE_PHONE, by=cast.anna)
    assert set(answers(other).values()) == {"yes"}
    assert other.interpreter.confirmed_at is None, "another interpreter than was confirmed"
    later = book(cast.child, "home-2", at=AT + DAY, by=cast.anna)
    assert later.interpreter.mode == "phone"
    assert later.interpreter.confirmed_at is None
    without = book(cast.child, "home-2", at=AT + DAY, interpreter=None, by=cast.anna)
    assert not InterpreterBooking.objects.filter(visit=without).exists()
    assert Lack.INTERPRETER_NOT_BOOKED in lacks(cast)


def test_what_is_not_made_is_taken_out_of_calendars_and_what_was_held_is_not(
    cast: Cast, visit: Visit
):
    tomorrow = on(cast.anna, DAY_OF_VISIT)
    failed = record_not_held(
        cast.child, "home-2", day=DAY_OF_VISIT, reason=NotHeldReason.NO_ONE_HOME, by=tomorrow
    )
    assert (failed.uid, failed.sequence) == (visit.uid, visit.sequence + 1)
    withdraw(cast.child, "home-2", reason="mistake", by=tomorrow)
    stands = latest(cast)
    assert (stands.uid, stands.sequence) == (visit.uid, failed.sequence + 1)
    assert answers(stands) == answers(visit)
    assert stands.interpreter.language == "so"
    held = record_held(cast.child, "home-2", held=DAY_OF_VISIT, by=tomorrow)
    assert held.sequence == stands.sequence


def test_a_visit_booked_after_one_that_failed_is_another(cast: Cast, visit: Visit):
    later = on(cast.anna, DAY_OF_VISIT)
    record_not_held(
        cast.child, "home-2", day=DAY_OF_VISIT, reason=NotHeldReason.NO_ONE_HOME, by=later
    )
    assert book(cast.child, "home-2", at=AT + 7 * DAY, by=later).uid != visit.uid


# Answering.


def test_a_visit_is_ready_when_everybody_has_said_yes(cast: Cast, visit: Visit):
    assert lacks(cast) == [
        Lack.NOT_ANSWERED, Lack.NOT_ANSWERED, Lack.INTERPRETER_NOT_CONFIRMED,
    ]  # fmt: skip
    answer(cast.child, "home-2", ADVISER, yes=True, by=cast.bo)
    answer(cast.child, "home-2", FAMILY, yes=True, by=cast.frida)
    assert lacks(cast) == [Lack.INTERPRETER_NOT_CONFIRMED]
    confirm_interpreter(cast.child, "home-2", by=cast.anna)
    assert ready(cast).ready
    answer(cast.child, "home-2", ADVISER, yes=False, by=cast.bo)
    assert lacks(cast) == [Lack.SAID_NO]


DEEDS: dict[str, tuple[Callable[[Cast, Actor], object], list[str]]] = {
    "answers": (
        lambda cast, by: answer(cast.child, "home-2", FAMILY, yes=True, by=by),
        ["visit.part_answered"],
    ),
    "goes alone": (
        lambda cast, by: go_alone(cast.child, "home-2", Role.CHILD_HEALTH_NURSE, by=by),
        ["visit.alone"],
    ),
    "confirms": (
        lambda cast, by: confirm_interpreter(cast.child, "home-2", by=by),
        ["interpreter.confirmed"],
    ),
    "changes the interpreter": (
        lambda cast, by: set_interpreter(
            cast.child, "home-2", InterpreterFacts(ON_THE_PHONE), by=by
        ),
        ["interpreter.changed"],
    ),
}


@pytest.mark.parametrize("who", ["anna", "bo", "frida"])
@pytest.mark.parametrize("what", DEEDS)
def test_each_deed_is_noted_with_no_word_about_the_family(
    cast: Cast, visit: Visit, what: str, who: str
):
    deed, actions = DEEDS[what]
    with trail() as lines:
        deed(cast, getattr(cast, who))
    assert [line.action for line in lines] == actions
    assert lines[0].subject == "family:FAMYAAAA"
    assert lines[0].detail.startswith("1 home-2")


@pytest.mark.parametrize("what", DEEDS)
def test_cilla_does_nothing_with_the_visit(cast: Cast, visit: Visit, what: str):
    deed, _actions = DEEDS[what]
    assert refusal(lambda: deed(cast, cast.cilla)).key == "not_within_reach"


@pytest.mark.parametrize("what", DEEDS)
def test_of_a_visit_that_is_not_booked_nothing_is_answered(cast: Cast, what: str):
    deed, _actions = DEEDS[what]
    assert refusal(lambda: deed(cast, cast.anna)).key == "no_open_booking"


def test_each_answers_for_the_own_part(cast: Cast, visit: Visit):
    for by in (cast.bo, cast.frida):
        found = refusal(
            lambda by=by: answer(cast.child, "home-2", NURSE, yes=False, by=by)  # type: ignore[misc]
        )
        assert (found.key, found.values) == ("not_your_part", {"who": "Anna Ask"})
    assert (
        refusal(lambda: answer(cast.child, "home-2", PartKind.DENTAL, yes=True, by=cast.anna)).key
        == "no_such_part"
    )


def test_a_yes_to_one_time_is_no_yes_to_another(cast: Cast, visit: Visit):
    book(cast.child, "home-2", at=AT + DAY, by=cast.anna)
    for deed in (
        lambda: answer(cast.child, "home-2", ADVISER, yes=True, by=cast.bo, booking=visit.pk),
        lambda: confirm_interpreter(cast.child, "home-2", by=cast.bo, booking=visit.pk),
        lambda: go_alone(cast.child, "home-2", cast.bo.role, by=cast.bo, booking=visit.pk),
    ):
        assert refusal(deed).key == "visit_changed"


def test_the_same_answer_twice_is_one(cast: Cast, visit: Visit):
    answer(cast.child, "home-2", ADVISER, yes=True, by=cast.bo)
    sequence = latest(cast).sequence
    with trail() as lines:
        answer(cast.child, "home-2", ADVISER, yes=True, by=cast.bo)
    assert (lines, latest(cast).sequence) == ([], sequence)


def test_a_visit_that_was_booked_before_there_were_parts_has_all_of_them(cast: Cast, visit: Visit):
    VisitPart.objects.all().delete()
    assert lacks(cast).count(Lack.NOT_ANSWERED) + lacks(cast).count(Lack.NOBODY_ASKED) == 3
    answer(cast.child, "home-2", FAMILY, yes=True, by=cast.frida)
    assert answers(visit) == {"nurse": "asked", "adviser": "asked", "family": "yes"}


# Another person, and alone.


def test_the_coordinator_puts_somebody_in_who_then_covers_that_day(cast: Cast, visit: Visit):
    sven = another("Sven", Role.PARENTAL_ADVISER, cast)
    staff = Staff.objects.get(pk=sven.staff)
    answer(cast.child, "home-2", ADVISER, yes=True, by=cast.bo)
    with trail() as lines:
        put(cast.child, "home-2", ADVISER, staff, by=cast.frida)
    assert [line.action for line in lines] == ["cover.granted", "visit.part_changed"]
    made = Cover.objects.get()
    assert (made.starts, made.ends, made.staff_id) == (DAY_OF_VISIT, DAY_OF_VISIT, sven.staff)
    part = visit.parts.get(kind="adviser")
    assert (part.staff_id, part.answer) == (sven.staff, "asked")
    on_the_day = replace(sven, on=DAY_OF_VISIT)
    answer(cast.child, "home-2", ADVISER, yes=True, by=on_the_day)
    assert visit.parts.get(kind="adviser").answer == "yes"


def test_those_who_visit_swap_among_those_who_are_named(cast: Cast, visit: Visit):
    sven = another("Sven", Role.PARENTAL_ADVISER, cast)
    staff = Staff.objects.get(pk=sven.staff)
    assert refusal(lambda: put(cast.child, "home-2", ADVISER, staff, by=cast.bo)).key == (
        "role_names_nobody"
    )
    Cover.objects.create(
        family=cast.family, staff=staff, role=sven.role, starts=ON, ends=DAY_OF_VISIT,
        granted_by_id=cast.frida.staff,
    )  # fmt: skip
    put(cast.child, "home-2", ADVISER, staff, by=sven)
    part = visit.parts.get(kind="adviser")
    assert (part.staff_id, part.answer) == (sven.staff, "yes"), "who takes it on has said yes"


def test_somebody_of_another_role_or_site_cannot_be_put_in(cast: Cast, visit: Visit):
    for actor in (cast.cilla, cast.bo):
        staff = Staff.objects.get(pk=actor.staff)
        found = refusal(
            lambda staff=staff: put(cast.child, "home-2", NURSE, staff, by=cast.frida)  # type: ignore[misc]
        )
        assert found.key == "not_assigned_here"
    anna = Staff.objects.get(pk=cast.anna.staff)
    assert refusal(lambda: put(cast.child, "home-2", NURSE, anna, by=cast.frida)).key == (
        "asked_already"
    )


def test_of_a_protected_family_the_coordinator_names_nobody(cast: Cast, visit: Visit):
    Family.objects.update(protection=ProtectionLevel.CONFIDENTIALITY_FLAG)
    cast.family.refresh_from_db()
    staff = Staff.objects.get(pk=another("Sven", Role.PARENTAL_ADVISER, cast).staff)
    assert refusal(lambda: put(cast.child, "home-2", ADVISER, staff, by=cast.frida)).key == (
        "manager_names_for_protected"
    )
    assert [one.name for one in candidates(cast.family, ADVISER, DAY_OF_VISIT, by=cast.frida)] == [
        "Bo Björk"
    ]


def test_before_a_swap_it_is_told_which_change_it_would_be(cast: Cast, visit: Visit):
    sven = another("Sven", Role.PARENTAL_ADVISER, cast)

    def changes() -> dict[str, int]:
        found = candidates(cast.family, ADVISER, DAY_OF_VISIT, by=cast.frida)
        return {one.name: one.change for one in found}

    assert changes() == {"Bo Björk": 0, "Sven Ny": 1}
    for name in ("Stina", "Signe"):
        nurse = another(name, Role.CHILD_HEALTH_NURSE, cast)
        TeamMember.objects.create(
            family=cast.family, staff_id=nurse.staff, role=nurse.role, starts=ON - DAY, ends=ON
        )
    assert changes() == {"Bo Björk": 0, "Sven Ny": 3}
    put(cast.child, "home-2", ADVISER, Staff.objects.get(pk=sven.staff), by=cast.frida)
    assert changes()["Sven Ny"] == 0, "who covers is known to the family"


def test_one_goes_alone_and_the_visit_waits_for_the_other_no_more(cast: Cast, visit: Visit):
    before = latest(cast).sequence
    go_alone(cast.child, "home-2", Role.CHILD_HEALTH_NURSE, by=cast.frida)
    assert (latest(cast).alone, latest(cast).sequence) == ("child_health_nurse", before + 1)
    assert lacks(cast) == [Lack.NOT_ANSWERED, Lack.INTERPRETER_NOT_CONFIRMED]
    assert (
        refusal(lambda: go_alone(cast.child, "home-2", Role.CHILD_HEALTH_NURSE, by=cast.anna)).key
        == "alone_already"
    )
    with trail() as lines:
        go_alone(cast.child, "home-2", None, by=cast.bo)
    assert [line.action for line in lines] == ["visit.together"]
    assert lacks(cast).count(Lack.NOT_ANSWERED) == 2


def test_another_time_is_for_both_again_and_so_is_another_person(cast: Cast, visit: Visit):
    go_alone(cast.child, "home-2", Role.CHILD_HEALTH_NURSE, by=cast.anna)
    assert book(cast.child, "home-2", at=AT, by=cast.anna).alone == "child_health_nurse"
    assert book(cast.child, "home-2", at=AT + DAY, by=cast.anna).alone == ""
    go_alone(cast.child, "home-2", Role.CHILD_HEALTH_NURSE, by=cast.anna)
    staff = Staff.objects.get(pk=another("Sven", Role.PARENTAL_ADVISER, cast).staff)
    put(cast.child, "home-2", ADVISER, staff, by=cast.frida)
    assert latest(cast).alone == ""


def test_a_guest_has_a_name_that_the_database_does_not_see(cast: Cast):
    baby = Child.objects.create(family=cast.family, number=2, born=ON - 10 * DAY)
    joins(baby, cast.version, enrolled=baby.born + 9 * DAY, by=cast.anna)
    first = book(baby, "home-1", at=AT, by=cast.bo)
    name_guest(baby, "home-1", PartKind.MIDWIFE, " Moa Dahl ", by=cast.frida)
    answer(baby, "home-1", PartKind.MIDWIFE, yes=True, by=cast.bo)
    part = first.parts.get(kind="midwife")
    assert (part.name, part.answer) == ("Moa Dahl", "yes")
    name_guest(baby, "home-1", PartKind.MIDWIFE, "Mia Dal", by=cast.frida)
    assert first.parts.get(kind="midwife").answer == "asked", "another guest is asked anew"
    assert (
        refusal(lambda: name_guest(baby, "home-1", PartKind.MIDWIFE, " ", by=cast.bo)).key
        == "name_missing"
    )
    assert (
        refusal(lambda: name_guest(baby, "home-1", NURSE, "Moa", by=cast.bo)).key == "no_such_part"
    )
    moved = book(baby, "home-1", at=AT + DAY, by=cast.bo)
    assert moved.parts.get(kind="midwife").name == "Mia Dal"


# The interpreter.


def test_an_interpreter_is_booked_confirmed_and_comes(cast: Cast, visit: Visit):
    confirm_interpreter(cast.child, "home-2", by=cast.frida)
    wanted = InterpreterWanted(Mode.ON_SITE, "so", dialect="maay", authorised=True)
    later = on(cast.bo, DAY_OF_VISIT)
    record_held(cast.child, "home-2", held=DAY_OF_VISIT, by=later)
    facts = InterpreterFacts(wanted, Came.LATE, Quality.GOOD, Decimal("850.50"))
    found = set_interpreter(cast.child, "home-2", facts, by=later)
    found.refresh_from_db()
    assert (found.came, found.quality, found.cost) == ("late", "good", Decimal("850.50"))
    assert (found.dialect, found.authorised) == ("maay", True)
    assert found.confirmed_by_id == cast.frida.staff, "what was confirmed stays so"


def test_how_it_went_is_not_written_before_it_was(cast: Cast, visit: Visit):
    for facts, key in (
        (InterpreterFacts(ON_THE_PHONE, Came.ABSENT), "interpreter_not_yet"),
        (InterpreterFacts(ON_THE_PHONE, cost=Decimal(-1)), "cost_unlikely"),
    ):
        found = refusal(
            lambda facts=facts: set_interpreter(cast.child, "home-2", facts, by=cast.anna)  # type: ignore[misc]
        )
        assert found.key == key
    facts = InterpreterFacts(ON_THE_PHONE, Came.ABSENT, Quality.POOR)
    later = on(cast.anna, DAY_OF_VISIT)
    assert refusal(lambda: set_interpreter(cast.child, "home-2", facts, by=later)).key == (
        "quality_without_interpreter"
    )


def test_an_interpreter_can_be_booked_after_the_visit_was(cast: Cast):
    book(cast.child, "home-2", at=AT, interpreter=None, by=cast.anna)
    assert refusal(lambda: confirm_interpreter(cast.child, "home-2", by=cast.anna)).key == (
        "no_interpreter"
    )
    set_interpreter(cast.child, "home-2", InterpreterFacts(ON_THE_PHONE), by=cast.bo)
    assert Lack.INTERPRETER_NOT_CONFIRMED in lacks(cast)


def test_the_list_of_interpreters_has_those_not_confirmed_first(cast: Cast, visit: Visit):
    book(cast.child, "home-3", at=AT + 40 * DAY, by=cast.anna)
    confirm_interpreter(cast.child, "home-2", by=cast.anna)

    def listed(by: Actor) -> list[tuple[str, bool]]:
        return [(row.step, row.confirmed) for row in interpreters_booked(by=by)]

    for by in (cast.anna, cast.bo, cast.frida):
        assert listed(by) == [("home-3", False), ("home-2", True)]
    assert listed(cast.cilla) == []
    book(cast.child, "clinic-5-months", at=moment(ON + 3 * DAY), by=cast.anna)
    assert ("clinic-5-months", False) in listed(cast.anna)
    assert ("clinic-5-months", False) not in listed(cast.bo) + listed(cast.frida)


def test_of_a_protected_family_the_coordinator_learns_of_no_interpreter(cast: Cast, visit: Visit):
    Family.objects.update(protection=ProtectionLevel.CONFIDENTIALITY_FLAG)
    assert Lack.INTERPRETER_NOT_CONFIRMED in lacks(cast)
    assert Lack.INTERPRETER_NOT_CONFIRMED not in lacks(cast, cast.frida)
    assert interpreters_booked(by=cast.frida) == ()
    assert [row.protected for row in interpreters_booked(by=cast.anna)] == [True]
    cast.child.refresh_from_db()
    child = Child.objects.select_related("family").get(pk=cast.child.pk)
    found = visit_page(child, "home-2", by=cast.frida)
    assert found is not None
    assert found.interpreter is None
    assert not found.readiness.ready


def test_a_combined_visit_has_the_parts_of_the_programmes_own(cast: Cast):
    baby = Child.objects.create(family=cast.family, number=2, born=ON - 14 * DAY)
    version = ProgrammeVersion.objects.get(key="goteborg-skane")
    joins(baby, version, enrolled=baby.born, by=cast.anna)
    visit = book(baby, "home-1", at=moment(ON + DAY), by=cast.anna)
    assert set(answers(visit)) >= {"nurse", "adviser", "family"}
    mirror = next(key for key, own in version.plan.mirrors.items() if own == "home-1")
    answer(baby, mirror, FAMILY, yes=True, by=cast.anna)
    assert answers(visit)["family"] == "yes"


# What the database itself refuses.

IMPOSSIBLE: dict[str, Callable[[Visit, Actor], object]] = {
    "two parts of one kind": lambda visit, by: visit.parts.create(kind="nurse"),
    "a part of nobody's": lambda visit, by: visit.parts.create(kind="uncle"),
    "an answer by nobody": lambda visit, by: visit.parts.filter(kind="family").update(answer="yes"),
    "staff as the family": lambda visit, by: visit.parts.filter(kind="family").update(
        staff=by.staff
    ),
    "an answer for a part that nobody has": lambda visit, by: visit.parts.filter(
        kind="nurse"
    ).update(staff=None),
    "two visits with one uid": lambda visit, by: Visit.objects.create(
        child=visit.child, step="home-3", kind="home", uid=visit.uid, booked_for=AT,
        booked_by_id=by.staff, booked_at=now(),
    ),
    "a visit of no time": lambda visit, by: Visit.objects.update(minutes=0),
    "a visit nowhere": lambda visit, by: Visit.objects.update(place="moon"),
    "a family going alone": lambda visit, by: Visit.objects.update(alone="coordinator"),
    "an interpreter of no language": lambda visit, by: InterpreterBooking.objects.update(
        language=""
    ),
    "two interpreters": lambda visit, by: InterpreterBooking.objects.create(
        visit=visit, language="so", mode="phone", booked_by_id=by.staff, booked_at=now()
    ),
    "confirmed by nobody": lambda visit, by: InterpreterBooking.objects.update(confirmed_at=now()),
    "absent and good": lambda visit, by: InterpreterBooking.objects.update(
        came="absent", quality="good"
    ),
    "a cost below nought": lambda visit, by: InterpreterBooking.objects.update(cost=-1),
}  # fmt: skip


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_the_database_refuses(cast: Cast, visit: Visit, what: str):
    with pytest.raises(IntegrityError), transaction.atomic():
        IMPOSSIBLE[what](visit, cast.anna)


def test_a_site_of_its_own(cast: Cast, visit: Visit):
    """Who has moved to another site meanwhile answers for nothing here."""
    Family.objects.update(site=Site.objects.get(key="there"))
    assert (
        refusal(lambda: answer(cast.child, "home-2", ADVISER, yes=True, by=cast.bo)).key
        == "not_within_reach"
    )
