"""Booking by a press, who comes to a visit, and the interpreters of all visits."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import Role
from hembesok.families.models import Child, Family, TeamMember
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.visits.models import InterpreterBooking, Visit
from hembesok.visits.rules.parts import PartKind
from hembesok.visits.services.booking import book
from hembesok.visits.services.parts import answer, confirm_interpreter, go_alone
from tests.conftest import ON, Cast, joins
from tests.services.days import DAY, moment, on
from tests.services.stored import everything, trail
from tests.services.test_queries import another_family
from tests.web.page import read

FAMILY = "/f/FAMYAAAA"
BOOK, PARTS = f"{FAMILY}/1/v/home-2/book", f"{FAMILY}/1/v/home-2/parts"
EN = {"accept-language": "en"}
AT = moment(ON + 2 * DAY)


@pytest.fixture
def bo(sign_in: Callable[[str], Client]) -> Client:
    """The screen of Bo, adviser in the family's team."""
    return sign_in("bo")


@pytest.fixture
def visit(cast: Cast) -> Visit:
    """Doris's second home visit, booked by Anna for Wednesday at ten."""
    return book(cast.child, "home-2", at=AT, by=cast.anna)


def times(client: Client) -> list[str]:
    """Return the suggested times of the page."""
    return re.findall(r'name="suggested" value="([^"]+)"', client.get(BOOK).content.decode())


def sent(visit: Visit, do: str, **more: object) -> dict[str, object]:
    return {"do": do, "booking": visit.pk, **more}


# Booking.


@pytest.mark.parametrize("who", ["anna", "bo", "frida"])
def test_a_suggested_time_is_booked_by_one_press(
    sign_in: Callable[[str], Client], cast: Cast, who: str
):
    client = sign_in(who)
    page = read(client.get(BOOK))
    assert "Tider som passar" in page.text
    assert "Anna Ask, Bo Björk" in page.text
    found = times(client)
    assert len(found) == len(set(found)) == 3
    with trail() as lines:
        answer = client.post(BOOK, {"suggested": found[0]})
    assert (answer.status_code, answer.headers["Location"]) == (302, FAMILY)
    assert [line.action for line in lines] == ["visit.read", "visit.booked"]
    made = Visit.objects.get()
    assert made.booked_for is not None
    assert made.booked_for.isoformat()[:10] == found[0][:10]
    assert (made.minutes, made.place, made.interpreter.mode) == (60, "home", "on_site")
    assert "är bokat" in read(client.get(FAMILY)).text


def test_a_visit_is_booked_as_one_wants_it(anna: Client, cast: Cast):
    anna.post(
        BOOK,
        {
            "day": "2026-03-18", "time": "13.15", "minutes": "90", "place": "clinic",
            "interpreter": "phone", "language": "ar", "dialect": "levantinsk",
            "gender_wish": "woman", "agency": "Språkbron", "authorised": "on",
        },
    )  # fmt: skip
    visit = Visit.objects.get()
    assert (visit.minutes, visit.place) == (90, "clinic")
    one = visit.interpreter
    assert (one.mode, one.language, one.dialect, one.gender_wish, one.agency, one.authorised) == (
        "phone", "ar", "levantinsk", "woman", "Språkbron", True,
    )  # fmt: skip
    values = read(anna.get(BOOK)).values
    assert values["day"] == "2026-03-18"
    assert (values["time"], values["minutes"], values["place"]) == ("13.15", "90", "clinic")
    assert (values["interpreter"], values["dialect"], values["gender_wish"]) == (
        "phone", "levantinsk", "woman",
    )  # fmt: skip
    anna.post(BOOK, {"day": "2026-03-19", "time": "9.00", "interpreter": "none"})
    moved = Visit.objects.counted().get()
    assert (moved.uid, moved.sequence, moved.minutes, moved.place) == (
        visit.uid, visit.sequence + 1, 90, "clinic",
    )  # fmt: skip
    assert not InterpreterBooking.objects.filter(visit=moved).exists()


