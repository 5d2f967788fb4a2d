"""What of a site's measures leaves it: to a manager, a board, a state, who see no children.

Each measure leaves as a table over time and one by group, which disclosure control judges
together with all that left before. Measures of visits leave over time alone: of a small group a
family's own visits could be most. A table is made once in a month at most: what a page shows
tomorrow tells nothing of what happened today. Children with protected data are in none.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from django.db import transaction

from hembesok.access.models import Site
from hembesok.analysis.charts.series import Point, Series, Step
from hembesok.analysis.disclosure.axes import PARTS, Axis
from hembesok.analysis.disclosure.policy import DEFAULT, KNOWN, NO, YES, Policy
from hembesok.analysis.disclosure.register import Published, Register
from hembesok.analysis.disclosure.store import plain, published_of
from hembesok.analysis.disclosure.tables import Position, Table
from hembesok.analysis.one_site import Answered
from hembesok.delivery.measures import GROUPS, Measure
from hembesok.delivery.models import Left
from hembesok.delivery.told import (
    BETTER,
    HIDDEN,
    Cell,
    Told,
    first_day,
    over_time,
    quarter_of,
    told,
    whole_quarters,
)
from hembesok.values.refusals import Refusal

ALL: Final = "all"
TIME, GROUP = "period", "group"


def policy_of(measure: Measure) -> Policy:
    """Return what is too few: so many children, also where one child adds several visits."""
    return Policy(DEFAULT.threshold * measure.most, DEFAULT.group * measure.most)


def left_of(site: int) -> dict[str, list[Published]]:
    """Return all that left a site by measure, the earliest first: one query."""
    found: dict[str, list[Published]] = {}
    for one in Left.objects.filter(site=site).order_by("pk"):
        found.setdefault(one.measure, []).append(published_of(one.told))
    return found


def is_made(left: Mapping[str, list[Published]], on: date) -> bool:
    """Tell whether tables were made in the month of a day: then they stand."""
    return any(
        (one.table.as_of.year, one.table.as_of.month) == (on.year, on.month)
        for tables in left.values()
        for one in tables
    )


@transaction.atomic
def let_leave(
    site: int, answered: Answered, measures: Iterable[Measure], on: date
) -> dict[str, list[Published]]:
    """Make the tables of a day, and return all that has left the site until now.

    What may not leave is left out, and the table before it stands. Two who ask at once wait
    for each other, and the second finds what the first has made.
    """
    Site.objects.select_for_update(of=("self",)).get(pk=site)
    left = left_of(site)
    if is_made(left, on):
        return left
    for measure in measures:
        register = Register(policy_of(measure), list(left.get(measure.key, [])))
        before = len(register.published)
        for table in _tables(measure, answered, on):
            try:
                register.publish(table)
            except Refusal:
                continue
        new = register.published[before:]
        Left.objects.bulk_create(
            Left(site_id=site, measure=measure.key, as_of=on, told=plain(one)) for one in new
        )
        left[measure.key] = register.published
    return left


def _tables(measure: Measure, answered: Answered, on: date) -> Iterable[Table]:
    """Return the table over time, and that by group."""
    quarters: dict[str, Cell] = {}
    for day, cell in over_time(measure, answered).items():
        name = quarter_of(day)
        quarters[name] = quarters.get(name, Cell()) + cell
    if any(cell.known for cell in quarters.values()):
        years = sorted({name[:4] for name in quarters})
        tree = {ALL: years}
        tree |= {year: sorted(q for q in quarters if q.startswith(year)) for year in years}
        axes = Axis.of(TIME, ALL, tree), Axis(GROUP, ALL, {}), PARTS
        yield Table.of(measure.key, on, axes, _leaves((q, ALL, c) for q, c in quarters.items()))
    if measure.most > 1:
        return
    groups = told(measure, answered, on, None).groups
    ways = {name: groups[name] for name in GROUPS if name != "quarter" and groups[name]}
    if any(cell.known for way in ways.values() for cell in way.values()):
        cuts = tuple(tuple(f"{name}:{node}" for node in way) for name, way in ways.items())
        axes = Axis(TIME, ALL, {}), Axis(GROUP, ALL, {ALL: cuts}), PARTS
        leaves = _leaves(
            (ALL, f"{name}:{node}", cell)
            for name, way in ways.items()
            for node, cell in way.items()
        )
        yield Table.of(measure.key, on, axes, leaves)


def _leaves(cells: Iterable[tuple[str, str, Cell]]) -> dict[Position, int]:
    found: dict[Position, int] = {}
    for time, group, cell in cells:
        found[time, group, YES] = cell.yes
        found[time, group, NO] = cell.known - cell.yes
    return found


def told_outside(measure: Measure, left: Iterable[Published], goal: float | None) -> Told | None:
    """Return what is told of a measure to whoever sees no children; None where nothing is."""
    over, by_group = _latest(left, TIME), _latest(left, GROUP)
    first = over or by_group
    if first is None:
        return None
    return Told(
        measure,
        first.table.as_of,
        _cell(first, ALL, ALL),
        _series(measure, over, goal),
        _groups(by_group),
    )


def _latest(left: Iterable[Published], axis: str) -> Published | None:
    """Return the latest table that was asked for over an axis."""
    found = None
    for one in left:
        if any(asked.name == axis and asked.cuts for asked in one.asked):
            found = one
    return found


def _cell(one: Published, time: str, group: str) -> Cell:
    count = one.share(time, group)
    return HIDDEN if count is None else Cell(*count)


def _series(measure: Measure, over: Published | None, goal: float | None) -> Series:
    better = BETTER.get(measure.indicator.better)
    if over is None:
        return Series((), Step.QUARTER, better, goal)
    (axis,) = [one for one in over.table.axes if one.name == TIME]
    # It may have left coarser, by year or in all.
    leaves = [node for way in axis.ways for node in way if node != ALL]
    step = Step.QUARTER if any("Q" in node for node in leaves) else Step.YEAR
    points = []
    for node in sorted(leaves):
        known = over.table.counts.get((node, ALL, KNOWN), 0)
        count = over.share(node, ALL)
        if count is not None:
            points.append(Point(first_day(node), *count))
        elif known or points:
            points.append(Point(first_day(node), hidden=True))
    if step is Step.QUARTER:
        points = list(whole_quarters(measure, points, over.table.as_of))
    return Series(tuple(points), step, better, goal)


def _groups(one: Published | None) -> dict[str, dict[str, Cell]]:
    found: dict[str, dict[str, Cell]] = {name: {} for name in GROUPS}
    if one is None:
        return found
    (axis,) = [axis for axis in one.table.axes if axis.name == GROUP]
    for node in axis.nodes:
        if node != ALL:
            name, _colon, group = node.partition(":")
            found[name][group] = _cell(one, ALL, node)
    return found
