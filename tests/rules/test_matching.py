"""Which visit serves which step: known cases, laws, and a slow second opinion."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hembesok.programme.rules.matching import HeldVisit, Matcher, Matching
from hembesok.programme.rules.protocol import Kind, Step, Words
from hembesok.programme.rules.windows import Window
from hembesok.values.dates import Span
from tests.rules.draws import DAY, FIRST, Child, children
from tests.rules.opinions import served


def match(child: Child) -> Matching:
    """Match the visits of a drawn child."""
    return Matcher(child.steps, child.windows).match(child.visits)


@settings(max_examples=200)
@given(children())
def test_matching_agrees_with_a_second_opinion(child):
    expected = served(child.steps, child.windows, child.visits)
    found = match(child)
    assert found.serves == expected
    assert set(found.unplanned) == set(range(len(child.visits))) - set(expected)


@given(children())
def test_one_visit_never_serves_two_steps(child):
    found = match(child)
    serving = [index for index in found.serves if index is not None]
    assert len(set(serving)) == len(serving)
    assert sorted([*serving, *found.unplanned]) == list(range(len(child.visits)))


@given(children())
def test_a_link_wins_over_every_visit_without_one(child):
    for n, index in enumerate(match(child).serves):
        linked = [v for v, visit in enumerate(child.visits) if visit.step == child.steps[n].key]
        assert not linked or index in linked


@given(children(), st.data())
def test_an_unlinked_visit_serves_no_other_step_than_its_nearest(child, data):
    """Whatever else was held: what it may serve is settled by its own day and kind."""
    for v, visit in enumerate(child.visits):
        if visit.step is None:
            alone = match(replace(child, visits=(visit,))).serves
            among_all = match(child).serves
            assert v not in among_all or alone.index(0) == among_all.index(v)


@given(children())
def test_an_unlinked_visit_is_held_from_the_target_before_to_the_end_of_grace(child):
    for n, index in enumerate(match(child).serves):
        if index is None or child.visits[index].step is not None:
            continue
        visit = child.visits[index]
        assert visit.kind in (None, child.steps[n].kind)
        assert visit.on <= child.windows[n].grace_ends
        before = [
            window.target
            for window, step in zip(child.windows, child.steps, strict=True)
            if window.target < child.windows[n].target and visit.kind in (None, step.kind)
        ]
        assert visit.on >= max(before, default=date.min)


@given(children())
def test_a_further_visit_never_leaves_a_step_without_one(child):
    without_last = match(replace(child, visits=child.visits[:-1])).serves
    for before, after in zip(without_last, match(child).serves, strict=True):
        assert before is None or after is not None


@given(children(), st.randoms(use_true_random=False))
def test_the_order_in_which_visits_are_listed_decides_nothing(child, random):
    """Save between two visits on one day with one link, which nothing tells apart."""
    shuffled = list(child.visits)
    random.shuffle(shuffled)
    other = match(replace(child, visits=tuple(shuffled)))
    for one, two in zip(match(child).serves, other.serves, strict=True):
        if one is None or two is None:
            assert one is two
        else:
            assert child.visits[one].on == shuffled[two].on
            assert child.visits[one].step == shuffled[two].step


# ---------------------------------------------------------------------------
# Known cases. Home visits best on day 10 and 20, a clinic visit on day 20; grace of three days.
# ---------------------------------------------------------------------------


def a_step(key: str, kind: Kind) -> Step:
    """Make a step; its ages are not read here, since the windows stand beside it."""
    return Step(key, Words("Besök", "Visit"), kind, Span(), Span(), Span())


def a_window(target: int) -> Window:
    """Make a window of two days to each side of the target, then three of grace."""
    return Window(*(FIRST + n * DAY for n in (target - 2, target, target + 2, target + 5)))


STEPS = (a_step("home-1", Kind.HOME), a_step("home-2", Kind.HOME), a_step("clinic", Kind.CLINIC))
WINDOWS = (a_window(10), a_window(20), a_window(20))


def on(day: int, step: str | None = None, kind: Kind | None = None) -> HeldVisit:
    """Make a visit held so many days into the year."""
    return HeldVisit(FIRST + day * DAY, step, kind)


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        pytest.param([], (None, None, None), id="nothing held"),
        pytest.param([on(10), on(20)], (0, 1, None), id="each its own"),
        pytest.param([on(-30)], (0, None, None), id="far too early for the first is still held"),
        pytest.param([on(15)], (0, None, None), id="equally near: the earlier, to its last grace"),
        pytest.param([on(16)], (None, 0, None), id="nearer the second, though before it opens"),
        pytest.param([on(25)], (None, 0, None), id="last day of grace"),
        pytest.param([on(26)], (None, None, None), id="the day after grace"),
        pytest.param([on(26, "home-2")], (None, 0, None), id="a link holds after grace too"),
        pytest.param([on(20, "home-1")], (0, None, None), id="a link holds nearer another step"),
        pytest.param([on(10), on(40, "home-1")], (1, None, None), id="a link wins over the window"),
        pytest.param([on(7), on(12)], (1, None, None), id="inside the window wins over near"),
        pytest.param([on(9), on(12)], (0, None, None), id="nearest the target"),
        pytest.param([on(12), on(8)], (1, None, None), id="equally near: the earliest"),
        pytest.param([on(10), on(10)], (0, None, None), id="the same day twice: one is unplanned"),
        pytest.param([on(20, kind=Kind.CLINIC)], (None, None, 0), id="of its kind only"),
        pytest.param([on(10, kind=Kind.CLINIC)], (None, None, 0), id="nearest of its kind"),
        pytest.param([on(10, kind=Kind.REMOTE)], (None, None, None), id="a kind no step has"),
        pytest.param([on(20)], (None, 0, None), id="equal targets: the step written first"),
    ],
)
def test_known_cases(visits, expected):
    found = Matcher(STEPS, WINDOWS).match(visits)
    assert found.serves == expected
    assert set(found.unplanned) == set(range(len(visits))) - set(expected)


def test_a_visit_serves_one_window_where_two_overlap():
    """Counted per window, as coverage tables do, this visit would count twice."""
    overlapping = (a_window(10), a_window(12))
    found = Matcher(STEPS[:2], overlapping).match([on(11)])
    assert all(window.holds(FIRST + 11 * DAY) for window in overlapping)
    assert found.serves == (0, None)


def test_a_visit_that_loses_its_step_does_not_fall_to_the_next():
    """Two visits in the first window: the second is unplanned, though home-2 has none."""
    found = Matcher(STEPS, WINDOWS).match([on(10), on(12)])
    assert found == Matching((0, None, None), (1,))


def test_a_link_to_a_step_that_is_not_there_is_an_error():
    with pytest.raises(KeyError, match="home-9"):
        Matcher(STEPS, WINDOWS).match([on(10, "home-9")])


def test_a_programme_without_steps_serves_nothing():
    assert Matcher((), ()).match([on(10)]) == Matching((), (0,))
