"""Laws of documentation: what several people write of one visit, on drawn facts and places."""

from datetime import date, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hembesok.access.rules.roles import SERVICE, VISITORS, Role, Service
from hembesok.access.rules.secrecy import OWNER, Compartment
from hembesok.forms.catalogue import shipped
from hembesok.forms.questionnaire import Form
from hembesok.secrecy.rules import DocumentationMode
from hembesok.visits.rules.acting import NotHeldReason, Outcome
from hembesok.visits.rules.documenting import (
    COMPARTMENTS,
    PROMISE_SOON,
    Facts,
    Parent,
    PersonKey,
    PersonKind,
    Saved,
    due,
    merged,
    outcome_of,
    signs,
    slots_of,
    standing,
    tidied,
    why_not_facts,
    why_not_save,
    why_not_settle,
    why_not_sign,
    why_not_write,
)
from hembesok.visits.rules.parts import Came

# Few of each, so that two who write often write the same.
days = st.sampled_from([date(2026, 3, 15), date(2026, 3, 16)])
times = st.sampled_from([None, time(10, 0), time(10, 5), time(11, 0)])
outcomes = st.sampled_from([Outcome.HELD, Outcome.HELD, Outcome.DECLINED, *NotHeldReason])
keys = st.sampled_from(
    [PersonKey(kind) for kind in PersonKind if kind is not PersonKind.GUARDIAN]
    + [PersonKey(PersonKind.GUARDIAN, number) for number in (1, 2)]
)
facts = st.builds(
    Facts,
    outcome=outcomes,
    day=days,
    began=times,
    finished=times,
    present=st.frozensets(keys),
    interpreter_came=st.none() | st.sampled_from(Came),
)
forms = st.sampled_from(shipped())
roles, modes = st.sampled_from(Role), st.sampled_from(DocumentationMode)
parents = st.lists(st.booleans(), max_size=3).map(
    lambda bore: [Parent(number, one) for number, one in enumerate(bore, start=1)]
)
numbers = st.integers(0, 3)


@given(facts)
def test_facts_are_read_back_as_they_were_stored(one: Facts):
    assert Facts.from_json(one.as_json()) == one


@given(outcomes)
def test_an_outcome_is_read_back_by_its_word(outcome: Outcome | NotHeldReason):
    assert outcome_of(outcome.value) is outcome


@given(facts, facts)
def test_who_changes_nothing_takes_nothing_away(base: Facts, theirs: Facts):
    assert merged(base, theirs, base) == theirs
    assert merged(base, base, theirs) == theirs
    assert merged(base, theirs, theirs) == theirs


@given(facts, facts, facts)
def test_it_does_not_matter_who_came_first(base: Facts, one: Facts, other: Facts):
    assert merged(base, one, other) == merged(base, other, one)


@given(facts, facts, facts)
def test_what_is_put_together_holds_what_each_changed(base: Facts, theirs: Facts, mine: Facts):
    together = merged(base, theirs, mine)
    if together is None:
        return
    for name in ("outcome", "day", "began", "finished", "interpreter_came"):
        was, all_ = getattr(base, name), getattr(together, name)
        for one in (getattr(theirs, name), getattr(mine, name)):
            assert one in (was, all_), "nobody's change is dropped"
    for one in (theirs, mine):
        assert one.present - base.present <= together.present
        assert not (base.present - one.present) & together.present


@given(facts)
def test_a_visit_that_was_not_held_had_nobody_and_no_times(one: Facts):
    tidy = tidied(one)
    assert tidied(tidy) == tidy
    if one.held:
        assert tidy == one
    else:
        assert (tidy.began, tidy.finished, tidy.present) == (None, None, frozenset())
        assert why_not_facts(tidy) is None, "the reason alone is enough"


@given(facts)
def test_a_held_visit_has_somebody_of_the_services_and_ends_after_it_begins(one: Facts):
    if one.held and why_not_facts(one) is None:
        assert {person.kind.value for person in one.present} & {
            "nurse", "adviser", "midwife", "dental",
        }  # fmt: skip
        assert not (one.began and one.finished and one.finished < one.began)


