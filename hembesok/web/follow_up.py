"""Follow-up as pages, pictures and files show it: one list of lines, so that they cannot differ."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hembesok.analysis.answers import NOT_KNOWN
from hembesok.analysis.charts.intervals import wilson
from hembesok.analysis.charts.sentences import (
    KEYS,
    Said,
    said_of,
    said_of_groups,
    said_of_missing,
)
from hembesok.analysis.charts.series import Series, Step, band
from hembesok.analysis.charts.svg import Scale, Words, scale_of, strip, strip_axis, trend
from hembesok.delivery.measures import MEASURES, Clock, Row
from hembesok.delivery.queries import SiteFollowUp
from hembesok.delivery.told import Cell, Told, first_day
from hembesok.programme.rules.protocol import Words as Title
from hembesok.web import words_follow_up as words
from hembesok.web.words import LANGUAGES
from hembesok.web.words import said as in_words

MOST_SAID: Final = 3
"""Sentences that stand first on a page."""
FEWEST: Final = 5
"""A last point of fewer says nothing."""


@dataclass(frozen=True)
class Line:
    """One line of a table: what of, and how many."""

    name: str
    cell: Cell
    picture: str = ""

    @property
    def value(self) -> str:
        """The share, or why there is none."""
        return value_text(self.cell)

    @property
    def of(self) -> str:
        """Numerator and denominator in words."""
        return of_text(self.cell)

    @property
    def between(self) -> str:
        """The interval of the share."""
        if not self.cell.count or not self.cell.known:
            return ""
        low, high = wilson(*self.cell.count)
        return _("%(low)s to %(high)s") % {
            "low": words.share_text(low), "high": words.share_text(high),
        }  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A measure as a page shows it."""

    told: Told
    name: str
    picture: SafeString
    sentences: Sequence[str]
    serves: str

    @property
    def key(self) -> str:
        """The key of the measure, as in its address."""
        return self.told.measure.key

    @property
    def whole(self) -> Line:
        """The measure in all."""
        return Line(self.name, self.told.whole)

    @property
    def goal(self) -> str:
        """The goal, or nothing."""
        goal = self.told.series.goal
        return "" if goal is None else words.share_text(goal)

    @property
    def clock(self) -> str:
        """What it is followed over."""
        return str(words.CLOCKS[self.told.measure.clock])

    @property
    def definition(self) -> tuple[str, str, str]:
        """What is counted, among what, and what is missing."""
        _name, counted, among, missing = words.MEASURES[self.key]
        return str(counted), str(among), str(missing)

    @property
    def over_time(self) -> list[Line]:
        """The points of the picture as lines of a table."""
        series = self.told.series
        return [
            Line(words.time_text(p.start, series.step), Cell(p.yes, p.known, hidden=p.hidden))
            for p in series.points
        ]

    @property
    def band(self) -> str:
        """The ordinary variation in words, where there is any."""
        found = band(self.told.series.shares)
        if found is None:
            return ""
        return _("Usually %(low)s to %(high)s.") % {
            "low": words.share_text(found.low), "high": words.share_text(found.high),
        }  # fmt: skip


def value_text(cell: Cell) -> str:
    """Return a share, that it is of too few, or that nobody is counted."""
    if cell.hidden:
        return str(words.FEW)
    return _("nobody yet") if cell.share is None else words.share_text(cell.share)


def of_text(cell: Cell) -> str:
    """Return numerator and denominator; nothing where they are hidden."""
    if cell.hidden or not cell.known:
        return ""
    return _("%(yes)s of %(known)s") % {"yes": cell.yes, "known": cell.known}


def shown(found: SiteFollowUp) -> list[tuple[str, list[Shown]]]:
    """Return the measures in their rows, each row on one scale."""
    rows = []
    for row in Row:
        mine = [found.told[m.key] for m in MEASURES if m.row is row and m.key in found.told]
        if mine:
            serves = {key: goal.serves for key, goal in found.goals.items()}
            rows.append((str(words.ROWS[row]), on_one_scale(mine, serves)))
    return rows


def on_one_scale(some: Sequence[Told], serves: Mapping[str, str] | None = None) -> list[Shown]:
    """Return measures with pictures that can be compared."""
    scale = scale_of(one.series for one in some)
    return [_shown(one, scale, (serves or {}).get(one.measure.key, "")) for one in some]


def _shown(one: Told, scale: Scale, serves: str) -> Shown:
    name = words.measure_name(one.measure.key)
    return Shown(one, name, _trend(one, name, scale), [text for text, _w in said(one)], serves)


def _trend(one: Told, name: str, scale: Scale) -> SafeString:
    """Draw a measure, unless there is nothing to draw."""
    if not any(p.share is not None or p.hidden for p in one.series.points):
        return SafeString("")
    first, last = one.series.points[0], one.series.points[-1]
    described = _("%(first)s: %(was)s. %(last)s: %(is)s.") % {
        "first": words.time_text(first.start, one.series.step),
        "was": value_text(Cell(first.yes, first.known, hidden=first.hidden)),
        "last": words.time_text(last.start, one.series.step),
        "is": value_text(Cell(last.yes, last.known, hidden=last.hidden)),
    }
    goal = "" if one.series.goal is None else _("goal")
    told = Words(name, described, goal, str(words.FEW_SHORT))
    # Everything that is not a number is escaped where it is drawn.
    return mark_safe(trend(one.series, scale, told, f"m-{one.measure.key}"))  # noqa: S308


