"""Windows: the days of each step for each child, and how long the grace lasts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from hembesok.programme.rules.protocol import (
    Anchor,
    Kind,
    Protocol,
    Relation,
    Step,
    Words,
    never_after,
    plan,
)
from hembesok.programme.rules.windows import LAST_GRACE_DAYS, Anchors, Window, windows
from hembesok.values.dates import Span, add
from tests.rules.draws import DAY, births, edges, some_anchors, some_steps
from tests.rules.opinions import moved, window_of

WORDS = Words("Besök", "Visit")


def a_step(
    key: str,
    opens: str,
    target: str,
    closes: str,
    *,
    kind: Kind = Kind.HOME,
    grace: str | None = None,
    anchor: Anchor = Anchor.BIRTH,
) -> Step:
    """Make a step with its ages as they are written in a programme file."""
    return Step(
        key,
        WORDS,
        kind,
        Span.parse(opens),
        Span.parse(target),
        Span.parse(closes),
        grace=None if grace is None else Span.parse(grace),
        anchor=anchor,
    )


@given(some_steps(), some_anchors())
def test_windows_agree_with_a_second_opinion(steps, anchors):
    expected = tuple(window_of(steps, anchors, n) for n in range(len(steps)))
    assert windows(steps, anchors) == expected


@pytest.mark.parametrize(
    ("born", "opens", "target", "closes"),
    [
        ("2021-01-31", "2021-03-01", "2021-03-15", "2021-03-31"),
        ("2020-02-29", "2020-03-29", "2020-04-12", "2020-04-29"),
        ("2020-12-31", "2021-01-31", "2021-02-14", "2021-03-01"),
        ("2021-08-31", "2021-10-01", "2021-10-15", "2021-10-31"),
    ],
)
def test_a_window_of_months_near_a_month_end(born, opens, target, closes):
    step = a_step("one", "1 month", "1 month + 2 weeks", "2 months")
    (window,) = windows([step], Anchors(date.fromisoformat(born)))
    assert [day.isoformat() for day in (window.opens, window.target, window.closes)] == [
        opens,
        target,
        closes,
    ]


@given(births)
@example(date(2021, 1, 31))
@example(date(2020, 2, 29))
@example(date(2021, 8, 31))
def test_grace_ends_the_day_before_the_next_of_the_same_kind_opens(born):
    steps = [
        a_step("home-1", "1 month", "2 months", "3 months"),
        a_step("clinic-1", "4 months", "4 months", "4 months", kind=Kind.CLINIC),
        a_step("home-2", "6 months", "7 months", "8 months"),
    ]
    first, clinic, second = windows(steps, Anchors(born))
    assert first.grace_ends == add(born, Span(months=6)) - DAY
    assert clinic.grace_ends == clinic.closes + 90 * DAY, "no clinic visit follows"
    assert second.grace_ends == second.closes + 90 * DAY, "no home visit follows"
    assert LAST_GRACE_DAYS == 90


@pytest.mark.parametrize("next_opens", ["2 months", "3 months", "3 months + 1 day"])
def test_windows_that_touch_or_overlap_leave_no_grace(next_opens):
    steps = [
        a_step("home-1", "1 month", "2 months", "3 months"),
        a_step("home-2", next_opens, "5 months", "6 months"),
    ]
    first, _ = windows(steps, Anchors(date(2021, 1, 31)))
    assert first.grace_ends == first.closes


@given(some_steps(), some_anchors(), st.integers(0, 40))
def test_a_grace_that_is_written_is_kept(steps, anchors, days):
    asked = [replace(step, grace=Span(days=days)) for step in steps]
    for window in windows(asked, anchors):
        assert window.grace_ends == window.closes + days * DAY


@given(some_steps(), some_anchors())
def test_a_step_of_another_kind_changes_no_window(steps, anchors):
    stranger = a_step("team", "1 day", "1 month", "2 months", kind=Kind.TEAM)
    assert windows([*steps, stranger], anchors)[:-1] == windows(steps, anchors)


@given(some_steps(), some_anchors())
def test_the_order_in_the_file_only_decides_between_equal_targets(steps, anchors):
    there = windows(steps, anchors)
    assume(len({window.target for window in there}) == len(there))
    assert windows(steps[::-1], anchors) == there[::-1]


@given(some_steps(), births, st.integers(0, 100))
def test_discharge_moves_what_is_counted_from_discharge_and_nothing_else(steps, born, days):
    discharged = born + days * DAY
    from_birth = [replace(step, anchor=Anchor.BIRTH) for step in steps]
    from_discharge = [replace(step, anchor=Anchor.DISCHARGE) for step in steps]
    after_care = Anchors(born, discharged)
    assert windows(from_birth, after_care) == windows(from_birth, Anchors(born))
    assert windows(from_discharge, after_care) == windows(from_birth, Anchors(discharged))
    assert windows(from_discharge, Anchors(born)) == windows(from_birth, Anchors(born))


def test_discharge_before_birth_is_refused():
    with pytest.raises(ValueError, match="before the birth"):
        Anchors(date(2021, 3, 22), date(2021, 3, 21))


@given(some_steps(most=1), some_anchors())
def test_both_ends_belong_to_the_window(steps, anchors):
    (window,) = windows(steps, anchors)
    for day in edges((window,)):
        assert window.holds(day) == (day in _days(window.opens, window.closes))


@given(st.permutations([0, 1, 2, 3]))
def test_a_window_out_of_order_is_refused(order):
    days = [date(2021, 3, 22) + n * DAY for n in order]
    if order == sorted(order):
        assert Window(*days).opens == days[0]
    else:
        with pytest.raises(ValueError, match="opens, target, closes, grace_ends"):
            Window(*days)


# Spans that are nearly equal: a month is 28 to 31 days, three months 89 to 92.
_months = st.integers(0, 14)


@st.composite
def near_spans(draw):
    months = draw(_months)
    other = draw(st.integers(0, months))
    days = 30 * (months - other) + draw(st.integers(-4, 8))
    pair = Span(months), Span(other, days)
    return draw(st.permutations(pair))


@settings(max_examples=60)
@given(near_spans())
@example((Span(days=28), Span(months=1)))
@example((Span(days=29), Span(months=1)))
@example((Span(months=1), Span(days=31)))
@example((Span(months=1), Span(days=30)))
@example((Span(days=59), Span(months=2)))
@example((Span(months=12), Span(days=366)))
def test_never_after_is_true_of_every_birth_and_only_then(pair):
    one, other = pair
    every_birth = (date(2015, 1, 1) + n * DAY for n in range(4 * 365 + 1))
    assert never_after(one, other) == all(moved(b, one) <= moved(b, other) for b in every_birth)


@pytest.mark.parametrize(
    ("opens", "target", "closes"),
    [
        ("2 months", "1 month", "3 months"),
        ("1 month", "4 weeks", "3 months"),
        ("4 weeks", "1 month", "30 days"),  # right for a birth in February only
        ("1 month", "2 months", "1 month + 27 days"),
    ],
)
def test_a_step_that_some_birth_puts_out_of_order_is_refused(opens, target, closes):
    with pytest.raises(ValueError, match="for every birth date"):
        a_step("one", opens, target, closes)


@pytest.mark.parametrize("grace", ["- 1 day", "1 month - 29 days"])
def test_a_grace_that_some_day_makes_negative_is_refused(grace):
    with pytest.raises(ValueError, match="never negative"):
        a_step("one", "1 day", "1 day", "1 day", grace=grace)


def test_a_relation_names_a_base_step_when_it_is_about_one():
    step = a_step("one", "1 day", "1 day", "1 day")
    for relation, base_step in [
        (Relation.COMBINED_WITH, None),
        (Relation.REPLACES, None),
        (Relation.ADDITIONAL, "home-newborn"),
        (None, "home-newborn"),
    ]:
        with pytest.raises(ValueError, match="base step"):
            replace(step, relation=relation, base_step=base_step)


def a_programme(*steps: Step, base: tuple[str, str] | None = None) -> Protocol:
    """Make a programme of these steps."""
    return Protocol("extra" if base else "national", "1", WORDS, steps, {}, base)


BASE = a_programme(
    a_step("base-1", "1 week", "2 weeks", "3 weeks"),
    a_step("base-2", "7 months", "8 months", "9 months"),
)


def linked(key: str, relation: Relation, base_step: str) -> Step:
    """Make a step that is linked to a step of the base programme."""
    step = a_step(key, "1 week", "2 weeks", "3 weeks")
    return replace(step, relation=relation, base_step=base_step)


def test_a_plan_counts_a_combined_visit_once_and_leaves_out_a_replaced_one():
    """Six extra visits in one place are four extra in another: the relation says which."""
    extra = replace(a_step("own-3", "1 day", "1 day", "1 day"), relation=Relation.ADDITIONAL)
    protocol = a_programme(
        linked("own-1", Relation.COMBINED_WITH, "base-1"),
        linked("own-2", Relation.REPLACES, "base-2"),
        extra,
        base=BASE.identity,
    )
    found = plan(protocol, BASE)
    assert [step.key for step in found.steps] == ["own-1", "own-2", "own-3", "base-1"]
    assert found.mirrors == {"base-1": "own-1"}
    assert found.count(Kind.HOME) == 3
    assert found.count(Kind.CLINIC) == 0


def test_a_plan_without_a_base_is_the_programme_alone():
    assert plan(BASE).steps == BASE.steps


@pytest.mark.parametrize(
    ("protocol", "why"),
    [
        (a_programme(a_step("own", "1 day", "1 day", "1 day")), "it names"),
        (a_programme(base=("national", "2")), "it names"),
        (
            a_programme(a_step("base-1", "1 day", "1 day", "1 day"), base=BASE.identity),
            "has a step of that key",
        ),
        (
            a_programme(linked("own", Relation.REPLACES, "base-9"), base=BASE.identity),
            "has no step",
        ),
    ],
)
def test_a_base_that_does_not_fit_is_refused(protocol, why):
    with pytest.raises(ValueError, match=why):
        plan(protocol, BASE)


@pytest.mark.parametrize("other", [Relation.COMBINED_WITH, Relation.REPLACES])
def test_a_base_step_is_one_with_one_step_only(other):
    twice = (linked("own-1", Relation.COMBINED_WITH, "base-1"), linked("own-2", other, "base-1"))
    with pytest.raises(ValueError, match="one step only"):
        plan(a_programme(*twice, base=BASE.identity), BASE)


def test_two_steps_may_replace_one():
    twice = (
        linked("own-1", Relation.REPLACES, "base-1"),
        linked("own-2", Relation.REPLACES, "base-1"),
    )
    assert plan(a_programme(*twice, base=BASE.identity), BASE).count(Kind.HOME) == 3


def test_two_steps_with_one_key_are_refused():
    step = a_step("one", "1 day", "1 day", "1 day")
    with pytest.raises(ValueError, match="different"):
        a_programme(step, step)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]
