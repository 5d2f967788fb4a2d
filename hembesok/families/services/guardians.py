"""Writing a family's guardians: one more, or what is known of one."""

from django.db import transaction

from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.trail import note
from hembesok.families.models import Family, Guardian
from hembesok.families.rules.people import NewGuardian
from hembesok.families.services.reach import locked_family
from hembesok.families.services.registering import add_guardian, add_number
from hembesok.values.refusals import Reason, Refusal


@transaction.atomic
def write_guardian(
    family: Family, new: NewGuardian, *, number: int | None = None, by: Actor
) -> Guardian:
    """Add a guardian to a family, or change the one of a `number`. Raises Refusal.

    A number that the guardian has stays: a wrong one is put right by who registered it.
    """
    family = locked_family(family, by)
    if by.role is not Role.CHILD_HEALTH_NURSE:
        raise Refusal(Reason("role_writes_no_guardians"))
    if not new.given_name.strip():
        raise Refusal(Reason("name_missing"))
    if number is None:
        last = max(family.guardians.values_list("number", flat=True), default=0)
        guardian = add_guardian(family, last + 1, new, by.on)
        note(by, "guardian.added", family.subject, str(guardian.number))
        return guardian
    found = family.guardians.filter(number=number).first()
    if found is None:
        raise Refusal(Reason("not_within_reach"))
    return _change(found, new, family, by)


def _change(guardian: Guardian, new: NewGuardian, family: Family, by: Actor) -> Guardian:
    guardian.given_name, guardian.phone = new.given_name.strip(), new.phone.strip()
    guardian.custody, guardian.birth_parent = new.custody, new.birth_parent
    guardian.first_time_parent = new.first_time_parent
    guardian.first_child_in_sweden = new.first_child_in_sweden
    guardian.save()
    if new.identifier and not guardian.identifiers.exists():
        add_number(new.identifier, on=by.on, guardian=guardian)
    note(by, "guardian.changed", family.subject, str(guardian.number))
    return guardian
