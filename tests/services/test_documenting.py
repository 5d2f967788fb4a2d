"""Documenting a visit through the service: what is saved, kept beside, signed, refused."""

from dataclasses import replace
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from hembesok.access.models import TrailEntry
from hembesok.access.rules.secrecy import Compartment
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.services.membership import end
from hembesok.families.models import TeamMember
from hembesok.secrecy.models import SiteDocumentation
from hembesok.secrecy.rules import DocumentationMode
from hembesok.values.refusals import Refusal
from hembesok.visits.models import Addendum, Attendance, Block, BlockText, Promise, Visit
from hembesok.visits.queries.documentation import joint_visits, unsigned_of, versions_of
from hembesok.visits.rules.acting import NotHeldReason, Outcome
from hembesok.visits.rules.documenting import PersonKind, Promiser, PromiseResult, Saved
from hembesok.visits.rules.parts import Came
from hembesok.visits.services.booking import book, record_held, withdraw
from hembesok.visits.services.documenting import Documented, Submission, document
from hembesok.visits.services.promises import NewPromise, PromiseSettled
from hembesok.visits.services.settling import add, settle, settle_facts
from tests.conftest import ON, Cast
from tests.services.days import moment
from tests.services.documents import (
    ADVISER,
    DANA,
    NURSE,
    STEP,
    block,
    facts,
    said,
    sends,
    texts_of,
    whole,
)

JOINT, HEALTH, SOCIAL, PARENT = (
    Compartment.JOINT, Compartment.HEALTH, Compartment.SOCIAL, Compartment.PARENT,
)  # fmt: skip


@pytest.fixture
def booked(cast: Cast) -> Cast:
    """The cast, with home visit 2 booked for this morning."""
    book(cast.child, STEP, at=moment(ON), by=cast.anna)
    return cast


def _saves(cast: Cast, who: str, wanted: Submission, **more: object) -> Documented:
    return document(cast.child, STEP, wanted, by=getattr(cast, who), **more)  # type: ignore[arg-type]


def _refused(cast: Cast, who: str, wanted: Submission, **more: object) -> str:
    before = BlockText.objects.count(), Visit.objects.count(), TrailEntry.objects.count()
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        _saves(cast, who, wanted, **more)
    after = BlockText.objects.count(), Visit.objects.count(), TrailEntry.objects.count()
    assert after == before, "a refusal writes nothing"
    return refusal.value.reason.key


def test_a_normal_visit_is_documented_and_signed_by_both(booked: Cast):
    done = _saves(
        booked,
        "anna",
        sends(
            block(JOINT, whole(JOINT, "lek")), block(HEALTH, whole(HEALTH, "amning")), of=facts()
        ),
    )
    assert done.facts is Saved.SAVED
    assert done.blocks == (("joint", Saved.SAVED, 1), ("health", Saved.SAVED, 1))
    signed = _saves(booked, "anna", sends(base=1, sign=True))
    assert {key: how for key, how, _n in signed.blocks} == {
        "joint": Saved.SIGNED, "health": Saved.SIGNED,
    }  # fmt: skip
    _saves(booked, "bo", sends(block(SOCIAL, whole(SOCIAL, "stöd")), sign=True))
    visit = Visit.objects.counted().get()
    assert visit.outcome == Outcome.HELD
    assert (visit.began, visit.finished) == (
        moment(ON).replace(minute=2), moment(ON, 11).replace(minute=5),
    )  # fmt: skip
    assert set(visit.blocks.values_list("compartment", "signed_by")) == {
        ("joint", booked.anna.staff), ("health", booked.anna.staff), ("social", booked.bo.staff),
    }  # fmt: skip
    assert list(joint_visits(Visit.objects.counted())) == [visit]


def test_what_was_done_stands_in_the_trail(booked: Cast):
    before = TrailEntry.objects.count()
    _saves(booked, "anna", sends(block(HEALTH, whole(HEALTH, "x")), of=facts(), sign=False))
    _saves(booked, "anna", sends(block(JOINT, whole(JOINT)), sign=True))
    new = TrailEntry.objects.order_by("number")[before:]
    assert [entry.action for entry in new] == [
        "visit.held", "visit.facts_saved", "visit.documented", "visit.documented",
        "visit.signed", "visit.signed",
    ]  # fmt: skip
    assert all(entry.subject == booked.family.subject for entry in new)


