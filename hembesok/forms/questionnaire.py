"""What a form is: blocks of questions, each block in one compartment, in one version.

A form is read from FHIR R4 Questionnaire JSON (reading.py) and never changed once it is in
use: another text is another version. Which block belongs to whom is data of the form, so that
no page can put a parent's own matters into the joint part (domain handbook 0.15).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

Words: TypeAlias = Mapping[str, str]
"""A text by language; "sv" and "en" are always there."""

Value: TypeAlias = str | bool | int | Decimal | date
"""An answer: the code of an option, a text, yes or no, a number, a day."""

ANY_STEP: Final = "*"
"""The step of the form that is used where a programme's step has none of its own."""


class ItemType(StrEnum):
    """What an item is; the words are FHIR's."""

    GROUP = "group"
    DISPLAY = "display"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    STRING = "string"
    TEXT = "text"


FREE_TEXT: Final = (ItemType.STRING, ItemType.TEXT)
NUMBERS: Final = (ItemType.INTEGER, ItemType.DECIMAL)
LONGEST: Final = {ItemType.STRING: 200, ItemType.TEXT: 4000}
"""Characters of a text whose form sets no limit."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers a choice offers; `system` is the code system, if the form names one."""

    code: str
    words: Words
    system: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """When an item is asked: an earlier question of the same block, and what its answer is."""

    question: str
    operator: str
    value: Value


OPERATORS: Final = ("exists", "=", "!=", ">", "<", ">=", "<=")


@dataclass(frozen=True, slots=True)
class Item:
    """A question, a group of them, or words to read.

    Unit: `max_length` in characters; `least` and `most` are of the item's own type and belong
    to what is allowed. `may_be_unasked` says that "not asked" is an answer. `code` is what
    the question is about in every form that asks it; `conditions` must all be met, or with
    `any_condition` one of them.
    """

    link_id: str
    type: ItemType
    words: Words
    options: tuple[Option, ...] = ()
    required: bool = False
    repeats: bool = False
    conditions: tuple[Condition, ...] = ()
    any_condition: bool = False
    max_length: int | None = None
    least: int | Decimal | date | None = None
    most: int | Decimal | date | None = None
    items: "tuple[Item, ...]" = ()
    may_be_unasked: bool = True
    code: str = ""
    hint: Words | None = None

    @property
    def is_question(self) -> bool:
        """Whether it can be answered."""
        return self.type not in (ItemType.GROUP, ItemType.DISPLAY)

    @property
    def longest(self) -> int:
        """Characters that an answer may have."""
        return self.max_length or LONGEST.get(self.type, LONGEST[ItemType.STRING])


@dataclass(frozen=True, slots=True)
class Block:
    """The questions of one compartment: a top-level group.

    `profession` writes it (None: either), `about` is "birth_parent" or "other_parent" where
    it is a parent's own, else "".
    """

    key: str
    compartment: str
    profession: str | None
    about: str
    words: Words
    items: tuple[Item, ...]

    @property
    def questions(self) -> tuple[Item, ...]:
        """All questions, in the order they are read."""
        return tuple(item for item in every(self.items) if item.is_question)


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire in one version; `steps` are "PROGRAMME/STEP", "STEP" or ANY_STEP."""

    key: str
    version: str
    url: str
    words: Words
    steps: tuple[str, ...]
    status: str
    blocks: tuple[Block, ...]

    @property
    def canonical(self) -> str:
        """What names this version everywhere, as FHIR writes it: url|version."""
        return f"{self.url}|{self.version}"

    def block(self, key: str) -> Block:
        """Return a block; raises LookupError."""
        for block in self.blocks:
            if block.key == key:
                return block
        raise LookupError(key)


def every(items: tuple[Item, ...]) -> Iterator[Item]:
    """Yield items and what is in them, in the order they are read."""
    for item in items:
        yield item
        yield from every(item.items)
