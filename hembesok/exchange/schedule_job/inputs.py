"""From rows of text to children and visits in the store, or faults that say what to mend."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Final

from hembesok.exchange.schedule_job.store import Child, Store, pack
from hembesok.exchange.tables.faults import Faults, shown
from hembesok.exchange.tables.reading import Row, Table
from hembesok.programme.rules.protocol import Kind, Plan
from hembesok.values.dates import parse_day

CHILD_COLUMNS: Final = ("child_id", "born", "enrolled", "ended", "discharged")
VISIT_COLUMNS: Final = ("child_id", "date", "age_days", "step", "kind")
LONGEST_NAME: Final = 64
OLDEST_DAYS: Final = 36_500
"""A hundred years: more is no age, and one of a child is caught by whoever reads the file."""

_KINDS: Final = tuple(str(kind) for kind in Kind)
_AT_A_TIME: Final = 20_000
_WRITE_DAY: Final = "Write a day as 2021-03-22"

Progress = Callable[[str, int], None]
"""Told what is being done and how far it has come."""


@dataclass(slots=True)
class VisitCounts:
    """How many visits the file holds, and how many of them lie after the day."""

    read: int = 0
    after_day: int = 0
    in_order: bool = True


class _Days:
    """Reads days, each text once: a long file has few different ones.

    Only days that are right are kept, so there are never more than the calendar has.
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self.get = self._known.get

    def read(self, text: str) -> int:
        """Return the ordinal of a day; raises ValueError."""
        day = self._known[text] = parse_day(text).toordinal()
        return day


def read_children(table: Table, store: Store, progress: Progress) -> int:
    """Put the children in the store and return how many; raises FileError."""
    table.need("child_id", "born")
    return _Children(table.faults).read(table, store, progress)


class _Children:
    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._days = _Days()

    def read(self, table: Table, store: Store, progress: Progress) -> int:
        count = 0
        batch: list[Child] = []
        for row in table.rows(CHILD_COLUMNS):
            count += 1
            child = self._child(row)
            if child is not None:
                batch.append(child)
            if count % _AT_A_TIME == 0:
                store.add_children(batch)
                batch.clear()
                progress("children read", count)
        store.add_children(batch)
        store.index_children()
        for line, first, name in store.repeated():
            what = f"{shown(name)} stands on {self._faults.unit} {first} already"
            self._faults.add(line, "child_id", what, "Give each child one row")
        if not count and not self._faults.count:
            self._faults.add(1, "", "there are no children", "Add a row for each child")
        self._faults.check()
        return count

    def _child(self, row: Row) -> Child | None:
        line, (name, born_text, *others) = row
        before = self._faults.count
        self._check_name(line, name)
        born = self._day(line, "born", born_text)
        if born is None and not born_text:
            self._faults.add(line, "born", "the day of birth is missing", _WRITE_DAY)
        columns = zip(CHILD_COLUMNS[2:], others, strict=True)
        enrolled, ended, discharged = (self._day(line, *column) for column in columns)
        if self._faults.count > before or born is None:
            return None
        child = Child(line, name, born, enrolled, ended, discharged)
        self._check_order(child)
        return child if self._faults.count == before else None

    def _day(self, line: int, column: str, text: str) -> int | None:
        if not text:
            return None
        known = self._days.get(text)
        if known is not None:
            return known
        try:
            return self._days.read(text)
        except ValueError as error:
            self._faults.add(line, column, str(error), _WRITE_DAY)
            return None

    def _check_name(self, line: int, name: str) -> None:
        if not name.strip():
            self._faults.add(line, "child_id", "it is empty", "Give each child a name or number")
        elif len(name) > LONGEST_NAME:
            what = f"{shown(name)} is longer than {LONGEST_NAME} characters"
            self._faults.add(line, "child_id", what, "Give the child a shorter one")
        elif not name.isprintable() and any(unicodedata.category(sign) == "Cc" for sign in name):
            what = f"{shown(name)} holds a control character"
            self._faults.add(line, "child_id", what, "Write it with letters, digits and signs")

    def _check_order(self, child: Child) -> None:
        """Refuse days in an order in which no child lives."""
        remedy = "Mend the one that is wrong"
        for column in ("enrolled", "ended", "discharged"):
            day = getattr(child, column)
            if day is not None and day < child.born:
                self._faults.add(child.line, column, "the day is before the birth", remedy)
        if child.ended is not None and child.enrolled is not None and child.ended < child.enrolled:
            what = "the child left before it was enrolled"
            self._faults.add(child.line, "ended", what, remedy)


