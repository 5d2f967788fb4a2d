"""The gate of the command line: no command runs unless it says whom it serves.

Whoever may run a command on the server is not for that let in to families: what a
command prints of a person it prints as a staff member, within that person's reach.
"""

from enum import StrEnum

from django.core.management import BaseCommand, load_command_class


class Serves(StrEnum):
    """Whom a command serves."""

    NOBODY = "nobody"
    """Files in, files out: it opens no site."""
    OPERATOR = "operator"
    """Whoever runs the site: it prints no person."""
    STAFF = "staff"
    """A staff member named on the command line: it reaches what that person reaches."""


OURS = "hembesok.project"


def command_of(name: str) -> BaseCommand:
    """Return a command of ours; raises LookupError when it does not say whom it serves."""
    command = load_command_class(OURS, name)
    if not isinstance(getattr(command, "serves", None), Serves):
        raise LookupError(f"hembesok {name.replace('_', '-')} does not say whom it serves")
    return command
