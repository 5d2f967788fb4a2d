"""When people can visit: working hours, busy times and absences, and what is left of a day.

Values only: the days, the calendars and the window are arguments. Hours are written as a
clock in Sweden shows them; every moment is kept in UTC, since Python compares two times of one
zone by the clock on the wall, which shows one hour twice in October.

`suggestions` looks at one visit at a time and takes the first good times. Whatever plans many
visits at once can stand in its place: it is asked the same and answers the same (ADR 0013).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from hembesok.programme.rules.windows import Window
from hembesok.values.refusals import Reason
from hembesok.visits.rules.acting import LONGEST_AHEAD_DAYS

SWEDEN: Final = ZoneInfo("Europe/Stockholm")
QUARTER: Final = timedelta(minutes=15)
"""Times are suggested at whole quarters, as people agree on them."""

BETWEEN: Final = timedelta(minutes=15)
"""Kept free before and after a booked visit, to get from one home to the next. Ours."""

NEAR: Final = timedelta(hours=2)
"""An interpreter booked this near before or after is likely to be there still. Ours."""

LONGEST_LOOK_DAYS: Final = 30
"""How many days after its window a visit is looked for."""

LEAST_MINUTES, MOST_MINUTES = 15, 240
"""How long a visit may be planned to take."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time, from a moment to a later one, which no longer belongs to it; in UTC."""

    starts: datetime
    ends: datetime

    def __post_init__(self) -> None:
        """Put both in UTC; refuse a stretch that ends before it starts, or has no zone."""
        for name in ("starts", "ends"):
            moment: datetime = getattr(self, name)
            if moment.tzinfo is None:
                raise ValueError(f"a span is of moments with a zone; got {moment}")
            object.__setattr__(self, name, moment.astimezone(UTC))
        if not self.starts < self.ends:
            raise ValueError(f"a span ends after it starts; got {self.starts} to {self.ends}")

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.ends - self.starts

    def overlaps(self, other: "Span") -> bool:
        """Tell whether two stretches share any time; those that only touch do not."""
        return self.starts < other.ends and other.starts < self.ends

    def holds(self, other: "Span") -> bool:
        """Tell whether another stretch lies wholly within this one."""
        return self.starts <= other.starts and other.ends <= self.ends

    def widened(self, by: timedelta) -> "Span":
        """Return the stretch made longer at both ends."""
        return Span(self.starts - by, self.ends + by)


@dataclass(frozen=True, slots=True)
class Days:
    """Days from one to another, both included; without an end, from then on."""

    first: date
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody works on one day of the week (Monday is 0), by the clock in Sweden."""

    weekday: int
    starts: time
    ends: time

    def __post_init__(self) -> None:
        """Refuse a day that ends before it starts."""
        if not (0 <= self.weekday <= 6 and self.starts < self.ends):
            raise ValueError(f"working hours of a weekday end after they start; got {self}")


DEFAULT_HOURS: Final = tuple(Hours(weekday, time(8), time(17)) for weekday in range(5))
"""The hours of somebody who has written none: Monday to Friday, 08.00 to 17.00."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """One person's time: hours, what is taken, days away, and the days it may be asked for."""

    staff: int
    hours: tuple[Hours, ...] = DEFAULT_HOURS
    busy: tuple[Span, ...] = ()
    away: tuple[Days, ...] = ()
    named: Days = Days(date.min)
    covers: bool = False

    def at_work(self, day: date) -> bool:
        """Tell whether the person may be asked for on a day and is not away."""
        return day in self.named and not any(day in days for days in self.away)


Seat = Sequence[Calendar]
"""Those who can fill one place at a visit, first choice first: who is in the team, who covers."""


def day_span(day: date) -> Span:
    """Return a day in Sweden from midnight to midnight: 23, 24 or 25 hours."""
    return Span(_moment(day, time()), _moment(day + timedelta(1), time()))


def working(hours: Iterable[Hours], day: date) -> tuple[Span, ...]:
    """Return when somebody works on a day.

    Hours that the clock skips in March are no hours: what is left of them may be nothing.
    """
    of_day = [(_moment(day, h.starts), _moment(day, h.ends)) for h in hours
              if h.weekday == day.weekday()]  # fmt: skip
    return tuple(sorted(Span(starts, ends) for starts, ends in of_day if starts < ends))


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """Return what is left of some stretches when others are taken from them."""
    left = sorted(spans)
    for busy in sorted(taken):
        left = [piece for span in left for piece in _cut(span, busy)]
    return tuple(left)


def common(one: Iterable[Span], other: Iterable[Span]) -> tuple[Span, ...]:
    """Return the stretches that lie in both."""
    others = list(other)
    return tuple(
        sorted(
            Span(max(a.starts, b.starts), min(a.ends, b.ends))
            for a in one
            for b in others
            if a.overlaps(b)
        )
    )


def free(person: Calendar, day: date, closed: Collection[date] = ()) -> tuple[Span, ...]:
    """Return when somebody is free on a day; nothing on a closed day or when away."""
    if day in closed or not person.at_work(day):
        return ()
    at_work = working(person.hours, day)
    # Most of what is busy is on other days.
    return without(at_work, [one for one in person.busy if any(map(one.overlaps, at_work))])


def sitting(seats: Iterable[Seat], day: date) -> tuple[Calendar, ...] | None:
    """Return who fills each seat on a day, the first who is at work; None where one is empty."""
    found = [next((one for one in seat if one.at_work(day)), None) for seat in seats]
    present = tuple(one for one in found if one is not None)
    return present if present and len(present) == len(found) else None


