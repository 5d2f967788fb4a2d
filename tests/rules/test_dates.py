"""Calendar spans: tabled at the month ends, and laws for every day and span."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hembesok.values.dates import (
    FIRST_DAY,
    LAST_DAY,
    Age,
    Span,
    add,
    age,
    age_in_days,
    parse_day,
)
from tests.rules.draws import MONTH_ENDS
from tests.rules.opinions import moved

days = st.sampled_from(MONTH_ENDS) | st.dates(FIRST_DAY, LAST_DAY)
spans = st.builds(Span, months=st.integers(0, 240), days=st.integers(-400, 400))

# One to twenty-four months after each birth, written out.
MONTHS = {
    "2021-01-31": """
        2021-03-01 2021-03-31 2021-05-01 2021-05-31 2021-07-01 2021-07-31
        2021-08-31 2021-10-01 2021-10-31 2021-12-01 2021-12-31 2022-01-31
        2022-03-01 2022-03-31 2022-05-01 2022-05-31 2022-07-01 2022-07-31
        2022-08-31 2022-10-01 2022-10-31 2022-12-01 2022-12-31 2023-01-31""",
    "2020-02-29": """
        2020-03-29 2020-04-29 2020-05-29 2020-06-29 2020-07-29 2020-08-29
        2020-09-29 2020-10-29 2020-11-29 2020-12-29 2021-01-29 2021-03-01
        2021-03-29 2021-04-29 2021-05-29 2021-06-29 2021-07-29 2021-08-29
        2021-09-29 2021-10-29 2021-11-29 2021-12-29 2022-01-29 2022-03-01""",
    "2021-08-31": """
        2021-10-01 2021-10-31 2021-12-01 2021-12-31 2022-01-31 2022-03-01
        2022-03-31 2022-05-01 2022-05-31 2022-07-01 2022-07-31 2022-08-31
        2022-10-01 2022-10-31 2022-12-01 2022-12-31 2023-01-31 2023-03-01
        2023-03-31 2023-05-01 2023-05-31 2023-07-01 2023-07-31 2023-08-31""",
    "2022-12-30": """
        2023-01-30 2023-03-01 2023-03-30 2023-04-30 2023-05-30 2023-06-30
        2023-07-30 2023-08-30 2023-09-30 2023-10-30 2023-11-30 2023-12-30
        2024-01-30 2024-03-01 2024-03-30 2024-04-30 2024-05-30 2024-06-30
        2024-07-30 2024-08-30 2024-09-30 2024-10-30 2024-11-30 2024-12-30""",
    "2020-01-29": """
        2020-02-29 2020-03-29 2020-04-29 2020-05-29 2020-06-29 2020-07-29
        2020-08-29 2020-09-29 2020-10-29 2020-11-29 2020-12-29 2021-01-29
        2021-03-01 2021-03-29 2021-04-29 2021-05-29 2021-06-29 2021-07-29
        2021-08-29 2021-09-29 2021-10-29 2021-11-29 2021-12-29 2022-01-29""",
}


@pytest.mark.parametrize("born", MONTHS)
def test_months_after_a_birth_near_a_month_end(born):
    """A day the month does not have becomes the 1st of the next, counted from birth each time."""
    expected = [date.fromisoformat(day) for day in MONTHS[born].split()]
    start = date.fromisoformat(born)
    assert [add(start, Span(months=n)) for n in range(1, 25)] == expected


@given(days, spans)
def test_adding_agrees_with_a_second_opinion(day, span):
    assert add(day, span) == moved(day, span)


@given(days, days, spans)
@example(date(2021, 1, 30), date(2021, 1, 31), Span(months=1))
@example(date(2021, 1, 31), date(2021, 2, 1), Span(months=1))
def test_who_was_born_later_is_never_old_enough_sooner(one, other, span):
    earlier, later = sorted([one, other])
    assert add(earlier, span) <= add(later, span)


@given(days, spans, st.integers(0, 30), st.integers(0, 60))
def test_a_longer_span_never_ends_sooner(day, span, more_months, more_days):
    longer = Span(span.months + more_months, span.days + more_days)
    assert add(day, span) <= add(day, longer)
    if longer != span:
        assert add(day, span) < add(day, longer)


@given(days, spans)
def test_days_are_added_after_months(day, span):
    in_two_steps = add(add(day, Span(months=span.months)), Span(days=span.days))
    assert add(day, span) == in_two_steps


@given(days, st.integers(0, 8000))
@example(date(2021, 1, 31), 28)
@example(date(2021, 1, 31), 29)
@example(date(2020, 2, 29), 365)
@example(date(2020, 2, 29), 366)
def test_an_age_leads_back_to_the_day(born, days_old):
    on = born + timedelta(days_old)
    found = age(born, on)
    assert found.months >= 0
    assert found.days >= 0
    assert add(born, Span(months=found.months, days=found.days)) == on
    assert add(born, Span(months=found.months + 1)) > on, "another month was already full"
    assert age_in_days(born, on) == days_old


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        ("2021-01-31", "2021-01-31", Age(0, 0)),
        ("2021-01-31", "2021-02-28", Age(0, 28)),
        ("2021-01-31", "2021-03-01", Age(1, 0)),
        ("2021-01-31", "2021-03-30", Age(1, 29)),
        ("2020-02-29", "2021-02-28", Age(11, 30)),
        ("2020-02-29", "2021-03-01", Age(12, 0)),
        ("2021-08-31", "2022-02-28", Age(5, 28)),
        ("2021-08-31", "2022-03-01", Age(6, 0)),
    ],
)
def test_ages_near_a_month_end(born, on, expected):
    assert age(date.fromisoformat(born), date.fromisoformat(on)) == expected


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ValueError, match="was born"):
        age(date(2021, 3, 1), date(2021, 2, 28))
    assert age_in_days(date(2021, 3, 1), date(2021, 2, 28)) == -1


@given(st.builds(Span, months=st.integers(0, 9999), days=st.integers(-9999, 9999)))
@example(Span())
@example(Span(days=-4))
@example(Span(months=1, days=-4))
def test_a_span_is_read_back_as_it_is_written(span):
    assert Span.parse(str(span)) == span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6 weeks", Span(days=42)),
        ("6 weeks - 4 days", Span(days=38)),
        ("4 months + 2 weeks - 1 day", Span(months=4, days=13)),
        ("2 years + 6 months", Span(months=30)),
        ("1 year - 1 month", Span(months=11)),
        ("  10days ", Span(days=10)),
        ("+ 1 day", Span(days=1)),
        ("- 1 day", Span(days=-1)),
        ("0 days", Span()),
    ],
)
def test_spans_that_are_read(text, expected):
    assert Span.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "4",
        "months",
        "four months",
        "4 months 2 weeks",  # plus or minus?
        "4 months +",
        "4 months + + 2 weeks",
        "1.5 months",
        "1,5 months",
        "4 monthss",
        "4 mån",
        "٤ months",
        "10000 days",
        "- 1 month",
        "1 month - 2 months",
    ],
)
def test_spans_that_are_refused(text):
    with pytest.raises(ValueError, match="span"):
        Span.parse(text)


def test_months_never_run_backwards():
    with pytest.raises(ValueError, match="negative months"):
        Span(months=-1)


@given(st.dates(FIRST_DAY, LAST_DAY))
@example(FIRST_DAY)
@example(LAST_DAY)
@example(date(2020, 2, 29))
def test_a_day_is_read_as_it_is_written(day):
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not a day written as YYYY-MM-DD"),
        ("2021-3-2", "not a day written as YYYY-MM-DD"),
        ("20210322", "not a day written as YYYY-MM-DD"),
        ("2021-W12-1", "not a day written as YYYY-MM-DD"),
        ("2021-081", "not a day written as YYYY-MM-DD"),
        ("22-03-2021", "not a day written as YYYY-MM-DD"),
        ("2021-03-22T00:00", "not a day written as YYYY-MM-DD"),
        (" 2021-03-22", "not a day written as YYYY-MM-DD"),
        ("2021-03-22\n", "not a day written as YYYY-MM-DD"),
        ("٢٠٢١-٠٣-٢٢", "not a day written as YYYY-MM-DD"),
        ("2021-02-29", "not a day of the calendar"),
        ("2021-13-01", "not a day of the calendar"),
        ("0000-01-01", "not a day of the calendar"),
        ("1899-12-31", "outside"),
        ("2200-01-01", "outside"),
        ("1021-03-22", "outside"),
    ],
)
def test_days_that_are_refused(text, why):
    with pytest.raises(ValueError, match=why):
        parse_day(text)


def test_a_refused_day_is_not_repeated_at_length():
    with pytest.raises(ValueError, match="YYYY-MM-DD") as refused:
        parse_day("x" * 10_000)
    assert len(str(refused.value)) < 100
