"""The week board: each team's visits and free gaps, and the families that wait for a time.

Frozen values, in a known number of queries. Suggested times come from `rules/times.py`, one
visit at a time; what plans the whole week at once can fill `Waiting.best` in its place.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hembesok.access.models import Staff
from hembesok.access.rules.roles import VISITORS, Actor, Role
from hembesok.families.models import Family
from hembesok.programme.rules.protocol import Words
from hembesok.programme.rules.states import State
from hembesok.values.names import swedish_order
from hembesok.visits.queries.pages import children_of, families_within_reach
from hembesok.visits.queries.times import People, asked_for, people_of, roles_of
from hembesok.visits.rows import ChildPage, StepRow
from hembesok.visits.rules.times import (
    Seat,
    Span,
    Suggestion,
    Wanted,
    day_span,
    fits,
    suggestions,
    together,
    without,
)
from hembesok.visits.rules.weeks import Week

SHORTEST_GAP: Final = timedelta(minutes=45)
"""Shorter gaps hold no visit, and are not shown."""

MOST_WAITING: Final = 30
"""How many of the families that wait are shown, the most urgent; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Team:
    """The two who visit a family; `key` stands in addresses, as database keys name nobody."""

    key: str
    name: str
    staff: tuple[int, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Gap:
    """A stretch in which a team is free; `fit` is a time in it for the family that is picked."""

    span: Span
    fit: Suggestion | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Cell:
    """One team on one day: its visits, when both are free, and who is away."""

    team: Team
    visits: tuple[tuple[ChildPage, StepRow], ...]
    gaps: tuple[Gap, ...]
    away: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Column:
    """One day of the week, with a cell for each team; `closed` says why nobody works."""

    day: date
    closed: Words | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """A visit that nobody has booked, and the best time for it in the week shown."""

    page: ChildPage
    row: StepRow
    team: Team
    best: Suggestion | None
    picked: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What the board is asked to show; what is not known of it means all, or nobody."""

    week: Week
    team: str = ""
    language: str = ""
    pick: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Board:
    """A week as it is planned."""

    asked: Asked
    columns: tuple[Column, ...]
    waiting: tuple[Waiting, ...]
    waiting_count: int
    teams: tuple[Team, ...]
    languages: tuple[str, ...]
    picked: Waiting | None
    away_today: tuple[tuple[str, int], ...]

    @property
    def shown(self) -> frozenset[str]:
        """The families that stand on the board, as the trail names them."""
        booked = (visit[0] for column in self.columns for cell in column.cells
                  for visit in cell.visits)  # fmt: skip
        waiting = (one.page for one in self.waiting)
        return frozenset(page.family.subject for page in (*booked, *waiting))


def key_of(page: ChildPage, row: StepRow) -> str:
    """Return how an address names a visit to plan."""
    return f"{page.family.ref}.{page.child.number}.{row.key}"


def board(asked: Asked, *, by: Actor) -> Board:
    """Return the week as an actor may see it: families within reach, and when their teams can.

    In a known number of queries, however many families there are.
    """
    pages = families_within_reach(by)
    families = Family.objects.within_reach_of(by)
    keys = dict(families.values_list("ref", "pk"))
    people = people_of(families, by=by)
    names = dict(Staff.objects.filter(pk__in=people.calendars).values_list("pk", "name"))
    teams = {page.family.ref: _team(people, keys[page.family.ref], names, by.on) for page in pages}
    shown = [
        page
        for page in pages
        if asked.team in ("", teams[page.family.ref].key)
        and asked.language in ("", page.family.language)
    ]
    wanted = sorted(_to_book(shown, asked.week), key=lambda one: (*one[1].urgency, key_of(*one)))
    waiting = [
        _waiting(asked, page, row, teams[page.family.ref], keys[page.family.ref], people, by)
        for n, (page, row) in enumerate(wanted)
        if n < MOST_WAITING or key_of(page, row) == asked.pick
    ]
    picked = next((one for one in waiting if one.picked), None)
    rows = sorted(
        {teams[page.family.ref] for page in shown}, key=lambda team: swedish_order(team.name)
    )
    plan = _Plan(asked.week, people, names, by, picked, keys)
    booked = _booked(shown, teams, asked.week)
    closed = people.closed(asked.week.days)
    columns = [_column(plan, day, closed, rows, booked) for day in asked.week.days]
    return Board(
        asked=asked,
        columns=tuple(column for column in columns if _has_something(column)),
        waiting=tuple(waiting),
        waiting_count=len(wanted),
        teams=tuple(sorted(set(teams.values()), key=lambda team: swedish_order(team.name))),
        languages=tuple(sorted({page.family.language for page in pages if page.family.language})),
        picked=picked,
        away_today=_away_today(plan, pages, asked_for(families)),
    )


def waits_for(
    people: People,
    family: int,
    page: ChildPage,
    row: StepRow,
    asked: Mapping[tuple[int, str], Mapping[Role, int]],
) -> list[tuple[Role, int]]:
    """Return who should make a booked visit and is away that day, with nobody in their place.

    That is whoever has the part; where nobody has been asked by name, those who are
    named for the family, if all of them are away.
    """
    if row.booked_for is None:
        return []
    day, found = row.booked_for.date(), []
    by_name = asked.get((page.child.key, row.key), {})
    for role in roles_of(row.step, own=row.own, alone=row.alone):
        (seat,) = people.seats(family, [role])
        whose = by_name.get(role)
        if whose is not None:
            there = [one for one in seat if one.staff == whose]
            found += [(role, one.staff) for one in there[:1] if people.away(whose, day)]
        elif not any(one.at_work(day) for one in seat):
            found += [(role, one.staff) for one in seat if day in one.named]
    return found


def _away_today(
    plan: "_Plan", pages: Sequence[ChildPage], asked: Mapping[tuple[int, str], Mapping[Role, int]]
) -> tuple[tuple[str, int], ...]:
    """Return who is away today, and how many visits today wait for somebody in their place."""
    on, people, names = plan.by.on, plan.people, plan.names
    waits = Counter(
        staff
        for page in pages
        for row in page.visits_between(on, on)
        for _role, staff in waits_for(people, plan.keys[page.family.ref], page, row, asked)
    )
    away = [staff for staff in people.calendars if people.away(staff, on)]
    return tuple((names[staff], waits[staff]) for staff in sorted(away, key=names.__getitem__))


def to_pick(pick: str, *, by: Actor) -> tuple[ChildPage, StepRow] | None:
    """Return the visit that an address names, where it is within reach and nobody has booked it."""
    if not _PICK.fullmatch(pick):
        return None
    ref = pick.split(".")[0]
    found = children_of(Family.objects.within_reach_of(by).filter(ref=ref), by=by)
    return next(
        ((page, row) for page in found for row in page.own
         if key_of(page, row) == pick and row.booked_for is None),
        None,
    )  # fmt: skip


def wanted_of(page: ChildPage, row: StepRow, people: People) -> Wanted:
    """Return what to find a time for: the step's window, and what the family is used to.

    Whoever may not know the family's language is told of no interpreter either.
    """
    held = [one.visit_date for one in page.own if one.visit_date is not None]
    interpreters = people.interpreters.get(page.family.language, ())
    return Wanted(row.window, row.minutes, max(held).weekday() if held else None, interpreters)


def seats_of(people: People, family: int, row: StepRow) -> list[Seat]:
    """Return who can fill each place at a step."""
    return people.seats(family, roles_of(row.step, own=row.own))


@dataclass(frozen=True, slots=True, repr=False)
class _Plan:
    """What every cell of a board is made from."""

    week: Week
    people: People
    names: Mapping[int, str]
    by: Actor
    picked: Waiting | None
    keys: Mapping[str, int]


_Booked = Mapping[tuple[str, date], Sequence[tuple[ChildPage, StepRow]]]


def _team(people: People, family: int, names: Mapping[int, str], on: date) -> Team:
    staff = [
        next((one.staff for one in people.named.get(family, ())
              if one.role is role and on in one.days and not one.covers), None)
        for role in VISITORS
    ]  # fmt: skip
    there = tuple(one for one in staff if one is not None)
    short = (names[one].split()[-1] for one in there if names[one].split())
    return Team("-".join(map(str, there)), " / ".join(short), there)


def _to_book(pages: Iterable[ChildPage], week: Week) -> Iterator[tuple[ChildPage, StepRow]]:
    """Give the visits that wait for a time: overdue, due, or opening before the week is over."""
    for page in pages:
        if page.child.paused or page.child.ended is not None:
            continue
        for row in page.own:
            opening = row.state is State.UPCOMING and row.window.opens <= week.days[-1]
            if row.booked_for is None and (row.pressing or opening):
                yield page, row
                break


def _waiting(
    asked: Asked, page: ChildPage, row: StepRow, team: Team, family: int, people: People, by: Actor
) -> Waiting:
    found = suggestions(
        wanted_of(page, row, people),
        by.on,
        seats_of(people, family, row),
        closed=people.closed,
        most=1,
        among=asked.week.days,
    )
    return Waiting(page, row, team, found[0] if found else None, key_of(page, row) == asked.pick)


def _booked(pages: Iterable[ChildPage], teams: Mapping[str, Team], week: Week) -> _Booked:
    found = defaultdict(list)
    visits = [
        (row.booked_for, n, page, row)
        for n, page in enumerate(pages)
        for row in page.visits_between(week.days[0], week.days[-1])
        if row.booked_for is not None
    ]
    for at, _n, page, row in sorted(visits, key=lambda one: one[:2]):
        found[teams[page.family.ref].key, at.date()].append((page, row))
    return found


def _column(
    plan: _Plan, day: date, closed: Mapping[date, Words], teams: Iterable[Team], booked: _Booked
) -> Column:
    cells = tuple(
        Cell(
            team,
            tuple(booked.get((team.key, day), ())),
            _gaps(plan, team, day, closed),
            tuple(plan.names[one] for one in team.staff if plan.people.away(one, day)),
        )
        for team in teams
    )
    return Column(day, closed.get(day), cells)


def _gaps(plan: _Plan, team: Team, day: date, closed: Mapping[date, Words]) -> tuple[Gap, ...]:
    """Return when a team is free on a day that is not over, with what fits the picked family."""
    if day < plan.by.on or len(team.staff) < len(VISITORS):
        return ()
    picked = plan.picked if plan.picked is not None and plan.picked.team == team else None
    if picked is None:
        seats: Sequence[Seat] = [[plan.people.calendars[one]] for one in team.staff]
        fitting: tuple[Suggestion, ...] = ()
    else:
        seats = seats_of(plan.people, plan.keys[picked.page.family.ref], picked.row)
        wanted = wanted_of(picked.page, picked.row, plan.people)
        fitting = fits(wanted, day, seats, closed) if day > plan.by.on else ()
    spans = together(seats, day, closed)
    whole = day_span(day)
    if plan.by.at is not None and whole.starts < plan.by.at < whole.ends:
        spans = without(spans, [Span(whole.starts, plan.by.at)])
    return tuple(
        Gap(span, next((one for one in fitting if span.holds(one.span)), None))
        for span in spans
        if span.length >= SHORTEST_GAP
    )


def _has_something(column: Column) -> bool:
    """Tell whether a day is worth a column: weekdays are, and weekends when somebody works."""
    weekday = column.day.weekday() < _SATURDAY
    return weekday or any(cell.visits or cell.gaps for cell in column.cells)


_SATURDAY: Final = 5
_PICK: Final = re.compile(r"[A-Z0-9]{1,12}\.\d{1,5}\.[\w-]{1,60}", re.ASCII)
