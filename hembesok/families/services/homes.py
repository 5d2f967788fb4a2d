"""Where a family lives, how far that is protected, and moving to another site."""

from django.db import transaction

from hembesok.access.models import Site
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.trail import note
from hembesok.families.models import Family, SiteStay
from hembesok.families.rules.handing import HandOver
from hembesok.families.rules.protection import (
    HOME_NOT_STORED,
    PROTECTORS,
    ProtectionLevel,
    why_not_home,
)
from hembesok.families.services.reach import locked_family, locked_unread
from hembesok.values.refusals import Reason, Refusal, refuse


@transaction.atomic
def change_home(
    family: Family, *, address: str, door_note: str, meeting_place: str, by: Actor
) -> Family:
    """Write where a family is visited. Raises Refusal: a protected home is not stored."""
    family = locked_family(family, by)
    if by.role is Role.COORDINATOR:
        raise Refusal(Reason("role_sees_no_home"))
    refuse(why_not_home(family.level, address=address, door_note=door_note))
    family.address, family.door_note = address.strip(), door_note.strip()
    family.meeting_place = meeting_place.strip()
    family.save(update_fields=["address", "door_note", "meeting_place"])
    note(by, "family.home_changed", family.subject)
    return family


@transaction.atomic
def protect(family: Family, level: ProtectionLevel, *, parents_apart: bool, by: Actor) -> Family:
    """Set how far a family's personal data are protected; above the flag its home is forgotten.

    By the nurse in its team or the site's manager. Raises Refusal for others.
    """
    family = locked_unread(family, by)
    if by.role not in PROTECTORS:
        raise Refusal(Reason("role_protects_nobody"))
    family.protection, family.parents_apart = level.value, parents_apart
    if level in HOME_NOT_STORED:
        family.address = family.door_note = family.deso = family.regso = ""
    family.save()
    note(by, "family.protection_changed", family.subject)
    return family


@transaction.atomic
def hand_over(family: Family, to: Site, *, reason: HandOver, by: Actor) -> Family:
    """Hand a family over to another site: its stay is kept, its team here ends today.

    What each unit has written stays that unit's: the next one reads it on a ground.
    Raises Refusal when a rule forbids it.
    """
    family = locked_family(family, by)
    if to.pk == family.site_id:
        raise Refusal(Reason("already_at_site"))
    SiteStay.objects.create(
        family=family,
        site_id=family.site_id,
        clinic_id=family.clinic_id,
        advice_id=family.advice_id,
        ended=by.on,
        ended_by_id=by.staff,
        reason=reason.value,
    )
    note(by, "family.handed_over", family.subject, to.key)
    family.team.lasting(by.on).filter(starts__lte=by.on).update(ends=by.on)
    family.covers.filter(ends__gt=by.on, starts__lte=by.on).update(ends=by.on)
    family.site, family.clinic, family.advice = to, to.clinic, to.advice
    family.code = f"{to.key[:1].upper()}{family.ref[:6]}"
    family.save(update_fields=["site", "clinic", "advice", "code"])
    return family
