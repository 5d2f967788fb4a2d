"""Few taps, few keys, the first thing first: the budgets of a day's work (ux.md, section 5)."""

import re

import pytest
from playwright.sync_api import expect

from hembesok.forms.catalogue import for_step
from tests.journeys.conftest import Site, Visit
from tests.journeys.people import Person

FOCUS = """
() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  // A tile's input lies unseen over its words, which wear the ring for it.
  const worn = getComputedStyle(at.matches(".opts input") ? at.nextElementSibling : at);
  const tabs = document.querySelector(".tabs");
  const bar = tabs && !tabs.contains(at) && tabs.checkVisibility()
    ? tabs.getBoundingClientRect() : null;
  return {
    name: at.outerHTML.slice(0, 100),
    body: at === document.body,
    ring: worn.outlineStyle === "none" ? 0 : parseFloat(worn.outlineWidth),
    outside: box.bottom <= 0 || box.top >= window.innerHeight,
    covered: !!bar && box.bottom > bar.top && box.top < bar.bottom,
  };
}
"""


def _tabs_until(person: Person, selector: str, *, at_most: int) -> int:
    """Press Tab until the keyboard is at an element, and return how many presses it took."""
    for presses in range(1, at_most + 1):
        person.page.keyboard.press("Tab")
        if person.has_focus_in(selector):
            return presses
    raise AssertionError(f"{selector} was not reached in {at_most}")


def _skips(person: Person, to: str) -> None:
    """Press Tab as far as a skip link, and follow it."""
    _tabs_until(person, f"a.skip[href='{to}']", at_most=2)
    person.page.keyboard.press("Enter")


@pytest.mark.parametrize("place", ["due", "overdue", "missed", "twins"])
def test_the_main_thing_to_do_is_five_keys_from_the_skip_link(
    visit: Visit, site: Site, place: str
) -> None:
    family = site.places[place]
    person = visit(family.account)
    person.opens(family.family)
    _skips(person, "#main")
    assert _tabs_until(person, ".next .btn", at_most=5) <= 5


def test_the_first_family_is_two_keys_from_the_second_skip_link(visit: Visit) -> None:
    person = visit("anna.lind")
    person.opens("/overview")
    _skips(person, "#fl")
    assert _tabs_until(person, ".tbl tbody tr:first-child a", at_most=2) <= 2


@pytest.mark.parametrize("width", [390, 1360])
@pytest.mark.parametrize("page", ["today", "family", "record", "document", "book", "sign in"])
def test_the_keyboard_is_always_seen_and_never_trapped(
    visit: Visit, site: Site, page: str, width: int
) -> None:
    """Each thing that takes focus shows a ring, on screen, and not behind the tabs of a phone."""
    family = site.places["booked today"]
    address = {
        "today": "/today",
        "family": family.family,
        "record": family.visit("record"),
        "document": family.visit("doc"),
        "book": family.visit("book"),
        "sign in": "/login",
    }[page]
    person = visit("" if page == "sign in" else family.account, width=width)
    person.opens(address)
    seen = []
    for _press in range(200):
        person.page.keyboard.press("Tab")
        at = person.page.evaluate(FOCUS)
        if at["body"]:
            break
        seen.append(at)
    else:
        pytest.fail("Tab never came round")
    assert len(seen) >= 4
    assert [at["name"] for at in seen if at["ring"] < 2] == []
    assert [at["name"] for at in seen if at["outside"] or at["covered"]] == []


def test_the_keyboard_is_seen_backwards_too(visit: Visit, site: Site) -> None:
    """Going up a phone's page, what takes focus comes in from above; going down, from below."""
    family = site.places["due"]
    person = visit(family.account, width=390)
    person.opens(family.family)
    for _press in range(40):
        person.page.keyboard.press("Shift+Tab")
        at = person.page.evaluate(FOCUS)
        assert at["body"] or not (at["covered"] or at["outside"]), at["name"]


def test_counts_and_the_most_urgent_family_are_seen_without_scrolling(visit: Visit) -> None:
    person = visit("anna.lind")
    person.opens("/overview")
    counts = person.page.locator(".kpi li")
    first = person.page.locator(".tbl tbody tr").first
    boxes = [box for one in [*counts.all(), first] if (box := one.bounding_box())]
    assert len(boxes) == 8
    assert all(box["y"] + box["height"] <= 768 for box in boxes)


def test_no_one_home_takes_four_taps(visit: Visit, fresh: None) -> None:
    person = visit("maria.ek", width=390, has_touch=True, is_mobile=True)
    person.opens("/today")
    record = person.page.get_by_role("link", name=re.compile("^Dokumentera Hembesök"))
    taps = [
        record.last,
        person.page.locator(".opts label", has_text="Nej, ingen hemma"),
        person.page.get_by_role("button", name="Spara"),
    ]
    for one in taps:
        one.tap()
    person.page.wait_for_url("**/f/*")
    assert person.receipt.inner_text().strip().startswith("Sparat. Hembesök")
    assert len(taps) <= 4


