"""What one unit has before it: each step that is due, overdue, or opens soon, of each child."""

from datetime import date, timedelta
from typing import Any, Final

import ibis
import pyarrow as pa

from hembesok.analysis.contract import PLANNED
from hembesok.analysis.engines import Engine, Tables
from hembesok.analysis.states import BOOKED, DUE, NAMES, OVERDUE, UPCOMING, column
from hembesok.analysis.wide import Wide

SOON_DAYS: Final = 14
"""A window that opens within so many days is on the list."""
ORDER: Final = (OVERDUE, DUE, BOOKED, UPCOMING)
"""The most urgent first."""


def open_steps(engine: Engine, tables: Tables, wide: Wide, unit: str) -> pa.Table:
    """Return the open steps of a unit's children, the most urgent first.

    It reads the unit's children only, and of the events their bookings.
    """
    child = wide.table.filter(wide.table.unit == unit)
    ages = [f"{end}{i.number}" for i in wide.steps for end in "oc"]
    names = [column(item) for item in wide.steps]
    varying = [name for name in ages if name in wide.table.columns]
    rows = engine.rows(child.select("child", "born", "b", "age", *names, *varying)).to_pylist()
    planned = _planned(engine, tables, wide, unit)
    found = [
        line
        for row in rows
        for item in wide.steps
        if (line := _line(wide, row, item.number, item.key, planned)) is not None
    ]
    found.sort(
        key=lambda line: (ORDER.index(line["code"]), line["closes"], line["child"], line["n"])
    )
    kept = [{name: line[name] for name in OPEN.names} for line in found]
    return pa.Table.from_pylist(kept, schema=OPEN)


def _urgency(line: dict[str, Any]) -> tuple[int, date, int, int]:
    return ORDER.index(line["code"]), line["closes"], line["child"], line["n"]


def _planned(engine: Engine, tables: Tables, wide: Wide, unit: str) -> dict[tuple[int, int], date]:
    events, on = tables["events"], ibis.date(wide.on)
    mine = tables["children"]
    mine = mine.filter(mine.unit == unit).select("child")
    ahead = events.filter(events.status == PLANNED, events.planned >= on).semi_join(mine, "child")
    first = ahead.group_by("child", "step").agg(planned=ahead.planned.min())
    return {(row["child"], row["step"]): row["planned"] for row in engine.rows(first).to_pylist()}


def _line(
    wide: Wide, row: dict[str, Any], number: int, key: str, planned: dict[tuple[int, int], date]
) -> dict[str, Any] | None:
    code = row[f"s{number}"]
    opens, closes = (_age(wide, row, f"{end}{number}") for end in "oc")
    if code not in ORDER or (code == UPCOMING and opens > row["age"] + SOON_DAYS):
        return None
    return {
        "child": row["child"],
        "step": key,
        "state": NAMES[code],
        "opens": row["born"] + timedelta(opens),
        "closes": row["born"] + timedelta(closes),
        "planned": planned.get((row["child"], number)),
        "code": code,
        "n": number,
    }


def _age(wide: Wide, row: dict[str, Any], name: str) -> int:
    fixed = wide.ages.fixed
    return fixed[name] if name in fixed else int(row[name])


OPEN: Final = pa.schema(
    [
        ("child", pa.int64()),
        ("step", pa.string()),
        ("state", pa.string()),
        ("opens", pa.date32()),
        ("closes", pa.date32()),
        ("planned", pa.date32()),
    ]
)
