"""Taking up an assignment."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import Actor, Role


def assignments_in_force(staff: Staff, *, on: date) -> QuerySet[Assignment]:
    """Return the roles a staff member may take up on a day."""
    return (
        Assignment.objects.filter(staff=staff, starts__lte=on)
        .filter(Q(ends__isnull=True) | Q(ends__gte=on))
        .select_related("unit", "site")
        .order_by("pk")
    )


def assignments_at(site: int, *, on: date) -> QuerySet[Assignment]:
    """Return the roles that people may take up at a site on a day."""
    return Assignment.objects.filter(site=site, staff__is_active=True, starts__lte=on).filter(
        Q(ends__isnull=True) | Q(ends__gte=on)
    )


def actor_for(assignment: Assignment, *, on: date, at: datetime | None = None) -> Actor:
    """Return the actor that a staff member is in an assignment on a day, at a moment of it."""
    return Actor(
        staff=assignment.staff_id,
        name=assignment.staff.name,
        role=Role(assignment.role),
        unit=assignment.unit_id,
        site=assignment.site_id,
        on=on,
        at=at,
    )
