"""How children's steps stand on a day, always in a known number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localtime

from hembesok.access.rules.roles import Actor, Role
from hembesok.enrolment.models import Pause
from hembesok.families.models import Child, Family, PersonIdentifier, TeamMember
from hembesok.families.models.identifiers import CURRENT
from hembesok.programme.rules.matching import HeldVisit
from hembesok.programme.rules.protocol import Kind, Plan
from hembesok.programme.rules.schedule import ChildSchedule, Schedule, StepStatus
from hembesok.programme.rules.states import Facts
from hembesok.secrecy.queries import doors
from hembesok.visits.limits import limited
from hembesok.visits.models import Visit
from hembesok.visits.queries.documentation import unsigned_of
from hembesok.visits.queries.parts import parts_asked, readiness_of
from hembesok.visits.rows import Attempt, ChildFacts, ChildPage, FamilyFacts, StepRow
from hembesok.visits.rules.acting import NotHeldReason, Outcome
from hembesok.visits.rules.parts import USUAL_MINUTES, Part


def children_of(families: QuerySet[Family], *, by: Actor) -> list[ChildPage]:
    """Return every enrolled child of these families, as far as the actor may read of each.

    Fifteen queries however many there are. `families` came through `within_reach_of`.
    """
    children = enrolled_of(families)
    return pages_of(children.order_by("family__code", "number"), by=by)


def enrolled_of(families: QuerySet[Family]) -> QuerySet[Child]:
    """Return the children of these families that are, or were, in the programme."""
    return Child.objects.filter(family__in=families, enrolment__isnull=False, merged_into=None)


def pages_of(children: QuerySet[Child], *, by: Actor) -> list[ChildPage]:
    """Return the pages of these children, in their order, as far as the actor may read of each."""
    found = list(_with_all(children))
    opened = doors({child.family_id: child.family for child in found}.values(), by)
    asked = parts_asked(found)
    waiting = unsigned_of((child.pk for child in found), by=by)
    return [
        replace(
            limited(_page(child, by.on, asked), opened[child.family_id], by),
            unsigned=waiting.get(child.pk, ()),
        )
        for child in found
    ]


def whole_pages(children: QuerySet[Child], *, on: date) -> Iterator[ChildPage]:
    """Give these children with every step, cut for no reader: to be computed with, never shown."""
    return (_page(child, on, {}) for child in _with_all(children))


def _with_all(children: QuerySet[Child]) -> QuerySet[Child]:
    return children.select_related("family", "enrolment__version__base").prefetch_related(
        "family__guardians",
        Prefetch("identifiers", PersonIdentifier.objects.filter(status=CURRENT)),
        Prefetch("enrolment__pauses", Pause.objects.filter(ends=None)),
        Prefetch("family__team", TeamMember.objects.select_related("staff").order_by("pk")),
        Prefetch("visits", Visit.objects.counted().select_related("interpreter").order_by("pk")),
    )


def families_within_reach(actor: Actor) -> list[ChildPage]:
    """Return the children of all families within reach, on the actor's day."""
    return children_of(Family.objects.within_reach_of(actor), by=actor)


def schedule_of(child: Child, *, on: date) -> ChildSchedule:
    """Return the schedule of an enrolled child on a day."""
    return _schedule(child, list(child.visits.counted().order_by("pk")), on)


# Windows depend only on the plan and the anchor days: children born on one day share them.
_windows_of = lru_cache(maxsize=4096)(Schedule)


def _schedule(child: Child, visits: Sequence[Visit], on: date) -> ChildSchedule:
    enrolment = child.enrolment
    schedule = _windows_of(enrolment.version.plan, child.anchors)
    return schedule.on(
        on, _held(enrolment.version.plan, visits), enrolment.membership, _facts(visits)
    )


def _held(plan: Plan, visits: Iterable[Visit]) -> list[HeldVisit]:
    """Return the held visits; one of a step that the child's version lacks is unlinked."""
    keys = {step.key for step in plan.steps}
    return [
        HeldVisit(v.outcome_on, v.step if v.step in keys else None, Kind(v.kind))
        for v in visits
        if v.outcome == Outcome.HELD and v.outcome_on is not None
    ]


def _facts(visits: Iterable[Visit]) -> dict[str, Facts]:
    by_step: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_step[visit.step].append(visit)
    return {step: _step_facts(attempts) for step, attempts in by_step.items()}


def _step_facts(attempts: Sequence[Visit]) -> Facts:
    booked = [v for v in attempts if v.outcome == "" and v.booked_for is not None]
    failed = [
        v.outcome_on
        for v in attempts
        if v.not_held_reason == NotHeldReason.NO_ONE_HOME and v.booked_for and v.outcome_on
    ]
    latest = attempts[-1]
    return Facts(
        booked=localtime(booked[-1].booked_for).date() if booked else None,
        # A family that booked again after saying no has changed its mind.
        declined=latest.outcome_on if latest.outcome == Outcome.DECLINED else None,
        not_held=max(failed, default=None),
    )


