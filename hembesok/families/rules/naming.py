"""Who may be named for a family, by whom, and when a family may be opened in an emergency."""

from datetime import date
from typing import Final

from hembesok.access.rules.roles import TEAM, Role
from hembesok.values.refusals import Reason

NAMERS: Final = (Role.COORDINATOR, Role.MANAGER)
"""Who names others; for a family with protected personal data only the manager does."""

LONGEST_COVER_DAYS: Final = 92
"""A cover is for a time: whoever stays longer belongs in the team."""


def why_not_name(
    *, by_role: Role, role: Role, protected: bool, has_assignment: bool
) -> Reason | None:
    """Return why somebody may not be named for a family, or None."""
    if by_role not in NAMERS:
        return Reason("role_names_nobody")
    if protected and by_role is not Role.MANAGER:
        return Reason("manager_names_for_protected")
    if role not in TEAM or not has_assignment:
        return Reason("not_assigned_here")
    return None


def why_not_cover(*, starts: date, ends: date, on: date) -> Reason | None:
    """Return why days may not be covered, or None."""
    if ends < starts:
        return Reason("ends_before_start", {"ends": ends, "starts": starts})
    if ends < on:
        return Reason("day_has_passed", {"day": ends})
    if (ends - starts).days > LONGEST_COVER_DAYS:
        return Reason("cover_too_long", {"days": LONGEST_COVER_DAYS})
    return None


def why_not_open(*, role: Role, reason: str, within_reach: bool) -> Reason | None:
    """Return why a family may not be opened in an emergency, or None."""
    if role not in TEAM:
        return Reason("role_opens_nothing")
    if within_reach:
        return Reason("already_within_reach")
    if len(reason.split()) < LEAST_WORDS:
        return Reason("emergency_reason_missing")
    return None


LEAST_WORDS: Final = 3
"""A reason that can be reviewed is more than a word."""


def why_not_review(*, role: Role, own: bool, already: bool) -> Reason | None:
    """Return why an emergency access may not be reviewed, or None."""
    if role is not Role.LOG_REVIEWER:
        return Reason("role_reviews_nothing")
    if own:
        return Reason("own_access_reviewed_by_another")
    return Reason("reviewed_already") if already else None
