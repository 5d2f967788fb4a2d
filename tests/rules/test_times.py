"""Laws of suggested times, judged minute by minute, and the two days a year with another length.

The second opinion counts ticks of five minutes and reads the clock on the wall; it knows nothing
of stretches that are cut.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hembesok.programme.rules.windows import Window
from hembesok.visits.rules.acting import LONGEST_AHEAD_DAYS
from hembesok.visits.rules.closed_days import closed_in
from hembesok.visits.rules.times import (
    DEFAULT_HOURS,
    SWEDEN,
    Calendar,
    Days,
    Hours,
    Seat,
    Span,
    Suggestion,
    Wanted,
    Why,
    common,
    day_span,
    free,
    starts_in,
    suggestions,
    together,
    without,
    working,
)

DAY, TICK = timedelta(1), timedelta(minutes=5)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""The days on which the clock is put forward, and back."""
MONDAY = date(2026, 3, 16)

days = st.sampled_from((SPRING, AUTUMN, date(2026, 12, 23), MONDAY)) | st.dates(
    date(2026, 1, 1), date(2027, 6, 30)
)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=SWEDEN)


def span(day: date, first: int, last: int) -> Span:
    return Span(at(day, first), at(day, last))


@st.composite
def spans(draw: st.DrawFn, near: date) -> Span:
    """Draw a stretch in the days around one, of odd minutes and often longer than a day."""
    starts = at(near, 0).astimezone(UTC) + draw(st.integers(-300, 2000)) * timedelta(minutes=7)
    return Span(starts, starts + draw(st.integers(1, 500)) * timedelta(minutes=5))


@st.composite
def calendars(draw: st.DrawFn, near: date, staff: int) -> Calendar:
    hours = st.builds(
        lambda weekday, first, length: Hours(weekday, time(first), time(first + length, 30)),
        st.integers(0, 6),
        st.integers(5, 14),
        st.integers(0, 8),
    )
    written = draw(st.lists(hours, max_size=8, unique_by=lambda one: one.weekday))
    first = near + draw(st.integers(0, 9)) * DAY
    away = Days(first, first + draw(st.integers(0, 3)) * DAY)
    return Calendar(
        staff,
        tuple(written) or DEFAULT_HOURS,
        tuple(draw(st.lists(spans(near), max_size=6))),
        tuple(draw(st.sampled_from(((), (away,))))),
        draw(st.sampled_from((Days(date.min), Days(date.min, near + 4 * DAY)))),
        covers=draw(st.booleans()),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Wanted, date, list[Seat]]:
    on = draw(days)
    opens = on + draw(st.integers(-40, 20)) * DAY
    target = opens + draw(st.integers(0, 14)) * DAY
    closes = target + draw(st.integers(0, 14)) * DAY
    near = max(on, opens)
    seats: list[Seat] = [
        [draw(calendars(near, 10 * n + m)) for m in range(draw(st.integers(1, 2)))]
        for n in range(draw(st.integers(1, 3)))
    ]
    wanted = Wanted(
        Window(opens, target, closes, closes + 30 * DAY),
        draw(st.sampled_from((15, 45, 60, 90, 240))),
        draw(st.none() | st.integers(0, 6)),
        tuple(draw(st.lists(spans(near), max_size=2))),
    )
    return wanted, on, seats


def shut(days: Iterable[date]) -> Collection[date]:
    return closed_in(days)


def person(seats: list[Seat], staff: int) -> Calendar:
    return next(one for seat in seats for one in seat if one.staff == staff)


