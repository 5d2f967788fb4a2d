"""Skip logic: which questions are asked, given what has been answered.

As FHIR R4 says of enableWhen: `=` is met by at least one such answer, `!=` by none, and a
question that is itself not asked has no answers. "Not asked" is no answer either.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from hembesok.forms.questionnaire import Block, Condition, Item, Value
from hembesok.forms.unasked import NOT_ASKED, Answers

_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def asked(block: Block, answers: Answers) -> frozenset[str]:
    """Return the linkIds of the questions that are asked."""
    return frozenset(item.link_id for item in shown(block, answers) if item.is_question)


def shown(block: Block, answers: Answers) -> tuple[Item, ...]:
    """Return all items that are shown, groups and words to read too, in reading order."""
    there: dict[str, tuple[Value, ...]] = {}
    return tuple(_shown(block.items, answers, there))


def kept(block: Block, answers: Answers) -> Answers:
    """Return the answers that count: those to questions that are asked, empty ones left out."""
    return {
        item.link_id: answers[item.link_id]
        for item in shown(block, answers)
        if item.is_question and answers.get(item.link_id, ()) != ()
    }


def _shown(
    items: tuple[Item, ...], answers: Answers, there: dict[str, tuple[Value, ...]]
) -> Iterator[Item]:
    # A condition looks back only (reading.py), so `there` holds all it can ask about.
    for item in items:
        if not _enabled(item, there):
            continue
        yield item
        given = answers.get(item.link_id, ())
        there[item.link_id] = () if given is NOT_ASKED else given
        yield from _shown(item.items, answers, there)


def _enabled(item: Item, there: Mapping[str, tuple[Value, ...]]) -> bool:
    met = [_met(condition, there.get(condition.question, ())) for condition in item.conditions]
    return not met or (any(met) if item.any_condition else all(met))


def _met(condition: Condition, given: tuple[Value, ...]) -> bool:
    if condition.operator == "exists":
        return bool(given) is condition.value
    if condition.operator == "!=":
        return not any(_is(value, condition.value) for value in given)
    if condition.operator == "=":
        return any(_is(value, condition.value) for value in given)
    compare = _COMPARE[condition.operator]
    return any(compare(value, condition.value) for value in given)


def _is(one: Value, other: Value) -> bool:
    # In Python a yes equals the number one.
    return isinstance(one, bool) is isinstance(other, bool) and one == other
