"""Bringing in a list of 5,000 rows: seconds, and a plain limit beside them.

    python benchmarks/bring_in.py [--rows N] [--at FOLDER]

The plain limit is what nobody in Python can go below who keeps what we keep: to read the same
file with csv.reader, to seal the same texts under the same keys, and to INSERT a row for each
child, guardian, family and number through sqlite3, with nothing judged. The ratio says more
than the seconds, which belong to the machine.
"""

import argparse
import csv
import io
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLAIN = ("family", "child", "guardian", "child_number", "guardian_number")


def seconds(deed: Callable[[], object]) -> float:
    """Do something and return what it took by the clock."""
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


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
    from tests.rules.lists import ON

    make_file(ON)
    call_command("migrate", verbosity=0)


def plain_limit(content: bytes, folder: Path) -> None:
    """Read, seal and insert, and nothing more."""
    from hembesok.access.keys import keyring

    ring = keyring()
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))[1:]
    with sqlite3.connect(folder / "plain.sqlite3") as connection:
        for table in PLAIN:
            connection.execute(f"CREATE TABLE {table} (a, b, c, d)")
        for row in rows:
            number, born, name, parent, parent_number, phone, _tongue, _help, address, _flag = row
            sealed = [ring.seal(text, "plain") for text in (address, name, parent, phone)]
            numbers = [
                (ring.seal(n, "plain"), ring.blind(n, "plain")) for n in (number, parent_number)
            ]
            values = (
                (sealed[0], "", "", ""), (sealed[1], born, "", ""), (sealed[2], sealed[3], "", ""),
                (*numbers[0], "", ""), (*numbers[1], "", ""),
            )  # fmt: skip
            for table, row_of in zip(PLAIN, values, strict=True):
                connection.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", row_of)  # noqa: S608


def measure(folder: Path, number: int) -> None:
    """Bring the list in, send it once more, and print."""
    from django.utils.timezone import now

    from hembesok.families.services import lists
    from tests.conftest import build_cast
    from tests.rules.lists import HEADER, as_csv, good_rows

    # What waits is open for two hours to whoever has a moment.
    nurse = replace(build_cast().anna, at=now())
    content = as_csv([HEADER, *good_rows(number, random.Random(3))])  # noqa: S311 — no secret
    plain = seconds(lambda: plain_limit(content, folder))

    def bring_in() -> int:
        sent = lists.send(content, "list.csv", by=nurse)
        return lists.bring_in(sent, by=nurse).children

    brought: list[int] = []
    first = seconds(lambda: brought.append(bring_in()))
    again = seconds(lambda: brought.append(bring_in()))
    if brought != [number, 0]:
        raise SystemExit(f"brought in {brought}, and not {[number, 0]}")
    print(f"rows          {number:,}")
    print(f"plain limit   {plain:.2f} s")
    print(f"bring in      {first:.2f} s, {first / plain:.1f} times the limit")
    print(f"once more     {again:.2f} s, nothing added")


def main() -> None:
    """Read the options and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--at", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.at) as folder:
        prepare(Path(folder))
        measure(Path(folder), options.rows)


if __name__ == "__main__":
    main()
