"""Read an identity number as people write it; say what is wrong when it cannot be one.

Reasons never carry the number, since they end up on pages and in tests.
Sources: domain handbook 5.10 (personal and coordination numbers); Inera's
formats of national reserve numbers (specification 1.0) and of the regions'
(Stockholm, Västra Götaland); the Migration Agency's eight digits NN-NNNNNN for LMA.
"""

import re
from datetime import date
from typing import Final

from hembesok.values.dates import MONTHS_IN_YEAR
from hembesok.values.identity.digits import check_digit, luhn_digit
from hembesok.values.identity.forms import Identifier, IdentifierSystem
from hembesok.values.refusals import Reason, Refusal

LONGEST: Final = 40

_HYPHENS: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
"""What word processors make of a hyphen."""

_CENTURY: Final = 100
_COORDINATION: Final = 60
"""Added to the day of a coordination number."""

_LEGAL_PERSON: Final = 20
"""The least third and fourth digits of an organisation number, so that it is no month."""

_CENTURIES: Final = range(1800, 2100)
"""The years of birth that numbers are given for."""

_ORDINARY: Final = re.compile(r"(\d{2})?(\d{6})([-+])?(\d{4})", re.ASCII)
_STOCKHOLM: Final = re.compile(r"99(\d{4})(\d{2})-?(\d{4})", re.ASCII)
_NATIONAL: Final = re.compile(
    r"(00|2[2-9]|[3-8]\d|9[0-8])(\d{6})-?([A-HJ-NPR-UX-Z]{2}[\dA-HJ-NPR-UX-Z]\d)", re.ASCII
)
_WITH_LETTER: Final = re.compile(r"(\d{2})?(\d{6})([-+])?(?=.*[A-Z])([A-Z\d]{4})", re.ASCII)
_LMA: Final = re.compile(r"(?:LMA:?)?(\d{2})-(\d{6})(?:/\d)?|LMA:?(\d{2})(\d{6})(?:/\d)?", re.ASCII)

_INTERIM: Final = "TRSUWXJKLMN"
_WEST: Final = {"K": "5", "M": "7", "X": "8"}
"""Digits that Västra Götaland puts for its letters when it counts the check digit."""


def parse_identifier(text: str, *, on: date) -> Identifier:
    """Read a number written in any usual way, as seen on a day.

    A year in two digits is the latest that has begun; with + the person turns a
    hundred that year or is older. Raises Refusal saying what is wrong.
    """
    plain = _without_spaces(text)
    if match := _ORDINARY.fullmatch(plain):
        if stockholm := _STOCKHOLM.fullmatch(plain):
            return _stockholm(stockholm[1], stockholm[2] + stockholm[3])
        return _ordinary(match, on)
    if match := _NATIONAL.fullmatch(plain):
        return _national(match, on)
    if match := _WITH_LETTER.fullmatch(plain):
        return _with_letter(match, on)
    if match := _LMA.fullmatch(plain):
        return _identifier(IdentifierSystem.LMA_NUMBER, "".join(filter(None, match.groups())), None)
    raise Refusal(Reason("identifier_form"))


def _without_spaces(text: str) -> str:
    if len(text) > LONGEST:
        raise Refusal(Reason("identifier_form"))
    plain = " ".join(text.split()).upper().translate(_HYPHENS)
    if not plain:
        raise Refusal(Reason("identifier_missing"))
    if re.fullmatch(r"\d[.,]\d+E\+?\d+", plain, re.ASCII):
        raise Refusal(Reason("identifier_rounded"))
    if re.fullmatch(r"[\d ]+ [A-Z\d]{4}", plain, re.ASCII):
        # The separator tells a child from a centenarian; a space could have been either.
        raise Refusal(Reason("identifier_space"))
    return plain.replace(" ", "")


def _identifier(system: IdentifierSystem, value: str, born: date | None) -> Identifier:
    return Identifier(system=system, value=value, born=born)