@pytest.mark.parametrize(
    ("filled_in", "swedish", "english"),
    [
        ({"suggested": "tomorrow"}, "Välj en tid igen.", "Choose a time again."),
        ({"suggested": "2026-03-18T10:00"}, "Välj en tid igen.", "Choose a time again."),
        ({"suggested": "2026-03-01T10:00+01:00"}, "har passerat", "has passed"),
        (
            {"day": "2026-03-18", "time": "10.00", "minutes": "5"},
            "Skriv hur länge besöket tar, 15 till 240 minuter.", "15 to 240 minutes",
        ),
        (
            {"day": "2026-03-18", "time": "10.00", "minutes": "en timme"},
            "Skriv minuterna med siffror.", "Write the minutes with digits.",
        ),
        ({"day": "2026-03-18", "time": "10.00", "place": "moon"}, "moon", "moon"),
        ({"day": "2026-03-18", "time": "10.00", "interpreter": "ghost"}, "ghost", "ghost"),
    ],
)  # fmt: skip
def test_what_cannot_be_booked_is_explained_and_kept(
    anna: Client, cast: Cast, filled_in: dict[str, str], swedish: str, english: str
):
    before = everything(but_the_trail=True)
    for headers, words in (({}, swedish), (EN, english)):
        answer = anna.post(BOOK, filled_in, headers=headers)
        assert answer.status_code == 422
        page = read(answer)
        assert words in page.errors
        for name in ("day", "minutes"):
            assert page.values[name] == filled_in.get(name, page.values[name])
    assert everything(but_the_trail=True) == before


def test_where_no_home_is_stored_none_can_be_chosen_and_the_interpreter_is_warned_of(
    anna: Client, cast: Cast
):
    Family.objects.update(
        protection=ProtectionLevel.PROTECTED_REGISTRATION, address="", door_note=""
    )
    page = read(anna.get(BOOK))
    assert "En tolk som följer med ser var den finns" in page.text
    assert page.values["place"] == "meeting_place"
    answer = anna.post(BOOK, {"day": "2026-03-18", "time": "10.00", "place": "home"})
    assert answer.status_code == 422
    assert "sparas inte" in read(answer).errors or "mötesplats" in read(answer).errors
    assert not Visit.objects.exists()


def test_the_coordinator_is_told_no_language_of_a_protected_family(frida: Client, cast: Cast):
    Family.objects.update(protection=ProtectionLevel.CONFIDENTIALITY_FLAG)
    page = read(frida.get(BOOK))
    assert "interpreter" not in page.values
    assert "omaliska" not in page.text
    frida.post(BOOK, {"day": "2026-03-18", "time": "10.00", "interpreter": "none"})
    assert Visit.objects.get().interpreter.language == "so", "as the family needs"
    for url in (PARTS, FAMILY, "/interpreters"):
        text = read(frida.get(url)).text
        assert "omaliska" not in text, url
        assert "tolk inte bekräftad" not in text, url
    visit = Visit.objects.get()
    for do in ("confirm", "interpreter"):
        assert frida.post(PARTS, sent(visit, do, interpreter="phone")).status_code == 422
    assert InterpreterBooking.objects.get().confirmed_at is None


# Ready, or what is missing.


def test_what_is_missing_is_said_in_words_where_the_visit_is(
    anna: Client, frida: Client, cast: Cast, visit: Visit
):
    words = "Inte klart: Bo Björk har inte svarat, familjen har inte svarat, tolk inte bekräftad"
    for client, url in ((anna, "/today"), (anna, FAMILY), (anna, "/families")):
        assert words in read(client.get(url)).text, url
    for url in ("/overview", FAMILY):
        assert words in read(frida.get(url)).text, url
    assert "Not ready: Bo Björk has not answered, the family has not answered," in (
        read(anna.get("/today", headers=EN)).text
    )
    answer(cast.child, "home-2", PartKind.ADVISER, yes=False, by=cast.bo)
    assert "Inte klart: Bo Björk kan inte" in read(anna.get(FAMILY)).text
    answer(cast.child, "home-2", PartKind.ADVISER, yes=True, by=cast.bo)
    answer(cast.child, "home-2", PartKind.FAMILY, yes=True, by=cast.bo)
    assert "Inte klart: tolk inte bekräftad" in read(anna.get("/today")).text
    confirm_interpreter(cast.child, "home-2", by=cast.bo)
    for url in ("/today", FAMILY, "/families"):
        text = read(anna.get(url)).text
        assert "Klart att gå" in text, url
        assert "Inte klart" not in text, url


