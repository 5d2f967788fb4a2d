"""Follow-up: what a site's measures say, one measure by itself, sites side by side, a report."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hembesok.access.rules.roles import Role
from hembesok.access.services.trail import note, note_all
from hembesok.analysis.charts.svg import Scale, strip_axis
from hembesok.delivery.measures import BY_KEY, MEASURES, Measure
from hembesok.delivery.queries import ACROSS, SiteFollowUp, follow_up, sites_across
from hembesok.delivery.services import decide_goal
from hembesok.delivery.told import Cell
from hembesok.documents.content import MissingLetter
from hembesok.documents.paper import Paper, Section, pdf
from hembesok.documents.word import TemplateProblem
from hembesok.web import follow_up as as_shown
from hembesok.web.forms_follow_up import GoalForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.papers.files import KINDS, download, problem_text
from hembesok.web.papers.yearly import Year, board_report
from hembesok.web.people import act_page
from hembesok.web.words_follow_up import MEASURES as WORDS
from hembesok.web.words_follow_up import measure_name
from hembesok.web.writing import done

READERS = (Role.COORDINATOR, Role.MANAGER, Role.STATE_CASE_OFFICER)


@for_roles(*READERS)
@require_safe
def followup(request: StaffRequest) -> HttpResponse:
    """Whoever follows a site up sees what to look at, and every measure on equal scales."""
    found = _read(request)
    if "csv" in request.GET:
        return _file(as_shown.as_csv(found.told.values(), found.site), "follow-up")
    return render(request, "web/follow_up.html", _page(request, found))


@for_roles(*READERS)
@require_safe
def measure(request: StaffRequest, measure: str) -> HttpResponse:
    """One measure: its picture, what it counts, and its tables."""
    one, found = _measure(measure), _read(request, measure)
    told = found.told.get(one.key)
    if told is not None and "csv" in request.GET:
        return _file(as_shown.as_csv([told], found.site), f"follow-up-{one.key}")
    (shown,) = as_shown.on_one_scale([told], _serves(found)) if told else (None,)
    return render(
        request,
        "web/measure.html",
        {
            **_page(request, found),
            "as_of": told.as_of if told else request.actor.on,
            "name": measure_name(one.key),
            "words": [str(text) for text in WORDS[one.key][1:]],
            "measure": one,
            "shown": shown,
            "groups": as_shown.groups(told) if told else (),
            "details": as_shown.details(told, found.titles) if told else (),
            "goal": found.goals.get(one.key),
            "may_decide": request.actor.role is Role.MANAGER,
        },
    )


@for_roles(*ACROSS)
@require_safe
def followup_sites(request: StaffRequest) -> HttpResponse:
    """Whoever has several sites sees them side by side, in the order of their names."""
    actor, one = request.actor, BY_KEY.get(request.GET.get("measure", ""), BY_KEY["on_time"])
    sites = sites_across(actor)
    note_all(actor, "followup.read", [f"site:{site.key}" for site in sites], one.key)
    lines = []
    for n, site in enumerate(sites):
        told = follow_up(actor, site).told.get(one.key)
        cell = told.whole if told else Cell(hidden=True)
        lines.append(
            (site.name, as_shown.Line(site.name, cell, as_shown.dot(cell, site.name, f"{n}")),
             told.as_of if told else None)
        )  # fmt: skip
    context = {
        "on": actor.on,
        "measure": one,
        "name": measure_name(one.key),
        "measures": [(m.key, measure_name(m.key)) for m in MEASURES],
        "lines": lines,
        "axis": strip_axis(Scale()),
    }
    return render(request, "web/follow_up_sites.html", context)


@for_roles(*READERS)
@require_safe
def followup_report(request: StaffRequest) -> HttpResponse:
    """The report to a board: one page of what the measures say, to print or as PDF."""
    found = _read(request, "report")
    context = _page(request, found)
    if "pdf" not in request.GET:
        return render(request, "web/follow_up_report.html", context)
    answer = HttpResponse(pdf(_paper(request, found)), content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="follow-up.pdf"'
    return answer


@for_roles(Role.MANAGER)
@require_safe
def board_report_file(request: StaffRequest, form: str) -> HttpResponse:
    """The manager downloads the yearly report to the board: figures that may leave the unit."""
    if form not in KINDS:
        raise Http404
    found = _read(request, "board")
    rows = as_shown.shown(found)
    year = Year(
        request.assignment.site.name,
        as_shown.as_of(found, request.actor.on),
        as_shown.first_said(found.told.values()),
        rows,
        [measure_name(one.key) for one in found.absent],
    )
    document = board_report(year, language=get_language() or "sv")
    try:
        return download(document, form)
    except (MissingLetter, TemplateProblem) as problem:
        return act_page(
            request, back=(reverse("followup"), _("Follow-up")), title=document.title, form=None,
            refused=problem_text(problem),
        )  # fmt: skip


@for_roles(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def decide_goal_view(request: StaffRequest, measure: str) -> HttpResponse:
    """The manager writes which goal a measure serves, and what it is to reach."""
    one = _measure(measure)
    form = GoalForm(request.POST or None, initial={"starts": f"{request.actor.on}"})
    if form.is_valid() and done(form, lambda: _write(request, one, form)):
        messages.success(request, _("The decision is written down."))
        return redirect("measure", one.key)
    back = reverse("measure", args=[one.key]), measure_name(one.key)
    return act_page(
        request, back=back, form=form, button=_("Save"),
        title=_("Goal: %(measure)s") % {"measure": measure_name(one.key)},
    )  # fmt: skip


def _write(request: StaffRequest, one: Measure, form: GoalForm) -> object:
    site = request.assignment.site
    return decide_goal(site, one, by=request.actor, **form.cleaned_data)


def _measure(key: str) -> Measure:
    if key not in BY_KEY:
        raise Http404
    return BY_KEY[key]


def _read(request: StaffRequest, detail: str = "") -> SiteFollowUp:
    site = request.assignment.site
    note(request.actor, "followup.read", f"site:{site.key}", detail)
    return follow_up(request.actor, site)


def _serves(found: SiteFollowUp) -> dict[str, str]:
    return {key: goal.serves for key, goal in found.goals.items()}


def _page(request: StaffRequest, found: SiteFollowUp) -> dict[str, object]:
    return {
        "on": request.actor.on,
        "as_of": as_shown.as_of(found, request.actor.on),
        "found": found,
        "said": as_shown.first_said(found.told.values()),
        "rows": as_shown.shown(found),
        "absent": [measure_name(one.key) for one in found.absent],
        "cost": (round(found.cost[0] / found.cost[1] / 100) * 100, *found.cost)
        if found.cost
        else None,
        "across": request.actor.role in ACROSS,
        "may_board": request.actor.role is Role.MANAGER,
        "may_funnel": request.actor.role in (Role.COORDINATOR, Role.MANAGER),
    }


def _paper(request: StaffRequest, found: SiteFollowUp) -> Paper:
    day = as_shown.as_of(found, request.actor.on)
    said = as_shown.first_said(found.told.values())
    sections = [Section(_("Look at"), said or [_("Nothing has changed beyond what is usual.")])]
    if found.exact:
        # A paper is passed on more easily than a page: it says so itself.
        sections.insert(0, Section(_("Exact figures"), [str(_STAYS)]))
    for title, measures in as_shown.shown(found):
        texts = [_paper_line(one) for one in measures]
        sections.append(Section(title, texts))
    absent = ", ".join(measure_name(one.key) for one in found.absent)
    if absent:
        sections.append(Section(_absent_title(found), [absent]))
    facts = [(_("Site"), request.assignment.site.name), (_("As of"), f"{day}")]
    return Paper(_("Follow-up"), day, facts, sections, get_language() or "sv")


_STAYS = gettext_lazy(
    "These figures are exact and stay in the unit. The manager's report holds what may leave it."
)


def _absent_title(found: SiteFollowUp) -> str:
    return _("Not collected yet") if found.exact else _("Not collected yet, or too few to show")


def _paper_line(one: as_shown.Shown) -> str:
    parts = [f"{one.name}: {one.whole.value}", one.whole.of]
    if one.goal:
        parts.append(_("goal %(goal)s") % {"goal": one.goal})
    return ", ".join(part for part in parts if part)


def _file(text: str, name: str) -> HttpResponse:
    # The mark at the start tells spreadsheets that it is UTF-8.
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
