"""The extract of the log that a family is handed: by unit and role, and nothing of the other's."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.timezone import localdate

from hembesok.access.models import TrailEntry
from hembesok.access.rules.roles import Role
from hembesok.access.rules.secrecy import Compartment
from hembesok.families.models import Guardian
from hembesok.secrecy.services.notes import write
from hembesok.web.extract import concerns
from tests.conftest import ON, Cast
from tests.services.days import DAY
from tests.services.stored import everything, trail
from tests.web.page import read
from tests.web.test_naming import given


@pytest.fixture
def davut(cast: Cast) -> Guardian:
    """The other parent, of whom the nurse has written."""
    other = Guardian.objects.create(family=cast.family, given_name="Davut", number=2)
    write(
        cast.family,
        "Sover dåligt",
        compartment=Compartment.PARENT,
        about_day=ON,
        guardian=other,
        by=cast.anna,
    )
    return other


def extract(guardian: str = "1", *, table: bool = False, **days: str) -> str:
    # The trail has the day of the clock, which is not that of the cast.
    today = localdate()
    asked = {"first": f"{today - DAY}", "last": f"{today}", **days}
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/f/FAMYAAAA/extract{'/csv' if table else ''}?guardian={guardian}&{query}"


def test_it_says_who_by_unit_and_role_and_names_no_staff(anna: Client, frida: Client):
    anna.get("/f/FAMYAAAA")
    anna.get("/f/FAMYAAAA")
    frida.get("/families")
    with trail() as lines:
        page = read(anna.get(extract()))
    assert [(line.action, line.detail) for line in lines] == [("extract.made", "guardian-1")]
    rows = page.rows
    opened = [row for row in rows if "Öppnade er familjs sida" in row]
    assert len(opened) == 1
    assert "BVC Här" in opened[0]
    assert opened[0].endswith("2")
    assert any("Råd" in row and "Samordnare" in row and "Såg er i en lista" in row for row in rows)
    assert not any(name in row for row in rows for name in ("Anna", "Frida", "Doris", "Dana"))


def test_the_other_parents_own_is_left_out(anna: Client, davut: Guardian):
    anna.get("/f/FAMYAAAA/notes")
    for url in (extract("1"), extract("1", table=True)):
        text = anna.get(url).content.decode()
        assert "Skrev en anteckning" not in text
        assert "Läste anteckningar" not in text
        assert "Sover" not in text
    assert "Skrev en anteckning om er" in " ".join(read(anna.get(extract("2"))).rows)


def test_where_parents_are_apart_nothing_tells_of_home_or_consent(
    anna: Client, cast: Cast, davut: Guardian
):
    anna.post("/f/FAMYAAAA/protection", {"level": "none", "apart": "on"})
    anna.post("/f/FAMYAAAA/home", {"address": "Ekgatan 2"})
    rows = " ".join(read(anna.get(extract("2"))).rows)
    for words in ("var ni får besök", "uppgifter skyddas", "Skrev in ett samtycke"):
        assert words not in rows, words


@pytest.mark.parametrize(
    ("action", "detail", "apart", "shown"),
    [
        ("note.read", "parent-2 3", False, False),
        ("note.read", "parent-1 3", False, True),
        ("note.read", "parent-12 3", False, False),
        ("note.read", "health 2", True, True),
        ("disclosure.made", "harm_test 7 parent-2", False, False),
        ("consent.given", "2 share", False, True),
        ("consent.given", "2 share", True, False),
        ("consent.given", "1 share", True, True),
        ("home.shown", "", True, False),
        ("home.shown", "", False, True),
        ("extract.made", "guardian-2", False, False),
    ],
)
def test_what_stands_in_one_guardians_extract(action: str, detail: str, apart: bool, shown: bool):
    assert concerns(action, detail, guardian=1, apart=apart) is shown


def test_as_a_table_it_names_nobody_in_its_file(anna: Client):
    anna.get("/f/FAMYAAAA")
    answer = anna.get(extract(table=True))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "H-0001" not in answer.headers["Content-Disposition"]
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines()[0] == "Dag;Enhet;Roll;Vad;Antal"
    assert "BVC Här;BVC-sjuksköterska;Öppnade er familjs sida;1" in text
    assert "Anna" not in text


@pytest.mark.parametrize(
    "url",
    [extract("9"), extract("x"), extract(first="2026-13-01"), extract(last="2020-01-01")],
)
def test_what_cannot_be_asked_for_says_why_and_makes_nothing(anna: Client, url: str):
    before = everything(but_the_trail=True)
    answer = anna.get(url)
    assert answer.status_code == 422
    assert read(answer).errors
    assert anna.get(url.replace("extract?", "extract/csv?")).status_code == 302
    assert everything(but_the_trail=True) == before
    assert not TrailEntry.objects.filter(action="extract.made").exists()


def test_before_a_parent_is_chosen_nothing_is_made(anna: Client):
    before = everything(but_the_trail=True)
    page = read(anna.get("/f/FAMYAAAA/extract"))
    assert page.rows == []
    assert everything(but_the_trail=True) == before
    assert not TrailEntry.objects.filter(action="extract.made").exists()


def test_days_outside_the_period_are_left_out(anna: Client):
    anna.get("/f/FAMYAAAA")
    page = read(anna.get(extract(first="2020-01-01", last="2020-01-31")))
    assert page.rows == []
    assert "Ingen har läst eller skrivit de här dagarna." in page.text


def test_the_log_reviewer_goes_by_the_code_and_sees_the_own_organisation_and_no_name(
    anna: Client, frida: Client, cast: Cast, sign_in: Callable[[str], Client]
):
    anna.get("/f/FAMYAAAA")
    frida.get("/families")
    given("rut", "Rut Ros", Role.LOG_REVIEWER, like=cast.anna.staff)
    rut = sign_in("rut")
    assert rut.post("/extracts", {"code": "H-9999"}).status_code == 422
    assert rut.post("/extracts", {"code": "h-0001"}).headers["Location"] == "/f/FAMYAAAA/extract"
    page = read(rut.get(extract()))
    assert any("BVC Här" in row for row in page.rows)
    assert not any("Råd" in row for row in page.rows)
    assert "Förälder 1" in page.text
    assert "Dana" not in page.text


def test_coordinators_make_no_extract(frida: Client):
    assert frida.get(extract()).status_code == 404
