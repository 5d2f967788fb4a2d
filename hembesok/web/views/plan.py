"""Planning: the week of each team, families that wait for a time, and who is away."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hembesok.access.models import Staff
from hembesok.access.rules.roles import VISITORS, Role
from hembesok.access.services.trail import note_all
from hembesok.families.models import Child, Family
from hembesok.values.kinds import texts
from hembesok.values.refusals import Reason, Refusal
from hembesok.visits.models import Absence, ClosedDay
from hembesok.visits.queries.absence import absences, staff_of
from hembesok.visits.queries.board import Asked, Board, board, key_of, to_pick
from hembesok.visits.queries.times import can_come
from hembesok.visits.rules.absence import PLANNERS
from hembesok.visits.rules.parts import ROLE_OF, PartKind
from hembesok.visits.rules.weeks import FIRST_YEAR, LAST_YEAR, Week
from hembesok.visits.services import booking, calendars, parts
from hembesok.web.filled import done
from hembesok.web.forms_planning import AbsenceForm, ClosedDayForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.templatetags.hembesok import moment
from hembesok.web.words import reason_text, said


@for_roles(*PLANNERS)
@require_safe
def plan(request: StaffRequest) -> HttpResponse:
    """Staff plan a week: what is booked, when both can, and who waits for a time."""
    text = request.GET.get("week", "")
    try:
        week = Week.parse(text) if text else Week.of(request.actor.on)
    except ValueError:
        return _board_page(request, Asked(Week.of(request.actor.on)), no_such_week=True)
    wanted = {name: request.GET.get(name, "")[:80] for name in ("team", "language", "pick")}
    return _board_page(request, Asked(week, **wanted))


@for_roles(*PLANNERS)
@require_POST
def plan_book(request: StaffRequest) -> HttpResponse:
    """Staff press "Put in": book the visit that was picked for a time that was shown."""
    found = to_pick(request.POST.get("pick", "")[:80], by=request.actor)
    at = _moment(request.POST.get("at", ""))
    if found is None or at is None:
        return _refused(request, _("That visit cannot be booked here. Choose it anew."))
    page, row = found
    child = Child.objects.get(pk=page.child.key)
    try:
        if not can_come(child, row.key, at, by=request.actor):
            return _refused(request, _("The time is no longer free. Choose another."))
        booking.book(child, row.key, at=at, by=request.actor)
    except Refusal as refusal:
        return _refused(request, reason_text(refusal.reason))
    words = {
        "visit": said(row.step.title),
        "family": page.family.code,
        "moment": moment(at, request.actor.on),
    }
    messages.success(request, _("%(visit)s, %(family)s, is booked: %(moment)s.") % words)
    return redirect(_to(Week.of(at.date()), request.POST.get("team", "")))


@for_roles(*PLANNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: StaffRequest) -> HttpResponse:
    """Staff write who is away, and see which visits that touches."""
    actor = request.actor
    form = AbsenceForm(request.POST or None, staff=staff_of(actor), on=actor.on)
    if form.is_valid() and done(
        form,
        lambda: calendars.write_absence(
            form.chosen,
            starts=form.cleaned_data["starts"],
            ends=form.cleaned_data["ends"],
            by=actor,
        ),
    ):
        messages.success(request, _("The absence is written."))
        return redirect("absence")
    return _absence_page(request, form=form)


@for_roles(*PLANNERS)
@require_POST
def absence_end(request: StaffRequest, number: int) -> HttpResponse:
    """Staff press "At work after all" beside an absence."""
    one = get_object_or_404(Absence.objects.filter(staff__in=staff_of(request.actor)), pk=number)
    try:
        calendars.take_back_absence(one, by=request.actor)
    except Refusal as refusal:
        return _absence_page(request, refused=reason_text(refusal.reason))
    messages.success(request, _("The absence is taken back."))
    return redirect("absence")


@for_roles(*PLANNERS)
@require_POST
def absence_solve(request: StaffRequest, ref: str, number: int, step: str) -> HttpResponse:
    """Staff say what becomes of a visit whose visitor is away: a cover, or another time."""
    actor = request.actor
    family = get_object_or_404(Family.objects.within_reach_of(actor), ref=ref)
    child = get_object_or_404(family.children.filter(merged_into=None), number=number)
    at = _moment(request.POST.get("at", ""))
    try:
        if at is not None:
            if not can_come(child, step, at, by=actor):
                return _absence_page(
                    request, refused=_("The time is no longer free. Choose another.")
                )
            booking.book(child, step, at=at, by=actor)
            receipt = _("The visit has a new time: %(moment)s.") % {"moment": moment(at, actor.on)}
        elif "alone" in request.POST:
            parts.go_alone(child, step, _alone(request), by=actor)
            receipt = _("The visit is made by one service alone.")
        else:
            parts.put(child, step, *_instead(request), by=actor)
            receipt = _("Somebody else is asked to go.")
    except Refusal as refusal:
        return _absence_page(request, refused=reason_text(refusal.reason))
    messages.success(request, receipt)
    return redirect("absence")


@for_roles(Role.COORDINATOR)
@require_POST
def closed_day(request: StaffRequest) -> HttpResponse:
    """The coordinator writes a day on which the site visits nobody, or takes it back."""
    number = request.POST.get("open", "")
    if number:
        days = ClosedDay.objects.filter(site_id=request.actor.site)
        one = get_object_or_404(days, pk=int(number) if number.isdecimal() else 0)
        try:
            calendars.open_site(one, by=request.actor)
        except Refusal as refusal:
            return _absence_page(request, refused=reason_text(refusal.reason))
        messages.success(request, _("The site is open that day."))
        return redirect("absence")
    form = ClosedDayForm(request.POST)
    if form.is_valid() and done(
        form,
        lambda: calendars.close_site(
            form.cleaned_data["day"], form.cleaned_data["title"], by=request.actor
        ),
    ):
        messages.success(request, _("The site is closed that day."))
        return redirect("absence")
    return _absence_page(request, closing=form)


def _instead(request: StaffRequest) -> tuple[PartKind, Staff]:
    """Return which part, and the person who was chosen for it; raises Refusal."""
    wanted, kind = request.POST.get("cover", ""), request.POST.get("kind", "")
    staff = Staff.objects.filter(pk=int(wanted) if wanted.isdecimal() else 0, is_active=True)
    chosen = staff.first()
    if chosen is None or kind not in texts(ROLE_OF):
        raise Refusal(Reason("nobody_chosen"))
    return PartKind(kind), chosen


def _alone(request: StaffRequest) -> Role:
    wanted = request.POST.get("alone", "")
    if wanted not in texts(VISITORS):
        raise Refusal(Reason("nobody_chosen"))
    return Role(wanted)


def _moment(text: str) -> datetime | None:
    """Read the moment that a button holds; None for what no button of ours holds."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _to(week: Week, team: str) -> str:
    query = {"week": str(week)} | ({"team": team} if team else {})
    return f"{reverse('plan')}?{urlencode(query)}"


