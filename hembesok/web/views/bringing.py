"""Bringing in a birth or clinic list: send it, say what its columns hold, look, confirm."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hembesok.access.models import Assignment
from hembesok.access.services.trail import note, note_all
from hembesok.families.birth_list import (
    JudgedRow,
    Protection,
    Sheet,
    Verdict,
    template_csv,
    template_xlsx,
)
from hembesok.families.models import Family, SentList
from hembesok.families.rules.people import REGISTRARS
from hembesok.families.services import lists as services
from hembesok.families.services.lists import BroughtIn, Looked
from hembesok.families.services.sent import sheet_of
from hembesok.values.refusals import Reason, Refusal
from hembesok.web.filled import page
from hembesok.web.forms_bringing import BringForm, ColumnsForm, FileForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.words import reason_text, remark_text

MOST_SHOWN: Final = 2_000
"""Remarks on one page; a list with more is mended in parts."""
MOST_NEAR: Final = 200
"""Near rows that are asked about at once: the others are asked about when it is sent again."""
FIRST_ROWS: Final = 5

KINDS: Final = {
    "csv": (template_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        template_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


@for_roles(*REGISTRARS)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: StaffRequest) -> HttpResponse:
    """Staff send a list; the next page asks about its columns and shows what becomes of it."""
    form = FileForm(request)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sent = services.send(file.read(), file.name, by=request.actor)
        except Refusal as refusal:
            form.add_error("file", reason_text(refusal.reason))
        else:
            return redirect("list-look", sent.ref)
    return page(request, "web/list_send.html", {"form": form}, form)


@for_roles(*REGISTRARS)
@require_safe
def template(request: StaffRequest, kind: str) -> HttpResponse:
    """Staff fetch an empty list to fill in."""
    if kind not in KINDS:
        raise Http404
    make, content_type = KINDS[kind]
    answer = HttpResponse(make(), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="birth-list.{kind}"'
    return answer


@for_roles(*REGISTRARS)
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: StaffRequest, waiting: str) -> HttpResponse:
    """Staff look at what becomes of a list, row by row, and bring it in."""
    sent = _sent(request, waiting)
    if sent is None:
        return _gone(request)
    sheet = sheet_of(sent)
    columns_form = _columns_form(request, sent, sheet, sent_now=False)
    if services.why_not_look(sent, sheet):
        return _page(request, sent, sheet, columns_form)
    found = services.look(sent, sheet, by=request.actor)
    form = BringForm(
        request.POST if request.method == "POST" else None,
        near=_near(found),
        nurses=services.nurses_of(request.actor.site, by=request.actor),
    )
    if form.is_valid():
        try:
            brought = _bring_in(sent, form, request)
        except Refusal as refusal:
            form.add_error(None, reason_text(refusal.reason))
        else:
            _say(brought, request)
            return redirect("to-offer")
    return _page(request, sent, sheet, columns_form, found=found, form=form)


@for_roles(*REGISTRARS)
@require_POST
def columns(request: StaffRequest, waiting: str) -> HttpResponse:
    """Staff say what the columns of a list hold."""
    sent = _sent(request, waiting)
    if sent is None:
        return _gone(request)
    sheet = sheet_of(sent)
    form = _columns_form(request, sent, sheet, sent_now=True)
    if form.is_valid():
        version = form.cleaned_data["area_version"]
        try:
            services.choose(sent, form.chosen, area_version=version, by=request.actor)
        except Refusal:
            return _gone(request)
        return redirect("list-look", sent.ref)
    return _page(request, sent, sheet, form)


@for_roles(*REGISTRARS)
@require_POST
def throw_away(request: StaffRequest, waiting: str) -> HttpResponse:
    """Staff throw a list away before it is brought in."""
    sent = _sent(request, waiting)
    if sent is None:
        return _gone(request)
    try:
        services.throw_away(sent, by=request.actor)
    except Refusal:
        return _gone(request)
    messages.success(request, _("The list is thrown away. Nothing of it was saved."))
    return redirect("list")


def _sent(request: StaffRequest, waiting: str) -> SentList | None:
    """Return the actor's own list, noted as read; None where there is none any more."""
    found = SentList.objects.sent_by(request.actor).filter(ref=waiting).first()
    if found is not None:
        note(request.actor, "list.read", found.subject)
    return found


