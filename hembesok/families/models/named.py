"""Who is named for a family: its team, those who cover, and who opened it in an emergency."""

from datetime import date, timedelta
from typing import Final, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Staff, Unit
from hembesok.access.rules.roles import TEAM, Actor
from hembesok.access.sealed import SealedTextField
from hembesok.families.models.family import Family
from hembesok.values.kinds import choices, texts

EMERGENCY_LASTS: Final = timedelta(minutes=60)
"""How long a family opened in an emergency stays open. Ours: a site may decide on less."""


Row = TypeVar("Row", bound=models.Model)


class DatedQuerySet(models.QuerySet[Row]):
    """Rows that name somebody from a day to a day, both included."""

    def naming(self, actor: Actor) -> Self:
        """Return those that name this actor, in this role, on the actor's day."""
        return self.filter(staff_id=actor.staff, role=actor.role, starts__lte=actor.on).filter(
            Q(ends__isnull=True) | Q(ends__gte=actor.on)
        )

    def lasting(self, day: date) -> Self:
        """Return those that go on after a day."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gt=day))


class TeamMemberQuerySet(DatedQuerySet["TeamMember"]):
    """Team members."""


class CoverQuerySet(DatedQuerySet["Cover"]):
    """Covers."""


class TeamMember(models.Model):
    """Somebody in a family's team: the two who visit, perhaps a doctor or psychologist."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="team")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, choices=choices(TEAM))
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="team_member_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(role__in=texts(TEAM)), name="team_member_role_visits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family}: {self.staff}"


class Cover(models.Model):
    """Somebody who stands in for the team of one named family, from a day to a day."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="covers")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, choices=choices(TEAM))
    starts = models.DateField()
    ends = models.DateField()
    granted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    objects = CoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")), name="cover_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(role__in=texts(TEAM)), name="cover_role_visits"),
        ]

    def __str__(self) -> str:
        return f"{self.family}: {self.staff} covers"


class EmergencyQuerySet(models.QuerySet["EmergencyAccess"]):
    """Emergency openings, asked for in the words of the house."""

    def open_for(self, actor: Actor) -> Self:
        """Return those that are open to this actor at this moment; without a moment, none."""
        if actor.at is None:
            return self.none()
        return self.filter(
            staff_id=actor.staff, role=actor.role, opened__lte=actor.at, until__gt=actor.at
        )


class EmergencyAccess(models.Model):
    """A family opened in an emergency by somebody not named for it: why, how long, what came of it.

    The row is there before the page is: whoever opens a family in an emergency
    leaves something to review.
    """

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="emergencies")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, choices=choices(TEAM))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason = SealedTextField()
    opened = models.DateTimeField()
    until = models.DateTimeField()
    reviewed = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    justified = models.BooleanField(null=True)

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "emergency accesses"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("opened")) & Q(until__lte=F("opened") + EMERGENCY_LASTS),
                name="emergency_access_is_short",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="emergency_access_has_a_reason"),
            models.CheckConstraint(
                condition=Q(reviewed__isnull=True, reviewed_by__isnull=True, justified__isnull=True)
                | Q(reviewed__isnull=False, reviewed_by__isnull=False, justified__isnull=False),
                name="emergency_access_reviewed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family}: opened by {self.staff}"


class Notice(models.Model):
    """Something a family's team is told on its first page, until each has seen it."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="notices")
    about = models.CharField(max_length=30)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seen_by = models.ManyToManyField(Staff, related_name="+")

    def __str__(self) -> str:
        return f"{self.family}: {self.about}"
