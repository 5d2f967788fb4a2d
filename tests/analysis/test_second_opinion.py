"""Every indicator in every group, on drawn children: the engine and plain Python agree."""

from pathlib import Path

import pytest

from hembesok.analysis.answers import figures
from hembesok.analysis.deliveries import read_delivery
from hembesok.analysis.engines.embedded import DuckDB
from hembesok.analysis.indicators import ALL
from hembesok.analysis.indicators.visiting import COVERAGE
from hembesok.analysis.making import Asked, wide
from hembesok.analysis.states import Rule
from tests.analysis.delivering import deliver
from tests.analysis.drawn import AS_OF, country, steps
from tests.analysis.opinion import Found, opinion

CHILDREN = 2_000
EVERY = (*ALL, *COVERAGE)


def computed(folder: Path, engine: DuckDB) -> Found:
    """Return what the engine makes of a delivery, in the form of the second opinion."""
    tables = engine.tables(read_delivery(folder))
    made = wide(engine, tables, Asked.of(steps(), AS_OF, Rule.TEN, EVERY))
    return {
        (one.indicator, one.detail, one.by, one.group): [
            one.numerator, one.denominator, one.missing, one.rows or 0,
        ]
        for one in figures(engine, tables, made, EVERY)
    }  # fmt: skip


def differences(one: Found, other: Found) -> list[str]:
    """Return where two opinions differ, save that a group nobody is in need not be told."""
    nobody = [0, 0, 0, 0]
    keys = sorted({*one, *other}, key=str)
    return [
        f"{key}: {one.get(key, nobody)} and {other.get(key, nobody)}"
        for key in keys
        if one.get(key, nobody)[:3] != other.get(key, nobody)[:3]
    ]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_engine_and_plain_python_agree_on_every_figure(tmp_path, form):
    rows = country(CHILDREN)
    engine = DuckDB(tmp_path)
    try:
        found = computed(deliver(tmp_path / "delivery", rows, form=form), engine)
    finally:
        engine.close()
    expected = opinion(rows, AS_OF)
    assert not differences(found, expected)
    told = {key for key, _, by, _ in found if not by}
    assert told == {indicator.key for indicator in EVERY}
    for key, detail, by, _ in found:
        if not by:
            assert found[key, detail, (), ()][1], f"nobody is counted in {key} {detail}"
