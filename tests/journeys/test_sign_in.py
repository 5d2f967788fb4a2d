"""Signing in and the lock, in a browser: passkeys, and what is left on a locked screen."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pyotp
import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import CDPSession, Page, expect

from hembesok.access.models import Staff
from hembesok.access.services.identities import link
from hembesok.project.demo import PASSWORD
from hembesok.web.oidc.provider import read_providers
from tests.journeys import watch
from tests.journeys.conftest import Site, Visit
from tests.journeys.people import Person
from tests.oidc.conftest import ANNAS_NUMBER, provider_at_work, written

NURSE = "maria.ek"


@pytest.fixture
def required() -> Iterator[None]:
    """The site as one in use: a password is not enough."""
    with override_settings(FACTORS_REQUIRED=True):
        yield


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give the browser a key that verifies its person; return the way to it, and its name."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]


def test_a_passkey_is_made_used_and_opens_the_lock(
    visit: Visit, site: Site, fresh: None, required: None
) -> None:
    person = visit()
    page = person.page
    # By a name: a passkey is bound to a name, and not to a number.
    base = site.address.replace("127.0.0.1", "localhost")
    heard = watch.Watch(page, base)
    key, name = authenticator(page)
    # The first sign-in leads to a choice, and a passkey is made
    page.goto(f"{base}/login")
    person.signs_in(NURSE, PASSWORD)
    expect(page).to_have_url(re.compile("/factors$"))
    person.presses("Lägg till en nyckel")
    expect(page.locator("h1")).to_have_text("Reservkoder")
    person.presses("Jag har sparat dem")
    expect(page).to_have_url(re.compile("/today$"))
    # It opens the lock
    page.locator(".lock").click()
    person.presses("Lås upp med nyckel")
    expect(page).to_have_url(re.compile("/today$"))
    # After signing out it is enough alone
    page.locator(".foot").get_by_role("button", name="Logga ut").click()
    page.goto(f"{base}/families")
    person.presses("Logga in med nyckel")
    expect(page).to_have_url(re.compile("/families$"))
    # And after the password, when that was given first
    page.locator(".foot").get_by_role("button", name="Logga ut").click()
    person.signs_in(NURSE, PASSWORD)
    expect(page).to_have_url(re.compile("/login/code$"))
    person.presses("Använd din nyckel")
    expect(page).to_have_url(re.compile("/today$"))
    assert heard.noise() == []
    # A key that does not know its person is not taken
    page.locator(".foot").get_by_role("button", name="Logga ut").click()
    key.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": False})
    person.presses("Logga in med nyckel")
    expect(page.get_by_text("Det gick inte att använda nyckeln")).to_be_visible()


def at_the_record(visit: Visit, site: Site, **more: Any) -> Person:
    """Come to a form and begin to write in it; the browser's clock is set by hand."""
    place = site.places["due"]
    person = visit(place.account, **more)
    person.page.clock.install()
    person.opens(place.visit("book"))
    person.writes("day", "2026-03-20")
    return person


def is_locked(person: Person, site: Site) -> None:
    """Nothing of the page is left in it, and neither title nor address tells of it."""
    place = site.places["due"]
    text = person.page.content()
    assert place.name not in text
    assert "2026-03-20" not in text
    assert person.page.title() == "Låst – Hembesök"
    assert watch.violations(person.page) == []
    assert watch.too_small(person.page) == []


def test_who_is_away_finds_the_screen_locked_and_the_draft_kept(
    visit: Visit, site: Site, fresh: None
) -> None:
    person = at_the_record(visit, site)
    page = person.page
    warning = page.locator("#lock-warning")
    page.clock.run_for(9 * 60_000)
    expect(warning).to_be_hidden()
    page.clock.run_for(35_000)
    expect(warning).to_be_visible()
    # Whoever is there goes on
    warning.get_by_role("button", name="Fortsätt").click()
    page.clock.run_for(2_000)
    expect(warning).to_be_hidden()
    # And whoever is not finds it locked; the page is gone as soon as the time has passed
    with page.expect_response(re.compile("/lock$")):
        page.clock.run_for(10 * 60_000 + 1_000)
    is_locked(person, site)
    # Wrong words open nothing, on the page or by going there
    person.writes("password", "not hers")
    page.get_by_role("button", name="Lås upp").click()
    expect(page.locator("#lock-wrong")).to_have_text("Lösenordet är fel. Försök igen.")
    is_locked(person, site)
    # The right ones bring back what was being written
    person.writes("password", PASSWORD)
    page.get_by_role("button", name="Lås upp").click()
    expect(page.locator("[name=day]")).to_have_value("2026-03-20")
    assert page.title() != "Låst – Hembesök"
    person.writes("time", "10.00")
    person.presses_main_button()
    expect(person.receipt).to_be_visible()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_pages_of_the_factors_are_open_to_all(
    visit: Visit, site: Site, fresh: None, required: None, language: str
) -> None:
    """From the password to the recovery codes, at a phone: each page is measured."""
    person = visit(width=320, language=language)
    page = person.page
    heard = watch.Watch(page, site.address)
    seen = []

    def measured() -> None:
        page.wait_for_load_state()
        seen.append(page.title())
        assert watch.violations(page) == [], page.title()
        assert watch.too_small(page) == [], page.title()
        assert watch.sideways(page) <= 0, page.title()
        assert heard.noise() == [], page.title()
        heard.forget()

    person.opens("/login")
    measured()
    person.signs_in(NURSE, PASSWORD)
    measured()
    page.locator("main a.btn").click()
    measured()
    person.writes("code", "000000")
    person.presses_main_button()
    measured()
    key = "".join(page.locator("main .num").inner_text().split())
    person.writes("code", pyotp.TOTP(key).now())
    person.presses_main_button()
    measured()
    page.locator("main a.btn").click()
    page.wait_for_url("**/today")
    page.wait_for_load_state()
    person.opens("/factors")
    measured()
    person.opens("/today")
    page.wait_for_load_state()
    page.locator(".lock").click()
    person.writes("password", "wrong")
    person.presses_main_button()
    measured()
    page.locator("main form.after .btn.sec").last.click()
    person.signs_in(NURSE, PASSWORD)
    measured()
    assert len(set(seen)) == 6


