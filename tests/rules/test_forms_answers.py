"""Laws of answers: nothing is lost between a page, a device and what is stored."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given
from hypothesis import strategies as st

from hembesok.forms.answers import (
    NOT_ASKED,
    AnswerProblem,
    Answers,
    as_json,
    counted,
    faults,
    from_json,
    from_response,
    left,
    to_response,
)
from hembesok.forms.asking import asked, kept
from hembesok.forms.catalogue import for_step, standalone
from hembesok.forms.questionnaire import Block, Condition, Item, ItemType, Option
from tests.rules.form_draws import answered, form_with, words

AT = datetime(2026, 3, 16, 10, 2, 30, tzinfo=UTC)


def stored(block: Block, answers: Answers) -> dict[str, Any]:
    """Write a response and read its text back, as the database does."""
    response = to_response(
        form_with(block), block, answers, status="in-progress", authored=AT, language="sv"
    )
    read: dict[str, Any] = json.loads(json.dumps(response, ensure_ascii=False))
    return read


@given(answered())
def test_what_is_stored_reads_back_as_it_was_answered(drawn):
    block, answers = drawn
    assert faults(block, answers, whole=False) == ()
    assert from_response(form_with(block), block, stored(block, answers)) == kept(block, answers)


@given(answered())
def test_every_response_is_one_to_the_foreign_reader_too(drawn):
    response = stored(*drawn)
    foreign = json.loads(QuestionnaireResponse.model_validate(response).model_dump_json())
    # It writes moments and decimals in its own way; the answers are the same.
    block, answers = drawn
    assert from_response(form_with(block), block, foreign) == kept(block, answers)


@given(answered())
def test_what_a_device_sends_reads_back_as_it_was_answered(drawn):
    block, answers = drawn
    sent = json.loads(json.dumps(as_json(answers)))
    assert from_json(block, sent) == kept(block, answers)


@given(answered())
def test_answers_to_what_is_not_asked_are_dropped_and_nothing_else_is(drawn):
    block, answers = drawn
    there = asked(block, answers)
    assert set(kept(block, answers)) == set(answers) & there
    assert asked(block, kept(block, answers)) == there, "dropping them asks nothing new"
    assert kept(block, kept(block, answers)) == kept(block, answers)


@given(answered(), st.data())
def test_what_is_hidden_decides_nothing(drawn, data):
    """Answers to hidden questions never show or hide another, however long the chain."""
    block, answers = drawn
    hidden = sorted({item.link_id for item in block.questions} - asked(block, answers))
    if hidden:
        gone = data.draw(st.sampled_from(hidden))
        without = {key: value for key, value in answers.items() if key != gone}
        assert asked(block, without) == asked(block, answers)


@given(answered())
def test_skip_logic_agrees_with_a_second_opinion(drawn):
    """Questions asked, found from the end backwards instead of from the beginning."""
    block, answers = drawn
    assert asked(block, answers) == {
        item.link_id for item in block.questions if _asks(block, item, answers)
    }


def _asks(block: Block, item: Item, answers: Answers) -> bool:
    group = next((one for one in block.items if item in one.items), None)
    if group is not None and not _asks(block, group, answers):
        return False
    met = [_holds(block, condition, answers) for condition in item.conditions]
    return (not met) or (any(met) if item.any_condition else all(met))


def _holds(block: Block, condition: Condition, answers: Answers) -> bool:
    question = next(one for one in block.questions if one.link_id == condition.question)
    given_there = answers.get(question.link_id, ())
    values: Any = given_there if given_there is not NOT_ASKED else ()
    if not _asks(block, question, answers):
        values = ()
    match condition.operator:
        case "exists":
            return bool((values != ()) == condition.value)
        case "!=":
            return condition.value not in values
        case "=":
            return condition.value in values
    signs = {">": (1,), "<": (-1,), ">=": (0, 1), "<=": (-1, 0)}[condition.operator]
    return any((one > condition.value) - (one < condition.value) in signs for one in values)


@given(answered())
def test_whole_answers_lack_exactly_what_is_required_and_asked(drawn):
    block, answers = drawn
    needed = {item.link_id for item in block.questions if item.required} & asked(block, answers)
    missing = {link_id for link_id in needed if link_id not in answers}
    assert {fault.link_id for fault in faults(block, answers, whole=True)} == missing
    assert left(block, answers) == len(counted(block, answers) - set(answers))


def one(kind: ItemType, **more: Any) -> Block:
    """Return a block with one question."""
    item = Item("q", kind, words("Question"), **more)
    return Block("block", "joint", None, "", words("Block"), (item,))


CHOICE = {"options": (Option("a", words("A")), Option("b", words("B")))}


@pytest.mark.parametrize(
    ("block", "answer", "key"),
    [
        (one(ItemType.CHOICE, **CHOICE), ("c",), "answer_no_option"),
        (one(ItemType.CHOICE, **CHOICE), ("a", "b"), "answer_only_one"),
        (one(ItemType.CHOICE, repeats=True, **CHOICE), ("a", "a"), "answer_twice"),
        (one(ItemType.CHOICE, **CHOICE), (True,), "answer_kind"),
        (one(ItemType.BOOLEAN), (1,), "answer_kind"),
        (one(ItemType.INTEGER), (True,), "answer_kind"),
        (one(ItemType.INTEGER), (Decimal(1),), "answer_kind"),
        (one(ItemType.INTEGER), (2**31,), "answer_number"),
        (one(ItemType.INTEGER, least=0), (-1,), "answer_too_little"),
        (one(ItemType.INTEGER, most=30), (31,), "answer_too_much"),
        (one(ItemType.DECIMAL), (Decimal("NaN"),), "answer_number"),
        (one(ItemType.DECIMAL), (Decimal("1E+5"),), "answer_number"),
        (one(ItemType.DECIMAL), (Decimal("1.1234567890123456"),), "answer_number"),
        (one(ItemType.DATE), (AT,), "answer_kind"),
        (one(ItemType.STRING), ("  ",), "answer_blank"),
        (one(ItemType.STRING), ("a\nb",), "answer_signs"),
        (one(ItemType.STRING), ("\ud800",), "answer_signs"),
        (one(ItemType.TEXT), ("\x00",), "answer_signs"),
        (one(ItemType.STRING), ("x" * 201,), "answer_too_long"),
        (one(ItemType.TEXT, max_length=3), ("abcd",), "answer_too_long"),
        (one(ItemType.STRING, may_be_unasked=False), NOT_ASKED, "answer_itself"),
    ],
)
def test_a_wrong_answer_is_told_and_never_stored(block: Block, answer: Any, key: str):
    (fault,) = faults(block, {"q": answer}, whole=False)
    assert (fault.link_id, fault.reason.key) == ("q", key)
    with pytest.raises(AnswerProblem, match=r"^q: "):
        stored(block, {"q": answer})


def test_what_is_required_says_whether_it_may_be_left_unasked():
    for unasked, key in ((True, "answer_or_unasked"), (False, "answer_itself")):
        block = one(ItemType.TEXT, required=True, may_be_unasked=unasked)
        (fault,) = faults(block, {}, whole=True)
        assert fault.reason.key == key
        assert faults(block, {}, whole=False) == ()


def test_an_answer_to_nothing_is_a_fault():
    (fault,) = faults(one(ItemType.TEXT), {"other": ("x",)}, whole=False)
    assert (fault.link_id, fault.reason.key) == ("other", "answer_to_nothing")


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        ([], "no table"),
        ({"other": ["x"]}, "other: the block asks no such thing"),
        ({"q": "x"}, "q: the answer is no list"),
        ({"q": [1]}, "q: the value is of another kind"),
        ({"q": [None]}, "q: the value is of another kind"),
    ],
)
def test_what_is_no_answer_is_named_and_not_repeated(sent: Any, what: str):
    with pytest.raises(AnswerProblem, match=what) as caught:
        from_json(one(ItemType.TEXT), sent)
    assert "'x'" not in str(caught.value)


@pytest.mark.parametrize("text", ["1E+999999999", "1E-999999999", "NaN", "Infinity", "x", ""])
def test_no_number_of_a_device_takes_the_server_down(text: str):
    with pytest.raises(AnswerProblem, match="q: the value cannot be read"):
        from_json(one(ItemType.DECIMAL), {"q": [text]})


def test_a_response_to_something_else_is_refused():
    form = standalone("breastfeeding")
    (block,) = form.blocks
    answers: Answers = {"breastfeeding.status": ("exclusive",)}
    good = to_response(form, block, answers, status="completed", authored=AT, language="en")
    assert good["item"][0]["item"][0]["text"] == "Is the child breastfed?"
    other = standalone("vaccination")
    broken: list[tuple[dict[str, Any], str]] = [
        (good | {"resourceType": "Bundle"}, "no QuestionnaireResponse"),
        (good | {"questionnaire": other.canonical}, "another form"),
        (good | {"item": []}, "not the answers of one block"),
        (good | {"item": [{"linkId": "vaccination"}]}, "another block"),
        (good | {"item": [{"linkId": "breastfeeding", "item": {}}]}, "no list"),
        (good | {"item": [{"linkId": "breastfeeding", "item": [{}]}]}, "no linkId"),
    ]
    for response, what in broken:
        with pytest.raises(AnswerProblem, match=what):
            from_response(form, block, response)
    inner = good["item"][0]["item"]
    twice = good | {"item": [good["item"][0] | {"item": inner * 2}]}
    with pytest.raises(AnswerProblem, match="answered twice"):
        from_response(form, block, twice)


def test_a_response_says_not_asked_in_the_standards_words():
    form = for_step("home-1", "skaggetorp")
    assert form
    block = form.block("health")
    response = to_response(
        form, block, {"breastfeeding.status": NOT_ASKED}, status="in-progress", authored=AT,
        language="sv",
    )  # fmt: skip
    (module,) = response["item"][0]["item"]
    (answer,) = module["item"][0]["answer"]
    assert answer["valueCoding"]["code"] == "not-asked"
    assert answer["valueCoding"]["system"].endswith("/data-absent-reason")


def test_a_response_without_a_time_zone_or_with_another_status_is_a_mistake_of_ours():
    block = one(ItemType.TEXT)
    for status, at in (("signed", AT), ("completed", datetime(2026, 3, 16))):  # noqa: DTZ001
        with pytest.raises(ValueError, match="a response is"):
            to_response(form_with(block), block, {}, status=status, authored=at, language="sv")
