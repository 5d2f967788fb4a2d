"""From one row a child to figures: counted once in the finest groups, then added up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hembesok.analysis.engines import Engine, Tables
from hembesok.analysis.firsts import day_number
from hembesok.analysis.indicators.defining import Counted, Indicator, Per, Scale
from hembesok.analysis.over_time import held_steps, month_of
from hembesok.analysis.recipes import made_before
from hembesok.analysis.wide import GROUPS, Wide

Grouping = tuple[str, ...]
USUAL: Final[tuple[Grouping, ...]] = (
    (), ("site",), ("area_type",), ("quarter",), ("language",), ("parity",),
)  # fmt: skip
NOT_KNOWN: Final = "not known"
MONTH: Final = "month"
"""The month in which it happened; only what happens can be grouped by it: visits and held steps."""
ALL_GROUPS: Final = (*GROUPS, MONTH)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one group.

    `rows` is how many children (visits, handoffs) the group has; those that are in neither the
    denominator nor the missing are not applicable. `value` is None where nobody is counted.
    """

    indicator: str
    detail: str
    by: Grouping
    group: tuple[str, ...]
    numerator: int
    denominator: int
    missing: int
    rows: int | None

    @property
    def not_applicable(self) -> int | None:
        """How many the indicator does not apply to; None where units are not rows."""
        return None if self.rows is None else self.rows - self.denominator - self.missing


@dataclass(frozen=True)
class _Column:
    indicator: Indicator
    counted: Counted
    name: str


def figures(
    engine: Engine,
    tables: Tables,
    wide: Wide,
    indicators: Sequence[Indicator],
    by: Sequence[Grouping] = USUAL,
) -> list[Figure]:
    """Return every indicator in every group, sorted as the indicators are, then by group."""
    order = {indicator.key: n for n, indicator in enumerate(indicators)}
    found: list[Figure] = []
    for per in Per:
        mine = [one for one in indicators if one.per is per]
        if mine and per is Per.SITE:
            found += _of_sites(engine, tables, wide, mine, by)
        elif mine:
            found += _counted(engine, tables, wide, per, mine, by)
    return sorted(found, key=lambda one: (order[one.indicator], by.index(one.by), one.group))


def _rows(tables: Tables, wide: Wide, per: Per) -> Wide:
    """Return the rows that are counted: children, or visits or handoffs beside their child."""
    if per is Per.CHILD:
        return wide
    on = wide.day.date
    child = wide.table.select("child", *GROUPS, parents_known=wide.table.parents)
    if per is Per.VISIT:
        visits = tables["visits"].rename(parents_present="parents")
        visits = visits.mutate(month=month_of(visits.held))
        rows = visits.filter(visits.held <= on).join(child, "child")
    elif per is Per.HELD_STEP:
        rows = held_steps(tables["events"], wide)
    else:
        h = tables["handoffs"]
        h = h.filter(h.sent <= on)
        confirmed = (h.confirmed <= on).ifelse(h.confirmed, ibis.null("date"))
        sent = day_number(h.sent)
        rows = h.select(
            "child", waited=wide.day.number - sent, took=day_number(confirmed) - sent
        ).join(child, "child")
    return Wide(rows, wide.steps, wide.ages, wide.day, wide.covers, wide.whole)


def _counted(
    engine: Engine, tables: Tables, wide: Wide, per: Per, indicators: Sequence[Indicator],
    by: Sequence[Grouping],
) -> list[Figure]:  # fmt: skip
    finest = [name for name in ALL_GROUPS if any(name in grouping for grouping in by)]

    def make() -> tuple[ir.Table, list[_Column]]:
        rows = _rows(tables, wide, per)
        columns = [
            _Column(indicator, counted, f"i{n}_{m}")
            for n, indicator in enumerate(indicators)
            for m, counted in enumerate(indicator.counts(rows))
        ]
        return _summed(rows.table, finest, _sums(rows.table, columns)), columns

    # An indicator is the one it was; what is kept beside the query keeps it alive.
    key = wide.key and (per, wide.key, tuple(map(id, indicators)), tuple(finest))
    recipe, columns = made_before(engine, key, make)
    cube = engine.rows(recipe)
    return [
        _figure(column, grouping, row)
        for grouping in by
        for row in _added_up(cube, grouping)
        for column in columns
    ]


def _added_up(cube: pa.Table, grouping: Grouping) -> list[dict[str, Any]]:
    """Add up the finest groups into those asked for; whole numbers, so no engine is needed."""
    sums = [name for name in cube.column_names if name not in ALL_GROUPS]
    added = cube.group_by(list(grouping)).aggregate([(name, "sum") for name in sums])
    names = [name.removesuffix("_sum") for name in added.column_names]
    rows: list[dict[str, Any]] = added.rename_columns(names).to_pylist()
    return rows