def test_no_one_home_needs_the_reason_only(booked: Cast):
    done = _saves(booked, "anna", sends(of=facts(NotHeldReason.NO_ONE_HOME)))
    assert done.facts is Saved.SAVED
    visit = Visit.objects.get()
    assert (visit.outcome, visit.not_held_reason) == ("not_held", "no_one_home")
    assert visit.began is None
    assert not Attendance.objects.exists()
    again = _saves(booked, "anna", sends(of=facts(NotHeldReason.NO_ONE_HOME)))
    assert again.facts is Saved.UNCHANGED
    assert Visit.objects.count() == 1, "sent twice is one attempt"


def test_keywords_can_be_saved_before_the_outcome(booked: Cast):
    _saves(booked, "anna", sends(block(JOINT, said(JOINT, "nyckelord"))))
    assert Visit.objects.get().outcome == ""
    assert _refused(booked, "anna", sends(sign=True)) == "sign_needs_held"


def test_without_a_booking_the_outcome_comes_first(cast: Cast):
    wanted = sends(block(JOINT, said(JOINT, "x")))
    assert _refused(cast, "anna", wanted) == "outcome_first"
    _saves(cast, "anna", replace(wanted, facts=facts()))
    assert Visit.objects.get().blocks.count() == 1


def test_nothing_is_written_where_nothing_was_said(booked: Cast):
    done = _saves(booked, "bo", sends(block(JOINT, {}), block(SOCIAL, {}), of=facts()))
    assert [how for _key, how, _n in done.blocks] == [Saved.UNCHANGED, Saved.UNCHANGED]
    assert not Block.objects.exists(), "whoever looks does not own the joint part"


def test_a_changed_base_keeps_both_texts(booked: Cast):
    _saves(booked, "anna", sends(block(JOINT, said(JOINT, "Annas")), of=facts()))
    done = _saves(booked, "bo", sends(block(JOINT, said(JOINT, "Bos"))))
    assert done.blocks == (("joint", Saved.COMPETING, 2),)
    visit = Visit.objects.get()
    assert texts_of(visit, JOINT) == [(1, 0, False, "Annas"), (2, 0, True, "Bos")]
    assert visit.blocks.get().head == 1
    waits = {who: versions_of([booked.child.pk], by=getattr(booked, who)) for who in ("anna", "bo")}
    assert [(one.place, one.mine) for one in waits["anna"]] == [("joint", True)]
    assert [(one.place, one.mine) for one in waits["bo"]] == [("joint", False)]
    assert versions_of([booked.child.pk], by=booked.cilla) == []


def test_who_has_not_touched_a_part_competes_with_nobody(booked: Cast):
    _saves(booked, "anna", sends(block(JOINT, said(JOINT, "ett")), of=facts()))
    _saves(booked, "anna", sends(block(JOINT, said(JOINT, "två"), base=1)))
    done = _saves(booked, "bo", sends(block(JOINT, said(JOINT, "ett"), base=1)))
    assert done.blocks == (("joint", Saved.UNCHANGED, 2),)
    assert len(texts_of(Visit.objects.get(), JOINT)) == 2


def _two_versions(booked: Cast) -> Visit:
    _saves(booked, "anna", sends(block(JOINT, whole(JOINT, "Annas")), of=facts()))
    _saves(booked, "bo", sends(block(JOINT, whole(JOINT, "Bos"))))
    return Visit.objects.get()


def test_two_versions_stand_in_the_way_of_signing_until_somebody_chooses(booked: Cast):
    visit = _two_versions(booked)
    assert _refused(booked, "anna", sends(block(HEALTH, whole(HEALTH)), sign=True)) == (
        "versions_first"
    )
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        settle(booked.child, STEP, "joint", None, base=1, seen={2}, by=booked.bo)
    assert refusal.value.reason.key == "settled_by_writer"
    both = whole(JOINT, "Annas och Bos")
    settle(booked.child, STEP, "joint", both, base=1, seen={2}, by=booked.anna)
    assert [text[3] for text in texts_of(visit, JOINT)] == ["Annas", "Bos", "Annas och Bos"]
    assert visit.blocks.get().head == 3
    assert versions_of([booked.child.pk], by=booked.anna) == []
    _saves(booked, "anna", sends(block(HEALTH, whole(HEALTH)), sign=True))


def test_choosing_the_latest_writes_nothing_new(booked: Cast):
    visit = _two_versions(booked)
    settle(booked.child, STEP, "joint", None, base=1, seen={2}, by=booked.anna)
    assert len(texts_of(visit, JOINT)) == 2
    assert BlockText.objects.get(number=2).settled_by_id == booked.anna.staff


