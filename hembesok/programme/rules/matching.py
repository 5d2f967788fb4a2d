"""Which held visit serves which step: one to one.

The rule, in order:

1. A visit that says which step it was for serves that step, whatever its day.
   Such a link wins over every visit without one.
2. A visit without a link may serve only the step whose target day is nearest
   (of two equally near, the earlier), among the steps of its kind when the
   kind is known. It must be held from the previous step's target to the end
   of the step's grace; being nearest sees to the first of these.
3. Of several visits that may serve one step, the first of these wins: linked;
   inside the window; nearest the target; earliest.
4. All other visits are unplanned: real, but no step of the programme.

Counting per window, as coverage tables do, lets one visit count twice where
windows overlap; this rule never does. Source: ours (Step 1); the trap is
described with the Dutch clinic visits that test it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from hembesok.programme.rules.protocol import Kind, Step
from hembesok.programme.rules.windows import Window


@dataclass(frozen=True, slots=True)
class HeldVisit:
    """A visit that took place; `step` and `kind` are None where nobody said."""

    on: date
    step: str | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """For each step the index of the visit that serves it, or None; and the rest."""

    serves: tuple[int | None, ...]
    unplanned: tuple[int, ...]


class Matcher:
    """Matches visits to the steps of one child; `steps` and `windows` run in parallel."""

    def __init__(self, steps: Sequence[Step], windows: Sequence[Window]) -> None:
        # Ordinals, since a register matches ten million visits and days are compared often.
        self._days = [_Days.of(window) for window in windows]
        self._place = {step.key: n for n, step in enumerate(steps)}
        in_time = sorted(range(len(steps)), key=lambda n: (windows[n].target, n))
        # One list for visits of unknown kind and one for each kind that the programme has.
        self._by_kind: dict[Kind | None, tuple[list[int], list[int]]] = {}
        for kind in (None, *Kind):
            places = [n for n in in_time if kind is None or steps[n].kind is kind]
            self._by_kind[kind] = places, [self._days[n].target for n in places]

    def match(self, visits: Sequence[HeldVisit]) -> Matching:
        """Match the visits; see the rule at the head of this module.

        Raises KeyError when a visit is linked to a step that is not there.
        """
        # By place the rank of the best visit so far, which ends in the index of the visit.
        best: dict[int, tuple[bool, bool, int, int, int]] = {}
        for index, visit in enumerate(visits):
            step, day = visit.step, visit.on.toordinal()
            place = self._nearest(visit.kind, day) if step is None else self._place[step]
            if place is None:
                continue
            opens, target, closes, _ = self._days[place]
            rank = (step is None, not opens <= day <= closes, abs(day - target), day, index)
            if place not in best or rank < best[place]:
                best[place] = rank
        serves = [best[n][-1] if n in best else None for n in range(len(self._days))]
        used = set(serves)
        return Matching(tuple(serves), tuple([n for n in range(len(visits)) if n not in used]))

    def _nearest(self, kind: Kind | None, day: int) -> int | None:
        places, targets = self._by_kind[kind]
        if not places:
            return None
        after = bisect_left(targets, day)
        if after == len(targets) or (after and day - targets[after - 1] <= targets[after] - day):
            near = after - 1
        else:
            near = after
        # Equal targets: the step written first is the earlier one.
        place = places[bisect_left(targets, targets[near])]
        return place if day <= self._days[place].grace_ends else None


class _Days(NamedTuple):
    """The days of a window as ordinals."""

    opens: int
    target: int
    closes: int
    grace_ends: int

    @classmethod
    def of(cls, window: Window) -> Self:
        days = (window.opens, window.target, window.closes, window.grace_ends)
        return cls(*(day.toordinal() for day in days))
