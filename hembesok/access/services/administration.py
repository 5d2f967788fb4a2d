"""Accounts, assignments, units and sites: what the technical administrator does."""

import secrets
from datetime import date, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from hembesok.access.models import Assignment, Organisation, Site, Staff, Unit
from hembesok.access.rules.administration import (
    Spell,
    why_not_account,
    why_not_administer,
    why_not_assign,
    why_not_leave,
)
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.trail import note, note_sign_in
from hembesok.values.refusals import Reason, Refusal, refuse

TEMPORARY_BYTES: Final = 12
"""96 bits: a temporary password that cannot be guessed."""


@transaction.atomic
def add_account(login: str, name: str, *, by: Actor) -> tuple[Staff, str]:
    """Make an account; return it with its temporary password, which is kept nowhere.

    Raises Refusal when a rule forbids it.
    """
    refuse(why_not_administer(by.role))
    password = secrets.token_urlsafe(TEMPORARY_BYTES)
    staff = _account(login, name, password)
    note(by, "staff.added", subject_of(staff))
    return staff, password


def _account(login: str, name: str, password: str) -> Staff:
    login, name = login.strip().lower(), name.strip()
    taken = Staff.objects.filter(login__iexact=login).exists()
    refuse(why_not_account(login, name, taken=taken))
    try:
        with transaction.atomic():
            return Staff.objects.create_user(login, name, password)
    except IntegrityError:
        raise Refusal(Reason("login_taken", {"login": login})) from None


@transaction.atomic
def open_account(staff: Staff, *, by: Actor) -> None:
    """Let somebody sign in again. Raises Refusal when a rule forbids it."""
    refuse(why_not_administer(by.role))
    Staff.objects.filter(pk=staff.pk).update(is_active=True)
    note(by, "staff.opened", subject_of(staff))


@transaction.atomic
def close_account(staff: Staff, *, by: Actor) -> None:
    """Let somebody sign in no more: a session that is open ends at its next page.

    Raises Refusal when a rule forbids it: the last administrator stays.
    """
    refuse(why_not_administer(by.role))
    administrators = _administrators(by.on)
    refuse(
        why_not_leave(
            administrates=staff.pk in administrators, others=len(administrators - {staff.pk})
        )
    )
    Staff.objects.filter(pk=staff.pk).update(is_active=False)
    note(by, "staff.closed", subject_of(staff))


@transaction.atomic
def assign(
    staff: Staff,
    role: Role,
    *,
    unit: Unit,
    site: Site,
    starts: date,
    ends: date | None = None,
    by: Actor,
) -> Assignment:
    """Give somebody a role at a unit, for a site. Raises Refusal when a rule forbids it."""
    refuse(why_not_administer(by.role))
    staff = Staff.objects.select_for_update().get(pk=staff.pk)
    held = [_spell(one) for one in staff.assignments.all()]
    new = Spell(role, unit.pk, site.pk, starts, ends)
    refuse(why_not_assign(new, held, own=staff.pk == by.staff))
    made = Assignment.objects.create(
        staff=staff, role=role.value, unit=unit, site=site, starts=starts, ends=ends
    )
    note(by, "assignment.given", subject_of(staff), _detail(made))
    return made


@transaction.atomic
def end_assignment(assignment: Assignment, *, by: Actor) -> None:
    """End a role with yesterday as its last day, so that it opens nothing any more.

    One that began today or has not begun is taken away; the trail keeps that it was
    there. Raises Refusal when a rule forbids it: the last administrator stays.
    """
    refuse(why_not_administer(by.role))
    administrators = _administrators(by.on, but=assignment)
    refuse(
        why_not_leave(
            administrates=assignment.role == Role.TECHNICAL_ADMINISTRATOR,
            others=len(administrators),
        )
    )
    assignment = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if assignment.ends is not None and assignment.ends < by.on:
        raise Refusal(Reason("ended_already"))
    note(by, "assignment.ended", subject_of(assignment.staff), _detail(assignment))
    if assignment.starts >= by.on:
        assignment.delete()
        return
    assignment.ends = by.on - timedelta(1)
    assignment.save(update_fields=["ends"])


def _administrators(on: date, *, but: Assignment | None = None) -> set[int]:
    """Lock the roles of those who administer, and return who they are."""
    found: QuerySet[Assignment] = Assignment.objects.select_for_update(of=("self",)).filter(
        Q(ends__isnull=True) | Q(ends__gt=on),
        role=Role.TECHNICAL_ADMINISTRATOR,
        starts__lte=on,
        staff__is_active=True,
    )
    if but is not None:
        found = found.exclude(pk=but.pk)
    return set(found.values_list("staff", flat=True))


def _spell(one: Assignment) -> Spell:
    return Spell(Role(one.role), one.unit_id, one.site_id, one.starts, one.ends)


def _detail(one: Assignment) -> str:
    return f"{one.role} {one.unit_id} {one.site_id}"


def subject_of(staff: Staff) -> str:
    """Return how the trail names a member of staff."""
    return f"staff:{staff.pk}"


@transaction.atomic
def add_unit(organisation: str, name: str, *, by: Actor) -> Unit:
    """Make a unit, and its organisation where there is none of that name. Raises Refusal."""
    refuse(why_not_administer(by.role))
    organisation, name = organisation.strip(), name.strip()
    if not organisation or not name:
        raise Refusal(Reason("name_missing"))
    if Unit.objects.filter(organisation__name=organisation, name=name).exists():
        raise Refusal(Reason("unit_taken"))
    owner, _new = Organisation.objects.get_or_create(name=organisation)
    unit = Unit.objects.create(organisation=owner, name=name)
    note(by, "unit.added", f"unit:{unit.pk}")
    return unit


@transaction.atomic
def save_site(
    key: str, name: str, *, clinic: Unit | None, advice: Unit | None, new: bool, by: Actor
) -> Site:
    """Make a site, or change its name and units; families that are there keep theirs.

    Raises Refusal when a rule forbids it, or the key is another site's.
    """
    refuse(why_not_administer(by.role))
    if not name.strip():
        raise Refusal(Reason("name_missing"))
    if new and Site.objects.filter(key=key).exists():
        raise Refusal(Reason("site_taken"))
    values = {"name": name.strip(), "clinic": clinic, "advice": advice}
    site, _made = Site.objects.update_or_create(key=key, defaults=values)
    note(by, "site.added" if new else "site.changed", f"site:{site.key}")
    return site


@transaction.atomic
def add_first(
    login: str, name: str, password: str, *, role: Role, unit: str, site: str, on: date
) -> Staff:
    """Make an account with a role before there is anybody who administers.

    `unit` is written "organisation / unit"; the unit and the site are made where
    they are not there. Raises Refusal once somebody administers.
    """
    if _administrators(on):
        raise Refusal(Reason("administrator_there"))
    organisation, _slash, named = (part.strip() for part in unit.partition("/"))
    if not organisation or not named or not site.strip():
        raise Refusal(Reason("name_missing"))
    staff = _account(login, name, password)
    owner, _new = Organisation.objects.get_or_create(name=organisation)
    there, _new = Unit.objects.get_or_create(organisation=owner, name=named)
    place, _new = Site.objects.get_or_create(key=site.strip(), defaults={"name": site.strip()})
    Assignment.objects.create(staff=staff, role=role.value, unit=there, site=place, starts=on)
    note_sign_in(staff, "staff.added_by_command")
    return staff
