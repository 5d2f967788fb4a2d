"""After the programme: whose language and vaccinations are followed, and what was found."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hembesok.access.rules.roles import Role
from hembesok.access.services.trail import note, note_all
from hembesok.enrolment.models import Following
from hembesok.enrolment.rules.following import GROUND, FollowUp
from hembesok.families.models import Child
from hembesok.visits.queries.outcomes import (
    Finding,
    findings_of,
    outcome_counts,
    outcome_list,
)
from hembesok.visits.rules.outcomes_later import DueState, OutcomeKind, days, why_not_follow
from hembesok.visits.services.outcomes import NewOutcome, form_for, record_outcome
from hembesok.web.forms_later import OutcomeDayForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.people import child_within, name_of
from hembesok.web.questionnaire import Line, Questions, lines, sent, shown
from hembesok.web.words import reason_text
from hembesok.web.words_later import FOLLOWING, HOW, KINDS, MARKS, STATES
from hembesok.web.writing import done

LISTED: Final = [state for state in DueState if state is not DueState.MISSING]
"""The states on the nurse's list: what was never recorded stands there no longer."""


@for_roles(Role.CHILD_HEALTH_NURSE, Role.COORDINATOR)
@require_safe
def outcomes(request: StaffRequest) -> HttpResponse:
    """A nurse sees whom she follows, due first; a coordinator sees how many stand how."""
    if request.actor.role is Role.COORDINATOR:
        return _counts(request)
    rows = outcome_list(request.actor)
    view = request.GET.get("view", "")
    shown_rows = [row for row in rows if row.state == view] if view in LISTED else rows
    subjects = sorted({row.subject for row in shown_rows})
    note_all(request.actor, "outcome.listed", subjects, "", GROUND)
    counts = [
        (state, STATES[state], *MARKS[state], sum(row.state is state for row in rows))
        for state in LISTED
    ]
    context = {
        "on": request.actor.on,
        "counts": counts,
        "view": view if view in LISTED else "",
        "rows": [
            (row, KINDS[row.kind], STATES[row.state], *MARKS[row.state]) for row in shown_rows
        ],
        "total": len(rows),
    }
    return render(request, "web/outcomes.html", context)


def _counts(request: StaffRequest) -> HttpResponse:
    counted = outcome_counts(request.actor)
    note(request.actor, "outcome.counted", f"site:{request.assignment.site.key}")
    table = [
        (KINDS[kind], [(STATES[state], number) for state, number in states.items()])
        for kind, states in counted.items()
    ]
    return render(request, "web/outcome_counts.html", {"table": table})


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: StaffRequest, ref: str, number: int, kind: str) -> HttpResponse:
    """A nurse reads what was found of a child, and writes or corrects it."""
    if kind not in list(OutcomeKind):
        raise Http404
    what = OutcomeKind(kind)
    child = child_within(request, ref, number, "outcome.read")
    refused = _refused(child, request)
    if refused:
        return _page(request, child, what, refused=refused)
    found = findings_of(child, what)
    corrected = _corrected(request, found)
    day = OutcomeDayForm(
        request.POST if request.method == "POST" else None,
        initial={"day": f"{corrected.day if corrected else request.actor.on}"},
    )
    block = form_for(what)[1]
    if request.method == "POST":
        filled = sent(block, "q", request.POST, whole=True)
        if day.is_valid() and not filled.faulty and _written(request, child, what, day, filled):
            messages.success(request, _("Recorded."))
            return redirect("outcomes")
    else:
        filled = shown(block, "q", corrected.answers if corrected else None)
    return _page(request, child, what, found=found, corrected=corrected, day=day, filled=filled)


def _written(
    request: StaffRequest, child: Child, kind: OutcomeKind, day: forms.Form, filled: Questions
) -> bool:
    on: date = day.cleaned_data["day"]
    corrects = _number(request.POST.get("corrects", ""))
    new = NewOutcome(kind, on, filled.answers, corrects=corrects)
    return done(day, lambda: record_outcome(child, new, by=request.actor))


def _refused(child: Child, request: StaffRequest) -> str:
    """Say why nothing of this child is read or written here; empty where it may be."""
    actor = request.actor
    following: Following | None = Following.objects.filter(enrolment__child=child).first()
    if following is not None and following.until is None:
        return str(FOLLOWING[FollowUp(following.why)])
    reason = why_not_follow(
        role=actor.role,
        own_unit=child.family.clinic_id == actor.unit,
        until=following.until if following else None,
        on=actor.on,
    )
    return reason_text(reason) if reason else ""


def _corrected(request: StaffRequest, found: list[Finding]) -> Finding | None:
    """Return the finding that is to be corrected; one that is gone is refused when written."""
    asked = request.POST if request.method == "POST" else request.GET
    key = _number(asked.get("corrects", ""))
    return next((one for one in found if one.key == key and not one.corrected), None)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


@dataclass(frozen=True, slots=True, repr=False)
class _Shown:
    """A finding in words."""

    finding: Finding
    lines: list[Line]
    how: str


def _page(
    request: StaffRequest,
    child: Child,
    kind: OutcomeKind,
    *,
    refused: str = "",
    found: list[Finding] | None = None,
    corrected: Finding | None = None,
    day: OutcomeDayForm | None = None,
    filled: Questions | None = None,
) -> HttpResponse:
    known = days(kind, child.born)
    context = {
        "on": request.actor.on,
        "code": child.family.code,
        "ref": child.family.ref,
        "name": name_of(child, request),
        "title": KINDS[kind],
        "refused": refused,
        "opens": known.opens,
        "last": known.last,
        "found": [
            _Shown(one, lines(one.block, f"f{one.key}", one.answers), str(HOW[one.how]))
            for one in found or []
        ],
        "corrected": corrected,
        "day": day,
        "filled": filled,
        "faulty": (day is not None and day.errors) or (filled is not None and filled.faulty),
    }
    status = 422 if context["faulty"] else 200
    return render(request, "web/outcome.html", context, status=status)
