"""Broken tables: each is refused whole, with file, line and remedy, and leaves nothing behind."""
# ruff: noqa: E501 — one broken file a line, so that the list can be read

import os
import re
import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from hembesok.exchange.tables.csv_files import LONGEST_LINE, CsvTable
from hembesok.exchange.tables.faults import MOST_SHOWN, FileError
from hembesok.exchange.tables.files import open_table
from tests.exchange.runs import DUTCH, arguments, command, names_in, refused

CHILDREN = b"child_id,born\na,2021-01-31\nb,2021-03-22\n"
VISITS = b"child_id,date,step,kind\na,2021-03-02,month-1,clinic\nb,2021-04-21,,\n"


@dataclass(frozen=True)
class Broken:
    """A broken file, which of the two it is, and words that the error must have."""

    file: str
    content: bytes
    says: tuple[str, ...]

    def __str__(self) -> str:
        return self.says[0]


def children(content: str | bytes, *says: str) -> Broken:
    """Return a broken children file."""
    return Broken("children.csv", content if isinstance(content, bytes) else content.encode(), says)


def visits(content: str | bytes, *says: str) -> Broken:
    """Return a broken visits file."""
    return Broken("visits.csv", content if isinstance(content, bytes) else content.encode(), says)


BROKEN = [
    # The file as a whole
    children("", "line 1: the file is empty", "Write a header"),
    children("\nchild_id,born\na,2021-01-31\n", "line 1: the line is empty", "Write a header"),
    children("child_id,born\n", "there are no children", "Add a row for each child"),
    children("child_id;born\na;2021-01-31\n", "line 1: the header is separated by semicolons", "commas"),
    children("child_id\tborn\na\t2021-01-31\n", "line 1: the header is separated by tabs", "commas"),
    children("barn,born\na,2021-01-31\n", "line 1: the column child_id is missing", "barn, born"),
    children("child_id,Born\na,2021-01-31\n", "line 1: the column born is missing", "Did you mean 'Born'?"),
    children("child_id,born,born\na,,\n", "line 1: the column 'born' stands there more than once", "Keep one"),
    visits("child_id,step\na,month-1\n", "line 1: there is no date and no age_days", "Give one of the two"),
    visits("child_id,date,age_days\na,,30\n", "line 1: there is both date and age_days", "Give one of the two"),
    # Bytes that are no CSV in UTF-8
    children("child_id,born\na,2021-01-31\nÅsa,2021-01-31\n".encode("latin-1"), "line 3: the byte 0xc5 is not UTF-8", "Save the file as CSV UTF-8"),
    children(CHILDREN.decode().encode("utf-16"), "line 1: the file is UTF-16 text", "UTF-8"),
    visits(VISITS.decode().encode("utf-16-le"), "line 1: there is a NUL byte", "UTF-8"),
    visits(VISITS + b"a,2021-03-02,\0,\n", "line 4: there is a NUL byte", "UTF-8"),
    children(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "line 1: the file is a picture", "Give a CSV"),
    children(b"PK\x03\x04 workbook", "line 1: the file is an Excel or ZIP file", "Save the sheet as CSV"),
    children(b"PAR1 and so on", "line 1: the file is a Parquet file", "end in .parquet"),
    children(b"\x1f\x8b\x08", "line 1: the file is compressed", "Unpack"),
    children(bytes(range(128, 256)) * 40, "line 1: the byte 0x80 is not UTF-8", "UTF-8"),
    children(CHILDREN + b"c," + b"x" * LONGEST_LINE, "line 4: the line is longer than 65,536 bytes", "one row to a line"),
    children(b"x" * 3 * LONGEST_LINE, "line 1: the line is longer than 65,536 bytes", "one row to a line"),
    visits(VISITS + b'"a,2021-03-02,,\n' + b"b,2021-04-21,,\n" * 3, 'line 4: a quote (") that opens', "Close it"),
    visits(VISITS + b'"a,2021-03-02,,\n' + b"b,2021-04-21,,\n" * 30_000, 'line 4: a quote (") that opens', "Close it"),
    visits(VISITS + b'"\n",' * 200_000, 'line 4: a quote (") that opens', "Close it"),
    visits(VISITS + b'"a"b,2021-03-02,,\n', "line 4: a quoted field goes on", 'as ""'),
    visits(VISITS + b"a,2021-03-02\r,,\n", "line 4: a carriage return", "End each line"),
    # Rows
    children("child_id,born\na,2021-02-30\n", "line 2, column born: '2021-02-30' is not a day of the calendar", "Write a day as"),
    children("child_id,born\na,31/1 2021\n", "line 2, column born: '31/1 2021' is not a day written as", "Write a day as"),
    children("child_id,born\na,20210131\n", "line 2, column born: '20210131' is not a day", "Write a day as"),
    children("child_id,born\na,1821-01-31\n", "line 2, column born: '1821-01-31' is outside", "Write a day as"),
    children("child_id,born\na,\n", "line 2, column born: the day of birth is missing", "Write a day as"),
    children("child_id,born\n,2021-01-31\n", "line 2, column child_id: it is empty", "Give each child"),
    children(f"child_id,born\n{'x' * 65},2021-01-31\n", "line 2, column child_id: 'xxx", "longer than 64", "shorter"),
    children("child_id,born\na\x07,2021-01-31\n", r"line 2, column child_id: 'a\x07' holds a control", "letters"),
    children(CHILDREN + b'"c\nd",2021-01-31\ne,x\n', r"line 4, column child_id: 'c\nd' holds a control", "line 6, column born: 'x'"),
    children("child_id,born\na,2021-01-31\nb,2021-01-31\na,2021-01-31\n", "line 4, column child_id: 'a' stands on line 2 already", "Give each child one row"),
    children("child_id,born,ended\na,2021-01-31,2021-01-30\n", "line 2, column ended: the day is before the birth", "Mend"),
    children("child_id,born,enrolled\na,2021-01-31,2021-01-30\n", "line 2, column enrolled: the day is before the birth", "Mend"),
    children("child_id,born,discharged\na,2021-01-31,2021-01-30\n", "line 2, column discharged: the day is before", "Mend"),
    children("child_id,born,enrolled,ended\na,2021-01-31,2021-03-01,2021-02-28\n", "line 2, column ended: the child left before it was enrolled", "Mend"),
    children("child_id,born\na,2021-01-31,x\n", "line 2: the row has 3 fields, the header has 2", "one field for each column"),
    children("child_id,born\na\n", "line 2: the row has 1 fields, the header has 2", "one field for each column"),
    visits("child_id,date\nx,2021-03-02\n", "line 2, column child_id: 'x' is not in", "children.csv", "Add the child"),
    visits("child_id,date\n,2021-03-02\n", "line 2, column child_id: it is empty", "Name the child"),
    visits("child_id,date\na,2021-01-30\n", "line 2, column date: '2021-01-30' is before the birth", "Mend the day"),
    visits("child_id,date\na,2021-02-29\n", "line 2, column date: '2021-02-29' is not a day", "Write a day as"),
    visits("child_id,date\na,\n", "line 2, column date: it is empty", "Write a day as"),
    visits("child_id,age_days\na,-1\n", "line 2, column age_days: '-1' is not a whole number", "Write the age"),
    visits("child_id,age_days\na,30.0\n", "line 2, column age_days: '30.0' is not a whole number", "Write the age"),
    visits("child_id,age_days\na,36501\n", "line 2, column age_days: '36501' is not a whole number from 0 to 36,500", "Write the age"),
    visits("child_id,age_days\na,٣٠\n", "line 2, column age_days: '٣٠' is not a whole number", "Write the age"),
    visits("child_id,age_days\na,\n", "line 2, column age_days: it is empty", "Write the age"),
    visits("child_id,date,step\na,2021-03-02,mont-1\n", "line 2, column step: 'mont-1' is not a step", "Did you mean month-1?"),
    visits("child_id,date,step\na,2021-03-02,xxxxxx\n", "line 2, column step: 'xxxxxx' is not a step", "month-1, month-2"),
    visits("child_id,date,kind\na,2021-03-02,Home\n", "line 2, column kind: 'Home' is not a kind", "Did you mean home?"),
]  # fmt: skip


