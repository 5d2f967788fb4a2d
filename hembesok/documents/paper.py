"""A paper to print or to file: a title, facts, and sections with headings and paragraphs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hembesok.documents import typeset
from hembesok.documents.content import Document, Lines, MissingLetter, Part

__all__ = ["MissingLetter", "Paper", "Section", "pdf"]


# repr=False here and below: what is said of people must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """A heading and the paragraphs under it. A line break in a text begins a paragraph."""

    title: str
    texts: Sequence[str]


@dataclass(frozen=True, slots=True, repr=False)
class Paper:
    """What stands on a paper. `day` is the document's own date, never the clock's."""

    title: str
    day: date
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    language: str = "sv"

    @property
    def document(self) -> Document:
        """The paper as a document."""
        parts = [
            Part(f"section-{n}", section.title, [Lines(text) for text in section.texts])
            for n, section in enumerate(self.sections, start=1)
        ]
        return Document("paper", self.title, self.day, self.facts, parts, self.language)


def pdf(paper: Paper) -> bytes:
    """Return a paper as PDF; raises as typeset.pdf does."""
    return typeset.pdf(paper.document)
