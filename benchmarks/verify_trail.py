"""Verifying a trail, and noting in it: seconds, and a plain limit beside them.

    python benchmarks/verify_trail.py [--entries N] [--notes N] [--at FOLDER]

The plain limit of verifying is what nobody in Python can go below: to SELECT
the same rows through sqlite3 and to make an HMAC over each. Of noting it is an
INSERT and a commit of the same columns, with nothing chained. The ratio says
more than the seconds, which belong to the machine.
"""

import argparse
import hashlib
import hmac
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = "number, at, staff_id, role, unit_id, action, subject, detail, why, key, link"


def seconds(deed: Callable[[], object]) -> float:
    """Do something and return what it took by the clock."""
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def best(deed: Callable[[], object], rounds: int = 3) -> float:
    """Return the quickest of some rounds: what else the machine did is not ours."""
    return min(seconds(deed) for _round in range(rounds))


def prepare(folder: Path) -> None:
    """Make an empty site in a folder."""
    os.environ |= {"HEMBESOK_DATA": str(folder), "HEMBESOK_SECRET_KEY": "only for a benchmark"}
    for name in ("HEMBESOK_DATABASE", "HEMBESOK_KEYS", "HEMBESOK_KEYS_FILE"):
        os.environ.pop(name, None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "hembesok.project.settings"
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command

    from hembesok.access.keys import make_file

    make_file(date(2026, 3, 16))
    call_command("migrate", verbosity=0)


def fill(number: int) -> None:
    """Write a trail of so many entries, rightly chained."""
    from hembesok.access.models import Staff
    from tests.services import chains

    staff = Staff.objects.create_user("anna", "Anna Ask")
    step = timedelta(seconds=40)
    chains.write(chains.chain(chains.rows(number, staff=staff.pk, step=step)))


def plain_select(database: Path) -> None:
    """Read the rows as sqlite3 gives them, a page at a time."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute(f"SELECT {COLUMNS} FROM access_trailentry ORDER BY number")  # noqa: S608
        while rows.fetchmany(5000):
            pass


def plain_codes(data: list[bytes]) -> None:
    """Make an HMAC over each row."""
    for row in data:
        hmac.digest(b"k" * 32, row, "sha256").hex()


def verifying(folder: Path, number: int) -> Iterator[str]:
    """Measure the walk through all entries."""
    from hembesok.access.services.verification import verification, verify

    fill(number)
    database = folder / "hembesok.sqlite3"
    select = best(lambda: plain_select(database))
    codes = best(
        lambda: plain_codes([hashlib.sha256(b"%d" % n).digest() * 6 for n in range(number)])
    )
    findings: list[object] = []
    took = best(lambda: findings.extend(verify(verification({}), lambda _number: None)))
    if findings:
        raise SystemExit("the trail is not whole")
    yield f"entries       {number:,}"
    yield f"plain limit   {select + codes:.2f} s: SELECT {select:.2f} s, HMAC {codes:.2f} s"
    yield f"verify        {took:.2f} s, {took / number * 1e6:.1f} µs an entry"
    yield f"ratio         {took / (select + codes):.1f} to SELECT and HMAC"


def noting(folder: Path, notes: int) -> Iterator[str]:
    """Measure notes, each a transaction of its own, against inserts of the same columns."""
    from django.db import connection

    from hembesok.access import heads
    from hembesok.access.models import Staff
    from hembesok.access.rules.chain import Head
    from hembesok.access.services.trail import note_sign_in

    staff = Staff.objects.get()

    def unchained() -> None:
        row = (1, str(datetime.now(UTC)), staff.pk, "", None, "session.begun", *[""] * 4, "0" * 64)
        insert = f"INSERT INTO unchained ({COLUMNS}) VALUES ({', '.join(['%s'] * 11)})"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE unchained AS SELECT * FROM access_trailentry WHERE 0")
            for _note in range(notes):
                cursor.execute(insert, row)

    def chained() -> None:
        for _note in range(notes):
            note_sign_in(staff, "session.begun")

    def keeping() -> None:
        for n in range(1, notes + 1):
            head = Head(date(2026, 3, 16), n, f"{n:064x}")
            heads.keep(folder / "heads", head, previous=(n - 1, f"{n - 1:064x}"))

    plain, took, kept = seconds(unchained), seconds(chained), seconds(keeping)
    yield f"unchained     {notes / plain:,.0f} inserts a second"
    yield f"chained       {notes / took:,.0f} notes a second, heads kept"
    yield f"ratio         {took / plain:.1f}"
    yield f"keeping       {kept / notes * 1e6:.0f} µs a head"


def main() -> None:
    """Read the options and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--notes", type=int, default=2_000)
    parser.add_argument("--at", type=Path, help="a folder on the disk to be measured")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.at) as name:
        folder = Path(name)
        prepare(folder)
        for line in (*verifying(folder, given.entries), *noting(folder, given.notes)):
            print(line)


if __name__ == "__main__":
    main()
