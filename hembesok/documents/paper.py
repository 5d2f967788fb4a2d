"""A paper to print or to file: a tagged PDF of a title, facts, and sections with headings.

Made by Typst, which is a library and needs nothing of the machine (ADR 0015). The words of
people are handed over as data; the template shows them as they are.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Final

import typst

STANDARD: Final = "ua-1"
"""PDF/UA-1 (ISO 14289-1): tagged, titled, with a language, and every letter readable."""

_UNSHOWN: Final = re.compile(r'the text `"(?P<text>.*?)"` could not be displayed', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


class PaperProblem(Exception):
    """A paper could not be made. Never holds anything of what was to stand on it."""


class MissingLetter(PaperProblem):
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

    def as_json(self) -> str:
        """Return what the template reads."""
        return json.dumps(
            {
                "title": self.title,
                "day": [self.day.year, self.day.month, self.day.day],
                "language": self.language,
                "facts": [[name, _line(value)] for name, value in self.facts],
                "sections": [
                    {
                        "title": section.title,
                        "lines": [line for text in section.texts for line in _lines(text)],
                    }
                    for section in self.sections
                ],
            }
        )


def pdf(paper: Paper) -> bytes:
    """Return a paper as PDF; the same paper gives the same bytes.

    Raises MissingLetter when a letter is in no font, PaperProblem when the paper cannot be
    made for another reason. Fonts of the machine are not used: it would differ by machine.
    """
    try:
        made = typst.compile(
            _template(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"paper": paper.as_json()},
            pdf_standards=[STANDARD],
            timestamp=0,
        )
    except typst.TypstError as error:
        # The compiler's own words repeat the text.
        raise _problem(error.message) from None
    if not isinstance(made, bytes):
        raise PaperProblem("the compiler gave no single file")
    return made


def _problem(message: str) -> PaperProblem:
    found = _UNSHOWN.search(message)
    if found is None or not found["text"]:
        return PaperProblem("the compiler refused the paper")
    escaped = _ESCAPED.match(found["text"])
    return MissingLetter(chr(int(escaped[1], 16)) if escaped else found["text"])


def _lines(text: str) -> list[str]:
    return [line for part in text.splitlines() if (line := _line(part))]


def _line(text: str) -> str:
    """Return a text on one line: a tab is a space."""
    return " ".join(text.split())


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files("hembesok.documents").joinpath("paper.typ").read_bytes()
