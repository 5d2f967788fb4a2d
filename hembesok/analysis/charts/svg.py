"""Pictures as SVG text: classes for every look, no script, no style, words given by the caller.

Every picture has a title and a description for those who hear it, the same scale as its
neighbours, and draws what is hidden as hidden. Colours are in charts.css; in black on paper the
line, the goal and the band are told apart by their strokes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from hembesok.analysis.charts.intervals import CONFIDENCE, wilson
from hembesok.analysis.charts.series import Band, Series, band

WIDTH, HEIGHT = 240, 112
_LEFT, _RIGHT, _TOP, _BOTTOM = 28.0, 190.0, 16.0, 98.0
STRIP_WIDTH, STRIP_HEIGHT = 200, 24
_EDGE: Final = 6.0
"""Room for a whole dot at the ends of a strip."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a picture says, in the reader's language and ready to show.

    `title` names the measure, `description` says in words what is seen; `goal` stands at the
    line of the goal, `hidden` at what is of too few.
    """

    title: str
    description: str
    goal: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """The shares that a picture reaches from and to; the same for all that stand together."""

    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a scale without any length, or beyond all and nothing."""
        if not 0 <= self.low < self.high <= 1:
            raise ValueError(f"a scale runs from low to high; got {self}")

    def along(self, share: float, start: float, end: float) -> float:
        """Return where a share stands between two places; beyond the scale, at its end."""
        part = (min(max(share, self.low), self.high) - self.low) / (self.high - self.low)
        return round(start + part * (end - start), 1)


HALF: Final = Scale(0.5, 1.0)
WHOLE: Final = Scale()


def scale_of(some: Iterable[Series]) -> Scale:
    """Return the scale of series that stand together: the upper half where all of it is there."""
    lowest = 1.0
    for series in some:
        ordinary = band(series.shares)
        also = [ordinary.low] if ordinary else []
        also += [series.goal] if series.goal is not None else []
        lowest = min([lowest, *series.shares, *also])
    return HALF if lowest >= HALF.low else WHOLE


def trend(series: Series, scale: Scale, words: Words, name: str) -> str:
    """Draw a measure over time: band, goal, line, and the last point. `name` is its id in a page.

    Where a point is hidden or nobody is known, the line breaks; a hidden one has a mark.
    """
    places = _places(len(series.points))
    parts = [*_band(band(series.shares), scale), *_grid(scale)]
    if series.goal is not None:
        y = scale.along(series.goal, _BOTTOM, _TOP)
        parts.append(_element("line", "goal", x1=_LEFT, x2=_RIGHT, y1=y, y2=y))
        if words.goal:
            parts.append(_text(words.goal, "tick after", _RIGHT + 6, min(y + 4, _BOTTOM)))
    for place, point in zip(places, series.points, strict=True):
        if point.hidden:
            parts.append(_element("line", "few", x1=place, x2=place, y1=_TOP, y2=_BOTTOM))
    for run in _runs(series, scale, places):
        if len(run) > 1:
            points = " ".join(f"{x},{y}" for x, y in run)
            parts.append(_element("polyline", "line", points=points))
        else:
            parts.append(_element("circle", "alone", cx=run[0][0], cy=run[0][1], r=2))
    last = series.points[-1].share if series.points else None
    if last is not None:
        y = scale.along(last, _BOTTOM, _TOP)
        parts.append(_element("circle", "last", cx=places[-1], cy=y, r=4.5))
    if series.points and series.points[-1].hidden and words.hidden:
        parts.append(_text(words.hidden, "tick after", _RIGHT + 6, _BOTTOM))
    return _picture("trend", WIDTH, HEIGHT, parts, words, name)


def strip(count: tuple[int, int] | None, scale: Scale, words: Words, name: str) -> str:
    """Draw one group's share as a dot with its interval, for a row of a table; None is hidden."""
    parts = [_element("line", "grid", x1=_EDGE, x2=STRIP_WIDTH - _EDGE, y1=12, y2=12)]
    ends = _EDGE, STRIP_WIDTH - _EDGE
    if count is None:
        parts.append(
            _element("rect", "few", x=_EDGE, y=6, width=STRIP_WIDTH - 2 * _EDGE, height=12)
        )
    elif count[1]:
        low, high = wilson(*count, CONFIDENCE)
        x1, x2 = scale.along(low, *ends), scale.along(high, *ends)
        parts.append(_element("line", "interval", x1=x1, x2=x2, y1=12, y2=12))
        x = scale.along(count[0] / count[1], *ends)
        parts.append(_element("circle", "last", cx=x, cy=12, r=5))
    return _picture("strip", STRIP_WIDTH, STRIP_HEIGHT, parts, words, name)


def strip_axis(scale: Scale) -> str:
    """Draw the axis over a column of strips. It is decoration: the rows say their numbers."""
    ends = _EDGE, STRIP_WIDTH - _EDGE
    middle = (scale.low + scale.high) / 2
    parts = []
    for share, anchor in ((scale.low, "start"), (middle, "middle"), (scale.high, "end")):
        x = scale.along(share, *ends)
        parts.append(_text(f"{share * 100:.0f}", f"tick {anchor}", x, 12))
        parts.append(_element("line", "grid", x1=x, x2=x, y1=16, y2=STRIP_HEIGHT))
    drawn = "".join(parts)
    return (
        f'<svg class="chart strip" viewBox="0 0 {STRIP_WIDTH} {STRIP_HEIGHT}"'
        f' aria-hidden="true" focusable="false">{drawn}</svg>'
    )


