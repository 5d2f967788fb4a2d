"""The money pages: what stands on them, who sees them, and what is written through them."""

import csv
import io
import re
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from hembesok.access.rules.roles import Role
from hembesok.documents import word
from hembesok.funding.models import Application, Entry, GrantDecision, Milestone, Request, Tranche
from hembesok.funding.rows import Figure
from hembesok.funding.rules.deciding import CostType
from hembesok.funding.rules.ledger import Kind
from hembesok.funding.services.ending import report
from hembesok.funding.services.granting import expect
from hembesok.funding.services.writing import NewEntry, attest_all, write
from hembesok.values.money import written
from tests.rules.pdf_text import text_of
from tests.rules.test_documents import bare
from tests.services.money import KR, Money, a_year, build_money, claimed, enters, now
from tests.services.test_money_files import HEAD, voucher
from tests.web.conftest import let_in
from tests.web.page import ADDRESSES, gate_of, read

pytestmark = pytest.mark.django_db

READERS = frozenset({Role.ECONOMIST, Role.MANAGER, Role.COORDINATOR})
WRITERS = frozenset({Role.ECONOMIST, Role.MANAGER})


@pytest.fixture
def money() -> Money:
    return build_money()


def screen(login: str) -> Client:
    client = Client()
    let_in(client, login)
    client.get(reverse("choose-role"))
    return client


def in_english(client: Client) -> Client:
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    return client


def sends(client: Client, path: str, **more: object):
    """Send a form as its page has it, with its key, and what is filled in."""
    return client.post(path, {"key": str(uuid4()), **more})


def cost(money: Money, **more: object) -> dict[str, object]:
    return {
        "amount": "850,50", "unit": "kr", "cost_type": "travel", "first": "2025-06-01",
        "last": "", "of_unit": money.office.pk, "reference": "V 1", "text": "", **more,
    }  # fmt: skip


def plainly(text: str) -> str:
    """Return a text as a page is read: with ordinary spaces in its amounts."""
    return text.replace("\u202f", " ")


def test_who_the_money_pages_are_for():
    gates = {str(one.name): gate_of(one) for one in ADDRESSES}
    for name in ("money", "money-rows", "money-decisions", "money-year-end", "money-entry"):
        assert gates[name] == READERS, name
    assert gates["money-sites"] == frozenset({Role.STATE_CASE_OFFICER})
    for name in ("new-entry", "new-grant", "money-attest", "cost-file", "answer-request"):
        assert gates[name] == WRITERS, name


def test_a_claim_that_counts_is_a_sheet_in_both_forms(money: Money):
    tranche = claimed(money)
    entry = Entry.objects.get(kind=Kind.CLAIMED)
    for login in ("gun", "hans"):
        pdf = screen(login).get(reverse("requisition", args=[entry.pk, "pdf"]))
        said = text_of(pdf.content)
        for wanted in ("Myndigheten", "Kontoret", "880 000", "2025-02-15", tranche.purpose):
            assert bare(wanted) in said, wanted
    made = screen("gun").get(reverse("requisition", args=[entry.pk, "docx"]))
    assert "Kontoret" in " ".join(word.text_of(made.content))
    page = read(screen("gun").get(reverse("money-entry", args=[entry.pk])))
    assert reverse("requisition", args=[entry.pk, "pdf"]) in page.links
    received = Entry.objects.get(kind=Kind.RECEIVED)
    assert (
        reverse("requisition", args=[received.pk, "pdf"])
        not in read(screen("gun").get(reverse("money-entry", args=[received.pk]))).links
    )
    wrong = ((received.pk, "pdf"), (entry.pk, "txt"), (99, "pdf"))
    for number, form in wrong:
        asked = screen("gun").get(reverse("requisition", args=[number, form]))
        assert asked.status_code == 404, (number, form)
    assert screen("other").get(reverse("requisition", args=[entry.pk, "pdf"])).status_code == 404


def test_what_nobody_else_stands_for_is_no_claim_yet(money: Money):
    tranche = a_year(money)
    new = NewEntry(Kind.CLAIMED, 5 * KR, date(2025, 2, 1), reference="R 1")
    entry = write(tranche.pk, new, key=uuid4(), by=money.gun)
    assert screen("gun").get(reverse("requisition", args=[entry.pk, "pdf"])).status_code == 404


