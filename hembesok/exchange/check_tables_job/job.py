"""A delivery from end to end: the folder, then each table, then what ties them together.

A table whose columns or types are wrong is not looked into further, since each of its rows
would be told of; all tables are looked at, so that a deliverer mends everything at once.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hembesok.analysis.contract import TABLES
from hembesok.analysis.deliveries import Delivery, DeliveryError, read_delivery
from hembesok.exchange.check_tables_job.checks import Found, checks_of
from hembesok.exchange.check_tables_job.loading import Loaded, Store
from hembesok.exchange.tables.faults import Faults, FileError

Tell = Callable[[str], None]
_LONG: Final = 1_000_000
"""Rows from which on a table takes so long that it is told of."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was looked at, and nothing was wrong with."""

    delivery: Delivery
    rows: dict[str, int]

    def __str__(self) -> str:
        """Write it for whoever started the job."""
        return "\n".join(
            [f"{self.delivery.folder}: nothing is wrong"]
            + [f"  {name} {number}" for name, number in self.rows.items()]
        )


def run(folder: Path, tell: Tell = lambda words: None) -> Summary:
    """Look through a delivery; raises FileError, which tells every fault."""
    try:
        delivery = read_delivery(folder)
    except DeliveryError as error:
        raise FileError(str(error)) from None
    with ExitStack() as opened:
        spill = Path(opened.enter_context(TemporaryDirectory(prefix="hembesok-check-")))
        store = opened.enter_context(Store(delivery, spill))
        told, loaded = [], {}
        for table in TABLES:
            _tell_if_long(tell, delivery, f"reading {table.name}", table.name)
            found = store.load(table)
            if isinstance(found, Loaded):
                loaded[table.name] = found
            else:
                told.append(found)
        for name, one in loaded.items():
            _tell_if_long(tell, delivery, f"checking {name}", name)
            faults = Faults(f"{name} ({one.files})", "row")
            _add(faults, store, checks_of(one, loaded, delivery))
            if faults.count:
                told.append(str(faults))
        if told:
            raise FileError("\n".join(told))
        return Summary(delivery, {name: one.rows for name, one in loaded.items()})


def _tell_if_long(tell: Tell, delivery: Delivery, words: str, table: str) -> None:
    if delivery.tables[table].rows > _LONG:
        tell(words)


def _add(faults: Faults, store: Store, checks: Iterator[Found] | Sequence[Found]) -> None:
    for check in checks:
        number, rows = store.look(check.wrong)
        for row, value in rows:
            faults.add(row, check.column, check.what(value), check.remedy)
        faults.count += number - len(rows)