def test_who_chooses_on_an_old_page_is_told_so(booked: Cast):
    _two_versions(booked)
    _saves(booked, "anna", sends(block(JOINT, whole(JOINT, "mer"), base=1)))
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        settle(booked.child, STEP, "joint", None, base=1, seen={2}, by=booked.anna)
    assert refusal.value.reason.key == "changed_meanwhile"


def test_when_the_writers_have_left_the_other_chooses(booked: Cast):
    _two_versions(booked)
    TeamMember.objects.filter(family=booked.family, staff=booked.anna.staff).update(
        ends=ON - timedelta(1)
    )
    settle(booked.child, STEP, "joint", None, base=1, seen={2}, by=booked.bo)
    assert not BlockText.objects.waiting().exists()


def test_signing_locks_and_an_addition_stands_beside(booked: Cast):
    _saves(
        booked, "anna",
        sends(
            block(JOINT, whole(JOINT)), block(HEALTH, whole(HEALTH, "ett")), of=facts(), sign=True
        ),
    )  # fmt: skip
    changed = sends(block(HEALTH, whole(HEALTH, "två"), base=1))
    assert _refused(booked, "anna", changed) == "block_signed"
    signed = Block.objects.get(compartment="health")
    with pytest.raises(Refusal):
        add(signed, "rättat", " ", by=booked.anna)
    with pytest.raises(Refusal):
        add(signed, "rättat", "fel siffra", by=booked.bo)
    add(signed, "rättat", "fel siffra", by=booked.anna)
    assert Addendum.objects.get().text == "rättat"
    assert [text[3] for text in texts_of(Visit.objects.get(), HEALTH)] == ["ett"]


def test_an_unsigned_part_takes_no_addition(booked: Cast):
    _saves(booked, "anna", sends(block(HEALTH, said(HEALTH, "x")), of=facts()))
    with pytest.raises(Refusal) as refusal:
        add(Block.objects.get(), "mer", "glömde", by=booked.anna)
    assert refusal.value.reason.key == "not_signed_yet"


def test_what_was_written_offline_against_a_signed_part_is_kept(booked: Cast):
    _saves(
        booked, "anna",
        sends(
            block(JOINT, whole(JOINT)), block(HEALTH, whole(HEALTH, "ett")), of=facts(), sign=True
        ),
    )  # fmt: skip
    command = uuid4()
    wanted = sends(block(HEALTH, whole(HEALTH, "två"), base=1))
    done = _saves(booked, "anna", wanted, command=command)
    assert done.blocks == (("health", Saved.COMPETING, 2),)
    again = _saves(booked, "anna", wanted, command=command)
    assert again.blocks == done.blocks
    assert len(texts_of(Visit.objects.get(), HEALTH)) == 2
    settle(booked.child, STEP, "health", None, base=1, seen={2}, by=booked.anna)
    assert not BlockText.objects.waiting().exists()


def test_a_command_is_written_once(booked: Cast):
    command = uuid4()
    wanted = sends(
        block(JOINT, said(JOINT, "x")),
        of=facts(),
        promises=(NewPromise(Promiser.NURSE, "ringa"),),
    )
    first = _saves(booked, "anna", wanted, command=command)
    before = TrailEntry.objects.count()
    second = _saves(booked, "anna", wanted, command=command)
    assert (second.blocks, second.facts) == (first.blocks, first.facts)
    assert BlockText.objects.count() == Promise.objects.count() == 1
    assert TrailEntry.objects.count() == before


def test_what_has_to_be_answered_is_asked_for_at_signing_and_not_before(booked: Cast):
    _saves(booked, "anna", sends(block(HEALTH, said(HEALTH, "x")), of=facts()))
    assert _refused(booked, "anna", sends(block(JOINT, whole(JOINT)), sign=True)) == (
        "answers_missing"
    )


def test_only_what_was_read_is_signed(booked: Cast):
    _saves(
        booked,
        "anna",
        sends(block(JOINT, whole(JOINT, "a")), block(HEALTH, whole(HEALTH)), of=facts()),
    )
    _saves(booked, "bo", sends(block(JOINT, whole(JOINT, "b"), base=1)))
    old = sends(block(JOINT, None, base=1), block(HEALTH, None, base=1), sign=True)
    assert _refused(booked, "anna", old) == "changed_meanwhile"


