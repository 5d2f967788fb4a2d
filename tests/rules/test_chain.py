"""The chain of the trail as arithmetic: the same bytes for the same entry, and only for it."""

from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from hembesok.access.rules.chain import Finding, Row, Verification, What, canonical, chained

texts = st.text(max_size=8)
moments = st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1 < at.year < 9999)
rows = st.builds(
    Row, st.integers(1, 9), moments, st.none() | st.integers(1, 9), texts,
    st.none() | st.integers(1, 9), texts, texts, texts, texts, st.just("k"), st.just(""),
)  # fmt: skip


def mac(data: bytes, key: str) -> str | None:
    return data.hex() if key == "k" else None


def day(moment: datetime) -> date:
    return moment.date()


def linked(drafts: list[Row]) -> list[Row]:
    link, done = "", []
    for number, draft in enumerate(drafts, start=1):
        row = draft._replace(number=number)
        link = str(hash(mac(chained(link, row), "k")))
        done.append(row._replace(link=link))
    return done


def short(data: bytes, key: str) -> str | None:
    made = mac(data, key)
    return None if made is None else str(hash(made))


@given(rows, rows)
def test_two_entries_have_the_same_bytes_only_when_they_are_the_same(one: Row, other: Row):
    assert (canonical(one) == canonical(other)) == (one == other)


@given(rows, st.integers(-12, 12))
def test_the_same_moment_in_another_zone_is_the_same_entry(row: Row, hours: int):
    elsewhere = row.at.astimezone(timezone(timedelta(hours=hours)))
    assert canonical(row._replace(at=elsewhere)) == canonical(row)


@given(st.lists(rows, max_size=9), st.integers(1, 9))
def test_it_makes_no_difference_in_how_many_parts_a_trail_is_walked(drafts: list[Row], size: int):
    whole = linked(drafts)
    walk = Verification(short, day)
    parts = [whole[n : n + size] for n in range(0, len(whole), size)]
    assert [astuple(found) for part in parts for found in walk.walk(part)] == []
    last = whole[-1] if whole else None
    assert list(walk.end((last.number, last.link) if last else None)) == []


def test_a_cut_tail_is_told_by_whoever_remembers_more():
    first = Row(1, datetime(2026, 3, 16, tzinfo=UTC), 1, "", None, "a", "", "", "", "k", "")
    (row,) = linked([first])
    walk = Verification(short, day)
    assert list(walk.walk([row])) == []
    assert list(walk.end((3, "x"))) == [Finding(2, None, What.CUT, 3)]
    assert list(walk.end((0, ""))) == [Finding(1, date(2026, 3, 16), What.BEYOND_HEAD, 1)]
    assert list(walk.end((1, "x"))) == [Finding(1, date(2026, 3, 16), What.HEAD_DIFFERS)]
