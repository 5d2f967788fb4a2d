"""The one command line: `hembesok`, with Django's management commands behind it."""

import os
import secrets
import signal
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from textwrap import indent

_SHARED = {
    "migrate": "make or renew the tables of the database",
    "collectstatic": "put the stylesheet and other files where the server finds them",
    "changepassword": "set a new password for an account",
    "clearsessions": "remove sessions that have run out",
    "check": "check settings; --deploy for a site in use",
}
"""Django's own commands that a site needs, in our words. All others are closed."""

_CLOSED = {
    "dumpdata": "it would write in plain text what the database holds sealed",
    "createsuperuser": "there is no account that may do everything",
    "flush": "the trail and what is published only grow",
    "sqlflush": "the trail and what is published only grow",
    "axes_reset": "it would leave no trace; use hembesok unlock",
    "axes_reset_username": "it would leave no trace; use hembesok unlock",
}
"""Why some of them are; the others merely are not needed, and some of them print all rows."""

_WITHOUT_A_SITE = {
    "check-form", "check-programme", "check-tables", "check-template", "follow-up", "schedule",
    "sie", "states", "help", "--help", "-h",
}  # fmt: skip
"""Commands that serve nobody, and so need no key and leave nothing behind."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; exit code 2 and one clear message when it cannot be done."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hembesok.project.settings")
    if given[:1] == ["demo"]:
        _demo_environment()
    if not given or given[0] in _WITHOUT_A_SITE:
        os.environ.setdefault("HEMBESOK_SECRET_KEY", secrets.token_urlsafe(64))
    if not given or given[0] in ("--help", "-h", "help"):
        # `hembesok --help | head` ends the reader early; that is no fault.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        sys.stdout.write(overview() + "\n")
        return
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError, execute_from_command_line, get_commands
    from django.db import OperationalError, ProgrammingError

    from hembesok.access.keyring import KeyProblem

    try:
        django.setup()  # before the commands are asked for, else those of our rooms are not found
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    if reason := _why_not_run(given[0].replace("-", "_"), get_commands()):
        sys.stderr.write(f"{reason}\n")
        sys.exit(2)
    # Django names a command after its module, and a module's name takes no hyphen. With
    # --traceback it hands an error over to us, who do not put a class's name before its words.
    name, *words = given[0].replace("-", "_"), "--traceback", *given[1:]
    try:
        execute_from_command_line(["hembesok", name, *words])
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.returncode)
    except (OperationalError, ProgrammingError) as error:
        reason = str(error).partition("\n")[0]
        sys.stderr.write(f"The database cannot be used: {reason}. Is it made? hembesok migrate\n")
        sys.exit(2)
    except KeyProblem as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)


def _why_not_run(name: str, commands: Mapping[str, object]) -> str:
    """Return why a command does not run, or nothing: closed unless it is known to be open."""
    from hembesok.project.gate import OURS, command_of

    said = name.replace("_", "-")
    if name not in commands:
        near = get_close_matches(said, _open(commands), n=1)
        hint = f"Did you mean {near[0]}?" if near else "hembesok --help lists what there is."
        return f"hembesok has no command {said!r}. {hint}"
    if commands[name] == OURS:
        try:
            command_of(name)
        except LookupError as error:
            return str(error)
        return ""
    why = _CLOSED.get(name, "a site has no need of it")
    return "" if name in _SHARED else f"hembesok {said} is closed: {why}."


def _open(commands: Mapping[str, object]) -> list[str]:
    from hembesok.project.gate import OURS

    ours = [name.replace("_", "-") for name, app in commands.items() if app == OURS]
    return [*ours, *_SHARED]


def overview() -> str:
    """Return what the commands do, a line each."""
    import django
    from django.core.management import get_commands, load_command_class

    django.setup()
    names = sorted(n for n, app in get_commands().items() if app == "hembesok.project")
    ours = {
        name.replace("_", "-"): str(load_command_class("hembesok.project", name).help)
        for name in names
    }
    return "\n".join(
        [
            "hembesok COMMAND …   (hembesok COMMAND --help says more)",
            "",
            *_lines(ours),
            "",
            "For whoever runs a site:",
            *_lines(_SHARED),
        ]
    )


def _lines(commands: dict[str, str]) -> list[str]:
    width = max(len(name) for name in commands) + 2
    return [indent(f"{name:<{width}}{words}", "  ") for name, words in commands.items()]


def _demo_environment() -> None:
    """Give the demo a place of its own, and let it speak plain HTTP on this machine only."""
    data = Path(os.environ.get("HEMBESOK_DATA", "var")) / "demo"
    os.environ["HEMBESOK_DATA"] = str(data)
    os.environ["HEMBESOK_PLAIN_HTTP"] = "1"
    # Invented people behind one password that is printed: a second factor would guard nothing.
    os.environ["HEMBESOK_MFA"] = "off"
    os.environ.pop("HEMBESOK_OIDC", None)
    os.environ["HEMBESOK_LOCAL_ACCOUNTS"] = "on"
    # Never the database or the keys of a site in use, whatever the environment says.
    for name in ("HEMBESOK_DATABASE", "HEMBESOK_KEYS", "HEMBESOK_KEYS_FILE"):
        os.environ.pop(name, None)


if __name__ == "__main__":
    main()
