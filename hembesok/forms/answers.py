"""Answers to a block: what is wrong with them, what is left, and how they are written in FHIR.

Written as QuestionnaireResponse (FHIR R4), one block at a time, because each block has an
owner and a secrecy of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from hembesok.forms.asking import asked, kept
from hembesok.forms.questionnaire import (
    FREE_TEXT,
    NUMBERS,
    Block,
    Form,
    Item,
    ItemType,
    Option,
    Value,
    Words,
)
from hembesok.forms.unasked import NOT_ASKED, Answers, Given
from hembesok.values.refusals import Reason

__all__ = [
    "NOT_ASKED",
    "AnswerProblem",
    "Answers",
    "Fault",
    "Given",
    "as_json",
    "counted",
    "faults",
    "from_json",
    "from_response",
    "left",
    "to_response",
]

STATUSES: Final = ("in-progress", "completed", "amended")
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_DIGITS: Final = 15
"""Significant digits of a decimal, so that JSON's numbers keep it exactly."""

_KINDS: Final[Mapping[ItemType, type]] = {
    ItemType.CHOICE: str,
    ItemType.BOOLEAN: bool,
    ItemType.INTEGER: int,
    ItemType.DECIMAL: Decimal,
    ItemType.DATE: date,
    ItemType.STRING: str,
    ItemType.TEXT: str,
}
_NAMES: Final[Mapping[ItemType, str]] = {
    ItemType.CHOICE: "valueCoding",
    ItemType.BOOLEAN: "valueBoolean",
    ItemType.INTEGER: "valueInteger",
    ItemType.DECIMAL: "valueDecimal",
    ItemType.DATE: "valueDate",
    ItemType.STRING: "valueString",
    ItemType.TEXT: "valueString",
}


class AnswerProblem(ValueError):
    """Something that is no answer to this block; the text names the question, never the answer."""

    def __init__(self, link_id: str, what: str) -> None:
        self.link_id = link_id
        super().__init__(f"{link_id}: {what}" if link_id else what)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the answer to one question."""

    link_id: str
    reason: Reason


def faults(block: Block, answers: Answers, *, whole: bool) -> tuple[Fault, ...]:
    """Return what is wrong, in the order of the questions.

    `whole`: as when signing, each required question that is asked has an answer or was not
    asked. Answers to questions that are not asked are dropped (`kept`), never faults.
    """
    questions = {item.link_id: item for item in block.questions}
    found = [Fault(key, Reason("answer_to_nothing")) for key in answers if key not in questions]
    there = asked(block, answers)
    for link_id, item in questions.items():
        if link_id in there:
            reason = _why_not(item, answers.get(link_id, ()), whole=whole)
            found.extend([Fault(link_id, reason)] if reason else [])
    return tuple(found)


def counted(block: Block, answers: Answers) -> frozenset[str]:
    """Return the questions that count as done or left: those asked, optional free text not."""
    there = asked(block, answers)
    return frozenset(
        item.link_id
        for item in block.questions
        if item.link_id in there and (item.required or item.type not in FREE_TEXT)
    )


def left(block: Block, answers: Answers) -> int:
    """Return how many of the counted questions have no answer yet."""
    return sum(answers.get(link_id, ()) == () for link_id in counted(block, answers))


def _why_not(item: Item, given: Given, *, whole: bool) -> Reason | None:
    if given is NOT_ASKED:
        return None if item.may_be_unasked else Reason("answer_itself")
    if not given:
        if not (whole and item.required):
            return None
        return Reason("answer_or_unasked") if item.may_be_unasked else Reason("answer_itself")
    if len(given) > 1 and not item.repeats:
        return Reason("answer_only_one")
    if len(set(given)) < len(given):
        return Reason("answer_twice")
    return next((reason for value in given if (reason := why_not_value(item, value))), None)


def why_not_value(item: Item, value: object) -> Reason | None:
    """Return why a value is no answer to a question, or None."""
    if type(value) is not _KINDS[item.type]:
        return Reason("answer_kind")
    if item.type is ItemType.CHOICE and value not in [option.code for option in item.options]:
        return Reason("answer_no_option")
    if item.type in FREE_TEXT and isinstance(value, str):
        return _why_not_text(item, value)
    if item.type in NUMBERS and not _exact(value):
        return Reason("answer_number")
    limits: Any = value
    if item.least is not None and limits < item.least:
        return Reason("answer_too_little", {"least": item.least})
    if item.most is not None and limits > item.most:
        return Reason("answer_too_much", {"most": item.most})
    return None


def _why_not_text(item: Item, value: str) -> Reason | None:
    if not value.strip():
        return Reason("answer_blank")
    if len(value) > item.longest:
        return Reason("answer_too_long", {"most": item.longest})
    # A lone surrogate or a null cannot be stored; a line has no line breaks.
    allowed = "\t\n" if item.type is ItemType.TEXT else "\t"
    if any(ord(sign) < 32 and sign not in allowed for sign in value) or not _storable(value):
        return Reason("answer_signs")
    return None


def _storable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _exact(value: object) -> bool:
    """Tell whether JSON keeps a number as it is; FHIR's whole numbers have 32 bits."""
    if isinstance(value, Decimal):
        _sign, digits, exponent = value.as_tuple()
        return isinstance(exponent, int) and len(digits) <= _DIGITS and -_DIGITS <= exponent <= 0
    return isinstance(value, int) and -(2**31) <= value < 2**31


