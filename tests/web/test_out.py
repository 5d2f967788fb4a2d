"""Going in, coming out, being missed: pages of the one inside, the colleague, the coordinator."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hembesok.access.models import Assignment, Staff, TrailEntry
from hembesok.access.rules.roles import Role
from hembesok.families.models import TeamMember
from hembesok.visits.models import CheckIn
from hembesok.visits.services.booking import book
from hembesok.web import clock
from tests.conftest import ON, Cast
from tests.web.page import read

VISIT = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)  # 10.00 in Sweden
MISSED = "skulle ha varit ute"


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the web believe that it is so many minutes after the visit begins."""

    def minutes(count: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: VISIT + timedelta(minutes=count))

    minutes(-10)
    # Sessions have a clock of their own here: nobody has been away, however late it is.
    monkeypatch.setattr(clock, "moment", VISIT.timestamp)
    return minutes


@pytest.fixture
def booked(cast: Cast, time: Callable[[int], None]) -> Cast:
    book(cast.child, "home-3", at=VISIT, by=cast.anna)
    return cast


def go_in(screen: Client, **more: object):
    frida = Staff.objects.get(login="frida").pk
    data = {"back": "11.30", "colleague": str(frida), **more}
    return screen.post(reverse("go-in", args=["FAMYAAAA", 1, "home-3"]), data)


def banner(screen: Client, page: str = "out") -> str:
    return read(screen.get(reverse(page))).text


def test_whoever_goes_in_says_until_when_and_comes_out(
    booked: Cast, anna: Client, frida: Client, time: Callable[[int], None]
):
    assert (
        reverse("go-in", args=["FAMYAAAA", 1, "home-3"]) in read(anna.get(reverse("today"))).links
    )
    form = read(anna.get(reverse("go-in", args=["FAMYAAAA", 1, "home-3"])))
    assert form.values["back"] == "11.30"  # the booked end and half an hour
    assert go_in(anna).status_code == 302
    made = CheckIn.objects.get()
    assert made.due_back == datetime(2026, 3, 16, 10, 30, tzinfo=UTC)
    for page in ("today", "families"):
        assert "Du är inne hos H-0001 sedan 09.50. Ute senast 11.30." in banner(anna, page)
    assert MISSED not in banner(frida, "overview")
    assert "Anna Ask" in banner(frida)
    time(60)
    assert anna.post(reverse("come-out", args=[made.pk])).status_code == 302
    made.refresh_from_db()
    assert (made.out_at, made.out_by_id) == (VISIT + timedelta(minutes=60), booked.anna.staff)
    assert "Du är inne" not in banner(anna, "today")
    actions = TrailEntry.objects.filter(subject="family:FAMYAAAA").values_list("action", flat=True)
    assert {"visit.went_in", "visit.came_out"} <= set(actions)


def test_whoever_is_missed_is_missed_on_every_page_of_colleague_and_coordinator(
    booked: Cast, anna: Client, frida: Client, cilla: Client, time: Callable[[int], None]
):
    go_in(anna)
    time(91)
    for page in ("overview", "families", "funnel", "site"):
        text = banner(frida, page)
        assert "Anna Ask skulle ha varit ute 11.30 och har inte sagt till." in text
        assert "Almgatan" not in text
    assert "Tiden har gått ut. Frida Fors ser att du saknas." in banner(anna, "today")
    assert MISSED not in banner(cilla, "today")


def test_the_first_who_takes_it_on_is_named_to_the_others(
    booked: Cast, anna: Client, frida: Client, sign_in: Callable[[str], Client],
    time: Callable[[int], None],
):  # fmt: skip
    bo = sign_in("bo")
    go_in(anna)
    made = CheckIn.objects.get()
    address = reverse("see-alarm", args=[made.pk])
    assert "Ingen saknas" in read(frida.post(address, follow=True)).text
    time(95)
    assert bo.post(address).status_code == 404  # not chosen, and coordinates nothing
    frida.post(address)
    made.refresh_from_db()
    assert made.seen_by_id == booked.frida.staff
    assert "Frida Fors tog det 11.35." in banner(frida, "overview")
    assert "Frida Fors söker dig." in banner(anna, "today")
    frida.post(reverse("come-out", args=[made.pk]))
    made.refresh_from_db()
    assert made.out_by_id == booked.frida.staff
    assert MISSED not in banner(frida, "overview")


