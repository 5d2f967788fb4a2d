"""The summary of SIE files: one row a file, each read once, in memory of no size of its own.

A file with a voucher that does not balance is put in quarantine: counted, named with what it is off
by, and never taken into a ledger. A file that is none is refused in its row.
"""

import csv
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from hembesok.exchange.tables.faults import FileError
from hembesok.exchange.tables.files import unwritable
from hembesok.funding.sie import SieError, SieFile, Voucher, encoding_of
from hembesok.funding.sie.reading import WITH_VOUCHERS

Tell = Callable[[str], None]

COLUMNS: Final = (
    "file", "encoding", "sietyp", "program", "vouchers", "trans_rows", "rtrans", "btrans",
    "dimensions", "objects", "accounts", "rows_with_object", "unbalanced_vouchers",
    "res_accounts_reconciled", "res_accounts", "ub_accounts_reconciled", "ub_accounts",
)  # fmt: skip

WHY: Final = {
    "not_sie": "this is no SIE file: it does not begin with a line that begins with #",
    "sie_amount": "an amount cannot be read",
    "sie_bracket": "a bracket closes what was not opened",
    "sie_day": "a day is not written as YYYYMMDD",
    "sie_line": "the line cannot be read",
    "sie_line_too_long": "the line is longer than bookkeeping is",
    "sie_row_outside": "a row stands outside a voucher",
    "sie_voucher_not_closed": "a voucher is not closed",
    "sie_voucher_too_long": "a voucher has more rows than bookkeeping has",
    "sie_without_type": "there is no #SIETYP",
}


@dataclass
class Found:
    """What one file holds."""

    name: str
    encoding: str
    file: SieFile | None = None
    refused: str = ""
    vouchers: int = 0
    rows: int = 0
    with_object: int = 0
    off: list[tuple[Voucher, Decimal]] = field(default_factory=list)
    unbalanced: int = 0
    sums: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def take(self, voucher: Voucher) -> None:
        """Count a voucher."""
        self.vouchers += 1
        self.rows += len(voucher.rows)
        total = Decimal(0)
        for row in voucher.rows:
            self.with_object += bool(row.objects)
            self.sums[row.account] += row.amount
            total += row.amount
        if total:
            self.unbalanced += 1
            if len(self.off) < _MOST_NAMED:
                self.off.append((voucher, total))

    def row(self) -> list[str]:
        """Return the file's row of the summary."""
        if self.refused or self.file is None:
            return [self.name, self.encoding, "-", "-", *["0"] * 9, *[""] * 4]
        head = self.file.head
        return [
            self.name,
            # Letters of ASCII alone are the same in code page 437, which the standard names.
            "cp437" if self.encoding == "ascii" else self.encoding,
            head.sietyp,
            head.program,
            *map(str, (self.vouchers, self.rows, head.added, head.removed)),
            *map(str, (len(head.dimensions), len(head.objects), len(head.accounts))),
            *map(str, (self.with_object, self.unbalanced)),
            *self._reconciled(),
        ]

    def _reconciled(self) -> list[str]:
        """Count the accounts of which the vouchers add up to the balances that the file tells."""
        if self.file is None or self.file.head.sietyp != WITH_VOUCHERS:
            return [""] * 4
        head, sums = self.file.head, self.sums
        results = sum(sums.get(account, 0) == told for account, told in head.results.items())
        balances = sum(
            head.opening.get(account, Decimal(0)) + sums.get(account, Decimal(0)) == told
            for account, told in head.closing.items()
        )
        return [str(n) for n in (results, len(head.results), balances, len(head.closing))]

    def said(self) -> list[str]:
        """Say what is wrong with the file, a line each; nothing where nothing is."""
        if self.refused:
            return [f"{self.name}: refused: {self.refused}"]
        lines = [
            f"{self.name}: quarantined: voucher {v.series} {v.number} (line {v.line}) is off by"
            f" {total:.2f}"
            for v, total in self.off
        ]
        more = self.unbalanced - len(self.off)
        lines += [f"{self.name}: and {more} more vouchers are off"] * bool(more)
        if self.file is not None and self.file.head.sietyp != WITH_VOUCHERS:
            lines.append(
                f"{self.name}: SIE type {self.file.head.sietyp} holds balances and no vouchers;"
                " export type 4 for costs"
            )
        return lines


_MOST_NAMED: Final = 20


def summarise(path: Path) -> Found:
    """Read one file. Raises FileError where it cannot be opened."""
    try:
        with path.open("rb") as stream:
            encoding = encoding_of(stream)
            found = Found(path.name, encoding)
            file = SieFile(stream, "cp437" if encoding == "ascii" else encoding)
            try:
                for voucher in file:
                    found.take(voucher)
                found.file = file
            except SieError as error:
                where = f"line {error.line}: " if error.line else ""
                found.refused = where + WHY[error.reason.key]
            return found
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror or error}).") from None


def run(files: Sequence[Path], out: Path, tell: Tell = lambda words: None) -> list[str]:
    """Summarise the files into `out` and return what is to be said of them.

    Raises FileError, and then nothing is written.
    """
    if not out.parent.is_dir():
        raise FileError(f"{out}: its folder does not exist. Make the folder first.")
    found = []
    for path in files:
        tell(f"reading {path.name}")
        found.append(summarise(path))
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(one.row() for one in found)
        os.replace(part, out)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise unwritable(out, error) from None
    return [*(line for one in found for line in one.said()), f"written: {out}, {len(found)} files"]
