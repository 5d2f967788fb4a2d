"""Joining, moving to another version, and leaving."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from hembesok.access.rules.roles import Actor
from hembesok.enrolment.models import Enrolment, VersionMove
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.services.membership import end, enrol, move_to_version
from hembesok.families.models import Child, Family
from hembesok.programme.models import ProgrammeVersion
from hembesok.programme.rules.states import State
from hembesok.programme.services import publish, shipped
from hembesok.secrecy.models import Consent
from hembesok.secrecy.rules import Purpose
from hembesok.secrecy.services.grounds import withdraw_consent
from hembesok.visits.models import Visit
from hembesok.visits.queries.pages import children_of
from hembesok.visits.rows import ChildPage
from hembesok.visits.services.booking import record_held
from tests.conftest import ON, Cast, prepare
from tests.services.days import DAY
from tests.services.stored import refusal, trail


@pytest.fixture
def sibling(cast: Cast) -> Child:
    """Doris's twin, not enrolled, whose parent has said yes."""
    twin = Child.objects.create(family=cast.family, number=2, born=cast.child.born)
    prepare(twin, by=replace(cast.anna, on=twin.born + 9 * DAY))
    return twin


@pytest.fixture
def newer(cast: Cast) -> ProgrammeVersion:
    """A later version, in which the second home visit closes sooner: 26 February for Doris."""
    text = shipped()["skaggetorp-2021.1.toml"].decode()
    text = text.replace('"2021.1"', '"2026.1"')
    text = text.replace('closes = "5 months"', 'closes = "4 months + 16 days"')
    return publish(text.encode(), name="skaggetorp-2026.1.toml", on=ON)


def moved(cast: Cast, version: ProgrammeVersion, reason: str = "The site has moved") -> Enrolment:
    return move_to_version(cast.child.enrolment, version, reason=reason, by=cast.anna)


def left(cast: Cast, ended: date = ON, by: Actor | None = None) -> Enrolment:
    return end(cast.child.enrolment, ended=ended, reason=EndReason.MOVED, by=by or cast.anna)


def page(cast: Cast) -> ChildPage:
    (page,) = children_of(Family.objects.filter(pk=cast.family.pk), by=cast.anna)
    return page


def states(cast: Cast) -> dict[str, State]:
    return {row.key: row.state for row in page(cast).rows}


def test_a_child_joins_with_one_line_in_the_trail(cast: Cast, sibling: Child):
    with trail() as lines:
        enrolment = enrol(sibling, cast.version, enrolled=ON, by=cast.bo)
    (line,) = lines
    assert (line.action, line.subject, line.detail) == (
        "enrolment.begun",
        "family:FAMYAAAA",
        "2 skaggetorp 2021.1",
    )
    assert line.staff_id == cast.bo.staff
    assert (enrolment.enrolled, enrolment.ended, enrolment.end_reason) == (ON, None, "")


@pytest.mark.parametrize(
    ("key", "enrolled"),
    [("day_in_future", ON + DAY), ("day_before_birth", date(2025, 10, 9))],
)
def test_a_child_does_not_join_in_the_future_or_before_birth(
    cast: Cast, sibling: Child, key: str, enrolled: date
):
    reason = refusal(lambda: enrol(sibling, cast.version, enrolled=enrolled, by=cast.anna))
    assert reason.key == key


def test_a_child_joins_once_and_only_through_its_own_team(cast: Cast, sibling: Child):
    again = refusal(lambda: enrol(cast.child, cast.version, enrolled=ON, by=cast.anna))
    stranger = refusal(lambda: enrol(sibling, cast.version, enrolled=ON, by=cast.cilla))
    assert (again.key, stranger.key) == ("already_enrolled", "not_within_reach")


def test_a_consent_that_was_withdrawn_carries_no_enrolment(cast: Cast, sibling: Child):
    yes = Consent.objects.get(guardian__family=cast.family, purpose=Purpose.TAKE_PART)
    withdraw_consent(yes, by=cast.anna)
    deed = lambda: enrol(sibling, cast.version, enrolled=ON, by=cast.anna)  # noqa: E731
    assert refusal(deed).key == "consent_missing"
    assert not Enrolment.objects.filter(child=sibling).exists()


def test_a_child_stays_on_its_version_when_a_newer_one_is_published(
    cast: Cast, newer: ProgrammeVersion
):
    assert Enrolment.objects.get(child=cast.child).version == cast.version
    assert "home-2" in states(cast)


