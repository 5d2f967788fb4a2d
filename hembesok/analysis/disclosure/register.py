"""What was published, so that a table and an earlier one together tell nothing either tells not.

Two tables of one measure differ: by what happened between two days, by who was counted, by how
finely they are cut. What they differ by is a table too, and everybody can work it out. So before
a table leaves, it is laid beside all that left before it:

1. The same table of the same day is answered with what was answered then.
2. Areas, periods and groups cut otherwise than before are refused: two ways of drawing a border
   differ by the few who live between.
3. Tables of one day and one count are one table (hiding.System): what is shown stays known, what
   is hidden stays hidden, and the proofs are made for all of it.
4. Between two days a count is shown anew only where it differs by nothing or by `threshold` at
   least, and likewise what is left when the shown parts of a sum are taken from it. What was
   hidden stays hidden until so many are new; what was shown and is the same counts as known.

A table that does not pass is made coarser, the period first, and in the end refused: the earlier
one then still stands. The register holds counts that were hidden, so it stays in the unit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Final

from hembesok.analysis.disclosure.axes import Axis
from hembesok.analysis.disclosure.hiding import System, few, hide
from hembesok.analysis.disclosure.policy import DEFAULT, KNOWN, YES, Policy
from hembesok.analysis.disclosure.tables import Position, Table, relations
from hembesok.values.refusals import Reason, Refusal

COARSENED: Final = ("period", "area")
"""The axes that are made coarser where a table may not leave as it is, in this order."""


@dataclass(frozen=True)
class Published:
    """A table as it left: what is shown. All other counts of the table are hidden."""

    table: Table
    shown: frozenset[Position]
    asked: tuple[Axis, ...]
    """The axes of the table that was asked for; it may have left coarser."""

    @property
    def counts(self) -> dict[Position, int]:
        """What may be written in a file: the shown counts alone, in order."""
        return {position: self.table.counts[position] for position in sorted(self.shown)}

    def count(self, position: Position) -> int | None:
        """Return what is shown there; None where it is hidden or there is nothing."""
        return self.table.counts[position] if position in self.shown else None

    def share(self, *nodes: str) -> tuple[int, int] | None:
        """Return numerator and denominator at the nodes; None where either is hidden."""
        yes, known = self.count((*nodes, YES)), self.count((*nodes, KNOWN))
        return None if yes is None or known is None else (yes, known)


@dataclass
class Register:
    """What was published, in order. `policy` is of all of it: another one begins another."""

    policy: Policy = DEFAULT
    published: list[Published] = field(default_factory=list)

    def publish(self, table: Table) -> Published:
        """Return the table as it may leave, coarser if it must be, and note that it left.

        Raises Refusal where no part of it may leave.
        """
        answered = self._answered(table)
        if answered is not None:
            return answered
        # As finely as it was asked for: made coarser, a moved border would not be seen.
        joined = _joined(table.axes, [one.asked for one in self._of(table.measure)])
        if isinstance(joined, Reason):
            raise Refusal(joined)
        refused: Reason | None = None
        best: Published | None = None
        for candidate in _coarser(table, self.policy):
            result = self._judged(candidate, table.axes)
            if isinstance(result, Reason):
                refused = refused or result
                continue
            best = best or result
            if _shows_most(result):
                best = result
                break
        if best is None:
            raise Refusal(refused or Reason("disclosure_few", {"measure": table.measure}))
        self.published.append(best)
        return best

    def _of(self, measure: str) -> list[Published]:
        return [one for one in self.published if one.table.measure == measure]

    def _answered(self, table: Table) -> Published | None:
        """Return what was answered to the same question, whole or coarser."""
        for one in self._of(table.measure):
            same = one.table.as_of == table.as_of and table.axes in (one.asked, one.table.axes)
            if same and all(table.counts.get(p) == n for p, n in one.table.counts.items()):
                return one
        return None

    def _judged(self, table: Table, asked: tuple[Axis, ...]) -> Published | Reason:
        earlier = self._of(table.measure)
        axes = _joined(table.axes, [one.table.axes for one in earlier])
        if isinstance(axes, Reason):
            return axes
        beside, before = _sorted_out(table, earlier)
        sticky = _Sticky(self.policy)
        counts = dict(table.counts)
        for one in before:
            sticky.lay_beside(table, one)
        for one in beside:
            # What stood there is the same count, and is shown or hidden already.
            sticky.open_ |= one.shown
            sticky.closed |= one.table.counts.keys() - one.shown
            counts |= one.table.counts
        if sticky.conflict is not None:
            return _too_few_new(table, sticky.conflict)
        if sticky.open_ & sticky.closed:
            return Reason("disclosure_cut_otherwise", {"axis": "population"})
        told = frozenset(p for one in before for p in one.shown)
        system = System(axes, counts, frozenset(sticky.open_), frozenset(sticky.closed), told)
        hidden = hide(system, self.policy)
        if hidden is None:
            return Reason("disclosure_told_by_earlier", {"measure": table.measure})
        shown = frozenset(table.counts.keys() - hidden.positions)
        if not shown:
            return Reason("disclosure_few", {"measure": table.measure})
        made = Published(table, shown, asked)
        for one in before:
            if any(_small_remainders(made, one, self.policy)):
                return _too_few_new(table, one.table.as_of)
        return made


def _too_few_new(table: Table, day: date) -> Reason:
    return Reason("disclosure_few_new", {"measure": table.measure, "day": day})


def _joined(
    own: tuple[Axis, ...], earlier: Iterable[tuple[Axis, ...]]
) -> tuple[Axis, ...] | Reason:
    """Return the axes of several tables in one; a reason where they are cut otherwise."""
    axes = list(own)
    for others in earlier:
        if len(others) != len(axes):
            return Reason("disclosure_cut_otherwise", {"axis": "group"})
        for place, (axis, other) in enumerate(zip(axes, others, strict=True)):
            joined = axis.joined(other)
            if joined is None:
                return Reason("disclosure_cut_otherwise", {"axis": axis.name})
            axes[place] = joined
    return tuple(axes)


def _sorted_out(
    table: Table, earlier: Iterable[Published]
) -> tuple[list[Published], list[Published]]:
    """Part the earlier tables: those that are one with this, and those of another count."""
    beside: list[Published] = []
    before: list[Published] = []
    for one in earlier:
        same = one.table.as_of == table.as_of and all(
            table.counts.get(position, count) == count
            for position, count in one.table.counts.items()
        )
        (beside if same else before).append(one)
    return beside, before


@dataclass
class _Sticky:
    """What an earlier table of another count lets a new one show and hide."""

    policy: Policy
    open_: set[Position] = field(default_factory=set)
    closed: set[Position] = field(default_factory=set)
    conflict: date | None = None

    def lay_beside(self, table: Table, one: Published) -> None:
        """Compare with one of them; a later one is laid after an earlier one, and counts more."""
        for position, count in one.table.counts.items():
            new = table.counts.get(position)
            if new is None:
                continue
            self.open_.discard(position)
            self.closed.discard(position)
            shown, differs = position in one.shown, new - count
            if shown and self.policy.is_few(differs):
                self.conflict = one.table.as_of
            elif shown and differs == 0:
                self.open_.add(position)
            elif not shown and abs(differs) < self.policy.threshold:
                self.closed.add(position)


def _small_remainders(new: Published, old: Published, policy: Policy) -> Iterator[Position]:
    """Yield the sums of which what is hidden differs by few, told by what is shown of both."""
    common = new.table.counts.keys() & old.table.counts.keys()
    for position in common:
        for total, parts in relations(new.table.axes, position):
            told = [p for p in parts if p in new.shown]
            if total not in new.shown & old.shown or len(told) == len(parts):
                continue
            if not all(p in old.shown for p in told):
                continue
            left = [
                one.table.counts[total] - sum(one.table.counts[p] for p in told)
                for one in (new, old)
            ]
            if policy.is_few(left[0] - left[1]):
                yield total


def _coarser(table: Table, policy: Policy) -> Iterator[Table]:
    """Yield the table and ever coarser ones, from the first of which enough can be shown."""
    names = [name for name in COARSENED if name in table.names]
    steps = [list(_steps(table, name)) for name in names]
    tables = sorted(product(*(range(len(s)) for s in steps)), key=lambda t: (sum(t), t[::-1]))
    for levels in tables:
        candidate: Table | None = table
        for name, level in zip(names, levels, strict=True):
            for _ in range(level):
                candidate = candidate.coarser(name) if candidate else None
        if candidate is not None and _worth(candidate, policy):
            yield candidate


def _steps(table: Table, name: str) -> Iterator[Table]:
    found: Table | None = table
    while found is not None:
        yield found
        found = found.coarser(name)


def _worth(table: Table, policy: Policy) -> bool:
    """Tell whether the policy itself lets most denominators at the finest crossings be shown."""
    finest = _finest(table)
    return 2 * len(few({p: table.counts[p] for p in finest}, policy)) <= len(finest)


def _shows_most(published: Published) -> bool:
    finest = _finest(published.table)
    return 2 * sum(position in published.shown for position in finest) >= len(finest)


def _finest(table: Table) -> list[Position]:
    """Return the denominators at the finest crossings, where there is anybody."""
    heights = [axis.heights for axis in table.axes[:-1]]
    return [
        position
        for position, count in table.counts.items()
        if count
        and position[-1] == KNOWN
        and not any(h[n] for h, n in zip(heights, position[:-1], strict=True))
    ]
