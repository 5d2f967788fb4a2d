"""The technical administrator: accounts, assignments, units and sites, and no family anywhere."""

import io
import re
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given as drawn
from hypothesis import strategies as st

from hembesok.access.models import Assignment, Site, Staff, Unit
from hembesok.access.rules.administration import Spell, why_not_assign
from hembesok.access.rules.roles import Role
from tests.conftest import ON, Cast
from tests.services.days import DAY
from tests.services.stored import everything, trail
from tests.web.conftest import let_in
from tests.web.page import ADDRESSES, address, gate_of, read
from tests.web.test_naming import given


@pytest.fixture
def tora(cast: Cast, sign_in: Callable[[str], Client]) -> Client:
    """The screen of Tora, who administers."""
    given("tora", "Tora Tall", Role.TECHNICAL_ADMINISTRATOR, like=cast.frida.staff)
    return sign_in("tora")


def page_of(login: str) -> str:
    return f"/admin/staff/{Staff.objects.get(login=login).pk}"


def assignment_of(cast: Cast, **changed: str) -> dict[str, str]:
    return {
        "role": "child_health_nurse",
        "unit": str(cast.anna.unit),
        "site": str(cast.anna.site),
        "starts": "2026-03-16",
        "ends": "",
        **changed,
    }


def test_an_account_is_made_and_its_password_shown_once(tora: Client):
    with trail() as lines:
        answer = tora.post("/admin/staff", {"login": "Ny.Person", "name": "Ny Person"})
    (password,) = re.findall(r'<b class="num">([^<]+)</b>', answer.content.decode())
    made = Staff.objects.get(login="ny.person")
    assert made.check_password(password)
    assert [(line.action, line.subject) for line in lines] == [("staff.added", f"staff:{made.pk}")]
    assert password not in tora.get("/admin/staff").content.decode()
    assert "Ny Person" in read(tora.get("/admin/staff")).text


@pytest.mark.parametrize(
    ("login", "name", "words"),
    [
        ("anna", "Annan", "tillhör redan någon"),
        ("ANNA", "Annan", "tillhör redan någon"),
        ("an na", "Annan", "utan mellanslag"),
        ("ny", " ", "Skriv ett namn"),
        ("", "Annan", "Skriv ett konto"),
    ],
)
def test_an_account_that_cannot_be_says_why(tora: Client, login: str, name: str, words: str):
    before = everything()
    answer = tora.post("/admin/staff", {"login": login, "name": name})
    assert answer.status_code == 422
    assert words in read(answer).errors
    assert everything() == before


def test_an_assignment_is_given_and_ended(tora: Client, cast: Cast, cilla: Client):
    url = page_of("cilla")
    assert tora.post(url, assignment_of(cast)).status_code == 302
    made = Assignment.objects.latest("pk")
    assert (made.staff.login, made.role, made.starts) == ("cilla", "child_health_nurse", ON)
    made.starts = ON - 9 * DAY
    made.save()
    with trail() as lines:
        tora.post(url, {"act": "end", "assignment": str(made.pk)})
    made.refresh_from_db()
    assert made.ends == ON - DAY
    assert [line.action for line in lines] == ["assignment.ended"]


def test_what_has_not_begun_is_taken_away(tora: Client, cast: Cast):
    tora.post(page_of("cilla"), assignment_of(cast, starts="2026-04-01"))
    made = Assignment.objects.latest("pk")
    tora.post(page_of("cilla"), {"act": "end", "assignment": str(made.pk)})
    assert not Assignment.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("login", "changed", "words"),
    [
        ("cilla", {"ends": "2026-03-15"}, "2026-03-15"),
        ("anna", {}, "har redan det uppdraget"),
        ("tora", {}, "kan inte ge dig själv"),
        ("tora", {"role": "coordinator"}, "kan inte ge dig själv"),
        ("tora", {"role": "manager"}, "kan inte ge dig själv"),
        ("cilla", {"role": "king"}, ""),
        ("cilla", {"unit": "999"}, ""),
        ("cilla", {"starts": "i dag"}, "Skriv dagen"),
    ],
)
def test_an_assignment_that_cannot_be_says_why(
    tora: Client, cast: Cast, login: str, changed: dict[str, str], words: str
):
    before = everything()
    answer = tora.post(page_of(login), assignment_of(cast, **changed))
    assert answer.status_code == 422
    assert read(answer).errors
    assert words in read(answer).errors
    assert everything() == before


def test_a_closed_account_is_out_at_once_and_can_be_opened(tora: Client, cilla: Client):
    tora.post(page_of("cilla"), {"act": "close"})
    assert cilla.get("/today").headers["Location"].startswith(reverse("sign-in"))
    tora.post(page_of("cilla"), {"act": "open"})
    assert Staff.objects.get(login="cilla").is_active


def test_the_last_administrator_stays(tora: Client, cast: Cast):
    url = page_of("tora")
    own = Assignment.objects.get(role=Role.TECHNICAL_ADMINISTRATOR)
    end = {"act": "end", "assignment": str(own.pk)}
    before = everything()
    for pressed in ({"act": "close"}, end):
        assert tora.post(url, pressed).status_code == 302
        assert everything() == before
        assert "sista administratören" in read(tora.get(url)).text
    given("ture", "Ture Tröst", Role.TECHNICAL_ADMINISTRATOR, like=cast.frida.staff)
    Staff.objects.filter(login="ture").update(is_active=False)
    tora.post(url, {"act": "close"})
    assert Staff.objects.get(login="tora").is_active, "one that is closed is nobody"
    Staff.objects.filter(login="ture").update(is_active=True)
    tora.post(url, end)
    own.refresh_from_db()
    assert own.ends == ON - DAY


