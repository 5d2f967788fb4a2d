"""`hembesok check-tables`: is a delivery whole and right; no site, no accounts, no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hembesok.exchange.check_tables_job.job import run
from hembesok.exchange.tables.faults import FileError
from hembesok.project.gate import Serves
from hembesok.project.jobs import REFUSED, STOPPED, progress, say, stopped_by_a_signal


class Command(BaseCommand):
    serves = Serves.NOBODY
    help = "say what is wrong with delivered tables"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tables", type=Path, metavar="DIR", help="the delivery")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with stopped_by_a_signal(), progress(self.stderr) as tell:
                summary = run(options["tables"], tell)
        except FileError as error:
            raise CommandError(str(error), returncode=REFUSED) from None
        except KeyboardInterrupt:
            raise CommandError("stopped", returncode=STOPPED) from None
        say(self.stdout, f"{summary}\n")