def ticks(one: Span) -> list[datetime]:
    """Return the beginnings of the five-minute pieces of a stretch."""
    return [one.starts + n * TICK for n in range(one.length // TICK)]


def in_hours(one: Calendar, moment: datetime) -> bool:
    wall = moment.astimezone(SWEDEN)
    return any(h.weekday == wall.weekday() and h.starts <= wall.time() < h.ends for h in one.hours)


@given(cases())
def test_whoever_is_suggested_can_come(case: tuple[Wanted, date, list[Seat]]):
    """Not busy, at work, in the own hours, on an open day, for the whole of the visit."""
    wanted, on, seats = case
    for found in suggestions(wanted, on, seats, closed=shut, most=5):
        assert found.span.length == timedelta(minutes=wanted.minutes)
        day = found.at.date()
        assert day > on
        assert day not in closed_in([day])
        assert len(found.staff) == len(seats)
        for staff in found.staff:
            one = person(seats, staff)
            assert one.at_work(day)
            for tick in ticks(found.span):
                assert in_hours(one, tick)
                assert not any(b.starts < tick + TICK and tick < b.ends for b in one.busy)


@given(cases())
def test_times_are_whole_quarters_and_one_a_day(case: tuple[Wanted, date, list[Seat]]):
    wanted, on, seats = case
    found = suggestions(wanted, on, seats, closed=shut, most=5)
    assert all(
        (one.at.minute % 15, one.at.second, one.at.microsecond) == (0, 0, 0) for one in found
    )
    assert len({one.at.date() for one in found}) == len(found)


def possible(wanted: Wanted, seats: list[Seat], day: date) -> bool:
    """Tell, by trying each quarter of a day, whether all seats can be there at one of them."""
    if day in closed_in([day]):
        return False
    people = [next((one for one in seat if one.at_work(day)), None) for seat in seats]
    for n in range(day_span(day).length // timedelta(minutes=15)):
        starts = day_span(day).starts + n * timedelta(minutes=15)
        visit = Span(starts, starts + timedelta(minutes=wanted.minutes))
        if all(
            one is not None
            and all(in_hours(one, tick) for tick in ticks(visit))
            and not any(busy.overlaps(visit) for busy in one.busy)
            for one in people
        ):
            return True
    return False


@given(cases())
def test_no_better_day_is_passed_over(case: tuple[Wanted, date, list[Seat]]):
    """In the window before after it; in it nearest to the target; after it the soonest."""
    wanted, on, seats = case
    window = wanted.window

    def order(day: date) -> tuple[bool, int, date]:
        inside = window.holds(day)
        return not inside, abs((day - window.target).days) if inside else 0, day

    found = [one.at.date() for one in suggestions(wanted, on, seats, closed=shut, most=2)]
    assert found == sorted(found, key=order)
    last = max(on, window.closes) + 31 * DAY
    every = [max(on + DAY, window.opens) + n * DAY for n in range(90)]
    able = [day for day in every if day < last and possible(wanted, seats, day)]
    assert found == sorted(able, key=order)[:2]


@given(cases())
def test_what_is_said_of_a_time_is_true(case: tuple[Wanted, date, list[Seat]]):
    wanted, on, seats = case
    for one in suggestions(wanted, on, seats, closed=shut, most=4):
        day = one.at.date()
        assert (Why.IN_WINDOW in one.whys) == wanted.window.holds(day)
        assert (Why.AFTER_WINDOW in one.whys) != (Why.IN_WINDOW in one.whys)
        assert (Why.SAME_WEEKDAY in one.whys) == (wanted.weekday == day.weekday())
        near = [b for b in wanted.interpreters if b.overlaps(one.span.widened(timedelta(hours=2)))]
        if Why.INTERPRETER_NEAR in one.whys:
            assert near
            assert not any(b.overlaps(one.span) for b in wanted.interpreters)
        assert (Why.COVERED in one.whys) == any(person(seats, s).covers for s in one.staff)


@given(st.data(), days)
def test_cutting_and_joining_agree_with_counting(data: st.DataObject, day: date):
    some, taken = (data.draw(st.lists(spans(day), max_size=4)) for _ in range(2))
    edges = sorted({e for s in some + taken for e in (s.starts, s.ends)})
    left, both = without(some, taken), common(some, taken)
    # Between two edges nothing changes: the middle stands for the whole of it.
    for earlier, later in pairwise(edges):
        middle = earlier + (later - earlier) / 2

        def inside(these: Iterable[Span], moment: datetime = middle) -> bool:
            return any(one.starts <= moment < one.ends for one in these)

        assert inside(left) == (inside(some) and not inside(taken))
        assert inside(both) == (inside(some) and inside(taken))


@pytest.mark.parametrize(
    ("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 2, 10), 24), (SPRING + DAY, 24)]
)
def test_a_day_is_as_long_as_it_is(day: date, hours: int):
    assert day_span(day).length == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "utc"),
    [(date(2026, 2, 10), 9), (SPRING, 8), (date(2026, 6, 10), 8), (AUTUMN, 9), (AUTUMN - DAY, 8)],
)
def test_ten_by_the_clock_is_ten_in_summer_and_winter(day: date, utc: int):
    hours = (Hours(day.weekday(), time(10), time(11)),)
    (found,) = working(hours, day)
    assert found.starts == datetime.combine(day, time(utc), tzinfo=UTC)
    assert starts_in(found, 60) == (found.starts,)


def test_hours_that_the_clock_skips_are_no_hours():
    """At 02.00 on that morning it is 03.00."""
    assert working((Hours(6, time(2), time(3)),), SPRING) == ()
    (left,) = working((Hours(6, time(1), time(4)),), SPRING)
    assert left.length == timedelta(hours=2)
    assert working((Hours(6, time(2, 30), time(3)),), SPRING) == ()


def test_the_hour_that_comes_twice_is_worked_twice():
    (night,) = working((Hours(6, time(1), time(4)),), AUTUMN)
    assert night.length == timedelta(hours=4)
    assert len(set(starts_in(night, 60))) == 13


def test_two_times_of_the_hour_that_comes_twice_are_told_apart():
    first, again = (at(AUTUMN, 2, 30).replace(fold=fold) for fold in (0, 1))
    assert Span(first, again).length == timedelta(hours=1)
    with pytest.raises(ValueError, match="ends after it starts"):
        Span(again, first)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="with a zone"):
        Span(datetime(2026, 3, 16, 10), datetime(2026, 3, 16, 11))  # noqa: DTZ001


@given(spans(MONDAY), st.integers(15, 240))
@example(span(MONDAY, 9, 10), 60)
@example(span(MONDAY, 9, 10), 61)
def test_every_start_in_a_gap_ends_in_it(gap: Span, minutes: int):
    found = starts_in(gap, minutes)
    assert all(gap.holds(Span(start, start + timedelta(minutes=minutes))) for start in found)
    quarter = timedelta(minutes=15)
    midnight = datetime.combine(gap.starts.date(), time(), tzinfo=UTC)
    every = [midnight + n * quarter for n in range(500)]
    length = timedelta(minutes=minutes)
    assert list(found) == [t for t in every if gap.starts <= t and t + length <= gap.ends]


ANNA, BO = Calendar(1), Calendar(2)
WINDOW = Window(MONDAY, MONDAY + 2 * DAY, MONDAY + 4 * DAY, MONDAY + 30 * DAY)


def first(*seats: Seat, **wanted: object) -> Suggestion:
    asked = Wanted(WINDOW, 60, **wanted)  # type: ignore[arg-type]
    return suggestions(asked, MONDAY, seats, closed=shut)[0]


def test_the_best_day_is_the_nearest_to_the_target_and_the_first_hour_of_it():
    found = suggestions(Wanted(WINDOW, 60), MONDAY, [[ANNA], [BO]], closed=shut)
    assert [(one.at.date() - MONDAY).days for one in found] == [2, 1, 3]
    assert {one.at.hour for one in found} == {8}
    assert found[0].staff == (1, 2)


def test_a_time_beside_a_booked_interpreter_comes_first_on_its_day():
    booked = (span(MONDAY + 2 * DAY, 13, 14),)
    found = first([ANNA], [BO], interpreters=booked)
    assert (found.at.hour, Why.INTERPRETER_NEAR in found.whys) == (10, True)
    assert found.at.minute == 15


def test_who_covers_comes_when_the_team_is_away():
    away = Calendar(1, away=(Days(MONDAY, MONDAY + 9 * DAY),))
    cover = Calendar(3, named=Days(MONDAY, MONDAY + 2 * DAY), covers=True)
    found = first([away, cover], [BO])
    assert (found.staff, Why.COVERED in found.whys) == ((3, 2), True)
    later = suggestions(Wanted(WINDOW, 60), MONDAY, [[away, cover], [BO]], closed=shut)
    assert [(one.at.date() - MONDAY).days for one in later] == [2, 1, 10]


def test_an_empty_seat_has_no_times():
    assert suggestions(Wanted(WINDOW, 60), MONDAY, [[ANNA], []], closed=shut) == ()
    assert suggestions(Wanted(WINDOW, 60), MONDAY, [], closed=shut) == ()
    assert together([[ANNA], []], MONDAY) == ()


def test_nothing_is_suggested_further_ahead_than_may_be_booked():
    far = MONDAY + 400 * DAY
    window = Window(far - 50 * DAY, far, far + 50 * DAY, far + 60 * DAY)
    found = suggestions(Wanted(window, 60), MONDAY, [[ANNA]], closed=shut)
    assert found[0].at.date() - MONDAY == LONGEST_AHEAD_DAYS * DAY


def test_a_person_is_free_between_what_is_taken():
    busy = Calendar(1, busy=(span(MONDAY, 7, 9), span(MONDAY, 11, 12), span(MONDAY, 16, 20)))
    assert free(busy, MONDAY) == (span(MONDAY, 9, 11), span(MONDAY, 12, 16))
    assert free(busy, MONDAY + 5 * DAY) == ()
    assert free(busy, MONDAY, closed={MONDAY}) == ()
