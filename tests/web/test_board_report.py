"""The yearly report to the board: the sentence, the picture, the table; for whom it is made."""

import io
import zipfile
from datetime import date

import docx as python_docx
import pytest
from django.test import Client
from django.urls import reverse
from docx.oxml.ns import qn

from hembesok.access.rules.roles import Role
from hembesok.analysis.charts.series import Point, Series, Step
from hembesok.analysis.charts.svg import HALF, trend
from hembesok.analysis.charts.svg import Words as Said
from hembesok.delivery import queries
from hembesok.documents import typeset, word
from hembesok.documents.content import Document, Part, Picture
from hembesok.web.papers.pictures import whole
from tests.conftest import ON, Cast
from tests.rules.pdf_text import text_of
from tests.web.page import read
from tests.web.test_follow_up import at_the_screen


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    queries.forget()


@pytest.fixture
def maja(cast: Cast) -> Client:
    """The screen of Maja, who manages the site."""
    return at_the_screen("maja", Role.MANAGER, "here")


def test_the_manager_downloads_it_in_both_forms(maja: Client):
    shown = read(maja.get(reverse("followup-report")))
    heads = {}
    for form in ("pdf", "docx"):
        address = reverse("board-report", args=[form])
        assert address in shown.links
        answer = maja.get(address)
        assert answer.status_code == 200
        assert f'filename="board-report.{form}"' in answer.headers["Content-Disposition"]
        heads[form] = answer.content
    opened = python_docx.Document(io.BytesIO(heads["docx"]))
    titles = [p.text for p in opened.paragraphs if p.style and p.style.name == "Heading 1"]
    assert titles[0] == "The year in short"
    assert "".join(titles[0].split()) in text_of(heads["pdf"])
    assert len(opened.tables) == 1
    assert maja.get(reverse("board-report", args=["exe"])).status_code == 404


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.STATE_CASE_OFFICER])
def test_it_is_not_made_by_others(cast: Cast, role: Role):
    """The coordinator's figures are exact, and do not leave the unit."""
    client = at_the_screen("other", role, "here")
    address = reverse("board-report", args=["pdf"])
    assert client.get(address).status_code == 404
    assert address not in read(client.get(reverse("followup-report"))).links


def picture() -> Picture:
    points = [Point(date(2025, 1 + n, 1), 5 + n % 3, 10) for n in range(12)]
    series = Series(tuple(points), Step.MONTH, goal=0.8)
    said = Said("Besök i tid", "Från 50 till 70 procent", "mål", "få")
    return whole(trend(series, HALF, said, "m-on_time"), "Besök i tid: 70 %")


def test_the_picture_of_a_page_is_drawn_with_its_colours_in_both_forms():
    document = Document("x", "Bild", ON, [], [Part("a", "Bild", [picture()])])
    pdf, file = typeset.pdf(document), word.docx(document)
    assert b"/S/Figure" in pdf
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        (name,) = [one for one in packed.namelist() if one.endswith(".png")]
        drawn = packed.read(name)
    assert drawn.startswith(b"\x89PNG")
    assert drawn == typeset.png(picture())
    # Black alone would be a picture whose stylesheet was lost.
    plain = picture().svg.replace("<style>", "<style media='none'>")
    assert drawn != typeset.png(Picture(plain, "x"))
    (shape,) = python_docx.Document(io.BytesIO(file)).element.body.iter(qn("wp:docPr"))
    assert shape.get("descr") == "Besök i tid: 70 %"
