"""The same expressions on another engine give the same figures, value for value."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
import pytest

from hembesok.analysis.engines.postgres import PostgreSQL
from tests.analysis.delivering import deliver
from tests.analysis.drawn import AS_OF, country
from tests.analysis.opinion import opinion
from tests.analysis.test_second_opinion import computed, differences
from tests.need import ROOT, postgres, spark
from tools import spark as cluster

CHILDREN = 300
FOR_SPARK = 2_000


def test_postgresql_agrees_with_duckdb_and_with_plain_python(tmp_path):
    rows = country(CHILDREN, seed=3)
    folder = deliver(tmp_path / "delivery", rows)
    with postgres() as address:
        engine = PostgreSQL(address, tmp_path)
        try:
            found = computed(folder, engine)
        finally:
            engine.close()
        with psycopg.connect(address) as left:
            stay = left.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            assert stay.fetchone() == (0,)
    assert not differences(found, computed(folder))
    assert not differences(found, opinion(rows, AS_OF))
    assert os.listdir(tmp_path) == ["delivery"]


@pytest.mark.heavy
def test_a_spark_cluster_of_two_workers_agrees_with_duckdb(tmp_path):
    """The whole command, with the country large enough that both workers have something to do."""
    folder = deliver(tmp_path / "delivery", country(FOR_SPARK, seed=5))
    python = spark()
    with cluster.running(python) as address:
        _follow_up(python, folder, tmp_path / "spark", "--engine", "spark", "--server", address)
    _follow_up(Path(sys.executable), folder, tmp_path / "duckdb")
    ours = pq.read_table(tmp_path / "duckdb" / "figures.parquet")
    assert pq.read_table(tmp_path / "spark" / "figures.parquet").equals(ours)
    assert ours.num_rows > FOR_SPARK


def _follow_up(python: Path, folder: Path, out: Path, *more: str) -> None:
    words = ["--tables", str(folder), "--as-of", str(AS_OF), "--out", str(out), *more]
    words += ["--also", "any_visit_in_window"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [str(python), "-m", "hembesok.project.cli", "follow-up", *words],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
