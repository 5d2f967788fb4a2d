"""The demo site: Skäggetorp with invented families, the same for a day at every start.

Nobody here exists. Names are drawn from lists, identity numbers are of the kind
kept for tests, and what happened to the families is written through the services
that pages use, so the demo cannot show what the product would refuse.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.utils.timezone import make_aware

from hembesok.access.models import Assignment, Organisation, Site, Staff, Unit
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.rules.secrecy import Compartment, Field
from hembesok.access.services.assignments import actor_for
from hembesok.enrolment.models import Enrolment
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.rules.offering import AnswerKind, OfferedBy
from hembesok.enrolment.services import membership, offering
from hembesok.families.models import Child, Family, Guardian, PersonIdentifier, TeamMember
from hembesok.families.models.family import REF_LENGTH, REF_LETTERS
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.families.services.homes import protect
from hembesok.programme.models import ProgrammeVersion
from hembesok.programme.rules.protocol import Step
from hembesok.programme.rules.schedule import Schedule
from hembesok.programme.rules.windows import Window
from hembesok.programme.services import publish, shipped
from hembesok.project import (
    demo_after,
    demo_booking,
    demo_calendars,
    demo_deciding,
    demo_documents,
    demo_later,
    demo_money,
    newcomers,
)
from hembesok.secrecy.rules import Interpreted, Purpose
from hembesok.secrecy.services.grounds import NewConsent, give_consent
from hembesok.secrecy.services.notes import write
from hembesok.values.identity import TEST_SERIALS, IdentifierSystem, test_number
from hembesok.visits.rules.acting import NotHeldReason
from hembesok.visits.services import booking as visits

SEED: Final = 2021
FAMILIES: Final = 45
PASSWORD: Final = "hembesok-demo"  # noqa: S105 — shown to whoever starts the demo, on this machine only

SKAGGETORP: Final = "skaggetorp"
ACCOUNTS: Final = {
    "maria.ek": ("Maria Ek", ((Role.CHILD_HEALTH_NURSE, SKAGGETORP),)),
    "sara.berg": (
        "Sara Berg",
        ((Role.CHILD_HEALTH_NURSE, SKAGGETORP), (Role.COORDINATOR, SKAGGETORP)),
    ),
    "leila.nur": ("Leila Nur", ((Role.PARENTAL_ADVISER, SKAGGETORP),)),
    "olle.holm": ("Olle Holm", ((Role.PARENTAL_ADVISER, SKAGGETORP),)),
    "anna.lind": ("Anna Lind", ((Role.COORDINATOR, SKAGGETORP),)),
    "chef.demo": ("Eva Rask", ((Role.MANAGER, SKAGGETORP),)),
    "elin.sand": ("Elin Sand", ((Role.ECONOMIST, SKAGGETORP),)),
    "ylva.noren": ("Ylva Norén", ((Role.STATE_CASE_OFFICER, SKAGGETORP),)),
    "moa.dahl": ("Moa Dahl", ((Role.MATERNITY_PROFESSIONAL, SKAGGETORP),)),
    "cilla.falk": ("Cilla Falk", ((Role.CHILD_HEALTH_NURSE, "elsewhere"),)),
    "nils.vik": ("Nils Vik", ((Role.CHILD_HEALTH_SPECIALIST, SKAGGETORP),)),
    "lena.logg": ("Lena Loggert", ((Role.LOG_REVIEWER, SKAGGETORP),)),
    "tore.tek": ("Tore Tekström", ((Role.TECHNICAL_ADMINISTRATOR, SKAGGETORP),)),
}
"""Login: name, and the assignments. Cilla works elsewhere and must see nobody."""

_NAMES: Final = {
    "so": (("Amina", "Yusuf", "Hamdi", "Zakaria", "Ifrah"), ("Hodan", "Fadumo", "Ayaan", "Abdi")),
    "ar": (("Noor", "Ali", "Mariam", "Yazan", "Layla"), ("Rana", "Huda", "Samir", "Dima")),
    "ti": (("Sara", "Natnael", "Saba", "Filmon"), ("Selam", "Luwam", "Dawit")),
    "prs": (("Mohammed", "Zahra", "Elyas", "Parwana"), ("Shabnam", "Laila", "Farid")),
    "ckb": (("Dilan", "Shilan", "Aram"), ("Shno", "Avin", "Karwan")),
    "sv": (("Elsa", "Vera", "Åke", "Östen", "Maja", "Ärla"), ("Karin", "Emil", "Åsa", "Jonas")),
    "uk": (("Sofiia", "Danylo"), ("Olena", "Iryna")),
}
_STREETS: Final = ("Björkvägen", "Lingonstigen", "Mossgatan", "Tallbacken")
_DOORS: Final = ("", "", "Ring vid ankomst.", "Port B, ingen hiss.", "Knacka, klockan är trasig.")
_TIMES: Final = (time(9, 0), time(9, 30), time(10, 0), time(13, 0), time(14, 30))


@dataclass(frozen=True)
class _Team:
    nurse: Staff
    adviser: Staff


@transaction.atomic
def load(*, on: date) -> None:
    """Fill an empty database with the demo site as it stands on a day."""
    draw = random.Random(SEED)  # noqa: S311 — the same families each time is the point
    for name, content in shipped().items():
        publish(content, name=name, on=on)
    site, staff = _site_and_staff(on)
    version = ProgrammeVersion.objects.get(key=SKAGGETORP)
    pairs = [
        _Team(staff["maria.ek"], staff["leila.nur"]),
        _Team(staff["sara.berg"], staff["olle.holm"]),
        _Team(staff["sara.berg"], staff["leila.nur"]),
    ]
    for number in range(FAMILIES):
        # Ages spread over the two years and a little beyond, the oldest first.
        born = on - timedelta(790 - number * 17 - draw.randrange(10))
        team = pairs[draw.choices((0, 1, 2), (5, 3, 2))[0]]
        _family(site, version, team, number, born=born, on=on, draw=draw)
    _secrets(site, on=on)
    newcomers.load(site, staff, on=on)
    demo_booking.load(site, staff, on=on)
    demo_calendars.load(site, staff, on=on)
    demo_documents.load(site, staff, on=on)
    demo_after.load(site, staff, on=on)
    demo_later.load(site, staff, on=on)
    demo_deciding.load(site, staff, on=on)
    demo_money.load(site, staff, on=on)


def _site_and_staff(on: date) -> tuple[Site, dict[str, Staff]]:
    region = Organisation.objects.create(name="Region Östergötland (demo)")
    municipality = Organisation.objects.create(name="Linköpings kommun (demo)")
    units = {
        Role.CHILD_HEALTH_NURSE: Unit.objects.create(organisation=region, name="BVC Skäggetorp"),
        Role.PARENTAL_ADVISER: Unit.objects.create(
            organisation=municipality, name="Råd och stöd, föräldrarådgivare"
        ),
        Role.COORDINATOR: Unit.objects.create(
            organisation=municipality, name="Råd och stöd, samordning"
        ),
        Role.MANAGER: Unit.objects.create(organisation=municipality, name="Socialkontoret"),
        Role.MATERNITY_PROFESSIONAL: Unit.objects.create(
            organisation=region, name="Barnmorskemottagningen Skäggetorp"
        ),
    }
    units |= {
        Role.CHILD_HEALTH_SPECIALIST: units[Role.CHILD_HEALTH_NURSE],
        Role.LOG_REVIEWER: units[Role.CHILD_HEALTH_NURSE],
        Role.TECHNICAL_ADMINISTRATOR: units[Role.COORDINATOR],
    }
    state = Organisation.objects.create(name="Socialstyrelsen (demo)")
    units |= {
        Role.ECONOMIST: units[Role.MANAGER],
        Role.STATE_CASE_OFFICER: Unit.objects.create(organisation=state, name="Statsbidrag"),
    }
    other = Unit.objects.create(organisation=region, name="BVC på annan ort")
    sites = {
        SKAGGETORP: Site.objects.create(
            key=SKAGGETORP,
            name="Skäggetorp",
            clinic=units[Role.CHILD_HEALTH_NURSE],
            advice=units[Role.PARENTAL_ADVISER],
        ),
        "elsewhere": Site.objects.create(key="elsewhere", name="Annan ort", clinic=other),
    }
    staff = {}
    for login, (name, assignments) in ACCOUNTS.items():
        staff[login] = Staff.objects.create_user(login, name, PASSWORD)
        for role, site in assignments:
            Assignment.objects.create(
                staff=staff[login],
                role=role,
                unit=units[role] if site == SKAGGETORP else other,
                site=sites[site],
                starts=on - timedelta(1000),
            )
    return sites[SKAGGETORP], staff


def _family(
    site: Site,
    version: ProgrammeVersion,
    team: _Team,
    number: int,
    *,
    born: date,
    on: date,
    draw: random.Random,
) -> None:
    language = draw.choice(list(_NAMES))
    children, guardians = _NAMES[language]
    first_in_sweden = language != "sv" and draw.random() < 0.4
    family = Family.objects.create(
        ref=_ref(draw),
        site=site,
        clinic=site.clinic,
        advice=site.advice,
        code=_code(number),
        language=language,
        interpreter_needed=language != "sv" and draw.random() < 0.8,
        address=f"{draw.choice(_STREETS)} {draw.randrange(1, 60)}",
        door_note=draw.choice(_DOORS),
    )
    for role, one in (
        (Role.CHILD_HEALTH_NURSE, team.nurse),
        (Role.PARENTAL_ADVISER, team.adviser),
    ):
        TeamMember.objects.create(family=family, staff=one, role=role, starts=born)
    for n, name in enumerate(draw.sample(guardians, k=draw.choice((1, 2, 2)))):
        Guardian.objects.create(
            family=family,
            number=n + 1,
            given_name=name,
            birth_parent=n == 0,
            first_time_parent=not first_in_sweden,
            first_child_in_sweden=first_in_sweden,
        )
    _consent(family, _on(_nurse(team, site, on), born + timedelta(1)))
    twins = number == _TWINS
    for n, name in enumerate(draw.sample(children, k=2 if twins else 1), start=1):
        child = Child.objects.create(
            family=family,
            number=n,
            given_name=name,
            born=born,
            discharged=born + timedelta(24) if twins else None,
        )
        PersonIdentifier.objects.create(
            child=child,
            system=IdentifierSystem.PERSONAL_NUMBER.value,
            value=test_number(born, serial=TEST_SERIALS[n - 1]),
            starts=born,
        )
        _story(child, version, number, nurse=_nurse(team, site, on), on=on, draw=draw)


_TWINS: Final = 30
_LATE_JOINER: Final = 20
_LEFT: Final = 9
_MOVED: Final = 25
_DIED: Final = 14
_UNRECORDED: Final = (33, 36)
_TODAY: Final = (29, 32, 39)


def _ref(draw: random.Random) -> str:
    """Return the same opaque reference at each start, so that bookmarks of the demo live."""
    return "".join(draw.choices(REF_LETTERS, k=REF_LENGTH))


def _nurse(team: _Team, site: Site, on: date) -> Actor:
    assignment = Assignment.objects.select_related("staff").get(
        staff=team.nurse, role=Role.CHILD_HEALTH_NURSE, site=site
    )
    return actor_for(assignment, on=on)


def _on(actor: Actor, day: date) -> Actor:
    """Return the actor as the person was that day."""
    return Actor(actor.staff, actor.name, actor.role, actor.unit, actor.site, day)


def _story(
    child: Child,
    version: ProgrammeVersion,
    number: int,
    *,
    nurse: Actor,
    on: date,
    draw: random.Random,
) -> None:
    """Live the child's time from birth to today, step by step, through the services."""
    joined = child.born + timedelta(160 if number == _LATE_JOINER else 8 + draw.randrange(10))
    if joined > on:
        joined = on
    member = _join(child, version, _on(nurse, joined))
    plan = version.plan
    schedule = Schedule(plan, child.anchors)
    own = {step.key for step in plan.own}
    left = on - timedelta(120) if number in (_LEFT, _MOVED, _DIED) else None
    events = []
    for step, window in zip(plan.steps, schedule.windows, strict=True):
        if window.closes < joined and step.key in own:
            continue
        events.append((_day_of(step, window, own, draw), step, window))
    for day, step, window in sorted(events, key=lambda event: event[0]):
        if left is None or day < left:
            _live(child, step, window, day, own, number, nurse=nurse, on=on, draw=draw)
    if left is not None:
        reason = {_LEFT: EndReason.LEFT, _MOVED: EndReason.MOVED, _DIED: EndReason.DIED}[number]
        membership.end(member, ended=left, reason=reason, by=_on(nurse, left))