def test_the_report_to_the_state_takes_its_economy_from_the_ledger(money: Money):
    tranche = claimed(money)
    enters(money, tranche, Kind.COST, 512_000 * KR)
    enters(money, tranche, Kind.COST, 8_000 * KR, cost_type=CostType.TRAVEL)
    path, gun = reverse("state-report", args=[tranche.pk]), screen("gun")
    assert path in read(gun.get("/money?year=2025")).links
    empty = gun.post(path, {"use": "", "cooperation": "Med regionen", "form": ""})
    assert empty.status_code == 422
    assert "Med regionen" in read(empty).text, "what was written stays"
    asked = {"use": "Hembesök hos 12 familjer.", "cooperation": "Med regionen.", "form": "pdf"}
    said = text_of(gun.post(path, asked).content)
    for wanted in ("Hembesök hos 12 familjer.", "Med regionen.", "512 000", "8 000", "520 000",
                   "360 000", "880 000"):  # fmt: skip
        assert bare(wanted) in said, wanted
    made = gun.post(path, asked | {"form": "docx"})
    assert bare("520 000") in bare("".join(word.text_of(made.content)))
    assert screen("other").get(path).status_code == 404


def test_the_sentence_says_what_a_board_reads(money: Money):
    tranche = claimed(money)
    enters(money, tranche, Kind.COST, 512_000 * KR)
    page = read(in_english(screen("gun")).get("/money?year=2025"))
    assert "512 000 kr of 880 000 kr is used." in page.text
    for amount in ("880 000", "512 000"):
        assert amount in page.text


def test_the_sentence_carries_the_pace_on(money: Money):
    on = money.on(date(2026, 6, 2))
    tranche = claimed(on, year=2026)
    for month in (1, 2, 3, 4, 5):
        enters(on, tranche, Kind.COST, 40_000 * KR, date(2026, month, 20))
    from hembesok.funding.queries import money_year
    from hembesok.web.money import sentences

    found = money_year(on.gun, 2026)
    (ahead,) = [one.forecast(date(2026, 6, 2)) for one in found.tranches]
    assert ahead is not None
    # Seven months are left at forty thousand a month, and the months were all alike.
    assert (ahead.rate, ahead.left, ahead.low, ahead.high) == (
        40_000 * KR, *[(880 - 5 * 40 - 7 * 40) * 1000 * KR] * 3,
    )  # fmt: skip
    from django.utils import translation

    with translation.override("en"):
        said = sentences(found, date(2026, 6, 2))
    assert plainly(said[1]).startswith("At the same pace 400 000 kr will be left")


def test_a_year_that_is_only_expected_says_so(money: Money):
    expect(2027, 880_000 * KR, reference="Tjänsteskrivelse", key=uuid4(), by=money.gun)
    client = in_english(screen("gun"))
    page = read(client.get("/money?year=2027"))
    assert "880 000 kr is expected for the year. Nothing is decided yet." in page.text
    assert "No money is granted for the year." in read(client.get("/money?year=2019")).text
    assert client.get("/money?year=nu").status_code == 404


def test_every_figure_leads_to_exactly_its_rows(money: Money):
    tranche = claimed(money)
    enters(money, tranche, Kind.TRANSFERRED, 700_000 * KR)
    for n in range(3):
        enters(money, tranche, Kind.COST, (100_000 + n) * KR, unit=money.provider)
        enters(money, tranche, Kind.COST, 10_000 * KR + n)
    enters(money, tranche, Kind.COST, 50 * KR, date(2024, 12, 1), own=True)
    report(tranche.pk, day=date(2026, 2, 2), reference="R", key=uuid4(), by=money.gun)
    enters(money, tranche, Kind.RETURNED, 399_997 * KR, date(2026, 2, 5))
    enters(money, tranche, Kind.REPAID, 100_000 * KR, date(2026, 2, 6))
    client = in_english(screen("gun"))
    page = client.get("/money?year=2025")
    links = re.findall(r'<td class="n"><a href="([^"]+)">([^<]+)</a>', page.content.decode())
    assert len(links) >= 12
    for href, shown in links:
        path = href.replace("&amp;", "&")
        answer = client.get(path)
        behind, raw = read(answer), answer.content.decode()
        total = re.search(r'<b class="num nb">([^<]+) kr</b>', raw)
        count = re.search(r"in (\d+) rows?", behind.text)
        assert total, path
        assert count, path
        assert total[1] == shown, path
        file = client.get(path + "&csv=1").content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(file), delimiter=";"))
        assert len(rows) == int(count[1]) == len(behind.rows), path
        ore = sum(round(float(row["Amount, kr"].replace(",", ".")) * 100) for row in rows)
        assert written(ore) == shown


