"""Why a family goes on at another site."""

from enum import StrEnum


class HandOver(StrEnum):
    """Why a family is handed over to another site."""

    MOVED = "moved"
    WISH = "wish"
    OTHER = "other"
