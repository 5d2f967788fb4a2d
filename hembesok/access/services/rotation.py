"""Moving everything that is sealed or indexed to the newest keys, and checking that it opens.

Columns are found by introspection, so what later rooms seal comes along. A table is gone
through by primary key, in batches, each a transaction: a run that is stopped has done
whole batches, and the next one does the rest. Nobody acts here and nobody is shown
anything, so there is nothing to note in the trail.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.functions import Cast

from hembesok.access.appendonly import is_append_only
from hembesok.access.keyring import KeyProblem, Keyring
from hembesok.access.keys import keyring
from hembesok.access.sealed import BlindIndexField, SealedTextField

BATCH = 500
Column = SealedTextField | BlindIndexField
Tell = Callable[[str], None]
Values = dict[str, str | None]
"""The sealed and indexed columns of one row, as they stand in the database."""


@dataclass
class Report:
    """What was found in all tables, and what became of it."""

    rows: int = 0
    renewed: int = 0
    """Values sealed or indexed anew."""
    unopened: Counter[str] = field(default_factory=Counter)
    """Values that do not open or do not fit, by table and column."""
    unchangeable: Counter[str] = field(default_factory=Counter)
    """Values under old keys in tables that only grow, by table and column."""
    used: set[tuple[str, str]] = field(default_factory=set)
    """Section and id of every key that something stored still names."""

    def unused(self) -> list[tuple[str, str]]:
        """Return the old keys of the keyring that nothing stored names."""
        keys = keyring()
        return [
            (name, key_id)
            for name in ("seal", "index")
            for key_id in keys.sections[name].ids[1:]
            if (name, key_id) not in self.used
        ]


@dataclass(frozen=True)
class Table:
    """A model with sealed texts, and the blind indexes made of them."""

    model: type[models.Model]
    texts: tuple[SealedTextField, ...]
    indexes: tuple[BlindIndexField, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """All of them."""
        return (*self.texts, *self.indexes)

    @property
    def name(self) -> str:
        """The table's name, as reports give it."""
        return self.model._meta.db_table


def tables(of: Iterable[type[models.Model]] | None = None) -> list[Table]:
    """Return the models that have something sealed; of all models, unless told."""
    found = []
    for model in apps.get_models() if of is None else of:
        if model._meta.proxy or not model._meta.managed:
            continue
        columns = model._meta.local_concrete_fields
        texts = tuple(c for c in columns if isinstance(c, SealedTextField))
        indexes = tuple(c for c in columns if isinstance(c, BlindIndexField))
        if texts or indexes:
            found.append(Table(model, texts, indexes))
    return sorted(found, key=lambda table: table.name)


def rotate(tell: Tell, *, batch: int = BATCH, of: Sequence[Table] | None = None) -> Report:
    """Seal and index anew what does not stand under the newest keys; raises KeyProblem.

    What does not open is left as it is and counted.
    """
    report = Report()
    for table in tables() if of is None else of:
        fixed = is_append_only(connection, table.name)
        renew = partial(_hold, table, report) if fixed else partial(_renew, table, report)
        _walk(table, renew, report, tell, batch)
    return report


def check(tell: Tell, *, batch: int = BATCH, of: Sequence[Table] | None = None) -> Report:
    """Open every value, and compare every index with its source; changes nothing."""
    report = Report()
    for table in tables() if of is None else of:
        _walk(table, partial(_look, table, report), report, tell, batch)
    return report


def _walk(
    table: Table,
    each: Callable[[list[tuple[Any, Values]]], None],
    report: Report,
    tell: Tell,
    batch: int,
) -> None:
    """Take a table's rows by primary key; what a run adds behind us is under the newest keys."""
    total, done, last = table.model._base_manager.count(), 0, None
    while True:
        with transaction.atomic():
            rows = _rows(table, last, batch)
            each(rows)
        if not rows:
            return
        last = rows[-1][0]
        done += len(rows)
        report.rows += len(rows)
        tell(f"{table.name}: {done} of {max(done, total)} rows")


