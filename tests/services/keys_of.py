"""Other keys for a while, and a file database with commands of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test import override_settings

from hembesok.access import keys
from tests.need import ROOT


@contextmanager
def keys_are(text: str = "", file: Path | None = None) -> Iterator[None]:
    """Let these be the site's keys."""
    keys.forget()
    try:
        with override_settings(KEYS=text, KEYS_FILE=file):
            yield
    finally:
        keys.forget()


def stored(*columns: str) -> list[str]:
    """What the database itself holds, given as table.column, without what is empty."""
    found = []
    with connection.cursor() as cursor:
        for column in columns:
            table, _stop, name = column.rpartition(".")
            cursor.execute(f"SELECT {name} FROM {table} WHERE {name} <> ''")  # noqa: S608
            found += [str(value) for (value,) in cursor.fetchall()]
    return found


SEALED = (
    "families_family.address",
    "families_family.door_note",
    "families_child.given_name",
    "families_guardian.given_name",
    "families_guardian.phone",
)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a command whose data are in a folder, with its keys in a file there."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HEMBESOK_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "HEMBESOK_DATA": str(folder), **more}


def command(*words: str) -> list[str]:
    """The command line that runs a command."""
    return [sys.executable, "-m", "hembesok.project.cli", *words]


def python(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, as a command would: there is no command for that."""
    settings = {"DJANGO_SETTINGS_MODULE": "hembesok.project.settings"}
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        cwd=folder, env=environment(folder, **settings),
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command."""
    return subprocess.run(
        command(*words), cwd=folder, env=environment(folder, **more),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
