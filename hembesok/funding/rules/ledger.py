"""Where the money of a tranche stands, and which entry may be written next.

A tranche is one year of one grant to one recipient, with a purpose and a period. What happens to
its money is written as entries that are never changed: a slip is taken back by an entry of its own.
Everything that is known of a tranche is added up from its entries by `standing`.

Unit: whole öre. Source: domain handbook 6.1, made complete. For every tranche, after every entry:

    granted            = claimed + not yet claimed + lapsed
    claimed            = received + receivable
    received + carried + advanced = used + repaid + retained + undecided
    transferred - returned - used by the provider = held by the provider

None of the terms but the last is ever negative. `carried` is money kept from an earlier tranche by
a decision; `advanced` is what the recipient has laid out while a claimed payment is awaited. Own
money stands beside the grant and is expected to be nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Final

from hembesok.values.money import Ore
from hembesok.values.refusals import Reason


class Kind(StrEnum):
    """What an entry says has happened to money."""

    GRANTED = "granted"
    CLAIMED = "claimed"
    LAPSED = "lapsed"
    RECEIVED = "received"
    CARRIED = "carried"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    COST = "cost"
    OWN = "own"
    RETAINED = "retained"
    REPAID = "repaid"


ATTESTED: Final = frozenset({Kind.CLAIMED, Kind.TRANSFERRED, Kind.COST, Kind.OWN, Kind.REPAID})
"""What counts only when a second person has attested it: claims, costs and money that leaves."""

OF_UNIT: Final = frozenset({Kind.TRANSFERRED, Kind.RETURNED, Kind.COST, Kind.OWN})
"""What is told of a unit: the recipient's own part, or a provider's."""

COSTS: Final = frozenset({Kind.COST, Kind.OWN})
"""What has a cost type, a time of delivery and a voucher, and may be negative: a credit note."""

DECIDED: Final = frozenset({Kind.RETAINED, Kind.CARRIED})
"""What a decision wrote, as a pair in two tranches; it is taken back as a pair too."""


MAY_BE_OWN: Final = frozenset(
    {
        "cost_outside_purpose",
        "cost_outside_period",
        "cost_beyond_claimed",
        "paid_out_beyond_claimed",
        "tranche_reported",
    }
)
"""The reasons why a grant does not pay for a cost that may still be shown, as own money."""


class Phase(StrEnum):
    """How far a tranche has come: costs are written until it is reported."""

    OPEN = "open"
    REPORTED = "reported"
    APPROVED = "approved"


WHILE_OPEN: Final = frozenset({Kind.GRANTED, Kind.CLAIMED, Kind.TRANSFERRED, Kind.COST})
AFTER_REPORT: Final = frozenset({Kind.REPAID, Kind.RETAINED})
"""The kinds that wait for the report, or end with it; all others are written in any phase."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the rules see it. `amount` is öre, less than nothing where it takes back.

    `provider` tells that it is another unit's than the recipient's.
    """

    kind: Kind
    amount: int
    provider: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a tranche's money stands, in öre."""

    granted: int = 0
    claimed: int = 0
    lapsed: int = 0
    received: int = 0
    carried: int = 0
    transferred: int = 0
    returned: int = 0
    used_here: int = 0
    used_by_provider: int = 0
    own: int = 0
    retained: int = 0
    repaid: int = 0

    def __add__(self, other: "Standing") -> "Standing":
        """Add up two tranches, or a tranche and a line."""
        names = [field.name for field in fields(self)]
        return Standing(*(getattr(self, name) + getattr(other, name) for name in names))

    def with_line(self, line: "Line") -> "Standing":
        """Return where the money stands with one line more."""
        return self + _of(line)

    @property
    def used(self) -> int:
        """What the grant has paid for."""
        return self.used_here + self.used_by_provider

    @property
    def not_yet_claimed(self) -> int:
        """What may still be claimed."""
        return self.granted - self.claimed - self.lapsed

    @property
    def receivable(self) -> int:
        """What is claimed and has not come."""
        return self.claimed - self.received

    @property
    def had(self) -> int:
        """What has come to the recipient: paid by the state, or kept from before."""
        return self.received + self.carried

    @property
    def available(self) -> int:
        """What may be used in all: money that is claimed, or kept from before."""
        return self.claimed + self.carried

    @property
    def decided(self) -> int:
        """What of the unspent has been repaid or retained."""
        return self.repaid + self.retained

    @property
    def unspent(self) -> int:
        """What has come and has not been used: repaid, retained, or not decided on yet."""
        return self.decided + self.undecided

    @property
    def undecided(self) -> int:
        """What has come, has not been used, and neither way has been taken with."""
        return max(self.had - self.used - self.decided, 0)

    @property
    def advanced(self) -> int:
        """What has been laid out before a claimed payment came."""
        return max(self.used + self.decided - self.had, 0)

    @property
    def left(self) -> int:
        """What may still be used."""
        return self.available - self.used - self.decided

    @property
    def with_provider(self) -> int:
        """What has been transferred and neither used nor returned; negative: the provider waits."""
        return self.transferred - self.returned - self.used_by_provider

    @property
    def in_hand(self) -> int:
        """What the recipient itself may still pay out, with what is claimed and has not come."""
        out = self.transferred - self.returned + self.used_here + self.decided
        return self.available - out

    @property
    def settled(self) -> bool:
        """Whether every krona has its end: nothing is awaited, held or undecided."""
        rest = (self.not_yet_claimed, self.receivable, self.undecided, self.advanced)
        return not any((*rest, self.with_provider))


