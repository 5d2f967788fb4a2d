"""The family's plan in a browser: open to all in each language, on a phone, and on one A4."""

import re
from pathlib import Path

import pytest

from tests.journeys import watch
from tests.journeys.conftest import Site, Visit

LANGUAGES = ["sv", "ar", "so", "en"]
WIDTHS = (390, 320, 1360)


def plan(site: Site, place: str = "signed") -> str:
    found = site.places[place]
    return f"{found.family}/{found.number}/show"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_is_open_to_all_and_fits_each_window(
    visit: Visit, site: Site, language: str
) -> None:
    person = visit(site.places["signed"].account, width=WIDTHS[0])
    heard = watch.Watch(person.page, site.address)
    person.opens(f"{plan(site)}?in={language}")
    assert heard.status == 200
    for width in WIDTHS:
        person.page.set_viewport_size({"width": width, "height": 768})
        assert watch.violations(person.page) == [], width
        assert watch.sideways(person.page) <= 0, width
        assert watch.too_small(person.page) == [], width
    assert heard.noise() == []
    assert person.page.evaluate("getComputedStyle(document.body).fontSize") == "19px"
    assert heard.weight()["document"] <= 20_000


def test_arabic_runs_from_right_to_left(visit: Visit, site: Site) -> None:
    person = visit(site.places["signed"].account, width=390)
    person.opens(f"{plan(site)}?in=ar")
    page = person.page
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    box = page.locator("h1").bounding_box()
    assert box
    ends = page.evaluate(
        "() => { const r = document.createRange(); r.selectNodeContents("
        "document.querySelector('h1')); return r.getBoundingClientRect().right }"
    )
    assert ends > 195
    assert page.evaluate("parseFloat(getComputedStyle(document.body).lineHeight) / 19") >= 1.7


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["signed", "due", "twins"])
def test_the_plan_is_one_sheet_of_paper(
    visit: Visit, site: Site, place: str, language: str, tmp_path: Path
) -> None:
    person = visit(site.places[place].account)
    person.opens(f"{plan(site, place)}?in={language}")
    paper = person.page.pdf(prefer_css_page_size=True, tagged=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1
    assert not person.page.locator(".noprint").evaluate(
        "one => { const media = matchMedia('print'); return media.matches }"
    )


def test_the_plan_locks_as_other_pages_do(visit: Visit, site: Site, fresh: None) -> None:
    """A telephone that is handed over is still the staff member's."""
    person = visit(site.places["signed"].account, width=390)
    person.page.clock.install()
    person.opens(f"{plan(site)}?in=ar")
    person.page.clock.fast_forward("11:00")
    person.page.locator("h1", has_text="Låst").wait_for()
    assert "خطتنا" not in person.page.content()


def test_the_text_for_the_record_is_copied_at_a_press(visit: Visit, site: Site) -> None:
    found = site.places["signed"]
    person = visit(found.account, permissions=["clipboard-read", "clipboard-write"])
    person.opens(found.visit("journal"))
    person.presses("Kopiera texten")
    person.page.locator("#copied", has_text="Kopierat").wait_for()
    copied = person.page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == person.page.locator("#text").input_value().strip()


def test_without_javascript_the_text_is_there_and_no_dead_button(visit: Visit, site: Site) -> None:
    found = site.places["signed"]
    person = visit(found.account, java_script_enabled=False)
    person.opens(found.visit("journal"))
    assert person.page.locator("#text").input_value()
    assert person.page.locator("[data-copy]").is_hidden()
