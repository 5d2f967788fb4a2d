"""What was saved without coverage is written once, beside what others wrote, or waits sealed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.utils.timezone import now

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.secrecy import Compartment
from hembesok.families.models import TeamMember
from hembesok.values.refusals import Refusal
from hembesok.visits.models import BlockText, OfflineCommand, OfflinePack, Visit
from hembesok.visits.queries.carrying import visits_to_take
from hembesok.visits.queries.sealed import handed_rows, sealed_rows
from hembesok.visits.services.booking import book
from hembesok.visits.services.documenting import BlockIn, Submission, document
from hembesok.visits.services.handing import hand_on, write_in
from hembesok.visits.services.packing import secret_of, take
from hembesok.visits.services.replaying import Command, Ground, replay
from hembesok.web.carried import Faults, writer_of
from tests.conftest import ON, Cast
from tests.services.days import DAY, moment
from tests.services.stored import refusal, trail

pytestmark = pytest.mark.django_db

NOTE = "Kanarieanteckning"


@pytest.fixture
def pack(cast: Cast) -> OfflinePack:
    """The pack that Anna took along: one visit."""
    return packed(cast)


def packed(cast: Cast) -> OfflinePack:
    """Book a visit for today and let Anna take it along."""
    book(cast.child, "home-3", at=moment(ON), by=cast.anna)
    wanted = [one.to_take for one in visits_to_take(cast.anna, last=ON)]
    assignment = Assignment.objects.get(staff=cast.anna.staff)
    return take(wanted, assignment, device=None, last=ON, by=cast.anna)


def fields(note: str, base: int = 0, facts: int = 0) -> list[tuple[str, str]]:
    """What the page's form sends."""
    return [
        ("facts_base", str(facts)), ("outcome", "held"), ("day", f"{ON:%Y-%m-%d}"),
        ("began", "10.00"), ("finished", "11.00"), ("present", "nurse"), ("present", "adviser"),
        ("joint.base", str(base)), ("joint.joint.note", note), ("health.base", "0"),
    ]  # fmt: skip


def command(pack: OfflinePack, *, uid: UUID | None = None, after: UUID | None = None) -> Command:
    """A command about the visit in the pack."""
    visit = pack.visits.get().uid
    return Command(uid or uuid4(), pack.pk, visit, now(), after, body='{"fields": []}')


def send(
    cast: Cast, pack: OfflinePack, one: Command, note: str = NOTE, base: int = 0
) -> OfflineCommand:
    """Send a command as Anna's phone does."""
    staff = Staff.objects.get(pk=cast.anna.staff)
    return replay(one, writer_of(fields(note, base), one.uid), staff=staff, on=ON, at=now())


def notes() -> list[tuple[str, bool]]:
    """Every text of the joint part, and whether it competes."""
    texts = BlockText.objects.filter(block__compartment="joint").order_by("pk")
    return [(NOTE if NOTE in one.answers else "other", one.competing) for one in texts]


def test_to_take_a_visit_along_is_to_read_it(cast: Cast):
    with trail() as lines:
        packed(cast)
    assert ("visit.packed", "family:FAMYAAAA", "1 home-3") in [
        (line.action, line.subject, line.detail) for line in lines
    ]


def test_only_own_visits_of_the_days_are_taken(cast: Cast):
    book(cast.child, "home-3", at=moment(ON + DAY), by=cast.anna)
    assert [one.row.key for one in visits_to_take(cast.anna, last=ON + DAY)] == ["home-3"]
    assert visits_to_take(cast.anna, last=ON) == []
    assert visits_to_take(cast.cilla, last=ON + DAY) == []


def test_a_command_sent_again_is_answered_as_it_was_then(cast: Cast, pack: OfflinePack):
    one = command(pack)
    assert send(cast, pack, one).became == "written"
    assert send(cast, pack, one).became == "written"
    assert notes() == [(NOTE, False)]
    assert OfflineCommand.objects.count() == 1
    assert Visit.objects.get(outcome="held").outcome_on == ON


def test_what_another_wrote_meanwhile_is_kept_beside_it(cast: Cast, pack: OfflinePack):
    block = BlockIn(Compartment.JOINT, 0, {"joint.note": ("other",)})
    document(cast.child, "home-3", Submission(blocks=(block,)), by=cast.bo)
    one = command(pack)
    assert send(cast, pack, one).became == "competing"
    assert send(cast, pack, one).became == "competing"
    assert notes() == [("other", False), (NOTE, True)]


def test_a_second_saving_builds_upon_what_became_of_the_first(cast: Cast, pack: OfflinePack):
    first = command(pack)
    send(cast, pack, first, "other")
    second = command(pack, after=first.uid)
    assert send(cast, pack, second).became == "written"
    assert notes() == [("other", False), (NOTE, False)]


