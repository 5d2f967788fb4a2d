"""Files to a part of a visit: see them, add one, hand one out, withdraw one."""

import logging
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hembesok.access.rules.roles import TEAM, VISITORS
from hembesok.access.services.trail import note
from hembesok.families.models import Family
from hembesok.secrecy.queries import door
from hembesok.values.refusals import Refusal
from hembesok.visits.models import Attachment, Block
from hembesok.visits.queries.around import attachments_of
from hembesok.visits.queries.documentation import BlockRow, visits_read
from hembesok.visits.queries.places import Place
from hembesok.visits.services.attaching import (
    AttachmentProblem,
    attach,
    content_of,
    may_attach,
    withdraw_attachment,
)
from hembesok.web.filled import done, page
from hembesok.web.forms_around import AttachForm, WithdrawAttachmentForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.visit_page import place_of_request
from hembesok.web.words import reason_text

log = logging.getLogger(__name__)

SANDBOX = "default-src 'none'; sandbox"
"""Should a browser show the file all the same, nothing in it runs, loads or is sent."""


@dataclass(frozen=True, repr=False)
class _Read:
    """The parts of a visit that an actor may read."""

    family: Family
    place: Place
    blocks: tuple[BlockRow, ...]


def _read(request: StaffRequest, ref: str, number: int, step: str) -> _Read:
    family, place = place_of_request(request, ref, number, step)
    actor = request.actor
    rows = visits_read(place.visits, family, door(family, actor), actor, actor.on)
    return _Read(family, place, tuple(block for row in rows for block in row.blocks))


@for_roles(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: StaffRequest, ref: str, number: int, step: str, part: int) -> HttpResponse:
    """Staff see the files to a part of a visit that they may read, and add one to their own."""
    read = _read(request, ref, number, step)
    row = next((one for one in read.blocks if one.key == part), None)
    if row is None:
        raise Http404
    found = Block.objects.select_related("visit__child").get(pk=part)
    mine = may_attach(found, request.actor)
    form = AttachForm(request)
    if request.method == "POST" and not mine:
        raise Http404
    if form.is_valid() and done(
        form,
        lambda: attach(found, form.content, form.cleaned_data["file"].name, by=request.actor),
    ):
        messages.success(request, _("The file is added."))
        return redirect("files", ref, number, step, part)
    rows = attachments_of([part]).get(part, ())
    note(
        request.actor,
        "attachment.listed",
        read.family.subject,
        f"{read.place.detail} {row.place} {len(rows)}",
        row.basis,
    )
    context = {
        "on": request.actor.on,
        "family": read.family,
        "child": read.place.child,
        "step": read.place.step,
        "row": row,
        "files": rows,
        "form": form if mine else None,
        "withdraw": WithdrawAttachmentForm(),
    }
    return page(request, "web/files.html", context, form)


def _file(read: _Read, number: int) -> tuple[Attachment, BlockRow]:
    found = get_object_or_404(
        Attachment.objects.select_related("block__visit__child"),
        pk=number,
        block__in=[row.key for row in read.blocks],
    )
    return found, next(row for row in read.blocks if row.key == found.block_id)


@for_roles(*TEAM)
@require_safe
def file(request: StaffRequest, ref: str, number: int, step: str, file: int) -> HttpResponse:
    """Staff open a file: it is downloaded, and noted. One that was withdrawn is not handed out."""
    read = _read(request, ref, number, step)
    found, row = _file(read, file)
    if found.withdrawn_at is not None:
        raise Http404
    detail = f"{read.place.detail} {row.place} {found.pk}"
    note(request.actor, "attachment.read", read.family.subject, detail, row.basis)
    try:
        content = content_of(found)
    except AttachmentProblem as problem:
        log.error("%s", problem)
        messages.warning(request, _("The file is damaged where it is kept. Tell whoever runs it."))
        return redirect("files", ref, number, step, row.key)
    return HttpResponse(
        content,
        content_type=found.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, found.name) or "attachment",
            "Content-Security-Policy": SANDBOX,
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


@for_roles(*VISITORS)
@require_POST
def withdraw_file(
    request: StaffRequest, ref: str, number: int, step: str, file: int
) -> HttpResponse:
    """Staff press "Withdraw": the file is handed out no more; that it was there is kept."""
    read = _read(request, ref, number, step)
    found, row = _file(read, file)
    form = WithdrawAttachmentForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Write why it is withdrawn. Nothing was saved."))
        return redirect("files", ref, number, step, row.key)
    try:
        withdraw_attachment(found, reason=form.cleaned_data["reason"], by=request.actor)
    except Refusal as refusal:
        messages.warning(request, reason_text(refusal.reason))
    else:
        messages.success(request, _("The file is withdrawn."))
    return redirect("files", ref, number, step, row.key)
