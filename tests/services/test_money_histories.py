"""The same stories lived by services and database: what rules, services and triggers say agrees."""

from datetime import date
from random import Random
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from hembesok.funding.models import Attest, Entry, Tranche
from hembesok.funding.rules.ledger import ATTESTED, Kind, Line, Standing, what_is_wrong
from hembesok.funding.services.within import standing_of
from tests.services.money import Money, a_year, build_money

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 1)
KINDS = [kind for kind in Kind if kind not in (Kind.CARRIED, Kind.GRANTED)]


@pytest.fixture
def money() -> Money:
    return build_money()


@pytest.mark.parametrize("seed", range(6))
def test_the_database_stops_exactly_what_the_rules_stop(money: Money, seed: int):
    """Rows written past all services: the trigger and the pure rule say the same of each."""
    draw = Random(seed)  # noqa: S311 — a story, not a secret
    tranche = a_year(money, 1000)
    stopped = let_through = 0
    for _each in range(60):
        now = standing_of(tranche)
        kind = draw.choice(KINDS)
        rooms = {
            Kind.CLAIMED: now.not_yet_claimed, Kind.LAPSED: now.not_yet_claimed,
            Kind.RECEIVED: now.receivable, Kind.COST: now.left, Kind.TRANSFERRED: now.in_hand,
            Kind.REPAID: now.undecided, Kind.RETAINED: now.undecided,
            Kind.RETURNED: now.transferred - now.returned,
        }  # fmt: skip
        amount = max(rooms.get(kind, 100) * draw.choice((1, 2, 4, 4, 5)) // 4, 1)
        unit = draw.choice((money.office, money.provider))
        line = Line(kind, amount, unit == money.provider and kind in (Kind.COST, Kind.OWN))
        expected = what_is_wrong(now + _alone(line)) is None
        try:
            with transaction.atomic():
                _put(tranche, line, unit.pk, money)
            let_through += 1
            assert expected, (line, now)
        except (IntegrityError, DatabaseError):
            stopped += 1
            assert not expected, (line, now)
    assert stopped > 5
    assert let_through > 5


def _alone(line: Line) -> Standing:
    from hembesok.funding.rules.ledger import standing

    return standing([line])


def _put(tranche: Tranche, line: Line, unit: int, money: Money) -> None:
    cost = line.kind in (Kind.COST, Kind.OWN)
    of_unit = cost or line.kind in (Kind.TRANSFERRED, Kind.RETURNED)
    entry = Entry.objects.create(
        tranche=tranche, kind=line.kind.value, amount=line.amount, first=DAY, last=DAY,
        unit_id=unit if of_unit else None, cost_type="salary" if cost else "",
        reference="V 1", why="cost_outside_period" if line.kind is Kind.OWN else "",
        registered_by_id=money.gun.staff, registered_on=DAY, key=uuid4(),
    )  # fmt: skip
    if line.kind in ATTESTED:
        Attest.objects.create(
            entry=entry, by_id=money.hans.staff, registrar_id=money.gun.staff, on=DAY
        )
