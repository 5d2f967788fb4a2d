"""Sealed columns: plain for whoever has the keys, and nothing for whoever has the database."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.migrations.state import StateApps
from django.db.models import F
from django.db.models.functions import Length
from django.test.utils import isolate_apps

from hembesok.access.appendonly import append_only
from hembesok.access.keyring import KeyProblem, Keyring
from hembesok.access.keys import keyring
from hembesok.access.sealed import BlindIndexField, SealedTextField
from hembesok.access.services import rotation
from hembesok.families.models import Child, Family, Guardian
from tests.conftest import ON, Cast
from tests.services.keys_of import SEALED, keys_are, run, stored

pytestmark = pytest.mark.django_db

SECRETS = ("Dana", "Doris", "Almgatan 1", "Port 3", "070-174 06 12")


@pytest.fixture
def family(cast: Cast) -> Family:
    """The cast's family, with a telephone number."""
    Guardian.objects.update(phone="070-174 06 12")
    return cast.family


def test_the_database_holds_no_plain_text(family: Family):
    found = stored(*SEALED)
    assert len(found) == len(SECRETS)
    newest = keyring().sections["seal"].newest
    assert all(value.startswith(f"{newest}:") for value in found)
    assert not any(secret in value for secret in SECRETS for value in found)


def test_neither_a_dump_nor_the_file_holds_plain_text(family: Family):
    held = connection.connection
    if isinstance(held, sqlite3.Connection):
        # The whole database as its file would hold it, what is not committed too.
        dumps = ["\n".join(held.iterdump()), held.serialize().decode("latin-1")]
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT schema_to_xml('public', true, false, '')")
            dumps = [str(cursor.fetchall())]
    for dump in dumps:
        assert "H-0001" in dump
        assert not any(secret in dump for secret in SECRETS)


def test_dumpdata_would_open_everything_and_is_closed(tmp_path: Path):
    done = run(tmp_path, "dumpdata")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is closed" in done.stderr


def test_sealed_texts_are_read_and_written_as_any_text(family: Family):
    first = Guardian.objects.get()
    assert (first.given_name, first.phone) == ("Dana", "070-174 06 12")
    made = Guardian.objects.bulk_create(
        Guardian(family=family, given_name=name) for name in ("Åsa", "Örjan", "دانا")
    )
    assert stored("families_guardian.phone") != [], "only hers is written"
    assert len(stored("families_guardian.phone")) == 1, "what is empty stays empty"
    for guardian in made:
        guardian.phone = f"1 {guardian.given_name}"
    Guardian.objects.bulk_update(made, ["phone"])
    names = Guardian.objects.order_by("pk").values_list("given_name", "phone")
    assert list(names)[1:] == [("Åsa", "1 Åsa"), ("Örjan", "1 Örjan"), ("دانا", "1 دانا")]
    assert Guardian.objects.filter(pk=first.pk).update(given_name="Disa") == 1
    first.refresh_from_db()
    assert first.given_name == "Disa"
    assert Child.objects.values("given_name")[0] == {"given_name": "Doris"}
    assert Family.objects.annotate(at=F("address")).values_list("at").get() == ("Almgatan 1",)


def test_the_empty_text_can_be_looked_for(family: Family):
    assert not Guardian.objects.filter(phone="").exists()
    assert Guardian.objects.exclude(phone="").count() == 1
    assert Guardian.objects.filter(phone__isnull=False).count() == 1


@pytest.mark.parametrize(
    "lookup",
    [
        {"phone": "070-174 06 12"},
        {"phone": F("given_name")},
        {"phone__in": ["070-174 06 12"]},
        {"phone__contains": "070"},
        {"phone__iexact": ""},
        {"phone__gt": ""},
        {"phone__regex": "."},
        {"phone__length": 3},
    ],
    ids=str,
)
def test_a_sealed_text_cannot_be_looked_for_by_mistake(lookup: dict[str, object]):
    with pytest.raises(FieldError, match=r"Guardian.phone is sealed and cannot be looked for"):
        list(Guardian.objects.filter(**lookup))
    with pytest.raises(FieldError):
        list(Guardian.objects.filter(family__in=Family.objects.filter(address=F("code"))))


