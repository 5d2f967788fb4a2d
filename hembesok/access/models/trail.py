"""The trail of reads and writes, as stored."""

from typing import Any

from django.db import models

from hembesok.access.models.people import Staff, Unit


class TrailEntry(models.Model):
    """One read or write: who, in which role and unit, did what to whose record, when.

    `subject` names the record by an opaque reference, `detail` the part of it;
    neither ever holds a name, an identity number or anything about health.
    """

    at = models.DateTimeField(db_index=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, blank=True, db_index=True)
    detail = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name_plural = "trail entries"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: the trail only grows. The database refuses too."""
        raise TypeError("the trail is append-only")
