"""How children stand, kept for lists; thrown away and computed anew at any time."""

from django.db import models

from hembesok.families.models import Child


class Changes(models.Model):
    """How often something was written that a child's states rest on; the database counts.

    Triggers keep it (migration 0008_standing), so that no service can forget to. Without a
    foreign key in the database: a count may outlive its child.
    """

    child = models.OneToOneField(
        Child,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="changes",
    )
    number = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "changes"

    def __str__(self) -> str:
        return f"child {self.child_id}: {self.number}"


class KeptStanding(models.Model):
    """A Standing as computed on `good_from`, after change number `of`; true through `good_until`.

    A row whose `of` is not the child's number of changes is stale, whatever wrote it: also one
    computed by somebody who read before another wrote.
    """

    child = models.OneToOneField(
        Child,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="standing",
    )
    of = models.BigIntegerField()
    good_from = models.DateField()
    good_until = models.DateField()
    rank = models.PositiveSmallIntegerField()
    day = models.DateField()
    next_waits = models.BooleanField()
    overdue = models.BooleanField()
    due = models.BooleanField()
    missed = models.BooleanField()
    waits_own = models.BooleanField()
    waits_base = models.BooleanField()
    closes = models.DateField(null=True)
    booked_own = models.DateField(null=True)
    booked_base = models.DateField(null=True)
    unsigned = models.BooleanField()
    unwritten_social = models.BooleanField()

    def __str__(self) -> str:
        return f"child {self.child_id}: from {self.good_from} through {self.good_until}"
