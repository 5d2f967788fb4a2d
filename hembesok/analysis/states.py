"""How each step stands on the day, as a column of small numbers a step.

The ten states are those of the pages (`programme.rules.states`), and the same rule; what was
done before its window opened has a number of its own, since it is done but not in time.

A register of another kind often holds no bookings, refusals or failed attempts, and goes on
after a child left. For those there is the simple rule of eight states.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

import ibis
import ibis.expr.types as ir

from hembesok.analysis.contract import DECLINED, NO_SHOW, PLANNED
from hembesok.analysis.firsts import day_number
from hembesok.analysis.steps import Item, Steps
from hembesok.programme.rules.states import State

CODES: Final = {state: number for number, state in enumerate(State)}
EARLY: Final = len(CODES)
"""Done, and before the window opened: `State.DONE` on the pages."""
NAMES: Final = [str(state) for state in State] + [str(State.DONE)]
"""The state of each number."""

UPCOMING, DUE, BOOKED, DONE, LATE, OVERDUE, MISSED, REFUSED, NOT_APPLICABLE, ENDED = CODES.values()
HELD: Final = (DONE, EARLY, LATE)
"""It was done, in time or not."""
SHOULD_BE: Final = (DONE, EARLY, LATE, OVERDUE, MISSED, REFUSED)
"""It was done, or its window has closed while the child was there to be visited."""


class Rule(StrEnum):
    """Which states there are."""

    TEN = "ten"
    EIGHT = "eight"


Age = Callable[[str], ir.IntegerValue]
"""Gives an age in days by name (`o1`, `c1`, `g1` …): a number all share, or a column."""


def facts(events: ir.Table, children: ir.Table, windows: ir.Table) -> ir.Table:
    """Return for each child one bit a step: booked, declined, and failed in the grace.

    `windows` has a row for each pair of anchors and step, with the step's bit and the day its
    window closes. Few events are of these kinds, so a join of theirs is cheap.
    """
    rare = events.filter(
        events.step > 0,
        events.status.isin([PLANNED, NO_SHOW, DECLINED]),
        (events.status == PLANNED).ifelse(events.planned, events.actual).notnull(),
        # A booking for a day that is past and of which nothing is known decides nothing.
    )
    rare = rare.select(
        "child", "step", "status",
        day=day_number((rare.status == PLANNED).ifelse(rare.planned, rare.actual)),
    )  # fmt: skip
    known = rare.join(
        children.select("child", "born", "home", "b", child_last=children.last), "child"
    )
    known = known.join(windows, ["born", "home", "step"])
    age = known.day - known.b
    bits = {
        "booked": (known.status == PLANNED) & (age >= known.child_last),
        "declined": (known.status == DECLINED) & (age <= known.child_last),
        "failed": (known.status == NO_SHOW) & (age <= known.child_last) & (age > known.closes),
    }
    zero = ibis.literal(0, "int64")
    return known.group_by("child").agg(
        **{name: _all_bits(fact.ifelse(known.bit, zero)) for name, fact in bits.items()}
    )


@ibis.udf.agg.builtin(name="bit_or")  # type: ignore[untyped-decorator]
def _all_bits(bits: int) -> int:  # type: ignore[empty-body]
    """Return the bits that any row has. All three engines have it, and Ibis knows two."""


def state(rule: Rule, item: Item, child: ir.Table, age: Age) -> ir.IntegerValue:
    """Return the state of a step; `child` has `h1` …, `age`, `en`, `ex`, `last`, `gone`, bits."""
    found = _ten(item, child, age) if rule is Rule.TEN else _eight(item, child, age)
    return found.cast("int8")


def _ten(item: Item, child: ir.Table, age: Age) -> ir.IntegerValue:
    held, opens, closes, ends = _days(item, child, age)
    bit = 1 << (item.number - 1)

    def marked(name: str) -> ir.BooleanValue:
        return (child[name] & bit) != 0

    def unless_gone(code: int) -> ir.IntegerValue:
        return child.gone.ifelse(ENDED, code)

    not_for = [((child.en.isnull()) | (closes < child.en), NOT_APPLICABLE)] if item.own else []
    return ibis.cases(
        # A visit after the child left is no visit of the programme.
        ((held <= child.last) & (held > closes), LATE),
        ((held <= child.last) & (held >= opens), DONE),
        (held <= child.last, EARLY),
        *not_for,
        (marked("booked"), unless_gone(BOOKED)),
        (marked("declined"), REFUSED),
        (child.last < opens, unless_gone(UPCOMING)),
        (child.last <= closes, unless_gone(DUE)),
        (marked("failed") | (child.last > ends), MISSED),
        else_=unless_gone(OVERDUE),
    )


def _eight(item: Item, child: ir.Table, age: Age) -> ir.IntegerValue:
    """Return the state by the simple rule: what is done is done, also after leaving."""
    held, opens, closes, ends = _days(item, child, age)
    not_for = [(closes < child.en, NOT_APPLICABLE)] if item.own else []
    return ibis.cases(
        *not_for,
        ((held >= opens) & (held <= closes), DONE),
        (held.notnull(), LATE),
        ((child.ex <= child.age) & (child.ex <= ends), ENDED),
        (child.age < opens, UPCOMING),
        (child.age <= closes, DUE),
        (child.age <= ends, OVERDUE),
        else_=MISSED,
    )


def _days(item: Item, child: ir.Table, age: Age) -> tuple[ir.IntegerValue, ...]:
    number = item.number
    return child[f"h{number}"], age(f"o{number}"), age(f"c{number}"), age(f"g{number}")


def column(item: Item) -> str:
    """Return the name of a step's column of states."""
    return f"s{item.number}"


def all_states(rule: Rule, steps: Steps, child: ir.Table, age: Age) -> dict[str, ir.IntegerValue]:
    """Return the columns of all steps."""
    return {column(item): state(rule, item, child, age) for item in steps}
