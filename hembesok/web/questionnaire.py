"""A block's questions as a page shows them, and answers as a browser sends them back.

Nothing is ticked beforehand. "Not asked" is an answer of its own. Without a script every
question is shown, the dependent ones with when they count; what is answered to a question
that is then not asked is dropped, here and wherever else answers come in.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, Protocol

from django.utils.formats import date_format, get_format, localize
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hembesok.forms.answers import NOT_ASKED, Answers, Given, faults, left
from hembesok.forms.asking import kept
from hembesok.forms.asking import shown as asked_items
from hembesok.forms.questionnaire import Block, Item, ItemType, Value, Words, every
from hembesok.values.dates import parse_day
from hembesok.values.refusals import Reason
from hembesok.web.words import reason_text
from hembesok.web.words_questions import COMPARED

MOST_TILES: Final = 6
"""Answers that are shown as tiles where one is chosen; from seven on it is a list."""
_SHORT: Final = 16
"""Characters: answers up to this length stand beside each other."""

UNASKED: Final = "not-asked"
YES, NO = "yes", "no"
_FULLEST: Final = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,15})?", re.ASCII)


class Sent(Protocol):
    """What a browser sent: a QueryDict, or anything that is read in its way."""

    def getlist(self, name: str, /) -> list[Any]:
        """Return all that was sent by a name."""


@dataclass(frozen=True, slots=True, repr=False)
class Tile:
    """One of the answers offered."""

    id: str
    value: str
    words: str
    chosen: bool


# repr=False here and below: answers must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """An item with what was answered: what a template needs, in words.

    `sort` is group, display, one (tiles), many (tiles), list, line or text. `when` says in
    words when it is asked, `rule` says it to the page's script.
    """

    item: Item
    name: str
    sort: str
    words: str
    hint: str
    when: str
    rule: str
    tiles: tuple[Tile, ...] = ()
    value: str = ""
    unasked: bool = False
    error: str = ""
    inner: "tuple[Question, ...]" = ()

    @property
    def id(self) -> str:
        """Its place on the page: the first thing to press or write in."""
        return self.tiles[0].id if self.tiles and self.sort != "list" else f"id_{self.name}"

    @property
    def optional(self) -> bool:
        """Whether it may be left unanswered when the block is signed."""
        return self.item.is_question and not self.item.required

    @property
    def short(self) -> bool:
        """Whether its answers stand beside each other."""
        return all(len(tile.words) <= _SHORT for tile in self.tiles)

    @property
    def input_mode(self) -> str:
        """Which keyboard a phone shows."""
        numeric = (ItemType.INTEGER, ItemType.DATE)
        if self.item.type in numeric:
            return "numeric"
        return "decimal" if self.item.type is ItemType.DECIMAL else "text"

    @property
    def unasked_name(self) -> str:
        """The field that says that a question was not asked; no linkId has an underscore."""
        return f"{self.name}_unasked"

    @property
    def every(self) -> "Iterator[Question]":
        """It and what stands within it."""
        yield self
        for question in self.inner:
            yield from question.every


@dataclass(frozen=True, slots=True, repr=False)
class Questions:
    """A block's questions, filled from what is stored or from what was sent.

    `answers` are those that count. `base` is the number of the text they were written on.
    """

    block: Block
    prefix: str
    answers: Answers
    base: int
    language: str
    questions: tuple[Question, ...] = ()
    faulty: bool = False

    @property
    def left(self) -> int:
        """How many questions are still to be answered."""
        return left(self.block, self.answers)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Where something is wrong, and what."""
        return [(one.id, f"{one.words} {one.error}") for one in self.every if one.error]

    @property
    def every(self) -> Iterator[Question]:
        """All of them, in reading order."""
        for question in self.questions:
            yield from question.every

    @property
    def foreign(self) -> str:
        """The language of the words where it is another than the page's."""
        return "" if self.language == _page_language() else self.language


def shown(
    block: Block, prefix: str = "q", answers: Answers | None = None, base: int = 0
) -> Questions:
    """Return a block's questions as they are stored; fields are named PREFIX.LINKID."""
    given = answers or {}
    data = _Filled(_fields(block, prefix, given))
    return _questions(block, prefix, kept(block, given), base, data, {})


