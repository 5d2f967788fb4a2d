"""What is asked of each table: one query a check, which returns the rows that are wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from hembesok.analysis.contract import BY_NAME, RESULTS, SOURCED, Column, Type
from hembesok.analysis.deliveries import Delivery
from hembesok.analysis.engines.embedded import TYPES
from hembesok.analysis.steps import MOST_STEPS
from hembesok.exchange.check_tables_job.loading import Loaded
from hembesok.exchange.tables.faults import shown


@dataclass(frozen=True, slots=True)
class Found:
    """A check: a query for the rows that are wrong, as `row` and `value`, and how to tell it.

    `needs` is another table that it looks into.
    """

    column: str
    wrong: str
    what: Callable[[str], str]
    remedy: str
    needs: str = ""


def checks_of(one: Loaded, loaded: Mapping[str, Loaded], delivery: Delivery) -> Iterator[Found]:
    """Yield the checks of a table; those of values first, then those of other tables."""
    for column in one.table.columns:
        yield from _column(one, column, loaded, delivery.made.date())
    if one.table.key:
        yield _key(one)
    orders = _ORDERS.get(one.table.name, ())
    yield from (order for order in orders if not order.needs or order.needs in loaded)
    if one.table.name == "steps":
        yield from _spans()
    if one.table.name == "sources" and "sites" in loaded:
        yield _each_source()
    if one.table.name in SOURCED and {"sources", "sites", "children"} <= loaded.keys():
        yield from _collected(one)
    if one.clustered and "child" in _names(one.table.name):
        yield _clustered(one)


def _column(
    one: Loaded, column: Column, loaded: Mapping[str, Loaded], made: date
) -> Iterator[Found]:
    name, table, raw = column.name, one.table.name, f'"raw_{one.table.name}"'
    text = f'CAST("{name}" AS VARCHAR)'
    if not column.empty:
        yield Found(
            name, f'SELECT row, NULL AS value FROM {raw} WHERE "{name}" IS NULL',
            lambda value: "it is empty", "Give it a value: it may not be empty",
        )  # fmt: skip
    # In CSV only 2021-03-22 is a day, though more could be read as one.
    form = (
        f" OR NOT regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
        if column.type is Type.DATE
        else f" OR {text} NOT IN ('true', 'false')"
        if column.type is Type.TRUTH
        else ""
    )
    yield Found(
        name,
        f'SELECT row, "{name}" AS value FROM {raw} WHERE "{name}" IS NOT NULL AND'
        f' (TRY_CAST("{name}" AS {TYPES[column.type]}) IS NULL{form})',
        lambda value: f"{shown(value)} is no {column.type}", f"Write a value of type {column.type}",
    )  # fmt: skip
    if column.codes:
        listed = ", ".join(_literal(code) for code in column.codes)
        yield Found(
            name,
            f'SELECT row, "{name}" AS value FROM "{table}" WHERE "{name}" NOT IN ({listed})',
            lambda value: f"{shown(value)} is none of its values",
            f"Write one of {', '.join(str(code) for code in column.codes)}",
        )
    if column.lowest is not None:
        yield Found(
            name,
            f'SELECT row, "{name}" AS value FROM "{table}" WHERE "{name}" < {column.lowest}',
            lambda value: f"{value} is below {column.lowest}", "Mend the number",
        )  # fmt: skip
    if column.past:
        yield Found(
            name,
            f'SELECT row, "{name}" AS value FROM "{table}" WHERE "{name}" > DATE \'{made}\'',
            lambda value: f"{value} lies after {made}, the day of the delivery", "Mend the day",
        )  # fmt: skip
    if column.type is Type.DATE:
        yield Found(
            name,
            f'SELECT row, "{name}" AS value FROM "{table}" WHERE "{name}" NOT BETWEEN'
            " DATE '1900-01-01' AND DATE '2199-12-31'",
            lambda value: f"{value} is no day of our time", "Mend the day",
        )  # fmt: skip
    if column.refers and column.refers.partition(".")[0] in loaded:
        other, _, key = column.refers.partition(".")
        yield Found(
            name,
            f'SELECT row, "{name}" AS value FROM "{table}" AS one WHERE "{name}" IS NOT NULL AND'
            f' NOT EXISTS (FROM "{other}" AS o WHERE o."{key}" = one."{name}")',
            lambda value: f"{shown(value)} is not in the table {other}",
            f"Deliver its row in {other}, or take this row out",
        )


def _literal(code: str | int) -> str:
    return str(code) if isinstance(code, int) else f"'{code}'"


def _key(one: Loaded) -> Found:
    names = ", ".join(f'"{name}"' for name in one.table.key)
    shown_key = " || ' ' || ".join(f'CAST("{name}" AS VARCHAR)' for name in one.table.key)
    words = ", ".join(one.table.key)
    empty = " AND ".join(f'"{name}" IS NOT NULL' for name in one.table.key)
    return Found(
        words,
        f'SELECT row, {shown_key} AS value FROM "{one.table.name}" WHERE {empty} QUALIFY'
        f" row_number() OVER (PARTITION BY {names} ORDER BY row) > 1",
        lambda value: f"{shown(value)} stands there before",
        f"Give each {words} one row",
    )


def _order(
    table: str, column: str, wrong: str, what: str, remedy: str = "Mend one of the days"
) -> Found:
    query = f'SELECT row, "{column}" AS value FROM "{table}" WHERE {wrong}'
    return Found(column, query, lambda value: f"{value} {what}", remedy)


def _before_birth(table: str, column: str) -> Found:
    return Found(
        column,
        f'SELECT one.row, one."{column}" AS value FROM "{table}" AS one'
        f' JOIN children AS c USING (child) WHERE one."{column}" < c.born',
        lambda value: f"{value} lies before the child's birth",
        "Mend one of the days",
        needs="children",
    )


_ORDERS: Final[Mapping[str, tuple[Found, ...]]] = {
    "sites": (_order("sites", "ends", "ends < starts", "lies before the project starts"),),
    "children": (
        _order("children", "discharged", "discharged < born", "lies before the birth"),
        _order("children", "followed_until", "followed_until < born", "lies before the birth"),
    ),
    "enrolments": (
        _order("enrolments", "ended", "ended < enrolled", "lies before the day of joining"),
        _order("enrolments", "answered", "answered < offered", "lies before the offer"),
        _order(
            "enrolments", "ended", "ended IS NOT NULL AND enrolled IS NULL",
            "is there, and no day of joining", "Deliver the day of joining",
        ),
        _order(
            "enrolments", "answer", "(answer IS NULL) <> (answered IS NULL)",
            "stands without its day, or the day without it", "Deliver both, or none",
        ),
        _order(
            "enrolments", "end_reason", "end_reason IS NOT NULL AND ended IS NULL",
            "is there, and no day of leaving", "Deliver the day of leaving",
        ),
        _before_birth("enrolments", "enrolled"),
    ),
    "events": (
        _order(
            "events", "status", "status = 1 AND actual IS NULL",
            "says it was done, and the day `actual` is empty", "Deliver the day",
        ),
        _order(
            "events", "status", "status = 0 AND planned IS NULL",
            "says it is planned, and the day `planned` is empty", "Deliver the day",
        ),
        _order(
            "events", "status", "status = 0 AND actual IS NOT NULL",
            "says it is planned, and it has happened", "Write what became of it",
        ),
        Found(
            "step",
            "SELECT row, step AS value FROM events AS one WHERE step > 0 AND NOT EXISTS"
            " (FROM steps AS s WHERE s.step = one.step) AND EXISTS (FROM steps)",
            lambda value: f"{value} is not in the table steps",
            "Deliver the step, or write 0 for a contact outside the programme",
            needs="steps",
        ),
        _before_birth("events", "actual"),
    ),
    "visits": (_before_birth("visits", "held"),),
    "vaccinations": (_before_birth("vaccinations", "given"),),
    "screenings": (
        _before_birth("screenings", "day"),
        Found(
            "result",
            "SELECT row, kind || ': ' || result AS value FROM screenings WHERE "
            + " OR ".join(
                f"(kind = '{kind}' AND result NOT IN ({', '.join(repr(r) for r in found)}))"
                for kind, found in RESULTS.items()
            ),
            lambda value: f"{shown(value)} is no result of that kind",
            "Write one of the results the contract names for the kind",
        ),
    ),
    "handoffs": (
        _order("handoffs", "confirmed", "confirmed < sent", "lies before it was sent"),
        _before_birth("handoffs", "sent"),
    ),
    "sources": (
        _order("sources", "data_to", "data_to < data_from", "lies before data_from"),
        _order(
            "sources", "data_from",
            "collected AND (data_from IS NULL OR data_to IS NULL)",
            "or data_to is empty of a table that is collected", "Say which days the data cover",
        ),
        _order(
            "sources", "data_to",
            "NOT collected AND (data_from IS NOT NULL OR data_to IS NOT NULL)",
            "is there of a table that is not collected", "Leave it empty, or write collected true",
        ),
    ),
}  # fmt: skip


def _spans() -> Iterator[Found]:
    term = r"[+-]?\s*[0-9]{1,4}\s*(year|month|week|day)s?"
    for name in ("opens", "target", "closes", "grace"):
        yield Found(
            name,
            f'SELECT row, "{name}" AS value FROM steps WHERE NOT regexp_full_match("{name}",'
            f" '\\s*{term}(\\s*[+-]\\s*[0-9]{{1,4}}\\s*(year|month|week|day)s?)*\\s*')",
            lambda value: f"{shown(value)} is no span",
            "Write an age such as 4 months + 2 weeks",
        )
    yield Found(
        "step", f"SELECT row, step AS value FROM steps WHERE step > {MOST_STEPS}",
        lambda value: f"{value} is above {MOST_STEPS}", "Number the steps from 1",
    )  # fmt: skip
    yield Found(
        "key",
        "SELECT row, key AS value FROM steps QUALIFY"
        " row_number() OVER (PARTITION BY key ORDER BY row) > 1",
        lambda value: f"{shown(value)} stands there before", "Give each step its own key",
    )  # fmt: skip


def _each_source() -> Found:
    wanted = ", ".join(f"('{name}')" for name in SOURCED)
    return Found(
        "table",
        "SELECT 0 AS row, site || ' ' || t AS value FROM sites,"
        f" (VALUES {wanted}) AS w(t) WHERE NOT EXISTS"
        ' (FROM sources AS s WHERE s.site = sites.site AND s."table" = t)',
        lambda value: f"there is no row for {shown(value)}",
        "Deliver a row for each site and table, also for what is not collected",
    )


def _collected(one: Loaded) -> Iterator[Found]:
    table = one.table.name
    joined = "" if "site" in _names(table) else " JOIN children AS c USING (child)"
    site = "one.site" if not joined else "c.site"
    of = (
        f'FROM "{table}" AS one{joined} JOIN sources AS s ON s.site = {site}'
        f" AND s.\"table\" = '{table}'"
    )
    yield Found(
        "", f"SELECT one.row, {site} AS value {of} WHERE NOT s.collected",
        lambda value: f"{shown(value)} does not collect this table, as sources says",
        "Take the row out, or write collected true and the days the data cover",
    )  # fmt: skip


def _names(table: str) -> set[str]:
    return {column.name for column in BY_NAME[table].columns}


def _clustered(one: Loaded) -> Found:
    return Found(
        "child",
        f'SELECT row, child AS value FROM "{one.table.name}" QUALIFY child <'
        " max(child) OVER (ORDER BY row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)",
        lambda value: f"{value} stands after a larger one, and the table is said to be clustered",
        "Sort the table by child, or say clustered false",
    )
