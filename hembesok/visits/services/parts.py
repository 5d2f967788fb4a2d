"""What people do about who comes to a visit: answer, swap, go alone, see to the interpreter."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import now

from hembesok.access.models import Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import assignments_in_force
from hembesok.access.services.trail import note
from hembesok.families.models import Child
from hembesok.families.services.naming import cover
from hembesok.programme.rules.protocol import Step
from hembesok.programme.rules.states import Action
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import InterpreterBooking, Visit, VisitPart
from hembesok.visits.rules.acting import Outcome, may_act
from hembesok.visits.rules.parts import (
    GUESTS,
    ROLE_OF,
    Answer,
    Came,
    PartKind,
    Quality,
    next_sequence,
    parts_of,
    why_not_alone,
    why_not_answer,
    why_not_came,
    why_not_cost,
    why_not_put,
)
from hembesok.visits.services.asking import (
    InterpreterWanted,
    ask_parts,
    day_of,
    interpreter_of,
    is_own,
    named_on,
    same_interpreter,
    say,
)
from hembesok.visits.services.booking import locked_step, open_booking, visits_of


@dataclass(frozen=True, slots=True, repr=False)
class InterpreterFacts:
    """What is known of a visit's interpreter: whom one wants, and how it went; cost in SEK."""

    wanted: InterpreterWanted
    came: Came | None = None
    quality: Quality | None = None
    cost: Decimal | None = None


# In each of these `booking` is the key of the booking that was on the screen: whoever says yes to
# Tuesday has not said yes to Wednesday.


@transaction.atomic
def answer(
    child: Child, step_key: str, kind: PartKind, *, yes: bool, by: Actor, booking: int | None = None
) -> VisitPart:
    """Say yes or no for a part of a booked visit. Raises Refusal when a rule forbids it."""
    visit, _kinds = _booked(child, step_key, by, booking)
    part = _part(visit, kind)
    refuse(why_not_answer(part.value if part is not None else None, staff=by.staff))
    if part is None:
        raise Refusal(Reason("no_such_part"))
    wanted = Answer.YES if yes else Answer.NO
    if part.answer != wanted:
        say(part, wanted, by)
        part.save()
        _changed(visit)
        note(by, "visit.part_answered", visit.child.family.subject, _detail(visit, kind))
    return part


@transaction.atomic
def put(
    child: Child,
    step_key: str,
    kind: PartKind,
    staff: Staff,
    *,
    by: Actor,
    booking: int | None = None,
) -> VisitPart:
    """Ask another person for the part of a nurse or an adviser.

    Who is not named for the family that day is let cover for that day, by those who
    name staff. Raises Refusal when a rule forbids it.
    """
    visit, _kinds = _booked(child, step_key, by, booking)
    part = _part(visit, kind)
    refuse(why_not_put(part.value if part is not None else None, staff.pk))
    if part is None:
        raise Refusal(Reason("no_such_part"))
    role, day, family = ROLE_OF[kind], day_of(visit.booked_for), visit.child.family
    there = assignments_in_force(staff, on=day).filter(site_id=family.site_id, role=role.value)
    if not there.exists():
        raise Refusal(Reason("not_assigned_here"))
    if staff.pk not in named_on(family, role, day):
        cover(family, staff, role, starts=day, ends=day, by=by)
    part.staff = staff
    say(part, Answer.ASKED, None)
    if is_own(part, by):
        say(part, Answer.YES, by)
    part.save()
    if visit.alone and visit.alone != role.value:
        visit.alone = ""
    _changed(visit)
    note(by, "visit.part_changed", family.subject, _detail(visit, kind))
    return part


@transaction.atomic
def name_guest(
    child: Child, step_key: str, kind: PartKind, name: str, *, by: Actor, booking: int | None = None
) -> VisitPart:
    """Write who comes as a guest; another guest is asked anew. Raises Refusal."""
    visit, _kinds = _booked(child, step_key, by, booking)
    part = _part(visit, kind)
    if part is None or kind not in GUESTS:
        raise Refusal(Reason("no_such_part"))
    if not name.strip():
        raise Refusal(Reason("name_missing"))
    if part.name != name.strip():
        if part.name:
            say(part, Answer.ASKED, None)
        part.name = name.strip()
        part.save()
        _changed(visit)
        note(by, "visit.part_changed", visit.child.family.subject, _detail(visit, kind))
    return part


