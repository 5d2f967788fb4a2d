"""When a signed block still has to be carried over to the service's own record. Values only.

The record of each service stands elsewhere: the nurse's in the region's, the adviser's in the
municipality's (domain handbook 0.3). Until the two systems speak, somebody copies.
"""

from datetime import date
from enum import StrEnum

from hembesok.access.rules.roles import Service
from hembesok.access.rules.secrecy import OWNER, Compartment
from hembesok.values.refusals import Reason


class How(StrEnum):
    """How a text was carried over."""

    COPIED = "copied"
    FILE = "file"
    BY_HAND = "by_hand"


def waits(*, signed: bool, transferred: int | None, addenda: int) -> bool:
    """Tell whether a block waits: signed, and never carried over, or not with its last addendum.

    `transferred` is how many addenda went along the last time; None where it never went.
    """
    return signed and (transferred is None or transferred < addenda)


def why_not_transfer(
    *,
    compartment: Compartment,
    service: Service | None,
    own_unit: bool,
    signed: bool,
    seen: int,
    addenda: int,
    transferred: int | None,
) -> Reason | None:
    """Return why a block may not be marked as carried over, or None.

    `seen` is how many addenda stood on the page of whoever marks it.
    """
    if OWNER.get(compartment) is not service or not own_unit:
        return Reason("not_your_record")
    if not signed:
        return Reason("transfer_unsigned")
    if seen != addenda:
        return Reason("transfer_older_text")
    if not waits(signed=signed, transferred=transferred, addenda=addenda):
        return Reason("transferred_already")
    return None


def days_waited(signed: date, on: date) -> int:
    """Return for how many days a block has waited."""
    return max((on - signed).days, 0)
