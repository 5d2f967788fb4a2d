"""Notes and grounds: who reads what, who writes where, and what is never shown."""

from collections.abc import Callable

import pytest
from django.test import Client

from hembesok.access.models import Assignment, Site, Staff, Unit
from hembesok.access.rules.roles import Role
from hembesok.access.rules.secrecy import Compartment, DisclosureGround, Field
from hembesok.access.services.assignments import actor_for
from hembesok.families.models import Guardian
from hembesok.secrecy.models import AnonymousNote, Disclosure, Note, SiteDocumentation
from hembesok.secrecy.rules import DocumentationMode, Interpreted, Purpose
from hembesok.secrecy.services.grounds import NewConsent, disclose, give_consent
from hembesok.secrecy.services.notes import write
from tests.conftest import ON, PASSWORD, Cast
from tests.services.days import DAY
from tests.services.stored import everything, trail
from tests.web.page import read

FAMILY, NOTES, DISCLOSURES = "/f/FAMYAAAA", "/f/FAMYAAAA/notes", "/f/FAMYAAAA/disclosures"
HEALTH, SOCIAL, JOINT, OWN = "Vikten ökar", "Om förskolekön", "Helst förmiddagar", "Sover dåligt"


@pytest.fixture
def bo(sign_in: Callable[[str], Client]) -> Client:
    """The screen of Bo, adviser in the family's team."""
    return sign_in("bo")


@pytest.fixture
def written(cast: Cast) -> Cast:
    """A note in each compartment; the parent's own is about Dana, and kept by the nurse's unit."""
    dana = cast.family.guardians.get()
    for text, by, compartment in (
        (HEALTH, cast.anna, Compartment.HEALTH),
        (SOCIAL, cast.bo, Compartment.SOCIAL),
        (JOINT, cast.bo, Compartment.JOINT),
    ):
        write(cast.family, text, compartment=compartment, about_day=ON - DAY, by=by)
    write(
        cast.family,
        OWN,
        compartment=Compartment.PARENT,
        about_day=ON - DAY,
        guardian=dana,
        by=cast.anna,
    )
    return cast


def note_of(
    place: str, text: str = "Ny text", day: str = "2026-03-16", **more: str
) -> dict[str, str]:
    return {"place": place, "text": text, "day": day, **more}


def test_each_reads_the_own_services_notes_and_the_joint_ones(
    written: Cast, anna: Client, bo: Client
):
    page = read(anna.get(NOTES)).text
    assert all(text in page for text in (HEALTH, JOINT, OWN))
    assert SOCIAL not in page
    for words in ("Bara BVC", "Gemensamt", "Bara förälderns egen: Dana", "Bo Björk, Råd"):
        assert words in page, words
    page = read(bo.get(NOTES)).text
    assert all(text in page for text in (SOCIAL, JOINT))
    assert HEALTH not in page
    assert OWN not in page


def test_each_read_is_noted_by_compartment_with_its_count(written: Cast, anna: Client):
    with trail() as lines:
        anna.get(NOTES)
    read_lines = [line.detail for line in lines if line.action == "note.read"]
    assert read_lines == ["health 1", "joint 1", "parent-1 1"]
    assert not any(
        word in str(vars(line)) for line in lines for word in ("Dana", "Vikten", "Sover")
    )


def test_the_familys_page_shows_the_latest_three_that_may_be_read(written: Cast, bo: Client):
    for n in range(4):
        write(
            written.family, f"Text {n}", compartment=Compartment.JOINT, about_day=ON, by=written.bo
        )
    with trail() as lines:
        page = read(bo.get(FAMILY)).text
    assert [f"Text {n}" in page for n in range(4)] == [False, True, True, True]
    assert ("note.read", "joint 3") in [(line.action, line.detail) for line in lines]


def test_a_coordinator_reads_no_note(written: Cast, frida: Client):
    with trail() as lines:
        page = read(frida.get(FAMILY))
    assert not any(text in page.text for text in (HEALTH, SOCIAL, JOINT, OWN, "Anteckningar"))
    assert NOTES not in page.links
    assert "note.read" not in [line.action for line in lines]
    before = everything()
    for url in (NOTES, DISCLOSURES):
        assert frida.get(url).status_code == 404
        assert frida.post(url, note_of("joint")).status_code == 404
    assert everything() == before


