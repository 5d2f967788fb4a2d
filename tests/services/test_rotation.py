"""Rotation: nothing is lost, whenever it is stopped; keys that do not fit are told."""

import os
import shutil
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing
from fcntl import F_SETPIPE_SZ, fcntl
from pathlib import Path
from signal import SIGKILL

import pytest
from django.core.management import call_command

from hembesok.access.keyring import SECTIONS, Keyring
from hembesok.access.keys import keyring
from hembesok.access.models import Site
from hembesok.access.services import rotation
from hembesok.families.models import Child, Family, Guardian
from tests.conftest import ON
from tests.services.keys_of import SEALED, command, environment, keys_are, python, run, stored

MANY = 10_000


def families(count: int) -> None:
    """Make families, each with a child and two guardians."""
    site = Site.objects.create(key="here", name="Här")
    made = Family.objects.bulk_create(
        Family(site=site, code=f"H-{n}", address=f"Almgatan {n}", door_note=f"Port {n}" * (n % 2))
        for n in range(count)
    )
    Child.objects.bulk_create(
        Child(family=family, given_name=f"Doris {n}", born=ON) for n, family in enumerate(made)
    )
    Guardian.objects.bulk_create(
        Guardian(family=family, number=which, given_name=f"Dana {n} {which}", phone=f"070 {n}")
        for n, family in enumerate(made)
        for which in (1, 2)
    )


def everything() -> list[list[tuple[object, ...]]]:
    """All rows, opened."""
    return [
        list(model._default_manager.order_by("pk").values_list())
        for model in (Family, Child, Guardian)
    ]


def under() -> Counter[str]:
    """How many values stand under each key."""
    return Counter(value.partition(":")[0] for value in stored(*SEALED))


@pytest.mark.django_db
def test_the_rotation_of_ten_thousand_families_loses_nothing():
    families(MANY)
    before, old = everything(), keyring()
    values = sum(under().values())
    assert values == MANY * 6.5
    with keys_are(old.with_new_key("seal", ON).text()):
        told: list[str] = []
        report = rotation.rotate(told.append)
        assert (report.rows, report.renewed) == (MANY * 4, values)
        assert told[-1] == f"families_guardian: {2 * MANY} of {2 * MANY} rows"
        assert under() == {keyring().sections["seal"].newest: values}
        assert everything() == before
        assert report.unused() == [("seal", old.sections["seal"].newest)]
        assert rotation.rotate(told.append).renewed == 0, "there is nothing left to do"
    with keys_are(old.text()):
        assert rotation.check(told.append).unopened.total() == values, "the old key opens nothing"


# The real command, on a file of its own.


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site's folder with keys and 200 families in a SQLite file, made once."""
    folder = tmp_path_factory.mktemp("made")
    code = "from tests.services.test_rotation import families; families(200)"
    for done in (run(folder, "make-keys"), run(folder, "migrate", "-v", "0"), python(folder, code)):
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def site(made: Path, tmp_path: Path) -> Path:
    """The same, to change."""
    return shutil.copytree(made, tmp_path / "site")


def raw(site: Path) -> dict[str, list[str]]:
    """The sealed columns of a site's file, as they stand."""
    found = {}
    with closing(sqlite3.connect(site / "hembesok.sqlite3")) as opened:
        for column in SEALED:
            table, _stop, name = column.partition(".")
            rows = opened.execute(f"SELECT {name} FROM {table} ORDER BY id")  # noqa: S608
            found[column] = [str(value) for (value,) in rows]
    return found


def plain(site: Path) -> dict[str, list[str]]:
    """The same, opened with the keys in the site's file."""
    ring = Keyring.parse((site / "keys.toml").read_text(), "keys.toml")
    return {
        column: [value and ring.unseal(value, column.replace("_", ".", 1)) for value in values]
        for column, values in raw(site).items()
    }


def ids(site: Path) -> Counter[str]:
    """How many values of a site's file stand under each key."""
    values = [value for column in raw(site).values() for value in column if value]
    return Counter(value.partition(":")[0] for value in values)


def test_a_rotation_that_is_killed_half_way_is_finished_by_the_next(site: Path):
    before, old = plain(site), ids(site)
    assert run(site, "make-keys", "--add", "seal").returncode == 0
    newest = Keyring.parse((site / "keys.toml").read_text(), "").sections["seal"].newest

    reading, writing = os.pipe()
    # What it says of its progress soon fills the pipe, and then it waits for us: with a row in
    # each batch it cannot come to its end, however late we are.
    fcntl(writing, F_SETPIPE_SZ, 4096)
    with subprocess.Popen(
        command("rotate-keys", "--batch", "1"),
        cwd=site, env=environment(site), stdout=subprocess.DEVNULL, stderr=writing,
    ) as rotating:  # fmt: skip
        os.close(writing)
        assert b"rows" in os.read(reading, 30), "it has begun"
        rotating.send_signal(SIGKILL)
    os.close(reading)

    half = ids(site)
    assert half.keys() == old.keys() | {newest}, "some are done and some are not"
    assert plain(site) == before

    done = run(site, "rotate-keys")
    assert done.returncode == 0, done.stderr
    assert ids(site) == {newest: old.total()}
    assert plain(site) == before
    assert f"{old.total() - half[newest]} values under a new key" in done.stdout
    assert f"Nothing stored names the key {next(iter(old))} of [seal] any more" in done.stdout
    assert run(site, "rotate-keys", "--check").returncode == 0


