"""What indicators ask of the smaller tables, as columns of one row a child."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from hembesok.analysis.contract import RESULTS
from hembesok.analysis.engines import Tables
from hembesok.analysis.firsts import day_number
from hembesok.analysis.indicators.defining import Doses, Result
from hembesok.analysis.steps import Ages, Steps
from hembesok.analysis.wide import age_in

NOT_WRITTEN = 7
"""The number of a result that is empty; those that are written have their place in RESULTS."""
_EIGHT = NOT_WRITTEN + 1


def results(
    tables: Tables, base: ir.Table, known: Ages, asked: Mapping[str, Result], on: ir.DateValue
) -> ir.Table:
    """Return for each child `r_…`: the number of the latest result in each window.

    A day and a result in one number: the largest is that of the latest day.
    """
    found = tables["screenings"].join(base, "child")
    found = found.filter(found.day <= on)
    age = day_number(found.day) - found.b
    columns = {}
    for name, result in asked.items():
        codes = [(found.result == text, number) for number, text in enumerate(RESULTS[result.kind])]
        inside = (
            (found.kind == result.kind)
            & (age >= age_in(found, known, f"{name}_from"))
            & (age <= age_in(found, known, f"{name}_to"))
        )
        code = ibis.cases(*codes, else_=NOT_WRITTEN)
        columns[name] = inside.ifelse((age + 1) * _EIGHT + code, ibis.null("int32")).max()
    latest = found.group_by("child").agg(**columns)
    return latest.select(
        "child",
        **{
            f"r_{name}": (latest[name] % _EIGHT).nullif(NOT_WRITTEN).cast("int32") for name in asked
        },
    )


def doses(
    tables: Tables, base: ir.Table, known: Ages, asked: Mapping[str, Doses], on: ir.DateValue
) -> ir.Table:
    """Return for each child `d_…`: doses given until each age, and by the day."""
    found = tables["vaccinations"].join(base, "child")
    found = found.filter(found.given <= on)
    age = day_number(found.given) - found.b
    columns = {}
    for name, dose in asked.items():
        until = found.to_new_year if dose.until is None else age_in(found, known, f"{name}_to")
        counts = (found.vaccine == dose.vaccine) & (age <= until)
        columns[f"d_{name}"] = counts.ifelse(1, 0).sum().cast("int32")
    return found.group_by("child").agg(**columns)


def pairs(tables: Tables, on: ir.DateValue) -> ir.Table:
    """Return for each child how many visits a pair made, and how many the most frequent made."""
    v = tables["visits"]
    v = v.filter(v.held <= on, v.nurse.notnull(), v.adviser.notnull())
    each = v.group_by("child", "nurse", "adviser").agg(made=v.count())
    return each.group_by("child").agg(
        pair_visits=each.made.sum().cast("int32"), pair_most=each.made.max().cast("int32")
    )


def in_windows(
    tables: Tables, base: ir.Table, known: Ages, steps: Steps, on: ir.DateValue
) -> ir.Table:
    """Return for each child `n1` …: 1 where any visit at all lies in a step's window."""
    e = tables["events"]
    e = e.filter(e.status == 1, e.actual <= on)
    found = e.join(base, "child")
    age = day_number(found.actual) - found.b
    columns = {}
    for item in steps:
        opens, closes = (age_in(found, known, f"{end}{item.number}") for end in "oc")
        columns[f"n{item.number}"] = ((age >= opens) & (age <= closes)).ifelse(1, 0).max()
    return found.group_by("child").agg(**columns)
