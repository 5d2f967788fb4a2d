"""The axes of a table: how each is cut into nodes, level by level.

Area falls into regions, municipalities and sites; period into years and quarters; the parts of
those known into yes and no. The axis of groups may be cut in several ways at its
top (by language, by parity): each way adds up to the same top.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from hembesok.analysis.disclosure.policy import KNOWN, NO, YES

Cuts = Mapping[str, tuple[tuple[str, ...], ...]]


# Not slots: what follows from the cuts is worked out once.
@dataclass(frozen=True)
class Axis:
    """A top, and into which nodes each node falls; only the top may fall in several ways."""

    name: str
    top: str
    cuts: Cuts

    def __post_init__(self) -> None:
        """Refuse cuts that are no tree."""
        below = [node for ways in self.cuts.values() for way in ways for node in way]
        if len({*below, self.top}) != len(below) + 1:
            raise ValueError(f"axis {self.name}: a node stands in two places")
        if any(len(ways) != 1 for node, ways in self.cuts.items() if node != self.top):
            raise ValueError(f"axis {self.name}: only {self.top} may be cut in several ways")
        if {*self.cuts} - {*below, self.top}:
            raise ValueError(f"axis {self.name}: a node that is cut hangs in the air")

    @classmethod
    def of(cls, name: str, top: str, tree: Mapping[str, Iterable[str]]) -> Self:
        """Return an axis whose nodes each fall in one way."""
        return cls(name, top, {node: (tuple(nodes),) for node, nodes in tree.items()})

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """All nodes, the top first."""
        return (self.top, *(node for ways in self.cuts.values() for way in ways for node in way))

    @cached_property
    def _above(self) -> dict[str, str]:
        return {n: node for node, ways in self.cuts.items() for way in ways for n in way}

    @cached_property
    def chains(self) -> dict[str, tuple[str, ...]]:
        """Every node with all nodes above it, the node first."""
        return {node: tuple(self._upwards(node)) for node in self.nodes}

    def _upwards(self, node: str) -> Iterator[str]:
        yield node
        while node != self.top:
            node = self._above[node]
            yield node

    @cached_property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """The leaves of each way in which the top falls; a top that does not fall is a leaf."""
        found: tuple[tuple[str, ...], ...] = tuple(
            tuple(leaf for node in way for leaf in self._leaves(node))
            for way in self.cuts.get(self.top, ())
        )
        return found or ((self.top,),)

    def _leaves(self, node: str) -> Iterator[str]:
        if node not in self.cuts:
            yield node
        for way in self.cuts.get(node, ()):
            for one in way:
                yield from self._leaves(one)

    @cached_property
    def heights(self) -> dict[str, int]:
        """How many levels there are below each node."""
        found: dict[str, int] = {}

        def height(node: str) -> int:
            below = [height(n) for way in self.cuts.get(node, ()) for n in way]
            found[node] = 1 + max(below) if below else 0
            return found[node]

        height(self.top)
        return found

    @property
    def coarser(self) -> "Axis | None":
        """The axis without its finest level, or None when only the top is left."""
        if not self.cuts:
            return None
        kept = {node: ways for node, ways in self.cuts.items() if self.heights[node] > 1}
        return Axis(self.name, self.top, kept)

    def joined(self, other: "Axis") -> "Axis | None":
        """Return an axis cut as this and another are; None where they cut otherwise."""
        if (self.name, self.top) != (other.name, other.top):
            return None
        cuts = dict(self.cuts)
        for node, ways in other.cuts.items():
            merged = _merged(cuts.get(node, ()), ways, free=node == self.top)
            if merged is None:
                return None
            cuts[node] = merged
        try:
            return Axis(self.name, self.top, cuts)
        except ValueError:
            return None


def _merged(
    ways: tuple[tuple[str, ...], ...], others: tuple[tuple[str, ...], ...], *, free: bool
) -> tuple[tuple[str, ...], ...] | None:
    """Join the ways of one node: those that share a node must be the same, or one holds all."""
    found = list(ways)
    for other in others:
        place = next((n for n, way in enumerate(found) if {*way} & {*other}), None)
        if place is None:
            if found and not free:
                return None
            found.append(other)
        elif {*other} >= {*found[place]}:
            found[place] = other
        elif not {*other} <= {*found[place]}:
            return None
    return tuple(found)


PARTS: Final = Axis.of("part", KNOWN, {KNOWN: (YES, NO)})
"""The last axis of every table."""
