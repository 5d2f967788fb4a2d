"""The trail is chained: whatever is done to it past the system is found."""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from hembesok.access import heads
from hembesok.access.keys import forget, keyring
from hembesok.access.models import Staff, TrailEntry, TrailHead
from hembesok.access.rules.chain import Head, Row
from hembesok.access.services import trail as service
from hembesok.access.services.trail import note, note_all, note_sign_in, note_system
from tests.conftest import Cast
from tests.services import chains
from tests.services.chains import chain, kept_heads, stored, tampering, verified

HOUR = timedelta(hours=1)
LINK = "ab" * 32


@pytest.fixture
def file(tmp_path: Path, settings: Settings) -> Path:
    """Where the site keeps its heads."""
    path = tmp_path / "elsewhere" / "heads.txt"
    path.parent.mkdir()
    settings.TRAIL_HEADS = path
    return path


@pytest.fixture
def staff(db: None) -> Staff:
    return Staff.objects.create_user("anna", "Anna Ask")


# Writing.


def test_entries_are_numbered_without_a_gap_and_tell_why(cast: Cast, file: Path):
    before = TrailEntry.objects.count()
    note(cast.anna, "family.read", "family:X", "1", why="team")
    note_all(cast.anna, "family.listed", ["family:X", "family:Y"], why="site")
    note_sign_in(Staff.objects.get(login="bo"), "session.begun")
    note_system("keys.rotated", "åäö \U0001f9f8")
    rows = stored()
    assert [row.number for row in rows] == list(range(1, before + 6))
    assert [row.why for row in rows[before:]] == ["team", "site", "site", "sign-in", ""]
    assert rows[-1].staff is None
    assert all(len(row.link) == 64 and row.key for row in rows)
    assert all(one.at <= two.at for one, two in pairwise(rows))
    assert rows == chain(rows), "what the database gives back is what was chained"
    head = TrailHead.objects.get()
    assert (head.number, head.link) == (rows[-1].number, rows[-1].link)


def test_a_long_list_is_noted_in_a_known_number_of_statements(cast: Cast):
    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as found:
            note_all(cast.anna, "family.listed", [f"family:{n}" for n in range(count)])
        return len(found)

    assert statements(1) == statements(60) <= 5
    assert statements(0) == 0


def test_what_is_rolled_back_leaves_no_gap(cast: Cast, file: Path):
    count = TrailEntry.objects.count()
    with transaction.atomic():
        note(cast.anna, "family.read", "family:X")
        transaction.set_rollback(True)
    note(cast.anna, "family.read", "family:Y")
    assert [row.number for row in stored()] == list(range(1, count + 2))


def test_who_sets_the_head_back_is_met_by_the_database(cast: Cast):
    TrailHead.objects.update(number=0, link="")
    with pytest.raises(IntegrityError), transaction.atomic():
        note(cast.anna, "family.read", "family:X")


# The heads kept elsewhere.


def test_each_commit_keeps_the_newest_head_in_the_line_of_its_day(
    cast: Cast,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
):
    def noted(at_hour: int, times: int) -> list[str]:
        monkeypatch.setattr(service, "now", lambda: chains.BEGUN + at_hour * HOUR)
        with django_capture_on_commit_callbacks(execute=True):
            for _time in range(times):
                note(cast.anna, "family.read", "family:X")
        return file.read_text().splitlines()

    assert [line[:10] for line in noted(0, 3)] == ["2026-03-02"]
    first = noted(1, 1)
    assert len(first) == 1
    assert first[0].split()[1:] == [f"{stored()[-1].number:012}", stored()[-1].link]
    second = noted(20, 2)
    assert [line[:10] for line in second] == ["2026-03-02", "2026-03-03"]
    assert second[0] == first[0], "the line of an earlier day stands"
    last = noted(1, 1)
    assert [line[:10] for line in last] == ["2026-03-02", "2026-03-03"], "a clock set back"
    out = StringIO()
    call_command("trail_head", stdout=out)
    assert out.getvalue().split()[1:] == last[-1].split()[1:]


