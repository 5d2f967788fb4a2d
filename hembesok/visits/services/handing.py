"""Handing on what waits sealed, and writing it in: by somebody who may read it."""

from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.trail import note
from hembesok.values.refusals import Reason, Refusal
from hembesok.visits.models import OfflineCommand
from hembesok.visits.queries.sealed import handed_to, readers, waiting_within
from hembesok.visits.services.replaying import Ground, Write, Written


@transaction.atomic
def hand_on(command: UUID, staff: int, *, by: Actor) -> OfflineCommand:
    """Hand what waits to somebody who may read it; who hands it reads nothing. Raises Refusal."""
    if by.role is not Role.COORDINATOR:
        raise Refusal(Reason("role_hands_on_nothing"))
    found = waiting_within(by).select_for_update(of=("self",)).filter(uid=command).first()
    if found is None:
        raise Refusal(Reason("nothing_waits"))
    family, role = found.visit.child.family, Role(found.pack.assignment.role)
    reader = readers(family, role, on=by).filter(pk=staff).first()
    if reader is None:
        raise Refusal(Reason("may_not_read_it"))
    found.handed_to, found.handed_by_id, found.handed_at = reader, by.staff, now()
    found.save(update_fields=["handed_to", "handed_by", "handed_at"])
    note(by, "visit.handed_on", family.subject, _detail(found))
    return found


@transaction.atomic
def write_in(command: UUID, write: Write, *, by: Actor) -> Written:
    """Write what was handed to an actor, as the actor's own; then it waits no more.

    Raises Refusal when a rule forbids it; then nothing has been written and it still waits.
    """
    found = handed_to(by).select_for_update(of=("self",)).filter(uid=command).first()
    if found is None:
        raise Refusal(Reason("nothing_waits"))
    place = found.visit
    written = write(Ground(place.child, place.step, place.uid, {}, by))
    found.body, found.done_at = "", now()
    found.answer = {"numbers": dict(written.numbers)}
    found.save(update_fields=["body", "done_at", "answer"])
    note(by, "visit.written_in", place.child.family.subject, _detail(found))
    return written


def _detail(command: OfflineCommand) -> str:
    return f"{command.visit.child.number} {command.visit.step}"
