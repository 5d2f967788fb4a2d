"""Booking a visit, who comes to it, and the interpreters of all visits."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hembesok.access.models import Staff
from hembesok.access.rules.roles import VISITORS, Actor, Role
from hembesok.access.services.trail import note_all
from hembesok.families.models import Child, Family
from hembesok.values.refusals import Refusal
from hembesok.visits.queries.parts import (
    Candidate,
    InterpreterVisit,
    VisitPage,
    candidates,
    interpreters_booked,
    visit_page,
)
from hembesok.visits.queries.times import suggest
from hembesok.visits.rows import ChildPage, StepRow
from hembesok.visits.rules.parts import ROLE_OF, USUAL_MINUTES, PartKind, usual_place
from hembesok.visits.rules.times import Suggestion
from hembesok.visits.services import booking as services
from hembesok.visits.services import parts as part_services
from hembesok.web.filled import done
from hembesok.web.forms_booking import (
    NO_INTERPRETER,
    ActForm,
    AloneForm,
    AnswerForm,
    BookVisitForm,
    GuestForm,
    InterpreterForm,
    PutForm,
    SuggestedForm,
    booking_initial,
    interpreter_initial,
)
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.templatetags.hembesok import moment
from hembesok.web.views.visits import step_of
from hembesok.web.words import reason_text, said


@for_roles(*VISITORS, Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: StaffRequest, ref: str, number: int, step: str) -> HttpResponse:
    """Staff press "Book": a suggested time at once, or a day, a time and a place of their own."""
    child, page, row = step_of(request, ref, number, step)
    booked = visit_page(child, step, by=request.actor) if row.booked_for else None
    suggested = SuggestedForm(request.POST if "suggested" in request.POST else None)
    own = _own_form(request, child, page, row, booked)
    if suggested.is_valid():
        at = suggested.cleaned_data["suggested"]
        if done(suggested, lambda: services.book(child, step, at=at, by=request.actor)):
            return _is_booked(request, ref, row, moment(at, request.actor.on))
    if own.is_valid() and done(own, lambda: _book(child, step, own, request.actor)):
        return _is_booked(request, ref, row, moment(own.at, request.actor.on))
    form = suggested if suggested.is_bound else own
    context = {
        "on": request.actor.on,
        "page": page,
        "row": row,
        "form": form,
        "own": own,
        "booked": booked,
        "suggestions": _suggestions(child, row, booked, request.actor),
    }
    return render(request, "web/book.html", context, status=422 if form.errors else 200)


def _own_form(
    request: StaffRequest,
    child: Child,
    page: ChildPage,
    row: StepRow,
    booked: VisitPage | None,
) -> BookVisitForm:
    usual = {
        "minutes": USUAL_MINUTES,
        "place": usual_place(row.step.kind, page.family.protection).value,
        "interpreter": "on_site" if page.family.interpreter_needed else NO_INTERPRETER,
        "language": page.family.language,
    }
    return BookVisitForm(
        request.POST if request.method == "POST" and "suggested" not in request.POST else None,
        initial=booking_initial(booked) if booked is not None else usual,
        language=page.family.language,
        shows_interpreter=bool(page.family.language),
    )


def _book(child: Child, step: str, form: BookVisitForm, by: Actor) -> object:
    return services.book(
        child,
        step,
        at=form.at,
        by=by,
        minutes=form.cleaned_data["minutes"],
        place=form.where,
        interpreter=form.with_whom,
    )


def _is_booked(request: StaffRequest, ref: str, row: StepRow, at: str) -> HttpResponse:
    words = {"visit": said(row.step.title), "moment": at}
    messages.success(request, _("%(visit)s is booked: %(moment)s.") % words)
    return redirect("family", ref)


def _suggestions(
    child: Child, row: StepRow, booked: VisitPage | None, by: Actor
) -> list[tuple[Suggestion, str]]:
    """Return up to three times, each with the names of those who then come."""
    if not row.may_book:
        return []
    minutes = booked.minutes if booked is not None else USUAL_MINUTES
    try:
        found = suggest(child, row.key, by=by, minutes=minutes, most=3)
    except Refusal:
        return []
    who = Staff.objects.in_bulk({one for times in found for one in times.staff})
    names = {key: staff.name for key, staff in who.items()}
    return [(times, ", ".join(names[one] for one in times.staff)) for times in found]


Deed = tuple[ActForm, Callable[[], object]]


@for_roles(*VISITORS, Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def parts(request: StaffRequest, ref: str, number: int, step: str) -> HttpResponse:
    """Staff see to who comes: yes or no, another person, alone, and the interpreter."""
    child, page, row = step_of(request, ref, number, step)
    found = visit_page(child, step, by=request.actor)
    look = _Look(request, child, step, page, found)
    form: forms.Form | None = None
    if request.method == "POST":
        deed = DEEDS.get(request.POST.get("do", ""), _unknown)
        form, write = deed(look)
        if form.is_valid() and done(form, write):
            messages.success(request, _("Saved."))
            return redirect("parts", ref, number, step)
    put = look.asked_for()
    context = {
        "on": request.actor.on,
        "page": page,
        "row": row,
        "found": found,
        "form": form,
        "put": form if isinstance(form, PutForm) else look.put_form(put, None) if put else None,
        "put_kind": put,
        "interpreter": form if isinstance(form, InterpreterForm) else look.interpreter_form(None),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "web/parts.html", context, status=status)


@dataclass(frozen=True, repr=False)
class _Look:
    """What is looked at on the page of a visit's parts."""

    request: StaffRequest
    child: Child
    step: str
    page: ChildPage
    found: VisitPage | None

    @property
    def by(self) -> Actor:
        """Who looks."""
        return self.request.actor

    @property
    def sent(self) -> Mapping[str, str]:
        """What was sent."""
        return self.request.POST

    def asked_for(self) -> PartKind | None:
        """The part for which another person is looked for."""
        wanted = self.request.POST.get("part") or self.request.GET.get("part")
        kind = next((kind for kind in ROLE_OF if kind == wanted), None)
        held = self.found is None or not self.found.open
        return None if held else kind

    def candidates(self, kind: PartKind | None) -> Sequence[Candidate]:
        """Who can be asked instead of who is asked now."""
        if kind is None or self.found is None:
            return ()
        now = {row.part.staff for row in self.found.parts if row.part.kind is kind}
        day = self.found.at.date()
        return [
            one
            for one in candidates(self.child.family, kind, day, by=self.by)
            if one.staff not in now
        ]

    def put_form(self, kind: PartKind | None, sent: Mapping[str, str] | None) -> PutForm:
        """The form for another person."""
        return PutForm(sent, candidates=self.candidates(kind))

    def interpreter_form(self, sent: Mapping[str, str] | None) -> InterpreterForm | None:
        """The form about the interpreter, for whoever may know the language."""
        if self.found is None or not self.found.shows_language:
            return None
        return InterpreterForm(
            sent,
            initial=interpreter_initial(self.found.interpreter)
            or {"language": self.page.family.language, "interpreter": "on_site"},
            language=self.page.family.language,
            begun=self.found.begun,
        )


