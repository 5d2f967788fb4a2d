"""Who is named for a family: its team, cover, and opening it in an emergency."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hembesok.access.models import Assignment, Unit
from hembesok.access.rules.roles import FAMILY_ROLES, TEAM, VISITORS, Actor, Role
from hembesok.access.services.trail import note
from hembesok.families.models import EmergencyAccess, Family, Notice
from hembesok.families.rules.naming import NAMERS
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.families.services import naming as services
from hembesok.values.refusals import Refusal, refuse
from hembesok.web.filled import done, page
from hembesok.web.forms_secrecy import CodeForm, CoverForm, EmergencyForm, StaffForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.standing import why_not_from
from hembesok.web.words import reason_text

NO_SUCH_CODE = gettext_lazy("No family with that code can be opened. Check the code.")


@for_roles(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def naming(request: StaffRequest) -> HttpResponse:
    """The manager finds a family by its code, and is shown no name and no person of it."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"].strip()
        found = Family.objects.handled_by(request.actor).filter(code__iexact=code).first()
        if found is not None:
            note(request.actor, "family.found", found.subject)
            return redirect("team", found.ref)
        note(request.actor, "family.not_found")
        form.add_error("code", NO_SUCH_CODE)
    return page(request, "web/naming.html", {"form": form}, form)


@for_roles(*FAMILY_ROLES, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: StaffRequest, ref: str) -> HttpResponse:
    """Staff see who visits a family, and has; coordinator and manager change it."""
    family = get_object_or_404(Family.objects.handled_by(request.actor), ref=ref)
    actor = request.actor
    protected = family.level is not ProtectionLevel.NONE
    may_name = actor.role is Role.MANAGER or (actor.role in NAMERS and not protected)
    form = StaffForm(request.POST or None, staff=_staff(actor)) if actor.role in NAMERS else None
    if form is not None and form.is_valid():
        chosen = form.chosen
        role = Role(chosen.role)
        if done(form, lambda: _change(family, chosen, role, actor)):
            messages.success(request, _("The team is changed from today."))
            return redirect("team", ref)
    note(actor, "team.read", family.subject)
    members = list(family.team.select_related("staff").order_by("role", "starts", "pk"))
    covers = family.covers.select_related("staff", "granted_by").order_by("-starts", "-pk")
    return page(
        request,
        "web/team.html",
        {
            "on": actor.on,
            "family": family,
            "protected": protected,
            "now": [one for one in members if one.ends is None or one.ends >= actor.on],
            "before": [one for one in members if one.ends is not None and one.ends < actor.on],
            "changes": sum(n - 1 for n in Counter(one.role for one in members).values()),
            "covers": [one for one in covers if one.ends >= actor.on],
            "covered": [one for one in covers if one.ends < actor.on],
            "form": form if may_name else None,
            "names_nobody": actor.role in NAMERS and not may_name,
            "refused": form.non_field_errors() if form is not None and not may_name else (),
        },
        form,
    )


def _change(family: Family, chosen: Assignment, role: Role, actor: Actor) -> None:
    """Name somebody, unless the agreement that the unit works by is over. Raises Refusal."""
    refuse(why_not_from(chosen.unit_id, actor))
    services.change_team(family, chosen.staff, role, by=actor)


def _staff(actor: Actor) -> Sequence[Assignment]:
    """Return the assignments in force at the site that can be named for a family."""
    return list(
        Assignment.objects.filter(
            Q(ends__isnull=True) | Q(ends__gte=actor.on),
            site=actor.site,
            role__in=TEAM,
            starts__lte=actor.on,
            staff__is_active=True,
        )
        .select_related("staff")
        .order_by("role", "staff__name", "pk")
    )


