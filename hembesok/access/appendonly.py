"""Tables that only grow: the database itself refuses to change or remove a row.

A rule kept only in Python can be forgotten by the next query; a trigger
cannot. Used by the trail and by published programme versions.
"""

from collections.abc import Iterator, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

# The % is PL/pgSQL's: executed without parameters.
FUNCTION = (
    "CREATE OR REPLACE FUNCTION hembesok_append_only() RETURNS trigger AS $$"
    " BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END"
    " $$ LANGUAGE plpgsql"
)


def append_only(table: str) -> RunPython:
    """Return a migration step that makes `table` append-only on SQLite and PostgreSQL."""

    def forbid(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for act in _acts(editor):
            if editor.connection.vendor == "postgresql":
                editor.execute(FUNCTION, params=None)
                each = "STATEMENT" if act == "TRUNCATE" else "ROW"
                editor.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
                    f" FOR EACH {each} EXECUTE FUNCTION hembesok_append_only()"
                )
            else:
                editor.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )

    def allow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        of_table = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        for act in _acts(editor):
            editor.execute(f"DROP TRIGGER {table}_no_{act.lower()}{of_table}")

    return RunPython(forbid, allow)


def grow_only(
    table: str, *, fixed: Sequence[str], sealed: Sequence[str] = (), once: Sequence[str] = ()
) -> RunPython:
    """Return a migration step that makes `table` grow only, save for what each row waits for.

    No row is removed. The columns `fixed` never change. A column of `sealed` changes only
    with the key it is sealed under, when keys are rotated. A column of `once` is written
    once, where it was empty.
    """

    def forbid(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        postgres = editor.connection.vendor == "postgresql"
        if postgres:
            editor.execute(FUNCTION, params=None)
        for name, event, when in _kept(editor, fixed, sealed, once):
            each = "STATEMENT" if event == "TRUNCATE" else "ROW"
            head = f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table}"
            act = (
                f"FOR EACH {each} {when} EXECUTE FUNCTION hembesok_append_only()"
                if postgres
                else f"{when} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
            editor.execute(f"{head} {act}", params=None)

    def allow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        of_table = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        for name, _event, _when in _kept(editor, fixed, sealed, once):
            editor.execute(f"DROP TRIGGER {table}_{name}{of_table}")

    return RunPython(forbid, allow)


def _kept(
    editor: BaseDatabaseSchemaEditor,
    fixed: Sequence[str],
    sealed: Sequence[str],
    once: Sequence[str],
) -> Iterator[tuple[str, str, str]]:
    """Give the name, the event and the condition of each trigger."""
    postgres = editor.connection.vendor == "postgresql"
    yield "no_delete", "DELETE", ""
    if postgres:
        yield "no_truncate", "TRUNCATE", ""
    yield "fixed", f"UPDATE OF {', '.join(fixed)}", ""
    for column in sealed:
        # A sealed text begins with the id of its key and a colon.
        key = (
            f"split_part({{}}.{column}, ':', 1)"
            if postgres
            else (f"substr({{0}}.{column}, 1, instr({{0}}.{column}, ':'))")
        )
        same = f"{key.format('OLD')} = {key.format('NEW')}"
        yield f"sealed_{column}", f"UPDATE OF {column}", f"WHEN ({same})"
    for column in once:
        yield f"once_{column}", f"UPDATE OF {column}", f"WHEN (OLD.{column} IS NOT NULL)"


def _acts(editor: BaseDatabaseSchemaEditor) -> tuple[str, ...]:
    # SQLite has no TRUNCATE.
    postgres = editor.connection.vendor == "postgresql"
    return ("UPDATE", "DELETE", "TRUNCATE") if postgres else ("UPDATE", "DELETE")


def is_append_only(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Tell whether a table has been made append-only."""
    where = (
        "pg_trigger WHERE tgname"
        if connection.vendor == "postgresql"
        else "sqlite_master WHERE type = 'trigger' AND name"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {where} = %s", [f"{table}_no_update"])  # noqa: S608
        return cursor.fetchone() is not None
