"""A nurse's and a coordinator's day, each journey with JavaScript and without it.

Maria Ek is the child health nurse of the demo, Anna Lind its coordinator. The
day is Monday 16 March 2026.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from hembesok.project.demo import PASSWORD
from tests.journeys.conftest import Site, Visit
from tests.journeys.people import Person
from tests.journeys.places import Place

pytestmark = pytest.mark.usefixtures("fresh")
TODAY = "mån 16 mar"

Begin = Callable[..., Person]


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def somebody(request: pytest.FixtureRequest, visit: Visit) -> Begin:
    """Open a window, with JavaScript or without."""
    return lambda account="", **more: visit(account, java_script_enabled=request.param, **more)


# Signing in


def test_maria_signs_in_and_records_the_visit_she_has_made(somebody: Begin) -> None:
    # Given that Maria has signed in and sees her day
    maria = somebody()
    maria.opens("/")
    maria.signs_in("maria.ek", PASSWORD)
    expect(maria.page).to_have_url(re.compile("/today$"))
    expect(maria.page.locator(".sync")).to_have_text(TODAY)
    # When she records a visit of today as held
    maria.page.locator(".next.book").get_by_role("link", name="Dokumentera").first.click()
    step = maria.title
    maria.chooses("Ja")
    maria.presses("Spara")
    # Then she gets a receipt, and on the family's page the visit is done, today
    expect(maria.receipt).to_contain_text("Sparat. Det är inte signerat än.")
    maria.page.locator(".crumb a").click()
    expect(maria.step(step)).to_contain_text(re.compile(f"Klart.*{TODAY}", re.DOTALL))


def test_a_wrong_password_lets_nobody_in(somebody: Begin) -> None:
    maria = somebody()
    maria.opens("/login")
    maria.signs_in("maria.ek", "not hers")
    expect(maria.errors).to_contain_text("Kontot eller lösenordet är fel")
    expect(maria.page.locator("#id_username")).to_have_value("maria.ek")
    maria.opens("/today")
    expect(maria.page).to_have_url(re.compile("/login"))


def test_sara_chooses_in_which_role_she_works(somebody: Begin) -> None:
    # Given that Sara is both nurse and coordinator
    sara = somebody()
    sara.opens("/login")
    sara.signs_in("sara.berg", PASSWORD)
    # When she chooses to coordinate
    sara.chooses("Samordnare")
    sara.presses_main_button()
    # Then she has the overview, and her role is written beside her name
    expect(sara.page.locator("h1")).to_have_text("Översikt, vecka 12")
    expect(sara.page.locator(".who .role")).to_contain_text("Samordnare, Skäggetorp")
    # And when she changes to being a nurse, she has her own day instead
    sara.presses("Byt uppdrag")
    sara.chooses("BVC-sjuksköterska")
    sara.presses_main_button()
    expect(sara.page.locator("h1")).to_have_text("I dag")


def test_cilla_from_elsewhere_meets_nobody(somebody: Begin, site: Site) -> None:
    cilla = somebody("cilla.falk")
    cilla.opens("/families")
    expect(cilla.page.locator(".empty")).to_be_visible()
    cilla.opens(site.places["due"].family)
    expect(cilla.page.locator("h1")).to_have_text("Sidan finns inte")


# What became of a visit


def _at(somebody: Begin, place: Place, action: str = "") -> Person:
    person = somebody(place.account)
    person.opens(place.visit(action) if action else place.family)
    return person


def test_no_one_was_home(somebody: Begin, site: Site) -> None:
    # Given a visit that is booked for today, in its window: recording it is the first thing to do
    visit = site.places["booked today"]
    maria = _at(somebody, visit)
    expect(maria.step(visit.title)).to_contain_text("Bokat")
    expect(maria.page.locator(".next .btn").first).to_have_text("Dokumentera nu")
    # When Maria records that no one was home
    maria.presses("Dokumentera nu")
    maria.chooses("Nej, ingen hemma")
    maria.presses("Spara")
    # Then it is due again, with the attempt kept
    expect(maria.receipt).to_contain_text("Sparat.")
    expect(maria.step(visit.title)).to_contain_text("Dags")
    expect(maria.step(visit.title)).to_contain_text(f"{TODAY}: Ingen hemma")


def test_the_family_says_no(somebody: Begin, site: Site) -> None:
    visit = site.places["due"]
    maria = _at(somebody, visit, "record")
    maria.chooses("Familjen avböjer besöket")
    maria.presses("Spara")
    expect(maria.step(visit.title)).to_contain_text("Avböjt")


def test_a_visit_that_was_never_recorded(somebody: Begin, site: Site) -> None:
    # Given a booked visit that nobody has written anything about
    visit = site.places["awaiting"]
    maria = somebody("maria.ek")
    maria.opens("/today")
    asked = maria.page.locator(".next.over li").filter(has_text=visit.code)
    # When Maria follows the question, whose day is that of the booking
    asked.get_by_role("link", name="Dokumentera").click()
    expect(maria.page.locator("[name=day]")).to_have_value("2026-03-13")
    maria.chooses("Ja")
    maria.presses("Spara")
    # Then it is done, on that day, and what is asked for now is to sign it
    maria.page.locator(".crumb a").click()
    expect(maria.step(visit.title)).to_contain_text("fre 13 mar")
    maria.opens("/today")
    expect(maria.page.locator(".next.over").filter(has_text=visit.code)).to_have_count(0)
    unsigned = maria.page.locator("section[aria-labelledby=unsigned] li")
    expect(unsigned.filter(has_text=visit.code)).to_contain_text("inte signerat, 3 dagar")


# Booking


def test_booking_and_changing_the_time(somebody: Begin, site: Site) -> None:
    # Given a visit that is due
    visit = site.places["due"]
    maria = _at(somebody, visit)
    # When Maria books it
    maria.presses("Boka besök")
    maria.writes("day", "2026-03-20")
    maria.writes("time", "10.00")
    maria.presses("Boka")
    # Then it is booked
    expect(maria.receipt).to_contain_text("är bokat: ")
    expect(maria.step(visit.title)).to_contain_text("fre 20 mar kl. 10.00")
    # And when she changes the time, the form holds the one there is
    maria.presses("Byt tid")
    expect(maria.page.locator("[name=day]")).to_have_value("2026-03-20")
    expect(maria.page.locator("[name=time]")).to_have_value("10.00")
    maria.writes("day", "2026-03-23")
    maria.writes("time", "14:30")
    maria.presses_main_button()
    # Then only the new time is left
    expect(maria.step(visit.title)).to_contain_text("mån 23 mar kl. 14.30")
    expect(maria.step(visit.title)).not_to_contain_text("20 mar")


# Mistakes


def test_taking_back_a_mistake(somebody: Begin, site: Site) -> None:
    # Given that Maria has recorded a visit that did not take place
    visit = site.places["due"]
    maria = _at(somebody, visit, "record")
    maria.chooses("Ja")
    maria.presses("Spara")
    expect(maria.step(visit.title)).to_contain_text("Klart")
    # When she takes it back without a reason
    maria.step(visit.title).get_by_role("link", name="Rätta").click()
    maria.presses("Ta tillbaka")
    # Then nothing happens but a question
    expect(maria.errors).to_contain_text("Skriv varför.")
    # And when she gives one, the visit is due again
    maria.writes("reason", "Fel familj.")
    maria.presses("Ta tillbaka")
    expect(maria.receipt).to_contain_text("Tillbakataget.")
    expect(maria.step(visit.title)).to_contain_text("Dags")


WRONG = {
    "a day to come": ("Ja", "2026-03-17", "2026-03-17 ligger i framtiden", "day"),
    "a day before birth": ("Ja", "2019-03-17", "är före barnets födelse", "day"),
    "nonsense for a day": ("Ja", "i morgon", "Skriv dagen som ÅÅÅÅ-MM-DD.", "day"),
    "nothing chosen": ("", "2026-03-16", "Välj hur det gick med besöket.", "outcome"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said_and_what_was_written_is_kept(
    somebody: Begin, site: Site, wrong: str
) -> None:
    choice, day, said, field = WRONG[wrong]
    # Given a form filled in wrongly
    visit = site.places["due"]
    maria = _at(somebody, visit, "record")
    if choice:
        maria.chooses(choice)
    maria.writes("day", day)
    # When it is sent
    maria.presses("Spara")
    # Then the summary says what is wrong, and has the keyboard
    expect(maria.errors).to_contain_text("Inget har sparats")
    expect(maria.errors).to_contain_text(said)
    expect(maria.errors).to_be_focused()
    # And what was written is still there
    expect(maria.page.locator("[name=day]")).to_have_value(day)
    assert maria.page.locator("[name=outcome]:checked").count() == bool(choice)
    # And the summary leads to the field, where the words stand again
    links = maria.errors.get_by_role("link")
    if links.count():
        links.first.click()
        assert maria.has_focus_in(f"[name={field}]")
        expect(maria.page.locator(f"#id_{field}_error")).to_have_text(said)
    # And nothing was saved
    maria.opens(visit.family)
    expect(maria.step(visit.title)).to_contain_text("Dags")


@pytest.mark.parametrize(
    ("day", "time", "said"),
    [
        ("2026-03-13", "10.00", "har passerat"),
        ("2028-03-13", "10.00", "mer än ett år fram"),
        ("2026-03-20", "25.00", "Den tiden finns inte."),
    ],
)
def test_a_time_that_cannot_be_booked(
    somebody: Begin, site: Site, day: str, time: str, said: str
) -> None:
    maria = _at(somebody, site.places["due"], "book")
    maria.writes("day", day)
    maria.writes("time", time)
    maria.presses_main_button()
    expect(maria.errors).to_contain_text(said)
    expect(maria.page.locator("[name=day]")).to_have_value(day)
    expect(maria.page.locator("[name=time]")).to_have_value(time)


# Secrecy


def test_the_identity_number_is_shown_when_asked_for(somebody: Begin, site: Site) -> None:
    maria = _at(somebody, site.places["due"])
    expect(maria.page.locator("main")).not_to_contain_text(re.compile(r"\d{8}-\d{4}"))
    maria.page.locator("form.number button").click()
    expect(maria.page.locator("[data-hide-after]")).to_have_text(re.compile(r"^\d{8}-\d{4}$"))


def test_the_identity_number_is_hidden_again(visit: Visit, site: Site) -> None:
    # Given a number that is shown
    maria = visit("maria.ek")
    maria.page.clock.install()
    maria.opens(site.places["due"].family)
    maria.page.locator("form.number button").click()
    number = maria.page.locator("[data-hide-after]")
    shown = number.inner_text()
    # When nearly twenty seconds have passed, it is there; when they have, it is not
    maria.page.clock.run_for(19_000)
    expect(number).to_have_text(shown)
    maria.page.clock.run_for(2_000)
    expect(number).to_have_text("••••••••-••••")
    assert shown not in maria.page.content()


def test_a_locked_screen_holds_nothing(somebody: Begin, site: Site) -> None:
    # Given that Maria has a family on her screen
    family = site.places["due"]
    maria = _at(somebody, family)
    # When she locks it
    maria.presses("Lås")
    # Then nothing of the family is left: not on the page, nor in its title or address
    expect(maria.page.locator("h1")).to_have_text("Låst")
    left = maria.page.content() + maria.page.title() + maria.page.url
    for word in (family.name, family.code, family.ref):
        assert word not in left
    # And going back, or there again, shows the lock
    maria.page.go_back()
    expect(maria.page.locator("h1")).to_have_text("Låst")
    maria.opens(family.family)
    expect(maria.page.locator("h1")).to_have_text("Låst")
    # And a wrong password opens nothing
    maria.writes("password", "not hers")
    maria.presses("Lås upp")
    expect(maria.errors).to_be_focused()
    # But hers does
    maria.writes("password", PASSWORD)
    maria.presses("Lås upp")
    expect(maria.page.locator("h1")).to_have_text("I dag")


def test_signing_out_leaves_nothing(somebody: Begin, site: Site) -> None:
    family = site.places["due"]
    maria = _at(somebody, family)
    maria.presses("Logga ut")
    expect(maria.page.locator("h1")).to_have_text("Logga in")
    maria.page.go_back()
    expect(maria.page.locator("h1")).to_have_text("Logga in")


# Languages


def test_english_and_back(somebody: Begin, site: Site) -> None:
    visit = site.places["due"]
    maria = _at(somebody, visit)
    maria.presses("English")
    expect(maria.page).to_have_url(re.compile(f"{visit.family}$"))
    expect(maria.page.locator("html")).to_have_attribute("lang", "en")
    expect(maria.page.locator("h2").first).to_contain_text("Next")
    maria.presses("Svenska")
    expect(maria.page).to_have_url(re.compile(f"{visit.family}$"))
    expect(maria.page.locator("h2").first).to_contain_text("Nästa")


def test_the_language_can_be_changed_where_a_number_is_shown(somebody: Begin, site: Site) -> None:
    """The page with the number answers only when asked by its button."""
    maria = _at(somebody, site.places["due"])
    maria.page.locator("form.number button").click()
    maria.presses("English")
    expect(maria.page.locator("h2").first).to_contain_text("Next")


# The coordinator


def test_every_count_leads_to_as_many_rows(somebody: Begin) -> None:
    anna = somebody("anna.lind")
    anna.opens("/overview")
    counts = anna.page.locator(".kpi b").all_inner_texts()
    assert len(counts) == 7
    for place, count in enumerate(counts):
        anna.opens("/overview")
        anna.page.locator(".kpi a").nth(place).click()
        expect(anna.page.locator(".kpi [aria-current=true] b")).to_have_text(count)
        expect(anna.page.locator(".tbl tbody tr")).to_have_count(int(count))
        expect(anna.page.locator("form.filters + [role=status]")).to_contain_text(f"{count} av ")


def test_the_coordinator_sees_no_more_than_she_needs(somebody: Begin, site: Site) -> None:
    anna = somebody("anna.lind")
    anna.opens(site.places["due"].family)
    expect(anna.page.locator("h1")).to_contain_text(site.places["due"].name)
    main = anna.page.locator("main")
    for words in ("Personnummer", "Besöket hemma", "Dokumentera", "Rätta"):
        expect(main).not_to_contain_text(words)


def test_a_family_that_left_and_a_child_that_died(somebody: Begin, site: Site) -> None:
    """Said at once, in words; nothing about what is due, and no age for a child that died."""
    left, died = site.places["ended"], site.places["died"]
    sara = _at(somebody, left)
    expect(sara.page.locator(".next")).to_contain_text("Familjen har lämnat programmet.")
    expect(sara.page.locator(".facts")).to_contain_text(" mån")
    sara.opens(died.family)
    expect(sara.page.locator(".next")).to_contain_text("Barnet har avlidit.")
    expect(sara.page.locator(".facts")).not_to_contain_text(" mån")
    main = sara.page.locator("main")
    for words in ("Att göra", "Boka", "Inget kvar"):
        expect(main).not_to_contain_text(re.compile(rf"\b{words}\b"))


# The phone


def test_on_a_phone_a_list_stands_in_place_of_the_picture(somebody: Begin, site: Site) -> None:
    visit = site.places["due"]
    maria = somebody("maria.ek", width=390)
    maria.opens(visit.family)
    expect(maria.page.locator("svg.tl")).to_be_hidden()
    expect(maria.page.locator(".vlist > li")).to_have_count(8)
    expect(maria.tile(visit.title)).to_contain_text("Dags")
    # And what can be done stands in it
    maria.tile(visit.title).get_by_role("link", name="Boka").click()
    expect(maria.page.locator("h1")).to_have_text(visit.title)


def test_on_a_phone_the_menu_is_at_the_bottom(somebody: Begin) -> None:
    maria = somebody("maria.ek", width=390)
    maria.opens("/today")
    tabs = maria.page.locator("nav.tabs")
    box = tabs.bounding_box()
    assert box
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 390, 844)
    expect(tabs.locator("[aria-current=page]")).to_have_text("I dag")
    tabs.get_by_role("link", name="Familjer").click()
    expect(maria.page.locator("h1")).to_have_text("Familjer")
    expect(maria.page.locator("nav.desk")).to_be_hidden()


def test_on_a_screen_the_picture_and_the_table_say_the_same(somebody: Begin, site: Site) -> None:
    maria = _at(somebody, site.places["missed"])
    expect(maria.page.locator("svg.tl")).to_be_visible()
    expect(maria.page.locator("nav.tabs")).to_be_hidden()
    expect(maria.page.locator(".vlist").first).to_be_hidden()
    expect(maria.page.locator("main table").first.locator("tbody tr")).to_have_count(8)
