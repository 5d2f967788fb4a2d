"""Signing in at a provider: what is let in, and all that is not."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
import requests
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from pytest_django import Settings

from hembesok.access.models import Assignment, StaffIdentity
from hembesok.web import clock
from hembesok.web.oidc.provider import Provider
from tests.conftest import Cast
from tests.oidc.conftest import ANNAS_NUMBER, BACK, NUMBER, Traveller
from tests.services.stored import trail
from tests.web.page import ADDRESSES, address, gate_of, read


def changed(url: str, **values: str | None) -> str:
    """Return an address with other values in its query; None takes one away."""
    parts = urlsplit(url)
    query = {name: found[0] for name, found in parse_qs(parts.query).items()} | values
    return urlunsplit(parts._replace(query=urlencode({k: v for k, v in query.items() if v})))


@pytest.fixture(autouse=True)
def _nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens, neither number, secret nor token is written down."""
    caplog.set_level("DEBUG", "hembesok")
    yield
    assert ANNAS_NUMBER not in caplog.text
    assert "eyJ" not in caplog.text


def is_out(traveller: Traveller) -> bool:
    """Tell that no closed address opens in the traveller's browser."""
    answers = [
        traveller.client.get(address(pattern))
        for pattern in ADDRESSES
        if gate_of(pattern) is not None
    ]
    return all(
        answer.status_code == 302 and answer["Location"].startswith("/login") for answer in answers
    )


def refused(traveller: Traveller, answer: Any, words: str, status: int = 403) -> None:
    assert answer.status_code == status
    page = read(answer)
    assert words in page.text
    assert ANNAS_NUMBER not in page.text
    assert is_out(traveller)


def test_a_good_sign_in_leads_to_the_role_and_the_first_page(traveller: Traveller):
    before = traveller.client.cookies.get("sessionid")
    with trail() as lines:
        answer = traveller.signs_in("anna")
    assert answer["Location"] == reverse("choose-role")
    assert [line.action for line in lines] == ["session.begun"]
    assert traveller.client.cookies["sessionid"].value != (before and before.value)
    assert traveller.client.get(reverse("choose-role"))["Location"] == reverse("start")
    assert traveller.client.get(reverse("today")).status_code == 200


def test_the_page_that_was_asked_for_is_where_one_arrives(traveller: Traveller):
    asked = traveller.client.get("/families")["Location"]
    link = next(one for one in read(traveller.client.get(asked)).links if "oidc" in one)
    there = traveller.client.get(link)["Location"]
    traveller.comes_back(traveller.signs_in_there(there))
    assert traveller.client.get(reverse("choose-role"))["Location"] == "/families"


def test_another_site_is_never_where_one_arrives(traveller: Traveller):
    there = traveller.client.get("/login/oidc/siths?next=//evil.example")["Location"]
    traveller.comes_back(traveller.signs_in_there(there))
    assert traveller.client.get(reverse("choose-role"))["Location"] == reverse("start")


def test_our_client_always_sends_pkce_state_nonce_and_asks_anew(traveller: Traveller):
    asked = [parse_qs(urlsplit(traveller.leaves("anna")).query) for _turn in range(2)]
    for query in asked:
        assert query["code_challenge_method"] == ["S256"]
        assert query["response_type"] == ["code"]
        assert query["redirect_uri"] == [BACK]
        assert query["prompt"] == ["login"]
        assert query["acr_values"] == ["http://id.sambi.se/loa/loa3"]
    for name in ("code_challenge", "state", "nonce"):
        assert len(asked[0][name][0]) >= 32
        assert asked[0][name] != asked[1][name]


def test_a_request_without_pkce_is_refused_by_the_provider(traveller: Traveller):
    there = changed(traveller.leaves("anna"), code_challenge=None, code_challenge_method=None)
    answer = traveller.comes_back(traveller.signs_in_there(there))
    refused(traveller, answer, "gick inte att lita på")


def test_another_address_to_come_back_to_is_refused_by_the_provider(traveller: Traveller):
    there = changed(traveller.leaves("anna"), redirect_uri="http://evil.example/back")
    assert traveller.signs_in_there(there).startswith("400 ")
    assert is_out(traveller)


def test_a_wrong_verifier_is_refused(traveller: Traveller):
    back = traveller.signs_in_there(traveller.leaves("anna"))
    traveller.remembers(verifier="x" * 64)
    refused(traveller, traveller.comes_back(back), "gick inte att lita på")


def test_a_wrong_nonce_is_refused(traveller: Traveller):
    back = traveller.signs_in_there(traveller.leaves("anna"))
    traveller.remembers(nonce="x" * 43)
    refused(traveller, traveller.comes_back(back), "gick inte att lita på")


@pytest.mark.parametrize("state", ["x" * 43, None, "å"])
def test_a_wrong_state_is_refused_and_uses_up_the_way_back(traveller: Traveller, state: str | None):
    back = traveller.signs_in_there(traveller.leaves("anna"))
    refused(traveller, traveller.comes_back(changed(back, state=state)), "annat fönster")
    refused(traveller, traveller.comes_back(back), "annat fönster")


def test_an_answer_that_nobody_waits_for_is_refused(traveller: Traveller):
    refused(traveller, traveller.comes_back(f"{BACK}?code=x&state=x"), "annat fönster")


def test_a_code_is_used_once(traveller: Traveller):
    """Neither in the session it was for, nor with a state of another."""
    back = traveller.signs_in_there(traveller.leaves("anna"))
    assert traveller.comes_back(back)["Location"] == reverse("choose-role")
    traveller.client.post(reverse("sign-out"))
    refused(traveller, traveller.comes_back(back), "annat fönster")
    state = parse_qs(urlsplit(traveller.leaves("anna")).query)["state"][0]
    refused(traveller, traveller.comes_back(changed(back, state=state)), "gick inte att lita på")


