"""Drawn forms and answers: small blocks of every kind of question, with conditions that chain."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from hembesok.forms.answers import NOT_ASKED
from hembesok.forms.questionnaire import (
    FREE_TEXT,
    Block,
    Condition,
    Form,
    Item,
    ItemType,
    Option,
    Words,
)

CODES = ("one", "two", "three", "four", "five", "six", "seven")
TYPES = [kind for kind in ItemType if kind not in (ItemType.GROUP, ItemType.DISPLAY)]


def words(text: str) -> Words:
    return {"sv": f"{text} på svenska", "en": f"{text} in English"}


OPTIONS = tuple(Option(code, words(code), "urn:test:answer") for code in CODES)

# A line has no line breaks, and none of them has what cannot be stored.
_signs = st.characters(exclude_categories=("Cs", "Cc"))
_lines = st.text(_signs, min_size=1, max_size=20).filter(lambda text: text.strip())
_texts = st.text(_signs | st.just("\n"), min_size=1, max_size=40).filter(lambda text: text.strip())
_decimals = st.decimals(-9999, 9999, places=3, allow_nan=False).map(
    # Minus nought is written as nought; as numbers they are the same.
    lambda number: number if number else Decimal("0.000")
)


def values(item: Item) -> st.SearchStrategy[Any]:
    """Draw a value that answers a question."""
    drawn: dict[ItemType, st.SearchStrategy[Any]] = {
        ItemType.CHOICE: st.sampled_from([option.code for option in item.options or OPTIONS]),
        ItemType.BOOLEAN: st.booleans(),
        ItemType.INTEGER: st.integers(-30, 30),
        ItemType.DECIMAL: _decimals,
        ItemType.DATE: st.dates(date(2015, 1, 1), date(2035, 12, 31)),
        ItemType.STRING: _lines,
        ItemType.TEXT: _texts,
    }
    return drawn[item.type]


@st.composite
def _items(draw: st.DrawFn, place: int, before: list[Item]) -> Item:
    kind = draw(st.sampled_from(TYPES))
    item = Item(
        link_id=f"q{place}.x",
        type=kind,
        words=words(f"Question {place}"),
        options=OPTIONS[: draw(st.integers(2, 7))] if kind is ItemType.CHOICE else (),
        required=draw(st.booleans()),
        repeats=kind is ItemType.CHOICE and draw(st.booleans()),
        conditions=tuple(
            draw(conditions(one)) for one in draw(st.lists(st.sampled_from(before), max_size=2))
        )
        if before
        else (),
        any_condition=draw(st.booleans()),
        may_be_unasked=draw(st.booleans()) and kind not in FREE_TEXT,
    )
    before.append(item)
    return item


@st.composite
def conditions(draw: st.DrawFn, item: Item) -> Condition:
    """Draw a condition on a question."""
    ordered = item.type in (ItemType.INTEGER, ItemType.DECIMAL, ItemType.DATE)
    operators = ["exists", "=", "!="] + [">", "<", ">=", "<="] * ordered
    operator = draw(st.sampled_from(operators))
    value = draw(st.booleans() if operator == "exists" else values(item))
    return Condition(item.link_id, operator, value)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    """Draw a block: questions, some of them in a group that has a condition of its own."""
    before: list[Item] = []
    items = [draw(_items(place, before)) for place in range(draw(st.integers(1, 6)))]
    first, rest = tuple(items[:3]), tuple(items[3:])
    if rest:
        condition = (draw(conditions(first[0])),) if draw(st.booleans()) else ()
        group = Item("group", ItemType.GROUP, words("Group"), conditions=condition, items=rest)
        first = (*first, group)
    return Block("block", "joint", None, "", words("Block"), first)


@st.composite
def answered(draw: st.DrawFn) -> tuple[Block, dict[str, Any]]:
    """Draw a block with right answers to some of its questions, asked or not."""
    block = draw(blocks())
    answers: dict[str, Any] = {}
    for item in block.questions:
        if item.may_be_unasked and draw(st.integers(0, 3)) == 0:
            answers[item.link_id] = NOT_ASKED
        elif draw(st.booleans()):
            most = 3 if item.repeats else 1
            drawn = st.lists(values(item), min_size=1, max_size=most, unique=True)
            answers[item.link_id] = tuple(sorted(draw(drawn), key=str))
    return block, answers


def form_with(block: Block) -> Form:
    """Return a form of one block."""
    return Form("drawn", "1.0", "urn:hembesok:form:drawn", words("Form"), (), "active", (block,))
