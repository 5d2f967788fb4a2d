"""The schedule of one child: child × step × day, the engine behind pages and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hembesok.programme.rules.matching import HeldVisit, Matcher
from hembesok.programme.rules.protocol import Plan, Step
from hembesok.programme.rules.states import ALWAYS, NOTHING, Facts, Membership, State, state_on
from hembesok.programme.rules.windows import Anchors, Window, windows


@dataclass(frozen=True, slots=True)
class StepStatus:
    """One step of one child on one day.

    `visit` is the index of the visit that serves it. `days_from_target` is
    negative for an early visit; it and `in_window` are None without a visit.
    """

    step: Step
    window: Window
    state: State
    visit: int | None = None
    visit_date: date | None = None
    days_from_target: int | None = None
    in_window: bool | None = None


@dataclass(frozen=True, slots=True)
class ChildSchedule:
    """All steps of one child on one day, and the visits that are no step of the plan."""

    steps: tuple[StepStatus, ...]
    unplanned: tuple[int, ...]


class Schedule:
    """The windows of one plan for children with the same anchor days.

    Built once for each birth date in a long file: windows depend on nothing else.
    """

    def __init__(self, plan: Plan, anchors: Anchors) -> None:
        self._plan = plan
        # Grace runs to the next step of the same *programme*: the base programme's own
        # home visits do not cut the grace of the extended ones.
        self.windows = windows(plan.own, anchors) + windows(plan.base, anchors)
        self._steps = plan.steps
        self._places = {step.key: n for n, step in enumerate(plan.steps)}
        self._held_places = [n for n, s in enumerate(plan.steps) if s.key not in plan.mirrors]
        self._matcher = Matcher(
            [plan.steps[n] for n in self._held_places],
            [self.windows[n] for n in self._held_places],
        )

    def on(
        self,
        day: date,
        visits: Sequence[HeldVisit] = (),
        membership: Membership = ALWAYS,
        facts: Mapping[str, Facts] | None = None,
    ) -> ChildSchedule:
        """Return the state of every step on a day.

        Visits after `day`, or after the child left, are ignored. `facts` holds
        bookings, refusals and failed attempts by step key; what is held comes
        from `visits`.
        """
        last = day if membership.ended is None else min(day, membership.ended)
        counted = [n for n, visit in enumerate(visits) if visit.on <= last]
        matching = self._matcher.match(self._as_held([visits[n] for n in counted]))
        serves: list[int | None] = [None] * len(self.windows)
        for place, index in zip(self._held_places, matching.serves, strict=True):
            serves[place] = None if index is None else counted[index]
        for mirror, step in self._plan.mirrors.items():
            serves[self._places[mirror]] = serves[self._places[step]]
        rows = tuple(
            self._status(n, serves[n], visits, membership, facts or {}, day)
            for n in range(len(self.windows))
        )
        return ChildSchedule(rows, tuple(counted[n] for n in matching.unplanned))

    def _as_held(self, visits: list[HeldVisit]) -> list[HeldVisit]:
        """Read visits linked to a base step that is held together with a programme step."""
        mirrors = self._plan.mirrors
        if not mirrors:
            return visits
        return [
            replace(visit, step=mirrors.get(visit.step, visit.step)) if visit.step else visit
            for visit in visits
        ]

    def _status(
        self,
        n: int,
        index: int | None,
        visits: Sequence[HeldVisit],
        membership: Membership,
        facts: Mapping[str, Facts],
        day: date,
    ) -> StepStatus:
        step, window = self._steps[n], self.windows[n]
        known = NOTHING
        if facts:
            keys = self._plan.same_visit(step.key)
            known = next((facts[key] for key in keys if key in facts), NOTHING)
        member = membership
        if n >= len(self._plan.own) and membership.enrolled is not None:
            # The base programme is for all, so joining late takes nothing from it. Leaving does:
            # after that nobody tells us what was held, and "missed" would be a guess.
            member = Membership(ended=membership.ended)
        if index is None:
            return StepStatus(step, window, state_on(window, known, member, on=day))
        held = visits[index].on
        # In a register nothing else is known; `replace` would take as long as all the rest.
        known = Facts(held) if known is NOTHING else replace(known, held=held)
        state = state_on(window, known, member, on=day)
        apart = (held - window.target).days
        return StepStatus(step, window, state, index, held, apart, window.holds(held))
