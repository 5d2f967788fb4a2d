"""What a site decides, and how far the children born in a period have come."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hembesok.access.models import Site, Unit
from hembesok.access.rules.roles import Role
from hembesok.access.services.trail import note
from hembesok.enrolment.models import EligibilityRule, SitePeriod
from hembesok.enrolment.queries import Ending, ending, funnel
from hembesok.enrolment.rules.periods import PeriodKind, Then, why_not_end_project
from hembesok.enrolment.services import periods
from hembesok.secrecy.models import SiteDocumentation
from hembesok.secrecy.queries import mode_of
from hembesok.secrecy.rules import DocumentationMode
from hembesok.secrecy.services.grounds import decide_documentation
from hembesok.web import funnel as shown
from hembesok.web.forms_site import BirthsForm, DocumentationForm, PeriodForm, RuleForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.people import act_page
from hembesok.web.standing import standing_words
from hembesok.web.words import reason_text
from hembesok.web.writing import done

READERS = (Role.MANAGER, Role.COORDINATOR)


@for_roles(*READERS)
@require_safe
def site(request: StaffRequest) -> HttpResponse:
    """Manager and coordinator read what the site has decided, with the decisions."""
    key, on = request.actor.site, request.actor.on
    rules = list(EligibilityRule.objects.filter(site=key).order_by("-starts"))
    units = {unit for rule in rules for unit in rule.criteria.clinics}
    names = dict(Unit.objects.filter(pk__in=units).values_list("pk", "name"))
    context = {
        "on": on,
        "periods": SitePeriod.objects.filter(site=key).order_by("kind", "-starts"),
        "rules": [(rule, [names[one] for one in sorted(rule.criteria.clinics)]) for rule in rules],
        "mode": mode_of(key, on=on),
        "modes": SiteDocumentation.objects.filter(site=key).order_by("-starts"),
        "may_decide": request.actor.role is Role.MANAGER,
        "standing": standing_words(request.actor),
    }
    return render(request, "web/site.html", context)


@for_roles(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def decide_period(request: StaffRequest) -> HttpResponse:
    """The manager decides a period."""
    form = PeriodForm(request.POST or None, initial={"then": Then.FINISH.value})
    return _decide(request, form, lambda: _write_period(form, request), title=_("New period"))


def _write_period(form: PeriodForm, request: StaffRequest) -> object:
    found = form.cleaned_data
    return periods.decide_period(
        request.assignment.site,
        PeriodKind(found["kind"]),
        starts=found["starts"],
        ends=found["ends"],
        decision=found["decision"],
        then=form.after,
        by=request.actor,
    )


@for_roles(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def decide_rule(request: StaffRequest) -> HttpResponse:
    """The manager decides whom the programme is offered; the form begins with today's rule."""
    rule = _rule(request)
    own = request.assignment.site.clinic
    clinics = Unit.objects.filter(pk__in=Site.objects.values("clinic")).order_by("name")
    if own is not None:
        clinics = clinics.filter(organisation=own.organisation_id)
    form = RuleForm(request.POST or None, clinics=clinics, initial=_initial(rule, request))
    return _decide(
        request,
        form,
        lambda: periods.decide_rule(
            request.assignment.site,
            form.criteria,
            starts=form.cleaned_data["starts"],
            decision=form.cleaned_data["decision"],
            by=request.actor,
        ),
        title=_("New rule"),
        lead=[_("The rule counts from its first day. Verdicts already given stay.")],
    )


def _rule(request: StaffRequest) -> EligibilityRule | None:
    """Return the rule of the site that is in force today."""
    rules = EligibilityRule.objects.filter(site=request.actor.site, starts__lte=request.actor.on)
    return rules.order_by("starts").last()


def _initial(rule: EligibilityRule | None, request: StaffRequest) -> dict[str, object]:
    starts = {"starts": f"{request.actor.on}"}
    if rule is None:
        return {**starts}
    criteria = rule.criteria
    return {
        **starts,
        "parents": [kind.value for kind in criteria.parents],
        "areas": " ".join(sorted(criteria.areas)),
        "area_version": criteria.area_version,
        "clinics": [str(one) for one in criteria.clinics],
        "addresses": "\n".join(criteria.addresses),
        "oldest": criteria.oldest.months if criteria.oldest else None,
    }


