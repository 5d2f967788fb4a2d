"""A birth or clinic list between being sent and being brought in."""

from datetime import timedelta
from typing import Final, Self

from django.db import models
from django.db.models import Q

from hembesok.access.models import Site, Staff
from hembesok.access.rules.roles import Actor
from hembesok.access.sealed import SealedTextField
from hembesok.families.models.family import new_ref

KEPT: Final = timedelta(hours=2)
"""How long a list is kept for whoever sent it. Ours: longer than a meeting, shorter than a day."""

BIRTHS: Final = "births"
OUTCOMES: Final = "outcomes"
KINDS: Final = (BIRTHS, OUTCOMES)
"""What a list is of: children and their families, or outcomes after the programme."""


class SentListQuerySet(models.QuerySet["SentList"]):
    """Lists that wait to be brought in."""

    def sent_by(self, actor: Actor, kind: str = BIRTHS) -> Self:
        """Return the actor's own of a kind, sent in this role at this site and unit, in time."""
        found = self.filter(
            staff_id=actor.staff,
            role=actor.role,
            site_id=actor.site,
            unit_id=actor.unit,
            kind=kind,
        )
        return found.filter(sent__gt=actor.at - KEPT) if actor.at else found.none()


class SentList(models.Model):
    """A list that was sent, sealed; only whoever sent it sees it, and then it is forgotten.

    `content` is the file, compressed, in base64. `fields` says what each column holds,
    empty for what is left out. The name of the file is not kept.
    """

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=40)
    unit = models.ForeignKey("access.Unit", on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, default=BIRTHS)
    sent = models.DateTimeField()
    content = SealedTextField()
    fields = models.JSONField(default=list)
    area_version = models.CharField(max_length=10, blank=True)

    objects = SentListQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="sent_list_kind_known")
        ]

    def __str__(self) -> str:
        return f"list {self.ref}"

    @property
    def subject(self) -> str:
        """How the trail names this list."""
        return f"list:{self.ref}"
