"""What the pages show and do, for the people who may see them."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hembesok.access.models import Assignment, Staff
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.services.membership import end
from hembesok.families.models import Child, Family, TeamMember
from hembesok.families.queries import current_number
from hembesok.programme.models import ProgrammeVersion
from hembesok.secrecy.rules import Purpose
from hembesok.secrecy.services.grounds import withdraw_consent
from hembesok.visits.models import Visit
from hembesok.visits.rules.acting import NotHeldReason
from hembesok.visits.services.booking import book, record_declined, record_held, record_not_held
from tests.conftest import ON, Cast, joins
from tests.services.days import DAY, moment, on
from tests.services.stored import everything, trail
from tests.services.test_queries import another_family
from tests.web.page import Answer, read

FAMILY = "/f/FAMYAAAA"
DOC = f"{FAMILY}/1/v/home-2/doc"
BOOK, RECORD, WITHDRAW = (f"{FAMILY}/1/v/home-2/{what}" for what in ("book", "record", "withdraw"))
EN = {"accept-language": "en"}


def receipt(client: Client, answer: Answer) -> str:
    """Return the words of the family's page, where a form that was saved leads."""
    assert answer.status_code == 302
    assert answer.headers["Location"] == FAMILY
    return read(client.get(FAMILY)).text


# What each page says.


def test_today_shows_the_next_visit_with_its_address_and_what_to_do(anna: Client, cast: Cast):
    book(cast.child, "home-2", at=moment(ON, 13), by=cast.bo)
    page = read(anna.get("/today"))
    assert page.title == "I dag – Hembesök"
    for words in (
        "mån 16 mar", "i dag 13.00", "Doris, H-0001", "5 mån · somaliska, tolk", "Hembesök 2",
        "Almgatan 1. Port 3", "efter fönstret", "Inget är försenat",
    ):  # fmt: skip
        assert words in page.text, words
    assert DOC in page.links
    page = read(anna.get("/today", headers=EN))
    assert page.title == "Today – Hembesök"
    for words in ("Mon 16 Mar", "today 13.00", "Home visit 2", "5 months · Somali, interpreter"):
        assert words in page.text, words


def test_today_asks_what_became_of_a_visit_that_has_passed(anna: Client, cast: Cast):
    book(cast.child, "home-2", at=moment(ON - 4 * DAY), by=on(cast.anna, ON - 7 * DAY))
    page = read(anna.get("/today"))
    assert "Hur gick det med besöket?" in page.text
    assert "tors 12 mar kl. 10.00" in page.text
    assert "Inga bokade besök de närmaste sju dagarna." in page.text
    assert page.links.count(DOC) == 1, "asked once"


def test_today_with_nothing_to_do_says_so(cilla: Client):
    page = read(cilla.get("/today"))
    assert "Inga bokade besök de närmaste sju dagarna." in page.text
    assert "Inget är försenat och inget väntar på att bokas." in page.text


def test_families_lists_who_is_in_reach_with_what_is_next(anna: Client):
    page = read(anna.get("/families"))
    (row,) = page.rows
    for words in ("H-0001", "Doris", "Uteblivet", "Försenat", "6 dagar sent", "Ask / Björk"):
        assert words in row, words
    assert "1 av 1 barn" in page.text
    page = read(anna.get("/families", headers=EN))
    assert "1 of 1 child" in page.text
    assert "6 days late" in page.rows[0]


def test_the_overview_shows_the_week_and_the_site(frida: Client):
    page = read(frida.get("/overview"))
    assert "Översikt, vecka 12" in page.text
    assert "Här · 1 barn" in page.text
    assert "Overview, week 12" in read(frida.get("/overview", headers=EN)).text


def test_a_familys_page_says_what_is_next_and_shows_every_visit(anna: Client, cast: Cast):
    record_held(cast.child, "clinic-3-months", held=date(2026, 1, 12), by=cast.anna)
    page = read(anna.get(FAMILY))
    assert page.title == "Familj H-0001 – Hembesök"
    for words in (
        "Doris och Dana", "5 mån 6 dagar", "somaliska, tolk behövs", "Förstagångsförälder",
        "Nästa: Hembesök 2 Försenat", "Fönstret stängde 10 mar, för 6 dagar sedan.",
        "Hembesök 1 blev inte av", "BVC Anna Ask", "Rådgivare Bo Björk", "Almgatan 1",
    ):  # fmt: skip
        assert words in page.text, words
    own = [row for row in page.rows if re.match(r"Hembesök [1-6]|Extra mottagningsbesök", row)]
    assert len(own) == 8
    assert any("Klart" in row and "12 jan" in row for row in page.rows)
    page = read(anna.get(FAMILY, headers=EN))
    for words in ("Doris and Dana", "5 months 6 days", "Next: Home visit 2 Overdue", "10 Mar"):
        assert words in page.text, words


