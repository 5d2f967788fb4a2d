"""The demo's bookings: visits in every state of readiness, and interpreters of every kind.

What people answer is written by themselves, or by the coordinator for the families,
through the services that pages use.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from django.utils.timezone import make_aware

from hembesok.access.models import Assignment, Site, Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import actor_for
from hembesok.families.models import Child
from hembesok.programme.rules.states import State
from hembesok.visits.models import InterpreterBooking, Visit
from hembesok.visits.queries.pages import families_within_reach
from hembesok.visits.rules.parts import GUESTS, Came, Mode, PartKind, Quality
from hembesok.visits.services.asking import InterpreterWanted
from hembesok.visits.services.booking import book, record_held
from hembesok.visits.services.parts import (
    InterpreterFacts,
    answer,
    confirm_interpreter,
    go_alone,
    name_guest,
    set_interpreter,
)

AGENCY: Final = "Språkbron (demo)"


def load(site: Site, staff: Mapping[str, Staff], *, on: date) -> None:
    """Answer for the visits that are booked, in turn, and hold one without its interpreter.

    A visit has everybody's yes, waits for the adviser, for the family, or is made by
    the nurse alone; of the interpreters one in three is not confirmed.
    """
    coordinator = _actor(staff["anna.lind"], Role.COORDINATOR, site, on)
    visits = (
        Visit.objects.counted()
        .filter(child__family__site=site, outcome="", booked_for__date__gte=on)
        .select_related("child__family", "child__enrolment__version__base")
        .order_by("booked_for", "pk")
    )
    own = [
        visit
        for visit in visits
        if visit.step in {step.key for step in visit.child.enrolment.version.plan.own}
    ]
    for number, visit in enumerate(own):
        _tell(visit, number % 4, coordinator, site, on)
    spoken = [one for one in own if InterpreterBooking.objects.filter(visit=one).exists()]
    for number, visit in enumerate(spoken):
        _book_interpreter(visit, site, on, confirmed=number % 3 > 0)
    _without_interpreter(coordinator, site, on)


def _tell(visit: Visit, way: int, coordinator: Actor, site: Site, on: date) -> None:
    """Answer for one visit: 0 all yes, 1 no adviser, 2 no family, 3 alone."""
    child, step = visit.child, visit.step
    kinds = {PartKind(part.kind): part for part in visit.parts.select_related("staff")}
    for kind in GUESTS:
        if kind in kinds:
            name_guest(child, step, kind, "Moa Dahl", by=coordinator)
            answer(child, step, kind, yes=way != 2, by=coordinator)
    nurse = _nurse(child, site, on)
    answer(child, step, PartKind.NURSE, yes=True, by=nurse)
    adviser = kinds.get(PartKind.ADVISER)
    if adviser is not None and adviser.staff is not None and way not in (1, 3):
        by = _actor(adviser.staff, Role.PARENTAL_ADVISER, site, on)
        answer(child, step, PartKind.ADVISER, yes=True, by=by)
    if way != 2:
        answer(child, step, PartKind.FAMILY, yes=True, by=coordinator)
    if way == 3 and adviser is not None:
        go_alone(child, step, Role.CHILD_HEALTH_NURSE, by=coordinator)


def _book_interpreter(visit: Visit, site: Site, on: date, *, confirmed: bool) -> None:
    nurse = _nurse(visit.child, site, on)
    facts = InterpreterFacts(InterpreterWanted(Mode.ON_SITE, agency=AGENCY))
    set_interpreter(visit.child, visit.step, facts, by=nurse)
    if confirmed:
        confirm_interpreter(visit.child, visit.step, by=nurse)


def _without_interpreter(coordinator: Actor, site: Site, on: date) -> None:
    """Hold a visit two days ago to which the interpreter never came, and one with a good one."""
    due = [
        (page, page.next)
        for page in families_within_reach(coordinator)
        if page.next is not None
        and page.next.state is State.DUE
        and page.next.window.opens <= on - timedelta(2)
        and page.family.interpreter_needed
        and not page.child.paused
    ]
    # The first ones are the most pressing of the demo, and are left for whoever looks at it.
    for (page, row), came in zip(due[-2:], (Came.ABSENT, Came.LATE), strict=False):
        child = _child(page.child.key)
        held = on - timedelta(2)
        nurse = _nurse(child, site, on)
        then = replace(nurse, on=on - timedelta(6))
        at = make_aware(datetime.combine(held, time(13)))
        book(child, row.key, at=at, by=then)
        record_held(child, row.key, held=held, by=replace(nurse, on=held))
        facts = InterpreterFacts(
            InterpreterWanted(Mode.ON_SITE, agency=AGENCY),
            came,
            Quality.GOOD if came is Came.LATE else None,
            Decimal("845.50") if came is Came.LATE else Decimal(0),
        )
        set_interpreter(child, row.key, facts, by=nurse)


def _child(key: int) -> Child:
    return Child.objects.select_related("family").get(pk=key)


def _nurse(child: Child, site: Site, on: date) -> Actor:
    member = child.family.team.select_related("staff").get(role=Role.CHILD_HEALTH_NURSE.value)
    return _actor(member.staff, Role.CHILD_HEALTH_NURSE, site, on)


def _actor(staff: Staff, role: Role, site: Site, on: date) -> Actor:
    assignment = Assignment.objects.select_related("staff").get(staff=staff, role=role, site=site)
    return actor_for(assignment, on=on)
