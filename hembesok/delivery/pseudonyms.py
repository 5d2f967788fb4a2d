"""Numbers for children and staff that lead back to nobody without the site's key.

A number is made of a keyed hash of the row's own number, never of an identity number, and of the
name of whom the tables are for: two deliveries for different receivers cannot be laid
beside each other. The same receiver gets the same numbers each time, until the key of
blind indexes is renewed (hembesok make-keys --add index).
"""

from collections.abc import Iterable
from typing import Final

from hembesok.access.keyring import Keyring

CHILD_BITS: Final = 63
STAFF_BITS: Final = 31


def of_children(ring: Keyring, receiver: str, rows: Iterable[int]) -> dict[int, int]:
    """Return a number for each child; raises ValueError in the case that never is: two alike."""
    found = {row: _number(ring, f"extract.child.{receiver}", row, CHILD_BITS) for row in rows}
    if len({*found.values()}) < len(found):
        raise ValueError("two children got one number")
    return found


def of_staff(ring: Keyring, receiver: str, rows: Iterable[int]) -> dict[int, int]:
    """Return a number for each of the staff, the next free one where two are alike."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    # Whoever came first keeps the number when somebody new gets the same.
    for row in sorted(rows):
        number = _number(ring, f"extract.staff.{receiver}", row, STAFF_BITS)
        while number in taken:
            number = (number + 1) % (1 << STAFF_BITS)
        taken.add(number)
        found[row] = number
    return found


def _number(ring: Keyring, context: str, row: int, bits: int) -> int:
    _key, _colon, code = ring.blind(str(row), context).partition(":")
    return int(code[:16], 16) >> (64 - bits)
