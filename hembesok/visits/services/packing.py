"""Taking visits along: who took which, until when, and what opens the device's vault again."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from secrets import token_bytes
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate, make_aware, now

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note, note_sign_in
from hembesok.families.queries import let_in
from hembesok.values.refusals import Reason, Refusal
from hembesok.visits.models import OfflineDevice, OfflinePack, PackedVisit
from hembesok.visits.queries.carrying import ToTake


def owner_of(staff: int) -> str:
    """Return a word for a person that a device may keep in clear: it tells not who it is."""
    return salted_hmac("hembesok.visits.offline.owner", str(staff)).hexdigest()[:16]


@transaction.atomic
def take(
    wanted: Iterable[ToTake], assignment: Assignment, *, device: UUID | None, last: date, by: Actor
) -> OfflinePack:
    """Note that somebody takes these visits along, until the end of a day.

    `device` is the vault the visits go to; one that is not this person's own is answered
    with a new one. Each visit is a read of its family, and stands in the trail.
    """
    at = now()
    ends = localdate(at) + (last - by.on) + timedelta(1)
    own = OfflineDevice.objects.filter(uid=device, staff=by.staff).first() if device else None
    pack = OfflinePack.objects.create(
        device=own or _new_device(by.staff, at),
        assignment=assignment,
        taken_at=at,
        expires_at=make_aware(datetime.combine(ends, time())),
    )
    for one in wanted:
        PackedVisit.objects.create(pack=pack, uid=one.uid, child=one.child, step=one.step)
        family = one.child.family
        detail = f"{one.child.number} {one.step}"
        note(by, "visit.packed", family.subject, detail, let_in(by, family))
    return pack


def _new_device(staff: int, at: datetime) -> OfflineDevice:
    secret = b64encode(token_bytes(32)).decode()
    return OfflineDevice.objects.create(staff_id=staff, secret=secret, made_at=at)


@transaction.atomic
def secret_of(device: UUID, *, staff: Staff) -> str:
    """Return what opens a person's own vault when its PIN is forgotten; raises Refusal."""
    found = OfflineDevice.objects.filter(uid=device, staff=staff).first()
    if found is None:
        raise Refusal(Reason("device_not_yours"))
    note_sign_in(staff, "device.opened")
    return str(found.secret)
