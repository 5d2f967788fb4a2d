"""Bringing in a clinic's list of outcomes: send it, say what its columns hold, look, confirm."""

from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hembesok.access.rules.roles import Role
from hembesok.access.services.trail import note
from hembesok.families.birth_list import Remark, Sheet, template_csv, template_xlsx
from hembesok.families.models import SentList
from hembesok.families.models.lists import OUTCOMES
from hembesok.families.services.sent import sheet_of
from hembesok.values.refusals import Reason, Refusal
from hembesok.visits.rules.later_list import EXAMPLE, ListRow
from hembesok.visits.services import later_list as services
from hembesok.web.filled import page
from hembesok.web.forms_bringing import FileForm
from hembesok.web.forms_later import OutcomeColumnsForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.views.bringing import KINDS, MOST_SHOWN
from hembesok.web.words import reason_text, remark_text
from hembesok.web.writing import done

_MAKE: Final = {"csv": template_csv, "xlsx": template_xlsx}


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: StaffRequest) -> HttpResponse:
    """A nurse sends a list; the next page asks about its columns and shows what becomes of it."""
    form = FileForm(request)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sent = services.send(file.read(), file.name, by=request.actor)
        except Refusal as refusal:
            form.add_error("file", reason_text(refusal.reason))
        else:
            return redirect("outcome-list-look", sent.ref)
    return page(request, "web/outcome_list_send.html", {"form": form}, form)


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_safe
def template(request: StaffRequest, kind: str) -> HttpResponse:
    """A nurse fetches an empty list to fill in."""
    if kind not in KINDS:
        raise Http404
    answer = HttpResponse(_MAKE[kind](EXAMPLE), content_type=KINDS[kind][1])
    answer["Content-Disposition"] = f'attachment; filename="outcomes.{kind}"'
    return answer


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: StaffRequest, waiting: str) -> HttpResponse:
    """A nurse looks at what becomes of a list, row by row, and brings it in."""
    sent = _sent(request, waiting)
    if sent is None:
        return _gone(request)
    sheet = sheet_of(sent)
    columns_form = OutcomeColumnsForm(None, sheet=sheet, held=sent.fields)
    if services.why_not_look(sent, sheet):
        return _page(request, sent, sheet, columns_form)
    form = forms.Form(request.POST if request.method == "POST" else None)
    written: list[int] = []
    if form.is_valid() and done(
        form, lambda: written.append(services.bring_in(sent, by=request.actor))
    ):
        count = written[0]
        said = ngettext("%(count)s outcome is recorded.", "%(count)s outcomes are recorded.", count)
        messages.success(request, said % {"count": count})
        return redirect("outcomes")
    found = services.look(sent, sheet, by=request.actor)
    return _page(request, sent, sheet, columns_form, found=found, form=form)


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_POST
def columns(request: StaffRequest, waiting: str) -> HttpResponse:
    """A nurse says what the columns of a list hold."""
    sent = _sent(request, waiting)
    if sent is None:
        return _gone(request)
    sheet = sheet_of(sent)
    form = OutcomeColumnsForm(request.POST, sheet=sheet, held=sent.fields)
    if form.is_valid():
        try:
            services.choose(sent, form.chosen, by=request.actor)
        except Refusal:
            return _gone(request)
        return redirect("outcome-list-look", sent.ref)
    return _page(request, sent, sheet, form)


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_POST
def throw_away(request: StaffRequest, waiting: str) -> HttpResponse:
    """A nurse throws a list away before it is brought in."""
    sent = _sent(request, waiting)
    if sent is None:
        return _gone(request)
    try:
        services.throw_away(sent, by=request.actor)
    except Refusal:
        return _gone(request)
    messages.success(request, _("The list is thrown away. Nothing of it was saved."))
    return redirect("outcome-list")


def _sent(request: StaffRequest, waiting: str) -> SentList | None:
    """Return the actor's own list, noted as read; None where there is none any more."""
    found = SentList.objects.sent_by(request.actor, OUTCOMES).filter(ref=waiting).first()
    if found is not None:
        note(request.actor, "list.read", found.subject)
    return found


def _gone(request: StaffRequest) -> HttpResponse:
    """The same for what is gone, what is another's and what never was."""
    messages.info(request, reason_text(Reason("list_gone")))
    return redirect("outcome-list")


def _page(
    request: StaffRequest,
    sent: SentList,
    sheet: Sheet,
    columns_form: OutcomeColumnsForm,
    *,
    found: list[ListRow] | None = None,
    form: forms.Form | None = None,
) -> HttpResponse:
    faults: list[Remark] = [one for row in found or [] for one in row.faults]
    context = {
        "sent": sent,
        "columns": columns_form,
        "form": form,
        "rows": len(sheet.rows),
        "reasons": [reason_text(one) for one in services.why_not_look(sent, sheet)],
        "new": sum(len(row.found) for row in found or []),
        "children": sum(bool(row.found) for row in found or []),
        "here": sum(row.here for row in found or []),
        "bad": sum(bool(row.faults) for row in found or []),
        "faults": [remark_text(one) for one in faults[:MOST_SHOWN]],
        "more_faults": max(0, len(faults) - MOST_SHOWN),
    }
    return page(request, "web/outcome_list_look.html", context, columns_form, form)