def together(seats: Sequence[Seat], day: date, closed: Collection[date] = ()) -> tuple[Span, ...]:
    """Return when all seats are free at once on a day."""
    people = sitting(seats, day)
    if people is None:
        return ()
    spans, *others = (free(person, day, closed) for person in people)
    for other in others:
        spans = common(spans, other)
    return spans


def starts_in(span: Span, minutes: int) -> tuple[datetime, ...]:
    """Return the whole quarters at which a visit can begin and still end within a stretch."""
    length, first = timedelta(minutes=minutes), _next_quarter(span.starts)
    count = (span.ends - length - first) // QUARTER + 1
    return tuple(first + n * QUARTER for n in range(max(count, 0)))


class Why(StrEnum):
    """What speaks for a suggested time, or has to be known of it."""

    IN_WINDOW = "in_window"
    AFTER_WINDOW = "after_window"
    SAME_WEEKDAY = "same_weekday"
    INTERPRETER_NEAR = "interpreter_near"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A time at which everybody can, who they are, and what speaks for it."""

    span: Span
    staff: tuple[int, ...]
    whys: tuple[Why, ...]

    @property
    def at(self) -> datetime:
        """The moment it begins, by the clock in Sweden."""
        return self.span.starts.astimezone(SWEDEN)


def why_not_minutes(minutes: int) -> Reason | None:
    """Return why a visit may not be planned to take so long, or None."""
    if LEAST_MINUTES <= minutes <= MOST_MINUTES:
        return None
    return Reason("minutes_unlikely", {"least": LEAST_MINUTES, "most": MOST_MINUTES})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit to find times for: its window, how long it takes, and what the family is used to.

    `weekday` is that of the visit before it, if there was one; `interpreters` are
    the times when an interpreter of the family's language is booked already.
    """

    window: Window
    minutes: int
    weekday: int | None = None
    interpreters: tuple[Span, ...] = ()


def suggestions(
    wanted: Wanted,
    on: date,
    seats: Sequence[Seat],
    *,
    closed: Callable[[Iterable[date]], Collection[date]],
    most: int = 3,
    among: Collection[date] | None = None,
) -> tuple[Suggestion, ...]:
    """Return times at which all seats are free, at most one a day, the best first.

    Days in the window come before days after it: in it those nearest to the target,
    after it the soonest. They begin on the day after `on`: a family needs word, and
    whoever can come today books by hand. On a day, a time near a booked interpreter
    comes before others, and then the earliest. Nothing is found when a seat is empty.
    `among` leaves only some days to choose from.
    """
    days = [day for day in _days(wanted.window, on) if among is None or day in among]
    shut = closed(days)
    found: list[Suggestion] = []
    for day in days:
        if len(found) == most:
            break
        fitting = fits(wanted, day, seats, shut)
        if fitting:
            found.append(min(fitting, key=_preferred))
    return tuple(found)


def fits(
    wanted: Wanted, day: date, seats: Sequence[Seat], closed: Collection[date] = ()
) -> tuple[Suggestion, ...]:
    """Return the best time for a visit in each gap of a day in which it has room."""
    people = sitting(seats, day)
    if people is None:
        return ()
    length = timedelta(minutes=wanted.minutes)
    found = []
    for gap in together(seats, day, closed):
        visits = [
            _suggestion(wanted, day, Span(start, start + length), people)
            for start in starts_in(gap, wanted.minutes)
        ]
        if visits:
            found.append(min(visits, key=_preferred))
    return tuple(found)


def _preferred(one: Suggestion) -> tuple[bool, Span]:
    return Why.INTERPRETER_NEAR not in one.whys, one.span


def _suggestion(wanted: Wanted, day: date, span: Span, people: Sequence[Calendar]) -> Suggestion:
    whys = {
        Why.IN_WINDOW: wanted.window.holds(day),
        Why.AFTER_WINDOW: day > wanted.window.closes,
        Why.SAME_WEEKDAY: day.weekday() == wanted.weekday,
        Why.INTERPRETER_NEAR: _near(span, wanted.interpreters),
        Why.COVERED: any(one.covers for one in people),
    }
    return Suggestion(
        span, tuple(one.staff for one in people), tuple(why for why in whys if whys[why])
    )


def _days(window: Window, on: date) -> list[date]:
    """Return the days to look at, the best first."""
    tomorrow = on + timedelta(1)
    first = max(tomorrow, window.opens)
    inside = [first + timedelta(n) for n in range((window.closes - first).days + 1)]
    inside.sort(key=lambda day: (abs(day - window.target), day))
    later = max(tomorrow, window.closes + timedelta(1))
    after = [later + timedelta(n) for n in range(LONGEST_LOOK_DAYS)]
    return [day for day in inside + after if (day - on).days <= LONGEST_AHEAD_DAYS]


def _near(visit: Span, interpreters: Iterable[Span]) -> bool:
    # One who is busy in this very hour cannot come; another of the language is not booked here.
    booked = list(interpreters)
    wide = visit.widened(NEAR)
    return any(one.overlaps(wide) for one in booked) and not any(
        one.overlaps(visit) for one in booked
    )


def _cut(span: Span, busy: Span) -> list[Span]:
    if not span.overlaps(busy):
        return [span]
    pieces = ((span.starts, busy.starts), (busy.ends, span.ends))
    return [Span(starts, ends) for starts, ends in pieces if starts < ends]


def _next_quarter(moment: datetime) -> datetime:
    # Sweden's offsets are whole hours, so a quarter there is a quarter in UTC.
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + -((day - moment) // QUARTER) * QUARTER


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=SWEDEN).astimezone(UTC)
