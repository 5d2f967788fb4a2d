"""One's own calendar on its page, and the address that other calendars read."""

from datetime import datetime

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hembesok.access.models import TrailEntry
from hembesok.secrecy.rules import DocumentationMode
from hembesok.visits.ics.reading import LARGEST
from hembesok.visits.models import BusyTime, CalendarFeed, WorkHours
from hembesok.visits.services.booking import book
from hembesok.visits.services.feeds import open_feed
from hembesok.web import clock
from hembesok.web.views.calendar import MOST_AN_HOUR
from tests.calendars.files import calendar, event
from tests.conftest import ON, Cast
from tests.services.days import DAY, moment
from tests.web.page import read
from tests.web.world import Consents, build

WEEK = {f"{name}{n}": "" for name in ("starts", "ends") for n in range(7)}


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: moment(ON, 7))


def upload(client: Client, content: bytes):
    return client.post("/calendar/busy", {"file": SimpleUploadedFile("min.ics", content)})


def address(client: Client) -> str:
    page = read(client.post("/calendar/feed"))
    return page.values["address"].removeprefix("http://testserver")


def test_usual_hours_stand_until_others_are_written(anna: Client, cast: Cast):
    page = read(anna.get("/calendar"))
    assert (page.values["starts0"], page.values["ends4"], page.values["starts5"]) == (
        "08.00", "17.00", "",
    )  # fmt: skip
    given = WEEK | {"starts1": "9", "ends1": "1530"} | {"starts1": "900"}
    assert anna.post("/calendar", given).status_code == 302
    page = read(anna.get("/calendar"))
    assert (page.values["starts0"], page.values["starts1"], page.values["ends1"]) == (
        "", "09.00", "15.30",
    )  # fmt: skip
    assert WorkHours.objects.get().staff_id == cast.anna.staff
    assert TrailEntry.objects.filter(action="hours.written").count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"starts0": "15.00", "ends0": "09.00"}, "senare än så"),
        ({"starts0": "09.00"}, "senare än så"),
        ({"starts0": "tidigt", "ends0": "09.00"}, "Skriv tiden som TT.MM."),
        ({"starts0": "25.00", "ends0": "26.00"}, "Kontrollera timmen"),
        ({"csrf": "x"}, "för minst en dag"),
    ],
)
def test_hours_written_wrong_are_told_so(anna: Client, given: dict[str, str], words: str):
    answer = anna.post("/calendar", WEEK | given)
    assert answer.status_code == 422
    assert words in read(answer).text
    assert not WorkHours.objects.exists()


def test_a_file_gives_times_and_nothing_else(anna: Client, cast: Cast):
    content = calendar(
        event(":20260318T090000Z", uid="1"),
        event(":20260319T090000Z", uid="2"),
        event(":x", uid="3"),
    )
    assert upload(anna, content).status_code == 302
    page = read(anna.get("/calendar"))
    assert "2 upptagna tider är inlästa. 1 post gick inte att läsa" in page.text
    assert "Kanariemöte" not in page.text
    assert "Inläst mån 16 mar kl. 07.00: 2 upptagna tider till och med lör 13 jun" in page.text
    assert "10.00–11.00" not in read(anna.get("/plan")).text


def test_a_new_file_replaces_the_one_before_and_a_broken_one_does_not(anna: Client, cast: Cast):
    upload(anna, calendar(event(":20260318T090000Z")))
    upload(anna, calendar(event(":20260320T090000Z")))
    assert [one.starts.day for one in BusyTime.objects.all()] == [20]
    answer = upload(anna, b"BEGIN:VCALENDAR\r\nno more")
    assert answer.status_code == 422
    assert "Kalenderfilen är skadad" in read(answer).text
    assert BusyTime.objects.count() == 1
    assert anna.post("/calendar/busy", {"forget": "1"}).status_code == 302
    assert not BusyTime.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Kalenderfilen är tom."),
        (b"PK\x03\x04", "Det här är ingen kalenderfil."),
        (b"x" * (LARGEST + 1), "större än 2 MB"),
        (calendar(event(":20260318T090000Z", "RRULE:FREQ=MINUTELY")), "varje timme eller oftare"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_so(anna: Client, content: bytes, words: str):
    answer = upload(anna, content)
    assert answer.status_code == 422
    assert words in read(answer).text


def test_without_a_file_there_are_words(anna: Client):
    answer = anna.post("/calendar/busy", {"x": "1"})
    assert answer.status_code == 422
    assert "Välj en kalenderfil." in read(answer).text


def test_the_address_is_shown_once_and_read_without_signing_in(anna: Client, cast: Cast):
    book(cast.child, "home-2", at=moment(ON + DAY), by=cast.anna)
    found = address(anna)
    assert found not in anna.get("/calendar").content.decode()
    answer = Client().get(found)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "DTSTART:20260317T090000Z" in answer.content.decode()
    assert "Cookie" not in answer.get("Vary", "") or not answer.cookies


def test_a_replaced_or_ended_address_is_a_plain_404(anna: Client, cast: Cast):
    first = address(anna)
    second = address(anna)
    assert Client().get(second).status_code == 200
    anna.post("/calendar/feed", {"end": "1"})
    for found in (first, second, "/cal/never-was.ics", "/cal/%00.ics"):
        answer = Client().get(found)
        assert (answer.status_code, answer.content) == (404, b"Not found\n")
    assert CalendarFeed.objects.filter(ended=None).count() == 0


def test_an_address_is_read_so_often_and_no_more(cast: Cast, caplog: pytest.LogCaptureFixture):
    found = f"/cal/{open_feed(by=cast.bo)}.ics"
    for _n in range(MOST_AN_HOUR):
        assert Client().get(found).status_code == 200
    answer = Client().get(found)
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    Client().get(found.replace("/cal/", "/cal/x"))
    assert open_feed(by=cast.anna) not in caplog.text
    assert "/cal/" not in caplog.text


@pytest.mark.django_db
def test_the_feed_tells_no_canary():
    world = build(DocumentationMode.IDENTIFIED, Consents.GIVEN)
    at: datetime = moment(ON + DAY)
    book(world.cast.child, "home-3", at=at, by=world.cast.anna)
    for actor in (world.cast.anna, world.cast.bo):
        answer = Client().get(f"/cal/{open_feed(by=actor)}.ics")
        text = answer.content.decode()
        assert "BEGIN:VEVENT" in text
        assert not world.told(text + str(answer.headers))
        for one in ("H-0001", "FAMYAAAA", "home-3", "Almgatan"):
            assert one not in text