def folder_with(folder: Path, broken: Broken) -> list[str]:
    """Write the two files, one of them broken, and return the command line."""
    files = {"children.csv": CHILDREN, "visits.csv": VISITS} | {broken.file: broken.content}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return arguments(folder / "children.csv", folder / "visits.csv", folder / "out.csv")


def test_the_files_that_are_broken_below_are_right_to_begin_with(tmp_path):
    assert command(folder_with(tmp_path, visits(VISITS, "right"))).returncode == 0


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_a_broken_file_is_refused_whole(broken, tmp_path, capsys):
    said = refused(folder_with(tmp_path, broken), capsys)
    assert f"{tmp_path / broken.file}, line " in said
    for words in broken.says:
        assert words in said
    assert names_in(tmp_path) == {"children.csv", "visits.csv"}


@pytest.mark.parametrize("broken", BROKEN[::14], ids=str)
def test_the_command_line_refuses_as_well(broken, tmp_path):
    done = command(folder_with(tmp_path, broken))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(str(tmp_path / broken.file)), "the file comes first"
    assert "Traceback" not in done.stderr
    for words in broken.says:
        assert words in done.stderr
    assert names_in(tmp_path) == {"children.csv", "visits.csv"}


def test_an_old_output_stays_when_a_file_is_refused(tmp_path, capsys):
    given = folder_with(tmp_path, BROKEN[0])
    (tmp_path / "out.csv").write_text("old")
    refused(given, capsys)
    assert (tmp_path / "out.csv").read_text() == "old"


