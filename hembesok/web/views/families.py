"""Today, the overview, the list of families and the family's own page."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hembesok.access.rules.roles import FAMILY_ROLES, TEAM, VISITORS, Role
from hembesok.access.rules.secrecy import Field
from hembesok.access.services.trail import note, note_all
from hembesok.agreements.queries import open_duties
from hembesok.delivery.queries import first_measures
from hembesok.enrolment.queries import count_waiting
from hembesok.families.models import Family
from hembesok.families.queries import current_number, let_in
from hembesok.programme.rules.states import State
from hembesok.secrecy.queries import door
from hembesok.visits.queries.pages import children_of
from hembesok.visits.queries.sealed import handed_rows, waiting_within
from hembesok.visits.queries.worklist import by_key, first_page, kept, worklist
from hembesok.visits.rows import ChildPage, week_of
from hembesok.web import follow_up
from hembesok.web.documents_today import lists_of, waiting_documents
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.lists import COUNTS, FILTERS, ORDERS, asked, columns, strip, team_name
from hembesok.web.people import beside, first_birth
from hembesok.web.standing import standing_words
from hembesok.web.timeline import timeline
from hembesok.web.views.naming import opened_by, unseen
from hembesok.web.views.secrecy import LATEST, read_notes
from hembesok.web.words_secrecy import BANNERS


def _shown(request: StaffRequest, pages: Sequence[ChildPage]) -> None:
    """Note in the trail that these families were shown in a list."""
    subjects = sorted({page.family.subject for page in pages})
    note_all(request.actor, "family.listed", subjects, request.resolver_match.view_name or "")  # type: ignore[union-attr]


@for_roles(*VISITORS)
@require_safe
def today(request: StaffRequest) -> HttpResponse:
    """Staff start the day: the next visit, today's visits, what to do."""
    actor, on = request.actor, request.actor.on
    children = kept(actor)
    day = first_page(children, actor, most=TO_DO_MOST)
    waiting = waiting_documents(children, actor)
    # A child is computed once, in however many lists it stands.
    pages = by_key({*day.booked, *day.unrecorded, *day.to_do, *waiting.children}, by=actor)
    unrecorded = [pages[key] for key in day.unrecorded if pages[key].awaits_outcome]
    to_do = [pages[key] for key in day.to_do]
    visits = [
        (pages[key], row)
        for key in day.booked
        for row in pages[key].visits_between(on, on + timedelta(6))
    ]
    visits.sort(key=lambda visit: str(visit[1].booked_for))
    documents, told = lists_of(waiting, pages, actor)
    _shown(request, [*(page for page, _row in visits), *unrecorded, *to_do, *told])
    handed = handed_rows(actor)
    note_all(actor, "family.listed", sorted({one.subject for one in handed}), "today")
    return render(
        request,
        "web/today.html",
        {
            "handed": handed,
            "on": on,
            "visits": visits,
            "unrecorded": unrecorded,
            "to_do": to_do,
            "more": day.left_out,
            "waiting": count_waiting(actor, first=first_birth(on)),
            "may_visit": True,
            "notices": unseen(actor),
            **documents,
        },
    )


TO_DO_MOST = 25
"""How many families I dag names under to do: more are in the list, by the link after them."""

SEARCH = "search"
"""Where the session keeps what was searched for: it may hold a name."""


def _search(request: StaffRequest) -> HttpResponse:
    """Keep what was searched for and go to the list: going back then asks nothing again."""
    wanted = {name: request.POST.get(name, "")[:100] for name in FILTERS}
    request.session[SEARCH] = wanted
    return redirect(f"{request.path}?found=1")


def _list(request: StaffRequest) -> dict[str, object]:
    # Addresses end up in histories and logs: only what names nobody stands in them.
    found = "found" in request.GET
    values = request.session.get(SEARCH, {}) if found else {"view": request.GET.get("view", "")}
    filters = asked(values, request.GET.get("page", ""))
    shown = worklist(request.actor, filters)
    _shown(request, shown.rows)
    strips = columns(shown.rows)
    return {
        "on": request.actor.on,
        "columns": strips,
        "filters": filters,
        "orders": ORDERS.items(),
        "counts": [(count, shown.counts[count.view]) for count in COUNTS],
        "rows": [(page, strip(page, strips), team_name(page)) for page in shown.rows],
        "list": shown,
        # What a link to another page of the same list begins with.
        "same": "found=1" if found else f"view={filters.view}",
        "total": shown.total,
        "may_visit": request.actor.role in VISITORS,
        "may_open": request.actor.role in TEAM,
    }


