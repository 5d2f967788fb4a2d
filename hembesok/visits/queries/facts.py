"""The facts of a visit: who can be there, what a booking says beforehand, what is stored."""

import json
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.timezone import localtime

from hembesok.access.models import Staff
from hembesok.access.rules.roles import VISITORS
from hembesok.families.models import TeamMember
from hembesok.visits.models import FactsText, InterpreterBooking, Visit, VisitPart
from hembesok.visits.queries.places import Place
from hembesok.visits.rules.acting import NotHeldReason, Outcome
from hembesok.visits.rules.documenting import (
    KIND_OF,
    Facts,
    PersonKey,
    PersonKind,
    outcome_of,
)
from hembesok.visits.rules.parts import Came


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Somebody who can be there: by what name, and whether the booking expects them."""

    key: PersonKey
    name: str
    expected: bool
    staff: int | None = None


def people_of(place: Place, visit: Visit | None) -> tuple[Person, ...]:
    """Return who can be there: of the services, then the guardians, then others."""
    only = len(place.guardians) == 1
    guardians = [
        Person(PersonKey(PersonKind.GUARDIAN, number), one.given_name, only or one.birth_parent)
        for number, one in place.guardians.items()
    ]
    other = Person(PersonKey(PersonKind.OTHER_ADULT), "", expected=False)
    return (*_of_services(place, visit), *guardians, other)


def _of_services(place: Place, visit: Visit | None) -> list[Person]:
    """Return the two who visit, and the guests of the booking.

    Whoever writes stands in for somebody of the same role: they were there themselves.
    """
    booked = VisitPart.objects.filter(visit=visit).select_related("staff") if visit else ()
    parts = {part.kind: part for part in booked}
    alone = visit.alone if visit else ""
    team = _team(place)
    found = []
    for role in VISITORS:
        kind, named = KIND_OF[role], team.get(role, [])
        part = parts.get(kind.value)
        who = part.staff if part and part.staff else next(iter(named), None)
        if place.by.role is role and place.by.staff not in {one.pk for one in named}:
            who = Staff.objects.get(pk=place.by.staff)
        if who is not None:
            expected = alone in ("", role) and (part is None or part.answer != "no")
            found.append(Person(PersonKey(kind), who.name, expected, who.pk))
    for kind in (PersonKind.MIDWIFE, PersonKind.DENTAL):
        if part := parts.get(kind.value):
            name = part.staff.name if part.staff else part.name
            found.append(Person(PersonKey(kind), name, part.answer != "no", part.staff_id))
    return found


def _team(place: Place) -> dict[str, list[Staff]]:
    named: dict[str, list[Staff]] = {}
    on = place.by.on
    members = TeamMember.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=on), family=place.child.family, starts__lte=on
    )
    for member in members.select_related("staff").order_by("pk"):
        named.setdefault(member.role, []).append(member.staff)
    return named


def beforehand(
    place: Place, visit: Visit | None, outcome: Outcome | NotHeldReason = Outcome.HELD
) -> Facts:
    """Return the facts as they would be if all went as booked: what the page shows at first."""
    at = localtime(visit.booked_for) if visit and visit.booked_for else None
    ends = at + timedelta(minutes=visit.minutes) if at and visit else None
    present = {person.key for person in people_of(place, visit) if person.expected}
    return Facts(
        outcome=outcome,
        day=min(at.date(), place.by.on) if at else place.by.on,
        began=at.time() if at else None,
        finished=ends.time() if at and ends and ends.date() == at.date() else None,
        present=frozenset(present),
        interpreter_came=Came.ON_TIME if interpreter_of(visit) else None,
    )


def interpreter_of(visit: Visit | None) -> InterpreterBooking | None:
    """Return the interpreter that is booked for a visit, if one is."""
    return InterpreterBooking.objects.filter(visit=visit).first() if visit else None


def stored(place: Place, visit: Visit | None) -> Facts | None:
    """Return the latest facts that do not compete, None where no outcome is written yet.

    A visit recorded without documentation has its outcome and its day only.
    """
    if visit is None or not visit.outcome or visit.outcome_on is None:
        return None
    if visit.facts_number:
        return facts_at(visit, visit.facts_number)
    outcome = outcome_of(visit.not_held_reason or visit.outcome)
    if outcome is not Outcome.HELD:
        return Facts(outcome, visit.outcome_on)
    return Facts(outcome, visit.outcome_on, present=beforehand(place, visit).present)


def facts_at(visit: Visit, number: int) -> Facts | None:
    """Return the facts of a number, None where there are none."""
    found = FactsText.objects.filter(visit=visit, number=number).first()
    return facts_of(found) if found else None


def facts_of(text: FactsText) -> Facts:
    """Return what somebody saved."""
    return Facts.from_json(json.loads(text.facts))
