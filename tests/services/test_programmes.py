"""Publishing programme versions; what is published, and the trail, only grow."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F

from hembesok.access.models import TrailEntry
from hembesok.access.services.trail import note
from hembesok.programme.models import ProgrammeVersion
from hembesok.programme.reader import ProtocolError
from hembesok.programme.services import publish, shipped
from tests.conftest import ON, Cast
from tests.services.stored import everything, refusal

NATIONAL = "se-national-2024.1.toml"
SKAGGETORP = "skaggetorp-2021.1.toml"


def published(name: str) -> ProgrammeVersion:
    return publish(shipped()[name], name=name, on=ON)


@pytest.mark.django_db
def test_what_we_ship_can_be_published_and_is_kept_word_for_word():
    for name, content in shipped().items():
        version = published(name)
        assert version.content.encode() == content
        assert version.protocol.identity == (version.key, version.version)
        assert len(version.plan.own) == len(version.protocol.steps)
    assert ProgrammeVersion.objects.count() == len(shipped()) == 3


@pytest.mark.django_db
def test_publishing_the_same_text_again_changes_nothing():
    first = published(NATIONAL)
    before = everything()
    assert published(NATIONAL) == first
    assert everything() == before


@pytest.mark.django_db
def test_another_text_under_a_published_version_is_refused():
    published(NATIONAL)
    changed = shipped()[NATIONAL] + b"\n# changed\n"
    reason = refusal(lambda: publish(changed, name=NATIONAL, on=ON))
    assert (reason.key, reason.values) == (
        "version_published",
        {"version": "se-national 2024.1"},
    )


@pytest.mark.django_db
def test_the_base_must_be_published_first():
    assert refusal(lambda: published(SKAGGETORP)).key == "base_not_published"
    published(NATIONAL)
    assert published(SKAGGETORP).base == ProgrammeVersion.objects.get(key="se-national")


@pytest.mark.django_db
def test_a_programme_that_does_not_fit_its_base_is_refused():
    published(NATIONAL)
    unfit = shipped()["goteborg-skane-2018.1.toml"].replace(b'"home-newborn"', b'"home-old"')
    reason = refusal(lambda: publish(unfit, name="unfit.toml", on=ON))
    assert reason.key == "base_does_not_fit"
    assert "home-old" in str(reason.values["why"])


@pytest.mark.django_db
def test_a_text_that_is_no_programme_is_no_version():
    with pytest.raises(ProtocolError):
        publish(b"format = 1", name="empty.toml", on=ON)
    assert not ProgrammeVersion.objects.exists()


def by_sql(statement: str) -> Callable[[models.Model], object]:
    def change(row: models.Model) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                statement.format(table=row._meta.db_table, pk=row._meta.pk.column), [row.pk]
            )

    return change


def last(row: models.Model) -> str:
    """Return the name of the last column."""
    return row._meta.fields[-1].name


def rows_of(row: models.Model) -> models.QuerySet[models.Model]:
    return type(row)._default_manager.filter(pk=row.pk)


CHANGES: dict[str, Callable[[models.Model], object]] = {
    "SQL update": by_sql("UPDATE {table} SET {pk} = {pk} WHERE {pk} = %s"),
    "SQL delete": by_sql("DELETE FROM {table} WHERE {pk} = %s"),
    "save": lambda row: row.save(),
    "update": lambda row: rows_of(row).update(**{last(row): F(last(row))}),
    "bulk update": lambda row: type(row)._default_manager.bulk_update([row], [last(row)]),
    "upsert": lambda row: type(row)._default_manager.bulk_create(
        [row], update_conflicts=True, unique_fields=["pk"], update_fields=[last(row)]
    ),
    "delete of rows": lambda row: rows_of(row).delete(),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", ["trail", "versions"])
def test_the_database_refuses_to_change_what_only_grows(cast: Cast, table: str, change: str):
    lone = ProgrammeVersion.objects.get(key="goteborg-skane")  # nobody is enrolled on it
    row = TrailEntry.objects.order_by("pk")[0] if table == "trail" else lone
    before = everything()
    with pytest.raises(DatabaseError, match="is append-only"), transaction.atomic():
        CHANGES[change](row)
    assert everything() == before


def test_the_database_refuses_to_replace_a_line_of_the_trail(cast: Cast):
    """REPLACE deletes the old row, and SQLite tells triggers of that only when asked to."""
    copy = "INTO access_trailentry SELECT * FROM access_trailentry"
    replace = {
        "sqlite": f"REPLACE {copy}",
        "postgresql": f"INSERT {copy} ON CONFLICT (number) DO UPDATE SET detail = ''",
    }
    before = everything()
    with (
        pytest.raises(DatabaseError, match="is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(replace[connection.vendor])
    assert everything() == before


def test_nobody_deletes_a_line_of_the_trail_or_a_version_by_mistake(cast: Cast):
    with pytest.raises(TypeError, match="append-only"):
        TrailEntry.objects.order_by("pk")[0].delete()
    lone = ProgrammeVersion.objects.get(key="goteborg-skane")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        lone.delete()


def test_what_only_grows_still_grows(cast: Cast):
    before = TrailEntry.objects.count()
    note(cast.anna, "family.read", cast.family.subject)
    assert TrailEntry.objects.count() == before + 1


@pytest.mark.parametrize("table", ["access_trailentry", "programme_programmeversion"])
def test_the_database_refuses_to_empty_what_only_grows(cast: Cast, table: str):
    # SQLite has no TRUNCATE.
    deed, rest = ("DELETE FROM", "") if connection.vendor == "sqlite" else ("TRUNCATE", "CASCADE")
    before = everything()
    connection.check_constraints()  # PostgreSQL first wants to be done with the rows just written
    with (
        pytest.raises(DatabaseError, match="is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{deed} {table} {rest}")
    assert everything() == before
