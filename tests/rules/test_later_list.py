"""A clinic's list of outcomes, row by row."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.families.birth_list import Sheet, read_list, template_csv, template_xlsx
from hembesok.forms.answers import faults
from hembesok.forms.catalogue import standalone
from hembesok.values.dates import Span, add
from hembesok.values.identity import test_number as number_of
from hembesok.visits.rules.later_list import (
    EXAMPLE,
    Column,
    Followed,
    ListJudge,
    ListRow,
    Stored,
    propose_columns,
    why_not_read,
)
from hembesok.visits.rules.outcomes_later import FORM, STATUS, OutcomeKind

ON = date(2028, 5, 10)
BORN = date(2025, 10, 10)
FORMS = {kind: standalone(key).blocks[0] for kind, key in FORM.items()}
NUMBER = number_of(BORN, serial=238)
HEADER = [
    "Familjekod", "Barn nr", "Personnummer", "Språkscreening datum", "Språkscreening resultat",
    "Vaccinationer", "Vaccination datum", "Hexavalent dos 3", "Pneumokocker dos 3", "MPR dos 1",
]  # fmt: skip


def child(key: int = 1, code: str = "H-0001", number: int = 1, **more: object) -> Followed:
    usual: dict[str, object] = {
        "subject": f"family:{code}", "born": BORN, "identifiers": frozenset(), "stored": {},
    }  # fmt: skip
    return Followed(key=key, code=code, number=number, **{**usual, **more})  # type: ignore[arg-type]


DORIS = child(identifiers=frozenset({NUMBER}))
TWINS = [child(2, "H-0002"), child(3, "H-0002", 2)]


def row(**cells: str) -> list[str]:
    names = ["code", "nr", "number", "day", "result", "status", "read", "hexa", "pneumo", "mmr"]
    given_cells = {"code": "H-0001", "day": "2028-05-02", "result": "Avviker"} | cells
    return [given_cells.get(name, "") for name in names]


def judged(*rows: Sequence[str], children: Sequence[Followed] = (DORIS, *TWINS)) -> list[ListRow]:
    sheet = Sheet(HEADER, [list(one) for one in rows], list(range(2, 2 + len(rows))), {})
    return ListJudge(sheet, propose_columns(HEADER), children, FORMS, ON).rows()


def keys(one: ListRow) -> list[str]:
    return [fault.reason.key for fault in one.faults]


def test_a_row_is_found_by_code_or_number_and_says_what_was_found():
    for cells in ({}, {"code": "h-0001 "}, {"code": "", "number": NUMBER}, {"number": NUMBER}):
        (found,) = judged(row(**cells))[0].found
        assert (found.child, found.kind, found.day) == (1, OutcomeKind.LANGUAGE, date(2028, 5, 2))
        assert found.answers == {
            "language-screening.done": ("done",), "language-screening.result": ("deviation",),
        }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"code": "", "number": ""}, "outcome_list_no_child"),
        ({"code": "H-0009"}, "outcome_list_unknown"),
        ({"code": "", "number": number_of(BORN, serial=239)}, "outcome_list_unknown"),
        ({"code": "H-0002"}, "outcome_list_which_child"),
        ({"code": "H-0002", "nr": "7"}, "outcome_list_unknown"),
        ({"code": "H-0002", "nr": "1", "number": NUMBER}, "outcome_list_two_children"),
        ({"result": ""}, "outcome_list_no_result"),
        ({"day": ""}, "outcome_list_no_day"),
        ({"day": "", "result": ""}, "outcome_list_nothing"),
        ({"day": "i maj"}, "list_day_form"),
        ({"day": "2028-02-30"}, "list_no_such_day"),
        ({"day": "2028-05-11"}, "day_in_future"),
        ({"day": "2027-05-02"}, "outcome_too_early"),
        ({"result": "bra"}, "outcome_list_answer"),
        ({"hexa": "2016-10-14"}, "day_before_birth"),
        ({"hexa": "2028-10-14"}, "day_in_future"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_of_the_row_is_written(
    cells: dict[str, str], reason: str
):
    (found,) = judged(row(**cells))
    assert reason in keys(found)
    assert found.found == ()


def test_doses_amount_to_a_status():
    doses = {"day": "", "result": "", "hexa": "2026-10-14", "pneumo": "2026-10-14"}
    (partial,) = judged(row(**doses))[0].found
    assert partial.day == ON, "what is missing is so when the list is sent"
    assert partial.answers == {STATUS: ("partial",), "vaccination.missing": ("mmr",)}
    (complete,) = judged(row(**doses, mmr="2027-04-14"))[0].found
    assert (complete.day, complete.answers) == (date(2027, 4, 14), {STATUS: ("complete",)})
    assert not faults(FORMS[OutcomeKind.VACCINATION], complete.answers, whole=False)


def test_a_child_stands_once_in_a_list():
    first, again = judged(row(), row(code="", number=NUMBER))
    assert len(first.found) == 1
    assert keys(again) == ["outcome_list_twice"]


def test_what_is_stored_is_here_and_what_differs_is_told():
    answers = {
        "language-screening.done": ("done",), "language-screening.result": ("deviation",),
        "language-screening.method": ("westerlund",),
    }  # fmt: skip
    stored = {OutcomeKind.LANGUAGE: [Stored(date(2028, 5, 2), answers)]}
    known = [child(stored=stored)]
    (same,) = judged(row(), children=known)
    assert (same.here, same.found, keys(same)) == (1, (), []), "a list tells less than the form"
    assert keys(judged(row(result="ua"), children=known)[0]) == ["outcome_that_day"]
    assert len(judged(row(day="2028-05-03"), children=known)[0].found) == 1


def test_the_list_of_next_month_says_of_missing_doses_what_the_last_one_said():
    doses = {"day": "", "result": "", "hexa": "2026-10-14"}
    (first,) = judged(row(**doses))[0].found
    stored = {OutcomeKind.VACCINATION: [Stored(ON - timedelta(30), first.answers)]}
    assert judged(row(**doses), children=[child(stored=stored)])[0].here == 1


def test_columns_are_proposed_and_those_that_cannot_carry_a_list_are_told():
    columns = propose_columns(HEADER)
    assert columns == [
        Column.CODE, Column.NUMBER, Column.IDENTIFIER, Column.LANGUAGE_DAY, Column.LANGUAGE_RESULT,
        Column.VACCINATION_STATUS, Column.VACCINATION_DAY, Column.HEXAVALENT_DAY,
        Column.PNEUMOCOCCAL_DAY, Column.MMR_DAY,
    ]  # fmt: skip
    assert why_not_read(columns, HEADER) == []

    def why(*held: Column | None) -> list[str]:
        return [one.key for one in why_not_read(held, HEADER)]

    assert why(None, Column.METHOD) == ["outcome_list_needs_child"]
    assert why(Column.CODE, Column.NUMBER) == ["outcome_list_needs_outcome"]
    assert why(Column.CODE, Column.MMR_DAY) == ["outcome_list_needs_doses"]
    assert why(Column.CODE, Column.CODE, Column.METHOD) == ["list_column_twice"]


@pytest.mark.parametrize("content", [template_csv(EXAMPLE), template_xlsx(EXAMPLE)])
def test_our_own_empty_list_is_understood(content: bytes):
    sheet = read_list(content, "")
    columns = propose_columns(sheet.header)
    assert None not in columns
    assert why_not_read(columns, sheet.header) == []
    known = [child(code="S-0000", born=date(2023, 10, 10))]
    (found,) = ListJudge(sheet, columns, known, FORMS, ON).rows()
    assert keys(found) == []
    assert [one.kind for one in found.found] == list(OutcomeKind)


texts = st.text(max_size=20) | st.sampled_from(
    ["H-0001", NUMBER, "2028-05-02", "2027-01-02", "Avviker", "Ja, alla", "x", "\x00", "\ud800"]
)


@given(st.lists(st.lists(texts, min_size=10, max_size=10), max_size=6))
def test_whatever_stands_in_a_list_each_row_is_right_or_told(rows: list[list[str]]):
    found = judged(*rows)
    assert len(found) == len(rows)
    for one in found:
        assert not (one.faults and (one.found or one.here))
        assert one.faults or one.found or one.here
        for finding in one.found:
            assert add(BORN, Span(months=12)) <= finding.day <= ON
            assert not faults(FORMS[finding.kind], finding.answers, whole=False)
