"""One content, two forms: paper and Word hold the same, in order, with what a reader needs."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import docx as python_docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import settings as drawn
from hypothesis import strategies as st

from hembesok.documents import typeset, word
from hembesok.documents.content import (
    Block,
    Bullets,
    Document,
    Lines,
    Numbered,
    Part,
    Picture,
    Table,
    blocks_of,
    texts_of,
)
from hembesok.documents.word import SAMPLE, TemplateProblem, check, docx, shipped
from tests.rules.pdf_text import text_of as letters_of
from tools.word_template import made

letters = st.text("abcåäöÅ éü§%&<>{}#$*_@0123456789 -", min_size=1, max_size=30).filter(
    lambda text: text.strip() != ""
)
some = st.lists(letters, min_size=1, max_size=3)
blocks = st.one_of(
    st.builds(Lines, letters),
    st.builds(Bullets, some),
    st.builds(
        lambda caption, head, rows: Table(caption, head, [row[:1] * len(head) for row in rows]),
        letters, some, st.lists(some, min_size=1, max_size=3),
    ),
)  # fmt: skip
documents = st.builds(
    lambda title, facts, parts: Document(
        "drawn", title, date(2026, 3, 16), facts,
        [Part(f"p{n}", head, found) for n, (head, found) in enumerate(parts)],
    ),
    letters, st.lists(st.tuples(letters, letters), max_size=3),
    st.lists(st.tuples(letters, st.lists(blocks, max_size=4)), max_size=4),
)  # fmt: skip


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def in_order(texts: Sequence[str], whole: str) -> str:
    """Return the first text that does not come after the one before it, or nothing."""
    at = 0
    for text in texts:
        found = whole.find(bare(text), at)
        if found < 0:
            return text
        at = found + len(bare(text))
    return ""


@drawn(max_examples=25)
@given(documents)
def test_paper_and_word_hold_every_text_in_the_same_order(document: Document):
    texts = list(texts_of(document))
    assert in_order(texts, letters_of(typeset.pdf(document))) == ""
    assert in_order(texts, bare("".join(word.text_of(docx(document))))) == ""


def test_the_same_document_gives_the_same_bytes_and_another_gives_others():
    other = replace(SAMPLE, title="En annan titel")
    assert docx(SAMPLE) == docx(SAMPLE) != docx(other)
    assert typeset.pdf(SAMPLE) == typeset.pdf(SAMPLE) != typeset.pdf(other)


def test_no_file_says_when_it_was_made():
    with zipfile.ZipFile(io.BytesIO(docx(SAMPLE))) as packed:
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = packed.read("docProps/core.xml").decode()
    assert re.findall(r"\d{4}-\d\d-\d\dT", about) == ["2026-03-16T", "2026-03-16T"]


def test_the_paper_is_tagged_for_those_who_hear_it_and_fit_for_an_archive():
    made_pdf = typeset.pdf(SAMPLE)
    for mark in (
        b"/Lang(sv", b"/Marked true", b"/DisplayDocTitle true", b"/StructTreeRoot",
        b"<pdfuaid:part>1</pdfuaid:part>", b"<pdfaid:part>2</pdfaid:part>",
        b"<pdfaid:conformance>A</pdfaid:conformance>", b"/S/H1", b"/S/TH", b"/S/Table", b"/S/LI",
        b"/S/Figure", b"/Scope/Column",
    ):  # fmt: skip
        assert mark in made_pdf, mark
    told = "En trekant".encode("utf-16-be").hex().upper().encode()
    assert b"/Alt(En trekant)" in made_pdf or b"/Alt<FEFF" + told in made_pdf


def test_word_has_headings_table_heads_words_for_pictures_title_and_language():
    opened = python_docx.Document(io.BytesIO(docx(SAMPLE)))
    styles = [(p.style.name, p.text) for p in opened.paragraphs if p.style and p.text]
    assert styles[0] == ("Title", SAMPLE.title)
    headings = [text for style, text in styles if style == "Heading 1"]
    assert headings == [part.title for part in SAMPLE.parts if part.title]
    assert [t for style, t in styles if style == "List Number"] == ["Punkt ett", "Punkt två"]
    assert [t for style, t in styles if style == "List Bullet"] == ["Streck"]
    (table,) = opened.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["År", "Summa"], ["2026", "1"], ["2027", "2"],
    ]  # fmt: skip
    assert table.rows[0]._tr.trPr is not None
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    (picture,) = opened.element.body.iter(qn("wp:docPr"))
    assert picture.get("descr") == "En trekant"
    assert opened.core_properties.title == SAMPLE.title
    languages = {one.get(qn("w:val")) for one in opened.styles.element.iter(qn("w:lang"))}
    assert languages == {"sv-SE"}
    assert opened.core_properties.author == ""


def test_the_shipped_template_is_what_its_maker_makes_and_shows_everything():
    check(shipped())
    assert made() == shipped()


def edited(*changes: tuple[str, str]) -> bytes:
    """Return the shipped template with texts of its body changed, as by somebody in Word."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(shipped())) as was, zipfile.ZipFile(out, "w") as packed:
        for name in was.namelist():
            content = was.read(name)
            if name == "word/document.xml":
                for old, new in changes:
                    assert old.encode() in content, old
                    content = content.replace(old.encode(), new.encode())
            packed.writestr(name, content)
    return out.getvalue()


