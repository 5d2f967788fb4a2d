"""`hembesok forget-lists`: lists that were sent and never brought in are not left lying."""

from typing import Any

from django.core.management import BaseCommand
from django.utils.timezone import now

from hembesok.families.services.sent import forget_old
from hembesok.project.gate import Serves


class Command(BaseCommand):
    serves = Serves.OPERATOR
    help = "throw away birth lists that nobody has brought in within two hours"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{forget_old(now())} lists thrown away")
