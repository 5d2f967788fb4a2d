"""What an indicator is: a function over rows, and in words what it counts.

Four kinds of rows are kept apart: in the numerator; only in the denominator; **missing**, where
the row belongs to the denominator and nobody knows; and **not applicable**, where it does not.
Only whole numbers leave the engine, so that all engines agree to the last one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import ibis
import ibis.expr.types as ir

from hembesok.analysis.wide import Wide
from hembesok.values.dates import Span


class Per(StrEnum):
    """What one row of an indicator's table is."""

    CHILD = "child"
    VISIT = "visit"
    HELD_STEP = "held step"
    """A step and the first day it was held: what a child's step is counted by, over time."""
    HANDOFF = "handoff"
    SITE = "site"


class Better(StrEnum):
    """In which direction a figure is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Scale(StrEnum):
    """What the numerator over the denominator is; a scale is never guessed from the figures."""

    SHARE = "share"
    """0 to 1."""
    COUNT = "count"
    """The numerator alone is what is shown, among the denominator."""
    ORE = "öre"
    """Money for each of the denominator."""


@dataclass(frozen=True)
class Counted:
    """What one row adds to the numerator, the denominator, and the missing; whole numbers."""

    numerator: ir.IntegerValue
    denominator: ir.IntegerValue
    missing: ir.IntegerValue | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The latest result of a kind of screening, written between two ages, both included."""

    kind: str
    opens: Span
    closes: Span


@dataclass(frozen=True, slots=True)
class Doses:
    """Doses of a vaccine until an age, or until the last 31 December when there is none."""

    vaccine: str
    until: Span | None


Counts = Callable[[Wide], Sequence[Counted]]


@dataclass(frozen=True)
class Indicator:
    """One indicator. The texts are its definition as the documentation prints it.

    `ages`, `results` and `doses` are what it needs of the wide table, by the name it asks by.
    """

    key: str
    counts: Counts
    unit: str
    better: Better
    numerator: str
    denominator: str
    missing: str
    not_applicable: str
    window: str
    source: str
    per: Per = Per.CHILD
    scale: Scale = Scale.SHARE
    needs: tuple[str, ...] = ()
    ages: Mapping[str, Span] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)
    doses: Mapping[str, Doses] = field(default_factory=dict)
    valued: tuple[str, ...] = ()
    """Keys of steps whose value it asks for."""
    windows_of: tuple[int, ...] = ()
    """Numbers of the steps whose windows, as ages, it asks for."""
    unit_is_row: bool = True
    """Whether a row adds at most one, so that who it does not apply to can be counted."""


def one(condition: ir.BooleanValue) -> ir.IntegerValue:
    """Return 1 where a condition holds, else 0, also where it is unknown.

    Never a cast: PostgreSQL refuses to make a truth a big number.
    """
    return condition.ifelse(1, 0)


def share(
    among: ir.BooleanValue,
    that: ir.BooleanValue,
    known: ir.BooleanValue | None = None,
    detail: str = "",
) -> Counted:
    """Count those among whom `that` holds; `known` tells of whom it is known.

    Where `that` holds it is known. A condition that is unknown does not hold.
    """
    among, that = sure(among), sure(that)
    if known is None:
        return Counted(one(among & that), one(among), detail=detail)
    known = sure(known) | that
    return Counted(one(among & that), one(among & known), one(among & ~known), detail)


def sure(condition: ir.BooleanValue) -> ir.BooleanValue:
    """Return a condition that is false where it was unknown."""
    return condition.fill_null(False)


def total(values: Sequence[ir.IntegerValue]) -> ir.IntegerValue:
    """Return the sum of some numbers; 0 of none."""
    found: ir.IntegerValue = ibis.literal(0, "int32")
    for n, value in enumerate(values):
        found = value if n == 0 else found + value
    return found
