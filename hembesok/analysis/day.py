"""The day that is asked of, as expressions see it: written into a query, or told beside it.

Told beside it, in a table of one row, the text of a query is the same each day, and need not be
made anew every morning; written into it, an engine makes the most of it over millions of rows.
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hembesok.analysis.engines import Engine
from hembesok.analysis.firsts import number_of


@dataclass(frozen=True)
class Day:
    """A day; `number` and `new_year` (the last 31 December) in days since 2000."""

    on: date
    date: ir.DateScalar
    number: ir.IntegerScalar
    new_year: ir.IntegerScalar

    @classmethod
    def written(cls, on: date) -> Self:
        """Return a day that stands in the queries."""
        year = ibis.literal(number_of(last_new_year(on)), "int32")
        return cls(on, ibis.date(on), ibis.literal(number_of(on), "int32"), year)

    @classmethod
    def beside(cls, engine: Engine, on: date) -> Self:
        """Return a day that stands in a table of the engine's."""
        numbers = [pa.array([number_of(day)], pa.int32()) for day in (on, last_new_year(on))]
        day = pa.array([on], pa.date32())
        told = engine.put("today", pa.table([day, *numbers], names=["date", "number", "new_year"]))
        found = {name: told.select(name).as_scalar() for name in told.columns}
        return cls(on, **found)


def last_new_year(on: date) -> date:
    """Return the last 31 December that is not after a day: registers count as at that day."""
    end = date(on.year, 12, 31)
    return end if end == on else date(on.year - 1, 12, 31)
