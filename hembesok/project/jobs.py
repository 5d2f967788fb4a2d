"""What the commands have in common that turn files into files: progress, stopping, speaking."""

import signal
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from types import FrameType

from django.core.management.base import OutputWrapper

from hembesok.values.dates import parse_day

REFUSED = 2
STOPPED = 130
"""As a shell tells of Ctrl-C."""


@contextmanager
def progress(stream: OutputWrapper) -> Iterator[Callable[[str], None]]:
    """Yield what to tell progress with: one line rewritten, or lines where there is none."""
    rewritten = sys.stderr is not None and sys.stderr.isatty()
    begin, end = ("\r\x1b[K", "") if rewritten else ("", "\n")
    try:
        yield lambda words: say(stream, begin + words + end)
    finally:
        if rewritten:
            say(stream, begin)


def say(stream: OutputWrapper, words: str) -> None:
    """Say something to whoever listens. The file is what the job is about.

    So a terminal that has no å, or has been closed, or `| head` that has heard
    enough, is no reason to stop, or to call the job a failure.
    """
    encoding = getattr(stream, "encoding", None) or "utf-8"
    with suppress(OSError, AttributeError):
        stream.write(words.encode(encoding, "backslashreplace").decode(encoding), str, ending="")
        stream.flush()


def day(text: str) -> date:
    """Read a day given on the command line."""
    try:
        return parse_day(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


@contextmanager
def stopped_by_a_signal() -> Iterator[None]:
    """Let a polite `kill` end the job as Ctrl-C does, so that nothing is left behind."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