@transaction.atomic
def go_alone(
    child: Child, step_key: str, alone: Role | None, *, by: Actor, booking: int | None = None
) -> Visit:
    """Plan a visit to be made by one service alone, which is no joint visit; None: by both again.

    Raises Refusal when a rule forbids it.
    """
    visit, kinds = _booked(child, step_key, by, booking)
    now_alone = Role(visit.alone) if visit.alone else None
    refuse(why_not_alone(kinds, alone, now_alone))
    visit.alone = alone.value if alone is not None else ""
    _changed(visit)
    action = "visit.alone" if alone is not None else "visit.together"
    note(by, action, visit.child.family.subject, _detail(visit))
    return visit


@transaction.atomic
def confirm_interpreter(
    child: Child, step_key: str, *, by: Actor, booking: int | None = None
) -> InterpreterBooking:
    """Write that the interpreter of a booked visit is confirmed. Raises Refusal."""
    visit, _kinds = _booked(child, step_key, by, booking)
    found = interpreter_of(visit)
    if found is None:
        raise Refusal(Reason("no_interpreter"))
    if found.confirmed_at is None:
        found.confirmed_by_id, found.confirmed_at = by.staff, now()
        found.save(update_fields=["confirmed_by", "confirmed_at"])
        note(by, "interpreter.confirmed", visit.child.family.subject, _detail(visit))
    return found


@transaction.atomic
def set_interpreter(
    child: Child, step_key: str, facts: InterpreterFacts, *, by: Actor, booking: int | None = None
) -> InterpreterBooking:
    """Write what is known of a visit's interpreter, also after the visit; book one if need be.

    Another interpreter than the one confirmed has to be confirmed again. Raises
    Refusal when a rule forbids it.
    """
    visit = _latest(child, step_key, by, booking)
    begun = day_of(visit.booked_for) <= by.on or visit.outcome == Outcome.HELD
    refuse(why_not_came(facts.came, facts.quality, begun=begun))
    refuse(why_not_cost(facts.cost))
    before = interpreter_of(visit)
    found = interpreter_of(visit) or InterpreterBooking(
        visit=visit, booked_by_id=by.staff, booked_at=now()
    )
    facts.wanted.write_to(found, visit.child.family)
    if before is not None and not same_interpreter(found, before):
        found.confirmed_by_id, found.confirmed_at = None, None
    found.came = facts.came.value if facts.came is not None else ""
    found.quality = facts.quality.value if facts.quality is not None else ""
    found.cost = facts.cost
    found.save()
    note(by, "interpreter.changed", visit.child.family.subject, _detail(visit))
    return found


def _booked(
    child: Child, step_key: str, by: Actor, booking: int | None
) -> tuple[Visit, tuple[PartKind, ...]]:
    """Lock a child and return the step's booking, with all its parts; raises Refusal."""
    child, step, own = _step_of(child, step_key, by)
    visit = open_booking(child, step)
    ended = child.enrolment.ended
    if visit is None or (ended is not None and day_of(visit.booked_for) > ended):
        raise Refusal(Reason("no_open_booking"))
    if booking is not None and visit.pk != booking:
        raise Refusal(Reason("visit_changed"))
    visit.child = child
    kinds = parts_of(step, own=own)
    # A visit booked before there were parts has none yet.
    ask_parts(visit, kinds, earlier=None, by=None)
    return visit, kinds


def _latest(child: Child, step_key: str, by: Actor, booking: int | None) -> Visit:
    """Lock a child and return the step's booking, or else the latest that was booked."""
    child, step, _own = _step_of(child, step_key, by)
    visit = open_booking(child, step)
    visit = visit or visits_of(child, step).filter(booked_for__isnull=False).last()
    if visit is None:
        raise Refusal(Reason("no_open_booking"))
    if booking is not None and visit.pk != booking:
        raise Refusal(Reason("visit_changed"))
    visit.child = child
    return visit


def _step_of(child: Child, step_key: str, by: Actor) -> tuple[Child, Step, bool]:
    """Lock a child and return it with the step, and whether that is the programme's own."""
    child, status = locked_step(child, step_key, by)
    own = status.step in child.enrolment.version.plan.own
    if not may_act(Action.BOOK, by.role, own=own):
        raise Refusal(Reason("role_may_not", {"role": by.role}))
    return child, status.step, own


def _part(visit: Visit, kind: PartKind) -> VisitPart | None:
    return VisitPart.objects.select_related("staff").filter(visit=visit, kind=kind.value).first()


def _changed(visit: Visit) -> None:
    visit.sequence = next_sequence(visit.sequence)
    visit.save(update_fields=["sequence", "alone"])


def _detail(visit: Visit, kind: PartKind | None = None) -> str:
    return f"{visit.child.number} {visit.step}" + (f" {kind}" if kind is not None else "")
