"""The numbers a person has had: a number can change, and newborns begin on a reserve number."""

from typing import Final

from django.db import models
from django.db.models import F, Q

from hembesok.access.sealed import BlindIndexField, SealedTextField
from hembesok.families.models.family import Child, Guardian
from hembesok.values.identity import IdentifierSystem
from hembesok.values.kinds import choices, texts

CURRENT, REPLACED, WRONG = "current", "replaced", "wrong"
STATUSES: Final = (CURRENT, REPLACED, WRONG)


class PersonIdentifier(models.Model):
    """A number of a child or a guardian, in a system, from a day to a day."""

    child = models.ForeignKey(
        Child, on_delete=models.PROTECT, null=True, blank=True, related_name="identifiers"
    )
    guardian = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="identifiers"
    )
    system = models.CharField(max_length=40, choices=choices(IdentifierSystem))
    value = SealedTextField()
    index = BlindIndexField(source="value")
    status = models.CharField(max_length=10, default=CURRENT)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(child__isnull=False, guardian__isnull=True)
                | Q(child__isnull=True, guardian__isnull=False),
                name="identifier_of_one_person",
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="identifier_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(system__in=texts(IdentifierSystem)), name="identifier_system_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=STATUSES), name="identifier_status_known"
            ),
            models.UniqueConstraint(
                fields=["index"], condition=~Q(status=WRONG), name="identifier_of_nobody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} of {self.child or self.guardian}"
