"""What a log reviewer asks: the trail of one organisation."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime, make_aware

from hembesok.access.models import Assignment, LogReview, Staff, TrailEntry, Unit
from hembesok.access.rules.review import READS, Seen


class Period(NamedTuple):
    """Days in Sweden, both of them included."""

    first: date
    last: date


def log_of(organisation: int, period: Period) -> QuerySet[TrailEntry]:
    """Return what was done in an organisation's units, and by its staff while signing in."""
    ours = Q(unit__in=Unit.objects.filter(organisation=organisation))
    signing_in = Q(unit=None, staff__in=_staff_ids(organisation))
    begins, ends = (
        make_aware(datetime.combine(day, time()))
        for day in (period.first, period.last + timedelta(1))
    )
    return TrailEntry.objects.filter(ours | signing_in, at__gte=begins, at__lt=ends)


def staff_of(organisation: int) -> dict[int, str]:
    """Return the names of those who work or worked in an organisation, in one query."""
    return dict(Staff.objects.filter(pk__in=_staff_ids(organisation)).values_list("pk", "name"))


def units_of(organisation: int) -> dict[int, str]:
    """Return the names of an organisation's units."""
    return dict(Unit.objects.filter(organisation=organisation).values_list("pk", "name"))


def to_judge(
    entries: QuerySet[TrailEntry], in_team: Callable[[int, str, date], bool]
) -> tuple[list[Seen], dict[int, int]]:
    """Return what can bear a sign, oldest first, and the units of it by number, in one query.

    Lists are left out: they show many families and open none.
    """
    columns = ("number", "at", "staff_id", "action", "subject", "why", "unit_id")
    found = entries.exclude(action__endswith=".listed").exclude(staff=None).order_by("number")
    seen, units = [], {}
    for number, at, staff, action, subject, why, unit in found.values_list(*columns):
        local = localtime(at)
        within = action not in READS or why == "team" or in_team(staff, subject, local.date())
        seen.append(Seen(number, local, staff, action, subject, why, within))
        if unit is not None:
            units[number] = unit
    return seen, units


def reviewed(numbers: Iterable[int]) -> dict[int, str]:
    """Return the latest verdict on each of these entries that has one, in one query."""
    found = LogReview.objects.filter(entry__in=list(numbers)).order_by("pk")
    return dict(found.values_list("entry", "verdict"))


def _staff_ids(organisation: int) -> QuerySet[Assignment, int]:
    return Assignment.objects.filter(unit__organisation=organisation).values_list(
        "staff", flat=True
    )