@pytest.mark.parametrize(("who", "compartment"), [("anna", SOCIAL), ("bo", HEALTH), ("bo", PARENT)])
def test_nobody_writes_in_the_record_of_another_service(
    booked: Cast, who: str, compartment: Compartment
):
    guardian = 1 if compartment is PARENT else None
    wanted = sends(block(compartment, {"x": ("y",)}, guardian=guardian), of=facts())
    assert _refused(booked, who, wanted) == "not_your_record"


def test_the_coordinator_and_strangers_document_nothing(booked: Cast):
    assert _refused(booked, "frida", sends(of=facts())) == "role_may_not"
    assert _refused(booked, "cilla", sends(of=facts())) == "not_within_reach"


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (DocumentationMode.NONE, "site_keeps_presence_only"),
        (DocumentationMode.ANONYMOUS, "site_keeps_no_names"),
    ],
)
def test_where_the_site_keeps_no_social_record_the_adviser_keeps_presence(
    booked: Cast, mode: DocumentationMode, why: str
):
    SiteDocumentation.objects.create(
        site_id=booked.anna.site, mode=mode, starts=ON - timedelta(9), decision="SN 1"
    )
    assert _refused(booked, "bo", sends(block(SOCIAL, said(SOCIAL, "x")), of=facts())) == why
    _saves(booked, "bo", sends(block(JOINT, whole(JOINT, "x")), of=facts(), sign=True))
    assert Attendance.objects.filter(kind=PersonKind.ADVISER).exists()
    left = unsigned_of([booked.child.pk], by=booked.bo)[booked.child.pk]
    assert [one.place for one in left] == ["health"], "no social part is waited for"


def test_facts_of_two_are_put_together_thing_by_thing(booked: Cast):
    start = facts(began=time(10, 0), finished=time(11, 0))
    _saves(booked, "anna", sends(of=start))
    _saves(booked, "anna", sends(of=replace(start, began=time(10, 5)), base=1))
    done = _saves(
        booked, "bo", sends(of=replace(start, present=frozenset({NURSE, ADVISER})), base=1)
    )
    assert done.facts is Saved.SAVED
    visit = Visit.objects.get()
    assert (visit.facts_number, visit.began) == (3, moment(ON).replace(minute=5))
    assert set(visit.attendances.values_list("kind", flat=True)) == {
        "nurse", "adviser", "interpreter",
    }  # fmt: skip


def test_two_who_changed_the_same_fact_compete(booked: Cast):
    _saves(booked, "anna", sends(of=facts()))
    _saves(booked, "anna", sends(of=facts(began=time(10, 5)), base=1))
    done = _saves(booked, "bo", sends(of=facts(began=time(10, 10)), base=1))
    assert done.facts is Saved.COMPETING
    assert [one.place for one in versions_of([booked.child.pk], by=booked.bo)] == ["facts"]
    settle_facts(booked.child, STEP, facts(began=time(10, 10)), base=2, seen={3}, by=booked.anna)
    visit = Visit.objects.get()
    assert (visit.facts_number, visit.began) == (4, moment(ON).replace(minute=10))
    assert versions_of([booked.child.pk], by=booked.bo) == []


def test_another_outcome_is_taken_back_first(booked: Cast):
    _saves(booked, "anna", sends(of=facts()))
    other = sends(of=facts(NotHeldReason.NO_ONE_HOME), base=1)
    assert _refused(booked, "anna", other) == "outcome_taken_back_first"
    done = _saves(booked, "anna", other, command=uuid4())
    assert done.facts is Saved.COMPETING, "from a device it is kept"


def test_facts_of_a_signed_visit_stand(booked: Cast):
    _saves(
        booked,
        "anna",
        sends(block(JOINT, whole(JOINT)), block(HEALTH, whole(HEALTH)), of=facts(), sign=True),
    )
    assert _refused(booked, "bo", sends(of=facts(began=time(9, 0)), base=1)) == "facts_signed"
    _saves(booked, "bo", sends(block(SOCIAL, said(SOCIAL, "x")), of=facts(), base=1))


def test_a_visit_recorded_without_documentation_can_be_documented_later(cast: Cast):
    record_held(cast.child, STEP, held=ON - timedelta(3), by=cast.bo)
    _saves(cast, "anna", sends(block(HEALTH, whole(HEALTH, "x")), of=facts(day=ON - timedelta(3))))
    visit = Visit.objects.get()
    assert visit.facts_number == 1
    assert visit.attendances.count() == 4


