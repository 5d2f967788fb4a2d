"""Laws of identity numbers."""

import csv
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hembesok.values.identity import (
    TEST_SERIALS,
    Identifier,
    IdentifierSystem,
    check_digit,
    mask,
    parse_identifier,
    test_number,
    written,
)
from hembesok.values.refusals import Refusal
from tests.need import shared_data

test_number.__test__ = False  # type: ignore[attr-defined]  # pytest collects by name

ON = date(2026, 3, 16)
PERSONAL = IdentifierSystem.PERSONAL_NUMBER
COORDINATION = IdentifierSystem.COORDINATION_NUMBER
NATIONAL = IdentifierSystem.NATIONAL_RESERVE_NUMBER
REGIONAL = IdentifierSystem.REGIONAL_RESERVE_NUMBER
LMA = IdentifierSystem.LMA_NUMBER
INTERIM = IdentifierSystem.INTERIM_NUMBER

births = st.dates(date(1900, 1, 1), ON)
numbers = st.builds(lambda born, serial: test_number(born, serial=serial), births,
                    st.sampled_from(TEST_SERIALS))  # fmt: skip


def read(text: str, on: date = ON) -> Identifier:
    return parse_identifier(text, on=on)


def why_not(text: str, on: date = ON) -> str:
    """Return the key of the reason a text is refused for; its values never hold the number."""
    with pytest.raises(Refusal) as refusal:
        parse_identifier(text, on=on)
    assert not refusal.value.reason.values
    return refusal.value.reason.key


def with_check_digit(six: str, serial: str) -> str:
    return f"{six}{serial}{check_digit(six + serial)}"


def test_the_example_of_the_tax_agency_passes():
    """811218-9876 is the number that Swedish forms show as an example."""
    assert check_digit("811218987") == 6
    number = read("198112189876")
    assert (number.system, number.value, number.born) == (
        PERSONAL, "198112189876", date(1981, 12, 18),
    )  # fmt: skip
    assert "9876" not in repr(number)


@given(numbers)
def test_a_test_number_is_a_number(number: str):
    found = read(number)
    assert (found.system, found.value) == (PERSONAL, number)
    assert f"{found.born:%Y%m%d}" == number[:8]
    assert number[8:11] in ("238", "239")
    assert written(number) == f"{number[:8]}-{number[8:]}"
    assert mask(number) == f"{number[:8]}-····"


@given(numbers, st.integers(2, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: str, place: int, step: int):
    """The check digit covers all but the century."""
    wrong = str((int(number[place]) + step) % 10)
    why_not(number[:place] + wrong + number[place + 1 :])


@given(numbers, st.integers(1, 9))
def test_a_wrong_check_digit_is_named(number: str, step: int):
    wrong = (int(number[11]) + step) % 10
    assert why_not(f"{number[:11]}{wrong}") == "identifier_check_digit"


@given(numbers, st.integers(2, 10))
def test_two_neighbours_that_changed_places_are_noticed(number: str, place: int):
    """Except nought and nine, which the Luhn digit is known to miss."""
    one, other = number[place], number[place + 1]
    swapped = number[:place] + other + one + number[place + 2 :]
    if one != other and {one, other} != {"0", "9"}:
        why_not(swapped)


@given(births, st.sampled_from(TEST_SERIALS))
def test_all_written_forms_are_one_number(born: date, serial: int):
    number = test_number(born, serial=serial)
    old = ON.year - born.year >= 100
    sign = "+" if old else "-"
    forms = [
        number,
        written(number),
        f"{number[2:8]}{sign}{number[8:]}",
        f"  {number[2:8]} {sign} {number[8:]} ",
        f"{number[:8]}{sign}{number[8:]}",
        f"{number[:8]}–{number[8:]}",
        f"{number}\u00a0",
    ]
    if not old:
        forms.append(number[2:])
    assert {read(form).value for form in forms} == {number}


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(0, 150))
@example(date(1926, 1, 1), 99)
@example(date(1926, 12, 31), 100)
@example(date(1926, 12, 31), 101)
def test_the_plus_stands_from_the_year_of_turning_a_hundred(born: date, years: int):
    """At the end of every year; the number is the same person's before and after."""
    on = date(born.year + years, 12, 31)
    number = test_number(born, serial=239)
    sign = "+" if years >= 100 else "-"
    assert read(f"{number[2:8]}{sign}{number[8:]}", on).value == number
    if years < 100:
        assert why_not(f"{number[:8]}+{number[8:]}", on) == "identifier_plus"


@given(births, st.integers(1, 400))
def test_nobody_is_born_after_today(born: date, days: int):
    on = born - timedelta(days)
    number = test_number(born, serial=238)
    assert why_not(number, on) == "identifier_in_future"
    if born.year == on.year:
        assert why_not(number[2:], on) == "identifier_in_future"


@given(births, st.integers(1, 999))
def test_a_coordination_number_has_sixty_added_to_its_day(born: date, serial: int):
    six = f"{born:%y%m}{born.day + 60}"
    found = read(f"{born.year // 100}{with_check_digit(six, f'{serial:03}')}")
    assert (found.system, found.born) == (COORDINATION, born)


@pytest.mark.parametrize("six", ["910070", "910860", "910060", "910691", "910291", "911191"])
def test_a_coordination_number_may_not_tell_the_day(six: str):
    """Month 00, day 60, and days that the month lacks."""
    found = read(f"19{with_check_digit(six, '239')}")
    assert (found.system, found.born) == (COORDINATION, None)


@pytest.mark.parametrize("six", ["910000", "910001", "910800", "910230", "911301", "910832",
                                 "910859", "910692", "911361", "910099"])  # fmt: skip
