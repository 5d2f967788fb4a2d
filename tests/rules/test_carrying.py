"""Laws of a pack: which days it covers, whatever is closed."""

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hembesok.visits.queries.carrying import is_closed
from hembesok.visits.rules.carrying import LONGEST_DAYS, last_day

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
counts = st.integers(1, 7)
closings = st.sets(st.integers(0, 6)).map(lambda closed: lambda day: day.weekday() in closed)


@given(days, counts, closings)
def test_a_pack_covers_so_many_working_days_and_never_more_than_a_week(
    on: date, count: int, closed: Callable[[date], bool]
):
    last = last_day(on, count, closed)
    covered = [on + timedelta(n) for n in range((last - on).days + 1)]
    assert 1 <= len(covered) <= LONGEST_DAYS
    open_days = sum(not closed(day) for day in covered[1:])
    assert open_days <= count - 1
    assert open_days == count - 1 or len(covered) == LONGEST_DAYS
    assert last == on or len(covered) == LONGEST_DAYS or not closed(last)


def test_the_next_working_day_is_after_the_week_end_and_the_holiday():
    assert last_day(date(2026, 3, 16), 2, is_closed) == date(2026, 3, 17)
    assert last_day(date(2026, 3, 20), 2, is_closed) == date(2026, 3, 23)
    # Maundy Thursday: Good Friday, the week-end and Easter Monday are closed.
    assert last_day(date(2026, 4, 2), 2, is_closed) == date(2026, 4, 7)
    assert last_day(date(2026, 3, 16), 1, is_closed) == date(2026, 3, 16)