def test_a_visit_made_alone_is_said_to_be_so(anna: Client, cast: Cast, visit: Visit):
    go_alone(cast.child, "home-2", Role.CHILD_HEALTH_NURSE, by=cast.anna)
    words = "Sjuksköterskan går ensam, inte ett gemensamt besök"
    for url in ("/today", FAMILY, PARTS):
        assert words in read(anna.get(url)).text, url


def test_of_a_visit_that_has_been_nothing_is_missing_any_more(anna: Client, cast: Cast):
    book(cast.child, "home-2", at=moment(ON - 4 * DAY), by=on(cast.anna, ON - 7 * DAY))
    assert "Inte klart" not in read(anna.get(FAMILY)).text


# Who comes.


def test_the_page_of_who_comes_shows_each_part(
    anna: Client, bo: Client, frida: Client, cast: Cast, visit: Visit
):
    page = read(anna.get(PARTS))
    assert page.title == "Vilka kommer – Hembesök"
    for words in (
        "Inte klart", "ons 18 mar kl. 10.00 – 11.00", "I hemmet", "Sjuksköterska Anna Ask Kommer",
        "Rådgivare Bo Björk Har inte svarat", "Familjen Har inte svarat", "Somaliska, På plats",
        "Tolken är inte bekräftad",
    ):  # fmt: skip
        assert words.lower() in page.text.lower(), words
    assert PARTS in read(anna.get(FAMILY)).links
    assert PARTS in read(anna.get("/today")).links
    assert PARTS in read(frida.get(FAMILY)).links
    # Each answers for the own part and for the family, and nobody for the other's.
    for client, parts in ((anna, ["nurse", "family"]), (bo, ["adviser", "family"]),
                          (frida, ["family"])):  # fmt: skip
        text = client.get(PARTS).content.decode()
        found = re.findall(r'value="answer">.*?name="part" value="(\w+)"', text, re.DOTALL)
        assert found == parts


def test_people_answer_by_a_press(bo: Client, cast: Cast, visit: Visit):
    with trail() as lines:
        sent_yes = bo.post(PARTS, sent(visit, "answer", part="adviser", answer="yes"))
    assert (sent_yes.status_code, sent_yes.headers["Location"]) == (302, PARTS)
    assert [line.action for line in lines] == ["visit.read", "visit.part_answered"]
    page = read(bo.get(PARTS))
    assert "Sparat." in page.text
    assert "Bo Björk Kommer" in page.text
    bo.post(PARTS, sent(visit, "answer", part="family", answer="no"))
    assert "Familjen Kan inte" in read(bo.get(PARTS)).text


def sven(cast: Cast) -> Staff:
    staff = Staff.objects.create_user("sven", "Sven Ny")
    Assignment.objects.create(
        staff=staff, role=cast.bo.role, unit_id=cast.bo.unit, site_id=cast.bo.site, starts=ON
    )
    return staff


def test_before_somebody_is_swapped_the_changes_are_shown(frida: Client, cast: Cast, visit: Visit):
    staff = sven(cast)
    for name in ("Stina", "Signe"):
        former = Staff.objects.create_user(name.lower(), f"{name} Förra")
        TeamMember.objects.create(
            family=cast.family, staff=former, role=cast.bo.role, starts=ON - 9 * DAY, ends=ON - DAY
        )
    text = read(frida.get(f"{PARTS}?part=adviser")).text
    assert "Sven Ny: tredje bytet för familjen" in text
    english = read(frida.get(f"{PARTS}?part=adviser", headers=EN)).text
    assert "Sven Ny: third change for the family" in english
    answer = frida.post(PARTS, sent(visit, "put", part="adviser", who=staff.pk))
    assert answer.status_code == 302
    assert "Rådgivare Sven Ny Har inte svarat" in read(frida.get(PARTS)).text


def test_with_nobody_to_swap_with_it_says_who_can_help(anna: Client, cast: Cast, visit: Visit):
    sven(cast)
    text = read(anna.get(f"{PARTS}?part=adviser")).text
    assert "Samordnaren kan låta någon vikariera" in text
    assert "Sven" not in text


def test_one_goes_alone_and_both_go_again(anna: Client, cast: Cast, visit: Visit):
    anna.post(PARTS, sent(visit, "alone", alone="child_health_nurse"))
    page = read(anna.get(PARTS))
    assert "Rådgivare Bo Björk Är inte med" in page.text
    assert "Låt båda gå" in page.text
    anna.post(PARTS, sent(visit, "alone", alone="together"))
    assert "Rådgivare Bo Björk Har inte svarat" in read(anna.get(PARTS)).text


