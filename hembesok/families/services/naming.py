"""Naming staff for a family: its team, cover for named days, and emergencies."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.timezone import now

from hembesok.access.models import Assignment, Staff, Unit
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import assignments_in_force
from hembesok.access.services.trail import note
from hembesok.families.models import Cover, EmergencyAccess, Family, Notice, TeamMember
from hembesok.families.models.named import EMERGENCY_LASTS
from hembesok.families.rules.naming import (
    why_not_cover,
    why_not_name,
    why_not_open,
    why_not_review,
)
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.families.services.reach import locked_unread
from hembesok.values.refusals import Reason, Refusal, refuse


@transaction.atomic
def change_team(family: Family, staff: Staff, role: Role, *, by: Actor) -> TeamMember:
    """Put somebody in a family's team from today in a role; whoever had the role leaves it today.

    Raises Refusal when a rule forbids it.
    """
    family = locked_unread(family, by)
    _may_name(family, staff, role, by)
    ends = None
    for former in family.team.filter(role=role).lasting(by.on):
        # Whoever takes over a role that ends on a day has it until that day.
        ends = former.ends
        # On one day one person has the role; only who came today and is changed today shares it.
        former.ends = max(former.starts, by.on - timedelta(1))
        former.save(update_fields=["ends"])
    member = TeamMember.objects.create(
        family=family, staff=staff, role=role, starts=by.on, ends=ends
    )
    note(by, "team.changed", family.subject, role)
    return member


@transaction.atomic
def cover(
    family: Family, staff: Staff, role: Role, *, starts: date, ends: date, by: Actor
) -> Cover:
    """Let somebody stand in for a family's team on named days; the team is told.

    Raises Refusal when a rule forbids it.
    """
    family = locked_unread(family, by)
    _may_name(family, staff, role, by)
    refuse(why_not_cover(starts=starts, ends=ends, on=by.on))
    made = Cover.objects.create(
        family=family, staff=staff, role=role, starts=starts, ends=ends, granted_by_id=by.staff
    )
    Notice.objects.create(family=family, about="cover", by=staff, at=by.at or now())
    note(by, "cover.granted", family.subject, role)
    return made


@transaction.atomic
def cover_all(
    codes: Iterable[str], staff: Staff, role: Role, *, starts: date, ends: date, by: Actor
) -> list[Cover]:
    """Let somebody stand in for several families, by their codes: for all of them, or for none.

    Raises Refusal when a rule forbids it for one of them, or a code is no family's here.
    """
    made = []
    for code in dict.fromkeys(code.strip() for code in codes):
        family = Family.objects.handled_by(by).filter(code__iexact=code).first()
        if family is None:
            raise Refusal(Reason("no_such_code", {"code": code}))
        made.append(cover(family, staff, role, starts=starts, ends=ends, by=by))
    return made


def open_in_emergency(code: str, *, reason: str, by: Actor) -> EmergencyAccess | None:
    """Open a family of the site by its code for an hour; None where there is no such code.

    The attempt is in the trail whatever comes of it, the team is told, and the row
    waits for review. Raises Refusal when a rule forbids it.
    """
    family = Family.objects.filter(site_id=by.site, code__iexact=code.strip()).first()
    within = family is not None and Family.objects.within_reach_of(by).filter(pk=family.pk).exists()
    refuse(why_not_open(role=by.role, reason=reason, within_reach=within))
    if family is None:
        note(by, "emergency.missed", why="emergency")
        return None
    return _open(family, reason.strip(), by)


@transaction.atomic
def _open(family: Family, reason: str, by: Actor) -> EmergencyAccess:
    at = by.at or now()
    opened = EmergencyAccess.objects.create(
        family=family,
        staff_id=by.staff,
        role=by.role,
        unit_id=by.unit,
        reason=reason,
        opened=at,
        until=at + EMERGENCY_LASTS,
    )
    Notice.objects.create(family=family, about="emergency", by_id=by.staff, at=at)
    note(by, "emergency.opened", family.subject, why="emergency")
    return opened


@transaction.atomic
def review_emergency(access: EmergencyAccess, *, justified: bool, by: Actor) -> EmergencyAccess:
    """Say whether a family was rightly opened. Raises Refusal when a rule forbids it."""
    access = EmergencyAccess.objects.select_for_update().get(pk=access.pk)
    if access.unit.organisation_id != Unit.objects.get(pk=by.unit).organisation_id:
        # Each organisation answers for what its own staff read.
        raise Refusal(Reason("not_your_organisation"))
    refuse(
        why_not_review(
            role=by.role, own=access.staff_id == by.staff, already=access.reviewed is not None
        )
    )
    access.reviewed, access.reviewed_by_id, access.justified = now(), by.staff, justified
    access.save(update_fields=["reviewed", "reviewed_by", "justified"])
    note(by, "emergency.reviewed", access.family.subject, "yes" if justified else "no")
    return access


def see(notice: Notice, *, by: Actor) -> None:
    """Say that a notice has been seen; raises Refusal where the family is not within reach."""
    if not Family.objects.within_reach_of(by).filter(pk=notice.family_id).exists():
        raise Refusal(Reason("not_within_reach"))
    notice.seen_by.add(by.staff)


def _may_name(family: Family, staff: Staff, role: Role, by: Actor) -> None:
    here: Assignment | None = (
        assignments_in_force(staff, on=by.on).filter(site_id=by.site, role=role).first()
    )
    refuse(
        why_not_name(
            by_role=by.role,
            role=role,
            protected=family.level is not ProtectionLevel.NONE,
            has_assignment=here is not None,
        )
    )
