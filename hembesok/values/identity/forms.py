"""What an identity number is once read: a system, one stored form, the birth date it tells."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

_FHIR: Final = "http://electronichealth.se/identifier/"


class IdentifierSystem(StrEnum):
    """Who gave the number and by which rules; a number is unique only within its system."""

    PERSONAL_NUMBER = "personal_number"
    COORDINATION_NUMBER = "coordination_number"
    NATIONAL_RESERVE_NUMBER = "national_reserve_number"
    REGIONAL_RESERVE_NUMBER = "regional_reserve_number"
    LMA_NUMBER = "lma_number"
    INTERIM_NUMBER = "interim_number"

    @property
    def uri(self) -> str | None:
        """The system's name in FHIR, from the Swedish base profiles.

        None for numbers whose name depends on who gave them: each region has its
        own for reserve numbers, and interim numbers have none.
        """
        return _URIS.get(self)


_URIS: Final = {
    IdentifierSystem.PERSONAL_NUMBER: f"{_FHIR}personnummer",
    IdentifierSystem.COORDINATION_NUMBER: f"{_FHIR}samordningsnummer",
    IdentifierSystem.NATIONAL_RESERVE_NUMBER: f"{_FHIR}nationelltReservnummer",
    IdentifierSystem.LMA_NUMBER: f"{_FHIR}LMA-nummer",
}


@dataclass(frozen=True, slots=True, repr=False)
class Identifier:
    """An identity number in the form that is stored, compared and exchanged.

    `value` has no separator: twelve characters, or the eight digits of an LMA
    number. `born` is None when the number does not tell the whole birth date.
    """

    system: IdentifierSystem
    value: str
    born: date | None


_LMA_LENGTH: Final = 8


def written(value: str) -> str:
    """Return a stored number as it is written: YYYYMMDD-NNNC; an LMA number NN-NNNNNN."""
    at = 2 if len(value) == _LMA_LENGTH else 8
    return f"{value[:at]}-{value[at:]}"


def mask(value: str) -> str:
    """Return a stored number with all hidden but the day it begins with: 20251010-····."""
    if len(value) == _LMA_LENGTH:
        return "··-······"
    return f"{value[:8]}-····"
