"""Who was found eligible, offered the programme, and what they answered."""

from django.db import models
from django.db.models import Q

from hembesok.access.models import Site, Staff
from hembesok.enrolment.rules.eligibility import Criteria, read_criteria
from hembesok.enrolment.rules.offering import AnswerKind, NoReason, OfferedBy
from hembesok.families.models import Child
from hembesok.values.kinds import choices, texts
from hembesok.values.refusals import Reason


class EligibilityRule(models.Model):
    """A site's rule from a day, as plain data, with the decision it rests on."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    starts = models.DateField()
    content = models.JSONField()
    decision = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "starts"], name="eligibility_rule_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.site}: rule from {self.starts}"

    @property
    def criteria(self) -> Criteria:
        """The rule; raises ValueError if what is stored is none, which no service lets happen."""
        found = read_criteria(self.content)
        if isinstance(found, Reason):
            raise ValueError(found.key)
        return found


class Eligibility(models.Model):
    """What a site's rule said of a child on a day, and why; the last one counts."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="eligibilities")
    rule = models.ForeignKey(EligibilityRule, on_delete=models.PROTECT, null=True, related_name="+")
    judged = models.DateField()
    eligible = models.BooleanField()
    met = models.JSONField()
    failed = models.JSONField()
    judged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "eligibilities"

    def __str__(self) -> str:
        return f"{self.child}: {'eligible' if self.eligible else 'not eligible'}"


class Offer(models.Model):
    """The programme was offered to a child's family on a day."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="offers")
    offered = models.DateField()
    how = models.CharField(max_length=20, choices=choices(OfferedBy))
    language = models.CharField(max_length=10)
    offered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=texts(OfferedBy)), name="offer_how_known")
        ]

    def __str__(self) -> str:
        return f"{self.child}: offered {self.offered}"


class Answer(models.Model):
    """What the family answered to an offer; the last answer counts, the earlier ones are kept."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="answers")
    answered = models.DateField()
    answer = models.CharField(max_length=20, choices=choices(AnswerKind))
    reason = models.CharField(max_length=20, blank=True, choices=choices(NoReason))
    written_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=texts(AnswerKind)), name="answer_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(reason="")
                | (Q(reason__in=texts(NoReason)) & ~Q(answer=AnswerKind.YES.value)),
                name="answer_reason_is_of_a_no",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer}: {self.answer}"
