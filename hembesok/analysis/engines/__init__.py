"""Where expressions are computed: DuckDB in this process, PostgreSQL, or a Spark cluster.

The expressions are the same; only how tables get in, are kept for a moment, and come out is
each engine's own.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hembesok.analysis.contract import BY_NAME
from hembesok.analysis.deliveries import Delivery

Tables = Mapping[str, ir.Table]
"""The tables of a delivery by name, with the columns and types of the contract."""


class Recipe(NamedTuple):
    """A query in an engine's own language, and the columns it gives."""

    sql: str
    schema: ibis.Schema


class Compiler(Protocol):
    """What makes a query of an expression: a backend of Ibis, connected or not."""

    def compile(self, expression: ir.Table) -> str:
        """Return the query."""


def recipe_of(compiler: Compiler, asked: ir.Table | Recipe) -> Recipe:
    """Return the query of an expression, unless it is one already."""
    if isinstance(asked, Recipe):
        return asked
    return Recipe(compiler.compile(asked), asked.schema())


class Engine(Protocol):
    """What each engine can do. `close` leaves nothing behind."""

    name: str

    def tables(self, delivery: Delivery) -> Tables:
        """Let the engine see a delivery."""

    def put(self, name: str, rows: pa.Table) -> ir.Table:
        """Hand over a small table of our own."""

    def recipe(self, expression: ir.Table) -> Recipe:
        """Return the query of an expression, to be asked more than once."""

    def keep(self, name: str, asked: ir.Table | Recipe) -> ir.Table:
        """Compute a table once and keep it until `close`."""

    def rows(self, asked: ir.Table | Recipe) -> pa.Table:
        """Compute a table and return its rows."""

    def write(self, expression: ir.Table, path: Path) -> None:
        """Compute a table into a Parquet file."""

    def told(self, error: Exception) -> str:
        """Return in one line what went wrong in the engine; empty if it was not the engine."""

    def close(self) -> None:
        """Let go of everything."""


def seen_as(table: str) -> ir.Table:
    """Return a table of the contract as expressions see it, wherever it lies."""
    return ibis.table(ibis.Schema.from_pyarrow(schema_of(table)), name=table)


def types_of(table: str) -> dict[str, Any]:
    """Return the columns of a table of the contract with their types in Arrow."""
    return {column.name: _ARROW[column.type] for column in BY_NAME[table].columns}


_ARROW = {
    "int8": pa.int8(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "date": pa.date32(),
    "bool": pa.bool_(),
    "string": pa.string(),
}


def schema_of(table: str) -> pa.Schema:
    """Return a table of the contract as an Arrow schema."""
    return pa.schema(types_of(table).items())
