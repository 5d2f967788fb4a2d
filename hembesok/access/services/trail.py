"""Noting reads and writes in the trail, each entry chained to the one before it."""

import logging
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate, now

from hembesok.access import heads
from hembesok.access.keys import keyring
from hembesok.access.models import Staff, TrailEntry, TrailHead
from hembesok.access.rules.chain import BEGINNING, Head, Row, chained
from hembesok.access.rules.roles import Actor

log = logging.getLogger(__name__)

COLUMNS = (
    "number", "at", "staff_id", "role", "unit_id", "action", "subject", "detail", "why", "key",
    "link",
)  # fmt: skip
"""The columns of an entry, as the fields of a Row stand."""


def note(actor: Actor, action: str, subject: str = "", detail: str = "", why: str = "") -> None:
    """Note one read or write of one record in the trail; `why` says what let the actor in."""
    note_all(actor, action, [subject], detail, why)


def note_all(
    actor: Actor, action: str, subjects: Iterable[str], detail: str = "", why: str = ""
) -> None:
    """Note a read that showed several records, one entry for each, in one statement."""
    _append(
        Row(0, _UNSET, actor.staff, actor.role, actor.unit, action, subject, detail, why, "", "")
        for subject in subjects
    )


def note_sign_in(staff: Staff, action: str) -> None:
    """Note that a person signed in or out; no role is taken up yet."""
    _append([Row(0, _UNSET, staff.pk, "", None, action, "", "", "sign-in", "", "")])


def note_system(action: str, detail: str = "") -> None:
    """Note what the system itself did, with nobody at the screen."""
    _append([Row(0, _UNSET, None, "", None, action, "", detail, "", "", "")])


_UNSET = now()


def _append(rows: Iterable[Row]) -> None:
    """Chain the rows after the newest entry and write them; the lock lasts until the commit."""
    drafts = list(rows)
    if not drafts:
        return
    with transaction.atomic():
        head = _locked_head()
        previous = head.number, head.link
        # The clock is read under the lock, so that entries stand in the order of their time.
        at, ring, entries = now(), keyring(), []
        for number, draft in enumerate(drafts, start=head.number + 1):
            # Texts as the column will give them back: not as members of an enumeration.
            row = draft._replace(number=number, at=at, role=str(draft.role))
            key, link = ring.mac(chained(head.link, row))
            entries.append(
                TrailEntry(**dict(zip(COLUMNS, row._replace(key=key, link=link), strict=True)))
            )
            head.number, head.link = number, link
        TrailEntry.objects.bulk_create(entries)
        head.save(force_update=True)
        newest = Head(localdate(at), head.number, head.link)
        transaction.on_commit(partial(_keep, newest, previous), robust=True)


def _locked_head() -> TrailHead:
    locked = TrailHead.objects.select_for_update()
    # The row comes with the tables; a database that was emptied makes it anew.
    return (
        locked.filter(pk=1).first() or locked.get_or_create(pk=1, defaults={"link": BEGINNING})[0]
    )


_told: set[str] = set()
"""The files that could not be written, told of once until they can."""


def _keep(head: Head, previous: tuple[int, str]) -> None:
    """Keep the head outside the database. The entry is committed, whatever becomes of this."""
    path = settings.TRAIL_HEADS
    try:
        heads.keep(path, head, previous=previous)
        _told.discard(str(path))
    except OSError as error:
        if str(path) not in _told:
            _told.add(str(path))
            log.warning(
                "the head of the trail cannot be kept in %s (%s); entries are written, and"
                " verify-trail tells which days have no head",
                path,
                error.strerror or error,
            )
