"""When those who visit a family can: their calendars, put together in a known number of queries.

`suggest` is asked for one visit at a time. It is the seam for whatever plans a whole week at
once: it may be asked the same, with the same calendars, and answer with the same `Suggestion`s
(ADR 0013). Of other families' visits nothing but the time is read here.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils.timezone import localtime

from hembesok.access.rules.roles import VISITORS, Actor, Role
from hembesok.families.models import Child, Cover, Family, TeamMember
from hembesok.programme.models import ProgrammeVersion
from hembesok.programme.rules.protocol import Step, Words
from hembesok.values.kinds import texts
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import (
    Absence,
    BusyTime,
    ClosedDay,
    InterpreterBooking,
    Visit,
    VisitPart,
    WorkHours,
)
from hembesok.visits.queries.pages import schedule_of
from hembesok.visits.rules.closed_days import closed_in
from hembesok.visits.rules.parts import ROLE_OF, USUAL_MINUTES, PartKind, counted, parts_of
from hembesok.visits.rules.times import (
    BETWEEN,
    DEFAULT_HOURS,
    Calendar,
    Days,
    Seat,
    Span,
    Suggestion,
    Wanted,
    suggestions,
    together,
    why_not_minutes,
)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who visits a family on some days, in the team or covering for it."""

    family: int
    staff: int
    role: Role
    days: Days
    covers: bool


@dataclass(frozen=True, repr=False)
class People:
    """The calendars of some people, and which families they are named for."""

    calendars: Mapping[int, Calendar]
    named: Mapping[int, Sequence[Named]]
    interpreters: Mapping[str, tuple[Span, ...]]
    closed: Callable[[Iterable[date]], Mapping[date, Words]]

    def away(self, staff: int, day: date) -> bool:
        """Tell whether somebody is away on a day."""
        return any(day in days for days in self.calendars[staff].away)

    def seats(self, family: int, roles: Sequence[Role] = VISITORS) -> list[Seat]:
        """Return who can fill each place at a visit to a family: the team first, then covers."""
        return [
            [
                replace(self.calendars[one.staff], named=one.days, covers=one.covers)
                for one in self.named.get(family, ())
                if one.role is role
            ]
            for role in roles
        ]


def suggest(
    child: Child, step_key: str, *, by: Actor, minutes: int = USUAL_MINUTES, most: int = 3
) -> tuple[Suggestion, ...]:
    """Return times for a step of a child at which those who visit can, the best first.

    Fifteen queries, whoever they are and however much they have to do. The step's own
    booking is not in its way, so that a new time may overlap the old one. Raises
    Refusal where the child is not within reach or has no such step.
    """
    wanted, seats, people = _asked(child, step_key, by, minutes)
    return suggestions(wanted, by.on, seats, closed=people.closed, most=most)


def can_come(
    child: Child, step_key: str, at: datetime, *, by: Actor, minutes: int = USUAL_MINUTES
) -> bool:
    """Tell whether those who visit can come at a time: it may have been taken since it was shown.

    Raises Refusal where the child is not within reach or has no such step.
    """
    wanted, seats, people = _asked(child, step_key, by, minutes)
    day = localtime(at).date()
    visit = Span(at, at + timedelta(minutes=wanted.minutes))
    free_then = together(seats, day, people.closed([day]))
    return day > by.on and any(gap.holds(visit) for gap in free_then)


