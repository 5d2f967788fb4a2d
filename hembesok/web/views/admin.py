"""Accounts, assignments, units and sites; nothing here knows of any family."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hembesok.access.models import Assignment, Site, Staff, Unit
from hembesok.access.rules.roles import Role, in_force
from hembesok.access.services import administration
from hembesok.values.names import swedish_order
from hembesok.values.refusals import Refusal
from hembesok.web.filled import done, page
from hembesok.web.forms_admin import AccountForm, AssignmentForm, SiteForm, UnitForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.words import reason_text


@for_roles(Role.TECHNICAL_ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: StaffRequest) -> HttpResponse:
    """The administrator sees all accounts and makes one; its first password is shown once."""
    form = AccountForm(request.POST or None)
    made: list[tuple[Staff, str]] = []
    if form.is_valid():
        login, name = form.cleaned_data["login"], form.cleaned_data["name"]
        if done(
            form,
            lambda: made.append(administration.add_account(login, name, by=request.actor)),
        ):
            # Shown on this very answer and nowhere else: a redirect would have to keep it.
            return render(request, "web/admin_password.html", {"made": made[0]})
    on = request.actor.on
    rows = []
    for one in Staff.objects.prefetch_related("assignments__site"):
        now = [a for a in one.assignments.all() if in_force(a.starts, a.ends, on)]
        rows.append((one, now))
    rows.sort(key=lambda row: (not row[0].is_active, swedish_order(row[0].name)))
    return page(request, "web/admin_staff.html", {"form": form, "rows": rows}, form)


@for_roles(Role.TECHNICAL_ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: StaffRequest, number: int) -> HttpResponse:
    """The administrator opens or closes an account, and gives or ends its assignments."""
    one = get_object_or_404(Staff, pk=number)
    if "act" in request.POST:
        return _act(request, one)
    on = request.actor.on
    form = AssignmentForm(request.POST or None, initial={"starts": f"{on:%Y-%m-%d}"})
    if form.is_valid():
        data = form.cleaned_data
        role = Role(data["role"])
        if done(
            form,
            lambda: administration.assign(
                one,
                role,
                unit=data["unit"],
                site=data["site"],
                starts=data["starts"],
                ends=data["ends"],
                by=request.actor,
            ),
        ):
            messages.success(request, _("The assignment is given."))
            return redirect("admin-account", number)
    assignments = one.assignments.select_related("unit", "site").order_by("-starts", "-pk")
    context = {
        "on": on,
        "one": one,
        "form": form,
        "assignments": [(a, a.ends is None or a.ends >= on) for a in assignments],
    }
    return page(request, "web/admin_account.html", context, form)


def _act(request: StaffRequest, one: Staff) -> HttpResponse:
    act, wanted = request.POST["act"], request.POST.get("assignment", "")
    try:
        if act == "close":
            administration.close_account(one, by=request.actor)
            messages.success(request, _("The account is closed."))
        elif act == "open":
            administration.open_account(one, by=request.actor)
            messages.success(request, _("The account is open."))
        else:
            assignment = get_object_or_404(
                Assignment, staff=one, pk=int(wanted) if wanted.isdecimal() else 0
            )
            administration.end_assignment(assignment, by=request.actor)
            messages.success(request, _("The assignment is ended."))
    except Refusal as refusal:
        messages.warning(request, reason_text(refusal.reason))
    return redirect("admin-account", one.pk)


@for_roles(Role.TECHNICAL_ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def units(request: StaffRequest) -> HttpResponse:
    """The administrator sees organisations and their units, and makes one."""
    form = UnitForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        if done(
            form,
            lambda: administration.add_unit(data["organisation"], data["name"], by=request.actor),
        ):
            messages.success(request, _("The unit is there."))
            return redirect("admin-units")
    found = Unit.objects.select_related("organisation").order_by("organisation__name", "name")
    return page(request, "web/admin_units.html", {"form": form, "units": found}, form)


@for_roles(Role.TECHNICAL_ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def sites(request: StaffRequest) -> HttpResponse:
    """The administrator sees the sites and makes one."""
    return _site(request, None)


@for_roles(Role.TECHNICAL_ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: StaffRequest, number: int) -> HttpResponse:
    """The administrator changes a site's name and units; its families keep theirs."""
    return _site(request, get_object_or_404(Site, pk=number))


def _site(request: StaffRequest, one: Site | None) -> HttpResponse:
    initial = {"name": one.name, "clinic": one.clinic_id, "advice": one.advice_id} if one else None
    form = SiteForm(request.POST or None, initial=initial, site=one)
    if form.is_valid():
        data = form.cleaned_data
        if done(
            form,
            lambda: administration.save_site(
                one.key if one else data["key"],
                data["name"],
                clinic=data["clinic"],
                advice=data["advice"],
                new=one is None,
                by=request.actor,
            ),
        ):
            messages.success(request, _("The site is saved."))
            return redirect("admin-sites")
    found = Site.objects.select_related("clinic", "advice").order_by("name")
    return page(request, "web/admin_sites.html", {"form": form, "sites": found, "site": one}, form)
