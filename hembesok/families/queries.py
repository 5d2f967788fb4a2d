"""What is asked about the people of a family that has come through the gate."""

from hembesok.access.rules.roles import Actor, Reach
from hembesok.families.models import Child, Cover, Family, TeamMember
from hembesok.families.models.identifiers import CURRENT


def current_number(child: Child) -> str:
    """Return the number a child has now, normalised; empty where it has none."""
    found = child.identifiers.filter(status=CURRENT).order_by("pk").last()
    return found.value if found else ""


def let_in(actor: Actor, family: Family) -> str:
    """Return what lets an actor in to a family within reach, as the trail says it.

    The nearest reason counts: whoever is in the team needs no cover and no emergency.
    """
    if actor.reach is Reach.SITE:
        return "site"
    if TeamMember.objects.naming(actor).filter(family=family).exists():
        return "team"
    return "cover" if Cover.objects.naming(actor).filter(family=family).exists() else "emergency"