def _sums(table: ir.Table, columns: Iterable[_Column]) -> dict[str, ir.IntegerScalar]:
    sums = {"rows": table.count().cast("int64")}
    for column in columns:
        counted = column.counted
        sums[f"{column.name}_n"] = counted.numerator.sum().cast("int64")
        sums[f"{column.name}_d"] = counted.denominator.sum().cast("int64")
        if counted.missing is not None:
            sums[f"{column.name}_m"] = counted.missing.sum().cast("int64")
    return sums


def _summed(
    table: ir.Table, grouping: Sequence[str], sums: dict[str, ir.IntegerScalar]
) -> ir.Table:
    return table.group_by(list(grouping)).agg(**sums) if grouping else table.agg(**sums)


def _figure(column: _Column, grouping: Grouping, row: dict[str, Any]) -> Figure:
    indicator, counted, name = column.indicator, column.counted, column.name
    per_row = indicator.unit_is_row
    return Figure(
        indicator=indicator.key,
        detail=counted.detail,
        by=grouping,
        group=tuple(shown(dimension, row[dimension]) for dimension in grouping),
        numerator=row[f"{name}_n"] or 0,
        denominator=row[f"{name}_d"] or 0,
        missing=(row[f"{name}_m"] or 0) if counted.missing is not None else 0,
        rows=(row["rows"] or 0) if per_row else None,
    )


def shown(dimension: str, value: Any) -> str:
    """Return a group as it is written: 2024 Q1 for a quarter of birth."""
    if value is None:
        return NOT_KNOWN
    if dimension == "quarter":
        year, quarter = divmod(int(value), 4)
        return f"{year} Q{quarter + 1}"
    if dimension == MONTH:
        year, month = divmod(int(value), 12)
        return f"{year}-{month + 1:02}"
    return str(value)


def _of_sites(
    engine: Engine,
    tables: Tables,
    wide: Wide,
    indicators: Sequence[Indicator],
    by: Sequence[Grouping],
) -> list[Figure]:
    """Return what is known of sites only: in all, and by site."""
    told = [s for s in sorted(wide.covers.by_site.get("costs", {}))
            if s in wide.covers.by_site.get("visits", {})]  # fmt: skip
    on = wide.day.date
    costs, visits = tables["costs"], tables["visits"]
    costs = costs.filter(costs.day <= on, costs.site.isin(told or [""]))
    spent = costs.group_by("site").agg(amount=costs.amount.sum().cast("int64"))
    held = visits.filter(visits.held <= on).join(wide.table.select("child", "site"), "child")
    counted = held.group_by("site").agg(held=held.count().cast("int64"))
    amounts = {row["site"]: row["amount"] for row in engine.rows(spent).to_pylist()}
    counts = {row["site"]: row["held"] for row in engine.rows(counted).to_pylist()}
    found = []
    for grouping in by:
        for group, sites in _site_groups(grouping, told):
            amount = sum(amounts.get(site, 0) for site in sites)
            number = sum(counts.get(site, 0) for site in sites)
            found += [
                Figure(indicator.key, "", grouping, group, amount, number, 0, None)
                for indicator in indicators
            ]
    return found


def _site_groups(
    grouping: Grouping, sites: Sequence[str]
) -> list[tuple[tuple[str, ...], Sequence[str]]]:
    """Return the groups of sites that a grouping has; none where it groups children."""
    if not grouping:
        return [((), sites)]
    return [((site,), [site]) for site in sites] if grouping == ("site",) else []


def tidy(found: Sequence[Figure], indicators: Sequence[Indicator], on: date) -> pa.Table:
    """Return figures as a table, a row each, with what is needed to read them."""
    known = {indicator.key: indicator for indicator in indicators}
    rows = [
        {
            "indicator": one.indicator,
            "detail": one.detail,
            "by": "+".join(one.by) or "all",
            "group": " + ".join(one.group) or "all",
            "numerator": one.numerator,
            "denominator": one.denominator,
            "missing": one.missing,
            "not_applicable": one.not_applicable,
            "value": value(one, known[one.indicator].scale),
            "scale": str(known[one.indicator].scale),
            "unit": known[one.indicator].unit,
            "better": str(known[one.indicator].better),
            "as_of": on,
        }
        for one in found
    ]
    return pa.Table.from_pylist(rows, schema=TIDY)


def value(one: Figure, scale: Scale) -> float | None:
    """Return what is shown: the numerator over the denominator, or the numerator of a count."""
    if scale is Scale.COUNT:
        return float(one.numerator)
    return one.numerator / one.denominator if one.denominator else None


TIDY: Final = pa.schema(
    [
        ("indicator", pa.string()),
        ("detail", pa.string()),
        ("by", pa.string()),
        ("group", pa.string()),
        ("numerator", pa.int64()),
        ("denominator", pa.int64()),
        ("missing", pa.int64()),
        ("not_applicable", pa.int64()),
        ("value", pa.float64()),
        ("scale", pa.string()),
        ("unit", pa.string()),
        ("better", pa.string()),
        ("as_of", pa.date32()),
    ]
)