def test_taking_back_keeps_the_documentation(booked: Cast):
    _saves(
        booked,
        "anna",
        sends(
            block(JOINT, whole(JOINT, "kvar")), block(HEALTH, whole(HEALTH)), of=facts(), sign=True
        ),
    )
    with pytest.raises(Refusal):
        withdraw(booked.child, STEP, reason=" ", by=booked.anna)
    withdraw(booked.child, STEP, reason="fel barn", by=booked.anna)
    gone = Visit.objects.get(withdrawn_at__isnull=False)
    assert texts_of(gone, JOINT)[0][3] == "kvar"
    assert unsigned_of([booked.child.pk], by=booked.bo) == {}
    _saves(booked, "anna", sends(block(JOINT, said(JOINT, "ny")), of=facts()))
    assert Visit.objects.counted().get().pk != gone.pk


def test_a_visit_before_the_end_stays_open_to_writing(booked: Cast):
    _saves(booked, "anna", sends(block(JOINT, said(JOINT, "x")), of=facts(day=ON - timedelta(5))))
    end(booked.child.enrolment, ended=ON - timedelta(2), reason=EndReason.LEFT, by=booked.anna)
    _saves(
        booked,
        "anna",
        sends(block(HEALTH, whole(HEALTH)), block(JOINT, whole(JOINT), base=1), sign=True),
    )


def test_a_visit_after_the_end_takes_nothing(booked: Cast):
    end(booked.child.enrolment, ended=ON - timedelta(2), reason=EndReason.LEFT, by=booked.anna)
    assert _refused(booked, "anna", sends(of=facts())) == "day_after_end"
    assert _refused(booked, "anna", sends(block(JOINT, said(JOINT, "x")))) == "day_after_end"


def test_who_has_left_the_team_reaches_it_no_more(booked: Cast):
    _saves(booked, "bo", sends(block(JOINT, said(JOINT, "x")), of=facts()))
    TeamMember.objects.filter(staff=booked.bo.staff).update(ends=ON - timedelta(1))
    assert _refused(booked, "bo", sends(block(SOCIAL, said(SOCIAL, "x")))) == "not_within_reach"


def test_promises_open_the_next_visit_and_are_settled_there(booked: Cast):
    promised = NewPromise(Promiser.NURSE, "Ringa tandvården", ON + timedelta(7))
    _saves(booked, "anna", sends(of=facts(), promises=(promised,)))
    _saves(booked, "anna", sends(of=facts(), base=1, promises=(promised,)))
    promise = Promise.objects.get()
    _saves(booked, "bo", sends(settled=(PromiseSettled(promise.pk, PromiseResult.KEPT),)))
    promise.refresh_from_db()
    assert (promise.result, promise.settled_by_id) == ("kept", booked.bo.staff)
    late = NewPromise(Promiser.FAMILY, "x", ON - timedelta(1))
    assert _refused(booked, "anna", sends(promises=(late,))) == "day_has_passed"


def test_the_interpreter_is_there_when_the_interpreter_came(booked: Cast):
    _saves(booked, "anna", sends(of=facts(came=Came.ABSENT, present=(NURSE, DANA))))
    assert set(Attendance.objects.values_list("kind", flat=True)) == {"nurse", "guardian"}
    assert not joint_visits(Visit.objects.all()).exists()


@pytest.mark.parametrize("change", [
    {"began": time(12, 0)}, {"present": (DANA,)},
])  # fmt: skip
def test_facts_that_cannot_be_are_refused(booked: Cast, change: dict[str, object]):
    assert _refused(booked, "anna", sends(of=facts(**change))) in (  # type: ignore[arg-type]
        "ends_before_it_began", "nobody_of_staff_there",
    )  # fmt: skip


def test_the_database_keeps_the_texts_as_they_were(booked: Cast):
    _saves(booked, "anna", sends(block(JOINT, said(JOINT, "ett")), of=facts()))
    for change in (
        lambda: BlockText.objects.update(answers="{}"),
        lambda: BlockText.objects.update(number=9),
        lambda: BlockText.objects.all().delete(),
        lambda: Visit.objects.get().facts_texts.update(facts="{}"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_database_has_one_head_and_one_joint_part(booked: Cast):
    _saves(booked, "anna", sends(block(JOINT, said(JOINT, "ett")), of=facts()))
    text = BlockText.objects.get()
    text.pk, text.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        text.save(force_insert=True)
    joint = Block.objects.get()
    joint.pk, joint.unit_id = None, booked.bo.unit
    with pytest.raises(IntegrityError), transaction.atomic():
        joint.save(force_insert=True)
