"""`hembesok extract-tables`: the site's rows as the tables that follow-up reads."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime, now

from hembesok.delivery.tables import Protected
from hembesok.exchange.extract_job.job import RECEIVER, Request, run
from hembesok.exchange.tables.faults import FileError
from hembesok.project.gate import Serves
from hembesok.project.jobs import REFUSED, STOPPED, day, progress, say, stopped_by_a_signal


class Command(BaseCommand):
    serves = Serves.OPERATOR
    help = "write the site's rows, under numbers that name nobody, as the tables of follow-up"

    def add_arguments(self, parser: ArgumentParser) -> None:
        given = parser.add_argument
        given("--out", type=Path, required=True, metavar="DIR", help="the folder to write")
        given("--as-of", type=day, metavar="DATE", help="what came later is left out; today")
        given(
            "--receiver", default=RECEIVER, metavar="NAME",
            help="whom the tables are for: each receiver gets other numbers for the same children",
        )  # fmt: skip
        given(
            "--programme", nargs=2, metavar=("KEY", "VERSION"),
            help="the version whose children are delivered, where there are several",
        )  # fmt: skip
        given(
            "--protected", choices=[str(one) for one in Protected], default=str(Protected.LEFT_OUT),
            help="children with protected personal data: left out, or, inside the unit alone,"
            " without unit and area",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        made = localtime(now())
        request = Request(
            out=options["out"],
            as_of=options["as_of"] or made.date(),
            made=made,
            receiver=options["receiver"],
            version=tuple(options["programme"]) if options["programme"] else None,
            protected=Protected(options["protected"]),
        )
        try:
            with stopped_by_a_signal(), progress(self.stderr) as tell:
                summary = run(request, tell)
        except FileError as error:
            raise CommandError(str(error), returncode=REFUSED) from None
        except KeyboardInterrupt:
            raise CommandError("stopped; nothing was written", returncode=STOPPED) from None
        say(self.stdout, f"{summary}\n")
