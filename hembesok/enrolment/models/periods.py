"""The dated periods of a site, as decided."""

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Site
from hembesok.enrolment.rules.membership import Period
from hembesok.enrolment.rules.periods import PeriodKind, Then
from hembesok.values.kinds import choices, texts


class SitePeriod(models.Model):
    """A period of a site with the decision it rests on; both days belong to it.

    The last day of an enrolment period is the last day of enrolling. `then` is
    what happens to families in mid-programme when an implementation ends.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=choices(PeriodKind))
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    decision = models.CharField(max_length=100)
    then = models.CharField(max_length=10, choices=choices(Then), default=Then.FINISH.value)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=texts(PeriodKind)), name="site_period_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="site_period_ends_after_start",
            ),
            models.CheckConstraint(condition=~Q(decision=""), name="site_period_has_a_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.kind} from {self.starts}"

    @property
    def period(self) -> Period:
        """The days of it, as the rules know them."""
        return Period(self.starts, self.ends)
