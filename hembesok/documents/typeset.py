"""A document as PDF: tagged (PDF/UA-1) and fit for an archive (PDF/A-2a), by Typst.

Typst is a library and needs nothing of the machine (ADR 0015). What people wrote is handed over
as data; the template shows it as it is.
"""

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import typst

from hembesok.documents.content import (
    Block,
    Bullets,
    Document,
    DocumentProblem,
    Lines,
    MissingLetter,
    Numbered,
    Picture,
    Table,
    line,
    lines,
)

STANDARDS: Final = ("a-2a", "ua-1")
"""PDF/A-2a (ISO 19005-2): whole in itself, with nothing that changes. PDF/UA-1 (ISO 14289-1):
tagged, titled, with a language, and every letter readable."""

_UNSHOWN: Final = re.compile(r'the text `"(?P<text>.*?)"` could not be displayed', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_POINTS_IN_MM: Final = 72 / 25.4


def pdf(document: Document) -> bytes:
    """Return a document as PDF; the same document gives the same bytes.

    Raises MissingLetter when a letter is in no font, DocumentProblem when the document cannot
    be made for another reason. Fonts of the machine are not used: it would differ by machine.
    """
    return _compiled(
        _template("document.typ"), {"document": as_json(document)},
        format="pdf", pdf_standards=list(STANDARDS), timestamp=0,
    )  # fmt: skip


def png(picture: Picture, *, per_inch: int = 220) -> bytes:
    """Return a picture as PNG of its width; for Word, which shows no SVG everywhere."""
    width = picture.width_mm * _POINTS_IN_MM
    inputs = {"svg": picture.svg, "width": f"{width:.2f}"}
    return _compiled(_template("picture.typ"), inputs, format="png", ppi=per_inch)


def as_json(document: Document) -> str:
    """Return what the template reads."""
    day = document.day
    return json.dumps(
        {
            "title": document.title,
            "day": [day.year, day.month, day.day],
            "language": document.language,
            "facts": [[name, line(value)] for name, value in document.facts],
            "parts": [
                {"title": part.title, "blocks": [_block(block) for block in part.blocks]}
                for part in document.parts
            ],
        }
    )


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Lines(text):
            return {"kind": "lines", "lines": lines(text)}
        case Bullets(found):
            return {"kind": "bullets", "lines": [line(one) for one in found]}
        case Numbered(found):
            return {"kind": "numbered", "lines": [line(one) for one in found]}
        case Table(caption, head, rows):
            return {
                "kind": "table",
                "caption": caption,
                "head": [line(one) for one in head],
                "rows": [[line(cell) for cell in row] for row in rows],
            }
        case Picture(svg, told, width):
            return {"kind": "picture", "svg": svg, "told": told, "width": width}


def _compiled(template: bytes, inputs: dict[str, str], **how: Any) -> bytes:
    try:
        made = typst.compile(template, ignore_system_fonts=True, sys_inputs=inputs, **how)
    except typst.TypstError as error:
        # The compiler's own words repeat the text.
        raise _problem(error.message) from None
    if not isinstance(made, bytes):
        raise DocumentProblem("the compiler gave no single file")
    return made


def _problem(message: str) -> DocumentProblem:
    found = _UNSHOWN.search(message)
    if found is None or not found["text"]:
        return DocumentProblem("the compiler refused the document")
    escaped = _ESCAPED.match(found["text"])
    return MissingLetter(chr(int(escaped[1], 16)) if escaped else found["text"])


@lru_cache(maxsize=2)
def _template(name: str) -> bytes:
    return files("hembesok.documents").joinpath(name).read_bytes()
