"""Families, children and guardians, as stored."""

import secrets
from typing import Self

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Site, Staff, Unit
from hembesok.access.rules.roles import Actor, Reach, Role
from hembesok.access.sealed import SealedTextField
from hembesok.families.rules.protection import HOME_NOT_STORED, ProtectionLevel
from hembesok.programme.rules.windows import Anchors
from hembesok.values.kinds import choices, texts

REF_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, O, 1 and I, so that a reference can be read aloud."""
REF_LENGTH = 8


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
        # By way of keys, found by indexes: one question over all the ways at once would look
        # through every family of the site.
        return at_site.filter(pk__in=_named(actor))

    def handled_by(self, actor: Actor) -> Self:
        """Return the families whose staff and protection this actor may decide on, unread.

        The manager reads of no family, and names staff for all of the site: found by
        its code, a family is a code here and nothing else.
        """
        if actor.role is Role.MANAGER:
            return self.filter(site_id=actor.site)
        return self.within_reach_of(actor)

    def logged_for(self, actor: Actor) -> Self:
        """Return the families of whose log this actor may make an extract."""
        if actor.role is Role.LOG_REVIEWER:
            return self.filter(site_id=actor.site)
        return self.within_reach_of(actor)


def _named(actor: Actor) -> models.QuerySet["Family", int]:
    """Return the keys of the families for which the actor is named, in whichever way."""
    ways = [_dated("team", actor), _dated("covers", actor)]
    # What is open for an hour is open only to whoever has a moment.
    if actor.at is not None:
        ways.append(
            Q(
                emergencies__staff=actor.staff,
                emergencies__role=actor.role,
                emergencies__opened__lte=actor.at,
                emergencies__until__gt=actor.at,
            )
        )
    first, *others = (
        Family.objects.filter(way).order_by().values_list("pk", flat=True) for way in ways
    )
    return first.union(*others)


def _dated(relation: str, actor: Actor) -> Q:
    ends = Q(**{f"{relation}__ends": None}) | Q(**{f"{relation}__ends__gte": actor.on})
    return ends & Q(
        **{
            f"{relation}__staff": actor.staff,
            f"{relation}__role": actor.role,
            f"{relation}__starts__lte": actor.on,
        }
    )


class Family(models.Model):
    """A household at a site. `ref` stands in web addresses, `code` in staff's speech.

    `clinic` and `advice` are the units in whose records it stands. Where an
    address may not be stored, `meeting_place` says where to meet instead.
    """

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    clinic = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    advice = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=20)
    language = models.CharField(max_length=10)  # BCP 47, as "so"
    interpreter_needed = models.BooleanField(default=False)
    address = SealedTextField(blank=True)
    door_note = SealedTextField(blank=True)
    meeting_place = SealedTextField(blank=True)
    deso = models.CharField(max_length=9, blank=True)
    regso = models.CharField(max_length=8, blank=True)
    area_version = models.CharField(max_length=10, blank=True)  # of DeSO and RegSO, as "2018"
    protection = models.CharField(
        max_length=30, choices=choices(ProtectionLevel), default=ProtectionLevel.NONE.value
    )
    parents_apart = models.BooleanField(default=False)

    objects = FamilyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "families"
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="family_code_once_per_site"),
            models.CheckConstraint(
                condition=Q(protection__in=texts(ProtectionLevel)), name="family_protection_known"
            ),
            models.CheckConstraint(
                condition=~Q(protection__in=texts(HOME_NOT_STORED))
                | Q(address="", door_note="", deso="", regso=""),
                name="family_home_not_stored_when_protected",
            ),
            models.CheckConstraint(
                condition=Q(deso="", regso="") | ~Q(area_version=""),
                name="family_area_has_a_version",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def subject(self) -> str:
        """How the trail names this family."""
        return f"family:{self.ref}"

    @property
    def level(self) -> ProtectionLevel:
        """How far the family's personal data are protected."""
        return ProtectionLevel(self.protection)


class Child(models.Model):
    """A child of a family; `number` tells siblings of one family apart in web addresses.

    A child that was written twice points with `merged_into` at the row that stays,
    and `merged_because` says how that was seen.
    """

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="children")
    number = models.PositiveSmallIntegerField(default=1)
    given_name = SealedTextField(blank=True)
    born = models.DateField()
    discharged = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    merged_because = SealedTextField(blank=True)

    class Meta:
        verbose_name_plural = "children"
        constraints = [
            models.UniqueConstraint(fields=["family", "number"], name="child_numbered_once"),
            models.CheckConstraint(
                condition=Q(discharged__isnull=True) | Q(discharged__gte=F("born")),
                name="child_discharged_after_birth",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("pk")), name="child_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family}/{self.number}"

    @property
    def anchors(self) -> Anchors:
        """The days this child's steps are counted from."""
        return Anchors(self.born, self.discharged)


class Guardian(models.Model):
    """A guardian of the family's children; `number` tells them apart in web addresses.

    `custody` is whether this guardian's consent is needed for what concerns the children.
    """

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="guardians")
    number = models.PositiveSmallIntegerField(default=1)
    given_name = SealedTextField()
    phone = SealedTextField(blank=True)
    custody = models.BooleanField(default=True)
    birth_parent = models.BooleanField(default=False)
    first_time_parent = models.BooleanField(default=False)
    first_child_in_sweden = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family", "number"], name="guardian_numbered_once")
        ]

    def __str__(self) -> str:
        return f"{self.family}: guardian {self.number}"


class SiteStay(models.Model):
    """A site where a family was before, until it was handed over to the next one."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="stays")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    clinic = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    advice = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    ended = models.DateField()
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.family} at {self.site} until {self.ended}"
