"""What the laws of the programme are tried on: small drawings, with the edges on purpose.

Random days seldom hit the last day of a window. Here days are chosen among the
edges, steps touch and overlap, and two targets are often equal.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from hembesok.programme.rules.matching import HeldVisit
from hembesok.programme.rules.protocol import (
    Anchor,
    Kind,
    Plan,
    Protocol,
    Relation,
    Step,
    Words,
    plan,
)
from hembesok.programme.rules.states import Facts, Membership
from hembesok.programme.rules.windows import Anchors, Window, windows
from hembesok.values.dates import Span

FIRST = date(2021, 1, 1)
DAY = timedelta(1)
MONTH_ENDS = (date(2021, 1, 31), date(2020, 2, 29), date(2021, 8, 31))
"""Births whose months often lack a day: the 31st, the leap day, and the 31st before September."""

births = st.sampled_from(MONTH_ENDS) | st.dates(date(2015, 1, 1), date(2035, 12, 31))

# Months and days. Few to choose from, and nought and one among them, so that windows of a single
# day, windows that touch, and targets that are equal or neighbours all come up often.
_first_days = st.sampled_from([(m, d) for m in range(2) for d in (0, 1, 7, 14)] + [(1, -3)])
_further = st.sampled_from([(0, 0), (0, 1), (0, 7), (0, 13), (0, 14), (1, 0)])
_grace = st.sampled_from([None, None, None, *(Span(days=n) for n in (0, 1, 10, 40))])


@st.composite
def one_step(draw: st.DrawFn, key: str = "step-0", kinds: tuple[Kind, ...] = tuple(Kind)) -> Step:
    """Draw a step whose months and days only grow from opens to target to closes."""
    growth = [draw(_first_days), draw(_further), draw(_further)]
    opens, target, closes = (
        Span(sum(months for months, _ in growth[:n]), sum(days for _, days in growth[:n]))
        for n in (1, 2, 3)
    )
    return Step(
        key=key,
        title=Words("Besök", "Visit"),
        kind=draw(st.sampled_from(kinds)),
        opens=opens,
        target=target,
        closes=closes,
        grace=draw(_grace),
        anchor=draw(st.sampled_from(Anchor)),
    )


@st.composite
def some_steps(draw: st.DrawFn, key: str = "step", most: int = 5) -> tuple[Step, ...]:
    """Draw a few steps, of kinds that repeat."""
    count = draw(st.integers(1, most))
    return tuple(draw(one_step(f"{key}-{n}", (Kind.HOME, Kind.CLINIC))) for n in range(count))


@st.composite
def some_anchors(draw: st.DrawFn) -> Anchors:
    """Draw a birth, with or without a later discharge from neonatal care."""
    born = draw(births)
    weeks_in_care = draw(st.none() | st.integers(0, 8))
    return Anchors(born, None if weeks_in_care is None else born + 7 * weeks_in_care * DAY)


def edges(found: tuple[Window, ...]) -> list[date]:
    """Every day at which something may change: edges, halfway points, and their neighbours.

    And the edges mirrored in the target, as far from it on its other side.
    """
    ends = {day for w in found for day in (w.opens, w.target, w.closes, w.grace_ends)}
    ends |= {w.target + (w.target - day) for w in found for day in (w.opens, w.closes)}
    targets = sorted({window.target for window in found})
    halfway = {one + (other - one) // 2 for one in targets for other in targets if one < other}
    return sorted({day + n * DAY for day in ends | halfway for n in (-1, 0, 1)})


@dataclass(frozen=True)
class Child:
    """Steps, their windows for one child, and the visits that were held."""

    steps: tuple[Step, ...]
    windows: tuple[Window, ...]
    visits: tuple[HeldVisit, ...]


def held_visits(
    keys: list[str], on: list[date], most: int = 6
) -> st.SearchStrategy[tuple[HeldVisit, ...]]:
    """Visits on the days given; about half say which step they were for."""
    visit = st.builds(
        HeldVisit,
        on=st.sampled_from(on),
        step=st.none() | st.sampled_from(keys),
        kind=st.none() | st.sampled_from([Kind.HOME, Kind.CLINIC, Kind.REMOTE]),
    )
    return st.lists(visit, max_size=most).map(tuple)


@st.composite
def children(draw: st.DrawFn) -> Child:
    """Draw a child with a few steps, and visits on days at which something may change."""
    steps = draw(some_steps(most=4))
    found = windows(steps, draw(some_anchors()))
    # Half of the children have one window around which all of their visits lie.
    near = draw(st.sampled_from([found, found[:1]]))
    return Child(steps, found, draw(held_visits([step.key for step in steps], edges(near))))


@st.composite
def some_plans(draw: st.DrawFn) -> Plan:
    """Draw a programme beside its base: steps are extra, or combined with one of it, or instead."""
    base, own = draw(some_steps("base", 3)), draw(some_steps("own", 3))
    free = list(draw(st.permutations([step.key for step in base])))
    related = []
    for step in own:
        relation = draw(st.sampled_from(Relation)) if free else Relation.ADDITIONAL
        base_step = None if relation is Relation.ADDITIONAL else free.pop()
        related.append(replace(step, relation=relation, base_step=base_step))
    words = Words("Program", "Programme")
    national = Protocol("base", "1", words, base, {})
    return plan(Protocol("own", "1", words, tuple(related), {}, ("base", "1")), national)


@dataclass(frozen=True)
class Life:
    """One step of one child, and all that is recorded about it."""

    window: Window
    facts: Facts
    membership: Membership

    @property
    def days(self) -> list[date]:
        """Every day from a little before the first edge to a little after the last."""
        start = self.window.opens - 3 * DAY
        return [start + n * DAY for n in range((self.window.grace_ends - start).days + 4)]


def memberships(on: list[date]) -> st.SearchStrategy[Membership]:
    """Joined and left on some of the days, or unknown, or both on one day."""

    def joined_and_left(one: date | None, other: date | None) -> Membership:
        return Membership(other, one) if one and other and other < one else Membership(one, other)

    day = st.none() | st.sampled_from(on)
    return st.builds(joined_and_left, day, day)


some_windows = st.lists(st.integers(0, 12), min_size=4, max_size=4).map(
    lambda days: Window(*(FIRST + n * DAY for n in sorted(days)))
)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """Draw a window of a few days, and facts and membership on days at its edges."""
    window = draw(some_windows)
    days = edges((window,))
    day = st.none() | st.sampled_from(days)
    facts = Facts(held=draw(day), booked=draw(day), declined=draw(day), not_held=draw(day))
    return Life(window, facts, draw(memberships(days)))


def facts_by_step(keys: list[str], on: list[date]) -> st.SearchStrategy[dict[str, Facts]]:
    """Bookings, refusals and failed attempts for some of the steps."""
    day = st.none() | st.sampled_from(on)
    return st.dictionaries(
        st.sampled_from(keys), st.builds(Facts, booked=day, declined=day, not_held=day)
    )
