"""The demo's families on their way in and out: not enrolled yet, paused, handed over, expected.

They come after the enrolled families and draw nothing from their dice, so that
those stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hembesok.access.models import Assignment, Site, Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import actor_for
from hembesok.enrolment.models import Enrolment
from hembesok.enrolment.rules.eligibility import Criteria, Parents
from hembesok.enrolment.rules.membership import PauseReason
from hembesok.enrolment.rules.offering import AnswerKind, NoReason, OfferedBy
from hembesok.enrolment.rules.periods import PeriodKind
from hembesok.enrolment.services import membership, offering, periods
from hembesok.families.models import Child
from hembesok.families.rules.handing import HandOver
from hembesok.families.rules.people import NewChild, NewFamily, NewGuardian
from hembesok.families.services.expected import NewExpected, expect
from hembesok.families.services.homes import hand_over
from hembesok.families.services.registering import register


@dataclass(frozen=True)
class _Newcomer:
    """A family not enrolled: how old the child is, in days, and how far it has come."""

    days: int
    child: str
    guardians: tuple[str, ...]
    language: str
    code: str
    judged: bool = True
    first: bool = True
    offered: bool = False
    answer: AnswerKind | None = None
    reason: NoReason | None = None


NEWCOMERS: Final = (
    _Newcomer(9, "Idil", ("Sahra", "Omar"), "so", "S-0601", judged=False),
    _Newcomer(14, "Adam", ("Nadia",), "ar", "S-0604"),
    _Newcomer(21, "Stina", ("Frida", "Nils"), "sv", "S-0607", offered=True),
    _Newcomer(
        30, "Yonas", ("Helen", "Isak"), "ti", "S-0610", offered=True,
        answer=AnswerKind.LATER, reason=NoReason.NO_TIME,
    ),
    _Newcomer(
        38, "Tove", ("Lisa",), "sv", "S-0613", offered=True,
        answer=AnswerKind.NO, reason=NoReason.OTHER_SUPPORT,
    ),
    _Newcomer(25, "Axel", ("Sanna", "Per"), "sv", "S-0616", first=False),
)  # fmt: skip
PAUSED: Final = 43
"""Which of the enrolled families takes a pause, counted from the oldest child."""


def load(site: Site, staff: Mapping[str, Staff], *, on: date) -> None:
    """Write the newcomers, through the services that pages use."""
    maria = _actor(staff["maria.ek"], Role.CHILD_HEALTH_NURSE, on)
    manager = _actor(staff["chef.demo"], Role.MANAGER, on)
    _decide(site, manager)
    for one in NEWCOMERS:
        _newcomer(one, maria)
    _handed_over(maria)
    _pause(site, on)
    midwife = _actor(staff["moa.dahl"], Role.MATERNITY_PROFESSIONAL, on)
    for name, due, language in (("Meron", 12, "ti"), ("Johanna", 33, "sv")):
        born = NewExpected(
            name, on + timedelta(due), language, on, interpreter_needed=language != "sv"
        )
        expect(born, by=midwife)


def _actor(staff: Staff, role: Role, on: date) -> Actor:
    found = Assignment.objects.select_related("staff").get(staff=staff, role=role)
    return actor_for(found, on=on)


def _decide(site: Site, manager: Actor) -> None:
    """Let the rule begin today: the enrolled families were taken in before there was one."""
    criteria = Criteria(parents=frozenset(Parents))
    periods.decide_rule(site, criteria, starts=manager.on, decision="SN 2021/112", by=manager)
    periods.decide_period(
        site,
        PeriodKind.ENROLMENT,
        starts=manager.on - timedelta(1200),
        ends=None,
        decision="SN 2021/112",
        by=manager,
    )


def _newcomer(one: _Newcomer, nurse: Actor) -> None:
    foreign = one.language != "sv"
    guardians = [
        NewGuardian(
            name,
            birth_parent=n == 0,
            first_time_parent=one.first and not foreign,
            first_child_in_sweden=one.first and foreign,
        )
        for n, name in enumerate(one.guardians)
    ]
    new = NewFamily(
        language=one.language,
        children=[NewChild(nurse.on - timedelta(one.days), one.child)],
        guardians=guardians,
        interpreter_needed=foreign,
        address=f"Nygatan {one.days}",
        code=one.code,
        ref=f"NY{one.code[-4:]}".replace("0", "Q").replace("1", "R"),
    )
    child = register(new, by=nurse).children.get()
    if one.judged:
        offering.judge_child(child, by=nurse)
    if one.offered:
        offering.offer(child, offered=nurse.on, how=OfferedBy.AT_HOME, by=nurse)
    if one.answer is not None:
        offering.answer(child, one.answer, answered=nurse.on, reason=one.reason, by=nurse)


def _handed_over(nurse: Actor) -> None:
    new = NewFamily(
        language="sv",
        children=[NewChild(nurse.on - timedelta(90), "Alva")],
        guardians=[NewGuardian("Ida", birth_parent=True)],
        code="S-0619",
        ref="NYQ6R9",
    )
    family = register(new, by=nurse)
    hand_over(family, Site.objects.get(key="elsewhere"), reason=HandOver.MOVED, by=nurse)


def _pause(site: Site, on: date) -> None:
    """Let one of the younger families be away."""
    child = Child.objects.filter(family__site=site, enrolment__isnull=False).order_by("born")[
        PAUSED
    ]
    nurse = child.family.team.get(role=Role.CHILD_HEALTH_NURSE).staff
    enrolment = Enrolment.objects.select_related("child__family").get(child=child)
    by = _actor(nurse, Role.CHILD_HEALTH_NURSE, on)
    starts = max(enrolment.enrolled, on - timedelta(5))
    membership.pause(enrolment, starts=starts, reason=PauseReason.AWAY, by=by)
