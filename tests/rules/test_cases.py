"""Laws of a case: no order of acts decides what nobody signed, or closes what nobody got."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hembesok.access.rules.roles import Role
from hembesok.agreements.rules.cases import (
    BY_DECIDERS,
    DECISIONS,
    LEADS,
    Act,
    CaseState,
    Did,
    decision_of,
    last,
    state_of,
    waiting,
    why_not,
)
from hembesok.agreements.rules.memoranda import MAY_BE_EMPTY, Part, Standing, Sum, Text, Union
from hembesok.web.words import reason_text
from tests.rules.deciding import DAY, WHOLE

ON = date(2026, 3, 16)

dids = st.builds(
    Did,
    act=st.sampled_from(Act),
    day=st.integers(-20, 3).map(lambda n: ON + timedelta(n)),
    reference=st.sampled_from(["", "§ 12", *Union]),
    whom=st.sampled_from(["", "Direktören", *WHOLE.distribution]),
    said=st.sampled_from(["", "Fler uppgifter behövs."]),
)
roles = st.sampled_from([Role.MANAGER, Role.COORDINATOR, Role.ECONOMIST])

WAY = (
    Did(Act.WRITE, DAY),
    Did(Act.INFORM, DAY, Union.INFORMATION),
    Did(Act.SIGN, DAY),
    Did(Act.SEND, ON - timedelta(5)),
    Did(Act.APPROVE, ON - timedelta(5), "§ 12"),
    Did(Act.AUTHORISE, ON - timedelta(5), whom="Direktören"),
    Did(Act.VERIFY, ON - timedelta(3), "§ 12"),
    *(Did(Act.DISPATCH, ON - timedelta(2), whom=one) for one in WHOLE.distribution),
    *(Did(Act.RECEIVE, ON, whom=one) for one in WHOLE.distribution),
    Did(Act.CLOSE, ON),
)
"""The whole way of a case that is approved at once."""


def live(wanted: Sequence[Did], role: Role = Role.MANAGER, text: Text | None = WHOLE) -> list[Did]:
    """Try each act in turn; return those that were let through. Each refusal has words."""
    done: list[Did] = []
    for one in wanted:
        reason = why_not(one, done, text=text, role=role, on=ON)
        if reason is None:
            done.append(one)
        else:
            assert reason_text(reason)
    return done


def test_the_whole_way_leads_from_the_memorandum_to_the_last_receipt():
    assert live(WAY) == list(WAY)
    assert state_of(WAY) is CaseState.CLOSED
    assert decision_of(WAY) == WAY[4]


@given(st.permutations(WAY * 2))
@example([*WAY, *WAY])
def test_pressed_twice_and_in_any_order_nothing_is_done_twice(wanted: list[Did]):
    done = live(wanted)
    assert len([one for one in done if one.act in DECISIONS]) <= 1
    for act in (Act.DISPATCH, Act.RECEIVE, Act.AUTHORISE):
        whom = [one.whom for one in done if one.act is act]
        assert len(whom) == len(set(whom))


@given(st.lists(dids, max_size=60), roles)
def test_whatever_is_tried_in_whatever_order_the_laws_hold_after_every_act(
    wanted: list[Did], role: Role
):
    done: list[Did] = []
    for one in live([*WAY[:3], *wanted], role):
        done.append(one)
        state = state_of(done)
        signed = last(done, Act.SIGN)
        if state is not CaseState.PREPARING:
            assert signed
            assert last(done, Act.INFORM)
        if state in (CaseState.APPROVED, CaseState.REJECTED, CaseState.CLOSED):
            decision = decision_of(done)
            assert decision
            assert signed
            assert decision.reference
            assert decision.day >= signed.day
        for did in done:
            if did.act is Act.RECEIVE:
                sent = [d for d in done if d.act is Act.DISPATCH and d.whom == did.whom]
                assert len(sent) == 1
                assert sent[0].day <= did.day
    if state_of(done) is CaseState.CLOSED:
        assert waiting(done, WHOLE.distribution) == ([], [])
    if role is not Role.MANAGER:
        assert not any(one.act in BY_DECIDERS for one in done)


@given(st.lists(dids, max_size=40))
def test_who_only_reads_does_nothing(wanted: list[Did]):
    assert live(wanted, Role.ECONOMIST) == []


@given(dids)
def test_a_closed_case_takes_no_more(wanted: Did):
    reason = why_not(wanted, WAY, text=WHOLE, role=Role.MANAGER, on=ON)
    assert reason
    assert reason.key == "case_not_in_state"


def test_every_state_can_be_reached_and_left_save_the_last():
    reached = {CaseState.PREPARING} | {to for ways in LEADS.values() for to in ways.values()}
    assert reached == set(CaseState) == set(LEADS)
    assert [state for state, ways in LEADS.items() if not ways] == [CaseState.CLOSED]


@pytest.mark.parametrize("part", [part for part in Part if part not in (*MAY_BE_EMPTY, Part.UNION)])
def test_what_lacks_a_part_is_not_signed_and_the_part_is_named(part: Part):
    if part is Part.SIGNATURE:
        text = replace(WHOLE, signer=" ")
    else:
        empty: object = () if isinstance(getattr(WHOLE, part.value), tuple) else ""
        text = replace(WHOLE, **{part.value: empty})  # type: ignore[arg-type]
    reason = why_not(WAY[2], WAY[:2], text=text, role=Role.MANAGER, on=ON)
    assert reason
    assert reason.key == "memorandum_incomplete"
    assert reason.values["parts"] == (part,)


def test_what_the_unions_have_not_heard_of_is_not_signed():
    reason = why_not(WAY[2], WAY[:1], text=WHOLE, role=Role.MANAGER, on=ON)
    assert reason
    assert reason.key == "union_not_informed"


def test_what_is_tabled_comes_up_again_and_what_is_referred_back_is_written_anew():
    tabled = [*WAY[:4], Did(Act.TABLE, ON - timedelta(5), "§ 9", said="Mer tid.")]
    assert state_of(live([*tabled, WAY[3]])) is CaseState.AT_BOARD
    back = [*WAY[:4], Did(Act.REFER_BACK, ON - timedelta(5), "§ 9", said="Räkna om.")]
    assert state_of(live([*back, WAY[4]])) is CaseState.PREPARING


def test_a_decision_by_delegation_is_reported_before_the_case_is_closed():
    way = [*WAY[:3], Did(Act.DELEGATE, ON - timedelta(5), "punkt 4.2"), *WAY[6:11]]
    done = live(way)
    reason = why_not(WAY[-1], done, text=WHOLE, role=Role.MANAGER, on=ON)
    assert reason
    assert reason.key == "delegation_not_reported"
    done = live([*way, Did(Act.REPORT, ON, "§ 30"), WAY[-1]])
    assert state_of(done) is CaseState.CLOSED


def test_acts_that_cannot_have_been_done_tell_no_state():
    with pytest.raises(ValueError, match="approve"):
        state_of([WAY[4]])


def test_a_memorandum_comes_out_of_its_column_as_it_went_in():
    assert Text.read(WHOLE.stored()) == WHOLE


@pytest.mark.parametrize(
    ("first", "last_year", "ore"), [(2022, 2021, 1), (2021, 2021, 0), (1, 1, 1)]
)
def test_a_sum_without_an_amount_or_a_time_cannot_be_built(first: int, last_year: int, ore: int):
    with pytest.raises(ValueError, match=r"years|amount"):
        Sum(first, last_year, ore, Standing.GRANTED, "x")
