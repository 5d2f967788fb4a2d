"""Signing in and out, choosing a role, locking the screen, choosing a language."""

from typing import cast

from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from hembesok.access.models import Staff
from hembesok.access.rules.roles import Role
from hembesok.access.services.assignments import assignments_in_force
from hembesok.access.services.trail import note_sign_in
from hembesok.web import clock
from hembesok.web.gate import (
    ASSIGNMENT,
    LOCKED,
    PLACES,
    StaffRequest,
    even_locked,
    for_roles,
    open_to_all,
    signed_in,
)


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Staff sign in with their account."""
    form = AuthenticationForm(request, data=request.POST or None)
    to = request.POST.get("next", request.GET.get("next", ""))
    if request.method == "POST" and form.is_valid():
        staff = form.get_user()
        login(request, staff)
        note_sign_in(staff, "session.begun")
        request.session[NEXT] = to if _is_ours(request, to) else ""
        return redirect("choose-role")
    if form.errors:
        _note_refused(form)
    status = 422 if form.errors else 200
    return render(request, "web/sign_in.html", {"form": form, "next": to}, status=status)


def _note_refused(form: AuthenticationForm) -> None:
    """Note that somebody tried an account; a name that is no account is nobody's to note."""
    staff = Staff.objects.filter(login=form.data.get("username", "")[:150]).first()
    if staff is not None:
        note_sign_in(staff, "session.refused")


NEXT = "next"
"""Where the session keeps the page that was asked for before signing in."""


def _is_ours(request: HttpRequest, to: str) -> bool:
    # A word without a slash would be taken for the name of a view, perhaps of none.
    return to.startswith("/") and url_has_allowed_host_and_scheme(
        to, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


@signed_in
@even_locked
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Staff press "Sign out"."""
    note_sign_in(cast(Staff, request.user), "session.ended")
    logout(request)
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
        request.session[ASSIGNMENT] = int(chosen)
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
    """Staff press "Lock": nothing is shown until the password is given."""
    request.session[LOCKED] = True
    note_sign_in(cast(Staff, request.user), "session.locked")
    return redirect("locked")


@signed_in
@even_locked
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """The locked screen: unlock, or sign out to let another person in."""
    wrong = False
    if request.method == "POST":
        wrong = not request.user.check_password(request.POST.get("password", ""))
        note_sign_in(cast(Staff, request.user), "session.refused" if wrong else "session.unlocked")
        if not wrong:
            request.session.pop(LOCKED, None)
            return redirect("start")
    return render(request, "web/locked.html", {"wrong": wrong}, status=422 if wrong else 200)


@open_to_all
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Anyone chooses the language of the pages."""
    return set_language(request)
