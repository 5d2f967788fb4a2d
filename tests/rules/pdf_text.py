"""The letters of a PDF made by us, read back through its own tables of letters; no spaces."""

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(?m)^(\d+) 0 obj\s(.*?)\sendobj", re.S)
_PACKED = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.S)
_MAPS = re.compile(rb"<([0-9A-F]{4})> (?:<[0-9A-F]{4}> )?<([0-9A-F]+)>")
_NEXT = re.compile(rb"/(f\d+) [\d.]+ Tf|\(")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(made: bytes) -> str:
    """Return the letters of a PDF in the order they are shown, without spaces."""
    objects = dict(_OBJECT.findall(made))
    fonts = {
        name: _letters(objects[re.search(rb"/ToUnicode (\d+)", objects[number])[1]])  # type: ignore[index]
        for used in objects.values()
        for held in re.findall(rb"/Font<<([^>]*)>>", used)
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", held)
    }
    pages = re.findall(rb"/Type/Page/.*?/Contents (\d+)", made, re.S)
    shown = "".join(_shown(_unpacked(objects[page]), fonts) for page in pages)
    return "".join(shown.split())


def _unpacked(content: bytes) -> bytes:
    found = _PACKED.search(content)
    assert found is not None
    return zlib.decompress(found[1])


def _letters(table: bytes) -> dict[bytes, str]:
    return {
        bytes.fromhex(glyph.decode()): bytes.fromhex(text.decode()).decode("utf-16-be")
        for glyph, text in _MAPS.findall(_unpacked(table))
    }


def _shown(content: bytes, fonts: dict[bytes, dict[bytes, str]]) -> str:
    text, letters = "", {}
    for font, string in _fonts_and_strings(content):
        if font:
            letters = fonts[font]
            continue
        raw = _ESCAPE.sub(lambda found: _byte(found[1]), string)
        text += "".join(letters.get(raw[n : n + 2], "") for n in range(0, len(raw), 2))
    return text


def _fonts_and_strings(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each font with no string, and each string with no font, as they come."""
    at = 0
    while found := _NEXT.search(content, at):
        at = found.end()
        if found[1]:
            yield found[1], b""
            continue
        # Parentheses stand as they are in a string where they match.
        start, depth = at, 1
        while depth:
            byte = content[at : at + 1]
            assert byte, "a string without end"
            at += 1 + (byte == b"\\")
            depth += (byte == b"(") - (byte == b")")
        yield b"", content[start : at - 1]


def _byte(escaped: bytes) -> bytes:
    return bytes((int(escaped, 8),)) if escaped.isdigit() else _NAMED.get(escaped, escaped)
