"""Laws of an agreement: what binds on a day was signed by both, and never two versions of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.access.rules.roles import Role
from hembesok.agreements.rules.agreements import (
    MAY,
    NEEDED,
    WARN_DAYS,
    AgreementState,
    Done,
    Kind,
    Price,
    Standing,
    Step,
    Terms,
    Version,
    in_force,
    standing,
    states_of,
    version_state,
    why_not_name,
    why_not_step,
    why_not_version,
)
from hembesok.agreements.rules.memoranda import Union
from hembesok.web.words import reason_text
from tests.rules.deciding import TERMS

ON = date(2026, 3, 16)
AUTHOR, OTHER = 1, 2
DECIDED = ON - timedelta(5)
MAY_SIGN = (("Direktören", DECIDED),)

WAY = (
    Done(Step.REVIEW, ON - timedelta(9), OTHER),
    Done(Step.INFORM, ON - timedelta(8), AUTHOR, Union.INFORMATION),
    Done(Step.APPROVE, DECIDED, OTHER),
    Done(Step.SIGN_COMMISSIONER, ON - timedelta(1), OTHER, whom="direktören"),
    Done(Step.SIGN_PROVIDER, ON, AUTHOR, whom="Enhetschefen"),
)

dones = st.builds(
    Done,
    step=st.sampled_from(Step),
    day=st.integers(-20, 2).map(lambda n: ON + timedelta(n)),
    by=st.sampled_from([AUTHOR, OTHER]),
    reference=st.sampled_from(["", *Union]),
    whom=st.sampled_from(["", "Direktören", "Någon"]),
    said=st.sampled_from(["", "Uppdraget är slut."]),
)
terms = st.builds(
    lambda starts, days: replace(
        TERMS, starts=ON + timedelta(starts), ends=ON + timedelta(starts + days), prices=()
    ),
    st.integers(-300, 300),
    st.integers(0, 400),
)


def live(wanted: Sequence[Done], version: Version, role: Role = Role.MANAGER) -> Version:
    """Try each step in turn; return the version with those let through. Refusals have words."""
    for one in wanted:
        reason = why_not_step(one, [version], decided=DECIDED, may_sign=MAY_SIGN, role=role, on=ON)
        if reason is None:
            version = replace(version, done=(*version.done, one))
        else:
            assert reason_text(reason)
    return version


def draft(number: int = 1, of: Terms = TERMS) -> Version:
    return Version(number, of, AUTHOR)


def signed(of: Terms, number: int = 1) -> Version:
    return Version(number, of, AUTHOR, WAY)


def test_the_whole_way_leads_from_a_draft_to_its_last_day():
    version, seen = draft(), []
    for one in WAY:
        seen.append(version_state(version, (), on=ON))
        version = live([one], version)
    assert version.done == WAY
    assert seen == [
        AgreementState.DRAFT, AgreementState.REVIEWED, AgreementState.INFORMED,
        AgreementState.APPROVED, AgreementState.APPROVED,
    ]  # fmt: skip
    assert version_state(version, (), on=ON) is AgreementState.SIGNED
    assert version_state(version, (), on=TERMS.starts) is AgreementState.ACTIVE
    assert version_state(version, (), on=TERMS.ends) is AgreementState.ACTIVE
    assert version_state(version, (), on=TERMS.ends + timedelta(1)) is AgreementState.ENDED


@given(st.lists(dones, max_size=40), st.sampled_from(Role))
def test_in_whatever_order_it_is_tried_nothing_binds_that_was_not_decided_and_signed(
    wanted: list[Done], role: Role
):
    version = live([*wanted, *WAY, *wanted], draft(), role)
    steps = [one.step for one in version.done]
    assert len(steps) == len(set(steps))
    if version.signed:
        assert {Step.REVIEW, Step.INFORM, Step.APPROVE} <= set(steps)
        review, approve = version.when(Step.REVIEW), version.when(Step.APPROVE)
        assert review
        assert approve
        assert review.by != version.author
        assert version.signed >= approve.day >= DECIDED
        commissioner = version.when(Step.SIGN_COMMISSIONER)
        assert commissioner
        assert commissioner.whom.casefold() == "direktören"
    if role not in (Role.MANAGER, Role.COORDINATOR):
        assert not steps
    if role is Role.COORDINATOR:
        assert set(steps) <= {Step.REVIEW, Step.INFORM}


@given(st.lists(st.tuples(terms, st.booleans()), max_size=5), st.integers(-400, 800))
def test_on_any_day_at_most_one_version_binds_and_it_is_inside_its_term(
    drawn: list[tuple[Terms, bool]], ahead: int
):
    on = ON + timedelta(ahead)
    versions = [
        signed(of, n) if both else draft(n, of) for n, (of, both) in enumerate(drawn, start=1)
    ]
    states = states_of(versions, on=on)
    assert states.count(AgreementState.ACTIVE) <= 1
    found = in_force(versions, on=on)
    assert (found is not None) == (AgreementState.ACTIVE in states)
    if found is not None:
        assert found.signed
        assert found.terms.starts <= on <= found.terms.ends
    assert all(state is AgreementState.AMENDED for state, (_t, both) in
               zip(states[:-1], drawn, strict=False) if not both)  # fmt: skip


@given(terms.filter(lambda of: of.ends >= ON), st.integers(-500, 900))
def test_the_warning_comes_ninety_days_before_the_last_day(of: Terms, ahead: int):
    on = ON + timedelta(ahead)
    found = standing([[signed(of)]], on=on)
    begins = max(ON, of.starts)
    if on < begins:
        assert found == Standing(Kind.COMING, begins)
    elif begins <= on <= of.ends:
        left = (of.ends - on).days
        assert found == Standing(Kind.ENDING if left <= WARN_DAYS else Kind.IN_FORCE, of.ends, left)
    else:
        assert found.kind is Kind.OVER


def test_ninety_days_and_ninety_one():
    of = replace(TERMS, starts=ON, ends=ON + timedelta(WARN_DAYS))
    assert standing([[signed(of)]], on=ON).kind is Kind.ENDING
    later = replace(of, ends=of.ends + timedelta(1))
    assert standing([[signed(later)]], on=ON).kind is Kind.IN_FORCE


def test_of_two_agreements_the_one_that_lasts_longer_counts():
    short, long = (replace(TERMS, starts=ON, ends=ON + timedelta(n)) for n in (10, 200))
    assert standing([[signed(short)], [signed(long)]], on=ON).kind is Kind.IN_FORCE


def test_what_a_newer_version_replaced_is_amended_first_when_the_newer_one_binds():
    old = signed(replace(TERMS, starts=ON - timedelta(99), ends=ON + timedelta(99)))
    new = signed(replace(TERMS, starts=ON + timedelta(9), ends=ON + timedelta(400)), 2)
    assert states_of([old, new], on=ON) == [AgreementState.ACTIVE, AgreementState.SIGNED]
    assert states_of([old, new], on=ON + timedelta(9)) == [
        AgreementState.AMENDED, AgreementState.ACTIVE,
    ]  # fmt: skip
    assert states_of([old, draft(2)], on=ON) == [AgreementState.ACTIVE, AgreementState.DRAFT]


def test_ended_early_it_binds_through_that_day():
    of = replace(TERMS, starts=ON - timedelta(99), ends=ON + timedelta(99))
    ended = Done(Step.END, ON, OTHER, said="Uppdraget är slut.")
    version = live([ended], signed(of))
    assert version.last_day == ON
    assert version_state(version, (), on=ON) is AgreementState.ACTIVE
    assert version_state(version, (), on=ON + timedelta(1)) is AgreementState.ENDED
    assert why_not_version([version], of, role=Role.MANAGER)


def _reason(wanted: Done, version: Version, **more: object) -> str:
    given: dict[str, object] = {"decided": DECIDED, "may_sign": MAY_SIGN, **more}
    reason = why_not_step(
        wanted,
        [version],
        role=Role.MANAGER,
        on=ON,
        **given,  # type: ignore[arg-type]
    )
    assert reason
    assert reason_text(reason)
    return reason.key


def test_who_wrote_it_does_not_review_it():
    assert _reason(replace(WAY[0], by=AUTHOR), draft()) == "reviewed_by_another"


@pytest.mark.parametrize("clause", NEEDED)
def test_what_lacks_a_needed_clause_is_not_reviewed(clause: str):
    clauses = {one: text for one, text in TERMS.clauses.items() if one != clause}
    assert _reason(WAY[0], draft(of=replace(TERMS, clauses=clauses))) == "agreement_incomplete"


def test_without_a_price_it_is_not_reviewed():
    assert _reason(WAY[0], draft(of=replace(TERMS, prices=()))) == "price_missing"


def test_without_the_boards_decision_it_is_not_approved():
    informed = replace(draft(), done=WAY[:2])
    assert _reason(WAY[2], informed, decided=None) == "case_not_approved"
    early = ON - timedelta(10)
    assert _reason(WAY[2], informed, decided=early) == "decided_before_review"


def test_only_whom_the_decision_let_sign_signs_for_the_commissioner():
    approved = replace(draft(), done=WAY[:3])
    assert _reason(replace(WAY[3], whom="Någon"), approved) == "may_not_sign"
    assert _reason(WAY[3], approved, may_sign=()) == "may_not_sign"


def test_what_is_over_is_not_signed():
    approved = replace(draft(of=replace(TERMS, starts=ON, ends=ON)), done=WAY[:3])
    assert live(WAY[3:], approved).signed == ON
    late = replace(approved, terms=replace(TERMS, starts=DECIDED, ends=ON - timedelta(1)))
    assert _reason(WAY[4], late) == "term_over"


def test_a_price_is_of_a_year_in_the_term():
    outside = replace(TERMS, prices=(Price(2030, 1),))
    reason = why_not_version((), outside, role=Role.MANAGER)
    assert reason
    assert reason.key == "price_outside_term"


def test_terms_come_out_of_their_column_as_they_went_in():
    assert Terms.read(TERMS.stored()) == TERMS


def test_every_state_says_what_may_be_done():
    assert set(MAY) == set(AgreementState)


@pytest.mark.parametrize("kind", Kind)
def test_only_an_agreement_that_is_over_stops_naming_and_only_the_providers_staff(kind: Kind):
    found = Standing(kind, ON)
    assert (why_not_name(found, provider=True) is not None) == (kind is Kind.OVER)
    assert why_not_name(found, provider=False) is None
