"""How it stands with those who are to come to a visit, always in a known number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.timezone import localtime

from hembesok.access.models import Assignment
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.rules.secrecy import Field
from hembesok.families.models import Child, Cover, Family, TeamMember
from hembesok.families.rules.protection import HOME_NOT_STORED, ProtectionLevel
from hembesok.programme.rules.protocol import Plan, Words
from hembesok.secrecy.queries import door, doors
from hembesok.visits.models import InterpreterBooking, Visit, VisitPart
from hembesok.visits.rules.acting import Outcome
from hembesok.visits.rules.parts import (
    ROLE_OF,
    Answer,
    Came,
    GenderWish,
    Interpreting,
    Mode,
    Part,
    PartKind,
    Place,
    Quality,
    Readiness,
    changes_before,
    counted,
    is_joint,
    parts_of,
    parts_of_base,
    readiness,
)


def parts_asked(children: Sequence[Child]) -> Mapping[int, Sequence[Part]]:
    """Return the parts of the open bookings of some children, by the visit's key; one query.

    Guests' names are left out: a list says midwife.
    """
    found: dict[int, list[Part]] = defaultdict(list)
    parts = (
        VisitPart.objects.filter(
            visit__child__in=children, visit__outcome="", visit__withdrawn_at=None
        )
        .select_related("staff")
        .defer("name")
        .order_by("pk")
    )
    for part in parts:
        name = part.staff.name if part.staff is not None else ""
        kind = PartKind(part.kind)
        found[part.visit_id].append(Part(kind, part.staff_id, name, Answer(part.answer)))
    return found


def readiness_of(visit: Visit, plan: Plan, parts: Iterable[Part], family: Family) -> Readiness:
    """Return what is missing until a booked visit is ready; its interpreter comes with it."""
    interpreter = getattr(visit, "interpreter", None)
    place = Place(visit.place) if visit.place else None
    return readiness(
        at=visit.booked_for,
        place=place,
        place_known=place is not None and is_known(place, family),
        kinds=kinds_of(visit, plan),
        parts=parts,
        alone=Role(visit.alone) if visit.alone else None,
        interpreting=Interpreting(
            needed=family.interpreter_needed,
            booked=interpreter is not None,
            confirmed=interpreter is not None and interpreter.confirmed_at is not None,
        ),
    )


def kinds_of(visit: Visit, plan: Plan) -> tuple[PartKind, ...]:
    """Return whose parts a visit has; one of a step that the plan lacks, as the base programme's.

    A visit is stored under the step it is held as, so that a mirror needs no thought.
    """
    own = next((step for step in plan.own if step.key == visit.step), None)
    return parts_of(own, own=True) if own is not None else parts_of_base()


def is_known(place: Place, family: Family) -> bool:
    """Tell whether it stands written where a place is."""
    if place is Place.HOME:
        return bool(family.address) and family.level not in HOME_NOT_STORED
    return place is not Place.MEETING_PLACE or bool(family.meeting_place)


@dataclass(frozen=True, repr=False)
class PartRow:
    """A part of a visit, and what its reader may do with it."""

    part: Part
    mine: bool
    waited_for: bool
    may_answer: bool


@dataclass(frozen=True, repr=False)
class InterpreterRow:
    """The interpreter of a visit as a page shows it; cost in SEK."""

    language: str
    dialect: str
    gender_wish: GenderWish | None
    mode: Mode
    agency: str
    authorised: bool
    confirmed_at: datetime | None
    came: Came | None
    quality: Quality | None
    cost: Decimal | None


@dataclass(frozen=True, repr=False)
class VisitPage:
    """A booked visit with all who take part. `key` is the database's, of this very booking."""

    key: int
    at: datetime
    minutes: int
    place: Place | None
    alone: Role | None
    joint: bool
    open: bool
    begun: bool
    parts: tuple[PartRow, ...]
    interpreter: InterpreterRow | None
    readiness: Readiness
    shows_language: bool
    interpreter_learns_address: bool

    @property
    def ends(self) -> datetime:
        """The moment it is planned to be over."""
        return self.at + timedelta(minutes=self.minutes)


def visit_page(child: Child, step_key: str, *, by: Actor) -> VisitPage | None:
    """Return the booking of a step, or else the latest that was booked; None where there is none.

    `child` came through `within_reach_of`.
    """
    plan = child.enrolment.version.plan
    visits = list(
        Visit.objects.counted()
        .filter(child=child, step__in=plan.same_visit(step_key), booked_for__isnull=False)
        .select_related("interpreter")
        .order_by("pk")
    )
    visit = next((one for one in visits if not one.outcome), visits[-1] if visits else None)
    if visit is None or visit.booked_for is None:
        return None
    family = child.family
    parts = {part.kind: part.value for part in visit.parts.select_related("staff")}
    kinds = kinds_of(visit, plan)
    alone = Role(visit.alone) if visit.alone else None
    shows_language = door(family, by).shows(Field.LANGUAGE, by, by.on) is not None
    found = readiness_of(visit, plan, parts.values(), family)
    waited_for = counted(kinds, alone)
    return VisitPage(
        key=visit.pk,
        at=localtime(visit.booked_for),
        minutes=visit.minutes,
        place=Place(visit.place) if visit.place else None,
        alone=alone,
        joint=is_joint(kinds),
        open=not visit.outcome,
        begun=localtime(visit.booked_for).date() <= by.on or visit.outcome == Outcome.HELD,
        parts=tuple(
            _part_row(parts.get(kind, Part(kind)), kind in waited_for, by) for kind in kinds
        ),
        interpreter=_interpreter_row(visit) if shows_language else None,
        readiness=found if shows_language else found.without_interpreter(),
        shows_language=shows_language,
        interpreter_learns_address=family.level is not ProtectionLevel.NONE
        and visit.place == Place.HOME,
    )


