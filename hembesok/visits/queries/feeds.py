"""What somebody's own feed holds: the times of the visits that person is to make, or was.

A visit that is called off stays for a month as cancelled, one step on in its sequence, so that
programs that only add and change take it away. Families with protected personal data are left
out: even a time tells where somebody is to be. No name, code, home, step or language is read.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Prefetch, Q

from hembesok.access.rules.roles import Actor
from hembesok.families.models import Cover, TeamMember
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.visits.ics.writing import Entry
from hembesok.visits.models import Visit, VisitPart
from hembesok.visits.queries.times import day_of, span_of
from hembesok.visits.rules.acting import NotHeldReason, Outcome
from hembesok.visits.rules.parts import KIND_OF, next_sequence
from hembesok.visits.rules.times import Days

KEPT: Final = timedelta(days=30)
"""How long past and cancelled visits are told of."""

CALLED_OFF: Final = (NotHeldReason.CANCELLED_BY_FAMILY, NotHeldReason.CANCELLED_BY_STAFF)


def visits_fed(actor: Actor, *, at: datetime) -> list[Entry]:
    """Return the entries of an actor's feed at a moment; five queries."""
    since = at - KEPT
    named = _named(actor, since.date())
    asked = Q(parts__staff=actor.staff, parts__kind=KIND_OF[actor.role])
    visits = (
        Visit.objects.filter(
            Q(pk__in=Visit.objects.filter(asked).values("pk")) | Q(child__family__in=named),
            Q(booked_for__gte=since) | Q(withdrawn_at__gte=since) | Q(recorded_at__gte=since),
            booked_for__isnull=False,
            child__family__site=actor.site,
            child__family__protection=ProtectionLevel.NONE,
        )
        .select_related("child__enrolment")
        .prefetch_related(Prefetch("parts", VisitPart.objects.defer("name")))
        .defer("child__given_name")
        .order_by("pk")
    )
    by_uid: dict[UUID, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_uid[visit.uid].append(visit)
    entries = (_entry(versions, named, actor, since) for versions in by_uid.values())
    return [one for one in entries if one is not None]


def _entry(
    versions: list[Visit], named: Mapping[int, list[Days]], actor: Actor, since: datetime
) -> Entry | None:
    """Return what a calendar is told of one visit, of which there may be several bookings."""
    visit = next((one for one in versions if one.withdrawn_at is None), versions[-1])
    goes = _is_asked(visit, actor) and _is_named(visit, named)
    # What was never theirs is not told of, and is nothing to take away.
    if visit.booked_at is None or not (goes or any(_has_part(one, actor) for one in versions)):
        return None
    off = _called_off(visit)
    if (off or span_of(visit).ends) < since:
        return None
    ended = visit.child.enrolment.ended
    left = not goes or (ended is not None and ended < day_of(visit))
    # An outcome has moved the sequence on already; who goes no more is told by ours.
    moved_on = off is not None and visit.withdrawn_at is None
    cancelled = off is not None or left
    sequence = next_sequence(visit.sequence, changed=cancelled and not moved_on)
    return Entry(visit.uid, sequence, span_of(visit), off or visit.booked_at, cancelled)


def _called_off(visit: Visit) -> datetime | None:
    """Return when a visit was called off, None where it was not."""
    if visit.withdrawn_at is not None:
        return visit.withdrawn_at
    if visit.outcome == Outcome.DECLINED or visit.not_held_reason in CALLED_OFF:
        return visit.recorded_at
    return None


def _is_asked(visit: Visit, actor: Actor) -> bool:
    """Tell whether a visit waits for this actor: by name, or because nobody was asked by name."""
    if visit.alone and visit.alone != actor.role:
        return False
    parts = {part.kind: part.staff_id for part in visit.parts.all()}
    if not parts:
        return True  # Booked before visits had parts.
    kind = KIND_OF[actor.role]
    return kind in parts and parts[kind] in (None, actor.staff)


def _has_part(visit: Visit, actor: Actor) -> bool:
    return any(
        part.staff_id == actor.staff and part.kind == KIND_OF[actor.role]
        for part in visit.parts.all()
    )


def _is_named(visit: Visit, named: Mapping[int, list[Days]]) -> bool:
    return any(day_of(visit) in days for days in named.get(visit.child.family_id, ()))


def _named(actor: Actor, since: date) -> dict[int, list[Days]]:
    """Return the families this actor visits, or did a month ago, with the days; two queries."""
    named: dict[int, list[Days]] = defaultdict(list)
    lasting = Q(ends=None) | Q(ends__gte=since)
    for model in (TeamMember, Cover):
        rows = model.objects.filter(lasting, staff=actor.staff, role=actor.role)
        for family, starts, ends in rows.values_list("family", "starts", "ends"):
            named[family].append(Days(starts, ends))
    return named
