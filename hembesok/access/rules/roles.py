"""Roles, how far each of them reaches, and whose record each of them works in.

Source: user stories (domain handbook 8), secrecy between authorities and within
them (5.1), access by need (5.2). A role that reaches nobody is shown no person,
whatever page it finds.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is, in one assignment."""

    CHILD_HEALTH_NURSE = "child_health_nurse"
    CHILD_HEALTH_SPECIALIST = "child_health_specialist"  # a doctor or psychologist
    PARENTAL_ADVISER = "parental_adviser"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    ECONOMIST = "economist"
    MATERNITY_PROFESSIONAL = "maternity_professional"
    DENTAL_PROFESSIONAL = "dental_professional"
    STATE_CASE_OFFICER = "state_case_officer"
    EVALUATOR = "evaluator"
    LOG_REVIEWER = "log_reviewer"
    TECHNICAL_ADMINISTRATOR = "technical_administrator"


class Reach(StrEnum):
    """Which families a role may see: none, those named for the person, or all of the site."""

    NOBODY = "nobody"
    NAMED = "named"
    SITE = "site"


REACH: Final = {
    Role.CHILD_HEALTH_NURSE: Reach.NAMED,
    Role.CHILD_HEALTH_SPECIALIST: Reach.NAMED,
    Role.PARENTAL_ADVISER: Reach.NAMED,
    Role.COORDINATOR: Reach.SITE,
}
"""Roles that are not listed reach nobody."""

VISITORS: Final = (Role.CHILD_HEALTH_NURSE, Role.PARENTAL_ADVISER)
"""The roles that visit families, one of each in a family's team."""

TEAM: Final = (*VISITORS, Role.CHILD_HEALTH_SPECIALIST)
"""The roles that can be named for a family: in its team, or to cover for somebody in it."""

FAMILY_ROLES: Final = tuple(REACH)
"""The roles that any page about a family can be for."""


class Service(StrEnum):
    """The service whose record a role works in, each with a secrecy of its own."""

    CHILD_HEALTH = "child_health"
    SOCIAL = "social"
    MATERNITY = "maternity"
    DENTAL = "dental"


SERVICE: Final = {
    Role.CHILD_HEALTH_NURSE: Service.CHILD_HEALTH,
    Role.CHILD_HEALTH_SPECIALIST: Service.CHILD_HEALTH,
    Role.PARENTAL_ADVISER: Service.SOCIAL,
    Role.MATERNITY_PROFESSIONAL: Service.MATERNITY,
    Role.DENTAL_PROFESSIONAL: Service.DENTAL,
}
"""Roles that are not listed work in no record of their own."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A staff member in one assignment on one day; the numbers are database keys.

    `at` is the moment: what is open for an hour is open only to whoever has one.
    """

    staff: int
    name: str
    role: Role
    unit: int
    site: int
    on: date
    at: datetime | None = None

    @property
    def reach(self) -> Reach:
        """How far this actor sees."""
        return REACH.get(self.role, Reach.NOBODY)

    @property
    def service(self) -> Service | None:
        """The service whose record this actor works in."""
        return SERVICE.get(self.role)


def in_force(starts: date, ends: date | None, on: date) -> bool:
    """Tell whether something dated holds on a day; both ends belong to it."""
    return starts <= on and (ends is None or on <= ends)