def test_each_writes_in_the_own_record_the_joint_one_and_a_parents_own(
    cast: Cast, anna: Client, bo: Client
):
    Guardian.objects.create(family=cast.family, given_name="Davut", number=2)
    assert read(anna.get(NOTES)).radios == ["health", "joint", "parent-1", "parent-2"]
    assert read(bo.get(NOTES)).radios == ["social", "joint", "parent-1", "parent-2"]
    assert anna.post(NOTES, note_of("parent-2")).status_code == 302
    note = Note.objects.get()
    assert note.guardian is not None
    assert (note.compartment, note.guardian.number, note.text) == ("parent", 2, "Ny text")
    assert (note.unit_id, note.author_id, note.about_day) == (cast.anna.unit, cast.anna.staff, ON)


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        (note_of("social"), "Välj vem som ska se anteckningen."),
        (note_of("authority"), "Välj vem som ska se anteckningen."),
        (note_of("parent-9"), "Välj vem som ska se anteckningen."),
        (note_of("", "x"), "Välj vem som ska se anteckningen."),
        (note_of("health", "  "), "Skriv något först."),
        (note_of("health", day="2026-03-17"), "ligger i framtiden"),
        (note_of("health", day="i dag"), "Skriv dagen som ÅÅÅÅ-MM-DD."),
    ],
)
def test_a_note_that_cannot_be_written_says_why_and_keeps_the_text(
    cast: Cast, anna: Client, filled: dict[str, str], words: str
):
    before = everything(but_the_trail=True)
    answer = anna.post(NOTES, filled)
    assert answer.status_code == 422
    page = read(answer)
    assert words in page.errors
    assert page.values["text"].strip() == filled["text"].strip()
    assert everything(but_the_trail=True) == before


def test_a_correction_points_at_the_note_which_stays(written: Cast, anna: Client):
    wrong = Note.objects.get(compartment="health")
    page = read(anna.get(f"{NOTES}?corrects={wrong.pk}"))
    assert page.radios == ["health"]
    anna.post(NOTES, note_of("health", "Vikten står stilla", corrects=str(wrong.pk)))
    assert Note.objects.get(corrects=wrong).text == "Vikten står stilla"
    page = read(anna.get(NOTES))
    assert HEALTH in page.text
    assert "Rättar en tidigare anteckning" in page.text


def test_only_the_own_units_notes_are_corrected_and_in_their_place(written: Cast, anna: Client):
    joint_of_bo = Note.objects.get(compartment="joint")
    own = Note.objects.get(compartment="health")
    before = everything(but_the_trail=True)
    for wanted in (str(joint_of_bo.pk), "0", "x", "9" * 12):
        assert anna.post(NOTES, note_of("joint", corrects=wanted)).status_code == 404
    assert anna.post(NOTES, note_of("joint", corrects=str(own.pk))).status_code == 422
    assert everything(but_the_trail=True) == before


@pytest.mark.parametrize(
    ("mode", "told", "places"),
    [
        (DocumentationMode.NONE, "sparar bara närvaro", ["joint"]),
        (DocumentationMode.ANONYMOUS, "sparar inga identiteter", ["social", "joint"]),
    ],
)
def test_an_adviser_is_told_before_writing_what_the_site_keeps(
    cast: Cast, bo: Client, anna: Client, mode: DocumentationMode, told: str, places: list[str]
):
    SiteDocumentation.objects.create(site_id=cast.bo.site, mode=mode, starts=ON, decision="D1")
    page = read(bo.get(NOTES))
    assert told in page.text
    assert page.radios == places
    assert told not in read(anna.get(NOTES)).text


def test_without_identities_the_text_is_kept_and_nothing_else(cast: Cast, bo: Client):
    SiteDocumentation.objects.create(
        site_id=cast.bo.site, mode=DocumentationMode.ANONYMOUS, starts=ON, decision="D1"
    )
    with trail() as lines:
        bo.post(NOTES, note_of("social", "Talade om kö"))
    assert not Note.objects.exists()
    assert AnonymousNote.objects.get().month.day == 1
    written = [line for line in lines if line.action.startswith("note.written")]
    assert [(line.subject, line.detail) for line in written] == [("", "")]
    assert "Talade om kö" not in read(bo.get(NOTES)).text


def test_a_note_of_another_unit_says_on_what_ground_it_is_read(written: Cast, bo: Client):
    disclose(
        written.family,
        DisclosureGround.CHILD_NEED,
        recipient=Unit.objects.get(pk=written.bo.unit),
        fields={Field.NOTE},
        purpose="Stöd till barnet",
        starts=ON,
        by=written.anna,
    )
    page = read(bo.get(NOTES)).text
    assert "läses för barnets behov av stöd" in page
    assert HEALTH in page
    assert OWN not in page, "notes about the child are no notes about the parent"


