"""A delivery: a folder with the tables of the contract and `delivery.json`, which names them."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hembesok.analysis.contract import CONTRACT, DELIVERY, TABLES, VERSION

ENDINGS = (".parquet", ".csv")
"""The two forms a table may have, by the ending of its files' names; one form for each table."""


class DeliveryError(Exception):
    """A delivery that cannot be read. The message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one table in order, all of one form, and the rows they are said to hold."""

    paths: tuple[Path, ...]
    rows: int
    clustered: bool = False

    @property
    def parquet(self) -> bool:
        """Tell whether they are Parquet; otherwise CSV."""
        return all(path.suffix == ".parquet" for path in self.paths)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a folder delivers, as of one instant."""

    folder: Path
    made: datetime
    tables: Mapping[str, Files]


def read_delivery(folder: Path) -> Delivery:
    """Read what a folder says it delivers, without opening its tables; raises DeliveryError."""
    told = _told(folder)
    if told.get("contract") != CONTRACT:
        raise DeliveryError(
            f"{folder / DELIVERY}: contract is {told.get('contract')!r}, and this reads"
            f" {CONTRACT!r}. Is it the right folder?"
        )
    if told.get("version") != VERSION:
        raise DeliveryError(
            f"{folder / DELIVERY}: version is {told.get('version')!r}, and this reads {VERSION}."
            " Deliver the tables anew in that version of the contract."
        )
    tables = told.get("tables")
    if not isinstance(tables, dict):
        raise DeliveryError(f"{folder / DELIVERY}: tables are missing. Name the files of each.")
    for name in tables:
        if name not in {table.name for table in TABLES}:
            raise DeliveryError(
                f"{folder / DELIVERY}: the contract has no table {name!r}. Leave it out."
            )
    read = {table.name: _files(folder, table.name, tables.get(table.name)) for table in TABLES}
    return Delivery(folder, _made(folder, told.get("made")), read)


def _told(folder: Path) -> dict[str, Any]:
    path = folder / DELIVERY
    if not folder.is_dir():
        raise DeliveryError(f"{folder}: is not a folder. Give the folder that holds the tables.")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DeliveryError(
            f"{path}: is missing. It is written last, so the delivery is half written or not"
            " one of ours. Deliver it anew."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise DeliveryError(f"{path}: cannot be read: {error}. Deliver it anew.") from None
    if not isinstance(told, dict):
        raise DeliveryError(f"{path}: is not an object of JSON. Deliver it anew.")
    return told


def _made(folder: Path, text: object) -> datetime:
    with suppress(ValueError):
        made = datetime.fromisoformat(str(text))
        if made.tzinfo is not None:
            return made
    raise DeliveryError(
        f"{folder / DELIVERY}: made is {text!r}. Write the instant of the extract with its"
        " time zone: 2026-06-30T02:00:00+02:00."
    )


def _files(folder: Path, name: str, told: object) -> Files:
    place = f"{folder / DELIVERY}: table {name}"
    if not isinstance(told, dict):
        raise DeliveryError(
            f"{place}: is not named. Deliver it, empty and marked as not collected if need be."
        )
    names, rows = told.get("files"), told.get("rows")
    if not isinstance(names, list) or not names or not all(isinstance(one, str) for one in names):
        raise DeliveryError(f"{place}: files is not a list of names. Name at least one.")
    if not isinstance(rows, int) or isinstance(rows, bool) or rows < 0:
        raise DeliveryError(f"{place}: rows is {rows!r}. Write how many rows the files hold.")
    paths = tuple(_path(folder, place, one) for one in names)
    if len({path.suffix for path in paths}) != 1 or paths[0].suffix not in ENDINGS:
        raise DeliveryError(
            f"{place}: the files are of different or unknown forms. Give all as .parquet, or"
            " all as .csv."
        )
    return Files(paths, rows, told.get("clustered") is True)


def _path(folder: Path, place: str, name: str) -> Path:
    path = folder / name
    if path.parent != folder or name.startswith("."):
        raise DeliveryError(f"{place}: {name!r} is not a file of the folder. Put it there.")
    if not path.is_file():
        raise DeliveryError(f"{place}: the file {name!r} is not there. Deliver it anew.")
    return path


def manifest(made: datetime, tables: Mapping[str, tuple[Sequence[str], int, bool]]) -> str:
    """Return the text of `delivery.json`: by table its files, rows, and if it is clustered."""
    told = {
        name: {"files": list(files), "rows": rows, "clustered": clustered}
        for name, (files, rows, clustered) in tables.items()
    }
    head = {"contract": CONTRACT, "version": VERSION, "made": made.isoformat(), "tables": told}
    return json.dumps(head, indent=1) + "\n"
