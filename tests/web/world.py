"""A site with one of every role at it and one of every role elsewhere, and a family of canaries.

Every fact and note of the family is a word that stands nowhere else: where a
word turns up, what it stands for has been told.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from hembesok.access.models import Assignment, Organisation, Site, Staff, Unit
from hembesok.access.rules.roles import TEAM, Actor, Role
from hembesok.access.rules.secrecy import Compartment, Field
from hembesok.access.services.assignments import actor_for
from hembesok.families.models import Child, Cover, Family, Guardian, TeamMember
from hembesok.families.services.naming import open_in_emergency
from hembesok.programme.rules.protocol import Kind
from hembesok.secrecy.models import Consent, Note, SiteDocumentation
from hembesok.secrecy.rules import DocumentationMode, Interpreted, Purpose
from hembesok.secrecy.services.grounds import NewConsent, give_consent, withdraw_consent
from hembesok.secrecy.services.notes import write
from hembesok.values.refusals import Refusal
from hembesok.visits.models import Block
from hembesok.visits.rules.documenting import Promiser
from hembesok.visits.services.booking import book, record_held
from hembesok.visits.services.documenting import document
from hembesok.visits.services.promises import NewPromise
from hembesok.visits.services.settling import add
from tests.conftest import ON, Cast, build_cast
from tests.services.days import moment
from tests.services.documents import block, facts, said, sends, whole
from tests.web.conftest import let_in


class Told(StrEnum):
    """What a canary word tells; the word itself."""

    CHILD = "Kanariebarnet"
    DANA = "Kanariedana"
    DAN = "Kanariedan Ett"
    ADDRESS = "Kanariegatan"
    DOOR = "Kanarieporten"
    PHONE = "0701740777"
    JOINT = "kanariegemensamt"
    HEALTH = "kanariehälsa"
    SOCIAL = "kanariesocialt"
    OF_DANA = "kanarieegetdana"
    OF_DAN = "kanarieegetdan"
    AUTHORITY = "kanariemyndighet"
    VISIT_JOINT = "kanariebesökgemensamt"
    VISIT_HEALTH = "kanariebesökhälsa"
    VISIT_SOCIAL = "kanariebesöksocialt"
    VISIT_OF_DAN = "kanariebesökdan"
    VERSION = "kanarieandraversion"
    PROMISE = "kanarielöfte"
    DRAFT_JOINT = "kanarieutkastgemensamt"
    DRAFT_HEALTH = "kanarieutkasthälsa"
    DRAFT_SOCIAL = "kanarieutkastsocialt"
    NUMBER = "20251010-2383"
    BASE = "kanariebas"
    """Not a word: a title of the base programme; see `base_title`."""


NAMES = frozenset({Told.CHILD, Told.DANA, Told.DAN})
HOME = frozenset({Told.ADDRESS, Told.DOOR, Told.PHONE})
OWN = frozenset({Told.OF_DANA, Told.OF_DAN})
VISIT = frozenset({Told.VISIT_JOINT, Told.VERSION, Told.PROMISE, Told.DRAFT_JOINT})
"""What is joint of two visits: one signed, and one of which there is a draft."""
CLINIC = (
    NAMES
    | HOME
    | OWN
    | VISIT
    | {Told.JOINT, Told.HEALTH, Told.NUMBER, Told.BASE}
    | {Told.VISIT_HEALTH, Told.VISIT_OF_DAN, Told.DRAFT_HEALTH}
)
ADVICE = NAMES | HOME | VISIT | {Told.JOINT, Told.SOCIAL, Told.VISIT_SOCIAL, Told.DRAFT_SOCIAL}
OF_SOCIAL = frozenset({Told.SOCIAL, Told.VISIT_SOCIAL, Told.DRAFT_SOCIAL})
"""What is kept only where the board has decided to keep it by name."""


class Consents(StrEnum):
    """How the guardians stand to each service reading the other's notes."""

    NONE = "none"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Person:
    """Somebody at a screen, with what that person may be told and nothing else."""

    name: str
    login: str
    role: Role
    may: frozenset[Told]

    def at_the_screen(self) -> Client:
        """Return a browser in which the person has signed in and taken up the role."""
        client = Client()
        let_in(client, self.login)
        client.get(reverse("choose-role"))
        return client