def _gone(request: StaffRequest) -> HttpResponse:
    """The same for what is gone, what is another's and what never was."""
    messages.info(request, reason_text(Reason("list_gone")))
    return redirect("list")


def _columns_form(
    request: StaffRequest, sent: SentList, sheet: Sheet, *, sent_now: bool
) -> ColumnsForm:
    data = request.POST if sent_now else None
    return ColumnsForm(data, sheet=sheet, held=sent.fields, area_version=sent.area_version)


def _near(found: Looked) -> list[JudgedRow]:
    return found.judged.of(Verdict.NEAR)[:MOST_NEAR]


def _bring_in(sent: SentList, form: BringForm, request: StaffRequest) -> BroughtIn:
    nurse = Assignment.objects.filter(pk=form.named).first() if form.named else None
    return services.bring_in(sent, near=form.rows, nurse=nurse, by=request.actor)


def _say(brought: BroughtIn, request: StaffRequest) -> None:
    children = ngettext(
        "%(count)s child is brought in.", "%(count)s children are brought in.", brought.children
    ) % {"count": brought.children}
    messages.success(request, children)
    if brought.unnamed:
        messages.info(
            request,
            ngettext(
                "%(count)s family has no nurse yet: name one on its team page.",
                "%(count)s families have no nurse yet: name one on each team page.",
                brought.unnamed,
            )
            % {"count": brought.unnamed},
        )


@dataclass(frozen=True, slots=True)
class _NearRow:
    """A near row as it is asked about: the tick, why, and the family when it may be shown."""

    tick: object
    row: JudgedRow
    family: Family | None


def _page(
    request: StaffRequest,
    sent: SentList,
    sheet: Sheet,
    columns_form: ColumnsForm,
    *,
    found: Looked | None = None,
    form: BringForm | None = None,
) -> HttpResponse:
    context: dict[str, object] = {
        "sent": sent,
        "columns": columns_form,
        "rows": len(sheet.rows),
        "reasons": [reason_text(one) for one in services.why_not_look(sent, sheet)],
    }
    if found is not None and form is not None:
        context |= _what_becomes(request, found, form)
    return page(request, "web/list_look.html", context, columns_form, form)


def _what_becomes(request: StaffRequest, found: Looked, form: BringForm) -> dict[str, object]:
    judged, plan = found.judged, found.plan
    faults = [remark for row in judged.of(Verdict.BAD) for remark in row.faults]
    warnings = [remark for row in judged.rows for remark in row.warnings] + plan.told
    near = _near(found)
    shown = _families(request, {row.match.ref for row in near if row.match and row.match.ref})
    ticks = list(form["near"]) if near else []
    return {
        "form": form,
        "children": plan.children,
        "families": len(plan.families),
        "siblings": len(plan.siblings),
        "bad": len(judged.of(Verdict.BAD)) + len(plan.left),
        "duplicates": len(judged.of(Verdict.DUPLICATE)),
        "faults": [remark_text(one) for one in [*faults, *plan.left][:MOST_SHOWN]],
        "more_faults": max(0, len(faults) + len(plan.left) - MOST_SHOWN),
        "warnings": [remark_text(one) for one in warnings[:MOST_SHOWN]],
        "more_warnings": max(0, len(warnings) - MOST_SHOWN),
        "near": [
            _NearRow(tick, row, shown.get(row.match.ref) if row.match and row.match.ref else None)
            for tick, row in zip(ticks, near, strict=True)
        ],
        "more_near": len(judged.of(Verdict.NEAR)) - len(near),
        "first": [(one, new.protection) for new in plan.families for one in new.children][
            :FIRST_ROWS
        ],
        "protected": sum(new.protection is not Protection.NONE for new in plan.families),
    }


def _families(request: StaffRequest, refs: set[str]) -> dict[str, Family]:
    """Return those of some families that the actor may see, noted as shown in a list."""
    found = list(Family.objects.within_reach_of(request.actor).filter(ref__in=refs))
    note_all(request.actor, "family.listed", sorted(one.subject for one in found), "list")
    return {one.ref: one for one in found}
