"""The check digit of Swedish identity numbers, and the numbers of test persons.

The check digit C makes the last ten digits, YYMMDDNNNC, pass the Luhn test.
Source: domain handbook 5.10.
"""

import re
from datetime import date
from typing import Final

TEST_SERIALS: Final = (238, 239)
"""Serial numbers kept for test persons: every number in the tax agency's open list of test
numbers has the form YYYYMMDD-238C or -239C."""


def check_digit(nine: str) -> int:
    """Return the Luhn digit for the nine digits YYMMDDNNN."""
    if not re.fullmatch(r"\d{9}", nine, re.ASCII):
        raise ValueError("a check digit is counted from nine digits")
    return luhn_digit(nine)


def luhn_digit(digits: str) -> int:
    """Return the digit that makes an odd number of digits pass the Luhn test."""
    total = 0
    for place, digit in enumerate(digits):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return -total % 10


def test_number(born: date, *, serial: int) -> str:
    """Return a test person's number; `serial` must be among TEST_SERIALS."""
    if serial not in TEST_SERIALS:
        raise ValueError(f"{serial} is no serial number of test persons")
    nine = f"{born:%y%m%d}{serial}"
    return f"{born:%Y%m%d}{serial}{check_digit(nine)}"
