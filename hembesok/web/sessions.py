"""What a session knows of a sign-in: half way, whole, when last seen, and locked.

A session of Django's that merely names a person opens nothing: `complete` is the only
place that marks a sign-in as whole, and the gate asks for the mark.
"""

from typing import Final, cast

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from hembesok.access.models import Staff
from hembesok.access.rules.sign_in import FRESH, HALF_WAY, too_old
from hembesok.access.services.attempts import forget
from hembesok.access.services.factors import end_sessions
from hembesok.access.services.trail import note_sign_in
from hembesok.web import clock

ASSIGNMENT: Final = "assignment"
"""Where the session keeps the assignment taken up."""
LOCKED: Final = "locked"
"""Where the session keeps that the screen is locked."""
NEXT: Final = "next"
"""Where the session keeps the page that was asked for before signing in."""
WHOLE: Final = "whole"
"""Where the session keeps that the sign-in is whole: when it was, and how."""
SEEN: Final = "seen"
"""Where the session keeps when the person last asked for something."""
CONFIRMED: Final = "confirmed"
"""Where the session keeps when the person last proved who they are."""
PENDING: Final = "pending"
"""Where the session keeps whose password was given, while the second factor is not."""


def begin_half_way(request: HttpRequest, staff: Staff, *, to: str) -> None:
    """Remember that the password was right; nobody is signed in by that."""
    request.session.flush()
    request.session[PENDING] = {
        "staff": staff.pk,
        "at": clock.moment(),
        "stamp": staff.get_session_auth_hash(),
    }
    request.session[NEXT] = to


def half_way(request: HttpRequest) -> Staff | None:
    """Return whose password was given a short while ago, and is still the password."""
    pending = request.session.get(PENDING)
    if not pending or too_old(pending["at"], now=clock.moment(), span=HALF_WAY):
        return None
    staff = Staff.objects.filter(pk=pending["staff"], is_active=True).first()
    if staff and constant_time_compare(pending["stamp"], staff.get_session_auth_hash()):
        return staff
    return None


def complete(request: HttpRequest, staff: Staff, *, how: str, to: str | None = None) -> None:
    """Sign in: the sign-in is whole; the session gets a new key, and an old lock is gone.

    Whoever signs in anew in their own session keeps the role; anybody else begins afresh.
    """
    to = request.session.get(NEXT, "") if to is None else to
    login(request, staff, backend="django.contrib.auth.backends.ModelBackend")
    mark_whole(request.session, how=how)
    request.session[NEXT] = to
    note_sign_in(staff, "session.begun")


def mark_whole(session: SessionBase, *, how: str) -> None:
    """Mark the session of a person who has proved who they are."""
    now = clock.moment()
    for key in (PENDING, LOCKED):
        session.pop(key, None)
    session[WHOLE] = {"at": now, "how": how}
    session[SEEN] = session[CONFIRMED] = now


def is_whole(request: HttpRequest) -> bool:
    """Tell whether the sign-in was whole, and not longer ago than a sign-in lasts."""
    whole = request.session.get(WHOLE)
    span = settings.SESSION_HOURS * 3600
    return whole is not None and not too_old(whole["at"], now=clock.moment(), span=span)


def how(request: HttpRequest) -> str:
    """Return how the person signed in: password, passkey, or the key of a provider."""
    return str(request.session[WHOLE]["how"])


def end(request: HttpRequest) -> None:
    """End a session: signed out, or too old."""
    note_sign_in(cast(Staff, request.user), "session.ended")
    logout(request)


def lock(request: HttpRequest) -> None:
    """Lock the screen."""
    request.session[LOCKED] = True
    note_sign_in(cast(Staff, request.user), "session.locked")


def unlock(request: HttpRequest) -> None:
    """Unlock the screen; the session gets a new key."""
    staff = cast(Staff, request.user)
    request.session.cycle_key()
    request.session.pop(LOCKED, None)
    request.session[SEEN] = request.session[CONFIRMED] = clock.moment()
    forget(staff.login)
    note_sign_in(staff, "session.unlocked")


def keep_or_lock(request: HttpRequest, *, seen: bool = True) -> bool:
    """Lock the screen of a person who has been away; tells whether it is locked now.

    `seen` is whether the request is a sign of the person, or of a page that asks by itself.
    """
    if request.session.get(LOCKED):
        return True
    now, last = clock.moment(), request.session.get(SEEN, 0)
    # Not noted at each request, as each would write. What that misses is added to the span:
    # the page itself must be the first to lock, as it keeps what was being written.
    exact = settings.LOCK_AFTER / 20
    if too_old(last, now=now, span=settings.LOCK_AFTER + exact):
        lock(request)
        return True
    if seen and now - last > exact:
        request.session[SEEN] = now
    return False


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether the person proved who they are just now."""
    return not too_old(request.session.get(CONFIRMED, 0), now=clock.moment(), span=FRESH)


def take_up(request: HttpRequest, assignment: int) -> None:
    """Take up a role; whoever changes role is in one only: other sessions end."""
    before = request.session.get(ASSIGNMENT)
    request.session[ASSIGNMENT] = assignment
    if before in (None, assignment):
        request.session.cycle_key()
    else:
        end_sessions(cast(Staff, request.user))
        go_on(request)


def go_on(request: HttpRequest) -> None:
    """Let this session go on when the person's sessions have ended; it gets a new key."""
    update_session_auth_hash(request, cast(Staff, request.user))
