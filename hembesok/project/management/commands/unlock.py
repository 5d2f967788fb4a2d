from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from hembesok.access.models import Staff
from hembesok.access.services.attempts import unblock
from hembesok.project.gate import Serves


class Command(BaseCommand):
    serves = Serves.OPERATOR
    help = "let an account that had too many refused tries be tried again at once"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="the account")

    def handle(self, *args: Any, login: str, **options: Any) -> None:
        staff = Staff.objects.filter(login=login).first()
        if staff is None:
            raise CommandError(f"No account {login!r}", returncode=2)
        found = unblock(staff)
        self.stdout.write(f"{login} may try again" if found else f"{login} was not blocked")
