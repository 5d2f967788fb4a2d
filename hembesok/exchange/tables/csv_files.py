r"""Reading CSV with care: one form, true line numbers, and memory that does not grow.

The form is that of RFC 4180: commas, double quotes, \n or \r\n; in UTF-8, with
or without a byte order mark. Guessing at other forms would one day read a
file wrongly without a word, so they are refused with a remedy instead.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from hembesok.exchange.tables.faults import FileError
from hembesok.exchange.tables.reading import Row, Table

LONGEST_LINE: Final = 64 * 1024
"""Bytes. A longer line is no row of ours, and must not be read into memory to find out."""

_OTHER_FORMATS: Final = {
    b"PAR1": ("is a Parquet file", "Let its name end in .parquet"),
    b"PK\x03\x04": ("is an Excel or ZIP file", "Save the sheet as CSV UTF-8, with commas"),
    b"\x1f\x8b": ("is compressed with gzip", "Unpack it first"),
    b"\x89PNG": ("is a picture", "Give a CSV file"),
    b"%PDF": ("is a PDF document", "Give a CSV file"),
    b"\xff\xfe": ("is UTF-16 text", "Save it as UTF-8"),
    b"\xfe\xff": ("is UTF-16 text", "Save it as UTF-8"),
}
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}
_SAVE_AS_UTF8: Final = "Save the file as CSV UTF-8"


class CsvTable(Table):
    """A CSV file, read in blocks: each line is checked before the csv module sees it."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), "line")
        self._path = path
        self._file: BinaryIO = io.BytesIO()
        # Lines in the blocks handed over so far, and in the records that have been finished.
        self._lines_before = 0
        self._finished = 0
        self._reader = csv.reader(chain.from_iterable(self._blocks()), strict=True)

    def open(self) -> None:
        """Open the file and read the header; raises FileError."""
        self._file = self._path.open("rb")
        self._refuse_other_formats()
        try:
            header = next(self._reader, None)
        except csv.Error as error:
            self._refuse_record(error)
        if not header:
            what = "the file is empty" if header is None else "the line is empty"
            raise self.faults.refuse(1, "", what, "Write a header and rows")
        self._finished = self._reader.line_num
        self.header = header
        self._check_separator()
        self._check_header()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        """Read the rows; lines that are quite empty are passed over."""
        width = len(self.header)
        # What is not there is read from one empty field put after the last.
        places = {name: place for place, name in enumerate(self.header)}
        pick = itemgetter(*(places.get(name, width) for name in wanted))
        try:
            for row in self._reader:
                line, self._finished = self._finished + 1, self._reader.line_num
                if len(row) == width:
                    row.append("")
                    yield line, pick(row)
                elif row:
                    self._tell_width(line, len(row))
        except csv.Error as error:
            self._refuse_record(error)

    def _refuse_other_formats(self) -> None:
        beginning = self._read()
        self._file.seek(0)
        for start, (what, remedy) in _OTHER_FORMATS.items():
            if beginning.startswith(start):
                raise self.faults.refuse(1, "", f"the file {what}", remedy)

    def _check_separator(self) -> None:
        for sign, name in _SEPARATORS.items():
            if len(self.header) == 1 and sign in self.header[0]:
                what = f"the header is separated by {name}"
                raise self.faults.refuse(1, "", what, "Save the file with commas between fields")

    def _tell_width(self, line: int, width: int) -> None:
        what = f"the row has {width} fields, the header has {len(self.header)}"
        remedy = "Write one field for each column; quote a field that holds a comma"
        self.faults.add(line, "", what, remedy)

    def _refuse_record(self, error: csv.Error) -> NoReturn:
        line = self._finished + 1
        text = str(error)
        if "end of data" in text or "field limit" in text:
            self._refuse_open_quote(line)
        if "new-line character" in text:
            what = "a carriage return (\\r) stands alone"
            raise self.faults.refuse(line, "", what, "End each line with \\n or \\r\\n") from None
        what = "a quoted field goes on after its closing quote"
        raise self.faults.refuse(line, "", what, 'Write a quote inside a field as ""') from None

    def _refuse_open_quote(self, line: int) -> NoReturn:
        what = 'a quote (") that opens in this row is not closed'
        remedy = 'Close it, or write a quote in a text as ""'
        raise self.faults.refuse(line, "", what, remedy) from None

    def _blocks(self) -> Iterator[io.StringIO]:
        """Yield the file as texts of whole lines."""
        carry = b""
        stalled, finished = 0, -1
        while block := self._read():
            self._refuse_nul(block)
            first, last = block.find(b"\n"), block.rfind(b"\n") + 1
            if len(carry) + (first if last else len(block)) > LONGEST_LINE:
                what = f"the line is longer than {LONGEST_LINE:,} bytes"
                raise self.faults.refuse(
                    self._lines_before + 1, "", what, "Give a CSV file with one row to a line"
                )
            if not last:
                carry += block
                continue
            yield self._text(carry + block[:last])
            carry = block[last:]
            # Two blocks within one record: a quote was left open, and the csv module would
            # go on gathering fields until the memory is full.
            stalled = stalled + 1 if self._finished == finished else 0
            finished = self._finished
            if stalled > 1:
                self._refuse_open_quote(self._finished + 1)
        if carry:
            yield self._text(carry)

    def _read(self) -> bytes:
        try:
            return self._file.read(LONGEST_LINE)
        except OSError as error:
            raise FileError(f"{self.name}: cannot be read: {error.strerror}.") from None

    def _refuse_nul(self, block: bytes) -> None:
        at = block.find(b"\0")
        if at >= 0:
            line = self._lines_before + block.count(b"\n", 0, at) + 1
            raise self.faults.refuse(line, "", "there is a NUL byte", _SAVE_AS_UTF8)

    def _text(self, block: bytes) -> io.StringIO:
        try:
            text = block.decode("utf-8")
        except UnicodeDecodeError as error:
            line = self._lines_before + block.count(b"\n", 0, error.start) + 1
            what = f"the byte 0x{block[error.start]:02x} is not UTF-8 text"
            raise self.faults.refuse(line, "", what, _SAVE_AS_UTF8) from None
        if self._lines_before == 0:
            text = text.removeprefix("\ufeff")
        self._lines_before += text.count("\n")
        # With newline="\n" only \n ends a line; str.splitlines would also split at U+2028.
        return io.StringIO(text, newline="\n")
