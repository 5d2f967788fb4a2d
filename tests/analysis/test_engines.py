"""The same expressions on another engine give the same figures, value for value."""

import os

import psycopg

from hembesok.analysis.engines.postgres import PostgreSQL
from tests.analysis.delivering import deliver
from tests.analysis.drawn import AS_OF, country
from tests.analysis.opinion import opinion
from tests.analysis.test_second_opinion import computed, differences
from tests.need import postgres

CHILDREN = 300


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
