"""Births that maternity care hands over before they come."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.trail import note
from hembesok.families.models import ExpectedBirth, Family
from hembesok.families.rules.people import NewChild, NewFamily, NewGuardian
from hembesok.families.services.registering import register
from hembesok.values.refusals import Reason, Refusal


@dataclass(frozen=True, slots=True, repr=False)
class NewExpected:
    """A birth to hand over, with the day of the parent's consent to that."""

    parent_name: str
    due: date
    language: str
    consent_on: date
    phone: str = ""
    interpreter_needed: bool = False


@transaction.atomic
def expect(new: NewExpected, *, by: Actor) -> ExpectedBirth:
    """Hand an expected birth over to the child health services of the site; raises Refusal."""
    if by.role is not Role.MATERNITY_PROFESSIONAL:
        raise Refusal(Reason("role_registers_nobody"))
    if new.consent_on > by.on:
        raise Refusal(Reason("day_in_future", {"day": new.consent_on}))
    if not by.on - timedelta(60) <= new.due <= by.on + timedelta(300):
        raise Refusal(Reason("due_day_unlikely", {"day": new.due}))
    sent = ExpectedBirth.objects.create(
        site_id=by.site,
        sent_by_id=by.staff,
        unit_id=by.unit,
        sent=by.on,
        due=new.due,
        parent_name=new.parent_name.strip(),
        phone=new.phone.strip(),
        language=new.language,
        interpreter_needed=new.interpreter_needed,
        consent_on=new.consent_on,
    )
    note(by, "expected.sent", f"expected:{sent.ref}", why="consent")
    return sent


@transaction.atomic
def take_back(expected: ExpectedBirth, *, by: Actor) -> ExpectedBirth:
    """Take a handed-over birth back, as when the parent no longer wants it; raises Refusal."""
    sent = _locked(expected, by)
    if by.role is not Role.MATERNITY_PROFESSIONAL or sent.unit_id != by.unit:
        raise Refusal(Reason("not_within_reach"))
    sent.withdrawn, sent.parent_name, sent.phone = by.on, "", ""
    sent.save(update_fields=["withdrawn", "parent_name", "phone"])
    note(by, "expected.taken_back", f"expected:{sent.ref}")
    return sent


@transaction.atomic
def receive(expected: ExpectedBirth, child: NewChild, *, site_home: str = "", by: Actor) -> Family:
    """Make a family of an expected birth when the child is born; raises Refusal."""
    sent = _locked(expected, by)
    family = register(
        NewFamily(
            language=sent.language,
            interpreter_needed=sent.interpreter_needed,
            children=[child],
            guardians=[
                NewGuardian(given_name=sent.parent_name, phone=sent.phone, birth_parent=True)
            ],
            address=site_home,
        ),
        by=by,
    )
    sent.family, sent.parent_name, sent.phone = family, "", ""
    sent.save(update_fields=["family", "parent_name", "phone"])
    note(by, "expected.received", family.subject)
    return family


def _locked(expected: ExpectedBirth, by: Actor) -> ExpectedBirth:
    found = (
        ExpectedBirth.objects.select_for_update(of=("self",))
        .filter(pk=expected.pk, site_id=by.site, family__isnull=True, withdrawn__isnull=True)
        .first()
    )
    if found is None:
        raise Refusal(Reason("not_within_reach"))
    return found
