"""PostgreSQL: for a country whose tables live in a database server.

The delivery is copied into temporary tables, which are gone when the connection closes.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import ibis
import ibis.expr.types as ir
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.postgres import Backend

from hembesok.analysis.contract import TABLES
from hembesok.analysis.deliveries import Delivery
from hembesok.analysis.engines import Recipe, Tables, recipe_of, schema_of
from hembesok.analysis.engines.embedded import DuckDB

_ROWS_AT_A_TIME: Final = 50_000
_TYPES: Final = {
    pa.int8(): "smallint",
    pa.int16(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.date32(): "date",
    pa.bool_(): "boolean",
    pa.string(): "text",
}


class PostgreSQL:
    """An engine on a server; `address` is a URL such as postgres://user@host/database."""

    name = "postgres"

    def __init__(self, address: str, workspace: Path) -> None:
        self._db = psycopg.connect(address, autocommit=True)
        self._sql = Backend()
        self._workspace = workspace
        # The planner knows nothing of tables that were made a moment ago by expressions.
        for setting in ("enable_nestloop = off", "work_mem = '128MB'", "jit = off"):
            self._db.execute(f"SET {setting}")

    def tables(self, delivery: Delivery) -> Tables:
        """Copy a delivery into temporary tables."""
        reader = DuckDB(self._workspace)
        try:
            read = reader.tables(delivery)
            return {
                table.name: self._copy(table.name, schema_of(table.name),
                                       reader.batches(read[table.name]))
                for table in TABLES
            }  # fmt: skip
        finally:
            reader.close()

    def put(self, name: str, rows: pa.Table) -> ir.Table:
        """Hand over a small table."""
        return self._copy(name, rows.schema, iter(rows.to_batches()))

    def _copy(self, name: str, schema: pa.Schema, rows: Iterator[pa.RecordBatch]) -> ir.Table:
        columns = ", ".join(f'"{field.name}" {_TYPES[field.type]}' for field in schema)
        self._execute(f'DROP TABLE IF EXISTS pg_temp."{name}"')
        self._execute(f'CREATE TEMP TABLE "{name}" ({columns})')
        with self._db.cursor() as cursor, cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
            for batch in rows:
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    copy.write_row(row)
        self._execute(f'ANALYZE "{name}"')
        return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)

    def recipe(self, expression: ir.Table) -> Recipe:
        """Return the query of an expression."""
        return recipe_of(self._sql, expression)

    def keep(self, name: str, asked: ir.Table | Recipe) -> ir.Table:
        """Compute a table once and keep it until the connection closes."""
        recipe = recipe_of(self._sql, asked)
        self._execute(f'DROP TABLE IF EXISTS pg_temp."{name}"')
        self._execute(f'CREATE TEMP TABLE "{name}" AS {recipe.sql}')
        self._execute(f'ANALYZE "{name}"')
        return ibis.table(recipe.schema, name=name)

    def rows(self, asked: ir.Table | Recipe) -> pa.Table:
        """Compute a table and return its rows."""
        recipe = recipe_of(self._sql, asked)
        schema = recipe.schema.to_pyarrow()
        return pa.Table.from_batches(list(self._batches(recipe, schema)), schema)

    def write(self, expression: ir.Table, path: Path) -> None:
        """Compute a table into a Parquet file."""
        schema = expression.schema().to_pyarrow()
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in self._batches(self.recipe(expression), schema):
                writer.write_batch(batch)

    def _batches(self, recipe: Recipe, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        with self._db.transaction(), self._db.cursor("rows") as cursor:
            cursor.execute(recipe.sql)
            while rows := cursor.fetchmany(_ROWS_AT_A_TIME):
                yield _batch(rows, schema)

    def _execute(self, statement: str) -> None:
        self._db.execute(statement)

    def told(self, error: Exception) -> str:
        """Return in one line what PostgreSQL says."""
        if not isinstance(error, psycopg.Error):
            return ""
        return f"PostgreSQL says: {str(error).strip().partition(chr(10))[0]}"

    def close(self) -> None:
        """Let go of the connection, and with it of all tables."""
        self._db.close()


def _batch(rows: Sequence[Sequence[object]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    # A sum comes as a decimal.
    arrays = [
        pa.array([None if v is None else int(v) for v in column] if pa.types.is_integer(f.type)
                 else column, f.type)
        for column, f in zip(columns, schema, strict=True)
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
