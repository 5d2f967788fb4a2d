"""For tests that commit."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

SQLITE = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
POSTGRESQL = """
    SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal
"""


@pytest.fixture(scope="module")
def tables_may_be_emptied(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Let Django empty the tables after tests that commit.

    It does so by DELETE or TRUNCATE, which the triggers of tables that only
    grow refuse: for these tests they are put aside, and then put back.
    """
    postgres = connection.vendor == "postgresql"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(POSTGRESQL if postgres else SQLITE)
        triggers: list[tuple[str, str, str]] = cursor.fetchall()
        assert triggers
        for name, table, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgres else ""))
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for _name, _table, sql in triggers:
            cursor.execute(sql)
