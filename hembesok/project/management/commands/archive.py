"""`hembesok archive`: a closed case as a package for the archive; whether a package is whole."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from hembesok.access.models import Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import actor_for, assignments_in_force
from hembesok.agreements.models import Case
from hembesok.agreements.queries import page_of
from hembesok.documents.content import MissingLetter
from hembesok.documents.package import flaws
from hembesok.project.gate import Serves
from hembesok.values.refusals import Refusal
from hembesok.web import clock
from hembesok.web.papers.archive import archive
from hembesok.web.papers.files import problem_text
from hembesok.web.words import reason_text

BROKEN = 1
REFUSED = 2

WORDS = {
    "another_name": "is not the name that METS.xml gives the package",
    "broken": "cannot be read",
    "changed": "was changed: its size or checksum is another than METS.xml says",
    "missing": "is missing",
    "no_mets": "is missing: this is no package",
    "not_one_folder": "holds more than one folder, or none",
    "not_told_of": "is not described in METS.xml",
}


class Command(BaseCommand):
    serves = Serves.STAFF
    help = "make the archive package of a closed case, or check packages (--check)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", nargs="?", metavar="NUMBER", help="the case's registry number")
        parser.add_argument("--staff", metavar="LOGIN", help="the manager who hands it over")
        parser.add_argument("--out", type=Path, metavar="FILE", help="the package to write (.zip)")
        parser.add_argument(
            "--check", nargs="+", type=Path, metavar="FILE", help="compute every checksum anew"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check(options["check"])
        elif options["case"] and options["staff"] and options["out"]:
            self._make(options["case"], options["staff"], options["out"])
        else:
            raise CommandError(
                "Write a registry number with --staff and --out, or --check FILE",
                returncode=REFUSED,
            )

    def _make(self, number: str, login: str, out: Path) -> None:
        actor = _manager(login)
        case = Case.objects.filter(site=actor.site, registry_number=number).first()
        if case is None:
            raise CommandError(f"{login} has no case {number!r}", returncode=REFUSED)
        try:
            made = archive(page_of(case), by=actor)
        except Refusal as refusal:
            raise CommandError(reason_text(refusal.reason), returncode=REFUSED) from None
        except MissingLetter as problem:
            raise CommandError(problem_text(problem), returncode=REFUSED) from None
        try:
            with out.open("xb") as file:
                file.write(made)
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}", returncode=REFUSED) from None
        self.stdout.write(f"{out}: {len(made):,} bytes")

    def _check(self, packages: list[Path]) -> None:
        wrong = 0
        for path in packages:
            try:
                found = flaws(path.read_bytes())
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}", returncode=REFUSED) from None
            for flaw in found:
                self.stdout.write(f"{path}: {flaw.name} {WORDS[flaw.why]}")
            if not found:
                self.stdout.write(f"{path}: whole")
            wrong += bool(found)
        if wrong:
            raise CommandError(f"{wrong} of {len(packages)} are not whole.", returncode=BROKEN)


def _manager(login: str) -> Actor:
    on = clock.today()
    staff = Staff.objects.filter(login=login, is_active=True).first()
    mine = assignments_in_force(staff, on=on).filter(role=Role.MANAGER) if staff else None
    found = list(mine.select_related("staff")) if mine is not None else []
    if len(found) != 1:
        raise CommandError(f"{login} manages no site today, or several", returncode=REFUSED)
    return actor_for(found[0], on=on)
