"""The extract: what the pages say of each child is what its delivered rows say, and no more leaves.

Committed rows, since the extract reads the database by a connection of its own.
"""

import threading
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import localtime, now

from hembesok.access.keys import keyring
from hembesok.access.models import TrailEntry
from hembesok.access.sealed import BlindIndexField, SealedTextField
from hembesok.analysis.contract import DELIVERY, TABLES
from hembesok.analysis.steps import steps_of
from hembesok.delivery import pseudonyms
from hembesok.delivery.tables import READ, Protected
from hembesok.enrolment.models import Enrolment
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.services.membership import end
from hembesok.exchange.check_tables_job.job import run as check
from hembesok.exchange.extract_job import job, source
from hembesok.exchange.extract_job.job import Request, Summary
from hembesok.exchange.follow_up_job import job as follow_up
from hembesok.exchange.tables.faults import FileError
from hembesok.families.models import Child, Family, Guardian
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.programme.models import ProgrammeVersion
from hembesok.programme.rules.states import State
from hembesok.project import demo
from hembesok.visits.models import Visit
from hembesok.visits.queries.pages import whole_pages
from hembesok.visits.services.outcomes import record_outcome
from tests.conftest import ON, Cast, build_cast
from tests.services.test_after_programme import DEVIATES, MONTH_31, TWO, ended, found, on

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tables_may_be_emptied"),
]


@pytest.fixture
def cast() -> Cast:
    """The cast, committed."""
    return build_cast()


def extract(
    out: Path, *, as_of: date = ON, tell: job.Tell = lambda words: None, **asked
) -> Summary:
    return job.run(Request(out, as_of, localtime(now()), **asked), tell)


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return found


def number_of(child: Child, receiver: str = job.RECEIVER) -> int:
    return pseudonyms.of_children(keyring(), receiver, [child.pk])[child.pk]


def agree(folder: Path, children: Iterable[Child], version: ProgrammeVersion, day: date) -> int:
    """Check that each state computed of the delivery is the one the pages show; return how many."""
    figures = folder.parent / "figures"
    follow_up.run(follow_up.Request(folder, day, figures, states=True))
    states = {row["child"]: row for row in pq.read_table(figures / "states.parquet").to_pylist()}
    steps = steps_of(version.plan)
    names = [*State, State.DONE]
    pages = list(whole_pages(Child.objects.filter(pk__in=[c.pk for c in children]), on=day))
    for page in pages:
        mine = states[number_of(Child(pk=page.child.key))]
        shown = {item.key: page.row(item.key) for item in steps}
        assert {key: row and row.state for key, row in shown.items()} == {
            item.key: names[mine[f"s{item.number}"]] for item in steps
        }
    return len(pages) * len(steps)


def visit(child: Child, step: str, **more: Any) -> Visit:
    """Write a visit past the services, as years of use and moves of version leave them."""
    staff = child.family.team.values_list("staff", flat=True)[0]
    made: dict[str, Any] = {"child": child, "step": step, "kind": "home"} | more
    if made.get("booked_for"):
        made |= {"booked_by_id": staff, "booked_at": now()}
    if made.get("outcome"):
        made |= {"recorded_by_id": staff, "recorded_at": now()}
    return Visit.objects.create(**made)


@pytest.mark.heavy
def test_the_demo_site_from_its_rows_to_the_states_of_every_child(tmp_path: Path):
    demo.load(on=date(2025, 8, 31))
    day = date(2025, 8, 31)
    summary = extract(tmp_path / "tables", as_of=day)
    assert check(tmp_path / "tables").rows == summary.rows
    children = Child.objects.filter(
        enrolment__isnull=False, merged_into=None, family__protection="none"
    )
    version = ProgrammeVersion.objects.get(key="skaggetorp")
    assert agree(tmp_path / "tables", children, version, day) > 1000
    protected = Child.objects.exclude(family__protection="none").count()
    assert protected > 0
    assert summary.rows["children"] == Child.objects.filter(merged_into=None).count() - protected


