"""One's own calendar: working hours, busy times from a file, and the address for other calendars.

And that address itself, which is read by a program and shows times and nothing of any family.
"""

from typing import Final

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hembesok.access.models import Staff
from hembesok.access.rules.roles import VISITORS, Actor
from hembesok.visits.ics.reading import Busy
from hembesok.visits.ics.writing import written
from hembesok.visits.models import BusyReading, WorkHours
from hembesok.visits.queries.feeds import visits_fed
from hembesok.visits.rules.times import DEFAULT_HOURS, Hours
from hembesok.visits.services import calendars, feeds
from hembesok.web import clock
from hembesok.web.filled import done
from hembesok.web.forms_planning import CalendarFileForm, HoursForm
from hembesok.web.gate import StaffRequest, for_roles, open_to_all


@for_roles(*VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: StaffRequest) -> HttpResponse:
    """Staff write when they work, each day of the week."""
    form = HoursForm(request.POST or None, hours=_hours(request))
    if form.is_valid() and done(
        form, lambda: calendars.write_hours(form.cleaned_data["hours"], by=request.actor)
    ):
        messages.success(request, _("Your working hours are saved."))
        return redirect("calendar")
    return _page(request, hours=form)


@for_roles(*VISITORS)
@require_POST
def busy(request: StaffRequest) -> HttpResponse:
    """Staff press "Read the file", or "Remove the busy times"."""
    if "forget" in request.POST:
        calendars.forget_calendar(by=request.actor)
        messages.success(request, _("Your busy times are removed."))
        return redirect("calendar")
    form = CalendarFileForm(request)
    read: list[Busy] = []
    if form.is_valid() and done(
        form,
        lambda: read.append(calendars.read_calendar(form.cleaned_data["file"], by=request.actor)),
    ):
        messages.success(request, _receipt(read[0]))
        return redirect("calendar")
    return _page(request, file=form)


@for_roles(*VISITORS)
@require_POST
def feed(request: StaffRequest) -> HttpResponse:
    """Staff make, replace or end the address at which another calendar reads their visits."""
    if "end" in request.POST:
        feeds.end_feed(by=request.actor)
        messages.success(request, _("The address is ended. Nothing can be read at it."))
        return redirect("calendar")
    token = feeds.open_feed(by=request.actor)
    # Shown in this answer and never again: it is kept nowhere.
    address = request.build_absolute_uri(f"/cal/{token}.ics")
    return render(request, "web/calendar_address.html", {"address": address})


def _page(
    request: StaffRequest,
    *,
    hours: HoursForm | None = None,
    file: CalendarFileForm | None = None,
) -> HttpResponse:
    staff = request.actor.staff
    wrong = any(form is not None and form.errors for form in (hours, file))
    return render(
        request,
        "web/calendar.html",
        {
            "on": request.actor.on,
            "hours": hours or HoursForm(hours=_hours(request)),
            "written": WorkHours.objects.filter(staff=staff).exists(),
            "file": file or CalendarFileForm(),
            "reading": BusyReading.objects.filter(staff=staff).first(),
            "busy": Staff.objects.get(pk=staff).busy_times.count(),
            "feed": feeds.open_feed_of(request.actor),
        },
        status=422 if wrong else 200,
    )


def _hours(request: StaffRequest) -> list[Hours]:
    written = WorkHours.objects.filter(staff=request.actor.staff)
    return [one.hours for one in written] or list(DEFAULT_HOURS)


def _receipt(busy: Busy) -> str:
    count = len(busy.spans)
    said = ngettext("%(count)s busy time is read.", "%(count)s busy times are read.", count)
    words = said % {"count": count}
    if not busy.unread:
        return words
    left = ngettext(
        "%(count)s entry could not be read and is left out.",
        "%(count)s entries could not be read and are left out.",
        busy.unread,
    )
    return f"{words} {left % {'count': busy.unread}}"


@open_to_all
@require_safe
def fed(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar elsewhere reads somebody's visits; whoever knows no address learns nothing."""
    actor = feeds.reader_of(token, on=clock.today())
    if actor is None:
        return _unlogged(HttpResponseNotFound("Not found\n", content_type="text/plain"))
    if not _may_ask_again(actor):
        answer = HttpResponse("Too many\n", content_type="text/plain", status=429)
        answer.headers["Retry-After"] = str(AN_HOUR)
        return _unlogged(answer)
    answer = HttpResponse(
        written(visits_fed(actor, at=clock.now()), summary=_("Visit"), name=_("Visits")),
        content_type="text/calendar; charset=utf-8",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


AN_HOUR: Final = 3600
MOST_AN_HOUR: Final = 60
"""How often one address may be read; calendars ask a few times an hour."""


def _may_ask_again(actor: Actor) -> bool:
    """Count a reading; the count is kept by each process that answers, and forgotten in an hour."""
    key = f"feed:{actor.staff}:{actor.role}:{actor.unit}:{actor.site}"
    cache.add(key, 0, timeout=AN_HOUR)
    return cache.incr(key) <= MOST_AN_HOUR


def _unlogged(answer: HttpResponse) -> HttpResponse:
    """Keep Django from writing the address in its log: it is a secret."""
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
