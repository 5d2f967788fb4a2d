"""Reading the whole trail anew, to see whether it is whole."""

from collections.abc import Callable, Iterator
from datetime import MAXYEAR, UTC, datetime

from django.db import transaction
from django.utils.timezone import get_default_timezone, localdate

from hembesok.access.keyring import KeyProblem
from hembesok.access.keys import keyring
from hembesok.access.models import TrailEntry, TrailHead
from hembesok.access.rules.chain import Finding, Head, Row, Verification
from hembesok.access.services.trail import COLUMNS

PAGE = 5_000
"""Entries in memory at a time, and in one reading of the database."""


def verification(kept: dict[int, list[Head]]) -> Verification:
    """Return a verification of Swedish days; raises KeyProblem when the site has no keys."""
    zone, ring = get_default_timezone(), keyring()

    def code(data: bytes, key: str) -> str | None:
        # No name at all would stand for the newest key; bytes are what SQLite lets in.
        if not key or not isinstance(key, str):
            return None
        try:
            return ring.mac(data, key=key)[1]
        except KeyProblem:
            return None

    return Verification(code, lambda at: at.astimezone(zone).date(), kept)


def verify(walk: Verification, tell: Callable[[int], object]) -> Iterator[Finding]:
    """Yield all that is wrong with the trail; `tell` is told how far it has come.

    The kept heads must have been read before: entries may come while this runs,
    and are walked too.
    """
    last: int | None = None
    while True:
        page = _page(last)
        if len(page) < PAGE:
            page, stored, at_end = _end(last)
        else:
            stored, at_end = None, False
        yield from walk.walk(page)
        if at_end:
            yield from walk.end(stored)
            return
        last = page[-1].number
        tell(last)


def newest() -> Head | None:
    """Return the head of the trail as the database tells of it; None before the first entry."""
    head = TrailHead.objects.filter(pk=1, number__gt=0).first()
    if head is None:
        return None
    at = TrailEntry.objects.filter(pk=head.number).values_list("at", flat=True).first()
    return Head(localdate(at) if at else localdate(), head.number, head.link)


@transaction.atomic
def _end(after: int | None) -> tuple[list[Row], tuple[int, str] | None, bool]:
    """Return what is left, and the head, with nobody writing between the two."""
    head = TrailHead.objects.select_for_update().filter(pk=1).first()
    page = _page(after)
    return page, (head.number, head.link) if head else None, len(page) < PAGE


def _page(after: int | None) -> list[Row]:
    rows = TrailEntry.objects.order_by("number")
    if after is not None:
        rows = rows.filter(number__gt=after)
    try:
        return [_in_time(Row(*row)) for row in rows.values_list(*COLUMNS)[:PAGE]]
    except (ValueError, TypeError, AttributeError):
        # SQLite keeps what it is given, also a moment that is none.
        return [_readable(number) for number in rows.values_list("number", flat=True)[:PAGE]]


def _readable(number: int) -> Row:
    """Return an entry; what is no moment becomes one that cannot be right."""
    of_number = TrailEntry.objects.filter(pk=number)
    try:
        return _in_time(Row(*of_number.values_list(*COLUMNS).get()))
    except (ValueError, TypeError, AttributeError):
        rest = of_number.values_list(*COLUMNS[2:]).get()
        return Row(number, _NEVER, *rest)


_NEVER = datetime(1, 1, 2, tzinfo=UTC)


def _in_time(row: Row) -> Row:
    """Return the row; a moment of no day on Earth would stop whoever asks for its day."""
    at: datetime | None = row.at
    return row if at is not None and 1 < at.year < MAXYEAR else row._replace(at=_NEVER)
