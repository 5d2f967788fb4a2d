"""What the judging of a list hands out: rows, each with its verdict and what was remarked."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hembesok.families.birth_list.fields import Protection
from hembesok.values.identity import Identifier
from hembesok.values.refusals import Reason


@dataclass(frozen=True, slots=True, repr=False)
class CandidateGuardian:
    """A guardian as a list tells of one; what it does not tell is empty."""

    name: str
    identifier: Identifier | None
    phone: str


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """A child fit to be written, with what the list tells of the family.

    `household` is the same for siblings: the row number of the first of them.
    `language` is a code, or empty when the list does not say.
    """

    row: int
    household: int
    identifier: Identifier | None
    born: date
    discharged: date | None
    given_name: str
    guardians: tuple[CandidateGuardian, ...]
    language: str
    interpreter_needed: bool
    address: str
    deso: str
    regso: str
    first_time_parent: bool
    first_child_in_sweden: bool
    protection: Protection
    clinic: str
    code: str


class Verdict(StrEnum):
    """What is to become of a row."""

    GOOD = "good"
    BAD = "bad"
    DUPLICATE = "duplicate"
    NEAR = "near"


class Likeness(StrEnum):
    """Why two are thought to be the same child."""

    IDENTIFIER = "identifier"
    NAME = "name"
    GUARDIAN = "guardian"


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a row is like: an earlier row of the list, or a known child by its reference."""

    by: Likeness
    row: int | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said of a row: its number, the heading of the column ("" for the whole row)."""

    row: int
    column: str
    reason: Reason


@dataclass(frozen=True, slots=True, repr=False)
class JudgedRow:
    """One row and its verdict.

    A bad row has faults and no candidate. `match` is there for duplicates and near
    ones; a near one is written only if a person says so. `sibling_of` is a known
    child with the same guardian, by identity number.
    """

    number: int
    verdict: Verdict
    candidate: Candidate | None = None
    faults: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    match: Match | None = None
    sibling_of: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Judged:
    """A list, judged row by row in its own order."""

    rows: tuple[JudgedRow, ...]

    def of(self, verdict: Verdict) -> list[JudgedRow]:
        """Return the rows with a verdict."""
        return [row for row in self.rows if row.verdict is verdict]

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many rows have each verdict."""
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def households(self) -> dict[int, list[Candidate]]:
        """The candidates of good and near rows, family by family."""
        families: dict[int, list[Candidate]] = {}
        for row in self.rows:
            if row.candidate is not None and row.verdict is not Verdict.DUPLICATE:
                families.setdefault(row.candidate.household, []).append(row.candidate)
        return families
