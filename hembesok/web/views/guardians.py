"""A family's guardians: write one more, or change what is known of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hembesok.access.rules.roles import Role
from hembesok.families.models import Family, Guardian
from hembesok.families.rules.people import NewGuardian
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.families.services.guardians import write_guardian
from hembesok.families.services.registering import held_already
from hembesok.values.refusals import Refusal
from hembesok.web.forms_register import GuardianForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.people import act_page, within
from hembesok.web.words import reason_text


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_guardian(request: StaffRequest, ref: str) -> HttpResponse:
    """A nurse writes one more guardian of a family."""
    family = within(request, ref, "family.read")
    form = GuardianForm(request.POST or None, on=request.actor.on)
    return _answer(request, family, form, None, _("New guardian"))


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_http_methods(["GET", "HEAD", "POST"])
def guardian(request: StaffRequest, ref: str, number: int) -> HttpResponse:
    """A nurse changes what is known of a guardian."""
    family = within(request, ref, "guardian.read", str(number))
    found = get_object_or_404(family.guardians.all(), number=number)
    form = GuardianForm(request.POST or None, initial=_initial(found, family), on=request.actor.on)
    if found.identifiers.exists():
        del form.fields["number"]
    return _answer(request, family, form, found, _("Change the guardian"))


def _initial(found: Guardian, family: Family) -> dict[str, object]:
    fields = ("given_name", "custody", "birth_parent", "first_time_parent", "first_child_in_sweden")
    shown = {name: getattr(found, name) for name in fields}
    # As the home of a family with protected personal data: not shown only to be changed.
    return shown if _hides_phone(family) else shown | {"phone": found.phone}


def _hides_phone(family: Family) -> bool:
    return family.level is not ProtectionLevel.NONE


def _answer(
    request: StaffRequest, family: Family, form: GuardianForm, found: Guardian | None, title: str
) -> HttpResponse:
    if form.is_valid() and _written(request, family, form, found):
        messages.success(request, _("Saved."))
        return redirect("consents", family.ref)
    kept = found is not None and bool(found.phone) and _hides_phone(family)
    return act_page(
        request,
        back=(reverse("consents", args=[family.ref]), family.code),
        title=title,
        lead=[_("The telephone number is hidden. Left empty, it stays.")] if kept else [],
        form=form,
        button=_("Save"),
    )


def _written(
    request: StaffRequest, family: Family, form: GuardianForm, found: Guardian | None
) -> bool:
    """Write, and tell whether it was done; a number that is somebody's is noted as met."""
    new: NewGuardian = form.guardian_beside(found.phone if found and _hides_phone(family) else "")
    try:
        write_guardian(family, new, number=found.number if found else None, by=request.actor)
    except Refusal as refusal:
        if refusal.reason.key == "number_is_anothers":
            held_already([new.identifier], by=request.actor)
        form.add_error(None, reason_text(refusal.reason))
        return False
    return True
