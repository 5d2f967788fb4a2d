"""Ready for Arabic, Dari and Sorani: nothing in the stylesheet knows left from right."""

import re

import pytest

from tests.journeys import watch
from tests.journeys.conftest import Site, Visit
from tests.need import ROOT

STYLESHEET = ROOT / "hembesok" / "web" / "static" / "web" / "hembesok.css"

PHYSICAL = re.compile(
    r"(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?:^|[;{\s])(?:left|right)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)
SIDES = re.compile(r"(?:margin|padding|inset|border-width)\s*:\s*([^;}]+)")


def _rules() -> str:
    """Return the stylesheets without comments and without the pictures inside it."""
    files = (STYLESHEET, STYLESHEET.with_name("parents.css"))
    text = re.sub(r"/\*.*?\*/", "", "".join(one.read_text() for one in files), flags=re.DOTALL)
    return re.sub(r'url\("data:[^"]*"\)', "url()", text)


def test_no_property_is_of_the_left_or_the_right() -> None:
    assert PHYSICAL.findall(_rules()) == []


def test_no_shorthand_treats_the_sides_differently() -> None:
    """`padding: 1px 2px 3px 4px` names right and left without saying so."""
    four = [found.split() for found in SIDES.findall(_rules()) if len(found.split()) == 4]
    assert [values for values in four if values[1] != values[3]] == []


@pytest.mark.parametrize("rule", ["a{margin-left:1px}", "a{color:red;right:0}", "a{float: left}"])
def test_the_search_finds_what_it_is_for(rule: str) -> None:
    assert PHYSICAL.search(rule)


@pytest.mark.parametrize("width", [1360, 390, 320])
@pytest.mark.parametrize("page", ["overview", "family", "record"])
def test_a_mirrored_page_fits_its_window(visit: Visit, site: Site, page: str, width: int) -> None:
    family = site.places["missed"]
    account, address = {
        "overview": ("anna.lind", "/overview"),
        "family": (family.account, family.family),
        "record": (family.account, family.visit("record")),
    }[page]
    person = visit(account, width=width)
    person.opens(address)
    person.page.evaluate("document.documentElement.dir = 'rtl'")
    assert watch.sideways(person.page) <= 0
    brand = person.page.locator(".brand").bounding_box()
    lock = person.page.locator(".lock").bounding_box()
    assert brand
    assert lock
    assert lock["x"] < brand["x"]