def test_rows_of_no_figure_are_no_page(money: Money):
    claimed(money)
    client = screen("gun")
    for figure in [*Figure, "all", "waiting", "costs"]:
        assert client.get(f"/money/rows/{figure}?year=2025").status_code == 200, figure
    assert client.get("/money/rows/nonsense?year=2025").status_code == 404


def test_a_cost_is_written_by_one_and_attested_by_another(money: Money):
    tranche = claimed(money)
    gun, hans = in_english(screen("gun")), in_english(screen("hans"))
    path = f"/money/{tranche.pk}/new/cost"
    assert gun.get(path).status_code == 200
    assert sends(gun, path, **cost(money)).status_code == 302
    entry = Entry.objects.get(kind="cost")
    assert "your own" in read(gun.get("/money/attest")).text
    refused = gun.post("/money/attest", {"entry": entry.pk})
    assert refused.status_code == 422
    assert gun.post(f"/money/entries/{entry.pk}", {"do": "attest"}).status_code == 422
    assert "Attest" in read(hans.get(f"/money/entries/{entry.pk}")).text
    assert hans.post("/money/attest", {"entry": entry.pk}).status_code == 302
    assert now(tranche).used == 850_50
    back = sends(hans, f"/money/entries/{entry.pk}", do="back", why="Fel")
    assert back.status_code == 302
    taking = Entry.objects.get(reverses=entry)
    assert gun.post(f"/money/entries/{taking.pk}", {"do": "attest"}).status_code == 302
    assert now(tranche).used == 0
    assert "Taken back" in read(gun.get(f"/money/entries/{entry.pk}")).text


def test_the_same_form_sent_twice_is_written_once(money: Money):
    tranche = claimed(money)
    gun, key = screen("gun"), str(uuid4())
    for _press in range(2):
        answer = gun.post(f"/money/{tranche.pk}/new/cost", {**cost(money), "key": key})
        assert answer.status_code == 302
    assert Entry.objects.filter(kind="cost").count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"unit": ""}, "Choose what the number counts"),
        ({"amount": "sju"}, "Write the amount with digits"),
        ({"amount": ""}, "Write the amount."),
        ({"amount": "881", "unit": "tkr"}, "more than is left of the money claimed"),
        ({"first": "2024-12-01"}, "outside the period"),
        ({"first": "igår"}, "YYYY-MM-DD"),
        ({"cost_type": ""}, "Choose what the cost is for"),
        ({"of_unit": ""}, "Choose which unit"),
        ({"of_unit": "999999"}, "Select a valid choice"),
        ({"reference": ""}, "number of the voucher"),
        ({"text": "S-0301"}, "code of a family"),
        ({"key": "nonsense"}, "Enter a valid UUID"),
        ({"key": ""}, "The form is too old"),
    ],
)
def test_what_is_wrong_is_said_and_the_form_is_kept(
    money: Money, more: dict[str, object], words: str
):
    tranche = claimed(money)
    answer = sends(
        in_english(screen("gun")), f"/money/{tranche.pk}/new/cost", **{**cost(money), **more}
    )
    assert answer.status_code == 422
    page = read(answer)
    assert words in page.text
    assert page.values.get("reference", "") == cost(money, **more)["reference"]
    assert not Entry.objects.filter(kind="cost").exists()


def test_seven_hundred_is_asked_about(money: Money):
    """The founding case says 700: the form does not take it without its unit."""
    tranche = claimed(money)
    client = in_english(screen("gun"))
    path = f"/money/{tranche.pk}/share"
    share = {"of_unit": money.provider.pk, "amount": "700", "decision": "SN 1"}
    assert sends(client, path, **share).status_code == 422
    assert sends(client, path, **share, unit="tkr").status_code == 302
    assert "700 000" in read(client.get("/money?year=2025")).text


