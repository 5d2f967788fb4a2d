"""`hembesok check-programme`: read programme files and tell what is wrong."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from hembesok.programme.reader import ProtocolError, read, read_file
from hembesok.programme.rules.protocol import Kind, Protocol, plan
from hembesok.programme.services import shipped
from hembesok.project.gate import Serves


class Command(BaseCommand):
    serves = Serves.NOBODY
    help = "check programme files, with what is wrong and how to mend it"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="programme files (TOML)")
        parser.add_argument("--base", type=Path, help="the base programme they are laid beside")

    def handle(self, *args: Any, files: list[Path], base: Path | None, **options: Any) -> None:
        try:
            beside = None if base is None else read_file(base)
            for file in files:
                protocol = read_file(file)
                known = beside if protocol.base and beside else _shipped(protocol.base)
                self.stdout.write(_summary(file, protocol, known))
        except ProtocolError as error:
            raise CommandError(str(error), returncode=2) from None


def _shipped(identity: tuple[str, str] | None) -> Protocol | None:
    """Return the base programme, when it is one of those that come along."""
    read_all = (read(content, name=name) for name, content in shipped().items())
    return next((protocol for protocol in read_all if protocol.identity == identity), None)


def _summary(file: Path, protocol: Protocol, base: Protocol | None) -> str:
    try:
        laid = plan(protocol, base)
    except ValueError as error:
        raise CommandError(f"{file}: {error}", returncode=2) from None
    kinds = ", ".join(f"{laid.count(kind)} {kind}" for kind in Kind if laid.count(kind))
    if protocol.base is None:
        return f"{file}: {protocol.key} {protocol.version}: {kinds}"
    beside = " ".join(protocol.base)
    if base is None:
        return f"{file}: {protocol.key} {protocol.version}: {kinds}; not checked beside {beside}"
    return f"{file}: {protocol.key} {protocol.version}, beside {beside}: {kinds}"