def said(one: Told) -> list[tuple[str, tuple[int, int]]]:
    """Return what is said of a measure by rule, each with its weight: what is worse comes first."""
    name = words.measure_name(one.measure.key)
    found: list[Said] = said_of(_without_few(one.series))
    for dimension, cells in one.groups.items():
        if dimension != "quarter":
            named = {
                group_name(dimension, key): cell.count
                for key, cell in cells.items()
                if key != NOT_KNOWN
            }
            found += said_of_groups(named)
    found += said_of_missing(one.whole.missing, one.whole.known + one.whole.missing)
    return [(words.sentence_text(name, s), _weight(s)) for s in found]


def _without_few(series: Series) -> Series:
    """Return a series that ends where enough are known: of a few nothing is said to change."""
    points = series.points
    while points and not points[-1].hidden and points[-1].known < FEWEST:
        points = points[:-1]
    return replace(series, points=points)


def _weight(one: Said) -> tuple[int, int]:
    return (0 if one.values.get("worse") else 1), KEYS.index(one.key)


def first_said(found: Iterable[Told]) -> list[str]:
    """Return what a page says first: the weightiest of all measures, few."""
    every = [one for measure in found for one in said(measure)]
    return [text for text, _w in sorted(every, key=lambda pair: pair[1])[:MOST_SAID]]


def groups(one: Told) -> list[tuple[str, str, list[Line], SafeString]]:
    """Return the groups of a measure: key, title, lines with intervals, and their axis."""
    found = []
    for dimension, cells in one.groups.items():
        if len(cells) < 2:
            continue
        names = {key: group_name(dimension, key) for key in cells}
        order = sorted(
            cells, key=lambda k: (k == NOT_KNOWN, k if dimension == "quarter" else names[k])
        )
        lines = [
            Line(names[key], cells[key], dot(cells[key], names[key], f"{dimension}-{n}"))
            for n, key in enumerate(order)
        ]
        axis = mark_safe(strip_axis(Scale()))  # noqa: S308 — numbers alone
        found.append((dimension, str(words.GROUPS[dimension]), lines, axis))
    return found


def dot(cell: Cell, name: str, ident: str) -> SafeString:
    """Draw a share with its interval."""
    line = Line(name, cell)
    described = " ".join(filter(None, (line.value, line.of, line.between)))
    told = Words(name, described)
    return mark_safe(strip(cell.count, Scale(), told, f"s-{ident}"))  # noqa: S308 — escaped there


def group_name(dimension: str, key: str) -> str:
    """Say what a group is called."""
    if key == NOT_KNOWN:
        return str(words.UNKNOWN)
    if dimension == "language":
        return str(LANGUAGES.get(key, key))
    if dimension == "parity":
        return str(words.PARITY.get(key, key))
    if dimension == "quarter":
        return words.time_text(first_day(key), Step.QUARTER)
    return key


def details(one: Told, titles: Mapping[str, Title]) -> list[Line]:
    """Return the parts of a measure: steps under the programme's own names."""
    return [Line(_detail(name, titles), cell) for name, cell in one.details]


def _detail(name: str, titles: Mapping[str, Title]) -> str:
    return in_words(titles[name]) if name in titles else str(words.DETAILS.get(name, name))


def as_csv(found: Iterable[Told], site: str) -> str:
    """Return measures as a file for a spreadsheet: in all, over time, and by group."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [_("Measure"), _("Site"), _("As of"), _("By"), _("Group"), _("Counted"), _("Among"),
         _("Missing"), _("Percent")]
    )  # fmt: skip
    for one in found:
        head = [words.measure_name(one.measure.key), site, one.as_of.isoformat()]
        writer.writerow([*head, _("All"), "", *_counts(one.whole)])
        step = one.series.step
        clock = str(words.CLOCKS[one.measure.clock])
        for point in one.series.points:
            cell = Cell(point.yes, point.known, hidden=point.hidden)
            writer.writerow([*head, clock, words.time_text(point.start, step), *_counts(cell)])
        for dimension, cells in one.groups.items():
            if dimension == "quarter" and one.measure.clock is Clock.BIRTH:
                continue
            by = str(words.GROUPS[dimension])
            for key, cell in cells.items():
                writer.writerow([*head, by, group_name(dimension, key), *_counts(cell)])
    return out.getvalue()


def _counts(cell: Cell) -> list[str]:
    if cell.hidden:
        return ["", "", "", str(words.FEW)]
    share = "" if cell.share is None else f"{100 * cell.share:.1f}"
    return [str(cell.yes), str(cell.known), str(cell.missing), share]


def as_of(found: SiteFollowUp, on: date) -> date:
    """Return the latest day that the figures are of."""
    return max((one.as_of for one in found.told.values()), default=on)