SOON = timedelta(days=14)
"""How long before its day a report to write stands on the overview."""


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: StaffRequest) -> HttpResponse:
    """The coordinator sees what slips: the counts and every family's eight marks."""
    if request.method == "POST":
        return _search(request)
    week = week_of(request.actor.on)[0].isocalendar().week
    measures = first_measures(request.actor, request.assignment.site)
    context = {
        "week": week,
        "left": waiting_within(request.actor).count(),
        "measures": follow_up.on_one_scale(measures),
        "said": follow_up.first_said(measures)[:1],
        "standing": standing_words(request.actor),
        "duties": open_duties(request.actor.site, until=request.actor.on + SOON),
    }
    return render(request, "web/overview.html", {**_list(request), **context})


@for_roles(*FAMILY_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def families(request: StaffRequest) -> HttpResponse:
    """Staff look a family up: urgent first, search by code or name."""
    if request.method == "POST":
        return _search(request)
    actor = request.actor
    context = _list(request)
    context["waiting"] = count_waiting(actor, first=first_birth(actor.on))
    context["may_register"] = actor.role in (Role.CHILD_HEALTH_NURSE, Role.COORDINATOR)
    return render(request, "web/families.html", context)


@for_roles(*FAMILY_ROLES)
@require_safe
def family(request: StaffRequest, ref: str) -> HttpResponse:
    """Staff open a family: what is next, two years in one picture, the visits as a list."""
    found = get_object_or_404(Family.objects.within_reach_of(request.actor), ref=ref)
    note(request.actor, "family.read", found.subject, why=let_in(request.actor, found))
    return _family_page(request, found)


@for_roles(Role.CHILD_HEALTH_NURSE)
@require_POST
def show_number(request: StaffRequest, ref: str, number: int) -> HttpResponse:
    """Staff press "Show" beside a masked identity number: its own line in the trail."""
    found = get_object_or_404(Family.objects.within_reach_of(request.actor), ref=ref)
    child = get_object_or_404(found.children.all(), number=number)
    basis = door(found, request.actor).shows(Field.IDENTITY_NUMBER, request.actor, request.actor.on)
    if basis is None:
        raise Http404
    note(request.actor, "identity.shown", found.subject, str(number), why=basis)
    return _family_page(request, found, shown={number: current_number(child)})


@for_roles(*VISITORS)
@require_POST
def show_home(request: StaffRequest, ref: str) -> HttpResponse:
    """Staff press "Show the address" of a family with a flag: its own line in the trail."""
    found = get_object_or_404(Family.objects.within_reach_of(request.actor), ref=ref)
    basis = door(found, request.actor).shows(Field.CONTACT, request.actor, request.actor.on)
    if basis is None:
        raise Http404
    note(request.actor, "home.shown", found.subject, why=basis)
    return _family_page(request, found, home=found)


def _family_page(
    request: StaffRequest,
    found: Family,
    *,
    shown: Mapping[int, str] = MappingProxyType({}),
    home: Family | None = None,
) -> HttpResponse:
    in_team = request.actor.role in TEAM
    pages = children_of(Family.objects.filter(pk=found.pk), by=request.actor)
    return render(
        request,
        "web/family.html",
        {
            "on": request.actor.on,
            "family": found,
            "children": [
                (
                    page,
                    timeline(page),
                    [row for row in page.own if row.state is State.MISSED],
                    shown.get(page.child.number, ""),
                )
                for page in pages
            ],
            "shown": shown,
            "home": home,
            "banner": BANNERS.get(found.level),
            "opened": opened_by(request.actor, found),
            "notes": read_notes(found, request.actor, most=LATEST) if in_team else None,
            "in_team": in_team,
            "may_visit": request.actor.role in VISITORS,
            # The base programme is the health service's.
            "may_base": request.actor.role is Role.CHILD_HEALTH_NURSE,
            **beside(request, found),
        },
    )
