"""`hembesok demo`: the demo site, served on this machine."""

import socket
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import connections
from django.utils.translation import override
from gunicorn.app.base import BaseApplication

from hembesok.access import keys
from hembesok.access.models import Staff
from hembesok.access.rules.roles import Role
from hembesok.programme.models import ProgrammeVersion
from hembesok.project import demo
from hembesok.project.gate import Serves
from hembesok.web import clock
from hembesok.web.words import ROLES

HOST = "127.0.0.1"


class Command(BaseCommand):
    serves = Serves.OPERATOR
    help = "serve a site with invented families on this machine, to try things out"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port to serve on (8000)")
        parser.add_argument("--fresh", action="store_true", help="throw the demo's data away first")

    def handle(self, *args: Any, port: int, fresh: bool, **options: Any) -> None:
        _check_free(port)
        if fresh:
            for name in (
                "hembesok.sqlite3",
                "hembesok.sqlite3-wal",
                "hembesok.sqlite3-shm",
                "keys.toml",
            ):
                (Path(settings.DATA) / name).unlink(missing_ok=True)
        Path(settings.DATA).mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
        _need_keys()
        if not Staff.objects.exists():
            self._say("Making the demo site …")
            _load_apart()
        call_command("collectstatic", verbosity=0, interactive=False)
        with override("en"):
            welcome = _welcome(port)
        _Server(port, lambda: self._say(welcome)).run()

    def _say(self, words: str) -> None:
        """Say it at once, also to a file or a pipe: the server runs on and never flushes."""
        self.stdout.write(words)
        self.stdout.flush()


def _load_apart() -> None:
    """Load the demo in a process of its own; raises CommandError when it could not be.

    Papers are made meanwhile, by a library that starts threads. They would be gone in the
    server's own processes, which are forked from this one, and each paper be waited for forever.
    """
    connections.close_all()
    child = get_context("fork").Process(target=_load)
    child.start()
    child.join()
    if child.exitcode:
        raise CommandError("The demo could not be loaded: see above.", returncode=2)


def _load() -> None:
    demo.load(on=clock.today())
    connections.close_all()


def _need_keys() -> None:
    """Make the demo's own keys at its first start; raises CommandError when they are gone."""
    if Path(settings.KEYS_FILE).exists():
        return
    if Staff.objects.exists():
        raise CommandError(
            f"The demo's keys are gone: {settings.KEYS_FILE}. Begin anew with --fresh",
            returncode=2,
        )
    keys.make_file(on=clock.today())


def _check_free(port: int) -> None:
    if not 0 < port < 65536:
        raise CommandError(f"--port {port}: a port is a number from 1 to 65535", returncode=2)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Try --port {port + 1}",
                returncode=2,
            ) from None


def _welcome(port: int) -> str:
    lines = [f"Hembesök: http://{HOST}:{port}/   (stop with Ctrl-C)", ""]
    lines.append(f"Accounts, all with the password {demo.PASSWORD}:")
    for login, (name, assignments) in demo.ACCOUNTS.items():
        roles = ", ".join(str(ROLES[Role(role)]).lower() for role, _site in assignments)
        away = "" if assignments[0][1] == demo.SKAGGETORP else " on another site: sees nobody here"
        lines.append(f"  {login:<12}{name}, {roles}{away}")
    made = ProgrammeVersion.objects.values_list("published", flat=True).first()
    lines += ["", f"The families are as of {made}; ./run demo --fresh makes them anew."]
    return "\n".join(lines)


class _Server(BaseApplication):
    """gunicorn, started from here so that the address is printed when it answers."""

    def __init__(self, port: int, ready: Any) -> None:
        self._settings = {
            "bind": f"{HOST}:{port}",
            "threads": 4,
            "loglevel": "warning",
            "control_socket_disable": True,  # nothing outside the demo's own folder
            "when_ready": lambda server: ready(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from hembesok.project.wsgi import application

        return application
