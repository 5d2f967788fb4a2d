"""Our visits as other calendars read them: when, and nothing of whom.

Times are in UTC: a calendar with a zone of its own is read an hour wrong by some programs half
of the year. The same visit has the same UID however often it is moved; SEQUENCE rises with each
change, and LAST-MODIFIED and DTSTAMP are of the change, so that two readings of what has not
changed are the same to the byte.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from icalendar import Calendar, Event

from hembesok.visits.rules.times import Span

PRODUCT: Final = "-//Hembesok//Visits//EN"
AGAIN_AFTER: Final = timedelta(hours=2)
"""How often a program is asked to read again; many choose for themselves."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit as a calendar sees it; `changed` is when its `sequence` became what it is."""

    uid: UUID
    sequence: int
    span: Span
    changed: datetime
    cancelled: bool = False


def written(entries: Iterable[Entry], *, summary: str, name: str) -> bytes:
    """Return a calendar with these visits. Nothing in it tells one family from another."""
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", name)
    calendar.add("REFRESH-INTERVAL", AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT2H")
    for entry in sorted(entries, key=lambda one: (one.span, str(one.uid))):
        calendar.add_component(_event(entry, summary))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, summary: str) -> Event:
    event = Event()
    event.add("UID", f"{entry.uid}@hembesok")
    event.add("SEQUENCE", entry.sequence)
    event.add("SUMMARY", summary)
    event.add("DTSTART", entry.span.starts)
    event.add("DTEND", entry.span.ends)
    changed = entry.changed.astimezone(UTC).replace(microsecond=0)
    event.add("DTSTAMP", changed)
    event.add("LAST-MODIFIED", changed)
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    event.add("CLASS", "PRIVATE")
    return event
