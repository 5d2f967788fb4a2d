"""Documenting a visit on the pages: without JavaScript, with few presses, and nothing lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hembesok.access.models import TrailEntry
from hembesok.access.rules.secrecy import Compartment
from hembesok.families.models import Guardian
from hembesok.forms.answers import NOT_ASKED, Answers
from hembesok.secrecy.models import SiteDocumentation
from hembesok.secrecy.rules import DocumentationMode
from hembesok.visits.models import Addendum, Block, BlockText, Promise, Visit
from hembesok.visits.services.booking import book, withdraw
from hembesok.visits.services.documenting import document
from tests.conftest import ON, Cast
from tests.services.days import moment
from tests.services.documents import STEP, block, facts, said, sends, texts_of, whole
from tests.web.page import Page, read

JOINT, HEALTH, SOCIAL = Compartment.JOINT, Compartment.HEALTH, Compartment.SOCIAL
FACTS = {
    "outcome": "held", "day": f"{ON}", "began": "10.02", "finished": "11.05", "facts_base": "0",
    "present": ["nurse", "adviser", "guardian-1"], "interpreter_came": "on_time",
}  # fmt: skip


@pytest.fixture
def booked(cast: Cast) -> Cast:
    """The cast, with home visit 2 booked for this morning."""
    book(cast.child, STEP, at=moment(ON), by=cast.anna)
    return cast


@pytest.fixture
def bo(sign_in: Callable[[str], Client]) -> Client:
    """The screen of Bo, adviser in the family's team."""
    return sign_in("bo")


def _at(name: str, **more: object) -> str:
    return reverse(name, kwargs={"ref": "FAMYAAAA", "number": 1, "step": STEP, **more})


def _filled(place: str, answers: Answers, base: int = 0) -> dict[str, object]:
    """Return answers as a browser sends them."""
    sent: dict[str, object] = {f"{place}.base": str(base)}
    for key, given in answers.items():
        words = "not-asked" if given is NOT_ASKED else [str(one) for one in given]
        sent[f"{place}.{key}"] = words
    return sent


def _holds(page: Page, words: str) -> bool:
    """Tell whether some field holds a text; a browser drops the first line break of an area."""
    return words in {value.lstrip("\n") for value in page.values.values()}


def _page(client: Client, name: str = "doc", **more: object) -> Page:
    answer = client.get(_at(name, **more))
    assert answer.status_code == 200
    return read(answer)


def test_the_page_is_filled_in_from_the_booking_and_says_who_reads_what(
    booked: Cast, anna: Client, bo: Client
):
    Guardian.objects.create(family=booked.family, number=2, given_name="Dan")
    page = _page(anna)
    assert (page.values["day"], page.values["began"], page.values["finished"]) == (
        f"{ON}", "10.00", "11.00",
    )  # fmt: skip
    assert "Anna Ask" in page.text
    assert "Bo Björk" in page.text
    assert "Gemensamt BVC och rådgivare läser" in page.text
    assert "Bara BVC rådgivaren ser inte det här" in page.text
    assert "Bara om Dan bara er enhet, aldrig den andra föräldern" in page.text
    assert "Bara rådgivare" not in page.text
    of_bo = _page(bo)
    assert "Bara rådgivare" in of_bo.text
    assert "Bara BVC" not in of_bo.text
    assert "Bara om Dan" not in of_bo.text
    assert "held" not in [value for _tag, name, value in page.attributes if name == "checked"]


def test_nothing_is_ticked_beforehand_but_facts(booked: Cast, anna: Client):
    ticked = [
        attributes
        for attributes in _inputs(anna.get(_at("doc")).content.decode())
        if " checked" in attributes and "present" not in attributes
    ]
    assert [one for one in ticked if "interpreter_came" not in one] == []


def _inputs(html: str) -> list[str]:
    return [part.partition(">")[0] for part in html.split("<input")[1:]]


