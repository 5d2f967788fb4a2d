"""Triggers that count what is written about a child: what was computed before is then stale.

A service that is written next year cannot forget to tell the list, since it need not know of
it: the database counts whatever is inserted, changed or deleted, by whichever way.
"""

from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

COUNTED: Final = {
    "visits_visit": "{row}.child_id",
    "enrolment_enrolment": "{row}.child_id",
    "enrolment_pause": "(SELECT child_id FROM enrolment_enrolment WHERE id = {row}.enrolment_id)",
    "families_child": "{row}.id",
    "visits_block": "(SELECT child_id FROM visits_visit WHERE id = {row}.visit_id)",
    "visits_attendance": "(SELECT child_id FROM visits_visit WHERE id = {row}.visit_id)",
}
"""The tables that states rest on, and whose child a row of each is about."""

_ONE_MORE: Final = (
    "INSERT INTO visits_changes (child_id, number) SELECT whose, 1 FROM (SELECT {child} AS whose)"
    " AS about WHERE whose IS NOT NULL"
    " ON CONFLICT (child_id) DO UPDATE SET number = visits_changes.number + 1;"
)
_ROWS: Final = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def counted() -> RunPython:
    """Return a migration step that makes the database count, on SQLite and PostgreSQL."""

    def begin(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        postgres = editor.connection.vendor == "postgresql"
        for table, child in COUNTED.items():
            for act, rows in _ROWS.items():
                body = " ".join(_ONE_MORE.format(child=child.format(row=row)) for row in rows)
                for statement in (_postgres if postgres else _sqlite)(table, act, body):
                    editor.execute(statement, params=None)

    def stop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        postgres = editor.connection.vendor == "postgresql"
        for table in COUNTED:
            for act in _ROWS:
                name = f"{table}_counts_{act.lower()}"
                editor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgres else ""))
                if postgres:
                    editor.execute(f"DROP FUNCTION {name}()")

    return RunPython(begin, stop)


def _sqlite(table: str, act: str, body: str) -> tuple[str, ...]:
    name = f"{table}_counts_{act.lower()}"
    return (f"CREATE TRIGGER {name} AFTER {act} ON {table} BEGIN {body} END",)


def _postgres(table: str, act: str, body: str) -> tuple[str, ...]:
    name = f"{table}_counts_{act.lower()}"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {body} RETURN NULL; END"
        " $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {name} AFTER {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
