"""Apache Spark: for a cluster, when one machine is not enough.

A delivery is read where it lies, so its folder must be one that every worker sees.
"""

import os
from pathlib import Path
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.pyspark import Backend
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from hembesok.analysis.contract import BY_NAME, TABLES
from hembesok.analysis.deliveries import Delivery, Files
from hembesok.analysis.engines import Recipe, Tables, recipe_of, seen_as

_TYPES: Final = {
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "date": "date",
    "bool": "boolean",
    "string": "string",
}


class Spark:
    """An engine on a cluster; `address` is a master such as spark://host:7077 or local[2]."""

    name = "spark"

    def __init__(self, address: str, workspace: Path) -> None:
        # One machine's name need not be known to itself: everything is on the loopback unless
        # whoever runs a real cluster says otherwise.
        host = os.environ.get("SPARK_LOCAL_IP", "127.0.0.1")
        os.environ.setdefault("SPARK_LOCAL_IP", host)
        builder = SparkSession.builder.master(address).appName("hembesok")
        for name, value in {
            "spark.driver.host": host,
            "spark.driver.bindAddress": host,
            "spark.ui.enabled": "false",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.ansi.enabled": "true",
            "spark.sql.shuffle.partitions": "8",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
            # Forty expressions in one row are more than its compiler takes in one method.
            "spark.sql.codegen.maxFields": "400",
            "spark.local.dir": str(workspace),
        }.items():
            builder = builder.config(name, value)
        self._spark = builder.getOrCreate()
        self._spark.sparkContext.setLogLevel("ERROR")
        self._sql = Backend()
        self._kept: list[DataFrame] = []

    def tables(self, delivery: Delivery) -> Tables:
        """Let the cluster see the files of a delivery; nothing is read yet."""
        return {
            table.name: self._table(table.name, delivery.tables[table.name]) for table in TABLES
        }

    def _table(self, name: str, files: Files) -> ir.Table:
        types = {column.name: column.type for column in BY_NAME[name].columns}
        paths = [path.resolve().as_uri() for path in files.paths]
        if files.parquet:
            frame = self._spark.read.parquet(*paths)
            frame = frame.selectExpr(
                *(f"cast(`{n}` as {_TYPES[t]}) as `{n}`" for n, t in types.items())
            )
        else:
            schema = ", ".join(f"`{n}` {_TYPES[t]}" for n, t in types.items())
            frame = self._spark.read.csv(
                paths, schema=schema, header=True, sep=",", quote='"', escape='"', nullValue="",
                mode="FAILFAST", dateFormat="yyyy-MM-dd",
            )  # fmt: skip
        frame.createOrReplaceTempView(name)
        return seen_as(name)

    def put(self, name: str, rows: pa.Table) -> ir.Table:
        """Hand over a small table."""
        schema = ibis.Schema.from_pyarrow(rows.schema)
        types = ", ".join(
            f"`{n}` {_TYPES[str(t).replace('boolean', 'bool')]}" for n, t in schema.items()
        )
        listed = list(zip(*(column.to_pylist() for column in rows.columns), strict=True))
        self._spark.createDataFrame(listed, types).createOrReplaceTempView(name)
        return ibis.table(schema, name=name)

    def recipe(self, expression: ir.Table) -> Recipe:
        """Return the query of an expression."""
        return recipe_of(self._sql, expression)

    def keep(self, name: str, asked: ir.Table | Recipe) -> ir.Table:
        """Compute a table once and keep it on the workers."""
        recipe = recipe_of(self._sql, asked)
        frame = self._spark.sql(recipe.sql).persist()
        frame.count()
        self._kept.append(frame)
        frame.createOrReplaceTempView(name)
        return ibis.table(recipe.schema, name=name)

    def rows(self, asked: ir.Table | Recipe) -> pa.Table:
        """Compute a table and return its rows."""
        recipe = recipe_of(self._sql, asked)
        return self._spark.sql(recipe.sql).toArrow().cast(recipe.schema.to_pyarrow())

    def write(self, expression: ir.Table, path: Path) -> None:
        """Compute a table into one Parquet file."""
        pq.write_table(self.rows(expression), path, compression="zstd")

    def told(self, error: Exception) -> str:
        """Return in one line what Spark says."""
        found: Any = error
        if not isinstance(found, PySparkException) and type(error).__module__ != "py4j.protocol":
            return ""
        return f"Spark says: {str(error).strip().partition(chr(10))[0]}"

    def close(self) -> None:
        """Let go of what is kept, and of the cluster."""
        for frame in self._kept:
            frame.unpersist()
        self._spark.stop()
