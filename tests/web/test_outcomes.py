"""After the programme, through the pages: the list, the form, the counts and a clinic's list."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.services.membership import end
from hembesok.families.models import SentList
from hembesok.secrecy.rules import DocumentationMode
from hembesok.values.dates import Span, add
from hembesok.visits.models import LaterOutcome
from hembesok.web import clock
from tests.conftest import Cast
from tests.rules.lists import as_csv, as_xlsx
from tests.services.stored import everything, trail
from tests.web.page import Answer, Page, read
from tests.web.world import CLINIC, Consents, build

BORN = date(2025, 10, 10)
TWO = add(BORN, Span(months=24))
MONTH_31 = add(BORN, Span(months=31))
MONTH_42 = add(BORN, Span(months=42))
LANGUAGE = ("FAMYAAAA", 1, "language")
SCREENED = {
    "day": f"{MONTH_31}",
    "q.language-screening.done": "done",
    "q.language-screening.child-languages": "kanariska",
    "q.language-screening.languages": "all",
    "q.language-screening.interpreter": "on-site",
    "q.language-screening.method": "westerlund",
    "q.language-screening.result": "as-expected",
}
HEADER = ["Familjekod", "Språkscreening datum", "Språkscreening resultat", "Vaccinationer",
          "Vaccination datum"]  # fmt: skip
ROW = ["H-0001", f"{MONTH_31}", "Avviker", "Ja, alla", f"{TWO}"]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Let the web believe that it is another day."""
    return lambda day: monkeypatch.setattr(clock, "today", lambda: day)


@pytest.fixture
def over(cast: Cast, today: Callable[[date], None]) -> Cast:
    """Doris' programme ended when she was two, and now she is 31 months old."""
    end(
        cast.child.enrolment,
        ended=TWO,
        reason=EndReason.COMPLETED,
        by=replace(cast.anna, on=TWO),
    )
    today(MONTH_31)
    return cast


def english(client: Client) -> Client:
    client.post(reverse("set_language"), {"language": "en"})
    return client


def page(client: Client, name: str, *args: object, **query: str) -> Page:
    return read(english(client).get(reverse(name, args=args), query))


def recorded(client: Client, **changes: str) -> Answer:
    return english(client).post(reverse("outcome", args=LANGUAGE), SCREENED | changes)


# The list


def test_a_child_is_on_the_nurses_list_at_31_months_and_off_it_at_42(
    anna: Client, over: Cast, today: Callable[[date], None]
):
    with trail() as lines:
        shown = page(anna, "outcomes")
    assert ("outcome.listed", "family:FAMYAAAA", "own_record_follow_up") in [
        (line.action, line.subject, line.why) for line in lines
    ]
    assert len(shown.rows) == 2
    assert "Language screening To do now" in shown.text
    assert reverse("outcome", args=LANGUAGE) in shown.links
    today(MONTH_42 - timedelta(1))
    assert len(page(anna, "outcomes").rows) == 2
    today(MONTH_42)
    assert "You follow nobody" in page(anna, "outcomes").text
    assert anna.get(reverse("outcome", args=LANGUAGE)).status_code == 404
    assert anna.get(reverse("family", args=["FAMYAAAA"])).status_code == 404


@pytest.mark.parametrize("view", ["overdue", "due", "not_yet", "recorded", "", "no-such"])
def test_a_count_shows_exactly_its_rows(anna: Client, over: Cast, view: str):
    counts = {"overdue": 1, "due": 1, "not_yet": 0, "recorded": 0}
    assert len(page(anna, "outcomes", view=view).rows) == counts.get(view, 2)


def test_after_the_end_the_adviser_has_no_way_to_the_family(
    sign_in: Callable[[str], Client], over: Cast, today: Callable[[date], None]
):
    bo = sign_in("bo")
    for day, status in ((TWO, 200), (TWO + timedelta(1), 404), (MONTH_31, 404)):
        today(day)
        assert bo.get(reverse("family", args=["FAMYAAAA"])).status_code == status
    for address in (reverse("outcomes"), reverse("outcome", args=LANGUAGE)):
        assert bo.get(address).status_code == 404
    assert "Doris" not in page(bo, "families").text


def test_the_coordinator_sees_how_many_and_nobody(frida: Client, over: Cast):
    with trail() as lines:
        shown = page(frida, "outcomes")
    assert ("outcome.counted", "site:here") in [(line.action, line.subject) for line in lines]
    assert "Late 0 To do now 1 Not yet 0" in shown.text
    assert "Late 1 To do now 0 Not yet 0" in shown.text
    for word in ("Doris", "Dana", "H-0001", "FAMYAAAA"):
        assert word not in frida.get(reverse("outcomes")).content.decode()
    assert frida.get(reverse("outcome", args=LANGUAGE)).status_code == 404
    assert frida.get(reverse("outcome-list")).status_code == 404


