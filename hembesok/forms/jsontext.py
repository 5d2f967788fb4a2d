"""From text to JSON values, more strictly than Python's own reader does."""

import json
from typing import Any, Final

from hembesok.forms.faults import FormFault

LARGEST: Final = 1_000_000
"""Characters. The largest form that comes along is about 40,000."""


class _Twice(ValueError):
    def __init__(self, item: str, key: str) -> None:
        self.item, self.key = item, key
        super().__init__(key)


def parse(text: str, name: str, faults: list[FormFault]) -> dict[str, Any] | None:
    """Return the JSON object of a text, or None with a fault told."""
    try:
        if len(text) > LARGEST:
            raise ValueError(f"it is larger than {LARGEST:,} characters")
        if not text.strip("\ufeff \t\r\n"):
            raise ValueError("it is empty")
        found = json.loads(
            text.lstrip("\ufeff"), object_pairs_hook=_once, parse_constant=_no_number
        )
    except _Twice as twice:
        remedy = "Keep one of them"
        faults.append(FormFault(name, twice.item, twice.key, "is written twice", remedy))
        return None
    except json.JSONDecodeError as error:
        what = f"it is not JSON: {error.msg} at line {error.lineno}"
        faults.append(FormFault(name, "", "file", what, "Mend that line or the one above"))
        return None
    except RecursionError:
        faults.append(FormFault(name, "", "file", "it is nested too deeply", "Make it flatter"))
        return None
    except ValueError as error:
        remedy = "Save the form as JSON in UTF-8"
        faults.append(FormFault(name, "", "file", str(error), remedy))
        return None
    if isinstance(found, dict):
        return found
    remedy = 'Begin with { "resourceType": "Questionnaire"'
    faults.append(FormFault(name, "", "file", "it is no Questionnaire", remedy))
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        keys = [key for key, _value in pairs]
        item = table.get("linkId")
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _Twice(item if isinstance(item, str) else "", twice)
    return table


def _no_number(text: str) -> float:
    raise ValueError(f"it has {text}, which is no number in JSON")
