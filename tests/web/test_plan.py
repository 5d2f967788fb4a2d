"""Planning on its pages: the week, one press to book, who is away, and what is refused in words.

Monday 16 March 2026 is in week 12. Home visit 2 of Doris is overdue.
"""

from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from hembesok.access.models import Assignment, Staff, TrailEntry
from hembesok.families.models import Cover, Family
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.visits.models import Absence, BusyTime, ClosedDay, Visit
from hembesok.visits.services.booking import book
from tests.conftest import ON, Cast
from tests.services.days import DAY, moment
from tests.services.test_times import other_family
from tests.web.page import read

PICK = "FAMYAAAA.1.home-2"
TUESDAY = ON + DAY


def put_in(client: Client, at: datetime | str, pick: str = PICK):
    text = at if isinstance(at, str) else at.isoformat()
    return client.post("/plan/book", {"pick": pick, "at": text, "week": "2026-W12"})


def away(cast: Cast, first: date = ON, last: date = ON) -> Absence:
    return Absence.objects.create(
        staff_id=cast.anna.staff, starts=first, ends=last, written_by_id=cast.frida.staff,
        written_at=now(),
    )  # fmt: skip


@pytest.mark.parametrize("login", ["anna", "bo", "frida"])
def test_the_week_shows_free_gaps_and_who_waits(sign_in: Callable[[str], Client], login: str):
    page = read(sign_in(login).get("/plan"))
    assert "vecka 12" in page.text
    assert "Ask / Björk" in page.text
    assert "08.00–17.00 ledigt" in page.text
    assert "Att boka (1)" in page.text
    assert "H-0001" in page.text
    assert "H-0001" not in page.title
    assert TrailEntry.objects.filter(action="plan.read", subject="family:FAMYAAAA").exists()


def test_a_week_elsewhere_shows_nobody(cilla: Client):
    page = read(cilla.get("/plan"))
    assert "H-0001" not in page.text
    assert "Ingen väntar på en tid." in page.text


def test_a_time_is_put_in_with_one_press(anna: Client, cast: Cast):
    page = read(anna.get(f"/plan?week=2026-W12&pick={quote(PICK)}"))
    assert "efter fönstret Lägg in 08.00" in page.text
    answer = put_in(anna, moment(TUESDAY, 8))
    assert answer["Location"] == "/plan?week=2026-W12"
    assert Visit.objects.get(child=cast.child).booked_for == moment(TUESDAY, 8)
    page = read(anna.get("/plan"))
    assert "är bokat: tis 17 mar kl. 08.00" in page.text
    assert "09.15–17.00 ledigt" in page.text
    assert "Att boka (0)" in page.text


def test_two_presses_book_one_visit(anna: Client, cast: Cast):
    put_in(anna, moment(TUESDAY, 8))
    answer = put_in(anna, moment(TUESDAY, 8))
    assert answer.status_code == 422
    assert Visit.objects.counted().count() == 1


def test_a_time_that_was_taken_meanwhile_is_refused(anna: Client, cast: Cast):
    BusyTime.objects.create(
        staff_id=cast.bo.staff, starts=moment(TUESDAY, 8), ends=moment(TUESDAY, 9)
    )
    answer = put_in(anna, moment(TUESDAY, 8))
    assert answer.status_code == 422
    assert "Tiden är inte längre ledig." in read(answer).text
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("pick", "at"),
    [
        ("", "2026-03-17T08:00:00+00:00"),
        ("FAMYAAAA.1.home-99", "2026-03-17T08:00:00+00:00"),
        ("FAMYAAAA.9.home-2", "2026-03-17T08:00:00+00:00"),
        (PICK, "tomorrow"),
        (PICK, "2026-03-17T08:00:00"),
        (PICK, "9999-12-31T23:59:59+00:00"),
        (PICK, "0001-01-01T00:00:00+23:59"),
        ("\x00.1.x", ""),
    ],
)
def test_what_no_button_holds_is_refused_in_words(anna: Client, pick: str, at: str):
    answer = put_in(anna, at, pick)
    assert answer.status_code == 422
    assert "Inget har sparats" in read(answer).text
    assert not Visit.objects.exists()


def test_another_teams_visit_is_not_booked(cilla: Client):
    assert put_in(cilla, moment(TUESDAY, 8)).status_code == 422
    assert not Visit.objects.exists()


@pytest.mark.parametrize("week", ["2026-W54", "12", "2026-12", "1066-W01", "W12", "2026-W1٢"])
def test_a_week_that_is_none_is_told_so(anna: Client, week: str):
    answer = anna.get("/plan", {"week": week})
    assert answer.status_code == 422
    page = read(answer)
    assert "Det finns ingen sådan vecka" in page.text
    assert "vecka 12" in page.text


