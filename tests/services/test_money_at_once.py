"""Money at the same moment: two who approve, a double press, a crash between two writes."""

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from hembesok.funding.models import Attest, Entry, Tranche, TrancheStep
from hembesok.funding.rules.deciding import Answer, CostType, NewTranche
from hembesok.funding.rules.ledger import Kind
from hembesok.funding.services.ending import (
    NewAnswer,
    answer_application,
    apply_to_retain,
    report,
)
from hembesok.funding.services.writing import NewEntry, attest, take_back, write
from hembesok.values.refusals import Refusal
from tests.services.money import KR, Money, build_money, claimed, enters, now
from tests.services.test_concurrency import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tables_may_be_emptied"),
]
DAY = date(2026, 3, 3)


@pytest.fixture
def money() -> Money:
    """The people, committed, so that every thread meets them."""
    return build_money()


def reported(money: Money) -> Tranche:
    """Leave 380 000 kronor of a year unspent."""
    tranche = claimed(money)
    enters(money, tranche, Kind.COST, 500_000 * KR)
    report(tranche.pk, day=date(2026, 2, 20), reference="R 1", key=uuid4(), by=money.gun)
    return tranche


def repay(tranche: Tranche, amount: int, money: Money, **more: object) -> Entry:
    """Write a repayment that waits for Hans."""
    new = NewEntry(Kind.REPAID, amount, DAY, reference="F 1")
    return write(tranche.pk, new, key=uuid4(), by=money.gun)


def test_a_double_press_writes_once(money: Money):
    tranche, key = claimed(money), uuid4()
    cost = NewEntry(
        Kind.COST, 5 * KR, date(2025, 5, 5), unit=money.office, cost_type=CostType.TRAVEL,
        reference="V 1",
    )  # fmt: skip
    press = partial(write, tranche.pk, cost, key=key, by=money.gun)
    results = at_once(*[press] * 4)
    assert len({one.pk for one in results if isinstance(one, Entry)}) == 1, results
    assert Entry.objects.filter(kind="cost").count() == 1


def test_two_who_approve_the_same_repayment_pay_it_once(money: Money):
    tranche = reported(money)
    paid = repay(tranche, 380_000 * KR, money)
    results = at_once(*[partial(attest, paid.pk, by=money.hans)] * 4)
    assert all(isinstance(one, Attest) for one in results), results
    assert now(tranche).repaid == 380_000 * KR
    assert Attest.objects.filter(entry=paid).count() == 1


def test_two_repayments_of_the_same_money_are_not_both_paid(money: Money):
    tranche = reported(money)
    both = [repay(tranche, 380_000 * KR, money) for _each in range(2)]
    results = at_once(*(partial(attest, one.pk, by=money.hans) for one in both))
    assert sorted(type(one).__name__ for one in results) == ["Attest", "Refusal"], results
    assert now(tranche).repaid == 380_000 * KR
    assert now(tranche).settled


def test_money_is_repaid_or_retained_also_at_the_same_moment(money: Money):
    tranche = reported(money)
    asked = apply_to_retain(
        tranche.pk, 300_000 * KR, asked=DAY, reference="A 1", key=uuid4(), by=money.gun
    )
    yes = NewAnswer(
        Answer.YES, DAY, "M 1",
        NewTranche(
            300_000 * KR, 2026, "Samma", frozenset(CostType), date(2026, 1, 1),
            date(2026, 12, 31), date(2026, 10, 31), date(2027, 3, 1),
        ),
    )  # fmt: skip
    paid = repay(tranche, 80_000 * KR, money)
    deeds: list[Callable[[], object]] = [
        partial(answer_application, asked.pk, yes, by=money.hans),
        partial(answer_application, asked.pk, yes, by=money.hans),
        partial(attest, paid.pk, by=money.hans),
        partial(repay, tranche, 300_000 * KR, money),
    ]
    results = at_once(*deeds)
    found = now(tranche)
    assert (found.retained, found.repaid, found.undecided) == (300_000 * KR, 80_000 * KR, 0), (
        results
    )
    assert Tranche.objects.filter(application=asked).count() == 1


def test_attested_and_taken_back_at_once_is_one_of_the_two(money: Money):
    tranche = reported(money)
    paid = repay(tranche, 380_000 * KR, money)
    results = at_once(
        partial(attest, paid.pk, by=money.hans),
        partial(take_back, paid.pk, why="Fel", key=uuid4(), by=money.gun),
    )
    waiting = Entry.objects.filter(tranche=tranche).waiting()
    attested = Attest.objects.filter(entry=paid).exists()
    # Attested first, the taking back waits for a second person; else nothing was ever paid.
    assert waiting.count() == (1 if attested else 0), results
    assert now(tranche).repaid == (380_000 * KR if attested else 0)


def test_a_crash_between_two_writes_leaves_neither(money: Money, monkeypatch: pytest.MonkeyPatch):
    tranche = reported(money)
    asked = apply_to_retain(
        tranche.pk, 300_000 * KR, asked=DAY, reference="A 1", key=uuid4(), by=money.gun
    )
    yes = NewAnswer(
        Answer.YES, DAY, "M 1",
        NewTranche(
            300_000 * KR, 2026, "Samma", frozenset(CostType), date(2026, 1, 1),
            date(2026, 12, 31), date(2026, 10, 31), date(2027, 3, 1),
        ),
    )  # fmt: skip
    real = Entry.objects.create

    def crashes(**facts: object) -> Entry:
        if facts["kind"] == Kind.CARRIED.value:
            raise KeyboardInterrupt("the machine stops")
        return real(**facts)

    with monkeypatch.context() as patched:
        patched.setattr(Entry.objects, "create", crashes)
        with pytest.raises(KeyboardInterrupt):
            answer_application(asked.pk, yes, by=money.hans)
    asked.refresh_from_db()
    assert asked.answer is None
    assert Tranche.objects.count() == 1
    assert now(tranche).undecided == 380_000 * KR
    # The same press again does the whole of it.
    assert answer_application(asked.pk, yes, by=money.hans) is not None
    assert now(tranche).retained == 300_000 * KR


def test_a_report_and_a_cost_at_the_same_moment_agree(money: Money):
    tranche = claimed(money)
    cost = NewEntry(
        Kind.COST, 5 * KR, date(2025, 5, 5), unit=money.office, cost_type=CostType.TRAVEL,
        reference="V 1",
    )  # fmt: skip
    sends = partial(
        report, tranche.pk, day=date(2026, 2, 20), reference="R", key=uuid4(), by=money.gun
    )
    results = at_once(sends, partial(write, tranche.pk, cost, key=uuid4(), by=money.gun))
    refusals = [one for one in results if isinstance(one, Refusal)]
    # Whichever came second was told of the first.
    assert len(refusals) == 1, results
    assert refusals[0].reason.key in ("tranche_reported", "entries_wait")
    assert TrancheStep.objects.count() + Entry.objects.filter(kind="cost").count() == 1


def test_what_was_not_committed_is_nowhere(money: Money):
    tranche = reported(money)
    paid = repay(tranche, 380_000 * KR, money)

    def falls() -> None:
        with transaction.atomic():
            attest(paid.pk, by=money.hans)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        falls()
    assert now(tranche).repaid == 0
    attest(paid.pk, by=money.hans)
    assert now(tranche).repaid == 380_000 * KR
