"""Who is away, and which visits wait for somebody to say what becomes of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import VISITORS, Actor, Role
from hembesok.families.models import Cover, Family, TeamMember
from hembesok.values.kinds import texts
from hembesok.visits.models import Absence, VisitPart
from hembesok.visits.queries.board import seats_of, waits_for, wanted_of
from hembesok.visits.queries.pages import families_within_reach
from hembesok.visits.queries.times import People, asked_for, calendars_of, people_of, roles_of
from hembesok.visits.rows import ChildPage, StepRow
from hembesok.visits.rules.acting import Outcome
from hembesok.visits.rules.parts import KIND_OF, ROLE_OF, PartKind, changes_before
from hembesok.visits.rules.times import Calendar, Span, Suggestion, free, suggestions


@dataclass(frozen=True, slots=True, repr=False)
class Choice:
    """Somebody who could go instead; `changes` is which change it would be for the family."""

    staff: int
    name: str
    changes: int


@dataclass(frozen=True, slots=True, repr=False)
class Affected:
    """A booked visit that somebody who is away should have made."""

    page: ChildPage
    row: StepRow
    role: Role
    covers: tuple[Choice, ...]
    times: tuple[Suggestion, ...]
    alone: Role | None

    @property
    def kind(self) -> PartKind:
        """Whose part it is that nobody makes."""
        return KIND_OF[self.role]


@dataclass(frozen=True, slots=True, repr=False)
class Away:
    """An absence, with the visits in it that wait for a decision."""

    absence: Absence
    name: str
    visits: tuple[Affected, ...]


def staff_of(by: Actor) -> list[Staff]:
    """Return whose absence an actor may write: those who visit at the site, or oneself."""
    visiting = Staff.objects.filter(is_active=True, pk__in=_assignments(by).values("staff"))
    if by.role is not Role.COORDINATOR:
        visiting = visiting.filter(pk=by.staff)
    return list(visiting.order_by("name", "pk"))


def absences(by: Actor) -> list[Away]:
    """Return the absences from today on that an actor sees, soonest first, with their visits.

    In a known number of queries. A visit that somebody covers already waits for nothing.
    """
    staff = [one.pk for one in staff_of(by)]
    found = list(
        Absence.objects.filter(staff__in=staff, ends__gte=by.on)
        .select_related("staff")
        .order_by("starts", "staff__name", "pk")
    )
    families = Family.objects.within_reach_of(by)
    keys = dict(families.values_list("ref", "pk"))
    people = people_of(families, by=by)
    colleagues = list(_assignments(by).select_related("staff").order_by("staff__name", "pk"))
    calendars = calendars_of({one.staff_id for one in colleagues}, since=by.on)
    pages = families_within_reach(by)
    crew = _Crew(keys, people, colleagues, calendars, _seen(families), asked_for(families), by)
    return [
        Away(
            absence,
            absence.staff.name,
            tuple(
                one
                for page in pages
                for row in page.visits_between(max(absence.starts, by.on), absence.ends)
                if (one := _affected(crew, absence, page, row)) is not None
            ),
        )
        for absence in found
    ]


@dataclass(frozen=True, slots=True, repr=False)
class _Crew:
    """What every affected visit is looked up in."""

    keys: Mapping[str, int]
    people: People
    colleagues: Sequence[Assignment]
    calendars: Mapping[int, Calendar]
    seen: Mapping[int, Collection[tuple[Role, int]]]
    asked: Mapping[tuple[int, str], Mapping[Role, int]]
    by: Actor


def _affected(crew: _Crew, absence: Absence, page: ChildPage, row: StepRow) -> Affected | None:
    if row.booked_for is None:
        return None
    family, day = crew.keys[page.family.ref], row.booked_for.date()
    waiting = waits_for(crew.people, family, page, row, crew.asked)
    role = next((role for role, staff in waiting if staff == absence.staff_id), None)
    if role is None:
        return None
    both = roles_of(row.step, own=row.own, alone=row.alone)
    others = [one for one in both if one is not role]
    span = Span(row.booked_for, row.booked_for + timedelta(minutes=row.minutes))
    return Affected(
        page=page,
        row=row,
        role=role,
        covers=tuple(_covers(crew, family, role, day, span)),
        times=suggestions(
            wanted_of(page, row, crew.people),
            crew.by.on,
            seats_of(crew.people, family, row),
            closed=crew.people.closed,
            most=2,
        ),
        alone=others[0] if others else None,
    )


def _covers(crew: _Crew, family: int, role: Role, day: date, span: Span) -> Iterator[Choice]:
    """Give those of the same role who are free at the time of a visit, whom they know first."""
    free_then = [
        Choice(one.staff_id, one.staff.name, changes_before(crew.seen[family], role, one.staff_id))
        for one in crew.colleagues
        if one.role == role
        and any(gap.holds(span) for gap in free(crew.calendars[one.staff_id], day))
    ]
    yield from sorted(free_then, key=lambda choice: choice.changes)


def _seen(families: QuerySet[Family]) -> Mapping[int, Collection[tuple[Role, int]]]:
    """Return who has been named for each family or has come, ever, in which role; 3 queries."""
    seen: dict[int, set[tuple[Role, int]]] = defaultdict(set)
    for model in (TeamMember, Cover):
        rows = model.objects.filter(family__in=families)
        for family, role, staff in rows.values_list("family", "role", "staff"):
            seen[family].add((Role(role), staff))
    came = VisitPart.objects.filter(
        visit__child__family__in=families,
        visit__withdrawn_at=None,
        visit__outcome=Outcome.HELD,
        kind__in=texts(ROLE_OF),
        staff__isnull=False,
    )
    for family, kind, staff in came.values_list("visit__child__family", "kind", "staff"):
        if staff is not None:
            seen[family].add((ROLE_OF[PartKind(kind)], staff))
    return seen


def _assignments(by: Actor) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        Q(ends=None) | Q(ends__gte=by.on),
        site_id=by.site,
        role__in=VISITORS,
        starts__lte=by.on,
        staff__is_active=True,
    )
