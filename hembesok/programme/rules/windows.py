"""Visit windows: between which days each step of a programme belongs for one child.

Unit: calendar days; both ends belong to the window.
Source: the protocol in force for the child. The default grace is ours: until
the next step of the same kind opens, the last one 90 days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hembesok.programme.rules.protocol import Anchor, Step
from hembesok.values.dates import add

LAST_GRACE_DAYS = 90
"""Days of grace for a step that no step of the same kind follows."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days of one step for one child; a visit in `closes`..`grace_ends` is late, not missed."""

    opens: date
    target: date
    closes: date
    grace_ends: date

    def __post_init__(self) -> None:
        """Refuse a window that closes before it opens."""
        if not self.opens <= self.target <= self.closes <= self.grace_ends:
            raise ValueError(f"a window runs opens, target, closes, grace_ends; got {self}")

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in the window, both ends included."""
        return self.opens <= day <= self.closes


@dataclass(frozen=True, slots=True)
class Anchors:
    """The days a child's steps are counted from."""

    born: date
    discharged: date | None = None

    def __post_init__(self) -> None:
        """Refuse a discharge before birth."""
        if self.discharged is not None and self.discharged < self.born:
            raise ValueError(f"discharged {self.discharged}, before the birth {self.born}")

    def day(self, anchor: Anchor) -> date:
        """Return the day a step with this anchor is counted from."""
        return self.discharged or self.born if anchor is Anchor.DISCHARGE else self.born


def windows(steps: Sequence[Step], anchors: Anchors) -> tuple[Window, ...]:
    """Return the window of each step, in the order of `steps`.

    Steps of one programme are given together, since the grace of a step may
    end where the next one of the same kind opens.
    """
    opens = [add(anchors.day(step.anchor), step.opens) for step in steps]
    targets = [add(anchors.day(step.anchor), step.target) for step in steps]
    in_time = sorted(range(len(steps)), key=lambda n: (targets[n], n))
    found: dict[int, Window] = {}
    for place, n in enumerate(in_time):
        step = steps[n]
        closes = add(anchors.day(step.anchor), step.closes)
        if step.grace is not None:
            ends = add(closes, step.grace)
        else:
            following = (opens[m] for m in in_time[place + 1 :] if steps[m].kind is step.kind)
            next_opens = next(following, None)
            ends = (
                closes + timedelta(LAST_GRACE_DAYS)
                if next_opens is None
                # Windows may touch or overlap: then there is no grace, but never less than none.
                else max(closes, next_opens - timedelta(1))
            )
        found[n] = Window(opens[n], targets[n], closes, ends)
    return tuple(found[n] for n in range(len(steps)))
