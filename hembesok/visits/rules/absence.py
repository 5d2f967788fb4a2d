"""Who writes working hours, absences and closed days, and what they may be. Values only."""

from collections.abc import Sequence
from datetime import date, time
from typing import Final

from hembesok.access.rules.roles import VISITORS, Role
from hembesok.values.refusals import Reason
from hembesok.visits.rules.times import Hours

LONGEST_ABSENCE_DAYS: Final = 366
"""Whoever is away longer leaves the team; a slip in the year is the usual mistake."""

PLANNERS: Final = (*VISITORS, Role.COORDINATOR)
"""Who sees when people can; those who visit plan for themselves, the coordinator for the site."""


def hours_of(weekday: int, starts: time | None, ends: time | None) -> Hours | Reason | None:
    """Return the hours written for a weekday, None where none are, or what is wrong with them."""
    if starts is None and ends is None:
        return None
    if starts is None or ends is None or ends <= starts:
        return Reason("hours_end_before_start")
    return Hours(weekday, starts, ends)


def why_not_hours(hours: Sequence[Hours]) -> Reason | None:
    """Return why somebody's week may not be written, or None."""
    return None if hours else Reason("hours_missing")


def why_not_absent(
    *, by_role: Role, own: bool, here: bool, starts: date, ends: date, on: date
) -> Reason | None:
    """Return why an absence may not be written, or None.

    `own` is whether it is the writer's own, `here` whether the person visits families
    at the writer's site.
    """
    if by_role not in PLANNERS or not (own or by_role is Role.COORDINATOR):
        return Reason("absence_of_another")
    if not here:
        return Reason("not_assigned_here")
    if ends < starts:
        return Reason("ends_before_start", {"ends": ends, "starts": starts})
    if ends < on:
        return Reason("day_has_passed", {"day": ends})
    if (ends - starts).days >= LONGEST_ABSENCE_DAYS:
        return Reason("absence_too_long")
    return None


def why_not_close(by_role: Role, title: str, day: date, *, on: date) -> Reason | None:
    """Return why a site may not close on a day, or None."""
    if by_role is not Role.COORDINATOR:
        return Reason("role_closes_nothing")
    if not title.strip():
        return Reason("closed_day_untitled")
    return Reason("day_has_passed", {"day": day}) if day < on else None
