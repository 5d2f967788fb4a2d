"""`hembesok make-keys`: the file of keys, made once, and keys added to it."""

from typing import Any

from django.core.management import BaseCommand, CommandParser

from hembesok.access import keys
from hembesok.access.keyring import SECTIONS
from hembesok.web import clock


class Command(BaseCommand):
    help = "make the keys that what is sensitive is sealed with, or add a key to them"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--add",
            choices=SECTIONS,
            help="add a key to the file and make it the newest of its use",
        )

    def handle(self, *args: Any, add: str | None, **options: Any) -> None:
        if add is None:
            path = keys.make_file(on=clock.today())
            self.stdout.write(f"{path} is made. Keep a copy of it apart from the database's.")
            return
        path, key_id = keys.add_key(add, on=clock.today())
        self.stdout.write(f"{path} has the key {key_id} for {add}. Copy the file, and start again.")
        if add != "trail":
            self.stdout.write("Then: hembesok rotate-keys")
