"""The steps that are followed up, and their windows as days from birth.

Unit: whole days of age. Months are turned into days here, once for each birth date, by the
rules that the pages use (`values.dates`, `programme.rules.windows`): no engine counts months.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa

from hembesok.programme.rules.protocol import Anchor, Kind, Plan, Profession, Step, Words
from hembesok.programme.rules.windows import Anchors, windows
from hembesok.values.dates import Span, add

PARTS: Final = ("own", "base", "vaccination")

MOST_STEPS: Final = 62
"""One bit each in a number of 64 bits, its sign left alone."""

JOINT: Final = frozenset({Profession.CHILD_HEALTH_NURSE, Profession.PARENTAL_ADVISER})


@dataclass(frozen=True, slots=True)
class Item:
    """One step with its number, the part of the plan it is of, and whether two make it."""

    number: int
    part: str
    joint: bool
    step: Step

    @property
    def key(self) -> str:
        """Its key in the programme."""
        return self.step.key

    @property
    def own(self) -> bool:
        """Tell whether it is of the extended programme, and not for who joins after it."""
        return self.part == "own"


Steps = tuple[Item, ...]


def steps_of(plan: Plan) -> Steps:
    """Return the steps of a plan, numbered from 1; a visit seen from both sides stands once."""
    found = [("own", step) for step in plan.own]
    found += [("base", step) for step in plan.base if step.key not in plan.mirrors]
    return tuple(
        Item(number, part, set(step.professions) >= JOINT, step)
        for number, (part, step) in enumerate(found, start=1)
    )


def steps_from(rows: Iterable[Mapping[str, Any]]) -> Steps:
    """Read the steps of a delivered table; raises ValueError that names the step."""
    return tuple(_item(row) for row in sorted(rows, key=lambda row: int(row["step"])))


def _item(row: Mapping[str, Any]) -> Item:
    try:
        if not 1 <= row["step"] <= MOST_STEPS:
            raise ValueError(f"its number is {row['step']}, and may be 1 to {MOST_STEPS}")
        if row["part"] not in PARTS:
            raise ValueError(f"its part is {row['part']!r}, and may be {', '.join(PARTS)}")
        step = Step(
            key=row["key"],
            title=Words(row["key"], row["key"]),
            kind=Kind(row["kind"]),
            opens=Span.parse(row["opens"]),
            target=Span.parse(row["target"]),
            closes=Span.parse(row["closes"]),
            grace=None if row["grace"] is None else Span.parse(row["grace"]),
            anchor=Anchor(row["anchor"]),
        )
    except ValueError as error:
        raise ValueError(f"step {row['step']} ({row['key']}): {error}") from None
    return Item(int(row["step"]), row["part"], bool(row["joint"]), step)


def rows_of(steps: Steps) -> list[dict[str, Any]]:
    """Return steps as rows of the delivered table."""
    return [
        {
            "step": item.number,
            "key": item.key,
            "part": item.part,
            "kind": str(item.step.kind),
            "joint": item.joint,
            "opens": str(item.step.opens),
            "target": str(item.step.target),
            "closes": str(item.step.closes),
            "grace": None if item.step.grace is None else str(item.step.grace),
            "anchor": str(item.step.anchor),
        }
        for item in steps
    ]


Pair = tuple[date, date | None]
"""A day of birth, and of coming home from neonatal care or None: windows rest on nothing else."""


@dataclass(frozen=True, slots=True)
class Ages:
    """Ages in days for each pair of anchors, by name; `fixed` are those all children share.

    A step's ages are `o1`, `c1`, `g1`: opens, closes, grace ends, for step 1. Others are
    what the indicators ask for, by the name they give it.
    """

    pairs: Sequence[Pair]
    fixed: Mapping[str, int]
    varying: Mapping[str, Sequence[int]]

    def table(self) -> pa.Table:
        """Return the ages that vary, a row for each pair."""
        columns: dict[str, pa.Array] = {
            "born": pa.array([born for born, _ in self.pairs], pa.date32()),
            "home": pa.array([home or born for born, home in self.pairs], pa.date32()),
        }
        for name, days in self.varying.items():
            columns[name] = pa.array(days, pa.int32())
        return pa.table(columns)


def ages(steps: Steps, others: Mapping[str, Span], pairs: Sequence[Pair]) -> Ages:
    """Return the windows of the steps, and other ages counted from birth, as days.

    What is days and weeks from birth is the same for all children, and told once: that is
    quicker by far than a column, and does not rest on who happens to have been born.
    """
    fixed: dict[str, int] = {}
    varying: dict[str, Sequence[int]] = {}
    for name, span in others.items():
        if span.months:
            varying[name] = [(add(born, span) - born).days for born, _ in pairs]
        else:
            fixed[name] = span.days
    for part in PARTS:
        # Grace runs to the next step of the same part, as on the pages.
        items = [item for item in steps if item.part == part]
        if not any(_by_calendar(item.step) for item in items):
            fixed |= _windows(items, (_ANY_DAY, None))
        else:
            found = [_windows(items, pair) for pair in pairs]
            names = _windows(items, (_ANY_DAY, None))
            varying |= {name: [one[name] for one in found] for name in names}
    return Ages(pairs, fixed, varying)


def _by_calendar(step: Step) -> bool:
    """Tell whether a step's window depends on when the child was born or came home."""
    spans = (step.opens, step.target, step.closes, step.grace or Span())
    return step.anchor is not Anchor.BIRTH or any(span.months for span in spans)


def _windows(items: Sequence[Item], pair: Pair) -> dict[str, int]:
    born = pair[0]
    found = {}
    steps = [item.step for item in items]
    for item, window in zip(items, windows(steps, Anchors(*pair)), strict=True):
        found[f"o{item.number}"] = (window.opens - born).days
        found[f"c{item.number}"] = (window.closes - born).days
        found[f"g{item.number}"] = (window.grace_ends - born).days
    return found


_ANY_DAY: Final = date(2021, 1, 1)