def test_a_template_of_ones_own_is_used():
    own = edited(("{{ title }}", "Exempel kommun – {{ title }}"))
    check(own)
    assert word.text_of(docx(SAMPLE, own))[0] == f"Exempel kommun – {SAMPLE.title}"


def test_a_template_may_pick_a_part_by_its_key():
    own = edited(("{{ title }}", "{{ part.lists.title }}: {{ title }}"))
    assert word.text_of(docx(SAMPLE, own))[0] == f"Listor: {SAMPLE.title}"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ([("{{ fact.value }}", "x")], "leaves_out"),
        ([("{{ cell }}", "x")], "leaves_out"),
        ([("{{ title }}", "{{ titel }}")], "tag"),
        ([("{{ title }}", "{{ title")], "leaves_out"),
        ([("{{ title }}", "{{ title.__class__.__mro__ }}")], "tag"),
        ([("{{ title }}", "{% for x in range(100000000) %}{% endfor %}{{ title }}")], "broken"),
        ([("{%p endif %}", "")], "tag"),
    ],
)
def test_a_template_that_leaves_out_or_does_what_it_should_not_is_refused(
    changes: list[tuple[str, str]], why: str
):
    own = edited(*changes)
    with pytest.raises(TemplateProblem) as problem:
        check(own)
    assert problem.value.why == why
    with pytest.raises(TemplateProblem):
        docx(SAMPLE, own)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "broken"), (b"PK\3\4nothing", "broken"), (b"x" * 4_000_001, "too_large")],
)
def test_what_is_no_template_is_refused(content: bytes, why: str):
    with pytest.raises(TemplateProblem) as problem:
        check(content)
    assert problem.value.why == why


def test_a_template_with_macros_is_refused():
    out = io.BytesIO(shipped())
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("word/vbaProject.bin", b"")
    with pytest.raises(TemplateProblem, match="macros"):
        check(out.getvalue())


def test_text_with_streaks_is_a_list_between_paragraphs():
    found: list[Block] = blocks_of("Ett\n- a\n- b\n\nTvå\n- c")
    assert found == [Lines("Ett"), Bullets(["a", "b"]), Lines("Två"), Bullets(["c"])]


@pytest.mark.parametrize(
    "build",
    [
        lambda: Table("x", ["a"], [["1", "2"]]),
        lambda: Table("x", [], []),
        lambda: Picture("<svg/>", " "),
        lambda: replace(SAMPLE, parts=[Part("a", "", []), Part("a", "", [])]),
        lambda: replace(SAMPLE, parts=[Part("a", "", [Numbered(["1"]), Numbered(["1"])])]),
    ],
)
def test_what_cannot_be_read_cannot_be_built(build):
    with pytest.raises(ValueError, match=r"table|words|key|list"):
        build()
