"""One row a child with all that indicators ask of it: ages, groups, and a state for each step."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hembesok.analysis.day import Day
from hembesok.analysis.engines import Engine, Tables
from hembesok.analysis.firsts import day_number, number_of
from hembesok.analysis.recipes import made_before
from hembesok.analysis.steps import Ages, Pair, Steps

GROUPS: Final = ("site", "unit", "area", "area_type", "quarter", "language", "parity")
"""What children may be grouped by."""

NEVER: Final = 10**6
"""An age in days that nobody reaches."""


@dataclass(frozen=True, slots=True)
class Covers:
    """From and to which day a site's table covers, as days since 2000, by site; none: nothing."""

    by_site: Mapping[str, Mapping[str, tuple[int, int]]]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, object]]) -> "Covers":
        """Read the delivered table `sources`."""
        found: dict[str, dict[str, tuple[int, int]]] = {}
        for row in rows:
            known = found.setdefault(str(row["table"]), {})
            first, last = row["data_from"], row["data_to"]
            if row["collected"] and isinstance(first, date) and isinstance(last, date):
                known[str(row["site"])] = number_of(first), number_of(last)
        return cls(found)

    def wholly(self, table: str, sites: Iterable[str], first: int, last: int) -> bool:
        """Tell whether the table covers all days of all sites, so that nothing can be missing."""
        known = self.by_site.get(table, {})
        return all(
            site in known and known[site][0] <= first and known[site][1] >= last for site in sites
        )

    def nowhere(self, table: str) -> bool:
        """Tell whether no site collects it."""
        return not self.by_site.get(table)


@dataclass(frozen=True)
class Wide:
    """The wide table, and how to ask it for an age by name or whether a table covers a time.

    Its columns: child, the groups, `b` (birth, days since 2000); ages in days: `age` (on the
    day), `en` (enrolled), `ex` (ended), `last` (the day, or that of leaving), `home`,
    `until` (followed until); `gone`; `s1` … (states), `v14` … (values); and what the
    enrolment says.
    """

    table: ir.Table
    steps: Steps
    ages: Ages
    day: Day
    covers: Covers
    whole: frozenset[str] = field(default_factory=frozenset)
    key: Hashable = None
    """All that its columns rest on, for queries that were made before; None if made once."""

    @property
    def on(self) -> date:
        """The day that is asked of."""
        return self.day.on

    def age(self, name: str) -> ir.IntegerValue:
        """Return an age in days by its name: a number all children share, or a column."""
        return age_in(self.table, self.ages, name)

    def covered(self, table: str, first: ir.IntegerValue, last: ir.IntegerValue) -> ir.BooleanValue:
        """Tell whether a delivered table covers the ages from `first` to `last`."""
        if table in self.whole:
            return ibis.literal(True)
        t = self.table
        inside = (t.b + first >= t[f"from_{table}"]) & (t.b + last <= t[f"to_{table}"])
        return inside.fill_null(False)


def age_in(table: ir.Table, known: Ages, name: str) -> ir.IntegerValue:
    """Return an age by name: a number, or a column of the table."""
    return ibis.literal(known.fixed[name], "int32") if name in known.fixed else table[name]


def pairs_of(engine: Engine, children: ir.Table) -> list[Pair]:
    """Return the different days of birth and of coming home: a few thousand at most."""
    recipe, _ = made_before(
        engine, "pairs", lambda: (children.select("born", "discharged").distinct(), None)
    )
    found = engine.rows(recipe).to_pylist()
    pairs = {(row["born"], row["discharged"]) for row in found}
    return sorted(pairs, key=lambda pair: (pair[0], pair[1] or date.min))


def base(tables: Tables, day: Day, with_areas: bool) -> ir.Table:
    """Return the children with their groups, and their way through the programme as ages."""
    c, e, s = tables["children"], tables["enrolments"], tables["sites"]
    c = c.filter(c.born <= day.date)
    joined = c.left_join(e, "child").left_join(s, "site")
    # A project that was prolonged takes back those it had ended, and nobody else.
    over = (joined.end_reason == "project_over") & (joined.ends > joined.ended)
    b = day_number(joined.born)
    ended = over.fill_null(False).ifelse(joined.ends, joined.ended)
    row = joined.select(
        "child", "site", "unit", "area", "language", "parity", "parents", "born",
        "eligible", "answer", "end_reason",
        home=ibis.coalesce(joined.discharged, joined.born),
        b=b,
        age=(day.number - b).cast("int32"),
        en=(day_number(joined.enrolled) - b).cast("int32"),
        ex=(day_number(ended) - b).cast("int32"),
        offered=(day_number(joined.offered) - b).cast("int32"),
        answered=(day_number(joined.answered) - b).cast("int32"),
        until=(day_number(joined.followed_until) - b).cast("int32"),
        to_new_year=(day.new_year - b).cast("int32"),
        quarter=(joined.born.year() * 4 + joined.born.quarter() - 1).cast("int32"),
    )  # fmt: skip
    if with_areas:
        row = row.left_join(tables["areas"], "area").drop("area_right")
    else:
        row = row.mutate(area_type=ibis.null("string"))
    gone = (row.ex <= row.age).fill_null(False)
    return row.mutate(gone=gone, last=gone.ifelse(row.ex, row.age))


def long_windows(steps: Steps, known: Ages) -> pa.Table:
    """Return a row for each pair of anchors and step: its bit, and the age its window closes."""
    born, home, step, bit, closes = [], [], [], [], []
    for n, (birth, discharged) in enumerate(known.pairs):
        for item in steps:
            name = f"c{item.number}"
            born.append(birth)
            home.append(discharged or birth)
            step.append(item.number)
            bit.append(1 << (item.number - 1))
            closes.append(known.fixed[name] if name in known.fixed else known.varying[name][n])
    return pa.table(
        {
            "born": pa.array(born, pa.date32()),
            "home": pa.array(home, pa.date32()),
            "step": pa.array(step, pa.int16()),
            "bit": pa.array(bit, pa.int64()),
            "closes": pa.array(closes, pa.int32()),
        }
    )


def coverage(covers: Covers, sites: Sequence[str], tables: Sequence[str]) -> pa.Table:
    """Return a row for each site: `from_events`, `to_events` … as days since 2000, or empty."""
    columns: dict[str, pa.Array] = {"site": pa.array(sites, pa.string())}
    for table in tables:
        found = [covers.by_site.get(table, {}).get(site) for site in sites]
        columns[f"from_{table}"] = pa.array([one and one[0] for one in found], pa.int32())
        columns[f"to_{table}"] = pa.array([one and one[1] for one in found], pa.int32())
    return pa.table(columns)
