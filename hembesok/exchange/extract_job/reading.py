"""The reading process: queries in on one line each, Arrow streams out, all of one instant.

ADBC's driver carries a SQLite of its own. Two SQLites in one process do not see each other's locks
(POSIX gives them to the process), and when one closes the file the other's log is taken for
finished with: what was committed can be lost. So the driver lives alone in this process, where it
and the site's other processes guard the file from each other as SQLite means them to.
"""

import json
import sys
from typing import Any, Final

import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import pyarrow as pa

SNAPSHOT: Final = (
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
)
_FIRST: Final = "SELECT count(*) FROM django_migrations"
"""Without a read a transaction has no instant yet."""


def opened(engine: str, address: str) -> Any:
    """Return a connection in a read-only transaction that has its instant."""
    if engine == "sqlite":
        connection = adbc_driver_sqlite.dbapi.connect(address)
        first = ["PRAGMA query_only=ON"]
    else:
        connection = adbc_driver_postgresql.dbapi.connect(address)
        first = ["SET TIME ZONE 'UTC'"]
        with connection.cursor() as cursor:
            cursor.execute(SNAPSHOT)
        # The level is that of the next transaction.
        connection.commit()
    with connection.cursor() as cursor:
        for statement in (*first, _FIRST):
            cursor.execute(statement)
        cursor.fetchall()
    return connection


def main() -> int:
    """Answer, and say in one line why it cannot be done."""
    try:
        _answer()
    except Exception as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        return 1
    return 0


def _answer() -> None:
    """Read the address from the first line, then answer each line with a stream."""
    out = sys.stdout.buffer
    told = json.loads(sys.stdin.readline())
    with opened(told["engine"], told["address"]) as connection:
        for line in sys.stdin:
            with connection.cursor() as cursor:
                cursor.execute(json.loads(line))
                reader = cursor.fetch_record_batch()
                with pa.ipc.new_stream(out, reader.schema) as stream:
                    for batch in reader:
                        stream.write_batch(batch)
                out.flush()


if __name__ == "__main__":
    sys.exit(main())
