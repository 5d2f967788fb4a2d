"""Marking that a signed block stands in the service's own record; what a site calls headings."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.timezone import now

from hembesok.access.models import Site
from hembesok.access.rules.roles import Actor, Role, Service
from hembesok.access.rules.secrecy import Compartment
from hembesok.access.services.trail import note
from hembesok.families.services.reach import locked_within_reach
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import Block, JournalHeading, JournalTransfer
from hembesok.visits.rules.transfer import How, why_not_transfer


@transaction.atomic
def mark_transferred(block: Block, *, how: How, seen: int, by: Actor) -> JournalTransfer:
    """Write that a block stands in the record; `seen` is how many addenda were on the page.

    Raises Refusal for another's block, one that is not signed, one marked already, and when
    an addendum has come since the page was shown.
    """
    child = locked_within_reach(block.visit.child, by)
    found = Block.objects.select_for_update(of=("self",)).get(pk=block.pk)
    addenda = found.addenda.count()
    newest = found.transfers.order_by("addenda").last()
    refuse(
        why_not_transfer(
            compartment=Compartment(found.compartment),
            service=by.service,
            own_unit=found.unit_id == by.unit,
            signed=found.signed_at is not None,
            seen=seen,
            addenda=addenda,
            transferred=newest.addenda if newest else None,
        )
    )
    transfer = JournalTransfer.objects.create(
        block=found, addenda=addenda, how=how, at=now(), by_id=by.staff
    )
    visit = found.visit
    note(
        by,
        "journal.transferred",
        child.family.subject,
        f"{child.number} {visit.step} {found.compartment} {how}",
    )
    return transfer


@transaction.atomic
def name_headings(
    site: Site, service: Service, titles: Sequence[tuple[str, str]], *, by: Actor
) -> None:
    """Write what a site calls the headings of a service's record: codes with titles, in order.

    A code without a title keeps the shipped one. Raises Refusal for all but the manager.
    """
    if by.role is not Role.MANAGER or by.site != site.pk:
        raise Refusal(Reason("role_decides_nothing"))
    JournalHeading.objects.filter(site=site, service=service).delete()
    JournalHeading.objects.bulk_create(
        JournalHeading(site=site, service=service, code=code, title=title.strip(), order=n)
        for n, (code, title) in enumerate(titles, start=1)
        if title.strip()
    )
    note(by, "headings.named", f"site:{site.key}", service)
