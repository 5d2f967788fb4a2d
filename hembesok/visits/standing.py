"""What lists need to know of a child, and until which day it stays true.

The states of a child's steps are computed, for any day. A list of thousands cannot compute
them all at each look, so what it sorts and counts by is kept beside each child together with
the last day on which it tells the truth: between facts, a state changes on few days.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hembesok.access.rules.secrecy import Compartment
from hembesok.programme.rules.states import State
from hembesok.visits.rows import ChildPage, StepRow, Unsigned, rank_of, week_of

CLOSING_SOON_DAYS: Final = 14
"""A window that closes within so many days is closing soon. Ours."""
FOR_EVER: Final = date(9999, 12, 31)
PRESSING: Final = (rank_of(State.OVERDUE), rank_of(State.DUE))
"""The ranks of children for whom somebody has to do something."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a child stands from the day it was computed for to `until`, if nothing is written.

    `rank` and `day` sort the list, most urgent first; `next_waits` is whether the step they
    are of still lacks an outcome. `closes` is where the first open window
    without a booking closes. `booked_own` and `booked_base` are the first booked day of this
    week or later. What ends with base is of the base programme, which not every reader sees.
    `unsigned` and `unwritten_social` are as of a site that keeps both services' records.
    """

    rank: int
    day: date
    next_waits: bool
    overdue: bool
    due: bool
    missed: bool
    waits_own: bool
    waits_base: bool
    closes: date | None
    booked_own: date | None
    booked_base: date | None
    unsigned: bool
    unwritten_social: bool
    until: date


def standing_of(page: ChildPage) -> Standing:
    """Return how a child stands on the page's day; the page holds every step, unlimited."""
    monday, _sunday = week_of(page.on)
    rank, day = page.urgency
    return Standing(
        rank=rank,
        day=day,
        next_waits=page.next is not None and page.next.awaits_outcome,
        overdue=State.OVERDUE in page.states,
        due=State.DUE in page.states,
        missed=State.MISSED in page.states,
        waits_own=any(row.awaits_outcome for row in page.own),
        waits_base=any(row.awaits_outcome for row in page.base),
        closes=min((row.window.closes for row in page.own if row.state is State.DUE), default=None),
        booked_own=_first_booked(page.own, monday),
        booked_base=_first_booked(page.base, monday),
        unsigned=any(not _social_unwritten(one) for one in page.unsigned),
        unwritten_social=any(map(_social_unwritten, page.unsigned)),
        until=min((day for day in _changes(page) if day > page.on), default=FOR_EVER)
        - timedelta(1),
    )


def _social_unwritten(one: Unsigned) -> bool:
    """Tell whether an adviser was there and has written nothing: asked where the site keeps it."""
    return one.unit is None and one.place == Compartment.SOCIAL


def _first_booked(rows: Iterable[StepRow], monday: date) -> date | None:
    booked = (row.booked_for.date() for row in rows if row.booked_for and not row.mirrored)
    return min((day for day in booked if day >= monday), default=None)


def _changes(page: ChildPage) -> Iterator[date]:
    """Give the days on which something changes without anybody writing anything."""
    if page.child.ended is not None:
        yield page.child.ended
    for row in page.rows:
        yield row.window.opens
        yield row.window.closes + timedelta(1)
        yield row.window.grace_ends + timedelta(1)
        if row.booked_for is not None:
            booked = row.booked_for.date()
            yield booked + timedelta(1)
            yield week_of(booked)[1] + timedelta(1)
