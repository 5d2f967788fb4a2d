"""Roles, and how far each of them reaches.

Source: user stories (domain handbook 8) and Step 1; the compartments of the
two records, consent and emergency access come on top of this with Step 2.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is, in one assignment."""

    CHILD_HEALTH_NURSE = "child_health_nurse"
    PARENTAL_ADVISER = "parental_adviser"
    COORDINATOR = "coordinator"


class Reach(StrEnum):
    """Which families a role may see: those of the own teams, or all of the site."""

    TEAM = "team"
    SITE = "site"


REACH: Final = {
    Role.CHILD_HEALTH_NURSE: Reach.TEAM,
    Role.PARENTAL_ADVISER: Reach.TEAM,
    Role.COORDINATOR: Reach.SITE,
}
VISITORS: Final = (Role.CHILD_HEALTH_NURSE, Role.PARENTAL_ADVISER)
"""The roles that visit families, one of each in a family's team."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A staff member in one assignment on one day; the numbers are database keys."""

    staff: int
    name: str
    role: Role
    unit: int
    site: int
    on: date

    @property
    def reach(self) -> Reach:
        """How far this actor sees; a role that is not listed sees nothing and raises."""
        return REACH[self.role]


def in_force(starts: date, ends: date | None, on: date) -> bool:
    """Tell whether something dated holds on a day; both ends belong to it."""
    return starts <= on and (ends is None or on <= ends)