TOO_LATE = """
() => {
  const then = Date.now() + 11 * 60000;
  Date.now = () => then;
  const begun = performance.now();
  dispatchEvent(new PointerEvent("pointerdown"));
  return { took: performance.now() - begun, title: document.title, left: document.body.innerText };
}
"""


def test_the_lock_is_drawn_within_a_tenth_of_a_second(
    visit: Visit, site: Site, fresh: None
) -> None:
    """A computer that has slept: its first touch finds the screen locked, at once."""
    place = site.places["due"]
    person = visit(place.account)
    person.opens(place.family)
    seen = person.page.evaluate(TOO_LATE)
    assert seen["took"] < 100
    assert seen["title"] == "Låst – Hembesök"
    assert place.name not in seen["left"]


def test_a_lock_that_was_set_on_the_site_is_shown_when_somebody_writes_on(
    visit: Visit, site: Site, fresh: None
) -> None:
    """Another window locked it, without this one being told."""
    person = at_the_record(visit, site)
    page = person.page
    page.evaluate(
        """() => fetch("/lock", { method: "POST", redirect: "manual", body: new URLSearchParams(
          new FormData(document.querySelector("form"))) })"""
    )
    # What was written a while ago makes the page tell that somebody is here
    page.clock.run_for(62_000)
    expect(page).to_have_title("Låst – Hembesök")
    is_locked(person, site)


def test_all_windows_of_a_browser_lock_and_open_together(
    visit: Visit, site: Site, fresh: None
) -> None:
    person = at_the_record(visit, site)
    other = Person(person.page.context.new_page())
    other.opens("/today")
    person.page.clock.run_for(11 * 60_000)
    expect(other.page).to_have_title("Låst – Hembesök")
    person.writes("password", PASSWORD)
    person.page.get_by_role("button", name="Lås upp").click()
    expect(other.page.locator("h1").first).not_to_have_text("Låst")


def test_a_phone_hides_the_page_in_the_background_and_locks_after_half_a_minute(
    visit: Visit, site: Site, fresh: None
) -> None:
    person = at_the_record(visit, site, width=390, has_touch=True, is_mobile=True)
    page = person.page
    page.evaluate(
        """() => { window.away = false;
          Object.defineProperty(document, "hidden", { get: () => window.away });
          window.goes = (away) => { window.away = away;
            document.dispatchEvent(new Event("visibilitychange")); }; }"""
    )
    page.evaluate("goes(true)")
    expect(page.locator("main")).to_be_hidden()
    page.clock.run_for(20_000)
    page.evaluate("goes(false)")
    expect(page.locator("main")).to_be_visible()
    page.evaluate("goes(true)")
    page.clock.fast_forward(31_000)
    page.evaluate("goes(false)")
    is_locked(person, site)


def test_a_phone_locks_after_two_minutes(visit: Visit, site: Site, fresh: None) -> None:
    person = at_the_record(visit, site, width=390, has_touch=True, is_mobile=True)
    person.page.clock.run_for(121_000)
    is_locked(person, site)


def test_a_provider_is_a_link_away_and_the_browser_lets_it_be(
    visit: Visit, site: Site, fresh: None, tmp_path: Path
) -> None:
    """The policy of our pages lets forms be sent to us only: nothing of it is in the way."""
    back = f"{site.address}/login/oidc/siths/back"
    with provider_at_work(back) as issuer:
        found = read_providers(str(written(tmp_path, issuer)))
        with override_settings(OIDC=found, LOCAL_ACCOUNTS=False):
            _apart(lambda: link(Staff.objects.get(login=NURSE), "siths", ANNAS_NUMBER))
            person = visit()
            heard = watch.Watch(person.page, site.address)
            person.opens("/families")
            person.presses("Tjänstelegitimation")
            expect(person.page).to_have_url(re.compile("/families$"))
            heard.foreign = [one for one in heard.foreign if not one.startswith(issuer)]
            assert heard.noise() == []
            # And it opens the lock, with the role kept
            person.page.locator(".lock").click()
            assert person.page.locator("[name=password]").count() == 0
            person.presses("Tjänstelegitimation")
            expect(person.page).to_have_url(re.compile("/today$"))


def _apart(deed: Callable[[], object]) -> None:
    """Use the database in a thread of its own: Django refuses it where Playwright's loop runs."""

    def apart() -> None:
        deed()
        connection.close()

    thread = Thread(target=apart)
    thread.start()
    thread.join()