def _answers(step: str) -> list[tuple[str, str]]:
    """Return what has to be answered by a nurse at a visit, as field and value, one tap each.

    Of the answers one is taken that leads to no further question.
    """
    form = for_step(step, "skaggetorp")
    assert form is not None
    found = []
    for block in form.blocks:
        if block.compartment in ("joint", "health"):
            leading = {(c.question, c.value) for item in block.questions for c in item.conditions}
            for item in block.questions:
                if item.required and not item.conditions:
                    free = [o.code for o in item.options if (item.link_id, o.code) not in leading]
                    found.append((f"{block.key}.{item.link_id}", free[0]))
    return found


def test_a_normal_visit_is_signed_in_twelve_taps(visit: Visit, site: Site, fresh: None) -> None:
    place = site.places["booked today"]
    person = visit(place.account, width=390, has_touch=True, is_mobile=True)
    person.opens("/today")
    taps = 0

    def tap(selector: str) -> None:
        nonlocal taps
        person.page.locator(selector).first.tap()
        taps += 1

    tap(f"a[href='{place.visit('doc')}']")
    tap(".opts label:has([name=outcome][value=held])")
    for field, value in _answers(place.step):
        tap(f".opts label:has([name='{field}'][value='{value}'])")
    # What is a parent's own and has to be answered: one tap a parent.
    for own in person.page.locator("fieldset[id^=q-parent]:visible").all():
        if not own.get_attribute("data-asked"):
            own.locator("label").last.tap()
            taps += 1
    tap("button[name=check]")
    person.page.wait_for_url("**/doc/check")
    tap("main form .btn:not(.sec)")
    person.page.wait_for_url("**/doc/read")
    assert person.receipt.inner_text().strip() == "Signerat."
    assert taps <= 12


def test_a_visit_that_was_not_held_asks_nothing_more(visit: Visit, site: Site) -> None:
    place = site.places["booked today"]
    person = visit(place.account, width=390)
    person.opens(place.visit("doc"))
    assert person.page.locator("[name=began]").is_visible()
    person.chooses("Nej, ingen hemma")
    assert not person.page.locator("[name=began]").is_visible()
    assert not person.page.locator("button[name=check]").is_visible()
    assert person.page.locator("fieldset[id^=q-]:visible").count() == 0


def test_any_family_is_two_actions_away(visit: Visit, site: Site) -> None:
    person = visit("maria.ek")
    person.opens("/today")
    person.presses("Familjer")
    person.presses(site.places["nothing left"].code)
    assert person.page.url.endswith(site.places["nothing left"].family)


def test_two_letters_find_a_family(visit: Visit, site: Site) -> None:
    family = site.places["nothing left"]
    person = visit(family.account)
    person.opens("/families")
    person.writes("search", family.name[:2].lower())
    person.page.keyboard.press("Enter")
    expect(person.page.locator("form.filters + [role=status]")).not_to_contain_text("24 av 24")
    names = person.page.locator(".tbl tbody th")
    assert 1 <= names.count() <= 5
    assert names.filter(has_text=family.code).count() == 1
    assert family.name[:2].lower() not in person.page.url


@pytest.mark.parametrize("place", ["missed", "twins"])
def test_a_family_is_printed_on_three_pages(visit: Visit, site: Site, place: str) -> None:
    family = site.places[place]
    person = visit(family.account)
    person.opens(family.family)
    paper = person.page.pdf(format="A4")
    children = person.page.locator("h1").count()
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 3 * children


@pytest.mark.parametrize("page", ["/followup", "/followup/report"])
@pytest.mark.parametrize("account", ["anna.lind", "chef.demo"])
def test_follow_up_is_printed_on_one_page(visit: Visit, account: str, page: str) -> None:
    person = visit(account)
    person.opens(page)
    paper = person.page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


@pytest.mark.parametrize("width", [390, 1360])
def test_what_is_printed_has_no_menu_and_no_identity_number(
    visit: Visit, site: Site, width: int
) -> None:
    family = site.places["due"]
    person = visit(family.account, width=width)
    person.opens(family.family)
    person.page.locator("form.number button").click()
    number = person.page.locator("[data-hide-after]").inner_text()
    person.page.emulate_media(media="print")
    paper = person.page.locator("body").inner_text()
    assert family.name in paper
    assert "Mottagningsbesök 3 år" in paper or "Läkarbesök 3 år" in paper  # the folded list too
    for word in (number, "Personnummer", "Lås", "Logga ut", "Boka", "Dokumentera", "Rätta"):
        assert not re.search(rf"\b{word}\b", paper), word
    assert person.page.locator("nav, button, .skip").locator("visible=true").count() == 0
