"""Going in to a family and coming out: when somebody is missed. Values only, times in UTC.

Source: staff safety in the home (domain handbook 8, story 13).
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from hembesok.values.refusals import Reason

SPARE: Final = timedelta(minutes=30)
"""Between the booked end of a visit and when somebody is missed, unless they say another."""
PLANNED: Final = timedelta(minutes=60)
"""How long a visit is planned to be, where nothing else is said."""
SOONEST, LATEST = timedelta(minutes=5), timedelta(hours=8)
"""From now, between which whoever goes in says to be back."""
EARLY: Final = timedelta(hours=2)
"""How long before a booked visit somebody may go in to it."""


class Mail(StrEnum):
    """What became of the e-mail about somebody who is missed."""

    SENT = "sent"
    REFUSED = "refused"
    NO_ADDRESS = "no_address"


def due_back(booked: datetime | None, planned: timedelta, *, now: datetime) -> datetime:
    """Return when whoever goes in now is missed, to the minute, unless they say another time.

    Whoever goes in late is not missed at once: a whole visit is counted from now.
    """
    ends = max(booked or now, now) + planned
    return (ends + SPARE).replace(second=0, microsecond=0)


def why_not_check_in(
    *,
    now: datetime,
    back: datetime,
    booked: datetime,
    inside: bool,
    staff: int,
    colleague: int,
    colleagues: frozenset[int],
) -> Reason | None:
    """Return why somebody may not go in, or None."""
    if inside:
        return Reason("inside_already")
    if now < booked - EARLY:
        return Reason("too_early_to_go_in")
    if not now + SOONEST <= back <= now + LATEST:
        return Reason("back_at_unlikely")
    if colleague == staff or colleague not in colleagues:
        return Reason("colleague_not_offered")
    return None


def missed(*, back: datetime, out: datetime | None, now: datetime) -> bool:
    """Tell whether somebody should have been out by now."""
    return out is None and now > back