def test_the_list_asks_as_often_however_many_are_followed(anna: Client, over: Cast):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert anna.get(reverse("outcomes")).status_code == 200
        return len(asked)

    anna.get(reverse("outcomes"))
    few = queries()
    for number in range(2, 5):
        over.family.pk, over.family.code, over.family.ref = None, f"H-000{number}", f"FAMX{number}"
        over.family.save(force_insert=True)
        from hembesok.families.models import Child, TeamMember
        from tests.conftest import joins

        TeamMember.objects.create(
            family=over.family, staff_id=over.anna.staff, role=over.anna.role, starts=BORN
        )
        child = Child.objects.create(family=over.family, born=BORN, given_name="Didi")
        enrolment = joins(child, over.version, enrolled=BORN + timedelta(9), by=over.anna)
        by = replace(over.anna, on=TWO)
        end(enrolment, ended=TWO, reason=EndReason.COMPLETED, by=by)
    assert len(page(anna, "outcomes").rows) == 8
    assert queries() == few


@pytest.mark.parametrize("consents", [Consents.NONE, Consents.GIVEN])
def test_nobody_but_the_clinics_named_nurse_is_told_of_the_family(
    db: None, today: Callable[[date], None], consents: Consents
):
    """The canary family, its programme over: whoever may be told of it by these pages."""
    world = build(DocumentationMode.IDENTIFIED, consents)
    cast = world.cast
    end(cast.child.enrolment, ended=TWO, reason=EndReason.COMPLETED, by=replace(cast.anna, on=TWO))
    today(MONTH_31)
    anna = english(_screen("anna"))
    assert recorded(anna).status_code == 302
    told = set()
    for person in world.people:
        client = person.at_the_screen()
        for name, args in (("outcomes", ()), ("outcome", LANGUAGE), ("outcome-list", ())):
            answer = client.get(reverse(name, args=args))
            text = answer.content.decode()
            found = world.told(text) | ({"kanariska"} if "kanariska" in text else set())
            if found:
                told.add(person.login)
                assert found <= CLINIC | {"kanariska"}
                assert not world.told(read(answer).title)
    assert told == {"own-child_health_nurse", "hurried"}, "named, or open in an emergency"


def _screen(login: str) -> Client:
    from tests.web.conftest import let_in

    client = Client()
    let_in(client, login)
    client.get(reverse("choose-role"))
    return client


# The form


def test_a_nurse_records_a_screening_and_sees_what_was_recorded(anna: Client, over: Cast):
    shown = page(anna, "outcome", *LANGUAGE)
    assert "done" in shown.radios
    assert "q.language-screening.done" not in shown.values, "nothing is chosen beforehand"
    with trail() as lines:
        answer = recorded(anna)
    assert answer.headers["Location"] == reverse("outcomes")
    assert [line.action for line in lines] == ["outcome.read", "outcome.recorded"]
    assert recorded(anna).status_code == 302, "pressed twice"
    assert LaterOutcome.objects.count() == 1
    text = page(anna, "outcome", *LANGUAGE).text
    assert "kanariska" in text
    assert "Anna Ask, by form" in text
    assert len(page(anna, "outcomes", view="recorded").rows) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": ""}, "day"),
        ({"day": "2028-13-40"}, "day"),
        ({"day": f"{MONTH_31 + timedelta(1)}"}, "has not come yet"),
        ({"day": "2026-10-10"}, "too early"),
        ({"q.language-screening.result": ""}, "What was the result"),
        ({"q.language-screening.done": "perhaps"}, "Choose among the answers"),
        ({"q.language-screening.child-languages": "x" * 300}, "at most 200"),
    ],
)
def test_what_is_wrong_is_told_with_the_form_as_it_was_filled(
    anna: Client, over: Cast, changes: dict[str, str], words: str
):
    before = everything(but_the_trail=True)["visits.LaterOutcome"]
    answer = recorded(anna, **changes)
    assert answer.status_code == 422
    shown = read(answer)
    assert words in shown.errors
    if "q.language-screening.done" not in changes and "x" not in str(changes):
        assert shown.values["q.language-screening.child-languages"] == "kanariska"
    assert everything(but_the_trail=True)["visits.LaterOutcome"] == before


def test_a_nurse_corrects_and_both_are_kept(anna: Client, over: Cast):
    recorded(anna)
    wrong = LaterOutcome.objects.get()
    again = recorded(anna, **{"q.language-screening.method": "miniscalco"})
    assert again.status_code == 422
    assert "Correct that instead" in read(again).errors
    shown = read(english(anna).get(reverse("outcome", args=LANGUAGE), {"corrects": wrong.pk}))
    assert shown.values["q.language-screening.child-languages"] == "kanariska"
    changed = {"q.language-screening.method": "miniscalco", "corrects": f"{wrong.pk}"}
    assert recorded(anna, **changed).status_code == 302
    text = page(anna, "outcome", *LANGUAGE).text
    assert "Miniscalco" in text
    assert "Corrected: " in text
    third = recorded(anna, **{"q.language-screening.method": "other", "corrects": f"{wrong.pk}"})
    assert "corrected already" in read(third).errors
    for odd in ("x", "-1", "9" * 40, "²"):
        assert anna.get(reverse("outcome", args=LANGUAGE), {"corrects": odd}).status_code == 200