def test_a_visit_is_written_checked_and_signed(booked: Cast, anna: Client):
    sent = FACTS | _filled("joint", whole(JOINT, "om lek")) | _filled("health", whole(HEALTH))
    answer = anna.post(_at("doc"), sent | {"check": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, _at("doc-check"))
    page = _page(anna, "doc-check")
    assert "om lek" in page.text
    assert "Frågade inte" in page.text
    answer = anna.post(_at("doc-check"), {"seen": ["joint:1", "health:1"]}, follow=True)
    assert "Signerat." in read(answer).text
    assert set(Block.objects.exclude(signed_at=None).values_list("compartment", flat=True)) == {
        "joint", "health",
    }  # fmt: skip


def test_what_is_missing_is_said_and_nothing_is_signed(booked: Cast, anna: Client):
    anna.post(_at("doc"), FACTS | _filled("health", said(HEALTH, "kort")))
    page = _page(anna, "doc-check")
    assert "Inte besvarad" in page.text
    answer = anna.post(_at("doc-check"), {"seen": ["health:1"]})
    assert answer.status_code == 422
    assert "frågor är kvar" in read(answer).errors
    assert not Block.objects.exclude(signed_at=None).exists()


def test_no_one_home_is_one_press_and_save(booked: Cast, anna: Client):
    answer = anna.post(
        _at("doc"), FACTS | {"outcome": "no_one_home"} | _filled("joint", {}), follow=True
    )
    assert "Sparat. Hembesök 2" in read(answer).text
    assert Visit.objects.get().not_held_reason == "no_one_home"


def test_a_draft_comes_back_as_it_was(booked: Cast, anna: Client):
    anna.post(_at("doc"), FACTS | _filled("joint", whole(JOINT, "mitt utkast")))
    page = _page(anna)
    assert _holds(page, "mitt utkast")
    assert page.values["began"] == "10.02"
    assert "Sparat" in page.text


def test_keywords_are_saved_before_the_outcome(booked: Cast, anna: Client):
    sent = {key: value for key, value in FACTS.items() if key != "outcome"}
    answer = anna.post(_at("doc"), sent | _filled("joint", said(JOINT, "nyckelord")))
    assert answer.status_code == 302
    assert Visit.objects.get().outcome == ""
    assert BlockText.objects.count() == 1


def test_what_is_wrong_is_said_and_the_page_refilled(booked: Cast, anna: Client):
    sent = FACTS | {"finished": "9.00"} | _filled("joint", said(JOINT, "behåll mig"))
    answer = anna.post(_at("doc"), sent)
    page = read(answer)
    assert answer.status_code == 422
    assert "Skriv när besöket slutade" in page.errors
    assert _holds(page, "behåll mig")
    assert Visit.objects.get().outcome == ""
    assert not BlockText.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"facts_base": "x"}, {"facts_base": ""}, {"facts_base": "99"}, {"present": ["guardian-9"]},
        {"present": []}, {"day": "2026-13-40"}, {"began": "25.99"}, {"outcome": "gone"},
        {"joint.base": "-1"}, {"joint.base": "٣"}, {"new0-until": "igår"}, {"new0-who": "x"},
        {"promise-1": "x"}, {"interpreter_came": "x"}, {"joint.base": "9" * 30},
    ],
)  # fmt: skip
def test_nonsense_is_answered_in_words(booked: Cast, anna: Client, change: dict[str, object]):
    answer = anna.post(_at("doc"), FACTS | _filled("joint", said(JOINT, "x")) | change)
    assert answer.status_code in (302, 409, 422)


def test_two_at_once_both_texts_are_shown_and_nothing_lost(booked: Cast, anna: Client, bo: Client):
    anna.post(_at("doc"), FACTS | _filled("joint", whole(JOINT, "Annas text")))
    page = _page(bo)
    assert "Anna Ask skriver i den gemensamma delen" in page.text
    sent = FACTS | _filled("joint", whole(JOINT, "Bos text"))
    answer = bo.post(_at("doc"), sent)
    page = read(answer)
    assert answer.status_code == 409
    assert "Annas text" in page.text
    assert "Bos text" in page.text
    assert "Båda texterna finns kvar" in page.text
    bo.post(_at("doc"), sent)
    assert BlockText.objects.count() == 2, "the same text sent twice is kept once"
    assert "Två versioner" in read(bo.get(reverse("today"))).text
    assert "Två versioner" in read(anna.get(reverse("today"))).text
    both = {"head": "1", "version": "2"} | _filled("joint", whole(JOINT, "Båda"), 1)
    refused = bo.post(_at("doc-settle", block="joint"), both)
    assert refused.status_code == 422
    answer = anna.post(_at("doc-settle", block="joint"), both)
    assert answer.status_code == 302
    assert [text[3] for text in texts_of(Visit.objects.get(), JOINT)] == [
        "Annas text", "Bos text", "Båda",
    ]  # fmt: skip
    assert "Två versioner" not in read(anna.get(reverse("today"))).text


def test_one_of_the_two_is_taken_by_a_button(booked: Cast, anna: Client, bo: Client):
    anna.post(_at("doc"), FACTS | _filled("joint", whole(JOINT, "Annas text")))
    bo.post(_at("doc"), FACTS | _filled("joint", whole(JOINT, "Bos text")))
    sent = {"head": "1", "version": "2", "keep": "2"}
    anna.post(_at("doc-settle", block="joint"), sent)
    joint = Block.objects.get()
    assert (joint.head, joint.texts.waiting().count()) == (3, 0)
    assert texts_of(joint.visit, JOINT)[-1][3] == "Bos text"


def test_times_that_two_wrote_differently_are_chosen_between(
    booked: Cast, anna: Client, bo: Client
):
    anna.post(_at("doc"), FACTS)
    answer = bo.post(_at("doc"), FACTS | {"began": "10.30"})
    page = read(answer)
    assert answer.status_code == 409
    assert "10.02–11.05" in page.text
    assert "10.30–11.05" in page.text
    anna.post(_at("doc-settle", block="facts"), {"head": "1", "version": "2", "keep": "2"})
    assert Visit.objects.get().began == moment(ON).replace(minute=30)


