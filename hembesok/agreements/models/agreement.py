"""An agreement between two units: versions of its terms, steps, and what is to be reported."""

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Site, Staff, Unit
from hembesok.agreements.models.case import Case
from hembesok.agreements.rules.agreements import Done, Step, Terms, Version
from hembesok.values.kinds import choices, texts


class Agreement(models.Model):
    """An agreement of a site: who commissions, who provides, and the case it is decided in."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    commissioner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="agreements")
    command = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(commissioner=F("provider")), name="agreement_between_two"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """How the trail names it."""
        return f"agreement:{self.pk}"


class AgreementVersion(models.Model):
    """A version of the terms; the days of its term stand in columns too, to be looked up by."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    starts = models.DateField()
    ends = models.DateField()
    content = models.JSONField()
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    command = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="agreement_version_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")), name="agreement_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}: {self.number}"

    @property
    def value(self) -> Version:
        """The version with its steps, as the rules read it."""
        steps = sorted(self.steps.all(), key=lambda one: one.number)
        return Version(
            self.number, Terms.read(self.content), self.author_id, tuple(one.done for one in steps)
        )


class AgreementStep(models.Model):
    """One step with a version: reviewed, unions informed, approved, signed, ended."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=20, choices=choices(Step))
    day = models.DateField()
    reference = models.CharField(max_length=100, blank=True)
    whom = models.CharField(max_length=200, blank=True)
    said = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    command = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="agreement_step_numbered"),
            models.UniqueConstraint(fields=["version", "step"], name="agreement_step_once"),
            models.CheckConstraint(condition=Q(step__in=texts(Step)), name="agreement_step_known"),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.step} {self.day}"

    @property
    def done(self) -> Done:
        """The step, as the rules read it."""
        return Done(Step(self.step), self.day, self.by_id, self.reference, self.whom, self.said)


class Duty(models.Model):
    """A report that a version in force asks for: made when both have signed, done once."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="duties")
    what = models.CharField(max_length=300)
    due = models.DateField()
    done = models.DateField(null=True)
    done_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(fields=["version", "what", "due"], name="duty_once"),
            models.CheckConstraint(
                condition=Q(done__isnull=True, done_by__isnull=True)
                | Q(done__isnull=False, done_by__isnull=False),
                name="duty_done_by_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what}, {self.due}"
