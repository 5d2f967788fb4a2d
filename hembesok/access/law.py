"""The statutes behind grounds and duties, as dated data: law.toml beside this file."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from hembesok.access.rules.roles import in_force


@dataclass(frozen=True, slots=True)
class Reference:
    """A statute, in force from a day and perhaps to a day; `sure` tells how it is known."""

    key: str
    text: str
    starts: date
    ends: date | None
    sure: str


@cache
def references() -> tuple[Reference, ...]:
    """Return all references, in the order of the file."""
    content = tomllib.loads(Path(__file__).with_name("law.toml").read_text())
    return tuple(
        Reference(one["key"], one["text"], one["from"], one.get("to"), one["sure"])
        for one in content["reference"]
    )


def statute(key: str, *, on: date) -> str:
    """Return the statute in force on a day; raises LookupError where the law says nothing."""
    for one in references():
        if one.key == key and in_force(one.starts, one.ends, on):
            return one.text
    raise LookupError(f"no statute for {key} on {on}")
