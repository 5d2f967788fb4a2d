"""The gate: no page is shown unless it says who it is for, and the person is one of them.

Each view declares `open_to_all`, `password_given`, `signed_in` or `for_roles(…)`. A view
that declares nothing raises when it is asked for, for everyone, and a test walks all
addresses. A session that names a person opens nothing unless its sign-in was whole. The
other half of the gate is `within_reach_of(actor)`, where each look-up begins.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import actor_for, assignments_in_force
from hembesok.web import clock, sessions
from hembesok.web.inside import inside
from hembesok.web.sessions import ASSIGNMENT, PENDING

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    Role.CHILD_HEALTH_NURSE: ("today", "families", "plan", "interpreters", "outcomes"),
    Role.PARENTAL_ADVISER: ("today", "families", "plan", "interpreters"),
    Role.CHILD_HEALTH_SPECIALIST: ("families",),
    # What is not in a menu of five is a link on the overview.
    Role.COORDINATOR: ("overview", "families", "plan", "followup", "site"),
    Role.MANAGER: ("funnel", "followup", "money", "site", "naming"),
    Role.ECONOMIST: ("money", "money-attest", "money-decisions", "money-year-end", "agreements"),
    Role.STATE_CASE_OFFICER: ("followup", "followup-sites", "money-sites"),
    Role.MATERNITY_PROFESSIONAL: ("expected",),
    Role.LOG_REVIEWER: ("audit", "emergencies", "extracts"),
    Role.TECHNICAL_ADMINISTRATOR: ("admin-staff", "admin-units", "admin-sites"),
}
"""The pages in the menu of each role, the first page first; the others have a page of words."""


class StaffRequest(HttpRequest):
    """A request that has passed the gate."""

    user: Staff
    actor: Actor
    assignment: Assignment


def open_to_all(view: View) -> View:
    """Declare a view open to anyone: it shows nothing of any family."""
    view.gate = None  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Declare a view open to whoever has signed in, whatever the role."""
    view.gate = frozenset()  # type: ignore[attr-defined]
    return view


def password_given(view: View) -> View:
    """Declare a view that shows the way to a second factor, to whoever may need one.

    That is whoever gave the right password a short while ago, or has signed in wholly. The
    view finds the person in `request.staff`, and must not trust the password alone.
    """
    view.half_way = True  # type: ignore[attr-defined]
    return signed_in(view)


def even_locked(view: View) -> View:
    """Declare that a view answers while the screen is locked: the way out of the lock."""
    view.even_locked = True  # type: ignore[attr-defined]
    return view


def unnoticed(view: View) -> View:
    """Declare that asking for a view is no sign of a person: a page asks by itself."""
    view.unnoticed = True  # type: ignore[attr-defined]
    return view


def for_roles(*roles: Role) -> Callable[[View], View]:
    """Declare the roles a view is for."""

    def declare(view: View) -> View:
        view.gate = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return declare


class FactorRequest(HttpRequest):
    """A request to a view that was declared `password_given`."""

    staff: Staff


class GateMiddleware:
    """Lets a request through to its view, or not. Deny by default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what a signed-in person sees is never kept by a browser or a proxy."""
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            # What is pressed, and not gone to, has no page; whoever reloads it gets words.
            page = render(request, "web/error.html", {"code": 405}, status=405)
            page.headers["Allow"] = response.headers["Allow"]
            response = page
        if request.user.is_authenticated or PENDING in request.session:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Return None to go on to the view, or where to go instead; raises Http404."""
        try:
            gate = cast("frozenset[Role] | None", view.gate)  # type: ignore[attr-defined]
        except AttributeError:
            raise ImproperlyConfigured(f"{view} does not say who it is for") from None
        if gate is None:
            return None
        if getattr(view, "half_way", False):
            staff = sessions.half_way(request)
            cast(FactorRequest, request).staff = staff or cast(Staff, request.user)
            if staff is not None:
                return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not sessions.is_whole(request):
            # Too old, or never whole: a session that names a person opens nothing by that.
            sessions.end(request)
            return _to_sign_in(request)
        seen = not getattr(view, "unnoticed", False)
        if sessions.keep_or_lock(request, seen=seen) and not getattr(view, "even_locked", False):
            return redirect("locked")
        if not gate:
            return None
        assignment = _taken_up(request)
        if assignment is None:
            return redirect("choose-role")
        staff_request = cast(StaffRequest, request)
        staff_request.assignment = assignment
        staff_request.actor = actor_for(assignment, on=clock.today(), at=clock.now())
        if staff_request.actor.role not in gate:
            # The same answer as for what does not exist: a link must not tell that it does.
            raise Http404
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    to = {"next": request.get_full_path()} if request.method == "GET" else {}
    query = f"?{urlencode(to)}" if to and request.path != "/" else ""
    return redirect(reverse("sign-in") + query)


def _taken_up(request: HttpRequest) -> Assignment | None:
    """Return the assignment of this session, if it is still in force today."""
    chosen = request.session.get(ASSIGNMENT)
    if chosen is None:
        return None
    in_force = assignments_in_force(cast(Staff, request.user), on=clock.today())
    return in_force.select_related("staff").filter(pk=chosen).first()


def who_and_where(request: HttpRequest) -> dict[str, object]:
    """Give templates the person, the role and the pages of that role."""
    assignment = getattr(request, "assignment", None)
    if assignment is None:
        return {"assignment": None, "menu": ()}
    provider = settings.OIDC.get(sessions.how(request))
    actor = getattr(request, "actor", None)
    return {
        "assignment": assignment,
        # Asked when it is shown, and not for an answer that shows no page.
        "inside": SimpleLazyObject(lambda: inside(actor, at=clock.now()) if actor else ()),
        "menu": PLACES.get(assignment.role, ("home",)),
        "lock_after": settings.LOCK_AFTER,
        "lock_after_phone": settings.LOCK_AFTER_PHONE,
        "provider": provider,
        "factors": settings.FACTORS_REQUIRED and settings.LOCAL_ACCOUNTS and not provider,
        "minutes": int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60,
    }
