"""Which column holds what: proposed from the headings, changed by a person, checked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hembesok.families.birth_list.fields import JOINED, Field
from hembesok.families.birth_list.headings import field_named
from hembesok.values.refusals import Reason

_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Columns:
    """For each column of the sheet the field it holds, or None for what is left out."""

    fields: tuple[Field | None, ...]

    def of(self, field: Field) -> list[int]:
        """Return the columns that make up a field, from left to right."""
        return [at for at, held in enumerate(self.fields) if held is field]

    @property
    def missing(self) -> list[Field]:
        """The fields without which nothing can be brought in: number or birth date, one of them."""
        if Field.BORN in self.fields or Field.CHILD_IDENTIFIER in self.fields:
            return []
        return [Field.CHILD_IDENTIFIER, Field.BORN]


def heading(header: Sequence[str], column: int) -> str:
    """Return a column's heading as shown; a column without one is called by its letter."""
    text = header[column] if column < len(header) else ""
    return text[:_SHOWN] or column_letter(column)


def column_letter(column: int) -> str:
    """Return the letter that spreadsheets give a column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def why_not_judge(columns: Columns, header: Sequence[str]) -> list[Reason]:
    """Return why a list cannot be judged with these columns; nothing when it can."""
    reasons = [Reason("list_needs_birth")] if columns.missing else []
    for field, count in Counter(columns.fields).items():
        if field is not None and count > 1 and field not in JOINED:
            twice = heading(header, columns.of(field)[1])
            reasons.append(Reason("list_column_twice", {"column": twice}))
    return reasons


def propose(header: Sequence[str]) -> Columns:
    """Propose what each column holds, from its heading in Swedish or English.

    A field that only one column can hold goes to the heading that names it best,
    the first of equals.
    """
    best: dict[Field, tuple[int, int]] = {}
    found: list[Field | None] = []
    for at, text in enumerate(header):
        guess = field_named(text)
        found.append(guess and guess[0])
        if guess is not None and guess[0] not in JOINED:
            field, rank = guess
            best[field] = min(best.get(field, (rank, at)), (rank, at))
    return Columns(
        tuple(
            field if field in JOINED or (field and best[field][1] == at) else None
            for at, field in enumerate(found)
        )
    )
