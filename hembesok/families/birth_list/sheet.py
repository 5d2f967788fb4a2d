"""A list as it was read: headings, rows and the numbers the rows have in the spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hembesok.values.refusals import Reason, Refusal

MOST_BYTES: Final = 10_000_000
MOST_UNPACKED: Final = 100_000_000
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 100
LONGEST_CELL: Final = 2_000

_MOST_PREAMBLE: Final = 10
"""Rows above the headings, such as a title and a date."""


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """Headings and rows of text, every row as wide as the headings.

    `numbers` holds for each row its number as the spreadsheet shows it. `ragged`
    tells, by that number, how many cells a row had when it was not as many as
    the headings; such a row is kept only to be reported.
    """

    header: list[str]
    rows: list[list[str]]
    numbers: list[int]
    ragged: dict[int, int]


class SheetBuilder:
    """Builds a sheet row by row and stops at the first limit that is passed."""

    def __init__(self, *, pads_short_rows: bool) -> None:
        self._pads = pads_short_rows
        self._first: list[tuple[int, list[str]]] = []
        self._header: list[str] | None = None
        self._rows: list[list[str]] = []
        self._numbers: list[int] = []
        self._ragged: dict[int, int] = {}

    def add(self, number: int, cells: Sequence[str]) -> None:
        """Take a row; empty ones are passed over. Raises Refusal."""
        row = _checked(number, cells)
        if not any(row):
            return
        if self._header is None:
            self._look_for_header(number, row)
        else:
            self._add_below(number, row)

    def _look_for_header(self, number: int, row: list[str]) -> None:
        """The first row with two cells or more: what stands alone above it is a title."""
        self._first.append((number, row))
        if sum(map(bool, row)) > 1:
            self._begin(len(self._first) - 1)
        elif len(self._first) > _MOST_PREAMBLE:
            self._begin(0)

    def _begin(self, at: int) -> None:
        self._header = _without_empty_end(self._first[at][1])
        for number, row in self._first[at + 1 :]:
            self._add_below(number, row)

    def _add_below(self, number: int, row: list[str]) -> None:
        if len(self._rows) == MOST_ROWS:
            raise Refusal(Reason("file_too_many_rows", {"most": MOST_ROWS}))
        width = len(self._header or ())
        filled = len(_without_empty_end(row))
        if filled > width or (len(row) < width and not self._pads):
            self._ragged[number] = filled if filled > width else len(row)
        self._rows.append((row + [""] * (width - len(row)))[:width])
        self._numbers.append(number)

    def sheet(self) -> Sheet:
        """Return what was built; raises Refusal when there is no list in it."""
        if self._header is None and self._first:
            self._begin(0)
        if self._header is None:
            raise Refusal(Reason("file_empty"))
        if not self._rows:
            raise Refusal(Reason("file_no_rows"))
        return Sheet(self._header, self._rows, self._numbers, self._ragged)


def _checked(number: int, cells: Sequence[str]) -> list[str]:
    row = [cell.strip() for cell in cells]
    if len(row) > MOST_COLUMNS:
        if any(row[MOST_COLUMNS:]):
            raise Refusal(Reason("file_too_many_columns", {"row": number, "most": MOST_COLUMNS}))
        del row[MOST_COLUMNS:]
    if any(len(cell) > LONGEST_CELL for cell in row):
        raise Refusal(Reason("file_cell_too_long", {"row": number, "most": LONGEST_CELL}))
    return row


def _without_empty_end(row: list[str]) -> list[str]:
    width = len(row)
    while width and not row[width - 1]:
        width -= 1
    return row[:width]
