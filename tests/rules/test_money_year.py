"""The year's rules: forecast, hiring, the balance day, what differs from the bookkeeping."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.funding.rules.forecast import (
    forecast,
    hire_by,
    month_before,
    months_between,
    whole_months,
)
from hembesok.funding.rules.ledger import Kind, Line
from hembesok.funding.rules.year_end import compare, position

TKR = 1000 * 100
months = st.integers(0, 200_000 * 100)


def test_an_even_pace_has_a_forecast_without_width():
    found = forecast([40 * TKR] * 5, months_left=7, left=680 * TKR)
    assert found is not None
    assert (found.rate, found.left, found.low, found.high) == (40 * TKR, *[400 * TKR] * 3)


def test_a_late_start_says_when_work_began_and_nothing_of_its_pace():
    late = forecast([0, 0, 0, 50 * TKR, 50 * TKR, 50 * TKR], months_left=3, left=500 * TKR)
    assert late is not None
    assert (late.months, late.rate, late.left) == (3, 50 * TKR, 350 * TKR)


def test_too_few_months_tell_nothing():
    assert forecast([], months_left=9, left=TKR) is None
    assert forecast([0, 0, TKR, TKR], months_left=9, left=TKR) is None


@given(st.lists(months, min_size=3, max_size=24), st.integers(0, 24), months)
def test_no_more_is_left_than_there_is_and_never_less_than_nothing(
    spent: list[int], ahead: int, left: int
):
    found = forecast(spent, months_left=ahead, left=left)
    if found is not None:
        assert 0 <= found.low <= found.left <= found.high <= left


def test_the_interval_holds_what_comes_about_four_times_in_five():
    """Years drawn from a known pace: the interval is 80 percent, neither much more nor less."""
    draw = Random(7)  # noqa: S311 — a simulation
    inside = total = 0
    for _year in range(2000):
        year = [max(round(draw.gauss(50, 8)), 0) * TKR for _month in range(12)]
        found = forecast(year[:6], months_left=6, left=880 * TKR)
        assert found is not None
        rest = 880 * TKR - sum(year[6:])
        inside += found.low <= rest <= found.high
        total += 1
    assert 0.77 <= inside / total <= 0.83


def test_hiring_must_begin_so_that_all_can_be_used():
    last = date(2021, 12, 31)
    assert hire_by(left=600 * TKR, monthly=100 * TKR, last=last) == date(2021, 7, 1)
    assert hire_by(left=601 * TKR, monthly=100 * TKR, last=last) == date(2021, 6, 1)
    assert hire_by(left=1, monthly=100 * TKR, last=last) == date(2021, 12, 1)
    assert hire_by(left=0, monthly=100 * TKR, last=last) is None
    assert hire_by(left=TKR, monthly=0, last=last) is None


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
def test_months_are_counted_by_the_calendar(day: date, count: int):
    first = month_before(day, count)
    assert first.day == 1
    assert len(months_between(first, day)) == count + 1
    over = whole_months(first, day, day)
    # The month of the day itself is over on its last day's morrow only.
    assert len(over) == count


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([(Kind.RECEIVED, 100), (Kind.COST, 60)], (40, 0)),
        ([(Kind.COST, 60)], (0, 60)),
        ([(Kind.RECEIVED, 100), (Kind.COST, 60), (Kind.REPAID, 40)], (0, 0)),
        ([(Kind.CARRIED, 100), (Kind.COST, 60), (Kind.OWN, 9)], (40, 0)),
        ([(Kind.GRANTED, 100), (Kind.CLAIMED, 100)], (0, 0)),
    ],
)
def test_what_is_not_earned_is_a_liability(lines: list[tuple[Kind, int]], expected):
    day = date(2021, 12, 31)
    found = position([(day, Line(*line)) for line in lines], day)
    assert (found.liability, found.receivable) == expected


def test_a_cost_belongs_to_the_year_in_which_it_was_delivered():
    lines = [(date(2021, 3, 1), Line(Kind.RECEIVED, 100)), (date(2022, 1, 1), Line(Kind.COST, 30))]
    assert position(lines, date(2021, 12, 31)).liability == 100
    assert position(lines, date(2022, 12, 31)).liability == 70


rows = st.dictionaries(
    st.text(min_size=1, max_size=3), st.tuples(st.text(), st.text(), st.integers()), max_size=8
)


@given(rows, rows)
def test_the_differences_account_for_the_whole_difference(file, ledger):
    shared = {key: file[key] for key in file if key in ledger}
    found = compare(file, {**ledger, **shared})
    told = sum(d.amount if d.only_in_file else -d.amount for d in found.differences)
    assert found.file - found.ledger == told
