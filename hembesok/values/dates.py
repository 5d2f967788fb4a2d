"""Calendar spans and ages: the one place where a month is given a length.

A span such as ``4 months + 2 weeks`` is years and months by the calendar, then
weeks and days. When the day does not exist in the month arrived at, the date
rolls to the 1st of the next month: 31 March + 6 months is 1 October. That is
the rule of the CDC's CDSi logic specification ("Date rules"), chosen because
it never makes a child old enough too early. Every other part of the system,
database engines included, gets its dates or day offsets from here.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

DAYS_IN_WEEK: Final = 7
MONTHS_IN_YEAR: Final = 12
SHORTEST: Final = 28
"""Days of the shortest month."""

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
"""The days the system accepts from outside; what lies beyond is a slip of the pen."""

_TERM = re.compile(r"\s*([+-]?)\s*(\d{1,4})\s*(year|month|week|day)s?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of calendar time: months first, then days (weeks are seven days).

    Unit: whole calendar months and whole days. ``days`` may be negative
    (``6 weeks - 4 days`` is 38 days); ``months`` may not.
    """

    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        """Refuse months that run backwards: no rule of ours needs them."""
        if self.months < 0:
            raise ValueError(f"a span never has negative months; got {self.months}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a span such as ``4 months + 2 weeks - 1 day``.

        Raises ValueError, with the text and the form expected, when it cannot.
        """
        months = days = at = 0
        while at < len(text) or at == 0:
            term = _TERM.match(text, at)
            # Only the first term may go without a sign: "4 months 2 weeks" could mean two things.
            if term is None or (at > 0 and not term[1]):
                raise ValueError(f"{text!r} is not a span such as '4 months + 2 weeks + 3 days'")
            number = -int(term[2]) if term[1] == "-" else int(term[2])
            match term[3]:
                case "year":
                    months += MONTHS_IN_YEAR * number
                case "month":
                    months += number
                case "week":
                    days += DAYS_IN_WEEK * number
                case _:
                    days += number
            at = term.end()
        return cls(months=months, days=days)

    def __str__(self) -> str:
        """Write the span so that ``parse`` reads it back."""
        if not self.months:
            return f"{self.days} days"
        if not self.days:
            return f"{self.months} months"
        return f"{self.months} months {'-' if self.days < 0 else '+'} {abs(self.days)} days"


def add(day: date, span: Span) -> date:
    """Return the day that lies `span` after `day`; a missing day rolls to the next 1st."""
    if not span.months:
        return day + timedelta(span.days)
    month_index = day.year * MONTHS_IN_YEAR + (day.month - 1) + span.months
    year, month = divmod(month_index, MONTHS_IN_YEAR)
    month += 1
    # All months have the days that most children are born on: only for the others do we ask.
    if day.day <= SHORTEST or day.day <= monthrange(year, month)[1]:
        arrived = date(year, month, day.day)
    else:
        # Never December: it has all days there are.
        arrived = date(year, month + 1, 1)
    return arrived + timedelta(span.days)


def age_in_days(born: date, on: date) -> int:
    """Return the age in whole days; the day of birth is day 0, the day before it is -1."""
    return (on - born).days


@dataclass(frozen=True, slots=True)
class Age:
    """A child's age as it is said: whole months and the days since the last of them."""

    months: int
    days: int


def age(born: date, on: date) -> Age:
    """Return the age in whole calendar months and left-over days on a day not before birth.

    A month is full when `add` says so, so a child born on 31 January is one
    month old on 1 March (not a leap year: there is no 31 February).
    """
    if on < born:
        raise ValueError(f"no age on {on}: the child was born {born}")
    months = (on.year - born.year) * MONTHS_IN_YEAR + on.month - born.month
    while add(born, Span(months=months)) > on:
        months -= 1
    return Age(months=months, days=(on - add(born, Span(months=months))).days)


def parse_day(text: str) -> date:
    """Read an ISO day, YYYY-MM-DD, within FIRST_DAY..LAST_DAY.

    Raises ValueError with what is wrong and how it should look.
    """
    # date.fromisoformat also takes 20210322 and 2021-W12-1; files with those forms are
    # mostly mistakes, and one written form leaves nothing to guess.
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(f"{text[:40]!r} is not a day written as YYYY-MM-DD")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a day of the calendar") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{text!r} is outside {FIRST_DAY}..{LAST_DAY}")
    return day
