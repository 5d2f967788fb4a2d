"""A reader who wants to know what was hidden: knows the rule, the borders, and every table.

It shares nothing with the product but the tables as they left: it reads which node falls into
which, and what is shown, and works out the rest by sums, by bounds, by elimination and by linear
programming. Whole persons are never fewer than none.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

Position = tuple[str, ...]
Row = dict[Position, Fraction]
FAR = 10**6


@dataclass
class Seen:
    """What is shown, and all sums there are between counts."""

    known: dict[Position, int]
    sums: list[tuple[Position, tuple[Position, ...]]]

    @property
    def unknown(self) -> list[Position]:
        """The counts that somebody would like to know."""
        every = {p for total, parts in self.sums for p in (total, *parts)}
        return sorted(every - self.known.keys())


def look(
    tables: Iterable[tuple[Iterable[Any], Mapping[Position, int], Iterable[Position]]],
) -> Seen:
    """Take in tables: of each the axes, what is shown, and where there is a count."""
    known: dict[Position, int] = {}
    sums: set[tuple[Position, tuple[Position, ...]]] = set()
    for axes, shown, positions in tables:
        known |= dict(shown)
        every = {*positions}
        for position in every:
            for place, axis in enumerate(axes):
                for way in axis.cuts.get(position[place], ()):
                    parts = tuple((*position[:place], n, *position[place + 1 :]) for n in way)
                    if every.issuperset(parts):
                        sums.add((position, parts))
    return Seen(known, sorted(sums))


def equations(seen: Seen) -> list[tuple[Row, Fraction]]:
    """Write each sum as unknowns with signs, and what they come to."""
    found = []
    for total, parts in seen.sums:
        row: Row = {}
        rest = Fraction(0)
        for position, sign in ((total, 1), *((p, -1) for p in parts)):
            if position in seen.known:
                rest -= sign * seen.known[position]
            else:
                row[position] = row.get(position, Fraction(0)) + sign
        if row:
            found.append((row, rest))
    return found


def eliminated(rows: list[tuple[Row, Fraction]]) -> list[tuple[Row, Fraction]]:
    """Solve as far as it goes, exactly: each row gets an unknown that no other row has."""
    solved: dict[Position, tuple[Row, Fraction]] = {}
    for row, rest in rows:
        row = dict(row)
        for known in [p for p in row if p in solved]:
            times = row[known]
            other, its_rest = solved[known]
            for position, number in other.items():
                row[position] = row.get(position, Fraction(0)) - times * number
            rest -= times * its_rest
        row = {p: n for p, n in row.items() if n}
        if not row:
            assert rest == 0, "what is shown does not add up"
            continue
        pivot = min(row)
        lead = row[pivot]
        row, rest = {p: n / lead for p, n in row.items()}, rest / lead
        for name, (other, its_rest) in list(solved.items()):
            times = other.get(pivot, Fraction(0))
            if times:
                joined = dict(other)
                for position, number in row.items():
                    joined[position] = joined.get(position, Fraction(0)) - times * number
                solved[name] = {p: n for p, n in joined.items() if n}, its_rest - times * rest
        solved[pivot] = row, rest
    return list(solved.values())


def bounds(seen: Seen, *, solve: bool = True) -> dict[Position, tuple[int, int]]:
    """Return between what each hidden count must lie, by sums and elimination."""
    rows = equations(seen)
    if solve:
        rows = rows + eliminated(rows)
    low = dict.fromkeys(seen.unknown, Fraction(0))
    high = dict.fromkeys(seen.unknown, Fraction(FAR))
    for _ in range(60):
        moved = False
        for row, rest in rows:
            least = sum(n * (low if n > 0 else high)[p] for p, n in row.items())
            most = sum(n * (high if n > 0 else low)[p] for p, n in row.items())
            for p, n in row.items():
                # rest = n x + others, and the others lie between what is left of least and most.
                own = (n * low[p], n * high[p]) if n > 0 else (n * high[p], n * low[p])
                ends = (rest - (most - own[1])) / n, (rest - (least - own[0])) / n
                lower, upper = min(ends), max(ends)
                lower, upper = Fraction(math.ceil(lower)), Fraction(math.floor(upper))
                if lower > low[p]:
                    low[p], moved = lower, True
                if upper < high[p]:
                    high[p], moved = upper, True
        if not moved:
            break
    return {p: (int(low[p]), int(high[p])) for p in seen.unknown}


def by_programming(seen: Seen, wanted: Iterable[Position]) -> dict[Position, tuple[float, float]]:
    """Return the exact ends of what the wanted counts can be, whole or not."""
    rows = equations(seen)
    found = {}
    for position in wanted:
        near = _around(position, rows)
        names = sorted({p for row, _rest in near for p in row})
        matrix = np.array([[float(row.get(p, 0)) for p in names] for row, _rest in near])
        right = np.array([float(rest) for _row, rest in near])
        goal = np.array([1.0 if p == position else 0.0 for p in names])
        found[position] = -_most(matrix, right, -goal), _most(matrix, right, goal)
    return found


def _around(position: Position, rows: list[tuple[Row, Fraction]]) -> list[tuple[Row, Fraction]]:
    reached, left = {position}, list(rows)
    near: list[tuple[Row, Fraction]] = []
    while True:
        touching = [one for one in left if reached & one[0].keys()]
        if not touching:
            return near
        near += touching
        left = [one for one in left if not reached & one[0].keys()]
        reached |= {p for row, _rest in touching for p in row}


def _most(matrix: Any, right: Any, goal: Any) -> float:
    """Return the most that goal comes to where matrix x = right and x >= 0 (two-phase simplex)."""
    rows, columns = matrix.shape
    sign = np.where(right < 0, -1.0, 1.0)
    table = np.zeros((rows + 1, columns + rows + 1))
    table[:rows, :columns] = matrix * sign[:, None]
    table[:rows, columns : columns + rows] = np.eye(rows)
    table[:rows, -1] = right * sign
    basis = list(range(columns, columns + rows))
    table[rows, :] = -table[:rows, :].sum(axis=0)
    table[rows, columns : columns + rows] = 0
    _pivot_on(table, basis, columns + rows)
    assert abs(table[rows, -1]) < 1e-6, "what is shown has no solution"
    for place in range(rows):
        if basis[place] >= columns:
            able = np.flatnonzero(np.abs(table[place, :columns]) > 1e-9)
            if able.size:
                _pivot(table, basis, place, int(able[0]))
    kept = [place for place in range(rows) if basis[place] < columns]
    small = np.zeros((len(kept) + 1, columns + 1))
    small[:-1, :columns], small[:-1, -1] = table[kept, :columns], table[kept, -1]
    basis = [basis[place] for place in kept]
    small[-1, :columns] = -goal
    for place, column in enumerate(basis):
        small[-1] -= small[-1, column] * small[place]
    return float(small[-1, -1]) if _pivot_on(small, basis, columns) else float(FAR)


def _pivot_on(table: Any, basis: list[int], columns: int) -> bool:
    """Pivot until nothing gets better; False when there is no end to it."""
    for turn in range(20_000):
        costs = table[-1, :columns]
        # The steepest, and by Bland's rule when it has gone on for long, so that it ends.
        entering = int(np.argmin(costs)) if turn < 500 else int(np.argmax(costs < -1e-9))
        if costs[entering] >= -1e-9:
            return True
        column = table[:-1, entering]
        able = np.flatnonzero(column > 1e-9)
        if not able.size:
            return False
        ratios = table[able, -1] / column[able]
        least = able[ratios <= ratios.min() + 1e-12]
        _pivot(table, basis, int(min(least, key=lambda place: basis[place])), entering)
    raise AssertionError("the simplex does not end")


def _pivot(table: Any, basis: list[int], place: int, column: int) -> None:
    table[place] /= table[place, column]
    others = np.flatnonzero(np.abs(table[:, column]) > 1e-12)
    for other in others[others != place]:
        table[other] -= table[other, column] * table[place]
    basis[place] = column
