"""A family's own extract of the log: who read and wrote about it, without the staff's names.

What concerns the other guardian's own record is left out; where the guardians are
protected from each other, so is all that could tell the one about the other.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.timezone import localdate

from hembesok.access.models import TrailEntry, Unit
from hembesok.access.rules.roles import Actor, Role
from hembesok.families.models import Family
from hembesok.web.words_secrecy import extract_text

_WHOSE: Final = re.compile(r"(?:parent|guardian)-(\d+)")
_OF_ONE: Final = ("consent.given", "consent.withdrawn")
"""What is noted with a guardian's number first."""
_WHERE: Final = (
    "family.home_changed",
    "family.protection_changed",
    "home.shown",
    "protection.read",
)
"""What tells that a home or its protection has been touched."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one role of one unit did on one day, and how many times."""

    day: date
    unit: str
    role: Role | None
    what: str
    times: int


def lines_of(family: Family, *, guardian: int, first: date, last: date, by: Actor) -> list[Line]:
    """Return a family's extract for one guardian, latest day first.

    The log reviewer answers for one organisation, and is given what its staff did.
    """
    entries = TrailEntry.objects.filter(
        subject=family.subject, at__date__gte=first, at__date__lte=last
    ).select_related("unit")
    if by.role is Role.LOG_REVIEWER:
        own = Unit.objects.get(pk=by.unit).organisation_id
        entries = entries.filter(unit__organisation=own)
    counted = Counter(
        (
            localdate(entry.at),
            entry.unit.name if entry.unit else "",
            Role(entry.role) if entry.role else None,
            extract_text(entry.action),
        )
        for entry in entries
        if concerns(entry.action, entry.detail, guardian=guardian, apart=family.parents_apart)
    )
    found = [Line(*what, times) for what, times in counted.items()]
    return sorted(
        found, key=lambda line: (-line.day.toordinal(), line.unit, line.role or "", line.what)
    )


def concerns(action: str, detail: str, *, guardian: int, apart: bool) -> bool:
    """Tell whether what was done may stand in the extract of one guardian."""
    whose = {int(number) for number in _WHOSE.findall(detail)}
    if whose - {guardian}:
        return False
    if not apart:
        return True
    of_one = action in _OF_ONE and detail.partition(" ")[0] != str(guardian)
    return not of_one and action not in _WHERE
