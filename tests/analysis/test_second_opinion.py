"""Every indicator in every group, on drawn children: the engine and plain Python agree."""

import pickle
from collections import Counter
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import ibis.expr.types as ir
import pytest

from hembesok.analysis.answers import figures
from hembesok.analysis.deliveries import read_delivery
from hembesok.analysis.engines import Engine, Recipe
from hembesok.analysis.engines.embedded import DuckDB
from hembesok.analysis.indicators import ALL
from hembesok.analysis.indicators.visiting import COVERAGE
from hembesok.analysis.making import Asked, wide
from hembesok.analysis.states import EARLY, NAMES, Rule, column
from hembesok.analysis.wide import Wide
from tests.analysis.delivering import deliver
from tests.analysis.drawn import AS_OF, country, steps
from tests.analysis.faults import FAULTS, Fault, plant, seen
from tests.analysis.opinion import Found, opinion

CHILDREN = 2_000
FOR_FAULTS = 1_000
EVERY = (*ALL, *COVERAGE)


def computed(
    folder: Path, engine: Engine | None = None, on: date = AS_OF, *, each_day: bool = False
) -> Found:
    """Return what an engine makes of a delivery, in the form of the second opinion."""
    used = engine or DuckDB()
    tables = used.tables(read_delivery(folder))
    made = wide(used, tables, Asked.of(steps(), on, Rule.TEN, EVERY, each_day=each_day))
    found = {
        (one.indicator, one.detail, one.by, one.group): [
            one.numerator, one.denominator, one.missing, one.rows or 0,
        ]
        for one in figures(used, tables, made, EVERY)
    }  # fmt: skip
    found |= _states(used, made)
    if engine is None:
        used.close()
    return found


def _states(engine: Engine, made: Wide) -> Found:
    """Return how many children are in each state of each step."""
    rows = engine.rows(made.table.select(*(column(item) for item in made.steps)))
    return {
        ("state", f"{item.key}: {'early' if code == EARLY else NAMES[code]}", (), ()): [n, 0, 0, 0]
        for item in made.steps
        for code, n in Counter(rows[column(item)].to_pylist()).items()
    }


def differences(one: Found, other: Found) -> list[str]:
    """Return where two opinions differ, save that a group nobody is in need not be told."""
    nobody = [0, 0, 0, 0]
    keys = sorted({*one, *other}, key=str)
    return [
        f"{key}: {one.get(key, nobody)} and {other.get(key, nobody)}"
        for key in keys
        if one.get(key, nobody)[:3] != other.get(key, nobody)[:3]
    ]


@lru_cache(maxsize=2)
def expected(children: int) -> Found:
    """Return the second opinion on so many drawn children."""
    return opinion(country(children), AS_OF)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_engine_and_plain_python_agree_on_every_figure(tmp_path, form):
    found = computed(deliver(tmp_path / "delivery", country(CHILDREN), form=form))
    second = expected(CHILDREN)
    assert not differences(found, second)
    # Who is left is not applicable, so that nobody is lost between the four.
    rows = {key: counts[3] for key, counts in found.items() if counts[3]}
    assert rows == {key: second[key][3] for key in rows}
    whole = {key for key in found if not key[2] and key[0] != "state"}
    assert {key[0] for key in whole} == {indicator.key for indicator in EVERY}
    assert not [key for key in whole if not found[key][1]], "nobody is counted there"


def test_no_two_children_are_told_apart_by_another_seed(tmp_path):
    rows = country(600, seed=2)
    found = computed(deliver(tmp_path / "delivery", rows))
    assert not differences(found, opinion(rows, AS_OF))


def test_what_is_asked_each_day_is_made_into_queries_once(tmp_path):
    """The day stands beside them: on another day they are the same, and answer for that day."""

    class Counting(DuckDB):
        made = 0

        def recipe(self, expression: ir.Table) -> Recipe:
            self.made += 1
            return super().recipe(expression)

    rows, engine = country(600, seed=3), Counting()
    folder = deliver(tmp_path / "delivery", rows)
    made = []
    for on in (AS_OF - timedelta(45), AS_OF, AS_OF - timedelta(400)):
        assert not differences(computed(folder, engine, on, each_day=True), opinion(rows, on))
        made.append(engine.made)
    engine.close()
    assert made[1] == made[0] > 0
    assert made[2] > made[1], "the year of the registers is another"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults")
    (folder / "expected").write_bytes(pickle.dumps(expected(FOR_FAULTS)))
    return deliver(folder / "delivery", country(FOR_FAULTS)), folder / "expected"


@pytest.mark.heavy
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_seen(tmp_path, drawn, fault):
    assert seen(plant(fault, tmp_path), *drawn)


@pytest.mark.heavy
def test_without_a_fault_nothing_is_seen(tmp_path, drawn):
    nothing = Fault("nothing", "firsts.py", "EPOCH: Final", "EPOCH: Final")
    assert seen(plant(nothing, tmp_path), *drawn) == 0


def test_every_fault_has_its_place(tmp_path):
    assert len(FAULTS) >= 20
    for n, fault in enumerate(FAULTS):
        plant(fault, tmp_path / str(n))
