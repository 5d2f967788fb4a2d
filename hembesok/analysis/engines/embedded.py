"""DuckDB in this process: the default. It reads the files where they lie."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from hembesok.analysis.contract import BY_NAME, TABLES
from hembesok.analysis.deliveries import Delivery, Files
from hembesok.analysis.engines import Recipe, Tables, recipe_of, seen_as

MEMORY: Final = "640MB"
"""What DuckDB may use for itself; the process is then under 1 GiB."""


_AT_A_TIME: Final = 50_000


class DuckDB:
    """An engine of its own, in memory, that spills into a folder."""

    name = "duckdb"

    def __init__(self, spill_to: Path | None = None, threads: int = 2, memory: str = MEMORY):
        # As options and not as values of a query, for which DuckDB would load all of pandas.
        self._raw = duckdb.connect(
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "threads": threads,
                "memory_limit": memory,
                "temp_directory": str(spill_to or ""),
                # Nobody relies on the order of rows; every result that is shown is sorted.
                "preserve_insertion_order": False,
            }
        )
        self._views = 0

    @cached_property
    def ibis(self) -> Backend:
        """The backend that makes queries: one that only repeats them needs none."""
        return ibis.duckdb.from_connection(self._raw)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The database itself, for whoever makes the tables in it."""
        return self._raw

    def tables(self, delivery: Delivery) -> Tables:
        """Let DuckDB see the files of a delivery; nothing is read yet."""
        return {
            table.name: self._table(table.name, delivery.tables[table.name]) for table in TABLES
        }

    def _table(self, name: str, files: Files) -> ir.Table:
        listed = ", ".join(f"'{literal(path)}'" for path in files.paths)
        types = {column.name: TYPES[column.type] for column in BY_NAME[name].columns}
        if files.parquet:
            # The contract's columns in the contract's types, whatever else the files hold.
            chosen = ", ".join(
                f'"{column}"::{kind} AS "{column}"' for column, kind in types.items()
            )
            source = f"read_parquet([{listed}], hive_partitioning=false)"
        else:
            chosen = ", ".join(f'"{name}"' for name in types)
            listed_types = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
            source = (
                f"read_csv([{listed}], auto_detect=false, header=true, delim=',', quote='\"',"
                f" escape='\"', nullstr='', hive_partitioning=false, columns={{{listed_types}}})"
            )
        self._raw.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS SELECT {chosen} FROM {source}')  # noqa: S608
        return seen_as(name)

    def parquet(self, paths: Sequence[Path]) -> ir.Table:
        """Let DuckDB see Parquet files of our own."""
        self._views += 1
        name = f"view_{self._views}"
        listed = ", ".join(f"'{literal(path)}'" for path in paths)
        source = f"read_parquet([{listed}], hive_partitioning=false)"
        self._raw.execute(f"CREATE TEMP VIEW {name} AS FROM {source}")
        return self.ibis.table(name)

    def count(self, table: ir.Table) -> int:
        """Return how many rows there are."""
        return int(self.rows(table.agg(n=table.count())).to_pylist()[0]["n"])

    def put(self, name: str, rows: pa.Table) -> ir.Table:
        """Hand over a small table."""
        self._raw.register("handed_over", rows)
        self._raw.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS FROM handed_over')
        self._raw.unregister("handed_over")
        return ibis.table(ibis.Schema.from_pyarrow(rows.schema), name=name)

    def recipe(self, expression: ir.Table) -> Recipe:
        """Return the query of an expression."""
        return recipe_of(self.ibis, expression)

    def keep(self, name: str, asked: ir.Table | Recipe) -> ir.Table:
        """Compute a table once and keep it in memory."""
        recipe = recipe_of(self.ibis, asked)
        self._raw.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {recipe.sql}')
        return ibis.table(recipe.schema, name=name)

    def rows(self, asked: ir.Table | Recipe) -> pa.Table:
        """Compute a table and return its rows."""
        recipe = recipe_of(self.ibis, asked)
        # A sum comes out wider than Ibis says it is.
        return self._raw.execute(recipe.sql).to_arrow_table().cast(recipe.schema.to_pyarrow())

    def batches(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        """Compute a table and yield its rows in batches, none of them all."""
        schema = expression.schema().to_pyarrow()
        found = self._raw.execute(self.ibis.compile(expression)).to_arrow_reader(_AT_A_TIME)
        for batch in found:
            yield batch.cast(schema)

    def write(self, expression: ir.Table, path: Path) -> None:
        """Compute a table into a Parquet file."""
        sql = self.ibis.compile(expression)
        self._raw.execute(f"COPY ({sql}) TO '{quoted(path)}' (FORMAT parquet, COMPRESSION zstd)")

    def told(self, error: Exception) -> str:
        """Return in one line what DuckDB says."""
        if not isinstance(error, duckdb.Error):
            return ""
        return f"the tables cannot be read: {str(error).strip().partition(chr(10))[0]}"

    def close(self) -> None:
        """Let go of everything."""
        self._raw.close()


def literal(path: Path) -> str:
    """Return a path quoted for SQL, in which DuckDB finds no wildcards."""
    return re.sub(r"([*?\[])", r"[\1]", quoted(path))


def quoted(path: Path) -> str:
    """Return a path fit to stand between single quotes."""
    return str(path).replace("'", "''")


TYPES: Final = {
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "date": "DATE",
    "bool": "BOOLEAN",
    "string": "VARCHAR",
}
