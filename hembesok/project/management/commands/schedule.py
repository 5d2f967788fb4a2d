"""`hembesok schedule`: files in, a file out; no site, no accounts, no database."""

import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from hembesok.exchange.schedule_job.job import Request, run
from hembesok.exchange.tables.faults import FileError
from hembesok.project.gate import Serves
from hembesok.values.dates import parse_day

REFUSED = 2
STOPPED = 130
"""As a shell tells of Ctrl-C."""


class Command(BaseCommand):
    serves = Serves.NOBODY
    help = "work out how every step of a programme stands for every child in a file"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--programme", type=Path, required=True, metavar="FILE", help="programme, in TOML"
        )
        parser.add_argument(
            "--base", type=Path, metavar="FILE", help="the base programme it is laid beside"
        )
        parser.add_argument(
            "--children",
            type=Path,
            required=True,
            metavar="FILE",
            help="CSV or Parquet: child_id, born; optional enrolled, ended, discharged",
        )
        parser.add_argument(
            "--visits",
            type=Path,
            required=True,
            metavar="FILE",
            help="CSV or Parquet: child_id, date or age_days; optional step, kind",
        )
        parser.add_argument("--as-of", type=_day, required=True, metavar="DATE", help="YYYY-MM-DD")
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FILE", help="written as .csv or .parquet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("programme", "base", "children", "visits", "as_of", "out")
        request = Request(**{name: options[name] for name in names})
        try:
            with _stopped_by_a_signal(), self._progress() as tell:
                summary = run(request, tell)
        except FileError as error:
            raise CommandError(str(error), returncode=REFUSED) from None
        except KeyboardInterrupt:
            raise CommandError("stopped; nothing was written", returncode=STOPPED) from None
        _say(self.stdout, f"{summary}\n")

    @contextmanager
    def _progress(self) -> Iterator[Callable[[str], None]]:
        """Yield what to tell progress with: one line rewritten, or lines where there is none."""
        rewritten = sys.stderr is not None and sys.stderr.isatty()
        begin, end = ("\r\x1b[K", "") if rewritten else ("", "\n")
        try:
            yield lambda words: _say(self.stderr, begin + words + end)
        finally:
            if rewritten:
                _say(self.stderr, begin)


def _say(stream: OutputWrapper, words: str) -> None:
    """Say something to whoever listens. The file is what the job is about.

    So a terminal that has no å, or has been closed, or `| head` that has heard
    enough, is no reason to stop, or to call the job a failure.
    """
    encoding = getattr(stream, "encoding", None) or "utf-8"
    with suppress(OSError, AttributeError):
        stream.write(words.encode(encoding, "backslashreplace").decode(encoding), str, ending="")
        stream.flush()


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


@contextmanager
def _stopped_by_a_signal() -> Iterator[None]:
    """Let a polite `kill` end the job as Ctrl-C does, so that nothing is left behind."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
