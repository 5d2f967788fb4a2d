"""Taking up an assignment, and noting in the trail."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from hembesok.access.models import Assignment, Staff, TrailEntry
from hembesok.access.rules import Actor, Role


def assignments_in_force(staff: Staff, *, on: date) -> QuerySet[Assignment]:
    """Return the roles a staff member may take up on a day."""
    return (
        Assignment.objects.filter(staff=staff, starts__lte=on)
        .filter(Q(ends__isnull=True) | Q(ends__gte=on))
        .select_related("unit", "site")
        .order_by("pk")
    )


def actor_for(assignment: Assignment, *, on: date) -> Actor:
    """Return the actor that a staff member is in an assignment on a day."""
    return Actor(
        staff=assignment.staff_id,
        name=assignment.staff.name,
        role=Role(assignment.role),
        unit=assignment.unit_id,
        site=assignment.site_id,
        on=on,
    )


def note(actor: Actor, action: str, subject: str = "", detail: str = "") -> None:
    """Note one read or write of one record in the trail."""
    note_all(actor, action, [subject], detail)


def note_all(actor: Actor, action: str, subjects: Iterable[str], detail: str = "") -> None:
    """Note a read that showed several records, one entry for each, in one statement."""
    at = now()
    TrailEntry.objects.bulk_create(
        TrailEntry(
            at=at,
            staff_id=actor.staff,
            role=actor.role,
            unit_id=actor.unit,
            action=action,
            subject=subject,
            detail=detail,
        )
        for subject in subjects
    )


def note_sign_in(staff: Staff, action: str) -> None:
    """Note that a person signed in or out; no role is taken up yet."""
    TrailEntry.objects.create(at=now(), staff=staff, action=action)
