"""A document as a file to download: PDF, or Word by the municipality's own template."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from hembesok.documents import typeset
from hembesok.documents.content import Document, MissingLetter
from hembesok.documents.word import TemplateProblem, docx

KINDS: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def own_template(kind: str) -> Path | None:
    """Return the site's own template for a kind of document, or its template for all kinds."""
    for name in (kind, "document"):
        path: Path = settings.WORD_TEMPLATES / f"{name}.docx"
        if path.is_file():
            return path
    return None


def made(document: Document, form: str) -> bytes:
    """Return a document in one of its forms. Raises MissingLetter or TemplateProblem."""
    if form == "pdf":
        return typeset.pdf(document)
    own = own_template(document.kind)
    return docx(document, own.read_bytes() if own else None)


def download(document: Document, form: str) -> HttpResponse:
    """Answer with a document as a file, named by its kind: never by a person. Raises as `made`."""
    answer = HttpResponse(made(document, form), content_type=KINDS[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{document.kind}.{form}"'
    return answer


def problem_text(problem: MissingLetter | TemplateProblem) -> str:
    """Say why a file could not be made, and what to do."""
    if isinstance(problem, MissingLetter):
        return _("The letter %(letter)s cannot be set. Write it in another way.") % {
            "letter": problem.code
        }
    return _PROBLEMS[problem.why]() % {"at": problem.at[:80]}


_PROBLEMS: Final[Mapping[str, Callable[[], str]]] = {
    "broken": lambda: _("The site's own Word template is damaged. Save it again in Word."),
    "leaves_out": lambda: _("The site's own Word template leaves out: %(at)s."),
    "macros": lambda: _("The site's own Word template has macros. Save it as .docx without them."),
    "tag": lambda: _(
        "The site's own Word template has a tag that is not known or not closed (%(at)s)."
    ),
    "too_large": lambda: _("The site's own Word template is too large. Make its pictures smaller."),
}
