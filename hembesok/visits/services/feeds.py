"""Addresses at which a calendar elsewhere reads somebody's visits: made, replaced, ended."""

import hashlib
import secrets
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import VISITORS, Actor
from hembesok.access.services.administration import subject_of
from hembesok.access.services.assignments import actor_for
from hembesok.access.services.trail import note
from hembesok.values.refusals import Reason, Refusal
from hembesok.visits.models import CalendarFeed

TOKEN_BYTES: Final = 24
"""192 bits: an address that cannot be guessed."""


@transaction.atomic
def open_feed(*, by: Actor) -> str:
    """Make an address for one's own visits in this assignment, in place of an earlier one.

    Returns its secret part, which is kept nowhere. Raises Refusal when the
    assignment is not in force or visits nobody.
    """
    assignment = _locked(by)
    _end(assignment)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarFeed.objects.create(assignment=assignment, token_hash=_hashed(token), made=now())
    note(by, "feed.made", subject_of(assignment.staff))
    return token


@transaction.atomic
def end_feed(*, by: Actor) -> None:
    """End one's own address: whoever reads it from now on finds nothing."""
    assignment = _locked(by)
    if _end(assignment):
        note(by, "feed.ended", subject_of(assignment.staff))


def open_feed_of(by: Actor) -> CalendarFeed | None:
    """Return the actor's own feed, if there is one."""
    return CalendarFeed.objects.filter(assignment=_assignment(by), ended=None).first()


def reader_of(token: str, *, on: date) -> Actor | None:
    """Return whose visits an address gives, as an actor; None for one that gives nothing.

    That is an address that never was, or has ended, or whose assignment has, or whose
    account is closed. The first reading of a day is noted in the trail, the others
    are not: a calendar asks all day long, and shows the same to the same person.
    """
    in_force = Q(assignment__ends=None) | Q(assignment__ends__gte=on)
    feed = (
        CalendarFeed.objects.filter(
            in_force,
            token_hash=_hashed(token),
            ended=None,
            assignment__starts__lte=on,
            assignment__staff__is_active=True,
        )
        .select_related("assignment__staff")
        .first()
    )
    if feed is None:
        return None
    actor = actor_for(feed.assignment, on=on)
    with transaction.atomic():
        unnoted = CalendarFeed.objects.filter(pk=feed.pk).exclude(told_on=on)
        # Whoever changes the row notes it: two readers at once make one line.
        if feed.told_on != on and unnoted.update(told_on=on):
            note(actor, "feed.read", subject_of(feed.assignment.staff))
    return actor


def _locked(by: Actor) -> Assignment:
    """Lock the account, so that two who make an address at once leave one."""
    Staff.objects.select_for_update().get(pk=by.staff)
    return _assignment(by)


def _assignment(by: Actor) -> Assignment:
    found = (
        Assignment.objects.filter(
            Q(ends=None) | Q(ends__gte=by.on),
            staff=by.staff,
            role=by.role,
            unit=by.unit,
            site=by.site,
            starts__lte=by.on,
        )
        .order_by("pk")
        .first()
    )
    if found is None or by.role not in VISITORS:
        raise Refusal(Reason("not_assigned_here"))
    return found


def _end(assignment: Assignment) -> int:
    return assignment.feeds.filter(ended=None).update(ended=now())


def _hashed(token: str) -> str:
    # The token is drawn, not chosen: a plain hash of it can be tried by nobody.
    return hashlib.sha256(token.encode()).hexdigest()