# Many errors


def test_a_hundred_errors_are_shown_by_line_and_the_rest_counted(tmp_path, capsys):
    """Rows of a wrong width are found at once and strangers in batches; they are shown by line."""
    rows = ["a" if n % 2 else "x,2021-03-02" for n in range(2, 252)]
    said = refused(folder_with(tmp_path, visits("\n".join(["child_id,date", *rows]), "")), capsys)
    *lines, last = said.strip().splitlines()
    numbers = [int(re.findall(r", line (\d+)", line)[0]) for line in lines]
    assert numbers == list(range(2, 102))
    assert (len(lines), last) == (MOST_SHOWN, f"{tmp_path / 'visits.csv'}: and 150 more")


def test_errors_without_end_do_not_fill_the_memory(tmp_path, capsys):
    content = "child_id,date\n" + "x,y\n" * 50_000
    said = refused(folder_with(tmp_path, visits(content, "")), capsys)
    assert said.strip().endswith("and 99,900 more")


def test_each_fault_of_a_row_is_told(tmp_path, capsys):
    broken = visits("child_id,date,step,kind\nx,y,z,w\n", "")
    said = refused(folder_with(tmp_path, broken), capsys)
    for name in ("child_id", "date", "step", "kind"):
        assert f"line 2, column {name}: " in said
    assert said.count("line 2") == 4


def test_a_long_or_coloured_value_is_shown_short_and_plain(tmp_path, capsys):
    broken = children(f"child_id,born\na,\x1b[31m{'9' * 500}\n", "")
    said = refused(folder_with(tmp_path, broken), capsys)
    assert "\x1b[31m" not in said
    assert len(said) < len(str(tmp_path)) + 200


# Huge files