def sent(block: Block, prefix: str, data: Sent, *, whole: bool = False) -> Questions:
    """Return a block's questions as a browser sent them, with what is wrong in words.

    `whole`: as when signing. What was written stands in its field again, right or wrong.
    """
    answers: dict[str, Given] = {}
    wrong: dict[str, str] = {}
    for item in block.questions:
        try:
            answers[item.link_id] = _read(item, f"{prefix}.{item.link_id}", data)
        except _Wrong as error:
            wrong[item.link_id] = reason_text(error.reason)
    there = {item.link_id for item in asked_items(block, answers)}
    wrong = {link_id: words for link_id, words in wrong.items() if link_id in there}
    for fault in faults(block, answers, whole=whole):
        wrong.setdefault(fault.link_id, reason_text(fault.reason))
    base = "".join(str(one) for one in data.getlist(f"{prefix}.base")[-1:])
    number = int(base) if re.fullmatch("[0-9]{1,9}", base, re.ASCII) else 0
    return _questions(block, prefix, kept(block, answers), number, data, wrong)


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A question and its answer, to read."""

    id: str
    words: str
    answer: str
    unasked: bool
    missing: bool
    link_id: str = ""


def lines(block: Block, prefix: str, answers: Answers, *, all_: bool = False) -> list[Line]:
    """Return the questions that are asked with the answers in words.

    Those without an answer are left out unless `all_` are wanted, as before signing.
    """
    language = spoken(block)
    ids = {one.item.link_id: one.id for one in shown(block, prefix, answers).every}
    found = []
    for item in asked_items(block, answers):
        given = answers.get(item.link_id, ())
        if item.is_question and (given != () or all_):
            said = (
                ""
                if given is NOT_ASKED
                else ", ".join(_in_words(item, one, language) for one in given)
            )
            words = item.words[language]
            found.append(
                Line(ids[item.link_id], words, said, given is NOT_ASKED, given == (), item.link_id)
            )
    return found


def spoken(block: Block) -> str:
    """Return the language a block is shown in: the page's where all its words have it."""
    language = _page_language()
    return language if all(language in words for words in _all_words(block)) else "sv"


def in_words(words: Words) -> str:
    """Return a text of a form in the language of the page, else in Swedish."""
    return words.get(_page_language(), words["sv"])


def _page_language() -> str:
    return (get_language() or "sv").partition("-")[0]


def _all_words(block: Block) -> Iterator[Words]:
    yield block.words
    for item in every(block.items):
        yield item.words
        yield from [item.hint] if item.hint else []
        yield from [option.words for option in item.options]


@dataclass(frozen=True, slots=True, repr=False)
class _Filled:
    """Fields as a browser would send them."""

    fields: Mapping[str, list[str]]

    def getlist(self, name: str, /) -> list[Any]:
        return list(self.fields.get(name, []))


def _fields(block: Block, prefix: str, answers: Answers) -> dict[str, list[str]]:
    """Return what a browser would send for these answers."""
    found: dict[str, list[str]] = {}
    for item in block.questions:
        given = answers.get(item.link_id, ())
        name = f"{prefix}.{item.link_id}"
        if given is not NOT_ASKED:
            found[name] = [_written(value) for value in given]
        elif _pressed(item):
            found[name] = [UNASKED]
        else:
            found[f"{name}_unasked"] = [UNASKED]
    return found


def _pressed(item: Item) -> bool:
    """Tell whether a question is answered by pressing, not by writing."""
    return item.type in (ItemType.CHOICE, ItemType.BOOLEAN)


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", get_format("DECIMAL_SEPARATOR"))
    return value.isoformat() if isinstance(value, date) else str(value)


class _Wrong(ValueError):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.key)


def _read(item: Item, name: str, data: Sent) -> Given:
    """Return the answer that was sent; raises _Wrong."""
    # A browser sends line breaks as two characters.
    texts = [str(one).replace("\r\n", "\n").replace("\r", "\n") for one in data.getlist(name)]
    words = list(dict.fromkeys(text for text in texts if text.strip()))
    ticked = words if _pressed(item) else data.getlist(f"{name}_unasked")
    if UNASKED in ticked:
        if [word for word in words if word != UNASKED or not _pressed(item)]:
            raise _Wrong(Reason("answer_and_unasked"))
        return NOT_ASKED
    return tuple(_value(item, word) for word in words)