def _rows(table: Table, after: Any, batch: int) -> list[tuple[Any, Values]]:
    """Return the next rows as they stand in the database, locked."""
    names = [column.name for column in table.columns]
    # Cast, because a sealed column opens what is read from it.
    raw = {f"stored_{name}": Cast(name, models.TextField()) for name in names}
    query = table.model._base_manager.select_for_update(of=("self",)).order_by("pk")
    if after is not None:
        query = query.filter(pk__gt=after)
    found = query.annotate(**raw).values_list("pk", *raw)[:batch]
    return [(pk, dict(zip(names, values, strict=True))) for pk, *values in found]


def _renew(table: Table, report: Report, rows: list[tuple[Any, Values]]) -> None:
    """Write the batch's values that change, in one statement a column."""
    keys = keyring()
    for column in table.columns:
        changed = []
        for pk, row in rows:
            new = _new(keys, table, column, row, report)
            if new != row[column.name]:
                changed.append((new, pk))
            _count_used(column, new, report)
        report.renewed += len(changed)
        _write(table, column, changed)


def _hold(table: Table, report: Report, rows: list[tuple[Any, Values]]) -> None:
    """Count what would change in a table that only grows."""
    keys = keyring()
    for column in table.columns:
        for _pk, row in rows:
            if _new(keys, table, column, row, report) != row[column.name]:
                report.unchangeable[f"{table.name}.{column.column}"] += 1
            _count_used(column, row[column.name], report)


def _look(table: Table, report: Report, rows: list[tuple[Any, Values]]) -> None:
    """Open the batch's values, and index them anew to compare."""
    keys = keyring()
    for column in table.columns:
        for _pk, row in rows:
            stored = row[column.name]
            if not _fits(keys, table, column, row):
                report.unopened[f"{table.name}.{column.column}"] += 1
            _count_used(column, stored, report)


def _fits(keys: Keyring, table: Table, column: Column, row: Values) -> bool:
    stored = row[column.name] or ""
    try:
        if isinstance(column, BlindIndexField):
            value = _opened(keys, table, column.source, row)
            key_id = stored.partition(":")[0]
            return stored == (keys.blind(value, column.context, key_id) if value else "")
        _opened(keys, table, column.name, row)
        return True
    except KeyProblem:
        return False


def _new(keys: Keyring, table: Table, column: Column, row: Values, report: Report) -> str | None:
    """Return the value under the newest key; as it is when it stands there, or does not open."""
    stored = row[column.name]
    section = keys.sections[_section_of(column)]
    if not stored or stored.startswith(f"{section.newest}:"):
        return stored
    try:
        if isinstance(column, BlindIndexField):
            return column.made_of(_opened(keys, table, column.source, row))
        return keys.seal(_opened(keys, table, column.name, row), column.context)
    except KeyProblem:
        report.unopened[f"{table.name}.{column.column}"] += 1
        return stored


def _opened(keys: Keyring, table: Table, name: str, row: Values) -> str:
    context = next(text.context for text in table.texts if text.name == name)
    stored = row[name]
    return keys.unseal(stored, context) if stored else ""


def _section_of(column: Column) -> str:
    return "index" if isinstance(column, BlindIndexField) else "seal"


def _count_used(column: Column, stored: str | None, report: Report) -> None:
    if stored:
        report.used.add((_section_of(column), stored.partition(":")[0]))


def _write(table: Table, column: Column, changed: list[tuple[Any, Any]]) -> None:
    """Write past the model, as it would seal what is sealed."""
    if not changed:
        return
    quote = connection.ops.quote_name
    key: models.Field[Any, Any] = table.model._meta.pk
    sql = (
        f"UPDATE {quote(table.name)} SET {quote(str(column.column))} = %s"  # noqa: S608 — our own names
        f" WHERE {quote(str(key.column))} = %s"
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            sql, [(new, key.get_db_prep_value(pk, connection)) for new, pk in changed]
        )
