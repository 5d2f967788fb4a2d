"""A delivery is refused for each of fifty kinds of damage, and told so that it can be mended."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from hembesok.analysis.contract import DELIVERY, TABLES
from hembesok.exchange.check_tables_job.job import run
from hembesok.exchange.tables.faults import FileError
from tests.analysis.delivering import ALL_DAYS, Rows, deliver, sources
from tests.exchange.runs import command


def whole() -> Rows:
    """Return a delivery with nothing wrong: two children, and a row in each table."""
    day = date(2023, 3, 1)
    return {
        "sites": [{"site": "north", "starts": day, "ends": None}],
        "areas": [{"area": "A1", "area_type": "1"}],
        "children": [
            {"child": n, "born": day, "site": "north", "area": "A1", "protected": False}
            for n in (1, 2)
        ],
        "enrolments": [
            {"child": 1, "programme": "p", "version": "1", "eligible": True,
             "offered": date(2023, 3, 5), "answered": date(2023, 3, 6), "answer": "yes",
             "enrolled": date(2023, 3, 6), "ended": date(2024, 1, 1), "end_reason": "moved"}
        ],
        "steps": [
            {"step": 1, "key": "home-1", "part": "own", "kind": "home", "joint": True,
             "opens": "7 days", "target": "2 weeks", "closes": "1 month + 2 days",
             "grace": None, "anchor": "birth"}
        ],
        "events": [
            {"child": 1, "step": 1, "planned": date(2023, 3, 20), "actual": date(2023, 3, 20),
             "status": 1},
            {"child": 2, "step": 0, "actual": date(2023, 4, 20), "status": 1},
        ],
        "visits": [
            {"visit": 1, "child": 1, "step": 1, "held": date(2023, 3, 20), "kind": "home",
             "nurse": 1}
        ],
        "vaccinations": [{"child": 1, "vaccine": "mmr", "given": date(2024, 6, 1)}],
        "screenings": [
            {"child": 1, "kind": "epds", "day": date(2023, 4, 20), "result": "done"}
        ],
        "handoffs": [
            {"handoff": 1, "child": 1, "receiver": "dental", "sent": date(2024, 1, 1),
             "confirmed": date(2024, 2, 1)}
        ],
        "costs": [
            {"cost": 1, "site": "north", "day": day, "kind": "salary", "amount": 100}
        ],
        "sources": sources(["north"]),
    }  # fmt: skip


Damage = Callable[[Rows], Any]
NEXT_YEAR = date(2025, 1, 1)


def _set(table: str, column: str, value: Any) -> Damage:
    return lambda rows: rows[table][0].update({column: value})


def _double(table: str) -> Damage:
    return lambda rows: rows[table].append(dict(rows[table][0]))


IN_ROWS: dict[str, tuple[Damage, str, str]] = {
    "a child twice": (_double("children"), "children", "child"),
    "an enrolment twice": (_double("enrolments"), "enrolments", "child"),
    "a visit's number twice": (_double("visits"), "visits", "visit"),
    "a step's number twice": (_double("steps"), "steps", "step"),
    "a dose twice": (_double("vaccinations"), "vaccinations", "child, vaccine, given"),
    "an orphan of a child": (_set("events", "child", 9), "events", "child"),
    "an orphan of a site": (_set("children", "site", "south"), "children", "site"),
    "an orphan of an area": (_set("children", "area", "A9"), "children", "area"),
    "an event of no step": (_set("events", "step", 7), "events", "step"),
    "a birth in the future": (_set("children", "born", NEXT_YEAR), "children", "born"),
    "a visit in the future": (_set("visits", "held", NEXT_YEAR), "visits", "held"),
    "an event before birth": (_set("events", "actual", date(2022, 1, 1)), "events", "actual"),
    "a day of no time": (_set("children", "followed_until", date(1066, 10, 14)), "children",
                         "followed_until"),
    "no day of birth": (_set("children", "born", None), "children", "born"),
    "an unknown status": (_set("events", "status", 9), "events", "status"),
    "an unknown kind": (_set("visits", "kind", "castle"), "visits", "kind"),
    "an unknown reason": (_set("enrolments", "end_reason", "bored"), "enrolments", "end_reason"),
    "a result of another kind": (_set("screenings", "result", "smoker"), "screenings", "result"),
    "left before joining": (_set("enrolments", "ended", date(2023, 3, 5)), "enrolments", "ended"),
    "answered before the offer": (_set("enrolments", "answered", date(2023, 3, 4)),
                                  "enrolments", "answered"),
    "a reason and no day": (_set("enrolments", "ended", None), "enrolments", "end_reason"),
    "done and no day": (_set("events", "actual", None), "events", "status"),
    "confirmed before it was sent": (_set("handoffs", "confirmed", date(2023, 12, 31)),
                                     "handoffs", "confirmed"),
    "a span nobody reads": (_set("steps", "opens", "a fortnight"), "steps", "opens"),
    "parents below none": (_set("children", "parents", -1), "children", "parents"),
    "a source without its days": (_set("sources", "data_from", None), "sources", "data_from"),
    "a source that is missing": (lambda rows: rows["sources"].pop(), "sources", "table"),
    "rows of what is not collected": (
        lambda rows: [row.update(collected=False, data_from=None, data_to=None)
                      for row in rows["sources"] if row["table"] == "costs"], "costs", ""),
}  # fmt: skip
"""Damage to the rows, the table and column that are told."""


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_whole_delivery_is_accepted(tmp_path, form):
    summary = run(deliver(tmp_path / "d", whole(), form=form))
    assert "nothing is wrong" in str(summary)
    assert summary.rows["children"] == 2


@pytest.mark.parametrize("form", ["parquet", "csv"])
@pytest.mark.parametrize("name", IN_ROWS)
def test_damaged_rows_are_told(tmp_path, name, form):
    damage, table, column = IN_ROWS[name]
    rows = whole()
    damage(rows)
    told = _refused(deliver(tmp_path / "d", rows, form=form))
    place = f"{table} ({table}.{form}), row "
    lines = [line for line in told.splitlines() if line.startswith(place)]
    assert lines, told
    named = f", column {column}: " if column else ": "
    assert any(named in line for line in lines), told
    for line in told.splitlines():
        assert re.fullmatch(r".*?, row \d+(, column [^:]+)?: .+\. .+[.?]", line), line


def _refused(folder: Path) -> str:
    with pytest.raises(FileError) as refusal:
        run(folder)
    return str(refusal.value)


def _column(table: str, change: str) -> Callable[[Path], None]:
    """Write a table of a delivery anew, its columns chosen by SQL."""

    def damage(folder: Path) -> None:
        path = folder / f"{table}.parquet"
        with duckdb.connect() as db:
            db.execute(f"CREATE TABLE t AS SELECT {change} FROM '{path}'")  # noqa: S608
            db.execute(f"COPY t TO '{path}' (FORMAT parquet)")

    return damage


def _note(**changes: Any) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        told = json.loads((folder / DELIVERY).read_text()) | changes
        (folder / DELIVERY).write_text(json.dumps(told))

    return damage


def _cut(folder: Path) -> None:
    path = folder / "events.parquet"
    path.write_bytes(path.read_bytes()[:-200])


def _rows(number: int) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        told = json.loads((folder / DELIVERY).read_text())
        told["tables"]["events"]["rows"] = number
        (folder / DELIVERY).write_text(json.dumps(told))

    return damage


def _clustered(folder: Path) -> None:
    told = json.loads((folder / DELIVERY).read_text())
    told["tables"]["events"]["clustered"] = True
    (folder / DELIVERY).write_text(json.dumps(told))
    _column("events", "*")(folder)
    with duckdb.connect() as db:
        path = folder / "events.parquet"
        db.execute(f"CREATE TABLE t AS FROM '{path}' ORDER BY child DESC")
        db.execute(f"COPY t TO '{path}' (FORMAT parquet)")


def _half(folder: Path) -> None:
    (folder / DELIVERY).write_text('{"contract": ')


IN_FILES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a column missing": (_column("children", "* EXCLUDE born"), "column born: the column is miss"),
    "a column too many": (_column("children", "*, 'Anna' AS name"), "column name: the column is n"),
    "a text for a day": (_column("children", "* REPLACE (born::VARCHAR AS born)"),
                         "column born: its type is VARCHAR"),
    "a time for a day": (_column("visits", "* REPLACE (held::TIMESTAMP AS held)"),
                         "column held: its type is TIMESTAMP"),
    "a number too large": (_column("events", "* REPLACE (400::INTEGER AS status)"),
                           "column status: '400' is no int8"),
    "a file cut off": (_cut, "events (events.parquet), row 0: it cannot be read"),
    "a file that is not there": (lambda d: (d / "costs.parquet").unlink(), "is not there"),
    "no delivery.json": (lambda d: (d / DELIVERY).unlink(), "half written"),
    "half a delivery.json": (_half, "cannot be read"),
    "another contract": (_note(contract="other"), "contract is 'other'"),
    "another version": (_note(version=99), "version is 99"),
    "no instant": (_note(made="yesterday"), "made is 'yesterday'"),
    "fewer rows than told": (_rows(3), "says 3 rows, and there are 2"),
    "a table not named": (_note(tables={}), "is not named"),
    "an unknown table": (_note(tables={"secrets": {}}), "no table 'secrets'"),
    "not in the order said": (_clustered, "column child: 1 stands after a larger one"),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_FILES)
def test_damaged_files_are_told(tmp_path, name):
    damage, expected = IN_FILES[name]
    folder = deliver(tmp_path / "d", whole())
    damage(folder)
    assert expected in _refused(folder)


BROKEN_CSV = {
    "a field too many": lambda text: text.replace("1,2023-03-01", "1,2023-03-01,x"),
    "a day in another form": lambda text: text.replace("2023-03-01", "01/03/2023"),
    "a truth in another form": lambda text: text.replace("false", "nej"),
    "a letter for a number": lambda text: text.replace("\n1,", "\nett,"),
    "a column twice": lambda text: text.replace("child,born", "born,born"),
    "nothing at all": lambda text: "",
}


@pytest.mark.parametrize("name", BROKEN_CSV)
def test_broken_csv_is_told(tmp_path, name):
    folder = deliver(tmp_path / "d", whole(), form="csv")
    path = folder / "children.csv"
    path.write_text(BROKEN_CSV[name](path.read_text()))
    assert "children (children.csv)" in _refused(folder)


def test_csv_that_is_not_utf_8_is_told(tmp_path):
    folder = deliver(tmp_path / "d", whole(), form="csv")
    path = folder / "children.csv"
    path.write_bytes(path.read_bytes().replace(b"north", b"n\xf6rr"))
    assert "children (children.csv)" in _refused(folder)


def test_the_command_ends_with_2_and_says_why(tmp_path):
    rows = whole()
    rows["children"][0]["born"] = NEXT_YEAR
    done = command(["check-tables", str(deliver(tmp_path / "d", rows))])
    assert done.returncode == 2
    assert "children (children.parquet), row 1, column born: 2025-01-01 lies after" in done.stderr
    assert done.stdout == ""
    assert command(["check-tables", str(deliver(tmp_path / "e", whole()))]).returncode == 0


def test_each_table_of_the_contract_is_in_the_delivery_that_is_whole():
    assert set(whole()) == {table.name for table in TABLES}
    assert ALL_DAYS[0] < ALL_DAYS[1]
