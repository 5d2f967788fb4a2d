"""Costs from files: all is checked first, twice is once, and bookkeeping beside the ledger."""

from datetime import date
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from hembesok.funding.models import Entry, Tranche
from hembesok.funding.queries import known_rows, money_year
from hembesok.funding.rows import Figure, rows_behind, value_of
from hembesok.funding.rules.bringing import Chosen, Read, as_known, read_csv, read_sie
from hembesok.funding.rules.deciding import CostType
from hembesok.funding.rules.year_end import compare
from hembesok.funding.services.bringing import Brought, Sent, bring_in
from hembesok.funding.services.writing import attest_all
from tests.need import shared_data
from tests.services.money import KR, Money, build_money, claimed, now

pytestmark = pytest.mark.django_db

WORDS = {"lön": CostType.SALARY, "resor": CostType.TRAVEL}
CSV = (
    "från;till;kostnadsslag;belopp;enhet;verifikat;text\n"
    "2025-01-01;2025-01-31;lön;45;tkr;A 1;Januari\n"
    "2025-02-01;;resor;850,50;kr;A 2;\n"
    "2025-02-01;;resor;850,50;kr;A 2;\n"
    "2025-02-03;;resor;-100;kr;A 3;Rättelse\n"
)
HEAD = "#FLAGGA 0\n#SIETYP 4\n#DIM 6 Projekt\n#OBJEKT 6 BHV Hembesök\n"
CHOSEN = Chosen("6", "BHV", {"5": CostType.SALARY, "56": CostType.OVERHEAD})


@pytest.fixture
def money() -> Money:
    return build_money()


def csv_of(text: str) -> Sent:
    content = text.encode("utf-8")
    return Sent("csv", content, "", read_csv(content, WORDS))


def voucher(number: int, *rows: str, day: str = "20250310") -> str:
    return f"#VER A {number} {day}\n{{\n" + "".join(f"#TRANS {row}\n" for row in rows) + "}\n"


def sie_of(*vouchers: str, head: str = HEAD, chosen: Chosen = CHOSEN) -> Sent:
    content = (head + "".join(vouchers)).encode("cp437")
    return Sent("sie", content, f"{chosen.dimension} {chosen.object}", read_sie(content, chosen))


def brings(tranche: Tranche, sent: Sent, money: Money, **more: bool) -> Brought:
    return bring_in(tranche.pk, sent, money.office, key=uuid4(), by=money.gun, **more)


def keys(read: Read) -> list[tuple[int, str]]:
    return [(fault.place, fault.reason.key) for fault in read.faults]


def test_a_csv_file_is_written_once_and_attested_by_another(money: Money):
    tranche = claimed(money)
    assert brings(tranche, csv_of(CSV), money) == Brought(added=4)
    assert brings(tranche, csv_of(CSV), money) == Brought(known=4)
    waiting = list(Entry.objects.filter(tranche=tranche).waiting().values_list("pk", flat=True))
    assert attest_all(waiting, by=money.hans) == 4
    assert now(tranche).used == 45_000 * KR + 2 * 850_50 - 100 * KR


def test_a_longer_file_adds_only_what_is_new(money: Money):
    tranche = claimed(money)
    brings(tranche, csv_of(CSV), money)
    longer = CSV + "2025-03-01;;resor;12;kr;A 4;\n"
    assert brings(tranche, csv_of(longer), money) == Brought(added=1, known=4)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("2025-13-01;;lön;45;tkr;A 9;", "costs_day"),
        ("2025-01-01;;godis;45;tkr;A 9;", "costs_type"),
        ("2025-01-01;;lön;45;;A 9;", "money_unit_missing"),
        ("2025-01-01;;lön;många;kr;A 9;", "money_form"),
        ("2025-01-01;;lön;0;kr;A 9;", "money_nothing"),
        ("2025-01-01;;lön;45;kr;;", "voucher_missing"),
        ("2025-01-01;;lön;45;kr;A 9;Tolk S-0301", "money_names_family"),
        ("2025-01-01;;lön;45;kr", "costs_ragged"),
        ("2025-01-01;;lön;1000000;mkr;A 9;", "money_unlikely"),
    ],
)
def test_a_row_that_is_wrong_is_named_and_nothing_is_written(money: Money, line: str, key: str):
    tranche = claimed(money)
    sent = csv_of(CSV + line + "\n")
    assert keys(sent.read) == [(6, key)]
    found = brings(tranche, sent, money)
    assert [fault.place for fault in found.faults] == [6]
    assert not Entry.objects.filter(kind="cost").exists()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "file_empty"),
        ("belopp;datum\n1;2\n", "costs_headings"),
        (CSV.partition("\n")[0] + "\n", "costs_none"),
        ('från;till;kostnadsslag;belopp;enhet;verifikat\n"a', "costs_quotes"),
    ],
)
def test_a_file_that_is_none_is_refused(text: str, key: str):
    assert keys(csv_of(text).read) == [(0, key)]


def test_what_the_grant_does_not_pay_for_is_a_fault_or_own_money(money: Money):
    tranche = claimed(money, 50_000 * KR)
    early = CSV + "2024-12-30;;resor;10;kr;A 9;\n2025-02-28;;lön;10;tkr;A 10;\n"
    stopped = brings(tranche, csv_of(early), money)
    assert [(f.place, f.reason.key) for f in stopped.faults] == [
        (6, "cost_outside_period"),
        (7, "cost_beyond_claimed"),
    ]
    assert not Entry.objects.filter(kind="cost").exists()
    assert brings(tranche, csv_of(early), money, own=True) == Brought(added=6, own=2)
    own = Entry.objects.filter(kind="own").values_list("why", "amount")
    assert set(own) == {("cost_outside_period", 1000), ("cost_beyond_claimed", 10_000 * KR)}


