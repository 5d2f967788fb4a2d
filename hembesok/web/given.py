"""Reading what devices send: an object, ids and moments; what is not one of them is None."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest


def object_in(request: HttpRequest) -> dict[str, Any]:
    """Return the object that was sent; empty where it is none."""
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def uid_in(text: object) -> UUID | None:
    """Return an id."""
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def moment_in(text: object) -> datetime | None:
    """Return a moment, which must say its time zone."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def pairs_in(given: object) -> list[tuple[str, str]] | None:
    """Return the fields of a form, each a name and a value."""
    if not isinstance(given, list):
        return None
    pairs = [tuple(pair) for pair in given if isinstance(pair, list)]
    texts = [pair for pair in pairs if len(pair) == 2 and all(isinstance(p, str) for p in pair)]
    return [(name, value) for name, value in texts] if len(texts) == len(given) else None
