"""When one child was written twice."""

from django.db import transaction

from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.families.models import Child
from hembesok.families.models.identifiers import CURRENT, REPLACED
from hembesok.families.services.reach import locked_within_reach
from hembesok.values.refusals import Reason, Refusal


@transaction.atomic
def merge_children(keep: Child, drop: Child, *, reason: str, in_use: bool, by: Actor) -> Child:
    """Say that a child was written twice: its numbers go to the row that stays, both rows remain.

    `in_use` is whether the row to drop has been enrolled: the rooms above know.
    Raises Refusal when a rule forbids it.
    """
    # In the order of their keys, so that two who merge at once do not wait for each other.
    first, second = sorted((keep, drop), key=lambda child: child.pk)
    locked = {child.pk: locked_within_reach(child, by) for child in (first, second)}
    keep, drop = locked[keep.pk], locked[drop.pk]
    if keep.pk == drop.pk or keep.merged_into_id or drop.merged_into_id:
        raise Refusal(Reason("merge_needs_two"))
    if in_use:
        raise Refusal(Reason("merge_drops_enrolled"))
    if not reason.strip():
        raise Refusal(Reason("reason_missing"))
    status = REPLACED if keep.identifiers.filter(status=CURRENT).exists() else CURRENT
    drop.identifiers.filter(status=CURRENT).update(
        status=status, ends=by.on if status == REPLACED else None
    )
    drop.identifiers.update(child=keep)
    drop.merged_into, drop.merged_because = keep, reason.strip()
    drop.save(update_fields=["merged_into", "merged_because"])
    note(by, "child.merged", keep.family.subject, f"{drop.family.code}/{drop.number}")
    if drop.family_id != keep.family_id:
        # Whoever asks about the other family is told where its child went.
        note(by, "child.merged", drop.family.subject, f"{keep.family.code}/{keep.number}")
    return keep
