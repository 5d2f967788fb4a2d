"""A site with as many families as a benchmark asks for, their rows written in bulk.

Written past the services, which note each write in the trail: a benchmark of pages needs the
rows and not how they came about. What is written is what services would have let through.
"""

import random
from datetime import date, datetime, time, timedelta

from django.utils.timezone import make_aware

from hembesok.access.models import Assignment, Organisation, Site, Staff, Unit
from hembesok.access.rules.roles import Role
from hembesok.enrolment.models import Enrolment
from hembesok.families.models import Child, Family, Guardian, TeamMember
from hembesok.programme.models import ProgrammeVersion
from hembesok.programme.rules.schedule import Schedule
from hembesok.programme.services import publish, shipped
from hembesok.visits.models import Visit
from hembesok.visits.rules.acting import Outcome

TEAMS_EACH = 40
"""Families of a pair: about what a nurse has."""


def site(number: int, *, own: int, on: date) -> None:
    """Write a site: Anna and Bo are named for the first `own` families, Frida coordinates."""
    draw = random.Random(number)  # noqa: S311 — the same families each time
    for name, content in shipped().items():
        publish(content, name=name, on=on)
    region = Organisation.objects.create(name="Region")
    clinic = Unit.objects.create(organisation=region, name="BVC")
    advice = Unit.objects.create(organisation=region, name="Råd")
    here = Site.objects.create(key="here", name="Här", clinic=clinic, advice=advice)
    long_ago = on - timedelta(2000)

    def staff(login: str, role: Role, unit: Unit) -> Staff:
        made = Staff.objects.create_user(login, login.title())
        Assignment.objects.create(staff=made, role=role, unit=unit, site=here, starts=long_ago)
        return made

    staff("frida", Role.COORDINATOR, advice)
    pairs = [
        (
            staff("anna" if not n else f"nurse{n}", Role.CHILD_HEALTH_NURSE, clinic),
            staff("bo" if not n else f"adviser{n}", Role.PARENTAL_ADVISER, advice),
        )
        for n in range(1 + max(1, -(-(number - own) // TEAMS_EACH)))
    ]
    families = Family.objects.bulk_create(
        Family(
            site=here, clinic=clinic, advice=advice, code=f"S-{n:05}", language="so",
            interpreter_needed=n % 2 == 0, address=f"Gatan {n}",
        )
        for n in range(number)
    )  # fmt: skip
    team = []
    for n, family in enumerate(families):
        nurse, adviser = pairs[0 if n < own else 1 + (n - own) // TEAMS_EACH]
        for one, role in ((nurse, Role.CHILD_HEALTH_NURSE), (adviser, Role.PARENTAL_ADVISER)):
            team.append(TeamMember(family=family, staff=one, role=role, starts=long_ago))
    TeamMember.objects.bulk_create(team)
    Guardian.objects.bulk_create(
        Guardian(family=family, number=n, given_name=f"Förälder {n}", first_time_parent=True)
        for family in families
        for n in (1, 2)
    )
    children = Child.objects.bulk_create(
        Child(family=family, given_name="Barnet", born=on - timedelta(20 + draw.randrange(720)))
        for family in families
    )
    version = ProgrammeVersion.objects.get(key="skaggetorp")
    Enrolment.objects.bulk_create(
        Enrolment(child=child, version=version, enrolled=child.born + timedelta(10))
        for child in children
    )
    nurse = pairs[0][0]
    Visit.objects.bulk_create(
        visit for child in children for visit in _lived(child, version, nurse, draw, on)
    )


def _lived(
    child: Child, version: ProgrammeVersion, nurse: Staff, draw: random.Random, on: date
) -> list[Visit]:
    """Return a child's visits: most held in time, some not at all, the next perhaps booked."""
    schedule = Schedule(version.plan, child.anchors)
    found, booked = [], False
    for step, window in zip(version.plan.steps, schedule.windows, strict=True):
        visit = Visit(child=child, step=step.key, kind=step.kind)
        if window.target <= on and draw.random() < 0.85:
            visit.outcome, visit.outcome_on = Outcome.HELD, window.target
            visit.recorded_by, visit.recorded_at = (
                nurse,
                make_aware(datetime.combine(window.target, time(12))),
            )
            found.append(visit)
        elif not booked and window.opens <= on + timedelta(14) and draw.random() < 0.4:
            day = on + timedelta(draw.randrange(0, 14))
            visit.booked_for = make_aware(datetime.combine(day, time(10)))
            visit.booked_by, visit.booked_at = nurse, make_aware(datetime.combine(on, time(8)))
            found.append(visit)
            booked = True
    return found
