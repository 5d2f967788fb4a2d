"""The letter to a family: the words of its plan, in its language; never where it lives."""

import io
from datetime import UTC, datetime

import docx as python_docx
import pytest
from django.test import Client
from django.urls import reverse
from docx.oxml.ns import qn

from hembesok.access.models import TrailEntry
from hembesok.documents import word
from hembesok.families.models import Family
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.visits.services.booking import book
from tests.conftest import Cast
from tests.rules.pdf_text import text_of
from tests.web.page import read


def sent(screen: Client, form: str, language: str = "sv") -> bytes:
    answer = screen.get(reverse("letter", args=["FAMYAAAA", 1, form]), {"in": language})
    assert answer.status_code == 200
    assert f'filename="letter.{form}"' in answer.headers["Content-Disposition"]
    return answer.content


def test_both_forms_tell_who_comes_when_and_that_it_is_free(cast: Cast, anna: Client):
    book(cast.child, "home-3", at=datetime(2026, 4, 1, 8, 30, tzinfo=UTC), by=cast.anna)
    lines = " ".join(word.text_of(sent(anna, "docx")))
    letters = text_of(sent(anna, "pdf"))
    for words in ("Anna Ask", "Bo Björk", "Onsdag 1 april kl. 10.30", "Hemma hos er",
                  "Ni får en tolk", "Ni får säga nej", "måste vi anmäla det"):  # fmt: skip
        assert words in lines, words
        assert words.replace(" ", "") in letters, words
    for secret in ("Almgatan", "Port 3", "Doris", "Dana", "H-0001"):
        assert secret not in lines
        assert secret not in letters


@pytest.mark.parametrize("language", ["ar", "so", "en"])
def test_it_is_in_the_familys_language(cast: Cast, anna: Client, language: str):
    made = sent(anna, "docx", language)
    swedish = sent(anna, "docx")
    assert word.text_of(made)[0] != word.text_of(swedish)[0]
    opened = python_docx.Document(io.BytesIO(made))
    turned = {bool(p._p.pPr is not None and p._p.pPr.find(qn("w:bidi")) is not None)
              for p in opened.paragraphs}  # fmt: skip
    assert turned == {language == "ar"}
    assert sent(anna, "pdf", language).startswith(b"%PDF")


def test_a_language_we_do_not_have_is_told_in_swedish(cast: Cast, anna: Client):
    assert sent(anna, "docx", "xx") == sent(anna, "docx")


def test_a_protected_familys_letter_tells_no_place(cast: Cast, anna: Client):
    Family.objects.update(
        protection=ProtectionLevel.PROTECTED_REGISTRATION, address="", door_note="",
        meeting_place="Hemliga caféet",
    )  # fmt: skip
    lines = " ".join(word.text_of(sent(anna, "docx")))
    assert "Hemliga" not in lines
    assert "Hemma hos er" not in lines


def test_it_is_for_those_who_visit_and_noted(
    cast: Cast, anna: Client, cilla: Client, frida: Client
):
    address = reverse("letter", args=["FAMYAAAA", 1, "pdf"])
    for screen in (cilla, frida):
        assert screen.get(address).status_code == 404
    before = TrailEntry.objects.filter(action="family.shown").count()
    assert anna.get(address).status_code == 200
    assert TrailEntry.objects.filter(action="family.shown").count() == before + 1
    assert anna.get(reverse("letter", args=["FAMYAAAA", 1, "exe"])).status_code == 404
    assert address in read(anna.get(reverse("family", args=["FAMYAAAA"]))).links
