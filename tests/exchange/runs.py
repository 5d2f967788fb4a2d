"""Running the job in tests: files made of text, rows read back, leftovers looked for."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from hembesok.exchange.schedule_job.job import Request, Summary, run
from hembesok.project.management.commands.schedule import Command
from tests.need import ROOT

DUTCH = ROOT / "tests" / "programmes" / "dutch-clinic.toml"
AS_OF = date(2024, 1, 1)

Row = dict[str, str]


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a CSV file; None is an empty field."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def read_rows(path: Path) -> list[Row]:
    """Read a CSV or Parquet file; in both an empty value reads as "" and a truth as true."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    with closing(duckdb.connect()) as db:
        found = db.execute(
            "FROM read_parquet(?, hive_partitioning=false)"
            " SELECT coalesce(CAST(COLUMNS(*) AS VARCHAR), '')",
            [str(path)],
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def as_parquet(path: Path, **types: str) -> Path:
    """Write a CSV file's table as Parquet, columns as text unless a type is given."""
    out = path.with_suffix(".parquet")
    columns = ", ".join(
        f"""CAST("{name}" AS {types.get(name, "VARCHAR")}) AS "{name}\""""
        for name in path.read_text(encoding="utf-8").partition("\n")[0].strip().split(",")
    )
    with closing(duckdb.connect()) as db:
        db.execute(
            "COPY (FROM read_csv($a, all_varchar=true, hive_partitioning=false)"
            f" SELECT {columns}) TO $b",
            {"a": str(path), "b": str(out)},
        )
    return out


def schedule(
    folder: Path,
    children: Path,
    visits: Path,
    *,
    programme: Path = DUTCH,
    base: Path | None = None,
    as_of: date = AS_OF,
    out: str = "out.csv",
) -> tuple[list[Row], Summary]:
    """Run the job in this process and return its rows and its summary."""
    request = Request(programme, children, visits, as_of, folder / out, base)
    summary = run(request)
    return read_rows(folder / out), summary


def arguments(children: Path, visits: Path, out: Path, *, programme: Path = DUTCH) -> list[str]:
    """Return the command line."""
    return [
        "schedule",
        *("--programme", str(programme)),
        *("--children", str(children)),
        *("--visits", str(visits)),
        *("--as-of", str(AS_OF)),
        *("--out", str(out)),
    ]


def command(given: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the real command line in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HEMBESOK_PLAIN_HTTP": "1"}
    return subprocess.run(
        [sys.executable, "-m", "hembesok.project.cli", *given],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
        **options,
    )


def refused(given: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run the command in this process; it must end with 2, and say why without a traceback."""
    with pytest.raises(SystemExit) as stopped:
        Command().run_from_argv(["hembesok", *given])
    said = capsys.readouterr()
    assert stopped.value.code == 2, said
    assert "Traceback" not in said.err
    assert said.out == ""
    return said.err


def names_in(folder: Path) -> set[str]:
    """Return everything in a folder, hidden files too."""
    return {path.name for path in folder.iterdir()}
