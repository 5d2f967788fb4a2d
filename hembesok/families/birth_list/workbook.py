"""Read a list from an Excel workbook (.xlsx), without trusting what is packed in it."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from openpyxl import load_workbook

from hembesok.families.birth_list.sheet import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_UNPACKED,
    Sheet,
    SheetBuilder,
)
from hembesok.values.refusals import Reason, Refusal

_MOST_SHEET_ROWS: Final = 1_048_576
"""The rows of a sheet in Excel."""
_MOST_PARTS: Final = 2_000
_MOST_SMALL_PART: Final = 5_000_000
"""Unit: bytes. Styles and the like are held in memory whole, as trees many times their size."""
_MOST_STRINGS: Final = MOST_ROWS * MOST_COLUMNS
_LONGEST_STRETCH: Final = 2_000_000
"""Unit: bytes. One row, or one string, is held in memory as a tree."""
_BLOCK: Final = 1 << 20

_ASCII: Final = b"\x7f"
_MARK: Final = b"\xef\xbb\xbf"
_STREAMED: Final = re.compile(r"xl/(worksheets/[^/]+|sharedStrings)\.xml", re.IGNORECASE)
_BEGINNING: Final = re.compile(rb"<(?:\w+:)?(?:row|si)[\s>/]")
_ONLY_ZEROS: Final = re.compile(r"[0 \-\\]+")


def read_workbook(content: bytes) -> Sheet:
    """Return the first sheet with anything in it that is not hidden; raises Refusal."""
    try:
        _check_parts(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions we do not use
            return _first_sheet(content)
    except Refusal:
        raise
    except MemoryError:
        raise
    # Damaged workbooks make the library raise nearly anything: KeyError, TypeError, zlib.error …
    except Exception:
        raise Refusal(Reason("file_broken")) from None


def _check_parts(content: bytes) -> None:
    """Refuse what would not fit in memory, and documents that define entities of their own."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = package.infolist()
        if "xl/workbook.xml" not in package.namelist():
            raise Refusal(Reason("file_kind"))
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Refusal(Reason("file_unpacked_too_large"))
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels")):
                _check_part(package, part)


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    streamed = _STREAMED.fullmatch(part.filename)
    if part.file_size > _MOST_SMALL_PART and not streamed:
        raise Refusal(Reason("file_unpacked_too_large"))
    begun = since = 0
    before = b""
    with package.open(part) as stream:
        while block := stream.read(_BLOCK):
            # What hides in another code, or on the border of two blocks, is looked for too.
            seen = before[-16:] + block
            if _is_no_plain_xml(seen, begins=not before):
                raise Refusal(Reason("file_broken"))
            starts = [match.start() for match in _BEGINNING.finditer(block)]
            begun += len(starts)
            since = len(block) - starts[-1] if starts else since + len(block)
            before = block
            if streamed and (since > _LONGEST_STRETCH or begun > _MOST_STRINGS):
                raise Refusal(Reason("file_unpacked_too_large"))


def _is_no_plain_xml(text: bytes, *, begins: bool) -> bool:
    if begins and text.removeprefix(_MARK)[:1] > _ASCII:
        return True
    return b"<!DOCTYPE" in text or b"<!ENTITY" in text


def _first_sheet(content: bytes) -> Sheet:
    book = load_workbook(
        io.BytesIO(content), read_only=True, data_only=True, keep_links=False, rich_text=False
    )
    try:
        empty: Refusal | None = None
        for worksheet in book.worksheets:
            if worksheet.sheet_state != "visible":
                continue
            try:
                return _sheet(worksheet)
            except Refusal as refusal:
                if refusal.reason.key not in ("file_empty", "file_no_rows"):
                    raise
                empty = empty or refusal
        raise empty or Refusal(Reason("file_empty"))
    finally:
        book.close()


def _sheet(worksheet: Any) -> Sheet:
    # The size that the file states may be a lie, and rows would be filled up to it.
    worksheet.reset_dimensions()
    builder = SheetBuilder(pads_short_rows=True)
    for number, row in _rows(worksheet):
        builder.add(number, row)
    return builder.sheet()


def _rows(worksheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(worksheet.iter_rows(), start=1):
        if number > _MOST_SHEET_ROWS:
            raise Refusal(Reason("file_broken"))
        yield number, [_written(cell) for cell in cells]


def _written(cell: Any) -> str:
    """Return a cell as it reads: days as YYYY-MM-DD, whole numbers with all their digits."""
    match cell.value:
        case None:
            return ""
        case str(text):
            return text
        case bool(truth):
            return "ja" if truth else "nej"
        case int() | float() as number:
            return _number(number, str(cell.number_format))
        case datetime() as moment if moment.time() == time():
            return moment.date().isoformat()
        case datetime() | date() | time() as moment:
            return moment.isoformat(" ") if isinstance(moment, datetime) else moment.isoformat()
        case timedelta() as span:
            return str(span)
        case other:
            return str(other)


def _number(number: float, shown_as: str) -> str:
    if number != number or number in (float("inf"), float("-inf")):
        return ""
    text = str(int(number)) if number == int(number) else repr(number)
    # 0701234567 kept as a number is shown with its nought only by a format of noughts.
    if _ONLY_ZEROS.fullmatch(shown_as):
        return text.zfill(shown_as.count("0"))
    return text