def _join(child: Child, version: ProgrammeVersion, nurse: Actor) -> Enrolment:
    """Take a child the whole way from eligible to enrolled, on one day."""
    offering.judge_child(child, by=nurse)
    offering.offer(child, offered=nurse.on, how=OfferedBy.AT_CLINIC, by=nurse)
    offering.answer(child, AnswerKind.YES, answered=nurse.on, by=nurse)
    return membership.enrol(child, version, enrolled=nurse.on, by=nurse)


def _consent(family: Family, nurse: Actor) -> None:
    """Let each guardian say yes: to take part, and to the adviser seeing the base programme."""
    interpreted = Interpreted.ON_SITE if family.interpreter_needed else Interpreted.NOT_NEEDED
    for guardian in family.guardians.all():
        give_consent(guardian, NewConsent(Purpose.TAKE_PART, nurse.on, interpreted), by=nurse)
        shared = NewConsent(
            Purpose.SHARE,
            nurse.on,
            interpreted,
            fields=frozenset({Field.BASE_VISITS}),
            source=family.clinic,
            recipient=family.advice,
        )
        give_consent(guardian, shared, by=nurse)


def _day_of(step: Step, window: Window, own: set[str], draw: random.Random) -> date:
    """Draw the day a step is lived: mostly near its target, sometimes after the window."""
    if step.key in own and draw.random() < 0.12:
        room = max((window.grace_ends - window.closes).days, 1)
        return window.closes + timedelta(draw.randrange(1, room + 1))
    spread = max((window.closes - window.opens).days // 2, 1)
    near = window.target + timedelta(draw.randrange(-spread, spread))
    return min(max(near, window.opens), window.closes)


def _live(
    child: Child,
    step: Step,
    window: Window,
    day: date,
    own: set[str],
    number: int,
    *,
    nurse: Actor,
    on: date,
    draw: random.Random,
) -> None:
    if step.key not in own:
        if day <= on and step.key not in child.enrolment.version.plan.mirrors:
            visits.record_held(child, step.key, held=day, by=_on(nurse, day))
        return
    if window.opens <= on <= window.grace_ends and number in _TODAY:
        _book(child, step, on, on, nurse, draw)
    elif window.opens <= on <= window.grace_ends and number in _UNRECORDED:
        _book(child, step, on - timedelta(3), on - timedelta(9), nurse, draw)
    elif day > on:
        # Some of what is near is booked; what is further away is not.
        if window.opens <= on + timedelta(14) and draw.random() < 0.4:
            _book(child, step, _weekday(max(day, on + timedelta(1))), on, nurse, draw)
    else:
        _lived(child, step, window, day, nurse=nurse, draw=draw)


def _lived(
    child: Child, step: Step, window: Window, day: date, *, nurse: Actor, draw: random.Random
) -> None:
    chance = draw.random()
    if chance < 0.78:
        visits.record_held(child, step.key, held=day, by=_on(nurse, day))
    elif chance < 0.86:
        visits.record_declined(child, step.key, day=day, by=_on(nurse, day))
    elif chance < 0.95:
        reason = draw.choice((NotHeldReason.NO_ONE_HOME, NotHeldReason.CANCELLED_BY_FAMILY))
        day = max(day, window.opens)
        visits.record_not_held(child, step.key, day=day, reason=reason, by=_on(nurse, day))


def _book(
    child: Child, step: Step, day: date, made: date, nurse: Actor, draw: random.Random
) -> None:
    at = make_aware(datetime.combine(day, draw.choice(_TIMES)))
    visits.book(child, step.key, at=at, by=_on(nurse, made))


def _weekday(day: date) -> date:
    """Return the day, or the Monday after a weekend."""
    return day + timedelta(7 - day.weekday()) if day.weekday() > 4 else day


_PROTECTED: Final = 38
WRITTEN: Final = "S-0388"
"""The family of whom notes are written, one in each compartment."""
_NOTES: Final = (
    (
        Role.CHILD_HEALTH_NURSE,
        Compartment.HEALTH,
        "Går upp i vikt som väntat. Följs vid nästa besök.",
    ),
    (Role.PARENTAL_ADVISER, Compartment.SOCIAL, "Vi talade om förskolekön och öppna förskolan."),
    (Role.PARENTAL_ADVISER, Compartment.JOINT, "Familjen vill helst ha besök på förmiddagen."),
    (Role.CHILD_HEALTH_NURSE, Compartment.PARENT, "Sover dåligt. Vill ha ett eget samtal."),
)


def _secrets(site: Site, *, on: date) -> None:
    """Protect one family, and write a note in each compartment of another."""
    protected = Family.objects.get(site=site, code=_code(_PROTECTED))
    protect(
        protected,
        ProtectionLevel.CONFIDENTIALITY_FLAG,
        parents_apart=False,
        by=_member(protected, Role.CHILD_HEALTH_NURSE, on),
    )
    family = Family.objects.get(site=site, code=WRITTEN)
    for days, (role, compartment, text) in enumerate(_NOTES, start=1):
        owned = compartment is Compartment.PARENT
        write(
            family,
            text,
            compartment=compartment,
            about_day=on - timedelta(days),
            guardian=family.guardians.get(number=1) if owned else None,
            by=_member(family, role, on),
        )


def _code(number: int) -> str:
    return f"S-{301 + number * 3:04}"


def _member(family: Family, role: Role, on: date) -> Actor:
    """Return the member of a family's team in a role, as an actor."""
    member = family.team.get(role=role)
    assignment = Assignment.objects.select_related("staff").get(
        staff=member.staff_id, role=role, site=family.site_id
    )
    return actor_for(assignment, on=on)
