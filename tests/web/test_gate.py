"""The gate: every address says who it is for, and nobody else gets in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, path, reverse
from pytest_django import Settings

from hembesok.access.models import Assignment, Staff
from hembesok.web.gate import GateMiddleware
from tests.conftest import ON, PASSWORD, Cast
from tests.services.stored import everything
from tests.web.conftest import let_in
from tests.web.page import ADDRESSES, Answer, address, gate_of, of_family, read

METHODS = ["get", "post"]
FILLED_IN = {"outcome": "held", "day": "2026-03-16", "time": "10.00", "reason": "mistake"}

closed = [pattern for pattern in ADDRESSES if gate_of(pattern) is not None]
family_addresses = [pattern for pattern in ADDRESSES if of_family(pattern)]
every_family_address = pytest.mark.parametrize(
    "pattern", family_addresses, ids=lambda pattern: pattern.name
)


def ask(client: Client, method: str, url: str) -> Answer:
    return client.post(url, FILLED_IN) if method == "post" else client.get(url)


def test_every_address_says_who_it_is_for():
    assert len(ADDRESSES) >= 15
    for pattern in ADDRESSES:
        assert "gate" in vars(pattern.callback), pattern


def test_only_these_are_open_to_all():
    assert {p.name for p in ADDRESSES if p not in closed} == {
        "sign-in",
        "passkey",
        "passkey-options",
        "oidc-start",
        "oidc-back",
        "set_language",
        # The shell that a phone keeps, with no person in it, and a feed whose address is its key.
        "calendar-fed",
        "manifest",
        "offline",
        "outbox",
        "service-worker",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_is_asked_to_sign_in(client: Client, method: str, subtests: pytest.Subtests):
    for pattern in closed:
        with subtests.test(pattern.name):
            url = address(pattern)
            answer = ask(client, method, url)
            assert answer.status_code == 302
            expected = reverse("sign-in")
            if method == "get" and url != "/":
                expected += f"?next={url.replace('/', '%2F')}"
            assert answer.headers["Location"] == expected


@pytest.mark.parametrize("method", METHODS)
def test_cilla_cannot_tell_a_family_from_none(
    cilla: Client, cast: Cast, method: str, subtests: pytest.Subtests
):
    """Neither by the code nor by the words; and nothing is written, not even in the trail."""
    before = everything()
    for pattern in family_addresses:
        with subtests.test(pattern.name):
            there = ask(cilla, method, address(pattern, ref=cast.family.ref))
            nowhere = ask(cilla, method, address(pattern, ref="NOSUCHXX"))
            assert there.status_code == nowhere.status_code
            assert there.status_code in (404, 405)
            assert there.content == nowhere.content
    assert everything() == before


NOT_YET = {"doc-settle", "file", "files", "journal", "journal-pdf", "withdraw-file"}
"""What is there only when a visit has been documented: other tests go there."""


@every_family_address
def test_each_address_of_a_family_is_there_for_anna_and_not_for_cilla(
    anna: Client, cilla: Client, pattern: URLPattern
):
    def codes(client: Client) -> set[int]:
        return {ask(client, method, address(pattern)).status_code for method in METHODS}

    if pattern.name not in NOT_YET:
        assert codes(anna) & {200, 302, 422}
    assert codes(cilla) <= {404, 405}
    assert 404 in codes(cilla)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["today", "record", "withdraw", "show-number"])
def test_a_coordinator_neither_visits_nor_records(frida: Client, name: str, method: str):
    pattern = next(pattern for pattern in ADDRESSES if pattern.name == name)
    before = everything()
    assert ask(frida, method, address(pattern)).status_code == 404
    assert everything() == before


def test_a_nurse_has_no_overview(anna: Client):
    assert anna.get(reverse("overview")).status_code == 404


LEFT_OPEN = ("locked", "sign-out")
"""What a locked screen can still do: be opened, and be left."""


@pytest.mark.parametrize("method", METHODS)
def test_a_locked_screen_shows_nothing_but_the_lock(
    anna: Client, method: str, subtests: pytest.Subtests
):
    anna.post(reverse("lock"))
    before = everything()
    for pattern in closed:
        if pattern.name not in LEFT_OPEN:
            with subtests.test(pattern.name):
                answer = ask(anna, method, address(pattern))
                assert answer.status_code == 302
                assert answer.headers["Location"] == reverse("locked")
    assert everything() == before
    for name in LEFT_OPEN:
        answer = ask(anna, method, reverse(name))
        assert answer.headers.get("Location") != reverse("locked")


def test_a_role_that_has_ended_opens_nothing(anna: Client, subtests: pytest.Subtests):
    Assignment.objects.filter(staff__login="anna").update(ends=ON - timedelta(1))
    for pattern in closed:
        with subtests.test(pattern.name):
            answer = anna.get(address(pattern))
            if gate_of(pattern):
                assert answer.status_code == 302
                assert answer.headers["Location"] == reverse("choose-role")
            else:
                assert b"Doris" not in answer.content


def test_a_role_counts_through_its_last_day(anna: Client):
    Assignment.objects.filter(staff__login="anna").update(ends=ON)
    assert anna.get(reverse("today")).status_code == 200


def test_another_persons_role_cannot_be_taken_up(cilla: Client):
    of_anna = Assignment.objects.get(staff__login="anna")
    cilla.post(reverse("choose-role"), {"assignment": of_anna.pk})
    assert cilla.get(reverse("family", args=["FAMYAAAA"])).status_code == 404


def test_an_account_that_was_closed_is_out_at_once(anna: Client):
    Staff.objects.filter(login="anna").update(is_active=False)
    assert anna.get(reverse("today")).headers["Location"].startswith(reverse("sign-in"))


def undeclared(request: HttpRequest) -> HttpResponse:
    """A view whose author forgot to say who it is for."""
    return HttpResponse("Doris")


@pytest.mark.parametrize("who", ["a stranger", "anna"])
def test_a_view_that_says_nothing_is_refused_for_everyone(
    sign_in: Callable[[str], Client], settings: Settings, who: str
):
    client = Client() if who == "a stranger" else sign_in(who)
    settings.ROOT_URLCONF = (path("forgotten", undeclared),)
    with pytest.raises(ImproperlyConfigured, match="does not say who it is for"):
        client.get("/forgotten")


def test_the_gate_is_in_place(settings: Settings):
    assert f"{GateMiddleware.__module__}.{GateMiddleware.__qualname__}" in settings.MIDDLEWARE


@pytest.mark.parametrize(("language", "words"), [("sv", "för gammalt"), ("en", "too old")])
def test_a_form_from_elsewhere_is_refused_in_words(cast: Cast, language: str, words: str):
    client = Client(enforce_csrf_checks=True, headers={"accept-language": language})
    answer = client.post(reverse("sign-in"), {"username": "anna", "password": PASSWORD})
    assert answer.status_code == 403
    assert words in read(answer).text
    let_in(client, "anna")
    client.get(reverse("choose-role"))
    before = everything()
    for pattern in ADDRESSES:
        assert ask(client, "post", address(pattern)).status_code == 403, pattern
    assert everything() == before


@pytest.mark.parametrize("number", [0, 2, 999_999_999_999_999_999_999])
def test_a_child_that_is_not_there_is_not_found(anna: Client, number: int):
    for name, step in (("show-number", None), ("book", "home-2"), ("record", "home-2")):
        args = ["FAMYAAAA", number] + ([step] if step else [])
        assert anna.post(reverse(name, args=args)).status_code == 404


def test_a_step_that_is_not_there_is_not_found(anna: Client):
    for name in ("book", "record", "withdraw"):
        assert anna.get(reverse(name, args=["FAMYAAAA", 1, "home-7"])).status_code == 404
