"""Identity numbers of Sweden: read as people write them, kept in one form, shown masked.

A number is never a key, never in a URL, a file name or a log. Source: domain
handbook 5.10; the forms of reserve numbers are those that Inera publishes for
its person service.
"""

from hembesok.values.identity.digits import TEST_SERIALS, check_digit, test_number
from hembesok.values.identity.forms import Identifier, IdentifierSystem, mask, written
from hembesok.values.identity.parsing import parse_identifier

__all__ = [
    "TEST_SERIALS",
    "Identifier",
    "IdentifierSystem",
    "check_digit",
    "mask",
    "parse_identifier",
    "test_number",
    "written",
]
