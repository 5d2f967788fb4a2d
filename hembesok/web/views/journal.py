"""To the record: a signed part as text and as PDF, and marking that it stands there."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hembesok.access.rules.roles import VISITORS, Role, Service
from hembesok.access.rules.secrecy import OWNER
from hembesok.access.services.trail import note
from hembesok.documents.paper import MissingLetter, pdf
from hembesok.families.models import Family
from hembesok.secrecy.queries import door
from hembesok.visits.models import Block
from hembesok.visits.queries.around import headings_at, transfers_of
from hembesok.visits.queries.documentation import BlockRow, VisitRow, visits_read
from hembesok.visits.queries.places import Place
from hembesok.visits.rules.journal import GATHERED
from hembesok.visits.rules.transfer import waits
from hembesok.visits.services.transferring import mark_transferred, name_headings
from hembesok.web.filled import done, page
from hembesok.web.forms_around import HeadingsForm, TransferForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.journal import RECORD_LANGUAGE, Journal, journal_of
from hembesok.web.people import act_page, name_of
from hembesok.web.visit_page import place_of_request
from hembesok.web.words import said


@dataclass(frozen=True, repr=False)
class _Signed:
    """The own signed part of a visit, as it goes to the record."""

    family: Family
    place: Place
    block: BlockRow
    journal: Journal


@for_roles(*VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def journal(request: StaffRequest, ref: str, number: int, step: str) -> HttpResponse:
    """Staff copy what they have signed to their own record, and mark that it stands there."""
    signed = _signed(request, ref, number, step)
    addenda = len(signed.block.addenda)
    form = TransferForm(request.POST or None, initial={"seen": addenda})
    block = Block.objects.select_related("visit__child").get(pk=signed.block.key)
    if form.is_valid() and done(
        form,
        lambda: mark_transferred(
            block, how=form.how, seen=form.cleaned_data["seen"], by=request.actor
        ),
    ):
        messages.success(request, _("Marked as transferred."))
        return redirect("journal", ref, number, step)
    transfers = transfers_of(block.pk)
    carried = max((one.addenda for one in transfers), default=None)
    # What stands on the page now is what is marked: the text is shown anew as well.
    form.initial["seen"] = addenda
    context = {
        "on": request.actor.on,
        "family": signed.family,
        "child": signed.place.child,
        "step": signed.place.step,
        "text": signed.journal.text,
        "rows": signed.journal.text.count("\n") + 2,
        "form": form,
        "seen": addenda,
        "transfers": transfers,
        "waits": waits(signed=True, transferred=carried, addenda=addenda),
    }
    return page(request, "web/journal.html", context, form)


@for_roles(*VISITORS)
@require_safe
def journal_pdf(request: StaffRequest, ref: str, number: int, step: str) -> HttpResponse:
    """Staff press "As PDF"."""
    signed = _signed(request, ref, number, step)
    try:
        with translation.override(RECORD_LANGUAGE):
            made = pdf(signed.journal.paper)
    except MissingLetter as missing:
        words = _(
            "The text has a letter that cannot be printed, %(letter)s (%(code)s). Copy the text"
            " instead."
        ) % {"letter": missing.letter, "code": missing.code}
        messages.warning(request, words)
        return redirect("journal", ref, number, step)
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="besok-{step}.pdf"'},
    )


def _signed(request: StaffRequest, ref: str, number: int, step: str) -> _Signed:
    """Return the signed part of the actor's own unit, and note that it was read; raises Http404."""
    family, place = place_of_request(request, ref, number, step)
    actor = request.actor
    rows = visits_read(place.visits, family, door(family, actor), actor, actor.on)
    visit, block = _own(rows, actor.service)
    service = OWNER[block.compartment]
    note(actor, "journal.read", family.subject, f"{place.detail} {block.place}", block.basis)
    with translation.override(RECORD_LANGUAGE):
        name = name_of(place.child, request)
        born = f"{place.child.born}"
        made = journal_of(
            visit,
            block,
            title=said(place.step.title),
            whose=", ".join(part for part in (name, born, family.code) if part),
            service=service,
            headings=headings_at(family.site_id, service),
        )
    return _Signed(family, place, block, made)


def _own(rows: tuple[VisitRow, ...], service: Service | None) -> tuple[VisitRow, BlockRow]:
    for row in rows:
        for block in row.blocks:
            mine = block.own and OWNER.get(block.compartment) is service
            if mine and block.signed and row.withdrawn_at is None:
                return row, block
    raise Http404


@for_roles(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def headings(request: StaffRequest, service: str) -> HttpResponse:
    """The manager writes what the site calls the headings of a record, and their order."""
    if service not in [one.value for one in GATHERED]:
        raise Http404
    chosen = Service(service)
    site = request.assignment.site
    form = HeadingsForm(request.POST or None, service=chosen, headings=headings_at(site.pk, chosen))
    if form.is_valid() and done(
        form, lambda: name_headings(site, chosen, form.titles(chosen), by=request.actor)
    ):
        messages.success(request, _("The headings are saved."))
        return redirect("site")
    health = chosen is Service.CHILD_HEALTH
    return act_page(
        request,
        back=(reverse("site"), site.name),
        title=_("Headings of the health record") if health else _("Headings of the social record"),
        lead=[_("Visits are shown under these headings when they are copied to the record.")],
        form=form,
        button=_("Save"),
    )