def test_every_act_of_a_grants_life_goes_through_the_pages(money: Money):
    gun, hans = in_english(screen("gun")), in_english(screen("hans"))
    granted = sends(
        gun, "/money/grants/new", grantor="Myndigheten", grant="Stöd", reference="D 1",
        decided="2025-01-10", conditions="", year="2025", amount="880", unit="tkr",
        recipient=money.office.pk, purpose="Hembesök", purposes=["salary", "travel"],
        first="2025-01-01", last="2025-12-31", claim_by="2025-10-31", report_by="2026-03-01",
    )  # fmt: skip
    assert granted.status_code == 302
    tranche = Tranche.objects.get()

    def acts(act: str, **more: object) -> None:
        facts = {"amount": "880", "unit": "tkr", "first": "2025-02-15", "reference": "R 1",
                 "text": "", **more}  # fmt: skip
        assert sends(gun, f"/money/{tranche.pk}/new/{act}", **facts).status_code == 302, act
        waiting = Entry.objects.waiting().values_list("pk", flat=True)
        assert hans.post("/money/attest", {"entry": list(waiting)}).status_code in (302, 422)

    acts("claimed")
    acts("received", first="2025-03-20")
    acts("transferred", amount="700", of_unit=money.provider.pk)
    acts("cost", amount="500", cost_type="salary", of_unit=money.provider.pk)
    budget = {"cost_type": "salary", "from_month": "2025-01-01", "to_month": "2025-12-01",
              "amount": "70", "unit": "tkr"}  # fmt: skip
    assert sends(gun, f"/money/{tranche.pk}/budget", **budget).status_code == 302
    assert "70 000" in read(gun.get("/money/year-end?year=2025")).text
    step = {"day": "2026-02-20", "reference": "Rapport 1"}
    assert sends(gun, f"/money/{tranche.pk}/report", **step).status_code == 302
    review = {"kind": "approved", "day": "2026-03-01", "reference": "G 1"}
    assert sends(gun, f"/money/{tranche.pk}/review", **review).status_code == 302
    acts("returned", amount="200", first="2026-03-02", of_unit=money.provider.pk)
    ask = {"amount": "100", "unit": "tkr", "asked": "2026-03-03", "reference": "A 1"}
    assert sends(gun, f"/money/{tranche.pk}/retain", **ask).status_code == 302
    no = {"answer": "no", "answered": "2026-03-04", "reference": "M 1", "year": "2026",
          "first": "2026-01-01", "last": "2026-12-31", "claim_by": "2026-10-31",
          "report_by": "2027-03-01"}  # fmt: skip
    path = f"/money/applications/{Application.objects.get().pk}"
    assert sends(gun, path, **no).status_code == 302
    acts("repaid", amount="380", first="2026-03-05")
    assert now(tranche).settled
    request = {**ask, "amount": "380", "year": "2027"}
    assert sends(gun, f"/money/{tranche.pk}/request", **request).status_code == 302
    path = f"/money/requests/{Request.objects.get().pk}"
    yes = {**no, "answer": "yes", "amount": "380", "unit": "tkr", "year": "2027",
           "purpose": "Hembesök", "first": "2027-01-01", "last": "2027-12-31",
           "claim_by": "2027-10-31", "report_by": "2028-03-01"}  # fmt: skip
    assert sends(gun, path, **yes).status_code == 422, "the manager's to write"
    assert sends(hans, path, **yes).status_code == 302
    again = Tranche.objects.get(request__isnull=False)
    assert now(again).granted == 380_000 * KR
    page = read(gun.get("/money?year=2027"))
    assert "Granted anew by the government, of what was repaid for 2025." in page.text