def measured(given: list[str], limit: int) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run the command with so much address space and no more; return it and its seconds."""
    started = time.monotonic()
    done = command(given, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    return done, time.monotonic() - started


@pytest.mark.parametrize(
    "beginning", [b"", b"child_id,born\na,2021-01-31\n", b"child_id," + b"x" * 200_000]
)
def test_two_gigabytes_on_one_line_are_refused_at_once(beginning, tmp_path):
    """The file is sparse, so that it takes no room; what is not written reads as NUL bytes."""
    given = folder_with(tmp_path, children(beginning, ""))
    os.truncate(tmp_path / "children.csv", 2 * 1024**3)
    done, seconds = measured(given, limit=1024**3)
    assert done.returncode == 2, done.stderr
    assert "NUL byte" in done.stderr or "longer than 65,536 bytes" in done.stderr
    assert "Traceback" not in done.stderr
    assert seconds < 20
    assert names_in(tmp_path) == {"children.csv", "visits.csv"}


def test_a_line_may_be_just_as_long_as_is_allowed(tmp_path):
    """The limit is the same wherever in a block the line begins."""
    for before in (0, 1, 1000, 60_000):
        for length in (LONGEST_LINE, LONGEST_LINE + 1):
            path = tmp_path / "table.csv"
            path.write_bytes(b"a,b\n" + b"x,y\n" * before + b"1," + b"2" * (length - 2) + b"\n3,4")
            with CsvTable(path) as table:
                table.open()
                if length > LONGEST_LINE:
                    with pytest.raises(FileError, match=f"line {before + 2}: the line is longer"):
                        list(table.rows(["a", "b"]))
                else:
                    assert list(table.rows(["b", "c", "a"]))[-1] == (before + 3, ("4", "", "3"))


# Files that are not there, or not files


def nothing(path: Path) -> None:
    """Leave no file."""


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (nothing, "cannot be read: No such file"),
        (Path.mkdir, "is a folder. Give a file"),
        (os.mkfifo, "is a device or a pipe. Give a file"),
        (lambda path: path.symlink_to(path), "cannot be read"),
    ],
)
@pytest.mark.parametrize("name", ["children.csv", "visits.csv", "children.parquet"])
def test_what_is_no_file_is_refused(
    name: str, make: Callable[[Path], None], says, tmp_path, capsys
):
    folder_with(tmp_path, visits(VISITS, ""))
    (tmp_path / name).unlink(missing_ok=True)
    make(tmp_path / name)
    children_name = "children.csv" if name == "visits.csv" else name
    before = names_in(tmp_path)
    given = arguments(tmp_path / children_name, tmp_path / "visits.csv", tmp_path / "out.csv")
    said = refused(given, capsys)
    assert f"{tmp_path / name}: {says}" in said
    assert names_in(tmp_path) == before


@pytest.mark.parametrize("name", ["children.xlsx", "children", "children.csv.gz", "children.txt"])
def test_another_ending_is_refused(name, tmp_path, capsys):
    folder_with(tmp_path, visits(VISITS, ""))
    (tmp_path / name).write_bytes(CHILDREN)
    given = arguments(tmp_path / name, tmp_path / "visits.csv", tmp_path / "out.csv")
    assert f"{name}: the name ends in" in refused(given, capsys)


def test_an_ending_may_be_in_capitals(tmp_path):
    (tmp_path / "CHILDREN.CSV").write_bytes(CHILDREN)
    with open_table(tmp_path / "CHILDREN.CSV") as table:
        assert table.header == ["child_id", "born"]


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("nowhere/out.csv", "its folder does not exist"),
        ("children.csv/out.csv", "its folder does not exist"),
        ("folder.csv", "is not a file"),
        ("out.xlsx", "the name ends in '.xlsx'"),
        ("out", "the name ends in 'nothing'"),
        ("children.csv", "is also read from"),
        ("same.csv", "is also read from"),
        ("x" * 300 + ".csv", "cannot be written: File name too long"),
    ],
)
def test_an_output_that_cannot_be_written_is_refused_before_the_work(out, says, tmp_path, capsys):
    folder_with(tmp_path, visits(VISITS, ""))
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "same.csv").symlink_to("visits.csv")
    before = names_in(tmp_path)
    given = arguments(tmp_path / "children.csv", tmp_path / "visits.csv", tmp_path / out)
    assert says in refused(given, capsys)
    assert names_in(tmp_path) == before
    assert (tmp_path / "children.csv").read_bytes() == CHILDREN


def test_an_output_where_nothing_may_be_written_is_refused(tmp_path, capsys):
    """The folder /proc takes no files, not even those of root, whom permissions do not stop."""
    if not Path("/proc/self").is_dir():
        pytest.skip("there is no /proc on this system")
    folder_with(tmp_path, visits(VISITS, ""))
    given = arguments(tmp_path / "children.csv", tmp_path / "visits.csv", Path("/proc/out.csv"))
    assert "/proc/out.csv: cannot be written" in refused(given, capsys)


def test_a_programme_is_no_output(tmp_path, capsys):
    folder_with(tmp_path, visits(VISITS, ""))
    programme = tmp_path / "programme.csv"
    programme.write_bytes(DUTCH.read_bytes())
    files = tmp_path / "children.csv", tmp_path / "visits.csv"
    assert "is also read from" in refused(arguments(*files, programme, programme=programme), capsys)
    assert programme.read_bytes() == DUTCH.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {"--as-of": "2021-02-30"},
        {"--as-of": "today"},
        {"--as-of": None},
        {"--children": None},
        {"--what": "x"},
    ],
)
def test_a_wrong_command_line_ends_with_2(change, tmp_path, capsys):
    given = folder_with(tmp_path, visits(VISITS, ""))
    options = dict(zip(given[1::2], given[2::2], strict=True)) | change
    line = [word for name, value in options.items() if value is not None for word in (name, value)]
    assert next(iter(change)) in refused(["schedule", *line], capsys)
    assert names_in(tmp_path) == {"children.csv", "visits.csv"}


# Parquet


def parquet(path: Path, query: str) -> Path:
    """Write a query's result as Parquet."""
    with duckdb.connect() as db:
        db.execute(f"COPY ({query}) TO $out (FORMAT parquet)", {"out": str(path)})
    return path


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT 'a' AS child_id, DATE '2021-01-31' AS birth", "row 1: the column born is missing"),
        ("SELECT 'a' AS child_id, 1.5 AS born", "column born: the column born is of the type DECIMAL"),
        ("SELECT [1] AS child_id, '2021-01-31' AS born", "the column child_id is of the type INTEGER[]"),
        ("SELECT 'a'::BLOB AS child_id, '2021-01-31' AS born", "the column child_id is of the type BLOB"),
        ("SELECT 'a' AS child_id, 20210131 AS born", "row 1, column born: '20210131' is not a day"),
        ("SELECT 'a' AS child_id, TIMESTAMP '2021-01-31 10:00' AS born", "row 1, column born: '2021-01-31 10:00:00' is not a day"),
        ("SELECT 'a' AS child_id, TIMESTAMPTZ '2021-01-31 00:00' AS born", "is of the type TIMESTAMP WITH TIME ZONE"),
        ("SELECT 'a' AS child_id, DATE 'infinity' AS born", "row 1, column born: 'infinity' is not a day"),
        ("SELECT unnest(['a', NULL]) AS child_id, DATE '2021-01-31' AS born", "row 2, column child_id: it is empty"),
        ("SELECT unnest([7, 8, 7]) AS child_id, DATE '2021-01-31' AS born", "row 3, column child_id: '7' stands on row 1 already"),
        ("SELECT repeat('x', 100000) AS child_id, DATE '2021-01-31' AS born", "longer than 64 characters"),
        ("SELECT 'a' AS child_id, DATE '2021-01-31' AS born LIMIT 0", "there are no children"),
    ],
)  # fmt: skip
def test_a_parquet_file_is_checked_as_a_csv_file_is(query, says, tmp_path, capsys):
    (tmp_path / "visits.csv").write_bytes(VISITS)
    path = parquet(tmp_path / "children.parquet", query)
    said = refused(arguments(path, tmp_path / "visits.csv", tmp_path / "out.parquet"), capsys)
    assert f"{path}, row " in said
    assert says in said
    assert names_in(tmp_path) == {"children.parquet", "visits.csv"}


