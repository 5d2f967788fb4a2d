"""Busy times from a calendar that somebody keeps elsewhere: only the times leave this module.

What other systems write is odd in many ways: times without a zone, zones with names of their
own, days without an hour, entries that are no obstacle. A time without a zone is Swedish; a
day without an hour is the whole day, midnight to midnight; what is marked free or cancelled
takes no time. One entry that cannot be read does not hide the others: it is counted.

`read` itself has no limit of time. A file can ask for more repetitions than there is time to
count, so it is called by `apart.py`, in a process that the system stops.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import recurring_ical_events
from icalendar import Calendar, Component, Event

from hembesok.values.refusals import Reason, Refusal
from hembesok.visits.rules.times import SWEDEN, Span

DAYS_AHEAD: Final = 90
"""How far ahead somebody's time is kept: what lies further away changes anyway."""

LARGEST: Final = 2 * 1024 * 1024
"""Bytes. A year of a busy calendar is a tenth of it."""

MOST_ENTRIES: Final = 10_000
MOST_TIMES: Final = 2_000
"""More than that many stretches in ninety days is no person's calendar."""

REPEATING: Final = ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")

TOO_OFTEN: Final = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
"""Nobody meets that often; such a rule is a mistake, or meant to do harm."""


EMPTY: Final = Reason("calendar_empty")
TOO_LARGE: Final = Reason("calendar_too_large", {"megabytes": LARGEST // (1024 * 1024)})
NO_CALENDAR: Final = Reason("calendar_kind")
BROKEN: Final = Reason("calendar_broken")
TOO_MANY: Final = Reason("calendar_too_many", {"most": MOST_ENTRIES})
REPEATS_TOO_OFTEN: Final = Reason("calendar_too_often")
TOO_HEAVY: Final = Reason("calendar_too_heavy")
FAULTS: Final = (EMPTY, TOO_LARGE, NO_CALENDAR, BROKEN, TOO_MANY, REPEATS_TOO_OFTEN, TOO_HEAVY)
"""All that can be wrong with a file."""


@dataclass(frozen=True, slots=True)
class Busy:
    """The times that are taken, joined where they touch, and how many entries were not read."""

    spans: tuple[Span, ...]
    unread: int = 0


def why_not_read(content: bytes) -> Reason | None:
    """Return why a file is not worth reading, or None; cheap."""
    if not content.strip():
        return EMPTY
    if len(content) > LARGEST:
        return TOO_LARGE
    if b"BEGIN:VCALENDAR" not in content[:4096].upper():
        return NO_CALENDAR
    return None


def read(content: bytes, *, on: date) -> Busy:
    """Return the busy times of a calendar from a day on, ninety days.

    Raises Refusal, with what is wrong with the file.
    """
    if reason := why_not_read(content):
        raise Refusal(reason)
    calendars = _parsed(content)
    entries = [entry for calendar in calendars for entry in calendar.walk("VEVENT")]
    if len(entries) > MOST_ENTRIES:
        raise Refusal(TOO_MANY)
    first, last = _midnight(on), _midnight(on + timedelta(DAYS_AHEAD))
    found, unread = [], 0
    for series in _series(calendars):
        try:
            found += _times(series, first, last)
        except Refusal:
            raise
        # The library raises whatever its own libraries do; the entry is counted, never guessed at.
        except Exception:
            unread += 1
    if unread and not found:
        raise Refusal(BROKEN)
    spans = joined(_clipped(found, Span(first, last)))
    if len(spans) > MOST_TIMES:
        raise Refusal(TOO_MANY)
    return Busy(spans, unread)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return stretches in order, those that touch or overlap as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.starts <= found[-1].ends:
            found[-1] = Span(found[-1].starts, max(found[-1].ends, span.ends))
        else:
            found.append(span)
    return tuple(found)


def _parsed(content: bytes) -> list[Calendar]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Old Outlook on a Swedish computer. Only titles hold such letters, and they are dropped.
        text = content.decode("cp1252", errors="replace")
    try:
        found = Calendar.from_ical(text, multiple=True)
    # The library raises whatever its own libraries do.
    except Exception:
        raise Refusal(BROKEN) from None
    calendars = [one for one in found if isinstance(one, Calendar)]
    if not calendars:
        raise Refusal(NO_CALENDAR)
    return calendars


def _series(calendars: Iterable[Calendar]) -> Iterator[Calendar]:
    """Give each entry, with the changes of single occasions, in a calendar of its own."""
    for calendar in calendars:
        by_uid: dict[str, list[Component]] = defaultdict(list)
        for n, entry in enumerate(calendar.walk("VEVENT")):
            by_uid[str(entry.get("UID", f"no uid {n}"))].append(entry)
        for entries in by_uid.values():
            one = Calendar()
            if zone := calendar.get("X-WR-TIMEZONE"):
                one.add("X-WR-TIMEZONE", str(zone))
            for entry in entries:
                one.add_component(entry)
            yield one


def _times(series: Calendar, first: datetime, last: datetime) -> list[Span]:
    for entry in series.subcomponents:
        _refuse_too_often(entry)
    repeated = any(name in entry for entry in series.subcomponents for name in REPEATING)
    occasions = (
        recurring_ical_events.of(series).between(first, last) if repeated else series.subcomponents
    )
    return [
        Span(starts, ends)
        for entry in occasions
        if isinstance(entry, Event) and _takes_time(entry)
        for starts, ends in [(_moment(entry.start), _moment(entry.end))]
        if starts < ends
    ]


def _refuse_too_often(entry: Component) -> None:
    rules = entry.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = {str(value).upper() for value in _listed(rule.get("FREQ"))}
        if often & TOO_OFTEN:
            raise Refusal(REPEATS_TOO_OFTEN)


def _takes_time(entry: Component) -> bool:
    def says(name: str) -> str:
        return str(entry.get(name, "")).strip().upper()

    return not (
        says("STATUS") == "CANCELLED"
        or says("TRANSP") == "TRANSPARENT"
        # Outlook's own word, which it writes beside, and not always in step with, the other.
        or says("X-MICROSOFT-CDO-BUSYSTATUS") == "FREE"
    )


def _moment(value: date) -> datetime:
    if not isinstance(value, datetime):
        return _midnight(value)
    return value if value.tzinfo else value.replace(tzinfo=SWEDEN)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SWEDEN)


def _clipped(spans: Iterable[Span], within: Span) -> list[Span]:
    return [
        Span(max(span.starts, within.starts), min(span.ends, within.ends))
        for span in spans
        if span.overlaps(within)
    ]


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]
