"""To the record: the own signed part as text and PDF, marked when it stands there."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from hembesok.access.models import Assignment, Staff, TrailEntry, Unit
from hembesok.access.rules.roles import Role
from hembesok.access.rules.secrecy import Compartment
from hembesok.visits.models import Block, JournalHeading, JournalTransfer
from hembesok.visits.rules.journal import GATHERED, OTHER, headings_of
from hembesok.visits.services.booking import book
from hembesok.visits.services.documenting import document
from hembesok.visits.services.settling import add
from tests.conftest import ON, Cast
from tests.rules.pdf_text import text_of
from tests.services.days import moment
from tests.services.documents import STEP, block, facts, part, sends, whole
from tests.web.page import read

JOINT, HEALTH, SOCIAL = Compartment.JOINT, Compartment.HEALTH, Compartment.SOCIAL
WRITTEN = 'Äter gröt #1 & "välling" <b> *mer* $x$ \\ @vem'


def at(name: str) -> str:
    return reverse(name, args=["FAMYAAAA", 1, STEP])


@pytest.fixture
def signed(cast: Cast) -> Cast:
    """Anna and Bo have each written and signed their part of home visit 2."""
    book(cast.child, STEP, at=moment(ON), by=cast.anna)
    for by, own, words in ((cast.anna, HEALTH, WRITTEN), (cast.bo, SOCIAL, "Hemligt stöd")):
        blocks = [block(own, whole(own, words))]
        if by is cast.anna:
            blocks.append(block(JOINT, whole(JOINT, "Gemensamt sagt")))
        document(cast.child, STEP, sends(*blocks, of=facts() if by is cast.anna else None,
                 base=0 if by is cast.anna else 1), by=by)  # fmt: skip
        document(
            cast.child, STEP,
            sends(*[block(one.compartment, None, 1) for one in blocks], base=1, sign=True), by=by,
        )  # fmt: skip
    return cast


@pytest.fixture
def bo(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("bo")


def text(screen: Client) -> str:
    return read(screen.get(at("journal"))).values["text"]


def test_the_text_has_headings_facts_and_what_was_written_and_nothing_of_the_others(
    signed: Cast, anna: Client, bo: Client
):
    own = text(anna)
    assert WRITTEN in own
    for words in ("ANTECKNING", "Doris, 2025-10-10, H-0001", "Signerat: Anna Ask", "Frågade inte"):
        assert words in own, words
    assert "Hemligt" not in anna.get(at("journal")).content.decode()
    other = text(bo)
    assert "Hemligt stöd" in other
    assert "gröt" not in bo.get(at("journal")).content.decode()


def test_the_pdf_says_the_same(signed: Cast, anna: Client):
    answer = anna.get(at("journal-pdf"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="besok-home-2.pdf"'
    assert "no-store" in answer.headers["Cache-Control"]
    made = text_of(answer.content)
    assert WRITTEN.replace(" ", "") in made
    assert "Hemligt" not in made
    assert answer.content == anna.get(at("journal-pdf")).content


def test_a_letter_that_cannot_be_printed_is_told_and_the_text_is_there(signed: Cast, anna: Client):
    add(Block.objects.get(compartment=HEALTH), "Heter ሰላም", "Namnet", by=signed.anna)
    answer = anna.get(at("journal-pdf"), follow=True)
    assert "kan skrivas ut, ሰ (U+1230)" in read(answer).text
    assert "Heter ሰላም (Namnet)" in read(answer).values["text"]


def test_it_waits_on_the_first_page_until_it_is_marked_and_again_after_an_addition(
    signed: Cast, anna: Client, bo: Client
):
    page = read(anna.get(reverse("today")))
    assert "Inte i journalen än 1" in page.text
    assert at("journal") in page.links
    assert anna.post(at("journal"), {"seen": "0"}).status_code == 422
    assert anna.post(at("journal"), {"seen": "0", "how": "copied"}).status_code == 302
    assert "Inte i journalen än" not in read(anna.get(reverse("today"))).text
    assert "Inte i journalen än 1" in read(bo.get(reverse("today"))).text
    again = anna.post(at("journal"), {"seen": "0", "how": "copied"})
    assert "redan markerat" in read(again).errors
    add(Block.objects.get(compartment=HEALTH), "Vikten var 6,2 kg", "Fel vikt", by=signed.anna)
    assert "något har lagts till" in read(anna.get(reverse("today"))).text
    assert "Vikten var 6,2 kg (Fel vikt)" in text(anna)
    older = anna.post(at("journal"), {"seen": "0", "how": "copied"})
    assert "lagts till sedan du öppnade sidan" in read(older).errors
    assert anna.post(at("journal"), {"seen": "1", "how": "file"}).status_code == 302
    assert [(one.addenda, one.how) for one in JournalTransfer.objects.order_by("pk")] == [
        (0, "copied"), (1, "file"),
    ]  # fmt: skip
    actions = list(TrailEntry.objects.values_list("action", flat=True))
    assert actions.count("journal.transferred") == 2
    assert "journal.read" in actions


def test_what_is_not_signed_or_of_another_unit_has_no_such_page(
    cast: Cast, anna: Client, cilla: Client, frida: Client, sign_in: Callable[[str], Client]
):
    book(cast.child, STEP, at=moment(ON), by=cast.anna)
    document(
        cast.child, STEP, sends(block(HEALTH, whole(HEALTH, "Inte klart")), of=facts()),
        by=cast.anna,
    )  # fmt: skip
    for screen in (anna, cilla, frida):
        for name in ("journal", "journal-pdf"):
            assert screen.get(at(name)).status_code == 404
        assert screen.post(at("journal"), {"seen": "0", "how": "copied"}).status_code == 404
    assert "Inte i journalen" not in read(anna.get(reverse("today"))).text


def test_the_manager_names_and_orders_the_headings(
    signed: Cast, anna: Client, sign_in: Callable[[str], Client]
):
    eva = Staff.objects.create_user("eva", "Eva Ek", "x")
    Assignment.objects.create(
        staff=eva,
        role=Role.MANAGER,
        unit=Unit.objects.get(name="Råd"),
        site_id=signed.anna.site,
        starts=ON,
    )
    screen, address = sign_in("eva"), reverse("headings", args=["child_health"])
    page = read(screen.get(address))
    assert page.values["feeding-order"] == "2"
    sent = {name: value for name, value in page.values.items() if "-" in name}
    wrong = screen.post(address, sent | {"feeding-order": "först"})
    assert "Skriv ett tal från 1 till 99." in read(wrong).errors
    assert not JournalHeading.objects.exists()
    screen.post(address, sent | {"other-title": "Fri text", "other-order": "1", "state-order": "2"})
    own = text(anna)
    assert "FRI TEXT" in own
    assert own.index("FRI TEXT") < own.index("ALLMÄNTILLSTÅND")
    assert anna.get(address).status_code == 404


def test_every_question_of_every_form_has_a_heading_and_codes_have_their_own():
    from hembesok.access.rules.secrecy import OWNER
    from hembesok.forms.catalogue import shipped

    for form in shipped():
        for one in form.blocks:
            service = OWNER.get(Compartment(one.compartment))
            if service is None:
                continue
            found = headings_of(one, service)
            assert set(found) == {item.link_id for item in one.questions}
            assert set(found.values()) <= set(GATHERED[service])
            for item in one.questions:
                if item.code:
                    assert found[item.link_id] != OTHER, (form.key, item.code)
    assert part(HEALTH).questions
