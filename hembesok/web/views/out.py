"""Going in to a family, coming out, and being missed."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hembesok.access.models import Staff
from hembesok.access.rules.roles import VISITORS, Actor, Role
from hembesok.access.services.trail import note
from hembesok.families.models import Child, Family
from hembesok.families.queries import let_in
from hembesok.values.refusals import Refusal
from hembesok.visits.models import CheckIn
from hembesok.visits.services import checking_in as services
from hembesok.web import clock
from hembesok.web.forms_out import GoInForm, OwnEmailForm
from hembesok.web.gate import StaffRequest, for_roles, signed_in, unnoticed
from hembesok.web.inside import inside
from hembesok.web.people import act_page
from hembesok.web.words import reason_text, said
from hembesok.web.writing import done

WATCHERS = (*VISITORS, Role.COORDINATOR)
"""Those who go in, and those who miss them."""


@for_roles(*VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def go_in(request: StaffRequest, ref: str, number: int, step: str) -> HttpResponse:
    """Staff press "I go in": when to be back, and who misses them else."""
    actor, at = request.actor, clock.now()
    child = _child(actor, ref, number)
    plan = child.enrolment.version.plan
    wanted = next((one for one in plan.own if one.key == step), None)
    if wanted is None:
        raise Http404
    note(actor, "visit.read", child.family.subject, f"{number} {step}", let_in(actor, child.family))
    visit = services.visit_to_go_in_to(child, step)
    usual = services.usual_colleague(actor)
    form = GoInForm(
        request.POST or None,
        initial={"back": f"{localtime(services.back_at(visit, at=at)):%H.%M}", "colleague": usual},
        colleagues=services.colleagues_of(actor),
        day=localtime(at).date(),
    )
    if form.is_valid() and done(
        form,
        lambda: services.check_in(
            child, step, back=form.back_at, colleague=form.colleague, by=actor, at=at
        ),
    ):
        messages.success(request, _("You are in. Press “I am out” when you come out."))
        return redirect("today")
    return act_page(
        request,
        back=(reverse("family", args=[ref]), child.family.code),
        title=_("I go in"),
        lead=[
            said(wanted.title),
            _("If you have not said to be out by then, your colleague and the coordinator see it."),
        ],
        form=form,
        button=_("I go in"),
    )


def _child(actor: Actor, ref: str, number: int) -> Child:
    reach = Family.objects.within_reach_of(actor)
    children = Child.objects.filter(
        family__in=reach, family__ref=ref, merged_into=None, enrolment__isnull=False
    )
    related = children.select_related("family", "enrolment__version__base")
    return get_object_or_404(related, number=number)


@for_roles(*WATCHERS)
@require_safe
def out(request: StaffRequest) -> HttpResponse:
    """Staff see who is in with a family now: all whom they answer for."""
    rows = inside(request.actor, at=clock.now(), everybody=True)
    own = Staff.objects.get(pk=request.actor.staff)
    context = {"on": request.actor.on, "rows": rows, "email": own.email}
    return render(request, "web/out.html", context)


@for_roles(*WATCHERS)
@unnoticed
@require_safe
def inside_now(request: StaffRequest) -> HttpResponse:
    """The page asks each minute whether somebody is missed; asking is no sign of being there."""
    return render(request, "web/_inside.html")


@for_roles(*WATCHERS)
@require_POST
def come_out(request: StaffRequest, number: int) -> HttpResponse:
    """Staff press "I am out", or "I have reached …"."""
    return _press(
        request,
        number,
        lambda one: services.come_out(one, by=request.actor, at=clock.now()),
        _("Written that the visit is over and everybody is out."),
    )


@for_roles(*WATCHERS)
@require_POST
def see_alarm(request: StaffRequest, number: int) -> HttpResponse:
    """Staff press "I take this on": the others see who looks for the person."""
    return _press(
        request,
        number,
        lambda one: services.see_alarm(one, by=request.actor, at=clock.now()),
        _("The others see that you have taken it on."),
    )


def _press(
    request: StaffRequest, number: int, write: Callable[[CheckIn], object], receipt: str
) -> HttpResponse:
    one = get_object_or_404(CheckIn, pk=number)
    try:
        write(one)
    except Refusal as refusal:
        if refusal.reason.key == "not_within_reach":
            raise Http404 from None
        messages.warning(request, reason_text(refusal.reason))
    else:
        messages.success(request, receipt)
    return redirect("out")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def own_email(request: StaffRequest) -> HttpResponse:
    """Staff write where they are told that a colleague is missed."""
    staff = Staff.objects.get(pk=request.user.pk)
    form = OwnEmailForm(request.POST or None, initial={"email": staff.email})
    if form.is_valid():
        staff.email = form.cleaned_data["email"]
        staff.save(update_fields=["email"])
        messages.success(request, _("Your e-mail address is saved."))
        return redirect("start")
    status = 422 if form.errors else 200
    return render(request, "web/own_email.html", {"form": form}, status=status)
