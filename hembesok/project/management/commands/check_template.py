"""`hembesok check-template`: try a Word template on a document with one of everything."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from hembesok.documents.word import TemplateProblem, check
from hembesok.project.gate import Serves


class Command(BaseCommand):
    serves = Serves.NOBODY
    help = "check that Word templates show all that a document holds"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="templates (.docx)")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        wrong = []
        for file in files:
            try:
                check(file.read_bytes())
                self.stdout.write(f"{file}: can be used")
            except OSError as error:
                wrong.append(f"{file}: {error.strerror}")
            except TemplateProblem as problem:
                wrong.append(f"{file}: {problem}")
        if wrong:
            raise CommandError("\n".join(wrong), returncode=2)