@dataclass(frozen=True)
class World:
    """The site, the family and the people."""

    cast: Cast
    people: tuple[Person, ...]
    base_title: str

    def told(self, text: str) -> set[Told]:
        """Return what a text tells."""
        found = {one for one in Told if one is not Told.BASE and one.value in text}
        return found | ({Told.BASE} if self.base_title in text else set())


def build(mode: DocumentationMode, consents: Consents) -> World:
    """Write the world to the database."""
    cast = build_cast()
    people = tuple(_people(cast, consents))
    _canaries(cast)
    SiteDocumentation.objects.create(
        site_id=cast.anna.site, mode=mode, starts=ON - timedelta(800), decision="SN 1"
    )
    _notes(cast, mode)
    _documents(cast, mode)
    _share(cast, consents)
    plan = cast.version.plan
    own = {step.title.sv for step in plan.own}
    base = [s.title.sv for s in plan.steps if s.title.sv not in own and s.kind is Kind.TEAM]
    return World(cast, people, base[0])


def _people(cast: Cast, consents: Consents) -> Iterator[Person]:
    here, there = Site.objects.get(key="here"), Site.objects.get(key="there")
    region = Organisation.objects.get(name="Region")
    given = consents is Consents.GIVEN
    # A draft is read on no ground: only what is signed.
    clinic = CLINIC | ({Told.SOCIAL, Told.VISIT_SOCIAL} if given else set())
    advice = ADVICE | ({Told.HEALTH, Told.BASE, Told.VISIT_HEALTH} if given else set())
    may = {
        Role.CHILD_HEALTH_NURSE: clinic,
        # Two versions are for those who wrote them to choose between.
        Role.CHILD_HEALTH_SPECIALIST: clinic - HOME - {Told.VERSION},
        Role.PARENTAL_ADVISER: advice,
        Role.COORDINATOR: NAMES,
    }
    for role in Role:
        unit = _unit(here, region, role)
        actor = _staff(f"own-{role}", role, unit, here)
        if role in TEAM:
            TeamMember.objects.create(
                family=cast.family, staff_id=actor.staff, role=role, starts=ON - timedelta(90)
            )
        yield Person(f"{role}, own", f"own-{role}", role, frozenset(may.get(role, frozenset())))
        elsewhere = there.clinic or unit
        _staff(f"other-{role}", role, elsewhere, there)
        yield Person(f"{role}, elsewhere", f"other-{role}", role, frozenset())
    yield from _nurses(cast, here, frozenset(clinic))


def _nurses(cast: Cast, here: Site, may: frozenset[Told]) -> Iterator[Person]:
    """Three nurses of the same clinic: one not named, one who covers, one in an emergency."""
    role, unit = Role.CHILD_HEALTH_NURSE, here.clinic
    assert unit is not None
    _staff("not-named", role, unit, here)
    yield Person("nurse, not named", "not-named", role, frozenset())
    covering = _staff("covering", role, unit, here)
    Cover.objects.create(
        family=cast.family, staff_id=covering.staff, role=role, starts=ON, ends=ON,
        granted_by_id=cast.frida.staff,
    )  # fmt: skip
    yield Person("nurse, covering", "covering", role, may)
    hurried = _staff("hurried", role, unit, here)
    open_in_emergency("H-0001", reason="The child is ill now", by=replace(hurried, at=now()))
    seen = may | {Told.SOCIAL, Told.VISIT_SOCIAL}
    yield Person("nurse, in an emergency", "hurried", role, seen)


def _unit(here: Site, region: Organisation, role: Role) -> Unit:
    units = {
        Role.CHILD_HEALTH_NURSE: here.clinic,
        Role.CHILD_HEALTH_SPECIALIST: here.clinic,
        Role.LOG_REVIEWER: here.clinic,
        Role.PARENTAL_ADVISER: here.advice,
        Role.COORDINATOR: here.advice,
    }
    return units.get(role) or Unit.objects.create(organisation=region, name=f"Enhet {role}")


def _staff(login: str, role: Role, unit: Unit, site: Site) -> Actor:
    staff = Staff.objects.create_user(login, f"{login} Personal")
    assignment = Assignment.objects.create(
        staff=staff, role=role, unit=unit, site=site, starts=ON - timedelta(900)
    )
    return actor_for(assignment, on=ON)


