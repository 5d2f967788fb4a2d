"""A site's money for tests: who keeps it, and a year that has begun."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from hembesok.access.models import Assignment, Organisation, Site, Staff, Unit
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import actor_for
from hembesok.funding.models import Entry, Tranche
from hembesok.funding.rules.deciding import CostType, NewTranche
from hembesok.funding.rules.ledger import ATTESTED, Kind, Standing
from hembesok.funding.services.granting import NewDecision, grant
from hembesok.funding.services.within import standing_of
from hembesok.funding.services.writing import NewEntry, attest, write
from tests.conftest import ON, PASSWORD

KR = 100


@dataclass(frozen=True)
class Money:
    """Gun keeps the site's money and Hans, her manager, attests; Ines is at the state."""

    gun: Actor
    hans: Actor
    ines: Actor
    other: Actor
    """An economist of another site."""
    office: Unit
    provider: Unit
    site: Site

    def on(self, day: date) -> "Money":
        """Return the same people on another day."""
        return replace(self, gun=replace(self.gun, on=day), hans=replace(self.hans, on=day))


def build_money() -> Money:
    """Write two sites and their money's people."""
    municipality = Organisation.objects.create(name="Kommun M")
    state = Organisation.objects.create(name="Staten")
    office = Unit.objects.create(organisation=municipality, name="Kontoret")
    provider = Unit.objects.create(organisation=municipality, name="Utföraren")
    agency = Unit.objects.create(organisation=state, name="Myndigheten")
    site = Site.objects.create(key="money", name="Pengar", advice=provider)
    there = Site.objects.create(key="elsewhere", name="Annan plats")
    actors: dict[str, Actor] = {}
    for login, name, role, unit, place in (
        ("gun", "Gun Gren", Role.ECONOMIST, office, site),
        ("hans", "Hans Hed", Role.MANAGER, office, site),
        ("ines", "Ines Ivar", Role.STATE_CASE_OFFICER, agency, site),
        ("other", "Jan Jord", Role.ECONOMIST, office, there),
    ):
        staff = Staff.objects.create_user(login, name, PASSWORD)
        assignment = Assignment.objects.create(
            staff=staff, role=role, unit=unit, site=place, starts=date(2019, 1, 1)
        )
        actors[login] = actor_for(assignment, on=ON)
    return Money(**actors, office=office, provider=provider, site=site)


def a_year(
    money: Money, amount: int = 880_000 * KR, year: int = 2025, key: UUID | None = None
) -> Tranche:
    """Let a year be granted, all purposes, claimed and reported as grants of a year are."""
    return grant(
        NewDecision("Myndigheten", "Stöd till hembesök", f"D {year}/1", date(year, 1, 15)),
        NewTranche(
            amount,
            year,
            "Förebyggande socialtjänst",
            frozenset(CostType),
            date(year, 1, 1),
            date(year, 12, 31),
            date(year, 10, 31),
            date(year + 1, 3, 1),
        ),
        money.office,
        key=key or uuid4(),
        by=money.gun,
    )


def enters(
    money: Money,
    tranche: Tranche,
    kind: Kind,
    amount: int,
    day: date | None = None,
    **more: object,
) -> Entry:
    """Let Gun write an entry and Hans attest it, where that is needed."""
    facts: Mapping[str, object] = {
        "reference": "V 1",
        "unit": money.provider if kind in (Kind.TRANSFERRED, Kind.RETURNED) else money.office,
        "cost_type": CostType.SALARY,
        **more,
    }
    day = day or date(tranche.year, 6, 1)
    new = NewEntry(kind, amount, day, **facts)  # type: ignore[arg-type]
    written = write(tranche.pk, new, key=uuid4(), by=money.gun)
    if Kind(written.kind) in ATTESTED:
        attest(written.pk, by=money.hans)
    return written


def claimed(money: Money, amount: int = 880_000 * KR, year: int = 2025) -> Tranche:
    """Let a year's money be granted, claimed and received."""
    tranche = a_year(money, amount, year)
    enters(money, tranche, Kind.CLAIMED, amount, date(year, 2, 15))
    enters(money, tranche, Kind.RECEIVED, amount, date(year, 3, 20))
    return tranche


def now(tranche: Tranche) -> Standing:
    """Return where its money stands."""
    return standing_of(tranche)


def later(day: date, days: int) -> date:
    """Return a day so many days later."""
    return day + timedelta(days)
