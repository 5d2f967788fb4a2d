"""Logs that tell where something failed and never about whom."""

import logging
import traceback
from types import TracebackType
from typing import Any


class QuietFormatter(logging.Formatter):
    """Writes an exception's type and the lines it passed, without its message.

    The message of an exception often holds the value that was wrong: a name, an
    identity number, a whole row.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(self, ei: Any) -> str:  # noqa: N802 — the name is logging's
        """Return the lines an exception passed and its type."""
        kind: type[BaseException] | None = ei[0]
        trace: TracebackType | None = ei[2]
        lines = traceback.format_tb(trace)
        return "".join(lines) + (kind.__qualname__ if kind else "")