def test_no_other_number_has_an_impossible_day(six: str):
    assert why_not(f"19{with_check_digit(six, '239')}") == "identifier_no_such_day"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "identifier_missing"),
        ("\u00a0 \t", "identifier_missing"),
        ("20251010", "identifier_form"),
        ("811218-987", "identifier_form"),
        ("8112189-876", "identifier_form"),
        ("19811218--9876", "identifier_form"),
        ("19811218/9876", "identifier_form"),
        ("１９８１１２１８９８７６", "identifier_form"),
        ("okänt", "identifier_form"),
        ("9" * 100_000, "identifier_form"),
        ("1,98112E+11", "identifier_rounded"),
        ("19811218 9876", "identifier_space"),
        ("811218 9876", "identifier_space"),
        ("150916-0006", "identifier_serial"),
        ("19198112189876", "identifier_form"),
        ("178112189876", "identifier_no_such_day"),
        ("218112189876", "identifier_no_such_day"),
        ("19811218+9876", "identifier_plus"),
        ("556036-0793", "identifier_organisation"),
        ("165560360793", "identifier_organisation"),
        ("20000101A220", "identifier_letter"),
        ("20000231AB22", "identifier_no_such_day"),
        ("991981000011", "identifier_check_digit"),
    ],
)
def test_what_is_wrong_is_said(text: str, key: str):
    assert why_not(text) == key


@pytest.mark.parametrize(
    ("text", "system", "value", "born"),
    [
        # Inera's own examples of national and regional numbers; one of the Swedish FHIR profiles.
        ("98240301AA06", NATIONAL, "98240301AA06", date(2024, 3, 1)),
        ("23240301-ab12", NATIONAL, "23240301AB12", date(2024, 3, 1)),
        ("22850401XYA2", NATIONAL, "22850401XYA2", date(1985, 4, 1)),
        ("00122045CD34", NATIONAL, "00122045CD34", None),
        ("991981000010", REGIONAL, "991981000010", None),
        ("99194500-0023", REGIONAL, "991945000023", None),
        ("19810829M071", REGIONAL, "19810829M071", date(1981, 8, 29)),
        ("19450829-K088", REGIONAL, "19450829K088", date(1945, 8, 29)),
        ("19930829X802", REGIONAL, "19930829X802", date(1993, 8, 29)),
        ("19810829SU3A", REGIONAL, "19810829SU3A", date(1981, 8, 29)),
        ("000101-T220", INTERIM, "20000101T220", date(2000, 1, 1)),
        ("51-123456", LMA, "51123456", None),
        ("LMA 51123456", LMA, "51123456", None),
        ("lma: 51-123456/2", LMA, "51123456", None),
    ],
)
def test_other_systems_are_known_by_their_form(
    text: str, system: IdentifierSystem, value: str, born: date | None
):
    found = read(text)
    assert (found.system, found.value, found.born) == (system, value, born)
    assert read(written(value)) == found
    assert value[8:] not in mask(value) or len(value) == 8
    assert len(mask(value)) == len(written(value))


@pytest.mark.parametrize("text", ["23240301IO12", "99240301AA06", "21240301AA06", "23241301AB12"])
def test_letters_and_series_that_no_reserve_number_has(text: str):
    assert why_not(text) in ("identifier_no_such_day", "identifier_form")


def test_the_systems_are_named_as_in_the_swedish_base_profiles():
    base = "http://electronichealth.se/identifier/"
    assert {system: system.uri for system in IdentifierSystem} == {
        PERSONAL: base + "personnummer",
        COORDINATION: base + "samordningsnummer",
        NATIONAL: base + "nationelltReservnummer",
        LMA: base + "LMA-nummer",
        REGIONAL: None,
        INTERIM: None,
    }


@given(st.text(st.sampled_from("0123456789-+ ATKM\u00a0–E.,"), max_size=20) | st.text(max_size=50))
def test_any_text_is_read_or_refused(text: str):
    try:
        found = read(text)
    except Refusal:
        return
    assert read(written(found.value)) == found


def test_the_public_test_numbers_are_all_read():
    kinds = {"personnummer": PERSONAL, "samordningsnummer": COORDINATION}
    path = shared_data("fhir", "identity", "skatteverket_test_numbers.csv")
    unknown: Counter[str] = Counter()
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3179
    for row in rows:
        found = read(row["number"])
        assert (found.system, found.value) == (kinds[row["kind"]], row["number"])
        assert (found.born.isoformat() if found.born else "") == row["birth_date"]
        unknown[row["kind"]] += found.born is None
    assert unknown == {"personnummer": 0, "samordningsnummer": 58}


def test_the_public_edge_forms_are_judged_as_their_list_says():
    kinds = {"ssn": PERSONAL, "con": COORDINATION, "interim": INTERIM}
    path = shared_data("fhir", "identity", "personnummer_edge_cases.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 32
    for row in rows:
        forms = [row[name] for name in ("long_format", "short_format", "separated_format")]
        for form in filter(None, forms):
            if row["valid_for_type"] == "no":
                key = why_not(form)
                assert row["type"] != "org" or key == "identifier_organisation"
            else:
                assert read(form).system is kinds[row["type"]]
        if row["valid_for_type"] == "yes":
            assert read(forms[0]).value == read(forms[2]).value == row["long_format"]


def test_invented_people_get_no_other_serials():
    with pytest.raises(ValueError, match="no serial number of test persons"):
        test_number(date(2025, 1, 1), serial=237)


@pytest.mark.parametrize("nine", ["", "12345678", "1234567890", "12345678x", "１２３４５６７８９"])
def test_a_check_digit_needs_nine_digits(nine: str):
    with pytest.raises(ValueError, match="nine digits"):
        check_digit(nine)
