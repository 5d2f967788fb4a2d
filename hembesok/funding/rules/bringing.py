"""Rows of costs from a file: read wholly, each fault with its row, before anything is written."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from hembesok.funding.rules.deciding import CostType, why_not_text
from hembesok.funding.sie import SieError, SieFile, encoding_of
from hembesok.values.dates import parse_day
from hembesok.values.money import MOST, MoneyUnit, Ore, read_amount
from hembesok.values.refusals import Reason

MOST_ROWS: Final = 2_000
MOST_BYTES: Final = 10_000_000
COLUMNS: Final = ("från", "till", "kostnadsslag", "belopp", "enhet", "verifikat", "text")
"""The headings of a CSV file of costs, in any order; `text` may be left out."""
NEEDED: Final = frozenset(COLUMNS[:-1])

_COSTS: Final = ("4", "5", "6", "7", "8")
"""The first digit of accounts of costs; 3 is income, 1 and 2 are balances."""


@dataclass(frozen=True, slots=True)
class CostRow:
    """A cost of a file. Öre; `place` is its row or line, `known_by` what it is known by."""

    place: int
    amount: int
    first: date
    last: date
    cost_type: CostType
    reference: str
    text: str
    known_by: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row; row 0 is the file."""

    place: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Read:
    """What a file came to: its rows, or what is wrong with it."""

    rows: tuple[CostRow, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def total(self) -> int:
        """The sum of its rows, in öre."""
        return sum(row.amount for row in self.rows)


def _whole(reason: Reason) -> Read:
    return Read(faults=(Fault(0, reason),))


def _known(counts: Counter[str], *parts: object) -> str:
    """Return what a row is known by: its content, and which of its equals it is."""
    content = "\x1f".join(str(part) for part in parts)
    counts[content] += 1
    return hashlib.sha256(f"{content}\x1f{counts[content]}".encode()).hexdigest()


def read_csv(content: bytes, types: Mapping[str, CostType]) -> Read:
    """Read costs from CSV; `types` are the words for types of cost, in small letters."""
    text = _decoded(content)
    if text is None:
        return _whole(Reason("file_encoding"))
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return _whole(Reason("costs_quotes"))
    if not lines:
        return _whole(Reason("file_empty"))
    heads = [cell.strip().casefold() for cell in lines[0]]
    missing = sorted(NEEDED - set(heads))
    if missing:
        return _whole(Reason("costs_headings", {"missing": ", ".join(missing)}))
    if len(lines) - 1 > MOST_ROWS:
        return _whole(Reason("costs_too_many", {"most": MOST_ROWS}))
    rows, faults, counts = [], [], Counter[str]()
    for place, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heads):
            reason = Reason("costs_ragged", {"cells": len(cells), "columns": len(heads)})
            faults.append(Fault(place, reason))
            continue
        told = dict(zip(heads, (cell.strip() for cell in cells), strict=True))
        found = _row(place, told, types, counts)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            rows.append(found)
    return _read(rows, faults)


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _row(
    place: int, told: Mapping[str, str], types: Mapping[str, CostType], counts: Counter[str]
) -> CostRow | Fault:
    try:
        first, last = parse_day(told["från"]), parse_day(told["till"] or told["från"])
    except ValueError:
        return Fault(place, Reason("costs_day"))
    cost_type = types.get(told["kostnadsslag"].casefold())
    if cost_type is None:
        return Fault(place, Reason("costs_type", {"types": ", ".join(types)}))
    unit = next((u for u in MoneyUnit if u.value == told["enhet"].casefold()), None)
    amount = read_amount(told["belopp"], unit)
    if isinstance(amount, Reason):
        return Fault(place, amount)
    text, reference = _shown(told.get("text", "")), _shown(told["verifikat"])
    why = _why_not(amount, reference, text)
    if why is not None:
        return Fault(place, why)
    key = _known(counts, "csv", first, last, cost_type, int(amount), reference, text)
    return CostRow(place, int(amount), first, last, cost_type, reference, text, key)


