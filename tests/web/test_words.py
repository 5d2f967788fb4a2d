"""Every word of the interface is there, in both languages."""

import ast
from collections.abc import Iterator

import pytest
from django.utils import translation

from hembesok.access.rules.roles import TEAM, Role
from hembesok.families.birth_list import Field, Protection, Remark
from hembesok.programme.rules.states import MARKED, State
from hembesok.values.dates import Age
from hembesok.values.refusals import Reason
from hembesok.visits.rules.acting import NotHeldReason
from hembesok.web import words
from hembesok.web.lists import COUNTS
from hembesok.web.templatetags.hembesok import CSS
from tests.need import ROOT
from tools import messages

LANGUAGES = ["sv", "en"]


def reason_keys() -> Iterator[tuple[str, str]]:
    """Find every Reason("…") in the product, with the file it stands in."""
    for path in (ROOT / "hembesok").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
                (key, *_values) = node.args
                assert isinstance(key, ast.Constant), f"{path.name}: a key is written out"
                yield str(key.value), path.name


def test_every_reason_has_words_and_every_word_its_reason():
    used = dict(reason_keys())
    assert len(used) >= 15
    assert set(used) == set(words.REASONS)


@pytest.mark.parametrize(
    ("table", "needed"),
    [
        (words.STATES, set(State)),
        (words.ROLES, set(Role)),
        (words.TEAM_ROLES, set(TEAM)),
        (words.NOT_HELD, set(NotHeldReason)),
        (words.LIST_FIELDS, set(Field)),
        (words.PROTECTIONS, set(Protection)),
    ],
)
def test_every_code_of_the_rules_has_a_word(table: dict[str, object], needed: set[str]):
    assert set(table) == needed
    for language in LANGUAGES:
        with translation.override(language):
            said = [str(word) for word in table.values()]
        assert all(said)
        assert len(set(said)) == len(said), "two codes with one word"


def test_every_marked_state_has_a_mark_and_the_stylesheet_knows_it():
    assert set(CSS) == set(MARKED)
    icons = (ROOT / "hembesok/web/templates/web/_icons.html").read_text()
    for mark in [f"i-{name}" for name in CSS.values()] + [count.icon for count in COUNTS]:
        assert f'id="{mark}"' in icons


@pytest.mark.parametrize("language", LANGUAGES)
def test_ages_are_said_in_whole_words(language: str):
    said = {
        "sv": ["0 dagar", "1 dag", "29 dagar", "1 mån", "1 mån 1 dag", "12 mån 2 dagar"],
        "en": ["0 days", "1 day", "29 days", "1 month", "1 month 1 day", "12 months 2 days"],
    }
    ages = [Age(0, 0), Age(0, 1), Age(0, 29), Age(1, 0), Age(1, 1), Age(12, 2)]
    with translation.override(language):
        assert [words.age_text(age) for age in ages] == said[language]
        assert words.age_text(Age(12, 2), short=True) == said[language][-1].rsplit(" ", 2)[0]


def test_a_remark_says_where_it_stands():
    with translation.override("sv"):
        said = words.remark_text(Remark(7, "Tolk", Reason("list_yes_or_no")))
        assert said == "Rad 7, Tolk: Skriv ja eller nej."
        said = words.remark_text(Remark(8, "", Reason("list_ragged", {"cells": 3, "columns": 4})))
        assert said.startswith("Rad 8: Raden har 3 celler")


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_the_catalogue_holds_what_the_code_says_and_all_of_it_is_translated(language: str):
    assert messages.untranslated(messages.renewed(language)) == []
    assert messages.is_up_to_date(language), "renew it: ./run messages"


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_a_translation_keeps_the_values_of_its_text(language: str):
    for message in messages.renewed(language):
        if message.id:
            assert not list(message.check()), message.id