def test_a_colleague_of_the_unit_is_told_and_may_say_that_the_person_is_reached(
    booked: Cast, anna: Client, sign_in: Callable[[str], Client], time: Callable[[int], None]
):
    disa = Staff.objects.create_user("disa", "Disa Dal", "x")
    Assignment.objects.create(
        staff=disa, role=Role.CHILD_HEALTH_NURSE, starts=ON,
        unit_id=booked.anna.unit, site_id=booked.anna.site,
    )  # fmt: skip
    go_in(anna, colleague=str(disa.pk))
    time(100)
    screen = sign_in("disa")
    text = banner(screen, "today")
    assert "Familjens kod är H-0001." in text  # not in her reach: no link, no name, no address
    assert "FAMYAAAA" not in screen.get(reverse("today")).content.decode()
    TeamMember.objects.create(
        family=booked.family, staff=disa, role=Role.CHILD_HEALTH_NURSE, starts=ON
    )
    assert reverse("family", args=["FAMYAAAA"]) in read(screen.get(reverse("today"))).links
    assert screen.post(reverse("come-out", args=[CheckIn.objects.get().pk])).status_code == 302


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"back": "09.40"}, "från fem minuter till åtta timmar"),
        ({"back": "23.00"}, "från fem minuter till åtta timmar"),
        ({"back": "elva"}, "Skriv tiden som TT.MM."),
        ({"back": "25.00"}, "Den tiden finns inte"),
        ({"colleague": ""}, "Välj vem som ska sakna dig."),
        ({"colleague": "99999"}, "Välj"),
        ({"colleague": "x"}, "Välj"),
    ],
)
def test_what_is_written_wrongly_is_told_and_nothing_is_saved(
    booked: Cast, anna: Client, more: dict[str, str], words: str
):
    answer = go_in(anna, **more)
    assert answer.status_code == 422
    assert words in read(answer).errors
    assert not CheckIn.objects.exists()


def test_one_cannot_be_in_two_places_nor_in_at_no_time(
    booked: Cast, anna: Client, time: Callable[[int], None]
):
    own = Staff.objects.get(login="anna").pk
    assert go_in(anna, colleague=str(own)).status_code == 422
    answer = anna.post(
        reverse("go-in", args=["FAMYAAAA", 1, "home-4"]), {"back": "11.30", "colleague": "1"}
    )
    assert answer.status_code == 422
    time(-600)
    assert "två timmar" in read(go_in(anna)).errors
    time(0)
    go_in(anna)
    assert "redan inne" in read(go_in(anna)).errors
    assert CheckIn.objects.count() == 1


def test_strangers_press_nothing(booked: Cast, anna: Client, cilla: Client):
    go_in(anna)
    made = CheckIn.objects.get()
    assert go_in(cilla).status_code == 404
    for name in ("come-out", "see-alarm"):
        assert cilla.post(reverse(name, args=[made.pk])).status_code == 404
        assert cilla.post(reverse(name, args=[0])).status_code == 404
    made.refresh_from_db()
    assert made.out_at is None


def test_a_page_that_asks_by_itself_keeps_no_screen_open(
    booked: Cast, frida: Client, monkeypatch: pytest.MonkeyPatch
):
    """Ten minutes of nobody there lock the screen, though the page asked each minute."""
    start = VISIT
    frida.get(reverse("overview"))
    for minute in range(1, 11):
        at = start + timedelta(minutes=minute)
        monkeypatch.setattr(clock, "moment", at.timestamp)
        assert frida.get(reverse("inside-now")).status_code == 200, minute
    monkeypatch.setattr(clock, "moment", (start + timedelta(minutes=11)).timestamp)
    assert frida.get(reverse("inside-now")).status_code == 302
    assert frida.get(reverse("overview")).headers["Location"] == reverse("locked")


def test_what_the_page_fetches_is_what_the_page_shows(
    booked: Cast, anna: Client, frida: Client, time: Callable[[int], None]
):
    go_in(anna)
    assert read(frida.get(reverse("inside-now"))).text == ""
    time(95)
    assert MISSED in frida.get(reverse("inside-now")).content.decode()


def test_the_own_e_mail_is_sealed_and_may_be_left_out(cast: Cast, anna: Client):
    address = reverse("own-email")
    assert anna.post(address, {"email": "inte en adress"}).status_code == 422
    assert anna.post(address, {"email": "anna@example.se\nBcc: x@example.se"}).status_code == 422
    assert anna.post(address, {"email": "anna@example.se"}).status_code == 302
    assert Staff.objects.get(login="anna").email == "anna@example.se"
    assert "anna@example.se" in banner(anna)
    anna.post(address, {"email": ""})
    assert Staff.objects.get(login="anna").email == ""


def test_a_page_asks_the_same_whoever_is_inside(
    booked: Cast, anna: Client, frida: Client, time: Callable[[int], None]
):
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            frida.get(reverse("site"))
        return len(found)

    before = count()
    go_in(anna)
    time(100)
    assert count() <= before + 1