def test_a_coordinator_sees_neither_address_nor_identity_number(frida: Client):
    page = read(frida.get(FAMILY))
    assert "Doris" in page.text
    for words in ("Almgatan", "Port 3", "Personnummer"):
        assert words not in page.text, words
    for what in ("record", "withdraw", "/doc"):
        assert not any(what in link for link in page.links), what
    assert BOOK in page.links


def test_twins_stand_on_one_page(anna: Client, cast: Cast):
    twin = Child.objects.create(
        family=cast.family, number=2, given_name="Dag", born=cast.child.born
    )
    joins(twin, cast.version, enrolled=twin.born, by=cast.anna)
    page = read(anna.get(FAMILY))
    assert "Doris och Dana" in page.text
    assert "Dag och Dana" in page.text
    assert {BOOK, BOOK.replace("/1/", "/2/")} <= set(page.links)
    assert len(read(anna.get("/families")).rows) == 2


def test_a_combined_visit_stands_once_in_todays_list(anna: Client, cast: Cast):
    child = Child.objects.create(family=cast.family, number=2, born=ON - 14 * DAY)
    version = ProgrammeVersion.objects.get(key="goteborg-skane")
    joins(child, version, enrolled=child.born, by=cast.anna)
    book(child, "home-1", at=moment(ON + DAY), by=cast.anna)
    assert read(anna.get("/today")).text.count("tis 17 mar kl. 10.00") == 1


def test_a_family_that_has_left_is_not_waited_for(anna: Client, cast: Cast):
    book(cast.child, "home-2", at=moment(ON + DAY), by=cast.anna)
    end(cast.child.enrolment, ended=ON, reason=EndReason.MOVED, by=cast.anna)
    assert "Doris" not in read(anna.get("/today")).text
    page = read(anna.get(FAMILY))
    assert "Avslutat 16 mar" in page.text
    assert BOOK not in page.links


def test_a_family_without_a_child_in_the_programme_has_a_page(anna: Client, cast: Cast):
    cast.child.enrolment.delete()
    answer = anna.get(FAMILY)
    assert answer.status_code == 200
    assert "Inget barn i familjen är inskrivet" in read(answer).text
    assert anna.get(RECORD).status_code == 404


def test_a_familys_page_takes_as_many_queries_for_one_family_as_for_twenty(
    anna: Client, cast: Cast
):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            anna.get(FAMILY)
        return len(found)

    one = queries()
    for number in range(19):
        another_family(cast, number)
    for step in ("home-newborn", "clinic-6-weeks", "home-1", "home-2"):
        record_held(cast.child, step, held=ON, by=cast.anna)
    assert queries() == one


# Recording, booking and taking back.


@pytest.mark.parametrize(
    ("outcome", "action", "state"),
    [
        ("held", "visit.held", "Klart, sent"),
        ("no_one_home", "visit.not_held", "Ingen hemma"),
        ("cancelled_by_family", "visit.not_held", "Familjen avbokade"),
        ("cancelled_by_staff", "visit.not_held", "Vi avbokade"),
        ("declined", "visit.declined", "Avböjt"),
    ],
)
def test_what_became_of_a_visit_is_saved_with_a_receipt(
    anna: Client, outcome: str, action: str, state: str
):
    with trail() as lines:
        answer = anna.post(RECORD, {"outcome": outcome, "day": "2026-03-16"})
    assert [line.action for line in lines] == ["visit.read", action]
    words = receipt(anna, answer)
    assert "Sparat." in words
    assert state in words
    assert "Sparat." not in read(anna.get(FAMILY)).text, "said once"


