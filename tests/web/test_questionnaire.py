"""Questions on a page: what is shown is what is sent back, and what is wrong is said there."""

import json
from collections import defaultdict
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given

from hembesok.forms.answers import NOT_ASKED, Answers
from hembesok.forms.asking import asked, kept
from hembesok.forms.catalogue import for_step, shipped, standalone
from hembesok.forms.questionnaire import Block, Item, ItemType, Option
from hembesok.web import questionnaire
from hembesok.web.questionnaire import Questions
from tests.rules.form_draws import answered, words


class Browser(HTMLParser):
    """Reads a page and sends its form as a browser does: pressed tiles, fields as filled."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.sent: dict[str, list[str]] = defaultdict(list)
        self.labelled: set[str] = set()
        self.ids: list[str] = []
        self.described: set[str] = set()
        self.checked = 0
        self.text: list[str] = []
        self._area, self._select = "", ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids += [found["id"]] if "id" in found else []
        self.labelled |= {found["for"]} if "for" in found else set()
        self.described |= {found["aria-describedby"]} if "aria-describedby" in found else set()
        if tag == "input":
            pressed = found.get("type") not in ("radio", "checkbox") or "checked" in found
            self.checked += "checked" in found
            if pressed:
                self.sent[found["name"]].append(found["value"])
        if tag == "textarea":
            self._area = found["name"]
            self.text = []
        if tag == "select":
            self._select = found["name"]
            self.sent[self._select] = [""]
        if tag == "option" and "selected" in found:
            self.sent[self._select] = [found["value"]]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # The first line break of a text area is the page's; all are sent as two characters.
            text = "".join(self.text).removeprefix("\n")
            self.sent[self._area].append(text.replace("\n", "\r\n"))
            self._area = ""

    def query(self) -> QueryDict:
        """Return what the server gets."""
        query = QueryDict(mutable=True)
        for name, values in self.sent.items():
            query.setlist(name, values)
        return QueryDict(query.urlencode())


def page(filled: Questions) -> Browser:
    return Browser(render_to_string("web/_questions.html", {"filled": filled}))


def post(**fields: Any) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in fields.items():
        query.setlist(name.replace("__", "."), values if isinstance(values, list) else [values])
    return query


def block_of(*items: Item) -> Block:
    return Block("block", "joint", None, "", words("Block"), items)


def choice(count: int, **more: Any) -> Item:
    options = tuple(Option(f"o{place}", words(f"O{place}")) for place in range(count))
    return Item("q", ItemType.CHOICE, words("Q"), options, **more)


@given(answered())
def test_what_a_page_shows_is_sent_back_as_it_was_answered(drawn):
    block, answers = drawn
    shown = page(questionnaire.shown(block, "health", answers))
    back = questionnaire.sent(block, "health", shown.query())
    assert back.answers == kept(block, answers)
    assert back.errors == []
    assert page(back).sent == page(questionnaire.shown(block, "health", answers)).sent


@given(answered())
def test_no_two_things_of_a_page_share_an_id_and_all_fields_have_labels(drawn):
    block, answers = drawn
    filled = questionnaire.shown(block, "health", answers)
    shown = page(filled)
    assert len(set(shown.ids)) == len(shown.ids)
    assert set(shown.ids) == shown.labelled
    anchors = {one.id for one in filled.every if one.item.is_question}
    assert anchors <= set(shown.ids)


@pytest.mark.parametrize("form", shipped(), ids=lambda form: form.key)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_form_is_shown_whole_with_nothing_ticked(form, language: str):
    with translation.override(language):
        for block in form.blocks:
            filled = questionnaire.shown(block)
            shown = page(filled)
            assert shown.checked == 0
            assert not any(value for values in shown.sent.values() for value in values)
            assert {one.item.link_id for one in filled.every if one.item.is_question} == {
                item.link_id for item in block.questions
            }
            html = render_to_string("web/_questions.html", {"filled": filled})
            assert block.questions[0].words[language] in html
            assert "style=" not in html
            assert "onclick" not in html
            assert questionnaire.sent(block, "q", shown.query()).answers == {}


def test_six_answers_are_tiles_and_seven_a_list_but_several_are_always_tiles():
    for count, repeats, sort in (
        (6, False, "one"),
        (7, False, "list"),
        (9, True, "many"),
    ):
        (question,) = questionnaire.shown(block_of(choice(count, repeats=repeats))).questions
        assert question.sort == sort
        assert len(question.tiles) == count + 1
        assert question.tiles[-1].words == "Frågade inte"


def test_not_asked_is_an_answer_and_not_one_among_others():
    block = block_of(choice(3, repeats=True))
    assert questionnaire.sent(block, "q", post(q__q="not-asked")).answers == {"q": NOT_ASKED}
    both = questionnaire.sent(block, "q", post(q__q=["o1", "not-asked"]))
    assert both.answers == {}
    assert both.errors == [
        ("id_q.q_0", "Q på svenska Svara, eller välj Frågade inte, inte båda."),
    ]
    assert [tile.chosen for tile in both.questions[0].tiles] == [False, True, False, True]


def test_a_written_question_can_be_marked_as_not_asked():
    block = block_of(Item("q", ItemType.INTEGER, words("Q")))
    assert questionnaire.sent(block, "q", post(q__q_unasked="not-asked", q__q="")).answers == {
        "q": NOT_ASKED
    }
    both = questionnaire.sent(block, "q", post(q__q_unasked="not-asked", q__q="12"))
    assert both.faulty
    assert page(both).sent["q.q"] == ["12"]
    none = questionnaire.sent(
        block_of(replace(block.items[0], may_be_unasked=False)),
        "q",
        post(q__q_unasked="not-asked", q__q=""),
    )
    assert [error for _id, error in none.errors] == ["Q på svenska Svara på frågan."]


@pytest.mark.parametrize(
    ("kind", "text", "words_said"),
    [
        (ItemType.INTEGER, "tolv", "Skriv ett heltal."),
        (ItemType.INTEGER, "1.5", "Skriv ett heltal."),
        (ItemType.INTEGER, "٣", "Skriv ett heltal."),
        (ItemType.INTEGER, "31", "Skriv 30 eller mindre."),
        (ItemType.INTEGER, "-1", "Skriv 0 eller mer."),
        (ItemType.INTEGER, "9" * 400, "Skriv ett heltal."),
        (ItemType.DECIMAL, "1,2,3", "Skriv ett tal, med högst 15 siffror."),
        (ItemType.DECIMAL, "1e999999999", "Skriv ett tal, med högst 15 siffror."),
        (ItemType.DATE, "31/1", "Skriv dagen som ÅÅÅÅ-MM-DD."),
        (ItemType.DATE, "2026-02-30", "Skriv dagen som ÅÅÅÅ-MM-DD."),
        (ItemType.BOOLEAN, "maybe", "Välj bland svaren som finns."),
        (ItemType.STRING, "x" * 201, "Skriv högst 200 tecken."),
        (ItemType.STRING, "\x00", "Texten har tecken som inte kan visas. Skriv om den."),
    ],
)
def test_what_is_wrong_is_said_at_the_field_which_keeps_what_was_written(
    kind: ItemType, text: str, words_said: str
):
    numeric = kind is ItemType.INTEGER
    item = Item("q", kind, words("Q"), least=0 if numeric else None, most=30 if numeric else None)
    filled = questionnaire.sent(block_of(item), "q", post(q__q=text))
    assert filled.faulty
    (question,) = filled.questions
    assert question.error == words_said
    html = render_to_string("web/_questions.html", {"filled": filled})
    assert words_said in html
    if question.sort == "line":
        assert {f"{question.id}_error"} == page(filled).described
        assert {f"{question.id}_error"} <= set(page(filled).ids)
        assert page(filled).sent["q.q"] == [text]


@pytest.mark.parametrize(("text", "number"), [("3,5", "3.5"), ("3.50", "3.50"), (" 7 ", "7")])
def test_numbers_are_written_with_a_comma_or_a_point(text: str, number: str):
    block = block_of(Item("q", ItemType.DECIMAL, words("Q")))
    given = questionnaire.sent(block, "q", post(q__q=text)).answers["q"]
    assert given is not NOT_ASKED
    assert [str(value) for value in given] == [number]


def test_an_answer_to_what_is_not_asked_is_dropped_even_when_it_is_wrong():
    (block,) = standalone("epds").blocks
    sent = post(**{"q.epds.done": "declined", "q.epds.score": "many", "q.epds.item-10": "yes"})
    filled = questionnaire.sent(block, "q", sent, whole=True)
    assert filled.answers == {"epds.done": ("declined",)}
    assert filled.errors == []
    assert filled.left == 0


def test_signing_asks_for_what_is_required_and_asked():
    (block,) = standalone("epds").blocks
    sent = post(**{"q.epds.done": "done", "q.epds.score": "13", "q.epds.item-10": "yes"})
    assert questionnaire.sent(block, "q", sent).errors == []
    filled = questionnaire.sent(block, "q", sent, whole=True)
    assert [anchor for anchor, _words in filled.errors] == [
        "id_q.epds.same-day_0",
        "id_q.epds.result_0",
    ]


def test_a_dependent_question_says_when_it_counts_and_the_script_is_told_too():
    (block,) = standalone("breastfeeding").blocks
    with translation.override("sv"):
        _status, support = questionnaire.shown(block, "health").questions
    assert support.when == "Bara om svaret på ”Ammas barnet?” är Delvis eller Inte."
    assert json.loads(support.rule) == {
        "any": True,
        "of": [
            ["health.breastfeeding.status", "=", "partial"],
            ["health.breastfeeding.status", "=", "none"],
        ],
    }
    high = next(one for one in questionnaire.shown(standalone("epds").blocks[0]).every
                if one.item.link_id == "epds.high")  # fmt: skip
    assert high.when == "Bara om ”EPDS, summa poäng” är 12 eller mer."


def test_what_is_optional_says_so():
    form = for_step("home-1", "skaggetorp")
    assert form
    html = render_to_string(
        "web/_questions.html", {"filled": questionnaire.shown(form.block("health"))}
    )
    assert html.count("(frivilligt)") == sum(
        not item.required for item in form.block("health").questions
    )


def test_a_page_in_a_language_the_form_lacks_shows_it_in_swedish_and_says_so():
    (block,) = standalone("vaccination").blocks
    with translation.override("ar"):
        html = render_to_string("web/_questions.html", {"filled": questionnaire.shown(block)})
    assert 'lang="sv" dir="ltr"' in html
    arabic = Item("q", ItemType.TEXT, {**words("Q"), "ar": "ملاحظة"})
    whole = replace(block_of(arabic), words={**words("B"), "ar": "قسم"})
    with translation.override("ar"):
        html = render_to_string("web/_questions.html", {"filled": questionnaire.shown(whole)})
    assert "ملاحظة" in html
    assert "lang=" not in html


def test_the_text_an_answer_was_written_on_comes_back():
    block = block_of(Item("q", ItemType.TEXT, words("Q")))
    for text, number in (("7", 7), ("x", 0), ("-1", 0), ("9" * 30, 0), ("", 0)):
        assert questionnaire.sent(block, "q", post(q__base=text)).base == number


@given(answered())
def test_what_is_read_is_each_question_that_is_asked_once(drawn):
    block, answers = drawn
    lines = questionnaire.lines(block, "q", answers, all_=True)
    ids = {one.id: one.item.link_id for one in questionnaire.shown(block, "q", answers).every}
    assert {ids[line.id] for line in lines} == asked(block, answers)
    for line in lines:
        given_there = answers.get(ids[line.id], ())
        assert line.unasked == (given_there is NOT_ASKED)
        assert line.missing == (given_there == ())
        assert bool(line.answer) == (not line.unasked and not line.missing)
    assert questionnaire.lines(block, "q", answers) == [one for one in lines if not one.missing]


def test_answers_are_read_in_words_and_what_is_missing_leads_to_its_question():
    (block,) = standalone("epds").blocks
    answers: Answers = {"epds.done": ("done",), "epds.item-10": (True,), "epds.score": (13,)}
    lines = questionnaire.lines(block, "parent", answers, all_=True)
    html = render_to_string("web/_answers.html", {"lines": lines, "change": "/f/X/v/home-1/doc"})
    for words_there in ('<dd dir="auto">Ja</dd>', "13", "Inte besvarad"):
        assert words_there in html
    assert 'href="/f/X/v/home-1/doc#id_parent.epds.same-day_0"' in html
    assert "not-offered-why" not in html
    plain = render_to_string("web/_answers.html", {"lines": lines})
    assert "<a " not in plain


def test_what_is_answered_never_comes_into_a_log():
    (block,) = standalone("language-screening").blocks
    answers: Answers = {"language-screening.note": ("a secret",)}
    filled = questionnaire.shown(block, "q", answers)
    lines = questionnaire.lines(block, "q", answers)
    assert "secret" in "".join(one.value for one in filled.every)
    assert "secret" not in repr([filled, filled.questions, lines])
