"""Teams and cover: who is named for a family, by whom, and who is told."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import Role
from hembesok.families.models import Cover, Family, TeamMember
from tests.conftest import ON, PASSWORD, Cast
from tests.services.days import DAY
from tests.services.stored import everything, trail
from tests.web.page import read

TEAM = "/f/FAMYAAAA/team"


def given(login: str, name: str, role: Role, *, like: int) -> Assignment:
    """Give somebody a role where one of the cast works."""
    other = Assignment.objects.get(staff=like)
    staff = Staff.objects.create_user(login, name, PASSWORD)
    return Assignment.objects.create(
        staff=staff, role=role, unit=other.unit, site=other.site, starts=ON - 100 * DAY
    )


@pytest.fixture
def gun(cast: Cast) -> Assignment:
    """Gun, another nurse of the clinic, who is named for nobody."""
    return given("gun", "Gun Gran", Role.CHILD_HEALTH_NURSE, like=cast.anna.staff)


@pytest.fixture
def manager(cast: Cast, sign_in: Callable[[str], Client]) -> Client:
    """The screen of Mona, who manages the site."""
    given("mona", "Mona Mård", Role.MANAGER, like=cast.frida.staff)
    return sign_in("mona")


@pytest.fixture
def protected(cast: Cast) -> Family:
    """The family, with protected personal data."""
    cast.family.protection = "confidentiality_flag"
    cast.family.save()
    return cast.family


def cover_of(gun: Assignment, codes: str = "H-0001", **changed: str) -> dict[str, str]:
    days = {"starts": "2026-03-16", "ends": "2026-03-20"}
    return {"who": str(gun.pk), "codes": codes, **days, **changed}


def test_the_team_reads_who_is_in_it_and_changes_nothing(anna: Client, gun: Assignment):
    page = read(anna.get(TEAM))
    for words in ("Anna Ask", "Bo Björk", "samma team från början", "Ingen vikarierar nu"):
        assert words in page.text, words
    before = everything(but_the_trail=True)
    anna.post(TEAM, {"who": str(gun.pk)})
    assert everything(but_the_trail=True) == before


def test_a_coordinator_changes_a_person_from_today(frida: Client, gun: Assignment, cast: Cast):
    assert "Gun Gran, bvc-sjuksköterska" in read(frida.get(TEAM)).text
    assert frida.post(TEAM, {"who": str(gun.pk)}).status_code == 302
    assert TeamMember.objects.get(staff=cast.anna.staff).ends == ON - DAY
    page = read(frida.get(TEAM)).text
    assert "Familjen har haft 1 byte av person." in page
    assert "Tidigare Anna Ask" in page


def test_only_those_with_a_fitting_assignment_here_are_offered(
    frida: Client, gun: Assignment, cast: Cast
):
    page = read(frida.get(TEAM)).text
    assert "Cilla Ceder" not in page
    assert "Frida Fors, samordnare" not in page
    gun.ends = ON - DAY
    gun.save()
    elsewhere = Assignment.objects.get(staff=cast.cilla.staff)
    before = everything(but_the_trail=True)
    for wanted in (gun, elsewhere):
        answer = frida.post(TEAM, {"who": str(wanted.pk)})
        assert answer.status_code == 422
        assert "Välj en person." in read(answer).errors
    assert everything(but_the_trail=True) == before


def test_a_cover_of_several_families_opens_them_for_its_days_and_tells_the_team(
    frida: Client, anna: Client, gun: Assignment, sign_in: Callable[[str], Client], cast: Cast
):
    Family.objects.create(site_id=cast.anna.site, code="H-0002", language="sv", ref="FAMYBBBB")
    screen = sign_in("gun")
    assert screen.get("/f/FAMYAAAA").status_code == 404
    assert frida.post("/cover", cover_of(gun, "h-0001, H-0002")).status_code == 302
    assert {one.family.code for one in Cover.objects.all()} == {"H-0001", "H-0002"}
    assert screen.get("/f/FAMYAAAA").status_code == 200
    assert "Gun Gran vikarierar för familj H-0001." in read(anna.get("/today")).text
    assert "Gun Gran" in read(anna.get(TEAM)).text
    Cover.objects.update(starts=ON - 3 * DAY, ends=ON - DAY)
    assert screen.get("/f/FAMYAAAA").status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"codes": "H-0001 H-9999"}, "Ingen familj här har koden H-9999"),
        ({"codes": " , "}, "Skriv minst en kod"),
        ({"ends": "2026-03-15"}, "2026-03-15"),
        ({"ends": "2026-12-24"}, "92"),
        ({"who": ""}, "Välj en person"),
    ],
)
def test_a_cover_that_cannot_be_is_refused_whole(
    frida: Client, gun: Assignment, changed: dict[str, str], words: str
):
    before = everything()
    answer = frida.post("/cover", cover_of(gun, **changed))
    assert answer.status_code == 422
    assert words in read(answer).errors
    assert everything() == before


def test_the_coordinator_names_nobody_for_a_protected_family(
    frida: Client, protected: Family, gun: Assignment
):
    page = read(frida.get(TEAM))
    assert "Chefen ändrar teamet" in page.text
    before = everything(but_the_trail=True)
    answer = frida.post(TEAM, {"who": str(gun.pk)})
    assert answer.status_code == 422
    assert "Bara chefen" in read(answer).text
    answer = frida.post("/cover", cover_of(gun))
    assert answer.status_code == 422
    assert "Bara chefen" in read(answer).errors
    assert everything(but_the_trail=True) == before


def test_the_manager_finds_a_protected_family_by_its_code_and_sees_no_person_of_it(
    manager: Client, protected: Family, gun: Assignment, cast: Cast
):
    assert manager.get("/").headers["Location"] == "/funnel"
    answer = manager.post("/naming", {"code": " h-0001 "})
    assert answer.headers["Location"] == TEAM
    page = read(manager.get(TEAM))
    assert not any(word in page.text for word in ("Doris", "Dana", "Almgatan", "Port 3"))
    assert manager.post(TEAM, {"who": str(gun.pk)}).status_code == 302
    assert TeamMember.objects.filter(staff=gun.staff, ends=None).exists()
    for url in ("/f/FAMYAAAA", "/families", "/f/FAMYAAAA/notes", "/f/FAMYAAAA/home"):
        assert manager.get(url).status_code == 404


@pytest.mark.parametrize("code", ["H-9999", "Doris", "FAMYAAAA", ""])
def test_a_code_that_is_none_is_said_so(manager: Client, code: str):
    with trail() as lines:
        answer = manager.post("/naming", {"code": code})
    assert answer.status_code == 422
    assert read(answer).errors
    assert not any(line.subject for line in lines)


def test_the_manager_of_another_site_reaches_nothing(
    cast: Cast, sign_in: Callable[[str], Client], protected: Family
):
    given("mats", "Mats Mo", Role.MANAGER, like=cast.cilla.staff)
    mats = sign_in("mats")
    assert mats.post("/naming", {"code": "H-0001"}).status_code == 422
    assert mats.get(TEAM).status_code == 404
    assert mats.get("/f/FAMYAAAA/protection").status_code == 404


def test_the_number_of_changes_counts_each_role(frida: Client, cast: Cast, gun: Assignment):
    TeamMember.objects.filter(staff=cast.bo.staff).update(ends=date(2026, 1, 1))
    TeamMember.objects.create(
        family=cast.family, staff_id=cast.bo.staff, role="parental_adviser", starts=date(2026, 1, 2)
    )
    frida.post(TEAM, {"who": str(gun.pk)})
    assert "2 byten av person" in read(frida.get(TEAM)).text