def test_what_years_of_use_leave_is_counted_as_the_pages_do(cast: Cast, tmp_path: Path):
    """A no taken back by a booking; nobody home; a move of version; one visit written twice."""
    child, born = cast.child, cast.child.born
    version = ProgrammeVersion.objects.get(key__startswith="goteborg")
    Enrolment.objects.update(version=version)
    plan = version.plan
    mirror, own = next(iter(plan.mirrors.items()))
    noon = localtime(now()).replace(hour=12)
    at = [noon.replace(year=d.year, month=d.month, day=d.day) for d in (ON, ON - timedelta(20))]
    visit(child, own, outcome="held", outcome_on=born + timedelta(90))
    visit(child, mirror, outcome="held", outcome_on=born + timedelta(60))
    visit(child, "a step of another version", outcome="held", outcome_on=born + timedelta(130))
    own_steps = [step.key for step in plan.own if step.key != own]
    visit(child, own_steps[0], outcome="declined", outcome_on=ON - timedelta(30))
    visit(child, own_steps[0], booked_for=at[0] + timedelta(9))
    visit(
        child, own_steps[1], booked_for=at[1], outcome="not_held", outcome_on=at[1].date(),
        not_held_reason="no_one_home",
    )  # fmt: skip
    visit(child, own_steps[2], outcome="declined", outcome_on=ON - timedelta(3))
    visit(
        child, own_steps[3], outcome="held", outcome_on=ON - timedelta(3), withdrawn_at=now(),
        withdrawn_by_id=cast.anna.staff, withdrawn_reason="Fel familj",
    )  # fmt: skip
    extract(tmp_path / "tables")
    check(tmp_path / "tables")
    assert agree(tmp_path / "tables", [child], version, ON) > 20
    events = rows(tmp_path / "tables", "events")
    assert sorted(event["status"] for event in events) == [0, 1, 1, 1, 2, 3, 4]
    assert len(rows(tmp_path / "tables", "visits")) == 3


def test_who_left_is_told_as_the_pages_tell(cast: Cast, tmp_path: Path):
    step = cast.version.plan.own[1].key
    noon = localtime(now()).replace(hour=12)
    visit(cast.child, step, booked_for=noon.replace(year=2026, month=4, day=20))
    end(cast.child.enrolment, ended=ON, reason=EndReason.MOVED, by=cast.anna)
    for day in (ON, ON + timedelta(60)):
        extract(tmp_path / "tables", as_of=day)
        cast.child.refresh_from_db()
        agree(tmp_path / "tables", [cast.child], cast.version, day)
    (child,) = rows(tmp_path / "tables", "children")
    assert child["followed_until"] == ON
    assert rows(tmp_path / "tables", "events") == []
    (enrolment,) = rows(tmp_path / "tables", "enrolments")
    assert (enrolment["ended"], enrolment["end_reason"]) == (ON, "moved")
    extract(tmp_path / "tables", as_of=ON - timedelta(1))
    (enrolment,) = rows(tmp_path / "tables", "enrolments")
    assert enrolment["ended"] is None, "not yet on that day"


def test_a_language_result_after_closure_is_delivered_and_its_correction_counts(
    cast: Cast, tmp_path: Path
):
    ended(cast)
    at_31 = on(cast.anna, MONTH_31)
    one = record_outcome(cast.child, found(MONTH_31), by=at_31)
    extract(tmp_path / "tables", as_of=MONTH_31)
    wanted = {"child": number_of(cast.child), "kind": "language", "day": MONTH_31}
    assert rows(tmp_path / "tables", "screenings") == [wanted | {"result": "clear"}]
    record_outcome(cast.child, found(MONTH_31, DEVIATES, corrects=one.pk), by=at_31)
    extract(tmp_path / "tables", as_of=MONTH_31)
    assert rows(tmp_path / "tables", "screenings") == [wanted | {"result": "deviation"}]
    (child,) = rows(tmp_path / "tables", "children")
    assert child["followed_until"] > MONTH_31 > TWO
    told = {row["table"]: row for row in rows(tmp_path / "tables", "sources")}
    assert told["screenings"]["collected"] is False, "other screenings are not delivered yet"


