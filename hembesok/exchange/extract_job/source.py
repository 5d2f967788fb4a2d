"""Reading a site's database through ADBC: whole columns, streamed, all of one instant.

Everything is read in one read-only transaction, so what others write meanwhile is seen
wholly or not at all: nothing of it, if they commit after the first read. Writers do not wait for
it: SQLite keeps a log beside the file (WAL), PostgreSQL keeps rows' versions.

Columns are named by their models, and a column that is sealed is refused here, so that no
query can let one out. What is sealed and must be read to be counted is asked for by its own
name (`sealed`), is opened in memory, and only a code made of it goes on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import pyarrow as pa
from django.conf import settings
from django.db import models

from hembesok.access.sealed import BlindIndexField, SealedTextField

SNAPSHOT: Final = (
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
)


@dataclass(frozen=True)
class Source:
    """An open read of the database. All it reads is of the instant of the first read."""

    connection: Any
    cursors: list[Any] = field(default_factory=list)
    """Kept open: a stream ends with the cursor it came from."""

    def read(self, model: type[models.Model], *names: str) -> pa.RecordBatchReader:
        """Return columns of a model's table, every value as text, none as nothing: "" instead.

        SQLite knows no types, and its driver guesses them from the first rows; as text
        there is nothing to guess. Raises ValueError for what is sealed.
        """
        fields = [_field(model, name) for name in names]
        for one in fields:
            if isinstance(one, (SealedTextField, BlindIndexField)):
                raise ValueError(f"{one} is sealed, and no column of an extract")
        return self._texts(model, fields)

    def sealed(self, model: type[models.Model], name: str, *plain: str) -> pa.RecordBatchReader:
        """Return a sealed column as it is stored, with others beside it, to be opened here."""
        return self._texts(model, [_field(model, one) for one in (*plain, name)])

    def _texts(
        self, model: type[models.Model], fields: list["models.Field[Any, Any]"]
    ) -> pa.RecordBatchReader:
        columns = ", ".join(
            f"coalesce(CAST({_quoted(f.column)} AS text), '') AS {_quoted(f.column)}"
            for f in fields
        )
        cursor = self.connection.cursor()
        self.cursors.append(cursor)
        cursor.execute(f"SELECT {columns} FROM {_quoted(model._meta.db_table)}")  # noqa: S608 — ours
        return cast("pa.RecordBatchReader", cursor.fetch_record_batch())


@contextmanager
def opened() -> Iterator[Source]:
    """Open the site's database for one consistent read."""
    database = settings.DATABASES["default"]
    connect = _sqlite if database["ENGINE"].endswith("sqlite3") else _postgres
    with connect(database) as connection:
        source = Source(connection)
        try:
            yield source
        finally:
            for cursor in source.cursors:
                cursor.close()


def _sqlite(database: dict[str, Any]) -> Any:
    connection = adbc_driver_sqlite.dbapi.connect(f"file:{quote(str(database['NAME']))}")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only=ON")
        # Without a read the transaction has no instant yet.
        cursor.execute("SELECT count(*) FROM django_migrations")
        cursor.fetchall()
    return connection


def _postgres(database: dict[str, Any]) -> Any:
    parts = {"host": database.get("HOST"), "port": database.get("PORT")}
    parts |= {"user": database.get("USER"), "password": database.get("PASSWORD")}
    # What Django alone understands is not for the driver.
    parts |= {
        name: value
        for name, value in database.get("OPTIONS", {}).items()
        if name.startswith("ssl") or name == "options"
    }
    asked = urlencode({name: value for name, value in parts.items() if value}, quote_via=quote)
    name = quote(str(database["NAME"]), safe="")
    connection = adbc_driver_postgresql.dbapi.connect(f"postgresql:///{name}?{asked}")
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT)
        cursor.execute("SET TIME ZONE 'UTC'")
    # The level is that of the next transaction.
    connection.commit()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        cursor.fetchall()
    return connection


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", model._meta.get_field(name))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
