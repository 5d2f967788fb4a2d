"""Births that maternity care has handed over before they come."""

from django.db import models
from django.db.models import Q

from hembesok.access.models import Site, Staff, Unit
from hembesok.access.sealed import SealedTextField
from hembesok.families.models.family import Family, new_ref


class ExpectedBirth(models.Model):
    """A birth expected by a day, handed over with the parent's consent, until it is received.

    What is sealed is forgotten when a family is made of it: the family holds it then.
    """

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    sent = models.DateField()
    due = models.DateField()
    parent_name = SealedTextField()
    phone = SealedTextField(blank=True)
    language = models.CharField(max_length=10)
    interpreter_needed = models.BooleanField(default=False)
    consent_on = models.DateField()
    withdrawn = models.DateField(null=True, blank=True)
    family = models.OneToOneField(
        Family, on_delete=models.PROTECT, null=True, blank=True, related_name="expected"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(family__isnull=True) | Q(withdrawn__isnull=True),
                name="expected_birth_received_or_withdrawn",
            )
        ]

    def __str__(self) -> str:
        return f"expected {self.ref}"
