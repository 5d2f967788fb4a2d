"""Consents and other grounds, as stored."""

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Staff, Unit
from hembesok.access.rules.secrecy import DisclosureGround, Field
from hembesok.access.sealed import SealedTextField
from hembesok.families.models import Family, Guardian
from hembesok.secrecy.rules import GROUNDS_BY_HAND, Interpreted, Purpose
from hembesok.values.kinds import choices, texts


class Consent(models.Model):
    """One guardian's yes to one recipient and exact fields; lifts secrecy, is no ground in GDPR.

    A yes to take part names no unit: it is for the programme. A yes to share names
    the unit that keeps what is shared and the unit that may read it.
    """

    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=choices(Purpose))
    source = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    recipient = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    fields = models.JSONField(default=list)
    given = models.DateField()
    ends = models.DateField(null=True, blank=True)
    withdrawn = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=10)
    interpreted = models.CharField(max_length=20, choices=choices(Interpreted))
    registered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("given")),
                name="consent_ends_after_given",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn__isnull=True) | Q(withdrawn__gte=F("given")),
                name="consent_withdrawn_after_given",
            ),
            models.CheckConstraint(
                condition=Q(purpose=Purpose.TAKE_PART.value, recipient__isnull=True)
                | Q(purpose=Purpose.SHARE.value, recipient__isnull=False, source__isnull=False),
                name="consent_to_share_names_both_units",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian}: {self.purpose}, {self.given}"

    @property
    def shared(self) -> frozenset[Field]:
        """The fields that may be read."""
        return frozenset(Field(name) for name in self.fields)


class Disclosure(models.Model):
    """Another ground than consent on which one unit lets another read exact fields."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="disclosures")
    ground = models.CharField(max_length=20, choices=choices(GROUNDS_BY_HAND))
    statute = models.CharField(max_length=100)
    source = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField()
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, related_name="+")
    purpose = SealedTextField()
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    withdrawn = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ground__in=texts(GROUNDS_BY_HAND)), name="disclosure_ground_known"
            ),
            models.CheckConstraint(
                condition=~Q(source=F("recipient")), name="disclosure_between_two_units"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="disclosure_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family}: {self.ground} from {self.starts}"

    @property
    def kind(self) -> DisclosureGround:
        """The ground, as the rule knows it."""
        return DisclosureGround(self.ground)

    @property
    def shared(self) -> frozenset[Field]:
        """The fields that may be read."""
        return frozenset(Field(name) for name in self.fields)