def test_a_guest_is_named(bo: Client, cast: Cast):
    baby = Child.objects.create(family=cast.family, number=2, born=ON - 10 * DAY)
    joins(baby, cast.version, enrolled=baby.born + 9 * DAY, by=cast.anna)
    visit = book(baby, "home-1", at=AT, by=cast.anna)
    url = f"{FAMILY}/2/v/home-1/parts"
    bo.post(url, sent(visit, "guest", part="midwife", name="Moa Dahl"))
    assert "Barnmorska Moa Dahl Har inte svarat" in read(bo.get(url)).text
    answer = bo.post(url, sent(visit, "guest", part="midwife", name=""))
    assert answer.status_code == 422
    assert "Skriv ett namn." in read(answer).errors


def test_the_interpreter_is_confirmed_and_changed(anna: Client, cast: Cast, visit: Visit):
    anna.post(PARTS, sent(visit, "confirm"))
    assert "Tolken är bekräftad" in read(anna.get(PARTS)).text
    anna.post(
        PARTS, sent(visit, "interpreter", interpreter="video", language="so", cost="1 200,50")
    )
    one = InterpreterBooking.objects.get()
    assert (one.mode, str(one.cost), one.confirmed_at) == ("video", "1200.50", None)
    assert read(anna.get(PARTS)).values["cost"] == "1200,50"


def test_how_it_went_is_written_when_it_was(anna: Client, cast: Cast):
    visit = book(cast.child, "home-2", at=moment(ON), by=cast.anna)
    facts = {"interpreter": "on_site", "language": "so", "came": "absent"}
    anna.post(PARTS, sent(visit, "interpreter", **facts))
    assert "Kom inte" in read(anna.get(PARTS)).text
    answer = anna.post(PARTS, sent(visit, "interpreter", **facts | {"quality": "good"}))
    assert answer.status_code == 422
    assert "bara när en tolk kom" in read(answer).errors
    assert InterpreterBooking.objects.get().came == "absent"


