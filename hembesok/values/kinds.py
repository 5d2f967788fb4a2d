"""Closed sets of words, as columns store and check them."""

from collections.abc import Iterable
from enum import StrEnum


def texts(kinds: Iterable[StrEnum]) -> list[str]:
    """Return the stored words of a set, in its order."""
    return [kind.value for kind in kinds]


def choices(kinds: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Return the choices of a column that holds one of a set."""
    return [(text, text) for text in texts(kinds)]
