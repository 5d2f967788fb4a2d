"""A SIE file voucher by voucher, in memory that does not grow with the file.

Source: the SIE format, type 4, as real programs write it (docs/sie.md). By the standard text is in
code page 437 ("PC8"); some programs write UTF-8 and call it PC8, so the bytes decide. Amounts are
Decimal. Of a voucher's rows only #TRANS count: #RTRANS and #BTRANS tell what was added and removed,
and the rows they tell of stand as #TRANS, or not, beside them.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import BinaryIO, Final, NamedTuple

from hembesok.values.refusals import Reason

LONGEST_LINE: Final = 65_536
MOST_ROWS: Final = 200_000
"""Bytes of a line, and rows of one voucher; what is larger is no bookkeeping."""
_CHUNK: Final = 1 << 20

_TOKEN: Final = re.compile(
    r'\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|(\{(?:"(?:[^"\\]|\\.)*"|[^}"])*\})|([^\s{}"]+))'
)
"""A quoted text that is not closed ends with its line: a program that cut it wrote it so."""
_AMOUNT: Final = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,4})?", re.ASCII)
_KNOWN: Final = frozenset(
    {
        "#SIETYP", "#PROGRAM", "#FNAMN", "#DIM", "#UNDERDIM", "#OBJEKT", "#KONTO", "#IB", "#UB",
        "#RES", "#VER", "#TRANS",
    }
)  # fmt: skip
WITH_VOUCHERS: Final = "4"


class SieError(Exception):
    """A file that is no SIE file, or a line of it that cannot be read.

    `line` is its number from 1, 0 where it is the whole file.
    """

    def __init__(self, reason: Reason, line: int = 0) -> None:
        self.reason, self.line = reason, line
        super().__init__(f"{reason.key} at line {line}")


class Row(NamedTuple):
    """A row of a voucher. `objects` are pairs of dimension and object; debit is above nothing."""

    line: int
    account: str
    objects: tuple[tuple[str, str], ...]
    amount: Decimal
    day: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher with its counted rows."""

    line: int
    series: str
    number: str
    day: date | None
    text: str
    rows: tuple[Row, ...]

    @property
    def off_by(self) -> Decimal:
        """What its rows add up to; nothing where it balances."""
        return sum((row.amount for row in self.rows), Decimal(0))


