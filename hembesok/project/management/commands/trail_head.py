"""`hembesok trail-head`: the newest head of the trail, for whoever keeps it on another machine."""

from typing import Any

from django.core.management import BaseCommand

from hembesok.access import heads
from hembesok.access.services.verification import newest
from hembesok.project.gate import Serves


class Command(BaseCommand):
    serves = Serves.OPERATOR
    help = "write the newest head of the trail as a line of the heads file: day, number, link"

    def handle(self, *args: Any, **options: Any) -> None:
        head = newest()
        if head is not None:
            self.stdout.write(heads.line(head), ending="")
