"""What one cell says: a day, yes or no, a phone number, a protection. Each raises Refusal."""

import re
from datetime import date
from typing import Final

from hembesok.families.birth_list.fields import Protection
from hembesok.values.dates import FIRST_DAY
from hembesok.values.refusals import Reason, Refusal

NOTHING: Final = frozenset(
    {"-", "–", "—", "?", ".", "saknas", "okänd", "okänt", "ingen uppgift", "uppgift saknas",
     "ej angivet", "vet ej", "n/a", "null", "none", "missing", "unknown"}
)  # fmt: skip
"""Ways of saying that there is nothing to say."""

_YES: Final = frozenset({"ja", "j", "yes", "y", "x", "1", "sant", "true", "✓"})
_NO: Final = frozenset({"", "nej", "n", "no", "none", "0", "falskt", "false", "ingen", "inga"})

_DAY: Final = re.compile(
    r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?", re.ASCII
)
_SHORT_DAY: Final = re.compile(r"(\d{2})(\d{2})(\d{2})", re.ASCII)


def day(text: str, *, on: date) -> date:
    """Read a day: 2025-10-10, 2025/10/10, 20251010 or 251010, the latest such that has come.

    Day first or month first is not guessed at; a time of the day is passed over.
    """
    if match := _DAY.fullmatch(text):
        year, month, number = int(match[1]), int(match[3]), int(match[4])
    elif match := _SHORT_DAY.fullmatch(text):
        year, month, number = (int(part) for part in match.groups())
        year = on.year - (on.year - year) % 100
    else:
        raise Refusal(Reason("list_day_form"))
    try:
        found = date(year, month, number)
    except ValueError:
        raise Refusal(Reason("list_no_such_day")) from None
    if found < FIRST_DAY:
        raise Refusal(Reason("list_no_such_day"))
    return found


def yes_or_no(text: str) -> bool:
    """Read an answer; an empty cell is no."""
    plain = text.casefold()
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise Refusal(Reason("list_yes_or_no"))


_PROTECTIONS: Final = {
    "2": Protection.PROTECTED_REGISTRATION,
    "3": Protection.FICTITIOUS,
    "sekretessmarkering": Protection.CONFIDENTIALITY_FLAG,
    "sekretessmarkerad": Protection.CONFIDENTIALITY_FLAG,
    "sekretess": Protection.CONFIDENTIALITY_FLAG,
    "confidentiality flag": Protection.CONFIDENTIALITY_FLAG,
    "skyddad folkbokföring": Protection.PROTECTED_REGISTRATION,
    "skyddadfolkbokforing": Protection.PROTECTED_REGISTRATION,
    "kvarskrivning": Protection.PROTECTED_REGISTRATION,
    "protected registration": Protection.PROTECTED_REGISTRATION,
    "fingerade personuppgifter": Protection.FICTITIOUS,
    "fingerad": Protection.FICTITIOUS,
    "fingerad identitet": Protection.FICTITIOUS,
    "fictitious": Protection.FICTITIOUS,
}


def protection(text: str, heading: str) -> Protection:
    """Read a protection: a word, a code 0 to 3, or yes, which means what the heading says.

    A yes below a heading of protection in general is taken as protected
    registration: whoever is wrongly taken for protected loses an address on the
    page, whoever is wrongly taken for open may lose more.
    """
    plain = " ".join(text.casefold().replace("_", " ").split())
    if plain in _NO or plain == "inget skydd":
        return Protection.NONE
    if found := _PROTECTIONS.get(plain):
        return found
    if plain == "1" or (plain in _YES and "sekretess" in heading.casefold()):
        return Protection.CONFIDENTIALITY_FLAG
    if plain in _YES:
        return Protection.PROTECTED_REGISTRATION
    raise Refusal(Reason("list_protection"))


def is_bare_yes(text: str) -> bool:
    """Tell whether a protection was only said to be there, without its kind."""
    return text.casefold() in _YES - {"1"}


def phone(text: str) -> str:
    """Read a phone number to its international form, +46701740605; the first of several."""
    first = re.split(r"[,;]|\s/\s|\s+el(?:ler)?\.?\s+", text, maxsplit=1)[0]
    plain = re.sub(r"[\s()./‐‑–—-]", "", first.replace("(0)", ""))
    if re.fullmatch(r"(?:\+|00)\d{7,15}", plain, re.ASCII):
        return "+" + plain.removeprefix("+").removeprefix("00")
    if re.fullmatch(r"0[1-9]\d{5,9}", plain, re.ASCII):
        return "+46" + plain[1:]
    # A spreadsheet that took 0701740605 for a number has dropped the nought.
    if re.fullmatch(r"7\d{8}", plain, re.ASCII):
        return "+46" + plain
    if re.fullmatch(r"467\d{8}", plain, re.ASCII):
        return "+" + plain
    raise Refusal(Reason("list_phone_form"))
