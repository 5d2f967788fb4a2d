"""Busy times from files of other systems: the right moments, nothing else, and never too long."""

import time as clock
from datetime import UTC, date, datetime, timedelta

import pytest

from hembesok.values.refusals import Refusal
from hembesok.visits.ics import apart
from hembesok.visits.ics.apart import answer_to, read_apart
from hembesok.visits.ics.reading import LARGEST, MOST_ENTRIES, read
from tests.calendars.files import CUSTOM_ZONE, DAILY_EXPLOSION, calendar, event
from tests.conftest import ON

TEN = datetime(2026, 3, 18, 9, tzinfo=UTC)
"""Ten in the morning in Sweden, two days after the day of the tests."""


def spans(content: bytes, on: date = ON) -> list[tuple[datetime, datetime]]:
    return [(one.starts, one.ends) for one in read(content, on=on).spans]


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("written", "starts"),
    [
        (":20260318T090000Z", TEN),
        (";TZID=Europe/Stockholm:20260318T100000", TEN),
        (":20260318T100000", TEN),
        (';TZID="W. Europe Standard Time":20260318T100000', TEN),
        (";TZID=Europe/London:20260318T090000", TEN),
        (";TZID=Customized Time Zone:20260318T100000", TEN),
        (";TZID=Nowhere/At-all:20260318T100000", TEN),
        (";TZID=Europe/Stockholm:20260610T100000", datetime(2026, 6, 10, 8, tzinfo=UTC)),
        (";TZID=Customized Time Zone:20260610T100000", datetime(2026, 6, 10, 8, tzinfo=UTC)),
        (":20260329T100000", datetime(2026, 3, 29, 8, tzinfo=UTC)),
    ],
)
def test_each_way_to_write_ten_is_ten(written: str, starts: datetime):
    assert spans(calendar(event(written), before=CUSTOM_ZONE)) == [(starts, starts + HOUR)]


def test_a_repeated_time_keeps_its_clock_when_summer_comes():
    weekly = event(";TZID=Europe/Stockholm:20260107T100000", "RRULE:FREQ=WEEKLY")
    found = spans(calendar(weekly))
    assert (found[0][0], found[1][0]) == (TEN, TEN + timedelta(7))
    assert found[2][0] == datetime(2026, 4, 1, 8, tzinfo=UTC)
    assert len(found) == 13


def test_one_occasion_moved_and_one_left_out():
    weekly = event(
        ";TZID=Europe/Stockholm:20260318T100000",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "EXDATE;TZID=Europe/Stockholm:20260325T100000",
    )
    moved = event(
        ";TZID=Europe/Stockholm:20260402T130000",
        "RECURRENCE-ID;TZID=Europe/Stockholm:20260401T100000",
    )
    starts = [one for one, _ends in spans(calendar(weekly, moved))]
    assert starts == [TEN, datetime(2026, 4, 2, 11, tzinfo=UTC)]


def test_a_day_without_an_hour_is_the_whole_day():
    whole = event(";VALUE=DATE:20260329", ends="DTEND;VALUE=DATE:20260330")
    ((starts, ends),) = spans(calendar(whole))
    assert (starts, ends - starts) == (datetime(2026, 3, 28, 23, tzinfo=UTC), 23 * HOUR)
    bare = "UID:1\nDTSTART;VALUE=DATE:20260320"
    ((starts, ends),) = spans(calendar(bare))
    assert ends - starts == 24 * HOUR


@pytest.mark.parametrize(
    "line",
    ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"],
)
def test_what_is_free_or_cancelled_takes_no_time(line: str):
    assert spans(calendar(event(":20260318T090000Z", line))) == []


def test_times_from_today_and_ninety_days_on_are_kept():
    content = calendar(
        event(":20260314T090000Z", uid="past"),
        event(":20260315T220000Z", uid="into today", ends="DURATION:PT3H"),
        event(":20260613T213000Z", uid="to the end", ends="DURATION:P2D"),
        event(":20260701T090000Z", uid="later"),
    )
    today, end = datetime(2026, 3, 15, 23, tzinfo=UTC), datetime(2026, 6, 13, 22, tzinfo=UTC)
    assert spans(content) == [
        (today, today + 2 * HOUR),
        (datetime(2026, 6, 13, 21, 30, tzinfo=UTC), end),
    ]


def test_times_that_overlap_become_one_and_empty_ones_none():
    content = calendar(
        event(":20260318T090000Z", uid="a"),
        event(":20260318T093000Z", uid="b"),
        event(":20260318T103000Z", uid="c", ends="DURATION:PT0S"),
        event(":20260318T120000Z", uid="d", ends="DTEND:20260318T110000Z"),
    )
    assert spans(content) == [(TEN, TEN + 1.5 * HOUR)]


def test_one_entry_that_cannot_be_read_does_not_hide_the_others():
    content = calendar(
        event(":20260318T090000Z", uid="good"),
        event(":yesterday", uid="odd"),
        event(":20260318T090000Z", "RRULE:FREQ=SOMETIMES", uid="odder"),
    )
    found = read_apart(content, on=ON)
    assert (len(found.spans), found.unread) == (1, 2)


FAULTS = {
    "calendar_empty": b" \r\n",
    "calendar_kind": b"PK\x03\x04 not a calendar",
    "calendar_too_large": b"BEGIN:VCALENDAR" + b" " * LARGEST,
    "calendar_broken": b"BEGIN:VCALENDAR\r\nno more",
    "calendar_too_many": calendar(
        *(event(":20200318T090000Z", uid=str(n)) for n in range(MOST_ENTRIES + 1))
    ),
    "calendar_too_often": calendar(event(":20260318T090000Z", "RRULE:FREQ=SECONDLY")),
}


@pytest.mark.parametrize("key", FAULTS)
def test_what_is_wrong_with_a_file_is_said(key: str):
    with pytest.raises(Refusal) as refused:
        read_apart(FAULTS[key], on=ON)
    assert refused.value.reason.key == key


HOSTILE = {
    "every second by another name": event(":19700318T090000Z", DAILY_EXPLOSION, ends=""),
    "a day that never comes": "\n".join(
        [event(":20250101T100000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")]
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_asks_for_too_much_is_stopped(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(apart, "SECONDS", 2)
    entries = [HOSTILE[name].replace("UID:1", f"UID:{n}") for n in range(100)]
    began = clock.monotonic()
    with pytest.raises(Refusal) as refused:
        read_apart(calendar(*entries), on=ON)
    assert refused.value.reason.key == "calendar_too_heavy"
    assert clock.monotonic() - began < 60


def test_nothing_but_times_leaves_the_process():
    content = calendar(event(":20260318T090000Z", "LOCATION:Kanariegatan", "ATTENDEE:mailto:x@y"))
    assert answer_to(content, on=ON) == {
        "spans": [["2026-03-18T09:00:00+00:00", "2026-03-18T10:00:00+00:00"]],
        "unread": 0,
    }
    assert "Kanarie" not in repr(read_apart(content, on=ON))
