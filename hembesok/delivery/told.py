"""What is told of a measure: counts in all, over time and by group, some of them hidden.

The same for whoever sees the site's children, whose counts are all there, and for whoever
does not, whose counts have passed disclosure control. Page, picture and file are made of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from hembesok.analysis.answers import MONTH, NOT_KNOWN, Figure
from hembesok.analysis.charts import series
from hembesok.analysis.charts.series import Point, Series, Step, fitting
from hembesok.analysis.indicators.defining import Better
from hembesok.analysis.one_site import Answered
from hembesok.delivery.measures import GROUPS, Clock, Measure

LONGEST: Final = 36
"""Points of a line at most: three years by month."""
BETTER: Final = {Better.HIGHER: series.Better.HIGHER, Better.LOWER: series.Better.LOWER}


@dataclass(frozen=True, slots=True)
class Cell:
    """Numerator, denominator and missing; a hidden one tells none of them."""

    yes: int = 0
    known: int = 0
    missing: int = 0
    hidden: bool = False

    @property
    def share(self) -> float | None:
        """The share; None where it is hidden or nobody is known."""
        return None if self.hidden or not self.known else self.yes / self.known

    @property
    def count(self) -> tuple[int, int] | None:
        """Numerator and denominator; None where they are hidden."""
        return None if self.hidden else (self.yes, self.known)

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(
            self.yes + other.yes, self.known + other.known, self.missing + other.missing,
            self.hidden or other.hidden,
        )  # fmt: skip


HIDDEN: Final = Cell(hidden=True)
Groups = Mapping[str, Mapping[str, Cell]]


@dataclass(frozen=True)
class Told:
    """What is told of one measure as of a day."""

    measure: Measure
    as_of: date
    whole: Cell
    series: Series
    groups: Groups
    details: Sequence[tuple[str, Cell]] = ()


def told(measure: Measure, answered: Answered, on: date, goal: float | None) -> Told:
    """Return all there is of a measure: for whoever sees the children themselves."""
    mine = [one for one in answered.figures if one.indicator == measure.key]
    chosen = [one for one in mine if measure.detail in (None, one.detail)]
    details = [(one.detail, _cell(one)) for one in mine if not one.by]
    groups = {name: _added(f for f in chosen if f.by == (name,)) for name in GROUPS}
    whole = sum((_cell(one) for one in chosen if not one.by), Cell())
    months = 1 if measure.clock is Clock.MONTH else 3
    points = whole_quarters(measure, _points(over_time(measure, answered), months), on)
    step = Step.MONTH if measure.clock is Clock.MONTH else Step.QUARTER
    better = BETTER.get(measure.indicator.better)
    return Told(
        measure, on, whole, fitting(Series(points, step, better, goal)), groups,
        details if len(details) > 1 else (),
    )  # fmt: skip


def over_time(measure: Measure, answered: Answered) -> dict[date, Cell]:
    """Return the counts of a measure by the first day of each month, or quarter of birth."""
    by_month = measure.clock is Clock.MONTH
    figures = answered.by_month if by_month else answered.figures
    by = (MONTH,) if by_month else ("quarter",)
    found = _added(
        one
        for one in figures
        if one.indicator == measure.key and one.by == by and measure.detail in (None, one.detail)
    )
    return {first_day(name): cell for name, cell in found.items() if name != NOT_KNOWN}


def first_day(name: str) -> date:
    """Return the first day of `2024`, `2024 Q2` or `2024-05`."""
    year, part = int(name[:4]), name[5:]
    month = 1 if not part else 3 * int(part[1:]) - 2 if part.startswith("Q") else int(part)
    return date(year, month, 1)


def quarter_of(day: date) -> str:
    """Return the quarter of a day as it is written."""
    return f"{day.year} Q{(day.month + 2) // 3}"


def _points(cells: Mapping[date, Cell], months: int) -> tuple[Point, ...]:
    """Return a point for each time, also for those between in which there was nothing."""
    known = sorted(day for day, cell in cells.items() if cell.known)
    if not known:
        return ()
    days = list(_steps(known[0], known[-1], months))[-LONGEST:]
    found = [cells.get(day, Cell()) for day in days]
    return tuple(Point(d, c.yes, c.known) for d, c in zip(days, found, strict=True))


def whole_quarters(measure: Measure, points: Sequence[Point], on: date) -> tuple[Point, ...]:
    """Return the points of quarters that are over: of the newest children too little is known."""
    if measure.clock is Clock.MONTH:
        return tuple(points)
    return tuple(point for point in points if quarter_of(point.start) != quarter_of(on))


def _steps(first: date, last: date, months: int) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        at = day.year * 12 + day.month - 1 + months
        day = date(at // 12, at % 12 + 1, 1)


def _added(figures: Iterable[Figure]) -> dict[str, Cell]:
    """Add up the parts of an indicator, group by group."""
    found: dict[str, Cell] = {}
    for one in figures:
        (name,) = one.group
        found[name] = found.get(name, Cell()) + _cell(one)
    return dict(sorted(found.items()))


def _cell(one: Figure) -> Cell:
    return Cell(one.numerator, one.denominator, one.missing)


def with_goal(one: Told, goal: float | None) -> Told:
    """Return the same with the goal of today."""
    return replace(one, series=replace(one.series, goal=goal))