@dataclass(slots=True)
class Head:
    """What a file tells beside its vouchers, as far as it has been read.

    Balances are of the year 0, by account.
    """

    sietyp: str = ""
    program: str = ""
    company: str = ""
    dimensions: dict[str, str] = field(default_factory=dict)
    objects: dict[tuple[str, str], str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    opening: dict[str, Decimal] = field(default_factory=dict)
    closing: dict[str, Decimal] = field(default_factory=dict)
    results: dict[str, Decimal] = field(default_factory=dict)
    added: int = 0
    removed: int = 0


def encoding_of(stream: BinaryIO) -> str:
    """Tell how a file is written: ascii, utf-8 where all of it is, else code page 437.

    Reads it piece by piece and leaves it at its beginning.
    """
    decoder, plain = codecs.getincrementaldecoder("utf-8")(), True
    try:
        while chunk := stream.read(_CHUNK):
            plain = plain and chunk.isascii()
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp437"
    finally:
        stream.seek(0)
    return "ascii" if plain else "utf-8"


@dataclass
class SieFile:
    """A file that is being read: iterate over its vouchers, and `head` holds all else.

    Raises SieError, at the latest when the line that cannot be read is reached.
    """

    stream: BinaryIO
    encoding: str
    head: Head = field(default_factory=Head)

    def __iter__(self) -> Iterator[Voucher]:
        """Yield the vouchers in the order of the file."""
        open_at: tuple[int, list[str]] | None = None
        rows: list[Row] = []
        for number, label, words in self._lines():
            if label == "#VER":
                if open_at is not None:
                    raise SieError(Reason("sie_voucher_not_closed"), number)
                open_at, rows = (number, words), []
            elif label == "}":
                if open_at is None:
                    raise SieError(Reason("sie_bracket"), number)
                yield _voucher(*open_at, rows)
                open_at = None
            elif label == "#TRANS":
                if open_at is None:
                    raise SieError(Reason("sie_row_outside"), number)
                if len(rows) == MOST_ROWS:
                    raise SieError(Reason("sie_voucher_too_long"), number)
                rows.append(_row(number, words))
            else:
                self._tell(number, label, words)
        if open_at is not None:
            raise SieError(Reason("sie_voucher_not_closed"), open_at[0])
        if not self.head.sietyp:
            raise SieError(Reason("sie_without_type"))

    def _lines(self) -> Iterator[tuple[int, str, list[str]]]:
        """Yield number, label and words of each line that says something."""
        number, begun = 0, False
        while raw := self.stream.readline(LONGEST_LINE + 1):
            number += 1
            if len(raw) > LONGEST_LINE:
                raise SieError(Reason("sie_line_too_long"), number)
            line = raw.decode(self.encoding, "replace").strip().lstrip("\ufeff")
            if not line or line in ("{", "\x1a"):
                continue
            if not begun and not line.startswith("#"):
                raise SieError(Reason("not_sie"))
            begun = True
            if line == "}":
                yield number, line, []
                continue
            if words := _plain_row(line):
                yield number, "#TRANS", words
                continue
            label, _space, rest = line.partition(" ")
            if "\t" in label:
                label, _tab, rest = line.partition("\t")
            label = label.upper()
            # What is not asked for is not judged either: programs write all kinds of it.
            yield number, label, _words(rest, number) if label in _KNOWN else []
        if not begun:
            raise SieError(Reason("not_sie"))

    def _tell(self, line: int, label: str, words: list[str]) -> None:
        """Keep what a line tells beside the vouchers; what we do not ask for is passed over."""
        head = self.head
        match label, words:
            case "#SIETYP", [kind, *_]:
                head.sietyp = kind
            case "#PROGRAM", [*names]:
                head.program = " ".join(name for name in names if name)
            case "#FNAMN", [name, *_]:
                head.company = name
            case "#DIM", [number, name, *_]:
                head.dimensions[number] = name
            case "#UNDERDIM", [number, name, *_]:
                head.dimensions[number] = name
            case "#OBJEKT", [dimension, number, *name]:
                head.objects[dimension, number] = name[0] if name else ""
            case "#KONTO", [number, *name]:
                head.accounts[number] = name[0] if name else ""
            case "#IB", ["0", account, amount, *_]:
                head.opening[account] = _amount(amount, line)
            case "#UB", ["0", account, amount, *_]:
                head.closing[account] = _amount(amount, line)
            case "#RES", ["0", account, amount, *_]:
                head.results[account] = _amount(amount, line)
            case "#RTRANS", _:
                head.added += 1
            case "#BTRANS", _:
                head.removed += 1


_PLAIN: Final = re.compile(
    r'#TRANS[ \t]+([^\s"{}]+)[ \t]+(\{(?:[^}"\\]|"[^"\\]*")*\})[ \t]+([^\s"{}]+)'
    r'(?:[ \t]+("[^"\\]*"|[^\s"{}]+))?(?:[ \t]+("[^"\\]*"|[^\s"{}]+))?(?![^"]*"[^"]*$)'
)


def _plain_row(line: str) -> list[str] | None:
    """Return the words of a row that is written as most are: nine in ten of a file's lines."""
    found = _PLAIN.match(line)
    if found is None:
        return None
    account, objects, amount, day, text = found.groups("")
    return [account, objects, amount, day.strip('"'), text[1:-1] if text[:1] == '"' else text]


def _words(text: str, line: int) -> list[str]:
    words, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            if text[at:].strip():
                # A line that ends with an opening bracket begins a voucher's rows.
                if text[at:].strip() == "{":
                    break
                raise SieError(Reason("sie_line"), line)
            break
        quoted, listed, bare = found.groups()
        words.append(quoted.replace('\\"', '"') if quoted is not None else listed or bare)
        at = found.end()
    return words


def _voucher(line: int, words: list[str], rows: list[Row]) -> Voucher:
    series, number, day, text = [*words, "", "", "", ""][:4]
    return Voucher(line, series, number, _day(day, line), text, tuple(rows))


def _row(line: int, words: list[str]) -> Row:
    if len(words) < 3 or not words[1].startswith("{"):
        raise SieError(Reason("sie_line"), line)
    account, objects, amount, day, text = [*words, "", ""][:5]
    pairs = _objects(objects)
    if pairs is None:
        raise SieError(Reason("sie_line"), line)
    return Row(line, account, pairs, _amount(amount, line), _day(day, line), text)


@lru_cache(maxsize=4096)
def _objects(text: str) -> tuple[tuple[str, str], ...] | None:
    """Return the pairs of a list of objects; None where one of a pair is missing."""
    try:
        names = _words(text[1:-1], 0)
    except SieError:
        return None
    return tuple(zip(names[::2], names[1::2], strict=True)) if len(names) % 2 == 0 else None


def _amount(text: str, line: int) -> Decimal:
    if not _AMOUNT.fullmatch(text):
        raise SieError(Reason("sie_amount"), line)
    return Decimal(text.replace(",", "."))


def _day(text: str, line: int) -> date | None:
    if not text:
        return None
    found = _date(text)
    if found is None:
        raise SieError(Reason("sie_day"), line)
    return found


@lru_cache(maxsize=1024)
def _date(text: str) -> date | None:
    """Return the day that is written; None where it is none."""
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
