"""Consents given and withdrawn, other grounds, and what a site keeps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from hembesok.access.law import statute
from hembesok.access.models import Site, Unit
from hembesok.access.rules.roles import TEAM, Actor, Role
from hembesok.access.rules.secrecy import Compartment, DisclosureGround, Field
from hembesok.access.services.trail import note
from hembesok.families.models import Family, Guardian
from hembesok.families.services.reach import locked_family
from hembesok.secrecy.models import Consent, Disclosure, SiteDocumentation
from hembesok.secrecy.rules import (
    DocumentationMode,
    Interpreted,
    Purpose,
    place_word,
    why_not_consent,
    why_not_disclose,
)
from hembesok.values.refusals import Reason, Refusal, refuse


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A guardian's yes, as it was given; to share, it names both units and the exact fields."""

    purpose: Purpose
    given: date
    interpreted: Interpreted
    fields: frozenset[Field] = frozenset()
    source: Unit | None = None
    recipient: Unit | None = None
    ends: date | None = None


@transaction.atomic
def give_consent(guardian: Guardian, new: NewConsent, *, by: Actor) -> Consent:
    """Write down a guardian's consent. Raises Refusal when a rule forbids it."""
    family = locked_family(guardian.family, by)
    _may_register(by)
    refuse(
        why_not_consent(
            given=new.given,
            on=by.on,
            ends=new.ends,
            fields=new.fields,
            purpose=new.purpose,
            interpreter_needed=family.interpreter_needed,
            interpreted=new.interpreted,
        )
    )
    consent = Consent.objects.create(
        guardian=guardian,
        purpose=new.purpose.value,
        source=new.source,
        recipient=new.recipient,
        fields=sorted(new.fields),
        given=new.given,
        ends=new.ends,
        language=family.language,
        interpreted=new.interpreted.value,
        registered_by_id=by.staff,
    )
    note(by, "consent.given", family.subject, f"{guardian.number} {new.purpose}")
    return consent


@transaction.atomic
def withdraw_consent(consent: Consent, *, by: Actor) -> Consent:
    """Write down that a guardian takes a consent back: from this moment it opens nothing.

    Raises Refusal when a rule forbids it.
    """
    family = locked_family(consent.guardian.family, by)
    _may_register(by)
    consent = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if consent.withdrawn is not None:
        raise Refusal(Reason("withdrawn_already"))
    consent.withdrawn = max(by.on, consent.given)
    consent.save(update_fields=["withdrawn"])
    note(by, "consent.withdrawn", family.subject, f"{consent.guardian.number} {consent.purpose}")
    return consent


@transaction.atomic
def disclose(
    family: Family,
    ground: DisclosureGround,
    *,
    recipient: Unit,
    fields: Iterable[Field],
    purpose: str,
    starts: date,
    ends: date | None = None,
    guardian: Guardian | None = None,
    by: Actor,
) -> Disclosure:
    """Let another unit read exact fields of what the actor's own unit keeps, on a ground.

    Raises Refusal when a rule forbids it: consent and emergency are not decided by hand.
    """
    family = locked_family(family, by)
    _may_register(by)
    chosen = frozenset(fields)
    refuse(
        why_not_disclose(
            ground,
            fields=chosen,
            purpose=purpose,
            same_unit=recipient.pk == by.unit,
            starts=starts,
            ends=ends,
            on=by.on,
        )
    )
    if Field.PARENT_NOTE in chosen and guardian is None:
        raise Refusal(Reason("parent_note_needs_parent"))
    if guardian is not None and guardian.family_id != family.pk:
        raise Refusal(Reason("not_within_reach"))
    made = Disclosure.objects.create(
        family=family,
        ground=ground.value,
        statute=statute(ground, on=by.on),
        source_id=by.unit,
        recipient=recipient,
        fields=sorted(chosen),
        guardian=guardian,
        purpose=purpose.strip(),
        starts=starts,
        ends=ends,
        decided_by_id=by.staff,
    )
    note(by, "disclosure.made", family.subject, _detail(made), why=ground)
    return made


@transaction.atomic
def withdraw_disclosure(disclosure: Disclosure, *, by: Actor) -> Disclosure:
    """End a ground at once; by the unit whose record it opened. Raises Refusal."""
    family = locked_family(disclosure.family, by)
    disclosure = Disclosure.objects.select_for_update(of=("self",)).get(pk=disclosure.pk)
    if disclosure.source_id != by.unit:
        raise Refusal(Reason("not_your_record"))
    if disclosure.withdrawn is not None:
        raise Refusal(Reason("withdrawn_already"))
    disclosure.withdrawn = max(by.on, disclosure.starts)
    disclosure.save(update_fields=["withdrawn"])
    note(by, "disclosure.withdrawn", family.subject, _detail(disclosure))
    return disclosure


def _detail(disclosure: Disclosure) -> str:
    whose = disclosure.guardian
    words = [disclosure.ground, str(disclosure.recipient_id)]
    return " ".join(words + ([place_word(Compartment.PARENT, whose.number)] if whose else []))


@transaction.atomic
def decide_documentation(
    site: Site, mode: DocumentationMode, *, starts: date, decision: str, by: Actor
) -> SiteDocumentation:
    """Set what a site's adviser part keeps from a day on, with the decision it rests on."""
    if by.role is not Role.MANAGER or by.site != site.pk:
        raise Refusal(Reason("role_decides_nothing"))
    if not decision.strip():
        raise Refusal(Reason("decision_missing"))
    if starts < by.on:
        raise Refusal(Reason("day_has_passed", {"day": starts}))
    decided, _new = SiteDocumentation.objects.update_or_create(
        site=site, starts=starts, defaults={"mode": mode.value, "decision": decision.strip()}
    )
    note(by, "site.documentation_decided", f"site:{site.key}", mode)
    return decided


def consented(family: Family, purpose: Purpose, *, on: date) -> bool:
    """Tell whether every guardian with custody has said yes to something, in force on a day."""
    needed = set(family.guardians.filter(custody=True).values_list("pk", flat=True))
    in_force = Consent.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=on),
        Q(withdrawn__isnull=True) | Q(withdrawn__gt=on),
        guardian__in=needed,
        purpose=purpose,
        given__lte=on,
    )
    return bool(needed) and needed <= set(in_force.values_list("guardian", flat=True))


def _may_register(by: Actor) -> None:
    if by.role not in TEAM:
        raise Refusal(Reason("role_registers_no_consent"))
