"""Recording what became of it, and taking back what was a mistake."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hembesok.access.rules.roles import VISITORS, Role
from hembesok.access.services.trail import note
from hembesok.families.models import Child, Family
from hembesok.families.queries import let_in
from hembesok.visits.models import Visit
from hembesok.visits.queries.pages import children_of
from hembesok.visits.rows import ChildPage, StepRow
from hembesok.visits.rules.acting import NotHeldReason, Outcome
from hembesok.visits.services import booking as services
from hembesok.web.forms import OutcomeForm, WithdrawForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.templatetags.hembesok import day
from hembesok.web.words import outcome_text, said
from hembesok.web.writing import done


@for_roles(*VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: StaffRequest, ref: str, number: int, step: str) -> HttpResponse:
    """Staff press "Record": held, not held or declined, and on which day."""
    child, page, row = step_of(request, ref, number, step)
    booked = row.booked_for.date() if row.booked_for else request.actor.on
    initial = {"day": f"{min(booked, request.actor.on):%Y-%m-%d}"}
    form = OutcomeForm(request.POST or None, initial=initial, actions=row.actions)
    if form.is_valid() and done(form, lambda: _record(child, step, form, request)):
        messages.success(request, _receipt(row, form, request.actor.on))
        return redirect("family", ref)
    return _form_page(request, "web/record.html", page, row, form)


@for_roles(*VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: StaffRequest, ref: str, number: int, step: str) -> HttpResponse:
    """Staff press "Correct": take back an outcome written by mistake, and say why."""
    child, page, row = step_of(request, ref, number, step)
    form = WithdrawForm(request.POST or None)
    if form.is_valid() and done(
        form,
        lambda: services.withdraw(
            child, step, reason=form.cleaned_data["reason"], by=request.actor
        ),
    ):
        messages.success(request, _("Taken back. What was written is kept in the history."))
        return redirect("family", ref)
    return _form_page(request, "web/withdraw.html", page, row, form)


def _record(child: Child, step: str, form: OutcomeForm, request: StaffRequest) -> Visit:
    day, outcome = form.cleaned_data["day"], form.cleaned_data["outcome"]
    by = request.actor
    if outcome == Outcome.HELD:
        return services.record_held(child, step, held=day, by=by)
    if outcome == Outcome.DECLINED:
        return services.record_declined(child, step, day=day, by=by)
    reason = NotHeldReason(outcome)
    return services.record_not_held(child, step, day=day, reason=reason, by=by)


def _receipt(row: StepRow, form: OutcomeForm, on: date) -> str:
    """Say back what was saved: which visit, on which day, what became of it."""
    return _("Saved. %(visit)s, %(day)s: %(outcome)s.") % {
        "visit": said(row.step.title),
        "day": day(form.cleaned_data["day"], on),
        "outcome": outcome_text(form.cleaned_data["outcome"]),
    }


def step_of(
    request: StaffRequest, ref: str, number: int, step: str
) -> tuple[Child, ChildPage, StepRow]:
    """Return the child, its page and the step, within reach; raises Http404."""
    found = get_object_or_404(Family.objects.within_reach_of(request.actor), ref=ref)
    pages = children_of(Family.objects.filter(pk=found.pk), by=request.actor)
    for page in pages:
        for row in page.rows:
            # The base programme is the child health service's alone.
            mine = row.own or request.actor.role is Role.CHILD_HEALTH_NURSE
            if page.child.number == number and row.key == step and mine:
                note(
                    request.actor,
                    "visit.read",
                    found.subject,
                    f"{number} {step}",
                    let_in(request.actor, found),
                )
                return found.children.get(number=number), page, row
    raise Http404


def _form_page(
    request: StaffRequest, template: str, page: ChildPage, row: StepRow, form: forms.Form
) -> HttpResponse:
    context = {"on": request.actor.on, "page": page, "row": row, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)
