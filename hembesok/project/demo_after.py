"""What comes after the demo's visits: some carried over to the record, a letter, addresses.

Nobody is inside when the demo begins: the alarm would ring before anybody has looked.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from hembesok.access.models import Assignment, Site, Staff
from hembesok.access.rules.roles import Role
from hembesok.access.services.assignments import actor_for
from hembesok.documents.paper import Paper, Section, pdf
from hembesok.visits.models import Block
from hembesok.visits.rules.transfer import How
from hembesok.visits.services.attaching import attach
from hembesok.visits.services.transferring import mark_transferred

CARRIED: Final = 2
"""How many of the nurse's signed visits stand in the record already, the oldest first."""


def load(site: Site, staff: Mapping[str, Staff], *, on: date) -> None:
    """Write addresses for alarms, carry some visits over, and add a letter to one."""
    for login in ("maria.ek", "anna.lind"):
        staff[login].email = f"{login}@example.se"
        staff[login].save(update_fields=["email"])
    nurse = actor_for(
        Assignment.objects.select_related("staff").get(
            staff=staff["maria.ek"], role=Role.CHILD_HEALTH_NURSE, site=site
        ),
        on=on,
    )
    signed = Block.objects.filter(
        compartment="health",
        unit=nurse.unit,
        signed_at__isnull=False,
        visit__child__family__site=site,
    )
    blocks = list(signed.select_related("visit__child__family").order_by("visit__outcome_on", "pk"))
    for block in blocks[:CARRIED]:
        mark_transferred(block, how=How.COPIED, seen=block.addenda.count(), by=nurse)
    for block in blocks[-1:]:
        letter = Paper(
            "Remissvar", on, [("Från", "Öronmottagningen (påhittad)")],
            [Section("Svar", ["Hörseln är prövad och är som väntat för åldern."])],
        )  # fmt: skip
        attach(block, pdf(letter), "Remissvar öron.pdf", by=nurse)
