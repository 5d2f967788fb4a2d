"""Documenting a visit: write it down, check it and sign."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hembesok.access.rules.roles import VISITORS
from hembesok.values.refusals import Refusal
from hembesok.visits.models import Visit
from hembesok.visits.rules.documenting import Saved
from hembesok.visits.services.documenting import Documented, Submission, document
from hembesok.visits.services.settling import FACTS
from hembesok.web import questionnaire as questions
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.templatetags.hembesok import day
from hembesok.web.views.documents import settle_page
from hembesok.web.visit_form import Filled, block_in, form_context
from hembesok.web.visit_page import (
    Writing,
    facts_lines,
    names_of,
    writing_of,
)
from hembesok.web.words import outcome_text, reason_text, said


@for_roles(*VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def doc(request: StaffRequest, ref: str, number: int, step: str) -> HttpResponse:
    """Staff document a visit: save what is written, or go on to check and sign it."""
    writing = writing_of(request, ref, number, step)
    if request.method != "POST":
        return _doc_page(request, writing, Filled(writing))
    filled = Filled(writing, request.POST)
    if not filled.valid:
        return _doc_page(request, writing, filled)
    try:
        done = document(writing.place.child, step, filled.submission, by=request.actor)
    except Refusal as refusal:
        filled.refused = reason_text(refusal.reason)
        return _doc_page(request, writing, filled)
    if beside := _beside(done):
        return settle_page(request, writing_of(request, ref, number, step), beside, status=409)
    return _onwards(request, writing, done)


def _onwards(request: StaffRequest, writing: Writing, done: Documented) -> HttpResponse:
    ref, number, step = _at(writing)
    outcome = done.visit.outcome if done.visit else ""
    if "check" in request.POST and outcome == "held":
        return redirect("doc-check", ref, number, step)
    if done.visit is not None and outcome in ("not_held", "declined"):
        messages.success(request, _receipt(writing, done.visit))
        return redirect("family", ref)
    messages.success(request, _("Saved. It is not signed yet."))
    return redirect("doc", ref, number, step)


def _receipt(writing: Writing, visit: Visit) -> str:
    """Say back what was saved: which visit, on which day, what became of it."""
    on = writing.place.by.on
    return _("Saved. %(visit)s, %(day)s: %(outcome)s.") % {
        "visit": said(writing.place.step.title),
        "day": day(visit.outcome_on or on, on),
        "outcome": outcome_text(visit.not_held_reason or visit.outcome),
    }


def _beside(done: Documented) -> str:
    """Return the place where a second version was kept, if there is one."""
    places = [key for key, how, _number in done.blocks if how is Saved.COMPETING]
    if done.facts is Saved.COMPETING:
        places.append(FACTS)
    return places[0] if places else ""


@for_roles(*VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def doc_check(request: StaffRequest, ref: str, number: int, step: str) -> HttpResponse:
    """Staff read what they have written, with what is not answered, and press "Sign"."""
    writing = writing_of(request, ref, number, step)
    if writing.visit is None or writing.visit.outcome != "held":
        return redirect("doc", ref, number, step)
    refused = ""
    if request.method == "POST":
        try:
            document(writing.place.child, step, _signing(writing, request), by=request.actor)
        except Refusal as refusal:
            refused = reason_text(refusal.reason)
        else:
            messages.success(request, _("Signed."))
            return redirect("doc-read", ref, number, step)
    return _check_page(request, writing, refused)


def _signing(writing: Writing, request: StaffRequest) -> Submission:
    """Return the signing of exactly the texts that were shown."""
    seen = dict(one.partition(":")[::2] for one in request.POST.getlist("seen"))
    blocks = tuple(
        block_in(key, writing.slots[key], None, int(base) if base.isdecimal() else 0)
        for key, base in seen.items()
        if key in writing.open
    )
    return Submission(facts_base=writing.base, blocks=blocks, sign=True)


def _doc_page(request: StaffRequest, writing: Writing, filled: Filled) -> HttpResponse:
    if not writing.open and writing.slots and request.method != "POST":
        # All of it is signed: there is nothing to write, only to read and add to.
        return redirect("doc-read", *_at(writing))
    context = form_context(writing, filled)
    return render(request, "web/doc.html", context, status=422 if filled.wrong else 200)


def _check_page(request: StaffRequest, writing: Writing, refused: str) -> HttpResponse:
    me = request.actor.staff
    blocks = []
    for key, slot in writing.open.items():
        row = writing.rows.get(key)
        answers = row.text.answers if row and row.text else {}
        lines = questions.lines(slot.block, key, answers, all_=True)
        other = row.owner_name if row and key == "joint" and row.owner != me else ""
        blocks.append((slot, row, lines, sum(line.unasked for line in lines), other))
    context = {
        **_head(request, writing),
        "facts": facts_lines(writing.facts, names_of(writing.people)),
        "blocks": blocks,
        "refused": refused,
    }
    return render(request, "web/doc_check.html", context, status=422 if refused else 200)


def _head(request: StaffRequest, writing: Writing) -> dict[str, object]:
    return {
        "on": request.actor.on,
        "family": writing.family,
        "child": writing.place.child,
        "step": writing.place.step,
        "writing": writing,
        "me": request.actor.staff,
    }


def _at(writing: Writing) -> tuple[str, int, str]:
    return writing.family.ref, writing.place.child.number, writing.place.step.key
