"""Which reads a log reviewer should look at first, and which ones are drawn at random.

Source: systematic, recurring sample checks of who read what, documented (domain
handbook 5.2; HSLF-FS 2016:40). None of these signs is a fault: each is a
question that somebody should be able to answer.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from heapq import nsmallest
from typing import Final, NamedTuple

from hembesok.access.rules.roles import Role
from hembesok.values.refusals import Reason

READS: Final = frozenset({"family.read", "visit.read"})
"""What opens a family's record; a list shows many and opens none."""
MANY: Final = 30
"""Families that one person opens in a day without anybody asking why."""
REFUSED: Final = 3
"""Refused sign-ins in a row that are asked about."""
SATURDAY: Final = 5


class Sign(StrEnum):
    """What makes a read unusual, the gravest first."""

    EMERGENCY = "emergency"
    REFUSED_IN_A_ROW = "refused_in_a_row"
    MANY_FAMILIES = "many_families"
    COVER = "cover"
    IDENTITY_SHOWN = "identity_shown"
    OUTSIDE_HOURS = "outside_hours"
    OUTSIDE_TEAM = "outside_team"


class Verdict(StrEnum):
    """What a reviewer found."""

    ORDINARY = "ordinary"
    QUESTION = "question"
    BREACH = "breach"


class Seen(NamedTuple):
    """An entry as it is judged; the moment is in local time, `in_team` of the entry's day."""

    number: int
    at: datetime
    staff: int
    action: str
    subject: str
    why: str
    in_team: bool


class Hours(NamedTuple):
    """Working hours of a weekday: from the first moment up to the last, which is not in them."""

    begin: time = time(6)
    end: time = time(20)

    def hold(self, at: datetime) -> bool:
        """Tell whether a local moment is within working hours. Unit: local clock time."""
        return at.weekday() < SATURDAY and self.begin <= at.time() < self.end


@dataclass(frozen=True, slots=True)
class Unusual:
    """Entries of one person and one day that bear the same sign, oldest first."""

    sign: Sign
    staff: int
    day: date
    numbers: tuple[int, ...]
    families: int


def unusual(entries: Iterable[Seen], hours: Hours) -> list[Unusual]:
    """Group what bears a sign: the gravest sign first, then the newest day. Unit: entries.

    `entries` stand in the order of their numbers.
    """
    groups: dict[tuple[Sign, int, date], list[Seen]] = defaultdict(list)
    for sign, entry in _signs(list(entries), hours):
        groups[sign, entry.staff, entry.at.date()].append(entry)
    order = list(Sign)
    found = [
        Unusual(
            sign, staff, day,
            tuple(sorted({entry.number for entry in those})),
            len({entry.subject for entry in those if entry.subject}),
        )
        for (sign, staff, day), those in groups.items()
    ]  # fmt: skip
    return sorted(
        found, key=lambda u: (order.index(u.sign), -u.day.toordinal(), u.staff, u.numbers)
    )


def _signs(entries: Sequence[Seen], hours: Hours) -> Iterator[tuple[Sign, Seen]]:
    for entry in entries:
        for sign in _own_signs(entry, hours):
            yield sign, entry
    for entry in _of_many(entries):
        yield Sign.MANY_FAMILIES, entry
    for entry in _refused_in_a_row(entries):
        yield Sign.REFUSED_IN_A_ROW, entry


def _own_signs(entry: Seen, hours: Hours) -> Iterator[Sign]:
    """Yield what an entry bears by itself."""
    if entry.why == "emergency":
        yield Sign.EMERGENCY
    if entry.why == "cover":
        yield Sign.COVER
    if entry.action == "identity.shown":
        yield Sign.IDENTITY_SHOWN
    if entry.subject and not hours.hold(entry.at):
        yield Sign.OUTSIDE_HOURS
    # Who covers or read in an emergency is outside the team by definition, and stands above.
    if entry.action in READS and not entry.in_team and entry.why not in ("emergency", "cover"):
        yield Sign.OUTSIDE_TEAM


def _of_many(entries: Sequence[Seen]) -> Iterator[Seen]:
    opened: dict[tuple[int, date], list[Seen]] = defaultdict(list)
    for entry in entries:
        if entry.action == "family.read":
            opened[entry.staff, entry.at.date()].append(entry)
    for those in opened.values():
        if len({entry.subject for entry in those}) > MANY:
            yield from those


def _refused_in_a_row(entries: Sequence[Seen]) -> Iterator[Seen]:
    rows: dict[int, list[Seen]] = defaultdict(list)
    for entry in entries:
        row = rows[entry.staff]
        if entry.action == "session.refused":
            row.append(entry)
        elif entry.action in ("session.begun", "session.unlocked"):
            if len(row) >= REFUSED:
                yield from row
            rows[entry.staff] = []
    for row in rows.values():
        if len(row) >= REFUSED:
            yield from row


def sample(numbers: Iterable[int], size: int, *, seed: str) -> list[int]:
    """Draw entries at random: the same seed and entries give the same sample, on any machine.

    A larger sample holds the smaller one. Unit: entries.
    """

    def place(number: int) -> bytes:
        return hashlib.sha256(f"{seed} {number}".encode()).digest()

    return sorted(nsmallest(size, numbers, key=place))


def may_conclude(role: Role, verdict: Verdict, comment: str) -> Reason | None:
    """Say why a review cannot be written; None when it can."""
    if role is not Role.LOG_REVIEWER:
        return Reason("not_own_log")
    if verdict is not Verdict.ORDINARY and not comment.strip():
        # What is asked about is taken up by somebody else, who must know what to ask.
        return Reason("reason_missing")
    return None