def _ordinary(match: re.Match[str], on: date) -> Identifier:
    """A personal or coordination number: ten or twelve digits."""
    _century, six, _sign, four = match.groups()
    year = _year(match, on)
    month, day = int(six[2:4]), int(six[4:])
    right = check_digit(six + four[:3]) == int(four[3])
    if month >= _LEGAL_PERSON and right:
        raise Refusal(Reason("identifier_organisation"))
    value = f"{year}{six[2:]}{four}"
    if day > _COORDINATION - 1:
        system, born = IdentifierSystem.COORDINATION_NUMBER, _coordination_day(year, month, day)
    else:
        system, born = IdentifierSystem.PERSONAL_NUMBER, _day(year, month, day)
    if not right:
        raise Refusal(Reason("identifier_check_digit"))
    if four.startswith("000"):
        raise Refusal(Reason("identifier_serial"))
    return _identifier(system, value, _not_after(born, year, on))


def _year(match: re.Match[str], on: date) -> int:
    """Return the year of a number that begins with two or four digits of it."""
    century, six, sign = match[1], match[2], match[3]
    if century:
        year = int(century + six[:2])
        if sign == "+" and on.year - year < _CENTURY:
            raise Refusal(Reason("identifier_plus"))
        return year
    year = on.year - (on.year - int(six[:2])) % _CENTURY
    return year - _CENTURY if sign == "+" else year


def _day(year: int, month: int, day: int) -> date:
    if year not in _CENTURIES:
        raise Refusal(Reason("identifier_no_such_day"))
    try:
        return date(year, month, day)
    except ValueError:
        raise Refusal(Reason("identifier_no_such_day")) from None


def _coordination_day(year: int, month: int, day: int) -> date | None:
    """Return the birth date, or None when the agency did not know it: month 00, day 60, 30/2."""
    if month > MONTHS_IN_YEAR or day > _COORDINATION + 31:
        raise Refusal(Reason("identifier_no_such_day"))
    _day(year, 1, 1)
    try:
        return date(year, month, day - _COORDINATION)
    except ValueError:
        return None


def _not_after(born: date | None, year: int, on: date) -> date | None:
    if (born or date(year, 1, 1)) > on:
        raise Refusal(Reason("identifier_in_future"))
    return born


def _stockholm(year: str, six: str) -> Identifier:
    """99yyyyNNNNNC: the check digit counts the last two digits of the year and the serial."""
    if luhn_digit(year[2:] + six[:5]) != int(six[5]):
        raise Refusal(Reason("identifier_check_digit"))
    return _identifier(IdentifierSystem.REGIONAL_RESERVE_NUMBER, f"99{year}{six}", None)


def _national(match: re.Match[str], on: date) -> Identifier:
    """XXYYMMDDNNGC: XX is the century plus a multiple of three, or 00 for an unknown day.

    Its check digit is not tested: the published format does not say how it is counted.
    """
    xx, six, rest = match.groups()
    if xx == "00":
        born = None
    else:
        year = (18 + int(xx) % 3) * _CENTURY + int(six[:2])
        born = _not_after(_day(year, int(six[2:4]), int(six[4:])), year, on)
    return _identifier(IdentifierSystem.NATIONAL_RESERVE_NUMBER, xx + six + rest, born)


def _with_letter(match: re.Match[str], on: date) -> Identifier:
    """A day and four characters: an interim number, or a region's reserve number."""
    six, rest = match[2], match[4]
    year = _year(match, on)
    born = _not_after(_day(year, int(six[2:4]), int(six[4:])), year, on)
    value = f"{year}{six[2:]}{rest}"
    if not re.fullmatch(r"[A-Z]\d{3}", rest, re.ASCII):
        return _identifier(IdentifierSystem.REGIONAL_RESERVE_NUMBER, value, born)
    letter, serial, check = rest[0], rest[1:3], int(rest[3])
    # One letter may stand for two systems, and the check digit can only be right in one of them.
    if letter in _INTERIM and check_digit(f"{six}1{serial}") == check:
        return _identifier(IdentifierSystem.INTERIM_NUMBER, value, born)
    if letter in _WEST and check_digit(f"{six}{_WEST[letter]}{serial}") == check:
        return _identifier(IdentifierSystem.REGIONAL_RESERVE_NUMBER, value, born)
    raise Refusal(Reason("identifier_letter"))