def _refused(request: StaffRequest, words: str) -> HttpResponse:
    """Show the week anew, with why nothing was booked."""
    try:
        week = Week.parse(request.POST.get("week", ""))
    except ValueError:
        week = Week.of(request.actor.on)
    return _board_page(request, Asked(week), refused=words)


def _board_page(
    request: StaffRequest, asked: Asked, *, no_such_week: bool = False, refused: str = ""
) -> HttpResponse:
    found: Board = board(asked, by=request.actor)
    note_all(request.actor, "plan.read", sorted(found.shown), str(asked.week))
    return render(
        request,
        "web/plan.html",
        {
            "on": request.actor.on,
            "board": found,
            "week": asked.week,
            "waiting": [(one, key_of(one.page, one.row)) for one in found.waiting],
            "pick": key_of(found.picked.page, found.picked.row) if found.picked else "",
            "no_such_week": no_such_week,
            "refused": refused,
            "away_today": found.away_today,
            "own_calendar": request.actor.role in VISITORS,
        },
        status=422 if no_such_week or refused else 200,
    )


def _absence_page(
    request: StaffRequest,
    *,
    form: AbsenceForm | None = None,
    closing: ClosedDayForm | None = None,
    refused: str = "",
) -> HttpResponse:
    actor = request.actor
    found = absences(actor)
    subjects = sorted({visit.page.family.subject for one in found for visit in one.visits})
    note_all(actor, "plan.read", subjects, "absence")
    coordinates = actor.role is Role.COORDINATOR
    wrong = refused or any(one is not None and one.errors for one in (form, closing))
    return render(
        request,
        "web/absence.html",
        {
            "on": actor.on,
            "absences": found,
            "form": form or AbsenceForm(staff=staff_of(actor), on=actor.on),
            "coordinates": coordinates,
            "closing": (closing or ClosedDayForm()) if coordinates else None,
            "closed": ClosedDay.objects.filter(site_id=actor.site, day__gte=actor.on).order_by(
                "day"
            ),
            "refused": refused,
        },
        status=422 if wrong else 200,
    )
