"""Intervals of shares: how far a share of few may lie from what it would be of many.

Unit: shares from 0 to 1. Sources: Wilson (1927); Clopper and Pearson (1934); Newcombe,
Statistics in Medicine 17 (1998), method 10, for the difference of two shares.
"""

from collections.abc import Callable
from math import comb, sqrt
from statistics import NormalDist
from typing import Final, NamedTuple

CONFIDENCE: Final = 0.95


class Interval(NamedTuple):
    """The ends of an interval, both included."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Tell whether a value lies in it."""
        return self.low <= value <= self.high


def wilson(yes: int, known: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the score interval of a share; raises ValueError where nobody is known."""
    _check(yes, known)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, square = yes / known, z * z
    middle = (share + square / (2 * known)) / (1 + square / known)
    half = z * sqrt(share * (1 - share) / known + square / (4 * known**2)) / (1 + square / known)
    # What is none or all of those known has no room on that side; rounding would give it some.
    low = 0.0 if yes == 0 else max(0.0, middle - half)
    high = 1.0 if yes == known else min(1.0, middle + half)
    return Interval(low, high)


def exact(yes: int, known: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the Clopper-Pearson interval, which never covers less than it says."""
    _check(yes, known)
    tail = (1 - confidence) / 2
    low = 0.0 if yes == 0 else _root(lambda p: 1 - _at_most(yes - 1, known, p) - tail)
    high = 1.0 if yes == known else _root(lambda p: tail - _at_most(yes, known, p))
    return Interval(low, high)


def difference(
    yes: int, known: int, others_yes: int, others_known: int, confidence: float = CONFIDENCE
) -> Interval:
    """Return the interval of a share less the share of others (Newcombe's hybrid score)."""
    one, other = wilson(yes, known, confidence), wilson(others_yes, others_known, confidence)
    share, others = yes / known, others_yes / others_known
    apart = share - others
    below = sqrt((share - one.low) ** 2 + (other.high - others) ** 2)
    above = sqrt((one.high - share) ** 2 + (others - other.low) ** 2)
    return Interval(apart - below, apart + above)


def _check(yes: int, known: int) -> None:
    if not 0 <= yes <= known or known == 0:
        raise ValueError(f"{yes} of {known} is no share")


def _at_most(most: int, known: int, share: float) -> float:
    """Return how likely it is that at most so many of those known are, with a share."""
    return sum(comb(known, n) * share**n * (1 - share) ** (known - n) for n in range(most + 1))


def _root(rising: Callable[[float], float]) -> float:
    """Return where a rising function passes nothing, between 0 and 1."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
