"""Server time of I dag, the worklist and the family page at 5,000 families, and at 50.

    python benchmarks/pages.py [--families N] [--own N] [--rounds N] [--at FOLDER]

One site of so many families, on SQLite: a nurse and an adviser who are named for `own` of
them, and a coordinator who sees them all. The same pages are asked for at a site of 50
families; the growth is the ratio of the two, and belongs less to the machine than the
milliseconds do. Pages are asked for through the whole product (gate, trail, templates), one
process, no network; the median of some rounds in which both sites take turns. Each page is asked
for twice in a turn and timed the second time: what a process keeps of one site is not what it
would keep of the other.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ON = date(2026, 3, 16)
FEW = 50
LIMIT_GROWTH = 1.5


def prepare(folder: Path) -> None:
    """Make an empty site in a folder."""
    os.environ |= {
        "HEMBESOK_DATA": str(folder),
        "HEMBESOK_SECRET_KEY": "only for a benchmark",
        "HEMBESOK_PLAIN_HTTP": "1",
        "HEMBESOK_HOSTS": "testserver",
        "HEMBESOK_MFA": "off",
        "DJANGO_SETTINGS_MODULE": "hembesok.project.settings",
    }
    for name in ("HEMBESOK_DATABASE", "HEMBESOK_KEYS", "HEMBESOK_KEYS_FILE"):
        os.environ.pop(name, None)
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command

    from hembesok.access.keys import make_file
    from hembesok.web import clock

    make_file(ON)
    call_command("collectstatic", verbosity=0, interactive=False)
    clock.today = lambda: ON


@contextmanager
def database(path: Path) -> Iterator[None]:
    """Turn to a database of its own."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = str(path)
    yield
    connection.close()


def fill(number: int, own: int) -> None:
    """Write a site of so many families, each as the demo lives them, `own` of them the team's."""
    from django.core.management import call_command
    from django.db import transaction

    from benchmarks import many

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        many.site(number, own=own, on=ON)


def asker(login: str, address: str) -> Callable[[], float]:
    """Return what asks for a page once, and gives the seconds that took."""
    from django.test import Client

    from hembesok.access.models import Staff
    from hembesok.web.sessions import ASSIGNMENT, mark_whole

    client = Client()
    staff = Staff.objects.get(login=login)
    client.force_login(staff)
    session = client.session
    mark_whole(session, how="password")
    session[ASSIGNMENT] = staff.assignments.get().pk
    session.save()

    def ask() -> float:
        began = time.perf_counter()
        answer: Any = client.get(address)
        took = time.perf_counter() - began
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        return took

    return ask


def pages() -> dict[str, tuple[str, str]]:
    """Return the pages that are measured: account and address."""
    from hembesok.families.models import Family

    ref = Family.objects.order_by("code")[0].ref
    return {
        "I dag, nurse": ("anna", "/today"),
        "I dag, adviser": ("bo", "/today"),
        "worklist, nurse": ("anna", "/families"),
        "worklist, coordinator": ("frida", "/families"),
        "overview, coordinator": ("frida", "/overview"),
        "family page, nurse": ("anna", f"/f/{ref}"),
    }


def measure(folder: Path, many: int, own: int, rounds: int) -> int:
    """Ask for each page at both sites in turn, and print; return 1 where one grew too much."""
    paths = {n: folder / f"{n}.sqlite3" for n in (FEW, many)}
    for number, path in paths.items():
        with database(path):
            began = time.perf_counter()
            fill(number, min(own, number))
            print(f"{number:>6,} families written in {time.perf_counter() - began:.0f} s")
    times: dict[str, dict[int, list[float]]] = {}
    for turn in range(rounds + 1):
        for number, path in paths.items():
            with database(path):
                for name, (login, address) in pages().items():
                    ask = asker(login, address)
                    first, took = ask(), ask()
                    if turn:  # the first is the day's first look, which computes standings
                        times.setdefault(name, {}).setdefault(number, []).append(took)
                    elif number == many:
                        print(f"first look of the day, {name}: {first * 1000:.0f} ms")
    worst = 0.0
    print(f"{'page':<24}{FEW:>8} fam.{many:>8,} fam.   growth")
    for name, found in times.items():
        few, much = (statistics.median(found[n]) * 1000 for n in (FEW, many))
        worst = max(worst, much / few)
        print(f"{name:<24}{few:>9.1f} ms{much:>10.1f} ms   {much / few:.2f}")
    print(f"limit of growth {LIMIT_GROWTH}: {'kept' if worst <= LIMIT_GROWTH else 'NOT kept'}")
    return int(worst > LIMIT_GROWTH)


def main() -> None:
    """Read the options and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=5_000)
    parser.add_argument("--own", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--at", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.at) as folder:
        prepare(Path(folder))
        sys.exit(measure(Path(folder), options.families, options.own, options.rounds))


if __name__ == "__main__":
    main()
