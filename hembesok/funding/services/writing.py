"""Writing in the ledger: entries, their attesting, and taking them back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from hembesok.access.models import Unit
from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.funding.models import Attest, Entry, Tranche
from hembesok.funding.models.ledger import EntryQuerySet
from hembesok.funding.rules.deciding import (
    CostType,
    why_not_attest,
    why_not_claim,
    why_not_repay,
    why_not_take_back_repaid,
)
from hembesok.funding.rules.ledger import (
    ATTESTED,
    COSTS,
    DECIDED,
    MAY_BE_OWN,
    OF_UNIT,
    Kind,
    Line,
    Phase,
    Standing,
    why_not_covered,
    why_not_write,
)
from hembesok.funding.services.within import (
    done_before,
    locked_site,
    locked_tranche,
    phase_of_tranche,
    standing_of,
)
from hembesok.values.refusals import Reason, Refusal, refuse


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be written. Öre; `last` is the last day of delivery of a cost, else `first`.

    `own` shows a cost that the grant does not pay for as own money, with the reason why.
    """

    kind: Kind
    amount: int
    first: date
    last: date | None = None
    unit: Unit | None = None
    cost_type: CostType | None = None
    text: str = ""
    reference: str = ""
    own: bool = False

    @property
    def until(self) -> date:
        """The last day."""
        return self.last or self.first


@transaction.atomic
def write(tranche: int, new: NewEntry, *, key: UUID, by: Actor) -> Entry:
    """Write an entry; the same form twice is written once. Raises Refusal, in words why not.

    What needs a second person counts when it is attested.
    """
    found = locked_tranche(tranche, by, new.text, new.reference)
    if (before := done_before(Entry, key)) is not None:
        return before
    made = _write(found, new, key=key, by=by)
    note(by, "money.written", f"site:{found.site.key}", f"{made.kind} {made.pk}")
    return made


def _write(found: Tranche, new: NewEntry, *, key: UUID, by: Actor) -> Entry:
    refuse(_why_not_form(new, by.on))
    kind, why = new.kind, _why_not(found, new)
    if why is not None and kind is Kind.COST and new.own and why.key in MAY_BE_OWN:
        kind = Kind.OWN
    elif why is not None:
        raise Refusal(why)
    made = Entry(
        key=key,
        tranche=found,
        kind=kind.value,
        amount=new.amount,
        first=new.first,
        last=new.until,
        unit=new.unit if kind in OF_UNIT else None,
        cost_type=new.cost_type.value if new.cost_type and kind in COSTS else "",
        text=new.text.strip(),
        reference=new.reference.strip(),
        why=why.key if why is not None else "",
        registered_by_id=by.staff,
        registered_on=by.on,
    )
    made.save(force_insert=True)
    return made


def _why_not_form(new: NewEntry, on: date) -> Reason | None:
    """Return what is missing or impossible in what was written, whatever the tranche."""
    if new.kind in DECIDED or new.kind in (Kind.GRANTED, Kind.OWN):
        return Reason("entry_has_own_act")
    if new.kind in OF_UNIT and new.unit is None:
        return Reason("unit_missing")
    if new.kind in COSTS and new.cost_type is None:
        return Reason("cost_type_missing")
    if not new.reference.strip() and new.kind in COSTS:
        return Reason("voucher_missing")
    if not new.reference.strip():
        return Reason("reference_missing")
    if new.amount < 0 and new.kind not in COSTS:
        return Reason("money_nothing")
    if new.until < new.first:
        return Reason("ends_before_start", {"ends": new.until, "starts": new.first})
    return Reason("day_in_future", {"day": new.until}) if new.until > on else None


def _why_not(tranche: Tranche, new: NewEntry) -> Reason | None:
    """Return why a tranche does not take an entry, or None."""
    if new.kind is Kind.COST:
        cost_type = new.cost_type.value if new.cost_type else ""
        outside = why_not_covered(
            tranche.term, cost_type=cost_type, first=new.first, last=new.until
        )
        if outside is not None:
            return outside
    if new.kind is Kind.CLAIMED and (late := why_not_claim(tranche.term, new.first)):
        return late
    if new.kind is Kind.TRANSFERRED and new.unit and new.unit.pk == tranche.recipient_id:
        return Reason("transfer_to_itself")
    provider = new.unit is not None and new.unit.pk != tranche.recipient_id
    return _why_not_line(tranche, Line(new.kind, new.amount, provider))


def _why_not_line(tranche: Tranche, line: Line) -> Reason | None:
    now = standing_of(tranche)
    waits = _why_not_repaid(tranche, line, now) if line.kind is Kind.REPAID else None
    return waits or why_not_write(now, line, phase_of_tranche(tranche))


def _why_not_repaid(tranche: Tranche, line: Line, now: Standing) -> Reason | None:
    if line.amount < 0:
        return None
    return why_not_repay(now, amount=line.amount, pending=pending_of(tranche))


def pending_of(tranche: Tranche) -> int:
    """Return how much an unanswered application asks to retain, in öre."""
    asked = tranche.applications.filter(answer__isnull=True).values_list("amount", flat=True)
    return sum(asked)


@transaction.atomic
def attest(entry: int, *, by: Actor) -> Attest:
    """Attest an entry that another person wrote; it counts from now. Raises Refusal.

    Attested twice is attested once: the second press is told so by the same answer.
    """
    locked_site(by)
    found = _entry(entry, by)
    before = Attest.objects.filter(entry=found).first()
    if before is not None:
        return before
    (made,) = _attest([found], by)
    note(by, "money.attested", f"site:{found.tranche.site.key}", f"entry {found.pk}")
    return made


