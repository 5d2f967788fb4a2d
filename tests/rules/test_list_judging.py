"""Judging birth lists: which rows are good, and what is said of the others."""

import random
import time
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.families.birth_list import (
    Columns,
    Field,
    Judged,
    JudgedRow,
    Known,
    KnownChild,
    Likeness,
    Match,
    Protection,
    Verdict,
    fold_name,
    guardian_keys,
    judge,
    propose,
    read_list,
)
from hembesok.families.birth_list.cells import phone
from hembesok.families.birth_list.languages import LANGUAGES, language_code
from hembesok.values.identity import IdentifierSystem, written
from hembesok.values.refusals import Refusal
from tests.rules.lists import HEADER, ON, SPOILS, as_csv, good_rows, known, nobody, number, spoil

BORN = date(2025, 10, 10)
ANNA = {"Pnr": written(number(BORN, 238)), "Förnamn": "Anna"}
MOTHER = written(number(date(1994, 5, 17), 238))
RESERVE = "23251010AB12"


def judged(*rows: dict[str, str], known: Known | None = None, on: date = ON) -> Judged:
    """Judge rows written as heading: cell."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    header += [""] * (len(header) == 1)
    table = [header, *([row.get(name, "") for name in header] for row in rows)]
    sheet = read_list(as_csv(table), "lista.csv")
    return judge(sheet, propose(sheet.header), known or Known(nobody), on)


def verdicts(found: Judged) -> list[str]:
    return [row.verdict.value for row in found.rows]


def faults(row: JudgedRow) -> list[tuple[str, str]]:
    return [(fault.column, fault.reason.key) for fault in row.faults]


def warnings(row: JudgedRow) -> list[tuple[str, str]]:
    return [(warning.column, warning.reason.key) for warning in row.warnings]


def test_a_row_becomes_a_candidate():
    (row,) = judged({
        **ANNA, "Vh1 förnamn": "Dana", "Vh1 efternamn": "Ek", "Vh1 pnr": MOTHER,
        "Vh1 mobil": "070-174 06 05", "Språk": "Arabiska", "Tolk": "J", "Adress": "Gatan 1",
        "Postnr": "582 00", "DeSO": "0580C1010", "RegSO": "0580R018",
        "Förstagångsförälder": "ja", "Första barnet i Sverige": "x", "BVC": "Norr",
        "Hem från neonatal": "2025-11-01", "Familjekod": "S-1", "Sekretessmarkering": "J",
    }).rows  # fmt: skip
    child = row.candidate
    assert child is not None
    assert (row.verdict, row.faults, row.warnings) == (Verdict.GOOD, (), ())
    assert (child.born, child.discharged, child.given_name) == (BORN, date(2025, 11, 1), "Anna")
    (guardian,) = child.guardians
    assert (guardian.name, guardian.phone) == ("Dana Ek", "+46701740605")
    assert guardian.identifier is not None
    assert written(guardian.identifier.value) == MOTHER
    assert (child.language, child.interpreter_needed, child.address) == ("ar", True, "Gatan 1, 582 00")  # fmt: skip  # noqa: E501
    assert (child.deso, child.regso, child.clinic, child.code) == ("0580C1010", "0580R018", "Norr", "S-1")  # fmt: skip  # noqa: E501
    assert (child.first_time_parent, child.first_child_in_sweden) == (True, True)
    assert child.protection is Protection.CONFIDENTIALITY_FLAG
    assert "Dana" not in repr(row) + repr(child)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"Pnr": "20251010-2389"}, ("Pnr", "identifier_check_digit")),
        ({"Född": "", "Namn": "Bo"}, ("Född", "list_born_missing")),
        ({"Pnr": "00122045CD34", "Född": ""}, ("Född", "list_born_missing")),
        ({"Född": "", "BF": "2026-06-01", "Vh1 namn": "Dana"}, ("BF", "list_not_born")),
        ({"Född": "2025-10-10", "Språk": "sv"}, ("", "list_nobody")),
        ({"Född": "2026-03-17", "Namn": "Bo"}, ("Född", "list_born_in_future")),
        ({"Född": "2008-03-16", "Namn": "Bo"}, ("Född", "list_no_child")),
        ({"Pnr": MOTHER}, ("Pnr", "list_no_child")),
        ({**ANNA, "Hemkomst": "2025-10-09"}, ("Hemkomst", "list_discharged_before_birth")),
        ({**ANNA, "Hemkomst": "2026-03-17"}, ("Hemkomst", "list_discharged_in_future")),
        ({**ANNA, "Vh1 pnr": ANNA["Pnr"]}, ("Vh1 pnr", "list_same_number")),
        ({**ANNA, "Vh1 pnr": MOTHER, "Vh2 pnr": MOTHER}, ("Vh2 pnr", "list_same_number")),
        ({**ANNA, "Språk": "klingonska"}, ("Språk", "list_language")),
        ({**ANNA, "Skyddade personuppgifter": "?"}, ("Skyddade personuppgifter", "list_protection")),  # noqa: E501
        ({**ANNA, "Familjekod": "A" * 21}, ("Familjekod", "list_too_long")),
    ],
)  # fmt: skip
def test_a_bad_row_names_the_column_and_the_reason(row: dict[str, str], expected: tuple[str, str]):
    (found,) = judged(row).rows
    assert (found.verdict, found.number, found.candidate) == (Verdict.BAD, 2, None)
    assert faults(found) == [expected]


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    (row,) = judged({**ANNA, "Tolk": "kanske", "Språk": "klingonska", "Mobil": "x1"}).rows
    assert faults(row) == [
        ("Mobil", "list_phone_form"), ("Språk", "list_language"), ("Tolk", "list_yes_or_no"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("2025-10-10", BORN), ("20251010", BORN), ("251010", BORN), ("2025/10/10", BORN),
        ("2025.10.10", BORN), ("2025-10-10 00:00:00", BORN), ("2026-03-16", ON),
        ("2008-03-17", date(2008, 3, 17)),
    ],
)  # fmt: skip
def test_days_are_read_as_lists_write_them(cell: str, born: date):
    (row,) = judged({"Född": cell, "Namn": "Bo"}).rows
    assert row.candidate is not None
    assert row.candidate.born == born


def test_a_birth_date_against_the_number_is_kept_and_told():
    (row,) = judged({**ANNA, "Född": "2025-10-11"}).rows
    assert row.candidate is not None
    assert row.candidate.born == date(2025, 10, 11)
    assert warnings(row) == [("Född", "list_born_differs")]


@pytest.mark.parametrize(
    ("heading", "cell", "protection"),
    [
        ("Skyddade personuppgifter", "", Protection.NONE),
        ("Skyddade personuppgifter", "N", Protection.NONE),
        ("Skyddade personuppgifter", "0", Protection.NONE),
        ("Skyddade personuppgifter", "J", Protection.PROTECTED_REGISTRATION),
        ("Skyddade personuppgifter", "1", Protection.CONFIDENTIALITY_FLAG),
        ("Skyddade personuppgifter", "2", Protection.PROTECTED_REGISTRATION),
        ("Skyddade personuppgifter", "3", Protection.FICTITIOUS),
        ("Sekretessmarkering", "ja", Protection.CONFIDENTIALITY_FLAG),
        ("Sekretessmarkering", "Skyddad folkbokföring", Protection.PROTECTED_REGISTRATION),
    ],
)
def test_protections(heading: str, cell: str, protection: Protection):
    (row,) = judged({**ANNA, heading: cell, "Adress": "Gatan 1", "RegSO": "0580R018"}).rows
    child = row.candidate
    assert child is not None
    assert child.protection is protection
    hidden = protection.hides_address
    assert (child.address, child.regso) == (("", "") if hidden else ("Gatan 1", "0580R018"))
    assert (("Adress", "list_address_dropped") in warnings(row)) is hidden
    assert ((heading, "list_protection_kind") in warnings(row)) is (cell == "J")


@pytest.mark.parametrize("cell", ["2", "okänt"])
def test_no_sibling_gives_away_the_address_of_a_protected_child(cell: str):
    """Whether the protected row can be brought in, or its protection cannot even be read."""
    second = written(number(date(2023, 5, 5), 239))
    rows = judged(
        {**ANNA, "Vh1 pnr": MOTHER, "Adress": "Gatan 1", "Skydd": "nej"},
        {"Pnr": second, "Vh1 pnr": MOTHER, "Adress": "", "Skydd": cell},
        {"Pnr": written(number(BORN, 239)), "Adress": "Gatan 1", "Skydd": ""},
    ).rows
    assert rows[0].candidate is not None
    assert rows[2].candidate is not None
    assert (rows[0].candidate.address, rows[2].candidate.address) == ("", "Gatan 1")
    assert warnings(rows[0]) == [("Adress", "list_address_dropped")]


def test_the_same_number_is_a_duplicate_however_it_is_written():
    number_ = ANNA["Pnr"]
    found = judged(
        {"Pnr": number_}, {"Pnr": number_[2:]}, {"Pnr": "20251010-2389"}, {"Pnr": number_.replace("-", "")}  # noqa: E501
    )  # fmt: skip
    assert verdicts(found) == ["good", "duplicate", "bad", "duplicate"]
    assert found.rows[3].match == Match(Likeness.IDENTIFIER, row=2)
    stored = judged({"Pnr": number_}, known=known(n202510102383="F7"))
    assert number_ == "20251010-2383"
    assert stored.rows[0].match == Match(Likeness.IDENTIFIER, ref="F7")
    assert stored.counts == {"good": 0, "bad": 0, "duplicate": 1, "near": 0}


@pytest.mark.parametrize(
    ("first", "second", "by"),
    [
        ({"Född": "2025-10-10", "Namn": "Mohammed"}, {"Född": "2025-10-10", "Namn": "Mohamed"}, Likeness.NAME),  # noqa: E501
        ({"Född": "2025-10-10", "Namn": "Åsa"}, {"Född": "2025-10-10", "Namn": "asa maria"}, Likeness.NAME),  # noqa: E501
        ({"Född": "2025-10-10", "Namn": "Noor"}, {"Född": "2025-10-10", "Namn": "Nora"}, Likeness.NAME),  # noqa: E501
        ({"Född": "2025-10-10", "Namn": "Noor"}, {"Född": "2025-10-11", "Namn": "Noor"}, None),
        ({"Född": "2025-10-10", "Namn": "Noor"}, {"Född": "2025-10-10", "Namn": "Zahra"}, None),
        ({"Född": "2025-10-10", "Namn": "Ali"}, {"Född": "2025-10-10", "Namn": "Eli"}, None),
        ({"Född": "2025-10-10", "Mobil": "070-1740605"}, {"Född": "2025-10-13", "Mobil": "+46 70 174 06 05"}, Likeness.GUARDIAN),  # noqa: E501
        ({"Född": "2025-10-10", "Mobil": "070-1740605"}, {"Född": "2025-10-14", "Mobil": "0701740605"}, None),  # noqa: E501
        ({"Född": "2025-10-10", "Vh1 pnr": MOTHER}, {"Född": "2025-10-08", "Vh2 pnr": MOTHER}, Likeness.GUARDIAN),  # noqa: E501
        # A number of another system may be the same child's earlier one.
        ({"Pnr": RESERVE, "Namn": "Anna"}, {"Pnr": ANNA["Pnr"], "Namn": "Anna"}, Likeness.NAME),
        ({"Pnr": RESERVE, "Vh1 pnr": MOTHER}, {"Pnr": ANNA["Pnr"], "Vh1 pnr": MOTHER}, Likeness.GUARDIAN),  # noqa: E501
        # Two numbers of one system are two children, unless all the rest is the same.
        ({"Pnr": ANNA["Pnr"], "Namn": "Anna"}, {"Pnr": written(number(BORN, 239)), "Namn": "Anna"}, None),  # noqa: E501
        ({"Pnr": ANNA["Pnr"], "Namn": "Anna", "Vh1 pnr": MOTHER}, {"Pnr": written(number(BORN, 239)), "Namn": "Anna", "Vh1 pnr": MOTHER}, Likeness.NAME),  # noqa: E501
    ],
)  # fmt: skip
def test_near_ones_are_asked_about(
    first: dict[str, str], second: dict[str, str], by: Likeness | None
):
    for one, other in ((first, second), (second, first)):
        row = judged(one, other).rows[1]
        assert row.verdict is (Verdict.NEAR if by else Verdict.GOOD)
        assert row.match == (Match(by, row=2) if by else None)
        assert row.candidate is not None


def test_known_children_are_near_by_name_and_by_guardian():
    keys = guardian_keys([MOTHER.replace("-", "")], ["+46701740605"])
    blind = {key: f"blind {at}" for at, key in enumerate(sorted(keys))}
    stored = KnownChild("F7", BORN, fold_name("Anna-Maria"), frozenset(blind.values()))
    with_key = Known(nobody, [stored], key=lambda key: blind.get(key, "other"))
    assert judged(ANNA, known=with_key).rows[0].match == Match(Likeness.NAME, ref="F7")
    near = judged({"Född": "2025-10-12", "Mobil": "0701740605"}, known=with_key).rows[0]
    assert near.match == Match(Likeness.GUARDIAN, ref="F7")
    far = judged({"Född": "2023-10-12", "Vh1 pnr": MOTHER}, known=with_key).rows[0]
    assert (far.verdict, far.sibling_of) == (Verdict.GOOD, "F7")
    other = judged({"Född": "2023-10-12", "Mobil": "0701740605"}, known=with_key).rows[0]
    assert other.sibling_of is None, "a phone number may have changed hands"


def test_twins_are_two_children_of_one_family():
    twin = {"Pnr": written(number(BORN, 239)), "Förnamn": "Bo"}
    stranger = {"Pnr": written(number(BORN, 100)), "Förnamn": "Cilla"}
    for shared in ({"Vh1 pnr": MOTHER}, {"Mobil": "0701740605"}):
        found = judged({**ANNA, **shared}, stranger, {**twin, **shared})
        assert verdicts(found) == ["good", "good", "good"]
        assert {k: [c.row for c in v] for k, v in found.households.items()} == {2: [2, 4], 3: [3]}


def test_siblings_share_a_household_by_number_or_by_phone_and_address():
    def born(year: int) -> str:
        return written(number(date(year, 5, 5), 238))

    found = judged(
        {"Pnr": born(2019), "Vh1 pnr": MOTHER, "Mobil": "070-1", "Adress": "A 1"},
        {"Pnr": born(2020), "Mobil": "0701740605", "Adress": "Gatan 1, LINKÖPING"},
        {"Pnr": born(2021), "Vh2 pnr": MOTHER, "Mobil": "", "Adress": ""},
        {"Pnr": born(2022), "Mobil": "070-174 06 05", "Adress": "gatan 1 Linköping"},
        {"Pnr": born(2023), "Mobil": "0701740605", "Adress": "Gatan 11, Linköping"},
        {"Pnr": born(2024), "Vh1 pnr": MOTHER, "Mobil": "0701740605", "Adress": "Gatan 1, Linköping"},  # noqa: E501
    )  # fmt: skip
    assert verdicts(found) == ["bad", *["good"] * 5]
    assert {k: [c.row for c in v] for k, v in found.households.items()} == {3: [3, 4, 5, 7], 6: [6]}


def test_a_phone_number_alone_makes_no_siblings():
    found = judged(
        {"Pnr": written(number(date(2024, 5, 5), 238)), "Mobil": "0701740605", "Adress": ""},
        {"Pnr": written(number(date(2025, 5, 5), 238)), "Mobil": "0701740605", "Adress": ""},
    )
    assert list(found.households) == [2, 3]


def test_ragged_rows_are_bad():
    sheet = read_list(b"Pnr;Namn\n20251010-2383;Anna\n20251011-2381\n", "a.csv")
    found = judge(sheet, propose(sheet.header), Known(nobody), ON)
    assert verdicts(found) == ["good", "bad"]
    (fault,) = found.rows[1].faults
    assert (fault.row, fault.reason.values) == (3, {"cells": 1, "columns": 2})


def test_columns_that_cannot_carry_a_list_are_refused():
    sheet = read_list(b"a;b\n1;2\n", "a.csv")
    with pytest.raises(Refusal, match="list_needs_birth"):
        judge(sheet, Columns((None, Field.GIVEN_NAME)), Known(nobody), ON)


def test_invisible_marks_and_words_for_nothing_are_passed_over():
    (row,) = judged({"Pnr": "\u200e20251010-2383\u202c", "Mobil": "saknas", "Språk": "-"}).rows
    assert (row.verdict, row.candidate and row.candidate.guardians) == (Verdict.GOOD, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Somaliska", "so"), ("ARABISKA", "ar"), ("Kurdiska (sorani)", "ckb"), ("dari", "prs"),
        ("sv-SE", "sv"), ("ti", "ti"), ("nb-NO", "no"), ("zh-yue", "zh-yue"), ("English", "en"),
        ("xx", None), ("arabiska/dari", None), ("", None), ("-", None), ("sv-", None),
    ],
)  # fmt: skip
def test_languages(text: str, code: str | None):
    assert language_code(text) == code


def test_no_name_of_a_language_stands_for_two():
    names = [name for name in LANGUAGES if not name.islower()]
    assert not names
    assert len(set(LANGUAGES.values())) > 80


@given(st.text(st.sampled_from("0123456789+-() /7"), max_size=20))
def test_a_phone_number_read_once_is_read_the_same_again(text: str):
    try:
        found = phone(text)
    except Refusal:
        return
    assert phone(found) == found


def a_long_list(count: int, bad: int) -> tuple[list[list[str]], dict[int, str]]:
    """Return a list with a heading, and for each bad row its number and the key of its fault."""
    draw = random.Random(20260316)  # noqa: S311
    rows = good_rows(count, draw)
    expected = {}
    for turn, at in enumerate(sorted(draw.sample(range(count), bad))):
        key = list(SPOILS)[turn % len(SPOILS)]
        rows[at] = spoil(rows[at], key, draw)
        expected[at + 2] = key
    return [HEADER, *rows], expected


def test_in_a_long_list_each_bad_row_is_named_and_all_others_are_good():
    table, expected = a_long_list(5000, 300)
    started = time.perf_counter()
    sheet = read_list(as_csv(table), "lista.csv")
    found = judge(sheet, propose(sheet.header), Known(nobody), ON)
    taken = time.perf_counter() - started
    assert found.counts == {"good": 4700, "bad": 300, "duplicate": 0, "near": 0}
    said = {row.number: row.faults[0].reason.key for row in found.of(Verdict.BAD)}
    assert said == expected
    for row in found.of(Verdict.BAD):
        (fault,) = row.faults
        assert fault.row == row.number
        assert fault.column == HEADER[SPOILS[fault.reason.key][0]]
    assert len(Counter(said.values())) == len(SPOILS)
    assert taken < 10, "a second or two on a quiet machine"


def test_a_list_whose_children_share_a_day_and_a_name_takes_no_longer():
    """The look-ups go by keys: five thousand of one name are not compared with each other."""
    table = [["Född", "Namn", "Mobil"], *([BORN.isoformat(), "Mohammed", "0701740605"],) * 5000]
    sheet = read_list(as_csv(table), "lista.csv")
    children = [
        KnownChild(f"F{n}", BORN, "mohamed", guardian_keys((), ["+46701740605"]), system)
        for n in range(5000)
        for system in (IdentifierSystem.PERSONAL_NUMBER, None)
    ]
    started = time.perf_counter()
    found = judge(sheet, propose(sheet.header), Known(nobody, children), ON)
    assert found.counts[Verdict.NEAR] == 5000
    assert time.perf_counter() - started < 10


@given(st.integers(0, 10**6), st.integers(0, 30))
def test_the_same_list_gives_the_same_answer(seed: int, bad: int):
    draw = random.Random(seed)  # noqa: S311
    rows = good_rows(30, draw)
    for at in range(bad):
        rows[at] = spoil(rows[at], draw.choice(list(SPOILS)), draw)
    sheet = read_list(as_csv([HEADER, *rows]), "lista.csv")
    columns = propose(sheet.header)
    stored = [KnownChild("F1", ON - timedelta(3), fold_name("Amina"), frozenset())]
    first = judge(sheet, columns, Known(nobody, stored), ON)
    assert first == judge(sheet, columns, Known(nobody, stored), ON)
    assert len(first.of(Verdict.BAD)) == bad
