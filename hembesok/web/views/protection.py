"""Protected personal data, the home, and the extract of the log that a family is handed."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hembesok.access.rules.roles import VISITORS, Actor, Role
from hembesok.access.services.trail import note
from hembesok.families.models import Family
from hembesok.families.queries import let_in
from hembesok.families.rules.protection import HOME_NOT_STORED, PROTECTORS, ProtectionLevel
from hembesok.families.services.homes import change_home, protect
from hembesok.web.extract import Line, lines_of
from hembesok.web.filled import done, page
from hembesok.web.forms_secrecy import CodeForm, ExtractForm, HomeForm, ProtectionForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.views.naming import NO_SUCH_CODE
from hembesok.web.words import ROLES
from hembesok.web.words_secrecy import LEVELS


@for_roles(*PROTECTORS)
@require_http_methods(["GET", "HEAD", "POST"])
def protection(request: StaffRequest, ref: str) -> HttpResponse:
    """Nurse or manager learns what each level of protection means, and sets it."""
    family = get_object_or_404(Family.objects.handled_by(request.actor), ref=ref)
    initial = {"level": family.protection, "apart": family.parents_apart}
    form = ProtectionForm(request.POST or None, initial=initial)
    if form.is_valid():
        apart = form.cleaned_data["apart"]
        if done(form, lambda: protect(family, form.chosen, parents_apart=apart, by=request.actor)):
            messages.success(request, _("The protection is saved and holds from now on."))
            return redirect("team" if request.actor.role is Role.MANAGER else "family", ref)
    note(request.actor, "protection.read", family.subject)
    levels = [(radio, LEVELS[level]) for radio, level in zip(form["level"], LEVELS, strict=True)]
    context = {"family": family, "form": form, "levels": levels}
    return page(request, "web/protection.html", context, form)


@for_roles(*VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: StaffRequest, ref: str) -> HttpResponse:
    """Those who visit write where a family is visited."""
    family = get_object_or_404(Family.objects.within_reach_of(request.actor), ref=ref)
    hidden = family.level is ProtectionLevel.CONFIDENTIALITY_FLAG and bool(family.address)
    initial = {"meeting_place": family.meeting_place}
    if not hidden:
        initial |= {"address": family.address, "door_note": family.door_note}
    form = HomeForm(request.POST or None, initial=initial)
    if form.is_valid() and done(form, lambda: _change(request.actor, family, form, hidden)):
        messages.success(request, _("Saved."))
        return redirect("family", ref)
    if not hidden:
        note(request.actor, "home.shown", family.subject)
    context = {
        "family": family,
        "form": form,
        "hidden": hidden,
        "not_stored": family.level in HOME_NOT_STORED,
    }
    return page(request, "web/home_of_family.html", context, form)


def _change(actor: Actor, family: Family, form: HomeForm, hidden: bool) -> None:
    data = form.cleaned_data
    # A home that is hidden is not shown in the form: what is left empty there stays.
    keep = hidden and not data["remove"]
    change_home(
        family,
        address=data["address"] or (family.address if keep else ""),
        door_note=data["door_note"] or (family.door_note if keep else ""),
        meeting_place=data["meeting_place"],
        by=actor,
    )


@for_roles(Role.LOG_REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
def extracts(request: StaffRequest) -> HttpResponse:
    """The log reviewer finds a family by its code, to make its extract."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"].strip()
        found = Family.objects.logged_for(request.actor).filter(code__iexact=code).first()
        if found is not None:
            note(request.actor, "family.found", found.subject)
            return redirect("extract", found.ref)
        note(request.actor, "family.not_found")
        form.add_error("code", NO_SUCH_CODE)
    return page(request, "web/extracts.html", {"form": form}, form)


@for_roles(*VISITORS, Role.LOG_REVIEWER)
@require_safe
def extract(request: StaffRequest, ref: str) -> HttpResponse:
    """What a family may have on paper: who read and wrote about it, by unit and role."""
    family = get_object_or_404(Family.objects.logged_for(request.actor), ref=ref)
    form = _asked(request, family)
    lines = _lines(request.actor, family, form) if form.is_bound and form.is_valid() else None
    context = {"on": request.actor.on, "family": family, "form": form, "lines": lines}
    if lines is None and request.actor.role in VISITORS:
        # The form names the guardians to choose between.
        note(request.actor, "family.read", family.subject, why=let_in(request.actor, family))
    if lines is not None:
        context |= {
            "query": request.GET.urlencode(),
            "first": form.cleaned_data["first"],
            "last": form.cleaned_data["last"],
            "own_only": request.actor.role is Role.LOG_REVIEWER,
        }
    return page(request, "web/extract.html", context, form)


@for_roles(*VISITORS, Role.LOG_REVIEWER)
@require_safe
def extract_csv(request: StaffRequest, ref: str) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    family = get_object_or_404(Family.objects.logged_for(request.actor), ref=ref)
    form = _asked(request, family)
    if not form.is_bound or not form.is_valid():
        return redirect("extract", ref)
    out = io.StringIO()
    table = csv.writer(out, delimiter=";")
    table.writerow([_("Day"), _("Unit"), _("Role"), _("What"), _("Times")])
    for line in _lines(request.actor, family, form):
        role = str(ROLES[line.role]) if line.role else ""
        table.writerow(
            map(_as_text, (line.day.isoformat(), line.unit, role, line.what, line.times))
        )
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="log-extract.csv"'
    return answer


def _as_text(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _asked(request: StaffRequest, family: Family) -> ExtractForm:
    on = request.actor.on
    given = request.GET.copy()
    days = {"first": f"{_year_before(on):%Y-%m-%d}", "last": f"{on:%Y-%m-%d}"}
    for name, day in days.items():
        given.setdefault(name, day)
    choices = _guardians(family, request.actor)
    return ExtractForm(
        given if "guardian" in request.GET else None,
        initial={**days, "guardian": choices[0][0] if choices else ""},
        guardians=choices,
        auto_id="id_%s",
    )


def _year_before(on: date) -> date:
    return on - timedelta(365)


def _guardians(family: Family, actor: Actor) -> Sequence[tuple[str, str]]:
    """Return the guardians to choose from; whoever reads of no family sees numbers, not names."""
    named = actor.role in VISITORS
    return [
        (str(one.number), (named and one.given_name) or _("Parent %(n)s") % {"n": one.number})
        for one in family.guardians.order_by("number")
    ]


def _lines(actor: Actor, family: Family, form: ExtractForm) -> list[Line]:
    data = form.cleaned_data
    number = int(data["guardian"])
    lines = lines_of(family, guardian=number, first=data["first"], last=data["last"], by=actor)
    note(actor, "extract.made", family.subject, f"guardian-{number}")
    return lines