def test_nothing_that_is_sealed_leaves(cast: Cast, tmp_path: Path):
    family, secret = cast.family, "Kanariefågelgatan 7"
    family.address, family.door_note = secret, secret
    family.save()
    Guardian.objects.update(given_name=secret, phone=secret)
    cast.child.given_name = secret
    cast.child.save()
    extract(tmp_path / "tables")
    told = b"".join(path.read_bytes() for path in (tmp_path / "tables").iterdir())
    stored = Family.objects.values_list("ref", "code").get()
    texts = {value for table in TABLES for row in rows(tmp_path / "tables", table.name)
             for value in row.values() if isinstance(value, str)}  # fmt: skip
    assert not texts & {secret, *stored}
    assert secret.encode() not in told
    (child,) = rows(tmp_path / "tables", "children")
    assert child["child"] not in (cast.child.pk, family.pk)
    assert [path.name for path in tmp_path.iterdir()] == ["tables"], "nothing is left beside it"


def test_a_sealed_column_is_refused_wherever_it_is_asked_for(cast: Cast):
    for model, names in READ:
        for name in names:
            field = model._meta.get_field(name)
            assert not isinstance(field, (SealedTextField, BlindIndexField))
    with source.opened() as site:
        for model, name in ((Family, "address"), (Guardian, "phone"), (Child, "given_name")):
            with pytest.raises(ValueError, match="sealed"):
                site.read(model, name)
        with pytest.raises(FileError, match=r"(?i)read.?only"):
            site.asked("DELETE FROM django_migrations")


@pytest.mark.parametrize("when", ["sites", "enrolments", "visits", "interpreter bookings"])
def test_what_changes_in_mid_extract_is_seen_wholly_or_not_at_all(
    cast: Cast, tmp_path: Path, when: str
):
    """One act writes the end, the following and a visit, while the extract stands anywhere."""
    step = cast.version.plan.own[0].key
    done: list[str] = []

    def act() -> None:
        try:
            visit(cast.child, step, outcome="held", outcome_on=ON - timedelta(1))
            Enrolment.objects.update(ended=ON, end_reason="moved")
        finally:
            connection.close()
        done.append("written")

    def tell(words: str) -> None:
        if words == f"reading {when}" and not done:
            writer = threading.Thread(target=act)
            writer.start()
            writer.join(timeout=30)
            assert done, "who writes does not wait for the extract"

    extract(tmp_path / "tables", tell=tell)
    assert done
    (enrolment,) = rows(tmp_path / "tables", "enrolments")
    assert (enrolment["ended"], rows(tmp_path / "tables", "visits")) == (None, [])
    extract(tmp_path / "tables")
    (enrolment,) = rows(tmp_path / "tables", "enrolments")
    assert (enrolment["ended"], len(rows(tmp_path / "tables", "visits"))) == (ON, 1)
    check(tmp_path / "tables")


def test_it_is_noted_once_and_what_is_refused_is_not(cast: Cast, tmp_path: Path):
    before = TrailEntry.objects.count()
    for bad in ({"receiver": "Region Ö"}, {"version": ("skaggetorp", "1066")}):
        with pytest.raises(FileError):
            extract(tmp_path / "tables", **bad)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").write_text("mine")
    with pytest.raises(FileError, match="not ours"):
        extract(tmp_path / "full")
    with pytest.raises(FileError, match="Make the folder"):
        extract(tmp_path / "no" / "tables")
    assert TrailEntry.objects.count() == before
    assert [path.name for path in tmp_path.iterdir()] == ["full"]
    extract(tmp_path / "tables", receiver="state")
    entry = TrailEntry.objects.order_by("number").last()
    assert entry is not None
    assert (entry.action, entry.detail, entry.staff) == (job.ACTION, "state: 1 children", None)