def test_the_weeks_before_and_after_are_one_step_away(anna: Client):
    links = read(anna.get("/plan?week=2026-W53")).links
    assert {"/plan?week=2026-W52", "/plan?week=2027-W01"} <= set(links)
    assert anna.get("/plan?week=2000-W01").status_code == 200
    assert anna.get("/plan?week=2198-W52").status_code == 200


def test_holidays_and_the_sites_own_days_are_closed(frida: Client, cast: Cast):
    assert "Långfredagen" in read(frida.get("/plan?week=2026-W14")).text
    assert "Midsommarafton" in read(frida.get("/plan?week=2026-W25")).text
    answer = frida.post("/plan/closed", {"day": "2026-03-18", "title": "Planeringsdag"})
    assert answer.status_code == 302
    page = read(frida.get("/plan"))
    assert "Planeringsdag" in page.text
    assert page.text.count("08.00–17.00 ledigt") == 4
    assert frida.post("/plan/closed", {"open": ClosedDay.objects.get().pk}).status_code == 302
    assert not ClosedDay.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"day": "", "title": "x"}, "Inget har sparats"),
        ({"day": "2026-03-18", "title": " "}, "Skriv vad dagen heter"),
        ({"day": "2026-03-01", "title": "x"}, "har passerat"),
    ],
)
def test_a_closed_day_written_wrong_is_told_so(frida: Client, given: dict[str, str], words: str):
    answer = frida.post("/plan/closed", given)
    assert answer.status_code == 422
    assert words in read(answer).text


def test_only_the_coordinator_closes_the_site(anna: Client):
    assert anna.post("/plan/closed", {"day": "2026-03-18", "title": "x"}).status_code == 404


def test_the_board_is_cut_to_a_team_and_a_language(frida: Client, anna: Client, cast: Cast):
    team = f"{cast.anna.staff}-{cast.bo.staff}"
    assert "H-0001" in read(frida.get("/plan", {"team": team})).text
    assert "Att boka (0)" in read(frida.get("/plan", {"team": "9-9"})).text
    assert "Att boka (1)" in read(anna.get("/plan", {"language": "so"})).text
    assert "Att boka (0)" in read(anna.get("/plan", {"language": "ar"})).text


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


@pytest.mark.parametrize("address", ["/plan", "/plan/absence"])
def test_the_number_of_queries_does_not_grow(frida: Client, cast: Cast, address: str):
    book(cast.child, "home-3", at=moment(TUESDAY, 14), by=cast.anna)
    away(cast, ON, TUESDAY)
    once = queries(frida, address)
    child = other_family(cast)
    book(child, "home-2", at=moment(TUESDAY, 9), by=cast.anna)
    book(child, "home-3", at=moment(TUESDAY, 11), by=cast.anna)
    away(cast, TUESDAY, TUESDAY + 4 * DAY)
    assert queries(frida, address) == once


def test_absence_shows_the_visits_it_touches(frida: Client, cast: Cast):
    book(cast.child, "home-2", at=moment(TUESDAY, 9), by=cast.anna)
    given = {"who": cast.anna.staff, "starts": "2026-03-17", "ends": "2026-03-18"}
    assert frida.post("/plan/absence", given).status_code == 302
    page = read(frida.get("/plan/absence"))
    assert "tis 17 mar kl. 09.00 H-0001" in page.text
    assert "Ingen i samma roll är ledig då." in page.text
    assert "tors 19 mar kl. 08.00" in page.text
    assert "Anna Ask är borta" in read(frida.get("/plan")).text


def test_who_is_away_today_is_told_on_the_board(frida: Client, cast: Cast):
    book(cast.child, "home-2", at=moment(ON, 15), by=cast.anna)
    away(cast)
    assert "Anna Ask är borta i dag: 1 besök väntar." in read(frida.get("/plan")).text


def test_a_visit_of_one_who_is_away_gets_a_new_time(frida: Client, cast: Cast):
    book(cast.child, "home-2", at=moment(TUESDAY, 9), by=cast.anna)
    away(cast, TUESDAY, TUESDAY)
    at = moment(TUESDAY + DAY, 8)
    answer = frida.post("/f/FAMYAAAA/1/v/home-2/absence", {"at": at.isoformat()})
    assert answer.status_code == 302
    assert Visit.objects.counted().get().booked_for == at
    assert "Inga bokade besök väntar" in read(frida.get("/plan/absence")).text


