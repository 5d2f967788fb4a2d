"""Counting refused tries: after some of them an account takes no more for a while.

django-axes counts, in the database, so that all servers count together. It is
shown neither the request nor the account: what it keeps is a blind key, a count
and a time. A name that is no account is counted too, so that the answer is the
same; an identity number written in the wrong field is nowhere to be read.
"""

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from hembesok.access.models import Staff
from hembesok.access.services.trail import note_sign_in

USERNAME = "username"


def key_of(request: HttpRequest | None, credentials: dict[str, str] | None) -> str | None:
    """Return what axes counts by; it asks with each of its calls."""
    login = (credentials or {}).get(USERNAME)
    if login is None:
        return None
    return salted_hmac("hembesok.access.attempts", login, algorithm="sha256").hexdigest()


def is_blocked(login: str) -> bool:
    """Tell whether an account, or a name that is none, takes no more tries for now."""
    return not AxesProxyHandler.is_allowed(_bare_request(), {USERNAME: login})


def staff_with(login: str, password: str) -> Staff | None:
    """Return the member of staff whose account and password these are; a miss is counted."""
    staff = authenticate(_bare_request(), username=login, password=password)
    if staff is None:
        _note(login)
        return None
    if not isinstance(staff, Staff):
        raise TypeError("accounts are staff")
    return staff


def count_refused(login: str) -> None:
    """Count a refused try that was no password: a code or a passkey."""
    AxesProxyHandler.user_login_failed(
        sender=__name__, credentials={USERNAME: login}, request=_bare_request()
    )
    _note(login)


def forget(login: str) -> int:
    """Let an account take tries again; returns how many counts there were."""
    key = key_of(None, {USERNAME: login})
    return int(AxesProxyHandler.reset_attempts(username=key))


def unblock(staff: Staff) -> bool:
    """Let an account take tries again before its time; tells whether there was anything to do."""
    found = forget(staff.login) > 0
    note_sign_in(staff, "account.unblocked")
    return found


def _note(login: str) -> None:
    """Note the try on somebody's account; a name that is no account is nobody's to note."""
    staff = Staff.objects.filter(login=login).first()
    if staff is not None:
        note_sign_in(staff, "session.refused")
        if is_blocked(login):
            note_sign_in(staff, "account.blocked")


def _bare_request() -> HttpRequest:
    """Make a request that tells nothing of the browser; axes would keep what it tells."""
    request = HttpRequest()
    # Not empty: two rows with no address are not equal to the database, and would be two.
    request.META["REMOTE_ADDR"] = "0.0.0.0"  # noqa: S104 - nothing is bound to it
    return request
