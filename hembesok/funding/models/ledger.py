"""The ledger as stored: entries that are never changed, and who attested them."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from hembesok.access.models import Staff, Unit
from hembesok.funding.models.grants import Tranche
from hembesok.funding.models.once import OfSiteQuerySet, Written
from hembesok.funding.rules.deciding import CostType
from hembesok.funding.rules.ledger import ATTESTED, COSTS, OF_UNIT, Kind, Line
from hembesok.values.kinds import choices, texts


class CostFile(Written):
    """A file of costs that was read wholly: known by its content, so that twice is once."""

    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="files")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    chosen = models.CharField(max_length=120, blank=True)
    """What of it was read: a dimension and an object of a SIE file, or all."""
    rows = models.PositiveIntegerField()
    total = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tranche", "digest", "chosen"], name="cost_file_read_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["csv", "sie"]), name="cost_file_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class EntryQuerySet(OfSiteQuerySet["Entry"]):
    """Entries, asked for in the words of the house."""

    way = "tranche__site"

    def in_force(self) -> Self:
        """Return those that count: attested, or of a kind that needs no second person."""
        return self.filter(~Q(kind__in=texts(sorted(ATTESTED))) | Q(attest__isnull=False))

    def waiting(self) -> Self:
        """Return those that wait for a second person, and have not been taken back."""
        back = Entry.objects.filter(reverses=OuterRef("pk"))
        waits = self.filter(kind__in=texts(sorted(ATTESTED)), attest__isnull=True)
        # What takes back an entry that nobody attested is done when it is written.
        of_nothing = Q(reverses__isnull=False, reverses__attest__isnull=True)
        return waits.exclude(Exists(back)).exclude(of_nothing)


class Entry(Written):
    """That money of a tranche was granted, claimed, used, repaid, and so on. Öre.

    `first` and `last` are the days of delivery of a cost, else one day twice. An entry that
    `reverses` another has its facts, and counts against it.
    """

    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=20, choices=choices(Kind))
    amount = models.BigIntegerField()
    first = models.DateField()
    last = models.DateField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    cost_type = models.CharField(max_length=20, blank=True, choices=choices(CostType))
    text = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    why = models.CharField(max_length=40, blank=True)
    """Of own money, the key of the reason why the grant does not pay."""
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversal"
    )
    source = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="carried"
    )
    file = models.ForeignKey(CostFile, on_delete=models.PROTECT, null=True, related_name="entries")
    row = models.CharField(max_length=64, blank=True)
    """What a row of a file is known by, whichever file it stands in."""

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["tranche", "kind"], name="entry_of_tranche")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=texts(Kind)), name="entry_kind_known"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) | (Q(kind__in=texts(sorted(COSTS))) & ~Q(amount=0)),
                name="entry_of_something",
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="entry_days_in_order"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=texts(sorted(COSTS)), unit__isnull=False, cost_type__in=texts(CostType)
                )
                & ~Q(reference="")
                | (Q(cost_type="") & ~Q(kind__in=texts(sorted(COSTS)))),
                name="entry_cost_with_type_and_voucher",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=texts(sorted(OF_UNIT)), unit__isnull=False)
                | (Q(unit__isnull=True) & ~Q(kind__in=texts(sorted(OF_UNIT)))),
                name="entry_of_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.OWN.value) & ~Q(why="")
                | (Q(why="") & ~Q(kind=Kind.OWN.value)),
                name="entry_own_money_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.CARRIED.value)
                & (Q(source__isnull=False) | Q(reverses__isnull=False))
                | (Q(source__isnull=True) & ~Q(kind=Kind.CARRIED.value)),
                name="entry_carried_from_somewhere",
            ),
            models.UniqueConstraint(
                fields=["tranche", "row"],
                condition=~Q(row="") & Q(reverses__isnull=True),
                name="entry_row_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} of {self.tranche_id}"

    @property
    def line(self) -> Line:
        """The entry as the rules see it; the tranche must be at hand for a unit's."""
        signed = self.amount if self.reverses_id is None else -self.amount
        provider = self.unit_id is not None and self.unit_id != self.tranche.recipient_id
        return Line(Kind(self.kind), signed, provider)


class Attest(models.Model):
    """That a second person stands for an entry; `registrar` is who wrote it."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="attest")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    registrar = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("registrar")), name="attest_by_another")
        ]

    def __str__(self) -> str:
        return f"attest of {self.entry_id}"
