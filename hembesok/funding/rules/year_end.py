"""What is asked when a year is closed: the balance-day list, budget and outcome, and dates to keep.

Source: LKBR 2018:597 and RKR R2 (domain handbook 6.1). A grant with conditions is income as its
conditions are met: income follows cost. What has been received and is not earned is a short-term
liability; what has been earned and is not received is a receivable.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from hembesok.funding.rules.ledger import Kind, Line


@dataclass(frozen=True, slots=True)
class Position:
    """A tranche on a balance day, in öre. Either liability or receivable is nothing."""

    received: int
    earned: int
    repaid: int
    retained: int

    @property
    def gone(self) -> int:
        """What is repaid or retained."""
        return self.repaid + self.retained

    @property
    def liability(self) -> int:
        """What has been received and is neither earned nor gone."""
        return max(self.received - self.earned - self.gone, 0)

    @property
    def receivable(self) -> int:
        """What has been earned and is not received."""
        return max(self.earned + self.gone - self.received, 0)


_RECEIVED: Final = (Kind.RECEIVED, Kind.CARRIED)


def position(lines: Iterable[tuple[date, Line]], on: date) -> Position:
    """Return where a tranche stands on a balance day, from entries with the day each belongs to.

    A cost belongs to the last day of its delivery, whenever it was written or paid.
    """
    found = [line for day, line in lines if day <= on]

    def total(*kinds: Kind) -> int:
        return sum(line.amount for line in found if line.kind in kinds)

    return Position(
        received=total(*_RECEIVED),
        earned=total(Kind.COST),
        repaid=total(Kind.REPAID),
        retained=total(Kind.RETAINED),
    )


class Duty(StrEnum):
    """What has to be done by a day."""

    CLAIM = "claim"
    HIRE = "hire"
    REPORT = "report"
    DECIDE = "decide"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Task:
    """A duty with its day; None where it has none, and waits for somebody else."""

    duty: Duty
    tranche: int
    year: int
    due: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that stands in only one of ledger and bookkeeping. Öre."""

    reference: str
    text: str
    amount: int
    only_in_file: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """The bookkeeping's total beside the ledger's, in öre, and the rows that make them differ."""

    file: int
    ledger: int
    differences: tuple[Difference, ...]


Known = Mapping[str, tuple[str, str, int]]
"""Rows by what each is known by: reference, text and öre."""


def compare(file: Known, ledger: Known) -> Compared:
    """Compare the rows of a bookkeeping file with those of the ledger."""
    only_file = [Difference(*file[key], only_in_file=True) for key in file if key not in ledger]
    only_here = [Difference(*ledger[key], only_in_file=False) for key in ledger if key not in file]
    return Compared(
        sum(amount for _reference, _text, amount in file.values()),
        sum(amount for _reference, _text, amount in ledger.values()),
        (*only_file, *only_here),
    )
