"""Protected personal data: what is hidden, and what is not stored at all.

Source: domain handbook 5.6. A confidentiality flag is a warning: the home is
stored, and shown on demand. Above it the home is not stored: a place to meet
stands instead. The name is for those who are named for the family, at any level.
"""

from enum import StrEnum
from typing import Final

from hembesok.access.rules.roles import Role
from hembesok.values.refusals import Reason


class ProtectionLevel(StrEnum):
    """How far a family's personal data are protected, weakest first."""

    NONE = "none"
    CONFIDENTIALITY_FLAG = "confidentiality_flag"  # sekretessmarkering
    PROTECTED_REGISTRATION = "protected_registration"  # skyddad folkbokföring
    FICTITIOUS = "fictitious"  # fingerade personuppgifter


PROTECTED: Final = tuple(level for level in ProtectionLevel if level is not ProtectionLevel.NONE)

PROTECTORS: Final = (Role.CHILD_HEALTH_NURSE, Role.MANAGER)
"""Who sets how far a family is protected."""

HOME_NOT_STORED: Final = (ProtectionLevel.PROTECTED_REGISTRATION, ProtectionLevel.FICTITIOUS)


def why_not_home(level: ProtectionLevel, *, address: str, door_note: str) -> Reason | None:
    """Return why a home may not be stored, or None."""
    if level in HOME_NOT_STORED and (address.strip() or door_note.strip()):
        return Reason("home_not_stored")
    return None
