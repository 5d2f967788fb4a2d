"""What is carried along without coverage, and what comes back, as stored.

A device has a vault of one person; the site keeps a secret that opens it when the PIN is
forgotten. A pack says whose visits were taken along and until when. A command is written
once, under the id that the device gave it, together with what it brought about.
"""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Assignment, Staff
from hembesok.access.sealed import SealedTextField
from hembesok.families.models import Child
from hembesok.values.kinds import choices, texts
from hembesok.visits.rules.carrying import Became


class OfflineDevice(models.Model):
    """A vault on somebody's device. `secret` opens it for its person only, once signed in."""

    uid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    secret = SealedTextField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"device {self.uid} of {self.staff_id}"


class OfflinePack(models.Model):
    """Visits that somebody took along, in one role, until a moment."""

    uid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    device = models.ForeignKey(OfflineDevice, on_delete=models.PROTECT, related_name="packs")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("taken_at")), name="pack_expires_after_it_was_taken"
            )
        ]

    def __str__(self) -> str:
        return f"pack {self.uid}"


class PackedVisit(models.Model):
    """A visit in a pack; `uid` is how the device names it."""

    pack = models.ForeignKey(OfflinePack, on_delete=models.PROTECT, related_name="visits")
    uid = models.UUIDField()
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pack", "uid"], name="packed_visit_once")]

    def __str__(self) -> str:
        return f"{self.child} {self.step} in {self.pack_id}"


class OfflineCommand(models.Model):
    """What somebody saved without coverage, once, and what became of it.

    `made_at` is the device's clock and `received_at` ours. The body is kept, sealed, only
    while it waits for the coordinator and then for the person it was handed to.
    """

    uid = models.UUIDField(primary_key=True, editable=False)
    pack = models.ForeignKey(OfflinePack, on_delete=models.PROTECT, related_name="commands")
    visit = models.ForeignKey(PackedVisit, on_delete=models.PROTECT, related_name="commands")
    after = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    became = models.CharField(max_length=20, choices=choices(Became))
    answer = models.JSONField(default=dict)
    body = SealedTextField(blank=True)
    handed_to = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    handed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    handed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(became="sealed", done_at__isnull=True),
                name="command_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(became__in=texts(Became)), name="command_became_known"
            ),
            models.CheckConstraint(
                condition=Q(handed_to__isnull=True, handed_by__isnull=True, handed_at__isnull=True)
                | Q(handed_to__isnull=False, handed_by__isnull=False, handed_at__isnull=False),
                name="command_handed_by_and_when",
            ),
            models.CheckConstraint(
                condition=(Q(became="sealed", done_at__isnull=True) & ~Q(body=""))
                | Q(became="sealed", done_at__isnull=False, body="", handed_to__isnull=False)
                | (~Q(became="sealed") & Q(body="", handed_to__isnull=True, done_at__isnull=True)),
                name="command_body_while_it_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"command {self.uid}"
