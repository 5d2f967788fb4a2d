"""`hembesok publish-programme`: publish a version; it never changes after that."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from hembesok.programme.reader import LARGEST_FILE, ProtocolError
from hembesok.programme.services import publish, shipped
from hembesok.project.gate import Serves
from hembesok.values.refusals import Refusal
from hembesok.web import clock
from hembesok.web.words import reason_text


class Command(BaseCommand):
    serves = Serves.OPERATOR
    help = "publish a programme version in the database; it never changes after that"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="programme file (TOML)")
        parser.add_argument("--shipped", action="store_true", help="publish all that come along")

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        if (file is None) != options["shipped"]:
            raise CommandError("Name a file, or write --shipped", returncode=2)
        for name, content in (shipped() if file is None else {str(file): _read(file)}).items():
            try:
                version = publish(content, name=name, on=clock.today())
            except ProtocolError as error:
                raise CommandError(str(error), returncode=2) from None
            except Refusal as refusal:
                raise CommandError(f"{name}: {reason_text(refusal.reason)}", returncode=2) from None
            self.stdout.write(f"{version} is published")


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
