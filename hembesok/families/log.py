"""What a log reviewer may know of families: their codes and who was in their teams, never a name.

The one look-up that does not begin within the reach of an actor: it hands out
nothing that is not in the trail already, but the code that staff say.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from hembesok.access.rules.roles import in_force
from hembesok.families.models import Family, TeamMember

_PREFIX = "family:"


class Teams(NamedTuple):
    """Who was in the team of which family, from when to when."""

    spells: dict[tuple[int, str], list[tuple[date, date | None]]]

    def had(self, staff: int, subject: str, on: date) -> bool:
        """Tell whether a person was in the team of the family on a day."""
        return any(in_force(*spell, on) for spell in self.spells.get((staff, subject), ()))


def codes_of(subjects: Iterable[str]) -> dict[str, str]:
    """Return the codes of the families that the trail names so, in one query."""
    refs = {text.removeprefix(_PREFIX) for text in subjects if text.startswith(_PREFIX)}
    found = Family.objects.filter(ref__in=refs).values_list("ref", "code")
    return {f"{_PREFIX}{ref}": code for ref, code in found}


def subjects_with(code: str) -> list[str]:
    """Return how the trail names the families with a code; each site has its own codes."""
    refs = Family.objects.filter(code__iexact=code).values_list("ref", flat=True)
    return [f"{_PREFIX}{ref}" for ref in refs]


def teams_of(staff: Iterable[int]) -> Teams:
    """Return the teams that people are or were in, in one query."""
    teams = Teams({})
    members = TeamMember.objects.filter(staff__in=set(staff))
    for one, ref, starts, ends in members.values_list("staff", "family__ref", "starts", "ends"):
        teams.spells.setdefault((one, f"{_PREFIX}{ref}"), []).append((starts, ends))
    return teams