def test_a_refusal_writes_nothing_and_can_be_tried_again(cast: Cast, pack: OfflinePack):
    one = command(pack)
    staff = Staff.objects.get(pk=cast.anna.staff)
    wrong = [(n, "nobody" if n == "outcome" else v) for n, v in fields(NOTE)]
    with pytest.raises(Faults):
        replay(one, writer_of(wrong, one.uid), staff=staff, on=ON, at=now())
    assert (OfflineCommand.objects.count(), notes()) == (0, [])
    assert send(cast, pack, one).became == "written"


def test_nobody_sends_another_persons_pack(cast: Cast, pack: OfflinePack):
    one, bo = command(pack), Staff.objects.get(pk=cast.bo.staff)
    write = writer_of(fields(NOTE), one.uid)
    assert refusal(lambda: replay(one, write, staff=bo, on=ON, at=now())).key == "not_taken_along"
    gone = replace(one, visit=uuid4())
    anna = Staff.objects.get(pk=cast.anna.staff)
    assert refusal(lambda: replay(gone, write, staff=anna, on=ON, at=now())).key == (
        "not_taken_along"
    )
    device = pack.device_id
    assert refusal(lambda: secret_of(device, staff=bo)).key == "device_not_yours"
    assert secret_of(device, staff=anna) == pack.device.secret


def _role_ends(cast: Cast) -> None:
    Assignment.objects.filter(staff=cast.anna.staff).update(ends=ON - DAY)


def _team_changes(cast: Cast) -> None:
    TeamMember.objects.filter(staff=cast.anna.staff).update(ends=ON - DAY)


@pytest.mark.parametrize("happens", [_role_ends, _team_changes])
def test_who_may_not_write_any_more_leaves_it_sealed(
    cast: Cast, pack: OfflinePack, happens: Callable[[Cast], None]
):
    happens(cast)
    one = command(pack)
    made = send(cast, pack, one)
    assert (made.became, made.body, notes()) == ("sealed", one.body, [])
    assert send(cast, pack, one).pk == made.pk
    (row,) = sealed_rows(cast.frida)
    assert (row.code, row.writer, row.readers) == ("H-0001", "Anna Ask", ())
    assert sealed_rows(cast.cilla) == []


def test_what_is_sealed_is_handed_to_somebody_who_may_read_it(cast: Cast, pack: OfflinePack):
    _role_ends(cast)
    one = command(pack)
    send(cast, pack, one)
    new = Staff.objects.create_user("gun", "Gun Gran")
    role = cast.anna.role
    TeamMember.objects.create(family=cast.family, staff=new, role=role, starts=ON)
    Assignment.objects.create(
        staff=new, role=role, unit_id=cast.anna.unit, site_id=cast.anna.site,
        starts=ON - timedelta(9),
    )  # fmt: skip
    gun = replace(cast.anna, staff=new.pk, name=new.name)
    for staff, by, why in (
        (new.pk, cast.bo, "role_hands_on_nothing"),
        (cast.bo.staff, cast.frida, "may_not_read_it"),
        (cast.anna.staff, cast.frida, "may_not_read_it"),
    ):
        assert refusal(partial(hand_on, one.uid, staff, by=by)).key == why
    hand_on(one.uid, new.pk, by=cast.frida)
    assert [row.code for row in handed_rows(gun)] == ["H-0001"]
    assert handed_rows(cast.bo) == ()
    write = writer_of(fields(NOTE), one.uid)
    assert refusal(lambda: write_in(one.uid, write, by=cast.bo)).key == "nothing_waits"
    write_in(one.uid, write, by=gun)
    assert notes() == [(NOTE, False)]
    assert OfflineCommand.objects.get().body == ""
    assert handed_rows(gun) == ()
    assert refusal(lambda: write_in(one.uid, write, by=gun)).key == "nothing_waits"


def test_what_fails_while_it_is_written_in_still_waits(cast: Cast, pack: OfflinePack):
    _role_ends(cast)
    one = command(pack)
    send(cast, pack, one)

    def fails(ground: Ground) -> None:
        raise AssertionError

    OfflineCommand.objects.update(
        handed_to=cast.bo.staff, handed_by=cast.frida.staff, handed_at=now()
    )
    with pytest.raises((AssertionError, Refusal)):
        write_in(one.uid, fails, by=replace(cast.bo, role=cast.anna.role))  # type: ignore[arg-type]
    assert OfflineCommand.objects.get().body == one.body


def test_of_a_protected_family_nothing_is_taken_that_tells_who_it_is(cast: Cast):
    from hembesok.web.carried import sheet_of

    cast.family.guardians.update(given_name="Kanariedana")
    type(cast.family).objects.update(protection="confidentiality_flag")
    book(cast.child, "home-3", at=moment(ON), by=cast.anna)
    (one,) = visits_to_take(cast.anna, last=ON)
    told = str(sheet_of(one, by=cast.anna))
    assert "H-0001" in told
    assert not any(word in told for word in ("Doris", "Kanariedana", "Almgatan", "Port 3"))
