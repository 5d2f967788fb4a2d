"""Server time of the pages of follow-up at one site, computed afresh, beside a plain page.

    python benchmarks/follow_up_page.py [--families N] [--rounds N] [--at FOLDER]

One site of 60 families on SQLite. The pages are asked for through the whole product (gate, trail,
templates), in one warm process: nothing of any answer is kept, only the text of the queries of
the day. The plain page is the site's decisions. All take turns; medians, and each page's time
divided by the plain page's, which belongs less to the machine than the milliseconds do.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import pages  # noqa: E402

PLAIN = "plain page (the site)"
LIMIT_MS = 300


def addresses() -> dict[str, str]:
    """Return what is asked for, by the coordinator."""
    return {
        PLAIN: "/site",
        "follow-up": "/followup",
        "one measure": "/followup/on_time",
        "report": "/followup/report",
        "overview, nothing changed": "/overview",
        "overview, something changed": "/overview",
    }


def measure(folder: Path, families: int, rounds: int) -> None:
    """Ask for each page in turn, and print."""
    from hembesok.delivery import queries

    with pages.database(folder / "site.sqlite3"):
        pages.fill(families, families)
        wall: dict[str, list[float]] = {name: [] for name in addresses()}
        work: dict[str, list[float]] = {name: [] for name in addresses()}
        askers = {name: pages.asker("frida", address) for name, address in addresses().items()}
        for turn in range(rounds + 1):
            for name, ask in askers.items():
                if name.endswith("something changed"):
                    queries.forget()
                began = time.process_time()
                took = ask()
                if turn:
                    wall[name].append(took)
                    work[name].append(time.process_time() - began)
                elif name == "follow-up":
                    print(f"first look of the day in a process: {took * 1000:.0f} ms")
    plain = statistics.median(work[PLAIN])
    print(f"{families} families, median of {rounds}")
    print(f"{'page':<30}{'wall':>9}{'fastest':>10}{'processor':>11}   times the plain")
    for name in addresses():
        middle, least = (of(wall[name]) * 1000 for of in (statistics.median, min))
        busy = statistics.median(work[name])
        times = f"{middle:>6.0f} ms{least:>7.0f} ms{busy * 1000:>8.0f} ms"
        print(f"{name:<30}{times}   {busy / plain:.1f}")
    print(f"aim for follow-up: about {LIMIT_MS} ms on an idle machine")


def main() -> None:
    """Read the options and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--at", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.at) as folder:
        pages.prepare(Path(folder))
        measure(Path(folder), options.families, options.rounds)


if __name__ == "__main__":
    main()
