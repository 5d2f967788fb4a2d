"""People's time, as stored: hours and days and nothing of what they are filled with.

Why somebody is away is the person's own health, and what a calendar of another system is
filled with may be of families this one knows nothing of: there is no column for either.
"""

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Assignment, Site, Staff
from hembesok.visits.rules.times import Days, Hours, Span


class WorkHours(models.Model):
    """When somebody works on one day of the week; Monday is 0. Without any, the usual hours."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="work_hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        verbose_name_plural = "work hours"
        constraints = [
            models.UniqueConstraint(fields=["staff", "weekday"], name="work_hours_once_a_weekday"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="work_hours_end_after_start"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="work_hours_weekday_known"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.weekday} {self.starts}-{self.ends}"

    @property
    def hours(self) -> Hours:
        """The hours, as the rules take them."""
        return Hours(self.weekday, self.starts, self.ends)


class ClosedDay(models.Model):
    """A day on which a site visits nobody, besides the holidays of the country."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="closed_days")
    day = models.DateField()
    title = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "day"], name="closed_day_once"),
            models.CheckConstraint(condition=~Q(title=""), name="closed_day_has_a_title"),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.day}"


class Absence(models.Model):
    """Days on which somebody is away, both included. Why is not asked, and there is no column."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="absences")
    starts = models.DateField()
    ends = models.DateField()
    written_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")), name="absence_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.starts}-{self.ends}"

    @property
    def days(self) -> Days:
        """The days, as the rules take them."""
        return Days(self.starts, self.ends)


class BusyTime(models.Model):
    """A time that is taken in a calendar somebody keeps elsewhere. Nothing but the time."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="busy_times")
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["staff", "ends"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="busy_time_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}: busy"

    @property
    def span(self) -> Span:
        """The time, as the rules take it."""
        return Span(self.starts, self.ends)


class BusyReading(models.Model):
    """When somebody's calendar was read last, and how far ahead: older than that tells nothing."""

    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, related_name="busy_reading")
    read_at = models.DateTimeField()
    until = models.DateField()

    def __str__(self) -> str:
        return f"{self.staff_id}: until {self.until}"


class CalendarFeed(models.Model):
    """An address at which a calendar elsewhere reads somebody's visits, in one assignment.

    Of the address only a hash is kept. `told_on` is the last day on which a
    reading was noted in the trail.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)
    told_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(ended__isnull=True),
                name="calendar_feed_one_open_each",
            )
        ]

    def __str__(self) -> str:
        return f"feed of {self.assignment_id}"
