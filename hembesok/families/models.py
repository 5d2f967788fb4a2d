"""Families, children, guardians and teams, as stored."""

import secrets
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from hembesok.access.models import Site, Staff
from hembesok.access.rules.roles import TEAM, Actor, Reach
from hembesok.access.sealed import SealedTextField
from hembesok.programme.rules.windows import Anchors
from hembesok.values.kinds import choices, texts

REF_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, O, 1 and I, so that a reference can be read aloud."""
REF_LENGTH = 8

models.CharField.register_lookup(Length)


def new_ref() -> str:
    """Return an opaque reference: it tells nothing and cannot be guessed in practice."""
    return "".join(secrets.choice(REF_LETTERS) for _ in range(REF_LENGTH))


class FamilyQuerySet(models.QuerySet["Family"]):
    """Families, asked for in the words of the house."""

    def within_reach_of(self, actor: Actor) -> Self:
        """Return the families this actor may see: the gate every look-up passes first."""
        if actor.reach is Reach.NOBODY:
            return self.none()
        at_site = self.filter(site_id=actor.site)
        if actor.reach is Reach.SITE:
            return at_site
        mine = TeamMember.objects.in_force(actor).filter(staff_id=actor.staff, role=actor.role)
        return at_site.filter(pk__in=mine.values("family"))


class Family(models.Model):
    """A household in the programme. `ref` stands in web addresses, `code` in staff's speech."""

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    language = models.CharField(max_length=10)  # BCP 47, as "so"
    interpreter_needed = models.BooleanField(default=False)
    address = SealedTextField(max_length=200, blank=True)
    door_note = SealedTextField(max_length=200, blank=True)

    objects = FamilyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "families"
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="family_code_once_per_site")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def subject(self) -> str:
        """How the trail names this family."""
        return f"family:{self.ref}"


class Child(models.Model):
    """A child of a family; `number` tells siblings of one family apart in web addresses."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="children")
    number = models.PositiveSmallIntegerField(default=1)
    given_name = SealedTextField(max_length=100, blank=True)
    born = models.DateField()
    discharged = models.DateField(null=True, blank=True)
    personal_number = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name_plural = "children"
        constraints = [
            models.UniqueConstraint(fields=["family", "number"], name="child_numbered_once"),
            models.CheckConstraint(
                condition=Q(discharged__isnull=True) | Q(discharged__gte=F("born")),
                name="child_discharged_after_birth",
            ),
            models.CheckConstraint(
                condition=Q(personal_number="") | Q(personal_number__length=12),
                name="child_personal_number_in_twelve",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family}/{self.number}"

    @property
    def anchors(self) -> Anchors:
        """The days this child's steps are counted from."""
        return Anchors(self.born, self.discharged)


class Guardian(models.Model):
    """A guardian of the family's children."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="guardians")
    given_name = SealedTextField(max_length=100)
    phone = SealedTextField(max_length=30, blank=True)
    birth_parent = models.BooleanField(default=False)
    first_time_parent = models.BooleanField(default=False)
    first_child_in_sweden = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.family}: guardian {self.pk}"


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    """Team members, asked for in the words of the house."""

    def in_force(self, actor: Actor) -> Self:
        """Return those who are in a team on the actor's day."""
        return self.filter(starts__lte=actor.on).filter(
            Q(ends__isnull=True) | Q(ends__gte=actor.on)
        )


class TeamMember(models.Model):
    """Somebody named for a family: the two who visit, perhaps a doctor; both days included."""

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