def _standing(visits: Iterable[Visit], ended: date | None) -> list[Visit]:
    """Leave out what was booked for days after the family left: nobody is to go there."""
    return [
        visit
        for visit in visits
        if ended is None
        or visit.outcome
        or visit.booked_for is None
        or localtime(visit.booked_for).date() <= ended
    ]


def _page(child: Child, on: date, asked: Mapping[int, Sequence[Part]]) -> ChildPage:
    visits = _standing(child.visits.all(), child.enrolment.ended)
    plan = child.enrolment.version.plan
    schedule = _schedule(child, visits, on)
    own = {step.key for step in plan.own}
    places = _places([s for s in schedule.steps if s.step.key in own])
    places |= _places([s for s in schedule.steps if s.step.key not in own])
    rows = tuple(
        _ready(
            _row(status, places[status.step.key], visits, plan, own, on, child.enrolment.ended),
            visits,
            plan,
            child.family,
            asked,
        )
        for status in schedule.steps
    )
    held = _held(plan, visits)
    guardians = list(child.family.guardians.all())
    return ChildPage(
        family=_family_facts(child.family),
        child=_child_facts(child),
        on=on,
        rows=rows,
        guardians=tuple(guardian.given_name for guardian in guardians),
        team=tuple(
            (Role(member.role), member.staff.name, member.staff.short_name)
            for member in child.family.team.all()
            if member.starts <= on and (member.ends is None or on <= member.ends)
        ),
        first_time_parents=any(guardian.first_time_parent for guardian in guardians),
        first_child_in_sweden=any(guardian.first_child_in_sweden for guardian in guardians),
        unplanned=tuple(held[n].on for n in schedule.unplanned),
    )


def _family_facts(family: Family) -> FamilyFacts:
    return FamilyFacts(
        subject=family.subject,
        ref=family.ref,
        code=family.code,
        language=family.language,
        interpreter_needed=family.interpreter_needed,
        address=family.address,
        door_note=family.door_note,
        meeting_place=family.meeting_place,
        protection=family.level,
    )


def _child_facts(child: Child) -> ChildFacts:
    return ChildFacts(
        key=child.pk,
        number=child.number,
        given_name=child.given_name,
        born=child.born,
        has_number=bool(child.identifiers.all()),
        paused_since=next((pause.starts for pause in child.enrolment.pauses.all()), None),
        ended=child.enrolment.ended,
        end_reason=child.enrolment.end_reason,
    )


def _places(steps: Sequence[StepStatus]) -> dict[str, int]:
    """Number the home visits by age, and all others by age: H1 H2 …, E1 E2 …."""
    places: dict[str, int] = {}
    for home in (True, False):
        of_kind = [status for status in steps if (status.step.kind is Kind.HOME) is home]
        by_age = sorted(of_kind, key=lambda status: status.window.target)
        places |= {status.step.key: n for n, status in enumerate(by_age, start=1)}
    return places


def _ready(
    row: StepRow,
    visits: Sequence[Visit],
    plan: Plan,
    family: Family,
    asked: Mapping[int, Sequence[Part]],
) -> StepRow:
    """Add what is missing until a visit that is still to come is ready, and who makes it alone."""
    keys = plan.same_visit(row.key)
    open_ones = [visit for visit in visits if visit.step in keys and not visit.outcome]
    if row.booked_for is None or row.booked_for.date() < row.on or not open_ones:
        return row
    visit = open_ones[-1]
    return replace(
        row,
        readiness=readiness_of(visit, plan, asked.get(visit.pk, ()), family),
        alone=Role(visit.alone) if visit.alone else None,
    )


def _row(
    status: StepStatus,
    place: int,
    visits: Sequence[Visit],
    plan: Plan,
    own: set[str],
    on: date,
    ended: date | None,
) -> StepRow:
    keys = plan.same_visit(status.step.key)
    attempts = [visit for visit in visits if visit.step in keys]
    booked = [v for v in attempts if v.outcome == "" and v.booked_for is not None]
    return StepRow(
        step=status.step,
        own=status.step.key in own,
        state=status.state,
        window=status.window,
        on=on,
        visit_date=status.visit_date,
        days_from_target=status.days_from_target,
        booked_for=localtime(booked[-1].booked_for) if booked else None,
        minutes=booked[-1].minutes if booked else USUAL_MINUTES,
        attempts=tuple(
            Attempt(v.outcome_on, NotHeldReason(v.not_held_reason))
            for v in attempts
            if v.outcome == Outcome.NOT_HELD and v.outcome_on is not None
        ),
        place=place,
        mirrored=status.step.key in plan.mirrors,
        has_outcome=any(visit.outcome for visit in attempts),
        declined_on=_step_facts(attempts).declined if attempts else None,
        ended=ended,
    )
