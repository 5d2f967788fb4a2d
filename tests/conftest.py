"""The fixed cast, and what every test run reports at its end.

Anna (child health nurse) and Bo (parental adviser) share a family; Cilla, from
another unit and site, must see nothing; Dana is a parent; Frida coordinates the
site. The day is a Monday, so that weeks are easy to reason about.
"""

import json
import os
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

# No deadline: a busy machine is not a fault of the rules. The same cases each time, so that a
# change is judged by what it changes; ./run test-all draws new ones, and more of them.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HEMBESOK_DRAWS", "same"))

if TYPE_CHECKING:
    from hembesok.access.models import Site
    from hembesok.access.rules.roles import Actor
    from hembesok.enrolment.models import Enrolment
    from hembesok.families.models import Child, Family
    from hembesok.programme.models import ProgrammeVersion

ON = date(2026, 3, 16)
PASSWORD = "a long test password"


@pytest.fixture(scope="session")
def on() -> date:
    """The day of the tests."""
    return ON


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the web believe that it is the day of the tests."""
    from hembesok.web import clock

    monkeypatch.setattr(clock, "today", lambda: ON)


@dataclass
class Cast:
    """Who plays in the tests; actors are the people at work on the day of the tests."""

    anna: "Actor"
    bo: "Actor"
    cilla: "Actor"
    frida: "Actor"
    family: "Family"
    child: "Child"
    version: "ProgrammeVersion"


@pytest.fixture
def cast(db: None) -> Cast:
    """Anna and Bo's family: Dana and her child Doris, five months old, enrolled at nine days."""
    return build_cast()


@cache
def _shipped() -> dict[str, bytes]:
    """Return the programmes of the product, read once for all tests."""
    from hembesok.programme.services import shipped

    return shipped()


def build_cast() -> Cast:
    """Write the cast to the database."""
    from hembesok.access.models import Assignment, Organisation, Site, Staff, Unit
    from hembesok.access.rules.roles import Role
    from hembesok.access.services.assignments import actor_for
    from hembesok.programme.models import ProgrammeVersion
    from hembesok.programme.services import publish

    for name, content in _shipped().items():
        publish(content, name=name, on=ON)
    region = Organisation.objects.create(name="Region")
    municipality = Organisation.objects.create(name="Kommun")
    clinic = Unit.objects.create(organisation=region, name="BVC Här")
    advice = Unit.objects.create(organisation=municipality, name="Råd")
    other = Unit.objects.create(organisation=region, name="BVC Där")
    here = Site.objects.create(key="here", name="Här", clinic=clinic, advice=advice)
    there = Site.objects.create(key="there", name="Där", clinic=other)
    actors = {}
    for login, name, role, unit, site in (
        ("anna", "Anna Ask", Role.CHILD_HEALTH_NURSE, clinic, here),
        ("bo", "Bo Björk", Role.PARENTAL_ADVISER, advice, here),
        ("cilla", "Cilla Ceder", Role.CHILD_HEALTH_NURSE, other, there),
        ("frida", "Frida Fors", Role.COORDINATOR, advice, here),
    ):
        staff = Staff.objects.create_user(login, name, PASSWORD)
        assignment = Assignment.objects.create(
            staff=staff, role=role, unit=unit, site=site, starts=ON - timedelta(900)
        )
        actors[login] = actor_for(assignment, on=ON)
    version = ProgrammeVersion.objects.get(key="skaggetorp")
    family, child = build_family(here, actors["anna"], actors["bo"], version)
    return Cast(**actors, family=family, child=child, version=version)


