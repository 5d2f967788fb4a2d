"""Opening a family in an emergency: told before, logged, told of, reviewed, over in an hour."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from hembesok.access.models import Assignment
from hembesok.access.rules.roles import Role
from hembesok.access.rules.secrecy import Compartment
from hembesok.families.models import EmergencyAccess, Notice
from hembesok.secrecy.services.notes import write
from tests.conftest import ON, Cast
from tests.services.stored import everything, trail
from tests.web.page import read
from tests.web.test_naming import given

WHY = {"code": "h-0001", "reason": "Barnet är sjukt och ingen svarar"}


@pytest.fixture
def gun(cast: Cast, sign_in: Callable[[str], Client]) -> Client:
    """The screen of Gun, a nurse here who is named for nobody."""
    given("gun", "Gun Gran", Role.CHILD_HEALTH_NURSE, like=cast.anna.staff)
    return sign_in("gun")


@pytest.fixture
def reviewer(cast: Cast, sign_in: Callable[[str], Client]) -> Client:
    """The screen of Rut, who reviews the log of the region."""
    given("rut", "Rut Ros", Role.LOG_REVIEWER, like=cast.anna.staff)
    return sign_in("rut")


def test_all_is_told_before_the_button(gun: Client):
    page = read(gun.get("/emergency"))
    for words in ("loggas", "Familjens team får veta det genast", "granskas efteråt", "en timme"):
        assert words in page.text, words
    assert "/emergency" in read(gun.get("/families")).links


def test_a_family_is_opened_for_an_hour_with_a_banner(gun: Client, cast: Cast):
    write(cast.family, "Om kön", compartment=Compartment.SOCIAL, about_day=ON, by=cast.bo)
    assert gun.get("/f/FAMYAAAA").status_code == 404
    with trail() as lines:
        answer = gun.post("/emergency", WHY)
    assert answer.headers["Location"] == "/f/FAMYAAAA"
    assert [line.action for line in lines] == ["emergency.opened"]
    page = read(gun.get("/f/FAMYAAAA"))
    assert "Doris" in page.text
    assert "Öppnad i nödläge. 60 minuter är kvar" in page.text
    assert "läses i nödläge" in page.text, "what another unit wrote says on what it is read"
    opened = EmergencyAccess.objects.get()
    EmergencyAccess.objects.update(
        opened=opened.opened - timedelta(minutes=59, seconds=30),
        until=opened.until - timedelta(minutes=59, seconds=30),
    )
    assert "1 minut är kvar" in read(gun.get("/f/FAMYAAAA")).text
    over = now()
    EmergencyAccess.objects.update(opened=over - timedelta(minutes=60), until=over)
    assert gun.get("/f/FAMYAAAA").status_code == 404


def test_the_team_is_told_until_each_has_seen_it(
    gun: Client, anna: Client, cast: Cast, sign_in: Callable[[str], Client]
):
    gun.post("/emergency", WHY)
    words = "Gun Gran har öppnat familj H-0001 i nödläge."
    bo = sign_in("bo")
    assert words not in read(gun.get("/today")).text, "not to whoever did it"
    page = read(anna.get("/today"))
    assert words in page.text
    url = f"/notices/{Notice.objects.get().pk}/seen"
    assert url in page.actions
    anna.post(url)
    assert words not in read(anna.get("/today")).text
    assert words in read(bo.get("/today")).text


def test_a_notice_is_seen_only_by_the_familys_own(gun: Client, cilla: Client):
    gun.post("/emergency", WHY)
    before = everything()
    assert cilla.post(f"/notices/{Notice.objects.get().pk}/seen").status_code == 404
    assert everything() == before


@pytest.mark.parametrize("code", ["H-9999", "Doris", "FAMYAAAA"])
def test_an_unknown_code_says_no_more_than_that(gun: Client, code: str):
    before = everything(but_the_trail=True)
    with trail() as lines:
        answer = gun.post("/emergency", {**WHY, "code": code})
    assert answer.status_code == 422
    page = read(answer)
    assert "Ingen familj med den koden kan öppnas." in page.errors
    assert page.values["reason"].strip() == WHY["reason"]
    assert [(line.action, line.subject) for line in lines] == [("emergency.missed", "")]
    assert everything(but_the_trail=True) == before


def test_a_family_elsewhere_is_as_unknown_as_none(cilla: Client):
    there = cilla.post("/emergency", WHY)
    nowhere = cilla.post("/emergency", {**WHY, "code": "H-9999"})
    assert read(there).errors == read(nowhere).errors
    assert not EmergencyAccess.objects.exists()


@pytest.mark.parametrize("reason", ["", "sjukt", "två ord"])
def test_a_reason_is_more_than_a_word_whether_the_code_is_there_or_not(gun: Client, reason: str):
    before = everything()
    for code in ("H-0001", "H-9999"):
        answer = gun.post("/emergency", {"code": code, "reason": reason})
        assert answer.status_code == 422
        assert "Skriv med några ord varför" in read(answer).errors
    assert everything() == before


def test_who_is_in_the_team_opens_nothing_more(anna: Client):
    before = everything()
    assert anna.post("/emergency", WHY).status_code == 422
    assert everything() == before


def test_coordinators_open_nothing(frida: Client):
    assert frida.get("/emergency").status_code == 404
    assert frida.post("/emergency", WHY).status_code == 404


def test_an_opening_is_reviewed_once_by_the_reviewer_of_the_organisation(
    gun: Client, reviewer: Client, cast: Cast, sign_in: Callable[[str], Client]
):
    gun.post("/emergency", WHY)
    opening = str(EmergencyAccess.objects.get().pk)
    page = read(reviewer.get("/emergencies"))
    for words in ("Gun Gran", "H-0001", WHY["reason"], "Inte motiverat"):
        assert words in page.text, words
    assert "Doris" not in page.text
    given("rolf", "Rolf Ro", Role.LOG_REVIEWER, like=cast.frida.staff)
    other = sign_in("rolf")
    assert "Gun Gran" not in read(other.get("/emergencies")).text
    before = everything()
    assert other.post("/emergencies", {"opening": opening, "verdict": "yes"}).status_code == 404
    reviewer.post("/emergencies", {"opening": opening})
    assert everything() == before
    assert "Välj om det var motiverat" in read(reviewer.get("/emergencies")).text
    reviewer.post("/emergencies", {"opening": opening, "verdict": "no"})
    assert EmergencyAccess.objects.get().justified is False
    reviewer.post("/emergencies", {"opening": opening, "verdict": "yes"})
    assert EmergencyAccess.objects.get().justified is False
    assert "Inte motiverat, Rut Ros" in read(reviewer.get("/emergencies")).text


def test_those_not_reviewed_come_first(gun: Client, reviewer: Client, cast: Cast):
    gun.post("/emergency", WHY)
    first = EmergencyAccess.objects.get()
    reviewer.post("/emergencies", {"opening": str(first.pk), "verdict": "yes"})
    EmergencyAccess.objects.create(
        family=cast.family,
        staff=first.staff,
        role=first.role,
        unit=first.unit,
        reason="En äldre öppning här",
        opened=first.opened - timedelta(days=3),
        until=first.until - timedelta(days=3),
    )
    text = read(reviewer.get("/emergencies")).text
    assert text.index("En äldre öppning") < text.index(WHY["reason"])


def test_reviewers_see_no_family(reviewer: Client):
    assert Assignment.objects.filter(role=Role.LOG_REVIEWER).exists()
    for url in ("/families", "/f/FAMYAAAA", "/f/FAMYAAAA/notes", "/f/FAMYAAAA/team"):
        assert reviewer.get(url).status_code == 404
