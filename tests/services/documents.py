"""What the tests of documentation write: answers, facts and submissions, short to say."""

from datetime import date, time
from typing import Any

from hembesok.access.rules.secrecy import Compartment
from hembesok.forms.answers import NOT_ASKED, Answers, faults
from hembesok.forms.catalogue import for_step
from hembesok.forms.questionnaire import Block, Item, ItemType
from hembesok.visits.models import Visit
from hembesok.visits.queries.answers import answers_at, form_block
from hembesok.visits.rules.acting import NotHeldReason, Outcome
from hembesok.visits.rules.documenting import Facts, PersonKey, PersonKind
from hembesok.visits.rules.parts import Came
from hembesok.visits.services.documenting import BlockIn, Submission
from tests.conftest import ON

STEP = "home-2"
NURSE, ADVISER = PersonKey(PersonKind.NURSE), PersonKey(PersonKind.ADVISER)
DANA = PersonKey(PersonKind.GUARDIAN, 1)


def part(compartment: Compartment, *, step: str = STEP, about: str = "") -> Block:
    """Return the block of a compartment in a step's form."""
    form = for_step(step, "skaggetorp")
    assert form is not None
    return next(
        one
        for one in form.blocks
        if one.compartment == compartment and (not about or one.about == about)
    )


def _items(items: tuple[Item, ...]) -> list[Item]:
    return [one for item in items for one in (item, *_items(item.items))]


def text_item(compartment: Compartment, *, step: str = STEP) -> str:
    """Return the linkId of the free text of a compartment's block."""
    texts = [
        item
        for item in _items(part(compartment, step=step).items)
        if item.type is ItemType.TEXT and not item.conditions
    ]
    return texts[-1].link_id


def said(compartment: Compartment, words: str, *, step: str = STEP) -> Answers:
    """Return answers that say one thing in a block's free text."""
    return {text_item(compartment, step=step): (str(words),)}


def whole(compartment: Compartment, words: str = "", *, step: str = STEP) -> Answers:
    """Return answers to all that has to be answered, as few as can be."""
    block = part(compartment, step=step)
    answers: dict[str, Any] = dict(said(compartment, words, step=step)) if words else {}
    for _round in range(50):
        missing = faults(block, answers, whole=True)
        if not missing:
            return answers
        item = next(one for one in block.questions if one.link_id == missing[0].link_id)
        # What has to be answered itself is answered with what comes last: no, not offered.
        answers[item.link_id] = NOT_ASKED if item.may_be_unasked else _least(item)
    raise AssertionError(f"cannot be filled in: {missing}")


def _least(item: Item) -> tuple[str | bool | int, ...]:
    if item.options:
        return (item.options[-1].code,)
    return {ItemType.BOOLEAN: (False,), ItemType.INTEGER: (0,)}.get(item.type, ("-",))


def facts(
    outcome: Outcome | NotHeldReason = Outcome.HELD,
    *,
    day: date = ON,
    began: time | None = time(10, 2),
    finished: time | None = time(11, 5),
    present: tuple[PersonKey, ...] = (NURSE, ADVISER, DANA),
    came: Came | None = Came.ON_TIME,
) -> Facts:
    """Return facts: held this morning by Anna and Bo, with Dana and an interpreter."""
    return Facts(outcome, day, began, finished, frozenset(present), came)


def block(
    compartment: Compartment, answers: Answers | None, base: int = 0, guardian: int | None = None
) -> BlockIn:
    """Return a block to send in."""
    return BlockIn(compartment, base, answers, guardian)


def sends(
    *blocks: BlockIn, of: Facts | None = None, base: int = 0, sign: bool = False, **more: Any
) -> Submission:
    """Return what one person sends in."""
    return Submission(facts=of, facts_base=base, blocks=blocks, sign=sign, **more)


def texts_of(visit: Visit, compartment: Compartment) -> list[tuple[int, int, bool, str]]:
    """Return every text of a block: number, base, whether it competes, and its free text."""
    found = visit.blocks.get(compartment=compartment.value)
    form, of = form_block(found)
    wanted = text_item(compartment, step=visit.step)
    found_texts = []
    for text in found.texts.order_by("number"):
        given = (answers_at(found, text.number, form, of) or {}).get(wanted, ())
        words = str(given[0]) if isinstance(given, tuple) and given else ""
        found_texts.append((text.number, text.base, text.competing, words))
    return found_texts