def _asked(
    child: Child, step_key: str, by: Actor, minutes: int
) -> tuple[Wanted, list[Seat], People]:
    refuse(why_not_minutes(minutes))
    found = (
        Child.objects.filter(pk=child.pk, family__in=Family.objects.within_reach_of(by))
        .select_related("family", "enrolment__version__base")
        .filter(enrolment__isnull=False)
        .first()
    )
    if found is None:
        raise Refusal(Reason("not_within_reach"))
    schedule = schedule_of(found, on=by.on)
    status = next((row for row in schedule.steps if row.step.key == step_key), None)
    if status is None:
        raise Refusal(Reason("no_such_step", {"step": step_key}))
    plan = found.enrolment.version.plan
    own = status.step in plan.own
    booked = list(
        Visit.objects.counted().filter(
            child=found, step__in=plan.same_visit(step_key), outcome="", booked_for__isnull=False
        )
    )
    people = people_of([found.family_id], by=by, leaving_out=booked)
    held = [row.visit_date for row in schedule.steps if row.step in plan.own and row.visit_date]
    wanted = Wanted(
        status.window,
        minutes,
        max(held).weekday() if held else None,
        people.interpreters.get(found.family.language, ()),
    )
    alone = next((Role(visit.alone) for visit in booked if visit.alone), None)
    return (
        wanted,
        people.seats(found.family_id, roles_of(status.step, own=own, alone=alone)),
        people,
    )


def people_of(
    families: Collection[int] | QuerySet[Family], *, by: Actor, leaving_out: Collection[Visit] = ()
) -> People:
    """Return the people who visit some families from the actor's day on; twelve queries.

    `leaving_out` are bookings that may be moved: they take nobody's time.
    """
    named = list(_named(Q(family__in=families), by.on))
    calendars = calendars_of({one.staff for one in named}, since=by.on, leaving_out=leaving_out)
    own = dict(ClosedDay.objects.filter(site_id=by.site).values_list("day", "title"))
    by_family = defaultdict(list)
    for one in named:
        by_family[one.family].append(one)
    interpreters = interpreters_of(by, leaving_out=leaving_out)
    return People(calendars, by_family, interpreters, lambda days: closed_in(days, own))


def interpreters_of(
    by: Actor, *, leaving_out: Collection[Visit] = ()
) -> dict[str, tuple[Span, ...]]:
    """Return when interpreters are booked at the actor's site, by language; one query."""
    booked = (
        InterpreterBooking.objects.filter(
            visit__child__family__site=by.site,
            visit__withdrawn_at=None,
            visit__outcome="",
            visit__booked_for__date__gte=by.on,
        )
        .exclude(visit__in=[visit.pk for visit in leaving_out])
        .select_related("visit")
        .defer("dialect")
    )
    found = defaultdict(list)
    for one in booked:
        found[one.language].append(span_of(one.visit))
    return {language: tuple(spans) for language, spans in found.items()}


def asked_for(families: QuerySet[Family]) -> dict[tuple[int, str], dict[Role, int]]:
    """Return who is asked by name for each booked visit, by child and step; one query."""
    parts = VisitPart.objects.filter(
        visit__child__family__in=families,
        visit__outcome="",
        visit__withdrawn_at=None,
        kind__in=texts(ROLE_OF),
        staff__isnull=False,
    ).values_list("visit__child", "visit__step", "kind", "staff")
    asked: dict[tuple[int, str], dict[Role, int]] = defaultdict(dict)
    for child, step, kind, staff in parts:
        if staff is not None:
            asked[child, step][ROLE_OF[PartKind(kind)]] = staff
    return asked


def roles_of(step: Step, *, own: bool, alone: Role | None = None) -> tuple[Role, ...]:
    """Return who makes the visits of a step: both services or one, guests not counted."""
    kinds = counted(parts_of(step, own=own), alone)
    return tuple(ROLE_OF[kind] for kind in kinds if kind in ROLE_OF)


def calendars_of(
    staff: Collection[int], *, since: date, leaving_out: Collection[Visit] = ()
) -> dict[int, Calendar]:
    """Return the calendars of some people from a day on; eight queries.

    What is busy are the visits they are named for, with the way there and back, and
    what they have told of another calendar.
    """
    hours, away, busy = defaultdict(list), defaultdict(list), defaultdict(list)
    for written in WorkHours.objects.filter(staff__in=staff):
        hours[written.staff_id].append(written.hours)
    for absence in Absence.objects.filter(staff__in=staff, ends__gte=since):
        away[absence.staff_id].append(absence.days)
    for taken in BusyTime.objects.filter(staff__in=staff, ends__date__gte=since):
        busy[taken.staff_id].append(taken.span)
    left_out = {visit.pk for visit in leaving_out}
    for one, visit in booked_of(staff, since=since):
        if visit.pk not in left_out:
            busy[one].append(span_of(visit).widened(BETWEEN))
    return {
        one: Calendar(one, tuple(hours[one]) or DEFAULT_HOURS, tuple(busy[one]), tuple(away[one]))
        for one in staff
    }


