"""Booking the next visit in at most three clicks, and getting everybody to say yes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Site, Visit
from tests.journeys.people import Person

pytestmark = pytest.mark.usefixtures("fresh")

Begin = Callable[..., Person]


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def somebody(request: pytest.FixtureRequest, visit: Visit) -> Begin:
    """Open a window, with JavaScript or without."""
    return lambda account="", **more: visit(account, java_script_enabled=request.param, **more)


class Clicks:
    """Clicks, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, what: Locator) -> None:
        what.locator("visible=true").first.click()
        self.count += 1


def test_the_next_visit_is_booked_in_two_clicks_from_the_family(
    somebody: Begin, site: Site
) -> None:
    place, click = site.places["due"], Clicks()
    maria = somebody(place.account)
    maria.opens(place.family)
    click(maria.page.locator(".next .btn", has_text="Boka besök"))
    suggested = maria.page.locator(".times button").first
    at = suggested.inner_text().split("\n")[0].strip()
    click(suggested)
    expect(maria.receipt).to_contain_text("är bokat")
    expect(maria.receipt).to_contain_text(re.search(r"kl\. \d\d\.\d\d", at)[0])  # type: ignore[index]
    assert click.count <= 3


def test_the_next_visit_is_booked_in_two_clicks_from_today(somebody: Begin) -> None:
    click = Clicks()
    maria = somebody("maria.ek")
    maria.opens("/today")
    to_book = maria.page.locator("aside .plain a.btn", has_text="Boka")
    click(to_book)
    click(maria.page.locator(".times button"))
    expect(maria.receipt).to_contain_text("är bokat")
    assert click.count <= 3


def test_a_new_time_is_found_in_one_act(somebody: Begin, site: Site) -> None:
    place, click = site.places["booked today"], Clicks()
    maria = somebody(place.account)
    maria.opens(place.family)
    click(maria.page.locator(".next .btn", has_text="Byt tid"))
    click(maria.page.locator(".times button"))
    expect(maria.receipt).to_contain_text("är bokat")
    expect(maria.page.locator(".next")).to_contain_text("Inte klart")
    assert click.count <= 3


def test_a_visit_becomes_ready_by_a_press_for_each(somebody: Begin, site: Site) -> None:
    # Given a visit that Maria has just booked for herself and her colleague
    place = site.places["due"]
    maria = somebody(place.account)
    maria.opens(place.visit("book"))
    maria.page.locator(".times button").first.click()
    # When she says yes for the family, and lets the nurse go alone
    maria.opens(place.visit("parts"))
    family = maria.page.locator(".plain > li", has_text="Familjen")
    family.get_by_role("button", name="Ja").click()
    maria.presses("Låt sjuksköterskan gå ensam")
    expect(maria.page.locator("main")).to_contain_text("inte ett gemensamt besök")
    # And confirms the interpreter, where the family needs one
    if maria.page.get_by_role("button", name="Bekräfta tolken").count():
        maria.presses("Bekräfta tolken")
    # Then it is ready
    expect(maria.page.locator("#ready")).to_have_text("Klart att gå")


def test_an_interpreter_is_confirmed_in_one_press(somebody: Begin) -> None:
    anna = somebody("anna.lind")
    anna.opens("/interpreters")
    waiting = anna.page.locator(".next.over li")
    before = waiting.count()
    assert before > 0, "the demo has interpreters who are not confirmed"
    waiting.get_by_role("button", name="Bekräfta").first.click()
    expect(anna.receipt).to_contain_text("Tolken är bekräftad")
    expect(waiting).to_have_count(before - 1)
