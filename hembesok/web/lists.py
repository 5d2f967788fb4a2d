"""Lists of children: what is shown first, what is counted, and which rows a count stands for.

A count and its list come from one rule, so that they cannot differ.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hembesok.programme.rules.states import State
from hembesok.values.names import swedish_order
from hembesok.visits.rows import ChildPage, StepRow, week_of
from hembesok.web.words import said


@dataclass(frozen=True)
class Count:
    """One of the counts of the overview: its rule, its words and its mark."""

    key: str
    title: Promise
    hint: Promise
    css: str
    icon: str
    holds: Callable[[ChildPage], bool]


def _this_week(page: ChildPage) -> bool:
    return bool(page.visits_between(*week_of(page.on)))


COUNTS: Final = (
    Count(
        "overdue",
        _("Overdue"),
        _("the window has closed"),
        "over",
        "i-over",
        lambda page: State.OVERDUE in page.states,
    ),
    Count(
        "due",
        _("Due, not booked"),
        _("the window is open"),
        "due",
        "i-due",
        lambda page: State.DUE in page.states,
    ),
    Count(
        "week",
        _("Visits this week"),
        _("children with a booked time"),
        "book",
        "i-book",
        _this_week,
    ),
    Count(
        "unrecorded",
        _("Awaiting an outcome"),
        _("the booked time has passed"),
        "up",
        "i-pen",
        lambda page: page.awaits_outcome,
    ),
    Count(
        "missed",
        _("Missed"),
        _("the grace is over"),
        "miss",
        "i-miss",
        lambda page: State.MISSED in page.states,
    ),
)
"""The five counts: each is a number of children, and its link shows exactly those."""

BY_KEY: Final = {count.key: count for count in COUNTS}
URGENT, BY_NAME = "urgent", "name"


@dataclass(frozen=True)
class Filters:
    """What a list is asked to show; unknown values mean all."""

    view: str = URGENT
    search: str = ""
    team: str = ""


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


def teams(pages: Sequence[ChildPage]) -> list[str]:
    """Return the teams of these children, in Swedish order."""
    return sorted({name for page in pages if (name := team_name(page))}, key=swedish_order)


def listed(pages: Sequence[ChildPage], filters: Filters) -> list[ChildPage]:
    """Return the children a list shows, in its order."""
    wanted = _folded(filters.search.strip())
    count = BY_KEY.get(filters.view)
    team = filters.team if filters.team in teams(pages) else ""
    shown = [
        page
        for page in pages
        if (count is None or count.holds(page))
        and (not team or team_name(page) == team)
        and (not wanted or _found(page, wanted))
    ]
    if filters.view == BY_NAME:
        return sorted(shown, key=lambda page: swedish_order(page.child.given_name))
    return sorted(shown, key=_urgency)


def _found(page: ChildPage, wanted: str) -> bool:
    # Whoever has protected personal data is not found by name, also not by the own team.
    names = () if page.family.protected else (page.child.given_name, *page.guardians)
    texts = (page.family.code, *names)
    return any(wanted in _folded(text) for text in texts)


def _folded(text: str) -> str:
    # An å is one character, or an a with a ring: some systems write it the other way.
    return unicodedata.normalize("NFC", text).casefold()


def _urgency(page: ChildPage) -> tuple[int, date, str]:
    return *page.urgency, page.family.code
