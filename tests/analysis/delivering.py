"""Deliveries made in tests: rows in, a folder with the tables of the contract out."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hembesok.analysis.contract import DELIVERY, SOURCED, TABLES
from hembesok.analysis.deliveries import manifest
from hembesok.analysis.engines import schema_of

Rows = dict[str, list[dict[str, Any]]]
MADE = datetime(2024, 7, 1, 2, tzinfo=UTC)
ALL_DAYS = (date(1980, 1, 1), date(2100, 1, 1))


def deliver(
    folder: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]], *, form: str = "parquet",
    made: datetime = MADE,
) -> Path:  # fmt: skip
    """Write a delivery; a table without rows is delivered empty."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {}
    for table in TABLES:
        mine = rows.get(table.name, [])
        names = [column.name for column in table.columns]
        full = [{name: row.get(name) for name in names} for row in mine]
        path = folder / f"{table.name}.{form}"
        if form == "parquet":
            pq.write_table(pa.Table.from_pylist(full, schema=schema_of(table.name)), path)
        else:
            _write_csv(path, names, full)
        told[table.name] = ([path.name], len(full), False)
    (folder / DELIVERY).write_text(manifest(made, told), encoding="utf-8")
    return folder


def _write_csv(path: Path, names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_text(row[name]) for name in names] for row in rows)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def sources(
    sites: Iterable[str], collected: Iterable[str] = SOURCED, days: tuple[date, date] = ALL_DAYS
) -> list[dict[str, Any]]:
    """Return rows of `sources` for sites that all collect the same tables."""
    return [
        {
            "site": site,
            "table": table,
            "collected": table in set(collected),
            "data_from": days[0] if table in set(collected) else None,
            "data_to": days[1] if table in set(collected) else None,
        }
        for site in sites
        for table in SOURCED
    ]
