"""Notes: a text in one compartment, kept by the unit that wrote it."""

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Site, Staff, Unit
from hembesok.access.rules.secrecy import Compartment
from hembesok.access.sealed import SealedTextField
from hembesok.families.models import Child, Family, Guardian
from hembesok.values.kinds import choices, texts


class Note(models.Model):
    """What was written about a family, a child of it, or a parent's own health.

    Never changed and never removed: a correction is a note that points at what it corrects.
    """

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="notes")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, related_name="+")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, related_name="+")
    compartment = models.CharField(max_length=20, choices=choices(Compartment))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written = models.DateTimeField()
    about_day = models.DateField()
    text = SealedTextField()
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(compartment__in=texts(Compartment)), name="note_compartment_known"
            ),
            models.CheckConstraint(
                condition=Q(compartment=Compartment.PARENT.value, guardian__isnull=False)
                | (~Q(compartment=Compartment.PARENT.value) & Q(guardian__isnull=True)),
                name="note_of_a_parent_names_the_parent",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
            models.CheckConstraint(condition=~Q(corrects=F("pk")), name="note_corrects_another"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk} of {self.family}"


class AnonymousNote(models.Model):
    """What the adviser did where a site keeps no identities: the month, and no family."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    text = SealedTextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="anonymous_note_month_only")
        ]

    def __str__(self) -> str:
        return f"anonymous note {self.pk}"
