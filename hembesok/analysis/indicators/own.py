"""Indicators that a site or a study makes of its own steps, written in a file.

[[measures]]
key = "visits"
kind = "received"        # held, among held or closed; each step
steps = ["home-1", "home-2"]

[[measures]]
key = "enough"
kind = "in_time"         # at least so many of them held in their windows
steps = ["home-1", "home-2", "home-3"]
least = 2

[[measures]]
key = "one-year"
kind = "stays"           # in the programme at an age, among those who joined by then
at = "12 months"

[[measures]]
key = "breastfed"
kind = "value"           # the number written at a step is so high at least
steps = ["four-months"]
least = 1
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from hembesok.analysis.indicators.defining import Better, Counted, Indicator, share, sure, total
from hembesok.analysis.indicators.staying import phase
from hembesok.analysis.indicators.visiting import received_step, state_in
from hembesok.analysis.states import DONE, HELD
from hembesok.analysis.steps import Item, Steps
from hembesok.analysis.wide import NEVER, Wide
from hembesok.values.dates import Span

OURS: Final = "The site's own file"
_KEY: Final = re.compile(r"[a-z][a-z0-9-]{0,59}")


class MeasuresError(Exception):
    """A file of measures that cannot be used. The message says what to mend."""


def received(items: Sequence[Item], c: Wide) -> Sequence[Counted]:
    """Held, among held or closed: each step by itself."""
    return [received_step(c, item) for item in items]


def in_time(items: Sequence[Item], least: int, c: Wide) -> Sequence[Counted]:
    """Children with at least so many steps held in their windows.

    Among those who were there when the last of the windows had closed.
    """
    t = c.table
    last = c.age(f"c{items[0].number}")
    for item in items[1:]:
        closes = c.age(f"c{item.number}")
        last = (closes > last).ifelse(closes, last)
    inside = total([state_in(c, item, (DONE,)).ifelse(1, 0) for item in items])
    among = (t.age > last) & (t.ex.fill_null(NEVER) > last)
    return [share(among, inside >= least)]


def stays(key: str, c: Wide) -> Sequence[Counted]:
    """Children still there at an age, among those who joined by then and have reached it."""
    return [share(*phase(c, None, c.age(f"{key}_at")))]


def value(item: Item, least: int, c: Wide) -> Sequence[Counted]:
    """Children whose number at a step is so high at least, among those where it is written."""
    number = c.table[f"v{item.number}"]
    return [share(state_in(c, item, HELD), sure(number >= least), number.notnull())]


def read_measures(path: Path, steps: Steps) -> tuple[Indicator, ...]:
    """Read a file of measures; raises MeasuresError."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MeasuresError(f"{path}: cannot be read: {error}. Give a file in TOML.") from None
    listed = told.get("measures")
    if not isinstance(listed, list) or not listed:
        raise MeasuresError(f"{path}: measures is missing. Write each as [[measures]].")
    found = []
    for number, measure in enumerate(listed, start=1):
        try:
            found.append(_indicator(measure, {item.key: item for item in steps}))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            what = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            raise MeasuresError(
                f"{path}: measure {number}: {what}. Write it as the documentation shows."
            ) from None
    keys = [one.key for one in found]
    if len(set(keys)) < len(keys):
        raise MeasuresError(f"{path}: two measures have one key. Give each its own.")
    return tuple(found)


def _indicator(measure: Mapping[str, Any], steps: Mapping[str, Item]) -> Indicator:
    key, kind = measure["key"], measure["kind"]
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError(f"key {key!r} is not letters a-z, digits and hyphens")
    if kind not in _KINDS:
        raise ValueError(f"kind {kind!r} is none of {', '.join(_KINDS)}")
    items = [_step(name, steps) for name in measure.get("steps", [])]
    if kind != "stays" and not items:
        raise ValueError("steps is empty")
    return _KINDS[kind](key, items, measure)


def _step(name: object, steps: Mapping[str, Item]) -> Item:
    if name not in steps:
        raise ValueError(f"the programme has no step {name!r}")
    return steps[str(name)]


def _least(measure: Mapping[str, Any]) -> int:
    least = measure["least"]
    if not isinstance(least, int) or isinstance(least, bool):
        raise ValueError(f"least {least!r} is not a whole number")
    return least


def _received(key: str, items: Sequence[Item], measure: Mapping[str, Any]) -> Indicator:
    return _made(
        key, partial(received, items), "held by the day",
        "held, or the window has closed", needs=("events",),
    )  # fmt: skip


def _in_time(key: str, items: Sequence[Item], measure: Mapping[str, Any]) -> Indicator:
    least = _least(measure)
    return _made(
        key, partial(in_time, items, least), f"{least} or more held in their windows",
        "there when the last window had closed", needs=("events", "enrolments"), closing=items,
    )  # fmt: skip


def _stays(key: str, items: Sequence[Item], measure: Mapping[str, Any]) -> Indicator:
    span = Span.parse(measure["at"])
    return _made(
        key, partial(stays, key), f"in the programme at {span}",
        "joined by then, and have reached it", needs=("enrolments",), ages={f"{key}_at": span},
    )  # fmt: skip


def _value(key: str, items: Sequence[Item], measure: Mapping[str, Any]) -> Indicator:
    if len(items) != 1:
        raise ValueError("a measure of a value has one step")
    least = _least(measure)
    return _made(
        key, partial(value, items[0], least), f"the number is {least} or more",
        "the step was held and a number is written", needs=("events",), valued=(items[0].key,),
        missing="held, and no number is written",
    )  # fmt: skip


_KINDS: Final[dict[str, Callable[[str, Sequence[Item], Mapping[str, Any]], Indicator]]] = {
    "received": _received,
    "in_time": _in_time,
    "stays": _stays,
    "value": _value,
}


def _made(
    key: str,
    counts: Callable[[Wide], Sequence[Counted]],
    numerator: str,
    denominator: str,
    *,
    missing: str = "nothing",
    closing: Sequence[Item] = (),
    **more: Any,
) -> Indicator:
    return Indicator(
        key=key,
        counts=counts,
        unit="children",
        better=Better.HIGHER,
        numerator=numerator,
        denominator=denominator,
        missing=missing,
        not_applicable="all others",
        window="of the steps",
        source=OURS,
        windows_of=tuple(item.number for item in closing),
        **more,
    )
