"""`hembesok schedule`: files in, a file out; no site, no accounts, no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hembesok.exchange.schedule_job.job import Request, run
from hembesok.exchange.tables.faults import FileError
from hembesok.project.gate import Serves
from hembesok.project.jobs import REFUSED, STOPPED, day, progress, say, stopped_by_a_signal


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
        parser.add_argument("--as-of", type=day, required=True, metavar="DATE", help="YYYY-MM-DD")
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FILE", help="written as .csv or .parquet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("programme", "base", "children", "visits", "as_of", "out")
        request = Request(**{name: options[name] for name in names})
        try:
            with stopped_by_a_signal(), progress(self.stderr) as tell:
                summary = run(request, tell)
        except FileError as error:
            raise CommandError(str(error), returncode=REFUSED) from None
        except KeyboardInterrupt:
            raise CommandError("stopped; nothing was written", returncode=STOPPED) from None
        say(self.stdout, f"{summary}\n")
