"""Closing families' teams: whose work with a family is over is named for it no longer."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from hembesok.access.rules.roles import SERVICE, TEAM, Actor, Service
from hembesok.access.services.trail import note_all
from hembesok.families.models import Cover, Family, TeamMember

STAYING: Final = [role for role in TEAM if SERVICE[role] is Service.CHILD_HEALTH]
LEAVING: Final = [role for role in TEAM if SERVICE[role] is not Service.CHILD_HEALTH]


def keep_open(family: Family, *, by: Actor) -> None:
    """Let the health service be named without an end again: another child of the family joins."""
    team = TeamMember.objects.filter(family=family, role__in=STAYING)
    team.lasting(by.on).update(ends=None)


def close_teams(until: Mapping[int, date | None], *, by: Actor) -> None:
    """End the adviser's naming for some families today, and the health service's on its day.

    `until` has for each family, by its key, the last day it is followed; None where it is not:
    then the health service stays named as it was, since the children are its patients all the
    same. Only a new naming opens a family to an adviser again. Five queries, and the trail.
    """
    # The day it is written, not one before: who reads today was named today.
    team = TeamMember.objects.filter(family__in=until).lasting(by.on)
    team.filter(role__in=LEAVING).update(ends=by.on)
    covers = Cover.objects.filter(family__in=until, role__in=LEAVING, ends__gt=by.on)
    covers.filter(starts__gt=by.on).delete()
    covers.update(ends=by.on)
    staying = [one for one in team.filter(role__in=STAYING) if until[one.family_id]]
    for member in staying:
        member.ends = until[member.family_id]
    TeamMember.objects.bulk_update(staying, ["ends"])
    families = Family.objects.filter(pk__in=until).order_by("pk")
    note_all(by, "team.closed", [family.subject for family in families])