def to_response(
    form: Form,
    block: Block,
    answers: Answers,
    *,
    status: str,
    authored: datetime,
    language: str,
) -> dict[str, Any]:
    """Return a QuestionnaireResponse (FHIR R4) as JSON values, with the words as they were read.

    What is not asked is left out; "not asked" is a coding of data-absent-reason. Raises
    AnswerProblem for answers with faults, so that nothing is written that cannot be read.
    """
    if status not in STATUSES:
        raise ValueError(f"a response is one of {STATUSES}, not {status!r}")
    if authored.tzinfo is None:
        raise ValueError("a response is written at a moment with a time zone")
    for fault in faults(block, answers, whole=False):
        raise AnswerProblem(fault.link_id, fault.reason.key)
    counting = kept(block, answers)
    items = list(_items_out(block.items, counting, language))
    whole = {"linkId": block.key, "text": _in(block.words, language)}
    return {
        "resourceType": "QuestionnaireResponse",
        "language": language,
        "questionnaire": form.canonical,
        "status": status,
        "authored": authored.isoformat(timespec="seconds"),
        "item": [whole | ({"item": items} if items else {})],
    }


def _items_out(
    items: tuple[Item, ...], answers: Answers, language: str
) -> Iterator[dict[str, Any]]:
    for item in items:
        head = {"linkId": item.link_id, "text": _in(item.words, language)}
        if item.type is ItemType.GROUP:
            within = list(_items_out(item.items, answers, language))
            if within:
                yield head | {"item": within}
        elif item.link_id in answers:
            yield head | {"answer": _answers_out(item, answers[item.link_id], language)}


def _answers_out(item: Item, given: Given, language: str) -> list[dict[str, Any]]:
    if given is NOT_ASKED:
        coding = {"system": ABSENT, "code": NOT_ASKED.value, "display": "Not Asked"}
        return [{"valueCoding": coding}]
    return [{_NAMES[item.type]: _value_out(item, value, language)} for value in given]


def _value_out(item: Item, value: Value, language: str) -> object:
    if item.type is ItemType.CHOICE:
        option = next(option for option in item.options if option.code == value)
        return _coding(option, language)
    if isinstance(value, Decimal):
        return float(value)  # at most fifteen digits, so the number reads back as it was
    return value.isoformat() if isinstance(value, date) else value


def _coding(option: Option, language: str) -> dict[str, str]:
    system = {"system": option.system} if option.system else {}
    return system | {"code": option.code, "display": _in(option.words, language)}


def _in(words: Words, language: str) -> str:
    return words.get(language, words["sv"])


def from_response(form: Form, block: Block, response: Mapping[str, Any]) -> Answers:
    """Return the answers of a response to this block of this version.

    Raises AnswerProblem for a response to something else, or with what the block does not ask.
    """
    if response.get("resourceType") != "QuestionnaireResponse":
        raise AnswerProblem("", "it is no QuestionnaireResponse")
    if response.get("questionnaire") != form.canonical:
        raise AnswerProblem("", f"it answers another form than {form.canonical}")
    top = response.get("item")
    if not (isinstance(top, list) and len(top) == 1 and isinstance(top[0], dict)):
        raise AnswerProblem(block.key, "it is not the answers of one block")
    if top[0].get("linkId") != block.key:
        raise AnswerProblem(block.key, "it answers another block")
    questions = {item.link_id: item for item in block.questions}
    answers: dict[str, Given] = {}
    for item in _questions_in(top[0], block):
        link_id = item["linkId"]
        if link_id not in questions:
            raise AnswerProblem(str(link_id)[:60], "the block asks no such thing")
        if link_id in answers:
            raise AnswerProblem(link_id, "it is answered twice")
        answers[link_id] = _given_in(questions[link_id], item["answer"])
    return checked(block, answers)


