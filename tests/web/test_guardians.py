"""A family's guardians through the pages: one more, and what is known of one."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from hembesok.families.models import Family, Guardian
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.families.services.homes import protect
from hembesok.secrecy.rules import Purpose
from hembesok.secrecy.services.grounds import consented
from hembesok.values.identity import TEST_SERIALS, written
from hembesok.values.identity import test_number as fake_number
from tests.conftest import ON, Cast
from tests.services.stored import everything, trail
from tests.web.page import read

DAN = {"given_name": "Dan", "phone": "070-174 06 05", "custody": "on"}


@pytest.fixture(autouse=True)
def _english(anna: Client) -> None:
    anna.post(reverse("set_language"), {"language": "en"})


@pytest.fixture
def adds(cast: Cast) -> str:
    return reverse("new-guardian", args=[cast.family.ref])


@pytest.fixture
def dana(cast: Cast) -> str:
    return reverse("guardian", args=[cast.family.ref, 1])


def test_a_guardian_more_is_asked_for_consent_from_then_on(anna: Client, cast: Cast, adds: str):
    assert consented(cast.family, Purpose.TAKE_PART, on=ON)
    assert adds in read(anna.get(reverse("consents", args=[cast.family.ref]))).links
    with trail() as lines:
        assert anna.post(adds, DAN).status_code == 302
    assert ("guardian.added", cast.family.subject, "2") in {
        (one.action, one.subject, one.detail) for one in lines
    }
    dan = Guardian.objects.get(family=cast.family, number=2)
    assert (dan.given_name, dan.phone, dan.custody) == ("Dan", "070-174 06 05", True)
    assert not consented(cast.family, Purpose.TAKE_PART, on=ON)


def test_what_is_known_of_a_guardian_is_shown_and_changed(anna: Client, cast: Cast, dana: str):
    page = read(anna.get(dana))
    assert page.values["given_name"] == "Dana"
    changed = {"given_name": "Dana Maria", "phone": "070-174 06 06", "birth_parent": "on"}
    with trail() as lines:
        assert anna.post(dana, changed).status_code == 302
    assert [one.action for one in lines] == ["guardian.read", "guardian.changed"]
    stored = Guardian.objects.get(family=cast.family)
    assert (stored.given_name, stored.phone) == ("Dana Maria", "070-174 06 06")
    assert (stored.custody, stored.birth_parent, stored.first_time_parent) == (False, True, False)


def test_a_guardian_has_a_name(anna: Client, adds: str, dana: str):
    for url in (adds, dana):
        before = everything_but_trail()
        answer = anna.post(url, DAN | {"given_name": "  "})
        assert answer.status_code == 422
        assert "Write a name." in read(answer).text
        assert everything_but_trail() == before


def everything_but_trail() -> dict[str, object]:
    return {name: rows for name, rows in everything().items() if "trail" not in name.lower()}


def test_a_number_is_written_once_and_is_nobody_elses(anna: Client, cast: Cast, dana: str):
    number = fake_number(ON.replace(year=1994), serial=TEST_SERIALS[0])
    childs = cast.child.identifiers.get().value
    taken = anna.post(dana, DAN | {"number": written(childs)})
    assert taken.status_code == 422
    assert not Guardian.objects.get(family=cast.family).identifiers.exists()
    assert anna.post(dana, DAN | {"number": written(number)}).status_code == 302
    assert [one.value for one in Guardian.objects.get().identifiers.all()] == [number]
    assert "number" not in read(anna.get(dana)).values
    # What is sent all the same changes nothing.
    assert anna.post(dana, DAN | {"number": written(childs)}).status_code == 302
    assert [one.value for one in Guardian.objects.get().identifiers.all()] == [number]


def test_a_protected_familys_telephone_is_not_shown_and_stays_unless_one_is_written(
    anna: Client, cast: Cast, dana: str
):
    anna.post(dana, DAN | {"given_name": "Dana"})
    protect(cast.family, ProtectionLevel.CONFIDENTIALITY_FLAG, parents_apart=False, by=cast.anna)
    answer = anna.get(dana)
    assert DAN["phone"] not in answer.content.decode()
    assert "Left empty, it stays." in read(answer).text
    anna.post(dana, {"given_name": "Dana", "phone": "", "custody": "on"})
    assert Guardian.objects.get().phone == DAN["phone"]
    anna.post(dana, {"given_name": "Dana", "phone": "070-174 06 99", "custody": "on"})
    assert Guardian.objects.get().phone == "070-174 06 99"


@pytest.mark.parametrize("who", ["bo", "frida", "cilla"])
def test_only_the_familys_nurse_writes_guardians(
    sign_in: Callable[[str], Client], cast: Cast, who: str, adds: str, dana: str
):
    screen = sign_in(who)
    for url in (adds, dana, reverse("guardian", args=[cast.family.ref, 9])):
        assert screen.get(url).status_code == screen.post(url, DAN).status_code == 404
    assert Family.objects.get().guardians.count() == 1
    assert adds not in screen.get(reverse("consents", args=[cast.family.ref])).content.decode()


def test_a_guardian_that_is_not_there_is_not_found(anna: Client, cast: Cast):
    assert anna.get(reverse("guardian", args=[cast.family.ref, 9])).status_code == 404
