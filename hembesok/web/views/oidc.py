"""Signing in at an identity provider: the way there, and back."""

from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hembesok.access.models import Staff
from hembesok.access.rules.sign_in import HALF_WAY, too_old
from hembesok.access.services.identities import staff_at
from hembesok.access.services.trail import note_sign_in
from hembesok.web import clock, sessions
from hembesok.web.gate import open_to_all
from hembesok.web.oidc import client
from hembesok.web.oidc.client import Flow, NotSignedIn
from hembesok.web.oidc.provider import Provider
from hembesok.web.views.session import is_ours

FLOW: Final = "oidc"
"""Where the session keeps what is needed when the person comes back."""
TO: Final = "oidc-next"
"""Where the session keeps the page that was asked for."""


@open_to_all
@require_safe
def oidc_start(request: HttpRequest, provider: str) -> HttpResponse:
    """Go to a provider. A link, not a form: the policy lets forms be sent to us only."""
    chosen = _provider(provider)
    back = request.build_absolute_uri(reverse("oidc-back", args=[provider]))
    try:
        address, flow = client.begin(chosen, back=back, now=clock.moment())
    except NotSignedIn as failed:
        return _failed(request, chosen, failed.key)
    to = request.GET.get("next", "")
    request.session[FLOW] = flow.kept()
    request.session[TO] = to if is_ours(request, to) else ""
    return HttpResponseRedirect(address)


@open_to_all
@require_safe
def oidc_back(request: HttpRequest, provider: str) -> HttpResponse:
    """Come back from a provider: the person is signed in, or told why not."""
    chosen = _provider(provider)
    try:
        subject = client.finish(
            chosen, _flow(request, chosen), request.GET.dict(), now=clock.moment()
        )
    except NotSignedIn as failed:
        _note(staff_at(chosen.key, failed.subject) if failed.subject else None)
        return _failed(request, chosen, failed.key)
    staff = staff_at(chosen.key, subject)
    if staff is None:
        return _failed(request, chosen, "unknown")
    sessions.complete(request, staff, how=chosen.key, to=request.session.pop(TO, ""))
    return redirect("choose-role")


def _provider(key: str) -> Provider:
    found: Provider | None = settings.OIDC.get(key)
    if found is None:
        raise Http404
    return found


def _flow(request: HttpRequest, provider: Provider) -> Flow:
    """Take out what was remembered: it serves once, and not for long; raises NotSignedIn."""
    kept = request.session.pop(FLOW, None)
    if kept is None or kept["provider"] != provider.key:
        raise NotSignedIn("state")
    if too_old(kept["begun"], now=clock.moment(), span=HALF_WAY):
        raise NotSignedIn("state")
    return Flow(**kept)


def _note(staff: Staff | None) -> None:
    if staff is not None:
        note_sign_in(staff, "session.refused")


def _failed(request: HttpRequest, provider: Provider, key: str) -> HttpResponse:
    status = 503 if key == "provider" else 403
    page = {"key": key, "provider": provider}
    return render(request, "web/oidc_failed.html", page, status=status)