def test_of_a_sie_file_only_the_costs_of_the_object_are_read(money: Money):
    tranche = claimed(money)
    sent = sie_of(
        voucher(1, "5010 {6 BHV} 45000", "5610 {1 200 6 BHV} 14137.50", "1930 {6 BHV} -59137.50"),
        voucher(2, "6110 {6 ANNAT} 100", "3010 {6 BHV} -50", "1930 {} -50"),
        voucher(3, "6910 {6 BHV} 99.90 20250228 Tåg", "1930 {} -99.90"),
    )
    assert brings(tranche, sent, money) == Brought(added=3)
    rows = (
        Entry.objects.filter(kind="cost")
        .order_by("pk")
        .values_list("amount", "cost_type", "first", "reference", "text")
    )
    # The day of the row goes before the voucher's, and the oldest is written first.
    assert list(rows) == [
        (99_90, "other", date(2025, 2, 28), "A 3 6910", "Tåg"),
        (45_000_00, "salary", date(2025, 3, 10), "A 1 5010", ""),
        (14_137_50, "overhead", date(2025, 3, 10), "A 1 5610", ""),
    ]
    assert brings(tranche, sent, money) == Brought(known=3)


@pytest.mark.parametrize(
    ("vouchers", "head", "fault"),
    [
        ([voucher(1, "5010 {6 BHV} 45000", "1930 {} -44999")], HEAD, (5, "sie_off_balance")),
        ([voucher(1, "5010 {6 X} 1", "1930 {} -1")], HEAD, (0, "sie_no_such_object")),
        ([], "#FLAGGA 0\n#SIETYP 1\n", (0, "sie_without_vouchers")),
        ([], "<html>", (0, "not_sie")),
        (["#VER A 1 20250101\n{\n"], HEAD, (5, "sie_voucher_not_closed")),
    ],
)
def test_a_sie_file_is_wholly_right_or_not_taken(
    vouchers: list[str], head: str, fault: tuple[int, str]
):
    assert keys(sie_of(*vouchers, head=head).read) == [fault]


def test_the_bookkeeping_beside_the_ledger_tells_what_differs(money: Money):
    tranche = claimed(money)
    first = voucher(1, "5010 {6 BHV} 45000", "1930 {} -45000")
    second = voucher(2, "5010 {6 BHV} 500", "1930 {} -500")
    changed = voucher(2, "5010 {6 BHV} 400", "1930 {} -400")
    brings(tranche, sie_of(first, second), money)
    again = sie_of(first, changed)
    found = compare(as_known(again.read.rows), known_rows(tranche.pk, "6 BHV"))
    assert (found.file, found.ledger) == (45_400 * KR, 45_500 * KR)
    assert [(d.amount, d.only_in_file) for d in found.differences] == [
        (400 * KR, True),
        (500 * KR, False),
    ]


def test_a_long_file_is_attested_in_as_many_queries_as_a_short_one(
    money: Money, django_assert_max_num_queries: DjangoAssertNumQueries
):
    tranche = claimed(money)
    rows = "".join(f"2025-02-01;;resor;{n};kr;B {n};\n" for n in range(1, 201))
    credit = "2025-01-02;;resor;-500;kr;B 0;\n"
    long = csv_of(CSV.partition("\n")[0] + "\n" + credit + rows)
    with django_assert_max_num_queries(45):
        assert brings(tranche, long, money) == Brought(added=201)
    waiting = list(Entry.objects.waiting().values_list("pk", flat=True))
    with django_assert_max_num_queries(30):
        assert attest_all(waiting, by=money.hans) == 201
    assert attest_all(waiting, by=money.hans) == 0
    assert now(tranche).used == (200 * 201 // 2 - 500) * KR


def test_what_cannot_be_shown_is_left_out_of_a_text(money: Money):
    tranche = claimed(money)
    odd = csv_of(CSV + "2025-01-01;;lön;1;kr;A\x07 9;noll\x00tecken\n")
    assert brings(tranche, odd, money) == Brought(added=5)
    entry = Entry.objects.get(amount=100)
    assert (entry.reference, entry.text) == ("A 9", "nolltecken")


def test_a_real_file_is_filtered_by_its_cost_centre(money: Money):
    content = shared_data("sie", "bladmin_sie4e_rtrans_btrans.se").read_bytes()
    found = {}
    for number in ("1", "2", "10", "11"):
        read = read_sie(content, Chosen("1", number, {}))
        found[number] = (len(read.rows), read.total)
        assert all(not f.reason.key.startswith("sie") or f.place == 0 for f in read.faults)
    assert any(count for count, _total in found.values())


def test_every_figure_is_the_sum_of_the_rows_behind_it(money: Money):
    tranche = claimed(money)
    brings(tranche, csv_of(CSV), money)
    attest_all(Entry.objects.waiting().values_list("pk", flat=True), by=money.hans)
    year = money_year(money.gun, 2025)
    now_ = year.now
    for figure in Figure:
        expected = getattr(now_, figure.value)
        value = value_of(year.rows, figure)
        if figure in (Figure.UNDECIDED, Figure.ADVANCED):
            # One of the two is nothing: the other's rows say by how much.
            assert max(value, 0) == expected
        else:
            assert value == expected, figure
        assert sum(amount for _row, amount in rows_behind(year.rows, figure)) == value
