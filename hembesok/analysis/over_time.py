"""Measures over time: by the month in which something happened, a row for each step held.

A child's steps stand as columns of one row. To follow them by month they become rows, only those
that were held: so many as visits, and asked for by a page of one site, not by a run of a country.
"""

from dataclasses import replace
from typing import Final

import ibis
import ibis.expr.types as ir

from hembesok.analysis.contract import DONE as HAPPENED
from hembesok.analysis.indicators.defining import Counted, Indicator, Per, share
from hembesok.analysis.indicators.visiting import VISITING
from hembesok.analysis.states import DONE, HELD, column
from hembesok.analysis.wide import GROUPS, Wide


def month_of(day: ir.DateValue) -> ir.IntegerValue:
    """Return a month as a number: twelve a year."""
    return (day.year() * 12 + day.month() - 1).cast("int32")


def held_steps(events: ir.Table, wide: Wide) -> ir.Table:
    """Return a row for each step held by the day: its state, groups, and the month of it.

    It is held on the first day recorded, as everywhere (`firsts`).
    """
    done = events.filter(
        events.status == HAPPENED,
        events.step.isin([item.number for item in wide.steps]),
        events.actual <= wide.day.date,
    )
    first = done.group_by("child", "step").agg(actual=done.actual.min())
    states = [column(item) for item in wide.steps]
    rows = first.join(wide.table.select("child", *GROUPS, *states), "child")
    cases = [(rows.step == item.number, rows[column(item)]) for item in wide.steps]
    state = ibis.cases(*cases, else_=ibis.null("int8"))
    rows = rows.mutate(state=state, month=month_of(rows.actual)).drop(*states)
    # After the child left, what was done is no visit of the programme.
    return rows.filter(rows.state.isin(list(HELD)))


def by_month(on_time: Indicator) -> Indicator:
    """Return the indicator of what was held in time with a row for each step held.

    Added up over all months it is the same: held in the window, among those held.
    """
    return replace(on_time, per=Per.HELD_STEP, counts=_each_step, needs=("events",))


def _each_step(rows: Wide) -> list[Counted]:
    t = rows.table
    return [
        share(t.step == item.number, t.state == DONE, detail=item.key)
        for item in rows.steps
        if item.part != "vaccination"
    ]


OVER_TIME: Final = (
    *(by_month(one) for one in VISITING if one.key == "on_time"),
    *(one for one in VISITING if one.per is Per.VISIT),
)
"""What can be followed by the month in which it happened."""
