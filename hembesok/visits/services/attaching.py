"""Files to a block of a visit: added, read again, withdrawn; never removed."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from django.db import transaction
from django.utils.timezone import now

from hembesok.access.rules.roles import SERVICE, VISITORS, Actor
from hembesok.access.rules.secrecy import OWNER, Compartment
from hembesok.access.services.trail import note
from hembesok.documents.received import MOST_BYTES, MOST_PIXELS, FileProblem, received
from hembesok.families.services.reach import locked_within_reach
from hembesok.values.refusals import Reason, Refusal
from hembesok.visits.models import Attachment, AttachmentPart, Block

PART: Final = 48 * 1024
"""Bytes of a content in one row, in whole groups of base64."""
MOST_FILES: Final = 20
"""Files to one block that are not withdrawn. Ours."""

PROBLEMS: Final[Mapping[str, Reason]] = {
    "attachment_empty": Reason("attachment_empty"),
    "attachment_too_large": Reason("attachment_too_large", {"megabytes": MOST_BYTES // 1024**2}),
    "attachment_kind": Reason("attachment_kind"),
    "attachment_broken": Reason("attachment_broken"),
    "attachment_locked": Reason("attachment_locked"),
    "attachment_acts": Reason("attachment_acts"),
    "attachment_too_many_pixels": Reason(
        "attachment_too_many_pixels", {"millions": MOST_PIXELS // 1_000_000}
    ),
}
"""What is wrong with a file, as a reason."""


class AttachmentProblem(Exception):
    """A stored file is not whole; says which, and nothing of what it holds."""


def may_attach(block: Block, by: Actor) -> bool:
    """Tell whether an actor may add a file to a block: one of those whose record it is."""
    compartment = Compartment(block.compartment)
    if compartment is Compartment.JOINT:
        return by.role in VISITORS
    service = OWNER.get(compartment)
    return block.unit_id == by.unit and by.role in SERVICE and service in (None, by.service)


@transaction.atomic
def attach(block: Block, content: bytes, name: str, *, by: Actor) -> Attachment:
    """Keep a file to a block; also to a signed one, as a letter may come later.

    Raises Refusal when the file is not taken or the block is another's.
    """
    child = locked_within_reach(block.visit.child, by)
    if not may_attach(block, by):
        raise Refusal(Reason("not_your_record"))
    standing = Attachment.objects.filter(block=block, withdrawn_at=None)
    if standing.count() >= MOST_FILES:
        raise Refusal(Reason("attachments_too_many", {"most": MOST_FILES}))
    try:
        file = received(content, name)
    except FileProblem as problem:
        raise Refusal(PROBLEMS[problem.key]) from None
    attachment = Attachment.objects.create(
        block=block,
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        digest=hashlib.sha256(file.content).hexdigest(),
        added_by_id=by.staff,
        added_at=now(),
    )
    AttachmentPart.objects.bulk_create(
        AttachmentPart(attachment=attachment, place=n, content=part)
        for n, part in enumerate(_parts(file.content))
    )
    note(by, "attachment.added", child.family.subject, _detail(attachment))
    return attachment


def content_of(attachment: Attachment) -> bytes:
    """Return a file's content as it was kept; raises AttachmentProblem when it is not whole."""
    parts = attachment.parts.order_by("place").values_list("content", flat=True)
    content = b"".join(base64.b64decode(part) for part in parts)
    if hashlib.sha256(content).hexdigest() != attachment.digest:
        raise AttachmentProblem(f"attachment {attachment.pk} is not as it was kept")
    return content


@transaction.atomic
def withdraw_attachment(attachment: Attachment, *, reason: str, by: Actor) -> None:
    """Take a file back, as one added to the wrong family; the row and the reason are kept.

    Raises Refusal when no reason is given, it is withdrawn already, or it is another's.
    """
    child = locked_within_reach(attachment.block.visit.child, by)
    found = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    if not may_attach(found.block, by):
        raise Refusal(Reason("not_your_record"))
    if not reason.strip():
        raise Refusal(Reason("reason_missing"))
    if found.withdrawn_at is not None:
        raise Refusal(Reason("withdrawn_already"))
    found.withdrawn_by_id, found.withdrawn_at = by.staff, now()
    found.withdrawn_reason = reason.strip()
    found.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    note(by, "attachment.withdrawn", child.family.subject, _detail(found))


def _parts(content: bytes) -> Iterator[str]:
    for at in range(0, len(content), PART):
        yield base64.b64encode(content[at : at + PART]).decode()


def _detail(attachment: Attachment) -> str:
    visit = attachment.block.visit
    return f"{visit.child.number} {visit.step} {attachment.pk}"
