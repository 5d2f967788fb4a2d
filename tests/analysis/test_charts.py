"""Pictures of measures: known intervals and limits, what is said, and SVG that anybody can read."""

import re
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.analysis.charts import sentences
from hembesok.analysis.charts.intervals import difference, exact, wilson
from hembesok.analysis.charts.sentences import said_of, said_of_groups, said_of_missing
from hembesok.analysis.charts.series import (
    Better,
    Point,
    Series,
    Step,
    band,
    by_quarter,
    fitting,
    limits,
)
from hembesok.analysis.charts.svg import (
    HALF,
    WHOLE,
    Scale,
    Words,
    level,
    scale_of,
    strip,
    strip_axis,
    trend,
)
from tests.need import ROOT

WORDS = Words("In time & <well>", 'From 88 to "74" percent', "goal 85", "too few")


def months(*counts: tuple[int, int] | None, **kw) -> Series:
    points = [
        Point(date(2021 + n // 12, n % 12 + 1, 1), hidden=True)
        if count is None
        else Point(date(2021 + n // 12, n % 12 + 1, 1), *count)
        for n, count in enumerate(counts)
    ]
    return Series(tuple(points), **kw)


@pytest.mark.parametrize(
    ("yes", "known", "by_score", "by_tails"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I.
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_intervals_are_those_of_the_literature(yes, known, by_score, by_tails):
    assert wilson(yes, known) == pytest.approx(by_score, abs=6e-5)
    assert exact(yes, known) == pytest.approx(by_tails, abs=6e-5)


def test_the_difference_is_that_of_the_literature():
    """Newcombe 1998, method 10; and breast-feeding in a Swedish study of home visits."""
    assert difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=6e-5)
    assert difference(27, 30, 37, 55) == pytest.approx((0.037, 0.374), abs=6e-4)


@given(st.integers(0, 80), st.integers(1, 80))
def test_an_interval_holds_its_share_and_is_mirrored(yes, known):
    yes = min(yes, known)
    for interval in (wilson, exact):
        low, high = interval(yes, known)
        assert 0 <= low <= yes / known <= high <= 1
        assert interval(known - yes, known) == pytest.approx((1 - high, 1 - low), abs=1e-9)
    with pytest.raises(ValueError, match="no share"):
        wilson(1, 0)


def test_limits_are_those_of_the_literature():
    """NIST/SEMATECH e-Handbook, 6.3.2.2: individuals and moving range."""
    flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    assert limits(flow) == pytest.approx((45.8159, 50.81, 55.8041), abs=2e-3)
    with pytest.raises(ValueError, match="6 values"):
        limits(flow[:5])


def test_a_band_needs_ten_points_and_is_of_the_first_twelve():
    shares = [0.8, 0.7] * 6
    assert band(shares[:9]) is None
    assert band([*shares, 0.1, 0.1]) == band(shares)
    found = band([1.0, 0.9] * 5)
    assert found is not None
    assert found.high == 1.0


def test_few_a_month_are_pooled_and_hidden_months_hide_their_quarter():
    series = months((1, 2), (2, 3), (4, 4), (1, 1), None, (2, 2))
    pooled = fitting(series)
    assert pooled.step is Step.QUARTER
    assert [(p.start, p.yes, p.known, p.hidden) for p in pooled.points] == [
        (date(2021, 1, 1), 7, 9, False),
        (date(2021, 4, 1), 0, 0, True),
    ]
    many = months(*[(8, 12)] * 6)
    assert fitting(many) is many
    assert by_quarter(()) == ()
    with pytest.raises(ValueError, match="no share"):
        Point(date(2021, 1, 1), 3, 2)


def keys(reasons) -> list[str]:
    return [reason.key for reason in reasons]


def test_nine_months_in_a_row():
    """The sentence of the overview: home visits in time have fallen nine months in a row."""
    falling = months(*((88 - 2 * n, 100) for n in range(10)), goal=0.85)
    said = said_of(falling)
    assert keys(said) == ["falling", "below_goal"]
    assert said[0].values["times"] == 9
    assert said[0].values["worse"] is True
    rising = months(*((60 + 2 * n, 100) for n in range(8)), better=Better.LOWER, goal=0.5)
    assert keys(said_of(rising)) == ["rising", "above_goal"]
    assert said_of(rising)[0].values["worse"] is True
    assert keys(said_of(months(*((60 + 2 * n, 100) for n in range(6))))) == []
    assert sorted(said, key=lambda r: sentences.KEYS.index(r.key)) == said


def test_out_of_the_band_and_on_one_side():
    usual = [(80, 100), (82, 100)] * 6
    assert keys(said_of(months(*usual))) == []
    assert keys(said_of(months(*usual, (40, 100)))) == ["below_band"]
    assert keys(said_of(months(*usual, (99, 100)))) == ["above_band"]
    assert keys(said_of(months(*usual, *[(80, 100)] * 8))) == ["below_mean"]
    above = said_of(months(*usual, *[(82, 100)] * 8, better=None))
    assert keys(above) == ["above_mean"]
    assert above[0].values["worse"] is None


def test_nothing_is_said_of_what_is_hidden():
    falling = [(88 - 2 * n, 100) for n in range(10)]
    assert keys(said_of(months(*falling, None))) == []
    assert said_of(Series(())) == []


def test_groups_that_surely_differ():
    groups = {"ar": (6, 14), "so": (20, 24), "sv": (40, 45), "ti": None, "fa": (0, 0)}
    assert [(r.key, r.values["group"]) for r in said_of_groups(groups)] == [("group_lower", "ar")]
    assert keys(said_of_groups({"a": (5, 50), "b": (45, 50)})) == ["group_lower"]
    assert said_of_groups({"a": (5, 10), "b": (6, 10), "c": (7, 10)}) == []
    assert said_of_groups({"a": (5, 10)}) == []


@given(st.lists(st.tuples(st.integers(0, 30), st.just(30)), min_size=3, max_size=12))
def test_what_is_said_has_a_rule_that_is_known(counts):
    said = [
        *said_of(months(*counts, goal=0.8)),
        *said_of_groups(dict(zip("abcdefghijkl", counts, strict=False))),
        *said_of_missing(counts[0][0], 30),
    ]
    assert {reason.key for reason in said} <= set(sentences.KEYS)
    assert said_of_missing(1, 0) == []


def parsed(text: str) -> ET.Element:
    """Read as XML, and check what every picture promises."""
    assert "style" not in text
    assert "<script" not in text
    assert not re.search(r"\bon\w+=", text)
    return ET.fromstring(text)  # noqa: S314 — ours


def test_a_trend_is_read_aloud_and_drawn_to_scale():
    series = months((88, 100), (80, 100), None, (70, 100), (75, 100), goal=0.85)
    root = parsed(trend(series, HALF, WORDS, "on-time"))
    title, desc = root[0], root[1]
    assert root.get("role") == "img"
    assert (root.get("aria-labelledby"), title.text) == (title.get("id"), "In time & <well>")
    assert (root.get("aria-describedby"), desc.text) == (desc.get("id"), WORDS.description)
    looks = [part.get("class") for part in root[2:]]
    assert looks.count("line") == 2, "broken where it is hidden"
    assert looks.count("few") == 1
    assert "band" not in looks
    last = next(part for part in root if part.get("class") == "last")
    assert (float(last.get("cx", 0)), float(last.get("cy", 0))) == (190, 57)
    ticks = [part.text for part in root if "tick" in (part.get("class") or "")]
    assert ticks == ["100", "50", "goal 85"]


@given(
    st.lists(st.none() | st.tuples(st.integers(0, 40), st.integers(40, 60)), max_size=30),
    st.none() | st.floats(0, 1),
)
def test_nothing_is_drawn_outside_a_picture(counts, goal):
    series = months(*counts, goal=goal)
    for scale in (WHOLE, scale_of([series])):
        root = parsed(trend(series, scale, WORDS, "x"))
        for part in root.iter():
            for side, most in (("x", 240), ("y", 112)):
                for key in (side, f"{side}1", f"{side}2", f"c{side}"):
                    assert 0 <= float(part.get(key, 0)) <= most


def test_pictures_that_stand_together_have_one_scale():
    high, low = months(*[(80, 100)] * 12), months(*[(80, 100)] * 3, (30, 100))
    assert scale_of([high]) == HALF
    assert scale_of([high, low]) == WHOLE
    assert scale_of([months((80, 100), goal=0.4)]) == WHOLE
    assert scale_of([]) == HALF
    with pytest.raises(ValueError, match="low to high"):
        Scale(1, 0)


def test_strips_show_interval_or_that_it_is_hidden():
    looks = [part.get("class") for part in parsed(strip((6, 14), WHOLE, WORDS, "ar"))]
    assert looks[2:] == ["grid", "interval", "last"]
    assert parsed(strip(None, WHOLE, WORDS, "ti"))[3].get("class") == "few"
    assert len(parsed(strip((0, 0), WHOLE, WORDS, "fa"))) == 3
    assert parsed(strip_axis(HALF)).get("aria-hidden") == "true"
    assert len(parsed(level(0.58, 0.89, WORDS, "money"))) == 5
    assert len(parsed(level(0.58, None, WORDS, "money"))) == 4


def test_every_look_has_a_rule_in_the_stylesheet():
    css = (ROOT / "hembesok/web/static/web/charts.css").read_text()
    series = months(*[(80, 100), None] * 12, (90, 100), goal=0.9)
    drawn = trend(series, WHOLE, WORDS, "a") + strip(None, WHOLE, WORDS, "b")
    drawn += strip((5, 9), WHOLE, WORDS, "c") + level(0.5, 0.5, WORDS, "d") + strip_axis(WHOLE)
    looks = {one for found in re.findall(r'class="([^"]+)"', drawn) for one in found.split()}
    assert {look for look in looks if not re.search(rf"\.{re.escape(look)}\b", css)} <= {
        "start",
        "level",
        "trend",
    }
    assert "left" not in Path(ROOT / "hembesok/web/static/web/charts.css").read_text()
