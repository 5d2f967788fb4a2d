"""What a site has decided to keep."""

from django.db import models
from django.db.models import Q

from hembesok.access.models import Site
from hembesok.secrecy.rules import DocumentationMode
from hembesok.values.kinds import choices, texts


class SiteDocumentation(models.Model):
    """A site's documentation mode from a day, with the decision it rests on."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=20, choices=choices(DocumentationMode))
    starts = models.DateField()
    decision = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "site documentation"
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=texts(DocumentationMode)), name="documentation_mode_known"
            ),
            models.CheckConstraint(
                condition=~Q(decision=""), name="documentation_mode_has_a_decision"
            ),
            models.UniqueConstraint(
                fields=["site", "starts"], name="documentation_mode_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.mode} from {self.starts}"
