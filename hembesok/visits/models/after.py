"""What comes around and after a visit: files, the own record elsewhere, going in and coming out."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Site, Staff
from hembesok.access.rules.roles import Service
from hembesok.access.sealed import SealedTextField
from hembesok.documents.received import ENDINGS, MOST_BYTES
from hembesok.values.kinds import choices, texts
from hembesok.visits.models.documentation import Block
from hembesok.visits.models.visit import Visit
from hembesok.visits.rules.checking_in import Mail
from hembesok.visits.rules.transfer import How


class Attachment(models.Model):
    """A file to a block: read by whoever reads the block, withdrawn and never removed."""

    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="attachments")
    name = SealedTextField()
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = SealedTextField()
    """SHA-256 of the content in hex, sealed: by it a part that was moved or lost is seen."""
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = SealedTextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(media_type__in=list(ENDINGS)), name="attachment_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=MOST_BYTES), name="attachment_size_within"
            ),
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason=""
                )
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_reason="")
                ),
                name="attachment_withdrawn_by_when_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk} of block {self.block_id}"


class AttachmentPart(models.Model):
    """A piece of a file's content, in base64, sealed: small enough for a batch of a rotation."""

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="parts")
    place = models.PositiveIntegerField()
    content = SealedTextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attachment", "place"], name="attachment_part_once")
        ]

    def __str__(self) -> str:
        return f"part {self.place} of attachment {self.attachment_id}"


class JournalTransfer(models.Model):
    """That a signed block stands in the service's own record: with how many addenda, and how."""

    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="transfers")
    addenda = models.PositiveIntegerField()
    how = models.CharField(max_length=20, choices=choices(How))
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=texts(How)), name="transfer_how_known"),
            models.UniqueConstraint(fields=["block", "addenda"], name="transfer_once_an_addendum"),
        ]

    def __str__(self) -> str:
        return f"transfer of block {self.block_id}"


class JournalHeading(models.Model):
    """What a site calls a heading of a service's record, and in which order it comes."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=20, choices=choices(Service))
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=80)
    order = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "service", "code"], name="journal_heading_once_a_code"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="journal_heading_has_a_title"),
            models.CheckConstraint(
                condition=Q(service__in=texts(Service)), name="journal_heading_service_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.code}"


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    """Those who went in, asked for in the words of the house."""

    def inside(self) -> Self:
        """Return those who have not come out."""
        return self.filter(out_at__isnull=True)


class CheckIn(models.Model):
    """Somebody who went in to a visit, when to be missed, by whom, and what became of it.

    `out_by` is the person, or a colleague who has reached the person.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="check_ins")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_back = models.DateTimeField()
    colleague = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    out_at = models.DateTimeField(null=True, blank=True)
    out_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    alarmed_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=20, blank=True, choices=choices(Mail))
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = CheckInQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_back"], condition=Q(out_at__isnull=True), name="check_in_inside"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=Q(out_at__isnull=True), name="check_in_one_place_a_time"
            ),
            models.CheckConstraint(
                condition=Q(due_back__gt=F("at")), name="check_in_back_after_going_in"
            ),
            models.CheckConstraint(
                condition=~Q(colleague=F("staff")), name="check_in_missed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(out_at__isnull=True, out_by__isnull=True)
                | Q(out_at__gte=F("at"), out_by__isnull=False),
                name="check_in_out_by_and_when",
            ),
            models.CheckConstraint(
                condition=Q(alarmed_at__isnull=True, mail="")
                | Q(alarmed_at__gt=F("due_back"), mail__in=texts(Mail)),
                name="check_in_alarm_after_due",
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__gt=F("due_back"), seen_by__isnull=False),
                name="check_in_seen_by_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} at visit {self.visit_id}"