def _canaries(cast: Cast) -> None:
    Family.objects.filter(pk=cast.family.pk).update(
        address=f"{Told.ADDRESS} 7", door_note=Told.DOOR.value
    )
    Child.objects.filter(pk=cast.child.pk).update(given_name=Told.CHILD.value)
    cast.family.guardians.update(given_name=Told.DANA.value, phone=Told.PHONE.value)
    Guardian.objects.create(family=cast.family, number=2, given_name=Told.DAN.value)
    record_held(cast.child, "home-1", held=ON - timedelta(90), by=cast.anna)
    cast.family.refresh_from_db()


def _notes(cast: Cast, mode: DocumentationMode) -> None:
    family, day = cast.family, ON - timedelta(20)
    dana, dan = family.guardians.order_by("number")
    for compartment, told, guardian in (
        (Compartment.JOINT, Told.JOINT, None),
        (Compartment.HEALTH, Told.HEALTH, None),
        (Compartment.PARENT, Told.OF_DANA, dana),
        (Compartment.PARENT, Told.OF_DAN, dan),
    ):
        write(
            family, told.value, compartment=compartment, about_day=day, guardian=guardian,
            by=cast.anna,
        )  # fmt: skip
    refused = pytest.raises(Refusal) if mode is DocumentationMode.NONE else nullcontext()
    with refused:
        write(family, Told.SOCIAL.value, compartment=Compartment.SOCIAL, about_day=day, by=cast.bo)
    Note.objects.create(
        family=family,
        compartment=Compartment.AUTHORITY,
        unit_id=cast.bo.unit,
        author_id=cast.bo.staff,
        written=now(),
        about_day=day,
        text=Told.AUTHORITY.value,
    )


def _documents(cast: Cast, mode: DocumentationMode) -> None:
    """Document two visits: one signed, with two versions and a promise; one only begun."""
    joint, health = Compartment.JOINT, Compartment.HEALTH
    social = Compartment.SOCIAL if mode is DocumentationMode.IDENTIFIED else None
    promise = NewPromise(Promiser.NURSE, Told.PROMISE.value, ON + timedelta(2))
    own = [block(social, whole(social, Told.VISIT_SOCIAL))] if social else []
    first = sends(
        block(joint, whole(joint, Told.VISIT_JOINT)), *own, of=facts(), sign=True,
        promises=(promise,),
    )  # fmt: skip
    document(cast.child, "home-2", first, by=cast.bo)
    version = sends(block(joint, whole(joint, Told.VERSION)))
    document(cast.child, "home-2", version, by=cast.anna, command=uuid4())
    talk = whole(Compartment.PARENT)
    signed = sends(
        block(health, whole(health, Told.VISIT_HEALTH)),
        block(Compartment.PARENT, talk, guardian=2),
        sign=True,
    )
    document(cast.child, "home-2", signed, by=cast.anna)
    add(Block.objects.get(compartment="parent"), Told.VISIT_OF_DAN.value, "x", by=cast.anna)
    book(cast.child, "home-3", at=moment(ON), by=cast.anna)
    for who, compartment, told in (
        (cast.bo, joint, Told.DRAFT_JOINT),
        (cast.anna, health, Told.DRAFT_HEALTH),
        (cast.bo, social, Told.DRAFT_SOCIAL),
    ):
        if compartment is not None:
            draft = block(compartment, said(compartment, told, step="home-3"))
            document(cast.child, "home-3", sends(draft), by=who)


def _share(cast: Cast, consents: Consents) -> None:
    Consent.objects.filter(purpose=Purpose.SHARE).delete()
    if consents is Consents.NONE:
        return
    site = Site.objects.get(key="here")
    notes = frozenset({Field.NOTE})
    for guardian in cast.family.guardians.all():
        for source, recipient, fields in (
            (site.clinic, site.advice, notes | {Field.BASE_VISITS}),
            (site.advice, site.clinic, notes),
        ):
            yes = NewConsent(
                Purpose.SHARE, ON - timedelta(10), Interpreted.ON_SITE, fields, source, recipient
            )
            consent = give_consent(guardian, yes, by=cast.anna)
            if consents is Consents.WITHDRAWN:
                withdraw_consent(consent, by=cast.anna)
