"""Costs as the follow-up gets them: what the ledger counts, to the öre, and what a visit costs."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pyarrow.parquet as pq
import pytest

from hembesok.access.models import Site
from hembesok.delivery.queries import follow_up
from hembesok.exchange.check_tables_job.job import run as check
from hembesok.funding.queries import money_year, unit_costs
from hembesok.funding.rules.deciding import CostType
from hembesok.funding.rules.ledger import Kind
from hembesok.funding.services.writing import NewEntry, attest, take_back, write
from hembesok.visits.services.booking import record_held
from tests.conftest import Cast, build_cast
from tests.services.money import KR, Money, build_money, claimed, enters, now
from tests.services.test_extract import extract

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tables_may_be_emptied"),
]


@pytest.fixture
def cast() -> Cast:
    """The cast, committed, since the extract reads by a connection of its own."""
    return build_cast()


@pytest.fixture
def money(cast: Cast) -> Money:
    """The money of the cast's own site."""
    found = build_money()
    here = cast.frida.site
    return replace(found, gun=replace(found.gun, site=here), hans=replace(found.hans, site=here))


def test_costs_are_delivered_as_the_ledger_counts_them(money: Money, cast: Cast, tmp_path: Path):
    tranche = claimed(money)
    enters(money, tranche, Kind.COST, 500_50)
    enters(money, tranche, Kind.COST, -200 * KR)
    enters(money, tranche, Kind.COST, 70 * KR, date(2024, 12, 30), own=True)
    wrong = enters(money, tranche, Kind.COST, 999 * KR, cost_type=CostType.TRAVEL)
    back = take_back(wrong.pk, why="Fel", key=uuid4(), by=money.gun)
    attest(back.pk, by=money.hans)
    waits = NewEntry(
        Kind.COST, 5 * KR, date(2025, 7, 1), unit=money.office, cost_type=CostType.OTHER,
        reference="V 9",
    )  # fmt: skip
    write(tranche.pk, waits, key=uuid4(), by=money.gun)
    extract(tmp_path / "out")
    check(tmp_path / "out", lambda words: None)
    rows = pq.read_table(tmp_path / "out/costs.parquet").to_pylist()
    assert {row["site"] for row in rows} == {"here"}
    assert sum(row["amount"] for row in rows) == now(tranche).used + now(tranche).own
    assert sorted(row["amount"] for row in rows) == [
        -999_00, -200_00, 70_00, 500_50, 999_00,
    ]  # fmt: skip
    sources = pq.read_table(tmp_path / "out/sources.parquet").to_pylist()
    told = {row["site"]: row for row in sources if row["table"] == "costs"}
    assert (told["here"]["collected"], told["here"]["data_from"]) == (True, date(2025, 1, 1))
    assert told["there"]["collected"] is False


def test_what_a_visit_costs_is_for_whoever_reaches_the_families(money: Money, cast: Cast):
    tranche = claimed(money)
    enters(money, tranche, Kind.COST, 3_000 * KR)
    for step, day in (("home-1", date(2025, 11, 3)), ("home-2", date(2025, 12, 15))):
        record_held(cast.child, step, held=day, by=cast.anna)
    site = Site.objects.get(pk=cast.frida.site)
    assert follow_up(cast.frida, site).cost == (3_000 * KR, 2)
    assert follow_up(replace(money.hans, site=site.pk), site).cost is None
    found = unit_costs(cast.frida, money_year(cast.frida, 2025))
    assert (found.visits, found.families) == (2, 1)
    assert (found.per_visit, found.per_family) == (1_500 * KR, 3_000 * KR)
    assert unit_costs(money.gun, money_year(money.gun, 2025)).per_visit is None
