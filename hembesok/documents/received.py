"""A file somebody sends in: what it is by its content, whether it is whole, and made harmless.

The name's ending and what the browser says of it are not asked. A picture is read chunk by
chunk (PNG: ISO/IEC 15948, JPEG: ITU-T T.81) and written again without what is not the
picture: a camera writes beside it where it was taken (EXIF). How a JPEG is turned is kept,
as the picture would lie on its side without it.
"""

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import filetype

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
"""Of the largest pictures telephones take; more is a bomb, or a mistake. Ours."""
LONGEST_NAME: Final = 80
ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
"""The kinds that are taken, and the ending each is given."""


class FileProblem(Exception):
    """A file is not taken; `key` says why, as a reason's key does."""

    def __init__(self, key: str, **values: object) -> None:
        self.key, self.values = key, values
        super().__init__(key)


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """A file that was taken: its name and content as they are to be kept."""

    name: str
    media_type: str
    content: bytes


def received(content: bytes, name: str) -> Received:
    """Return a file as it is to be kept; raises FileProblem."""
    if not content:
        raise FileProblem("attachment_empty")
    if len(content) > MOST_BYTES:
        raise FileProblem("attachment_too_large", megabytes=MOST_BYTES // 1024**2)
    guessed = filetype.guess(content)
    media_type = guessed.mime if guessed is not None else ""
    match media_type:
        case "application/pdf":
            _check_pdf(content)
        case "image/jpeg":
            content = _jpeg(content)
        case "image/png":
            content = _png(content)
        case _:
            raise FileProblem("attachment_kind")
    return Received(_name(name, ENDINGS[media_type]), media_type, content)


def _name(name: str, ending: str) -> str:
    """Return a name without folders, control characters or tricks of direction."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    stem = last.rsplit(".", 1)[0] if "." in last else last
    kept = "".join(c for c in stem if unicodedata.category(c)[0] in "LNM" or c in " -_.,()+")
    return f"{' '.join(kept.split()).strip('. ')[:LONGEST_NAME] or 'bilaga'}.{ending}"


_START: Final = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n \t]")
_TAIL: Final = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_XREF: Final = re.compile(rb"\s*(xref\b|\d+\s+\d+\s+obj\b)")
_ACTS: Final = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")


def _check_pdf(content: bytes) -> None:
    """Look at the frame of a PDF: where it begins, ends, and where its table stands.

    What is packed inside is not seen; the file is never opened by us or shown in the browser.
    """
    tail = _TAIL.search(content, max(0, len(content) - 2048))
    if _START.match(content) is None or tail is None:
        raise FileProblem("attachment_broken")
    if b"/Encrypt" in content:
        raise FileProblem("attachment_locked")
    if _ACTS.search(content):
        raise FileProblem("attachment_acts")
    if _XREF.match(content, int(tail[1])) is None:
        raise FileProblem("attachment_broken")


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise FileProblem("attachment_broken")
    if width * height > MOST_PIXELS:
        raise FileProblem("attachment_too_many_pixels", millions=MOST_PIXELS // 1_000_000)


PNG: Final = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS: Final = {b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT"}
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_ADAM7: Final = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
    (0, 1, 1, 2),
)  # fmt: skip


def _png(content: bytes) -> bytes:
    """Return a PNG with its picture and nothing else; raises FileProblem if it is not whole."""
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1][0] != b"IEND":
        raise FileProblem("attachment_broken")
    width, height, depth, colour, packing, sieve, lace = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth not in _DEPTHS.get(colour, ()) or packing or sieve or lace > 1:
        raise FileProblem("attachment_broken")
    _check_pixels(width, height)
    data = b"".join(body for kind, body in chunks if kind == b"IDAT")
    _check_unpacks(data, _unpacked(width, height, depth * _CHANNELS[colour], laced=bool(lace)))
    kept = [chunk for chunk in chunks[1:-1] if chunk[0] in _KEPT_CHUNKS]
    return PNG + b"".join(
        _chunk(kind, body) for kind, body in [chunks[0], *kept, (b"IDAT", data), (b"IEND", b"")]
    )


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the chunks up to the last; what stands after it belongs to no picture."""
    at = len(PNG)
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if content[at + 8 + length : at + 12 + length] != _crc(kind, body):
            raise FileProblem("attachment_broken")
        yield kind, body
        if kind == b"IEND":
            return
        at += 12 + length
    raise FileProblem("attachment_broken")


def _crc(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(kind + body))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + _crc(kind, body)


def _unpacked(width: int, height: int, bits: int, *, laced: bool) -> int:
    """Return how many bytes the lines of a PNG are: each is led by a byte of its own."""

    def size(columns: int, lines: int) -> int:
        return lines * (1 + (columns * bits + 7) // 8) if columns else 0

    if not laced:
        return size(width, height)
    return sum(
        size(max(0, -(-(width - x) // dx)), max(0, -(-(height - y) // dy)))
        for x, y, dx, dy in _ADAM7
    )


def _check_unpacks(data: bytes, size: int) -> None:
    """Unpack in pieces, so that what is larger than it says never stands in memory."""
    unpacker, found, left = zlib.decompressobj(), 0, data
    try:
        while left and not unpacker.eof and found <= size:
            found += len(unpacker.decompress(left, 1 << 20))
            left = unpacker.unconsumed_tail
    except zlib.error:
        raise FileProblem("attachment_broken") from None
    if found != size or not unpacker.eof:
        raise FileProblem("attachment_broken")


_SOI, _EOI, _SOS, _APP0, _APP1, _APP14, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE, 0xFE
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_ENTROPY: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _jpeg(content: bytes) -> bytes:
    """Return a JPEG with its picture and how it is turned, and nothing else."""
    out, turned, frame = [b"\xff\xd8"], 1, False
    for marker, body, scan in _segments(content):
        if marker == _APP1 and body.startswith(b"Exif\0\0"):
            turned = _orientation(body[6:]) or turned
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", body, 1) if len(body) >= 6 else (0, 0)
            _check_pixels(width, height)
            frame = True
        if marker == _SOS and not frame:
            break
        # APP0 says what JPEG it is and APP14 which colours; all other notes go.
        note = _APP0 <= marker <= 0xEF or marker == _COM
        if not note or marker == _APP14 or (marker == _APP0 and body.startswith(b"JFIF\0")):
            kept = body[:12] + b"\0\0" if marker == _APP0 else body
            out.append(bytes((0xFF, marker)) + struct.pack(">H", len(kept) + 2) + kept + scan)
    if not frame:
        raise FileProblem("attachment_broken")
    if turned != 1:
        out.insert(2 if out[1][1] == _APP0 else 1, _turned(turned))
    return b"".join(out) + b"\xff\xd9"


def _segments(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Give each segment, its body, and the picture data behind it; up to the picture's end."""
    at = 2
    while at + 2 <= len(content):
        if content[at] != 0xFF:
            break
        marker = content[at + 1]
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        if marker == _EOI:
            return
        if marker in _BARE or marker == _SOI or at + 4 > len(content):
            break
        (length,) = struct.unpack_from(">H", content, at + 2)
        body = content[at + 4 : at + 2 + length]
        if length < 2 or len(body) != length - 2:
            break
        at += 2 + length
        scan = b""
        if marker == _SOS:
            end = _ENTROPY.search(content, at)
            if end is None:
                break
            scan, at = content[at : end.start()], end.start()
        yield marker, body, scan
    raise FileProblem("attachment_broken")


def _orientation(tiff: bytes) -> int | None:
    """Return how a picture is turned, 1 to 8, by the first table of its EXIF; None if unsaid."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return None
    (table,) = struct.unpack_from(f"{order}I", tiff, 4)
    if table + 2 > len(tiff):
        return None
    (count,) = struct.unpack_from(f"{order}H", tiff, table)
    for n in range(count):
        at = table + 2 + 12 * n
        if at + 12 > len(tiff):
            return None
        tag, kind, many, value = struct.unpack_from(f"{order}HHIH", tiff, at)
        if (tag, kind, many) == (0x0112, 3, 1):
            return value if 1 <= value <= 8 else None
    return None


def _turned(how: int) -> bytes:
    """Return an EXIF segment that says how a picture is turned and nothing else."""
    table = struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, how, 0, 0)
    body = b"Exif\0\0MM\0*" + struct.pack(">I", 8) + table
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
