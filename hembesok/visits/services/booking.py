"""Booking visits and recording what became of them: the one write path for every door."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localtime, now

from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.enrolment.models import Enrolment
from hembesok.families.models import Child
from hembesok.families.services.reach import locked_within_reach
from hembesok.programme.rules.protocol import Step
from hembesok.programme.rules.schedule import StepStatus
from hembesok.programme.rules.states import Action, State
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import Visit, VisitQuerySet
from hembesok.visits.queries.pages import schedule_of
from hembesok.visits.rules.acting import (
    NotHeldReason,
    Outcome,
    why_not,
    why_not_book,
    why_not_record,
)
from hembesok.visits.rules.parts import (
    USUAL_MINUTES,
    Place,
    next_sequence,
    parts_of,
    usual_place,
    why_not_place,
)
from hembesok.visits.rules.times import why_not_minutes
from hembesok.visits.services.asking import (
    AS_BEFORE,
    AsBefore,
    InterpreterWanted,
    ask,
    copy_parts,
    same_time_and_place,
)

REBOOKED = "rebooked"
"""Why the earlier of two bookings was withdrawn."""


@transaction.atomic
def book(
    child: Child,
    step_key: str,
    *,
    at: datetime,
    by: Actor,
    minutes: int | None = None,
    place: Place | None = None,
    interpreter: InterpreterWanted | AsBefore | None = AS_BEFORE,
) -> Visit:
    """Book a step for a time, in place of an earlier booking of it, and ask those who are to come.

    What is left out is as it was booked before, or as usual. For people's calendars
    a visit that is booked anew is the same one. Raises Refusal when a rule forbids
    it; the reason is fit to show to staff.
    """
    child, step = _locked(child, step_key, Action.BOOK, by)
    membership = child.enrolment.membership
    refuse(why_not_book(localtime(at).date(), on=by.on, membership=membership))
    earlier = open_booking(child, step)
    visit = Visit(
        child=child,
        step=step.key,
        kind=step.kind,
        booked_for=at,
        booked_by_id=by.staff,
        booked_at=now(),
    )
    _plan(visit, step, minutes, place, earlier)
    if earlier is not None:
        _withdraw(earlier, REBOOKED, by)
    visit.save()
    own = step in child.enrolment.version.plan.own
    ask(visit, parts_of(step, own=own), interpreter, earlier=earlier, by=by)
    note(by, "visit.booked", child.family.subject, _detail(visit))
    return visit


def _plan(
    visit: Visit, step: Step, minutes: int | None, place: Place | None, earlier: Visit | None
) -> None:
    """Write how long a visit takes and where it is; of an earlier booking, what stays."""
    level = visit.child.family.level
    known = Place(earlier.place) if earlier is not None and earlier.place else None
    if known is not None and why_not_place(known, level) is not None:
        known = None  # The family has been protected since.
    place = place or known or usual_place(step.kind, level)
    minutes = minutes or (earlier.minutes if earlier is not None else USUAL_MINUTES)
    refuse(why_not_minutes(minutes))
    refuse(why_not_place(place, level))
    visit.minutes, visit.place = minutes, place.value
    if earlier is not None:
        visit.uid, visit.sequence = earlier.uid, next_sequence(earlier.sequence)
        visit.alone = earlier.alone if same_time_and_place(visit, earlier) else ""


@transaction.atomic
def record_held(child: Child, step_key: str, *, held: date, by: Actor) -> Visit:
    """Record that a visit took place. Raises Refusal when a rule forbids it."""
    return _record(child, step_key, Action.RECORD_HELD, Outcome.HELD, held, by)


@transaction.atomic
def record_not_held(
    child: Child, step_key: str, *, day: date, reason: NotHeldReason, by: Actor
) -> Visit:
    """Record that a visit failed, and why. Raises Refusal when a rule forbids it."""
    return _record(child, step_key, Action.RECORD_NOT_HELD, Outcome.NOT_HELD, day, by, reason)


@transaction.atomic
def record_declined(child: Child, step_key: str, *, day: date, by: Actor) -> Visit:
    """Record that the family said no to this visit. Raises Refusal when a rule forbids it."""
    return _record(child, step_key, Action.RECORD_DECLINED, Outcome.DECLINED, day, by)


@transaction.atomic
def withdraw(child: Child, step_key: str, *, reason: str, by: Actor) -> Visit:
    """Take back the latest outcome of a step, written by mistake; the row is kept, with why.

    The booking it was written on stands again: the family still waits for that
    visit, or somebody must still say what became of it. Raises Refusal when there
    is nothing to take back or no reason is given.
    """
    child, step = _locked(child, step_key, Action.WITHDRAW, by)
    if not reason.strip():
        raise Refusal(Reason("reason_missing"))
    visit = visits_of(child, step).exclude(outcome="").last()
    if visit is None:
        raise Refusal(Reason("nothing_to_withdraw"))
    _withdraw(visit, reason.strip(), by)
    if visit.booked_for is not None and open_booking(child, step) is None:
        stands = Visit.objects.create(
            child=child,
            step=visit.step,
            kind=visit.kind,
            booked_for=visit.booked_for,
            booked_by=visit.booked_by,
            booked_at=visit.booked_at,
            uid=visit.uid,
            sequence=next_sequence(visit.sequence),
            minutes=visit.minutes,
            place=visit.place,
            alone=visit.alone,
        )
        copy_parts(stands, visit)
    return visit


def _record(
    child: Child,
    step_key: str,
    action: Action,
    outcome: Outcome,
    day: date,
    by: Actor,
    not_held_reason: NotHeldReason | None = None,
) -> Visit:
    child, step = _locked(child, step_key, action, by)
    membership = child.enrolment.membership
    refuse(why_not_record(day, born=child.born, on=by.on, membership=membership))
    if outcome is Outcome.HELD and visits_of(child, step).filter(outcome=outcome).exists():
        # Held, but on a day that does not count: the family had left by then.
        raise Refusal(Reason("held_already"))
    visit = open_booking(child, step) or Visit(child=child, step=step.key, kind=step.kind)
    visit.outcome, visit.outcome_on = outcome, day
    # A visit that is not made is taken out of people's calendars.
    visit.sequence = next_sequence(visit.sequence, changed=outcome is not Outcome.HELD)
    visit.not_held_reason = not_held_reason or ""
    visit.recorded_by_id, visit.recorded_at = by.staff, now()
    visit.save()
    note(by, f"visit.{outcome}", child.family.subject, _detail(visit))
    return visit


def _withdraw(visit: Visit, reason: str, by: Actor) -> None:
    visit.withdrawn_by_id, visit.withdrawn_at = by.staff, now()
    visit.withdrawn_reason = reason
    visit.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    note(by, "visit.withdrawn", visit.child.family.subject, _detail(visit))


def _locked(child: Child, step_key: str, action: Action, by: Actor) -> tuple[Child, Step]:
    """Lock a child within reach and return it with the step; refuse what the state forbids."""
    found, status = locked_step(child, step_key, by)
    known = visits_of(found, status.step)
    refuse(
        why_not(
            action,
            status.state,
            by.role,
            own=status.step in found.enrolment.version.plan.own,
            open_booking=known.filter(outcome="").exists(),
            has_outcome=known.exclude(outcome="").exists(),
        )
    )
    return found, status.step


def locked_step(child: Child, step_key: str, by: Actor) -> tuple[Child, StepStatus]:
    """Lock a child within reach, and return it with how the step stands that a key means.

    Raises Refusal where there is no such child or step.
    """
    found = locked_within_reach(child, by)
    enrolment = Enrolment.objects.select_related("version__base").filter(child=found).first()
    if enrolment is None:
        raise Refusal(Reason("not_within_reach"))
    found.enrolment = enrolment
    statuses = {row.step.key: row for row in schedule_of(found, on=by.on).steps}
    status = statuses.get(step_key)
    if status is None:
        raise Refusal(Reason("no_such_step", {"step": step_key}))
    together = statuses[enrolment.version.plan.mirrors.get(step_key, step_key)]
    # A base step held together with a programme step is recorded on the programme step, unless
    # the family joined too late for that one: the base programme is for all.
    return found, together if together.state is not State.NOT_APPLICABLE else status


def visits_of(child: Child, step: Step) -> VisitQuerySet:
    """Return what is written of a step and of what it is held together with, and still counts."""
    keys = child.enrolment.version.plan.same_visit(step.key)
    return Visit.objects.counted().filter(child=child, step__in=keys).order_by("pk")


def open_booking(child: Child, step: Step) -> Visit | None:
    """Return the booking of a step that nobody has written an outcome of."""
    return visits_of(child, step).filter(outcome="").first()


def _detail(visit: Visit) -> str:
    return f"{visit.child.number} {visit.step}"