LOOK_AGAIN = ("Välj igen: sidan har ändrats.", "Choose again: the page has changed.")
COST = ("Skriv kostnaden med siffror", "Write the cost with digits")
REFUSED: dict[str, tuple[dict[str, object], tuple[str, str]]] = {
    "nothing": ({}, LOOK_AGAIN),
    "something unknown": ({"do": "dance"}, LOOK_AGAIN),
    "an answer for nobody": ({"do": "answer", "answer": "yes"}, LOOK_AGAIN),
    "perhaps": ({"do": "answer", "part": "family", "answer": "perhaps"}, LOOK_AGAIN),
    "for another": (
        {"do": "answer", "part": "adviser", "answer": "yes"},
        ("Bo Björk svarar själv", "Bo Björk answers for that part"),
    ),
    "for a guest that is not asked": (
        {"do": "answer", "part": "dental", "answer": "yes"},
        ("Ingen tillfrågas om det", "Nobody is asked for that"),
    ),
    "another booking": (
        {"do": "answer", "part": "nurse", "answer": "no", "booking": 9_999_999},
        ("Besöket har bokats om", "booked anew meanwhile"),
    ),
    "a booking beyond measure": (
        {"do": "answer", "part": "nurse", "answer": "no", "booking": 10**30}, LOOK_AGAIN,
    ),
    "nobody put in": ({"do": "put", "part": "adviser"}, LOOK_AGAIN),
    "somebody unknown put in": ({"do": "put", "part": "adviser", "who": "77"}, LOOK_AGAIN),
    "alone as a coordinator": ({"do": "alone", "alone": "coordinator"}, LOOK_AGAIN),
    "together already": ({"do": "alone", "alone": "together"}, ("Så är det redan", "so already")),
    "a cost in words": ({"do": "interpreter", "interpreter": "phone", "cost": "dyrt"}, COST),
    "a cost that is no number": ({"do": "interpreter", "interpreter": "phone", "cost": "NaN"},
                                 COST),
    "a cost beyond measure": (
        {"do": "interpreter", "interpreter": "phone", "cost": "9999999"},
        ("högst 99999.99 kronor", "at most 99999.99 SEK"),
    ),
    "no way of taking part": (
        {"do": "interpreter"}, ("Välj hur tolken är med", "Choose how the interpreter"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_explained_and_nothing_is_written(
    anna: Client, cast: Cast, visit: Visit, what: str
):
    filled_in, words = REFUSED[what]
    before = everything(but_the_trail=True)
    for headers, said in zip(({}, EN), words, strict=True):
        answer = anna.post(PARTS, {"booking": visit.pk} | filled_in, headers=headers)
        assert answer.status_code == 422
        assert said in read(answer).errors
    assert everything(but_the_trail=True) == before


def test_a_visit_that_is_not_booked_has_nobody_who_comes(anna: Client, cast: Cast):
    page = read(anna.get(PARTS))
    assert "Besöket är inte bokat." in page.text
    assert BOOK in page.links
    answer = anna.post(PARTS, {"do": "answer", "part": "family", "answer": "yes", "booking": 1})
    assert answer.status_code == 422
    assert "Besöket är inte bokat" in read(answer).errors


def test_the_base_programme_is_not_for_the_adviser(bo: Client, anna: Client, cast: Cast):
    book(cast.child, "clinic-5-months", at=AT, by=cast.anna)
    url = f"{FAMILY}/1/v/clinic-5-months/parts"
    assert bo.get(url).status_code == 404
    text = read(anna.get(url)).text
    assert "Rådgivare" not in text
    assert "ensam" not in text


# The list of interpreters.


def test_interpreters_are_listed_and_confirmed_in_one_press(
    sign_in: Callable[[str], Client], cast: Cast, visit: Visit
):
    for who in ("anna", "bo", "frida"):
        client = sign_in(who)
        with trail() as lines:
            page = read(client.get("/interpreters"))
        assert page.title == "Tolkar – Hembesök"
        for words in ("Inte bekräftade", "ons 18 mar kl. 10.00", "H-0001, Hembesök 2"):
            assert words in page.text
        assert [(line.action, line.subject) for line in lines] == [
            ("family.listed", "family:FAMYAAAA")
        ]
    with trail() as lines:
        answer = client.post("/interpreters?language=so", {"booking": visit.pk})
    assert answer.headers["Location"] == "/interpreters?language=so"
    assert [line.action for line in lines] == ["interpreter.confirmed"]
    text = read(client.get("/interpreters")).text
    assert "Tolken är bekräftad: ons 18 mar kl. 10.00." in text
    assert "Alla tolkar som är bokade är bekräftade." in text
    assert "confirmed" in read(client.get("/interpreters", headers=EN)).text


def test_interpreters_are_listed_by_language(anna: Client, cast: Cast, visit: Visit):
    other = another_family(cast, 1)
    Family.objects.filter(pk=other.pk).update(language="ar", interpreter_needed=True)
    book(other.children.get(), "home-2", at=AT, by=cast.anna)
    page = read(anna.get("/interpreters"))
    assert {"?language=ar", "?language=so"} <= set(page.links)
    assert "H-1001" in read(anna.get("/interpreters?language=ar")).text
    assert "H-0001" not in read(anna.get("/interpreters?language=ar")).text
    assert "H-0001" in read(anna.get("/interpreters?language=xx")).text


@pytest.mark.parametrize("booking", ["", "x", "999999", "1" * 40])
def test_what_is_not_there_is_not_confirmed(
    anna: Client, cilla: Client, cast: Cast, visit: Visit, booking: str
):
    anna.post("/interpreters", {"booking": booking})
    assert "Besöket har ändrats." in read(anna.get("/interpreters")).text
    cilla.post("/interpreters", {"booking": visit.pk})
    assert InterpreterBooking.objects.get().confirmed_at is None
    assert "H-0001" not in read(cilla.get("/interpreters")).text


def test_the_pages_take_as_many_queries_for_one_visit_as_for_twenty(
    anna: Client, cast: Cast, visit: Visit
):
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as found:
            anna.get(url)
        return len(found)

    one = [queries(url) for url in ("/interpreters", PARTS, "/today")]
    for number in range(8):
        family = another_family(cast, number)
        Family.objects.filter(pk=family.pk).update(language="ar", interpreter_needed=True)
        book(family.children.get(), "home-2", at=AT, by=cast.anna)
    assert [queries(url) for url in ("/interpreters", PARTS, "/today")] == one
