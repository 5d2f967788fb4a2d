"""Why something is refused: a key and values, so that rules need no words.

Rules cannot import gettext. A rule returns a Reason; the words stand in `web`,
in every language, and a test checks that each key has a text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason fit to show to the person who asked, once `web` has put words to it."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def refuse(reason: Reason | None) -> None:
    """Raise Refusal where a rule gave a reason."""
    if reason is not None:
        raise Refusal(reason)


class Refusal(Exception):
    """Raised by a service when a rule forbids what was asked; nothing has been written."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(f"{reason.key} {dict(reason.values)}")