def booked_of(staff: Collection[int], *, since: date) -> list[tuple[int, Visit]]:
    """Return the visits that some people are to make from a day on, each with whose it is.

    Of families of any kind and anywhere: whoever asks may read the times and nothing
    else. Five queries.
    """
    named = defaultdict(list)
    for one in _named(Q(staff__in=staff), since):
        named[one.family].append(one)
    asked = Visit.objects.filter(parts__staff__in=staff).values("pk")
    visits = (
        Visit.objects.counted()
        .filter(
            Q(child__family__in=named) | Q(pk__in=asked),
            outcome="",
            booked_for__date__gte=since,
        )
        .select_related("child__enrolment")
        .prefetch_related(
            Prefetch("parts", VisitPart.objects.filter(kind__in=texts(ROLE_OF)).defer("name"))
        )
        .defer("child__given_name")
        .order_by("booked_for", "pk")
    )
    # A site has a few versions, with long texts: not one copy for each visit.
    versions = ProgrammeVersion.objects.select_related("base")
    plans = {one.pk: {step.key: step for step in one.plan.steps} for one in versions}
    own = {one.pk: {step.key for step in one.plan.own} for one in versions}
    found = []
    for visit in visits:
        enrolment = visit.child.enrolment
        step = plans[enrolment.version_id].get(visit.step)
        if enrolment.ended is not None and enrolment.ended < day_of(visit):
            continue  # Nobody is to go there.
        alone = Role(visit.alone) if visit.alone else None
        roles = (
            VISITORS  # A step of a version that the child was moved from.
            if step is None
            else roles_of(step, own=visit.step in own[enrolment.version_id], alone=alone)
        )
        goes = _goers(visit, roles, named.get(visit.child.family_id, ()))
        found += [(one, visit) for one in sorted(goes.intersection(staff))]
    return found


def _goers(visit: Visit, roles: Iterable[Role], named: Sequence[Named]) -> set[int]:
    """Return who goes to a visit: whoever has the part, else whoever is named that day."""
    day = day_of(visit)
    asked = {ROLE_OF[PartKind(part.kind)]: part.staff_id for part in visit.parts.all()}
    goes: set[int] = set()
    for role in roles:
        whose = asked.get(role)
        if whose is not None:
            goes.add(whose)
        else:
            goes |= {one.staff for one in named if one.role is role and day in one.days}
    return goes


def span_of(visit: Visit) -> Span:
    """Return the time that a booked visit takes."""
    if visit.booked_for is None:
        raise ValueError(f"{visit} is not booked")
    return Span(visit.booked_for, visit.booked_for + timedelta(minutes=visit.minutes))


def day_of(visit: Visit) -> date:
    """Return the day, in Sweden, that a visit is booked for."""
    return localtime(visit.booked_for).date()


def _named(where: Q, since: date) -> Iterator[Named]:
    """Give those who visit on some day from `since` on, the team before those who cover."""
    roles = {"role__in": [role.value for role in VISITORS]}
    later = Q(ends=None) | Q(ends__gte=since)
    for member in TeamMember.objects.filter(where, later, **roles).order_by("starts", "pk"):
        yield _as_named(member, covers=False)
    for cover in Cover.objects.filter(where, later, **roles).order_by("starts", "pk"):
        yield _as_named(cover, covers=True)


def _as_named(row: TeamMember | Cover, *, covers: bool) -> Named:
    days = Days(row.starts, row.ends)
    return Named(row.family_id, row.staff_id, Role(row.role), days, covers)
