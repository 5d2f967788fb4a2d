"""A nurse finds a family and enrols it: few actions, few fields, on a phone (ux.md, section 5)."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Site, Visit
from tests.journeys.people import Person

COUNT = """
addEventListener("pointerdown", () => {
  sessionStorage.taps = 1 + Number(sessionStorage.taps ?? 0);
}, true);
addEventListener("change", (event) => {
  if (!["radio", "checkbox"].includes(event.target.type))
    sessionStorage.fields = 1 + Number(sessionStorage.fields ?? 0);
}, true);
"""
COUNTED = "() => [Number(sessionStorage.taps ?? 0), Number(sessionStorage.fields ?? 0)]"


@pytest.fixture
def maria(visit: Visit, fresh: None) -> Person:
    """Maria at her phone, every press and every field counted."""
    person = visit("maria.ek", width=390, has_touch=True)
    person.page.add_init_script(COUNT)
    person.opens("/today")
    return person


def counted(person: Person) -> tuple[int, int]:
    taps, fields = person.page.evaluate(COUNTED)
    return taps, fields


def tile(person: Person, name: str, value: str) -> None:
    person.page.locator(f"label:has(input[name={name}][value={value}])").click()


def test_a_family_is_found_in_two_actions(maria: Person, site: Site) -> None:
    place = site.places["not judged"]
    maria.presses("Att erbjuda")
    maria.presses(place.code)
    expect(maria.page).to_have_url(re.compile(f"{place.family}$"))
    expect(maria.page.locator("main")).to_contain_text(place.name)
    assert counted(maria) == (2, 0)


def test_a_family_with_two_guardians_is_enrolled_within_the_budget(
    maria: Person, site: Site
) -> None:
    # Given a family that nobody has looked at, with two guardians and an interpreter
    place = site.places["not judged"]
    maria.opens("/families/offer")
    row = maria.page.locator("main li", has_text=place.code)
    row.get_by_role("link", name="Erbjud").click()
    # When Maria offers the programme, and both say yes
    tile(maria, "how", "at_home")
    tile(maria, "answer", "yes")
    for guardian in (1, 2):
        maria.page.locator(f"label:has(input[name=yes{guardian}])").click()
        tile(maria, f"interpreted{guardian}", "on_site")
    maria.presses("Spara")
    # Then the child is in the programme
    expect(maria.receipt).to_contain_text("Inskriven från 16 mar.")
    expect(maria.page.locator(".next").first).to_contain_text("Hembesök")
    taps, fields = counted(maria)
    assert taps <= 12, taps
    assert fields <= 6, fields
    assert (taps, fields) == (8, 0)


def test_a_child_of_a_birth_list_is_enrolled_within_the_budget(maria: Person) -> None:
    """From a file on the phone to a child in the programme: the file is the one field."""
    maria.presses("Att erbjuda")
    maria.presses("Läs in en lista")
    text = "Född;Barnets förnamn;Mamma;Språk;Förstagångsförälder\n2026-03-02;Elin;Gun;svenska;ja"
    file = {"name": "lista.csv", "mimeType": "text/csv", "buffer": text.encode()}
    maria.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    maria.presses("Granska listan")
    maria.presses("Läs in 1 barn")
    row = maria.page.locator("main li", has_text="Elin")
    row.get_by_role("link", name="Erbjud").click()
    tile(maria, "how", "at_home")
    tile(maria, "answer", "yes")
    maria.page.locator("label:has(input[name=yes1])").click()
    maria.presses("Spara")
    expect(maria.receipt).to_contain_text("Inskriven från 16 mar.")
    # One tap more, which no script can press: the file, in the window of the phone.
    taps, fields = counted(maria)
    assert (taps + 1, fields) == (10, 1)


def test_what_may_be_read_across_is_never_ticked_beforehand(maria: Person, site: Site) -> None:
    maria.opens(f"{site.places['not judged'].family}/1/offer")
    assert maria.page.locator("input[type=checkbox]:checked").count() == 0
    assert maria.page.locator("input[name^=share]").count() == 6
