"""Words for parents: all there in each language, and easy to read in Swedish."""

import re

import pytest
from django.utils import translation

from hembesok.access.rules.roles import TEAM
from hembesok.visits.rules.documenting import Promiser
from hembesok.web.words_parents import LANGUAGES, MONTHS, PEOPLE, PROMISERS, RIGHT_TO_LEFT, WEEKDAYS
from tools import messages

LONGEST_SENTENCE = 12
HARDEST = 30
"""LIX, readability: words in a sentence, and how many of a hundred have over six letters."""


def texts(language: str) -> list[str]:
    """Return what is said to parents in a language."""
    catalog = messages.renewed(language)
    wanted = {message.id for message in messages.found(for_parents=True) if message.id}
    return [str(message.string) for message in catalog if message.id in wanted]


def sentences(text: str) -> list[list[str]]:
    plain = re.sub(r"%\(\w+\)s", "1", text)
    found = [re.findall(r"\w+", part) for part in re.split(r"[.?:!]", plain)]
    return [words for words in found if words]


def test_no_sentence_to_parents_is_long_in_swedish():
    for text in texts("sv"):
        for words in sentences(text):
            assert len(words) <= LONGEST_SENTENCE, text


def test_swedish_to_parents_is_easy():
    said = [words for text in texts("sv") for words in sentences(text)]
    words = [word for sentence in said for word in sentence]
    assert len(words) > 150
    lix = len(words) / len(said) + 100 * sum(len(word) > 6 for word in words) / len(words)
    assert lix <= HARDEST, lix


def test_no_word_that_blames_or_shouts():
    for text in texts("sv"):
        assert not re.search(r"!|\b(klient|fall|kontroll|tyvärr|uteblev)", text, re.I), text


@pytest.mark.parametrize("language", sorted(messages.FOR_PARENTS))
def test_a_language_of_parents_holds_all_that_they_are_shown_and_nothing_else(language: str):
    catalog = messages.renewed(language)
    wanted = {message.id for message in messages.found(for_parents=True) if message.id}
    assert {message.id for message in catalog if message.id} == wanted
    assert len(wanted) < len([m for m in messages.found() if m.id]) / 4
    for text in texts(language):
        assert text
        # Western digits in all languages; a number stands in a value.
        assert not re.search(r"[٠-٩۰-۹]", text), text


def test_arabic_is_in_arabic_letters():
    for text in texts("ar"):
        plain = re.sub(r"%\(\w+\)s", "", text)
        assert not re.search(r"[A-Za-z]", plain), text
        assert re.search(r"[\u0600-\u06ff]", plain) or not plain.strip()


def test_every_code_has_a_word_of_its_own_in_each_language():
    assert set(PEOPLE) == set(TEAM)
    assert set(PROMISERS) == set(Promiser)
    for language in LANGUAGES:
        with translation.override(language):
            for words in (WEEKDAYS, MONTHS, tuple(PEOPLE.values()), tuple(PROMISERS.values())):
                assert len({str(word) for word in words}) == len(words), language


def test_which_languages_there_are():
    assert set(LANGUAGES) == {"sv", "en", *messages.FOR_PARENTS}
    assert set(LANGUAGES) >= RIGHT_TO_LEFT
