"""From the figures of follow-up to tables that can be published, and back to rows.

The figures are those grouped by site and birth quarter, and perhaps one group more; what is
coarser is added up here, so that all of it adds up. They are of deliveries without protected
children (docs/extract.md): nothing that leaves counts them.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from hembesok.analysis.answers import Figure
from hembesok.analysis.disclosure.axes import PARTS, Axis
from hembesok.analysis.disclosure.policy import KNOWN, NO, YES
from hembesok.analysis.disclosure.register import Published
from hembesok.analysis.disclosure.tables import Position, Table

EVERYBODY: Final = "everybody"
ALWAYS: Final = "all births"
MISSING: Final = Axis("part", "missing", {})
"""The one part of a table of those of whom nothing is known; it is a measure of its own."""


class Row(NamedTuple):
    """What is published at one crossing; None is hidden, and with it the share."""

    area: str
    period: str
    group: str
    numerator: int | None
    denominator: int | None


def periods(quarters: Iterable[str]) -> Axis:
    """Return the axis of some birth quarters, as 2025 Q1, under their years."""
    years: dict[str, list[str]] = {}
    for quarter in sorted({*quarters}):
        years.setdefault(quarter[:4], []).append(quarter)
    return Axis.of("period", ALWAYS, {ALWAYS: list(years), **years} if years else {})


def table(
    measure: str, figures: Iterable[Figure], area: Axis, as_of: date, *, by: str = ""
) -> Table:
    """Return the table of one measure (an indicator, or one detail of it).

    `area` has the sites as its leaves; `by` is a group of the figures beside site and quarter.
    Raises ValueError where a site is not there.
    """
    leaves, axes = _leaves(figures, area, by, missing=False)
    return Table.of(measure, as_of, (*axes, PARTS), leaves)


def missing(
    measure: str, figures: Iterable[Figure], area: Axis, as_of: date, *, by: str = ""
) -> Table:
    """Return the table of those of whom the measure is not known."""
    leaves, axes = _leaves(figures, area, by, missing=True)
    return Table.of(f"{measure}, missing", as_of, (*axes, MISSING), leaves)


def rows(published: Published) -> Iterator[Row]:
    """Yield what is shown of a table of shares, a row for each crossing, in order."""
    for area, period, group, part in sorted(published.table.counts):
        if part == KNOWN:
            at = area, period, group
            yes, known = published.count((*at, YES)), published.count((*at, KNOWN))
            yield Row(area, period, group, None if known is None else yes, known)


def _leaves(
    figures: Iterable[Figure], area: Axis, by: str, *, missing: bool
) -> tuple[dict[Position, int], tuple[Axis, ...]]:
    wanted = {"site", "quarter", *([by] if by else [])}
    leaves: dict[Position, int] = {}
    for one in figures:
        if {*one.by} != wanted:
            continue
        at = dict(zip(one.by, one.group, strict=True))
        group = f"{by}: {at[by]}" if by else EVERYBODY
        place = at["site"], at["quarter"], group
        parts = {MISSING.top: one.missing} if missing else _parts(one)
        for part, count in parts.items():
            leaves[*place, part] = leaves.get((*place, part), 0) + count
    groups = sorted({position[2] for position in leaves} - {EVERYBODY})
    group_axis = Axis.of("group", EVERYBODY, {EVERYBODY: groups} if groups else {})
    return leaves, (area, periods(position[1] for position in leaves), group_axis)


def _parts(one: Figure) -> dict[str, int]:
    return {YES: one.numerator, NO: one.denominator - one.numerator}
