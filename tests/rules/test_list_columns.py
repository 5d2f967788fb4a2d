"""What headings mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.families.birth_list import Columns, Field, heading, propose, why_not_judge

A_CLINIC = {
    "Personnummer (ÅÅÅÅMMDD-NNNN)": Field.CHILD_IDENTIFIER,
    "Efternamn": None,
    "Förnamn": Field.GIVEN_NAME,
    "Född": Field.BORN,
    "BF": Field.EXPECTED,
    "VH1 förnamn": Field.GUARDIAN1_NAME,
    "VH1 efternamn": Field.GUARDIAN1_NAME,
    "VH1 pnr": Field.GUARDIAN1_IDENTIFIER,
    "Vårdnadshavare 2": Field.GUARDIAN2_NAME,
    "Vårdnadshavare 2 personnummer": Field.GUARDIAN2_IDENTIFIER,
    "Mobil vårdnadshavare 2": Field.GUARDIAN2_PHONE,
    "Mobil": Field.GUARDIAN1_PHONE,
    "Språk": Field.LANGUAGE,
    "Tolk (J/N)": Field.INTERPRETER_NEEDED,
    "Gatuadress": Field.ADDRESS,
    "Postnr": Field.ADDRESS,
    "Ort": Field.ADDRESS,
    "DeSO-kod": Field.DESO,
    "RegSO": Field.REGSO,
    "Förstagångsförälder": Field.FIRST_TIME_PARENT,
    "Första barnet i Sverige": Field.FIRST_CHILD_IN_SWEDEN,
    "Sekretessmarkering": Field.PROTECTION,
    "BVC / mottagning": Field.CLINIC,
    "Familjekod": Field.CODE,
    "Anteckning": None,
}

IN_ENGLISH = {
    "Child's personal identity number": Field.CHILD_IDENTIFIER,
    "Date of birth": Field.BORN,
    "Discharged": Field.DISCHARGED,
    "Given name": Field.GIVEN_NAME,
    "Guardian 1 name": Field.GUARDIAN1_NAME,
    "Guardian_2_phone": Field.GUARDIAN2_PHONE,
    "Mother's personal number": Field.GUARDIAN1_IDENTIFIER,
    "Language": Field.LANGUAGE,
    "Interpreter needed": Field.INTERPRETER_NEEDED,
    "Postcode": Field.ADDRESS,
    "First child in Sweden": Field.FIRST_CHILD_IN_SWEDEN,
    "Protected identity": Field.PROTECTION,
}

OTHERS = {
    "BARNETS PERSONNUMMER": Field.CHILD_IDENTIFIER,
    "Tilltalsnamn": Field.GIVEN_NAME,
    "Födelse-datum": None,
    "Födelsedatum ": Field.BORN,
    "Mammas namn": Field.GUARDIAN1_NAME,
    "Pappans mobilnummer": Field.GUARDIAN2_PHONE,
    "Förälder 1 (personnummer)": Field.GUARDIAN1_IDENTIFIER,
    "Skyddade personuppgifter": Field.PROTECTION,
    "Behov av tolk": Field.INTERPRETER_NEEDED,
    "Hem från neonatal": Field.DISCHARGED,
}


@pytest.mark.parametrize("headings", [A_CLINIC, IN_ENGLISH, OTHERS])
def test_headings_of_real_lists_are_understood(headings: dict[str, Field | None]):
    assert dict(zip(headings, propose(list(headings)).fields, strict=True)) == headings


@pytest.mark.parametrize("field", Field)
def test_our_own_names_are_understood(field: Field):
    assert propose([field.value]).fields == (field,)


def test_a_heading_that_says_whose_number_it_is_goes_first():
    columns = propose(["Personnummer", "Barnets personnummer", "Telefon", "Vh 1 telefon"])
    assert columns.fields == (None, Field.CHILD_IDENTIFIER, None, Field.GUARDIAN1_PHONE)


def test_what_is_missing_or_twice_is_told():
    assert propose(["Namn", "Telefon"]).missing == [Field.CHILD_IDENTIFIER, Field.BORN]
    assert [r.key for r in why_not_judge(Columns((None,)), ["x"])] == ["list_needs_birth"]
    assert propose(["Född"]).missing == propose(["Personnummer"]).missing == []
    header = ["Född", "Fött", "Gata", "Ort"]
    chosen = Columns((Field.BORN, Field.BORN, Field.ADDRESS, Field.ADDRESS))
    (reason,) = why_not_judge(chosen, header)
    assert (reason.key, reason.values) == ("list_column_twice", {"column": "Fött"})
    assert why_not_judge(propose(header), header) == []


def test_a_column_without_heading_is_called_by_its_letter():
    assert [heading([], at) for at in (0, 25, 26, 99)] == ["A", "Z", "AA", "CV"]
    assert len(heading(["x" * 500], 0)) == 60


@given(st.lists(st.text(max_size=30) | st.sampled_from(list(A_CLINIC)), max_size=30))
def test_any_headings_give_columns_that_can_be_used(header: list[str]):
    columns = propose(header)
    assert len(columns.fields) == len(header)
    assert {reason.key for reason in why_not_judge(columns, header)} <= {"list_needs_birth"}
