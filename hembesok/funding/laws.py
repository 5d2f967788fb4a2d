"""The ledger's laws in the database itself: no row that breaks them can be written, by any way.

The same laws as `rules.ledger` has, said a second time in SQL and proved alike by tests. Entries
and attests only grow (ADR 0006), so what is inserted is all there is to watch. On PostgreSQL the
tranche is locked first, so that two who write at once are judged one after the other.
"""

from collections.abc import Iterator
from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

from hembesok.funding.rules.ledger import ATTESTED, Kind

_WAITS: Final = ", ".join(f"'{kind.value}'" for kind in sorted(ATTESTED))

_IN_FORCE: Final = f"""
    SELECT x.kind AS kind, x.unit_id IS NOT NULL AND x.unit_id <> t.recipient_id AS provider,
        CASE WHEN x.reverses_id IS NULL THEN x.amount ELSE -x.amount END AS signed
    FROM funding_entry x JOIN funding_tranche t ON t.id = x.tranche_id
    WHERE x.tranche_id = {{tranche}} AND (x.kind NOT IN ({_WAITS})
        OR EXISTS (SELECT 1 FROM funding_attest a WHERE a.entry_id = x.id))
"""


def _sum(kind: Kind, also: str = "") -> str:
    return f"coalesce(sum(CASE WHEN kind = '{kind.value}'{also} THEN signed END), 0)"


_SUMS: Final = ", ".join(
    [
        *(f"{_sum(kind)} AS {kind.value}" for kind in Kind if kind is not Kind.COST),
        f"{_sum(Kind.COST, ' AND NOT provider')} AS here",
        f"{_sum(Kind.COST, ' AND provider')} AS there",
    ]
)
_NEVER_BELOW: Final = (
    *(kind.value for kind in Kind if kind is not Kind.COST), "here", "there",
    "granted - claimed - lapsed",
    "claimed - received",
    "claimed + carried - here - there - repaid - retained",
    "claimed + carried - transferred + returned - here - repaid - retained",
    "transferred - returned",
)  # fmt: skip
_BROKEN: Final = (
    " OR ".join(f"{term} < 0" for term in _NEVER_BELOW)
    + " OR (repaid + retained > 0 AND repaid + retained > received + carried - here - there)"
)
_BALANCE: Final = (
    f"EXISTS (SELECT 1 FROM (SELECT {_SUMS} FROM ({_IN_FORCE}) AS counted) AS now WHERE {_BROKEN})"
)

_BALANCE_NOW: Final = f"NEW.kind NOT IN ({_WAITS}) AND {_BALANCE}"
"""An entry that waits for a second person changes nothing yet."""

_SIGNED: Final = "CASE WHEN {x}.reverses_id IS NULL THEN {x}.amount ELSE -{x}.amount END"
_GRANTED_AGAIN: Final = f"""
    EXISTS (SELECT 1 FROM (
        SELECT
            (SELECT coalesce(sum({_SIGNED.format(x="g")}), 0)
             FROM funding_entry g JOIN funding_tranche u ON u.id = g.tranche_id
             JOIN funding_request r ON r.id = u.request_id
             WHERE r.tranche_id = o.origin AND g.kind = 'granted') AS again,
            (SELECT coalesce(sum({_SIGNED.format(x="p")}), 0)
             FROM funding_entry p JOIN funding_attest a ON a.entry_id = p.id
             WHERE p.tranche_id = o.origin AND p.kind = 'repaid') AS repaid
        FROM (SELECT {{tranche}} AS origin
              UNION SELECT r.tranche_id FROM funding_tranche u
              JOIN funding_request r ON r.id = u.request_id WHERE u.id = {{tranche}}) AS o
    ) AS both_sums WHERE again > repaid)
"""

