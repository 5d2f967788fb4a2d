"""From figures of follow-up to what is published of them."""

from datetime import date

import pytest

from hembesok.analysis.answers import Figure
from hembesok.analysis.disclosure import figures
from hembesok.analysis.disclosure.axes import Axis
from hembesok.analysis.disclosure.figures import ALWAYS, EVERYBODY, Row
from hembesok.analysis.disclosure.register import Register
from tests.analysis.attacker import bounds, look

DAY = date(2026, 6, 30)
AREA = Axis.of("area", "country", {"country": ("north", "south"), "north": ("a", "b"),
                                   "south": ("c", "d")})  # fmt: skip


def figure(site: str, quarter: str, yes: int, known: int, missing: int = 0, **more: str) -> Figure:
    by, group = ("site", "quarter", *more), (site, quarter, *more.values())
    return Figure("on_time", "", by, group, yes, known, missing, 0)


FIGURES = [
    figure("a", "2025 Q1", 3, 21, 1),
    figure("b", "2025 Q1", 12, 25),
    figure("c", "2025 Q1", 20, 30, 7),
    figure("d", "2025 Q1", 18, 30),
    figure("a", "2025 Q2", 11, 24, 6),
    figure("b", "2025 Q2", 14, 23),
    figure("c", "2025 Q2", 15, 28),
    figure("d", "2025 Q2", 22, 31),
]


def test_figures_become_rows_of_which_few_are_hidden():
    another = figure("a", "2025 Q1", 1, 1, language="so")
    table = figures.table("on_time", [*FIGURES, another], AREA, DAY)
    published = Register().publish(table)
    found = {row[:3]: row[3:] for row in figures.rows(published)}
    assert found["country", ALWAYS, EVERYBODY] == (115, 212)
    assert found["a", "2025 Q1", EVERYBODY] == (None, 21)
    assert found["north", "2025", EVERYBODY][1] == 93
    assert all(known is not None for _yes, known in found.values())
    hidden = [row for row in figures.rows(published) if row.numerator is None]
    assert Row("a", "2025 Q1", EVERYBODY, None, 21) in hidden
    assert len(hidden) >= 4, "three others with it, in its quarter, its site, and beside both"
    seen = look([(table.axes, published.counts, table.counts)])
    assert min(high - low for low, high in bounds(seen).values()) >= 5


def test_missing_is_a_table_of_its_own():
    register = Register()
    register.publish(figures.table("on_time", FIGURES, AREA, DAY))
    published = register.publish(figures.missing("on_time", FIGURES, AREA, DAY))
    assert published.table.measure == "on_time, missing"
    assert published.count(("country", ALWAYS, EVERYBODY, "missing")) == 14
    assert published.count(("a", "2025 Q1", EVERYBODY, "missing")) is None


def test_a_group_is_a_zoom_of_the_same_table():
    zoomed = [
        figure(one.group[0], one.group[1], one.numerator - 2, one.denominator - 4, language="sv")
        for one in FIGURES if one.numerator > 3
    ]  # fmt: skip
    zoomed += [figure(one.group[0], one.group[1], 2, 4, language="so") for one in FIGURES[1:]]
    zoomed += [figure("a", "2025 Q1", 3, 21, language="so")]
    register = Register()
    register.publish(figures.table("on_time", FIGURES, AREA, DAY))
    published = register.publish(figures.table("on_time", zoomed, AREA, DAY, by="language"))
    groups = {row.group for row in figures.rows(published)}
    assert groups == {EVERYBODY, "language: so", "language: sv"}
    assert len(register.published) == 2
    with pytest.raises(ValueError, match="leaves"):
        figures.table("on_time", [figure("x", "2025 Q1", 1, 2)], AREA, DAY)
