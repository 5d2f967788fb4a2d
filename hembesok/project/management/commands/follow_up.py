"""`hembesok follow-up`: delivered tables in, figures out; no site, no accounts, no database."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hembesok.analysis.answers import USUAL
from hembesok.analysis.engines.choosing import NAMES
from hembesok.analysis.states import Rule
from hembesok.exchange.follow_up_job.job import Request, groupings, run
from hembesok.exchange.tables.faults import FileError
from hembesok.project.gate import Serves
from hembesok.project.jobs import REFUSED, STOPPED, day, progress, say, stopped_by_a_signal


class Command(BaseCommand):
    serves = Serves.NOBODY
    help = "work out the indicators from delivered tables"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        given = parser.add_argument
        given("--tables", type=Path, required=True, metavar="DIR", help="the delivery")
        given("--as-of", type=day, required=True, metavar="DATE", help="YYYY-MM-DD")
        given("--out", type=Path, required=True, metavar="DIR", help="a folder that is written")
        given("--engine", choices=NAMES, default="duckdb", help="what computes (duckdb)")
        given("--server", default="", metavar="URL", help="where postgres or spark is")
        given("--programme", type=Path, metavar="FILE", help="steps, instead of those delivered")
        given("--base", type=Path, metavar="FILE", help="the base programme it is laid beside")
        given("--measures", type=Path, metavar="FILE", help="your own measures, instead of ours")
        given("--also", action="append", default=[], metavar="KEY", help="one more indicator")
        given(
            "--by", action="append", default=[], metavar="GROUPS",
            help="group by: site, unit, area, area_type, quarter, language, parity; two with a"
            " comma; may be repeated",
        )  # fmt: skip
        given(
            "--states", choices=[str(rule) for rule in Rule], default=str(Rule.TEN),
            help="the pages' ten states, or the simple rule of eight",
        )  # fmt: skip
        given("--open-for", default="", metavar="UNIT", help="also what one unit has to do")
        given("--write-states", action="store_true", help="also each child's states")
        given("--keep", type=Path, metavar="DIR", help="keep a state that new events fold into")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            request = self._request(options)
            with stopped_by_a_signal(), progress(self.stderr) as tell:
                summary = run(request, tell)
        except (FileError, ValueError) as error:
            raise CommandError(str(error), returncode=REFUSED) from None
        except KeyboardInterrupt:
            raise CommandError("stopped; nothing was written", returncode=STOPPED) from None
        say(self.stdout, f"{summary}\n")

    def _request(self, options: dict[str, Any]) -> Request:
        as_of: date = options["as_of"]
        return Request(
            tables=options["tables"], as_of=as_of, out=options["out"], engine=options["engine"],
            server=options["server"], programme=options["programme"], base=options["base"],
            measures=options["measures"], also=options["also"],
            by=groupings(options["by"]) if options["by"] else USUAL,
            rule=Rule(options["states"]), unit=options["open_for"],
            states=options["write_states"], keep=options["keep"],
        )  # fmt: skip
