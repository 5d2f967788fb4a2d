"""The figures of a site's money: each a sum of entries, so that it can be looked at row by row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from hembesok.funding.rules.ledger import Kind


class Figure(StrEnum):
    """A figure that is shown; each is made of entries of some kinds, added or taken off."""

    GRANTED = "granted"
    CLAIMED = "claimed"
    NOT_YET_CLAIMED = "not_yet_claimed"
    LAPSED = "lapsed"
    RECEIVED = "received"
    RECEIVABLE = "receivable"
    CARRIED = "carried"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    USED = "used"
    USED_HERE = "used_here"
    USED_BY_PROVIDER = "used_by_provider"
    WITH_PROVIDER = "with_provider"
    LEFT = "left"
    REPAID = "repaid"
    RETAINED = "retained"
    UNDECIDED = "undecided"
    ADVANCED = "advanced"
    OWN = "own"


_PLUS, _MINUS = 1, -1
SIGNS: Final[Mapping[Figure, Mapping[Kind, int]]] = {
    Figure.GRANTED: {Kind.GRANTED: _PLUS},
    Figure.CLAIMED: {Kind.CLAIMED: _PLUS},
    Figure.NOT_YET_CLAIMED: {Kind.GRANTED: _PLUS, Kind.CLAIMED: _MINUS, Kind.LAPSED: _MINUS},
    Figure.LAPSED: {Kind.LAPSED: _PLUS},
    Figure.RECEIVED: {Kind.RECEIVED: _PLUS},
    Figure.RECEIVABLE: {Kind.CLAIMED: _PLUS, Kind.RECEIVED: _MINUS},
    Figure.CARRIED: {Kind.CARRIED: _PLUS},
    Figure.TRANSFERRED: {Kind.TRANSFERRED: _PLUS},
    Figure.RETURNED: {Kind.RETURNED: _PLUS},
    Figure.USED: {Kind.COST: _PLUS},
    Figure.USED_HERE: {Kind.COST: _PLUS},
    Figure.USED_BY_PROVIDER: {Kind.COST: _PLUS},
    Figure.WITH_PROVIDER: {
        Kind.TRANSFERRED: _PLUS,
        Kind.RETURNED: _MINUS,
        Kind.COST: _MINUS,
    },
    Figure.LEFT: {
        Kind.CLAIMED: _PLUS,
        Kind.CARRIED: _PLUS,
        Kind.COST: _MINUS,
        Kind.REPAID: _MINUS,
        Kind.RETAINED: _MINUS,
    },
    Figure.REPAID: {Kind.REPAID: _PLUS},
    Figure.RETAINED: {Kind.RETAINED: _PLUS},
    Figure.UNDECIDED: {
        Kind.RECEIVED: _PLUS,
        Kind.CARRIED: _PLUS,
        Kind.COST: _MINUS,
        Kind.REPAID: _MINUS,
        Kind.RETAINED: _MINUS,
    },
    Figure.ADVANCED: {
        Kind.COST: _PLUS,
        Kind.REPAID: _PLUS,
        Kind.RETAINED: _PLUS,
        Kind.RECEIVED: _MINUS,
        Kind.CARRIED: _MINUS,
    },
    Figure.OWN: {Kind.OWN: _PLUS},
}

ALWAYS: Final = (
    Figure.GRANTED, Figure.CLAIMED, Figure.RECEIVED, Figure.USED, Figure.REPAID, Figure.RETAINED,
    Figure.OWN,
)  # fmt: skip
"""The figures that are shown also when they are nothing; the others when they are something."""

_PROVIDERS: Final = frozenset({Figure.USED_BY_PROVIDER, Figure.WITH_PROVIDER})


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as it is shown. Öre; `counted` has the sign with which it counts.

    `state` is empty where it is in force; `taken_back` is in force, as is what takes it back;
    `waiting` and `withdrawn` count for nothing.
    """

    number: int
    tranche: int
    kind: Kind
    counted: int
    first: date
    last: date
    unit: str
    unit_key: int | None
    provider: bool
    cost_type: str
    text: str
    reference: str
    why: str
    takes_back: bool
    registrar: str
    registrar_key: int
    attester: str
    state: str

    @property
    def in_force(self) -> bool:
        """Whether it counts."""
        return self.state in ("", "taken_back")

    @property
    def is_claim(self) -> bool:
        """Whether it is a claim that counts: what a requisition sheet is made of."""
        return self.kind is Kind.CLAIMED and self.state == "" and not self.takes_back


def contributes(row: EntryRow, figure: Figure) -> int:
    """Return what an entry adds to a figure, in öre; nothing where it is no part of it."""
    sign = SIGNS[figure].get(row.kind, 0) if row.in_force else 0
    if row.kind is Kind.COST:
        if figure is Figure.USED_HERE and row.provider:
            return 0
        if figure in _PROVIDERS and not row.provider:
            return 0
    return sign * row.counted


def rows_behind(rows: Iterable[EntryRow], figure: Figure) -> list[tuple[EntryRow, int]]:
    """Return the entries that a figure is made of, each with what it adds."""
    counted = ((row, contributes(row, figure)) for row in rows)
    return [(row, amount) for row, amount in counted if amount]


def value_of(rows: Iterable[EntryRow], figure: Figure) -> int:
    """Return a figure: the sum of the rows behind it, in öre."""
    return sum(amount for _row, amount in rows_behind(rows, figure))
