"""Reading birth lists from files, good and damaged."""

import io
import random
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from hembesok.families.birth_list import (
    Known,
    Sheet,
    judge,
    propose,
    read_list,
    template_csv,
    template_xlsx,
    why_not_judge,
)
from hembesok.families.birth_list.sheet import LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from hembesok.values.refusals import Reason, Refusal
from tests.rules.lists import HEADER, ON, as_csv, as_xlsx, good_rows, nobody

COUNT = 12
ROWS = good_rows(COUNT, random.Random(7))  # noqa: S311
TABLE = [HEADER, *ROWS]
CSV = as_csv(TABLE)
XLSX = as_xlsx(TABLE)


def why_not(content: bytes, name: str = "lista.csv") -> Reason:
    with pytest.raises(Refusal) as refusal:
        read_list(content, name)
    return refusal.value.reason


def book_of(*sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """Return a workbook with some of its parts replaced; their names without folders and dots."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            key = name.rsplit("/", 1)[-1].split(".")[0]
            new.writestr(name, parts.get(key, old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])  # fmt: skip  # noqa: E501
def test_text_is_read_in_every_usual_code(encoding: str, delimiter: str):
    sheet = read_list(as_csv(TABLE, delimiter=delimiter, encoding=encoding), "lista.csv")
    assert (sheet.header, sheet.rows) == (HEADER, ROWS)
    assert sheet.numbers == list(range(2, COUNT + 2))
    assert not sheet.ragged


def test_a_workbook_says_the_same_as_the_text():
    sheet = read_list(XLSX, "lista.xlsx")
    assert (sheet.header, sheet.rows, sheet.numbers) == (HEADER, ROWS, list(range(2, COUNT + 2)))
    assert read_list(XLSX, "lista.csv").rows == ROWS, "the content decides, not the name"
    assert "Exempelsson" not in repr(sheet)


def test_quotes_empty_rows_titles_and_a_line_about_the_separator():
    content = "sep=;\r\nBarn vecka 12\r\n\r\nNamn;Född\r\n"  # a title
    content += '"Anna; ""Ann""";2025-10-10\r\n;\r\nBo;2025-10-11\r\n'
    sheet = read_list(content.encode(), "lista.csv")
    assert sheet.header == ["Namn", "Född"]
    assert sheet.rows == [['Anna; "Ann"', "2025-10-10"], ["Bo", "2025-10-11"]]
    assert sheet.numbers == [4, 6]


def test_one_column_is_a_list_too():
    sheet = read_list(b"Personnummer\n20251010-2382\n20251011-2381\n", "a.txt")
    assert sheet.header == ["Personnummer"]
    assert sheet.numbers == [2, 3]


def test_commas_within_cells_do_not_deceive():
    rows = [["Namn", "Adress"], ["Anna", "Gatan 1, lgh 2, 3 tr"], ["Bo", "Gatan 2, lgh 3, 1 tr"]]
    assert read_list(as_csv(rows), "a.csv").rows == rows[1:]


def test_ragged_rows_are_told_by_number():
    sheet = read_list(b"a;b;c\n1;2;3\n1;2\n1;2;3;4\n1;2;3;\n", "a.csv")
    assert sheet.ragged == {3: 2, 4: 4}
    assert sheet.numbers == [2, 3, 4, 5]
    assert {len(row) for row in sheet.rows} == {3}


def test_cells_of_a_workbook_read_as_they_are_shown():
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Nr", "Dag", "Tid", "Ja", "Mobil", "Formel", "Tal"])
    moment = datetime.fromisoformat("2025-10-10 08:30")
    sheet.append([202510102382, date(2025, 10, 10), moment, True,
                  701740605, "=1+1", 1.5])  # fmt: skip
    sheet["E2"].number_format = "0000000000"
    out = io.BytesIO()
    book.save(out)
    assert read_list(out.getvalue(), "a.xlsx").rows == [
        ["202510102382", "2025-10-10", "2025-10-10 08:30:00", "ja", "0701740605", "", "1.5"]
    ]


def test_the_first_sheet_with_a_list_is_read_and_no_hidden_one():
    content = book_of([], [["Bara en rubrik", "till"]], [["a", "b"], [1, 2]], [["c", "d"], [3, 4]])
    assert read_list(content, "a.xlsx").header == ["a", "b"]
    book = Workbook()
    hidden = book.worksheets[0]
    hidden.append(["a", "b"])
    hidden.append([1, 2])
    hidden.sheet_state = "hidden"
    book.create_sheet().append(["x"])
    out = io.BytesIO()
    book.save(out)
    assert why_not(out.getvalue(), "a.xlsx").key == "file_no_rows"


@pytest.mark.parametrize(
    ("content", "name", "key"),
    [
        (b"", "a.csv", "file_empty"),
        (b" \n;;\n\n", "a.csv", "file_empty"),
        (b"\xef\xbb\xbf", "a.csv", "file_empty"),
        (b"a;b;c\n", "a.csv", "file_no_rows"),
        (b"%PDF-1.7 ...", "a.csv", "file_kind"),
        (b"<html><table>", "a.xls", "file_kind"),
        (b"a;b\x00c;d\n1;2\n", "a.csv", "file_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "a.xls", "file_old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
         "a.xlsx", "file_password"),
        (b"PK\x03\x04 and nothing more", "a.xlsx", "file_broken"),
        (b"namn;dag\n", "a.xlsx", "file_broken"),
        ("Född;Språk\nx;y\n".encode()[:2] + b"\xff;\xc3\xb6\n1;2", "a.csv", "file_encoding"),
        ("FÃ¶dd;SprÃ¥k\n1;2\n".encode(), "a.csv", "file_encoding"),
        ("Född;Språk\n1;2\n".encode("cp850"), "a.csv", "file_encoding"),
        ("Född;Språk\n1;2\n".encode("utf-16")[:-1], "a.csv", "file_encoding"),
        (b'a;b\n1;"2\n3;4\n', "a.csv", "file_quotes"),
        (b'a;b\n1;"2" 3\n', "a.csv", "file_quotes"),
        (b"a;b\n" + b"x" * (LONGEST_CELL + 1) + b";2\n", "a.csv", "file_cell_too_long"),
        (b"a;b\n" + b"x" * 500_000 + b";2\n", "a.csv", "file_cell_too_long"),
        (b"a;b\n" + b"1;2\n" * (MOST_ROWS + 1), "a.csv", "file_too_many_rows"),
        (b"a;" * (MOST_COLUMNS + 1) + b"\n1;2\n", "a.csv", "file_too_many_columns"),
        (b"a;b\n" * (MOST_BYTES // 4 + 1), "a.csv", "file_too_large"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_what_to_do(content: bytes, name: str, key: str):
    assert why_not(content, name).key == key


def test_refusals_name_the_row():
    assert why_not(b'a;b\n1;2\n1;"2" 3\n').values["row"] == 3
    assert why_not(b"a;b\n\n" + b"x" * 3000 + b";2\n").values["row"] == 3


def test_limits_are_the_last_that_is_read():
    assert len(read_list(b"a;b\n" + b"1;2\n" * MOST_ROWS, "a.csv").rows) == MOST_ROWS
    sheet = read_list(b"a;" * (MOST_COLUMNS - 1) + b"a\n" + b"1;" * (MOST_COLUMNS - 1) + b"1", "a")
    assert len(sheet.header) == MOST_COLUMNS
    assert read_list(b"a;b\n" + b"x" * LONGEST_CELL + b";2", "a.csv").rows[0][0] == "x" * 2000


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def inline(cell: str, text: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        (f'<row r="1">{inline("A1", "a")}{inline("B1", "b")}</row><row r="99999999999">'
         f'{inline("A99999999999", "1")}</row>', "file_broken"),
        (f'<row r="1">{inline("A1", "a")}{inline("XFD1", "b")}</row>', "file_too_many_columns"),
        (f'<row r="1">{inline("A1", "x" * 3000)}{inline("B1", "b")}</row>', "file_cell_too_long"),
        ("".join(f'<row r="{n}">{inline(f"A{n}", "1")}{inline(f"B{n}", "2")}</row>'
                 for n in range(1, MOST_ROWS + 3)), "file_too_many_rows"),
        ("<row", "file_broken"),
    ],
)  # fmt: skip
def test_workbooks_that_lie_about_their_size(rows: str, key: str):
    assert why_not(repacked(XLSX, sheet1=SHEET % rows.encode()), "a.xlsx").key == key


def test_the_size_that_a_workbook_states_is_not_believed():
    rows = "".join(f"<row>{inline(f'A{n}', 'a')}{inline(f'B{n}', 'b')}</row>" for n in (1, 2))
    sheet = SHEET.replace(b"<sheetData>", b'<dimension ref="A1:A1"/><sheetData>')
    read = read_list(repacked(XLSX, sheet1=sheet % rows.encode()), "a.xlsx")
    assert (read.header, read.rows) == (["a", "b"], [["a", "b"]])


def test_workbooks_that_would_fill_the_memory_are_refused_before_they_are_unpacked():
    entities = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'
    wide = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a []><a/>'.encode("utf-16")
    zeros = bytes(120_000_000)
    one_row = SHEET % (b"<row>" + b"<c/>" * 2_000_000 + b"</row>")
    strings = b"<sst>" + b"<si/>" * 2_100_000 + b"</sst>"
    bombs = {
        "file_broken": [repacked(XLSX, styles=entities), repacked(XLSX, styles=wide)],
        "file_unpacked_too_large": [
            repacked(XLSX, sheet1=zeros),
            repacked(XLSX, sheet1=one_row),
            repacked(XLSX, styles=zeros[:6_000_000]),
            _with_part(XLSX, "xl/sharedStrings.xml", strings),
        ],
    }
    del zeros, strings, one_row
    tracemalloc.start()
    for key, contents in bombs.items():
        for content in contents:
            assert why_not(content, "a.xlsx").key == key
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30_000_000


def _with_part(content: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, part)
    return out.getvalue()


def test_another_kind_of_package_is_told_apart():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert why_not(out.getvalue(), "a.ods").key == "file_kind"


@pytest.mark.parametrize(("content", "name"), [(template_csv(), "m.csv"), (template_xlsx(), "m.xlsx")])  # fmt: skip  # noqa: E501
def test_the_template_is_a_good_list(content: bytes, name: str):
    sheet = read_list(content, name)
    columns = propose(sheet.header)
    assert None not in columns.fields
    judged = judge(sheet, columns, Known(nobody), ON)
    (row,) = judged.rows
    assert (row.verdict, row.faults, row.warnings) == ("good", (), ())
    assert row.candidate is not None
    assert row.candidate.language == "so"
    assert row.candidate.address == "Exempelvägen 1, 582 00, Linköping"
    assert [guardian.phone for guardian in row.candidate.guardians] == ["+46701740605", "+46701740606"]  # fmt: skip  # noqa: E501


def read_and_judged(content: bytes, name: str) -> None:
    """Read a damaged file as a page would; anything but a Refusal is a failure."""
    try:
        sheet = read_list(content, name)
    except Refusal:
        return
    assert isinstance(sheet, Sheet)
    columns = propose(sheet.header)
    if not why_not_judge(columns, sheet.header):
        assert len(judge(sheet, columns, Known(nobody), ON).rows) == len(sheet.rows)


def damaged(content: bytes, draw: st.DataObject) -> bytes:
    """Cut off, flip, double, fill with junk: what networks, disks and people do to files."""
    for _ in range(draw.draw(st.integers(1, 3))):
        at = draw.draw(st.integers(0, max(len(content) - 1, 0)))
        match draw.draw(
            st.sampled_from(["cut", "flip", "zero", "junk", "double", "huge", "middle"])
        ):
            case "cut":
                content = content[:at]
            case "flip" if content:
                flipped = content[at] ^ (1 << draw.draw(st.integers(0, 7)))
                content = content[:at] + bytes([flipped]) + content[at + 1 :]
            case "zero":
                content = content[:at] + bytes(draw.draw(st.integers(1, 40))) + content[at + 1 :]
            case "junk":
                content = content[:at] + draw.draw(st.binary(max_size=60)) + content[at:]
            case "double":
                content = content[:at] + content[at // 2 :]
            case "huge":
                content = content[:at] + b"A" * 200_000 + content[at:]
            case _:
                content = content[:at] + content[at + draw.draw(st.integers(1, 500)) :]
    return content


MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(st.data())
def test_damaged_text_is_a_list_or_a_refusal(data: st.DataObject):
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850", "mac-roman"]))  # fmt: skip  # noqa: E501
    delimiter = data.draw(st.sampled_from(";,\t"))
    order = data.draw(st.permutations(range(len(HEADER))))
    table = [[row[at] for at in order] for row in TABLE]
    content = as_csv(table, delimiter=delimiter, encoding=encoding)
    read_and_judged(damaged(content, data), "lista.csv")


@MANY
@given(st.data())
def test_a_damaged_workbook_is_a_list_or_a_refusal(data: st.DataObject):
    read_and_judged(damaged(XLSX, data), "lista.xlsx")


@MANY
@given(st.data())
def test_a_workbook_with_a_damaged_part_is_a_list_or_a_refusal(data: st.DataObject):
    """The damage lies inside the package, where no check sum finds it."""
    with zipfile.ZipFile(io.BytesIO(XLSX)) as package:
        name = data.draw(st.sampled_from(sorted(package.namelist())))
        part = package.read(name)
    key = name.rsplit("/", 1)[-1].split(".")[0]
    read_and_judged(repacked(XLSX, **{key: damaged(part, data)}), "lista.xlsx")


@MANY
@given(st.binary(max_size=300) | st.binary(max_size=300).map(b"PK\x03\x04".__add__))
def test_any_bytes_are_a_list_or_a_refusal(content: bytes):
    read_and_judged(content, "lista")
