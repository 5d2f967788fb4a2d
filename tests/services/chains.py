"""Trails written past the system: long ones, quickly, and those of somebody who means ill."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils.timezone import localdate

from hembesok.access import heads
from hembesok.access.keys import keyring
from hembesok.access.models import TrailEntry, TrailHead
from hembesok.access.rules.chain import Head, Row, chained
from hembesok.access.services.trail import COLUMNS
from tests.services.conftest import POSTGRESQL, SQLITE

BEGUN = datetime(2026, 3, 2, 7, 30, 0, 123456, tzinfo=UTC)


def rows(count: int, *, staff: int, step: timedelta = timedelta(minutes=5)) -> Iterator[Row]:
    """Return drafts of entries, one after the other in time."""
    for n in range(count):
        yield Row(
            n + 1, BEGUN + n * step, staff, "child_health_nurse", None, "family.read",
            f"family:F{n % 97:07}", "", "team", "", "",
        )  # fmt: skip


def own_mac(data: bytes) -> tuple[str, str]:
    """Make a link with a key that is not the site's."""
    return "own", hmac.digest(hashlib.sha256(b"own").digest(), data, "sha256").hex()


def chain(drafts: Iterable[Row], *, own_key: bool = False) -> list[Row]:
    """Return the drafts numbered from 1 and chained, with the site's key unless told."""
    link, done = "", []
    mac = own_mac if own_key else keyring().mac
    for number, draft in enumerate(drafts, start=1):
        row = draft._replace(number=number)
        key, link = mac(chained(link, row))
        done.append(row._replace(key=key, link=link))
    return done


def write(chained_rows: list[Row]) -> None:
    """Write entries and their head into an empty trail."""
    columns, marks = ", ".join(COLUMNS), ", ".join(["%s"] * len(COLUMNS))
    moment = connection.ops.adapt_datetimefield_value
    values = [[row.number, moment(row.at), *row[2:]] for row in chained_rows]
    with connection.cursor() as cursor:
        # Not by way of the models, which take ten times as long.
        cursor.executemany(
            f"INSERT INTO access_trailentry ({columns}) VALUES ({marks})",  # noqa: S608
            values,
        )
    set_head(chained_rows)


def set_head(chained_rows: list[Row]) -> None:
    last = chained_rows[-1] if chained_rows else None
    TrailHead.objects.update_or_create(
        pk=1,
        defaults={"number": last.number if last else 0, "link": last.link if last else ""},
    )


def stored() -> list[Row]:
    """Return what stands in the trail."""
    return [Row(*row) for row in TrailEntry.objects.order_by("number").values_list(*COLUMNS)]


def kept_heads(chained_rows: list[Row], path: Path) -> None:
    """Write the heads file as it would have come about: the last entry of each day."""
    last = {localdate(row.at): row for row in chained_rows}
    lines = (heads.line(Head(day, row.number, row.link)) for day, row in last.items())
    path.write_text("".join(lines))


@contextmanager
def tampering() -> Iterator[None]:
    """Let the trail be changed inside the block, as whoever owns the tables can.

    What was done, and the triggers put aside, are back after the block.
    """
    postgres = connection.vendor == "postgresql"
    with transaction.atomic(), connection.cursor() as cursor:
        if postgres:
            # It drops no trigger while checks of foreign keys wait.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(POSTGRESQL if postgres else SQLITE)
        triggers = [found for found in cursor.fetchall() if found[1] == "access_trailentry"]
        assert triggers
        for name, table, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgres else ""))
        yield
        transaction.set_rollback(True)


def verified(path: Path | None = None) -> tuple[int, str]:
    """Run `hembesok verify-trail` and return its exit code and what it said."""
    out = StringIO()
    try:
        call_command("verify_trail", stdout=out, stderr=StringIO(), heads=path)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()
