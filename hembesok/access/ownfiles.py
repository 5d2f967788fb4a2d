"""Files that are for our own account only, and are whole before they have their name."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path


def made_once(path: Path, text: str) -> bool:
    """Write a new file, mode 0600; return False, with nothing changed, where there is one.

    Of two processes that start at once one gives the file its name, and neither ever reads
    half of it. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _written(path.parent, text) as name:
        try:
            os.link(name, path)
        except FileExistsError:
            return False
        _keep_names(path.parent)
        return True


def replaced(path: Path, text: str) -> None:
    """Put a new file in the place of an old one, in one step. Raises OSError."""
    with _written(path.parent, text) as name:
        # A second name for the new file, which takes the place of the old.
        spare = f"{name}.new"
        os.link(name, spare)
        os.replace(spare, path)
        _keep_names(path.parent)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let others who ask for the same folder wait. Raises OSError."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        flock(opened, LOCK_EX)
        yield
    finally:
        os.close(opened)


@contextmanager
def _written(folder: Path, text: str) -> Iterator[str]:
    with tempfile.NamedTemporaryFile("w", dir=folder, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        yield file.name


def _keep_names(folder: Path) -> None:
    """Let the folder's names be on disk too, so that a power cut takes nothing back."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
