"""The same questions, asked of other rows: what Ibis wrote the first time is repeated.

For a page of one site. There it takes longer to make the queries than to answer them: they do not
rest on the rows, so they are made once for a programme and a day, and kept as text. Rows of
another site or another minute are put under them, and nothing of any answer is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hembesok.analysis.answers import (
    MONTH,
    USUAL,
    Column,
    Figure,
    Grouping,
    cube,
    from_cube,
    rows_of,
)
from hembesok.analysis.contract import TABLES
from hembesok.analysis.deliveries import Delivery
from hembesok.analysis.engines import Tables, schema_of
from hembesok.analysis.indicators import ALL
from hembesok.analysis.indicators.defining import Indicator, Per
from hembesok.analysis.making import Asked, Known, wide_of
from hembesok.analysis.over_time import by_month
from hembesok.analysis.states import Rule
from hembesok.analysis.steps import Steps
from hembesok.analysis.wide import Covers

BY: tuple[Grouping, ...] = tuple(grouping for grouping in USUAL if grouping != ("site",))
"""The groups of a page of one site."""
OVER_TIME: tuple[Grouping, ...] = ((MONTH,),)
KEPT_QUESTIONS = 8
"""Of so many programmes, days and tables collected the texts are kept in a process."""


@dataclass(frozen=True)
class Answered:
    """The figures of one site on a day: in all and by group, and by the month it happened."""

    figures: tuple[Figure, ...]
    by_month: tuple[Figure, ...]
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class _Cube:
    sql: str
    schema: pa.Schema
    columns: Sequence[Column]
    by: tuple[Grouping, ...]


@dataclass(frozen=True)
class _Questions:
    keeps: Sequence[tuple[str, str]]
    cubes: Sequence[_Cube]


@dataclass
class _Writer:
    """An engine that answers nothing: it writes down what it is asked."""

    name: str = "writer"
    keeps: list[tuple[str, str]] = field(default_factory=list)

    def tables(self, delivery: Delivery | None = None) -> Tables:
        """Return the tables of the contract, of which nothing but the form is known."""
        return {t.name: _unbound(t.name, schema_of(t.name)) for t in TABLES}

    def put(self, name: str, rows: pa.Table) -> ir.Table:
        """Let a small table be known by its form."""
        return _unbound(name, rows.schema)

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Write down how a table is made."""
        self.keeps.append((name, text_of(expression)))
        return _unbound(name, expression.schema().to_pyarrow())

    def rows(self, expression: ir.Table) -> pa.Table:
        """Refuse: there are no rows."""
        raise NotImplementedError

    def write(self, expression: ir.Table, path: Path) -> None:
        """Refuse: there are no rows."""
        raise NotImplementedError

    def told(self, error: Exception) -> str:
        """Return nothing: nothing can go wrong in it."""
        return ""

    def close(self) -> None:
        """Let go of nothing."""


def _unbound(name: str, schema: pa.Schema) -> ir.Table:
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)


def text_of(expression: ir.Table) -> str:
    """Return an expression as a query for DuckDB."""
    return str(ibis.to_sql(expression, dialect="duckdb"))


def answered(
    db: duckdb.DuckDBPyConnection, steps: Steps, on: date, keys: Iterable[str]
) -> Answered:
    """Return some indicators, counted of the tables of the contract that stand in a database.

    `keys` are those asked for; what rests on a table without rows is left out.
    """
    counted = " UNION ALL ".join(
        f"(SELECT '{table.name}' FROM \"{table.name}\" LIMIT 1)"  # noqa: S608 — ours
        for table in TABLES
    )
    collected = frozenset(name for (name,) in db.execute(counted).fetchall())
    indicators = tuple(one for one in ALL if one.key in {*keys} and {*one.needs} <= collected)
    asked = Asked.of(steps, on, Rule.TEN, indicators)
    known = _known(db, asked, with_areas="areas" in collected)
    form = _Form(steps, on, indicators, known.whole, known.with_areas)
    questions = _questions(form, asked, known)
    for name, rows in known.puts(asked).items():
        db.register("put", rows)
        db.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS FROM put')
        db.unregister("put")
    for name, sql in questions.keeps:
        db.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
    found: dict[bool, list[Figure]] = {True: [], False: []}
    for one in questions.cubes:
        rows = db.execute(one.sql).to_arrow_table().cast(one.schema)
        found[one.by == OVER_TIME] += from_cube(rows, one.columns, one.by)
    return Answered(tuple(found[False]), tuple(found[True]), indicators)


def _known(db: duckdb.DuckDBPyConnection, asked: Asked, *, with_areas: bool) -> Known:
    sites = [row[0] for row in db.execute("SELECT site FROM sites ORDER BY site").fetchall()]
    covers = Covers.of(db.execute("FROM sources").to_arrow_table().to_pylist())
    born = db.execute("SELECT DISTINCT born, discharged FROM children").fetchall()
    pairs = sorted(born, key=lambda pair: (pair[0], pair[1] or date.min))
    return Known.told(sites, covers, pairs, asked, with_areas=with_areas)


@dataclass(frozen=True)
class _Form:
    """What the text of the questions rests on."""

    steps: Steps
    on: date
    indicators: tuple[Indicator, ...]
    whole: frozenset[str]
    with_areas: bool

    @property
    def key(self) -> tuple[object, ...]:
        """What tells two of them apart."""
        return (
            self.steps, self.on, tuple(one.key for one in self.indicators), self.whole,
            self.with_areas,
        )  # fmt: skip


def _questions(form: _Form, asked: Asked, known: Known) -> _Questions:
    if (kept := _KEPT.get(form.key)) is None:
        kept = _written(form, asked, known)
        while len(_KEPT) >= KEPT_QUESTIONS:
            _KEPT.pop(next(iter(_KEPT)), None)
        _KEPT[form.key] = kept
    return kept


_KEPT: dict[tuple[object, ...], _Questions] = {}


def _written(form: _Form, asked: Asked, known: Known) -> _Questions:
    """Make the questions; of the rows nothing is asked but which ages differ between children."""
    indicators = form.indicators
    writer = _Writer()
    tables = writer.tables()
    wide = wide_of(writer, tables, asked, known)
    over_time = [by_month(one) for one in indicators if one.key == "on_time"]
    over_time += [one for one in indicators if one.per is Per.VISIT]
    cubes = []
    for chosen, by in ((indicators, BY), (over_time, OVER_TIME)):
        for per in dict.fromkeys(one.per for one in chosen):
            mine = [one for one in chosen if one.per is per]
            columns, expression = cube(rows_of(tables, wide, per), mine, by)
            schema = expression.schema().to_pyarrow()
            cubes.append(_Cube(text_of(expression), schema, columns, by))
    return _Questions(writer.keeps, cubes)
