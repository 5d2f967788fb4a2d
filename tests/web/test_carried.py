"""What a phone says to the site and is told: over the wire, with what nobody should send too."""

import gzip
import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from hembesok.access.models import TrailEntry
from hembesok.visits.models import OfflineCommand
from hembesok.visits.services.booking import book
from tests.conftest import ON, Cast
from tests.need import ROOT
from tests.services.days import moment
from tests.services.test_replaying import fields
from tests.web.page import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(anna: Client, cast: Cast) -> dict[str, Any]:
    """What Anna's phone got when she took her visit along."""
    book(cast.child, "home-3", at=moment(ON), by=cast.anna)
    found: dict[str, Any] = post(anna, "/pack", {"device": None}).json()
    return found


def post(client: Client, path: str, sent: object) -> Any:
    """Send JSON."""
    return client.post(path, json.dumps(sent), content_type="application/json")


def command(taken: dict[str, Any], **more: object) -> dict[str, Any]:
    """A command as a phone sends it."""
    (visit,) = taken["pack"]["visits"]
    return {
        "id": str(uuid4()), "pack": taken["pack"]["id"], "visit": visit["uid"], "base": {},
        "made": now().isoformat(), "after": None, "fields": fields("Anteckning"), **more,
    }  # fmt: skip


def test_a_pack_holds_the_visit_its_form_and_no_more(taken: dict[str, Any]):
    (visit,) = taken["pack"]["visits"]
    assert (visit["who"], visit["what"]) == ("Doris, H-0001", "Hembesök 3")
    assert 'name="joint.joint.note"' in visit["html"]
    assert "csrfmiddlewaretoken" not in visit["html"]
    assert "20251010" not in json.dumps(taken)
    assert len(taken["device"]["secret"]) == 44
    assert taken["pack"]["expires"] > taken["pack"]["server"]


def test_the_secret_is_told_once_and_then_to_its_person_only(
    taken: dict[str, Any], anna: Client, cilla: Client
):
    device = {"device": taken["device"]["id"]}
    assert "secret" not in post(anna, "/pack", device).json()["device"]
    assert post(anna, "/pack/secret", device).json()["secret"] == taken["device"]["secret"]
    assert TrailEntry.objects.filter(action="device.opened").count() == 1
    assert post(cilla, "/pack/secret", device).status_code == 404
    assert "secret" in post(cilla, "/pack", device).json()["device"]
    assert post(anna, "/pack/secret", {"device": "no"}).status_code == 422


def test_a_command_is_received_once(taken: dict[str, Any], anna: Client):
    one = command(taken)
    for _time in range(2):
        answer = post(anna, "/replay", one)
        assert answer.status_code == 200
        assert answer.json() == {
            "id": one["id"], "became": "written", "words": "Platsen har tagit emot det.",
        }  # fmt: skip
    assert OfflineCommand.objects.count() == 1


def test_what_is_wrong_is_said_in_the_words_of_the_page(taken: dict[str, Any], anna: Client):
    wrong = [(n, "25.00" if n == "began" else v) for n, v in fields("Anteckning")]
    for fault, words in (
        ({"fields": wrong}, "Den tiden finns inte"),
        ({"fields": [("social.base", "0"), *fields("Anteckning")]}, "annan enhets"),
        ({"fields": [*fields("x"), ("joint.joint.gone", "x")]}, "andra frågor"),
        ({"fields": "x"}, "kunde inte läsa"),
        ({"made": "yesterday"}, "kunde inte läsa"),
        ({"made": "0001-01-01T00:00:00+14:00"}, "kunde inte läsa"),
        ({"visit": str(uuid4())}, "inte tagit med"),
    ):
        one = command(taken, **fault)
        answer = post(anna, "/replay", one)
        assert answer.status_code == 422, fault
        assert (answer.json()["id"], answer.json()["became"]) == (one["id"], "refused")
        assert words in answer.json()["words"], answer.json()
    assert not OfflineCommand.objects.exists()


def test_a_body_too_large_is_refused_in_words(taken: dict[str, Any], anna: Client):
    one = command(taken, fields=fields("x" * 600_000))
    answer = post(anna, "/replay", one)
    assert (answer.status_code, answer.json()["id"]) == (413, one["id"])


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"[" * 100_000])
def test_what_no_phone_sends_is_refused(anna: Client, body: bytes):
    answer = anna.post("/replay", body, content_type="application/json")
    assert (answer.status_code, answer.json()["became"]) == (422, "refused")


def test_only_with_a_session_and_a_token(taken: dict[str, Any], anna: Client, client: Client):
    assert client.get("/replay").status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = anna.cookies
    assert post(strict, "/replay", command(taken)).status_code == 403
    token = strict.get("/replay").json()["token"]
    sent = strict.post(
        "/replay", json.dumps(command(taken)), content_type="application/json",
        headers={"X-CSRFToken": token},
    )  # fmt: skip
    assert sent.status_code == 200


def test_the_phone_is_told_whose_session_it_is_and_whether_the_pack_is_over(
    taken: dict[str, Any], anna: Client, cilla: Client
):
    pack = taken["pack"]["id"]
    told = anna.get("/replay", {"pack": pack}).json()
    assert told["over"] is False
    assert anna.get("/replay", {"pack": "x"}).json()["over"] is False
    other = cilla.get("/replay", {"pack": pack}).json()
    assert other["owner"] != told["owner"]
    assert other["over"] is True


def test_the_shell_is_the_same_for_everybody_and_shows_nobody(anna: Client, client: Client):
    for path in ("/offline", "/outbox"):
        mine, nobodys = anna.get(path), client.get(path)
        assert mine.content == nobodys.content
        assert "Anna" not in mine.content.decode()
        assert mine.headers["Shell"] == nobodys.headers["Shell"]
        assert len(read(mine).scripts) == 2


def test_the_service_worker_names_its_version_and_only_files_that_are_there(client: Client):
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    text = answer.content.decode()
    assert client.get("/offline").headers["Shell"] in text
    assert "/static/web/offline/bag.js" in text
    assert "&" not in text.split("const PAGES")[0]
    shown = json.loads(client.get("/app.webmanifest").content)
    assert (shown["start_url"], shown["display"]) == ("/", "standalone")


def test_a_site_decides_for_how_many_days(anna: Client, cast: Cast, settings: Settings):
    book(cast.child, "home-3", at=moment(ON.replace(day=18)), by=cast.anna)
    assert post(anna, "/pack", {}).json()["pack"]["visits"] == []
    settings.PACK_DAYS = 3
    assert len(post(anna, "/pack", {}).json()["pack"]["visits"]) == 1


def test_the_scripts_of_the_phone_are_small():
    """The budget: 12 KB gzipped for all of ours, and 30 KB with those of the form."""
    folder = ROOT / "hembesok/web/static/web"
    ours, form = sorted((folder / "offline").glob("*.js")), folder / "questions.js"
    weight = sum(len(gzip.compress(one.read_bytes(), 9)) for one in ours)
    assert weight <= 12_000
    assert weight + len(gzip.compress(form.read_bytes(), 9)) <= 30_000
