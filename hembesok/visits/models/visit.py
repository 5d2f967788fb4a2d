"""Visits, as stored: one row for each attempt at a step."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Staff
from hembesok.access.rules.roles import VISITORS
from hembesok.families.models import Child
from hembesok.programme.rules.protocol import Kind
from hembesok.values.kinds import choices, texts
from hembesok.visits.rules.acting import NotHeldReason, Outcome
from hembesok.visits.rules.parts import USUAL_MINUTES, Place
from hembesok.visits.rules.times import LEAST_MINUTES, MOST_MINUTES


class VisitQuerySet(models.QuerySet["Visit"]):
    """Visits, asked for in the words of the house."""

    def counted(self) -> Self:
        """Return visits that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Visit(models.Model):
    """One attempt at a step of a child's plan, with all who take part: see `parts`.

    `booked_for` is the agreed time; `outcome_on` the day it was held, failed or
    was declined. `uid` is one visit for people's calendars, also when it is booked
    anew, and `sequence` rises with each change they must see. `alone` is the service
    that makes it without the other. Who and when go in pairs, and the database holds
    them to it.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="visits")
    step = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=choices(Kind))
    booked_for = models.DateTimeField(null=True, blank=True)
    booked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, choices=choices(Outcome))
    outcome_on = models.DateField(null=True, blank=True)
    not_held_reason = models.CharField(max_length=30, blank=True, choices=choices(NotHeldReason))
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    # As documented: `facts_number` is the number of the latest facts, see documentation.py.
    began = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)
    facts_number = models.PositiveIntegerField(default=0)
    uid = models.UUIDField(default=uuid4, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField(default=USUAL_MINUTES)
    place = models.CharField(max_length=20, blank=True, choices=choices(Place))
    alone = models.CharField(max_length=40, blank=True, choices=choices(VISITORS))

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["child", "step"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(booked_for__isnull=True, booked_by__isnull=True, booked_at__isnull=True)
                | Q(booked_for__isnull=False, booked_by__isnull=False, booked_at__isnull=False),
                name="visit_booked_by_and_when",
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome="",
                    outcome_on__isnull=True,
                    recorded_by__isnull=True,
                    recorded_at__isnull=True,
                )
                | Q(
                    outcome__in=texts(Outcome),
                    outcome_on__isnull=False,
                    recorded_by__isnull=False,
                    recorded_at__isnull=False,
                ),
                name="visit_outcome_by_and_when",
            ),
            models.CheckConstraint(
                condition=Q(outcome="not_held", not_held_reason__in=texts(NotHeldReason))
                | (~Q(outcome="not_held") & Q(not_held_reason="")),
                name="visit_not_held_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason=""
                )
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_reason="")
                ),
                name="visit_withdrawn_by_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(booked_for__isnull=False) | ~Q(outcome=""),
                name="visit_booked_or_has_outcome",
            ),
            # One open booking a step: two people pressing Book at once must not both succeed.
            models.UniqueConstraint(
                fields=["child", "step"],
                condition=Q(outcome="", withdrawn_at__isnull=True),
                name="visit_one_open_booking_a_step",
            ),
            models.UniqueConstraint(
                fields=["child", "step"],
                condition=Q(outcome="held", withdrawn_at__isnull=True),
                name="visit_held_once_a_step",
            ),
            models.CheckConstraint(
                condition=Q(began__isnull=True, finished__isnull=True) | Q(outcome="held"),
                name="visit_has_times_when_held",
            ),
            models.CheckConstraint(
                condition=Q(began__isnull=True)
                | Q(finished__isnull=True)
                | Q(finished__gte=F("began")),
                name="visit_finished_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["uid"], condition=Q(withdrawn_at__isnull=True), name="visit_uid_once"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=LEAST_MINUTES, minutes__lte=MOST_MINUTES),
                name="visit_minutes_likely",
            ),
            models.CheckConstraint(
                condition=Q(place__in=["", *texts(Place)]), name="visit_place_known"
            ),
            models.CheckConstraint(
                condition=Q(alone__in=["", *texts(VISITORS)]), name="visit_alone_is_a_visitor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child} {self.step}"
