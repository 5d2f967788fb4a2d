"""Every form that comes along: it reads, says all in both languages, and is FHIR R4."""

import ast
import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire

from hembesok.forms.catalogue import (
    MODULES,
    for_step,
    form_of,
    modules,
    shipped,
    standalone,
    texts,
)
from hembesok.forms.elements import ABOUT, COMPARTMENT, PROFESSION
from hembesok.forms.questionnaire import Form, Item, ItemType, Words, every
from hembesok.forms.reading import read
from tests.need import ROOT

PROTOCOLS = ROOT / "hembesok/programme/protocols"
FORMS = pytest.mark.parametrize("form", shipped(), ids=lambda form: form.key)
FILES = pytest.mark.parametrize("name", texts())


def steps() -> Iterator[tuple[str, str]]:
    """Return programme and step of each visit of the programmes that have forms of their own."""
    for name in ("skaggetorp-2021.1.toml", "goteborg-skane-2018.1.toml"):
        programme = tomllib.loads((PROTOCOLS / name).read_text())
        for step in programme["steps"]:
            yield programme["key"], step["key"]


def words_of(form: Form) -> Iterator[Words]:
    """Yield every text of a form."""
    yield form.words
    for block in form.blocks:
        yield block.words
        for item in every(block.items):
            yield item.words
            yield from [item.hint] if item.hint else []
            yield from [option.words for option in item.options]


@pytest.mark.parametrize(("programme", "step"), list(steps()))
def test_every_visit_has_a_form_of_its_own_with_its_themes(programme: str, step: str):
    form = for_step(step, programme)
    assert form is not None
    assert form.key == f"{programme}-{step}"
    (file,) = PROTOCOLS.glob(f"{programme}-*.toml")
    protocol = tomllib.loads(file.read_text())
    (themes,) = [one["themes"] for one in protocol["steps"] if one["key"] == step]
    topics = next(item for item in form.block("joint").questions if item.code == "topics")
    assert [option.code for option in topics.options] == [*themes, "other"]
    for option in topics.options[:-1]:
        assert option.words == protocol["themes"][option.code]


def test_a_step_of_another_programme_has_the_form_for_any_step():
    form = for_step("first", "somebody-elses")
    assert form
    assert form.key == "any-visit"
    assert [block.key for block in form.blocks] == ["joint", "health", "social"]


def test_the_modules_stand_alone_and_each_canonical_leads_to_its_form():
    for key in MODULES:
        assert standalone(key).key == key
    for form in shipped():
        assert form_of(form.canonical) is form
    for lookup in (standalone, form_of):
        with pytest.raises(LookupError):
            lookup("no-such-form")


def test_what_is_measured_is_asked_where_its_window_is():
    """Breastfeeding in its windows, EPDS at 6–10 weeks, the other parent's talk at 4–5 months."""
    asked = {
        (programme, step): {item.code for block in form.blocks for item in block.questions}
        for programme, step in steps()
        if (form := for_step(step, programme))
    }
    for programme, early, later in (
        ("skaggetorp", "home-1", "home-2"),
        ("goteborg-skane", "home-2", "home-3"),
    ):
        assert "epds-score" in asked[programme, early]
        assert {"parent-talk-done", "breastfeeding-status"} <= asked[programme, later]
    assert "vaccination-status" in asked["skaggetorp", "clinic-2"]
    assert "guardians-smoke" in asked["skaggetorp", "clinic-1"]


@FILES
def test_every_file_round_trips_as_fhir(name: str):
    table = json.loads(texts()[name])
    foreign = json.loads(Questionnaire.model_validate(table).model_dump_json())
    assert foreign == table
    again = read(json.dumps(foreign), name=name, modules=modules())
    assert again == read(texts()[name], name=name, modules=modules())


@FILES
def test_every_file_is_named_after_its_form_and_written_in_one_way(name: str):
    table = json.loads(texts()[name])
    key = table["url"].rpartition(":")[2]
    assert name == f"{key}-{table['version']}.json"
    assert texts()[name] == json.dumps(table, ensure_ascii=False, indent=1) + "\n"