@for_roles(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def decide_mode(request: StaffRequest) -> HttpResponse:
    """The manager decides what the adviser's part keeps."""
    form = DocumentationForm(request.POST or None, initial={"starts": f"{request.actor.on}"})
    return _decide(
        request,
        form,
        lambda: decide_documentation(
            request.assignment.site,
            DocumentationMode(form.cleaned_data["mode"]),
            starts=form.cleaned_data["starts"],
            decision=form.cleaned_data["decision"],
            by=request.actor,
        ),
        title=_("What the adviser's part keeps"),
        lead=[
            _("Without identities, notes tell the month and no family. With presence only, none."),
            _("What has been written before stays as it is."),
        ],
    )


def _decide(
    request: StaffRequest, form: forms.Form, write: Callable[[], object], **page: object
) -> HttpResponse:
    if form.is_valid() and done(form, write):
        messages.success(request, _("The decision is written down."))
        return redirect("site")
    return act_page(
        request, back=_back(request), form=form, button=_("Save"), title=str(page.pop("title")),
        **page,
    )  # fmt: skip


def _back(request: StaffRequest) -> tuple[str, str]:
    return reverse("site"), request.assignment.site.name


@for_roles(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def end_project(request: StaffRequest) -> HttpResponse:
    """The manager ends the project; first the page says how many families that ends."""
    actor, last = request.actor, periods.last_implementation(request.actor.site)
    reason = why_not_end_project(
        role=actor.role,
        then=Then(last.then) if last else None,
        ends=last.ends if last else None,
        on=actor.on,
    )
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, lambda: _end(request)):
        return redirect("site")
    return act_page(
        request,
        back=_back(request),
        title=_("End the project"),
        form=form,
        lead=_what_ends(ending(actor.site, ends=last.ends)) if last and last.ends else (),
        refused=reason_text(reason) if reason and not form.errors else "",
        button=_("End the project"),
    )


def _end(request: StaffRequest) -> None:
    count = periods.end_project(request.assignment.site, by=request.actor)
    words = ngettext("%(count)s enrolment is ended.", "%(count)s enrolments are ended.", count)
    messages.success(request, words % {"count": count})


def _what_ends(found: Ending) -> list[str]:
    families = ngettext("%(count)s family", "%(count)s families", found.families)
    children = ngettext("%(count)s child", "%(count)s children", found.children)
    words = {
        "families": families % {"count": found.families},
        "children": children % {"count": found.children},
    }
    return [
        _("This ends the programme for %(families)s, %(children)s.") % words,
        _("Nothing that has been written is lost. It cannot be undone."),
    ]


@for_roles(*READERS)
@require_safe
def funnel_page(request: StaffRequest) -> HttpResponse:
    """Manager and coordinator see how many came how far: counts, never a person."""
    actor = request.actor
    year = {"born": str(actor.on.year)}
    asked = {name: request.GET.get(name, "") for name in ("born", "first", "last")}
    form = BirthsForm(asked if any(asked.values()) else year)
    period = form.period
    if period is None:
        context = {"asked": asked, "unreadable": True, "on": actor.on}
        return render(request, "web/funnel.html", context, status=422)
    found = funnel(actor.site, first=period[0], last=period[1])
    note(actor, "funnel.read", f"site:{request.assignment.site.key}", f"{period[0]} {period[1]}")
    protect = actor.role is Role.MANAGER
    steps, rest = shown.steps(found), shown.rest(found, protect=protect)
    few = protect and 0 < found.born < shown.FEW
    if "csv" in request.GET and not few:
        return _file(shown.as_csv([*steps, *rest]), period)
    bars = shown.bars(steps)
    return render(
        request,
        "web/funnel.html",
        {
            "on": actor.on,
            "asked": {**asked, "first": f"{period[0]}", "last": f"{period[1]}"},
            "period": period,
            "found": found,
            "few": few,
            "steps": steps,
            "rest": rest,
            "bars": bars,
            "height": len(bars) * shown.ROW_HEIGHT,
            "name_width": shown.NAME_WIDTH,
        },
    )


def _file(text: str, period: tuple[date, date]) -> HttpResponse:
    # The mark at the start tells spreadsheets that it is UTF-8.
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    name = f"funnel-{period[0]}-{period[1]}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