def test_anothers_assignment_is_not_ended_on_this_page(tora: Client, cast: Cast):
    of_anna = Assignment.objects.get(staff=cast.anna.staff)
    before = everything()
    for wanted in (str(of_anna.pk), "", "x"):
        answer = tora.post(page_of("cilla"), {"act": "end", "assignment": wanted})
        assert answer.status_code == 404
    assert everything() == before


def test_units_and_sites_are_made_and_changed(tora: Client, cast: Cast):
    tora.post("/admin/units", {"organisation": "Region", "name": "BVC Ny"})
    unit = Unit.objects.get(name="BVC Ny")
    assert unit.organisation.name == "Region"
    new = {"key": "ny", "name": "Nyby", "clinic": str(unit.pk), "advice": ""}
    assert tora.post("/admin/sites", new).status_code == 302
    site = Site.objects.get(key="ny")
    assert (site.clinic, site.advice) == (unit, None)
    tora.post(f"/admin/sites/{site.pk}", {"name": "Nya byn", "advice": str(cast.bo.unit)})
    site.refresh_from_db()
    assert (site.name, site.clinic, site.advice_id) == ("Nya byn", None, cast.bo.unit)
    before = everything()
    for url, filled in (
        ("/admin/units", {"organisation": "Region", "name": "BVC Ny"}),
        ("/admin/units", {"organisation": " ", "name": "B"}),
        ("/admin/sites", {**new, "name": "Igen"}),
        ("/admin/sites", {**new, "key": "Å ä"}),
        ("/admin/sites", {**new, "key": "b", "name": ""}),
    ):
        answer = tora.post(url, filled)
        assert answer.status_code == 422, filled
        assert read(answer).errors
    assert everything() == before


def test_the_administrator_finds_no_family_anywhere(tora: Client, cast: Cast):
    for pattern in ADDRESSES:
        url = address(pattern)
        posted = {"code": "H-0001", "search": "Doris"}
        for answer in (tora.get(url), tora.post(url, posted)):
            html = answer.content.decode()
            assert not any(word in html for word in ("Doris", "Dana", "Almgatan", "Port 3")), url
            if pattern.name in ("sign-out", "lock"):
                let_in(tora, "tora")
                tora.get(reverse("choose-role"))


@pytest.mark.parametrize("login", ["anna", "bo", "cilla", "frida"])
def test_nobody_else_administers(sign_in: Callable[[str], Client], login: str):
    client = sign_in(login)
    before = everything()
    for pattern in ADDRESSES:
        if str(pattern.name).startswith("admin"):
            assert gate_of(pattern) == frozenset({Role.TECHNICAL_ADMINISTRATOR})
            assert client.get(address(pattern)).status_code == 404
            assert client.post(address(pattern), {"act": "close"}).status_code == 404
    assert everything() == before


days = st.integers(0, 60).map(lambda n: ON + timedelta(n))


@drawn(days, st.none() | days, days, st.none() | days)
def test_two_equal_assignments_never_hold_on_one_day(starts, ends, from_, to):
    held, new = (
        Spell(Role.COORDINATOR, 1, 1, starts, ends),
        Spell(Role.COORDINATOR, 1, 1, from_, to),
    )
    if (ends and ends < starts) or (to and to < from_):
        return
    some_day = any(
        one.starts <= day and (one.ends is None or day <= one.ends)
        for day in (ON + timedelta(n) for n in range(62))
        for one in [held]
        if new.starts <= day and (new.ends is None or day <= new.ends)
    )
    assert (why_not_assign(new, [held], own=False) is not None) is some_day
    elsewhere = Spell(Role.COORDINATOR, 1, 2, from_, to)
    assert why_not_assign(elsewhere, [held], own=False) is None


COMMAND = ("add-staff", "root.ek", "Rot Ek", "--role", "technical_administrator")
WHERE = ("--unit", "Kommun / IT", "--site", "nyby")


def command(monkeypatch: pytest.MonkeyPatch, password: str, *more: str) -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    out = io.StringIO()
    call_command(COMMAND[0].replace("-", "_"), *COMMAND[1:], *more, stdout=out)
    return out.getvalue()


def test_the_first_administrator_is_made_by_a_command(db: None, monkeypatch: pytest.MonkeyPatch):
    assert "root.ek" in command(monkeypatch, "a long enough phrase", *WHERE)
    made = Staff.objects.get(login="root.ek")
    assert made.check_password("a long enough phrase")
    assert made.assignments.get().unit.organisation.name == "Kommun"
    before = everything()
    with pytest.raises(CommandError, match="administr"):
        command(monkeypatch, "another long phrase", *WHERE)
    assert everything() == before


@pytest.mark.parametrize(
    ("password", "where"),
    [
        ("short", WHERE),
        ("", WHERE),
        ("a long enough phrase", ("--unit", "IT", "--site", "nyby")),
        ("a long enough phrase", ("--unit", "Kommun / IT", "--site", "Ny by")),
    ],
)
def test_a_command_that_cannot_be_makes_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch, password: str, where: tuple[str, ...]
):
    before = everything()
    with pytest.raises(CommandError):
        command(monkeypatch, password, *where)
    assert everything() == before
