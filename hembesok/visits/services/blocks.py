"""Saving and signing the blocks of a visit."""

from uuid import UUID

from django.utils.timezone import now

from hembesok.access.services.trail import note
from hembesok.forms.answers import Answers, faults
from hembesok.forms.asking import kept
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import Block, BlockText, Visit
from hembesok.visits.queries.answers import EMPTY, answers_at, answers_of, form_block, written
from hembesok.visits.queries.places import Place, word_of
from hembesok.visits.rules.documenting import (
    Saved,
    Slot,
    signs,
    standing,
    why_not_save,
    why_not_sign,
)

Said = tuple[str, Saved, int]
"""What became of a block: its place, how it was saved, and the number of the text."""


def save_block(
    place: Place,
    visit: Visit,
    slot: Slot,
    answers: Answers,
    base: int,
    *,
    command: UUID | None,
    closed: Reason | None = None,
) -> Said:
    """Save what was written in a place on the text `base`; raises Refusal.

    `closed` is why nothing may be written of the visit: then only what says nothing new passes.
    """
    wanted = kept(slot.block, answers)
    for fault in faults(slot.block, wanted, whole=False):
        raise Refusal(fault.reason)
    block = place.block(visit, slot)
    if block is None:
        if not wanted:
            return slot.key, Saved.UNCHANGED, 0
        refuse(closed)
        block = _begun(place, visit, slot)
    form, of = form_block(block)
    at_base, at_head = (answers_at(block, number, form, of) for number in (base, block.head))
    became = standing(
        head=block.head,
        base=base,
        same_as_base=wanted == at_base,
        same_as_head=wanted == at_head,
    )
    refuse(
        why_not_save(
            became,
            signed=block.signed_at is not None,
            base_known=at_base is not None,
            from_device=command is not None,
        )
    )
    if became is Saved.UNCHANGED:
        return slot.key, became, block.head
    refuse(closed)
    if block.signed_at is not None:
        became = Saved.COMPETING
    if became is Saved.COMPETING and (same := _sent_before(place, block, wanted)):
        return slot.key, became, same
    number = write_text(place, block, wanted, base, command, competing=became is Saved.COMPETING)
    return slot.key, became, number


def _sent_before(place: Place, block: Block, wanted: Answers) -> int:
    """Return the number of the same text by the same person that waits already, or 0."""
    form, of = form_block(block)
    for text in block.texts.waiting().filter(author=place.by.staff):
        if answers_of(text, form, of) == wanted:
            return int(text.number)
    return 0


def _begun(place: Place, visit: Visit, slot: Slot) -> Block:
    form = place.form_of(visit)
    if form is None:  # a slot is of a form
        raise LookupError(slot.key)
    return Block.objects.create(
        visit=visit,
        compartment=slot.compartment.value,
        unit_id=place.by.unit,
        guardian=place.guardians[slot.guardian] if slot.guardian is not None else None,
        form=form.canonical,
        part=slot.block.key,
        owner_id=place.by.staff,
        begun_at=now(),
    )


def write_text(
    place: Place,
    block: Block,
    answers: Answers,
    base: int,
    command: UUID | None,
    *,
    competing: bool,
) -> int:
    """Write a text of a block and return its number; one that does not compete is the head."""
    form, of = form_block(block)
    latest = block.texts.order_by("number").last()
    number = (latest.number if latest else 0) + 1
    at = now()
    BlockText.objects.create(
        block=block,
        number=number,
        base=base,
        answers=written(form, of, answers, at=at),
        author_id=place.by.staff,
        written_at=at,
        command=command,
        competing=competing,
    )
    if not competing:
        block.head = number
        block.save(update_fields=["head"])
    act = "visit.competing" if competing else "visit.documented"
    note(
        place.by,
        act,
        place.child.family.subject,
        f"{place.detail} {word_of(block)} {number}",
    )
    return number


def sign_blocks(place: Place, visit: Visit) -> list[Said]:
    """Sign what is the actor's to sign; raises Refusal, and then nothing is signed."""
    said = []
    for slot in place.slots(visit).values():
        block = place.block(visit, slot)
        if block is not None and block.signed_at is not None:
            continue
        form_part = slot.block
        answers = EMPTY
        if block is not None:
            form, form_part = form_block(block)
            answers = answers_at(block, block.head, form, form_part) or EMPTY
        missing = len(faults(form_part, answers, whole=True))
        own = block is not None and block.owner_id == place.by.staff
        if not signs(slot.compartment, begun=block is not None, owner=own, required=missing):
            continue
        refuse(
            why_not_sign(
                held=visit.outcome == "held", versions=_versions(block), unanswered=missing
            )
        )
        said.append(_signed(place, visit, slot, block))
    return said


def _versions(block: Block | None) -> bool:
    return block is not None and block.texts.waiting().exists()


def _signed(place: Place, visit: Visit, slot: Slot, block: Block | None) -> Said:
    if block is None:
        # Nothing had to be answered: that nothing was added is what is signed.
        block = _begun(place, visit, slot)
    if block.head == 0:
        write_text(place, block, EMPTY, 0, None, competing=False)
    block.signed_at, block.signed_by_id = now(), place.by.staff
    block.save(update_fields=["signed_at", "signed_by"])
    note(place.by, "visit.signed", place.child.family.subject, f"{place.detail} {slot.key}")
    return slot.key, Saved.SIGNED, block.head
