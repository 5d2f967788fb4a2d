"""Which counts of a table are hidden, and the proof that none of them can be worked out.

A chain is a set of counts of which some rise by one and the others fall by one while every sum
of the table stays as it is: a few persons who change places. When all counts of a chain are
hidden, whoever reads the table cannot tell how far it has been shifted; the chain reaches as far
as its smallest counts allow. So a count is safe when it lies on a hidden chain that reaches over
`threshold` persons: that many tables of whole persons look the same from outside, whatever means
the reader has. First the counts that the policy hides are found, then for each the chain that
costs least of what a reader wants to see.

Source: secondary suppression by hypercubes (Repsilber; GHMITER of the statistical offices),
here over trees and with the exact reach.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import combinations, islice, product
from typing import Final, NamedTuple

from hembesok.analysis.disclosure.axes import Axis
from hembesok.analysis.disclosure.policy import KNOWN, NO, YES, Policy
from hembesok.analysis.disclosure.tables import Position

NEAR: Final = 6
"""How many nodes of an axis are tried for a chain before all are."""
TRIED: Final = 2_000
"""How many chains are looked at for one count; without any that holds, the table is refused."""
FAR: Final = 10**9
"""How far a chain reaches up where nothing bounds it."""
_PRICE: Final = {YES: 1, NO: 1, KNOWN: 4}
"""What it costs to hide a part: a share needs its numerator and denominator most."""


class Chain(NamedTuple):
    """Counts of which some rise by one while the others fall by one, and no sum changes."""

    rising: tuple[Position, ...]
    falling: tuple[Position, ...]

    @property
    def positions(self) -> tuple[Position, ...]:
        """All counts of the chain."""
        return self.rising + self.falling


@dataclass
class Proof:
    """How far one count can be shifted while everything shown stays as it is.

    `rises` are chains with how often each is turned, one after the other, and no count of the
    system falls below nothing; `falls` are chains turned the other way, from the same beginning.
    """

    rises: list[tuple[Chain, int]] = field(default_factory=list)
    falls: list[tuple[Chain, int]] = field(default_factory=list)

    @property
    def reach(self) -> int:
        """Over how many persons the count can be shifted."""
        return sum(times for _chain, times in self.rises + self.falls)

    @property
    def positions(self) -> set[Position]:
        """The counts that must be hidden for it to hold."""
        return {p for chain, _times in self.rises + self.falls for p in chain.positions}


@dataclass(frozen=True)
class System:
    """Everything a reader has or will have of one measure on one day, as one table.

    `open_` are counts the reader knows already, `closed` those that must stay hidden, `told`
    those of which an earlier table told, which are dearer to hide now.
    """

    axes: tuple[Axis, ...]
    counts: Mapping[Position, int]
    open_: frozenset[Position] = frozenset()
    closed: frozenset[Position] = frozenset()
    told: frozenset[Position] = frozenset()

    @cached_property
    def heights(self) -> tuple[dict[str, int], ...]:
        """The heights of the nodes of each axis."""
        return tuple(axis.heights for axis in self.axes)

    def price(self, position: Position) -> int:
        """Return what it costs to hide a count: more for totals than for what they are of."""
        levels = sum(h[n] for h, n in zip(self.heights[:-1], position[:-1], strict=True))
        dear = 8 if position in self.told else 1
        return int(_PRICE.get(position[-1], 1) * 6**levels) * dear


@dataclass(frozen=True)
class Hidden:
    """The hidden counts, each with its proof."""

    proofs: Mapping[Position, Proof]

    @property
    def positions(self) -> frozenset[Position]:
        """The hidden counts."""
        return frozenset(self.proofs)


def few(counts: Mapping[Position, int], policy: Policy) -> set[Position]:
    """Return the counts that the policy hides for their own sake."""
    known: dict[Position, int] = {p[:-1]: n for p, n in counts.items() if p[-1] == KNOWN}
    return {p for p, n in counts.items() if policy.hides(p[-1], n, known.get(p[:-1], 0))}


def hide(system: System, policy: Policy) -> Hidden | None:
    """Return what is hidden of a system, with the proofs.

    None where that is not possible, since the reader can work out a count from what is open.
    """
    # What is known already cannot be hidden again.
    primary = (few(system.counts, policy) | system.closed) - system.open_
    search = _Search(system, policy.threshold, set(primary))
    proofs: dict[Position, Proof] = {}
    while waiting := search.hidden - proofs.keys():
        for position in sorted(waiting, key=lambda p: (search.price(p), p)):
            if position in proofs:
                continue
            proof = search.cheapest(position)
            if proof is None:
                return None
            search.hidden |= proof.positions
            proofs.update(_shared(proof, position))
    return Hidden(_needed(primary, proofs))


def _shared(proof: Proof, position: Position) -> dict[Position, Proof]:
    """Return a proof for every count it is one of: a single chain shifts all of its counts."""
    chains = {chain for chain, _times in proof.rises + proof.falls}
    if len(chains) > 1:
        return {position: proof}
    (chain,) = chains
    back = Chain(chain.falling, chain.rising)
    turned = Proof(
        [(back, times) for _chain, times in proof.falls],
        [(back, times) for _chain, times in proof.rises],
    )
    same = position in chain.rising
    return {p: proof if (p in chain.rising) is same else turned for p in chain.positions}


def _needed(primary: set[Position], proofs: Mapping[Position, Proof]) -> dict[Position, Proof]:
    """Leave out what was hidden for the sake of a proof that a later one made idle."""
    needed: dict[Position, Proof] = {}
    waiting = sorted(primary)
    while waiting:
        position = waiting.pop()
        if position not in needed:
            needed[position] = proofs[position]
            waiting += proofs[position].positions - needed.keys()
    return needed


class _Turn(NamedTuple):
    """What one axis adds to a chain: nodes that rise, and nodes that fall."""

    rising: tuple[str, ...]
    falling: tuple[str, ...]


class _Search:
    """Looks for the cheapest chain through a count; `hidden` grows while it is used."""

    def __init__(self, system: System, threshold: int, hidden: set[Position]) -> None:
        self.system, self.threshold, self.hidden = system, threshold, hidden
        self.price: Callable[[Position], int] = cache(system.price)

    def cheapest(self, position: Position) -> Proof | None:
        """Return the proof for a count that hides least; None where there is none."""
        for near in (NEAR, FAR):
            found = self._gathered(position, near)
            if found is not None or self._all_tried(near):
                return found
        return None

    def _all_tried(self, near: int) -> bool:
        return all(len(leaves) <= near for axis in self.system.axes for leaves in axis.ways)

    def _gathered(self, position: Position, near: int) -> Proof | None:
        """Gather chains, each the cheapest for what it adds to the reach, until it is enough."""
        chains = list(self._chains(position, near))
        shifts = _Shifts(self.system.counts), _Shifts(self.system.counts)
        proof, hidden = Proof(), set[Position]()
        while (lacking := self.threshold - proof.reach) > 0:
            chain = self._worthiest(chains, shifts, hidden, lacking)
            if chain is None:
                return None
            rise = min(lacking, shifts[0].room(chain.falling))
            if rise:
                proof.rises.append((chain, rise))
                shifts[0].turn(chain.rising, chain.falling, rise)
            fall = min(lacking - rise, shifts[1].room(chain.rising))
            if fall:
                proof.falls.append((chain, fall))
                shifts[1].turn(chain.falling, chain.rising, fall)
            hidden.update(chain.positions)
        return proof

    def _worthiest(
        self,
        chains: Iterable[Chain],
        shifts: tuple["_Shifts", "_Shifts"],
        hidden: set[Position],
        lacking: int,
    ) -> Chain | None:
        """Return the chain that costs least for each person it adds to the reach."""
        best: tuple[float, int] = (FAR, 0)
        found: Chain | None = None
        for chain in chains:
            gain = min(lacking, shifts[0].room(chain.falling) + shifts[1].room(chain.rising))
            if gain == 0:
                continue
            price = self._price(chain, hidden, best[0] * gain)
            if (price / gain, -gain) < best:
                best, found = (price / gain, -gain), chain
            if price == 0 and gain == lacking:
                break
        return found

    def _price(self, chain: Chain, hidden: set[Position], most: float) -> int:
        """Return what hiding a chain costs beside what is hidden; stops beyond the most."""
        price = 0
        for position in chain.positions:
            if position not in self.hidden and position not in hidden:
                price += self.price(position)
                if price > most:
                    break
        return price

    def _chains(self, position: Position, near: int) -> Iterator[Chain]:
        """Yield the chains on which a count rises, and of which nothing is open."""
        counts, open_ = self.system.counts, self.system.open_
        for turns in islice(self._candidates(position, near), TRIED):
            rising: list[Position] = []
            falling: list[Position] = []
            for at, rises in _crossings(turns):
                if at in open_:
                    break
                if at in counts:
                    (rising if rises else falling).append(at)
            else:
                yield Chain(tuple(rising), tuple(falling))

    def _candidates(self, position: Position, near: int) -> Iterator[tuple[_Turn, ...]]:
        """Yield the turns to judge: on all axes at once first, on none of them last."""
        places = range(len(position))
        still = [self._still(place, position, near) for place in places]
        swaps = [self._swaps(place, position, near) for place in places]
        for size in range(len(position), -1, -1):
            for turning in combinations(places, size):
                yield from product(
                    *(swaps[place] if place in turning else still[place] for place in places)
                )

    def _still(self, place: int, position: Position, near: int) -> list[_Turn]:
        """Return the nodes that change with a count where nobody changes place on an axis.

        They are a leaf of each way and all above it, so that every way still adds up.
        """
        axis = self.system.axes[place]
        of_ways = [
            self._fullest(place, position, way, below=position[place], most=_leaves(near))
            for way in axis.ways
        ]
        # A count below the top belongs to one way; the others follow with any leaf.
        return [
            _Turn(tuple(dict.fromkeys(n for leaf in leaves for n in axis.chains[leaf])), ())
            for leaves in product(*of_ways)
        ]

    def _fullest(
        self, place: int, position: Position, way: tuple[str, ...], *, below: str, most: int
    ) -> list[str]:
        """Return leaves of a way under a node: those that are hidden, then those with most."""
        axis = self.system.axes[place]
        under = [leaf for leaf in way if below in axis.chains[leaf]] or list(way)
        # What stands at the leaf changes too, so it may not be open.
        able = [leaf for leaf in under if self._at(place, position, leaf) not in self.system.open_]
        if len(able) <= most:
            return able

        def fullness(leaf: str) -> tuple[bool, int, str]:
            there = self._at(place, position, leaf)
            return there not in self.hidden, -self.system.counts.get(there, 0), leaf

        return sorted(able, key=fullness)[:most]

    def _swaps(self, place: int, position: Position, near: int) -> list[_Turn]:
        """Return the changes of place on an axis that a count is part of, the nearest first."""
        axis, node = self.system.axes[place], position[place]
        found = []
        for way in axis.ways:
            here = [leaf for leaf in way if node in axis.chains[leaf]]
            if not here or node == axis.top:
                continue
            there = [leaf for leaf in way if node not in axis.chains[leaf]]
            for leaf in self._fullest(place, position, way, below=node, most=_leaves(near)):
                found += [
                    _turn(axis, leaf, other)
                    for other in self._nearest(place, position, leaf, there)[:near]
                ]
        return found

    def _nearest(self, place: int, position: Position, leaf: str, others: list[str]) -> list[str]:
        above = {*self.system.axes[place].chains[leaf]}
        chains = self.system.axes[place].chains

        def distance(other: str) -> tuple[int, bool, int, str]:
            there = self._at(place, position, other)
            apart = sum(node not in above for node in chains[other])
            return apart, there not in self.hidden, -self.system.counts.get(there, 0), other

        able = [o for o in others if self._at(place, position, o) not in self.system.open_]
        return sorted(able, key=distance)

    def _at(self, place: int, position: Position, node: str) -> Position:
        """Return the position with another node on one axis."""
        return (*position[:place], node, *position[place + 1 :])


class _Shifts:
    """The counts of a system after some chains were turned."""

    def __init__(self, counts: Mapping[Position, int]) -> None:
        self._counts = counts
        self._shifts: dict[Position, int] = {}

    def room(self, falling: Iterable[Position]) -> int:
        """Return how often these counts can fall by one."""
        shifts = self._shifts
        return min((self._counts[p] + shifts.get(p, 0) for p in falling), default=FAR)

    def turn(self, rising: Iterable[Position], falling: Iterable[Position], times: int) -> None:
        for position in rising:
            self._shifts[position] = self._shifts.get(position, 0) + times
        for position in falling:
            self._shifts[position] = self._shifts.get(position, 0) - times


def _leaves(near: int) -> int:
    return 2 if near == NEAR else near


def _turn(axis: Axis, leaf: str, other: str) -> _Turn:
    chain, across = axis.chains[leaf], axis.chains[other]
    return _Turn(
        tuple(node for node in chain if node not in across),
        tuple(node for node in across if node not in chain),
    )


def _crossings(turns: Iterable[_Turn]) -> list[tuple[Position, bool]]:
    """Return every position that changes, and whether it rises."""
    found: list[tuple[Position, bool]] = [((), True)]
    for rising, falling in turns:
        found = [((*p, n), up) for p, up in found for n in rising] + [
            ((*p, n), not up) for p, up in found for n in falling
        ]
    return found
