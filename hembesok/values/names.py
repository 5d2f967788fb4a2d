"""Names in Swedish order, the same on every database."""

import unicodedata
from typing import Final

_AFTER_Z: Final = str.maketrans({"å": "\U0010fff0", "ä": "\U0010fff1", "æ": "\U0010fff1",
                                 "ö": "\U0010fff2", "ø": "\U0010fff2"})  # fmt: skip


def swedish_order(name: str) -> tuple[str, str]:
    """Return a key that sorts names as a Swedish list does: … x y z å ä ö, é as e.

    The name itself comes last in the key, so that equal names keep one order.
    """
    folded = unicodedata.normalize("NFC", name).casefold().translate(_AFTER_Z)
    plain = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    return plain, name


def folded(text: str) -> str:
    """Return a text for telling whether two are the same: without capitals or stray spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
