"""Make the template for Word that is shipped: hembesok/documents/document.docx, anew from here.

A municipality copies the file, edits it in Word, and puts its own in the site's folder. What it
may hold stands in docs/decisions-and-agreements.md.
"""

import io
from pathlib import Path
from typing import Final

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from hembesok.documents.word import _timeless

HERE: Final = Path(__file__).parents[1] / "hembesok" / "documents" / "document.docx"
INK: Final = RGBColor(0x1C, 0x2B, 0x30)


def made() -> bytes:
    """Return the template."""
    docx = Document()
    _look(docx)
    _tags(docx)
    about = docx.core_properties
    about.author = about.comments = about.title = about.last_modified_by = ""
    out = io.BytesIO()
    docx.save(out)
    return _timeless(out.getvalue())


def _look(docx: Docx) -> None:
    section = docx.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    for name, size, before, after in (
        ("Normal", 11, 0, 6), ("Title", 18, 0, 10), ("Heading 1", 13, 14, 4),
        ("List Bullet", 11, 0, 3), ("List Number", 11, 0, 3),
    ):  # fmt: skip
        style = docx.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), INK
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
    for edge in docx.styles["Title"].element.iter(qn("w:pBdr")):
        edge.getparent().remove(edge)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _page_number(foot.add_run())


def _page_number(run: object) -> None:
    element = run._r  # type: ignore[attr-defined]
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        element.append(mark)


def _tags(docx: Docx) -> None:
    say = docx.add_paragraph
    say("{{ title }}", "Title")
    say("{%p for fact in facts %}")
    fact = say()
    fact.add_run("{{ fact.name }}: ").bold = True
    fact.add_run("{{ fact.value }}")
    say("{%p endfor %}")
    say("{%p for part in parts %}")
    say("{%p if part.title %}")
    say("{{ part.title }}", "Heading 1")
    say("{%p endif %}")
    say("{%p for block in part.blocks %}")
    for kind, style in (("lines", ""), ("bullets", "List Bullet"), ("numbered", "List Number")):
        say(f"{{%p if block.kind == '{kind}' %}}")
        say("{%p for line in block.lines %}")
        say("{{ line }}", style or None)
        say("{%p endfor %}")
        say("{%p endif %}")
    say("{%p if block.kind == 'table' %}")
    say("{{ block.caption }}")
    _table(docx)
    say("{%p endif %}")
    say("{%p if block.kind == 'picture' %}")
    say("{{ block.image }}")
    say("{%p endif %}")
    say("{%p endfor %}")
    say("{%p endfor %}")


def _table(docx: Docx) -> None:
    table = docx.add_table(4, 3, "Table Grid")
    for row, cells in enumerate(
        (
            ("{%tc for cell in block.head %}", "{{ cell }}", "{%tc endfor %}"),
            ("{%tr for row in block.rows %}", "", ""),
            ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"),
            ("{%tr endfor %}", "", ""),
        )
    ):
        for column, text in enumerate(cells):
            run = table.cell(row, column).paragraphs[0].add_run(text)
            run.bold = row == 0
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(head)


if __name__ == "__main__":
    HERE.write_bytes(made())
