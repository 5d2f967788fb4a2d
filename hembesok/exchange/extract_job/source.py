"""Reading a site's database through ADBC: whole columns, streamed, all of one instant.

Everything is read in one read-only transaction, so what others write meanwhile is seen
wholly or not at all: nothing of it, if they commit after the first read. Writers do not wait for
it: SQLite keeps a log beside the file (WAL), PostgreSQL keeps rows' versions. It is read in a
process of its own (reading.py says why).

Columns are named by their models, and a column that is sealed is refused here, so that no
query can let one out. What is sealed and must be read to be counted is asked for by its own
name (`opened`), is opened in memory, and only a code made of it goes on.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlencode

import pyarrow as pa
from django.conf import settings
from django.db import models

import hembesok
from hembesok.access.keys import keyring
from hembesok.access.sealed import BlindIndexField, SealedTextField
from hembesok.exchange.tables.faults import FileError


@dataclass(frozen=True)
class Source:
    """An open read of the database. All it reads is of the instant it was opened.

    Each stream is read to its end before the next is asked for.
    """

    process: "subprocess.Popen[bytes]"

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

    def opened(self, model: type[models.Model], name: str, *plain: str) -> Iterator[dict[str, str]]:
        """Yield rows with a sealed column opened, batch by batch in memory; others beside it."""
        field, ring = _field(model, name), keyring()
        if not isinstance(field, SealedTextField):
            raise TypeError(f"{field} is not sealed")
        for batch in self._texts(model, [*(_field(model, one) for one in plain), field]):
            for row in batch.to_pylist():
                yield {**row, str(field.column): ring.unseal(row[field.column], field.context)}

    def _texts(
        self, model: type[models.Model], fields: list["models.Field[Any, Any]"]
    ) -> pa.RecordBatchReader:
        columns = ", ".join(
            f"coalesce(CAST({_quoted(f.column)} AS text), '') AS {_quoted(f.column)}"
            for f in fields
        )
        return self.asked(f"SELECT {columns} FROM {_quoted(model._meta.db_table)}")  # noqa: S608

    def asked(self, query: str) -> pa.RecordBatchReader:
        """Return what a query comes to; raises FileError where it cannot be read."""
        process = self.process
        try:
            _line(process, query)
            return pa.ipc.open_stream(process.stdout)
        except (OSError, pa.ArrowException):
            raise FileError(f"the site's database cannot be read: {self._last_words()}") from None

    def _last_words(self) -> str:
        """Return what the process said when it ended."""
        _out, told = self.process.communicate(timeout=10)
        return told.decode(errors="replace").strip() or "it gave no reason"


@contextmanager
def opened() -> Iterator[Source]:
    """Open the site's database for one consistent read."""
    root = str(Path(hembesok.__file__).parent.parent)
    paths = [root, os.environ.get("PYTHONPATH", "")]
    with subprocess.Popen(
        [sys.executable, "-m", "hembesok.exchange.extract_job.reading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    ) as process:
        try:
            # By the pipe and not as an argument, which everybody on the machine may read.
            _line(process, _address())
            source = Source(process)
            # Now it stands: the instant is that of this answer.
            source.asked("SELECT 1 AS one").read_all()
            yield source
            # The end of its input is the end of its work: it lets go of the database by itself.
            process.communicate(timeout=60)
        finally:
            process.kill()


def _line(process: "subprocess.Popen[bytes]", what: object) -> None:
    if process.stdin is None:
        raise OSError("the reading process has no input")
    process.stdin.write(json.dumps(what).encode() + b"\n")
    process.stdin.flush()


def _address() -> dict[str, str]:
    """Return where the database is, in the words of the driver."""
    database = settings.DATABASES["default"]
    name = quote(str(database["NAME"]), safe="/" if "sqlite" in database["ENGINE"] else "")
    if database["ENGINE"].endswith("sqlite3"):
        return {"engine": "sqlite", "address": f"file:{name}"}
    parts = {key.lower(): database.get(key) for key in ("HOST", "PORT", "USER", "PASSWORD")}
    # What Django alone understands is not for the driver.
    parts |= {
        key: value
        for key, value in database.get("OPTIONS", {}).items()
        if key.startswith("ssl") or key == "options"
    }
    asked = urlencode({key: str(value) for key, value in parts.items() if value}, quote_via=quote)
    return {"engine": "postgresql", "address": f"postgresql:///{name}?{asked}"}


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", model._meta.get_field(name))


def _quoted(name: str | None) -> str:
    return '"' + (name or "").replace('"', '""') + '"'