def test_an_answer_of_another_provider_is_refused(traveller: Traveller):
    back = changed(traveller.signs_in_there(traveller.leaves("anna")), iss="https://evil.example")
    refused(traveller, traveller.comes_back(back), "gick inte att lita på")


def test_a_level_that_is_too_low_is_refused_and_noted(traveller: Traveller):
    """Also when the browser did not ask the provider for a higher one."""
    there = changed(traveller.leaves("weak"), acr_values=None)
    with trail() as lines:
        answer = traveller.comes_back(traveller.signs_in_there(there))
    refused(traveller, answer, "inte starkt nog")
    assert [line.action for line in lines] == ["session.refused"]


def test_an_old_sign_in_at_the_provider_is_not_enough(
    traveller: Traveller, monkeypatch: pytest.MonkeyPatch
):
    """A browser that leaves out what asks for a new one gets in by nobody's old one."""
    traveller.signs_in("anna")
    traveller.client.post(reverse("sign-out"))
    later = clock.moment() + 300
    monkeypatch.setattr(clock, "moment", lambda: later)
    there = changed(traveller.leaves("stranger"), prompt=None, max_age=None)
    back = traveller.signs_in_there(there)
    refused(traveller, traveller.comes_back(back), "vem du är just nu")


def test_an_answer_that_does_not_say_who_is_refused(traveller: Traveller):
    refused(traveller, traveller.signs_in("nameless"), "inte vem du är")


def test_somebody_unknown_gets_words_and_no_account(traveller: Traveller):
    refused(traveller, traveller.signs_in("stranger"), "inget uppdrag här än")
    assert StaffIdentity.objects.count() == 1


def test_a_closed_account_is_unknown(traveller: Traveller):
    staff = Assignment.objects.get(staff__login="anna").staff
    staff.is_active = False
    staff.save()
    refused(traveller, traveller.signs_in("anna"), "inget uppdrag här än")


def test_a_wrong_secret_is_refused(traveller: Traveller, siths: Provider, settings: Settings):
    back = traveller.signs_in_there(traveller.leaves("anna"))
    settings.OIDC = {"siths": replace(siths, client_secret="another")}
    refused(traveller, traveller.comes_back(back), "gick inte att lita på")


def test_a_token_for_another_client_is_refused(
    traveller: Traveller, siths: Provider, monkeypatch: pytest.MonkeyPatch
):
    """The token is genuine, but the audience is checked too."""
    from hembesok.web.oidc import client

    genuine = client._check
    other = replace(siths, client_id="somebody-else")
    monkeypatch.setattr(client, "_check", lambda c, _p, f, now: genuine(c, other, f, now=now))
    refused(traveller, traveller.signs_in("anna"), "gick inte att lita på")


def test_a_provider_that_is_down_gets_words(
    traveller: Traveller, siths: Provider, settings: Settings
):
    back = traveller.signs_in_there(traveller.leaves("anna"))
    settings.OIDC = {"siths": replace(siths, issuer="http://127.0.0.1:9")}
    refused(traveller, traveller.client.get("/login/oidc/siths"), "svarar inte", 503)
    refused(traveller, traveller.comes_back(changed(back, iss=None)), "svarar inte", 503)


def test_a_provider_that_says_it_is_another_is_not_believed(
    traveller: Traveller, siths: Provider, settings: Settings
):
    settings.OIDC = {"siths": replace(siths, issuer=siths.issuer.replace("127.0.0.1", "localhost"))}
    refused(traveller, traveller.client.get("/login/oidc/siths"), "svarar inte", 503)


def test_a_provider_that_is_not_set_up_is_not_found(traveller: Traveller):
    for name in ("oidc-start", "oidc-back"):
        assert traveller.client.get(reverse(name, args=["other"])).status_code == 404


def test_a_locked_screen_opens_by_signing_in_anew_and_keeps_the_role(traveller: Traveller):
    traveller.signs_in("anna")
    traveller.client.get(reverse("choose-role"))
    traveller.client.post(reverse("lock"))
    locked = traveller.client.get(reverse("locked"))
    assert "/login/oidc/siths" in read(locked).links
    assert "password" not in read(locked).values
    assert traveller.client.post(reverse("locked"), {"password": "x"}).status_code == 422
    assert traveller.client.get(reverse("today"))["Location"] == reverse("locked")
    traveller.signs_in("anna")
    assert traveller.client.get(reverse("today")).status_code == 200


def test_the_local_form_and_passkeys_are_shut_when_a_provider_is_set_up(
    traveller: Traveller, cast: Cast
):
    page = read(traveller.client.get(reverse("sign-in")))
    assert "Tjänstelegitimation" in page.text
    assert "password" not in page.values
    for name in ("sign-in", "passkey", "passkey-options"):
        given = {"username": "anna", "password": "a long test password"}
        assert traveller.client.post(reverse(name), given).status_code == 404


def test_the_number_is_nowhere_in_the_database(traveller: Traveller):
    traveller.signs_in("anna")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM access_staffidentity")
        (stored,) = cursor.fetchall()
    assert ANNAS_NUMBER not in str(stored)
    assert ANNAS_NUMBER not in str(list(Session.objects.values_list("session_data")))


def test_the_provider_gives_the_claim_that_is_asked_for(traveller: Traveller, issuer: str):
    found = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    assert found["claims_supported"]
    assert NUMBER in found["claims_supported"]