DAY = date(2026, 3, 2)


def links(number: int) -> str:
    return f"{number:064x}"


def keep(file: Path, number: int, *, previous: int | None = None, day: date = DAY, on: str = ""):
    before = number - 1 if previous is None else previous
    heads.keep(file, Head(day, number, links(number)), previous=(before, on or links(before)))


def numbers(file: Path) -> list[int]:
    return [head.number for head in heads.read(file).heads]


def test_the_file_never_goes_backwards_and_keeps_what_contradicts(file: Path):
    keep(file, 5)
    keep(file, 4)
    keep(file, 3, previous=1)
    assert numbers(file) == [5]
    keep(file, 8, previous=6)
    assert numbers(file) == [8], "one who wrote later may be first at the file"
    keep(file, 9, on=LINK)
    assert numbers(file) == [8, 9], "8 was something else: the line that tells of it stays"
    keep(file, 12, previous=8)
    assert numbers(file) == [8, 9, 12]
    keep(file, 13, day=DAY + timedelta(1))
    keep(file, 14, day=DAY)
    assert numbers(file) == [8, 9, 12, 14]
    assert heads.read(file).heads[-1].day == DAY + timedelta(1)


def test_half_a_line_is_told_of_and_never_built_on(file: Path):
    keep(file, 5)
    file.write_text(file.read_text()[:-10])
    keep(file, 6)
    assert numbers(file) == [6]
    assert heads.read(file).unreadable == (1,)
    file.write_text("garbage\n2026-02-31 1 " + LINK + "\n")
    keep(file, 7)
    assert heads.read(file).unreadable == (1, 2)
    keep(file, 8)
    assert numbers(file) == [8]


def test_a_file_that_cannot_be_written_loses_no_entry_and_is_told_of_once(
    cast: Cast,
    tmp_path: Path,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
):
    settings.TRAIL_HEADS = tmp_path / "file" / "heads.txt"
    (tmp_path / "file").write_text("no folder")
    count = TrailEntry.objects.count()
    with caplog.at_level(logging.WARNING):
        for _time in range(3):
            with django_capture_on_commit_callbacks(execute=True):
                note(cast.anna, "family.read", "family:X")
    assert TrailEntry.objects.count() == count + 3
    assert len(caplog.records) == 1
    assert "verify-trail" in caplog.text
    assert verified()[0] == 2
    (tmp_path / "file").unlink()
    assert verified()[0] == 1, "entries, and no heads"
    with django_capture_on_commit_callbacks(execute=True):
        note(cast.anna, "family.read", "family:X")
    assert verified()[0] == 0


# Finding.


def test_a_whole_trail_is_whole_and_an_empty_one_too(staff: Staff, file: Path):
    assert verified() == (0, "The trail is whole: 0 entries.\n")
    rows = chain(chains.rows(400, staff=staff.pk))
    chains.write(rows)
    kept_heads(rows, file)
    assert verified() == (0, "The trail is whole: 400 entries.\n")
    code, said = verified(Path("no such file"))
    assert (code, "No such file" in said) == (2, True)


def test_days_without_a_head_and_entries_after_the_last_are_told_of(staff: Staff, file: Path):
    rows = chain(chains.rows(40, staff=staff.pk, step=6 * HOUR))
    chains.write(rows)
    kept_heads(rows, file)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:3] + lines[4:-1]))
    code, said = verified()
    assert code == 0
    assert "Days without a kept head (2): 2026-03-05, 2026-03-12" in said
    assert "of the entries after it" in said
    file.unlink()
    code, said = verified()
    assert code == 1
    assert "No heads were kept" in said


def test_a_line_of_the_heads_file_that_is_no_head_is_found(staff: Staff, file: Path):
    rows = chain(chains.rows(10, staff=staff.pk))
    chains.write(rows)
    kept_heads(rows, file)
    file.write_text("2026-03-01 x\n" + file.read_text())
    assert "line 1" in verified()[1]


