"""What can be said of a measure, by rule: what changed, and who differs. Words stand in `web`.

A sentence is a key that names its rule, so that a reader can ask for it, and the figures. The most
weighty comes first: what moves steadily, what has left its ordinary variation, what is surely off
its goal, which group differs. A measure that does what it usually does says nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from hembesok.analysis.charts.intervals import CONFIDENCE, difference, wilson
from hembesok.analysis.charts.series import Better, Series, band

STEADY: Final = 6
"""Steps in one direction that are no chance: of seven values in any order, one in 5,040."""
SAME_SIDE: Final = 8
"""Points in a row on one side of the mean, one in 128 by chance."""
MUCH_MISSING: Final = 0.2
KEYS: Final = (
    "falling",
    "rising",
    "below_band",
    "above_band",
    "below_mean",
    "above_mean",
    "below_goal",
    "above_goal",
    "group_lower",
    "group_higher",
    "missing",
)
"""Every rule, in the order of weight; `web` has words for each."""

Count = tuple[int, int]
"""Yes and known."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: the key of its rule, and the figures; shares are from 0 to 1."""

    key: str
    values: Mapping[str, object]


def said_of(series: Series) -> list[Said]:
    """Return what is to be said of a measure over time, most weighty first."""
    shares = series.shares
    # Said once: what has moved steadily for long has left its band too.
    moved = _of_direction(series, shares) or _of_band(series, shares)
    return [*moved, *_of_goal(series)]


def said_of_groups(groups: Mapping[str, Count | None]) -> list[Said]:
    """Return which groups differ surely from all others together; None is a hidden group.

    The confidence is shared among the groups compared, so that many do not find one by chance.
    """
    shown = {name: count for name, count in groups.items() if count and count[1]}
    found = []
    for name, (yes, known) in sorted(shown.items()):
        others = [count for other, count in shown.items() if other != name]
        others_yes, others_known = (sum(count[n] for count in others) for n in (0, 1))
        if not others_known:
            continue
        sure = 1 - (1 - CONFIDENCE) / max(1, len(shown) - (len(shown) == 2))
        low, high = difference(yes, known, others_yes, others_known, sure)
        if low > 0 or high < 0:
            key = "group_higher" if low > 0 else "group_lower"
            values = {"group": name, "yes": yes, "known": known}
            found.append(Said(key, values | {"others": others_yes / others_known}))
    # Of two groups each differs from the other: said once, of the lower one.
    return found if len(shown) > 2 else [r for r in found if r.key.endswith("lower")]


def said_of_missing(missing: int, of: int) -> list[Said]:
    """Return that much is missing, where it is."""
    if not of or missing / of <= MUCH_MISSING:
        return []
    return [Said("missing", {"missing": missing, "of": of})]


def _of_band(series: Series, shares: Sequence[float]) -> list[Said]:
    ordinary = band(shares)
    if ordinary is None or series.points[-1].share is None:
        return []
    last = shares[-1]
    values = {"share": last, "low": ordinary.low, "high": ordinary.high}
    if last < ordinary.low:
        return [_said("below_band", series, Better.LOWER, values)]
    if last > ordinary.high:
        return [_said("above_band", series, Better.HIGHER, values)]
    return _of_mean(series, shares, ordinary.mean)


def _of_mean(series: Series, shares: Sequence[float], mean: float) -> list[Said]:
    below = _last_in_a_row([share < mean for share in shares])
    above = _last_in_a_row([share > mean for share in shares])
    if below >= SAME_SIDE:
        return [_said("below_mean", series, Better.LOWER, {"times": below, "mean": mean})]
    if above >= SAME_SIDE:
        return [_said("above_mean", series, Better.HIGHER, {"times": above, "mean": mean})]
    return []


def _of_direction(series: Series, shares: Sequence[float]) -> list[Said]:
    if series.points and series.points[-1].share is None:
        return []
    falls = _last_in_a_row([after < before for before, after in pairwise(shares)])
    rises = _last_in_a_row([after > before for before, after in pairwise(shares)])
    times = max(falls, rises)
    if times < STEADY:
        return []
    values = {"times": times, "step": series.step.value, "share": shares[-1]}
    values |= {"before": shares[-1 - times]}
    if falls:
        return [_said("falling", series, Better.LOWER, values)]
    return [_said("rising", series, Better.HIGHER, values)]


def _of_goal(series: Series) -> list[Said]:
    """Judge by all of the time shown, not by the last point alone."""
    shown = [p for p in series.points if p.share is not None]
    yes, known = sum(p.yes for p in shown), sum(p.known for p in shown)
    if series.goal is None or series.better is None or not known:
        return []
    low, high = wilson(yes, known)
    values = {"yes": yes, "known": known, "goal": series.goal}
    if series.better is Better.HIGHER and high < series.goal:
        return [_said("below_goal", series, Better.LOWER, values)]
    if series.better is Better.LOWER and low > series.goal:
        return [_said("above_goal", series, Better.HIGHER, values)]
    return []


def _said(key: str, series: Series, way: Better, values: Mapping[str, object]) -> Said:
    """Return a sentence that also says whether it is for the worse; None where no way is better."""
    worse = None if series.better is None else way is not series.better
    return Said(f"{key}", {**values, "worse": worse})


def _last_in_a_row(truths: Sequence[bool]) -> int:
    count = 0
    for truth in reversed(truths):
        if not truth:
            break
        count += 1
    return count
