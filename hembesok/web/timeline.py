"""Two years in one picture: where the bars and marks of the timeline stand.

Unit: the SVG's own; 0 to 24 months lie between LEFT and RIGHT. A window is a
bar, an event a mark, and a mark outside its bar is the lateness.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hembesok.programme.rules.protocol import Kind
from hembesok.programme.rules.states import State
from hembesok.values.dates import Span, add
from hembesok.visits.rows import ChildPage, StepRow

LEFT, RIGHT, MONTHS = 150.0, 985.0, 24
MARK: Final = 20.0
BAR: Final = 26.0
SUB_ROW: Final = 22.0
CLOSEST: Final = 12.0
"""Marks of one rail nearer than this are moved to a sub-row."""
_TOP, _GAP = 30.0, 30.0


@dataclass(frozen=True)
class Mark:
    """One step in the picture: its mark, and its bar where the rail shows windows."""

    row: StepRow
    label: str
    x: float
    y: float
    bar_x: float | None = None
    bar_width: float = 0

    @property
    def bar_y(self) -> float:
        """Top of the bar: the mark sits in its middle."""
        return self.y - (BAR - MARK) / 2

    @property
    def label_x(self) -> float:
        """Where the number below the bar is centred."""
        return (self.bar_x or self.x) + self.bar_width / 2

    @property
    def label_y(self) -> float:
        """Baseline of the number below the bar."""
        return self.y + 40


@dataclass(frozen=True)
class Rail:
    """One row of the picture."""

    title: Promise
    y: float
    marks: tuple[Mark, ...]

    @property
    def text_y(self) -> float:
        """Baseline of the rail's name."""
        return self.y + 15

    @property
    def line_y(self) -> float:
        """Where the rail's line runs: through the marks."""
        return self.y + MARK / 2


@dataclass(frozen=True)
class Timeline:
    """The picture: rails, months, and where today is."""

    rails: tuple[Rail, ...]
    months: tuple[tuple[float, int], ...]
    today: float | None
    height: float

    @property
    def today_label_x(self) -> float:
        """Where the word for today is centred, kept inside the picture."""
        return min(max(self.today or LEFT, LEFT + 40), RIGHT - 40)

    @property
    def box_x(self) -> float:
        """Left edge of the box behind the word for today."""
        return self.today_label_x - 40

    @property
    def axis_y(self) -> float:
        """Baseline of the month numbers."""
        return self.height - 24

    @property
    def axis_title_y(self) -> float:
        """Baseline of the words under the month numbers."""
        return self.height - 6

    @property
    def lines_end(self) -> float:
        """Where the lines of months and today end."""
        return self.height - 42


def timeline(page: ChildPage) -> Timeline:
    """Lay out a child's two years."""
    scale = _Scale(page.child.born)
    home = [row for row in page.own if row.step.kind is Kind.HOME]
    other = [row for row in page.own if row.step.kind is not Kind.HOME]
    rails: list[Rail] = []
    y = _TOP
    for title, rows, bars in (
        (_("Home visits"), home, True),
        (_("Extra visits"), other, True),
        (_("Base programme"), page.base, False),
    ):
        shown = [row for row in rows if row.window.opens <= scale.ends]
        if not shown:
            continue
        marks = _marks(shown, scale, y, bars=bars)
        rails.append(Rail(title, y, marks))
        y = max(mark.y for mark in marks) + MARK + _GAP + (10 if bars else 0)
    months = tuple(
        (scale.x(add(page.child.born, Span(months=n))), n) for n in range(0, MONTHS + 1, 3)
    )
    now = scale.x(page.on) if page.child.born <= page.on <= scale.ends else None
    return Timeline(tuple(rails), months, now, y + 40)


class _Scale:
    """From days to the width of the picture; a month is as long as the calendar says."""

    def __init__(self, born: date) -> None:
        self.born = born
        self.ends = add(born, Span(months=MONTHS))

    def x(self, day: date) -> float:
        share = (day - self.born).days / (self.ends - self.born).days
        return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 1)


def _marks(rows: Sequence[StepRow], scale: _Scale, y: float, *, bars: bool) -> tuple[Mark, ...]:
    # In the order of the picture, so that only neighbours can collide.
    placed = sorted(((scale.x(_day(row)) - MARK / 2, n) for n, row in enumerate(rows)))
    last_in: list[float] = []
    marks: dict[int, Mark] = {}
    for x, n in placed:
        sub = next((k for k, last in enumerate(last_in) if x - last >= CLOSEST), len(last_in))
        last_in[sub:] = [x, *last_in[sub + 1 :]]
        row = rows[n]
        opens, closes = scale.x(row.window.opens), scale.x(row.window.closes)
        marks[n] = Mark(
            row=row,
            label=str(n + 1) if bars else "",
            x=x,
            y=y + sub * SUB_ROW,
            bar_x=opens if bars else None,
            bar_width=max(round(closes - opens, 1), 4.0) if bars else 0,
        )
    return tuple(marks[n] for n in range(len(rows)))


def _day(row: StepRow) -> date:
    """Return the day a mark stands on: the visit, the booking, the failed try, or the target."""
    if row.visit_date is not None:
        return row.visit_date
    if row.booked_for is not None:
        return row.booked_for.date()
    if row.state is State.MISSED and row.attempts:
        return row.attempts[-1].on
    return row.window.target
