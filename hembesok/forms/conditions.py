"""Reading enableWhen: each condition asks of an earlier question of the same block."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from hembesok.forms.elements import Element
from hembesok.forms.faults import nearest, shown
from hembesok.forms.questionnaire import OPERATORS, Condition, Item, ItemType, Value

_ANSWERS: Final = {
    ItemType.CHOICE: "answerCoding",
    ItemType.BOOLEAN: "answerBoolean",
    ItemType.INTEGER: "answerInteger",
    ItemType.DECIMAL: "answerDecimal",
    ItemType.DATE: "answerDate",
    ItemType.STRING: "answerString",
    ItemType.TEXT: "answerString",
}
_ORDERED: Final = (ItemType.INTEGER, ItemType.DECIMAL, ItemType.DATE)


def conditions_of(element: Element, seen: Mapping[str, Item]) -> tuple[Condition, ...]:
    """Return when an item is asked; `seen` are the items of its block that come before it."""
    behaviour = element.table.get("enableBehavior")
    if "enableWhen" not in element.table:
        if behaviour is not None:
            element.tell("enableBehavior", "stands without enableWhen", "Remove it")
        return ()
    rows = element.rows("enableWhen", "question, operator and answer")
    if len(rows) > 1 and behaviour is None:
        element.tell("enableBehavior", "is missing", "Write all or any")
    if behaviour not in (None, "all", "any"):
        element.tell("enableBehavior", f"is {shown(behaviour)}", "Write all or any")
    found = [_condition(row, seen) for row in rows]
    return tuple(condition for condition in found if condition)


def _condition(row: Element, seen: Mapping[str, Item]) -> Condition | None:
    operator = row.choice("operator", OPERATORS)
    question = row.table.get("question")
    item = seen.get(question) if isinstance(question, str) else None
    if item is None or not item.is_question:
        asked = [link_id for link_id, one in seen.items() if one.is_question]
        remedy = nearest(question, asked) if asked else "Ask that question earlier in the block"
        row.tell("question", f"{shown(question)} is no earlier question of the block", remedy)
        return None
    if operator is None:
        return None
    if operator in OPERATORS[3:] and item.type not in _ORDERED:
        what = f"{operator!r} compares a {item.type.value}"
        row.tell("operator", what, "Choose among: exists, =, !=")
        return None
    name = "answerBoolean" if operator == "exists" else _ANSWERS[item.type]
    row.only(("question", "operator", name), {})
    if name not in row.table:
        row.tell(name, "is missing", f"Write what {item.link_id} is compared with")
        return None
    value = _value(row, name, item, operator)
    return None if value is None else Condition(item.link_id, operator, value)


def _value(row: Element, name: str, item: Item, operator: str) -> Value | None:
    found: Any = row.table[name]
    if name == "answerCoding":
        code = found.get("code") if isinstance(found, Mapping) else None
        codes = [option.code for option in item.options]
        if code not in codes:
            row.tell(name, f"{shown(code)} is no answer to {item.link_id}", nearest(code, codes))
            return None
        return str(code)
    kinds: dict[str, type | tuple[type, ...]] = {
        "answerBoolean": bool,
        "answerInteger": int,
        "answerDecimal": (int, float),
        "answerDate": str,
        "answerString": str,
    }
    if isinstance(found, bool) is not (name == "answerBoolean") or not isinstance(
        found, kinds[name]
    ):
        row.tell(name, f"is {shown(found)}", f"Write a value as {name}")
        return None
    return _typed(row, name, found)


def _typed(row: Element, name: str, found: Any) -> Value | None:
    if name == "answerDecimal":
        return Decimal(repr(found))
    if name == "answerDate":
        try:
            return date.fromisoformat(found)
        except ValueError:
            row.tell(name, f"is {shown(found)}", "Write a day as YYYY-MM-DD")
            return None
    value: Value = found
    return value