COLUMN_VALUES: dict[str, Callable[[Row], object]] = {
    "at": lambda row: row.at + timedelta(microseconds=1),
    "staff_id": lambda row: None,
    "role": lambda row: "coordinator",
    "unit_id": lambda row: 7_000_000,
    "action": lambda row: "family.listed",
    "subject": lambda row: row.subject + "X",
    "detail": lambda row: "1",
    "why": lambda row: "",
    "key": lambda row: "another",
    "link": lambda row: row.link[::-1],
}


def test_every_column_is_one_that_can_be_changed_below():
    columns = {
        field.attname for field in TrailEntry._meta.get_fields() if hasattr(field, "attname")
    }
    assert columns == {"number", *COLUMN_VALUES}


LENGTH = 60


def changed(rows: list[Row], at: int, column: str) -> None:
    # The unit is one that is not there: the chain must tell, not the foreign key.
    value = COLUMN_VALUES[column](rows[at])
    TrailEntry.objects.filter(number=rows[at].number).update(**{column: value})


def moved(old: int, new: int) -> None:
    TrailEntry.objects.filter(number=old).update(number=new)


def deleted(rows: list[Row], at: int, column: str) -> None:
    TrailEntry.objects.filter(number=rows[at].number)._raw_delete("default")


def closed_up(rows: list[Row], at: int, column: str) -> None:
    """Remove an entry and number those after it anew."""
    deleted(rows, at, column)
    for row in rows[at + 1 :]:
        moved(row.number, row.number - 1)
    TrailHead.objects.update(number=len(rows) - 1)


def inserted(rows: list[Row], at: int, column: str) -> None:
    for row in reversed(rows[at:]):
        moved(row.number, row.number + 1)
    forged = rows[at]._replace(subject="family:FORGED")
    TrailEntry.objects.bulk_create([TrailEntry(**dict(zip(service.COLUMNS, forged, strict=True)))])
    TrailHead.objects.update(number=len(rows) + 1)


def inserted_outside(rows: list[Row], at: int, column: str) -> None:
    number = -at if at % 2 else len(rows) + 1 + at
    forged = rows[at]._replace(number=number)
    TrailEntry.objects.bulk_create([TrailEntry(**dict(zip(service.COLUMNS, forged, strict=True)))])


def swapped(rows: list[Row], at: int, column: str) -> None:
    other = rows[(at + 7) % len(rows)].number
    moved(rows[at].number, 9_000)
    moved(other, rows[at].number)
    moved(9_000, other)


def cut(rows: list[Row], at: int, column: str) -> None:
    TrailEntry.objects.filter(number__gt=at)._raw_delete("default")


def cut_and_set_back(rows: list[Row], at: int, column: str) -> None:
    cut(rows, at, column)
    chains.set_head(rows[:at])


def rebuilt(*, own_key: bool) -> Callable[[list[Row], int, str], None]:
    def rebuild(rows: list[Row], at: int, column: str) -> None:
        TrailEntry.objects.all()._raw_delete("default")
        chains.write(chain([*rows[:at], *rows[at + 1 :]], own_key=own_key))

    return rebuild


def rebuilt_whole_length(rows: list[Row], at: int, column: str) -> None:
    """With the right key, the same number of entries, one of them another."""
    TrailEntry.objects.all()._raw_delete("default")
    other = rows[at]._replace(subject="family:OTHER")
    chains.write(chain([*rows[:at], other, *rows[at + 1 :]]))


def head_changed(rows: list[Row], at: int, column: str) -> None:
    TrailHead.objects.update(link=LINK)


