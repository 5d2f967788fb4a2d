"""Bookkeeping files of real programs, and files that are none."""

import csv
import subprocess
import sys
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.exchange.sie_job.job import COLUMNS, WHY, run, summarise
from hembesok.exchange.tables.faults import FileError
from hembesok.funding.sie import SieError, SieFile, encoding_of
from tests.need import ROOT, shared_data

HEAD = '#FLAGGA 0\n#FORMAT PC8\n#SIETYP 4\n#PROGRAM "Prov" 1\n#DIM 6 "Projekt"\n'


def expected() -> list[dict[str, str]]:
    with shared_data("sie", "expected.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def vouchers(text: str, encoding: str = "cp437"):
    file = SieFile(BytesIO(text.encode(encoding)), encoding)
    return list(file), file.head


def test_the_summary_of_real_files_is_the_expected_one(tmp_path: Path):
    wanted, out = expected(), tmp_path / "out.csv"
    lines = run([shared_data("sie") / row["file"] for row in wanted], out)
    with out.open(encoding="utf-8", newline="") as stream:
        found = csv.DictReader(stream)
        assert tuple(found.fieldnames or ()) == COLUMNS == tuple(wanted[0])
        assert list(found) == wanted
    said = "\n".join(lines)
    assert "avendo_sie4e_bad_balance.se: quarantined: voucher B 1" in said
    assert "-12771.00" in said
    assert "not_sie_html_error_page.se: refused" in said
    assert "edison_sie1_balances_only.se: SIE type 1 holds balances" in said


def test_letters_are_right_in_code_page_437():
    found = summarise(shared_data("sie", "softone_sie4e.se"))
    assert found.file is not None
    assert found.file.head.company == "Demoföretaget AB"
    assert found.file.head.dimensions["1"] == "Kostnadsställe"


def test_the_command_writes_the_file(tmp_path: Path):
    out = tmp_path / "out.csv"
    done = subprocess.run(
        [
            sys.executable, "-m", "hembesok.project.cli", "sie", "summary",
            str(shared_data("sie", "kontek_payroll_sie4i.si")), "--out", str(out),
        ],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert out.read_text().splitlines()[1].startswith("kontek_payroll_sie4i.si,cp437,4,Kontek Lön")


def test_what_cannot_be_opened_or_written_is_said_and_nothing_is_left(tmp_path: Path):
    with pytest.raises(FileError, match=r"nowhere\.se"):
        run([tmp_path / "nowhere.se"], tmp_path / "out.csv")
    with pytest.raises(FileError, match="folder does not exist"):
        run([], tmp_path / "no" / "out.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("", "not_sie", 0),
        ("<!DOCTYPE HTML>", "not_sie", 0),
        ("#FLAGGA 0\n", "sie_without_type", 0),
        (HEAD + "#TRANS 1510 {} 1\n", "sie_row_outside", 6),
        (HEAD + "}\n", "sie_bracket", 6),
        (HEAD + "#VER A 1 20210101\n{\n", "sie_voucher_not_closed", 6),
        (HEAD + "#VER A 1 20210101\n{\n#VER A 2 20210101\n", "sie_voucher_not_closed", 8),
        (HEAD + "#VER A 1 2021-01-01\n{\n}\n", "sie_day", 6),
        (HEAD + "#VER A 1 20210230\n{\n}\n", "sie_day", 6),
        (HEAD + "#VER A 1 20210101\n{\n#TRANS 1510 {} 1e9\n}\n", "sie_amount", 8),
        (HEAD + "#VER A 1 20210101\n{\n#TRANS 1510 {} NaN\n}\n", "sie_amount", 8),
        (HEAD + "#VER A 1 20210101\n{\n#TRANS 1510 1\n}\n", "sie_line", 8),
        (HEAD + "#VER A 1 20210101\n{\n#TRANS 1510 {6} 1\n}\n", "sie_line", 8),
        (HEAD + "#KONTO " + "x" * 70_000, "sie_line_too_long", 6),
    ],
)
def test_what_is_broken_is_named_with_its_line(text: str, key: str, line: int):
    with pytest.raises(SieError) as refused:
        vouchers(text)
    assert (refused.value.reason.key, refused.value.line) == (key, line)
    assert key in WHY


def test_only_trans_is_counted_and_objects_come_in_pairs():
    found, head = vouchers(
        HEAD + '#VER A 7 20210322 "Tolk \\"Ab\\""\n{\n'
        '#TRANS 4010 {1 "200" "6" "O }"} 100.50 20210320 "en rad"\n'
        "#RTRANS 4010 {} 7 20210320\n#TRANS 1930 { } -100.50\n#BTRANS 4010 {} 5\n}\n"
    )
    (voucher,) = found
    assert (voucher.series, voucher.number, voucher.text) == ("A", "7", 'Tolk "Ab"')
    assert [row.amount for row in voucher.rows] == [Decimal("100.50"), Decimal("-100.50")]
    assert voucher.rows[0].objects == (("1", "200"), ("6", "O }"))
    assert voucher.off_by == 0
    assert (head.added, head.removed) == (1, 1)


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (b"#FLAGGA 0", "ascii"),
        ("#FNAMN Åsa".encode("cp437"), "cp437"),
        ("#FNAMN Åsa".encode(), "utf-8"),
        (b"#FNAMN " + b"x" * (1 << 20) + "å".encode(), "utf-8"),
    ],
)
def test_the_bytes_say_how_they_are_written(raw: bytes, encoding: str):
    stream = BytesIO(raw)
    assert encoding_of(stream) == encoding
    assert stream.tell() == 0


amounts = st.decimals(
    min_value=-(10**9), max_value=10**9, places=2, allow_nan=False, allow_infinity=False
)
names = st.text(
    st.characters(codec="cp437", exclude_characters='\x1a"\\{}', exclude_categories=["C"]),
    max_size=20,
)


@given(st.lists(st.lists(st.tuples(amounts, names, names), max_size=5), max_size=5))
def test_what_is_written_is_read_back_to_the_öre(drawn: list[list[tuple[Decimal, str, str]]]):
    text = HEAD
    for number, rows in enumerate(drawn):
        text += f"#VER A {number} 20210101\n{{\n"
        text += "".join(f'#TRANS 4010 {{6 "{o}"}} {a} "" "{t}"\n' for a, o, t in rows)
        text += "}\n"
    found, _head = vouchers(text)
    read = [[(r.amount, r.objects[0][1], r.text) for r in v.rows] for v in found]
    assert read == drawn
    assert [v.off_by for v in found] == [sum((a for a, _o, _t in r), Decimal(0)) for r in drawn]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_by_name(raw: bytes):
    refused = ""
    try:
        list(SieFile(BytesIO(HEAD.encode() + raw), "cp437"))
    except SieError as error:
        refused = error.reason.key
    assert not refused or refused in WHY
