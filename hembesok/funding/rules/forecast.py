"""How a year's money goes: the pace, what will be left, and by when hiring must start.

Unit: öre and calendar months. The forecast is the pace so far carried on: the mean of the months
since the first cost. Its interval is the 80 percent prediction interval of a sum of as many months
as are left, from as many as have been (Student's t): narrow where months are alike, and wide where
they are few. It says what happens if nothing changes, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, sqrt
from statistics import fmean, stdev
from typing import Final

FEWEST_MONTHS: Final = 3
_T: Final = (
    3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.350,
    1.345, 1.341, 1.337, 1.333, 1.330, 1.328, 1.325, 1.323, 1.321, 1.319,
)  # fmt: skip
"""Student's t at 90 percent for 1 to 23 degrees of freedom."""
_NORMAL: Final = 1.282


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will be left if the pace goes on. Öre; `rate` is a month's."""

    rate: int
    months: int
    left: int
    low: int
    high: int


def forecast(spent: Sequence[int], *, months_left: int, left: int) -> Forecast | None:
    """Carry the pace on; None where fewer than three whole months tell of it.

    `spent` are whole months, the oldest first; those before the first cost say when work began
    and nothing of its pace. `left` is what may still be used.
    """
    begun = next((n for n, amount in enumerate(spent) if amount), len(spent))
    months = list(spent[begun:])
    if len(months) < FEWEST_MONTHS:
        return None
    rate = fmean(months)
    df = len(months) - 1
    t = _T[df - 1] if df <= len(_T) else _NORMAL
    half = t * stdev(months) * sqrt(months_left + months_left**2 / len(months))
    more = rate * months_left

    def rest(use: float) -> int:
        return round(min(max(left - use, 0), left))

    return Forecast(round(rate), len(months), rest(more), rest(more + half), rest(more - half))


def hire_by(*, left: int, monthly: int, last: date) -> date | None:
    """Return the first day of the last month in which whoever costs `monthly` can begin.

    From then to the period's end all that is left would be used. None where nothing is left or
    no month's cost is planned.
    """
    if left <= 0 or monthly <= 0:
        return None
    return month_before(last, ceil(left / monthly) - 1)


def month_before(day: date, months: int) -> date:
    """Return the first day of the month that lies so many months before that of a day."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def months_between(first: date, last: date) -> list[date]:
    """Return the first days of the months from that of one day to that of another."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return [month_before(last, count - n) for n in range(count + 1)]


def whole_months(first: date, last: date, on: date) -> list[date]:
    """Return the months of a period that are over on a day, each by its first day."""
    return [month for month in months_between(first, last) if month_before(month, -1) <= on]


def spent_by_month(costs: Mapping[date, int], months: Sequence[date]) -> list[int]:
    """Return what was spent in each of the months, in öre."""
    return [costs.get(month, 0) for month in months]