def test_what_came_before_the_money_is_written_with_its_reference(money: Money):
    gun = in_english(screen("gun"))
    facts = {"kind": "evaluator", "by_whom": "Myndigheten", "starts": "2026-01-01",
             "ends": "2027-12-31", "reference": "E 1", "text": "Oberoende"}  # fmt: skip
    assert sends(gun, "/money/milestones/new", **{**facts, "reference": ""}).status_code == 422
    assert sends(gun, "/money/milestones/new", **facts).status_code == 302
    assert Milestone.objects.get().reference == "E 1"
    expected = {"year": "2027", "amount": "880", "unit": "tkr", "reference": "Memo"}
    assert sends(gun, "/money/expectations/new", **expected).status_code == 302
    page = read(gun.get("/money/decisions"))
    assert "The evaluator's engagement" in page.text
    assert "880 000" in page.text


def test_a_file_is_sent_twice_and_compared(money: Money):
    tranche = claimed(money)
    gun = in_english(screen("gun"))
    content = HEAD + voucher(1, "5010 {6 BHV} 45000", "1930 {} -45000")

    def sent(path: str, text: str = content, **more: object):
        file = SimpleUploadedFile("bok.se", text.encode("cp437"))
        facts = {"dimension": "6", "object": "BHV", "accounts": "50 lön",
                 "of_unit": money.office.pk, "file": file, **more}  # fmt: skip
        return sends(gun, f"/money/{tranche.pk}/{path}", **facts)

    assert sent("file").status_code == 302
    assert sent("file").status_code == 302
    assert Entry.objects.filter(kind="cost").count() == 1
    assert "say the same" in read(sent("compare")).text
    more = content + voucher(2, "5010 {6 BHV} 10", "1930 {} -10")
    page = read(sent("compare", more))
    assert "Bookkeeping and ledger differ." in page.text
    assert "only in the file" in page.text
    off = sent("file", content + voucher(3, "5010 {6 BHV} 10", "1930 {} -9"))
    assert off.status_code == 422
    assert "does not balance" in read(off).text
    assert sent("file", accounts="femtio lön").status_code == 422
    assert sent("file", "").status_code == 422
    assert sends(gun, f"/money/{tranche.pk}/file", of_unit="").status_code == 422


def test_year_end_tells_liability_and_receivable(money: Money):
    tranche = claimed(money)
    enters(money, tranche, Kind.COST, 500_000 * KR)
    page = read(in_english(screen("gun")).get("/money/year-end?year=2025"))
    (row,) = [one for one in page.rows if "D 2025/1" in one]
    assert "380 000" in row


def test_the_state_sees_sums_of_its_sites_and_no_row(money: Money):
    tranche = claimed(money)
    enters(money, tranche, Kind.COST, 500_000 * KR, text="hemlig detalj", reference="V 77")
    client = in_english(screen("ines"))
    page = read(client.get("/money/sites"))
    assert "500 000" in page.text
    assert "Annan plats" not in page.text
    whole = client.get("/money/sites").content + client.get("/money/sites?csv=1").content
    assert b"V 77" not in whole
    assert b"hemlig detalj" not in whole
    assert client.get("/money").status_code == 404


def test_another_sites_money_is_not_found(money: Money):
    tranche = claimed(money)
    client = screen("other")
    entry = tranche.entries.get(kind="claimed")
    for path in (f"/money/{tranche.pk}/new/cost", f"/money/entries/{entry.pk}"):
        assert client.get(path).status_code == 404
        assert sends(client, path, **cost(money)).status_code == 404
    assert "880" not in read(client.get("/money?year=2025")).text


def test_a_page_asks_the_database_as_often_however_much_there_is(
    money: Money, django_assert_max_num_queries: DjangoAssertNumQueries
):
    tranche = claimed(money)
    client = screen("gun")
    enters(money, tranche, Kind.COST, 1)
    client.get("/money?year=2025")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get("/money?year=2025")
    for n in range(12):
        enters(money, tranche, Kind.COST, n + 1)
    a_year(money, year=2024)
    with CaptureQueriesContext(connection) as many:
        client.get("/money?year=2025")
    assert len(many) == len(few) <= 30


def test_money_leaves_no_name_of_a_formula(money: Money):
    tranche = claimed(money)
    enters(money, tranche, Kind.COST, 1, text="=HYPERLINK(1)")
    attest_all([], by=money.hans)
    file = screen("gun").get("/money/rows/costs?year=2025&csv=1").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in file
    assert GrantDecision.objects.count() == 1
