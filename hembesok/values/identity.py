"""Swedish personal identity numbers: their form, their check digit, and test numbers.

Stored as twelve digits, YYYYMMDDNNNC, where C makes the last ten digits pass
the Luhn test. Source: domain handbook 5.10. A number is never a key, never in
a URL, a file name or a log.
"""

import re
from datetime import date
from typing import Final

TEST_SERIALS: Final = (238, 239)
"""Serial numbers kept for test persons: the tax agency publishes test numbers of the
form YYYYMMDD-238C and -239C. From general knowledge: check against its list before
relying on it for anything but invented families."""


def check_digit(nine: str) -> int:
    """Return the Luhn digit for the nine digits YYMMDDNNN."""
    if not re.fullmatch(r"\d{9}", nine, re.ASCII):
        raise ValueError("a check digit is counted from nine digits")
    total = 0
    for place, digit in enumerate(nine):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return -total % 10


def is_personal_number(text: str) -> bool:
    """Tell whether a text is a personal or coordination number in twelve digits."""
    if not re.fullmatch(r"\d{12}", text, re.ASCII):
        return False
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:8])
    try:
        # A coordination number has 60 added to the day.
        date(year, month, day - 60 if day > 60 else day)
    except ValueError:
        return False
    return check_digit(text[2:11]) == int(text[11])


def test_number(born: date, *, serial: int) -> str:
    """Return a test person's number; `serial` must be among TEST_SERIALS."""
    if serial not in TEST_SERIALS:
        raise ValueError(f"{serial} is no serial number of test persons")
    nine = f"{born:%y%m%d}{serial}"
    return f"{born:%Y%m%d}{serial}{check_digit(nine)}"


def written(number: str) -> str:
    """Return a stored number as it is written, YYYYMMDD-NNNC."""
    return f"{number[:8]}-{number[8:]}"
