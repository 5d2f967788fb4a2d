"""Answers as a value, and the one that says that nobody asked.

Unanswered is not no: a question that was left out on purpose is counted as left out.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final, Literal, TypeAlias

from hembesok.forms.questionnaire import Value


class Unasked(Enum):
    """The kind of the one answer that any question can have."""

    NOT_ASKED = "not-asked"

    def __repr__(self) -> str:
        return "NOT_ASKED"


NOT_ASKED: Final = Unasked.NOT_ASKED
"""Nobody asked; FHIR's data-absent-reason of the same code."""

Given: TypeAlias = tuple[Value, ...] | Literal[Unasked.NOT_ASKED]
Answers: TypeAlias = Mapping[str, Given]
"""Answers by linkId. A question that is not there, or has an empty tuple, is unanswered."""
