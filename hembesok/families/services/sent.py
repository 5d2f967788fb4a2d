"""Lists between being sent and being brought in, of whatever kind: kept sealed, then forgotten."""

import base64
import zlib
from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import now

from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.families.birth_list import Sheet, read_list
from hembesok.families.models import SentList
from hembesok.families.models.lists import BIRTHS, KEPT
from hembesok.values.refusals import Reason, Refusal


def keep(
    content: bytes, fields: Sequence[str], *, kind: str = BIRTHS, area_version: str = "", by: Actor
) -> SentList:
    """Keep a list that can be read in place of the sender's last, with what its columns hold."""
    forget_old(by.at or now())
    # One at a time: whoever sends a mended list is done with the one before.
    SentList.objects.filter(staff_id=by.staff).delete()
    sent = SentList.objects.create(
        staff_id=by.staff,
        role=by.role,
        unit_id=by.unit,
        site_id=by.site,
        kind=kind,
        sent=by.at or now(),
        content=base64.b64encode(zlib.compress(content)).decode(),
        fields=list(fields),
        area_version=area_version,
    )
    note(by, "list.sent", sent.subject)
    return sent


def locked(sent: SentList, kind: str, *, by: Actor) -> SentList:
    """Lock the actor's own list for this transaction; raises Refusal when it is gone."""
    own = SentList.objects.sent_by(by, kind).select_for_update(of=("self",))
    found = own.filter(pk=sent.pk).first()
    if found is None:
        raise Refusal(Reason("list_gone"))
    return found


def discard(sent: SentList, *, by: Actor) -> None:
    """Forget a locked list before its time."""
    note(by, "list.thrown_away", sent.subject)
    sent.delete()


def forget_old(at: datetime) -> int:
    """Forget what nobody has brought in within its time; return how many lists that were."""
    return SentList.objects.filter(sent__lte=at - KEPT).delete()[0]


def sheet_of(sent: SentList) -> Sheet:
    """Return the list as it was sent."""
    return read_list(zlib.decompress(base64.b64decode(sent.content)), "")