def test_a_child_that_is_not_followed_has_words_and_no_form(
    anna: Client, cast: Cast, today: Callable[[date], None]
):
    assert "not followed" in page(anna, "outcome", *LANGUAGE).text
    end(cast.child.enrolment, ended=TWO, reason=EndReason.LEFT, by=replace(cast.anna, on=TWO))
    today(MONTH_31)
    shown = page(anna, "outcome", *LANGUAGE)
    assert "has left the programme" in shown.text
    assert shown.radios == []
    assert recorded(anna).status_code == 200
    assert not LaterOutcome.objects.exists()
    assert anna.get(reverse("outcome", args=("FAMYAAAA", 1, "weight"))).status_code == 404


def test_the_familys_page_leads_the_nurse_to_what_is_followed(anna: Client, over: Cast):
    assert reverse("outcome", args=LANGUAGE) in page(anna, "family", "FAMYAAAA").links


# A clinic's list


def sent(client: Client, rows: Sequence[Sequence[str]], *, excel: bool = False) -> Answer:
    content = (as_xlsx if excel else as_csv)([HEADER, *rows])
    file = SimpleUploadedFile("list.xlsx" if excel else "list.csv", content)
    return english(client).post(reverse("outcome-list"), {"file": file})


@pytest.mark.parametrize("excel", [False, True])
def test_a_list_is_looked_at_brought_in_and_safe_to_repeat(anna: Client, over: Cast, excel: bool):
    url = sent(anna, [ROW, ["H-0009", *ROW[1:]]], excel=excel).headers["Location"]
    with trail() as lines:
        shown = read(anna.get(url))
    assert [line.action for line in lines] == ["list.read", "list.matched"]
    assert "Outcomes to record 2" in shown.text
    assert "Row 3, Familjekod: That is none of the children you follow." in shown.text
    assert not LaterOutcome.objects.exists(), "nothing is written before it is confirmed"
    assert anna.post(url).headers["Location"] == reverse("outcomes")
    assert "2 outcomes are recorded." in page(anna, "outcomes").text
    assert {one.how for one in LaterOutcome.objects.all()} == {"import"}
    assert not SentList.objects.exists()
    again = sent(anna, [ROW]).headers["Location"]
    assert "Here already 2" in read(anna.get(again)).text
    anna.post(again)
    assert LaterOutcome.objects.count() == 2


def test_the_columns_can_be_changed_and_the_list_thrown_away(anna: Client, over: Cast):
    url = sent(anna, [ROW]).headers["Location"]
    none = {f"column{at}": "" for at in range(len(HEADER))}
    answer = anna.post(f"{url}/columns", none)
    assert answer.status_code == 422
    assert "Choose the column" in read(answer).errors
    chosen = none | {"column0": "code", "column1": "language_day", "column2": "language_result"}
    assert anna.post(f"{url}/columns", chosen).status_code == 302
    assert "Outcomes to record 1" in read(anna.get(url)).text
    assert anna.post(f"{url}/away").status_code == 302
    for gone in (anna.get(url), anna.post(url), anna.post(f"{url}/away")):
        assert gone.headers["Location"] == reverse("outcome-list")


def test_a_list_is_its_senders_alone_and_of_its_own_kind(anna: Client, cilla: Client, over: Cast):
    url = sent(anna, [ROW]).headers["Location"]
    assert cilla.get(url).headers["Location"] == reverse("outcome-list")
    ref = SentList.objects.get().ref
    assert anna.get(reverse("list-look", args=[ref])).status_code == 302, "no birth list"
    other = sent(cilla, [ROW]).headers["Location"]
    assert "none of the children you follow" in read(cilla.get(other)).text


def test_what_is_no_list_is_told(anna: Client, over: Cast):
    answer = english(anna).post(
        reverse("outcome-list"), {"file": SimpleUploadedFile("list.csv", b"%PDF-1.7")}
    )
    assert answer.status_code == 422
    assert read(answer).errors
    assert english(anna).post(reverse("outcome-list")).status_code == 422


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_empty_list_can_be_fetched(anna: Client, over: Cast, kind: str):
    answer = anna.get(reverse("outcome-list-template", args=[kind]))
    assert f"outcomes.{kind}" in answer.headers["Content-Disposition"]
    assert anna.get(reverse("outcome-list-template", args=["pdf"])).status_code == 404
