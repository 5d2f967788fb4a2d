"""What was saved without coverage comes in: each once, through the same service as the page.

The id that the device gave is written in the transaction that writes what it brings about:
whatever is cut off, both are there or neither is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from hembesok.access.models import Staff
from hembesok.access.rules.roles import Actor
from hembesok.access.services.assignments import actor_for, assignments_in_force
from hembesok.access.services.trail import note
from hembesok.families.models import Child, Family
from hembesok.values.refusals import Reason, Refusal
from hembesok.visits.models import OfflineCommand, PackedVisit
from hembesok.visits.rules.carrying import Became

OUT_OF_REACH: Final = "not_within_reach"
"""Why a service refuses whoever no longer reaches a family."""


# repr=False: what was written about people must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """What a device sends: its id, the visit in its pack, when and after what, and the body."""

    uid: UUID
    pack: UUID
    visit: UUID
    made: datetime
    after: UUID | None
    body: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a command brought about: the number of each text by its place, and what competes."""

    numbers: Mapping[str, int]
    competing: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """What a command stands on: whose child, which step, and what an earlier one brought about.

    `numbers` are the texts that the command named in `after` led to, by their places.
    """

    child: Child
    step: str
    visit: UUID
    numbers: Mapping[str, int]
    by: Actor


Write = Callable[[Ground], Written]
"""Writes the body; raises Refusal when a rule forbids it, and then nothing has been written."""


@transaction.atomic
def replay(
    command: Command, write: Write, *, staff: Staff, on: date, at: datetime
) -> OfflineCommand:
    """Let a command bring about what it says, once; a known one is answered as it was then.

    It is written by the person and in the role that took the pack. Where that role or the
    family is theirs no longer, the body stays sealed for the coordinator. Raises Refusal.
    """
    packed = _packed(command, staff)
    if (known := OfflineCommand.objects.filter(uid=command.uid).first()) is not None:
        return _same(known, packed)
    try:
        with transaction.atomic():
            return _first(command, packed, write, on=on, at=at)
    except IntegrityError:
        # Somebody sent the same at the same moment; their answer is the answer.
        known = OfflineCommand.objects.filter(uid=command.uid).first()
        if known is None:
            raise
        return _same(known, packed)


def _packed(command: Command, staff: Staff) -> PackedVisit:
    found = (
        PackedVisit.objects.select_related("child__family", "pack__assignment__staff")
        .filter(pack=command.pack, uid=command.visit, pack__device__staff=staff)
        .first()
    )
    if found is None:
        raise Refusal(Reason("not_taken_along"))
    return found


def _same(known: OfflineCommand, packed: PackedVisit) -> OfflineCommand:
    if known.visit_id != packed.pk:
        raise Refusal(Reason("not_taken_along"))
    return known


def _first(
    command: Command, packed: PackedVisit, write: Write, *, on: date, at: datetime
) -> OfflineCommand:
    # First, so that whoever sends the same meanwhile waits for what becomes of this one.
    made = OfflineCommand.objects.create(
        uid=command.uid,
        pack_id=command.pack,
        visit=packed,
        after=command.after,
        made_at=command.made,
        received_at=now(),
        became=Became.WRITTEN,
    )
    written = _written(command, packed, write, on=on, at=at)
    if written is None:
        made.became, made.body = Became.SEALED, command.body
        subject = packed.child.family.subject
        by = actor_for(packed.pack.assignment, on=on, at=at)
        note(by, "visit.left_sealed", subject, f"{packed.child.number} {packed.step}")
    else:
        made.became = Became.COMPETING if written.competing else Became.WRITTEN
        made.answer = {"numbers": dict(written.numbers)}
    made.save(update_fields=["became", "answer", "body"])
    return made


def _written(
    command: Command, packed: PackedVisit, write: Write, *, on: date, at: datetime
) -> Written | None:
    """Write; None where the writer may not write of the family any more."""
    assignment = packed.pack.assignment
    in_force = assignments_in_force(assignment.staff, on=on).filter(pk=assignment.pk)
    if not in_force.exists():
        return None
    by = actor_for(assignment, on=on, at=at)
    if not Family.objects.within_reach_of(by).filter(pk=packed.child.family_id).exists():
        return None
    ground = Ground(packed.child, packed.step, packed.uid, _numbers(command), by)
    try:
        with transaction.atomic():
            return write(ground)
    except Refusal as refusal:
        if refusal.reason.key != OUT_OF_REACH:
            raise
        return None


def _numbers(command: Command) -> Mapping[str, int]:
    """Return the texts that the command before this one led to, where it is known."""
    if command.after is None:
        return {}
    before = OfflineCommand.objects.filter(
        uid=command.after, visit__uid=command.visit, pack__device__packs=command.pack
    ).first()
    numbers: dict[str, Any] = before.answer.get("numbers", {}) if before else {}
    return {place: int(number) for place, number in numbers.items()}
