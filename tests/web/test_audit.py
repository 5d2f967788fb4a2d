"""The access log, as a log reviewer meets it."""

import ast
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest
from django.db import connection
from django.db.models import CharField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from hembesok.access.models import Assignment, LogReview, Site, Staff, TrailEntry, Unit
from hembesok.access.queries import Period
from hembesok.access.rules.review import Sign, Verdict
from hembesok.access.rules.roles import Role
from hembesok.access.services import trail as service
from hembesok.access.services.assignments import actor_for
from hembesok.access.services.review import conclude
from hembesok.access.services.trail import note, note_all, note_sign_in
from hembesok.web import words_trail
from tests.conftest import ON, PASSWORD, Cast
from tests.need import ROOT
from tests.services.days import DAY, moment
from tests.services.stored import refusal, trail
from tests.web.page import read

FRIDAY = ON - 3 * DAY
PERIOD = Period(ON - 7 * DAY, ON)
Noting = Callable[..., None]


@pytest.fixture
def rut(sign_in: Callable[[str], Client], cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The screen of Rut, who reviews the log of the region: Anna's and Cilla's, not Bo's."""
    rut = Staff.objects.create_user("rut", "Rut Ros", PASSWORD)
    Assignment.objects.create(
        staff=rut, role=Role.LOG_REVIEWER, unit=Unit.objects.get(name="BVC Här"),
        site=Site.objects.get(key="here"), starts=ON - 900 * DAY,
    )  # fmt: skip
    monkeypatch.setattr(service, "now", lambda: moment(ON, 8))
    return sign_in("rut")


@pytest.fixture
def noting(monkeypatch: pytest.MonkeyPatch) -> Noting:
    """Note something at a time of one's own."""

    def at(when: datetime, *args: object, **kwargs: object) -> None:
        with monkeypatch.context() as clock:
            clock.setattr(service, "now", lambda: when)
            note(*args, **kwargs)  # type: ignore[arg-type]

    return at


def test_the_log_names_staff_and_units_and_families_by_their_code_only(
    rut: Client, cast: Cast, noting: Noting
):
    noting(moment(FRIDAY), cast.anna, "family.read", cast.family.subject, why="team")
    noting(moment(FRIDAY), cast.bo, "visit.booked", cast.family.subject)
    page = read(rut.get("/audit"))
    assert page.title == "Åtkomstlogg – Hembesök"
    for said in ("Anna Ask", "BVC Här", "Öppnade familjen", "H-0001", "i teamet", "Region"):
        assert said in page.text, said
    for hidden in ("Doris", "Dana", "FAMYAAAA", "Almgatan", "Bokade ett besök", "visit.booked"):
        assert hidden not in page.text, hidden
    table = page.text[page.text.index("Alla rader") :]
    assert "Bo Björk" not in table


def test_the_reviewer_comes_to_the_log_and_sees_no_family(rut: Client, cast: Cast):
    assert rut.get("/").headers["Location"] == "/audit"
    assert rut.get("/f/FAMYAAAA").status_code == 404
    assert rut.get("/families").status_code == 404
    page = read(rut.get("/audit"))
    assert not any("/f/" in link for link in page.links)


@pytest.mark.parametrize("login", ["anna", "frida", "cilla"])
def test_nobody_else_reads_the_log(sign_in: Callable[[str], Client], cast: Cast, login: str):
    client = sign_in(login)
    for url in ("/audit", "/audit/csv", "/audit/review?entry=1"):
        assert client.get(url).status_code == 404


def test_reading_the_log_is_noted_too(rut: Client, cast: Cast):
    for deed, action, subject in (
        (lambda: rut.get("/audit"), "log.read", ""),
        (lambda: list(rut.get("/audit/csv")), "log.exported", ""),
        (lambda: chosen(rut, code="h-0001"), "log.read", "family:FAMYAAAA"),
    ):
        with trail() as noted:
            deed()
        assert [(line.action, line.subject) for line in noted] == [(action, subject)]
        assert noted[0].detail == f"{ON - 7 * DAY} {ON - DAY}"


def chosen(client: Client, **filters: str) -> str:
    """Choose what is shown and return the words of the page."""
    usual = {"first": str(ON - 7 * DAY), "last": str(ON - DAY), "size": "20"}
    answer = client.post("/audit", {**usual, **filters})
    assert answer.headers["Location"] == "/audit?found=1"
    return read(client.get("/audit?found=1")).text


def test_what_is_unusual_comes_first_with_why(rut: Client, cast: Cast, noting: Noting):
    doris = cast.family.subject
    noting(moment(FRIDAY, 23), cast.anna, "family.read", doris, why="team")
    noting(moment(FRIDAY), cast.anna, "identity.shown", doris, "1", why="team")
    noting(moment(FRIDAY), cast.cilla, "family.read", doris, why="emergency")
    noting(moment(FRIDAY), cast.cilla, "family.read", doris, why="site")
    noting(moment(FRIDAY), cast.anna, "family.read", doris, why="site")
    page = read(rut.get("/audit")).text
    groups = page[page.index("Ovanligt först") : page.index("Stickprov Draget")]
    order = ["Läste i nödläge", "Personnummer visat", "Utanför arbetstid", "utanför teamet"]
    assert [groups.index(sign) for sign in order] == sorted(groups.index(sign) for sign in order)
    assert groups.count("Läst av någon utanför teamet · Cilla Ceder") == 1
    assert "utanför teamet · Anna" not in groups, "she is in the team, whatever let her in"


def test_many_families_and_refused_sign_ins_are_told_of(
    rut: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(service, "now", lambda: moment(FRIDAY))
    note_all(cast.anna, "family.read", [f"family:{n}" for n in range(31)], why="team")
    for _time in range(3):
        note_sign_in(Staff.objects.get(login="anna"), "session.refused")
        note_sign_in(Staff.objects.get(login="bo"), "session.refused")
    text = read(rut.get("/audit")).text
    groups = text[text.index("Ovanligt först") : text.index("Stickprov Draget")]
    assert "Många familjer på en dag · Anna Ask, BVC Här" in groups
    assert "31 rader, 31 familjer" in groups
    assert "Nekade inloggningar i följd · Anna Ask" in groups
    assert "Bo" not in groups


def test_the_log_is_narrowed_by_days_person_and_code(rut: Client, cast: Cast, noting: Noting):
    noting(moment(ON - 30 * DAY), cast.anna, "family.read", cast.family.subject, why="team")
    noting(moment(FRIDAY), cast.anna, "visit.held", "family:OTHER", why="team")
    noting(moment(FRIDAY), cast.cilla, "visit.booked", "family:OTHER", why="team")
    assert "Öppnade familjen" not in chosen(rut)
    assert "Öppnade familjen" in chosen(rut, first=str(ON - 31 * DAY))
    assert "genomfördes" not in chosen(rut, first=str(ON - 31 * DAY), code="H-0001")
    of_cilla = chosen(rut, staff=str(cast.cilla.staff))
    assert "Bokade ett besök" in of_cilla
    assert "genomfördes" not in of_cilla


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"first": "x"}, "ÅÅÅÅ-MM-DD"),
        ({"last": str(ON - 8 * DAY)}, "upp till 92 dagar"),
        ({"last": str(ON + 90 * DAY)}, "upp till 92 dagar"),
        ({"size": "0"}, "Stickprovets storlek"),
        ({"size": "many"}, "Stickprovets storlek"),
        ({"staff": "999999"}, "Personal"),
    ],
)
def test_what_cannot_be_shown_is_said(rut: Client, wrong: dict[str, str], said: str):
    usual = {"first": str(ON - 7 * DAY), "last": str(ON - DAY), "size": "20"}
    rut.post("/audit", {**usual, **wrong})
    answer = rut.get("/audit?found=1")
    assert answer.status_code == 422
    assert said in read(answer).errors
    assert rut.get("/audit/csv?found=1").status_code == 422


