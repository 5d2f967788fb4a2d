"""Measures over time: points, pooled where months are few, and their ordinary variation.

The band is that of an XmR chart: the mean of the base and 2.66 times its mean moving range, which
is how far single values usually vary. Source: Wheeler, Understanding Variation; the constant
is 3 / 1.128. It is drawn from ten points; the base is the first six to twelve.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby, pairwise
from statistics import fmean, median
from typing import Final, NamedTuple

MOVING_RANGE: Final = 2.66
LEAST_POINTS: Final = 10
"""Points from which there is a band."""
BASE: Final = 12
"""Points at most that it is made of: the first ones, so that it does not follow what changes."""
LEAST_BASE: Final = 6
FEW_A_MONTH: Final = 10
"""Where fewer are known in a usual month, months are pooled to quarters."""


class Better(StrEnum):
    """Which way a measure should go."""

    HIGHER = "higher"
    LOWER = "lower"


class Step(StrEnum):
    """How long the time of a point is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Point:
    """What was counted of one time that begins on `start`; hidden where it is of too few."""

    start: date
    yes: int = 0
    known: int = 0
    hidden: bool = False

    def __post_init__(self) -> None:
        """Refuse a count that is no share."""
        if not 0 <= self.yes <= self.known:
            raise ValueError(f"{self.start}: {self.yes} of {self.known} is no share")

    @property
    def share(self) -> float | None:
        """The share, None where it is hidden or nobody is known."""
        return None if self.hidden or not self.known else self.yes / self.known


@dataclass(frozen=True, slots=True)
class Series:
    """A measure over time; the points follow each other, one for each step."""

    points: tuple[Point, ...]
    step: Step = Step.MONTH
    better: Better | None = Better.HIGHER
    goal: float | None = None

    @property
    def shares(self) -> tuple[float, ...]:
        """The shares that there are, in their order."""
        return tuple(p.share for p in self.points if p.share is not None)


class Band(NamedTuple):
    """The ordinary variation of single values."""

    low: float
    mean: float
    high: float


def band(shares: Sequence[float]) -> Band | None:
    """Return the band of some shares, kept between 0 and 1; None where they are too few."""
    if len(shares) < LEAST_POINTS:
        return None
    found = limits(shares[:BASE])
    return Band(max(0.0, found.low), found.mean, min(1.0, found.high))


def limits(values: Sequence[float]) -> Band:
    """Return mean and natural limits of single values; raises ValueError under six."""
    if len(values) < LEAST_BASE:
        raise ValueError(f"a base has {LEAST_BASE} values or more; got {len(values)}")
    mean = fmean(values)
    width = MOVING_RANGE * fmean(abs(after - before) for before, after in pairwise(values))
    return Band(mean - width, mean, mean + width)


def by_quarter(points: Iterable[Point]) -> tuple[Point, ...]:
    """Pool months to quarters; one that holds a hidden month is hidden."""
    found = []
    for start, months in groupby(points, key=lambda p: _quarter(p.start)):
        some = list(months)
        hidden = any(p.hidden for p in some)
        yes, known = sum(p.yes for p in some), sum(p.known for p in some)
        found.append(Point(start, 0, 0, hidden=True) if hidden else Point(start, yes, known))
    return tuple(found)


def fitting(series: Series) -> Series:
    """Return a series by quarter where a usual month has few, else as it is."""
    if series.step is not Step.MONTH or not series.points:
        return series
    if median(p.known for p in series.points) >= FEW_A_MONTH:
        return series
    return Series(by_quarter(series.points), Step.QUARTER, series.better, series.goal)


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