def standing(lines: Iterable[Line]) -> Standing:
    """Add up entries; a pure sum, so that their order is no matter."""
    return sum((_of(line) for line in lines), Standing())


def _of(line: Line) -> Standing:
    match line.kind:
        case Kind.COST if line.provider:
            return Standing(used_by_provider=line.amount)
        case Kind.COST:
            return Standing(used_here=line.amount)
        case _:
            return Standing(**{line.kind.value: line.amount})


def what_is_wrong(now: Standing) -> Reason | None:
    """Return what of the ledger's laws a standing breaks, or None; the words say how much."""
    return next((reason for excess, reason in _laws(now) if excess > 0), None)


def _laws(now: Standing) -> Iterator[tuple[int, Reason]]:
    """Yield by how many öre each law is broken, nothing or less where it holds, and the reason."""
    below = -min(getattr(now, field.name) for field in fields(now))
    yield below, Reason("money_below_nothing", {"excess": Ore(below)})
    claimed = -now.not_yet_claimed
    yield claimed, Reason("claimed_beyond_granted", {"excess": Ore(claimed)})
    received = -now.receivable
    yield received, Reason("received_beyond_claimed", {"excess": Ore(received)})
    used = -now.left
    yield used, Reason("cost_beyond_claimed", {"excess": Ore(used)})
    decided = now.decided - max(now.had - now.used, 0)
    yield decided, Reason("decided_beyond_unspent", {"excess": Ore(decided)})
    out = -now.in_hand
    yield out, Reason("paid_out_beyond_claimed", {"excess": Ore(out)})
    back = now.returned - now.transferred
    yield back, Reason("returned_beyond_transferred", {"excess": Ore(back)})


def why_not_write(now: Standing, line: Line, phase: Phase) -> Reason | None:
    """Return why a line may not be added to a tranche, or None."""
    if line.amount == 0:
        return Reason("money_nothing")
    if phase is not Phase.OPEN and line.kind in WHILE_OPEN:
        return Reason("tranche_reported")
    if phase is Phase.OPEN and line.kind in AFTER_REPORT:
        return Reason("tranche_not_reported")
    return what_is_wrong(now.with_line(line))


@dataclass(frozen=True, slots=True)
class Term:
    """When and for what a tranche may be used; both days belong to it."""

    first: date
    last: date
    claim_by: date
    purposes: frozenset[str]

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last < self.first:
            raise ValueError(f"a period runs from its first to its last day; got {self}")


def why_not_covered(term: Term, *, cost_type: str, first: date, last: date) -> Reason | None:
    """Return why a grant does not pay for a cost delivered from a day to a day, or None.

    A cost belongs to the period in which it was delivered, whenever it is paid.
    """
    if last < first:
        return Reason("ends_before_start", {"ends": last, "starts": first})
    if cost_type not in term.purposes:
        return Reason("cost_outside_purpose")
    if first < term.first or term.last < last:
        period = {"first": term.first, "last": term.last}
        return Reason("cost_outside_period", period)
    return None