def _signed(booked: Cast) -> None:
    document(
        booked.child,
        STEP,
        sends(block(JOINT, whole(JOINT, "gem")), block(HEALTH, whole(HEALTH, "hälsa")), of=facts(),
              sign=True),
        by=booked.anna,
    )  # fmt: skip


def test_what_is_signed_is_read_and_corrected_beside(booked: Cast, anna: Client, bo: Client):
    _signed(booked)
    assert anna.get(_at("doc")).headers["Location"] == _at("doc-read")
    page = _page(anna, "doc-read")
    assert "hälsa" in page.text
    assert "signerad av Anna Ask" in page.text
    health = Block.objects.get(compartment="health")
    sent = {"add": health.pk, "text": "det var 7", "reason": "skrev fel"}
    assert anna.post(_at("doc-read"), sent | {"reason": ""}).status_code == 422
    assert anna.post(_at("doc-read"), sent).status_code == 302
    page = _page(anna, "doc-read")
    assert "det var 7" in page.text
    assert "skrev fel" in page.text
    of_bo = _page(bo, "doc-read")
    assert "gem" in of_bo.text
    assert "hälsa" not in of_bo.text
    assert "det var 7" not in of_bo.text
    assert bo.post(_at("doc-read"), sent).status_code == 404
    assert Addendum.objects.count() == 1


def test_what_was_taken_back_is_still_there_to_read(booked: Cast, anna: Client):
    _signed(booked)
    withdraw(booked.child, STEP, reason="fel familj", by=booked.anna)
    page = _page(anna, "doc-read")
    assert "hälsa" in page.text
    assert "fel familj" in page.text
    assert "Tillbakataget av Anna Ask" in page.text


def test_each_read_stands_in_the_trail_with_its_place(booked: Cast, bo: Client):
    _signed(booked)
    _page(bo, "doc-read")
    entry = TrailEntry.objects.filter(action="visit.documentation_read").latest("number")
    assert (entry.subject, entry.detail, entry.why) == (
        "family:FAMYAAAA", f"1 {STEP} joint 1", "team",
    )  # fmt: skip


def test_unsigned_visits_are_counted_as_they_are_listed(
    booked: Cast, anna: Client, bo: Client, frida: Client
):
    document(
        booked.child, STEP, sends(block(JOINT, whole(JOINT, "x")), of=facts(day=ON - timedelta(3))),
        by=booked.anna,
    )  # fmt: skip
    assert "Inte signerat 1" in read(anna.get(reverse("today"))).text
    assert "inte signerat, 3 dagar" in read(anna.get(reverse("today"))).text
    assert "Inte signerat 1" in read(bo.get(reverse("today"))).text, "Bo was there too"
    overview = read(frida.get(reverse("overview") + "?view=unsigned"))
    assert "1Inte signerat" in overview.text
    assert len(overview.rows) == 1


def test_promises_open_the_next_visit(booked: Cast, anna: Client):
    promised = {
        "new0-who": "nurse", "new0-what": "Ringa tandvården", "new0-until": f"{ON + timedelta(3)}",
    }  # fmt: skip
    anna.post(_at("doc"), FACTS | promised)
    promise = Promise.objects.get()
    assert "Ringa tandvården" in read(anna.get(reverse("today"))).text
    later = reverse("doc", kwargs={"ref": "FAMYAAAA", "number": 1, "step": "home-3"})
    assert "Ringa tandvården" in read(anna.get(later)).text
    anna.post(_at("doc"), FACTS | {f"promise-{promise.pk}": "kept", "facts_base": "1"})
    promise.refresh_from_db()
    assert promise.result == "kept"
    assert "Ringa tandvården" not in read(anna.get(later)).text


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (DocumentationMode.NONE, "bara närvaro"),
        (DocumentationMode.ANONYMOUS, "utan familj, dag och författare"),
    ],
)
def test_the_adviser_is_told_what_the_site_keeps(
    booked: Cast, bo: Client, mode: DocumentationMode, words: str
):
    SiteDocumentation.objects.create(
        site_id=booked.bo.site, mode=mode, starts=ON - timedelta(9), decision="SN 1"
    )
    page = _page(bo)
    assert words in page.text
    assert "Bara rådgivare" not in page.text


def test_base_visits_and_unknown_steps_have_no_such_page(booked: Cast, anna: Client):
    for step in ("base-6m", "no-such"):
        address = reverse("doc", kwargs={"ref": "FAMYAAAA", "number": 1, "step": step})
        assert anna.get(address).status_code == 404


def test_strangers_and_the_coordinator_find_nothing(booked: Cast, cilla: Client, frida: Client):
    _signed(booked)
    for name in ("doc", "doc-check", "doc-read"):
        assert cilla.get(_at(name)).status_code == 404
        assert frida.get(_at(name)).status_code == 404
    assert cilla.get(_at("doc-settle", block="joint")).status_code == 404


def test_no_address_and_no_title_names_anybody(booked: Cast, anna: Client):
    for name in ("doc", "doc-read"):
        page = _page(anna, name)
        assert "Doris" not in page.title
        assert all("Doris" not in link and "Dana" not in link for link in page.links)
