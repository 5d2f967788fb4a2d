"""The first day on which each step was done: one row a child, one column a step.

Never a row for each child and step: thirty-one times as many rows would have to be made,
joined and thrown away. One group by child with a minimum for each step costs a third.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

import ibis
import ibis.expr.types as ir

from hembesok.analysis.contract import DONE
from hembesok.analysis.steps import Steps

EPOCH: Final = date(2000, 1, 1)
EARLIEST: Final = date(1911, 1, 1)
"""Days from here to 2089 fit into a number of 16 bits; nobody follows up older children."""


def day_number(day: ir.DateValue) -> ir.IntegerValue:
    """Return a day as days since 2000: whole numbers, which every engine subtracts alike."""
    return day.delta(ibis.date(EPOCH), unit="day").cast("int32")


def number_of(day: date) -> int:
    """Return a day of Python's as the same number."""
    return (day - EPOCH).days


def firsts(events: ir.Table, steps: Steps, valued: Iterable[int], on: ir.DateValue) -> ir.Table:
    """Return for each child with something done: `a1`, `a2` …, and `v14` for a valued step.

    Unit: days since 2000; empty where a step is not done. A value is the largest that was
    written, as the first attempt may have left it empty.
    """
    done = events.filter(
        events.status == DONE,
        events.step > 0,
        events.actual <= on,
        events.actual >= ibis.date(EARLIEST),
    )
    # Thirty-one numbers a child are held at once: half as wide, twice as many fit near the core.
    done = done.select("child", "step", "value", a=day_number(done.actual).cast("int16"))
    # A filter on each minimum would be asked of every row thirty-one times; a value that is
    # empty is passed over by the minimum itself, in half the time.
    days = {f"a{item.number}": _where(done, item.number, done.a).min() for item in steps}
    values = {f"v{step}": _where(done, step, done.value).max() for step in valued}
    return done.group_by("child").agg(**days, **values)


def _where(events: ir.Table, step: int, value: ir.Value) -> ir.Value:
    return (events.step == step).ifelse(value, ibis.null())
