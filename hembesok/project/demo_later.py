"""The demo's children beyond two years: their programme is over, and the clinic follows them.

They come after all others and draw nothing from their dice, so that those stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from hembesok.access.models import Assignment, Site, Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import actor_for
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.rules.offering import AnswerKind, OfferedBy
from hembesok.enrolment.services import membership, offering
from hembesok.families.models import Child, Family, PersonIdentifier, TeamMember
from hembesok.families.rules.people import NewChild, NewFamily, NewGuardian
from hembesok.families.services.registering import register
from hembesok.forms.answers import Answers
from hembesok.programme.models import ProgrammeVersion
from hembesok.secrecy.rules import Interpreted, Purpose
from hembesok.secrecy.services.grounds import NewConsent, give_consent
from hembesok.values.identity import TEST_SERIALS, IdentifierSystem, test_number
from hembesok.visits.rules.outcomes_later import STATUS, OutcomeKind
from hembesok.visits.services.outcomes import NewOutcome, record_outcome

TWO_YEARS: Final = timedelta(730)
_COMPLETE: Final[Answers] = {STATUS: ("complete",), "vaccination.source": ("record",)}
_NOT_DONE: Final[Answers] = {"language-screening.done": ("not-completed",)}


@dataclass(frozen=True)
class _Followed:
    """A child whose programme is over: its age in days, and what was found how long ago."""

    days: int
    child: str
    guardian: str
    language: str
    code: str
    ref: str
    found: tuple[tuple[OutcomeKind, int, Answers], ...] = ()


FOLLOWED: Final = (
    _Followed(860, "Hanna", "Ebba", "sv", "S-0202", "SENARE22"),
    _Followed(
        945, "Bilal", "Asma", "ar", "S-0205", "SENARE25",
        ((OutcomeKind.VACCINATION, 180, _COMPLETE),),
    ),
    _Followed(
        1150, "Saga", "Tuva", "sv", "S-0208", "SENARE28",
        ((OutcomeKind.VACCINATION, 400, _COMPLETE), (OutcomeKind.LANGUAGE, 150, _NOT_DONE)),
    ),
)  # fmt: skip


def load(site: Site, staff: Mapping[str, Staff], *, on: date) -> None:
    """Write the children and what was found of them, through the services that pages use."""
    nurse = Assignment.objects.select_related("staff").get(
        staff=staff["maria.ek"], role=Role.CHILD_HEALTH_NURSE
    )
    version = ProgrammeVersion.objects.get(key=site.key)
    for one in FOLLOWED:
        _followed(one, version, actor_for(nurse, on=on), staff["leila.nur"])


def _followed(one: _Followed, version: ProgrammeVersion, nurse: Actor, adviser: Staff) -> None:
    born = nurse.on - timedelta(one.days)
    joined = replace(nurse, on=born + timedelta(10))
    foreign = one.language != "sv"
    family = register(
        NewFamily(
            language=one.language,
            children=[NewChild(born, one.child)],
            guardians=[
                NewGuardian(
                    one.guardian,
                    birth_parent=True,
                    first_time_parent=not foreign,
                    first_child_in_sweden=foreign,
                )
            ],
            interpreter_needed=foreign,
            address=f"Solgatan {one.days % 50}",
            code=one.code,
            ref=one.ref,
        ),
        by=joined,
    )
    TeamMember.objects.create(
        family=family, staff=adviser, role=Role.PARENTAL_ADVISER, starts=joined.on
    )
    child = _took_part(family, version, joined)
    ended = replace(nurse, on=born + TWO_YEARS)
    membership.end(child.enrolment, ended=ended.on, reason=EndReason.COMPLETED, by=ended)
    for kind, days_ago, answers in one.found:
        then = replace(nurse, on=nurse.on - timedelta(days_ago))
        record_outcome(child, NewOutcome(kind, then.on, answers), by=then)


def _took_part(family: Family, version: ProgrammeVersion, nurse: Actor) -> Child:
    child = family.children.get()
    PersonIdentifier.objects.create(
        child=child,
        system=IdentifierSystem.PERSONAL_NUMBER.value,
        value=test_number(child.born, serial=TEST_SERIALS[0]),
        starts=child.born,
    )
    interpreted = Interpreted.ON_SITE if family.interpreter_needed else Interpreted.NOT_NEEDED
    for guardian in family.guardians.all():
        give_consent(guardian, NewConsent(Purpose.TAKE_PART, nurse.on, interpreted), by=nurse)
    offering.judge_child(child, by=nurse)
    offering.offer(child, offered=nurse.on, how=OfferedBy.AT_HOME, by=nurse)
    offering.answer(child, AnswerKind.YES, answered=nurse.on, by=nurse)
    membership.enrol(child, version, enrolled=nurse.on, by=nurse)
    return child
