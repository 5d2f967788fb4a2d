"""A kept state, into which a day's events fold, gives what all events together give."""

import json
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hembesok.analysis.contract import DELIVERY
from hembesok.analysis.engines import schema_of
from hembesok.exchange.follow_up_job.job import Request, run
from tests.analysis.delivering import Rows, deliver
from tests.analysis.drawn import AS_OF, country
from tests.exchange.runs import names_in


def _figures(folder: Path, delivery: Path, on: date, keep: Path | None) -> pa.Table:
    run(Request(delivery, on, folder, keep=keep))
    return pq.read_table(folder / "figures.parquet")


def _add_file(delivery: Path, name: str, rows: list[dict[str, object]]) -> None:
    full = [{field.name: row.get(field.name) for field in schema_of("events")} for row in rows]
    pq.write_table(pa.Table.from_pylist(full, schema=schema_of("events")), delivery / name)
    told = json.loads((delivery / DELIVERY).read_text())
    told["tables"]["events"]["files"].append(name)
    told["tables"]["events"]["rows"] += len(rows)
    (delivery / DELIVERY).write_text(json.dumps(told))


@pytest.fixture
def rows() -> Rows:
    drawn = country(400, seed=4)
    drawn["events"] = [row for row in drawn["events"] if (row.get("actual") or AS_OF) <= AS_OF]
    return drawn


def test_new_files_fold_in_and_the_figures_are_those_of_all_events(tmp_path, rows):
    events = rows["events"]
    rows["events"] = events[: len(events) // 2]
    delivery, keep = deliver(tmp_path / "d", rows), tmp_path / "kept"
    on = AS_OF + timedelta(1)
    _figures(tmp_path / "out", delivery, on, keep)
    rest = events[len(events) // 2 :]
    for n in range(4):  # the last of them would not fit beside a large file of few children
        _add_file(delivery, f"day-{n}.parquet", rest[n::4])
        folded = _figures(tmp_path / "out", delivery, on, keep)
    afresh = _figures(tmp_path / "afresh", delivery, on, None)
    assert folded.equals(afresh)
    assert not [name for name in names_in(keep) if name.startswith(".")]


def test_a_few_events_are_written_beside_and_not_all_anew(tmp_path, rows):
    delivery, keep = deliver(tmp_path / "d", rows), tmp_path / "kept"
    on = AS_OF + timedelta(1)
    _figures(tmp_path / "out", delivery, on, keep)
    before = {path.name: path.stat().st_mtime_ns for path in keep.glob("firsts*")}
    _add_file(delivery, "day.parquet", [dict(rows["events"][0], status=1, actual=AS_OF)])
    folded = _figures(tmp_path / "out", delivery, on, keep)
    after = {path.name: path.stat().st_mtime_ns for path in keep.glob("firsts*")}
    assert before.items() < after.items()
    assert folded.equals(_figures(tmp_path / "afresh", delivery, on, None))


def test_a_file_that_changed_makes_the_state_anew(tmp_path, rows):
    delivery, keep = deliver(tmp_path / "d", rows), tmp_path / "kept"
    on = AS_OF + timedelta(1)
    _figures(tmp_path / "out", delivery, on, keep)
    rows["events"] = rows["events"][:100]
    deliver(delivery, rows)
    folded = _figures(tmp_path / "out", delivery, on, keep)
    assert folded.equals(_figures(tmp_path / "afresh", delivery, on, None))


def test_a_day_before_the_last_event_is_computed_from_the_events(tmp_path, rows):
    delivery, keep = deliver(tmp_path / "d", rows), tmp_path / "kept"
    on = AS_OF - timedelta(400)
    _figures(tmp_path / "out", delivery, AS_OF + timedelta(1), keep)
    kept = _figures(tmp_path / "out", delivery, on, keep)
    assert kept.equals(_figures(tmp_path / "afresh", delivery, on, None))


def test_a_state_that_was_damaged_is_made_anew(tmp_path, rows):
    delivery, keep = deliver(tmp_path / "d", rows), tmp_path / "kept"
    on = AS_OF + timedelta(1)
    first = _figures(tmp_path / "out", delivery, on, keep)
    (keep / "kept.json").write_text("{")
    assert _figures(tmp_path / "out", delivery, on, keep).equals(first)
    next(keep.glob("firsts*")).unlink()
    assert _figures(tmp_path / "out", delivery, on, keep).equals(first)