def _part_row(part: Part, waited_for: bool, by: Actor) -> PartRow:
    role = ROLE_OF.get(part.kind)
    mine = part.staff == by.staff and role is by.role
    return PartRow(part, mine, waited_for, mine or role is None)


def _interpreter_row(visit: Visit) -> InterpreterRow | None:
    one = getattr(visit, "interpreter", None)
    if one is None:
        return None
    return InterpreterRow(
        language=one.language,
        dialect=one.dialect,
        gender_wish=GenderWish(one.gender_wish) if one.gender_wish else None,
        mode=Mode(one.mode),
        agency=one.agency,
        authorised=one.authorised,
        confirmed_at=one.confirmed_at,
        came=Came(one.came) if one.came else None,
        quality=Quality(one.quality) if one.quality else None,
        cost=one.cost,
    )


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """Somebody who can come instead. `change` is which change it would be for the family; 0: none.

    `named` is whether the person is in the family's team or covers for it that day.
    """

    staff: int
    name: str
    change: int
    named: bool


def candidates(family: Family, kind: PartKind, day: date, *, by: Actor) -> tuple[Candidate, ...]:
    """Return who can be asked for a part on a day, those whom the family knows first.

    Those who visit choose among who is named for the family that day; who names staff,
    among all who have the role at the site. Five queries.
    """
    role = ROLE_OF[kind]
    seen = seen_by(family)
    on = Q(starts__lte=day) & (Q(ends=None) | Q(ends__gte=day))
    named = {
        staff
        for rows in (family.team, family.covers)
        for staff in rows.filter(on, role=role.value).values_list("staff", flat=True)
    }
    everybody = Assignment.objects.filter(
        on, role=role.value, site=family.site_id, staff__is_active=True
    ).select_related("staff")
    names_staff = by.role is Role.COORDINATOR and family.level is ProtectionLevel.NONE
    found = {
        one.staff_id: Candidate(
            one.staff_id,
            one.staff.name,
            changes_before(seen, role, one.staff_id),
            one.staff_id in named,
        )
        for one in everybody
        if names_staff or one.staff_id in named
    }
    return tuple(sorted(found.values(), key=lambda one: (one.change, not one.named, one.name)))


def seen_by(family: Family) -> set[tuple[Role, int]]:
    """Return who has been named for a family or was to visit it, each with the role; 3 queries."""
    roles = [role.value for role in ROLE_OF.values()]
    seen = {
        (Role(role), staff)
        for model in (TeamMember, Cover)
        for role, staff in model.objects.filter(family=family, role__in=roles).values_list(
            "role", "staff"
        )
    }
    came = VisitPart.objects.filter(
        visit__child__family=family, visit__withdrawn_at=None, visit__outcome="held", staff__gt=0
    )
    return seen | {
        (ROLE_OF[PartKind(kind)], staff) for kind, staff in came.values_list("kind", "staff")
    }


@dataclass(frozen=True, repr=False)
class InterpreterVisit:
    """A booked visit with an interpreter, in the list of them."""

    key: int
    ref: str
    code: str
    subject: str
    number: int
    step: str
    title: Words
    at: datetime
    minutes: int
    language: str
    dialect: str
    mode: Mode
    gender_wish: GenderWish | None
    authorised: bool
    agency: str
    confirmed: bool
    protected: bool


def interpreters_booked(*, by: Actor) -> tuple[InterpreterVisit, ...]:
    """Return the visits with an interpreter from today on, those not confirmed first.

    Nine queries. Families whose language the actor may not read are left out.
    """
    bookings = list(
        InterpreterBooking.objects.filter(
            visit__child__family__in=Family.objects.within_reach_of(by),
            visit__withdrawn_at=None,
            visit__outcome="",
            visit__booked_for__date__gte=by.on,
        )
        .select_related("visit__child__family", "visit__child__enrolment__version__base")
        .order_by("visit__booked_for", "pk")
    )
    families = {one.visit.child.family_id: one.visit.child.family for one in bookings}
    opened = doors(families.values(), by)
    rows = []
    for one in bookings:
        if opened[one.visit.child.family_id].shows(Field.LANGUAGE, by, by.on) is None:
            continue
        row = _interpreter_visit(one, by)
        if row is not None:
            rows.append(row)
    return tuple(sorted(rows, key=lambda row: (row.confirmed, row.at)))


def _interpreter_visit(one: InterpreterBooking, by: Actor) -> InterpreterVisit | None:
    visit, child = one.visit, one.visit.child
    plan, ended = child.enrolment.version.plan, child.enrolment.ended
    step = next((one for one in plan.steps if one.key == visit.step), None)
    if step is None or visit.booked_for is None:
        return None  # Of a step that the child's version lacks.
    if step not in plan.own and by.role is not Role.CHILD_HEALTH_NURSE:
        return None  # The base programme is the child health service's alone.
    at = localtime(visit.booked_for)
    if ended is not None and at.date() > ended:
        return None  # Nobody is to go there.
    return InterpreterVisit(
        key=visit.pk,
        ref=child.family.ref,
        code=child.family.code,
        subject=child.family.subject,
        number=child.number,
        step=step.key,
        title=step.title,
        at=at,
        minutes=visit.minutes,
        language=one.language,
        dialect=one.dialect,
        mode=Mode(one.mode),
        gender_wish=GenderWish(one.gender_wish) if one.gender_wish else None,
        authorised=one.authorised,
        agency=one.agency,
        confirmed=one.confirmed_at is not None,
        protected=child.family.level is not ProtectionLevel.NONE,
    )