def build_family(
    here: "Site", anna: "Actor", bo: "Actor", version: "ProgrammeVersion"
) -> tuple["Family", "Child"]:
    """Write Dana and Doris, from the birth to the ninth day, when Doris joins."""
    from hembesok.access.rules.roles import Role
    from hembesok.access.rules.secrecy import Field
    from hembesok.enrolment.services.membership import enrol
    from hembesok.families.models import Child, Family, Guardian, PersonIdentifier, TeamMember
    from hembesok.secrecy.rules import Interpreted, Purpose
    from hembesok.secrecy.services.grounds import NewConsent, give_consent
    from hembesok.values.identity import IdentifierSystem, test_number

    family = Family.objects.create(
        ref="FAMYAAAA",
        site=here,
        clinic=here.clinic,
        advice=here.advice,
        code="H-0001",
        language="so",
        interpreter_needed=True,
        address="Almgatan 1",
        door_note="Port 3",
    )
    born = date(2025, 10, 10)
    for actor, role in ((anna, Role.CHILD_HEALTH_NURSE), (bo, Role.PARENTAL_ADVISER)):
        TeamMember.objects.create(family=family, staff_id=actor.staff, role=role, starts=born)
    dana = Guardian.objects.create(
        family=family, given_name="Dana", birth_parent=True, first_time_parent=True
    )
    child = Child.objects.create(family=family, given_name="Doris", born=born)
    PersonIdentifier.objects.create(
        child=child,
        system=IdentifierSystem.PERSONAL_NUMBER.value,
        value=test_number(born, serial=238),
        starts=born,
    )
    ninth = replace(anna, on=born + timedelta(9))
    yes = NewConsent(Purpose.TAKE_PART, ninth.on, Interpreted.ON_SITE)
    give_consent(dana, yes, by=ninth)
    share = replace(
        yes,
        purpose=Purpose.SHARE,
        fields=frozenset({Field.BASE_VISITS}),
        source=here.clinic,
        recipient=here.advice,
    )
    give_consent(dana, share, by=ninth)
    says_yes(child, by=ninth)
    enrol(child, version, enrolled=ninth.on, by=ninth)
    return family, child


def says_yes(child: "Child", *, by: "Actor") -> None:
    """Let a family be found eligible, be offered the programme and say yes, all on one day."""
    from hembesok.enrolment.rules.offering import AnswerKind, OfferedBy
    from hembesok.enrolment.services import offering

    offering.judge_child(child, by=by)
    offering.offer(child, offered=by.on, how=OfferedBy.AT_CLINIC, by=by)
    offering.answer(child, AnswerKind.YES, answered=by.on, by=by)


def joins(
    child: "Child", version: "ProgrammeVersion", *, enrolled: date, by: "Actor"
) -> "Enrolment":
    """Let a child join on a day, with all that has to come before it on that same day."""
    from hembesok.enrolment.services.membership import enrol

    prepare(child, by=replace(by, on=enrolled))
    return enrol(child, version, enrolled=enrolled, by=by)


def prepare(child: "Child", *, by: "Actor") -> None:
    """Bring a child as far as to be enrolled on the actor's day: consents, offer and yes."""
    from hembesok.families.models import Guardian
    from hembesok.secrecy.rules import Interpreted, Purpose
    from hembesok.secrecy.services.grounds import NewConsent, consented, give_consent

    if not child.family.guardians.exists():
        Guardian.objects.create(family=child.family, given_name="Disa")
    if not consented(child.family, Purpose.TAKE_PART, on=by.on):
        for guardian in child.family.guardians.all():
            yes = NewConsent(Purpose.TAKE_PART, by.on, Interpreted.ON_SITE)
            give_consent(guardian, yes, by=by)
    says_yes(child, by=by)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that it is run on PostgreSQL too."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(fixtures):
            item.add_marker("data")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Leave the counts, and the reason of every skip, for ./run test to add up."""
    path = os.environ.get("HEMBESOK_TALLY")
    if not path:
        return
    stats = terminalreporter.stats
    tally = {
        "passed": len(stats.get("passed", [])),
        "failed": len(stats.get("failed", [])) + len(stats.get("error", [])),
        "skipped": [_why(report) for report in stats.get("skipped", [])],
    }
    Path(path).write_text(json.dumps(tally))


def _why(report: pytest.TestReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return f"{report.nodeid}: {reason}"


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Where Debian's Chromium is; without it the browser tests are skipped, or fail in CI."""
    from tests.need import chromium

    return chromium()
