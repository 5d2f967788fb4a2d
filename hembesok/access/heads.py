"""The newest head of each day, in a file outside the database: a line a day, whole lines only.

A line is the day, the number of the day's last entry and its link. The last
line grows through its day; the lines of earlier days are never touched.
"""

import fcntl
import os
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from hembesok.access.rules.chain import Head

_LINE: Final = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{1,18}) ([0-9a-f]{64})", re.ASCII)
_TAIL: Final = 256
"""Bytes that surely hold the last line."""


class Kept(NamedTuple):
    """What a file of heads holds, and the numbers of the lines that are not heads."""

    heads: tuple[Head, ...]
    unreadable: tuple[int, ...]


def line(head: Head) -> str:
    """Write a head; every line has the same length, so that one can take another's place."""
    return f"{head.day.isoformat()} {head.number:012} {head.link}\n"


def parse(text: str) -> Head | None:
    """Read a line; None when it is no head."""
    found = _LINE.fullmatch(text.strip())
    try:
        return Head(date.fromisoformat(found[1]), int(found[2]), found[3]) if found else None
    except ValueError:
        return None


def read(path: Path) -> Kept:
    """Read a file of heads; raises OSError, FileNotFoundError when there is none."""
    # Whatever the bytes are: what is no head is told as that.
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    parsed = [parse(text) for text in lines]
    return Kept(
        tuple(head for head in parsed if head),
        tuple(n for n, head in enumerate(parsed, start=1) if head is None and lines[n - 1].strip()),
    )


def by_number(heads: Iterable[Head]) -> dict[int, list[Head]]:
    """Return heads by the number of their entry."""
    found: dict[int, list[Head]] = {}
    for head in heads:
        found.setdefault(head.number, []).append(head)
    return found


def keep(path: Path, head: Head, *, previous: tuple[int, str]) -> None:
    """Keep a head: in place of the last line when that is of the same day, else after it.

    `previous` is the number and link on which this head was built. A last line
    that contradicts it is evidence, and stays. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file).st_size
        tail = os.pread(file, _TAIL, max(size - _TAIL, 0))
        written = _written(tail, head, previous)
        if written is not None:
            back, text = written
            _write(file, text.encode(), size - back)
    finally:
        os.close(file)


def _write(file: int, text: bytes, at: int) -> None:
    if os.pwrite(file, text, at) != len(text):
        os.ftruncate(file, at)  # half a line is none; the disk is full
        raise OSError("the line could not be written whole")


def _written(tail: bytes, head: Head, previous: tuple[int, str]) -> tuple[int, str] | None:
    """Return how many bytes from the end to write at, and what; None when all is written."""
    if not tail:
        return 0, line(head)
    if not tail.endswith(b"\n"):
        return 0, "\n" + line(head)
    text = tail[:-1].rpartition(b"\n")[2] + b"\n"
    last = parse(text.decode("ascii", "replace"))
    if last is None:
        return 0, line(head)
    if last.number > head.number or (last.number, last.link) == (head.number, head.link):
        return None
    # A clock that was set back does not make a later day an earlier one.
    head = head._replace(day=max(last.day, head.day))
    same_size = len(text) == len(line(head))
    replaces = last.day == head.day and same_size and _continues(last, head, previous)
    return (len(text) if replaces else 0), line(head)


def _continues(last: Head, head: Head, previous: tuple[int, str]) -> bool:
    """Tell whether a head may be built on the last one, as far as can be seen from here."""
    if last.number == previous[0]:
        return last.link == previous[1]
    # No head ever stood inside what one transaction wrote.
    return last.number < previous[0]
