"""Outcomes after the programme, as stored: answers to a form, never changed, only corrected."""

import json
from typing import Self

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Staff
from hembesok.access.sealed import SealedTextField
from hembesok.enrolment.models import Following
from hembesok.families.models import Child
from hembesok.forms.answers import Answers, from_response
from hembesok.forms.catalogue import form_of
from hembesok.forms.questionnaire import Block
from hembesok.values.kinds import choices, texts
from hembesok.visits.rules.outcomes_later import How, OutcomeKind


class LaterOutcomeQuerySet(models.QuerySet["LaterOutcome"]):
    """Outcomes, asked for in the words of the house."""

    def counted(self) -> Self:
        """Return outcomes that no later row corrects."""
        return self.filter(corrected_by__isnull=True)


class LaterOutcome(models.Model):
    """What was found of a child on a day: the child health service's, under its own ground.

    `answers` is a QuestionnaireResponse to `form`; `settled` tells that it is not asked for
    again. A correction is a row of its own that points to the one it replaces.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="later_outcomes")
    kind = models.CharField(max_length=20, choices=choices(OutcomeKind))
    day = models.DateField()
    form = models.CharField(max_length=200)
    answers = SealedTextField()
    settled = models.BooleanField()
    how = models.CharField(max_length=10, choices=choices(How))
    ground = models.ForeignKey(Following, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    objects = LaterOutcomeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=texts(OutcomeKind)), name="later_outcome_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(how__in=texts(How)), name="later_outcome_how_it_came_known"
            ),
            models.CheckConstraint(condition=~Q(form=""), name="later_outcome_has_a_form"),
            models.CheckConstraint(
                condition=~Q(corrects=F("pk")), name="later_outcome_does_not_correct_itself"
            ),
            # One finding a day: two people writing at once must not both succeed.
            models.UniqueConstraint(
                fields=["child", "kind", "day"],
                condition=Q(corrects__isnull=True),
                name="later_outcome_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child} {self.kind} {self.day}"

    @property
    def block(self) -> Block:
        """The questions it answers, in the version of the form it was written in."""
        return form_of(self.form).blocks[0]

    @property
    def given(self) -> Answers:
        """The answers, opened."""
        return from_response(form_of(self.form), self.block, json.loads(self.answers))
