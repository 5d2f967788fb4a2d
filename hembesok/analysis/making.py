"""Making the wide table: what is asked for, and the joins that answer it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import ibis.expr.types as ir

from hembesok.analysis import extras
from hembesok.analysis.contract import SOURCED
from hembesok.analysis.day import Day, last_new_year
from hembesok.analysis.engines import Engine, Tables
from hembesok.analysis.firsts import firsts, number_of
from hembesok.analysis.indicators.defining import Doses, Indicator, Result
from hembesok.analysis.recipes import made_before
from hembesok.analysis.states import Rule, all_states, facts
from hembesok.analysis.steps import Ages, Steps, ages
from hembesok.analysis.wide import Covers, Wide, age_in, base, coverage, long_windows, pairs_of
from hembesok.values.dates import Span

BITS = ("booked", "declined", "failed")


@dataclass(frozen=True)
class Asked:
    """What a run asks of the tables."""

    steps: Steps
    on: date
    rule: Rule = Rule.TEN
    ages: Mapping[str, Span] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)
    doses: Mapping[str, Doses] = field(default_factory=dict)
    valued: Sequence[int] = ()
    windows_of: frozenset[str] = frozenset()
    continuity: bool = False
    any_visit: bool = False
    only: frozenset[str] | None = None
    """Columns of the base that are asked for; without it, all."""
    each_day: bool = False
    """Whether the same is asked on other days too, so that the queries are worth keeping."""

    @property
    def as_each_day(self) -> str:
        """All that the queries rest on: of the day no more than the year of the registers."""
        return repr(replace(self, on=last_new_year(self.on)) if self.each_day else self)

    @classmethod
    def of(
        cls, steps: Steps, on: date, rule: Rule, indicators: Iterable[Indicator],
        *, all_windows: bool = False, each_day: bool = False,
    ) -> "Asked":  # fmt: skip
        """Gather what some indicators ask for; `all_windows` keeps the window of each step."""
        spans: dict[str, Span] = {}
        results: dict[str, Result] = {}
        doses: dict[str, Doses] = {}
        valued: set[str] = set()
        windows_of: set[str] = set()
        keys = set()
        for indicator in indicators:
            keys.add(indicator.key)
            spans |= indicator.ages
            results |= indicator.results
            doses |= indicator.doses
            valued |= set(indicator.valued)
            windows_of |= {f"{end}{number}" for number in indicator.windows_of for end in "oc"}
        for name, result in results.items():
            spans |= {f"{name}_from": result.opens, f"{name}_to": result.closes}
        spans |= {f"{name}_to": dose.until for name, dose in doses.items() if dose.until}
        numbers = [item.number for item in steps if item.key in valued]
        if all_windows:
            windows_of |= {f"{end}{item.number}" for item in steps for end in "oc"}
        return cls(
            steps, on, rule, spans, results, doses, numbers, frozenset(windows_of),
            continuity="continuity" in keys, any_visit="any_visit_in_window" in keys,
            each_day=each_day,
        )  # fmt: skip


_OPTIONAL: Final = (
    "site", "unit", "area", "area_type", "quarter", "language", "parity", "parents", "eligible",
    "answer", "offered", "answered", "until", "to_new_year",
)  # fmt: skip


@dataclass(frozen=True)
class _Making:
    beside: Mapping[str, ir.Table]
    tables: Tables
    asked: Asked
    known: Ages
    day: Day
    whole_events: bool

    def base(self, with_areas: bool) -> ir.Table:
        """Return the base with the ages that vary and the days that sources cover."""
        row = base(self.tables, self.day, with_areas=with_areas)
        if "ages" in self.beside:
            row = row.join(self.beside["ages"], ["born", "home"])
        return _beside(row, self.beside["coverage"], "site") if "coverage" in self.beside else row

    def wide(self, row: ir.Table, done: ir.Table | None) -> ir.Table:
        """Return the wide table as an expression over the base."""
        asked, ten = self.asked, self.asked.rule is Rule.TEN
        added = self._added(row)
        for more in added:
            row = _beside(row, more)
        if done is None:
            done = firsts(self.tables["events"], asked.steps, asked.valued, self.day.date)
        row = _beside(row, done)
        row = row.mutate(
            **{f"h{item.number}": row[f"a{item.number}"] - row.b for item in asked.steps},
            **({name: row[name].fill_null(0) for name in BITS} if ten else {}),
        )
        states = all_states(asked.rule, asked.steps, row, lambda n: age_in(row, self.known, n))
        spent = [f"{letter}{item.number}" for item in asked.steps for letter in "ah"]
        stay = {*asked.ages, *asked.windows_of}
        windows = [name for name in self.known.varying if name not in stay]
        # Where the events do not cover all, indicators ask whether they cover a step's window.
        spent += windows if self.whole_events else [name for name in windows if name[0] == "g"]
        if asked.only is not None:
            spent += [name for name in _OPTIONAL if name not in asked.only]
        return row.mutate(**states).drop(*spent, *(BITS if ten else ()))

    def _added(self, row: ir.Table) -> list[ir.Table]:
        asked, tables, known, on = self.asked, self.tables, self.known, self.day.date
        found = []
        if asked.rule is Rule.TEN:
            found.append(facts(tables["events"], row, self.beside["windows"]))
        if asked.results:
            found.append(extras.results(tables, row, known, asked.results, on))
        if asked.doses:
            found.append(extras.doses(tables, row, known, asked.doses, on))
        if asked.continuity:
            found.append(extras.pairs(tables, on))
        if asked.any_visit:
            found.append(extras.in_windows(tables, row, known, asked.steps, on))
        return found


def wide(engine: Engine, tables: Tables, asked: Asked, done: ir.Table | None = None) -> Wide:
    """Make the wide table and keep it in the engine.

    `done` is the table of firsts where it is kept already; else it is made from the events.
    """
    sites = sorted(row["site"] for row in _all(engine, tables, "sites"))
    covers = Covers.of(_all(engine, tables, "sources"))
    pairs = pairs_of(engine, tables["children"])
    known = ages(asked.steps, asked.ages, pairs)
    first = number_of(pairs[0][0]) if pairs else 0
    whole = frozenset(t for t in SOURCED if covers.wholly(t, sites, first, number_of(asked.on)))
    partly = [table for table in SOURCED if table not in whole]
    with_areas = bool(_all(engine, tables, "areas"))
    beside = {}
    if known.varying:
        beside["ages"] = engine.put("ages", known.table())
    if partly:
        beside["coverage"] = engine.put("coverage", coverage(covers, sites, partly))
    if asked.rule is Rule.TEN:
        beside["windows"] = engine.put("windows", long_windows(asked.steps, known))
    day = Day.beside(engine, asked.on) if asked.each_day else Day.written(asked.on)
    making = _Making(beside, tables, asked, known, day, "events" in whole)
    key = None
    if done is None:
        fixed = tuple(known.fixed.items())
        key = (asked.as_each_day, tuple(partly), with_areas, fixed, tuple(known.varying))
    row: ir.Table | None = None
    if asked.rule is Rule.TEN or asked.results or asked.doses or asked.any_visit:
        base_of, _ = made_before(
            engine, key and ("base", key), lambda: (making.base(with_areas), None)
        )
        row = engine.keep("base", base_of)

    def make() -> tuple[ir.Table, None]:
        return making.wide(making.base(with_areas) if row is None else row, done), None

    recipe, _ = made_before(engine, key and ("wide", key), make)
    return Wide(engine.keep("wide", recipe), asked.steps, known, day, covers, whole, key)


def _all(engine: Engine, tables: Tables, name: str) -> list[dict[str, Any]]:
    """Return the rows of a small table."""
    recipe, _ = made_before(engine, ("all", name), lambda: (tables[name], None))
    rows: list[dict[str, Any]] = engine.rows(recipe).to_pylist()
    return rows


def _beside(row: ir.Table, more: ir.Table, key: str = "child") -> ir.Table:
    """Return the rows with the columns of another table beside them, where it has any."""
    return row.left_join(more, key).drop(f"{key}_right")