@transaction.atomic
def attest_all(entries: Iterable[int], *, by: Actor) -> int:
    """Attest several entries, all of them or none; queries do not grow with them. Raises Refusal.

    Those that are attested already are passed over.
    """
    site = locked_site(by)
    found = _entries(by).filter(pk__in=list(entries), attest__isnull=True)
    # Credit notes after what they take from, so that no sum is below nothing on the way.
    chosen = sorted(found, key=lambda one: (one.line.amount < 0, one.pk))
    made = _attest(chosen, by)
    note(by, "money.attested", f"site:{site.key}", f"{len(made)} entries")
    return len(made)


def _entries(by: Actor) -> EntryQuerySet:
    related = ("tranche__site", "reversal", "reverses__attest")
    return Entry.objects.within_reach_of(by).select_related(*related)


def _entry(pk: int, by: Actor) -> Entry:
    entry = _entries(by).filter(pk=pk).first()
    if entry is None:
        raise Refusal(Reason("no_such_entry"))
    return entry


def _attest(entries: Sequence[Entry], by: Actor) -> list[Attest]:
    """Attest entries that nobody has attested; each is judged as those before it leave things."""
    standings: dict[int, Standing] = {}
    phases: dict[int, Phase] = {}
    for entry in entries:
        key, tranche = entry.tranche_id, entry.tranche
        if key not in standings:
            standings[key], phases[key] = standing_of(tranche), phase_of_tranche(tranche)
        refuse(_why_not_attest(entry, by, standings[key], phases[key]))
        standings[key] = standings[key].with_line(entry.line)
    return Attest.objects.bulk_create(
        Attest(entry=entry, by_id=by.staff, registrar_id=entry.registered_by_id, on=by.on)
        for entry in entries
    )


def _why_not_attest(entry: Entry, by: Actor, now: Standing, phase: Phase) -> Reason | None:
    if Kind(entry.kind) not in ATTESTED:
        return Reason("entry_needs_no_attest")
    of_nothing = entry.reverses is not None and not hasattr(entry.reverses, "attest")
    withdrawn = of_nothing or hasattr(entry, "reversal")
    why = why_not_attest(by=by.staff, registrar=entry.registered_by_id, withdrawn=withdrawn)
    if why is not None or entry.kind == Kind.OWN:
        return why
    line = entry.line
    if line.kind is Kind.REPAID:
        why = _why_not_repaid(entry.tranche, line, now) or _why_not_granted_again(entry)
    return why or why_not_write(now, line, phase)


@transaction.atomic
def take_back(entry: int, *, why: str, key: UUID, by: Actor) -> Entry:
    """Take an entry back by an entry of its own, with the reason. Raises Refusal.

    What was attested is back when another person has attested that too; what nobody had
    attested is back at once. What a decision wrote in two tranches is taken back in both.
    """
    locked_site(by, why)
    if (before := done_before(Entry, key)) is not None:
        return before
    found = _entry(entry, by)
    if not why.strip():
        raise Refusal(Reason("reason_missing"))
    if found.reverses_id is not None or Entry.objects.filter(reverses=found).exists():
        raise Refusal(Reason("entry_taken_back"))
    if Attest.objects.filter(entry=found).exists():
        refuse(_why_not_granted_again(found, back=True))
    if found.kind == Kind.RETAINED:
        _back(found.carried, why, by)
    elif found.kind == Kind.CARRIED:
        raise Refusal(Reason("take_back_where_retained"))
    made = _back(found, why, by, key=key)
    note(by, "money.taken_back", f"site:{found.tranche.site.key}", f"entry {found.pk}")
    return made


def _back(entry: Entry, why: str, by: Actor, *, key: UUID | None = None) -> Entry:
    kind = Kind(entry.kind)
    counts = kind not in ATTESTED or Attest.objects.filter(entry=entry).exists()
    if counts and kind is not Kind.OWN:
        line = entry.line
        refuse(_why_not_line(entry.tranche, Line(line.kind, -line.amount, line.provider)))
    made = Entry(
        tranche=entry.tranche,
        kind=entry.kind,
        amount=entry.amount,
        first=entry.first,
        last=entry.last,
        unit_id=entry.unit_id,
        cost_type=entry.cost_type,
        text=why.strip()[:200],
        reference=entry.reference,
        why=entry.why,
        reverses=entry,
        registered_by_id=by.staff,
        registered_on=by.on,
    )
    if key is not None:
        made.key = key
    made.save(force_insert=True)
    return made


def _why_not_granted_again(entry: Entry, *, back: bool = False) -> Reason | None:
    """Return why a repayment must stand: the state has granted what was repaid anew."""
    if entry.kind != Kind.REPAID or not (back or entry.reverses_id is not None):
        return None
    again = granted_again(entry.tranche)
    left = standing_of(entry.tranche).repaid - entry.amount
    return why_not_take_back_repaid(repaid=left, granted_again=again)


def granted_again(tranche: Tranche) -> int:
    """Return how much of what a tranche repaid has been granted anew, in öre."""
    again = Entry.objects.filter(
        tranche__request__tranche=tranche, kind=Kind.GRANTED.value
    )  # a yes makes a tranche of its own
    return sum(one.amount if one.reverses_id is None else -one.amount for one in again)
