"""Protected personal data: hidden from the coordinator, taught to the team, forgotten where due."""

import pytest
from django.test import Client

from hembesok.access.rules.roles import Role
from hembesok.families.models import Family
from hembesok.visits.services.booking import book
from tests.conftest import ON, Cast
from tests.services.days import moment
from tests.services.stored import everything, trail
from tests.web.page import ADDRESSES, address, gate_of, read

PROTECTION, HOME = "/f/FAMYAAAA/protection", "/f/FAMYAAAA/home"
PERSONAL = ("Doris", "Dana", "Almgatan", "Port 3", "Parken")


@pytest.fixture
def protected(cast: Cast) -> Family:
    """The family with a flag, and a place to meet."""
    cast.family.protection = "confidentiality_flag"
    cast.family.meeting_place = "Parken"
    cast.family.save()
    return cast.family


def test_the_page_teaches_what_each_level_means(anna: Client):
    page = read(anna.get(PROTECTION))
    for words in (
        "Sekretessmarkering", "Skyddad folkbokföring", "Fingerade personuppgifter",
        "Skatteverket", "Samordnaren ser bara koden", "Ingen adress förvaras",
    ):  # fmt: skip
        assert words in page.text, words
    assert page.radios == ["none", "confidentiality_flag", "protected_registration", "fictitious"]


@pytest.mark.parametrize("level", ["protected_registration", "fictitious"])
def test_above_the_flag_the_home_is_forgotten(anna: Client, cast: Cast, level: str):
    assert anna.post(PROTECTION, {"level": level, "apart": "on"}).status_code == 302
    family = Family.objects.get()
    assert (family.protection, family.address, family.door_note) == (level, "", "")
    page = read(anna.get("/f/FAMYAAAA")).text
    assert "Almgatan" not in page
    assert "Föräldrarna skyddas från varandra" in page
    assert {"address", "door_note"}.isdisjoint(read(anna.get(HOME)).values)
    before = everything(but_the_trail=True)
    answer = anna.post(HOME, {"address": "Almgatan 1", "meeting_place": "Parken"})
    assert answer.status_code == 422
    assert "mötesplats" in read(answer).errors.lower()
    assert everything(but_the_trail=True) == before
    anna.post(HOME, {"meeting_place": "Parken"})
    assert "Mötesplats: Parken" in read(anna.get("/f/FAMYAAAA")).text


@pytest.mark.parametrize("filled", [{"apart": "on"}, {"level": "secret"}, {"level": ""}])
def test_a_level_has_to_be_chosen(anna: Client, filled: dict[str, str]):
    before = everything(but_the_trail=True)
    answer = anna.post(PROTECTION, filled)
    assert answer.status_code == 422
    assert read(answer).errors
    assert everything(but_the_trail=True) == before


def test_the_coordinator_sees_the_code_only_on_every_page(
    frida: Client, anna: Client, cast: Cast, protected: Family
):
    book(cast.child, "home-2", at=moment(ON, 13), by=cast.bo)
    seen = 0
    for pattern in ADDRESSES:
        gate = gate_of(pattern)
        if gate is None or (gate and Role.COORDINATOR not in gate):
            continue
        for headers in ({}, {"accept-language": "en"}):
            answer = frida.get(address(pattern), headers=headers)
            if answer.status_code != 200:
                continue
            seen += 1
            html = answer.content.decode()
            assert not any(word in html for word in PERSONAL), pattern
    assert seen >= 12
    assert "Familj H-0001" in read(frida.get("/f/FAMYAAAA")).title
    assert "Doris" in read(anna.get("/f/FAMYAAAA")).text


def test_nobody_finds_a_protected_family_by_name(frida: Client, anna: Client, protected: Family):
    for client in (frida, anna):
        for wanted, rows in (("Doris", 0), ("Dana", 0), ("H-0001", 1)):
            answer = client.post("/families", {"search": wanted}, follow=True)
            assert len(read(answer).rows) == rows, wanted


def test_a_flagged_home_is_hidden_until_asked_for_and_each_time_is_noted(
    anna: Client, protected: Family
):
    assert "Almgatan" not in anna.get("/today").content.decode()
    page = read(anna.get("/f/FAMYAAAA"))
    assert "Almgatan" not in page.text
    assert "Sekretessmarkering. Berätta inte" in page.text
    assert f"{HOME}/show" in page.actions
    with trail() as lines:
        page = read(anna.post(f"{HOME}/show"))
    assert "Almgatan 1" in page.text
    assert "Port 3" in page.text
    assert "home.shown" in [line.action for line in lines]
    assert anna.get(f"{HOME}/show").status_code == 405


def test_the_coordinator_cannot_ask_for_a_home(frida: Client, protected: Family):
    before = everything()
    for url in (HOME, f"{HOME}/show", PROTECTION):
        assert frida.post(url, {"level": "none"}).status_code == 404
        assert frida.get(url).status_code in (404, 405)
    assert everything() == before


def test_a_hidden_home_is_kept_where_nothing_is_written_and_not_shown_to_be_changed(
    anna: Client, protected: Family
):
    assert "Almgatan" not in anna.get(HOME).content.decode()
    anna.post(HOME, {"address": "", "door_note": "", "meeting_place": "Biblioteket"})
    family = Family.objects.get()
    assert (family.address, family.door_note) == ("Almgatan 1", "Port 3")
    assert family.meeting_place == "Biblioteket"
    anna.post(HOME, {"remove": "on"})
    assert Family.objects.get().address == ""


def test_a_home_is_changed(anna: Client, cast: Cast):
    assert read(anna.get(HOME)).values["address"] == "Almgatan 1"
    anna.post(HOME, {"address": "Ekgatan 2", "door_note": ""})
    assert (Family.objects.get().address, Family.objects.get().door_note) == ("Ekgatan 2", "")


def test_without_a_name_the_code_stands_for_the_child(anna: Client, cast: Cast):
    cast.child.given_name = ""
    cast.child.save()
    for url in ("/f/FAMYAAAA", "/f/FAMYAAAA/1/v/home-2/book", "/today", "/families"):
        page = read(anna.get(url))
        assert "H-0001" in page.text
        assert " , " not in page.text, url