def test_whoever_visits_writes_the_own_absence_and_no_other(anna: Client, cast: Cast):
    days = {"starts": "2026-03-20", "ends": "2026-03-20"}
    assert anna.post("/plan/absence", {"who": cast.anna.staff, **days}).status_code == 302
    assert anna.post("/plan/absence", {"who": cast.bo.staff, **days}).status_code == 422
    one = Absence.objects.get()
    assert one.staff_id == cast.anna.staff
    assert anna.post(f"/plan/absence/{one.pk}/end").status_code == 302
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        ("2026-03-20", "2026-03-19", "är före"),
        ("2026-03-01", "2026-03-02", "har passerat"),
        ("2026-03-20", "2028-03-19", "mer än ett år"),
        ("i morgon", "", "Inget har sparats"),
    ],
)
def test_an_absence_written_wrong_is_told_so(
    frida: Client, cast: Cast, starts: str, ends: str, words: str
):
    given = {"who": cast.anna.staff, "starts": starts, "ends": ends}
    answer = frida.post("/plan/absence", given)
    assert answer.status_code == 422
    assert words in read(answer).text
    assert not Absence.objects.exists()


def test_another_sites_absence_is_not_found(cilla: Client, cast: Cast):
    assert cilla.post(f"/plan/absence/{away(cast).pk}/end").status_code == 404


def test_a_protected_family_is_covered_by_the_manager_alone(frida: Client, cast: Cast):
    book(cast.child, "home-2", at=moment(TUESDAY, 9), by=cast.anna)
    Family.objects.update(protection=ProtectionLevel.CONFIDENTIALITY_FLAG)
    away(cast, TUESDAY, TUESDAY)
    assert "Bara chefen utser personal" in read(frida.get("/plan/absence")).text
    assert not Cover.objects.exists()


def nurse_free(cast: Cast) -> Staff:
    """Let there be another nurse at the site, whom the family has never met."""
    staff = Staff.objects.create_user("gun", "Gun Gran", "a long test password")
    anna = Assignment.objects.get(staff=cast.anna.staff)
    Assignment.objects.create(
        staff=staff, role=anna.role, unit=anna.unit, site=anna.site, starts=ON
    )
    return staff


def test_somebody_else_goes_instead_and_the_family_is_thought_of(frida: Client, cast: Cast):
    gun = nurse_free(cast)
    book(cast.child, "home-2", at=moment(TUESDAY, 9), by=cast.anna)
    away(cast, TUESDAY, TUESDAY)
    page = read(frida.get("/plan/absence"))
    assert "Gun Gran – byte nummer 1 för familjen" in page.text
    given = {"kind": "nurse", "cover": gun.pk}
    assert frida.post("/f/FAMYAAAA/1/v/home-2/absence", given).status_code == 302
    part = Visit.objects.get().parts.get(kind="nurse")
    assert part.staff_id == gun.pk
    cover = Cover.objects.get()
    assert (cover.staff_id, cover.starts, cover.ends) == (gun.pk, TUESDAY, TUESDAY)
    assert "Inga bokade besök väntar" in read(frida.get("/plan/absence")).text


def test_whoever_is_busy_is_not_offered(frida: Client, cast: Cast):
    gun = nurse_free(cast)
    BusyTime.objects.create(staff=gun, starts=moment(TUESDAY, 8), ends=moment(TUESDAY, 10))
    book(cast.child, "home-2", at=moment(TUESDAY, 9), by=cast.anna)
    away(cast, TUESDAY, TUESDAY)
    assert "Ingen i samma roll är ledig då." in read(frida.get("/plan/absence")).text


def test_one_goes_alone(frida: Client, cast: Cast):
    book(cast.child, "home-2", at=moment(TUESDAY, 9), by=cast.anna)
    away(cast, TUESDAY, TUESDAY)
    answer = frida.post("/f/FAMYAAAA/1/v/home-2/absence", {"alone": cast.bo.role})
    assert answer.status_code == 302
    assert Visit.objects.get().alone == cast.bo.role
    assert "Inga bokade besök väntar" in read(frida.get("/plan/absence")).text


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"kind": "nurse"},
        {"kind": "nurse", "cover": "999999"},
        {"kind": "family", "cover": "1"},
        {"alone": "manager"},
        {"at": "2026-03-17T02:00:00+00:00"},
    ],
)
def test_a_choice_that_is_none_is_told_so(frida: Client, cast: Cast, given: dict[str, str]):
    book(cast.child, "home-2", at=moment(TUESDAY, 9), by=cast.anna)
    away(cast, TUESDAY, TUESDAY)
    answer = frida.post("/f/FAMYAAAA/1/v/home-2/absence", given)
    assert answer.status_code == 422
    assert "Inget har sparats" in read(answer).text
    assert Visit.objects.counted().get().booked_for == moment(TUESDAY, 9)


def test_another_teams_visit_is_not_solved(cilla: Client):
    assert cilla.post("/f/FAMYAAAA/1/v/home-2/absence", {"alone": "x"}).status_code == 404