def level(share: float, mark: float | None, words: Words, name: str) -> str:
    """Draw how much of something is used, from nothing to all, and where it might stand now."""
    width = WHOLE.along(share, 0, 298)
    parts = [
        _element("rect", "frame", x=1, y=5, width=298, height=20),
        _element("rect", "filled", x=1, y=5, width=width, height=20),
    ]
    if mark is not None:
        x = WHOLE.along(mark, 1, 299)
        parts.append(_element("line", "mark", x1=x, x2=x, y1=0, y2=30))
    return _picture("level", 300, 30, parts, words, name)


def _places(count: int) -> list[float]:
    if count < 2:
        return [_RIGHT] * count
    return [round(_LEFT + (_RIGHT - _LEFT) * n / (count - 1), 1) for n in range(count)]


def _runs(series: Series, scale: Scale, places: Sequence[float]) -> list[list[tuple[float, float]]]:
    """Return the stretches of the line, broken where there is no share."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place, point in zip(places, series.points, strict=True):
        if point.share is None:
            runs.append([])
        else:
            runs[-1].append((place, scale.along(point.share, _BOTTOM, _TOP)))
    return [run for run in runs if run]


def _band(ordinary: Band | None, scale: Scale) -> list[str]:
    if ordinary is None:
        return []
    top, bottom = (scale.along(v, _BOTTOM, _TOP) for v in (ordinary.high, ordinary.low))
    height = round(max(bottom - top, 1), 1)
    return [
        _element("rect", "band", x=_LEFT, y=top, width=_RIGHT - _LEFT, height=height),
        *(
            _element("line", "band-edge", x1=_LEFT, x2=_RIGHT, y1=y, y2=y)
            for y in (top, round(top + height, 1))
        ),
    ]


def _grid(scale: Scale) -> list[str]:
    return [
        _element("line", "grid", x1=_LEFT, x2=_RIGHT, y1=_BOTTOM, y2=_BOTTOM),
        _text(f"{scale.high * 100:.0f}", "tick before", _LEFT - 6, _TOP + 4),
        _text(f"{scale.low * 100:.0f}", "tick before", _LEFT - 6, _BOTTOM + 4),
    ]


def _picture(
    kind: str, width: float, height: float, parts: Iterable[str], words: Words, name: str
) -> str:
    title, described = f"{name}-t", f"{name}-d"
    return (
        f'<svg class="chart {kind}" viewBox="0 0 {width} {height}" role="img" focusable="false"'
        f' aria-labelledby="{escape(title)}" aria-describedby="{escape(described)}">'
        f'<title id="{escape(title)}">{escape(words.title)}</title>'
        f'<desc id="{escape(described)}">{escape(words.description)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _element(tag: str, look: str, **numbers: float | str) -> str:
    attributes = "".join(f' {key}="{escape(str(value))}"' for key, value in numbers.items())
    return f'<{tag} class="{look}"{attributes}/>'


def _text(words: str, look: str, x: float, y: float) -> str:
    return f'<text class="{look}" x="{x}" y="{y}">{escape(words)}</text>'


@dataclass(frozen=True, slots=True)
class Stack:
    """A bar of amounts that make up a whole: its name, what frames it, and its parts by look."""

    name: str
    frame: int
    parts: Sequence[tuple[str, int]]


_STACK_LEFT, _STACK_RIGHT, _STACK_HEIGHT = 44.0, 318.0, 30


def stacks(rows: Sequence[Stack], words: Words, name: str) -> str:
    """Draw bars of amounts under each other, from 0 and on one scale: a frame, and parts in it.

    What goes beyond its frame goes on past it. A part's look is a class: colours differ, and
    so do the strokes inside.
    """
    widest = max((max(r.frame, sum(size for _look, size in r.parts)) for r in rows), default=0) or 1
    room = _STACK_RIGHT - _STACK_LEFT
    parts = []
    for place, row in enumerate(rows):
        y, x = place * _STACK_HEIGHT + 4, _STACK_LEFT
        parts.append(_text(row.name, "tick after", 0, y + 16))
        for look, size in row.parts:
            width = round(room * size / widest, 1)
            if width > 0:
                parts.append(_element("rect", f"part {look}", x=x, y=y, width=width, height=22))
                x = round(x + width, 1)
        framed = round(room * row.frame / widest, 1)
        if framed > 0:
            parts.append(_element("rect", "outline", x=_STACK_LEFT, y=y, width=framed, height=22))
    return _picture("stacks", 320, len(rows) * _STACK_HEIGHT + 4, parts, words, name)


def running(done: Sequence[int], ahead: Sequence[int], whole: int, words: Words, name: str) -> str:
    """Draw a running sum over the months of a year: what is done, what may come, and an even pace.

    `done` and `ahead` are sums at the end of each month, `ahead` beginning where `done` ends.
    """
    months = len(done) + len(ahead)
    top = max(whole, *done, *ahead, 1) if done or ahead else max(whole, 1)

    def place(number: int, amount: int) -> str:
        x = 8 + 300 * number / max(months, 1)
        return f"{round(x, 1)},{round(122 - 112 * max(amount, 0) / top, 1)}"

    solid = [place(0, 0), *(place(n, amount) for n, amount in enumerate(done, start=1))]
    last = done[-1] if done else 0
    dashed = [place(len(done), last)]
    dashed += [place(n, amount) for n, amount in enumerate(ahead, start=len(done) + 1)]
    parts = [
        _element("line", "grid", x1=8, x2=308, y1=122, y2=122),
        _element("polyline", "pace", points=f"{place(0, 0)} {place(months, whole)}"),
        _element("polyline", "line", points=" ".join(solid)),
    ]
    if ahead:
        parts.append(_element("polyline", "line ahead", points=" ".join(dashed)))
    return _picture("running", 320, 130, parts, words, name)
