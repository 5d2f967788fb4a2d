"""Opening a case, writing its memorandum, and each act until it is closed."""

from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from hembesok.access.models import Site
from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.agreements.models import Case, CaseAct, MemorandumVersion
from hembesok.agreements.rules.acting import why_not_by
from hembesok.agreements.rules.cases import Act, Did, why_not
from hembesok.agreements.rules.memoranda import Text, why_not_text
from hembesok.values.refusals import Reason, Refusal, refuse


@transaction.atomic
def open_case(
    site: Site, *, registry_number: str, title: str, by: Actor, command: UUID | None = None
) -> Case:
    """Open a case; whoever opens it is its officer. Raises Refusal.

    The same command again gives the case that it opened.
    """
    if site.pk != by.site:
        raise Refusal(Reason("not_your_site"))
    refuse(why_not_by(by.role, decides=False))
    number, title = registry_number.strip(), title.strip()
    if not number:
        raise Refusal(Reason("registry_number_missing"))
    if not title:
        raise Refusal(Reason("title_missing"))
    # One at a time for a site: of two presses at once the second finds what the first opened.
    Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if command is not None and (known := Case.objects.filter(command=command).first()):
        return known
    if Case.objects.filter(site=site, registry_number=number).exists():
        raise Refusal(Reason("registry_number_taken", {"number": number}))
    made = Case.objects.create(
        site=site, registry_number=number, title=title, officer_id=by.staff, opened=by.on,
        command=command,
    )  # fmt: skip
    note(by, "case.opened", made.subject)
    return made


@transaction.atomic
def write_memorandum(
    case: Case, text: Text, *, by: Actor, command: UUID | None = None
) -> MemorandumVersion:
    """Write the memorandum anew, finished or not; what stood before is kept. Raises Refusal."""
    case = _locked(case, by)
    newest = case.versions.order_by("number").last()
    if command is not None and case.acts.filter(command=command).exists() and newest:
        return newest
    refuse(why_not_text(text))
    _act(case, Did(Act.WRITE, by.on), newest.text if newest else None, by, command)
    return MemorandumVersion.objects.create(
        case=case,
        number=newest.number + 1 if newest else 1,
        content=text.stored(),
        author_id=by.staff,
        at=now(),
    )


@transaction.atomic
def act(case: Case, wanted: Did, *, by: Actor, command: UUID | None = None) -> CaseAct:
    """Do one act with a case. Raises Refusal; the same command again does nothing more."""
    case = _locked(case, by)
    if command is not None and (known := case.acts.filter(command=command).first()):
        return known
    newest = case.versions.order_by("number").last()
    return _act(case, wanted, newest.text if newest else None, by, command)


def _locked(case: Case, by: Actor) -> Case:
    """Return the case of the actor's site, locked until the commit; raises Refusal."""
    found = Case.objects.select_for_update().filter(pk=case.pk, site=by.site).first()
    if found is None:
        raise Refusal(Reason("not_your_site"))
    return found


def _act(case: Case, wanted: Did, text: Text | None, by: Actor, command: UUID | None) -> CaseAct:
    done = list(case.acts.order_by("number"))
    refuse(why_not(wanted, [one.did for one in done], text=text, role=by.role, on=by.on))
    made = CaseAct.objects.create(
        case=case,
        number=len(done) + 1,
        act=wanted.act,
        day=wanted.day,
        reference=wanted.reference.strip(),
        whom=wanted.whom.strip(),
        said=wanted.said.strip(),
        by_id=by.staff,
        at=now(),
        command=command,
    )
    note(by, f"case.{wanted.act}", case.subject)
    return made