def test_a_value_that_was_moved_is_an_error_and_never_garbage(family: Family):
    Guardian.objects.update(phone=F("given_name"))
    with pytest.raises(KeyProblem, match=r"families.guardian.phone does not open"):
        Guardian.objects.get()
    Guardian.objects.update(phone=Length("given_name"))
    with pytest.raises(KeyProblem, match=r"families.guardian.phone is not sealed"):
        Guardian.objects.get()


def test_a_field_says_how_a_migration_makes_it_again():
    for made in (
        SealedTextField(max_length=30, blank=True),
        SealedTextField(context="families.guardian.telephone"),
        BlindIndexField(source="value", db_index=True),
        BlindIndexField(source="value", context="a.b.c", unique=True),
    ):
        _name, _path, args, kwargs = made.deconstruct()
        again = type(made)(*args, **kwargs)
        assert again.deconstruct() == made.deconstruct()
        assert vars(again).keys() == vars(made).keys()
    assert BlindIndexField(source="value").deconstruct()[3]["source"] == "value"


# Blind indexes: a table that the product does not have yet.


@pytest.fixture
def identifier(db: None) -> Any:
    """A model of numbers that are sealed and found by an index."""
    with isolate_apps("hembesok.families"):

        class Number(models.Model):
            value = SealedTextField()
            index = BlindIndexField(source="value", db_index=True)

            class Meta:
                app_label = "families"

            def __str__(self) -> str:
                return ""

    kind = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TABLE families_number (id {kind} PRIMARY KEY, value text, "index" text)'
        )
    return Number


A, B = "202510102384", "202510102392"


def test_a_number_is_found_by_its_index_and_stands_nowhere(identifier: Any):
    rows = identifier._default_manager
    rows.create(value=A)
    rows.bulk_create([identifier(value=B), identifier(value="")])
    assert [row.value for row in rows.filter(index__of=A)] == [A]
    assert [row.value for row in rows.filter(index__of=B)] == [B]
    assert rows.filter(index__of="").count() == 1
    assert not rows.filter(index__of="202510102400").exists()
    found = stored("families_number.value") + stored('families_number."index"')
    assert len(found) == 4
    assert not any(A[2:] in text or B[2:] in text for text in found)


def test_a_number_is_found_before_during_and_after_a_rotation(identifier: Any):
    rows = identifier._default_manager
    old = keyring()
    tables = rotation.tables([identifier])
    rows.create(value=A)
    new = old.with_new_key("index", ON).with_new_key("seal", ON)
    with keys_are(new.text()):
        rows.create(value=B)
        assert [row.value for row in rows.filter(index__of=A)] == [A]
        report = rotation.rotate(lambda _words: None, of=tables)
        assert (report.rows, report.renewed) == (2, 2)
        assert [row.value for row in rows.filter(index__of=A)] == [A]
        assert [row.value for row in rows.filter(index__of=B)] == [B]
        assert {text.partition(":")[0] for text in stored('families_number."index"')} == {
            new.sections["index"].newest
        }
        assert report.unused() == [
            ("seal", old.sections["seal"].newest),
            ("index", old.sections["index"].newest),
        ]
        assert not rotation.check(lambda _words: None, of=tables).unopened


def test_the_check_finds_an_index_that_is_not_of_its_source(identifier: Any):
    rows = identifier._default_manager
    rows.create(value=A)
    rows.update(value=B)
    report = rotation.check(lambda _words: None, of=rotation.tables([identifier]))
    assert dict(report.unopened) == {"families_number.index": 1}


def test_a_table_that_only_grows_is_reported(identifier: Any):
    identifier._default_manager.create(value=A)
    append_only("families_number").code(StateApps([], {}), connection.SchemaEditorClass(connection))
    old = keyring()
    before = stored("families_number.value")
    with keys_are(old.with_new_key("seal", ON).text()):
        report = rotation.rotate(lambda _words: None, of=rotation.tables([identifier]))
        assert dict(report.unchangeable) == {"families_number.value": 1}
        assert report.renewed == 0
        assert report.unused() == [], "the old key is still needed"
    assert stored("families_number.value") == before


def test_other_keys_under_the_same_ids_open_nothing(family: Family):
    with keys_are(Keyring.fresh(ON).text()):
        for model in (Family, Child, Guardian):
            with pytest.raises(KeyProblem, match="another one under the same id"):
                list(model._default_manager.all())
