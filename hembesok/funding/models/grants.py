"""What came before the money, and what was decided of it, as stored."""

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Site, Unit
from hembesok.funding.models.once import OfSiteQuerySet, Written
from hembesok.funding.rules.deciding import CostType
from hembesok.funding.rules.deciding import Milestone as MilestoneKind
from hembesok.funding.rules.ledger import Term
from hembesok.values.kinds import choices, texts


class MilestoneQuerySet(OfSiteQuerySet["Milestone"]):
    """Milestones, through the door."""


class Milestone(Written):
    """The government's mandate, the choice of the site, or the evaluator's engagement."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=choices(MilestoneKind))
    by_whom = models.CharField(max_length=200)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=100)
    text = models.CharField(max_length=500, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=texts(MilestoneKind)), name="milestone_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="milestone_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(by_whom=""), name="milestone_has_a_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.kind} {self.reference}"


class ExpectationQuerySet(OfSiteQuerySet["Expectation"]):
    """What is expected, through the door."""


class Expectation(Written):
    """Money that somebody expects for a year and nobody has decided; it is in no sum. Öre."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    reference = models.CharField(max_length=200)

    objects = ExpectationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(reference=""), name="expectation_of_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.year} expected"


class GrantDecisionQuerySet(OfSiteQuerySet["GrantDecision"]):
    """Decisions, through the door."""


class GrantDecision(Written):
    """A decision that grants money: by whom, of which grant, on which day, with a reference."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    grantor = models.CharField(max_length=200)
    grant = models.CharField(max_length=200)
    reference = models.CharField(max_length=100)
    decided = models.DateField()
    conditions = models.CharField(max_length=1000, blank=True)

    objects = GrantDecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(grant="") & ~Q(grantor=""),
                name="grant_decision_has_a_reference",
            )
        ]

    def __str__(self) -> str:
        return f"{self.grant}, {self.reference}"


class TrancheQuerySet(OfSiteQuerySet["Tranche"]):
    """Tranches, through the door."""


class Tranche(Written):
    """One year of one grant to one recipient, with its purpose and its period.

    `request` is the state agency's, where the money was repaid and granted anew;
    `application` is the recipient's, where it was retained. Neither is the ordinary case.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(GrantDecision, on_delete=models.PROTECT, related_name="tranches")
    year = models.PositiveIntegerField()
    recipient = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=300)
    purposes = models.JSONField()
    first = models.DateField()
    last = models.DateField()
    claim_by = models.DateField()
    report_by = models.DateField()
    request = models.OneToOneField(
        "Request", on_delete=models.PROTECT, null=True, related_name="tranche_granted"
    )
    application = models.OneToOneField(
        "Application", on_delete=models.PROTECT, null=True, related_name="tranche_opened"
    )

    objects = TrancheQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "year", "recipient"], name="tranche_once_a_year_and_recipient"
            ),
            models.CheckConstraint(
                condition=Q(
                    last__gte=F("first"), claim_by__gte=F("first"), report_by__gt=F("last")
                ),
                name="tranche_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(request__isnull=True) | Q(application__isnull=True),
                name="tranche_of_one_origin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision}: {self.year}"

    @property
    def term(self) -> Term:
        """When and for what it may be used."""
        return Term(self.first, self.last, self.claim_by, frozenset(self.purposes))


class Share(Written):
    """How much of a tranche is meant for a unit. The last one written of a unit counts. Öre."""

    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="shares")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    decision = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0) & ~Q(decision=""), name="share_rests_on_a_decision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tranche}: {self.unit}"


class BudgetLine(models.Model):
    """What a tranche is meant to cost of one type in one month, named by its first day. Öre."""

    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="budget")
    cost_type = models.CharField(max_length=20, choices=choices(CostType))
    month = models.DateField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tranche", "cost_type", "month"], name="budget_line_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, month__day=1, cost_type__in=texts(CostType)),
                name="budget_line_of_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tranche}: {self.cost_type} {self.month}"
