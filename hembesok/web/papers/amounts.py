"""Money in words."""

from typing import Final

from django.utils.translation import gettext as _

ORE: Final = 100


def amount_text(ore: int) -> str:
    """Say an amount of öre in kronor: 880 000 kronor; öre only where there are some."""
    kronor, rest = divmod(abs(ore), ORE)
    whole = f"{kronor:,}".replace(",", " ")
    sign = "-" if ore < 0 else ""
    return _("%(amount)s kronor") % {"amount": f"{sign}{whole}" + (f",{rest:02d}" if rest else "")}


def years_text(first: int, last: int) -> str:
    """Say a year, or several as first-last."""
    return f"{first}" if first == last else f"{first}-{last}"
