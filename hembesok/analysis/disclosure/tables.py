"""Tables that add up: counts of persons at every crossing of the nodes of the axes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from hembesok.analysis.disclosure.axes import Axis
from hembesok.analysis.disclosure.policy import KNOWN

Position = tuple[str, ...]
"""A node of each axis, in the order of the axes; the part is the last."""


@dataclass(frozen=True)
class Table:
    """What was counted for one measure on a day; its axes, of which the parts are the last."""

    measure: str
    as_of: date
    axes: tuple[Axis, ...]
    counts: Mapping[Position, int]

    @classmethod
    def of(
        cls,
        measure: str,
        as_of: date,
        axes: Iterable[Axis],
        leaves: Mapping[Position, int],
    ) -> "Table":
        """Add up counts at the leaves; where an axis is cut in several ways, of each way.

        Raises ValueError where a position is no crossing of leaves, a count is negative, or
        the ways of an axis do not add up to the same.
        """
        axes = tuple(axes)
        counts = dict.fromkeys(product(*(axis.nodes for axis in axes)), 0)
        chains = [_up_the_way(axis) for axis in axes]
        for position, count in leaves.items():
            at_leaves = all(n in c for c, n in zip(chains, position, strict=True))
            if not at_leaves or count < 0:
                raise ValueError(f"{position}: {count} is no count at a crossing of leaves")
            for above in product(*(c[n] for c, n in zip(chains, position, strict=True))):
                counts[above] += count
        _check_ways(axes, leaves)
        return cls(measure, as_of, axes, counts)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the axes."""
        return tuple(axis.name for axis in self.axes)

    def known_at(self, position: Position) -> int:
        """Return how many are known where a position is."""
        return self.counts.get((*position[:-1], KNOWN), 0)

    def coarser(self, name: str) -> "Table | None":
        """Return the table without the finest level of an axis; None when there is none."""
        axes = tuple(axis.coarser if axis.name == name else axis for axis in self.axes)
        if any(axis is None for axis in axes):
            return None
        kept = [axis for axis in axes if axis is not None]
        nodes = [{*axis.nodes} for axis in kept]
        counts = {
            position: count
            for position, count in self.counts.items()
            if all(node in some for node, some in zip(position, nodes, strict=True))
        }
        return Table(self.measure, self.as_of, tuple(kept), counts)


def relations(
    axes: Iterable[Axis], position: Position
) -> Iterator[tuple[Position, tuple[Position, ...]]]:
    """Yield the sums that a position is the total of."""
    for place, axis in enumerate(axes):
        for way in axis.cuts.get(position[place], ()):
            yield position, tuple((*position[:place], n, *position[place + 1 :]) for n in way)


def _up_the_way(axis: Axis) -> dict[str, tuple[str, ...]]:
    """Return what a leaf counts for. Of an axis cut in several ways, the top only by the first."""
    first = {*axis.ways[0]}
    leaves = [leaf for way in axis.ways for leaf in way]
    return {leaf: axis.chains[leaf] if leaf in first else axis.chains[leaf][:-1] for leaf in leaves}


def _check_ways(axes: tuple[Axis, ...], leaves: Mapping[Position, int]) -> None:
    for place, axis in enumerate(axes):
        if len(axis.ways) == 1:
            continue
        way_of = {leaf: number for number, way in enumerate(axis.ways) for leaf in way}
        sums: dict[Position, list[int]] = {}
        for position, count in leaves.items():
            rest = (*position[:place], *position[place + 1 :])
            sums.setdefault(rest, [0] * len(axis.ways))[way_of[position[place]]] += count
        for rest, found in sums.items():
            if len({*found}) > 1:
                raise ValueError(f"{rest}: the ways of {axis.name} do not add up: {found}")
