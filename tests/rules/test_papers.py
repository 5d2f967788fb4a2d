"""Papers: what people write comes out as they wrote it, tagged, the same every time."""

import re
from datetime import date

import pytest

from hembesok.documents.paper import MissingLetter, Paper, Section, pdf
from tests.rules.pdf_text import text_of

MARKUP = '#let x = 1 $a^2$ *fet* _ku_ `kod` @vem <märke> \\ // = rubrik "citat" #panic("no")'


def paper(*texts: str, title: str = "Hembesök 2", language: str = "sv") -> Paper:
    sections = [Section("Amning #1", texts), Section("Sömn", ["Sover gott."])]
    return Paper(title, date(2026, 3, 16), [("Enhet", "BVC *Här*")], sections, language)


def test_what_people_write_comes_out_letter_by_letter():
    made = text_of(pdf(paper(MARKUP, "Åsa äter gröt.\nÖrat är bra.")))
    assert MARKUP.replace(" ", "") in made
    for word in ("Åsaätergröt.", "Öratärbra.", "Amning#1", "BVC*Här*"):
        assert word in made


def test_the_file_says_what_a_reader_that_speaks_needs():
    made = pdf(paper("Text", title="Hembesök 2, hälsa"))
    for mark in (b"/Lang(sv)", b"/Marked true", b"/DisplayDocTitle true", b"/StructTreeRoot",
                 b"<pdfuaid:part>1</pdfuaid:part>", b"/S/H1"):  # fmt: skip
        assert mark in made, mark
    title = "Hembesök 2, hälsa".encode("utf-16-be").hex().upper().encode()
    assert b"/Title<FEFF" + title in made
    assert b"/Lang(en)" in pdf(paper("Text", language="en"))


def test_the_same_paper_gives_the_same_bytes():
    assert pdf(paper("ett", "två")) == pdf(paper("ett", "två"))
    assert pdf(paper("ett")) != pdf(paper("två"))
    assert b"D:20260316" in pdf(paper("ett"))


@pytest.mark.parametrize("letter", ["ሰ", "😀", "\x07", "語"])
def test_a_letter_no_font_has_is_told_and_the_text_is_not(letter: str):
    with pytest.raises(MissingLetter) as problem:
        pdf(paper(f"Hemligt {letter} ord"))
    assert problem.value.letter == letter
    assert "Hemligt" not in str(problem.value)
    assert re.fullmatch(r"U\+[0-9A-F]{4,6}", problem.value.code)


@pytest.mark.parametrize("text", ["Łukasz ş ğ ı ž", "Ахмед", "مرحبا", "→ – … • ½ °"])
def test_the_letters_of_names_in_our_families_are_there(text: str):
    assert pdf(paper(text)).startswith(b"%PDF-1.7")


def test_nothing_written_is_still_a_paper():
    assert pdf(Paper("Tomt", date(2026, 3, 16), [], [])).startswith(b"%PDF")


def test_the_text_of_a_pdf_is_not_in_clear_only_because_it_is_packed():
    """The reader of these tests unpacks: a positive control of what it looks for."""
    made = pdf(paper("Kanariefågel"))
    assert b"Kanarie" not in made
    assert "Kanariefågel" in text_of(made)
