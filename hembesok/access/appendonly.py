"""Tables that only grow: the database itself refuses to change or remove a row.

A rule kept only in Python can be forgotten by the next query; a trigger
cannot. Used by the trail and by published programme versions.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps


def append_only(table: str) -> RunPython:
    """Return a migration step that makes `table` append-only on SQLite and PostgreSQL."""

    def forbid(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for act in _acts(editor):
            if editor.connection.vendor == "postgresql":
                editor.execute(
                    "CREATE OR REPLACE FUNCTION hembesok_append_only() RETURNS trigger AS $$"
                    " BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END"
                    " $$ LANGUAGE plpgsql",
                    params=None,  # the % is PL/pgSQL's
                )
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
