"""`hembesok add-staff`: the very first account; after it, accounts are made on the pages."""

import sys
from argparse import RawDescriptionHelpFormatter
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.text import slugify

from hembesok.access.models import Staff
from hembesok.access.rules.roles import Role
from hembesok.access.services.administration import add_first
from hembesok.project.gate import Serves
from hembesok.values.refusals import Refusal
from hembesok.web import clock
from hembesok.web.words import reason_text


class Command(BaseCommand):
    serves = Serves.OPERATOR
    help = "make the first account, with a role; others are then made on the pages"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("login", help="what the person signs in with: a-z, 0-9 and . _ -")
        parser.add_argument("name", help="the person's name, in quotation marks")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--unit", required=True, help='"Organisation / unit"')
        parser.add_argument("--site", required=True, help="the site's key, as skaggetorp")

    def handle(self, *args: Any, login: str, name: str, **options: Any) -> None:
        if options["site"] != slugify(options["site"]):
            raise CommandError("--site: write a short key of a-z, 0-9 and -", returncode=2)
        password = _password()
        try:
            validate_password(password, Staff(login=login, name=name))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from None
        try:
            staff = add_first(
                login,
                name,
                password,
                role=Role(options["role"]),
                unit=options["unit"],
                site=options["site"],
                on=clock.today(),
            )
        except Refusal as refusal:
            raise CommandError(reason_text(refusal.reason), returncode=2) from None
        self.stdout.write(f"{staff.login} can sign in")


def _password() -> str:
    """Ask at a terminal, twice; else take the first line that is sent in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if password != getpass("The same again: "):
        raise CommandError("The two are not the same. Nothing was made.", returncode=2)
    return password