def _shown(text: str) -> str:
    """Return a text without what cannot be shown: files carry it, and databases refuse it."""
    return "".join(c for c in text if c.isprintable())[:200]


def _why_not(amount: int, reference: str, text: str) -> Reason | None:
    if amount == 0:
        return Reason("money_nothing")
    if abs(amount) > MOST:
        return Reason("money_unlikely", {"most": Ore(MOST)})
    if not reference or len(reference) > 100:
        return Reason("voucher_missing")
    return why_not_text(reference, text)


def _read(rows: list[CostRow], faults: list[Fault]) -> Read:
    if faults:
        return Read(faults=tuple(faults))
    return Read(tuple(rows)) if rows else _whole(Reason("costs_none"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows of a SIE file: those with this object of this dimension, project or cost centre.

    `types` says of which type the costs of an account are, by how the account begins.
    """

    dimension: str
    object: str
    types: Mapping[str, CostType]

    def type_of(self, account: str) -> CostType:
        """Return the type of an account's costs: by the longest beginning that is told."""
        fitting = [start for start in self.types if account.startswith(start)]
        return self.types[max(fitting, key=len)] if fitting else CostType.OTHER


def read_sie(content: bytes, chosen: Chosen) -> Read:
    """Read the costs of one object from a SIE file, all of whose vouchers must balance."""
    stream = io.BytesIO(content)
    encoding = encoding_of(stream)
    file = SieFile(stream, "cp437" if encoding == "ascii" else encoding)
    rows: list[CostRow] = []
    faults: list[Fault] = []
    counts = Counter[str]()
    try:
        for voucher in file:
            if off := voucher.off_by:
                values = {"voucher": f"{voucher.series} {voucher.number}".strip(), "off": off}
                faults.append(Fault(voucher.line, Reason("sie_off_balance", values)))
            for row in voucher.rows:
                if (chosen.dimension, chosen.object) not in row.objects:
                    continue
                if not row.account.startswith(_COSTS) or not row.amount:
                    continue
                day = row.day or voucher.day
                if day is None:
                    faults.append(Fault(row.line, Reason("costs_day")))
                    continue
                ore = row.amount * 100
                if ore != int(ore):
                    faults.append(Fault(row.line, Reason("money_finer_than_ore")))
                    continue
                reference = _shown(f"{voucher.series} {voucher.number} {row.account}".strip())[:100]
                text = _shown(row.text or voucher.text)
                why = _why_not(int(ore), reference, text)
                if why is not None:
                    faults.append(Fault(row.line, why))
                    continue
                key = _known(
                    counts, "sie", voucher.series, voucher.number, voucher.day, row.account,
                    row.objects, int(ore), day, row.text,
                )  # fmt: skip
                rows.append(
                    CostRow(
                        row.line, int(ore), day, day, chosen.type_of(row.account), reference, text,
                        key,
                    )
                )  # fmt: skip
                if len(rows) > MOST_ROWS:
                    return _whole(Reason("costs_too_many", {"most": MOST_ROWS}))
    except SieError as error:
        return Read(faults=(Fault(error.line, error.reason),))
    if not rows and not faults:
        return _whole(_nothing_found(file, chosen))
    return _read(rows, faults)


def _nothing_found(file: SieFile, chosen: Chosen) -> Reason:
    """Say why there is nothing: another type of file, or an object that is not in it."""
    if file.head.sietyp != "4":
        return Reason("sie_without_vouchers", {"type": file.head.sietyp})
    known = [number for dimension, number in file.head.objects if dimension == chosen.dimension]
    values = {
        "object": chosen.object,
        "dimension": chosen.dimension,
        "known": ", ".join(known[:_MOST_SHOWN]) or "–",
    }
    return Reason("sie_no_such_object", values)


_MOST_SHOWN: Final = 20


def as_known(rows: Iterable[CostRow]) -> dict[str, tuple[str, str, int]]:
    """Return rows by what each is known by, to be compared with the ledger's."""
    return {row.known_by: (row.reference, row.text, row.amount) for row in rows}
