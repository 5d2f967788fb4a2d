"""The programmes we ship: each can be read, laid beside its base, and lived by every child."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from hembesok import programme
from hembesok.programme.reader import read_file
from hembesok.programme.rules.matching import HeldVisit, Matcher
from hembesok.programme.rules.protocol import Kind, Plan, Protocol, Relation, plan
from hembesok.programme.rules.windows import Anchors, windows
from hembesok.values.dates import Span, add

FOLDER = Path(programme.__path__[0]) / "protocols"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
WITH_BASE = [name for name in NAMES if name != "se-national-2024.1"]
# Four years hold every length of month and both kinds of February.
BIRTHS = [date(2019, 1, 1) + timedelta(n) for n in range(4 * 365 + 1)]


@cache
def shipped(name: str) -> Protocol:
    """Read a programme we ship."""
    return read_file(FOLDER / f"{name}.toml")


@cache
def laid_out(name: str) -> Plan:
    """Lay a programme beside its base, if it has one."""
    protocol = shipped(name)
    return plan(protocol, shipped("se-national-2024.1") if protocol.base else None)


def test_these_are_shipped():
    assert NAMES == [
        "goteborg-skane-2018.1",
        "se-national-2024.1",
        "skaggetorp-2021.1",
        "template",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_and_is_named_by_its_key_and_version(name):
    protocol = shipped(name)
    assert name in ("template", "-".join(protocol.identity))
    assert protocol.source


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_told_in_both_languages(name):
    protocol = shipped(name)
    told = [protocol.title, *protocol.themes.values(), *(step.title for step in protocol.steps)]
    for words in told:
        assert words.sv.strip()
        assert words.en.strip()
    for language in ("sv", "en"):
        titles = [getattr(step.title, language) for step in protocol.steps]
        assert len(set(titles)) == len(titles), "two steps would look the same in a list"
        assert max(map(len, titles)) <= 40, "a row in a list holds forty characters"


@pytest.mark.parametrize("name", NAMES)
def test_every_theme_is_the_theme_of_a_step(name):
    protocol = shipped(name)
    assert {theme for step in protocol.steps for theme in step.themes} == set(protocol.themes)


def test_the_national_programme_has_two_home_visits_up_to_five_years():
    national = shipped("se-national-2024.1")
    home = [step.key for step in national.steps if step.kind is Kind.HOME]
    assert home == ["home-newborn", "home-8-months"]
    assert {step.kind for step in national.steps} == {Kind.HOME, Kind.CLINIC, Kind.TEAM}
    assert max(step.target.months for step in national.steps) == 60
    assert all(step.relation is None for step in national.steps)


def test_skaggetorp_adds_six_home_visits_and_two_clinic_visits():
    """Eight home visits in all, as the pilot's are on top of the national programme."""
    protocol, both = shipped("skaggetorp-2021.1"), laid_out("skaggetorp-2021.1")
    assert [step.key for step in protocol.steps] == [
        *(f"home-{n}" for n in range(1, 7)),
        "clinic-1",
        "clinic-2",
    ]
    assert {step.relation for step in protocol.steps} == {Relation.ADDITIONAL}
    assert both.count(Kind.HOME) == 8
    national = laid_out("se-national-2024.1")
    assert both.count(Kind.CLINIC) - national.count(Kind.CLINIC) == 2
    assert both.mirrors == {}
    for born in BIRTHS:
        assert all(add(born, step.closes) <= add(born, Span(months=24)) for step in protocol.steps)


def test_goteborg_and_skane_have_six_home_visits_of_which_four_are_extra():
    protocol, both = shipped("goteborg-skane-2018.1"), laid_out("goteborg-skane-2018.1")
    assert both.count(Kind.HOME) == 6
    assert both.count(Kind.HOME) - laid_out("se-national-2024.1").count(Kind.HOME) == 4
    assert both.mirrors == {"home-newborn": "home-1", "home-8-months": "home-4"}
    assert len(protocol.steps) == 6
    assert max(step.target.months for step in protocol.steps) == 15


def test_the_template_shows_every_relation():
    assert {step.relation for step in shipped("template").steps} == set(Relation)
    assert laid_out("template").count(Kind.HOME) == 3


@pytest.mark.parametrize("name", NAMES)
def test_for_every_birth_date_the_windows_are_in_order(name):
    """And no two visits of a plan have the same best day."""
    both = laid_out(name)
    for born in BIRTHS:
        found = windows(both.own, Anchors(born)) + windows(both.base, Anchors(born))
        for window in found:
            assert born <= window.opens <= window.target <= window.closes <= window.grace_ends
        targets = [
            window.target
            for step, window in zip(both.steps, found, strict=True)
            if step.key not in both.mirrors
        ]
        assert len(set(targets)) == len(targets), born


@pytest.mark.parametrize("name", NAMES)
def test_a_visit_of_its_kind_inside_one_window_only_serves_that_step(name):
    """Windows are wide enough apart: nobody's visit in a window is lost for want of a link."""
    both = laid_out(name)
    to_hold = [n for n, step in enumerate(both.steps) if step.key not in both.mirrors]
    steps = [both.steps[n] for n in to_hold]
    for born in BIRTHS[::29]:
        all_windows = windows(both.own, Anchors(born)) + windows(both.base, Anchors(born))
        found = [all_windows[n] for n in to_hold]
        matcher = Matcher(steps, found)
        for n, (step, window) in enumerate(zip(steps, found, strict=True)):
            for day in (
                window.opens + timedelta(n) for n in range((window.closes - window.opens).days + 1)
            ):
                inside = [
                    m
                    for m, other in enumerate(found)
                    if steps[m].kind is step.kind and other.holds(day)
                ]
                if inside == [n]:
                    visit = HeldVisit(day, kind=step.kind)
                    assert matcher.match([visit]).serves[n] == 0, (born, step.key, day)


@pytest.mark.parametrize("name", WITH_BASE)
def test_keys_are_not_those_of_the_base(name):
    own = {step.key for step in shipped(name).steps}
    assert own.isdisjoint(step.key for step in shipped("se-national-2024.1").steps)