def test_a_move_keeps_from_to_who_when_and_why(cast: Cast, newer: ProgrammeVersion):
    with trail() as lines:
        moved(cast, newer, "  The site has moved ")
    move = VersionMove.objects.get()
    assert (move.source, move.target) == (cast.version, newer)
    assert (move.moved_by_id, move.moved_on) == (cast.anna.staff, ON)
    assert move.reason == "The site has moved"
    (line,) = lines
    assert (line.action, line.detail) == ("enrolment.moved", "1 skaggetorp 2026.1")


def test_the_visits_of_a_moved_child_stay_and_are_matched_anew(cast: Cast, newer: ProgrammeVersion):
    record_held(cast.child, "home-1", held=date(2025, 12, 10), by=cast.anna)
    record_held(cast.child, "home-2", held=date(2026, 3, 2), by=cast.anna)
    before = list(Visit.objects.values())
    moved(cast, newer)
    after = states(cast)
    assert list(Visit.objects.values()) == before
    assert after["home-1"] is State.DONE
    assert after["home-2"] is State.LATE, "by the window of the new version"
    assert page(cast).unplanned == ()


def test_a_version_that_lacks_a_step_takes_nobody_over(cast: Cast):
    """What is booked or recorded for that step would be seen by nobody."""
    text = shipped()["skaggetorp-2021.1.toml"].decode().replace('"2021.1"', '"2026.2"')
    lacking = publish(text.replace('"home-2"', '"home-two"').encode(), name="lacking.toml", on=ON)
    assert refusal(lambda: moved(cast, lacking)).key == "version_lacks_steps"


def test_a_move_without_a_reason_is_refused(cast: Cast, newer: ProgrammeVersion):
    assert refusal(lambda: moved(cast, newer, " \n ")).key == "reason_missing"


def test_a_move_to_the_same_version_or_another_programme_is_refused(cast: Cast):
    other = ProgrammeVersion.objects.get(key="goteborg-skane")
    assert refusal(lambda: moved(cast, cast.version)).key == "already_on_version"
    assert refusal(lambda: moved(cast, other)).key == "another_programme"


def test_who_has_left_is_not_moved_and_does_not_leave_again(cast: Cast, newer: ProgrammeVersion):
    left(cast)
    assert refusal(lambda: moved(cast, newer)).key == "enrolment_ended"
    assert refusal(lambda: left(cast)).key == "enrolment_ended"


def test_cilla_moves_nobody_and_ends_nothing(cast: Cast, newer: ProgrammeVersion):
    move = refusal(
        lambda: move_to_version(cast.child.enrolment, newer, reason="mine", by=cast.cilla)
    )
    assert move.key == "not_within_reach"
    assert refusal(lambda: left(cast, by=cast.cilla)).key == "not_within_reach"


def test_a_family_leaves_with_a_reason_and_two_lines_in_the_trail(cast: Cast):
    with trail() as lines:
        enrolment = left(cast, ON - DAY)
    line, closed = lines
    assert (closed.action, closed.subject) == ("team.closed", "family:FAMYAAAA")
    assert (line.action, line.subject, line.detail) == ("enrolment.ended", "family:FAMYAAAA", "1")
    assert (enrolment.ended, enrolment.end_reason) == (ON - DAY, "moved")
    assert states(cast)["home-2"] is State.ENDED
    assert states(cast)["home-1"] is State.MISSED, "what was settled stays"


@pytest.mark.parametrize(
    ("key", "ended"), [("day_in_future", ON + DAY), ("day_before_enrolment", date(2025, 10, 18))]
)
def test_a_family_does_not_leave_in_the_future_or_before_it_joined(
    cast: Cast, key: str, ended: date
):
    assert refusal(lambda: left(cast, ended)).key == key


@pytest.mark.parametrize(
    "fields",
    [
        {"ended": ON},
        {"end_reason": "left"},
        {"ended": ON, "end_reason": "bored"},
        {"ended": date(2025, 10, 18), "end_reason": "left"},
    ],
)
def test_the_database_refuses_a_half_written_leaving(cast: Cast, fields: dict[str, object]):
    with pytest.raises(IntegrityError, match="enrolment_ends"), transaction.atomic():
        Enrolment.objects.filter(child=cast.child).update(**fields)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [("has_a_reason", {"reason": ""}), ("goes_somewhere", {"target": None})],
)
def test_the_database_refuses_a_move_without_reason_or_to_nowhere(
    cast: Cast, newer: ProgrammeVersion, constraint: str, fields: dict[str, object]
):
    filled = {
        "source": cast.version,
        "target": newer,
        "reason": "The site has moved",
        "moved_on": ON,
        "moved_by_id": cast.anna.staff,
        **{name: value if value is not None else cast.version for name, value in fields.items()},
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        VersionMove.objects.create(enrolment=cast.child.enrolment, **filled)
