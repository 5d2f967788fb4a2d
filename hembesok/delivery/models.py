"""What a site aims at, and what has left it: both are looked up, neither is about a person."""

from django.db import models
from django.db.models import Q

from hembesok.access.models import Site


class Goal(models.Model):
    """The share that a measure of a site is to reach from a day on, and which goal it serves.

    `serves` is the municipal goal in the board's own words, as its memoranda name it. The last
    one that has begun counts; one without a share says that the measure has no goal any more.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=40)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    serves = models.CharField(max_length=200, blank=True, default="")
    decision = models.CharField(max_length=100)
    starts = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "measure", "starts"], name="goal_of_a_measure_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=1, percent__lte=100),
                name="goal_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.measure} from {self.starts}"


class Left(models.Model):
    """A table of one measure that left a site: what was shown, and the counts that were not.

    They are the register of disclosure control, and only grow. `told` is what
    `analysis.disclosure.store` writes of a table.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=40)
    as_of = models.DateField()
    told = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["site", "measure"], name="left_site_measure")]
        verbose_name_plural = "left"

    def __str__(self) -> str:
        return f"{self.site}: {self.measure} of {self.as_of}"
