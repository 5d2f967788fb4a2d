"""What is wrong with a form file: where, what, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class FormFault:
    """One fault: the file, the item by its linkId (or place), the element, what and the remedy."""

    file: str
    item: str
    key: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """Write it as one line."""
        where = f"{self.file}: {self.item}: " if self.item else f"{self.file}: "
        end = "" if self.remedy.endswith("?") else "."
        return f"{where}{self.key}: {self.what}. {self.remedy}{end}"


class FormProblem(Exception):
    """A file that is no form; `faults` says all that is wrong with it."""

    def __init__(self, faults: Iterable[FormFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def nearest(found: object, known: Iterable[str]) -> str:
    """Return a remedy: the known word that is nearest, else all of them."""
    words = list(known)
    near = get_close_matches(str(found), words, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Choose among: {', '.join(words)}"


def shown(found: object) -> str:
    """Return a value as errors show it, cut short."""
    try:
        text = repr(found)
    except (ValueError, RecursionError):
        return "something far too large"
    return text if len(text) <= 60 else f"{text[:57]}…"
