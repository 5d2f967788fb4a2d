"""Broken form files: each fault names file, item and remedy, and all of a file are told."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from hembesok.forms.catalogue import modules
from hembesok.forms.elements import (
    ABOUT,
    COMPARTMENT,
    HELP,
    ITEM_CONTROL,
    MAX_VALUE,
    MIN_VALUE,
    PROFESSION,
    STEP,
    SUB_QUESTIONNAIRE,
    TRANSLATION,
    UNASKED,
)
from hembesok.forms.faults import FormProblem
from hembesok.forms.questionnaire import Condition, ItemType
from hembesok.forms.reading import read, read_file

Table = dict[str, Any]
EPDS = "urn:hembesok:form:epds|1.0"


def translation(text: str, language: str = "en") -> Table:
    parts = [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": text}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}


def question(link_id: str, kind: str, **more: Any) -> Table:
    base = {"linkId": link_id, "text": "Fråga", "_text": translation("Question"), "type": kind}
    return base | more


def option(code: str, swedish: str, english: str) -> Table:
    return {"valueCoding": {"code": code, "display": swedish, "_display": translation(english)}}


RIGHT: Table = {
    "resourceType": "Questionnaire",
    "language": "sv",
    "extension": [{"url": STEP, "valueString": "ours/home-1"}],
    "url": "urn:hembesok:form:ours",
    "version": "1.0",
    "title": "Vårt formulär",
    "_title": translation("Our form"),
    "status": "active",
    "item": [
        {
            "linkId": "health",
            "extension": [
                {"url": COMPARTMENT, "valueCode": "health"},
                {"url": PROFESSION, "valueCode": "child_health_nurse"},
            ],
            "text": "Barnhälsovård",
            "_text": translation("Child health"),
            "type": "group",
            "item": [
                question(
                    "feeding",
                    "choice",
                    answerOption=[option("all", "Helt", "Wholly"), option("none", "Inte", "Not")],
                ),
                question(
                    "weight",
                    "decimal",
                    extension=[
                        {"url": MIN_VALUE, "valueDecimal": 0.5},
                        {"url": MAX_VALUE, "valueDecimal": 30},
                    ],
                    enableWhen=[
                        {
                            "question": "feeding",
                            "operator": "=",
                            "answerCoding": {"code": "none"},
                        },
                    ],
                ),
                question("born", "date"),
                question("note", "text", maxLength=100),
            ],
        }
    ],
}


def broken(change: Callable[[Table], object], whole: Table = RIGHT) -> str:
    """Return the text of the form after a change."""
    table = copy.deepcopy(whole)
    change(table)
    return json.dumps(table)


def of_form(name: str, value: Any) -> str:
    return broken(lambda table: table.update({name: value}))


def without(name: str) -> str:
    return broken(lambda table: table.pop(name))


def of_block(**values: Any) -> str:
    return broken(lambda table: table["item"][0].update(values))


def of_item(place: int, **values: Any) -> str:
    return broken(lambda table: table["item"][0]["item"][place].update(values))


def item_without(place: int, name: str) -> str:
    return broken(lambda table: table["item"][0]["item"][place].pop(name))


def of_option(**values: Any) -> str:
    def change(table: Table) -> None:
        first = table["item"][0]["item"][0]["answerOption"][0]["valueCoding"]
        first.update(values)

    return broken(change)


def when(*conditions: Table, **more: Any) -> str:
    return of_item(1, enableWhen=list(conditions), **more)


def with_item(item: Any) -> str:
    return broken(lambda table: table["item"][0]["item"].append(item))


def with_block(block: Table) -> str:
    return broken(lambda table: table["item"].append(block))


def owned(**urls: str) -> list[Table]:
    names = {"compartment": COMPARTMENT, "profession": PROFESSION, "about": ABOUT}
    return [{"url": names[name], "valueCode": code} for name, code in urls.items()]


def block(link_id: str, **urls: str) -> Table:
    inner = [question(f"{link_id}.q", "boolean")]
    return question(link_id, "group", extension=owned(**urls), item=inner)


def nested(depth: int) -> Table:
    inner = question("deep", "boolean")
    for place in range(depth):
        inner = question(f"deep{place}", "group", item=[inner])
    return inner


def module(named: Any, **more: Any) -> Table:
    extension = [{"url": SUB_QUESTIONNAIRE, "valueCanonical": named}]
    return question("module", "display", extension=extension) | more


FEEDING = {"question": "feeding", "operator": "=", "answerCoding": {"code": "none"}}
EXISTS = {"question": "feeding", "operator": "exists", "answerBoolean": True}
NURSE = "child_health_nurse"

# The broken text, the item that is named ("" for the form), the element, and words of the rest.
BROKEN: list[tuple[str, str, str, str]] = [
    # The file
    ("", "", "file", "it is empty"),
    ('{"a": ', "", "file", "it is not JSON: Expecting value at line 1"),
    ("[]", "", "file", "it is no Questionnaire"),
    ('{"a": NaN}', "", "file", "it has NaN"),
    ("[" * 100_000, "", "file", "nested too deeply"),
    (" " * 1_000_001, "", "file", "larger than 1,000,000"),
    ('{"linkId": "feeding", "text": "a", "text": "b"}', "feeding", "text", "written twice"),
    # The form
    (of_form("resourceType", "Bundle"), "", "resourceType", 'Write "resourceType": "Quest'),
    (of_form("language", "en"), "", "language", "is 'en'. Write \"language\": \"sv\""),
    (without("url"), "", "url", "is missing. Write urn:hembesok:form:KEY"),
    (of_form("url", "https://example.org/ours"), "", "url", "is 'https://example.org/ours'"),
    (of_form("version", "first"), "", "version", "Write numbers and dots"),
    (of_form("version", 1.0), "", "version", "is 1.0"),
    (of_form("status", "activ"), "", "status", "Did you mean 'active'?"),
    (without("title"), "", "title", "is missing. Write a text"),
    (without("_title"), "", "_title", "has no translation to en"),
    (of_form("items", []), "", "items", "Did you mean 'item'?"),
    (of_form("item", []), "", "item", "Write a block"),
    (of_form("item", ["x"]), "", "item[1]", "Write an item with a linkId"),
    (of_form("extension", {}), "", "extension", "Write a list"),
    (
        of_form("extension", [{"url": STEP, "valueString": "Home 1"}]),
        "", "extension (step)", "Write PROGRAMME/STEP",
    ),
    (
        of_form("extension", [{"url": STEP, "valueString": "a/b"}] * 2),
        "", "extension (step)", "names a step twice",
    ),
    (
        of_form("extension", [{"url": STEP, "valueCode": "a/b"}]),
        "", "extension (step)", "Write it as valueString",
    ),
    # A block
    (of_block(type="choice"), "health", "type", "Put it into a group with a compartment"),
    (of_block(required=True), "health", "required", "stands at a block"),
    (of_block(item=[]), "health", "item", "Write questions in item"),
    (of_block(extension=[]), "health", "extension (compartment)", "is missing. Choose among"),
    (
        of_block(extension=owned(compartment="helth", profession=NURSE)),
        "health", "extension (compartment)", "Did you mean 'health'?",
    ),
    (
        of_block(extension=owned(compartment="health")),
        "health", "extension (profession)", "is None at a block of health. Write 'child_health_n",
    ),
    (
        of_block(extension=owned(compartment="social", profession=NURSE)),
        "health", "extension (profession)", "Write 'parental_adviser'",
    ),
    (
        of_block(extension=owned(compartment="joint", profession=NURSE)),
        "health", "extension (profession)", "stands at a joint block. Remove it",
    ),
    (
        of_block(extension=owned(compartment="parent", profession=NURSE)),
        "health", "extension (about)", "is missing. Choose among: birth_parent",
    ),
    (
        of_block(extension=owned(compartment="parent", about="birth_parent")),
        "health", "extension (profession)", "is missing at a parent's block",
    ),
    (
        of_block(extension=owned(compartment="health", profession=NURSE, about="other_parent")),
        "health", "extension (about)", 'write the compartment "parent"',
    ),
    (
        of_block(extension=owned(compartment="health", profession="doctor")),
        "health", "extension (profession)", "is 'doctor'",
    ),
    (
        of_block(extension=owned(compartment="health", profession=NURSE) * 2),
        "health", "extension (compartment)", "written twice",
    ),
    (
        with_block(block("more", compartment="health", profession=NURSE)),
        "more", "extension (compartment)", "health is that of health already",
    ),
    # An item
    (with_item("x"), "health", "item[5]", "Write an item with a linkId"),
    (with_item(question("", "text")), "health item[5]", "linkId", "is empty. Write letters"),
    (with_item({"type": "text"}), "health item[5]", "linkId", "is missing. Write letters"),
    (of_item(0, linkId="Feeding!"), "Feeding!", "linkId", "Write letters a-z"),
    (of_item(3, linkId="feeding"), "feeding", "linkId", "another item already"),
    (of_item(0, type="chioce"), "feeding", "type", "Did you mean 'choice'?"),
    (of_item(2, type="dateTime"), "born", "type", "is 'dateTime'. Did you mean 'date'?"),
    (item_without(0, "type"), "feeding", "type", "is missing"),
    (item_without(0, "text"), "feeding", "text", "is missing"),
    (of_item(0, text=" "), "feeding", "text", "is empty"),
    (of_item(0, text="x" * 501), "feeding", "text", "at most 500"),
    (item_without(0, "_text"), "feeding", "_text", "no translation to en"),
    (of_item(0, _text=[]), "feeding", "_text", "Write translation extensions"),
    (of_item(0, _text=translation("", "en")), "feeding", "_text", "that is no translation"),
    (of_item(0, _text=translation("Ja", "Arabic")), "feeding", "_text", "with lang (valueCode)"),
    (of_item(0, _text=translation("Ja", "sv")), "feeding", "_text", "has sv twice"),
    (of_item(0, requird=True), "feeding", "requird", "Did you mean 'required'?"),
    (of_item(0, required="yes"), "feeding", "required", "Write true or false"),
    (of_item(3, repeats=True), "note", "repeats", "Only a choice may repeat"),
    (of_item(0, initial=[]), "feeding", "initial", "nothing is answered beforehand"),
    (of_item(0, readOnly=True), "feeding", "readOnly", "Remove it"),
    (of_item(0, answerValueSet="urn:x"), "feeding", "answerValueSet", "as answerOption"),
    (of_item(0, item=[question("a", "text")]), "a", "type", "with enableWhen"),
    (of_item(0, item={}), "feeding", "item", "Write items in a list"),
    (
        of_item(0, item=[
            question(
                f"h{n}", "display", extension=[{"url": ITEM_CONTROL, "valueCodeableConcept": HELP}]
            )
            for n in (1, 2)
        ]),
        "feeding", "item", "has two texts of help",
    ),
    (with_item(nested(4)), "deep0", "item", "is a group in 4 others. Make the form flatter"),
    (with_item(question("g", "group")), "g", "item", "is missing. Write questions"),
    (
        with_item(question("g", "group", required=True, item=[question("h", "text")])),
        "g", "required", "stands at a group. Write it at a question",
    ),
    (with_item(question("d", "display", repeats=True)), "d", "repeats", "stands at a display"),
    # Answers
    (item_without(0, "answerOption"), "feeding", "answerOption", "is missing. Write an answer"),
    (of_item(0, answerOption=["x"]), "feeding", "answerOption[1]", "is 'x'"),
    (
        of_item(0, answerOption=[{"valueString": "x"}]),
        "feeding", "answerOption[1].valueString", "Did you mean 'valueCoding'?",
    ),
    (
        of_item(0, answerOption=[option("a", "A", "A") | {"initialSelected": True}]),
        "feeding", "answerOption[1].initialSelected", "nothing is answered beforehand",
    ),
    (of_item(3, answerOption=[]), "note", "answerOption", 'Write type "choice"'),
    (of_option(code="A b"), "feeding", "answerOption[1].valueCoding.code", "is 'A b'"),
    (of_option(code="not-asked"), "feeding", "answerOption[1].valueCoding.code", "left unasked"),
    (of_option(display=""), "feeding", "answerOption[1].valueCoding.display", "is empty"),
    (of_option(_display={}), "feeding", "answerOption[1].valueCoding._display", "to en"),
    (of_option(code="none"), "feeding", "answerOption.valueCoding.code", "has 'none' twice"),
    (of_option(display="Inte"), "feeding", "answerOption.valueCoding.display", "'Inte' twice"),
    (
        of_option(_display=translation("Not")),
        "feeding", "answerOption.valueCoding._display", "'Not' twice",
    ),
    # Limits
    (of_item(3, maxLength=0), "note", "maxLength", "from 1 to 4000"),
    (of_item(3, maxLength=True), "note", "maxLength", "is True"),
    (of_item(2, maxLength=10), "born", "maxLength", "stands at a date"),
    (
        of_item(2, extension=[{"url": MIN_VALUE, "valueInteger": 1}]),
        "born", "extension (minValue)", "Write it as valueDate",
    ),
    (
        of_item(2, extension=[{"url": MAX_VALUE, "valueDate": "2026-02-30"}]),
        "born", "extension (maxValue)", "Write a day as YYYY-MM-DD",
    ),
    (
        of_item(1, extension=[
            {"url": MIN_VALUE, "valueDecimal": 31}, {"url": MAX_VALUE, "valueDecimal": 30},
        ]),
        "weight", "extension (minValue)", "is above maxValue",
    ),
    (
        of_item(0, extension=[{"url": MIN_VALUE, "valueInteger": 1}]),
        "feeding", "extension", "which is not read here. Choose among: urn:hem",
    ),
    (
        of_item(0, extension=[{"url": UNASKED, "valueBoolean": 1}]),
        "feeding", "extension (unasked)", "Write it as valueBoolean",
    ),
    (of_item(0, code=[]), "feeding", "code", "one coding"),
    (of_item(0, code=[{"code": "Feeding"}]), "feeding", "code[1].system", "is missing"),
    (
        of_item(0, code=[{"system": "urn:a", "code": "a"}] * 2),
        "feeding", "code", "has several codings. Write one",
    ),
    # Conditions
    (when(), "weight", "enableWhen", "Write question, operator and answer"),
    (
        when(FEEDING | {"question": "feding"}),
        "weight", "enableWhen[1].question", "Did you mean 'feeding'?",
    ),
    (when(FEEDING | {"question": "note"}), "weight", "enableWhen[1].question", "'note' is no"),
    (when(FEEDING | {"question": "weight"}), "weight", "enableWhen[1].question", "'weight' is"),
    (
        of_item(0, enableWhen=[FEEDING]),
        "feeding", "enableWhen[1].question", "Ask that question earlier",
    ),
    (when(FEEDING | {"operator": "=="}), "weight", "enableWhen[1].operator", "is '=='"),
    (when(FEEDING | {"operator": ">"}), "weight", "enableWhen[1].operator", "compares a choice"),
    (
        when(FEEDING | {"answerCoding": {"code": "nonne"}}),
        "weight", "enableWhen[1].answerCoding", "Did you mean 'none'?",
    ),
    (
        when({"question": "feeding", "operator": "="}),
        "weight", "enableWhen[1].answerCoding", "is missing. Write what feeding is compared",
    ),
    (
        when({"question": "feeding", "operator": "=", "answerString": "none"}),
        "weight", "enableWhen[1].answerString", "Did you mean 'answerCoding'?",
    ),
    (
        when(EXISTS | {"answerBoolean": "true"}),
        "weight", "enableWhen[1].answerBoolean", "Write a value as answerBoolean",
    ),
    (when(FEEDING, EXISTS), "weight", "enableBehavior", "is missing. Write all or any"),
    (
        when(FEEDING, EXISTS, enableBehavior="some"),
        "weight", "enableBehavior", "is 'some'. Write all or any",
    ),
    (of_item(0, enableBehavior="all"), "feeding", "enableBehavior", "without enableWhen"),
    (
        of_item(3, enableWhen=[
            {"question": "born", "operator": ">", "answerDate": "yesterday"},
        ]),
        "note", "enableWhen[1].answerDate", "is 'yesterday'. Write a day",
    ),
    (
        with_block(
            block("own", compartment="joint")
            | {"item": [question("own.q", "text", enableWhen=[EXISTS])]}
        ),
        "own.q", "enableWhen[1].question", "'feeding' is no earlier question of the block",
    ),
    # Modules
    (
        with_item(module("urn:hembesok:form:epsd|1.0")),
        "module", "extension (subQuestionnaire)", "Did you mean 'urn:hembesok:form:epds|1.0'?",
    ),
    (with_item(module(1)), "module", "extension (subQuestionnaire)", "1 is no module"),
    (with_item(module(EPDS, type="group")), "module", "type", 'Write type "display"'),
    (
        with_item(module(EPDS)),
        "epds", "extension (compartment)", "is 'parent' within a block of health. Put it at the",
    ),
]  # fmt: skip


def test_the_form_that_is_broken_below_is_right():
    form = read(json.dumps(RIGHT), name="ours.json")
    (health,) = form.blocks
    assert form.canonical == "urn:hembesok:form:ours|1.0"
    assert form.steps == ("ours/home-1",)
    assert [item.type for item in health.items] == [
        ItemType.CHOICE, ItemType.DECIMAL, ItemType.DATE, ItemType.TEXT,
    ]  # fmt: skip
    assert health.items[1].conditions == (Condition("feeding", "=", "none"),)
    assert [item.may_be_unasked for item in health.items] == [True, True, True, False]
    assert form.words == {"sv": "Vårt formulär", "en": "Our form"}


@pytest.mark.parametrize(("text", "item", "key", "words"), BROKEN)
def test_a_fault_names_file_item_and_remedy(text: str, item: str, key: str, words: str):
    with pytest.raises(FormProblem) as caught:
        read(text, name="ours.json", modules=modules())
    told = [fault for fault in caught.value.faults if (fault.item, fault.key) == (item, key)]
    assert told, str(caught.value)
    (line,) = {str(fault) for fault in told if words in str(fault)}
    assert line.startswith("ours.json: ")
    assert item in line
    assert told[0].what
    assert told[0].remedy


def test_the_table_is_of_faults_that_differ():
    assert len(BROKEN) >= 50
    assert len({(item, key, words) for _text, item, key, words in BROKEN}) == len(BROKEN)
    texts = [text for text, _item, _key, _words in BROKEN]
    assert len(set(texts)) == len(texts)


def test_all_faults_of_a_file_are_told_at_once():
    table = copy.deepcopy(RIGHT)
    table["status"] = "activ"
    for item in table["item"][0]["item"]:
        item["_text"] = {}
    with pytest.raises(FormProblem) as caught:
        read(json.dumps(table), name="ours.json")
    # The condition of "weight" asks of a question that could not be read, and is told too.
    assert {fault.item for fault in caught.value.faults} == {
        "", "feeding", "weight", "born", "note",
    }  # fmt: skip


def test_other_languages_have_room():
    table = copy.deepcopy(RIGHT)
    table["_title"]["extension"] += translation("استمارتنا", "ar")["extension"]
    table["_title"]["extension"] += translation("Foomkeenna", "so")["extension"]
    assert read(json.dumps(table), name="ours.json").words["so"] == "Foomkeenna"


def test_a_module_at_the_top_is_a_block_of_its_own():
    form = read(with_block(module(EPDS)), name="ours.json", modules=modules())
    assert [(block.key, block.compartment) for block in form.blocks] == [
        ("health", "health"), ("epds", "parent"),
    ]  # fmt: skip


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.data())
def test_whatever_stands_in_a_file_it_is_a_form_or_a_list_of_faults(data: st.DataObject):
    """Put any JSON value in any place of a right form: never another error."""
    table = copy.deepcopy(RIGHT)
    place: Any = table
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], (dict, list)) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(json_values)
        break
    assert all(line.startswith("ours.json: ") for line in faults_of(json.dumps(table)))


def faults_of(text: str) -> list[str]:
    """Return what is wrong with a form in lines, none for a right one."""
    try:
        read(text, name="ours.json", modules=modules())
    except FormProblem as problem:
        return [str(fault) for fault in problem.faults] or ["a problem without a fault"]
    return []


def test_the_command_prints_every_fault_and_ends_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(RIGHT))
    bad.write_text(of_item(0, type="chioce", initial=[]))
    with pytest.raises(CommandError) as caught:
        call_command("check_form", str(good), str(bad))
    assert caught.value.returncode == 2
    assert f"{bad}: feeding: type: is 'chioce'. Did you mean 'choice'?" in str(caught.value)
    assert "feeding: initial: is not used in our forms" in str(caught.value)
    assert "health: health, 4 questions, 0 required" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path):
    latin = tmp_path / "latin.json"
    latin.write_bytes('{\n"title": "Vårt"}'.encode("latin-1"))
    for path, words in (
        (latin, "line 2 is not UTF-8 text"),
        (tmp_path / "none.json", "No such file"),
        (tmp_path, "directory"),
    ):
        with pytest.raises(FormProblem, match=words):
            read_file(path)


def test_a_byte_order_mark_is_no_fault():
    assert read("\ufeff" + json.dumps(RIGHT), name="ours.json").key == "ours"