def _value(item: Item, text: str) -> Value:
    match item.type:
        case ItemType.BOOLEAN:
            if text not in (YES, NO):
                raise _Wrong(Reason("answer_no_option"))
            return text == YES
        case ItemType.INTEGER:
            if not _FULLEST.fullmatch(text.strip()):
                raise _Wrong(Reason("answer_whole_number"))
            return int(text)
        case ItemType.DECIMAL:
            if not _DECIMAL.fullmatch(text.strip()):
                raise _Wrong(Reason("answer_number"))
            return Decimal(text.strip().replace(",", "."))
        case ItemType.DATE:
            try:
                return parse_day(text.strip())
            except ValueError:
                raise _Wrong(Reason("answer_day")) from None
    return text


def _questions(
    block: Block,
    prefix: str,
    answers: Answers,
    base: int,
    data: Sent,
    wrong: Mapping[str, str],
) -> Questions:
    language = spoken(block)
    page = _Page(block, prefix, language, data, wrong)
    return Questions(
        block=block,
        prefix=prefix,
        answers=answers,
        base=base,
        language=language,
        questions=page.of(block.items),
        faulty=bool(wrong),
    )


@dataclass(frozen=True, slots=True, repr=False)
class _Page:
    """What the questions of one block are made of."""

    block: Block
    prefix: str
    language: str
    data: Sent
    wrong: Mapping[str, str]
    known: dict[str, Item] = field(default_factory=dict)

    def of(self, items: Iterable[Item]) -> tuple[Question, ...]:
        return tuple(self._question(item) for item in items)

    def _question(self, item: Item) -> Question:
        self.known[item.link_id] = item
        name = f"{self.prefix}.{item.link_id}"
        question = Question(
            item=item,
            name=name,
            sort=_sort(item),
            words=item.words[self.language],
            hint=item.hint[self.language] if item.hint else "",
            when=when(item, self.known, self.language),
            rule=_rule(item, self.prefix),
            error=self.wrong.get(item.link_id, ""),
            inner=self.of(item.items),
        )
        if not item.is_question:
            return question
        given = [str(one) for one in self.data.getlist(name)]
        if _pressed(item):
            return replace(question, tiles=tuple(self._tiles(item, name, given)))
        unasked = UNASKED in self.data.getlist(f"{name}_unasked")
        return replace(question, value=given[0] if given else "", unasked=unasked)

    def _tiles(self, item: Item, name: str, given: Sequence[str]) -> Iterator[Tile]:
        offered = [(option.code, option.words[self.language]) for option in item.options]
        if item.type is ItemType.BOOLEAN:
            offered = [(YES, _("Yes")), (NO, _("No"))]
        if item.may_be_unasked:
            offered.append((UNASKED, _("Not asked")))
        for place, (value, words) in enumerate(offered):
            yield Tile(f"id_{name}_{place}", value, words, value in given)


def _sort(item: Item) -> str:
    match item.type:
        case ItemType.GROUP | ItemType.DISPLAY | ItemType.TEXT:
            return item.type.value
        case ItemType.BOOLEAN:
            return "one"
        case ItemType.CHOICE if item.repeats:
            return "many"
        case ItemType.CHOICE:
            return "one" if len(item.options) <= MOST_TILES else "list"
    return "line"


def when(item: Item, known: Mapping[str, Item], language: str) -> str:
    """Say in words when an item is asked: Only if the answer to “…” is A or B."""
    answers: dict[tuple[str, str], list[str]] = {}
    for one in item.conditions:
        said = _in_words(known[one.question], one.value, language)
        operator = one.operator
        if operator == "exists":
            operator, said = ("exists" if one.value else "missing"), ""
        answers.setdefault((one.question, operator), []).append(said)
    if not answers:
        return ""
    parts = [
        str(COMPARED[operator])
        % {"question": known[question].words[language], "answer": _(" or ").join(said)}
        for (question, operator), said in answers.items()
    ]
    joined = (_(" or ") if item.any_condition else _(" and ")).join(parts)
    return _("Only if %(what)s.") % {"what": joined}


def _in_words(item: Item, value: Value, language: str) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if item.type is ItemType.CHOICE:
        return next(option.words[language] for option in item.options if option.code == value)
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return value if isinstance(value, str) else str(localize(value))


def _rule(item: Item, prefix: str) -> str:
    """Say for the page's script when an item is asked, as JSON."""
    if not item.conditions:
        return ""
    conditions = [
        [f"{prefix}.{one.question}", one.operator, _plain(one.value)] for one in item.conditions
    ]
    return json.dumps({"any": item.any_condition, "of": conditions})


def _plain(value: Value) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    return _written(value)
