"""What is unusual, and what is drawn, whatever the entries are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hembesok.access.rules.review import (
    MANY,
    REFUSED,
    Hours,
    Seen,
    Sign,
    Verdict,
    may_conclude,
    sample,
    unusual,
)
from hembesok.access.rules.roles import Role

HERE = ZoneInfo("Europe/Stockholm")
MONDAY = datetime(2026, 3, 16, 10, 0, tzinfo=HERE)
HOURS = Hours()


def seen(number: int = 1, at: datetime = MONDAY, **given: object) -> Seen:
    usual = Seen(number, at, 7, "family.read", "family:A", "team", in_team=True)
    return usual._replace(**given)  # type: ignore[arg-type]


def signs(*entries: Seen) -> list[Sign]:
    return [group.sign for group in unusual(entries, HOURS)]


def test_an_ordinary_read_bears_no_sign():
    assert signs(seen()) == []
    assert signs(seen(action="session.begun", subject="", at=MONDAY.replace(hour=23))) == []


def test_each_sign_is_given_for_what_it_says():
    assert signs(seen(why="emergency", in_team=False)) == [Sign.EMERGENCY]
    assert signs(seen(why="cover", in_team=False)) == [Sign.COVER]
    assert signs(seen(action="identity.shown")) == [Sign.IDENTITY_SHOWN]
    assert signs(seen(in_team=False, why="site")) == [Sign.OUTSIDE_TEAM]
    assert signs(seen(action="visit.booked", in_team=False)) == []


def test_working_hours_begin_and_end_to_the_minute():
    for at, outside in (
        (datetime(2026, 3, 16, 5, 59, 59, tzinfo=HERE), True),
        (datetime(2026, 3, 16, 6, 0, tzinfo=HERE), False),
        (datetime(2026, 3, 16, 19, 59, 59, 999999, tzinfo=HERE), False),
        (datetime(2026, 3, 16, 20, 0, tzinfo=HERE), True),
        (datetime(2026, 3, 14, 12, 0, tzinfo=HERE), True),
        (datetime(2026, 3, 15, 12, 0, tzinfo=HERE), True),
    ):
        assert signs(seen(at=at)) == [Sign.OUTSIDE_HOURS] * outside, at


@given(st.integers(0, 2 * MANY), st.integers(0, 5))
def test_many_families_are_those_opened_by_one_person_in_one_day(count: int, again: int):
    entries = [seen(n, subject=f"family:{n}") for n in range(count)]
    entries += [seen(count + n, subject="family:0") for n in range(again if count else 0)]
    tomorrow = [seen(1000 + n, MONDAY + timedelta(1), subject=f"family:T{n}") for n in range(MANY)]
    other = [seen(2000 + n, staff=8, subject=f"family:O{n}") for n in range(MANY)]
    found = unusual([*entries, *tomorrow, *other], HOURS)
    assert [group.families for group in found] == ([count] if count > MANY else [])
    if found:
        assert found[0].numbers == tuple(entry.number for entry in entries)


@given(st.lists(st.sampled_from(["session.refused", "session.begun", "session.ended"])))
def test_refused_sign_ins_count_until_one_succeeds(actions: list[str]):
    entries = [seen(n, action=action, subject="") for n, action in enumerate(actions, start=1)]
    expected: set[int] = set()
    run: list[int] = []
    for entry in [*entries, seen(0, action="session.begun")]:
        if entry.action == "session.refused":
            run.append(entry.number)
        elif entry.action == "session.begun":
            expected |= set(run) if len(run) >= REFUSED else set()
            run = []
    found = {number for group in unusual(entries, HOURS) for number in group.numbers}
    assert found == expected


def test_the_gravest_sign_comes_first_and_then_the_newest_day():
    entries = [
        seen(1, in_team=False, why="site"),
        seen(2, MONDAY + timedelta(1), in_team=False, why="site"),
        seen(3, MONDAY - timedelta(3), why="emergency"),
    ]
    found = unusual(entries, HOURS)
    assert [group.numbers for group in found] == [(3,), (2,), (1,)]


numbers = st.lists(st.integers(1, 10**9), unique=True)


@given(numbers, st.integers(1, 50), st.text(max_size=20))
def test_a_sample_is_the_same_again_and_a_larger_one_holds_it(
    population: list[int], size: int, seed: str
):
    drawn = sample(population, size, seed=seed)
    assert len(drawn) == min(size, len(population)) == len(set(drawn))
    assert set(drawn) <= set(population)
    assert drawn == sample(reversed(population), size, seed=seed)
    assert set(drawn) <= set(sample(population, size + 5, seed=seed))


def test_every_entry_is_drawn_about_as_often():
    def share(which: Sequence[int]) -> float:
        draws = [sample(range(1, 101), 20, seed=str(seed)) for seed in range(400)]
        return sum(n in which for drawn in draws for n in drawn) / 400 / len(which)

    for part in (range(1, 26), range(26, 51), range(51, 76), range(76, 101)):
        assert 0.17 < share(part) < 0.23


def test_what_is_asked_about_needs_words_and_only_a_reviewer_concludes():
    assert may_conclude(Role.LOG_REVIEWER, Verdict.ORDINARY, "") is None
    assert may_conclude(Role.LOG_REVIEWER, Verdict.BREACH, "why") is None
    for verdict in (Verdict.QUESTION, Verdict.BREACH):
        reason = may_conclude(Role.LOG_REVIEWER, verdict, "  ")
        assert reason is not None
        assert reason.key == "reason_missing"
    for role in set(Role) - {Role.LOG_REVIEWER}:
        assert may_conclude(role, Verdict.ORDINARY, "") is not None