def read_visits(
    table: Table, store: Store, plan: Plan, children: str, as_of: int, progress: Progress
) -> VisitCounts:
    """Put the visits up to the day `as_of` in the store; raises FileError.

    `children` is the name of the children file, for the errors.
    """
    table.need("child_id")
    dated, aged = "date" in table.header, "age_days" in table.header
    if dated == aged:
        what = "there is both date and age_days" if dated else "there is no date and no age_days"
        table.faults.add(1, "", what, "Give one of the two columns: date, or age_days")
    table.faults.check()
    reader = _Visits(table.faults, store, plan, children, as_of, aged=aged)
    batch: list[Row] = []
    for row in table.rows(VISIT_COLUMNS):
        batch.append(row)
        if len(batch) == _AT_A_TIME:
            reader.take(batch)
            batch.clear()
            progress("visits read", reader.counts.read)
    reader.take(batch)
    table.faults.check()
    return reader.counts


class _Visits:
    """Checks visits a batch at a time, so that their children are looked up together."""

    def __init__(
        self, faults: Faults, store: Store, plan: Plan, children: str, as_of: int, *, aged: bool
    ) -> None:
        self.counts = VisitCounts()
        self._faults = faults
        self._store = store
        self._children = children
        self._as_of = as_of
        self._aged = aged
        self._days = _Ages() if aged else _Days()
        # Place 0 is for "nobody said".
        self._steps = {"": 0} | {step.key: n for n, step in enumerate(plan.steps, start=1)}
        self._kinds = {"": 0} | {kind: n for n, kind in enumerate(_KINDS, start=1)}
        self._last_child = 0

    def take(self, rows: Sequence[Row]) -> None:
        """Check a batch of rows and store those that count."""
        self.counts.read += len(rows)
        children = self._store.named({values[0] for _, values in rows})
        taken = []
        as_of, aged, last = self._as_of, self._aged, self._last_child
        # This loop runs ten million times: what is right is looked up here, in dictionaries,
        # and everything else, also a day met for the first time, goes the long way.
        day_of, step_of, kind_of = self._days.get, self._steps.get, self._kinds.get
        for line, (name, date, age, step, kind) in rows:
            child = children.get(name)
            day = day_of(age if aged else date)
            step_place, kind_place = step_of(step), kind_of(kind)
            if child is None or day is None or step_place is None or kind_place is None:
                day = self._read(line, age if aged else date, step, kind)
                if child is None:
                    self._tell_stranger(line, name)
                if child is None or day is None:
                    continue
                step_place, kind_place = step_of(step, 0), kind_of(kind, 0)
            n, born = child
            if aged:
                day += born
            if day < born:
                self._tell_before_birth(line, date)
            elif day > as_of:
                self.counts.after_day += 1
            else:
                if n < last:
                    self.counts.in_order = False
                last = n
                taken.append((n, pack(day, step_place, kind_place)))
        self._last_child = last
        self._store.add_visits(taken)

    def _read(self, line: int, day_text: str, step: str, kind: str) -> int | None:
        """Read the values of one row, telling what is wrong with each."""
        if step not in self._steps:
            known = [key for key in self._steps if key]
            what = f"{shown(step)} is not a step of the programme"
            self._faults.add(line, "step", what, partial(_nearest, step, known))
        if kind not in self._kinds:
            what = f"{shown(kind)} is not a kind of visit"
            self._faults.add(line, "kind", what, partial(_nearest, kind, _KINDS))
        column, remedy = ("age_days", _WRITE_AGE) if self._aged else ("date", _WRITE_DAY)
        if not day_text:
            self._faults.add(line, column, "it is empty", remedy)
            return None
        try:
            return self._days.read(day_text)
        except ValueError as error:
            self._faults.add(line, column, str(error), remedy)
            return None

    def _tell_stranger(self, line: int, name: str) -> None:
        if name:
            what = f"{shown(name)} is not in {self._children}"
            remedy = "Add the child there, or take the visit away"
        else:
            what, remedy = "it is empty", "Name the child"
        self._faults.add(line, "child_id", what, remedy)

    def _tell_before_birth(self, line: int, date: str) -> None:
        what = f"{shown(date)} is before the birth of the child"
        self._faults.add(line, "date", what, f"Mend the day, or the birth in {self._children}")


class _Ages(_Days):
    """Reads ages in days in the way of days; what is right is kept, and there are few."""

    def read(self, text: str) -> int:
        """Return the age; raises ValueError."""
        if not _AGE.fullmatch(text) or int(text) > OLDEST_DAYS:
            raise ValueError(f"{shown(text)} is not a whole number from 0 to {OLDEST_DAYS:,}")
        age = self._known[text] = int(text)
        return age


_AGE: Final = re.compile(r"[0-9]{1,5}", re.ASCII)
_WRITE_AGE: Final = "Write the age in whole days, as 30"


def _nearest(found: str, known: Sequence[str]) -> str:
    near = get_close_matches(found[:LONGEST_NAME], known, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    few = ", ".join(known[:12])
    return f"Leave it empty, or write one of {few}{' …' if len(known) > 12 else ''}"
