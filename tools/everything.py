"""Run all tests: once on SQLite, and what touches the database once more on PostgreSQL.

The last lines count what passed, failed and was skipped, and say why each skip
was. With HEMBESOK_REQUIRE_ALL set, as in CI, nothing may be skipped for want of
a database, a browser or the real data.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools import postgres

WORKERS = os.environ.get("HEMBESOK_WORKERS", "2")
ROOT = Path(__file__).resolve().parent.parent
NO_POSTGRES = (
    "no PostgreSQL server: the data tests ran on SQLite only (apt-get install -y postgresql)"
)


def main() -> int:
    """Run the suites and report; 0 when all is well."""
    parser = argparse.ArgumentParser(prog="./run test")
    parser.add_argument("--heavy", action="store_true", help="the heavier proofs too")
    given, more = parser.parse_known_args()
    runs = [_pytest("SQLite", given.heavy, more)]
    try:
        with postgres.running() as address:
            runs.append(_pytest("PostgreSQL", given.heavy, more, address))
    except FileNotFoundError:
        runs.append({"skipped": [NO_POSTGRES]})
    except (KeyError, subprocess.CalledProcessError) as error:
        sys.stdout.write(f"PostgreSQL is installed but does not start: {error}\n")
        runs.append({"failed": 1})
    return report(runs)


def _pytest(name: str, heavy: bool, more: list[str], database: str = "") -> dict[str, Any]:
    marks = "heavy or not heavy" if heavy else "not heavy"
    if database:
        marks = f"({marks}) and data and not browser"
    sys.stdout.write(f"\n== tests on {name} ==\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory() as folder:
        tally = Path(folder) / "tally.json"
        environment = {**os.environ, "HEMBESOK_TALLY": str(tally)}
        environment.pop("HEMBESOK_DATABASE", None)
        if heavy:
            environment["HEMBESOK_DRAWS"] = "search"
            environment["PYTEST_TIMEOUT"] = "7200"
        if database:
            environment["HEMBESOK_DATABASE"] = database
        # Two at once, each with a database of its own; in stretches, so that a page is opened once.
        parallel = ["-n", WORKERS, "--dist", "worksteal"]
        command = [sys.executable, "-m", "pytest", "-q", *parallel, "-m", marks, *more]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603
        try:
            found: dict[str, Any] = json.loads(tally.read_text())
        except FileNotFoundError:
            found = {"failed": 1}
    # 5: no test fits what was asked for, as when one file without data tests is named.
    if code not in (0, 1, 5):
        found["failed"] = max(found.get("failed", 0), 1)
    return found


def report(runs: Sequence[Mapping[str, Any]]) -> int:
    """Count all runs, tell why each skip was, and return 0 when all is well."""
    passed = sum(run.get("passed", 0) for run in runs)
    failed = sum(run.get("failed", 0) for run in runs)
    skips = [reason for run in runs for reason in run.get("skipped", [])]
    if skips and os.environ.get("HEMBESOK_REQUIRE_ALL"):
        failed += len(skips)
    sys.stdout.write("\n")
    for reason in skips:
        sys.stdout.write(f"skipped: {reason}\n")
    sys.stdout.write(f"{passed} passed, {failed} failed, {len(skips)} skipped\n")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
