"""Bringing in costs from a file: all is checked before a row is written, and twice is once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from hembesok.access.models import Unit
from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.funding.models import CostFile, Entry, Tranche
from hembesok.funding.rules.bringing import CostRow, Fault, Read
from hembesok.funding.rules.ledger import (
    MAY_BE_OWN,
    Kind,
    Line,
    why_not_covered,
    why_not_write,
)
from hembesok.funding.services.within import (
    done_before,
    locked_tranche,
    phase_of_tranche,
    standing_of,
)
from hembesok.values.refusals import Reason


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent: its kind, its content, what was chosen of it, and what it came to."""

    kind: str
    content: bytes
    chosen: str
    read: Read

    @property
    def digest(self) -> str:
        """What the file is known by."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file: rows added, rows known already, or faults and nothing written."""

    added: int = 0
    known: int = 0
    own: int = 0
    faults: tuple[Fault, ...] = ()


@transaction.atomic
def bring_in(
    tranche: int, sent: Sent, unit: Unit, *, own: bool = False, key: UUID, by: Actor
) -> Brought:
    """Write a file's costs as entries that wait to be attested. Raises Refusal.

    A row that is known is passed over, whichever file it came in. With `own`, what the grant
    does not pay for is written as own money; else it is a fault, and nothing is written.
    """
    found = locked_tranche(tranche, by)
    if sent.read.faults:
        return Brought(faults=sent.read.faults)
    same = CostFile.objects.filter(tranche=found, digest=sent.digest, chosen=sent.chosen).first()
    if done_before(CostFile, key) or same is not None:
        return Brought(known=len(sent.read.rows))
    known = set(found.entries.exclude(row="").values_list("row", flat=True))
    fresh = [row for row in sent.read.rows if row.known_by not in known]
    judged = _judged(found, fresh, unit, by)
    uncovered = [(row, why) for row, why in judged if why is not None]
    stopped = [(row, why) for row, why in uncovered if not (own and why.key in MAY_BE_OWN)]
    if stopped:
        return Brought(faults=tuple(Fault(row.place, why) for row, why in stopped))
    file = CostFile.objects.create(
        key=key, tranche=found, unit=unit, kind=sent.kind, digest=sent.digest,
        chosen=sent.chosen, rows=len(sent.read.rows), total=sent.read.total,
        registered_by_id=by.staff, registered_on=by.on,
    )  # fmt: skip
    Entry.objects.bulk_create(_entry(file, row, why, by) for row, why in judged)
    note(by, "money.brought_in", f"site:{found.site.key}", f"{len(judged)} rows")
    return Brought(len(judged), len(sent.read.rows) - len(fresh), len(uncovered))


def _judged(
    tranche: Tranche, rows: Sequence[CostRow], unit: Unit, by: Actor
) -> list[tuple[CostRow, Reason | None]]:
    """Return each row with why the grant does not pay for it, as the rows add up."""
    provider = unit.pk != tranche.recipient_id
    now, phase, term = standing_of(tranche), phase_of_tranche(tranche), tranche.term
    found = []
    # Credit notes come after what they take from.
    for row in sorted(rows, key=lambda one: (one.amount < 0, one.last)):
        line = Line(Kind.COST, row.amount, provider)
        why = why_not_covered(term, cost_type=row.cost_type.value, first=row.first, last=row.last)
        if why is None and row.last > by.on:
            why = Reason("day_in_future", {"day": row.last})
        why = why or why_not_write(now, line, phase)
        if why is None:
            now = now.with_line(line)
        found.append((row, why))
    return found


def _entry(file: CostFile, row: CostRow, why: Reason | None, by: Actor) -> Entry:
    return Entry(
        tranche=file.tranche,
        kind=(Kind.OWN if why else Kind.COST).value,
        amount=row.amount,
        first=row.first,
        last=row.last,
        unit=file.unit,
        cost_type=row.cost_type.value,
        text=row.text,
        reference=row.reference,
        why=why.key if why else "",
        file=file,
        row=row.known_by,
        registered_by_id=by.staff,
        registered_on=by.on,
    )
