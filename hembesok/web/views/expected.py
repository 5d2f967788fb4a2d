"""Births that maternity care hands over: sent, taken back, received when the child is born."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hembesok.access.rules.roles import Role
from hembesok.access.services.trail import note, note_all
from hembesok.families.models import ExpectedBirth
from hembesok.families.services import expected as services
from hembesok.families.services.registering import held_already
from hembesok.values.refusals import Refusal
from hembesok.web.forms_site import BornForm, ExpectedForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.people import act_page
from hembesok.web.words import reason_text
from hembesok.web.writing import done


def _listed(request: StaffRequest, found: list[ExpectedBirth]) -> None:
    note_all(request.actor, "expected.listed", [f"expected:{one.ref}" for one in found])


@for_roles(Role.MATERNITY_PROFESSIONAL)
@require_safe
def sent(request: StaffRequest) -> HttpResponse:
    """Maternity care sees what its unit has handed over: days and states, no names."""
    found = list(
        ExpectedBirth.objects.filter(site=request.actor.site, unit=request.actor.unit)
        .defer("parent_name", "phone")
        .order_by("-sent", "-pk")
    )
    _listed(request, found)
    return render(request, "web/expected_sent.html", {"on": request.actor.on, "sent": found})


@for_roles(Role.MATERNITY_PROFESSIONAL)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: StaffRequest) -> HttpResponse:
    """Maternity care hands an expected birth over, with the parent's consent."""
    form = ExpectedForm(request.POST or None)
    if form.is_valid() and done(form, lambda: services.expect(form.expected, by=request.actor)):
        messages.success(request, _("The expected birth is handed over."))
        return redirect("expected")
    return act_page(
        request,
        back=(reverse("expected"), _("Expected births")),
        title=_("Hand over an expected birth"),
        lead=[_("Only after the parent's consent. The child health services see what you write.")],
        form=form,
        button=_("Hand over"),
    )


@for_roles(Role.MATERNITY_PROFESSIONAL)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: StaffRequest, waiting: str) -> HttpResponse:
    """Maternity care takes back what it handed over."""
    own = ExpectedBirth.objects.filter(site=request.actor.site, unit=request.actor.unit)
    found = get_object_or_404(own, ref=waiting)
    note(request.actor, "expected.read", f"expected:{found.ref}")
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, lambda: services.take_back(found, by=request.actor)):
        messages.success(request, _("Taken back. The name and the telephone are removed."))
        return redirect("expected")
    gone = found.family_id is not None or found.withdrawn is not None
    return act_page(
        request,
        back=(reverse("expected"), _("Expected births")),
        title=_("Take back"),
        lead=[_("The child health services no longer see it. The name and telephone go.")],
        form=form,
        refused=_("It is received or taken back already.") if gone and not form.errors else "",
        button=_("Take back"),
    )


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_safe
def received(request: StaffRequest) -> HttpResponse:
    """Nurses of the site see who is expected, soonest first."""
    found = list(_waiting(request).select_related("unit").order_by("due", "pk"))
    _listed(request, found)
    return render(request, "web/expected_received.html", {"on": request.actor.on, "found": found})


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_http_methods(["GET", "HEAD", "POST"])
def born(request: StaffRequest, waiting: str) -> HttpResponse:
    """A nurse writes that the child is born: a family is made, and its offer page opens."""
    found = get_object_or_404(_waiting(request), ref=waiting)
    note(request.actor, "expected.read", f"expected:{found.ref}")
    form = BornForm(request.POST or None, on=request.actor.on)
    if form.is_valid():
        try:
            family = services.receive(
                found, form.child, site_home=form.cleaned_data["address"], by=request.actor
            )
        except Refusal as refusal:
            _refuse(form, refusal, request)
        else:
            words = {"code": family.code}
            messages.success(request, _("Family %(code)s is registered.") % words)
            return redirect("offer", family.ref, 1)
    return act_page(
        request,
        back=(reverse("expected-received"), _("Expected births")),
        title=_("The child is born"),
        lead=[_("Parent: %(name)s") % {"name": found.parent_name}],
        form=form,
        button=_("Register the family"),
    )


def _refuse(form: BornForm, refusal: Refusal, request: StaffRequest) -> None:
    taken = refusal.reason.key == "number_is_anothers"
    if taken:
        held_already([form.cleaned_data["number"]], by=request.actor)
    form.add_error("number" if taken else None, reason_text(refusal.reason))


def _waiting(request: StaffRequest) -> QuerySet[ExpectedBirth]:
    return ExpectedBirth.objects.filter(
        site=request.actor.site, family__isnull=True, withdrawn__isnull=True
    )
