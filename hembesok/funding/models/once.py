"""What all that is written of money has in common: who, when, and that it is written once."""

from typing import Self, TypeVar
from uuid import uuid4

from django.db import models

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.funding.rules.deciding import READERS

_M = TypeVar("_M", bound=models.Model, covariant=True)


class Written(models.Model):
    """Something written by a person on a day; `key` is the form's, so that twice is once."""

    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    registered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    registered_on = models.DateField()

    class Meta:
        abstract = True


class OfSiteQuerySet(models.QuerySet[_M]):
    """What belongs to a site's money, looked up through the door."""

    way = "site"

    def within_reach_of(self, actor: Actor) -> Self:
        """Return what a person may see row by row: the own site's, for who keeps its money."""
        if actor.role not in READERS:
            return self.none()
        return self.filter(**{self.way: actor.site})

    def in_sums_for(self, actor: Actor) -> Self:
        """Return what a person may see the sums of: for the state, all sites it is assigned to."""
        if actor.role is not Role.STATE_CASE_OFFICER:
            return self.within_reach_of(actor)
        mine = Assignment.objects.filter(staff=actor.staff, role=actor.role)
        mine = mine.filter(starts__lte=actor.on).exclude(ends__lt=actor.on)
        return self.filter(**{f"{self.way}__in": mine.values("site")})