def checked(block: Block, answers: Answers) -> Answers:
    """Return the answers that count; raises AnswerProblem for the first with a fault."""
    for fault in faults(block, answers, whole=False):
        raise AnswerProblem(fault.link_id, fault.reason.key)
    return kept(block, answers)


def _questions_in(item: Mapping[str, Any], block: Block) -> Iterator[Mapping[str, Any]]:
    within = item.get("item", [])
    if not isinstance(within, list):
        raise AnswerProblem(block.key, "its items are no list")
    for one in within:
        if not isinstance(one, dict) or not isinstance(one.get("linkId"), str):
            raise AnswerProblem(block.key, "an item has no linkId")
        if isinstance(one.get("answer"), list):
            yield one
        yield from _questions_in(one, block)


def _given_in(item: Item, found: list[Any]) -> Given:
    values = [one if isinstance(one, dict) else {} for one in found]
    codings = [one["valueCoding"] for one in values if isinstance(one.get("valueCoding"), dict)]
    if any(one.get("system") == ABSENT for one in codings):
        if len(values) > 1 or codings[0].get("code") != NOT_ASKED.value:
            raise AnswerProblem(item.link_id, "the only reason for no answer is not-asked")
        return NOT_ASKED
    return tuple(_value_in(item, one.get(_NAMES[item.type])) for one in values)


def _value_in(item: Item, found: object) -> Value:
    if item.type is ItemType.CHOICE and isinstance(found, dict):
        found = found.get("code")
    return value_of_json(item, found)


def value_of_json(item: Item, found: object) -> Value:
    """Return a value from its JSON form; raises AnswerProblem."""
    try:
        if (
            item.type is ItemType.DATE
            and isinstance(found, str)
            and len(found) == len("2026-01-31")
        ):
            return date.fromisoformat(found)
        if item.type is ItemType.DECIMAL and isinstance(found, (int, float, str)):
            return _decimal(found)
    except (ValueError, ArithmeticError):
        raise AnswerProblem(item.link_id, "the value cannot be read") from None
    if type(found) is not _KINDS[item.type] or isinstance(found, (Decimal, date)):
        raise AnswerProblem(item.link_id, "the value is of another kind")
    return found  # type: ignore[return-value]


def _decimal(found: int | float | str) -> Decimal:
    if isinstance(found, bool):
        raise ValueError("a yes is no number")
    number = Decimal(repr(found) if isinstance(found, float) else found)
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS:
        raise ValueError("the number is too large, too small or none")
    return Decimal(format(number, "f"))  # 1E+3 is written out: equal numbers have one form


def as_json(answers: Answers) -> dict[str, Any]:
    """Return answers as plain JSON values: a list for each question, or "not-asked"."""
    return {
        link_id: given.value if given is NOT_ASKED else [_plain(value) for value in given]
        for link_id, given in answers.items()
    }


def _plain(value: Value) -> object:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def from_json(block: Block, found: object) -> Answers:
    """Return answers from what `as_json` wrote and a browser sent; raises AnswerProblem.

    Whether they are right is for `faults` to say; answers that are not asked are dropped.
    """
    if not isinstance(found, Mapping):
        raise AnswerProblem("", "the answers are no table")
    questions = {item.link_id: item for item in block.questions}
    answers: dict[str, Given] = {}
    for link_id, given in found.items():
        if link_id not in questions:
            raise AnswerProblem(str(link_id)[:60], "the block asks no such thing")
        answers[link_id] = _given_of_json(questions[link_id], given)
    return kept(block, answers)


def _given_of_json(item: Item, given: object) -> Given:
    if given == NOT_ASKED.value:
        return NOT_ASKED
    if not isinstance(given, list):
        raise AnswerProblem(item.link_id, "the answer is no list")
    return tuple(value_of_json(item, value) for value in given)
