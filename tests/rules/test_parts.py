"""A visit is ready when nothing is missing; which parts it has; and what each may do."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.access.rules.roles import VISITORS, Role
from hembesok.families.rules.protection import HOME_NOT_STORED, ProtectionLevel
from hembesok.programme.rules.protocol import Kind
from hembesok.visits.rules.parts import (
    OF_INTERPRETER,
    ROLE_OF,
    Answer,
    Came,
    Interpreting,
    Lack,
    Missing,
    Part,
    PartKind,
    Place,
    Quality,
    changes_before,
    counted,
    is_joint,
    next_sequence,
    parts_of,
    readiness,
    usual_place,
    why_not_alone,
    why_not_answer,
    why_not_came,
    why_not_cost,
    why_not_place,
    why_not_put,
)
from tests.rules.test_shipped_programmes import shipped

AT = datetime(2026, 3, 18, 9, tzinfo=UTC)
NURSE, ADVISER, FAMILY = PartKind.NURSE, PartKind.ADVISER, PartKind.FAMILY

parts = st.builds(
    Part,
    kind=st.sampled_from(PartKind),
    staff=st.none() | st.integers(1, 4),
    name=st.just("Bo"),
    answer=st.sampled_from(Answer),
)


@st.composite
def visits(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a visit in any state."""
    kinds = draw(st.lists(st.sampled_from(PartKind), unique=True))
    asked = draw(st.lists(parts, unique_by=lambda part: part.kind))
    place = draw(st.none() | st.sampled_from(Place))
    return {
        "at": draw(st.none() | st.just(AT)),
        "place": place,
        "place_known": place is not None and draw(st.booleans()),
        "kinds": kinds,
        "parts": asked,
        "alone": draw(st.none() | st.sampled_from(VISITORS)),
        "interpreting": draw(
            st.builds(Interpreting, st.booleans(), st.booleans(), st.booleans()),
        ),
    }


def is_ready(visit: dict[str, Any]) -> bool:
    """Tell whether a visit is ready, in another way than the rule does."""
    yes = {
        part.kind
        for part in visit["parts"]
        if part.answer is Answer.YES and (part.staff or part.kind not in ROLE_OF)
    }
    waits = set(visit["kinds"])
    if visit["alone"] is not None:
        waits -= {kind for kind, role in ROLE_OF.items() if role is not visit["alone"]}
    language = visit["interpreting"]
    spoken = language.confirmed if language.booked else not language.needed
    return bool(visit["at"] and visit["place_known"] and waits <= yes and spoken)


@given(visits())
def test_a_visit_is_ready_exactly_when_nothing_is_missing(visit: dict[str, Any]):
    found = readiness(**visit)
    assert found.ready == (not found.missing) == is_ready(visit)


@given(visits())
def test_what_is_missing_is_told_once_and_in_order(visit: dict[str, Any]):
    missing = readiness(**visit).missing
    lacks = [list(Lack).index(one.lack) for one in missing]
    assert lacks == sorted(lacks)
    told = [(one.lack, one.part.kind if one.part else None) for one in missing]
    assert len(set(told)) == len(told)


@given(visits(), st.sampled_from(PartKind))
def test_a_yes_never_makes_a_visit_less_ready(visit: dict[str, Any], kind: PartKind):
    before = readiness(**visit)
    said = [part for part in visit["parts"] if part.kind is not kind]
    after = readiness(**visit | {"parts": [*said, Part(kind, 1, "Bo", Answer.YES)]})
    assert len(after.missing) <= len(before.missing)


@given(visits())
def test_whoever_may_not_know_the_language_is_told_of_no_interpreter(visit: dict[str, Any]):
    found = readiness(**visit).without_interpreter()
    assert not found.ready, "nobody is told that what is not shown is in order"
    assert not {one.lack for one in found.missing} & OF_INTERPRETER
    other = visit | {"interpreting": Interpreting()}
    told = [(one.lack, one.part) for one in readiness(**other).missing]
    assert [(one.lack, one.part) for one in found.missing] == told


def test_of_a_visit_with_nothing_all_is_missing():
    found = readiness(
        at=None,
        place=None,
        place_known=False,
        kinds=[NURSE, ADVISER, FAMILY],
        parts=[Part(ADVISER, 2, "Bo"), Part(FAMILY, answer=Answer.NO)],
        interpreting=Interpreting(needed=True),
    )
    assert [one.lack for one in found.missing] == [
        Lack.TIME,
        Lack.PLACE,
        Lack.NOBODY_ASKED,
        Lack.SAID_NO,
        Lack.NOT_ANSWERED,
        Lack.INTERPRETER_NOT_BOOKED,
    ]
    assert found.missing[4] == Missing(Lack.NOT_ANSWERED, Part(ADVISER, 2, "Bo"))


@given(st.lists(st.sampled_from(PartKind), unique=True), st.none() | st.sampled_from(VISITORS))
def test_one_who_goes_alone_waits_for_guests_and_family_but_not_for_the_other(
    kinds: list[PartKind], alone: Role | None
):
    waited_for = counted(kinds, alone)
    left_out = set(kinds) - set(waited_for)
    assert left_out <= set(ROLE_OF)
    assert all(ROLE_OF[kind] is not alone for kind in left_out)
    assert alone is not None or not left_out


