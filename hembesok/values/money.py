"""Amounts of money: whole öre, read only where the unit is said, written as Swedes do.

A number without its unit is no amount. The founding case says "700" and means thousands of kronor;
whoever reads such a document has to say so, and nothing here guesses.
"""

import re
from decimal import Decimal
from enum import StrEnum
from typing import Final

from hembesok.values.refusals import Reason

ORE: Final = 100
"""Öre in a krona."""

MOST: Final = 10**13
"""Öre: a hundred thousand million kronor, beyond which a number is a slip of the pen."""

_SPACE: Final = "\u202f"
_MINUS: Final = "\u2212"
_NUMBER: Final = re.compile(r"([+-]?)(\d{1,3}(?: \d{3})+|\d{1,15})(?:[,.](\d{1,6}))?", re.ASCII)


class MoneyUnit(StrEnum):
    """What a written number counts."""

    KRONOR = "kr"
    THOUSANDS = "tkr"
    MILLIONS = "mkr"


KRONOR: Final = {
    MoneyUnit.KRONOR: 1,
    MoneyUnit.THOUSANDS: 1_000,
    MoneyUnit.MILLIONS: 1_000_000,
}
"""Kronor in each unit."""


class Ore(int):
    """An amount in öre that writes itself as kronor, for the words of a refusal."""

    def __str__(self) -> str:
        """Write it with the unit."""
        return f"{written(self)}{_SPACE}kr"


def read_amount(text: str, unit: MoneyUnit | None) -> Ore | Reason:
    """Read a number in a unit as öre, or say why it cannot be read.

    Thousands may be parted by spaces; a comma or a point parts decimals. Half öre are refused.
    """
    if unit is None:
        return Reason("money_unit_missing")
    plain = " ".join(text.translate(_SPACES).replace(_MINUS, "-").split())
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return Reason("money_form")
    sign, whole, decimals = found[1], found[2].replace(" ", ""), found[3] or ""
    ore = Decimal(f"{sign}{whole}.{decimals or 0}") * KRONOR[unit] * ORE
    if ore != int(ore):
        return Reason("money_finer_than_ore")
    return Ore(ore) if abs(ore) <= MOST else Reason("money_unlikely", {"most": Ore(MOST)})


_SPACES: Final = dict.fromkeys(map(ord, "\u00a0\u2009\u202f"), " ")
"""The spaces that people and programs part thousands by."""


def written(ore: int) -> str:
    """Write öre as kronor, without the unit: 880 000, or 1 234,50 where there are öre."""
    kronor, rest = divmod(abs(ore), ORE)
    text = f"{kronor:,}".replace(",", _SPACE)
    return f"{_MINUS if ore < 0 else ''}{text}" + (f",{rest:02}" if rest else "")


def plain(ore: int) -> str:
    """Write öre as kronor for a file: 1234,50, with a comma and no spaces."""
    kronor, rest = divmod(abs(ore), ORE)
    return f"{'-' if ore < 0 else ''}{kronor},{rest:02}"
