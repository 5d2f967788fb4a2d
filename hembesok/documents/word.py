"""A document as Word, by a template that is edited in Word.

A template is a .docx whose texts hold tags of Jinja (docxtpl). It is code in a file of somebody
else's: it is run in Jinja's sandbox, sees the document's plain values and nothing more, and is
checked to show every one of them. The same document and template give the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import docx as python_docx
from docx.document import Document as Docx
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from hembesok.documents.content import (
    LANGUAGE_TAGS,
    Block,
    Bullets,
    Document,
    DocumentProblem,
    Lines,
    Numbered,
    Part,
    Picture,
    Table,
    line,
    lines,
    texts_of,
)
from hembesok.documents.typeset import png

MOST_BYTES: Final = 4_000_000
MOST_UNPACKED: Final = 40_000_000
"""A template with a coat of arms is some hundred kilobytes."""

_ZIP_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The first day that a ZIP file can say: one that tells nothing."""


class TemplateProblem(DocumentProblem):
    """A template cannot be used; `why` is a key, `at` what it is about."""

    def __init__(self, why: str, at: str = "") -> None:
        self.why, self.at = why, at
        super().__init__(f"the template cannot be used: {why} {at}".rstrip())


def docx(document: Document, template: bytes | None = None) -> bytes:
    """Return a document as Word, by a template of one's own or the one that is shipped.

    Raises TemplateProblem for a template that cannot be used or leaves something out.
    """
    made = _rendered(document, shipped() if template is None else template)
    if template is not None and (left_out := _left_out(document, made)):
        raise TemplateProblem("leaves_out", left_out)
    return made


def check(template: bytes) -> None:
    """Raise TemplateProblem unless a template shows all that a document can hold."""
    made = _rendered(SAMPLE, template)
    if left_out := _left_out(SAMPLE, made):
        raise TemplateProblem("leaves_out", left_out)


@lru_cache(maxsize=1)
def shipped() -> bytes:
    """Return the template that is shipped: to be copied, edited in Word, and put in its place."""
    return files("hembesok.documents").joinpath("document.docx").read_bytes()


def text_of(made: bytes) -> list[str]:
    """Return the paragraphs of a Word file in reading order, those of tables among them."""
    return [text for text in map(line, _paragraphs(python_docx.Document(io.BytesIO(made)))) if text]


def _paragraphs(opened: Docx) -> Iterator[str]:
    for found in opened.element.body.iter(qn("w:p")):
        yield "".join(
            one.text or "" if one.tag == qn("w:t") else " "
            for one in found.iter(qn("w:t"), qn("w:tab"), qn("w:br"))
        )
    for section in opened.sections:
        for edge in (section.header, section.footer):
            yield from (paragraph.text for paragraph in edge.paragraphs)


def _left_out(document: Document, made: bytes) -> str:
    """Return the first text of a document that a file made of it does not hold, or nothing."""
    whole = _bare(" ".join(text_of(made)))
    return next((text for text in texts_of(document) if _bare(text) not in whole), "")


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _rendered(document: Document, template: bytes) -> bytes:
    _check_file(template)
    try:
        opened = DocxTemplate(io.BytesIO(template))
        sandbox = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        opened.render(_context(document, opened), sandbox)
    except TemplateError as error:
        raise TemplateProblem("tag", type(error).__name__) from None
    except DocumentProblem:
        raise
    except Exception:
        # The libraries raise whatever they meet in a file that is not as they think.
        raise TemplateProblem("broken") from None
    made = opened.docx
    if made is None:
        raise TemplateProblem("broken")
    _tell_pictures(document, made)
    _tell_document(document, made)
    saved = io.BytesIO()
    made.save(saved)
    return _timeless(saved.getvalue())


def _check_file(template: bytes) -> None:
    if len(template) > MOST_BYTES:
        raise TemplateProblem("too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise TemplateProblem("too_large")
            names = packed.namelist()
    except zipfile.BadZipFile:
        raise TemplateProblem("broken") from None
    if "word/document.xml" not in names:
        raise TemplateProblem("broken")
    if any("vbaProject" in name for name in names):
        raise TemplateProblem("macros")


def _context(document: Document, template: DocxTemplate) -> dict[str, Any]:
    parts = [
        {
            "key": part.key,
            "title": part.title,
            "blocks": [_block(block, template) for block in part.blocks],
        }
        for part in document.parts
    ]
    return {
        "title": document.title,
        "day": document.day.isoformat(),
        "facts": [{"name": name, "value": line(value)} for name, value in document.facts],
        "parts": parts,
        "part": {part["key"]: part for part in parts},
    }


def _block(block: Block, template: DocxTemplate) -> dict[str, Any]:
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
        case Picture(width_mm=width):
            image = InlineImage(template, io.BytesIO(png(block)), width=Mm(width))
            return {"kind": "picture", "image": image}


def _tell_pictures(document: Document, made: Docx) -> None:
    """Give each picture its words: those that stand in the template itself have their own."""
    told = [b.told for part in document.parts for b in part.blocks if isinstance(b, Picture)]
    found = [
        one for one in made.element.body.iter(qn("wp:docPr")) if not one.get("descr", "").strip()
    ]
    for number, (one, words) in enumerate(zip(found, told, strict=False), start=1):
        one.set("descr", words)
        one.set("id", str(1000 + number))
        one.set("name", f"picture {number}")


def _tell_document(document: Document, made: Docx) -> None:
    """Write title, language and day where readers of files look for them."""
    tag = LANGUAGE_TAGS.get(document.language, document.language)
    about = made.core_properties
    about.title, about.language = document.title[:255], tag
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = datetime.combine(document.day, time(), UTC)
    about.revision = 1
    for found in made.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), tag)


def _timeless(made: bytes) -> bytes:
    """Return a ZIP file without the time it was made at."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as was,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed,
    ):
        for one in was.infolist():
            about = zipfile.ZipInfo(one.filename, _ZIP_DAY)
            about.compress_type, about.create_system = zipfile.ZIP_DEFLATED, 0
            packed.writestr(about, was.read(one))
    return out.getvalue()


_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>'
)
SAMPLE: Final = Document(
    "sample",
    "Titel & <rubrik>",
    date(2026, 3, 16),
    [("Diarienummer", "SN 2026-1 & 2"), ("Datum", "2026-03-16")],
    [
        Part("lines", "Stycken", [Lines("Ett stycke <b>.\nEtt till {{ stycke }}.")]),
        Part("lists", "Listor", [Numbered(["Punkt ett", "Punkt två"]), Bullets(["Streck"])]),
        Part("table", "Tabell", [Table("Belopp", ["År", "Summa"], [["2026", "1"], ["2027", "2"]])]),
        Part("picture", "Bild", [Picture(_SVG, "En trekant")]),
        Part("untitled", "", [Lines("Sist, utan rubrik.")]),
    ],
)
"""A document with one of everything, to try a template on."""
