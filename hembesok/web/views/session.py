"""Signing in and out, choosing a role, locking the screen, choosing a language."""

from typing import Final, cast

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from hembesok.access.models import Staff
from hembesok.access.rules.roles import Role
from hembesok.access.rules.sign_in import Next, after_password
from hembesok.access.services.assignments import assignments_in_force
from hembesok.access.services.attempts import count_refused, is_blocked, staff_with
from hembesok.access.services.factors import code_is_right, has_factor
from hembesok.web import clock, passkeys, sessions
from hembesok.web.gate import (
    PLACES,
    StaffRequest,
    even_locked,
    for_roles,
    open_to_all,
    signed_in,
)
from hembesok.web.sessions import ASSIGNMENT, NEXT

WRONG: Final = 422
BLOCKED: Final = 429
"""Status of a page that says: too many tries, wait."""


class _AccountForm(forms.Form):
    username = forms.CharField(max_length=150)
    password = forms.CharField(max_length=1000, strip=False)


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Staff sign in at a provider, or with an account of the site."""
    to = request.POST.get("next", request.GET.get("next", ""))
    status = 200
    if request.method == "POST":
        if not settings.LOCAL_ACCOUNTS:
            raise Http404
        form = _AccountForm(request.POST)
        staff = staff_with(*form.cleaned_data.values()) if form.is_valid() else None
        if staff is not None:
            return _after_password(request, staff, to if is_ours(request, to) else "")
        status = BLOCKED if form.is_valid() and is_blocked(form.cleaned_data["username"]) else WRONG
    return render(request, "web/sign_in.html", sign_in_page(request, to, status), status=status)


def sign_in_page(request: HttpRequest, to: str, status: int) -> dict[str, object]:
    """Return what the page of signing in shows."""
    return {
        "next": to,
        "providers": settings.OIDC.values(),
        "local": settings.LOCAL_ACCOUNTS,
        "factors": settings.FACTORS_REQUIRED,
        "account": request.POST.get("username", ""),
        "wrong": status == WRONG,
        "blocked": status == BLOCKED,
        "minutes": int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60,
    }


def _after_password(request: HttpRequest, staff: Staff, to: str) -> HttpResponse:
    follows = after_password(
        factors_required=settings.FACTORS_REQUIRED, has_factor=has_factor(staff)
    )
    if follows is Next.IN:
        sessions.complete(request, staff, how="password", to=to)
        return redirect("choose-role")
    sessions.begin_half_way(request, staff, to=to)
    return redirect("factor" if follows is Next.GIVE_FACTOR else "factors")


def is_ours(request: HttpRequest, to: str) -> bool:
    """Tell whether a page to go on to is one of the site's."""
    # A word without a slash would be taken for the name of a view, perhaps of none.
    return to.startswith("/") and url_has_allowed_host_and_scheme(
        to, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


@signed_in
@even_locked
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Staff press "Sign out"."""
    sessions.end(request)
    return redirect("sign-in")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def choose_role(request: HttpRequest) -> HttpResponse:
    """Staff choose which assignment to work in; with one there is nothing to choose."""
    on = clock.today()
    assignments = list(assignments_in_force(cast(Staff, request.user), on=on))
    chosen = request.POST.get(ASSIGNMENT) or (
        str(assignments[0].pk) if len(assignments) == 1 else ""
    )
    if chosen in {str(assignment.pk) for assignment in assignments}:
        sessions.take_up(request, int(chosen))
        return redirect(request.session.pop(NEXT, "") or "start")
    return render(
        request,
        "web/choose_role.html",
        {"on": on, "assignments": assignments, "missing": request.method == "POST"},
        status=422 if request.method == "POST" else 200,
    )


@for_roles(*Role)
@require_safe
def start(request: StaffRequest) -> HttpResponse:
    """Go to the first page of the role."""
    return redirect(PLACES.get(request.actor.role, ("home",))[0])


@for_roles(*Role)
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """The first page of a role that no other page is made for: no person is shown."""
    return render(request, "web/home.html")


@signed_in
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Staff press "Lock", or have been away: nothing is shown until they prove who they are."""
    sessions.lock(request)
    return redirect("locked")


@signed_in
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """The page says that its person is there, as when a long note is written."""
    return HttpResponse(status=204)


@signed_in
@even_locked
@sensitive_post_parameters("password", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """The locked screen: unlock, or sign out to let another person in."""
    staff = cast(Staff, request.user)
    status = _unlock(request, staff) if request.method == "POST" else 200
    if status == 204:
        # The page under the lock is still in the browser: it needs no other page.
        to = request.session.pop(NEXT, "") or "start"
        return HttpResponse(status=204) if request.POST.get("stay") else redirect(to)
    page = sign_in_page(request, "", status) | {"provider": settings.OIDC.get(_how(request))}
    return render(request, "web/locked.html", page, status=status)


def _unlock(request: HttpRequest, staff: Staff) -> int:
    """Unlock if the person proves who they are; 204 if so, else the status of the page."""
    if _how(request) in settings.OIDC:
        return WRONG
    if not is_blocked(staff.login) and _proves(request, staff):
        sessions.unlock(request)
        return 204
    return BLOCKED if is_blocked(staff.login) else WRONG


def _how(request: HttpRequest) -> str:
    return sessions.how(request)


def _proves(request: HttpRequest, staff: Staff) -> bool:
    """Tell whether a passkey, a code of the app or the password is right; a miss is counted."""
    given = request.POST.get("password", "")[:1000]
    if request.POST.get("credential"):
        right = passkeys.whose(request) == staff
    elif (code := given.replace(" ", "")).isdecimal() and len(code) == 6:
        right = code_is_right(staff, code)
    else:
        return staff_with(staff.login, given) == staff
    if not right:
        count_refused(staff.login)
    return right


@open_to_all
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Anyone chooses the language of the pages."""
    return set_language(request)