@for_roles(*NAMERS)
@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: StaffRequest) -> HttpResponse:
    """Coordinator or manager lets somebody stand in for families, by their codes, on named days."""
    actor = request.actor
    asked = Family.objects.handled_by(actor).filter(ref=request.GET.get("family", "")).first()
    form = CoverForm(
        request.POST or None,
        initial={
            "codes": asked.code if asked else "",
            "starts": f"{actor.on:%Y-%m-%d}",
            "ends": f"{actor.on + timedelta(6):%Y-%m-%d}",
        },
        staff=_staff(actor),
    )
    if form.is_valid():
        chosen, data = form.chosen, form.cleaned_data
        role = Role(chosen.role)
        if done(
            form,
            lambda: services.cover_all(
                data["codes"],
                chosen.staff,
                role,
                starts=data["starts"],
                ends=data["ends"],
                by=actor,
            ),
        ):
            messages.success(request, _("The cover is written, and the families' teams are told."))
            return redirect("cover")
    return page(request, "web/cover.html", {"on": actor.on, "form": form}, form)


@for_roles(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: StaffRequest) -> HttpResponse:
    """Staff who are not named for a family read it all the same, for an hour, and say why."""
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        opened: list[EmergencyAccess] = []
        if done(form, lambda: opened.extend(_open(form, request.actor))):
            if opened:
                messages.success(request, _("The family is open to you for an hour."))
                return redirect("family", opened[0].family.ref)
            form.add_error("code", NO_SUCH_CODE)
    return page(request, "web/emergency.html", {"form": form}, form)


def _open(form: EmergencyForm, actor: Actor) -> list[EmergencyAccess]:
    data = form.cleaned_data
    opened = services.open_in_emergency(data["code"], reason=data["reason"], by=actor)
    return [opened] if opened else []


def opened_by(actor: Actor, family: Family) -> EmergencyAccess | None:
    """Return the opening by which an actor sees a family now, if it is by one."""
    return EmergencyAccess.objects.open_for(actor).filter(family=family).order_by("until").last()


@for_roles(Role.LOG_REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
def emergencies(request: StaffRequest) -> HttpResponse:
    """The log reviewer judges what staff of the own organisation opened in an emergency."""
    own = Unit.objects.get(pk=request.actor.unit).organisation_id
    found = (
        EmergencyAccess.objects.filter(unit__organisation=own)
        .select_related("family", "staff", "unit", "reviewed_by")
        .order_by(F("reviewed").desc(nulls_first=True), "-opened")
    )
    if request.method == "POST":
        wanted, verdict = request.POST.get("opening", ""), request.POST.get("verdict")
        one = get_object_or_404(found, pk=int(wanted) if wanted.isdecimal() else 0)
        _review(request, one, verdict)
        return redirect("emergencies")
    rows = list(found[:200])
    for subject in sorted({one.family.subject for one in rows}):
        note(request.actor, "emergency.read", subject)
    return render(request, "web/emergencies.html", {"on": request.actor.on, "rows": rows})


def _review(request: StaffRequest, one: EmergencyAccess, verdict: str | None) -> None:
    if verdict not in ("yes", "no"):
        messages.warning(request, _("Choose whether it was justified. Nothing was saved."))
        return
    try:
        services.review_emergency(one, justified=verdict == "yes", by=request.actor)
    except Refusal as refusal:
        messages.warning(request, reason_text(refusal.reason))
    else:
        messages.success(request, _("Your review is saved."))


def unseen(actor: Actor) -> list[Notice]:
    """Return what the actor's families' teams are told and this person has not seen."""
    families = Family.objects.within_reach_of(actor)
    return list(
        Notice.objects.filter(family__in=families)
        .exclude(seen_by=actor.staff)
        .exclude(by=actor.staff)
        .select_related("family", "by")
        .order_by("-at", "-pk")
    )


@for_roles(*VISITORS)
@require_POST
def see(request: StaffRequest, number: int) -> HttpResponse:
    """Staff press "Seen" beside a notice."""
    found = Notice.objects.filter(family__in=Family.objects.within_reach_of(request.actor))
    one = get_object_or_404(found, pk=number)
    services.see(one, by=request.actor)
    note(request.actor, "notice.seen", one.family.subject, one.about)
    return redirect("today")
