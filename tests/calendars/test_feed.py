"""The feed of somebody's visits, read back by two foreign readers, and what it never tells."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import vobject

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.families.models import Cover, Family, TeamMember
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.visits.ics.writing import written
from hembesok.visits.models import CalendarFeed, Visit
from hembesok.visits.queries.feeds import KEPT, visits_fed
from hembesok.visits.rules.acting import NotHeldReason
from hembesok.visits.services.booking import book, record_declined, record_held, record_not_held
from hembesok.visits.services.feeds import end_feed, open_feed, open_feed_of, reader_of
from tests.conftest import ON, Cast
from tests.need import ROOT, node_ical
from tests.services.days import DAY, moment, on
from tests.services.stored import refusal, trail

AT = moment(ON, 7)
"""When the feed is read in most tests: the morning of their day."""


@dataclass(frozen=True)
class Read:
    """One entry as a foreign reader understood it."""

    uid: str
    starts: datetime
    ends: datetime
    sequence: int
    status: str
    summary: str


def by_vobject(content: bytes) -> list[Read]:
    calendar = vobject.readOne(content.decode())
    return [
        Read(
            one.uid.value,
            one.dtstart.value.astimezone(UTC),
            one.dtend.value.astimezone(UTC),
            int(one.sequence.value),
            one.status.value,
            one.summary.value,
        )
        for one in calendar.contents.get("vevent", [])
    ]


def answer_of_node(content: bytes) -> dict[str, Any]:
    command = ["node", str(ROOT / "tests/calendars/read.mjs"), str(node_ical())]
    done = subprocess.run(command, input=content, capture_output=True, check=True, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def by_ical_js(content: bytes) -> list[Read]:
    return [
        Read(
            one["uid"],
            datetime.fromisoformat(one["starts"]),
            datetime.fromisoformat(one["ends"]),
            one["sequence"],
            one["status"],
            one["summary"],
        )
        for one in answer_of_node(content)["entries"]
    ]


READERS = {"vobject": by_vobject, "ical.js": by_ical_js}
Reader = Callable[[bytes], list[Read]]


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> Reader:
    found: Reader = READERS[request.param]
    return found


def feed(actor: Actor, at: datetime = AT) -> bytes:
    return written(visits_fed(actor, at=at), summary="Besök", name="Besök")


def booked(cast: Cast, step: str, day: date, *, by: Actor | None = None) -> Visit:
    return book(cast.child, step, at=moment(day), by=by or cast.anna)


def test_a_visit_at_ten_is_read_at_ten_winter_and_summer(cast: Cast, reader: Reader):
    """Ten by the Swedish clock is nine or eight in UTC; the two Sundays are of the change."""
    winter = on(cast.anna, date(2026, 2, 1))
    days = (date(2026, 2, 10), date(2026, 3, 29), date(2026, 6, 10), date(2026, 10, 25))
    for step, day in zip(("home-2", "home-3", "home-4", "home-5"), days, strict=True):
        booked(cast, step, day, by=winter)
    found = reader(feed(winter, at=moment(date(2026, 2, 1))))
    assert [(one.starts.date(), one.starts.hour) for one in found] == [
        (days[0], 9),
        (days[1], 8),
        (days[2], 8),
        (days[3], 9),
    ]
    assert {(one.ends - one.starts, one.summary) for one in found} == {
        (timedelta(hours=1), "Besök")
    }


def test_a_visit_that_is_moved_is_the_same_visit_a_step_on(cast: Cast, reader: Reader):
    booked(cast, "home-2", ON + DAY)
    (first,) = reader(feed(cast.anna))
    booked(cast, "home-2", ON + 2 * DAY, by=cast.bo)
    (moved,) = reader(feed(cast.anna))
    assert (moved.uid, moved.status) == (first.uid, "CONFIRMED")
    assert moved.sequence > first.sequence
    assert moved.starts - first.starts == DAY


@pytest.mark.parametrize(
    "deed",
    [
        lambda cast: record_declined(cast.child, "home-2", day=ON, by=cast.anna),
        lambda cast: record_not_held(
            cast.child,
            "home-2",
            day=ON,
            reason=NotHeldReason.CANCELLED_BY_FAMILY,
            by=cast.anna,
        ),
    ],
)
def test_a_visit_that_is_called_off_is_cancelled_for_a_month(
    cast: Cast, reader: Reader, deed: Callable[[Cast], Visit]
):
    booked(cast, "home-2", ON + DAY)
    (first,) = reader(feed(cast.anna))
    visit = deed(cast)
    assert visit.recorded_at is not None
    (gone,) = reader(feed(cast.anna))
    assert (gone.uid, gone.status) == (first.uid, "CANCELLED")
    assert gone.sequence == first.sequence + 1
    assert visits_fed(cast.anna, at=visit.recorded_at + KEPT + DAY) == []


def test_a_visit_that_was_held_stays_for_a_month(cast: Cast):
    booked(cast, "home-2", ON)
    record_held(cast.child, "home-2", held=ON, by=cast.anna)
    (entry,) = visits_fed(cast.anna, at=moment(ON, 20))
    assert not entry.cancelled
    assert visits_fed(cast.anna, at=moment(ON, 20) + KEPT) == []


def test_two_readings_of_what_has_not_changed_are_the_same(cast: Cast):
    booked(cast, "home-2", ON + DAY)
    booked(cast, "home-3", ON + 40 * DAY)
    assert feed(cast.anna) == feed(cast.anna, at=AT + timedelta(hours=5))


def test_nothing_of_the_family_is_told(cast: Cast):
    booked(cast, "home-2", ON + DAY)
    content = feed(cast.anna).decode()
    secrets = ("H-0001", "FAMYAAAA", "Doris", "Dana", "Almgatan", "Port", "home-2", "so\r")
    assert not [one for one in secrets if one in content]
    assert sorted({line.split(":")[0].split(";")[0] for line in content.splitlines()}) == sorted(
        [
            "BEGIN",
            "END",
            "VERSION",
            "PRODID",
            "METHOD",
            "X-WR-CALNAME",
            "REFRESH-INTERVAL",
            "X-PUBLISHED-TTL",
            "UID",
            "SEQUENCE",
            "SUMMARY",
            "DTSTART",
            "DTEND",
            "DTSTAMP",
            "LAST-MODIFIED",
            "STATUS",
            "TRANSP",
            "CLASS",
        ]
    )


def test_ical_js_finds_the_same_properties_and_no_others(cast: Cast):
    booked(cast, "home-2", ON + DAY)
    found = answer_of_node(feed(cast.anna))
    assert found["method"] == "PUBLISH"
    assert found["entries"][0]["names"] == [
        "class", "dtend", "dtstamp", "dtstart", "last-modified", "sequence", "status", "summary",
        "transp", "uid",
    ]  # fmt: skip


@pytest.mark.parametrize("level", [one for one in ProtectionLevel if one != ProtectionLevel.NONE])
def test_families_with_protected_personal_data_are_left_out(cast: Cast, level: ProtectionLevel):
    booked(cast, "home-2", ON + DAY)
    Family.objects.filter(pk=cast.family.pk).update(
        protection=level, address="", door_note="", meeting_place="Biblioteket"
    )
    assert visits_fed(cast.anna, at=AT) == []


def test_only_those_who_go_are_told(cast: Cast):
    booked(cast, "home-2", ON + DAY)
    assert len(visits_fed(cast.bo, at=AT)) == 1
    for actor in (cast.cilla, replace(cast.anna, site=cast.cilla.site)):
        assert visits_fed(actor, at=AT) == []


def test_a_visit_of_the_base_programme_is_not_the_advisers(cast: Cast):
    plan = cast.version.plan
    step = next(s.key for s in plan.base if s.key not in plan.mirrors)
    booked(cast, step, ON + DAY)
    assert len(visits_fed(cast.anna, at=AT)) == 1
    assert visits_fed(cast.bo, at=AT) == []


def test_whoever_leaves_the_team_sees_the_visit_cancelled(cast: Cast):
    booked(cast, "home-2", ON + 5 * DAY)
    (before,) = visits_fed(cast.bo, at=AT)
    TeamMember.objects.filter(staff=cast.bo.staff).update(ends=ON)
    (after,) = visits_fed(cast.bo, at=AT)
    assert (after.uid, after.cancelled) == (before.uid, True)
    assert after.sequence > before.sequence
    assert not visits_fed(cast.anna, at=AT)[0].cancelled


def test_an_address_gives_the_visits_of_its_assignment(cast: Cast):
    token = open_feed(by=cast.anna)
    assert len(token) >= 22, "128 bits at least"
    assert reader_of(token, on=ON) == replace(cast.anna, at=None)
    assert not CalendarFeed.objects.filter(token_hash__contains=token).exists()
    assert reader_of(token + "x", on=ON) is None


def test_an_address_is_replaced_and_ended(cast: Cast):
    first = open_feed(by=cast.anna)
    second = open_feed(by=cast.anna)
    assert (reader_of(first, on=ON), open_feed_of(cast.anna) is not None) == (None, True)
    assert reader_of(second, on=ON) is not None
    end_feed(by=cast.anna)
    assert (reader_of(second, on=ON), open_feed_of(cast.anna)) == (None, None)


def test_an_address_ends_with_the_assignment_and_with_the_account(cast: Cast):
    token = open_feed(by=cast.anna)
    Assignment.objects.filter(staff=cast.anna.staff).update(ends=ON)
    assert reader_of(token, on=ON) is not None
    assert reader_of(token, on=ON + DAY) is None
    Staff.objects.filter(pk=cast.anna.staff).update(is_active=False)
    assert reader_of(token, on=ON) is None


def test_the_first_reading_of_a_day_is_in_the_trail(cast: Cast):
    token = open_feed(by=cast.anna)
    with trail() as lines:
        for day in (ON, ON, ON + DAY, ON + DAY):
            reader_of(token, on=day)
    assert [line.action for line in lines] == ["feed.read", "feed.read"]
    assert {line.subject for line in lines} == {f"staff:{cast.anna.staff}"}


def test_those_who_visit_nobody_have_no_address(cast: Cast):
    assert refusal(lambda: open_feed(by=cast.frida)).key == "not_assigned_here"


def test_whoever_covers_sees_the_visit_of_that_day(cast: Cast):
    TeamMember.objects.filter(staff=cast.anna.staff).update(ends=ON)
    Cover.objects.create(
        family=cast.family, staff_id=cast.cilla.staff, role=Role.CHILD_HEALTH_NURSE,
        starts=ON + DAY, ends=ON + DAY, granted_by_id=cast.frida.staff,
    )  # fmt: skip
    booked(cast, "home-2", ON + DAY, by=cast.bo)
    covering = replace(cast.cilla, site=cast.anna.site)
    assert [one.cancelled for one in visits_fed(covering, at=AT)] == [False]
