"""Who is followed after an enrolment, as stored: the decision, with its reason and statute."""

from django.db import models
from django.db.models import Q

from hembesok.enrolment.models.membership import Enrolment
from hembesok.enrolment.rules.following import FollowUp
from hembesok.values.kinds import choices, texts


class Following(models.Model):
    """Whether a child is followed when its enrolment has ended: why or why not, until when.

    `statute` is what it rests on, as in force on the day it was decided.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="following")
    why = models.CharField(max_length=20, choices=choices(FollowUp))
    until = models.DateField(null=True, blank=True)
    statute = models.CharField(max_length=100, blank=True)
    decided = models.DateField()

    class Meta:
        verbose_name_plural = "followings"
        constraints = [
            models.CheckConstraint(
                condition=Q(why__in=texts(FollowUp)), name="following_reason_known"
            ),
            models.CheckConstraint(
                condition=(Q(why=FollowUp.OWN_RECORD.value, until__isnull=False) & ~Q(statute=""))
                | (~Q(why=FollowUp.OWN_RECORD.value) & Q(until__isnull=True, statute="")),
                name="following_until_a_day_on_a_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.why}"
