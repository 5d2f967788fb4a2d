"""The chain of the trail: each entry vouches, with a key, for itself and all before it.

Source: logs must be kept at least five years and be worth believing (domain
handbook 5.2). What the chain alone cannot tell, a cut tail or a chain made anew
by somebody who has the key, is told by heads that were kept elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from json import JSONEncoder
from typing import Final, NamedTuple

BEGINNING: Final = ""
"""What stands before the first entry in place of a link."""

Mac = Callable[[bytes, str], str | None]
"""The code of some bytes under the key of that name, in hex; None when there is no such key."""


class Row(NamedTuple):
    """An entry of the trail, every column of it, in the order in which it is chained."""

    number: int
    at: datetime
    staff: int | None
    role: str
    unit: int | None
    action: str
    subject: str
    detail: str
    why: str
    key: str
    link: str


class Head(NamedTuple):
    """The newest entry at some time: its number, its link and the day it was written."""

    day: date
    number: int
    link: str


class What(StrEnum):
    """What is wrong with a trail."""

    CHANGED = "changed"
    INSERTED = "inserted"
    MISSING = "missing"
    UNKNOWN_KEY = "unknown_key"
    CUT = "cut"
    BEYOND_HEAD = "beyond_head"
    HEAD_DIFFERS = "head_differs"
    KEPT_HEAD_DIFFERS = "kept_head_differs"
    KEPT_HEAD_UNREADABLE = "kept_head_unreadable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: at which entry, of which day, and what; `to` ends a range."""

    number: int
    day: date | None
    what: What
    to: int | None = None


# What is no text and no number was put there by somebody else; repr lets it differ, not fail.
_encode = JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=repr).encode


def canonical(row: Row) -> bytes:
    """Return the columns of an entry as bytes that are the same whichever database kept them.

    All but two: the link is made from these bytes, and the key is vouched for by
    the link, which no other key gives.
    """
    moment = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return _encode([row.number, moment, *row[2:9]]).encode()


def chained(previous: str, row: Row) -> bytes:
    """Return what the link of an entry is made from: the link before it, and its columns."""
    return f"{previous}\n".encode() + canonical(row)


@dataclass(slots=True)
class Verification:
    """Walks a trail in the order of its numbers, in memory that does not grow with it.

    `kept` holds the heads that were kept elsewhere, by number; `local_day` tells
    the day of a moment where the trail is kept.
    """

    mac: Mac
    local_day: Callable[[datetime], date]
    kept: Mapping[int, Sequence[Head]] = field(default_factory=dict)
    head: Head | None = None
    """The newest entry walked so far."""
    days_without_head: list[date] = field(default_factory=list)
    """The days that have entries of which no head was kept."""
    _days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        self._days = frozenset(head.day for heads in self.kept.values() for head in heads)

    def walk(self, rows: Iterable[Row]) -> Iterator[Finding]:
        """Yield what is wrong with the next entries; may be called again with those after them."""
        for row in rows:
            day = self.local_day(row.at)
            if row.number < 1:
                yield Finding(row.number, day, What.INSERTED)
                continue
            finding = self._entry(row, day)
            if finding:
                yield finding
            elif day not in self._days and (not self.head or self.head.day != day):
                self.days_without_head.append(day)
            for kept in self.kept.get(row.number, ()):
                if kept.link != row.link:
                    yield Finding(row.number, kept.day, What.KEPT_HEAD_DIFFERS)
            self.head = Head(day, row.number, row.link)

    def _entry(self, row: Row, day: date) -> Finding | None:
        last, link = (self.head.number, self.head.link) if self.head else (0, BEGINNING)
        if row.number != last + 1:
            # What came before is gone, so this one's link cannot be made anew.
            return Finding(last + 1, day, What.MISSING, row.number - 1)
        made = self.mac(chained(link, row), row.key)
        if made is None:
            return Finding(row.number, day, What.UNKNOWN_KEY)
        return None if made == row.link else Finding(row.number, day, What.CHANGED)

    def end(self, stored: tuple[int, str] | None) -> Iterator[Finding]:
        """Yield what is wrong with the end: `stored` is the head that the database tells of."""
        last = self.head or Head(date.min, 0, BEGINNING)
        number, link = stored or (0, BEGINNING)
        if last.number < number:
            yield Finding(last.number + 1, None, What.CUT, number)
        elif last.number > number:
            yield Finding(number + 1, last.day, What.BEYOND_HEAD, last.number)
        elif last.link != link:
            yield Finding(number, last.day, What.HEAD_DIFFERS)
        for heads in self.kept.values():
            for kept in heads:
                if kept.number > last.number:
                    yield Finding(last.number + 1, kept.day, What.CUT, kept.number)
