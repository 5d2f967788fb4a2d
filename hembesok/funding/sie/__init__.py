"""Reading SIE files, type 4: what Swedish bookkeeping programs export; nothing but Python."""

from hembesok.funding.sie.reading import (
    Head,
    Row,
    SieError,
    SieFile,
    Voucher,
    encoding_of,
)

__all__ = ["Head", "Row", "SieError", "SieFile", "Voucher", "encoding_of"]
