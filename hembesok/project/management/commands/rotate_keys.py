"""`hembesok rotate-keys`: all that is stored under the newest keys, or a check that it opens."""

from argparse import ArgumentTypeError
from collections import Counter
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from hembesok.access.keys import keyring
from hembesok.access.services import rotation


class Command(BaseCommand):
    help = "seal everything anew under the newest keys; may be stopped and started again"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing, only see that everything opens"
        )
        parser.add_argument(
            "--batch", type=_count, default=rotation.BATCH, help="rows in one transaction (500)"
        )

    def handle(self, *args: Any, check: bool, batch: int, **options: Any) -> None:
        keyring()  # first, so that keys that cannot be read are told at once
        report = (rotation.check if check else rotation.rotate)(self._tell, batch=batch)
        self.stdout.write(f"{report.rows} rows, {report.renewed} values under a new key")
        self._tell_of("cannot be changed, as the table only grows", report.unchangeable)
        for section, key_id in report.unused():
            self.stdout.write(f"Nothing stored names the key {key_id} of [{section}] any more")
        if report.unopened:
            self._tell_of("do not open, or do not fit their source", report.unopened)
            raise CommandError(
                f"{report.unopened.total()} values do not open with these keys; they are left as"
                " they are. Put the right keys back; what then still does not open, from a backup.",
                returncode=2,
            )

    def _tell_of(self, what: str, counts: Counter[str]) -> None:
        for column, count in sorted(counts.items()):
            self.stdout.write(f"{column}: {count} values {what}")

    def _tell(self, words: str) -> None:
        self.stderr.write(words, lambda text: text)
        self.stderr.flush()


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100_000:
        raise ArgumentTypeError(f"{text!r}: write a number from 1 to 100000")
    return int(text)