def test_a_visit_is_booked_and_the_time_changed(anna: Client, cast: Cast):
    answer = anna.post(BOOK, {"day": "2026-03-18", "time": "9.30"})
    words = receipt(anna, answer)
    assert "Hembesök 2 är bokat: ons 18 mar kl. 0" in words
    assert "Bokat ons 18 mar kl. 09.30" in words
    assert read(anna.get(BOOK)).values == {
        "day": "2026-03-18", "time": "09.30", "minutes": "60", "place": "home",
        "interpreter": "on_site", "gender_wish": "", "dialect": "", "agency": "",
        "authorised": "", "selected": "somaliska",
    }  # fmt: skip
    words = receipt(anna, anna.post(BOOK, {"day": "2026-03-19", "time": "14:00"}))
    assert "tors 19 mar kl. 14.00" in words
    assert Visit.objects.counted().count() == 1


def test_a_coordinator_may_book(frida: Client):
    assert "Hembesök 2 är bokat: ons 18 mar kl. 10.00." in receipt(
        frida, frida.post(BOOK, {"day": "2026-03-18", "time": "10.00"})
    )


def test_what_was_written_by_mistake_is_taken_back(anna: Client, cast: Cast):
    record_held(cast.child, "home-2", held=ON, by=cast.bo)
    assert "mån 16 mar" in read(anna.get(WITHDRAW)).text
    words = receipt(anna, anna.post(WITHDRAW, {"reason": "another child"}))
    assert "Tillbakataget." in words
    assert "Nästa: Hembesök 2 Försenat" in words
    assert Visit.objects.get().withdrawn_reason == "another child"


def test_receipts_speak_english_too(anna: Client):
    anna.post(RECORD, {"outcome": "held", "day": "2026-03-16"}, headers=EN)
    assert "Saved. Home visit 2, Mon 16 Mar: held." in read(anna.get(FAMILY, headers=EN)).text
    anna.post(WITHDRAW, {"reason": "mistake"}, headers=EN)
    assert "Taken back." in read(anna.get(FAMILY, headers=EN)).text
    anna.post(BOOK, {"day": "2026-03-18", "time": "10.00"}, headers=EN)
    assert "Home visit 2 is booked: " in read(anna.get(FAMILY, headers=EN)).text


def test_recording_offers_the_day_that_was_booked(anna: Client, cast: Cast):
    assert read(anna.get(RECORD)).values["day"] == "2026-03-16"
    book(cast.child, "home-2", at=moment(ON - 4 * DAY), by=on(cast.anna, ON - 7 * DAY))
    assert read(anna.get(RECORD)).values["day"] == "2026-03-12"
    book(cast.child, "home-2", at=moment(ON + 4 * DAY), by=cast.anna)
    assert read(anna.get(RECORD)).values["day"] == "2026-03-16", "never a day to come"


ISO, CLOCK = "Skriv dagen som ÅÅÅÅ-MM-DD.", "Skriv tiden som TT.MM."
WRONG: list[tuple[str, dict[str, str], str]] = [
    (RECORD, {"outcome": "held", "day": "16/3"}, ISO),
    (RECORD, {"outcome": "held", "day": "2026-02-29"}, "Den dagen finns inte."),
    (RECORD, {"outcome": "held", "day": "20261340"}, "Den dagen finns inte."),
    (RECORD, {"outcome": "held", "day": ""}, ISO),
    (RECORD, {"outcome": "held", "day": "２０２６-03-16"}, ISO),
    (RECORD, {"day": "2026-03-16"}, "Välj hur det gick med besöket."),
    (BOOK, {"day": "2026-03-18", "time": "25.00"}, "Den tiden finns inte."),
    (BOOK, {"day": "2026-03-18", "time": "tio"}, CLOCK),
    (BOOK, {"day": "2026-03-18", "time": ""}, CLOCK),
    (BOOK, {"day": "18 mars", "time": "10.00"}, ISO),
    (WITHDRAW, {"reason": " "}, "Skriv varför."),
]


@pytest.mark.parametrize(("url", "filled_in", "words"), WRONG)
def test_what_is_filled_in_wrongly_is_kept_and_explained_and_nothing_is_written(
    anna: Client, cast: Cast, url: str, filled_in: dict[str, str], words: str
):
    if url == WITHDRAW:
        record_held(cast.child, "home-2", held=ON, by=cast.bo)
    before = everything(but_the_trail=True)
    with trail() as lines:
        answer = anna.post(url, filled_in)
    assert answer.status_code == 422
    page = read(answer)
    assert page.errors.startswith("Inget har sparats")
    assert words in page.errors
    for name, value in filled_in.items():
        assert page.values[name].strip() == value.strip(), name
    assert everything(but_the_trail=True) == before
    assert [line.action for line in lines] == ["visit.read"]


def nothing(cast: Cast) -> None:
    """Leave the cast as it is."""