def sampled(text: str) -> str:
    return text[text.index("Stickprov Draget") : text.index("Alla rader")]


def test_a_sample_is_the_same_again_tomorrow(rut: Client, cast: Cast, noting: Noting):
    for n in range(40):
        noting(moment(FRIDAY), cast.anna, "visit.booked", f"family:{n}")
    first = sampled(chosen(rut, last=str(ON), size="5"))
    noting(moment(ON, 9), cast.anna, "visit.booked", "family:today")
    assert sampled(chosen(rut, last=str(ON), size="5")) == first
    assert sampled(chosen(rut, size="6")) != first
    assert first.count("Bokade ett besök") == 5


def test_an_entry_is_reviewed_and_counted(rut: Client, cast: Cast, noting: Noting):
    noting(moment(FRIDAY), cast.anna, "identity.shown", cast.family.subject, "1", why="team")
    noting(moment(FRIDAY), cast.anna, "visit.booked", cast.family.subject)
    newest = TrailEntry.objects.order_by("-number")[1]
    assert "0 av 2 granskade" in read(rut.get("/audit")).text
    url = f"/audit/review?entry={newest.pk}&sign=identity_shown"
    assert url in read(rut.get("/audit")).links
    assert "Personnummer visat" in read(rut.get(url)).text
    before = LogReview.objects.count()
    assert rut.post(url, {}).status_code == 422
    unexplained = rut.post(url, {"verdict": "question"})
    assert unexplained.status_code == 422
    assert "Skriv varför." in read(unexplained).errors
    assert LogReview.objects.count() == before
    with trail() as noted:
        answer = rut.post(url, {"verdict": "question", "comment": "Varför?"})
    assert answer.headers["Location"] == "/audit?found=1"
    assert [(line.action, line.detail) for line in noted] == [("log.reviewed", "question 1")]
    review = LogReview.objects.get()
    assert (review.entry, review.verdict, review.comment) == (newest, "question", "Varför?")
    assert review.reviewed_by.login == "rut"
    text = read(rut.get("/audit")).text
    assert "1 av 2 granskade" in text
    assert "Fråga: ta upp" in text