def _unknown(look: _Look) -> Deed:
    """Ask to look again, where nothing that the page offers was pressed."""
    form = AnswerForm({})
    return form, lambda: None


def _answer(look: _Look) -> Deed:
    form = AnswerForm(look.sent)
    return form, lambda: part_services.answer(
        look.child,
        look.step,
        form.kind,
        yes=form.yes,
        by=look.by,
        booking=form.cleaned_data["booking"],
    )


def _put(look: _Look) -> Deed:
    form = look.put_form(look.asked_for(), look.sent)
    return form, lambda: part_services.put(
        look.child,
        look.step,
        form.kind,
        Staff.objects.get(pk=form.cleaned_data["who"]),
        by=look.by,
        booking=form.cleaned_data["booking"],
    )


def _guest(look: _Look) -> Deed:
    form = GuestForm(look.sent)
    return form, lambda: part_services.name_guest(
        look.child,
        look.step,
        form.kind,
        form.cleaned_data["name"],
        by=look.by,
        booking=form.cleaned_data["booking"],
    )


def _alone(look: _Look) -> Deed:
    form = AloneForm(look.sent)
    return form, lambda: part_services.go_alone(
        look.child, look.step, form.role, by=look.by, booking=form.cleaned_data["booking"]
    )


def _interpreter(look: _Look) -> Deed:
    form = look.interpreter_form(look.sent)
    if form is None:
        return _unknown(look)
    return form, lambda: part_services.set_interpreter(
        look.child, look.step, form.facts, by=look.by, booking=form.cleaned_data["booking"]
    )


def _confirm(look: _Look) -> Deed:
    if look.found is None or not look.found.shows_language:
        return _unknown(look)
    form = ActForm(look.sent)
    return form, lambda: part_services.confirm_interpreter(
        look.child, look.step, by=look.by, booking=form.cleaned_data["booking"]
    )


DEEDS: Final[Mapping[str, Callable[[_Look], Deed]]] = {
    "answer": _answer,
    "put": _put,
    "guest": _guest,
    "alone": _alone,
    "interpreter": _interpreter,
    "confirm": _confirm,
}
"""What can be done on the page, by the name that the button sends."""


@for_roles(*VISITORS, Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def interpreters(request: StaffRequest) -> HttpResponse:
    """Staff see which interpreters are not confirmed yet, and confirm them one by one."""
    rows = interpreters_booked(by=request.actor)
    languages = sorted(Counter(row.language for row in rows).items())
    language = request.GET.get("language", "")
    if request.method == "POST":
        _confirm_one(request, rows)
        chosen = f"?language={language}" if language in dict(languages) else ""
        return redirect(f"{request.path}{chosen}")
    shown = [row for row in rows if language not in dict(languages) or row.language == language]
    note_all(request.actor, "family.listed", sorted({row.subject for row in shown}), "interpreters")
    context = {
        "on": request.actor.on,
        "languages": languages,
        "language": language,
        "total": len(rows),
        "unconfirmed": [row for row in shown if not row.confirmed],
        "confirmed": [row for row in shown if row.confirmed],
    }
    return render(request, "web/interpreters.html", context)


def _confirm_one(request: StaffRequest, rows: Sequence[InterpreterVisit]) -> None:
    wanted = request.POST.get("booking", "")
    row = next((row for row in rows if str(row.key) == wanted), None)
    if row is None:
        messages.warning(request, _("The visit has been changed. Look again before you confirm."))
        return
    reach = Family.objects.within_reach_of(request.actor)
    child = get_object_or_404(Child, family__in=reach.filter(ref=row.ref), number=row.number)
    try:
        part_services.confirm_interpreter(child, row.step, by=request.actor, booking=row.key)
    except Refusal as refusal:
        messages.warning(request, reason_text(refusal.reason))
    else:
        messages.success(
            request,
            _("The interpreter is confirmed: %(moment)s.")
            % {"moment": moment(row.at, request.actor.on)},
        )
