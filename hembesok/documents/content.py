"""What stands in a document, whatever it is made into: one structure for paper, Word and archive.

Plain values only. Words are ready to be read; nothing here asks what day it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias


class DocumentProblem(Exception):
    """A document could not be made. Never holds anything of what was to stand in it."""


class MissingLetter(DocumentProblem):
    """No font has a letter that stands in a text."""

    def __init__(self, letter: str) -> None:
        self.letter = letter
        super().__init__("a letter of the text is in no font")

    @property
    def code(self) -> str:
        """The letter's place in Unicode, as U+1F600."""
        return f"U+{ord(self.letter[0]):04X}"


# repr=False here and below: what is said of people must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class Lines:
    """Paragraphs. A line break begins a new one; empty lines are left out."""

    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Bullets:
    """A list without an order."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True, repr=False)
class Numbered:
    """A list with numbers. A document has one at most: its points."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """A table under its caption: a head for each column, and as many cells in each row."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __post_init__(self) -> None:
        """Refuse rows of another width, and columns without a head."""
        if not self.head or any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("each row of a table has a cell for each head")


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A picture as a whole SVG file, with what it shows in words for those who hear it."""

    svg: str
    told: str
    width_mm: int = 120

    def __post_init__(self) -> None:
        """Refuse a picture that some would not have."""
        if not self.told.strip():
            raise ValueError("a picture is told in words")


Block: TypeAlias = Lines | Bullets | Numbered | Table | Picture


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """A heading and what stands under it. `key` is what a template of Word calls it by."""

    key: str
    title: str
    blocks: Sequence[Block] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """A document. `day` is its own date, never the clock's; `kind` names its template."""

    kind: str
    title: str
    day: date
    facts: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    language: str = "sv"

    def __post_init__(self) -> None:
        """Refuse what a list of points cannot be told apart in."""
        found = [one for part in self.parts for one in part.blocks if isinstance(one, Numbered)]
        if len(found) > 1:
            raise ValueError("a document has one numbered list at most")
        keys = [part.key for part in self.parts]
        if len(set(keys)) != len(keys):
            raise ValueError("each part of a document has a key of its own")


LANGUAGE_TAGS: Final = {"sv": "sv-SE", "en": "en-GB"}


def line(text: str) -> str:
    """Return a text on one line: a tab is a space."""
    return " ".join(text.split())


def lines(text: str) -> list[str]:
    """Return the paragraphs of a text."""
    return [found for one in text.splitlines() if (found := line(one))]


def blocks_of(text: str) -> list[Block]:
    """Return a text as blocks: lines that begin with "- " are a list, the others paragraphs."""
    found: list[Block] = []
    for one in lines(text):
        if not one.startswith("- "):
            found.append(Lines(one))
        elif found and isinstance(found[-1], Bullets):
            found[-1] = Bullets([*found[-1].lines, one[2:]])
        else:
            found.append(Bullets([one[2:]]))
    return found


def texts_of(document: Document) -> Iterator[str]:
    """Give every text of a document in reading order: what each form of it has to hold."""
    yield document.title
    for name, value in document.facts:
        yield name
        yield line(value)
    for part in document.parts:
        if part.title:
            yield part.title
        for block in part.blocks:
            yield from _texts(block)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Lines(text):
            yield from lines(text)
        case Bullets(found) | Numbered(found):
            yield from map(line, found)
        case Table(caption, head, rows):
            yield caption
            yield from map(line, head)
            for row in rows:
                yield from (line(cell) for cell in row if cell.strip())
        case Picture():
            pass