@FORMS
def test_every_text_is_there_in_both_languages_in_plain_words(form: Form):
    for words in words_of(form):
        assert {"sv", "en"} <= set(words)
        for text in words.values():
            assert text == text.strip()
            assert "!" not in text
        for unwanted in ("klient", "riskfamilj", "kontroll", "tyvärr"):
            assert unwanted not in words["sv"].lower()


@FORMS
def test_joint_blocks_ask_nothing_of_violence_or_of_a_parents_health(form: Form):
    for block in form.blocks:
        text = json.dumps([dict(one) for one in words_of_block(block.items)], ensure_ascii=False)
        if block.compartment == "joint":
            for word in ("våld", "violence", "epds", "deprim", "slag"):
                assert word not in text.lower()
        if "epds" in text.lower():
            assert block.compartment == "parent"


def words_of_block(items: tuple[Item, ...]) -> Iterator[Words]:
    for item in every(items):
        yield item.words
        yield from [option.words for option in item.options]


@FORMS
def test_a_visit_asks_little(form: Form):
    """At most five questions that everybody of one profession must answer, in twelve taps."""
    for profession in ("child_health_nurse", "parental_adviser"):
        always = [
            item
            for block in form.blocks
            if block.profession in (None, profession)
            for item in block.questions
            if item.required and not item.conditions
        ]
        assert len(always) <= 5
        assert all(item.type is ItemType.CHOICE for item in always), "answered by a tap"


@FORMS
def test_codes_mean_one_thing_in_all_forms(form: Form):
    """A question with a code has the same answers wherever it is asked."""
    for block in form.blocks:
        for item in block.questions:
            if item.code and item.code != "topics":
                assert _meaning(item) == MEANINGS[item.code]


def _meaning(item: Item) -> tuple[Any, ...]:
    return item.type, item.repeats, tuple(option.code for option in item.options)


MEANINGS = {
    item.code: _meaning(item)
    for form in shipped()
    for block in form.blocks
    for item in block.questions
}


def test_the_epds_says_done_score_and_what_was_done_and_not_its_wording():
    (block,) = standalone("epds").blocks
    questions = {item.link_id: item for item in block.questions}
    assert (block.compartment, block.about) == ("parent", "birth_parent")
    assert (questions["epds.score"].least, questions["epds.score"].most) == (0, 30)
    assert [option.code for option in questions["epds.done"].options] == [
        "done", "declined", "not-offered",
    ]  # fmt: skip
    assert questions["epds.same-day"].required
    assert questions["epds.same-day"].conditions[0].question == "epds.item-10"
    for words in words_of(standalone("epds")):
        for piece in ("skada mig", "skratta", "harm", "laugh", "cry", "gråt", "sju dag"):
            assert piece not in " ".join(words.values()).lower()


@FILES
def test_a_parents_matters_are_in_no_other_block_of_the_file(name: str):
    """The module says whose it is, in the file itself: no page decides that."""
    for group in json.loads(texts()[name])["item"]:
        if group["type"] == "group":
            found = {one["url"]: one["valueCode"] for one in group["extension"]}
            assert set(found) <= {COMPARTMENT, PROFESSION, ABOUT}
            assert (ABOUT in found) == (found[COMPARTMENT] == "parent")


def test_foreign_resources_are_read_as_r4_only_and_never_by_the_product():
    """The library's own default is R5, with other names and rules for the same resources."""
    for folder in ("hembesok", "tests", "tools", "benchmarks"):
        for path in (ROOT / folder).rglob("*.py"):
            for module in _imports(ast.parse(path.read_text())):
                if module.partition(".")[0] == "fhir":
                    assert module.startswith("fhir.resources.R4B."), (path.name, module)
                    assert folder == "tests", path.name


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            yield from [f"{node.module}.{alias.name}" for alias in node.names]
