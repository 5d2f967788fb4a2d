"""Documentation of a visit, as stored: facts, blocks in their compartments, promises.

What was written is never changed: each saving adds a text with a number and the number it
was written on. A text that was written on another than the latest competes with it; both
stay, and somebody chooses. The database itself keeps the texts as they were.
"""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from hembesok.access.models import Staff, Unit
from hembesok.access.rules.secrecy import Compartment
from hembesok.access.sealed import SealedTextField
from hembesok.families.models import Child, Guardian
from hembesok.values.kinds import choices, texts
from hembesok.visits.models.visit import Visit
from hembesok.visits.rules.documenting import (
    COMPARTMENTS,
    STAFF_KINDS,
    PersonKind,
    Promiser,
    PromiseResult,
)


class VersionQuerySet(models.QuerySet[Any]):
    """Texts, asked for in the words of the house."""

    def waiting(self) -> Self:
        """Return those that compete with another and wait for somebody to choose."""
        return self.filter(competing=True, settled_at__isnull=True)


class Version(models.Model):
    """One text of something that is written in turns. Append-only, save for the settling."""

    number = models.PositiveIntegerField()
    base = models.PositiveIntegerField()
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    command = models.UUIDField(null=True)
    competing = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True


def _versions_of(what: str) -> list[Any]:
    """Return what is always true of the texts of one thing.

    Each base has one text after it that does not compete: they stand in one line, with one
    head.
    """
    return [
        models.UniqueConstraint(fields=[what, "number"], name="%(class)s_numbered_once"),
        models.UniqueConstraint(
            fields=[what, "base"], condition=Q(competing=False), name="%(class)s_one_after_each"
        ),
        models.UniqueConstraint(
            fields=[what, "command"],
            condition=Q(command__isnull=False),
            name="%(class)s_once_a_command",
        ),
        models.CheckConstraint(
            condition=Q(number__gt=F("base")), name="%(class)s_written_on_an_earlier"
        ),
        models.CheckConstraint(
            condition=Q(settled_at__isnull=True, settled_by__isnull=True)
            | Q(settled_at__isnull=False, settled_by__isnull=False, competing=True),
            name="%(class)s_settled_by_and_when",
        ),
    ]


class FactsText(Version):
    """The facts of a visit as somebody saved them: outcome, times, who was there, as JSON."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="facts_texts")
    facts = SealedTextField()

    class Meta:
        constraints = _versions_of("visit")

    def __str__(self) -> str:
        return f"facts {self.number} of visit {self.visit_id}"


class Block(models.Model):
    """What one compartment holds of a visit: written in turns, signed once, then only added to.

    `form` is the canonical address of the form it is written in, `part` the key of the form's
    block. `owner` began it and signs it where it is joint. `head` is the number of the latest text
    that does not compete. A joint block stands once for a visit; the others once for each
    unit that writes, and for each parent whose own it is.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="blocks")
    compartment = models.CharField(max_length=20, choices=choices(COMPARTMENTS))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, related_name="+")
    form = models.CharField(max_length=200)
    part = models.CharField(max_length=60)
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    head = models.PositiveIntegerField(default=0)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["visit"], condition=Q(signed_at__isnull=True), name="block_unsigned"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(compartment__in=texts(COMPARTMENTS)), name="block_compartment_known"
            ),
            models.CheckConstraint(
                condition=Q(compartment=Compartment.PARENT.value, guardian__isnull=False)
                | (~Q(compartment=Compartment.PARENT.value) & Q(guardian__isnull=True)),
                name="block_of_a_parent_names_the_parent",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False, head__gt=0),
                name="block_signed_by_and_when",
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(compartment=Compartment.JOINT.value),
                name="block_joint_once_a_visit",
            ),
            models.UniqueConstraint(
                fields=["visit", "compartment", "unit"],
                condition=Q(guardian__isnull=True),
                name="block_once_a_unit",
            ),
            models.UniqueConstraint(
                fields=["visit", "unit", "guardian"],
                condition=Q(guardian__isnull=False),
                name="block_once_a_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"block {self.pk} of visit {self.visit_id}"


class BlockText(Version):
    """What somebody saved in a block: a FHIR QuestionnaireResponse as JSON."""

    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="texts")
    answers = SealedTextField()

    class Meta:
        constraints = _versions_of("block")

    def __str__(self) -> str:
        return f"text {self.number} of block {self.block_id}"


class Addendum(models.Model):
    """What was added to a signed block, and why. Append-only."""

    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="addenda")
    text = SealedTextField()
    reason = SealedTextField()
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "addenda"
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(reason=""), name="addendum_says_what_and_why"
            )
        ]

    def __str__(self) -> str:
        return f"addendum {self.pk} to block {self.block_id}"


class Attendance(models.Model):
    """Somebody who was there at a held visit; joint is a visit with a nurse and an adviser."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="attendances")
    kind = models.CharField(max_length=20, choices=choices(PersonKind))
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=texts(PersonKind)), name="attendance_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=PersonKind.GUARDIAN.value, guardian__isnull=False)
                | (~Q(kind=PersonKind.GUARDIAN.value) & Q(guardian__isnull=True)),
                name="attendance_of_a_guardian_names_the_guardian",
            ),
            models.CheckConstraint(
                condition=Q(staff__isnull=True) | Q(kind__in=texts(STAFF_KINDS)),
                name="attendance_staff_is_of_a_service",
            ),
            models.UniqueConstraint(
                fields=["visit", "kind"],
                condition=Q(guardian__isnull=True),
                name="attendance_once_a_kind",
            ),
            models.UniqueConstraint(
                fields=["visit", "guardian"],
                condition=Q(guardian__isnull=False),
                name="attendance_once_a_guardian",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at visit {self.visit_id}"


class Promise(models.Model):
    """Something promised at a visit: who does what until when, and what became of it."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="promises")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="promises")
    who = models.CharField(max_length=20, choices=choices(Promiser))
    what = SealedTextField()
    until = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    command = models.UUIDField(null=True)
    result = models.CharField(max_length=20, blank=True, choices=choices(PromiseResult))
    settled = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="promise_says_what"),
            models.CheckConstraint(condition=Q(who__in=texts(Promiser)), name="promise_who_known"),
            models.CheckConstraint(
                condition=Q(result="", settled__isnull=True, settled_by__isnull=True)
                | Q(
                    result__in=texts(PromiseResult),
                    settled__isnull=False,
                    settled_by__isnull=False,
                ),
                name="promise_settled_by_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"promise {self.pk} of child {self.child_id}"
