import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from hembesok.access.models import Staff
from hembesok.access.services.identities import link
from hembesok.project.gate import Serves


class Command(BaseCommand):
    serves = Serves.OPERATOR
    help = "let a person sign in at a provider; reads who it is there from standard input"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="the account on this site")
        parser.add_argument("provider", help="the provider's key in the file of HEMBESOK_OIDC")

    def handle(self, *args: Any, login: str, provider: str, **options: Any) -> None:
        if provider not in settings.OIDC:
            known = ", ".join(settings.OIDC) or "none; see HEMBESOK_OIDC"
            raise CommandError(f"No provider {provider!r}. Known: {known}", returncode=2)
        staff = Staff.objects.filter(login=login).first()
        if staff is None:
            raise CommandError(f"No account {login!r}", returncode=2)
        # From standard input, as a command line is kept in the shell's history.
        subject = sys.stdin.readline().strip()
        if not 0 < len(subject) <= 255:
            raise CommandError("Write who the person is to the provider, on one line", returncode=2)
        if not link(staff, provider, subject):
            raise CommandError("That person is linked to another account already", returncode=2)
        self.stdout.write(f"{login} signs in at {provider}")