def damage_magic(content: bytes) -> bytes:
    return content[:-4] + b"XXXX"


def damage_footer(content: bytes) -> bytes:
    length = int.from_bytes(content[-8:-4], "little")
    return content[: -8 - length] + bytes(length) + content[-8:]


def damage_length(content: bytes) -> bytes:
    return content[:-8] + b"\xff\xff\xff\x7f" + content[-4:]


def damage_pages(content: bytes) -> bytes:
    return content[:4] + bytes([0xAA]) * (len(content) // 2) + content[4 + len(content) // 2 :]


def damage_end(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    "damage",
    [
        damage_magic,
        damage_footer,
        damage_length,
        damage_pages,
        damage_end,
        lambda content: b"",
        lambda content: CHILDREN,
    ],
)
@pytest.mark.parametrize("name", ["children", "visits"])
def test_a_corrupt_parquet_file_is_refused(name, damage, tmp_path, capsys):
    good = {
        "children": "SELECT 'child ' || n AS child_id, DATE '2021-01-31' AS born FROM range(9999) t(n)",
        "visits": "SELECT 'child ' || n AS child_id, 30 + n % 90 AS age_days FROM range(9999) t(n)",
    }
    paths = {stem: parquet(tmp_path / f"{stem}.parquet", query) for stem, query in good.items()}
    paths[name].write_bytes(damage(paths[name].read_bytes()))
    said = refused(arguments(paths["children"], paths["visits"], tmp_path / "out.csv"), capsys)
    assert f"{paths[name]}: cannot be read as Parquet" in said
    assert names_in(tmp_path) == {"children.parquet", "visits.parquet"}