def test_a_group_is_reviewed_whole(rut: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "now", lambda: moment(FRIDAY))
    note_all(cast.anna, "family.read", [f"family:{n}" for n in range(120)], why="team")
    monkeypatch.setattr(service, "now", lambda: moment(ON, 8))
    (url,) = (link for link in read(rut.get("/audit")).links if "many_families" in link)
    assert "och 20 till" in read(rut.get(url)).text
    assert rut.post(url, {"verdict": "ordinary"}).status_code == 302
    assert LogReview.objects.count() == 120
    text = read(rut.get("/audit")).text
    assert "120 av 120 granskade" in text


@pytest.mark.parametrize("query", ["", "?entry=x", "?entry=99999", "?entry=1&sign=no", "?entry=-1"])
def test_what_is_not_in_the_log_is_not_found(rut: Client, query: str):
    assert rut.get(f"/audit/review{query}").status_code == 404


def test_another_organisations_entries_are_not_found_and_not_reviewed(
    rut: Client, cast: Cast, noting: Noting
):
    noting(moment(FRIDAY), cast.bo, "identity.shown", cast.family.subject, "1")
    of_bo = TrailEntry.objects.latest("number").number
    for url in (f"/audit/review?entry={of_bo}", f"/audit/review?entry={of_bo}&sign=identity_shown"):
        assert rut.get(url).status_code == 404
        assert rut.post(url, {"verdict": "ordinary"}).status_code == 404
    actor = actor_for(Assignment.objects.get(staff__login="rut"), on=ON)
    for numbers, by in (([of_bo], actor), ([], actor), ([1], cast.anna)):
        deed = partial(conclude, numbers, PERIOD, verdict=Verdict.ORDINARY, comment="", by=by)
        reason = refusal(deed)
        assert reason.key == "not_own_log"


