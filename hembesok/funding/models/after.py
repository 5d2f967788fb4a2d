"""What comes after a tranche's period: report, review, and what becomes of unspent money."""

from django.db import models
from django.db.models import F, Q

from hembesok.funding.models.grants import Tranche
from hembesok.funding.models.once import OfSiteQuerySet, Written
from hembesok.funding.rules.deciding import Answer, StepKind
from hembesok.values.kinds import choices, texts


class TrancheStep(Written):
    """That a tranche was reported, approved or sent back; the last one tells how far it is."""

    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=choices(StepKind))
    day = models.DateField()
    reference = models.CharField(max_length=100)
    figures = models.JSONField(default=dict)
    """Where the money stood when it was reported, öre by name: what the report said."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=texts(StepKind)) & ~Q(reference=""),
                name="tranche_step_known_with_reference",
            )
        ]

    def __str__(self) -> str:
        return f"{self.tranche}: {self.kind}"


class ApplicationQuerySet(OfSiteQuerySet["Application"]):
    """Applications, through the door."""

    way = "tranche__site"


class RequestQuerySet(OfSiteQuerySet["Request"]):
    """Requests, through the door."""

    way = "tranche__site"


class Asked(Written):
    """Something asked about a tranche's money, and perhaps answered. Öre."""

    amount = models.BigIntegerField()
    asked = models.DateField()
    reference = models.CharField(max_length=100)
    answer = models.CharField(max_length=10, null=True, choices=choices(Answer))
    answered = models.DateField(null=True, blank=True)
    answer_reference = models.CharField(max_length=100, null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(reference=""), name="%(class)s_of_something"
            ),
            models.CheckConstraint(
                condition=Q(
                    answer__isnull=True, answered__isnull=True, answer_reference__isnull=True
                )
                | Q(
                    answer__isnull=False,
                    answer__in=texts(Answer),
                    answered__isnull=False,
                    answered__gte=F("asked"),
                    answer_reference__gt="",
                ),
                name="%(class)s_answered_when_and_where",
            ),
        ]


class Application(Asked):
    """The recipient asks to retain unspent money: yes or no."""

    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="applications")

    objects = ApplicationQuerySet.as_manager()

    class Meta(Asked.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.tranche}: to retain {self.amount}"


class Request(Asked):
    """The state agency asks the government to let repaid money be used: an outside event."""

    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="requests")
    year = models.PositiveIntegerField()

    objects = RequestQuerySet.as_manager()

    class Meta(Asked.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.tranche}: to use {self.amount} in {self.year}"
