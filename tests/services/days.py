"""Days and moments of the tests.

Doris on the day of the tests, 16 March 2026: home visit 1 is missed, home
visit 2 overdue (its window was 10 February to 10 March), home visit 3 upcoming
(from 10 April).
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hembesok.access.rules.roles import Actor

DAY = timedelta(1)
IN_WINDOW = date(2026, 3, 2)
"""A day on which home visit 2 is due."""


def moment(day: date, hour: int = 10) -> datetime:
    """Return an hour of a day in Sweden."""
    return datetime.combine(day, time(hour), tzinfo=ZoneInfo("Europe/Stockholm"))


def on(actor: Actor, day: date) -> Actor:
    """Return the actor as the person was that day."""
    return replace(actor, on=day)