_UNLIKE_ITS_ENTRY: Final = """
    NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM funding_entry o
        WHERE o.id = NEW.reverses_id AND o.reverses_id IS NULL AND o.tranche_id = NEW.tranche_id
            AND o.kind = NEW.kind AND o.amount = NEW.amount
            AND coalesce(o.unit_id, 0) = coalesce(NEW.unit_id, 0))
"""
_OUTSIDE_PERIOD: Final = """
    NEW.kind = 'cost' AND NEW.reverses_id IS NULL AND EXISTS (SELECT 1 FROM funding_tranche t
        WHERE t.id = NEW.tranche_id AND (NEW.first < t.first OR NEW.last > t.last))
"""
_CARRIED_UNLIKE: Final = """
    NEW.source_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM funding_entry o
        WHERE o.id = NEW.source_id AND o.kind = 'retained' AND o.amount = NEW.amount
            AND o.tranche_id <> NEW.tranche_id)
"""
_ATTEST_OF_ANOTHER: Final = """
    EXISTS (SELECT 1 FROM funding_entry e WHERE e.id = NEW.entry_id
        AND (e.registered_by_id = NEW.by_id OR e.registered_by_id <> NEW.registrar_id))
"""
_ATTEST_OF_NOTHING: Final = """
    EXISTS (SELECT 1 FROM funding_entry e WHERE e.id = NEW.entry_id AND e.reverses_id IS NULL
        AND EXISTS (SELECT 1 FROM funding_entry b WHERE b.reverses_id = e.id))
    OR EXISTS (SELECT 1 FROM funding_entry e WHERE e.id = NEW.entry_id
        AND e.reverses_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM funding_attest a WHERE a.entry_id = e.reverses_id))
"""

ENTRY: Final = "NEW.tranche_id"
ATTEST: Final = "(SELECT w.tranche_id FROM funding_entry w WHERE w.id = NEW.entry_id)"

TRIGGERS: Final = (
    ("entry", "balance", ENTRY, _BALANCE_NOW),
    ("entry", "granted_again", ENTRY, _GRANTED_AGAIN),
    ("entry", "reverses", ENTRY, _UNLIKE_ITS_ENTRY),
    ("entry", "period", ENTRY, _OUTSIDE_PERIOD),
    ("entry", "carried", ENTRY, _CARRIED_UNLIKE),
    ("attest", "balance", ATTEST, _BALANCE),
    ("attest", "granted_again", ATTEST, _GRANTED_AGAIN),
    ("attest", "of_another", ATTEST, _ATTEST_OF_ANOTHER),
    ("attest", "of_nothing", ATTEST, _ATTEST_OF_NOTHING),
)
"""Table, name, how its tranche is found, and what may not be so after a row is inserted."""


def keep_laws() -> RunPython:
    """Return the migration step that puts the laws into the database."""

    def put(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _statements(editor.connection.vendor == "postgresql"):
            editor.execute(statement, params=None)

    def take(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        postgres = editor.connection.vendor == "postgresql"
        for table, name, _tranche, _wrong in TRIGGERS:
            of_table = f" ON funding_{table}" if postgres else ""
            editor.execute(f"DROP TRIGGER funding_{table}_{name}{of_table}")
            if postgres:
                editor.execute(f"DROP FUNCTION funding_{table}_{name}()")

    return RunPython(put, take)


def _statements(postgres: bool) -> Iterator[str]:
    for table, name, tranche, wrong in TRIGGERS:
        called = f"funding_{table}_{name}"
        condition = wrong.format(tranche=tranche)
        said = f"the ledger: {table} {name}"
        if postgres:
            # The lock is of its own statement: what is counted after it is what others committed.
            yield (
                f"CREATE FUNCTION {called}() RETURNS trigger AS $$ BEGIN"
                f" PERFORM 1 FROM funding_tranche WHERE id = {tranche} FOR UPDATE;"
                f" IF {condition} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation',"
                f" MESSAGE = '{said}'; END IF; RETURN NULL; END $$ LANGUAGE plpgsql"
            )
            yield (
                f"CREATE TRIGGER {called} AFTER INSERT ON funding_{table}"
                f" FOR EACH ROW EXECUTE FUNCTION {called}()"
            )
        else:
            yield (
                f"CREATE TRIGGER {called} AFTER INSERT ON funding_{table}"
                f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
