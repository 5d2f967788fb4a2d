"""Read a list from delimited text (CSV), whatever program wrote it."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from hembesok.families.birth_list.sheet import LONGEST_CELL, Sheet, SheetBuilder
from hembesok.values.refusals import Reason, Refusal

DELIMITERS: Final = (";", "\t", ",")

_SNIFFED_ROWS: Final = 50

_UTF_16: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF_8_MARK: Final = b"\xef\xbb\xbf"

_LETTER_OF_UTF_8: Final = re.compile(rb"[\xc3-\xdf][\x80-\xbf]")
_GARBLED: Final = re.compile("Ã[¥¤¶©\u2026\u201e\u2013]|\ufffd|[A-Za-z][†„”][a-z]")
"""Swedish letters read in a wrong code: UTF-8 taken for Windows-1252, or letters of DOS."""


def read_delimited(content: bytes) -> Sheet:
    """Return the list in a text file; raises Refusal saying what to do."""
    text = _text(content)
    delimiter, text = _delimiter(text)
    builder = SheetBuilder(pads_short_rows=False)
    for number, row in _rows(text, delimiter):
        builder.add(number, row)
    return builder.sheet()


def _text(content: bytes) -> str:
    text = _decoded(content)
    if "\0" in text:
        raise Refusal(Reason("file_kind"))
    if _GARBLED.search(text):
        raise Refusal(Reason("file_encoding"))
    if text.lstrip()[:1] == "<":
        raise Refusal(Reason("file_kind"))
    return text


def _decoded(content: bytes) -> str:
    try:
        if wide := _wide(content):
            return content.decode(wide).removeprefix("\ufeff")
        return content.removeprefix(_UTF_8_MARK).decode("utf-8")
    except UnicodeDecodeError:
        # A damaged UTF-8 file would be readable as Windows-1252, with every å turned into Ã¥.
        if wide or content.startswith(_UTF_8_MARK) or _mostly_utf_8(content):
            raise Refusal(Reason("file_encoding")) from None
    try:
        return content.decode("windows-1252")
    except UnicodeDecodeError:
        raise Refusal(Reason("file_encoding")) from None


def _mostly_utf_8(content: bytes) -> bool:
    high = sum(byte > 0x7F for byte in content)
    return len(_LETTER_OF_UTF_8.findall(content)) * 4 > high


def _wide(content: bytes) -> str | None:
    """Return the name of UTF-16 when the file is that, with a mark or without."""
    if marked := _UTF_16.get(content[:2]):
        return marked
    start = content[:400]
    if start.count(0) * 3 < len(start) or not start:
        return None
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _delimiter(text: str) -> tuple[str, str]:
    """Return what stands between the cells, and the text without a line that says so."""
    if told := re.match(r'"?sep=([;,\t])"?\r?\n', text):
        return told[1], text[told.end() :]
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter)), text


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """Say how well a delimiter cuts the beginning: rows of the commonest width, and that width."""
    widths = []
    try:
        for _number, row in islice(_rows(text, delimiter), _SNIFFED_ROWS):
            if len(row) > 1:
                widths.append(len(row))
    except Refusal:
        return 0, 0
    common = max(sorted(set(widths)), key=widths.count, default=0)
    return widths.count(common), common


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row with its number; raises Refusal where the quotes do not pair up."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                values = {"row": number, "most": LONGEST_CELL}
                raise Refusal(Reason("file_cell_too_long", values)) from None
            raise Refusal(Reason("file_quotes", {"row": number})) from None
