"""Drawing up an agreement, each step until both have signed, and the duties that follow."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from hembesok.access.models import Site, Unit
from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.agreements.models import (
    Agreement,
    AgreementStep,
    AgreementVersion,
    Case,
    Duty,
)
from hembesok.agreements.rules.acting import why_not_by, why_not_on
from hembesok.agreements.rules.agreements import (
    SIGNATURES,
    Done,
    Terms,
    Version,
    why_not_step,
    why_not_version,
)
from hembesok.agreements.rules.cases import Act, CaseState, decision_of, state_of
from hembesok.values.refusals import Reason, Refusal, refuse


@transaction.atomic
def draw_up(
    site: Site, terms: Terms, *, title: str, commissioner: Unit, provider: Unit,
    case: Case | None = None, by: Actor, command: UUID | None = None,
) -> Agreement:  # fmt: skip
    """Write the first draft of an agreement between two units. Raises Refusal.

    The same command again gives the agreement that it wrote.
    """
    if site.pk != by.site or (case is not None and case.site_id != site.pk):
        raise Refusal(Reason("not_your_site"))
    refuse(why_not_version((), terms, role=by.role))
    if not title.strip():
        raise Refusal(Reason("title_missing"))
    if commissioner.pk == provider.pk:
        raise Refusal(Reason("agreement_with_itself"))
    Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if command is not None and (known := Agreement.objects.filter(command=command).first()):
        return known
    made = Agreement.objects.create(
        site=site, title=title.strip(), commissioner=commissioner, provider=provider, case=case,
        command=command,
    )  # fmt: skip
    _version(made, 1, terms, by, command)
    note(by, "agreement.drawn_up", made.subject)
    return made


@transaction.atomic
def write_anew(
    agreement: Agreement, terms: Terms, *, case: Case | None = None, by: Actor,
    command: UUID | None = None,
) -> AgreementVersion:  # fmt: skip
    """Write a new version: a better draft, or what is to replace the version in force.

    Raises Refusal. A version in force stays so until both have signed the new one.
    """
    agreement = _locked(agreement, by)
    if command is not None and (known := agreement.versions.filter(command=command).first()):
        return known
    versions = versions_of(agreement)
    refuse(why_not_version(versions, terms, role=by.role))
    if case is not None and case.site_id != agreement.site_id:
        raise Refusal(Reason("not_your_site"))
    if case is not None and case.pk != agreement.case_id:
        agreement.case = case
        agreement.save(update_fields=["case"])
    made = _version(agreement, len(versions) + 1, terms, by, command)
    note(by, "agreement.written", agreement.subject)
    return made


@transaction.atomic
def take(
    agreement: Agreement, wanted: Done, *, by: Actor, command: UUID | None = None
) -> AgreementStep:
    """Take one step with the last version. Raises Refusal; the same command does nothing more.

    When both have signed, what is to be reported becomes tasks with their days.
    """
    agreement = _locked(agreement, by)
    steps = AgreementStep.objects.filter(version__agreement=agreement)
    if command is not None and (known := steps.filter(command=command).first()):
        return known
    version = agreement.versions.order_by("number").last()
    if version is None:
        raise Refusal(Reason("agreement_without_text"))
    decided, may_sign = _decided(agreement.case)
    refuse(
        why_not_step(
            wanted, versions_of(agreement), decided=decided, may_sign=may_sign, role=by.role,
            on=by.on,
        )
    )  # fmt: skip
    made = AgreementStep.objects.create(
        version=version,
        number=version.steps.count() + 1,
        step=wanted.step,
        day=wanted.day,
        reference=wanted.reference.strip(),
        whom=wanted.whom.strip(),
        said=wanted.said.strip(),
        by_id=by.staff,
        at=now(),
        command=command,
    )
    if wanted.step in SIGNATURES and version.steps.filter(step__in=SIGNATURES).count() == 2:
        _make_duties(version)
    note(by, f"agreement.{wanted.step}", agreement.subject)
    return made


@transaction.atomic
def do_duty(duty: Duty, *, day: date, by: Actor) -> None:
    """Write that a duty is done; done already, nothing changes. Raises Refusal."""
    locked = Duty.objects.select_for_update(of=("self",)).select_related("version__agreement")
    duty = locked.get(pk=duty.pk)
    agreement = duty.version.agreement
    if agreement.site_id != by.site:
        raise Refusal(Reason("not_your_site"))
    refuse(why_not_by(by.role, decides=False) or why_not_on(day, on=by.on))
    if duty.done is not None:
        return
    duty.done, duty.done_by_id = day, by.staff
    duty.save(update_fields=["done", "done_by"])
    note(by, "agreement.duty_done", agreement.subject)


def versions_of(agreement: Agreement) -> list[Version]:
    """Return the versions of an agreement as the rules read them; two queries."""
    found = agreement.versions.order_by("number").prefetch_related("steps")
    return [one.value for one in found]


def _locked(agreement: Agreement, by: Actor) -> Agreement:
    found = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("case")
        .filter(pk=agreement.pk, site=by.site)
        .first()
    )
    if found is None:
        raise Refusal(Reason("not_your_site"))
    return found


def _version(
    agreement: Agreement, number: int, terms: Terms, by: Actor, command: UUID | None
) -> AgreementVersion:
    return AgreementVersion.objects.create(
        agreement=agreement,
        number=number,
        starts=terms.starts,
        ends=terms.ends,
        content=terms.stored(),
        author_id=by.staff,
        at=now(),
        command=command,
    )


def _decided(case: Case | None) -> tuple[date | None, list[tuple[str, date]]]:
    """Return on which day the case was approved, and whom it let sign from which day."""
    if case is None:
        return None, []
    done = [one.did for one in case.acts.order_by("number")]
    decision = decision_of(done)
    approved = decision is not None and decision.act in (Act.APPROVE, Act.DELEGATE)
    if decision is None or not approved or state_of(done) is CaseState.REJECTED:
        return None, []
    return decision.day, [(one.whom, one.day) for one in done if one.act is Act.AUTHORISE]


def _make_duties(version: AgreementVersion) -> None:
    """Make the tasks of a version; those of the version before that are not due yet fall away.

    What the older version asked for after the new one binds is asked for by the new one.
    """
    value = version.value
    Duty.objects.filter(
        version__agreement=version.agreement,
        version__number__lt=version.number,
        done__isnull=True,
        due__gte=value.begins or value.terms.starts,
    ).delete()
    Duty.objects.bulk_create(
        Duty(version=version, what=one.what, due=one.due) for one in value.terms.duties
    )
