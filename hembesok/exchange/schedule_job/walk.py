"""Children and their visits side by side, and the rows of each child as text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from hembesok.exchange.schedule_job.store import Child, Store, unpack
from hembesok.exchange.tables.faults import FileError, shown
from hembesok.programme.rules.matching import HeldVisit
from hembesok.programme.rules.protocol import Kind, Plan
from hembesok.programme.rules.schedule import ChildSchedule, Schedule, StepStatus
from hembesok.programme.rules.states import ALWAYS, Membership, State
from hembesok.programme.rules.windows import Anchors

COLUMNS: Final = {
    "child_id": "VARCHAR",
    "step": "VARCHAR",
    "opens": "DATE",
    "target": "DATE",
    "closes": "DATE",
    "state": "VARCHAR",
    "visit_date": "DATE",
    "days_from_target": "INTEGER",
    "in_window": "BOOLEAN",
}
"""The columns of the output, and their types where a file has types."""

MOST_VISITS: Final = 10_000
"""Visits of one child. More is a mistake in the file, and would have to be held in memory."""

_REMEMBERED: Final = 4096
_REMEMBERED_VISITS: Final = 32_768


def side_by_side(
    store: Store, visits_file: str, *, in_order: bool
) -> Iterator[tuple[Child, list[int]]]:
    """Yield each child with its packed visits, in the order of the children file."""
    visits = store.visits(in_order=in_order)
    owner, packed = next(visits, (0, 0))
    for n, child in store.children():
        mine: list[int] = []
        while owner == n:
            mine.append(packed)
            if len(mine) > MOST_VISITS:
                raise FileError(
                    f"{visits_file}: the child {shown(child.name)} has more than {MOST_VISITS:,}"
                    " visits. See that each visit has the right child_id."
                )
            owner, packed = next(visits, (0, 0))
        yield child, mine


class _Windows(NamedTuple):
    """The schedule of children born on one day, and the beginning of each of their rows."""

    schedule: Schedule
    beginnings: list[str]


class Walk:
    """Makes the rows of one child after the other, and counts what it sees.

    Windows depend only on the day of birth and of discharge, and the rows of a
    child without visits only on its own four days; both are made once and kept
    for the children that follow, as many as fit in a few megabytes.
    """

    def __init__(self, plan: Plan, as_of: date) -> None:
        self.states: Counter[State] = Counter()
        self.after_leaving = 0
        self.unplanned = 0
        self._plan = plan
        self._as_of = as_of
        self._keys = [step.key for step in plan.steps]
        self._windows = lru_cache(_REMEMBERED)(self._make_windows)
        self._without_visits = lru_cache(_REMEMBERED)(self._make_without_visits)
        self._visit = lru_cache(_REMEMBERED_VISITS)(self._make_visit)

    def text(self, child: Child, packed: Sequence[int]) -> str:
        """Return the rows of a child as lines of CSV."""
        if packed:
            endings, states = self._with_visits(child, packed)
        else:
            endings, states = self._without_visits(
                child.born, child.enrolled, child.ended, child.discharged
            )
        for state in states:
            self.states[state] += 1
        start = f"{_field(child.name)},"
        return start + start.join(endings)

    def _with_visits(self, child: Child, packed: Sequence[int]) -> tuple[list[str], list[State]]:
        windows = self._windows(child.born, child.discharged)
        visits = [self._visit(number) for number in packed]
        found = windows.schedule.on(self._as_of, visits, _membership(child.enrolled, child.ended))
        self.unplanned += len(found.unplanned)
        if child.ended is not None:
            last = date.fromordinal(child.ended)
            self.after_leaving += sum(visit.on > last for visit in visits)
        return _endings(windows, found), [row.state for row in found.steps]

    def _make_without_visits(
        self, born: int, enrolled: int | None, ended: int | None, discharged: int | None
    ) -> tuple[list[str], list[State]]:
        windows = self._windows(born, discharged)
        found = windows.schedule.on(self._as_of, (), _membership(enrolled, ended))
        return _endings(windows, found), [row.state for row in found.steps]

    def _make_windows(self, born: int, discharged: int | None) -> _Windows:
        home = None if discharged is None else date.fromordinal(discharged)
        schedule = Schedule(self._plan, Anchors(date.fromordinal(born), home))
        beginnings = [
            f"{step.key},{window.opens},{window.target},{window.closes},"
            for step, window in zip(self._plan.steps, schedule.windows, strict=True)
        ]
        return _Windows(schedule, beginnings)

    def _make_visit(self, packed: int) -> HeldVisit:
        day, step, kind = unpack(packed)
        return HeldVisit(
            date.fromordinal(day),
            self._keys[step - 1] if step else None,
            _KINDS[kind - 1] if kind else None,
        )


_KINDS: Final = tuple(Kind)
_WITHOUT_VISIT: Final = {state: f"{state},,,\n" for state in State}


def _membership(enrolled: int | None, ended: int | None) -> Membership:
    if enrolled is None and ended is None:
        return ALWAYS
    return Membership(
        None if enrolled is None else date.fromordinal(enrolled),
        None if ended is None else date.fromordinal(ended),
    )


def _endings(windows: _Windows, found: ChildSchedule) -> list[str]:
    """Return the rows of one child from the second column on."""
    return [
        beginning + _ending(row)
        for beginning, row in zip(windows.beginnings, found.steps, strict=True)
    ]


def _ending(row: StepStatus) -> str:
    if row.visit is None:
        return _WITHOUT_VISIT[row.state]
    in_window = "true" if row.in_window else "false"
    return f"{row.state},{row.visit_date},{row.days_from_target},{in_window}\n"


def _field(name: str) -> str:
    """Return a child's name as a field of CSV; control characters it has none."""
    if "," in name or '"' in name or name != name.strip():
        return '"' + name.replace('"', '""') + '"'
    return name