def test_the_download_holds_what_is_chosen_and_no_formula(rut: Client, cast: Cast, noting: Noting):
    Staff.objects.filter(login="anna").update(name="=1+1")
    noting(moment(FRIDAY), cast.anna, "family.read", cast.family.subject, why="team")
    answer = rut.get("/audit/csv")
    text = b"".join(answer).decode("utf-8-sig")
    head, *lines = text.splitlines()
    assert head == "Nummer;Tid;Vem;Roll;Enhet;Vad;Familj;Detalj;Varför"
    assert any("'=1+1" in line and "H-0001" in line for line in lines)
    assert "Doris" not in text
    assert str(FRIDAY) in text


def test_the_page_asks_the_same_number_of_questions_of_a_long_log(
    rut: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert rut.get("/audit").status_code == 200
        return len(found)

    monkeypatch.setattr(service, "now", lambda: moment(FRIDAY, 22))
    note(cast.anna, "family.read", cast.family.subject, why="site")
    note(cast.cilla, "family.read", cast.family.subject, why="site")
    few = asked()
    for n in range(130):
        note(cast.anna, "family.read", f"family:{n}", why="site")
        note(cast.cilla, "identity.shown", f"family:{n}", why="emergency")
    assert asked() == few <= 30
    page = read(rut.get("/audit?page=2"))
    assert "101–200 av" in page.text
    assert "?page=3" in page.links


def test_entries_of_the_web_tell_what_let_the_reader_in(anna: Client, frida: Client):
    for client, why in ((anna, "team"), (frida, "site")):
        with trail() as noted:
            client.get("/f/FAMYAAAA")
            client.get("/f/FAMYAAAA/1/v/home-2/book")
        assert [line.why for line in noted] == [why, why]


# Words.


def noted_actions() -> Iterator[tuple[str, bool]]:
    """Find each action that the product notes; the second says whether it is a beginning only."""
    for path in (ROOT / "hembesok").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node, "func", None)
            called = getattr(name, "id", getattr(name, "attr", ""))
            if isinstance(node, ast.Call) and called in NOTING and len(node.args) > NOTING[called]:
                yield from _actions(node.args[NOTING[called]])


NOTING = {"note": 1, "note_all": 1, "note_sign_in": 1, "note_system": 0, "_noted": 1}


def _actions(node: ast.expr) -> Iterator[tuple[str, bool]]:
    if isinstance(node, ast.IfExp):
        yield from _actions(node.body)
        yield from _actions(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        assert isinstance(node.values[0], ast.Constant)
        yield str(node.values[0].value), True
    elif isinstance(node, ast.Constant):
        yield str(node.value), False


def test_every_action_that_is_noted_has_words():
    found = set(noted_actions())
    assert len(found) >= 15
    for action, beginning in found:
        if beginning:
            assert any(known.startswith(action) for known in words_trail.ACTIONS), action
        else:
            assert action in words_trail.ACTIONS, action


@pytest.mark.parametrize(
    ("table", "needed"), [(words_trail.SIGNS, set(Sign)), (words_trail.VERDICTS, set(Verdict))]
)
def test_signs_and_verdicts_have_words(table: dict[str, object], needed: set[str]):
    assert set(table) == needed
    for language in ("sv", "en"):
        with translation.override(language):
            assert len({str(word) for word in table.values()}) == len(needed)


def test_unknown_actions_are_shown_as_they_are(rut: Client, cast: Cast, noting: Noting):
    noting(moment(FRIDAY), cast.anna, "later.thing", why="later")
    assert "later.thing" in read(rut.get("/audit")).text


def test_every_reason_for_being_let_in_has_room_in_the_trail():
    """PostgreSQL refuses a text that is too long for its column; SQLite does not tell."""
    for name, texts in (("why", words_trail.WHYS), ("action", words_trail.ACTIONS)):
        column = TrailEntry._meta.get_field(name)
        assert isinstance(column, CharField)
        room = column.max_length
        assert room
        assert [text for text in texts if len(text) > room] == []
