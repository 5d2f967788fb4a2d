"""Amounts: read only with their unit, to the öre, and written as Swedes write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.values.money import KRONOR, MoneyUnit, Ore, plain, read_amount, written
from hembesok.values.refusals import Reason


def test_seven_hundred_is_no_amount_until_somebody_says_of_what():
    """As in the founding case: "varav 700 årligen"."""
    assert read_amount("700", None) == Reason("money_unit_missing")
    assert read_amount("700", MoneyUnit.KRONOR) == 700_00
    assert read_amount("700", MoneyUnit.THOUSANDS) == 700_000_00
    assert read_amount("700", MoneyUnit.MILLIONS) == 700_000_000_00


@pytest.mark.parametrize(
    ("text", "ore"),
    [
        ("880 000", 880_000_00),
        ("880\u00a0000,50", 880_000_50),
        ("880\u202f000.5", 880_000_50),
        ("\u2212 5", None),
        ("-5", -500),
        ("\u22125,05", -505),
        ("0", 0),
        ("1 0000", None),
        ("12 34", None),
        ("12.345,00", None),
        ("1e5", None),
        ("", None),
        ("tolv", None),
        ("١٢", None),
    ],
)
def test_a_number_is_read_as_people_write_it_or_refused(text: str, ore: int | None):
    found = read_amount(text, MoneyUnit.KRONOR)
    assert found == (Reason("money_form") if ore is None else ore)


def test_finer_than_an_öre_and_beyond_all_reason_is_refused():
    assert read_amount("0,005", MoneyUnit.KRONOR) == Reason("money_finer_than_ore")
    assert read_amount("0,7000005", MoneyUnit.MILLIONS) == Reason("money_form")
    found = read_amount("999999999", MoneyUnit.MILLIONS)
    assert isinstance(found, Reason)
    assert found.key == "money_unlikely"


@given(st.integers(-(10**12), 10**12), st.sampled_from(MoneyUnit))
def test_what_is_written_is_read_back(ore: int, unit: MoneyUnit):
    assert read_amount(written(ore), MoneyUnit.KRONOR) == ore
    assert read_amount(plain(ore), MoneyUnit.KRONOR) == ore
    in_unit = Decimal(ore) / KRONOR[unit] / 100
    text = f"{in_unit:f}"
    if len(text.partition(".")[2]) <= 6:
        assert read_amount(text, unit) == ore


def test_an_amount_says_its_unit_in_words():
    assert str(Ore(880_000_00)) == "880\u202f000\u202fkr"
    assert str(Ore(-1_50)) == "\u22121,50\u202fkr"
