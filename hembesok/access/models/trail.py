"""The trail of reads and writes, as stored."""

from typing import Any

from django.db import models

from hembesok.access.models.people import Staff, Unit
from hembesok.access.rules.review import Verdict
from hembesok.values.kinds import choices, texts


class TrailEntry(models.Model):
    """One read or write: who, in which role and unit, did what to whose record, when and why.

    `subject` names the record by an opaque reference, `detail` the part of it;
    neither ever holds a name, an identity number or anything about health. `staff`
    is empty for what the system itself does. `link` chains the entry to the one
    before it (rules/chain.py); `number` counts from 1 without a gap.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, blank=True, db_index=True)
    detail = models.CharField(max_length=100, blank=True)
    why = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=40)
    link = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "trail entries"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: the trail only grows. The database refuses too."""
        raise TypeError("the trail is append-only")


class TrailHead(models.Model):
    """The newest entry, in one row: whoever writes in the trail locks it first."""

    number = models.BigIntegerField(default=0)
    link = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_trail_head")]

    def __str__(self) -> str:
        return str(self.number)


class LogReview(models.Model):
    """A reviewer has looked at an entry, and found it ordinary or not. Kept as the trail is."""

    entry = models.ForeignKey(TrailEntry, on_delete=models.PROTECT, related_name="reviews")
    reviewed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=choices(Verdict))
    comment = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=texts(Verdict)), name="log_review_verdict_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.verdict}"
