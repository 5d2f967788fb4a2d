"""Who stays, phase by phase. Moving, dying and the project's end are no drop-out."""

from collections.abc import Sequence
from typing import Final

import ibis.expr.types as ir

from hembesok.analysis.indicators.defining import Better, Counted, Indicator, share, sure
from hembesok.analysis.wide import Wide
from hembesok.values.dates import Span

CENSORED: Final = ("moved", "died", "project_over")
"""Reasons to end that say nothing of whether the family wanted to stay."""
PHASES: Final = ((0, 6), (6, 12), (12, 24))
"""Ages in calendar months between which a phase runs."""
AGES: Final = {f"m{months}": Span(months=months) for months in (6, 12, 24)}


def phase(
    c: Wide, starts: ir.IntegerValue | None, ends: ir.IntegerValue
) -> tuple[ir.BooleanValue, ir.BooleanValue]:
    """Tell who was in the programme when a phase began, and who of them when it ended.

    Without a start, whoever joined before the phase ended. Whoever was cut off in the phase
    is not among them; who went through the programme has stayed.
    """
    t = c.table
    joined = t.en <= (ends if starts is None else starts)
    there = joined if starts is None else joined & (t.ex.isnull() | (t.ex > starts))
    left = sure(t.ex <= ends)
    among = sure(there) & (t.age >= ends) & ~(left & sure(t.end_reason.isin(CENSORED)))
    return among, ~left | sure(t.end_reason == "completed")


def retention(c: Wide) -> Sequence[Counted]:
    """Those still in the programme when a phase ends, among those there when it began."""
    return [share(*phase(c, starts, ends), detail=name) for name, starts, ends in _phases(c)]


def attrition(c: Wide) -> Sequence[Counted]:
    """Those who left in a phase, among those there when it began: all, and by reason."""
    found = []
    reason = c.table.end_reason
    for name, starts, ends in _phases(c):
        among, stayed = phase(c, starts, ends)
        found.append(share(among, ~stayed, detail=name))
        found += [
            share(among, ~stayed & (reason == why), detail=f"{name}: {why}")
            for why in ("left", "consent_withdrawn", "unreachable")
        ]
    return found


def _phases(c: Wide) -> list[tuple[str, ir.IntegerValue | None, ir.IntegerValue]]:
    return [
        (f"{first}-{last} months", c.age(f"m{first}") if first else None, c.age(f"m{last}"))
        for first, last in PHASES
    ]


STAYING: Final = (
    Indicator(
        key="retention",
        counts=retention,
        unit="children",
        better=Better.HIGHER,
        numerator="still in the programme when the phase ended, or had gone through it",
        denominator="in the programme when the phase began; for the first, whoever joined in it",
        missing="nothing",
        not_applicable="has not lived through the phase, was not in the programme, or was cut off"
        " in the phase: moved, died, or the project ended",
        window="0-6, 6-12 and 12-24 calendar months of age",
        source="Domain set, retention; NFP asks for at most 20 % leaving in infancy, 10 % after"
        " (BMC Pediatrics 2013, table 3)",
        needs=("enrolments",),
        ages=AGES,
    ),
    Indicator(
        key="attrition",
        counts=attrition,
        unit="children",
        better=Better.LOWER,
        numerator="left in the phase: all, and those who left, withdrew consent, or could no"
        " longer be reached",
        denominator="as retention",
        missing="nothing",
        not_applicable="as retention",
        window="as retention",
        source="Domain set, attrition by phase",
        needs=("enrolments",),
        ages=AGES,
    ),
)
