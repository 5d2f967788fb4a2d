"""Whose a number is: a child gets a new one, or turns out to have been written twice."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hembesok.access.rules.roles import Role
from hembesok.enrolment.models import Enrolment
from hembesok.families.models import Child, Family
from hembesok.families.rules.people import REGISTRARS
from hembesok.families.services.merging import merge_children
from hembesok.families.services.registering import held_already, replace_number
from hembesok.values.refusals import Reason, Refusal
from hembesok.web.forms_register import MergeForm, NewNumberForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.people import act_page, child_within
from hembesok.web.words import reason_text
from hembesok.web.writing import done


@for_roles(*REGISTRARS)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: StaffRequest, ref: str, number: int) -> HttpResponse:
    """Staff say that a child was written twice; this one stays."""
    keep = child_within(request, ref, number, "child.read")
    form = MergeForm(request.POST or None)
    if form.is_valid() and done(form, lambda: _merge(keep, form, request)):
        words = {"code": keep.family.code}
        messages.success(request, _("The two are merged. %(code)s stays.") % words)
        return redirect("family", ref)
    return act_page(
        request,
        back=(reverse("family", args=[ref]), keep.family.code),
        title=_("Merge two children"),
        lead=[
            _(
                "One child was written twice. The numbers go to the child that stays; the other's"
                " row is kept and no longer shown."
            )
        ],
        form=form,
        button=_("Merge"),
    )


def _merge(keep: Child, form: MergeForm, request: StaffRequest) -> None:
    found = form.cleaned_data
    families = Family.objects.within_reach_of(request.actor).filter(code__iexact=found["code"])
    drop = Child.objects.filter(family__in=families, number=found["number"]).first()
    if drop is None:
        raise Refusal(Reason("no_such_code", {"code": found["code"]}))
    in_use = Enrolment.objects.filter(child=drop).exists()
    merge_children(keep, drop, reason=found["reason"], in_use=in_use, by=request.actor)


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_number(request: StaffRequest, ref: str, number: int) -> HttpResponse:
    """A nurse writes a child's new number; the one before is kept."""
    child = child_within(request, ref, number, "child.read")
    form = NewNumberForm(request.POST or None, on=request.actor.on)
    if form.is_valid():
        written = form.cleaned_data["number"]
        try:
            replace_number(child, written, by=request.actor)
        except Refusal as refusal:
            if refusal.reason.key == "number_is_anothers":
                held_already([written], by=request.actor)
            form.add_error("number", reason_text(refusal.reason))
        else:
            messages.success(request, _("The number is replaced. The old one is kept."))
            return redirect("family", ref)
    return act_page(
        request,
        back=(reverse("family", args=[ref]), child.family.code),
        title=_("New identity number"),
        lead=[_("As when a reserve number becomes a personal one. The old number is kept.")],
        form=form,
        button=_("Replace the number"),
    )
