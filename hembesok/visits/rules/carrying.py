"""Carrying visits along without coverage: which days, for how long, what becomes of it.

Values only. Source: ux.md 3.3 (at most seven days, as iOS removes what a page has stored
after seven days without use); domain handbook 8 #13 (only today's families on the device).
"""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

LONGEST_DAYS: Final = 7
"""Days from the taking, that day counted, for which a pack may ever last."""


class Became(StrEnum):
    """What became of something that was saved without coverage."""

    WRITTEN = "written"
    COMPETING = "competing"
    """Somebody had written meanwhile: both texts are kept, and somebody chooses."""
    SEALED = "sealed"
    """Its writer may not write of the family any more: unread, it waits for the coordinator."""


def last_day(on: date, days: int, closed: Callable[[date], bool]) -> date:
    """Return the last day a pack covers: `days` working days, the day of taking always counted.

    Never more than seven days of the calendar, however many of them are closed.
    """
    day, left = on, days - 1
    while left and (day - on).days < LONGEST_DAYS - 1:
        day += timedelta(1)
        left -= not closed(day)
    return day