TAMPERINGS = {
    "change": changed, "delete": deleted, "close up": closed_up, "insert": inserted,
    "insert outside": inserted_outside, "swap": swapped, "cut": cut,
    "cut and set back": cut_and_set_back, "own key": rebuilt(own_key=True),
    "right key": rebuilt(own_key=False), "right key, same length": rebuilt_whole_length,
    "head": head_changed,
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERINGS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_done_past_the_system_is_found(
    staff: Staff, file: Path, how: str, data: st.DataObject
):
    at = data.draw(st.integers(0, LENGTH - 1), label="entry")
    column = data.draw(st.sampled_from(sorted(COLUMN_VALUES)), label="column")
    with tampering():
        rows = chain(chains.rows(LENGTH, staff=staff.pk, step=HOUR))
        chains.write(rows)
        kept_heads(rows, file)
        assert verified()[0] == 0
        TAMPERINGS[how](rows, at, column)
        code, said = verified()
    assert code == 1
    if how in ("change", "delete"):
        # A removed last entry is known by its number only.
        assert f"entry {at + 1}" in said


@pytest.mark.parametrize("column", sorted(COLUMN_VALUES))
def test_a_change_of_any_column_is_found_without_any_heads(staff: Staff, file: Path, column: str):
    rows = chain(chains.rows(9, staff=staff.pk))
    chains.write(rows)
    kept_heads(rows[:1], file)
    assert verified()[0] == 0
    with tampering():
        changed(rows, 4, column)
        code, said = verified()
    assert code == 1
    assert "entry 5, 2026-03-02" in said


def test_an_entry_that_names_no_key_is_not_taken_for_one_of_the_newest(staff: Staff, file: Path):
    rows = chain(chains.rows(9, staff=staff.pk))
    chains.write(rows)
    kept_heads(rows, file)
    with tampering():
        TrailEntry.objects.filter(number=5).update(key="")
        code, said = verified()
    assert code == 1
    assert said.startswith("entry 5, 2026-03-02: is chained with a key")


def test_entries_under_older_keys_are_verified_too(cast: Cast, file: Path, settings: Settings):
    before, older = TrailEntry.objects.count(), settings.KEYS
    settings.KEYS = keyring().with_new_key("trail", DAY).text()
    forget()
    try:
        note(cast.anna, "family.read", "family:X")
        rows = stored()
        kept_heads(rows, file)
        assert len({row.key for row in rows}) == 2
        assert verified() == (0, f"The trail is whole: {before + 1} entries.\n")
    finally:
        settings.KEYS = older
        forget()
    code, said = verified()
    assert code == 1
    assert f"entry {before + 1}, " in said
    assert "a key that the keyring does not hold" in said


def test_what_is_no_moment_is_found_and_does_not_stop_the_finding(staff: Staff, file: Path):
    if connection.vendor == "postgresql":
        return  # its columns hold nothing but moments
    rows = chain(chains.rows(9, staff=staff.pk))
    chains.write(rows)
    kept_heads(rows, file)
    with tampering(), connection.cursor() as cursor:
        cursor.execute("UPDATE access_trailentry SET at = 'never' WHERE number = 4")
        cursor.execute("UPDATE access_trailentry SET subject = x'00ff' WHERE number = 7")
        code, said = verified()
    assert code == 1
    assert "entry 4" in said
    assert "entry 7" in said
    assert said.count("\n") == 2


def test_among_a_hundred_thousand_entries_one_is_found(staff: Staff, file: Path):
    rows = chain(chains.rows(100_000, staff=staff.pk))
    chains.write(rows)
    kept_heads(rows, file)
    assert verified() == (0, "The trail is whole: 100000 entries.\n")
    with tampering():
        deleted(rows, 49_999, "")
        changed(rows, 77_776, "at")
        cut_and_set_back(rows, 99_990, "")
        code, said = verified()
    assert code == 1
    first, second, third, _end = said.splitlines()
    assert first.startswith("entry 50000, ")
    assert second.startswith("entry 77777, ")
    assert third.startswith("entries 99991-100000, ")


def test_many_findings_are_listed_up_to_a_hundred(staff: Staff, file: Path):
    rows = chain(chains.rows(300, staff=staff.pk))
    chains.write(rows)
    kept_heads(rows, file)
    with tampering():
        TrailEntry.objects.filter(number__gt=50).update(detail="x")
        code, said = verified()
    assert code == 1
    assert said.count("\nentry") == 99
    assert "and 150 more" in said