def test_a_key_nobody_needs_can_be_removed_and_one_that_is_needed_is_missed(site: Path):
    file = site / "keys.toml"
    first = Keyring.parse(file.read_text(), "").sections["seal"].newest
    run(site, "make-keys", "--add", "seal")
    ring = Keyring.parse(file.read_text(), "")
    before, whole = raw(site), file.read_text()
    line = next(line for line in whole.splitlines(keepends=True) if line.startswith(f'"{first}" ='))
    file.write_text(whole.replace(line, "", 1))

    for words in (["rotate-keys"], ["rotate-keys", "--check"]):
        done = run(site, *words)
        assert done.returncode == 2
        assert "families_guardian.phone: 400 values do not open" in done.stdout
        assert "1300 values do not open with these keys" in done.stderr
        assert "Traceback" not in done.stderr
    assert raw(site) == before, "what does not open is left as it is"

    file.write_text(whole)
    assert run(site, "rotate-keys").returncode == 0
    file.write_text(whole.replace(line, "", 1))
    assert run(site, "rotate-keys", "--check").returncode == 0
    assert ids(site).keys() == {ring.sections["seal"].newest}


def test_keys_that_are_lost_broken_or_wrong_are_told_by_the_command(site: Path):
    file = site / "keys.toml"
    whole = file.read_text()
    for text, words in (
        (None, ["There are no keys", "keys.toml is not there", "put the keys back"]),
        (whole.replace('"\n', "\n", 1), ["keys.toml is not TOML (at line"]),
        (whole.replace("[trail]", "[tail]"), ["[tail] is none of the sections"]),
        (Keyring.fresh(ON).text(), ["is needed and is not in", "keys.toml"]),
        (_other_bytes(whole), ["another one under the same id", "families.family.address"]),
    ):
        file.unlink(missing_ok=True)
        if text is not None:
            file.write_text(text)
        code = "from hembesok.families.models import Family; list(Family.objects.all())"
        done = python(site, code)
        assert (done.returncode, done.stdout) == (1, "")
        assert all(word in done.stderr.splitlines()[-1] for word in words), done.stderr
        assert "Almgatan" not in done.stderr
        assert run(site, "rotate-keys", "--check").returncode == 2
        assert file.exists() == (text is not None), "no keys are made unasked"


def _other_bytes(text: str) -> str:
    """Return a keyring with the same ids and other keys."""
    ring = Keyring.parse(text, "")
    new = Keyring.fresh(ON).text()
    return new.replace("2026-03", ring.sections["seal"].newest)


def test_keys_are_made_once_for_their_owner_only(tmp_path: Path):
    folder = tmp_path / "data"
    done = run(folder.parent, "make-keys", HEMBESOK_DATA=str(folder))
    assert done.returncode == 0, done.stderr
    file = folder / "keys.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o077 == 0
    first = file.read_text()

    again = run(folder.parent, "make-keys", HEMBESOK_DATA=str(folder))
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert file.read_text() == first

    for use in SECTIONS:
        done = run(tmp_path, "make-keys", "--add", use, HEMBESOK_DATA=str(folder))
        assert done.returncode == 0, done.stderr
    ring, old = Keyring.parse(file.read_text(), ""), Keyring.parse(first, "")
    for use in SECTIONS:
        assert ring.sections[use].keys.items() > old.sections[use].keys.items()
        assert ring.sections[use].ids[1:] == old.sections[use].ids
    assert file.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in folder.iterdir()} == {"keys.toml", "secret-key"}, (
        "no spare copies"
    )
    for text in (done.stdout, again.stderr):
        assert len(text.splitlines()) == 1


def test_keys_may_be_in_a_file_elsewhere_or_in_the_environment(tmp_path: Path):
    file = tmp_path / "apart" / "site.toml"
    assert run(tmp_path, "make-keys", HEMBESOK_KEYS_FILE=str(file)).returncode == 0
    assert file.exists()
    assert not (tmp_path / "keys.toml").exists()
    for words in (["make-keys"], ["make-keys", "--add", "seal"]):
        done = run(tmp_path, *words, HEMBESOK_KEYS=file.read_text())
        assert done.returncode == 2
        assert "HEMBESOK_KEYS" in done.stderr
    assert run(tmp_path, "make-keys", "--add", "seal").returncode == 2, "no file, nothing to add to"
    assert not (tmp_path / "keys.toml").exists()


@pytest.mark.parametrize("size", ["0", "-1", "x", "1000000"])
def test_a_batch_is_a_number_of_rows(size: str):
    from django.core.management import CommandError

    with pytest.raises(CommandError, match="write a number from 1 to 100000"):
        call_command("rotate_keys", f"--batch={size}")
