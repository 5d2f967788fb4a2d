"""How long a sign-in lasts, when the screen locks, and what too many tries bring."""

import io
from collections.abc import Callable

import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from hembesok.access.models import Assignment, Staff
from hembesok.access.services import attempts, factors
from hembesok.access.services.identities import staff_at
from hembesok.web import clock
from hembesok.web.oidc.provider import Provider
from tests.conftest import PASSWORD, Cast
from tests.services.stored import everything, trail
from tests.web.conftest import let_in
from tests.web.page import read
from tests.web.sign_in import give_password, opened

LIMIT = 5


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let minutes pass for the sessions."""
    begun = clock.moment()

    def minutes(count: float) -> None:
        monkeypatch.setattr(clock, "moment", lambda: begun + 60 * count)

    minutes(0)
    return minutes


def test_a_session_that_only_names_a_person_opens_nothing(client: Client, cast: Cast):
    client.force_login(Staff.objects.get(login="anna"))
    assert opened(client) == []


def test_the_session_gets_a_new_key_at_each_step(client: Client, cast: Cast):
    keys = []
    for step in (
        lambda: client.get(reverse("sign-in")),
        lambda: give_password(client),
        lambda: client.get(reverse("choose-role")),
        lambda: client.post(reverse("lock")),
        lambda: client.post(reverse("locked"), {"password": PASSWORD}),
    ):
        step()
        keys.append(client.session.session_key)
    assert len({keys[1], keys[2], keys[4]}) == 3


def test_a_sign_in_lasts_twelve_hours_whatever_is_done(cast: Cast, later: Callable[[float], None]):
    client = Client()
    let_in(client, "anna")
    client.get(reverse("choose-role"))
    for minute in range(5, 12 * 60, 5):
        later(minute)
        assert client.get(reverse("locked")).status_code == 200, minute
        assert client.post(reverse("seen")).status_code == 204, minute
    later(12 * 60 + 1)
    with trail() as lines:
        answer = client.get(reverse("today"))
    assert answer["Location"].startswith(reverse("sign-in"))
    assert [line.action for line in lines] == ["session.ended"]
    assert opened(client) == []


def test_the_clock_going_back_ends_a_sign_in(cast: Cast, later: Callable[[float], None]):
    client = Client()
    let_in(client, "anna")
    later(-5)
    assert client.get(reverse("today"))["Location"].startswith(reverse("sign-in"))


def test_who_has_been_away_meets_a_locked_screen(anna: Client, later: Callable[[float], None]):
    later(9)
    assert anna.get(reverse("today")).status_code == 200
    later(18)
    assert anna.get(reverse("today")).status_code == 200
    later(29)
    before = everything(but_the_trail=True)
    with trail() as lines:
        answer = anna.post("/f/FAMYAAAA/1/number")
    assert answer["Location"] == reverse("locked")
    assert [line.action for line in lines] == ["session.locked"]
    assert everything(but_the_trail=True) == before
    later(29.1)
    assert anna.get(reverse("today"))["Location"] == reverse("locked")
    assert anna.post(reverse("locked"), {"password": PASSWORD})["Location"] == reverse("start")
    assert anna.get(reverse("today")).status_code == 200


def test_the_page_under_a_lock_is_not_left_when_it_is_opened_there(anna: Client):
    anna.post(reverse("lock"))
    assert anna.post(reverse("locked"), {"password": "x", "stay": "1"}).status_code == 422
    assert anna.post(reverse("locked"), {"password": PASSWORD, "stay": "1"}).status_code == 204
    assert anna.get(reverse("today")).status_code == 200


def test_a_new_password_ends_every_session(anna: Client):
    staff = Staff.objects.get(login="anna")
    staff.set_password("another long password")
    staff.save()
    assert anna.get(reverse("today"))["Location"].startswith(reverse("sign-in"))


def test_whoever_changes_role_is_in_one_role_only(cast: Cast):
    first = Assignment.objects.get(staff__login="anna")
    second = Assignment.objects.create(
        staff=first.staff, role=first.role, unit=first.unit, site=first.site, starts=first.starts
    )
    clients = [Client(), Client()]
    for client in clients:
        let_in(client, "anna")
        client.post(reverse("choose-role"), {"assignment": first.pk})
        assert client.get(reverse("today")).status_code == 200
    clients[0].post(reverse("choose-role"), {"assignment": second.pk})
    assert clients[0].get(reverse("today")).status_code == 200
    assert clients[1].get(reverse("today"))["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("login", ["anna", "nobody", "190001019802", "a" * 150, "å ä"])
def test_too_many_tries_block_an_account_and_a_name_that_is_none_alike(cast: Cast, login: str):
    for number in range(LIMIT):
        answer = give_password(Client(), login, "wrong")
        assert answer.status_code == (429 if number == LIMIT - 1 else 422)
    assert "För många försök" in read(answer).errors
    right = give_password(Client(), login)
    assert right.status_code == 429
    assert read(right).errors == read(answer).errors
    assert give_password(Client(), "bo").status_code == 302
    kept = str(list(AccessAttempt.objects.values()))
    assert login not in kept
    assert "wrong" not in kept


@pytest.mark.parametrize("login", ["", "a" * 151, "a\0b"])
def test_what_can_be_no_account_is_wrong(cast: Cast, login: str):
    for _try in range(LIMIT + 1):
        assert give_password(Client(), login).status_code == 422


def test_the_block_is_noted_and_ends_by_itself(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    from django.utils import timezone

    with trail() as lines:
        for _try in range(LIMIT):
            give_password(Client(), "anna", "wrong")
    assert [line.action for line in lines] == ["session.refused"] * LIMIT + ["account.blocked"]
    for _try in range(3):
        give_password(Client(), "anna", "wrong")
    now = timezone.now() + settings.AXES_COOLOFF_TIME * 1.01
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: now)
    assert give_password(Client(), "anna").status_code == 302


def test_a_right_password_forgets_the_wrong_ones(cast: Cast):
    for _try in range(LIMIT - 1):
        give_password(Client(), "anna", "wrong")
    assert give_password(Client(), "anna").status_code == 302
    assert not AccessAttempt.objects.exists()


def test_wrong_codes_count_and_a_right_password_does_not_forget_them(
    cast: Cast, settings: Settings
):
    settings.FACTORS_REQUIRED = True
    anna = Staff.objects.get(login="anna")
    factors.add_passkey(anna, credential=b"one", public_key=b"x", sign_count=0)
    code = factors.new_recovery_codes(anna)[0]
    for number in range(LIMIT):
        client = Client()
        assert give_password(client, "anna").status_code == 302
        answer = client.post(reverse("factor"), {"code": "000000"})
        assert answer.status_code == (429 if number == LIMIT - 1 else 422)
    assert client.post(reverse("factor"), {"code": code}).status_code == 429
    assert give_password(Client(), "anna").status_code == 429


def test_tries_at_the_locked_screen_count(anna: Client):
    anna.post(reverse("lock"))
    for number in range(LIMIT):
        answer = anna.post(reverse("locked"), {"password": "wrong"})
        assert answer.status_code == (429 if number == LIMIT - 1 else 422)
    assert anna.post(reverse("locked"), {"password": PASSWORD}).status_code == 429
    assert anna.get(reverse("today"))["Location"] == reverse("locked")


def test_an_account_is_let_try_again_by_command(cast: Cast):
    for _try in range(LIMIT):
        give_password(Client(), "anna", "wrong")
    said = io.StringIO()
    with trail() as lines:
        call_command("unlock", "anna", stdout=said)
    assert "may try again" in said.getvalue()
    assert [line.action for line in lines] == ["account.unblocked"]
    assert not attempts.is_blocked("anna")
    assert give_password(Client(), "anna").status_code == 302
    with pytest.raises(CommandError, match="No account"):
        call_command("unlock", "nobody")


SITHS = Provider(
    key="siths",
    label="Tjänstelegitimation",
    label_en="Service card",
    issuer="https://idp.example",
    client_id="hembesok",
    client_secret="x",
    claim="sub",
    acr=(),
)


def test_a_person_is_linked_by_command(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    settings.OIDC = {"siths": SITHS}

    def link(login: str, provider: str, who: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(who))
        call_command("link_identity", login, provider, stdout=io.StringIO())

    with trail() as lines:
        link("anna", "siths", " 190001019802\n")
        link("anna", "siths", "190001019802")
    assert [line.action for line in lines] == ["identity.linked"]
    anna = staff_at("siths", "190001019802")
    assert anna is not None
    assert anna.login == "anna"
    assert staff_at("other", "190001019802") is None
    for login, provider, who, words in (
        ("bo", "siths", "190001019802", "another account"),
        ("bo", "other", "1", "No provider"),
        ("nobody", "siths", "1", "No account"),
        ("bo", "siths", "\n", "on one line"),
    ):
        before = everything()
        with pytest.raises(CommandError, match=words) as refused:
            link(login, provider, who)
        assert "190001019802" not in str(refused.value)
        assert everything() == before
