"""The family's plan: fit to be shown to the parents on a telephone, and to be printed for them."""

from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hembesok.access.rules.roles import VISITORS
from hembesok.access.services.trail import note
from hembesok.documents.content import MissingLetter
from hembesok.documents.word import TemplateProblem
from hembesok.families.models import Family
from hembesok.families.queries import let_in
from hembesok.programme.rules.states import State
from hembesok.secrecy.queries import mode_of
from hembesok.visits.queries.around import promises_to_show
from hembesok.visits.queries.pages import children_of
from hembesok.visits.rows import ChildPage, StepRow
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.papers.files import KINDS, download, problem_text
from hembesok.web.papers.letters import Plan, ToCome, letter
from hembesok.web.people import act_page
from hembesok.web.words_parents import (
    LANGUAGES,
    PEOPLE,
    PROMISERS,
    RIGHT_TO_LEFT,
    about_text,
    day_text,
    moment_text,
)

COMING: Final = (State.BOOKED, State.DUE, State.OVERDUE, State.UPCOMING)
"""The states of visits that are to come; to a family none of them is late."""


@dataclass(frozen=True, repr=False)
class Coming:
    """A visit to come, in plain words."""

    home: bool
    place: int
    when: str
    agreed: bool
    elsewhere: bool


@for_roles(*VISITORS)
@require_safe
def show(request: StaffRequest, ref: str, number: int) -> HttpResponse:
    """Staff press "Show the family": no tasks, no concerns, no note of the door, larger letters."""
    actor = request.actor
    family, page, language = _shown(request, ref, number)
    context = {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        # What is for staff stays in the language of staff.
        "staff_language": translation.get_language(),
        "back": (reverse("family", args=[ref]), _("Back to the family's page")),
        "locked_title": _("Locked"),
        "languages": LANGUAGES.items(),
        "name": page.child.given_name,
        "mode": mode_of(family.site_id, on=actor.on),
    }
    with translation.override(language):
        return render(request, "parents/show.html", {**context, **_plan(page, family)})


def _shown(request: StaffRequest, ref: str, number: int) -> tuple[Family, ChildPage, str]:
    """Return a family within reach, the child, and the language to tell it in; note it.

    Raises Http404.
    """
    actor = request.actor
    family = get_object_or_404(Family.objects.within_reach_of(actor), ref=ref)
    pages = children_of(Family.objects.filter(pk=family.pk), by=actor)
    page = next((one for one in pages if one.child.number == number), None)
    if page is None:
        raise Http404
    note(actor, "family.shown", family.subject, str(number), let_in(actor, family))
    asked = request.GET.get("in", page.family.language)
    return family, page, asked if asked in LANGUAGES else "sv"


@for_roles(*VISITORS)
@require_safe
def letter_file(request: StaffRequest, ref: str, number: int, form: str) -> HttpResponse:
    """Staff press "Letter": the plan in the family's language, to be handed over on paper."""
    if form not in KINDS:
        raise Http404
    _family, page, language = _shown(request, ref, number)
    with translation.override(language):
        document = letter(_letter_of(page), language=language)
    try:
        return download(document, form)
    except (MissingLetter, TemplateProblem) as problem:
        back = reverse("family", args=[ref]), _("Back to the family's page")
        return act_page(
            request, back=back, title=_("Letter"), form=None, refused=problem_text(problem)
        )


def _letter_of(page: ChildPage) -> Plan:
    """Return what the letter tells, in the words of the language that is active."""
    return Plan(
        people=[(name, str(PEOPLE[role])) for role, name, _short in page.team],
        visits=[_to_come(_coming(row, page)) for row in _in_order(page)],
        interpreter=page.family.interpreter_needed,
        day=page.on,
    )


def _to_come(visit: Coming) -> ToCome:
    title = _("Home visit %(n)s") if visit.home else _("Extra visit %(n)s")
    where = _("At the child health centre")
    if visit.home:
        where = _("At the place we have agreed on") if visit.elsewhere else _("At your home")
    return ToCome(title % {"n": visit.place}, visit.when, where, visit.agreed)


def _plan(page: ChildPage, family: Family) -> dict[str, object]:
    """Return what is planned, in the words of the language that is active."""
    return {
        "team": [(name, PEOPLE[role]) for role, name, _short in page.team],
        "coming": [_coming(row, page) for row in _in_order(page)],
        "interpreter": page.family.interpreter_needed,
        "promises": [
            (PROMISERS[one.who], one.what, day_text(one.until) if one.until else "")
            for one in promises_to_show(family, page.child.key)
        ],
    }


def _in_order(page: ChildPage) -> list[StepRow]:
    rows = [row for row in page.own if row.state in COMING]
    return sorted(
        rows, key=lambda row: row.booked_for.date() if row.booked_for else row.window.target
    )


def _coming(row: StepRow, page: ChildPage) -> Coming:
    agreed = row.booked_for is not None and row.booked_for.date() >= page.on
    return Coming(
        home=row.home,
        place=row.place,
        # A target that has passed is no news to a family: it is soon.
        when=moment_text(row.booked_for)
        if agreed and row.booked_for
        else about_text(max(row.window.target, page.on)),
        agreed=agreed,
        elsewhere=page.family.home_not_stored,
    )
