"""The ledger through its services: what is written, attested, stopped, taken back and ended."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from hembesok.enrolment.models import SitePeriod
from hembesok.enrolment.rules.periods import PeriodKind
from hembesok.enrolment.services.periods import decide_period
from hembesok.funding.models import Attest, Entry, Tranche
from hembesok.funding.rules.deciding import Answer, CostType, NewTranche, StepKind
from hembesok.funding.rules.ledger import Kind
from hembesok.funding.services.ending import (
    NewAnswer,
    answer_application,
    answer_request,
    apply_to_retain,
    report,
    request_anew,
    review,
)
from hembesok.funding.services.granting import share
from hembesok.funding.services.writing import NewEntry, attest, take_back, write
from hembesok.values.refusals import Refusal
from tests.services.money import KR, Money, a_year, build_money, claimed, enters, now

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 1)


@pytest.fixture
def money() -> Money:
    return build_money()


def refused(key: str):
    """Expect a refusal with a reason of this key."""
    return pytest.raises(Refusal, match=rf"^{key} ")


def anew(year: int, amount: int) -> NewTranche:
    return NewTranche(
        amount, year, "Samma ändamål", frozenset(CostType), date(year, 1, 1), date(year, 12, 31),
        date(year, 10, 31), date(year + 1, 3, 1),
    )  # fmt: skip


def ended(money: Money, used: int = 500_000 * KR) -> Tranche:
    """Let a year be used in part and reported."""
    tranche = claimed(money)
    enters(money, tranche, Kind.COST, used)
    report(tranche.pk, day=date(2026, 2, 20), reference="R 1", key=uuid4(), by=money.gun)
    return tranche


# Writing and attesting.


def test_what_needs_a_second_person_counts_when_attested(money: Money):
    tranche = claimed(money)
    new = NewEntry(
        Kind.COST, 100 * KR, DAY, unit=money.office, cost_type=CostType.TRAVEL, reference="V 7"
    )
    written = write(tranche.pk, new, key=uuid4(), by=money.gun)
    assert now(tranche).used == 0
    with refused("attester_is_registrar"):
        attest(written.pk, by=money.gun)
    attest(written.pk, by=money.hans)
    assert now(tranche).used == 100 * KR


def test_the_same_form_twice_and_attested_twice_is_once(money: Money):
    tranche, key = claimed(money), uuid4()
    new = NewEntry(
        Kind.COST, 100 * KR, DAY, unit=money.office, cost_type=CostType.TRAVEL, reference="V 7"
    )
    first, second = (write(tranche.pk, new, key=key, by=money.gun) for _press in range(2))
    assert first.pk == second.pk
    assert attest(first.pk, by=money.hans).pk == attest(first.pk, by=money.hans).pk
    assert now(tranche).used == 100 * KR
    assert a_year(money, year=2024, key=key).pk == a_year(money, year=2024, key=key).pk


@pytest.mark.parametrize(
    ("kind", "amount", "more", "key"),
    [
        (Kind.CLAIMED, 880_001 * KR, {}, "claimed_beyond_granted"),
        (Kind.RECEIVED, 1, {}, "received_beyond_claimed"),
        (Kind.COST, 1, {}, "cost_beyond_claimed"),
        (Kind.COST, 1, {"cost_type": None}, "cost_type_missing"),
        (Kind.COST, 1, {"reference": " "}, "voucher_missing"),
        (Kind.COST, 1, {"unit": None}, "unit_missing"),
        (Kind.REPAID, 1, {}, "tranche_not_reported"),
        (Kind.LAPSED, 1, {"reference": ""}, "reference_missing"),
        (Kind.RETAINED, 1, {}, "entry_has_own_act"),
        (Kind.GRANTED, 1, {}, "entry_has_own_act"),
        (Kind.OWN, 1, {}, "entry_has_own_act"),
        (Kind.CLAIMED, -1, {}, "money_nothing"),
        (Kind.CLAIMED, 0, {}, "money_nothing"),
        (Kind.COST, 1, {"text": "Tolk hos S-0301"}, "money_names_family"),
        (Kind.COST, 1, {"text": "20251010-2383"}, "money_names_person"),
        (Kind.COST, 1, {"last": DAY - timedelta(1)}, "ends_before_start"),
        (Kind.COST, 1, {"last": date(2026, 12, 1)}, "day_in_future"),
        (Kind.COST, 1, {"last": date(2026, 1, 1)}, "cost_outside_period"),
    ],
)
def test_what_may_not_be_written_is_stopped_with_its_reason(
    money: Money, kind: Kind, amount: int, more: dict[str, object], key: str
):
    tranche = a_year(money)
    before = Entry.objects.count()
    with refused(key):
        enters(money, tranche, kind, amount, DAY, **more)
    assert Entry.objects.count() == before


def test_money_may_not_be_claimed_when_the_time_for_it_is_over(money: Money):
    tranche = a_year(money)
    with refused("claim_too_late"):
        enters(money, tranche, Kind.CLAIMED, 1, date(2025, 11, 1))
    enters(money, tranche, Kind.LAPSED, 880_000 * KR)
    assert now(tranche).settled


def test_a_cost_that_the_grant_does_not_pay_may_be_shown_as_own_money(money: Money):
    tranche = claimed(money)
    own = enters(money, tranche, Kind.COST, 500 * KR, date(2024, 12, 30), own=True)
    assert (own.kind, own.why) == ("own", "cost_outside_period")
    beyond = enters(money, tranche, Kind.COST, 880_001 * KR, own=True)
    assert (beyond.kind, beyond.why) == ("own", "cost_beyond_claimed")
    assert now(tranche).own == 880_501 * KR
    assert now(tranche).used == 0
    covered = enters(money, tranche, Kind.COST, 500 * KR, own=True)
    assert covered.kind == "cost", "what the grant pays for is no own money"


def test_a_purpose_that_is_not_the_grants_is_stopped(money: Money):
    with refused("cost_outside_purpose"):
        enters(money, _salaries_only(money), Kind.COST, 1, cost_type=CostType.TRAVEL)


def _salaries_only(money: Money) -> Tranche:
    from hembesok.funding.services.granting import NewDecision, grant

    wanted = NewTranche(
        1000 * KR, 2025, "Lön", frozenset({CostType.SALARY}), date(2025, 1, 1),
        date(2025, 12, 31), date(2025, 6, 30), date(2026, 3, 1),
    )  # fmt: skip
    decision = NewDecision("Myndigheten", "Annat stöd", "D 9", date(2025, 1, 1))
    made = grant(decision, wanted, money.office, key=uuid4(), by=money.gun)
    enters(money, made, Kind.CLAIMED, 1000 * KR, date(2025, 2, 1))
    return made


def test_a_credit_note_is_a_cost_below_nothing(money: Money):
    tranche = claimed(money)
    enters(money, tranche, Kind.COST, 500 * KR)
    enters(money, tranche, Kind.COST, -200 * KR)
    assert now(tranche).used == 300 * KR
    with refused("money_below_nothing"):
        enters(money, tranche, Kind.COST, -301 * KR)


# Providers.


def test_what_a_provider_holds_must_come_back_before_it_is_repaid(money: Money):
    tranche = claimed(money)
    enters(money, tranche, Kind.TRANSFERRED, 700_000 * KR)
    enters(money, tranche, Kind.COST, 640_000 * KR, unit=money.provider)
    enters(money, tranche, Kind.COST, 140_000 * KR)
    with refused("paid_out_beyond_claimed"):
        enters(money, tranche, Kind.COST, 40_001 * KR)
    report(tranche.pk, day=date(2026, 2, 20), reference="R 1", key=uuid4(), by=money.gun)
    assert now(tranche).with_provider == 60_000 * KR
    with refused("paid_out_beyond_claimed"):
        enters(money, tranche, Kind.REPAID, 100_000 * KR)
    enters(money, tranche, Kind.RETURNED, 60_000 * KR)
    enters(money, tranche, Kind.REPAID, 100_000 * KR)
    assert now(tranche).settled


def test_shares_are_at_most_the_grant(money: Money):
    tranche = a_year(money)
    share(tranche.pk, money.provider, 700_000 * KR, decision="SN 4", key=uuid4(), by=money.gun)
    with refused("shares_beyond_granted"):
        share(tranche.pk, money.office, 180_001 * KR, decision="SN 4", key=uuid4(), by=money.gun)
    share(tranche.pk, money.office, 180_000 * KR, decision="SN 4", key=uuid4(), by=money.gun)
    share(tranche.pk, money.provider, 600_000 * KR, decision="SN 5", key=uuid4(), by=money.gun)


# Taking back.


def test_what_was_attested_is_back_when_that_is_attested_too(money: Money):
    tranche = claimed(money)
    cost = enters(money, tranche, Kind.COST, 500 * KR)
    back = take_back(cost.pk, why="Fel belopp", key=uuid4(), by=money.gun)
    assert now(tranche).used == 500 * KR
    with refused("attester_is_registrar"):
        attest(back.pk, by=money.gun)
    attest(back.pk, by=money.hans)
    assert now(tranche).used == 0
    with refused("entry_taken_back"):
        take_back(cost.pk, why="En gång till", key=uuid4(), by=money.gun)


def test_what_nobody_attested_is_back_at_once_and_never_attested(money: Money):
    tranche = claimed(money)
    new = NewEntry(
        Kind.COST, 100 * KR, DAY, unit=money.office, cost_type=CostType.TRAVEL, reference="V 7"
    )
    cost = write(tranche.pk, new, key=uuid4(), by=money.gun)
    back = take_back(cost.pk, why="Fel", key=uuid4(), by=money.gun)
    assert not Entry.objects.filter(tranche=tranche).waiting().exists()
    for one in (cost, back):
        with refused("entry_taken_back"):
            attest(one.pk, by=money.hans)


def test_a_claim_stands_while_it_is_paid(money: Money):
    tranche = claimed(money)
    claim = tranche.entries.get(kind=Kind.CLAIMED)
    with refused("received_beyond_claimed"):
        take_back(claim.pk, why="Fel", key=uuid4(), by=money.gun)


# Ending.


def test_a_report_waits_for_the_end_and_for_what_is_not_attested(money: Money):
    tranche = claimed(money)
    new = NewEntry(
        Kind.COST, 100 * KR, DAY, unit=money.office, cost_type=CostType.TRAVEL, reference="V 7"
    )
    cost = write(tranche.pk, new, key=uuid4(), by=money.gun)
    with refused("tranche_not_over"):
        report(tranche.pk, day=date(2025, 12, 31), reference="R", key=uuid4(), by=money.gun)
    with refused("entries_wait"):
        report(tranche.pk, day=date(2026, 1, 2), reference="R", key=uuid4(), by=money.gun)
    attest(cost.pk, by=money.hans)
    step = report(tranche.pk, day=date(2026, 1, 2), reference="R", key=uuid4(), by=money.gun)
    assert step.figures["used_here"] == 100 * KR
    with refused("tranche_reported"):
        enters(money, tranche, Kind.COST, 1)


def test_a_report_that_is_sent_back_opens_the_year_again(money: Money):
    tranche = ended(money)
    review(
        tranche.pk, StepKind.SENT_BACK, day=date(2026, 3, 10), reference="G 1", key=uuid4(),
        by=money.gun,
    )  # fmt: skip
    enters(money, tranche, Kind.COST, 1 * KR)
    report(tranche.pk, day=date(2026, 3, 12), reference="R 2", key=uuid4(), by=money.gun)
    review(
        tranche.pk, StepKind.APPROVED, day=date(2026, 3, 15), reference="G 2", key=uuid4(),
        by=money.gun,
    )  # fmt: skip
    enters(money, tranche, Kind.REPAID, 379_999 * KR, date(2026, 3, 16))
    assert now(tranche).settled


def test_unspent_money_is_repaid_or_retained_and_never_both(money: Money):
    tranche = ended(money)
    asked = apply_to_retain(
        tranche.pk, 300_000 * KR, asked=date(2026, 2, 21), reference="A 1", key=uuid4(),
        by=money.gun,
    )  # fmt: skip
    with refused("application_waits"):
        enters(money, tranche, Kind.REPAID, 80_001 * KR, date(2026, 2, 22))
    enters(money, tranche, Kind.REPAID, 80_000 * KR, date(2026, 2, 22))
    yes = NewAnswer(Answer.YES, date(2026, 3, 1), "M 1", anew(2026, 200_000 * KR))
    kept = answer_application(asked.pk, yes, by=money.hans)
    assert kept is not None
    assert now(kept).carried == now(tranche).retained == 200_000 * KR
    assert now(tranche).undecided == 100_000 * KR
    enters(money, kept, Kind.COST, 200_000 * KR, date(2026, 3, 2))
    with refused("cost_beyond_claimed"):
        enters(money, kept, Kind.COST, 1, date(2026, 3, 2))
    assert answer_application(asked.pk, yes, by=money.hans) == kept, "pressed twice"


def test_an_application_that_is_refused_leaves_repayment_only(money: Money):
    tranche = ended(money)
    asked = apply_to_retain(
        tranche.pk, 380_000 * KR, asked=date(2026, 2, 21), reference="A 1", key=uuid4(),
        by=money.gun,
    )  # fmt: skip
    no = NewAnswer(Answer.NO, date(2026, 3, 1), "M 1")
    assert answer_application(asked.pk, no, by=money.gun) is None
    with refused("answered_already"):
        yes = NewAnswer(Answer.YES, date(2026, 3, 2), "M 2", anew(2026, 1))
        answer_application(asked.pk, yes, by=money.hans)
    enters(money, tranche, Kind.REPAID, 380_000 * KR, date(2026, 3, 3))
    assert now(tranche).settled


def test_what_was_retained_is_taken_back_in_both_years(money: Money):
    tranche = ended(money)
    asked = apply_to_retain(
        tranche.pk, 10 * KR, asked=date(2026, 2, 21), reference="A 1", key=uuid4(), by=money.gun
    )
    yes = NewAnswer(Answer.YES, date(2026, 3, 1), "M 1", anew(2026, 10 * KR))
    kept = answer_application(asked.pk, yes, by=money.hans)
    assert kept is not None
    retained = tranche.entries.get(kind=Kind.RETAINED)
    with refused("take_back_where_retained"):
        take_back(retained.carried.pk, why="Fel", key=uuid4(), by=money.gun)
    take_back(retained.pk, why="Fel", key=uuid4(), by=money.gun)
    assert now(kept).carried == now(tranche).retained == 0


def test_a_yes_of_the_government_is_a_new_year_of_at_most_what_was_repaid(money: Money):
    decide_period(
        money.site, PeriodKind.IMPLEMENTATION, starts=date(2025, 1, 1), ends=date(2026, 6, 30),
        decision="SN 1", by=money.hans,
    )  # fmt: skip
    tranche = ended(money)
    asked = request_anew(
        tranche.pk, 380_000 * KR, year=2027, asked=date(2026, 2, 25), reference="S 1",
        key=uuid4(), by=money.gun,
    )  # fmt: skip
    yes = NewAnswer(Answer.YES, date(2026, 3, 10), "Reg 1", anew(2027, 380_000 * KR))
    with refused("granted_again_beyond_repaid_yet"):
        answer_request(asked.pk, yes, by=money.hans)
    repaid = enters(money, tranche, Kind.REPAID, 380_000 * KR, date(2026, 3, 3))
    with refused("role_decides_nothing"):
        answer_request(asked.pk, yes, by=money.gun)
    again = answer_request(asked.pk, yes, by=money.hans)
    assert again is not None
    assert now(again).granted == 380_000 * KR
    assert again.request == asked
    ends = SitePeriod.objects.filter(site=money.site).order_by("ends").last()
    assert ends is not None
    assert (ends.starts, ends.ends, ends.decision) == (
        date(2026, 7, 1),
        date(2027, 12, 31),
        "Reg 1",
    )
    with refused("granted_again_beyond_repaid"):
        take_back(repaid.pk, why="Fel", key=uuid4(), by=money.gun)
    assert answer_request(asked.pk, yes, by=money.hans) == again


def test_a_no_of_the_government_moves_nothing(money: Money):
    tranche = ended(money)
    asked = request_anew(
        tranche.pk, 380_000 * KR, year=2027, asked=date(2026, 2, 25), reference="S 1",
        key=uuid4(), by=money.gun,
    )  # fmt: skip
    with refused("request_waits"):
        request_anew(
            tranche.pk, 1, year=2027, asked=date(2026, 2, 25), reference="S 2", key=uuid4(),
            by=money.gun,
        )  # fmt: skip
    assert (
        answer_request(asked.pk, NewAnswer(Answer.NO, date(2026, 3, 9), "R"), by=money.gun) is None
    )
    assert Tranche.objects.count() == 1


# Who.


def test_another_site_and_other_roles_write_nothing(money: Money):
    tranche = a_year(money)
    new = NewEntry(Kind.LAPSED, 1, DAY, reference="L 1")
    with refused("no_such_tranche"):
        write(tranche.pk, new, key=uuid4(), by=money.other)
    with refused("role_writes_no_money"):
        write(tranche.pk, new, key=uuid4(), by=money.ines)
    assert not Tranche.objects.within_reach_of(money.other).exists()
    assert not Tranche.objects.within_reach_of(money.ines).exists()
    assert Tranche.objects.in_sums_for(money.ines).exists()
    assert not Tranche.objects.in_sums_for(money.other).exists()


# The database itself.


def by_hand(tranche: Tranche, by: Money, **facts: object) -> Entry:
    """Write a row past all rules."""
    more = {
        "kind": "claimed", "amount": 1, "first": DAY, "last": DAY,
        "registered_by_id": by.gun.staff, "registered_on": DAY, **facts,
    }  # fmt: skip
    return Entry.objects.create(tranche=tranche, **more)


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "received", "amount": 880_001 * KR},
        {"kind": "lapsed", "amount": 1},
        {"kind": "returned", "amount": 1, "unit_id": "provider"},
        {"kind": "carried", "amount": 1},
        {"kind": "retained", "amount": 880_001 * KR},
        {"kind": "cost", "amount": 1, "unit_id": "office", "cost_type": "salary",
         "reference": "V", "first": date(2024, 12, 31)},
        {"kind": "cost", "amount": 1, "unit_id": "office", "cost_type": "salary"},
        {"kind": "cost", "amount": 1, "unit_id": "office", "reference": "V"},
        {"kind": "own", "amount": 1, "unit_id": "office", "cost_type": "salary",
         "reference": "V"},
        {"kind": "claimed", "amount": -1},
        {"kind": "nothing", "amount": 1},
        {"first": DAY + timedelta(1)},
    ],
)  # fmt: skip
def test_the_database_takes_no_row_that_breaks_a_law(money: Money, facts: dict[str, object]):
    tranche = claimed(money)
    units = {"office": money.office.pk, "provider": money.provider.pk}
    if "unit_id" in facts:
        facts = {**facts, "unit_id": units[str(facts["unit_id"])]}
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        by_hand(tranche, money, **facts)


def test_the_database_takes_no_attest_that_breaks_a_law(money: Money):
    tranche = claimed(money)
    costs = [
        by_hand(
            tranche, money, kind="cost", amount=500_000 * KR, unit_id=money.office.pk,
            cost_type="salary", reference="V",
        )
        for _each in range(2)
    ]  # fmt: skip
    gun, hans = money.gun.staff, money.hans.staff
    for facts in ({"by_id": gun, "registrar_id": gun}, {"by_id": gun, "registrar_id": hans}):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            Attest.objects.create(entry=costs[0], on=DAY, **facts)
    Attest.objects.create(entry=costs[0], on=DAY, by_id=hans, registrar_id=gun)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Attest.objects.create(entry=costs[1], on=DAY, by_id=hans, registrar_id=gun)
    assert now(tranche).used == 500_000 * KR


def test_the_database_changes_and_removes_nothing(money: Money):
    tranche = claimed(money)
    tables = ("entry", "attest", "tranche", "grantdecision")
    for table in tables:
        for act in (f"DELETE FROM funding_{table}", f"UPDATE funding_{table} SET id = id"):  # noqa: S608
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(act)
    assert now(tranche).received == 880_000 * KR


def test_what_takes_back_must_be_like_what_it_takes_back(money: Money):
    tranche = claimed(money)
    received = tranche.entries.get(kind=Kind.RECEIVED)
    for facts in ({"amount": 1}, {"kind": "lapsed"}):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            by_hand(
                tranche, money,
                **{"kind": "received", "amount": received.amount, "reverses": received, **facts},
            )  # fmt: skip


def test_a_repayment_that_nobody_attested_is_taken_back(money: Money):
    tranche = ended(money)
    new = NewEntry(Kind.REPAID, 380_000 * KR, date(2026, 3, 1), reference="F 1")
    paid = write(tranche.pk, new, key=uuid4(), by=money.gun)
    take_back(paid.pk, why="Fel", key=uuid4(), by=money.gun)
    assert now(tranche).undecided == 380_000 * KR
