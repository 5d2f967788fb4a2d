"""What stands in an official memorandum (tjänsteskrivelse), part by part.

Source: the headings of the founding case and of municipal guides to writing (domain handbook
6.2). Money is whole öre; an amount whose unit was not written has no sum: who writes it is
asked, and it is never guessed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

from hembesok.values.refusals import Reason

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199
MOST_ORE: Final = 1_000_000_000_00
"""A milliard kronor: more is a slip of the unit."""


class Union(StrEnum):
    """What the unions were given, by the law on co-determination (MBL)."""

    INFORMATION = "information"  # 19 §
    NEGOTIATION = "negotiation"  # 11 §


class Part(StrEnum):
    """The parts of a memorandum, in their order on paper."""

    POINTS = "points"
    MATTER = "matter"
    SUPPORTING = "supporting"
    BACKGROUND = "background"
    ECONOMY = "economy"
    GOALS = "goals"
    CHILDREN = "children"
    FOLLOW_UP = "follow_up"
    UNION = "union"
    SIGNATURE = "signature"
    DISTRIBUTION = "distribution"


MAY_BE_EMPTY: Final = (Part.CHILDREN,)
"""How children are affected: asked for by many boards, not by all."""


class Standing(StrEnum):
    """How sure a sum is."""

    GRANTED = "granted"
    EXPECTED = "expected"
    PASSED_ON = "passed_on"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount of a year, or of each of several years; `ore` in whole öre.

    `as_said` is what a source writes when it does not write the unit; `ore` is then what it was
    read as, and the paper says so.
    """

    first: int
    last: int
    ore: int
    standing: Standing
    what: str
    as_said: str = ""

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.first <= self.last <= LAST_YEAR:
            raise ValueError(f"years run from first to last; got {self.first}-{self.last}")
        if not 0 < self.ore <= MOST_ORE:
            raise ValueError(f"an amount is more than nothing and at most {MOST_ORE} öre")


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that the decision rests on; its day where it has one."""

    title: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of the municipality: its words, where they stand, and the measure that follows it."""

    words: str
    address: str = ""
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A memorandum. A line of a text is a paragraph; a line that begins with "- " is of a list."""

    title: str
    day: date
    board: str
    administration: str
    signer: str
    points: tuple[str, ...] = ()
    matter: str = ""
    supporting: tuple[Paper, ...] = ()
    background: str = ""
    economy: str = ""
    sums: tuple[Sum, ...] = ()
    goals: tuple[Goal, ...] = ()
    children: str = ""
    follow_up: str = ""
    distribution: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.distribution)) != len(self.distribution):
            raise ValueError("nobody stands twice on a distribution list")

    @property
    def empty(self) -> tuple[Part, ...]:
        """The parts that have to be written and are not."""
        written: Mapping[Part, object] = {
            Part.POINTS: self.points,
            Part.MATTER: self.matter.strip(),
            Part.SUPPORTING: self.supporting,
            Part.BACKGROUND: self.background.strip(),
            Part.ECONOMY: self.economy.strip(),
            Part.GOALS: self.goals,
            Part.FOLLOW_UP: self.follow_up.strip(),
            Part.SIGNATURE: self.administration.strip() and self.signer.strip(),
            Part.DISTRIBUTION: self.distribution,
        }
        return tuple(part for part, found in written.items() if not found)

    def stored(self) -> dict[str, Any]:
        """Return the text as a column of JSON holds it."""
        content = asdict(self)
        content["day"] = self.day.isoformat()
        for paper in content["supporting"]:
            paper["day"] = paper["day"].isoformat() if paper["day"] else None
        return content

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Self:
        """Return the text that `stored` wrote."""
        found = dict(content)
        found["day"] = date.fromisoformat(found["day"])
        found["points"] = tuple(found["points"])
        found["distribution"] = tuple(found["distribution"])
        found["supporting"] = tuple(
            Paper(one["title"], date.fromisoformat(one["day"]) if one["day"] else None)
            for one in found["supporting"]
        )
        found["sums"] = tuple(
            Sum(**{**one, "standing": Standing(one["standing"])}) for one in found["sums"]
        )
        found["goals"] = tuple(Goal(**one) for one in found["goals"])
        return cls(**found)


def why_not_text(text: Text) -> Reason | None:
    """Return why a memorandum cannot be kept, however unfinished it is."""
    if not text.title.strip():
        return Reason("title_missing")
    if not text.board.strip():
        return Reason("board_missing")
    return None
