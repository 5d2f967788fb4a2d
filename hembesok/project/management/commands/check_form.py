"""`hembesok check-form`: read form files and tell what is wrong."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from hembesok.forms.catalogue import modules
from hembesok.forms.faults import FormProblem
from hembesok.forms.questionnaire import Form
from hembesok.forms.reading import read_file
from hembesok.project.gate import Serves


class Command(BaseCommand):
    serves = Serves.NOBODY
    help = "check form files (FHIR R4 Questionnaire), with what is wrong and how to mend it"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="form files (JSON)")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        wrong = []
        for file in files:
            try:
                self.stdout.write(_summary(file, read_file(file, modules=modules())))
            except FormProblem as problem:
                wrong.append(str(problem))
        if wrong:
            raise CommandError("\n".join(wrong), returncode=2)


def _summary(file: Path, form: Form) -> str:
    """Say what a form asks, a line for each block."""
    blocks = "".join(
        f"\n  {block.key}: {block.compartment}, {len(block.questions)} questions, "
        f"{sum(item.required for item in block.questions)} required"
        for block in form.blocks
    )
    return f"{file}: {form.canonical}{blocks}"
