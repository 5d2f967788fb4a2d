"""Pausing, going on again, ending, and handing a family over to another site."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hembesok.access.models import Site
from hembesok.enrolment.models import Enrolment
from hembesok.enrolment.rules.membership import EndReason, PauseReason
from hembesok.enrolment.services import membership
from hembesok.families.models import Child, Family
from hembesok.families.services.homes import hand_over
from hembesok.values.refusals import Reason
from hembesok.web.forms_leaving import EndForm, HandOverForm, PauseForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.people import MOVERS, act_page, child_within, name_of, within
from hembesok.web.templatetags.hembesok import short_day
from hembesok.web.words import reason_text
from hembesok.web.writing import done


@for_roles(*MOVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: StaffRequest, ref: str, number: int) -> HttpResponse:
    """Staff pause a family's visits."""
    child, member = _member(request, ref, number)
    form = PauseForm(request.POST or None, initial={"day": f"{request.actor.on}"})
    if form.is_valid() and done(form, lambda: _pause(member, form, request)):
        day = _said(form.cleaned_data["day"], request)
        messages.success(request, _("On a pause from %(day)s.") % {"day": day})
        return redirect("family", ref)
    refused = _over(member) or (Reason("paused_already") if _is_paused(member) else None)
    lead = [_("Nobody is asked to visit the family until you end the pause. Windows stay.")]
    return _page(request, child, _("Pause"), form, refused, lead=lead, button=_("Pause"))


def _pause(member: Enrolment, form: forms.Form, request: StaffRequest) -> object:
    reason = PauseReason(form.cleaned_data["reason"])
    starts: date = form.cleaned_data["day"]
    return membership.pause(member, starts=starts, reason=reason, by=request.actor)


@for_roles(*MOVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: StaffRequest, ref: str, number: int) -> HttpResponse:
    """Staff end a pause today."""
    child, member = _member(request, ref, number)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, lambda: membership.resume(member, by=request.actor)):
        messages.success(request, _("The pause is over. The visits go on."))
        return redirect("family", ref)
    refused = None if _is_paused(member) else Reason("not_paused")
    lead = [_("The pause ends today, and the visits go on.")]
    return _page(request, child, _("End the pause"), form, refused, lead=lead, button=_("Go on"))


@for_roles(*MOVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: StaffRequest, ref: str, number: int) -> HttpResponse:
    """Staff end a child's enrolment, with a reason."""
    child, member = _member(request, ref, number)
    form = EndForm(request.POST or None, initial={"day": f"{request.actor.on}"})
    if form.is_valid() and done(form, lambda: _end(member, form, request)):
        day = _said(form.cleaned_data["day"], request)
        messages.success(request, _("Ended %(day)s.") % {"day": day})
        return redirect("family", ref)
    lead = [
        _("Nothing is booked after the last day. What has been written is kept."),
        _("The child cannot be enrolled again afterwards."),
        _(
            "When no child of the family is in the programme, the adviser reaches the family to"
            " the end of today. After a whole programme the nurse follows language and"
            " vaccinations until the child is three and a half."
        ),
    ]
    title, button = _("End the programme"), _("End")
    return _page(request, child, title, form, _over(member), lead=lead, button=button)


def _end(member: Enrolment, form: forms.Form, request: StaffRequest) -> object:
    reason = EndReason(form.cleaned_data["reason"])
    ended: date = form.cleaned_data["day"]
    return membership.end(member, ended=ended, reason=reason, by=request.actor)


@for_roles(*MOVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: StaffRequest, ref: str) -> HttpResponse:
    """Staff hand a family over to another site; first they read what follows and what does not."""
    family = within(request, ref, "handover.read")
    sites = Site.objects.exclude(pk=family.site_id).order_by("name")
    form = HandOverForm(request.POST or None, sites=sites)
    if form.is_valid() and done(form, lambda: _hand_over(family, form, request)):
        words = {"code": family.code, "site": form.to.name}
        messages.success(request, _("%(code)s is handed over to %(site)s.") % words)
        return redirect("families")
    return act_page(
        request,
        back=(reverse("family", args=[ref]), family.code),
        title=_("Hand over to another site"),
        lead=[
            _("The child, the guardians, the home and the visits made go with the family."),
            _("Notes do not: each unit keeps what it has written. The new unit asks for it."),
            _("The team here ends today, and the family is no longer in your lists."),
        ],
        form=form,
        button=_("Hand over"),
    )


def _hand_over(family: Family, form: HandOverForm, request: StaffRequest) -> object:
    return hand_over(family, form.to, reason=form.why, by=request.actor)


def _member(request: StaffRequest, ref: str, number: int) -> tuple[Child, Enrolment]:
    """Return a child within reach and its enrolment; raises Http404 where there is none."""
    child = child_within(request, ref, number, "enrolment.read")
    member: Enrolment | None = getattr(child, "enrolment", None)
    if member is None:
        raise Http404
    return child, member


def _is_paused(member: Enrolment) -> bool:
    return member.ended is None and member.pauses.filter(ends__isnull=True).exists()


def _over(member: Enrolment) -> Reason | None:
    return Reason("enrolment_ended") if member.ended else None


def _said(day: date, request: StaffRequest) -> str:
    return short_day(day, request.actor.on)


def _page(
    request: StaffRequest,
    child: Child,
    title: str,
    form: forms.Form,
    refused: Reason | None,
    **more: object,
) -> HttpResponse:
    """Show one thing to do with a child; where it cannot be done, why not."""
    words = reason_text(refused) if refused and not form.errors else ""
    return act_page(
        request,
        back=(reverse("family", args=[child.family.ref]), _whose(child, request)),
        title=title,
        form=form,
        refused=words,
        **more,
    )


def _whose(child: Child, request: StaffRequest) -> str:
    name = name_of(child, request)
    return f"{name}, {child.family.code}" if name else child.family.code
