"""`hembesok sie`: what bookkeeping files hold; no site, no accounts, no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hembesok.exchange.sie_job.job import run
from hembesok.exchange.tables.faults import FileError
from hembesok.project.gate import Serves
from hembesok.project.jobs import REFUSED, STOPPED, progress, say, stopped_by_a_signal


class Command(BaseCommand):
    serves = Serves.NOBODY
    help = "say what bookkeeping files (SIE) hold, and whether their vouchers balance"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["summary"], help="one row for each file")
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="SIE files")
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FILE", help="the CSV file to write"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with stopped_by_a_signal(), progress(self.stderr) as tell:
                lines = run(options["files"], options["out"], tell)
        except FileError as error:
            raise CommandError(str(error), returncode=REFUSED) from None
        except KeyboardInterrupt:
            raise CommandError("stopped", returncode=STOPPED) from None
        for line in lines:
            say(self.stdout, f"{line}\n")
