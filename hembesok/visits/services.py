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
from hembesok.programme.rules.states import Action, State
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import Visit, VisitQuerySet
from hembesok.visits.queries import schedule_of
from hembesok.visits.rules import (
    NotHeldReason,
    Outcome,
    why_not,
    why_not_book,
    why_not_record,
)

REBOOKED = "rebooked"
"""Why the earlier of two bookings was withdrawn."""


@transaction.atomic
def book(child: Child, step_key: str, *, at: datetime, by: Actor) -> Visit:
    """Book a step for a time, in place of an earlier booking of it.

    Raises Refusal when a rule forbids it; the reason is fit to show to staff.
    """
    child, step = _locked(child, step_key, Action.BOOK, by)
    membership = child.enrolment.membership
    refuse(why_not_book(localtime(at).date(), on=by.on, membership=membership))
    earlier = _open_booking(child, step)
    if earlier is not None:
        _withdraw(earlier, REBOOKED, by)
    visit = Visit.objects.create(
        child=child,
        step=step.key,
        kind=step.kind,
        booked_for=at,
        booked_by_id=by.staff,
        booked_at=now(),
    )
    note(by, "visit.booked", child.family.subject, _detail(visit))
    return visit


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
    visit = _visits_of(child, step).exclude(outcome="").last()
    if visit is None:
        raise Refusal(Reason("nothing_to_withdraw"))
    _withdraw(visit, reason.strip(), by)
    if visit.booked_for is not None and _open_booking(child, step) is None:
        Visit.objects.create(
            child=child,
            step=visit.step,
            kind=visit.kind,
            booked_for=visit.booked_for,
            booked_by=visit.booked_by,
            booked_at=visit.booked_at,
        )
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
    if outcome is Outcome.HELD and _visits_of(child, step).filter(outcome=outcome).exists():
        # Held, but on a day that does not count: the family had left by then.
        raise Refusal(Reason("held_already"))
    visit = _open_booking(child, step) or Visit(child=child, step=step.key, kind=step.kind)
    visit.outcome, visit.outcome_on = outcome, day
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
    if together.state is not State.NOT_APPLICABLE:
        status = together
    known = _visits_of(found, status.step)
    refuse(
        why_not(
            action,
            status.state,
            by.role,
            own=status.step in enrolment.version.plan.own,
            open_booking=known.filter(outcome="").exists(),
            has_outcome=known.exclude(outcome="").exists(),
        )
    )
    return found, status.step


def _visits_of(child: Child, step: Step) -> VisitQuerySet:
    """Return what is written of a step and of what it is held together with, and still counts."""
    keys = child.enrolment.version.plan.same_visit(step.key)
    return Visit.objects.counted().filter(child=child, step__in=keys).order_by("pk")


def _open_booking(child: Child, step: Step) -> Visit | None:
    return _visits_of(child, step).filter(outcome="").first()


def _detail(visit: Visit) -> str:
    return f"{visit.child.number} {visit.step}"
