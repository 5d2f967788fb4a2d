"""Registering a family, and the numbers of the people in it."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count

from django.db import IntegrityError, transaction

from hembesok.access.models import Site
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.trail import note
from hembesok.families.models import Child, Family, Guardian, PersonIdentifier, TeamMember
from hembesok.families.models.family import new_ref
from hembesok.families.models.identifiers import CURRENT, REPLACED, WRONG
from hembesok.families.rules.people import NewChild, NewFamily, NewGuardian, why_not_register
from hembesok.families.services.reach import locked_within_reach
from hembesok.values.identity import Identifier, parse_identifier
from hembesok.values.refusals import Reason, Refusal, refuse


@transaction.atomic
def register(new: NewFamily, *, by: Actor) -> Family:
    """Register a family at the actor's site; a nurse who does is in its team from that day.

    Raises Refusal when a rule forbids it, or when a number is somebody's already.
    """
    refuse(why_not_register(new, role=by.role, on=by.on))
    # Locked: two who register at once must not give two families one code.
    site = Site.objects.select_for_update(of=("self",)).get(pk=by.site)
    family = Family.objects.create(
        site=site,
        ref=new.ref or new_ref(),
        code=new.code or next_code(site),
        clinic_id=by.unit if by.role is Role.CHILD_HEALTH_NURSE else site.clinic_id,
        advice_id=site.advice_id,
        language=new.language,
        interpreter_needed=new.interpreter_needed,
        address=new.address.strip(),
        door_note=new.door_note.strip(),
        meeting_place=new.meeting_place.strip(),
        deso=new.deso,
        regso=new.regso,
        area_version=new.area_version,
        protection=new.protection.value,
        parents_apart=new.parents_apart,
    )
    for number, child in enumerate(new.children, start=1):
        _add_child(family, number, child, by.on)
    for number, guardian in enumerate(new.guardians, start=1):
        add_guardian(family, number, guardian, by.on)
    if by.role is Role.CHILD_HEALTH_NURSE:
        TeamMember.objects.create(family=family, staff_id=by.staff, role=by.role, starts=by.on)
    note(by, "family.registered", family.subject)
    return family


def next_code(site: Site) -> str:
    """Return the next free code of a site: the first letter of its name, and four digits."""
    return next(next_codes(site))


def next_codes(site: Site) -> Iterator[str]:
    """Return the free codes of a site, one after the other; asks the database once."""
    letter = site.name[:1].upper()
    codes = Family.objects.filter(site=site).values_list("code", flat=True)
    numbers = [int(found[1]) for code in codes if (found := re.fullmatch(r"\D-(\d+)", code))]
    return (f"{letter}-{number:04}" for number in count(max(numbers, default=0) + 1))


def _add_child(family: Family, number: int, new: NewChild, on: date) -> Child:
    child = Child.objects.create(
        family=family,
        number=number,
        given_name=new.given_name.strip(),
        born=new.born,
        discharged=new.discharged,
    )
    if new.identifier:
        _add(parse_identifier(new.identifier, on=on), starts=on, child=child)
    return child


def add_guardian(family: Family, number: int, new: NewGuardian, on: date) -> Guardian:
    """Add a guardian to a family that is locked; raises Refusal when the number is somebody's."""
    guardian = Guardian.objects.create(
        family=family,
        number=number,
        given_name=new.given_name.strip(),
        phone=new.phone.strip(),
        custody=new.custody,
        birth_parent=new.birth_parent,
        first_time_parent=new.first_time_parent,
        first_child_in_sweden=new.first_child_in_sweden,
    )
    if new.identifier:
        add_number(new.identifier, on=on, guardian=guardian)
    return guardian


def add_number(written: str, *, on: date, guardian: Guardian) -> None:
    """Give a guardian a number, as it is written; raises Refusal when it is somebody's."""
    _add(parse_identifier(written, on=on), starts=on, guardian=guardian)


def _add(
    identifier: Identifier,
    *,
    starts: date,
    child: Child | None = None,
    guardian: Guardian | None = None,
) -> PersonIdentifier:
    if holder_of(identifier.value) is not None:
        raise Refusal(Reason("number_is_anothers"))
    try:
        with transaction.atomic():
            return PersonIdentifier.objects.create(
                child=child,
                guardian=guardian,
                system=identifier.system.value,
                value=identifier.value,
                starts=starts,
            )
    except IntegrityError:
        raise Refusal(Reason("number_is_anothers")) from None


def holder_of(value: str) -> PersonIdentifier | None:
    """Return the identifier row that holds a normalised number, whoever asks; None if nobody's.

    For services only: it passes no gate, and so is never shown.
    """
    return (
        PersonIdentifier.objects.filter(index__of=value)
        .exclude(status=WRONG)
        .select_related("child__family", "guardian__family")
        .first()
    )


def held_already(numbers: Iterable[str], *, by: Actor) -> dict[str, Family | None]:
    """Return which of these normalised numbers are somebody's, and the family if within reach.

    Whose it is stays unsaid otherwise. That it was asked is noted: a number is not
    something to try.
    """
    found: dict[str, Family | None] = {}
    for value in numbers:
        holder = holder_of(value)
        person = (holder.child or holder.guardian) if holder else None
        if person is not None:
            reach = Family.objects.within_reach_of(by)
            found[value] = reach.filter(pk=person.family_id).first()
            note(by, "identity.matched", person.family.subject)
    return found


@transaction.atomic
def replace_number(child: Child, written: str, *, by: Actor) -> PersonIdentifier:
    """Give a child a new number, as when a reserve number becomes a personal one; the old is kept.

    Raises Refusal: a number that is no number, or somebody else's.
    """
    child = locked_within_reach(child, by)
    identifier = parse_identifier(written, on=by.on)
    child.identifiers.filter(status=CURRENT).update(status=REPLACED, ends=by.on)
    added = _add(identifier, starts=by.on, child=child)
    note(by, "identity.replaced", child.family.subject, str(child.number))
    return added
