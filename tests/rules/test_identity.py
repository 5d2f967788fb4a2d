"""Laws of identity numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.values.identity import (
    TEST_SERIALS,
    check_digit,
    is_personal_number,
    test_number,
    written,
)

test_number.__test__ = False  # type: ignore[attr-defined]  # pytest collects by name

births = st.dates(date(1900, 1, 1), date(2099, 12, 31))
numbers = st.builds(lambda born, serial: test_number(born, serial=serial), births,
                    st.sampled_from(TEST_SERIALS))  # fmt: skip


def test_the_example_of_the_tax_agency_passes():
    """811218-9876 is the number that Swedish forms show as an example."""
    assert check_digit("811218987") == 6
    assert is_personal_number("198112189876")


@given(numbers)
def test_a_test_number_is_a_number(number: str):
    assert is_personal_number(number)
    assert number[8:11] in ("238", "239")
    assert written(number) == f"{number[:8]}-{number[8:]}"


@given(numbers, st.integers(2, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: str, place: int, step: int):
    """The check digit covers all but the century."""
    wrong = str((int(number[place]) + step) % 10)
    assert not is_personal_number(number[:place] + wrong + number[place + 1 :])


@given(numbers, st.integers(2, 10))
def test_two_neighbours_that_changed_places_are_noticed(number: str, place: int):
    """Except nought and nine, which the Luhn digit is known to miss."""
    one, other = number[place], number[place + 1]
    swapped = number[:place] + other + one + number[place + 2 :]
    if one != other and {one, other} != {"0", "9"}:
        assert not is_personal_number(swapped)


def test_a_coordination_number_has_sixty_added_to_its_day():
    nine = "811278987"
    assert is_personal_number(f"19{nine}{check_digit(nine)}")
    nine = "811260987"  # day 0
    assert not is_personal_number(f"19{nine}{check_digit(nine)}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8112189876",
        "19811218-9876",
        "198113189873",
        " 198112189876",
        "１９８１１２１８９８７６",
    ],
)
def test_other_forms_are_no_numbers(text: str):
    assert not is_personal_number(text)


def test_invented_people_get_no_other_serials():
    with pytest.raises(ValueError, match="no serial number of test persons"):
        test_number(date(2025, 1, 1), serial=237)


@pytest.mark.parametrize("nine", ["", "12345678", "1234567890", "12345678x", "１２３４５６７８９"])
def test_a_check_digit_needs_nine_digits(nine: str):
    with pytest.raises(ValueError, match="nine digits"):
        check_digit(nine)
