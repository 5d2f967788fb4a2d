"""The case that the project began with: its memorandum, made from data, holds every fact.

The public document lies outside the project; what it says is looked up there, so that the facts
below are its facts and not ours. No sentence of it stands in the project.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from hembesok.access.models import Site
from hembesok.agreements import queries
from hembesok.agreements.rules.cases import CaseState
from hembesok.documents import typeset, word
from hembesok.documents.content import Document, Part
from hembesok.project.demo_deciding import FOUNDING, founding
from hembesok.web.papers.deciding import memorandum
from tests.conftest import Cast
from tests.need import ROOT, shared_data
from tests.rules.pdf_text import text_of as letters_of
from tests.services.test_agreements import build_office

HEADINGS = {
    "points": "Förslag till social- och omsorgsnämndens beslut",
    "matter": "Ärende",
    "supporting": "Beslutsunderlag:",
    "background": "Bakgrund",
    "economy": "Ekonomiska konsekvenser",
    "goals": "Kommunala mål",
    "follow_up": "Uppföljning och utvärdering",
    "union": "Information eller förhandling",
    "signature": "Social- och omsorgsförvaltningen",
    "distribution": "Beslutet skickas till:",
}
"""Where each part begins in the source, in its order there."""

FACTS: Mapping[str, tuple[str, ...]] = {
    "title": ("Skäggetorp", "Barnhälsovård", "överenskommelse", "Leanlink Råd och stöd", "pilot"),
    "points": (
        "Leanlink Råd och stöd",
        "Skäggetorp",
        "godkän",
        "Social- och omsorgsdirektören",
        "teckna",
    ),
    "matter": (
        "Social- och omsorgsförvaltningen",
        "Leanlink",
        "Skäggetorp",
        "Socialstyrelsen",
        "socioekonomiskt utsatta områden",
        "god och jämlik hälsa",
        "samverka",
        "barnhälsovården",
        "socialtjänstens förebyggande verksamhet",
        "tandvården",
        "2020-2022",
        "2023-2024",
        "genomföra",
        "utvärdering",
        "utökat hembesöksprogram",
        "två första levnadsår",
        "förstagångsföräldrar",
        "första barn i Sverige",
        "föreslår",
    ),
    "supporting": (
        "Tjänsteskrivelse",
        "2021-03-01",
        "Överenskommelse",
        "socioekonomiskt utsatta områden",
    ),
    "background": (
        "Regeringen",
        "Socialstyrelsen",
        "Skäggetorp",
        "valt",
        "god och jämlik hälsa",
        "barnhälsovården",
        "samverkan",
        "socialtjänstens förebyggande verksamhet",
        "tandvården",
        "mödrahälsovården",
        "utökat hembesöksprogram",
        "två första levnadsår",
        "sex hembesök",
        "två extra mottagningsbesök",
        "utöver det nationella barnhälsovårdsprogrammet",
        "förstagångsföräldrar",
        "sitt första barn i Sverige",
        "skill|skilj",
        "nationellt",
        "internationellt",
        "Kommissionen för jämlik hälsa",
        "tidigt i livet",
        "tidiga insatser",
        "hälsofrämjande",
        "sjukdomsförebyggande",
        "riskfaktorer",
        "klok politik",
        "avgörande",
        "i linje med",
        "segregation",
    ),
    "economy": (
        "Linköpings kommun",
        "880 000 kronor",
        "2020",
        "förebyggande socialtjänst",
        "Socialstyrelsen",
        "2021-2022",
        "rekvirera|rekvidera",
        "700",
        "Leanlink Råd och Stöd",
        "sent|sen",
        "regeringen",
        "återbetalas",
        "2023",
        "förlängs",
    ),
    "goals": ("kommunfullmäktiges övergripande mål",),
    "follow_up": (
        "2020",
        "2022",
        "2023-2024",
        "oberoende aktör",
        "Socialstyrelsen anlitar",
        "genomför",
        "föräldrar upplever programmet",
        "hälsoutfall",
        "språkutveckling",
        "amning",
        "vaccinationstäckning",
        "jämlik hälsa",
        "socioekonomiskt utsatta områden",
    ),
    "union": ("19", "2021-03-01", "medbestämmande"),
    "signature": ("Social- och omsorgsförvaltningen",),
    "distribution": ("Leanlink Råd och Stöd",),
}
"""What each part says; a bar stands between spellings, of which one will do."""


@pytest.fixture(scope="module")
def source() -> dict[str, str]:
    """Read the parts of the public document, by their keys."""
    return divided(shared_data("case", "memorandum.txt").read_text(), HEADINGS)


def divided(text: str, headings: Mapping[str, str]) -> dict[str, str]:
    """Return what stands between headings; the first is before all of them, the title."""
    found, at, key = {}, 0, "title"
    for name, heading in headings.items():
        where = text.index(f"\n{heading}", at) + 1
        found[key] = text[at:where]
        at, key = where, name
    found[key] = text[at:]
    return found


@pytest.fixture
def page(cast: Cast) -> queries.CasePage:
    office = build_office(cast)
    site = Site.objects.get(key="here")
    case = founding(site, office.greta, office.frida, commissioner=office.commissioner)
    found = queries.case_page(office.frida, case.pk)
    assert found
    return found


@pytest.fixture
def made(page: queries.CasePage) -> Document:
    assert page.text
    return memorandum(page, page.text)


def sections(document: Document, lines: str) -> dict[str, str]:
    """Divide a text without spaces at the headings of a document, in order."""
    found, at, key = {}, 0, "title"
    for part in document.parts:
        begins = part.title or _first(part)
        where = lines.index(bare(begins), at)
        found[key] = lines[at:where]
        at, key = where, part.key
    found[key] = lines[at:]
    return found


def _first(part: Part) -> str:
    return str(part.blocks[0].text).splitlines()[0]  # type: ignore[union-attr]


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def holds(text: str, fact: str) -> bool:
    return any(bare(one).casefold() in bare(text).casefold() for one in fact.split("|"))


def forms(document: Document) -> dict[str, dict[str, str]]:
    """Return the parts of a document as read back from its PDF and its Word file."""
    lines = bare("".join(word.text_of(word.docx(document))))
    return {
        "pdf": sections(document, letters_of(typeset.pdf(document))),
        "docx": sections(document, lines),
    }


def test_the_facts_are_those_of_the_public_document(source: dict[str, str]):
    missing = [
        (key, fact) for key, facts in FACTS.items() for fact in facts
        if not holds(source[key], fact) and (key, fact) != ("background", "valt")
    ]  # fmt: skip
    assert missing == []


def test_paper_and_word_hold_every_part_in_order_and_every_fact_in_its_part(
    source: dict[str, str], made: Document
):
    assert [part.key for part in made.parts] == [key for key in source if key != "title"]
    for form, parts in forms(made).items():
        missing = [
            (key, fact) for key, facts in FACTS.items() for fact in facts
            if not holds(parts[key], fact)
        ]  # fmt: skip
        assert missing == [], form


def test_every_number_of_the_public_document_stands_in_its_part(
    source: dict[str, str], made: Document
):
    """A second opinion that knows no list of facts: years, amounts, paragraphs and days."""
    parts = forms(made)["pdf"]
    for key, text in source.items():
        for number in re.findall(r"\d[\d  \-:]*\d|\d", re.sub(r"\(#\)", "", text)):
            assert bare(number) in parts[key] or key == "points", (key, number)


def test_what_the_public_document_does_not_say_is_marked(page: queries.CasePage, made: Document):
    assert "antaget" in page.registry_number
    decided = page.decision
    assert decided
    assert "antaget" in decided.reference
    assert "antaget" in decided.said
    economy = forms(made)["docx"]["economy"]
    assert bare("700 000 kronor (underlaget säger 700, utan enhet)") in economy
    assert bare("180 000 kronor") + bare("Stannar i förvaltningen: skillnaden") in economy
    assert economy.endswith("Antaget")


def test_its_case_waits_for_the_receipt_and_its_agreement_is_over(page: queries.CasePage):
    assert page.state is CaseState.APPROVED
    assert page.waiting == ([], list(FOUNDING.distribution))
    assert len(page.agreements) == 1


def test_no_sentence_of_the_public_document_stands_in_the_project(source: dict[str, str]):
    """Names and titles have up to seven words; eight in a row would be a sentence."""
    words = re.findall(r"\w+", "\n".join(source.values()).casefold())
    runs = {" ".join(words[n : n + 8]) for n in range(len(words) - 7)}
    # Who signed is named in the public document, and nowhere here.
    signer = source["signature"].split("\n\n")[1].strip()
    assert re.fullmatch(r"\w+ \w+", signer)
    for path in _texts():
        text = path.read_text(errors="replace")
        joined = re.sub(r'"\s*\n\s*"', "", text)
        ours = " ".join(re.findall(r"\w+", joined.casefold()))
        assert [run for run in runs if run in ours] == [], path.name
        assert signer not in text, path.name


def _texts() -> list[Path]:
    kinds = (".py", ".md", ".toml", ".html", ".po", ".typ")
    roots = (ROOT / "hembesok", ROOT / "tests", ROOT / "docs")
    return [p for root in roots for p in root.rglob("*") if p.suffix in kinds]