@pytest.mark.parametrize("field", [Field.NOTE, Field.PARENT_NOTE])
def test_a_yes_to_notes_about_the_child_is_no_yes_to_those_about_the_parent(
    written: Cast, bo: Client, field: Field
):
    dana = written.family.guardians.get()
    yes = NewConsent(
        Purpose.SHARE,
        ON,
        Interpreted.ON_SITE,
        fields=frozenset({field}),
        source=Unit.objects.get(pk=written.anna.unit),
        recipient=Unit.objects.get(pk=written.bo.unit),
    )
    give_consent(dana, yes, by=written.anna)
    with trail() as lines:
        page = read(bo.get(NOTES)).text
    assert (HEALTH in page, OWN in page) == (field is Field.NOTE, field is Field.PARENT_NOTE)
    assert page.count("läses med samtycke") == 1
    shown = "health 1" if field is Field.NOTE else "parent-1 1"
    assert shown in [line.detail for line in lines]


def disclosure_of(cast: Cast, **changed: object) -> dict[str, object]:
    return {
        "ground": "child_need",
        "recipient": str(cast.bo.unit),
        "fields_read": ["note"],
        "purpose": "Stöd till barnet",
        "starts": "2026-03-16",
        "ends": "2026-04-16",
        **changed,
    }


def test_a_ground_is_written_with_its_statute_and_ended_at_once(
    written: Cast, anna: Client, bo: Client
):
    page = read(anna.get(DISCLOSURES))
    assert "OSL (2009:400) 25 kap. 12 §" in page.text
    assert "SoL (2025:400) 19 kap. 1 §" in page.text
    assert "En orosanmälan görs inte här" in page.text
    assert anna.post(DISCLOSURES, disclosure_of(written)).status_code == 302
    made = Disclosure.objects.get()
    assert (made.source_id, made.recipient_id) == (written.anna.unit, written.bo.unit)
    assert HEALTH in read(bo.get(NOTES)).text
    page = read(anna.get(DISCLOSURES))
    for words in ("Råd läser hos BVC Här", "Stöd till barnet", "beslutat av Anna Ask", "16 apr"):
        assert words in page.text, words
    assert bo.post(DISCLOSURES, {"end": str(made.pk)}).status_code == 302
    assert Disclosure.objects.get().withdrawn is None, "another unit's to end"
    anna.post(DISCLOSURES, {"end": str(made.pk)})
    assert HEALTH not in read(bo.get(NOTES)).text
    assert "avslutad" in read(anna.get(DISCLOSURES)).text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"purpose": " "}, "Skriv vad den andra enheten behöver det till."),
        ({"fields_read": []}, "Välj vad som får läsas."),
        ({"recipient": "999"}, "Välj en enhet."),
        ({"ground": "emergency"}, ""),
        ({"fields_read": ["parent_note"]}, "Välj vilken förälder"),
        ({"fields_read": ["names"]}, ""),
        ({"starts": "2026-03-15"}, "har passerat"),
        ({"ends": "2026-03-15"}, "Skriv en sista dag efter den första."),
    ],
)
def test_a_ground_that_cannot_be_written_says_why(
    cast: Cast, anna: Client, changed: dict[str, object], words: str
):
    before = everything(but_the_trail=True)
    answer = anna.post(DISCLOSURES, disclosure_of(cast, **changed))
    assert answer.status_code == 422
    assert read(answer).errors
    assert words in read(answer).errors
    assert everything(but_the_trail=True) == before


def test_what_other_units_decided_between_them_is_not_shown(written: Cast, bo: Client):
    dental = Unit.objects.create(
        organisation=Unit.objects.get(pk=written.anna.unit).organisation, name="Tandvården"
    )
    disclose(
        written.family,
        DisclosureGround.HARM_TEST,
        recipient=dental,
        fields={Field.NOTE},
        purpose="Remiss",
        starts=ON,
        by=written.anna,
    )
    page = read(bo.get(DISCLOSURES)).text
    assert "Remiss" not in page
    assert "Tandvården" not in page


def test_a_specialist_who_is_named_reads_and_writes_in_the_health_record(
    written: Cast, sign_in: Callable[[str], Client]
):
    staff = Staff.objects.create_user("eva", "Eva En", PASSWORD)
    assignment = Assignment.objects.create(
        staff=staff,
        role=Role.CHILD_HEALTH_SPECIALIST,
        unit_id=written.anna.unit,
        site=Site.objects.get(pk=written.anna.site),
        starts=ON,
    )
    eva = sign_in("eva")
    assert eva.get(NOTES).status_code == 404
    written.family.team.create(staff=staff, role=assignment.role, starts=ON)
    assert HEALTH in read(eva.get(NOTES)).text
    assert eva.post(NOTES, note_of("health", "Bedömd")).status_code == 302
    assert actor_for(assignment, on=ON).unit == Note.objects.get(author=staff).unit_id
