"""The second factor: giving it, and making, adding and removing one."""

from typing import Final

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hembesok.access.keys import keyring
from hembesok.access.models import Passkey, Staff, TotpFactor
from hembesok.access.rules.sign_in import may_make_factor
from hembesok.access.services import factors as service
from hembesok.access.services.attempts import count_refused, is_blocked
from hembesok.access.services.trail import note_sign_in
from hembesok.web import passkeys, sessions
from hembesok.web.gate import FactorRequest, open_to_all, password_given
from hembesok.web.sessions import LOCKED, NEXT
from hembesok.web.views.session import BLOCKED, WRONG, is_ours, sign_in_page

SECRET: Final = "secret"  # noqa: S105 - the name of a place
"""Where the session keeps the sealed secret of an app that has not shown its first code."""
SEALED: Final = "session.secret"


@password_given
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: FactorRequest) -> HttpResponse:
    """After the password: the code of the app, a recovery code, or a passkey."""
    staff = sessions.half_way(request)
    if staff is None:
        return redirect("start")
    if not service.has_factor(staff):
        return redirect("factors")
    status = _give_code(request, staff) if request.method == "POST" else 200
    if status == 204:
        sessions.complete(request, staff, how="password")
        return redirect("choose-role")
    return _factor_page(request, staff, status)


def _factor_page(request: HttpRequest, staff: Staff, status: int) -> HttpResponse:
    page = sign_in_page(request, "", status) | _has(staff)
    return render(request, "web/factor.html", page, status=status)


def _give_code(request: HttpRequest, staff: Staff) -> int:
    if not is_blocked(staff.login):
        if service.code_is_right(staff, request.POST.get("code", "")[:40]):
            return 204
        count_refused(staff.login)
    return BLOCKED if is_blocked(staff.login) else WRONG


def _has(staff: Staff) -> dict[str, object]:
    return {
        "app": TotpFactor.objects.filter(staff=staff).first(),
        "passkeys": list(Passkey.objects.filter(staff=staff).order_by("pk")),
        "codes_left": service.codes_left(staff),
    }


@open_to_all
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """The browser asks what a passkey must sign: to sign in, as second factor, or to unlock."""
    _only_with_accounts()
    known = request.user if request.user.is_authenticated else None
    staff = sessions.half_way(request) or known
    return _json(passkeys.options_to_use(request, staff))


@open_to_all
@sensitive_post_parameters("credential")
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey, alone or after the password."""
    _only_with_accounts()
    given_password = sessions.half_way(request)
    staff = passkeys.whose(request)
    if staff is None or given_password not in (None, staff):
        if given_password is not None:
            note_sign_in(given_password, "session.refused")
            return _factor_page(request, given_password, WRONG)
        page = sign_in_page(request, "", 200) | {"passkey_wrong": True}
        return render(request, "web/sign_in.html", page, status=WRONG)
    to = request.POST.get("next", "")
    asked = None if given_password else (to if is_ours(request, to) else "")
    sessions.complete(request, staff, how="passkey", to=asked)
    return redirect("choose-role")


def _only_with_accounts() -> None:
    if not settings.LOCAL_ACCOUNTS:
        raise Http404


@password_given
@require_safe
def factors(request: FactorRequest) -> HttpResponse:
    """What the person signs in with, or, at the first sign-in, what there is to choose from."""
    return _stop(request) or render(
        request,
        "web/factors.html",
        _has(request.staff) | {"first": _is_half_way(request)},
    )


@password_given
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def factor_app(request: FactorRequest) -> HttpResponse:
    """Add an app that shows codes."""
    if stop := _stop(request):
        return stop
    if request.method == "POST" and SECRET in request.session:
        secret = keyring().unseal(request.session[SECRET], SEALED)
        if service.add_app(request.staff, secret, _digits(request)):
            request.session.pop(SECRET)
            return _added(request)
    else:
        secret = service.new_secret()
        request.session[SECRET] = keyring().seal(secret, SEALED)
    wrong = request.method == "POST"
    picture = segno.make(service.uri_of(secret, request.staff), error="m")
    page = {
        "groups": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "size": picture.symbol_size(border=4)[0],
        "dark": _squares(picture),
        "wrong": wrong,
    }
    return render(request, "web/factor_app.html", page, status=WRONG if wrong else 200)


def _digits(request: HttpRequest) -> str:
    return request.POST.get("code", "")[:40].replace(" ", "")


def _squares(picture: segno.QRCode) -> str:
    """Draw the dark squares as one path: a picture that the policy lets stand in the page."""
    rows = enumerate(picture.matrix_iter(border=4))
    return "".join(f"M{x} {y}h1v1h-1z" for y, row in rows for x, dark in enumerate(row) if dark)


@password_given
@require_POST
def factor_passkey_options(request: FactorRequest) -> HttpResponse:
    """The browser asks what is needed to make a passkey."""
    return _stop(request) or _json(passkeys.options_to_make(request, request.staff))


@password_given
@sensitive_post_parameters("credential")
@require_POST
def factor_passkey(request: FactorRequest) -> HttpResponse:
    """Add a passkey."""
    if stop := _stop(request):
        return stop
    if passkeys.make(request, request.staff):
        return _added(request)
    page = _has(request.staff) | {"first": _is_half_way(request), "passkey_wrong": True}
    return render(request, "web/factors.html", page, status=WRONG)


@password_given
@require_POST
def factor_codes(request: FactorRequest) -> HttpResponse:
    """Make new recovery codes; the former ones are void."""
    if stop := _stop(request):
        return stop
    if _is_half_way(request):
        return redirect("factors")
    return _codes(request)


@password_given
@require_POST
def factor_remove(request: FactorRequest) -> HttpResponse:
    """Remove a factor; the last one stays."""
    if stop := _stop(request):
        return stop
    if not _is_half_way(request) and service.remove_factor(
        request.staff, request.POST.get("which", "")[:20]
    ):
        _go_on(request)
    return redirect("factors")


def _stop(request: FactorRequest) -> HttpResponse | None:
    """Return where to go instead, when factors may not be made or changed here and now."""
    half = _is_half_way(request)
    if not settings.LOCAL_ACCOUNTS or not settings.FACTORS_REQUIRED:
        raise Http404
    if not half and sessions.how(request) in settings.OIDC:
        raise Http404
    if not may_make_factor(half_way=half, has_factor=service.has_factor(request.staff)):
        return redirect("factor")
    if half or sessions.is_fresh(request):
        return None
    request.session[NEXT] = "/factors"
    request.session[LOCKED] = True
    return redirect("locked")


def _is_half_way(request: HttpRequest) -> bool:
    return sessions.half_way(request) is not None


def _added(request: FactorRequest) -> HttpResponse:
    """Go on after a factor was added: the first one completes the sign-in, and brings codes."""
    if sessions.PENDING in request.session:
        sessions.complete(request, request.staff, how="password")
        return _codes(request)
    _go_on(request)
    return _codes(request) if not service.codes_left(request.staff) else redirect("factors")


def _go_on(request: FactorRequest) -> None:
    """Let this session go on; the stamp that ends the others was renewed on `staff`."""
    request.user = request.staff
    sessions.go_on(request)


def _codes(request: FactorRequest) -> HttpResponse:
    codes = service.new_recovery_codes(request.staff)
    return render(request, "web/recovery_codes.html", {"codes": codes})


def _json(text: str) -> HttpResponse:
    return HttpResponse(
        text, content_type="application/json", headers={"Cache-Control": "no-store"}
    )
