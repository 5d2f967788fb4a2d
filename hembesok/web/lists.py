"""The words of the worklist: what is counted, how a list is asked for, and its eight marks.

A count and its list come from one condition (`visits.queries.worklist`), so that they
cannot differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hembesok.visits.queries.worklist import Asked, Order, View
from hembesok.visits.rows import ChildPage, StepRow
from hembesok.web.words import said

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Count:
    """One of the counts: which view of the list it counts, its words and its mark."""

    view: View
    title: Promise
    hint: Promise
    css: str
    icon: str


COUNTS: Final = (
    Count(View.OVERDUE, _("Overdue"), _("the window has closed"), "over", "i-over"),
    Count(View.DUE, _("Due, not booked"), _("the window is open"), "due", "i-due"),
    Count(View.CLOSING, _("Closing soon"), _("within two weeks, not booked"), "due", "i-due"),
    Count(View.WEEK, _("Visits this week"), _("children with a booked time"), "book", "i-book"),
    Count(
        View.UNRECORDED, _("Awaiting an outcome"), _("the booked time has passed"), "up", "i-pen"
    ),
    Count(View.MISSED, _("Missed"), _("the grace is over"), "miss", "i-miss"),
    Count(
        View.UNSIGNED,
        _("Not signed"),
        _("documentation waits for its signature"),
        "up",
        "i-pen",
    ),
)
"""The counts: each is a number of children, and its link shows exactly those."""

ORDERS: Final[Mapping[Order, Promise]] = {
    Order.URGENT: _("Urgent first"),
    Order.NAME: _("By name"),
    Order.AGE: _("Youngest first"),
}
"""How a list may be sorted."""

FILTERS: Final = ("view", "search", "staff", "order")
"""What a list is asked for in its form."""


def asked(values: Mapping[str, str], page: str = "") -> Asked:
    """Read what a list is asked for; what is unknown means all, and the first page."""
    return Asked(
        view=_one_of(View, values.get("view", ""), View.ALL),
        search=values.get("search", "")[:100],
        staff=_number(values.get("staff", "")),
        order=_one_of(Order, values.get("order", ""), Order.URGENT),
        page=_number(page) or 1,
    )


def _one_of(words: type[Word], text: str, otherwise: Word) -> Word:
    return words(text) if text in list(words) else otherwise


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


@dataclass(frozen=True)
class Column:
    """One column of the strip: the first home visit, the second extra visit …."""

    home: bool
    place: int
    title: str
    first_extra: bool


def columns(pages: Sequence[ChildPage]) -> list[Column]:
    """Return the columns that these children's visits need, home visits first.

    Children of one site may be on different versions, with more or fewer visits.
    """
    titles: dict[tuple[bool, int], str] = {}
    for page in pages:
        for row in page.own:
            titles.setdefault((not row.home, row.place), said(row.step.title))
    return [
        Column(not extra, place, titles[extra, place], first_extra=extra and place == 1)
        for extra, place in sorted(titles)
    ]


def strip(page: ChildPage, shown: Sequence[Column]) -> list[StepRow | None]:
    """Return a child's visits in the order of the columns; None where there is none."""
    by_place = {(row.home, row.place): row for row in page.own}
    return [by_place.get((column.home, column.place)) for column in shown]


def team_name(page: ChildPage) -> str:
    """Say who visits: Ek / Nur."""
    return " / ".join(short for _role, _name, short in page.team)
