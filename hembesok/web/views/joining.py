"""From birth to enrolment: a new family, who is to be offered, the offer, the consents."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hembesok.access.models import Site
from hembesok.access.rules.roles import FAMILY_ROLES, TEAM, Role
from hembesok.access.services.trail import note_all
from hembesok.enrolment.models import Enrolment
from hembesok.enrolment.queries import WAITING, candidates
from hembesok.enrolment.rules.eligibility import Criteria, Verdict, judge
from hembesok.enrolment.rules.offering import AnswerKind
from hembesok.enrolment.services.joining import NewJoining, offer_and_enrol, unanswered
from hembesok.enrolment.services.offering import facts_of, judge_child, rule_of
from hembesok.families.models import Child, Family
from hembesok.families.services.registering import held_already, register
from hembesok.programme.models import ProgrammeVersion
from hembesok.secrecy.consents import ConsentRow, guardians_of
from hembesok.secrecy.models import Consent
from hembesok.secrecy.rules import Purpose
from hembesok.secrecy.services.consents import give_consents
from hembesok.secrecy.services.grounds import withdraw_consent
from hembesok.values.refusals import Refusal
from hembesok.web.forms_joining import ConsentForm, OfferForm
from hembesok.web.forms_register import Registration
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.people import act_page, child_within, first_birth, within
from hembesok.web.templatetags.hembesok import short_day
from hembesok.web.words import reason_text
from hembesok.web.words_people import STAGES
from hembesok.web.writing import done


@for_roles(Role.CHILD_HEALTH_NURSE, Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_family(request: StaffRequest) -> HttpResponse:
    """Staff register a family: its children, guardians and home."""
    new = Registration(request.POST or None, by=request.actor)
    if request.method == "POST" and new.is_valid():
        found = _registered(new, request)
        if found is not None:
            messages.success(request, _("Family %(code)s is registered.") % {"code": found.code})
            return redirect("family", found.ref)
    status = 422 if new.errors else 200
    return render(request, "web/new_family.html", {"new": new}, status=status)


def _registered(new: Registration, request: StaffRequest) -> Family | None:
    try:
        return register(new.family, by=request.actor)
    except Refusal as refusal:
        if refusal.reason.key == "number_is_anothers":
            new.say_known(held_already((number for _f, number in new.numbers), by=request.actor))
            note_all(request.actor, "family.listed", [one.subject for one in new.known])
        if not new.errors:
            new.home.add_error(None, reason_text(refusal.reason))
        return None


@for_roles(*FAMILY_ROLES)
@require_safe
def to_offer(request: StaffRequest) -> HttpResponse:
    """Staff see who is not enrolled yet and how far each has come, longest waiting first."""
    actor = request.actor
    found = candidates(actor, first=first_birth(actor.on))
    note_all(actor, "family.listed", sorted({one.subject for one in found}), "to-offer")
    waiting = [one for one in found if one.stage in WAITING]
    return render(
        request,
        "web/to_offer.html",
        {
            "on": actor.on,
            "waiting": waiting,
            "rest": [one for one in found if one.stage not in WAITING],
            "may_offer": actor.role in TEAM,
            "may_register": actor.role in (Role.CHILD_HEALTH_NURSE, Role.COORDINATOR),
            "receives": actor.role is Role.CHILD_HEALTH_NURSE,
        },
    )


def _versions(site: Site) -> list[ProgrammeVersion]:
    """Return the programmes a child can join, the site's own or most used first, newest first."""
    versions = ProgrammeVersion.objects.filter(base__isnull=False)
    used = dict(
        Enrolment.objects.filter(child__family__site=site)
        .values_list("version__key")
        .annotate(count=Count("pk"))
    )
    # One sort for each wish, the weakest first.
    found = sorted(versions, key=lambda one: (one.published, one.pk), reverse=True)
    found.sort(key=lambda one: used.get(one.key, 0), reverse=True)
    return sorted(found, key=lambda one: one.key != site.key)


def _verdict(child: Child, request: StaffRequest) -> Verdict:
    """Return what the site's rule says today; nothing is written."""
    rule = rule_of(request.actor.site, on=request.actor.on)
    return judge(rule.criteria if rule else Criteria(), facts_of(child), request.actor.on)