@given(forms, roles, modes, parents)
def test_everybody_writes_in_the_own_record_only(
    form: Form, role: Role, mode: DocumentationMode, parents: list[Parent]
):
    service = SERVICE.get(role)
    slots = slots_of(form, role=role, service=service, mode=mode, parents=parents)
    places = [slot.compartment for slot in slots]
    assert len({slot.key for slot in slots}) == len(slots)
    assert set(places) <= set(COMPARTMENTS)
    if role not in VISITORS:
        assert not slots
    for slot in slots:
        owner = OWNER.get(slot.compartment)
        assert owner in (None, service)
        assert (slot.guardian is not None) == (slot.compartment is Compartment.PARENT)
    if service is Service.SOCIAL and mode is not DocumentationMode.IDENTIFIED:
        assert set(places) <= {Compartment.JOINT}


@given(forms, parents, modes)
def test_what_is_one_parents_own_is_about_that_parent(
    form: Form, parents: list[Parent], mode: DocumentationMode
):
    role = Role.CHILD_HEALTH_NURSE
    slots = slots_of(form, role=role, service=SERVICE[role], mode=mode, parents=parents)
    known = {parent.number: parent for parent in parents}
    for slot in slots:
        if slot.compartment is Compartment.PARENT and slot.guardian is not None:
            parent = known[slot.guardian]
            anybody = any(one.birth_parent for one in parents)
            assert parent.birth_parent or slot.block.about != "birth_parent" or not anybody
            assert not parent.birth_parent or slot.block.about != "other_parent"


def test_each_form_has_one_block_for_each_place():
    """Two blocks of one compartment and one parent would stand in one place, and one be lost."""
    for form in shipped():
        found = [(block.compartment, block.about) for block in form.blocks]
        assert len(set(found)) == len(found), form.key


@given(numbers, numbers, st.booleans(), st.booleans())
@example(1, 0, False, False)
def test_a_text_on_an_old_one_never_takes_its_place(
    head: int, base: int, same_as_base: bool, same_as_head: bool
):
    became = standing(head=head, base=base, same_as_base=same_as_base, same_as_head=same_as_head)
    if became is Saved.SAVED:
        assert head == base
    assert (became is Saved.UNCHANGED) == (same_as_base or same_as_head)


@given(st.sampled_from([Saved.SAVED, Saved.UNCHANGED, Saved.COMPETING]), *[st.booleans()] * 3)
def test_what_is_signed_takes_nothing_from_a_page_and_keeps_what_a_device_sends(
    became: Saved, signed: bool, base_known: bool, from_device: bool
):
    reason = why_not_save(became, signed=signed, base_known=base_known, from_device=from_device)
    if base_known and (from_device or not signed):
        assert reason is None
    if signed and became is not Saved.UNCHANGED and not from_device:
        assert reason is not None


@given(st.booleans(), st.booleans(), st.integers(0, 3))
def test_only_whole_and_settled_parts_of_held_visits_are_signed(
    held: bool, versions: bool, unanswered: int
):
    reason = why_not_sign(held=held, versions=versions, unanswered=unanswered)
    assert (reason is None) == (held and not versions and not unanswered)


@given(st.sampled_from(COMPARTMENTS), st.booleans(), st.booleans(), st.integers(0, 2))
def test_the_joint_part_is_signed_by_who_began_it(
    compartment: Compartment, begun: bool, owner: bool, required: int
):
    mine = signs(compartment, begun=begun, owner=owner, required=required)
    if compartment is Compartment.JOINT and begun:
        assert mine == owner
    if required and not begun:
        assert mine, "what has to be answered is not passed by"
    if compartment in (Compartment.HEALTH, Compartment.SOCIAL):
        assert mine


@given(numbers, st.frozensets(numbers), st.frozensets(numbers))
def test_somebody_can_always_choose(staff: int, writers: frozenset[int], named: frozenset[int]):
    may = {
        one
        for one in named | writers | {staff}
        if why_not_settle(staff=one, writers=writers, named=named) is None
    }
    assert writers <= may
    assert may & named or not named, "of those who still visit, somebody may"


@pytest.mark.parametrize("mode", DocumentationMode)
@pytest.mark.parametrize("service", [*Service, None])
def test_a_place_that_is_offered_is_written_in_and_no_other(
    mode: DocumentationMode, service: Service | None
):
    assert why_not_write("joint", ["joint"], service=service, mode=mode) is None
    assert why_not_write("social", ["joint"], service=service, mode=mode) is not None


@given(st.integers(-400, 400))
def test_a_promise_comes_up_in_time_and_stays(days: int):
    on = date(2026, 3, 16)
    assert due(on + timedelta(days), on=on) == (days <= PROMISE_SOON)
    assert not due(None, on=on)