@given(st.lists(st.booleans()))
def test_a_sequence_never_goes_back(changes: list[bool]):
    sequence = 0
    for changed in changes:
        later = next_sequence(sequence, changed=changed)
        assert later == sequence + changed
        sequence = later


people = st.tuples(st.sampled_from(VISITORS), st.integers(1, 6))


@given(st.lists(people), people)
def test_a_change_is_counted_when_somebody_new_comes(
    seen: list[tuple[Role, int]], comes: tuple[Role, int]
):
    role, staff = comes
    change = changes_before(seen, role, staff)
    known = (role, staff) in seen
    first = not any(one == role for one, _staff in seen)
    assert (change == 0) == (known or first)
    # Another opinion: live it, one after the other, and count who is not the first of the role.
    changes, met = 0, set[tuple[Role, int]]()
    for person in [*seen, comes]:
        changes += person not in met and any(one == person[0] for one, _staff in met)
        met.add(person)
    assert change == (0 if known or first else changes)


def test_the_third_change():
    nurse, adviser = VISITORS
    seen = [(nurse, 1), (adviser, 2), (nurse, 3), (adviser, 4)]
    assert changes_before(seen, nurse, 5) == 3
    assert changes_before(seen, nurse, 1) == 0
    assert changes_before(seen, adviser, 1) == 3, "known as another"


def test_guests_come_where_the_programme_names_them():
    steps = {step.key: step for step in shipped("skaggetorp-2021.1").steps}
    assert parts_of(steps["home-1"], own=True) == (NURSE, ADVISER, PartKind.MIDWIFE, FAMILY)
    assert parts_of(steps["home-5"], own=True) == (NURSE, ADVISER, PartKind.DENTAL, FAMILY)
    assert parts_of(steps["clinic-1"], own=True) == (NURSE, ADVISER, FAMILY)


def test_the_base_programme_is_the_nurses_alone():
    for step in shipped("se-national-2024.1").steps:
        assert parts_of(step, own=False) == (NURSE, FAMILY)


@pytest.mark.parametrize("level", ProtectionLevel)
@pytest.mark.parametrize("kind", Kind)
def test_the_usual_place_is_always_a_place_that_may_be(kind: Kind, level: ProtectionLevel):
    place = usual_place(kind, level)
    assert why_not_place(place, level) is None
    assert (place is Place.HOME) == (kind is Kind.HOME and level not in HOME_NOT_STORED)
    for level in HOME_NOT_STORED:
        found = why_not_place(Place.HOME, level)
        assert found is not None
        assert found.key == "home_not_stored"


ANNA, BO = 1, 2
JOINT = (NURSE, ADVISER, FAMILY)
NOBODY_CAME = "quality_without_interpreter"


@pytest.mark.parametrize(
    ("why", "key"),
    [
        (lambda: why_not_answer(Part(NURSE, ANNA), staff=ANNA), None),
        (lambda: why_not_answer(Part(NURSE, ANNA), staff=BO), "not_your_part"),
        (lambda: why_not_answer(Part(NURSE), staff=ANNA), "nobody_asked_yet"),
        (lambda: why_not_answer(None, staff=ANNA), "no_such_part"),
        (lambda: why_not_answer(Part(FAMILY), staff=BO), None),
        (lambda: why_not_answer(Part(PartKind.MIDWIFE, name="Moa"), staff=BO), None),
        (lambda: why_not_put(Part(NURSE, ANNA), BO), None),
        (lambda: why_not_put(Part(NURSE, ANNA), ANNA), "asked_already"),
        (lambda: why_not_put(Part(FAMILY), ANNA), "no_such_part"),
        (lambda: why_not_put(None, ANNA), "no_such_part"),
        (lambda: why_not_alone(JOINT, VISITORS[0], None), None),
        (lambda: why_not_alone(JOINT, None, VISITORS[0]), None),
        (lambda: why_not_alone(JOINT, VISITORS[0], VISITORS[0]), "alone_already"),
        (lambda: why_not_alone(JOINT, None, None), "alone_already"),
        (lambda: why_not_alone((NURSE, FAMILY), VISITORS[0], None), "not_joint"),
        (lambda: why_not_came(None, None, begun=False), None),
        (lambda: why_not_came(Came.LATE, Quality.POOR, begun=True), None),
        (lambda: why_not_came(Came.LATE, None, begun=False), "interpreter_not_yet"),
        (
            lambda: why_not_came(Came.ABSENT, Quality.POOR, begun=True),
            "quality_without_interpreter",
        ),
        (lambda: why_not_came(None, Quality.GOOD, begun=True), "quality_without_interpreter"),
        (lambda: why_not_cost(None), None),
        (lambda: why_not_cost(Decimal("850.50")), None),
        (lambda: why_not_cost(Decimal("-1")), "cost_unlikely"),
        (lambda: why_not_cost(Decimal("0.001")), "cost_unlikely"),
        (lambda: why_not_cost(Decimal("100000")), "cost_unlikely"),
    ],
)
def test_what_may_be_done(why: Callable[[], Any], key: str | None):
    found = why()
    assert (found.key if found else None) == key


def test_a_visit_of_both_services_is_joint():
    assert is_joint(JOINT)
    assert not is_joint((NURSE, FAMILY))
