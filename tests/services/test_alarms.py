"""Alarms by e-mail, through a real mail server: taken, refused for good, refused for now, away."""

import io
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from hembesok.access.models import Staff
from hembesok.project.mail import MailProblem, MailServer, read_mail_server
from hembesok.visits.models import CheckIn
from hembesok.visits.rules.checking_in import PLANNED, SPARE, Mail, due_back, missed
from hembesok.visits.services.booking import book
from hembesok.visits.services.checking_in import check_in, come_out
from tests.conftest import Cast

VISIT = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
PERMANENT, FOR_NOW, GOOD = "gone@example.se", "full@example.se", "frida@example.se"


class Handler:
    """Takes e-mail, and refuses two addresses as servers do."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == PERMANENT:
            return "550 5.1.1 no such user"
        if address == FOR_NOW:
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.taken.append(envelope)
        return "250 OK"


@pytest.fixture
def server(settings) -> Iterator[Handler]:
    """A mail server on this machine, which the site is told of."""
    handler = Handler()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_TIMEOUT = 5
    yield handler
    controller.stop()


@pytest.fixture
def inside(cast: Cast) -> CheckIn:
    """Anna is in with the family, is to be out at 11.30, and Frida is to miss her."""
    book(cast.child, "home-3", at=VISIT, by=cast.anna)
    return check_in(
        cast.child, "home-3", back=VISIT + timedelta(minutes=90), colleague=cast.frida.staff,
        by=cast.anna, at=VISIT,
    )  # fmt: skip


def run(monkeypatch: pytest.MonkeyPatch, minutes: int) -> str:
    from hembesok.project.management.commands import send_alarms

    monkeypatch.setattr(send_alarms, "now", lambda: VISIT + timedelta(minutes=minutes))
    out = io.StringIO()
    call_command("send_alarms", stdout=out)
    return out.getvalue()


def write_to(cast: Cast, address: str) -> None:
    staff = Staff.objects.get(pk=cast.frida.staff)
    staff.email = address
    staff.save(update_fields=["email"])


def test_the_colleague_gets_one_e_mail_which_names_no_family(
    cast: Cast, inside: CheckIn, server: Handler, monkeypatch: pytest.MonkeyPatch
):
    write_to(cast, GOOD)
    assert run(monkeypatch, 90) == ""
    assert "1 sent" in run(monkeypatch, 91)
    assert run(monkeypatch, 92) == ""
    (envelope,) = server.taken
    assert envelope.rcpt_tos == [GOOD]
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content, policy=policy.default)
    content = message.get_body()
    assert content is not None
    body = content.get_content()
    assert "Anna Ask skulle ha varit ute kl. 11.30" in body
    whole = f"{message['Subject']} {body}"
    for word in ("H-0001", "Doris", "Dana", "Almgatan", "Port 3", "FAMYAAAA"):
        assert word not in whole
    assert message["Auto-Submitted"] == "auto-generated"
    inside.refresh_from_db()
    assert (inside.mail, inside.alarmed_at) == (Mail.SENT, VISIT + timedelta(minutes=91))


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    cast: Cast, inside: CheckIn, server: Handler, monkeypatch: pytest.MonkeyPatch
):
    write_to(cast, PERMANENT)
    assert "1 refused for good" in run(monkeypatch, 91)
    assert run(monkeypatch, 92) == ""
    inside.refresh_from_db()
    assert inside.mail == Mail.REFUSED


def test_an_address_that_is_refused_for_now_is_tried_until_it_is_taken(
    cast: Cast, inside: CheckIn, server: Handler, monkeypatch: pytest.MonkeyPatch
):
    write_to(cast, FOR_NOW)
    for minute in (91, 92):
        with pytest.raises(CommandError, match="next run tries again"):
            run(monkeypatch, minute)
    inside.refresh_from_db()
    assert inside.alarmed_at is None
    write_to(cast, GOOD)
    assert "1 sent" in run(monkeypatch, 93)
    assert len(server.taken) == 1


def test_a_server_that_is_away_loses_nothing(
    cast: Cast, inside: CheckIn, settings, monkeypatch: pytest.MonkeyPatch
):
    write_to(cast, GOOD)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(CommandError):
        run(monkeypatch, 91)
    inside.refresh_from_db()
    assert inside.alarmed_at is None


def test_one_that_cannot_be_sent_stops_no_other(
    cast: Cast, inside: CheckIn, server: Handler, monkeypatch: pytest.MonkeyPatch
):
    write_to(cast, FOR_NOW)
    Staff.objects.filter(pk=cast.anna.staff).update(email=GOOD)
    book(cast.child, "home-4", at=VISIT, by=cast.anna)
    check_in(
        cast.child, "home-4", back=VISIT + timedelta(minutes=95), colleague=cast.frida.staff,
        by=cast.bo, at=VISIT,
    )  # fmt: skip
    CheckIn.objects.filter(staff=cast.bo.staff).update(colleague=cast.anna.staff)
    with pytest.raises(CommandError):
        run(monkeypatch, 100)
    assert [envelope.rcpt_tos for envelope in server.taken] == [[GOOD]]


def test_without_an_address_it_is_told_in_hembesok_only(
    cast: Cast, inside: CheckIn, server: Handler, monkeypatch: pytest.MonkeyPatch
):
    assert "1 without an address" in run(monkeypatch, 91)
    assert run(monkeypatch, 92) == ""
    inside.refresh_from_db()
    assert inside.mail == Mail.NO_ADDRESS


def test_whoever_came_out_is_not_missed(
    cast: Cast, inside: CheckIn, server: Handler, monkeypatch: pytest.MonkeyPatch
):
    write_to(cast, GOOD)
    come_out(inside, by=cast.anna, at=VISIT + timedelta(minutes=60))
    assert run(monkeypatch, 200) == ""
    assert server.taken == []


def test_without_a_mail_server_the_command_says_which_setting(settings):
    settings.EMAIL_HOST = ""
    with pytest.raises(CommandError, match="HEMBESOK_MAIL"):
        call_command("send_alarms")
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("", MailServer()),
        ("smtps://u%40x:p%2Fw@mail.example", MailServer("mail.example", 465, "u@x", "p/w", True)),
        ("smtp://mail.example", MailServer("mail.example", 587, tls_started=True)),
        ("smtp://localhost:25", MailServer("localhost", 25)),
        ("smtp://[::1]:2525", MailServer("::1", 2525)),
    ],
)
def test_a_mail_server_is_spoken_to_in_clear_only_on_this_machine(text: str, server: MailServer):
    assert read_mail_server(text) == server


@pytest.mark.parametrize(
    "text", ["mail.example", "http://mail.example", "smtp://", "smtp://h:port", "smtp://h/x"]
)
def test_an_address_that_cannot_be_read_is_told_without_its_password(text: str):
    with pytest.raises(MailProblem) as problem:
        read_mail_server(text.replace("://", "://u:hemligt@"))
    assert "hemligt" not in str(problem.value)


MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda n: VISIT + timedelta(minutes=n))


@given(MOMENTS, MOMENTS)
def test_nobody_is_missed_before_a_whole_visit_and_half_an_hour(booked: datetime, at: datetime):
    """Also over a change of the clock: moments are compared, not hours of the day."""
    back = due_back(booked, PLANNED, now=at)
    assert back > at + PLANNED
    assert back >= booked + PLANNED + SPARE - timedelta(minutes=1)
    assert not missed(back=back, out=None, now=back)
    assert missed(back=back, out=None, now=back + timedelta(seconds=1))
    assert not missed(back=back, out=at, now=back + timedelta(days=1))
