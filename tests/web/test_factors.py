"""The second factor: without it nothing opens, and each code opens once."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from hembesok.access.models import RecoveryCode, Staff, TotpFactor
from hembesok.access.rules import sign_in as rules
from hembesok.access.services import factors
from tests.conftest import PASSWORD, Cast
from tests.services.stored import trail
from tests.web.page import read
from tests.web.sign_in import code_of, give_password, opened, secret_on

NOW = 1_773_649_800.0


class Clock:
    """A clock that is set by hand, for the session and for the codes alike."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = NOW
        patch.setattr("hembesok.web.clock.moment", lambda: self.now)
        patch.setattr("hembesok.access.services.factors.time.time", lambda: self.now)

    def passes(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def required(settings: Settings, cast: Cast, clock: Clock) -> Clock:
    """A site in use: a password is not enough."""
    settings.FACTORS_REQUIRED = True
    return clock


@pytest.fixture
def app(required: Clock) -> str:
    """Anna has an app; the secret in it."""
    secret = factors.new_secret()
    anna = Staff.objects.get(login="anna")
    assert factors.add_app(anna, secret, code_of(secret, NOW - 30))
    return secret


def give_code(client: Client, code: str) -> Any:
    return client.post(reverse("factor"), {"code": code})


def test_the_first_sign_in_leads_to_a_factor_and_opens_nothing_else(
    client: Client, required: Clock
):
    answer = give_password(client)
    assert answer["Location"] == reverse("factors")
    assert "_auth_user_id" not in client.session
    assert opened(client) == ["factor-app", "factor-passkey", "factor-passkey-options", "factors"]


def test_an_app_is_added_and_the_codes_are_shown_once(client: Client, required: Clock):
    give_password(client)
    before = client.session.session_key
    secret = secret_on(client)
    assert read(client.post(reverse("factor-app"), {"code": "000000"})).errors
    with trail() as lines:
        answer = client.post(reverse("factor-app"), {"code": code_of(secret, NOW)})
    codes = re.findall(r"\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b", read(answer).text)
    assert len(set(codes)) == 10
    assert answer.headers["Cache-Control"] == "no-store"
    assert [line.action for line in lines] == [
        "factor.added",
        "session.begun",
        "recovery_codes.made",
    ]
    assert client.session.session_key != before
    assert client.get(reverse("choose-role"))["Location"] == reverse("start")
    assert client.get(reverse("today")).status_code == 200
    stored = ""
    for model in (TotpFactor, RecoveryCode):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")  # noqa: S608 - our own name
            stored += str(cursor.fetchall())
    for kept in [secret, *codes, *(code.replace("-", "") for code in codes)]:
        assert kept not in stored


def test_a_password_opens_nothing_when_there_is_a_factor(client: Client, app: str):
    """Not even the pages where a factor is added: else the password alone would add one."""
    assert give_password(client)["Location"] == reverse("factor")
    assert opened(client) == ["factor"]
    assert client.post(reverse("factor-app"), {"code": "1"})["Location"] == reverse("factor")
    assert TotpFactor.objects.count() == 1


def test_the_code_opens(client: Client, app: str):
    give_password(client)
    before = client.session.session_key
    assert give_code(client, code_of(app, NOW))["Location"] == reverse("choose-role")
    assert client.session.session_key != before
    client.get(reverse("choose-role"))
    assert client.get(reverse("today")).status_code == 200


@pytest.mark.parametrize(("drift", "opens"), [(-60, False), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_one_step_off(client: Client, app: str, drift: int, opens: bool):
    give_password(client)
    assert (give_code(client, code_of(app, NOW + drift)).status_code == 302) is opens


def test_a_code_is_used_once(app: str):
    code = code_of(app, NOW)
    for expected in (302, 422):
        client = Client()
        give_password(client)
        assert give_code(client, code).status_code == expected


def test_an_earlier_code_is_not_taken_after_a_later_one(app: str):
    for code, expected in ((code_of(app, NOW + 30), 302), (code_of(app, NOW), 422)):
        client = Client()
        give_password(client)
        assert give_code(client, code).status_code == expected


def test_a_recovery_code_opens_once_and_for_its_owner_only(app: str):
    code = factors.new_recovery_codes(Staff.objects.get(login="anna"))[3]
    factors.new_recovery_codes(Staff.objects.get(login="anna"))
    first = factors.new_recovery_codes(Staff.objects.get(login="anna"))[3]
    bo = Staff.objects.get(login="bo")
    assert not factors.code_is_right(bo, first)
    for given, expected in ((code, 422), (first.upper(), 302), (first, 422)):
        client = Client()
        give_password(client)
        assert give_code(client, given).status_code == expected
    assert factors.codes_left(Staff.objects.get(login="anna")) == 9


@pytest.mark.parametrize("code", ["", " ", "-", "x", "١٢٣٤٥٦", "å" * 40, "\0", "1" * 5000])
def test_what_is_no_code_is_wrong(client: Client, app: str, code: str):
    give_password(client)
    assert give_code(client, code).status_code == 422


def test_the_time_between_password_and_factor_is_short(client: Client, app: str, clock: Clock):
    give_password(client)
    clock.passes(rules.HALF_WAY + 1)
    answer = give_code(client, code_of(app, clock.now))
    assert answer["Location"].startswith(reverse("sign-in"))
    assert opened(client) == []


def test_a_new_password_ends_what_was_half_way(client: Client, app: str):
    give_password(client)
    anna = Staff.objects.get(login="anna")
    anna.set_password("another long password")
    anna.save()
    assert give_code(client, code_of(app, NOW))["Location"].startswith(reverse("sign-in"))


def test_changing_factors_asks_who_one_is_and_ends_other_sessions(app: str, clock: Clock):
    clients = [Client(), Client()]
    for number, client in enumerate(clients):
        clock.passes(60)
        give_password(client)
        assert give_code(client, code_of(app, clock.now)).status_code == 302, number
        client.get(reverse("choose-role"))
    mine, other = clients
    for _turn in range(2):
        assert mine.get(reverse("today")).status_code == 200
        clock.passes(rules.FRESH / 2 + 60)
    assert mine.get(reverse("factors"))["Location"] == reverse("locked")
    assert mine.post(reverse("locked"), {"password": PASSWORD})["Location"] == reverse("factors")
    secret = secret_on(mine)
    mine.post(reverse("factor-app"), {"code": code_of(secret, clock.now)})
    assert mine.get(reverse("today")).status_code == 200
    assert other.get(reverse("today"))["Location"].startswith(reverse("sign-in"))


def test_the_last_factor_stays(app: str):
    anna = Staff.objects.get(login="anna")
    assert not factors.remove_factor(anna, "app")
    assert factors.add_passkey(anna, credential=b"one", public_key=b"x", sign_count=0)
    for nothing in ("999999999999", "x", ""):
        assert not factors.remove_factor(anna, nothing)
    with trail() as lines:
        assert factors.remove_factor(anna, "app")
    assert [line.action for line in lines] == ["factor.removed"]
    assert not factors.remove_factor(anna, str(anna.passkeys.get().pk))


@pytest.mark.parametrize("given", ["", "{}", "[]", "null", '{"id": "\\u0000"}', '{"id": "x"}', "{"])
def test_what_is_no_passkey_is_refused(client: Client, app: str, given: str):
    client.post(reverse("passkey-options"))
    assert client.post(reverse("passkey"), {"credential": given}).status_code == 422
    give_password(client)
    client.post(reverse("passkey-options"))
    assert client.post(reverse("passkey"), {"credential": given}).status_code == 422
    assert opened(client) == ["factor"]