def left(cast: Cast) -> None:
    end(cast.child.enrolment, ended=ON - 3 * DAY, reason=EndReason.LEFT, by=cast.anna)


def held(cast: Cast) -> None:
    record_held(cast.child, "home-2", held=ON, by=cast.bo)


REFUSED: dict[str, tuple[Callable[[Cast], None], str, dict[str, str], str, str]] = {
    "held tomorrow": (
        nothing, RECORD, {"outcome": "held", "day": "2026-03-17"},
        "2026-03-17 ligger i framtiden", "2026-03-17 has not come yet",
    ),
    "held before birth": (
        nothing, RECORD, {"outcome": "held", "day": "2025-10-09"},
        "2025-10-09 är före barnets födelse, 2025-10-10", "before the child was born, 2025-10-10",
    ),
    "held after the family left": (
        left, RECORD, {"outcome": "held", "day": "2026-03-15"},
        "2026-03-15 är efter att familjen lämnade programmet, 2026-03-13", "after the family left",
    ),
    "booked for yesterday": (
        nothing, BOOK, {"day": "2026-03-15", "time": "10.00"},
        "2026-03-15 har passerat", "2026-03-15 has passed",
    ),
    "booked for the wrong year": (
        nothing, BOOK, {"day": "2027-03-18", "time": "10.00"},
        "2027-03-18 är mer än ett år fram", "Check the year",
    ),
    "booked what is held": (
        held, BOOK, {"day": "2026-03-18", "time": "10.00"},
        "Det går inte när besöket har läget: Klart, sent", "while the visit reads: Done, late",
    ),
    "booked after the family left": (
        left, BOOK, {"day": "2026-03-30", "time": "10.00"},
        "Det går inte när besöket har läget: Avslutat", "while the visit reads: Ended",
    ),
    "taken back where nothing is written": (
        nothing, WITHDRAW, {"reason": "mistake"},
        "Det finns inget att ta tillbaka", "There is nothing to take back",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_is_said_in_words_and_nothing_is_written(anna: Client, cast: Cast, what: str):
    given, url, filled_in, swedish, english = REFUSED[what]
    given(cast)
    before = everything(but_the_trail=True)
    answers = [anna.post(url, filled_in), anna.post(url, filled_in, headers=EN)]
    assert [answer.status_code for answer in answers] == [422, 422]
    for answer, words in zip(answers, (swedish, english), strict=True):
        assert words in read(answer).errors
    assert everything(but_the_trail=True) == before


def test_what_a_colleague_has_recorded_meanwhile_is_not_recorded_again(anna: Client, cast: Cast):
    record_held(cast.child, "home-2", held=ON, by=cast.bo)
    before = everything(but_the_trail=True)
    answer = anna.post(RECORD, {"outcome": "held", "day": "2026-03-16"})
    assert answer.status_code == 422
    page = read(answer)
    assert "Det går inte när besöket har läget: Klart, sent." in page.errors
    assert "Besöket kan inte dokumenteras nu." in page.text
    assert everything(but_the_trail=True) == before


def test_only_what_may_be_recorded_now_is_offered(anna: Client):
    def offered(step: str) -> list[str]:
        return read(anna.get(f"{FAMILY}/1/v/{step}/record")).radios

    assert offered("home-2") == [
        "held", "no_one_home", "cancelled_by_family", "cancelled_by_staff", "declined",
    ]  # fmt: skip
    assert offered("home-3") == ["held", "declined"]
    assert offered("home-1") == [
        "held", "no_one_home", "cancelled_by_family", "cancelled_by_staff",
    ]  # fmt: skip


# Small kindnesses, and what is not everybody's.


@pytest.mark.parametrize(
    ("day", "time", "at"), [("20260318", "930", "09.30"), ("2026-03-18", "1430", "14.30")]
)
def test_digits_alone_are_understood(anna: Client, day: str, time: str, at: str):
    """The digit keyboard of some phones has neither hyphen nor stop."""
    words = receipt(anna, anna.post(BOOK, {"day": day, "time": time}))
    assert f"är bokat: ons 18 mar kl. {at}." in words


def test_what_was_taken_back_leaves_the_booking_as_it_was(anna: Client, cast: Cast):
    at = moment(ON - 4 * DAY)
    book(cast.child, "home-2", at=at, by=on(cast.anna, ON - 7 * DAY))
    anna.post(RECORD, {"outcome": "held", "day": "2026-03-12"})
    anna.post(WITHDRAW, {"reason": "fel familj"})
    assert Visit.objects.counted().get().booked_for == at
    assert "Hur gick det" in read(anna.get("/today")).text


def test_the_base_programme_is_the_nurses_alone(
    sign_in: Callable[[str], Client], anna: Client, cast: Cast
):
    bo = sign_in("bo")
    for action in ("record", "book", "withdraw"):
        assert bo.get(f"{FAMILY}/1/v/home-8-months/{action}").status_code == 404
    assert anna.get(f"{FAMILY}/1/v/home-8-months/record").status_code == 200
    assert not [link for link in read(bo.get(FAMILY)).links if "months" in link]
    assert "Personnummer" not in read(bo.get(FAMILY)).text
    assert bo.post(f"{FAMILY}/1/number").status_code == 404


def test_what_became_of_a_base_visit_is_asked_of_whoever_may_read_of_it(
    sign_in: Callable[[str], Client], anna: Client, cast: Cast
):
    book(cast.child, "home-8-months", at=moment(ON - DAY), by=on(cast.anna, ON - 3 * DAY))
    bo = sign_in("bo")
    assert "Hur gick det" in read(anna.get("/today")).text
    shared = "Doris" in read(bo.get("/families?view=unrecorded")).text
    assert shared, "by consent"
    consent = cast.child.family.guardians.get().consents.get(purpose=Purpose.SHARE)
    withdraw_consent(consent, by=cast.anna)
    assert "Hur gick det" in read(anna.get("/today")).text
    assert "Hur gick det" not in read(bo.get("/today")).text
    assert "Doris" not in read(bo.get("/families?view=unrecorded")).text


def test_going_back_to_a_search_asks_nothing_again(anna: Client):
    there = anna.post("/families", {"search": "Doris", "view": "urgent", "team": ""})
    assert there.headers["Location"] == "/families?found=1"
    for _again in range(2):
        assert len(read(anna.get("/families?found=1")).rows) == 1
    assert read(anna.get("/families")).values["search"] == "", "the list itself is not searched"


def test_children_on_different_versions_stand_under_the_same_heads(anna: Client, cast: Cast):
    sibling = Child.objects.create(family=cast.family, number=2, born=ON - 14 * DAY)
    other = ProgrammeVersion.objects.get(key="goteborg-skane")
    joins(sibling, other, enrolled=sibling.born, by=cast.anna)
    html = anna.get("/families?view=all").content.decode()
    heads = html.count('<th scope="col" class="m')
    assert heads == 8
    assert html.count('<td class="m') == 2 * heads


# Finding a family.


@pytest.mark.parametrize("words", ["H-0001", "h-0001", "0001", "Doris", "DORI", "Dana", "  dana "])
def test_a_family_is_found_by_code_and_by_name(anna: Client, words: str):
    page = read(anna.post("/families", {"search": words}, follow=True))
    assert len(page.rows) == 1
    assert page.values["search"] == words


def test_names_with_dots_and_rings_are_found_in_capitals_and_small(anna: Client, cast: Cast):
    Child.objects.update(given_name="Åsa")
    for words in ("åsa", "ÅSA", "A\u030asa"):
        assert len(read(anna.post("/families", {"search": words}, follow=True)).rows) == 1, ascii(
            words
        )
    assert not read(anna.post("/families", {"search": "asa"}, follow=True)).rows


def test_a_search_without_a_hit_says_so(anna: Client):
    page = read(anna.post("/families", {"search": "Disa"}, follow=True))
    assert not page.rows
    assert "0 av 1 barn" in page.text
    assert "Inga familjer att visa." in page.text


def test_a_search_is_never_read_from_an_address(anna: Client):
    answer = anna.get("/families", {"search": "Disa", "team": "Nobody"})
    assert len(read(answer).rows) == 1
    assert b"Disa" not in answer.content.split(b"<main")[1].split(b"<footer")[0]


@pytest.fixture
def two_teams(cast: Cast) -> Family:
    """Another family of Anna's, without Bo, first by name and last by need."""
    family = another_family(cast, 1, visits=4)
    TeamMember.objects.filter(family=family, staff_id=cast.bo.staff).delete()
    family.children.update(given_name="Aron")
    return family


def test_a_list_is_narrowed_to_the_families_of_one_of_the_team(
    anna: Client, cast: Cast, two_teams: Family
):
    assert len(read(anna.get("/families")).rows) == 2
    for actor, codes in ((cast.anna, ["H-0001", "H-1001"]), (cast.bo, ["H-0001"])):
        page = read(anna.post("/families", {"staff": str(actor.staff)}, follow=True))
        assert sorted(row.split()[0] for row in page.rows) == codes
        assert page.values["selected"] == actor.name


def test_unknown_filters_show_all(anna: Client, two_teams: Family):
    for filters in (
        {"staff": "x"},
        {"staff": "9" * 40},
        {"view": "sideways", "order": "up"},
        {"page": "2"},
    ):
        assert len(read(anna.post("/families", filters, follow=True)).rows) == 2, filters
    for address in ("view=sideways", "page=7", "page=-1", "page=%C3%A5", "found=1"):
        assert len(read(anna.get(f"/families?{address}")).rows) == 2, address


def test_lists_are_sorted_by_need_or_by_name(anna: Client, two_teams: Family):
    def codes(order: str) -> list[str]:
        page = read(anna.post("/families", {"order": order}, follow=True))
        return [row.split()[0] for row in page.rows]

    assert codes("urgent") == ["H-0001", "H-1001"]
    assert codes("name") == ["H-1001", "H-0001"]


# Identity numbers.


def test_an_identity_number_is_shown_only_when_asked_for_with_its_own_line(
    anna: Client, cast: Cast
):
    number = current_number(cast.child)
    written = f"{number[:8]}-{number[8:]}"
    for url in ("/today", "/families", FAMILY, RECORD):
        shown = anna.get(url).content.decode()
        assert number not in shown
        assert number[8:] not in shown
    with trail() as lines:
        answer = anna.post(f"{FAMILY}/1/number")
    assert written in read(answer).text
    (line,) = lines
    assert (line.action, line.subject, line.detail) == (
        "identity.shown",
        "family:FAMYAAAA",
        "1",
    )
    assert written not in read(anna.get(FAMILY)).text


def test_a_coordinator_cannot_ask_for_an_identity_number(frida: Client):
    before = everything()
    assert frida.post(f"{FAMILY}/1/number").status_code == 404
    assert everything() == before


# The trail of reads.


def test_opening_a_family_is_noted(anna: Client, cast: Cast):
    for url, action, detail in (
        (FAMILY, "family.read", ""),
        (BOOK, "visit.read", "1 home-2"),
        (RECORD, "visit.read", "1 home-2"),
    ):
        with trail() as lines:
            anna.get(url)
        (line,) = lines
        assert (line.action, line.subject, line.detail) == (action, "family:FAMYAAAA", detail)
        assert (line.staff_id, line.role, line.unit_id) == (
            cast.anna.staff,
            cast.anna.role,
            cast.anna.unit,
        )


def test_a_list_notes_each_family_it_shows_and_no_other(
    anna: Client, frida: Client, cast: Cast, two_teams: Family
):
    doris, other = cast.family.subject, two_teams.subject

    def noted(deed: Callable[[], object]) -> tuple[set[str], list[str]]:
        with trail() as lines:
            deed()
        return {f"{line.action} {line.detail}" for line in lines}, sorted(
            line.subject for line in lines
        )

    assert noted(lambda: anna.get("/families")) == (
        {"family.listed families"},
        sorted([doris, other]),
    )
    assert noted(lambda: anna.post("/families", {"search": "Doris"}, follow=True))[1] == [doris]
    assert noted(lambda: anna.get("/today")) == ({"family.listed today"}, [doris])
    assert noted(lambda: frida.get("/overview?view=overdue")) == (
        {"family.listed overview"},
        [doris],
    )
    assert noted(lambda: frida.post("/overview", {"search": "nobody"}, follow=True))[1] == []


def test_twins_in_a_list_are_one_family_in_the_trail(anna: Client, cast: Cast):
    twin = Child.objects.create(family=cast.family, number=2, born=cast.child.born)
    joins(twin, cast.version, enrolled=twin.born, by=cast.anna)
    with trail() as lines:
        anna.get("/families")
    assert len(lines) == 1


# Every page there is.

NEAREST = {"2026-W11", "2026-W12", "2026-W13"}
"""The week of the tests, and those beside it."""


def pages_of(client: Client) -> dict[str, Answer]:
    """Follow every link from the first page; of weeks, which have no end, the nearest ones."""
    found: dict[str, Answer] = {}
    waiting = ["/"]
    while waiting:
        url = waiting.pop().split("#")[0]
        week = re.search(r"week=([\dW-]+)", url)
        if url and url not in found and (week is None or week[1] in NEAREST):
            found[url] = client.get(url)
            waiting += [found[url].headers.get("Location", "/"), *read(found[url]).links]
    return found


@pytest.mark.parametrize(("who", "least"), [("anna", 25), ("frida", 15), ("cilla", 2)])
def test_every_link_leads_somewhere_and_tells_nothing_about_anyone(
    sign_in: Callable[[str], Client], cast: Cast, who: str, least: int
):
    record_declined(cast.child, "home-2", day=ON, by=cast.anna)
    book(cast.child, "home-3", at=moment(ON + 4 * DAY), by=cast.anna)
    record_not_held(cast.child, "home-3", day=ON, reason=NotHeldReason.NO_ONE_HOME, by=cast.anna)
    found = pages_of(sign_in(who))
    assert len(found) >= least
    secrets = ("Doris", "Dana", "Almgatan", current_number(cast.child), "20251010")
    for url, answer in found.items():
        assert answer.status_code in (200, 302), url
        assert answer.headers["Cache-Control"] == "no-store", url
        page = read(answer)
        for told in (url, page.title, *page.links, *page.actions):
            assert not any(secret in told for secret in secrets), told
        assert not any(link.startswith(("http", "//", "javascript")) for link in page.links)


# Signing in and out, roles, the lock, the language.


def sign_in_form(client: Client, to: str = "", **filled_in: str) -> Answer:
    given = {"username": "anna", "password": "a long test password", "next": to, **filled_in}
    return client.post("/login", given)


def test_anna_signs_in_and_comes_to_today(client: Client, cast: Cast):
    assert read(client.get("/")).text == ""
    page = read(client.get("/login"))
    assert page.title == "Logga in – Hembesök"
    assert read(client.get("/login", headers=EN)).title == "Sign in – Hembesök"
    with trail() as lines:
        answer = sign_in_form(client)
    assert answer.headers["Location"] == "/role"
    (line,) = lines
    assert (line.action, line.staff_id, line.subject) == ("session.begun", cast.anna.staff, "")
    assert client.get("/role").headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/today"


def test_frida_comes_to_the_overview(frida: Client):
    assert frida.get("/").headers["Location"] == "/overview"


@pytest.mark.parametrize("wrong", [{"password": "a wrong password"}, {"username": "nobody"}])
def test_a_wrong_account_or_password_gets_the_same_words(
    client: Client, cast: Cast, wrong: dict[str, str]
):
    before = everything()
    with trail() as lines:
        answer = sign_in_form(client, **wrong)
    assert answer.status_code == 422
    page = read(answer)
    assert "Kontot eller lösenordet är fel." in page.errors
    assert page.values == {"username": wrong.get("username", "anna"), "password": ""}
    # Whose account was tried can be seen in the trail; what was typed cannot.
    tried = [] if "username" in wrong else ["session.refused"]
    assert everything(but_the_trail=True) == {k: v for k, v in before.items() if "Trail" not in k}
    assert [line.action for line in lines] == tried
    assert client.get("/today").status_code == 302


def test_who_asked_for_a_page_comes_to_it_after_signing_in(client: Client, cast: Cast):
    asked = client.get(f"{FAMILY}?x=1").headers["Location"]
    assert asked == "/login?next=%2Ff%2FFAMYAAAA%3Fx%3D1"
    assert b'value="/f/FAMYAAAA?x=1"' in client.get(asked).content
    sign_in_form(client, f"{FAMILY}?x=1")
    assert client.get("/role").headers["Location"] == f"{FAMILY}?x=1"


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example", "https://evil.example/", "http:evil.example", "/\\evil.example",
        "///evil.example", "\\\\evil.example", "javascript:alert(1)", "evil", "families", "",
        "/\t/evil.example",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere_by_signing_in(client: Client, cast: Cast, to: str):
    sign_in_form(client, to)
    assert client.get("/role").headers["Location"] == "/"


def test_who_signs_out_is_out(anna: Client, cast: Cast):
    with trail() as lines:
        answer = anna.post("/logout")
    assert answer.headers["Location"] == "/login"
    assert [(line.action, line.staff_id) for line in lines] == [("session.ended", cast.anna.staff)]
    assert anna.get("/today").headers["Location"].startswith("/login")


def test_who_has_two_assignments_chooses_and_may_change(client: Client, cast: Cast):
    of_bo = Assignment.objects.get(staff__login="bo")
    Assignment.objects.create(
        staff_id=cast.anna.staff, role="coordinator", unit=of_bo.unit, site=of_bo.site,
        starts=ON, ends=date(2026, 6, 30),
    )  # fmt: skip
    nurse, coordinator = Assignment.objects.filter(staff_id=cast.anna.staff).order_by("pk")
    sign_in_form(client, "/families")
    page = read(client.get("/role"))
    assert "BVC-sjuksköterska, BVC Här" in page.text
    assert "Samordnare, Råd (t.o.m. 30 jun)" in page.text
    assert client.get("/today").headers["Location"] == "/role", "not before a role is chosen"
    answer = client.post("/role", {})
    assert answer.status_code == 422
    assert "Välj ett av dina uppdrag." in read(answer).errors
    assert client.post("/role", {"assignment": "x"}).status_code == 422
    answer = client.post("/role", {"assignment": coordinator.pk})
    assert answer.headers["Location"] == "/families"
    assert client.get("/overview").status_code == 200
    client.post("/role", {"assignment": nurse.pk})
    assert client.get("/overview").status_code == 404
    assert client.get("/today").status_code == 200


def test_who_has_no_assignment_is_told_whom_to_ask(client: Client, cast: Cast):
    Staff.objects.create_user("gun", "Gun Gran", "a long test password")
    sign_in_form(client, username="gun")
    page = read(client.get("/role"))
    assert "Du har inget uppdrag i dag." in page.text
    assert "/logout" in page.actions


def test_a_locked_screen_opens_with_the_right_password_only(anna: Client):
    assert anna.post("/lock").headers["Location"] == "/locked"
    page = read(anna.get("/locked"))
    assert "Anna Ask. Skärmen är låst." in page.text
    wrong = anna.post("/locked", {"password": "a wrong password"})
    assert wrong.status_code == 422
    assert "Lösenordet är fel." in read(wrong).errors
    assert anna.get("/today").headers["Location"] == "/locked"
    assert anna.post("/locked", {"password": "a long test password"}).headers["Location"] == "/"
    assert anna.get("/today").status_code == 200


def test_a_locked_screen_can_be_left_to_another(anna: Client, client: Client):
    anna.post("/lock")
    assert anna.post("/logout").headers["Location"] == "/login"
    sign_in_form(anna, username="bo")
    anna.get("/role")
    assert "Bo Björk" in read(anna.get("/today")).text


def test_the_language_is_chosen_and_kept(anna: Client):
    answer = anna.post("/language", {"language": "en", "next": "/today"})
    assert answer.headers["Location"] == "/today"
    answer = anna.get("/today")
    assert "To do" in read(answer).text
    assert ("html", "lang", "en") in read(answer).attributes
    anna.post("/language", {"language": "sv", "next": "/today"})
    assert "Att göra" in read(anna.get("/today")).text


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_browser_that_speaks_another_language_gets_swedish(anna: Client, language: str):
    answer = anna.get("/today", headers={"accept-language": f"fi, {language};q=0.5"})
    assert ("html", "lang", language) in read(answer).attributes
    assert ("html", "lang", "sv") in read(anna.get("/", follow=True)).attributes


def test_the_language_form_leads_nowhere_else(anna: Client):
    answer = anna.post("/language", {"language": "en", "next": "//evil.example"})
    assert "evil" not in answer.headers["Location"]


@pytest.mark.parametrize("url", ["/login", "/families", "/today", FAMILY, BOOK, RECORD, WITHDRAW])
def test_the_language_form_comes_back_to_a_page_that_can_be_opened(anna: Client, url: str):
    for answer in (anna.get(url), anna.post(url, {})):
        for tag, name, value in read(answer).attributes:
            if (tag, name) == ("input", "value") and value.startswith("/"):
                assert anna.get(value).status_code == 200, value


def test_the_language_form_of_a_shown_identity_number_comes_back_to_the_family(anna: Client):
    answer = anna.post(f"{FAMILY}/1/number")
    assert ("input", "value", FAMILY) in read(answer).attributes


def test_addresses_are_reversed_as_written_here():
    """The tests above write addresses out, as bookmarks do."""
    assert reverse("family", args=["FAMYAAAA"]) == FAMILY
    assert reverse("record", args=["FAMYAAAA", 1, "home-2"]) == RECORD
