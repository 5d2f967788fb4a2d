"""A site in a process of its own, that can be killed: `python -m tests.journeys.offline_site …`.

    make FOLDER          a database with one nurse, one adviser and thirty booked visits
    serve FOLDER PORT    the product's own stack, on that database
    tell FOLDER          what is written of the visits, as JSON
    do FOLDER DEED       something that happens at the office meanwhile

The clock is the real one, as a browser's is.
"""

import json
import os
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hembesok.access.models import Staff
    from hembesok.access.rules.roles import Actor

VISITS = 30
NURSE, ADVISER, COORDINATOR = "anna", "bo", "frida"
PASSWORD = "a long test password"
STEP = "home-3"
AGE = 150
"""Days: old enough for the third home visit, and the fourth is not due yet."""


def begin(folder: Path) -> None:
    """Let Django use this folder."""
    import django

    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "hembesok.project.settings",
        "HEMBESOK_DATA": str(folder),
        "HEMBESOK_PLAIN_HTTP": "1",
        "HEMBESOK_MFA": "off",
        "HEMBESOK_PACK_DAYS": "2",
    }
    django.setup()


def make() -> None:
    """Write the site, its people and its families."""
    from django.core.management import call_command
    from django.utils.timezone import localdate

    from hembesok.access import keys
    from hembesok.programme.models import ProgrammeVersion
    from hembesok.programme.services import publish, shipped

    on = localdate()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    keys.make_file(on=on)
    for name, content in shipped().items():
        publish(content, name=name, on=on)
    actors = _people(on)
    version = ProgrammeVersion.objects.get(key="skaggetorp")
    for number in range(VISITS):
        _family(number, version, actors, on=on)


def _people(on: date) -> dict[str, "Actor"]:
    from hembesok.access.models import Assignment, Organisation, Site, Staff, Unit
    from hembesok.access.rules.roles import Role
    from hembesok.access.services.assignments import actor_for

    region = Organisation.objects.create(name="Region")
    municipality = Organisation.objects.create(name="Kommun")
    clinic = Unit.objects.create(organisation=region, name="BVC Här")
    advice = Unit.objects.create(organisation=municipality, name="Råd")
    site = Site.objects.create(key="here", name="Här", clinic=clinic, advice=advice)
    found = {}
    for login, name, role, unit in (
        (NURSE, "Anna Ask", Role.CHILD_HEALTH_NURSE, clinic),
        (ADVISER, "Bo Björk", Role.PARENTAL_ADVISER, advice),
        (COORDINATOR, "Frida Fors", Role.COORDINATOR, advice),
    ):
        staff = Staff.objects.create_user(login, name, PASSWORD)
        assignment = Assignment.objects.create(
            staff=staff, role=role, unit=unit, site=site, starts=on - timedelta(900)
        )
        found[login] = actor_for(assignment, on=on)
    return found


def _family(number: int, version: Any, actors: dict[str, "Actor"], *, on: date) -> None:
    from hembesok.access.models import Site
    from hembesok.access.rules.roles import Role
    from hembesok.families.models import Child, Family, Guardian, TeamMember
    from hembesok.visits.services.booking import book
    from tests.conftest import joins

    born = on - timedelta(AGE)
    site = Site.objects.get()
    family = Family.objects.create(
        site=site,
        clinic=site.clinic,
        advice=site.advice,
        code=f"H-{number:04}",
        language="so",
        address=f"Almgatan {number}",
    )
    for login, role in (
        (NURSE, Role.CHILD_HEALTH_NURSE),
        (ADVISER, Role.PARENTAL_ADVISER),
    ):
        TeamMember.objects.create(
            family=family, staff_id=actors[login].staff, role=role, starts=born
        )
    Guardian.objects.create(family=family, given_name="Dana", birth_parent=True)
    child = Child.objects.create(family=family, given_name=f"Doris{number}", born=born)
    joins(child, version, enrolled=born + timedelta(9), by=actors[NURSE])
    from django.utils.timezone import make_aware

    at = make_aware(datetime.combine(on, time(8 + number // 4, 15 * (number % 4))))
    book(child, STEP, at=at, by=actors[NURSE])


def serve(port: int) -> None:
    """Serve until killed, each request in a thread of its own."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.servers.basehttp import ThreadedWSGIServer
    from django.test.testcases import QuietWSGIRequestHandler

    server = ThreadedWSGIServer(("127.0.0.1", port), QuietWSGIRequestHandler)
    server.set_app(WSGIHandler())
    server.serve_forever()


def tell() -> None:
    """Say what is written."""
    from hembesok.visits.models import BlockText, OfflineCommand, Visit

    outcomes: dict[str, list[str]] = {}
    for visit in Visit.objects.counted().select_related("child__family").order_by("pk"):
        outcomes.setdefault(visit.child.family.code, []).append(visit.outcome)
    became = [one.became for one in OfflineCommand.objects.order_by("received_at")]
    notes: dict[str, list[str]] = {}
    texts = BlockText.objects.filter(block__compartment="joint").order_by("pk")
    for text in texts.select_related("block__visit__child__family"):
        code = text.block.visit.child.family.code
        notes.setdefault(code, []).extend(_notes(json.loads(text.answers)))
    told = {"outcomes": outcomes, "became": became, "notes": dict(sorted(notes.items()))}
    json.dump(told, sys.stdout)


def _notes(response: dict[str, Any]) -> list[str]:
    """Return the notes of a QuestionnaireResponse."""
    found = []
    for item in response.get("item", ()):
        if item["linkId"] == "joint.note":
            found += [answer["valueString"] for answer in item.get("answer", ())]
        found += _notes(item)
    return found


def _staff(login: str) -> "Staff":
    from hembesok.access.models import Staff

    return Staff.objects.get(login=login)


DEEDS: dict[str, Any] = {}
"""What can happen at the office."""


def deed(act: Any) -> Any:
    """List something that can happen."""
    DEEDS[act.__name__] = act
    return act


@deed
def withdraw_role() -> None:
    """Anna's assignment ended yesterday."""
    from django.utils.timezone import localdate

    from hembesok.access.models import Assignment

    Assignment.objects.filter(staff=_staff(NURSE)).update(ends=localdate() - timedelta(1))


@deed
def give_role_back() -> None:
    """It goes on after all."""
    from hembesok.access.models import Assignment

    Assignment.objects.filter(staff=_staff(NURSE)).update(ends=None)


@deed
def write_beside(code: str, note: str) -> None:
    """Bo writes in the joint part of a visit."""
    from django.utils.timezone import localdate

    from hembesok.access.models import Assignment
    from hembesok.access.rules.secrecy import Compartment
    from hembesok.access.services.assignments import actor_for
    from hembesok.families.models import Child
    from hembesok.visits.services.documenting import BlockIn, Submission, document

    bo = actor_for(Assignment.objects.get(staff=_staff(ADVISER)), on=localdate())
    child = Child.objects.get(family__code=code)
    block = BlockIn(Compartment.JOINT, 0, {"joint.note": (note,)})
    document(child, STEP, Submission(blocks=(block,)), by=bo)


@deed
def end_sessions() -> None:
    """Everybody's session is over."""
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()


def main() -> None:
    """Do what is asked for on the command line."""
    what, folder, *more = sys.argv[1:]
    begin(Path(folder))
    match what:
        case "make":
            make()
        case "serve":
            serve(int(more[0]))
        case "tell":
            tell()
        case "do":
            DEEDS[more[0]](*more[1:])


if __name__ == "__main__":
    main()
