"""The demo's calendars: hours, busy times, one who is away today, and a closed day."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.timezone import make_aware

from hembesok.access.models import Assignment, Site, Staff
from hembesok.access.rules.roles import VISITORS, Actor, Role
from hembesok.access.services.assignments import actor_for
from hembesok.visits.models import BusyReading, BusyTime
from hembesok.visits.rules.times import Hours
from hembesok.visits.services import calendars

AWAY: Final = "leila.nur"
_PART_TIME: Final = tuple(Hours(weekday, time(8), time(16)) for weekday in range(4))
"""Monday to Thursday."""
_BUSY: Final = {
    "maria.ek": ((0, time(13), 90), (2, time(8), 120), (4, time(10), 60)),
    "sara.berg": ((1, time(9), 120), (3, time(13), 180)),
    "olle.holm": ((0, time(8, 30), 60), (2, time(14), 90)),
}
"""For each login: weekday, from when, and for how many minutes, every week."""
_WEEKS: Final = 8


def load(site: Site, staff: Mapping[str, Staff], *, on: date) -> None:
    """Fill the calendars of those who visit, as they stand on a day."""
    monday = on - timedelta(on.weekday())
    for login, times in _BUSY.items():
        weeks = (monday + timedelta(7 * n) for n in range(_WEEKS))
        BusyTime.objects.bulk_create(
            _busy(staff[login], week + timedelta(weekday), starts, minutes)
            for week in weeks
            for weekday, starts, minutes in times
        )
        BusyReading.objects.create(
            staff=staff[login],
            read_at=make_aware(datetime.combine(on, time(7))),
            until=monday + timedelta(7 * _WEEKS),
        )
    calendars.write_hours(_PART_TIME, by=_actor(staff["olle.holm"], site, on))
    coordinator = _actor(staff["anna.lind"], site, on)
    calendars.write_absence(staff[AWAY], starts=on, ends=on, by=coordinator)
    calendars.close_site(_a_friday(on + timedelta(21)), "Planeringsdag", by=coordinator)


def _busy(staff: Staff, day: date, starts: time, minutes: int) -> BusyTime:
    at = make_aware(datetime.combine(day, starts))
    return BusyTime(staff=staff, starts=at, ends=at + timedelta(minutes=minutes))


def _a_friday(day: date) -> date:
    return day + timedelta((4 - day.weekday()) % 7)


def _actor(staff: Staff, site: Site, on: date) -> Actor:
    roles = (*VISITORS, Role.COORDINATOR)
    assignment = Assignment.objects.select_related("staff").filter(
        staff=staff, site=site, role__in=roles
    )
    return actor_for(assignment.order_by("pk")[0], on=on)
