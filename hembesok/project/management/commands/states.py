"""`hembesok states`: docs/states.md, written from the rules."""

from typing import Any

from django.core.management import BaseCommand

from hembesok.project.gate import Serves
from hembesok.project.states import table


class Command(BaseCommand):
    serves = Serves.NOBODY
    help = "write the table of states and what may be done in each (docs/states.md)"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(table(), ending="")
