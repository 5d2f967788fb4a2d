"""Enrolments and moves between versions, as stored."""

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Staff
from hembesok.enrolment.rules.membership import EndReason, PauseReason
from hembesok.families.models import Child
from hembesok.programme.models import ProgrammeVersion
from hembesok.programme.rules.states import Membership
from hembesok.values.kinds import choices, texts


class Enrolment(models.Model):
    """A child on one programme version, from a day and perhaps to a day."""

    child = models.OneToOneField(Child, on_delete=models.PROTECT, related_name="enrolment")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="+")
    enrolled = models.DateField()
    ended = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, blank=True, choices=choices(EndReason))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended__isnull=True, end_reason="")
                # Said in full: a comparison with nothing is unknown, and unknown passes a check.
                | Q(
                    ended__isnull=False,
                    ended__gte=F("enrolled"),
                    end_reason__in=texts(EndReason),
                ),
                name="enrolment_ends_with_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.child} on {self.version}"

    @property
    def membership(self) -> Membership:
        """From when and until when the child is in the programme."""
        return Membership(self.enrolled, self.ended)


class VersionMove(models.Model):
    """A child moved from one programme version to another, and why."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="moves")
    source = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    moved_on = models.DateField()
    moved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="version_move_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="version_move_goes_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.source} to {self.target}"


class Pause(models.Model):
    """A time when an enrolled family is not visited, from a day and perhaps to a day."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=20, choices=choices(PauseReason))
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="pause_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(ends__isnull=True), name="pause_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: paused from {self.starts}"
