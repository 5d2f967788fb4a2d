"""What was saved without coverage by somebody who may not write of the family any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from hembesok.access.models import Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.families.models import Cover, Family, TeamMember
from hembesok.programme.rules.protocol import Words
from hembesok.visits.models import OfflineCommand
from hembesok.visits.rules.carrying import Became


@dataclass(frozen=True, slots=True)
class Sealed:
    """Something that waits, as it is told of to whoever may not read it."""

    uid: UUID
    subject: str
    code: str
    title: Words | None
    """The visit's, where it is one of the programme: the base programme is the clinic's."""
    writer: str
    role: Role
    made_at: datetime
    received_at: datetime
    handed_to: str
    readers: tuple[tuple[int, str], ...]
    """Keys and names of those who may read it."""


def waiting_within(actor: Actor) -> QuerySet[OfflineCommand]:
    """Return what waits of the families within an actor's reach, the oldest first."""
    families = Family.objects.within_reach_of(actor)
    return (
        OfflineCommand.objects.filter(
            became=Became.SEALED, done_at=None, visit__child__family__in=families
        )
        .select_related(
            "visit__child__family",
            "visit__child__enrolment__version__base",
            "pack__assignment__staff",
            "handed_to",
        )
        .defer("body")
        .order_by("received_at", "uid")
    )


def handed_to(actor: Actor) -> QuerySet[OfflineCommand]:
    """Return what waits for this very person, of families within reach."""
    return waiting_within(actor).filter(handed_to=actor.staff, pack__assignment__role=actor.role)


@dataclass(frozen=True, slots=True)
class Handed:
    """Something that was handed to somebody, as the first page tells of it."""

    uid: UUID
    subject: str
    code: str
    title: Words | None


def handed_rows(actor: Actor) -> tuple[Handed, ...]:
    """Return what waits for this very person."""
    return tuple(
        Handed(one.uid, one.visit.child.family.subject, one.visit.child.family.code, _title(one))
        for one in handed_to(actor)
    )


def sealed_rows(actor: Actor) -> Sequence[Sealed]:
    """Return what waits for a coordinator to hand it on, with those who may read each."""
    return [_row(one, actor) for one in waiting_within(actor)]


def _row(one: OfflineCommand, actor: Actor) -> Sealed:
    child, assignment = one.visit.child, one.pack.assignment
    return Sealed(
        uid=one.uid,
        subject=child.family.subject,
        code=child.family.code,
        title=_title(one),
        writer=assignment.staff.name,
        role=Role(assignment.role),
        made_at=one.made_at,
        received_at=one.received_at,
        handed_to=one.handed_to.name if one.handed_to else "",
        readers=tuple(
            (staff.pk, staff.name)
            for staff in readers(child.family, Role(assignment.role), on=actor)
        ),
    )


def _title(one: OfflineCommand) -> Words | None:
    own = {step.key: step.title for step in one.visit.child.enrolment.version.plan.own}
    return own.get(one.visit.step)


def readers(family: Family, role: Role, *, on: Actor) -> QuerySet[Staff]:
    """Return those who work in a role and are named for a family on the actor's day."""
    dated = Q(starts__lte=on.on) & (Q(ends__isnull=True) | Q(ends__gte=on.on))
    rows = (TeamMember.objects, Cover.objects)
    named = [row.filter(dated, family=family, role=role).values("staff") for row in rows]
    at_work = Q(assignments__starts__lte=on.on, assignments__role=role, assignments__site=on.site)
    at_work &= Q(assignments__ends__isnull=True) | Q(assignments__ends__gte=on.on)
    return (
        Staff.objects.filter(Q(pk__in=named[0]) | Q(pk__in=named[1]), at_work, is_active=True)
        .distinct()
        .order_by("name", "pk")
    )
