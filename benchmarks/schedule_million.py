"""A million children through `hembesok schedule`: seconds, memory, and a plain limit beside them.

    python benchmarks/schedule_million.py [--children N] [--shuffled] [--parquet] [--at FOLDER]

The plain limit is what no job in Python can go below: to read the same two CSV
files with csv.reader and to write as many rows as the job writes. The ratio to
it says more than the seconds, which belong to the machine.
"""

import argparse
import csv
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb

ROOT = Path(__file__).resolve().parent.parent
PROGRAMME = ROOT / "tests" / "programmes" / "dutch-clinic.toml"
STEPS = 9
FIRST_BIRTH = date(2017, 1, 1)
BIRTH_DAYS = 6 * 365
AS_OF = date(2024, 1, 1)
VISITS = range(6, 15)
"""Visits of one child: ten in the mean."""


def generate(folder: Path, number: int, *, shuffled: bool) -> tuple[Path, Path]:
    """Write children and their visits; shuffled, no two visits of a child stand together."""
    drawn = random.Random(20240101)  # noqa: S311 — no secret
    days = [str(FIRST_BIRTH + timedelta(n)) for n in range(BIRTH_DAYS + 1100)]
    children, visits = folder / "children.csv", folder / "visits.csv"
    rows: list[str] = []
    with children.open("w") as file:
        file.write("child_id,born,enrolled,ended\n")
        for n in range(number):
            born = drawn.randrange(BIRTH_DAYS)
            enrolled = days[born + drawn.randrange(60)] if drawn.random() < 0.5 else ""
            ended = days[born + drawn.randrange(60, 800)] if drawn.random() < 0.1 else ""
            file.write(f"child-{n:07},{days[born]},{enrolled},{ended}\n")
            for age in sorted(drawn.choices(range(1000), k=drawn.choice(VISITS))):
                rows.append(f"child-{n:07},{days[born + age]}\n")
    if shuffled:
        drawn.shuffle(rows)
    with visits.open("w") as file:
        file.write("child_id,date\n")
        file.writelines(rows)
    return children, visits


def plain_limit(folder: Path, children: Path, visits: Path) -> None:
    """Read the files row by row and write as many rows as the job would."""
    written = 0
    with visits.open(newline="") as file:
        for _ in csv.reader(file):
            pass
    with children.open(newline="") as file, (folder / "plain.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        row = ["month-1", "2020-01-17", "2020-01-31", "2020-02-14", "done", "2020-01-31", "0", ""]
        for child in csv.reader(file):
            writer.writerows([child[0], *row] for _ in range(STEPS))
            written += STEPS


def to_parquet(csv_file: Path) -> Path:
    """Write the same table as Parquet, with days as DATE."""
    out = csv_file.with_suffix(".parquet")
    duckdb.sql(f"COPY (FROM '{csv_file}') TO '{out}'")
    return out


class Measured(NamedTuple):
    """What a command took: by the clock, of the processor, and at most of memory (MiB)."""

    seconds: float
    processor: float
    peak: float


def measured(command: list[str]) -> Measured:
    """Run a command and measure it."""
    # The peak of children is that of the largest one so far, so each has a process between.
    code = (
        "import resource, subprocess, sys, time; t = time.monotonic();"
        "r = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode;"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(time.monotonic() - t, used.ru_utime + used.ru_stime, used.ru_maxrss);"
        "sys.exit(r)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], check=True, stdout=subprocess.PIPE, text=True
    )
    seconds, processor, kilobytes = done.stdout.split()
    return Measured(float(seconds), float(processor), int(kilobytes) / 1024)


def report(folder: Path, number: int, *, shuffled: bool, parquet: bool) -> Iterator[str]:
    """Generate, run and measure; yield what is to be said."""
    children, visits = generate(folder, number, shuffled=shuffled)
    plain = measured([sys.executable, __file__, "--plain", str(folder)])
    out = folder / "out.csv"
    if parquet:
        children, visits, out = (
            to_parquet(children),
            to_parquet(visits),
            out.with_suffix(".parquet"),
        )
    job = [sys.executable, "-m", "hembesok.project.cli", "schedule"]
    job += ["--programme", str(PROGRAMME), "--children", str(children), "--visits", str(visits)]
    took = measured([*job, "--as-of", str(AS_OF), "--out", str(out)])
    yield f"children      {number:,}, visits {'shuffled' if shuffled else 'child by child'}"
    yield f"plain limit   {plain.seconds:.1f} s, {plain.processor:.1f} s of the processor"
    yield f"job           {took.seconds:.1f} s, {took.processor:.1f} s of the processor"
    # On a machine busy with other things the second ratio says more than the first.
    ratios = took.seconds / plain.seconds, took.processor / plain.processor
    yield f"ratio         {ratios[0]:.1f} by the clock, {ratios[1]:.1f} of the processor"
    yield f"peak memory   {took.peak:.0f} MiB"
    yield f"output        {out.stat().st_size / 2**20:.0f} MiB"


def main() -> None:
    """Read the options and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=1_000_000)
    parser.add_argument("--shuffled", action="store_true")
    parser.add_argument("--parquet", action="store_true")
    parser.add_argument("--at", type=Path, help="a folder on the disk to be measured")
    parser.add_argument("--plain", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.plain:
        plain_limit(given.plain, given.plain / "children.csv", given.plain / "visits.csv")
        return
    with tempfile.TemporaryDirectory(dir=given.at) as folder:
        options = {"shuffled": given.shuffled, "parquet": given.parquet}
        for line in report(Path(folder), given.children, **options):
            print(line)


if __name__ == "__main__":
    main()
