"""The log reviewer's pages: what was read, what is unusual, what was found."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hembesok.access.models import TrailEntry
from hembesok.access.queries import Period, reviewed, staff_of
from hembesok.access.rules.review import Sign, Unusual, Verdict
from hembesok.access.rules.roles import Role
from hembesok.access.services.review import conclude, organisation_of
from hembesok.access.services.trail import note
from hembesok.values.refusals import Refusal
from hembesok.web.audit import (
    GROUPS,
    AuditForm,
    Line,
    Log,
    ReviewForm,
    chosen_log,
    group_of,
    lines,
)
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.templatetags.hembesok import action_word, role_word, why_word
from hembesok.web.words import reason_text
from hembesok.web.words_trail import SIGNS

PAGE: Final = 100
AUDIT: Final = "audit"
"""Where the session keeps what was chosen: no code and no person stand in an address."""


@for_roles(Role.LOG_REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
def audit(request: StaffRequest) -> HttpResponse:
    """A log reviewer sees what is unusual first, then a sample, then all of it."""
    if request.method == "POST":
        fields = ("first", "last", "staff", "code", "size")
        request.session[AUDIT] = {name: request.POST.get(name, "")[:20] for name in fields}
        return redirect(f"{request.path}?found=1")
    form, log = _chosen(request)
    if log is None:
        return render(request, "web/audit.html", {"form": form}, status=422)
    groups, units = log.groups()
    drawn = log.sample(form.cleaned_data["size"], on=request.actor.on)
    to_review = {number for group in groups for number in group.numbers} | set(drawn)
    entries = log.entries.order_by("-number").select_related("staff", "unit")
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    listed = lines([*page.object_list, *_entries(drawn)])
    _noted(request, "log.read", log)
    return render(
        request,
        "web/audit.html",
        {
            "on": request.actor.on,
            "form": form,
            "log": log,
            "groups": log.shown(groups[:GROUPS], units),
            "more": max(len(groups) - GROUPS, 0),
            "sample": listed[len(page.object_list) :],
            "lines": listed[: len(page.object_list)],
            "page": page,
            "reviewed": len(reviewed(to_review)),
            "to_review": len(to_review),
        },
    )


def _chosen(request: StaffRequest) -> tuple[AuditForm, Log | None]:
    organisation = organisation_of(request.actor)
    staff = staff_of(organisation)
    chosen = request.session.get(AUDIT) if "found" in request.GET else None
    form = AuditForm(chosen, on=request.actor.on, staff=staff)
    return form, chosen_log(form, organisation, staff) if form.is_valid() else None


def _noted(request: StaffRequest, action: str, log: Log) -> None:
    """Note that the log was read; when one family was asked for, whose."""
    asked = log.only_subjects or ()
    subject = asked[0] if len(asked) == 1 else ""
    note(request.actor, action, subject, f"{log.period.first} {log.period.last}")


def _entries(numbers: list[int]) -> list[TrailEntry]:
    found = TrailEntry.objects.filter(number__in=numbers).select_related("staff", "unit")
    return list(found.order_by("-number"))


@for_roles(Role.LOG_REVIEWER)
@require_safe
def download(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """A log reviewer takes the chosen part of the log along, as CSV."""
    form, log = _chosen(request)
    if log is None:
        return render(request, "web/audit.html", {"form": form}, status=422)
    _noted(request, "log.exported", log)
    answer = StreamingHttpResponse(_csv(log), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="log.csv"'
    return answer


class _Echo:
    """Hands back what a csv.writer writes."""

    def write(self, text: str) -> str:
        return text


def _csv(log: Log) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    # The mark lets spreadsheets read å, ä and ö.
    yield "\ufeff"
    yield writer.writerow(
        [
            _("Number"), _("Time"), _("Who"), _("Role"), _("Unit"), _("What"), _("Family"),
            _("Detail"), _("Why"),
        ]
    )  # fmt: skip
    last = 0
    entries = log.entries.order_by("number").select_related("staff", "unit")
    while page := lines(entries.filter(number__gt=last)[:2000]):
        for line in page:
            yield writer.writerow([_harmless(cell) for cell in _cells(line)])
        last = page[-1].entry.number


def _cells(line: Line) -> list[str]:
    entry = line.entry
    return [
        str(entry.number),
        f"{localtime(entry.at):%Y-%m-%d %H:%M:%S}",
        entry.staff.name if entry.staff else "",
        role_word(entry.role) if entry.role else "",
        entry.unit.name if entry.unit else "",
        action_word(entry.action),
        line.code,
        entry.detail,
        why_word(entry.why),
    ]


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


@for_roles(Role.LOG_REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: StaffRequest) -> HttpResponse:
    """A log reviewer presses "Review" at an entry or an unusual group and says what it was."""
    entries, period, group = _asked(request)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            conclude(
                [entry.number for entry in entries],
                period,
                verdict=Verdict(form.cleaned_data["verdict"]),
                comment=form.cleaned_data["comment"],
                by=request.actor,
            )
        except Refusal as refusal:
            form.add_error("comment", reason_text(refusal.reason))
        else:
            messages.success(request, _("Saved. %(count)s reviewed.") % {"count": len(entries)})
            return redirect("/audit?found=1")
    if request.method != "POST":
        note(request.actor, "log.read", f"trail:{entries[0].number}", str(len(entries)))
    return render(
        request,
        "web/audit_review.html",
        {
            "on": request.actor.on,
            "form": form,
            "group": group,
            "lines": lines(entries[:PAGE]),
            "more": max(len(entries) - PAGE, 0),
            "title": SIGNS[group.sign] if group else action_word(entries[0].action),
        },
        status=422 if form.errors else 200,
    )


def _asked(request: StaffRequest) -> tuple[list[TrailEntry], Period, Unusual | None]:
    """Return the entries to review, within the reviewer's organisation; raises Http404."""
    number, sign = request.GET.get("entry", ""), request.GET.get("sign", "")
    organisation = organisation_of(request.actor)
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    everything = Log(organisation, Period(date(1900, 1, 1), date(9000, 1, 1)), {})
    entry = everything.entries.filter(number=int(number)).select_related("staff", "unit").first()
    if entry is None:
        raise Http404
    day = localdate(entry.at)
    if not sign:
        return [entry], Period(day, day), None
    # Sign-ins that were refused in a row may reach over midnight.
    period = Period(day - timedelta(1), day + timedelta(1))
    staff = staff_of(organisation)
    log = Log(organisation, period, staff, entry.staff_id)
    group = group_of(log, Sign(sign), entry.number) if sign in set(Sign) else None
    if group is None:
        raise Http404
    return list(reversed(_entries(list(group.numbers)))), period, group
