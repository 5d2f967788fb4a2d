"""What is asked about the people of a family that has come through the gate."""

from hembesok.families.models import Child
from hembesok.families.models.identifiers import CURRENT


def current_number(child: Child) -> str:
    """Return the number a child has now, normalised; empty where it has none."""
    found = child.identifiers.filter(status=CURRENT).order_by("pk").last()
    return found.value if found else ""