@pytest.mark.parametrize("at", ["reading visits", "shaping", "writing events"])
def test_one_that_is_stopped_leaves_the_earlier_delivery(cast: Cast, tmp_path: Path, at: str):
    extract(tmp_path / "tables")
    before = {path.name: path.read_bytes() for path in (tmp_path / "tables").iterdir()}

    def stop(words: str) -> None:
        if words == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract(tmp_path / "tables", tell=stop)
    after = {path.name: path.read_bytes() for path in (tmp_path / "tables").iterdir()}
    assert after == before
    assert DELIVERY in after
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


def test_each_receiver_has_numbers_of_its_own_and_the_same_each_time(cast: Cast, tmp_path: Path):
    for name in ("one", "again"):
        extract(tmp_path / name)
        assert rows(tmp_path / name, "children")[0]["child"] == number_of(cast.child)
    extract(tmp_path / "other", receiver="university")
    assert rows(tmp_path / "other", "children")[0]["child"] == number_of(cast.child, "university")
    assert number_of(cast.child, "university") != number_of(cast.child)
    ring = keyring()
    many = pseudonyms.of_children(ring, "x", range(20_000))
    assert len({*many.values()}) == 20_000
    assert all(0 <= number < 2**63 for number in many.values())
    staff = pseudonyms.of_staff(ring, "x", range(5_000))
    assert len({*staff.values()}) == 5_000
    assert {**staff, **pseudonyms.of_staff(ring, "x", range(6_000))} == pseudonyms.of_staff(
        ring, "x", range(6_000)
    )


def test_protected_children_are_left_out_or_without_a_place(cast: Cast, tmp_path: Path):
    Family.objects.update(deso="0580C1234", area_version="2018")
    extract(tmp_path / "tables")
    assert rows(tmp_path / "tables", "areas") == [{"area": "0580C1234", "area_type": "not known"}]
    Family.objects.update(protection=ProtectionLevel.CONFIDENTIALITY_FLAG.value)
    extract(tmp_path / "tables")
    assert {
        name: len(rows(tmp_path / "tables", name)) for name in ("children", "enrolments", "areas")
    } == {"children": 0, "enrolments": 0, "areas": 0}
    extract(tmp_path / "tables", protected=Protected.WITHOUT_PLACE)
    (child,) = rows(tmp_path / "tables", "children")
    assert (child["protected"], child["unit"], child["area"]) == (True, None, None)
    check(tmp_path / "tables")


def test_several_versions_are_delivered_one_at_a_time(cast: Cast, tmp_path: Path):
    other = ProgrammeVersion.objects.exclude(base=None).exclude(key="skaggetorp").first()
    assert other is not None
    sibling = Child.objects.create(family=cast.family, number=2, born=ON - timedelta(100))
    Enrolment.objects.create(child=sibling, version=other, enrolled=ON - timedelta(80))
    with pytest.raises(FileError, match=r"several versions: .*--programme KEY VERSION"):
        extract(tmp_path / "tables")
    for version, child in ((cast.version, cast.child), (other, sibling)):
        summary = extract(tmp_path / "tables", version=(version.key, version.version))
        assert summary.other_versions == 1
        assert [row["child"] for row in rows(tmp_path / "tables", "children")] == [number_of(child)]
        agree(tmp_path / "tables", [child], version, ON)


def test_the_command_writes_and_says_what(cast: Cast, tmp_path: Path, capsys: Any):
    out = tmp_path / "tables"
    call_command("extract_tables", "--out", str(out), "--as-of", ON.isoformat())
    said = capsys.readouterr().out
    assert "children 1\n" in said
    assert f"written: {out}" in said
    assert (out.stat().st_mode & 0o777, sorted(path.name for path in out.iterdir())) == (
        0o700,
        sorted([DELIVERY, *(f"{table.name}.parquet" for table in TABLES)]),
    )
    with pytest.raises(CommandError, match="is a file"):
        call_command("extract_tables", "--out", str(out / DELIVERY))