@for_roles(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: StaffRequest, ref: str, number: int) -> HttpResponse:
    """Staff take a child from registered to enrolled, or write down another answer."""
    child = child_within(request, ref, number, "offer.read")
    verdict = _verdict(child, request)
    enrolled = getattr(child, "enrolment", None)
    pending = unanswered(child)
    form = OfferForm(
        request.POST if verdict.eligible and request.POST else None,
        family=child.family,
        guardians=guardians_of(child.family, on=request.actor.on),
        versions=_versions(request.assignment.site),
        pending=pending is not None,
        on=request.actor.on,
    )
    if request.method == "POST" and enrolled is None:
        if not verdict.eligible:
            judge_child(child, by=request.actor)
            messages.success(request, _("Saved. The verdict and its reasons are kept."))
            return redirect("to-offer")
        if form.is_valid() and done(form, lambda: _join(child, form, request)):
            return _joined(child, form, request)
    return render(
        request,
        "web/offer.html",
        {
            "on": request.actor.on,
            "child": child,
            "verdict": verdict,
            "pending": pending,
            "enrolled": enrolled,
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _join(child: Child, form: OfferForm, request: StaffRequest) -> object:
    new = NewJoining(
        day=form.cleaned_data["day"],
        how=form.how,
        answer=form.answer,
        reason=form.reason,
        consents=form.consents(child.family.guardians.all()),
        version=form.version,
    )
    return offer_and_enrol(child, new, by=request.actor)


def _joined(child: Child, form: OfferForm, request: StaffRequest) -> HttpResponse:
    """Say back what was written, and go where the next thing is."""
    if form.answer is AnswerKind.YES:
        day = short_day(form.cleaned_data["day"], request.actor.on)
        messages.success(request, _("Enrolled from %(day)s.") % {"day": day})
        return redirect("family", child.family.ref)
    stage = STAGES[form.answer.value if form.answer else "offered"]
    words = {"code": child.family.code, "stage": str(stage).lower()}
    messages.success(request, _("Saved. %(code)s: %(stage)s.") % words)
    return redirect("to-offer")


@for_roles(*TEAM)
@require_safe
def consents(request: StaffRequest, ref: str) -> HttpResponse:
    """Staff see what each guardian has said yes to, and what was withdrawn."""
    family = within(request, ref, "consents.read")
    guardians = guardians_of(family, on=request.actor.on)
    lacking = any(row.custody and not row.takes_part for row in guardians)
    running = Enrolment.objects.filter(child__family=family, ended__isnull=True)
    context = {
        "on": request.actor.on,
        "family": family,
        "guardians": guardians,
        "may_write": request.actor.role is Role.CHILD_HEALTH_NURSE,
        # Without every guardian's yes the programme has nothing to rest on.
        "ending": list(running.values_list("child__number", flat=True)) if lacking else [],
    }
    return render(request, "web/consents.html", context)


@for_roles(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: StaffRequest, ref: str) -> HttpResponse:
    """Staff write down a guardian's yes."""
    family = within(request, ref, "consents.read")
    rows = guardians_of(family, on=request.actor.on)
    form = ConsentForm(request.POST or None, family=family, guardians=rows, on=request.actor.on)
    if form.is_valid() and done(form, lambda: _give(family, form, request)):
        messages.success(request, _("The consent is written down."))
        return redirect("consents", ref)
    return act_page(
        request,
        back=(reverse("consents", args=[ref]), _("Consents, %(code)s") % {"code": family.code}),
        title=_("New consent"),
        form=form if rows else None,
        button=_("Save"),
        refused="" if rows else _("The family has no guardian written down."),
    )


def _give(family: Family, form: ConsentForm, request: StaffRequest) -> None:
    guardian = family.guardians.get(number=form.number)
    give_consents([(guardian, one) for one in form.consents], by=request.actor)


@for_roles(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: StaffRequest, ref: str, number: int) -> HttpResponse:
    """Staff write down that a guardian takes a consent back; first they read what closes."""
    family = within(request, ref, "consents.read")
    rows = [one for row in guardians_of(family, on=request.actor.on) for one in row.consents]
    found = next((one for one in rows if one.number == number), None)
    if found is None:
        raise Http404
    refused = _nothing_left(found)
    if request.method == "POST":
        try:
            withdraw_consent(Consent.objects.get(pk=found.key), by=request.actor)
        except Refusal as refusal:
            refused = reason_text(refusal.reason)
        else:
            _say_withdrawn(found, request)
            return redirect("consents", ref)
    return act_page(
        request,
        back=(reverse("consents", args=[ref]), _("Consents, %(code)s") % {"code": family.code}),
        title=_("Withdraw the consent"),
        lead=() if refused else _what_closes(found),
        button=_("Withdraw"),
        refused=refused,
    )


def _nothing_left(row: ConsentRow) -> str:
    """Say why there is nothing to withdraw, or nothing."""
    return _("That has been withdrawn already.") if row.withdrawn else ""


def _what_closes(row: ConsentRow) -> list[str]:
    if row.purpose is Purpose.TAKE_PART:
        return [
            _("%(name)s no longer says yes to take part.") % {"name": row.guardian},
            _("The family keeps its visits until you end the enrolment. The next page asks."),
        ]
    units = {"recipient": row.recipient, "source": row.source}
    return [
        _("From this moment %(recipient)s reads nothing of what %(source)s keeps on it.") % units,
        _("What has been read is in the log. Both units keep what they have written themselves."),
    ]


def _say_withdrawn(row: ConsentRow, request: StaffRequest) -> None:
    messages.success(request, _("The consent is withdrawn."))
    if row.purpose is Purpose.TAKE_PART:
        words = _("Ask the family whether it wants to leave the programme. If so, end it below.")
        messages.info(request, words)
