"""What is counted of one site for its pages: by group, and by the month in which it happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from hembesok.analysis.answers import MONTH, USUAL, Figure, Grouping, figures
from hembesok.analysis.contract import TABLES
from hembesok.analysis.engines import seen_as
from hembesok.analysis.engines.embedded import DuckDB
from hembesok.analysis.indicators import ALL
from hembesok.analysis.indicators.defining import Indicator
from hembesok.analysis.making import Asked, wide
from hembesok.analysis.over_time import OVER_TIME
from hembesok.analysis.states import Rule
from hembesok.analysis.steps import Steps

TABLES_SEEN: Final = {table.name: seen_as(table.name) for table in TABLES}
BY: Final[tuple[Grouping, ...]] = tuple(one for one in USUAL if one != ("site",))


@dataclass(frozen=True)
class Answered:
    """The figures of one site on a day: in all and by group, and by the month it happened."""

    figures: tuple[Figure, ...]
    by_month: tuple[Figure, ...]
    indicators: tuple[Indicator, ...]


def answered(engine: DuckDB, steps: Steps, on: date, keys: Iterable[str]) -> Answered:
    """Return some indicators, counted of the tables of the contract that stand in an engine.

    `keys` are those asked for; what rests on a table without rows is left out.
    """
    collected = _collected(engine)
    indicators = tuple(one for one in ALL if one.key in {*keys} and {*one.needs} <= collected)
    over_time = [one for one in OVER_TIME if one.key in {one.key for one in indicators}]
    made = wide(engine, TABLES_SEEN, Asked.of(steps, on, Rule.TEN, indicators, each_day=True))
    found = figures(engine, TABLES_SEEN, made, indicators, BY)
    by_month = figures(engine, TABLES_SEEN, made, over_time, ((MONTH,),)) if over_time else []
    return Answered(tuple(found), tuple(by_month), indicators)


def _collected(engine: DuckDB) -> frozenset[str]:
    """Return the tables that have any rows."""
    asked = " UNION ALL ".join(
        f"(SELECT '{table.name}' FROM \"{table.name}\" LIMIT 1)"  # noqa: S608 — ours
        for table in TABLES
    )
    return frozenset(name for (name,) in engine.connection.execute(asked).fetchall())
