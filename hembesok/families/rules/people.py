"""What a family is registered with, and when it may be; values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hembesok.access.rules.roles import Role
from hembesok.families.rules.protection import ProtectionLevel, why_not_home
from hembesok.values.refusals import Reason

REGISTRARS: Final = (Role.CHILD_HEALTH_NURSE, Role.COORDINATOR)
"""Who may write a new family."""

OLDEST_AT_REGISTRATION: Final = timedelta(days=6 * 366)
"""Nobody older is in child health services: a slip in the year is the usual reason."""


# repr=False: what is told of a person must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class NewChild:
    """A child to register; `identifier` as it was written, or nothing."""

    born: date
    given_name: str = ""
    identifier: str = ""
    discharged: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class NewGuardian:
    """A guardian to register."""

    given_name: str
    phone: str = ""
    identifier: str = ""
    custody: bool = True
    birth_parent: bool = False
    first_time_parent: bool = False
    first_child_in_sweden: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class NewFamily:
    """A family to register at a site; code and reference are made where none are given."""

    language: str
    children: Sequence[NewChild]
    guardians: Sequence[NewGuardian] = ()
    interpreter_needed: bool = False
    address: str = ""
    door_note: str = ""
    meeting_place: str = ""
    deso: str = ""
    regso: str = ""
    area_version: str = ""
    protection: ProtectionLevel = ProtectionLevel.NONE
    parents_apart: bool = False
    code: str = ""
    ref: str = ""


def why_not_register(family: NewFamily, *, role: Role, on: date) -> Reason | None:
    """Return why a family may not be registered, or None."""
    if role not in REGISTRARS:
        return Reason("role_registers_nobody")
    if not family.children:
        return Reason("family_without_child")
    for child in family.children:
        if child.born > on:
            return Reason("born_in_future", {"day": child.born})
        if on - child.born > OLDEST_AT_REGISTRATION:
            return Reason("child_too_old", {"born": child.born})
        if child.discharged is not None and child.discharged < child.born:
            return Reason("discharged_before_birth", {"day": child.discharged})
    return why_not_home(family.protection, address=family.address, door_note=family.door_note)
