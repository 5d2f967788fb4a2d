"""When something is wrong: words for whoever meets it, and nothing about anyone in the logs."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from hembesok.access.models import Staff
from hembesok.project.logs import QuietFormatter
from hembesok.visits.models import Visit
from tests.conftest import Cast
from tests.services.stored import everything
from tests.web.page import read

CANARY = "Doris 20251010-2384"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the product's own handlers write."""
    written = io.StringIO()
    handlers = [
        handler
        for logger in (logging.getLogger(), logging.getLogger("django"))
        for handler in logger.handlers
        if isinstance(handler, logging.StreamHandler)
        and isinstance(handler.formatter, QuietFormatter)
    ]
    assert handlers, "the product logs through handlers of its own"
    before = {handler: handler.setStream(written) for handler in handlers}
    yield written
    for handler, stream in before.items():
        handler.setStream(stream)


@pytest.fixture
def faulty(anna: Client) -> Client:
    """Anna's screen, that shows what a browser would."""
    anna.raise_request_exception = False
    return anna


def fail(*args: object, **kwargs: object) -> None:
    raise ValueError(f"cannot read {CANARY}") from KeyError(CANARY)


def fail_in_the_database(*args: object, **kwargs: object) -> None:
    with transaction.atomic():
        Visit.objects.create(child_id=1, step=CANARY, kind=CANARY[:10], outcome=CANARY[:20])


def fail_in_the_databases_words(*args: object, **kwargs: object) -> None:
    raise DatabaseError(f"duplicate key: ({CANARY})")


@pytest.mark.parametrize("fault", [fail, fail_in_the_database, fail_in_the_databases_words])
@pytest.mark.parametrize(("language", "words"), [("sv", "Felet är vårt."), ("en", "is ours.")])
def test_a_fault_is_told_in_words_and_the_log_names_nobody(
    faulty: Client,
    monkeypatch: pytest.MonkeyPatch,
    log: io.StringIO,
    fault: object,
    language: str,
    words: str,
):
    monkeypatch.setattr("hembesok.web.views.families.children_of", fault)
    answer = faulty.get("/f/FAMYAAAA", headers={"accept-language": language})
    assert answer.status_code == 500
    assert words in read(answer).text
    assert "Traceback" not in read(answer).text
    written = log.getvalue()
    assert "Internal Server Error: /f/FAMYAAAA" in written
    assert "test_errors.py" in written, "where it failed"
    assert "Error" in written.splitlines()[-1], "what kind of fault"
    for text in (answer.content.decode(), written):
        assert "Doris" not in text
        assert "2384" not in text


def test_a_fault_while_writing_leaves_nothing_half_written(
    faulty: Client, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
):
    monkeypatch.setattr("hembesok.visits.services.booking.note", fail)
    before = everything(but_the_trail=True)
    answer = faulty.post("/f/FAMYAAAA/1/v/home-2/record", {"outcome": "held", "day": "2026-03-16"})
    assert answer.status_code == 500
    assert everything(but_the_trail=True) == before


def test_a_fault_in_the_error_page_itself_still_names_nobody(
    faulty: Client, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
):
    monkeypatch.setattr("hembesok.web.views.families.children_of", fail)
    monkeypatch.setattr("hembesok.web.views.errors.render_to_string", fail)
    with pytest.raises(ValueError, match="cannot read"):
        faulty.get("/f/FAMYAAAA")
    assert "Doris" not in log.getvalue()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", "Sidan finns inte, eller så ingår du inte i familjens team."),
        ("en", "The page does not exist, or you are not in the family's team."),
    ],
)
@pytest.mark.parametrize("url", ["/nowhere", "/f/NOSUCHXX", "/f/a b", "/overview"])
def test_what_is_not_there_is_told_in_words(anna: Client, url: str, language: str, words: str):
    answer = anna.get(url, headers={"accept-language": language})
    assert answer.status_code == 404
    assert words in read(answer).text
    assert url not in read(answer).text


def test_a_stranger_gets_the_same_words(client: Client, db: None):
    assert "Sidan finns inte" in read(client.get("/nowhere")).text


def test_a_request_that_makes_no_sense_is_told_so(client: Client, db: None, log: io.StringIO):
    answer = client.get("/login", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "Det gick inte att förstå begäran." in read(answer).text


def test_too_many_fields_are_told_so(client: Client, db: None, log: io.StringIO):
    answer = client.post("/login", {f"field{n}": "" for n in range(2000)})
    assert answer.status_code == 400
    assert "Det gick inte att förstå begäran." in read(answer).text


def test_a_body_that_is_no_form_changes_nothing(anna: Client, cast: Cast, log: io.StringIO):
    before = everything(but_the_trail=True)
    for body in (b"\xff\xfe", b"outcome=held&day=\x00", b"day=" + b"9" * 100_000):
        answer = anna.post(
            "/f/FAMYAAAA/1/v/home-2/record",
            body,
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code in (400, 422)
    assert everything(but_the_trail=True) == before


def test_the_formatter_writes_the_kind_of_fault_and_its_lines_only():
    try:
        fail()
    except ValueError as error:
        record = logging.makeLogRecord(
            {"exc_info": (type(error), error, error.__traceback__), "msg": "It failed"}
        )
    text = QuietFormatter().format(record)
    assert "It failed" in text
    assert text.endswith("ValueError")
    assert "in fail" in text
    assert "Doris" not in text


def test_values_of_people_do_not_show_when_printed(cast: Cast):
    """A value in an error message is printed by its repr."""
    from hembesok.visits.queries.pages import families_within_reach

    (page,) = families_within_reach(cast.anna)
    staff = Staff.objects.get(login="anna")
    stored = (cast.child, cast.family, *cast.family.guardians.all())
    for value in (page, page.rows[0], page.child, page.family, *stored):
        for secret in ("Doris", "Dana", "2025", "Almgatan"):
            assert secret not in repr(value)
            assert secret not in f"{value}"
    assert staff.password not in repr(staff)


def test_what_can_only_be_pressed_answers_a_reload_in_words(anna: Client):
    answer = anna.get("/f/FAMYAAAA/1/number")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "Till första sidan" in answer.content.decode()
    assert "Doris" not in answer.content.decode()
