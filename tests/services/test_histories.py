"""Drawn histories of consents, grounds, emergencies and days: who reads what after each.

The services write, the queries ask; beside them a model of twenty lines keeps
what each deed should have meant.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from django.utils.timezone import make_aware
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hembesok.access.models import Staff, TrailEntry
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.rules.secrecy import Compartment, DisclosureGround, Field
from hembesok.families.models import EmergencyAccess, Family, Notice
from hembesok.families.services.naming import open_in_emergency
from hembesok.secrecy.models import Consent, Disclosure
from hembesok.secrecy.queries import door, notes_of
from hembesok.secrecy.rules import Interpreted, Purpose
from hembesok.secrecy.services.grounds import (
    NewConsent,
    disclose,
    give_consent,
    withdraw_consent,
    withdraw_disclosure,
)
from hembesok.secrecy.services.notes import write
from tests.conftest import ON, Cast

DEEDS = ("yes", "no", "decide", "end", "emergency", "day", "week", "nothing")
NOTES = frozenset({Field.NOTE})


@dataclass
class World:
    """The day, and what the model says is open to Bo of the clinic's note."""

    cast: Cast
    day: date = ON
    consent: Consent | None = None
    grounds: list[tuple[Disclosure, date, date]] = field(default_factory=list)

    def actor(self, who: str) -> Actor:
        at = make_aware(datetime.combine(self.day, time(10)))
        actor: Actor = getattr(self.cast, who)
        return replace(actor, on=self.day, at=at)

    @property
    def open_to_bo(self) -> bool:
        decided = any(starts <= self.day <= ends for _one, starts, ends in self.grounds)
        return self.consent is not None or decided

    def do(self, deed: str) -> None:
        anna, family = self.actor("anna"), self.cast.family
        guardian = family.guardians.get()
        if deed == "yes" and self.consent is None:
            yes = NewConsent(
                Purpose.SHARE, self.day, Interpreted.ON_SITE, NOTES, family.clinic, family.advice
            )
            self.consent = give_consent(guardian, yes, by=anna)
        elif deed == "no" and self.consent is not None:
            withdraw_consent(self.consent, by=self.actor("bo"))
            self.consent = None
        elif deed == "decide":
            assert family.advice
            ends = self.day + timedelta(4)
            made = disclose(
                family, DisclosureGround.CHILD_NEED, recipient=family.advice, fields=NOTES,
                purpose="Support at home", starts=self.day, ends=ends, by=anna,
            )  # fmt: skip
            self.grounds.append((made, self.day, ends))
        elif deed == "end" and self.grounds:
            last, _starts, _ends = self.grounds.pop()
            withdraw_disclosure(last, by=anna)
        elif deed in ("day", "week"):
            self.day += timedelta(1 if deed == "day" else 7)


def read(actor: Actor, family: Family) -> set[str]:
    """What the actor reads: nothing at all where the family is out of reach."""
    if not Family.objects.within_reach_of(actor).filter(pk=family.pk).exists():
        return set()
    return {row.text for row in notes_of(family, door(family, actor), actor, actor.on)}


@pytest.mark.django_db
@settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(deeds=st.lists(st.sampled_from(DEEDS), max_size=12))
def test_across_units_nothing_is_read_without_a_ground_in_force(cast: Cast, deeds: list[str]):
    with transaction.atomic():
        family, world = cast.family, World(cast)
        assert family.advice
        write(family, "of health", compartment=Compartment.HEALTH, about_day=ON, by=cast.anna)
        write(family, "of both", compartment=Compartment.JOINT, about_day=ON, by=cast.anna)
        for deed in deeds:
            if deed == "emergency":
                opened_by_cover(world)
            else:
                world.do(deed)
            expected = {"of both", "of health"} if world.open_to_bo else {"of both"}
            assert read(world.actor("bo"), family) == expected, deeds
            assert read(world.actor("anna"), family) == {"of both", "of health"}
            assert read(world.actor("cilla"), family) == set()
            assert read(world.actor("frida"), family) == set()
        transaction.set_rollback(True)


def opened_by_cover(world: World) -> None:
    """Let a colleague who is not named open the family: a row, a notice, an hour, no more."""
    login = f"vera{Staff.objects.count()}"
    staff = Staff.objects.create_user(login, "Vera Vik")
    vera = replace(world.actor("anna"), staff=staff.pk, role=Role.CHILD_HEALTH_NURSE)
    family = world.cast.family
    assert read(vera, family) == set()
    opened = open_in_emergency(family.code, reason="The child is ill now", by=vera)
    assert opened is not None
    assert opened.reviewed is None
    assert read(vera, family) == {"of both", "of health"}
    assert vera.at is not None
    assert read(replace(vera, at=opened.until), family) == set()
    assert read(replace(vera, at=None), family) == set()
    assert EmergencyAccess.objects.filter(staff=staff, reviewed=None).count() == 1
    assert Notice.objects.filter(by=staff, about="emergency").count() == 1
    line = TrailEntry.objects.get(staff=staff)
    assert (line.action, line.subject, line.why) == (
        "emergency.opened", family.subject, "emergency",
    )  # fmt: skip
