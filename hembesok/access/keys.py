"""Where the site's keys come from: the environment, or a file. Never the database.

The file is made by an explicit step only (`hembesok make-keys`, the demo). Were it made
whenever it is missing, a site that has lost its keys would go on with new ones, and
seal new values beside those it cannot open.
"""

from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

from hembesok.access.keyring import KeyProblem, Keyring
from hembesok.access.ownfiles import alone_in, made_once, replaced

IN_ENVIRONMENT = "HEMBESOK_KEYS"
LARGEST = 1_000_000


@cache
def keyring() -> Keyring:
    """Return the site's keys, read once in a process; raises KeyProblem."""
    if settings.KEYS:
        return Keyring.parse(settings.KEYS, IN_ENVIRONMENT)
    return _from_file(settings.KEYS_FILE)


def forget() -> None:
    """Let the next use read the keys anew."""
    keyring.cache_clear()


def make_file(on: date) -> Path:
    """Make the file of keys; raises KeyProblem where there are keys already."""
    path = _file_in_use()
    try:
        if not made_once(path, Keyring.fresh(on).text()):
            raise KeyProblem(
                f"{path} is there already, and is left as it is. To rotate a key:"
                " hembesok make-keys --add seal"
            )
    except OSError as error:
        raise _unwritable(path, error) from None
    forget()
    return path


def add_key(section: str, on: date) -> tuple[Path, str]:
    """Add a key to the file, newest of its section; return the file and the id.

    Raises KeyProblem, with the file as it was.
    """
    path = _file_in_use()
    try:
        with alone_in(path.parent):
            wider = _from_file(path).with_new_key(section, on)
            replaced(path, wider.text())
    except OSError as error:
        raise _unwritable(path, error) from None
    forget()
    return path, wider.sections[section].newest


def _file_in_use() -> Path:
    if settings.KEYS:
        raise KeyProblem(
            f"The keys are in {IN_ENVIRONMENT}, so a file would not be read. Change them there, or"
            f" unset {IN_ENVIRONMENT}."
        )
    return Path(settings.KEYS_FILE)


def _from_file(path: Path) -> Keyring:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST)
        return Keyring.parse(raw.decode(), str(path))
    except FileNotFoundError:
        raise KeyProblem(
            f"There are no keys: {path} is not there, and {IN_ENVIRONMENT} is not set. For a new"
            " site: hembesok make-keys. For a site in use: put the keys back from where they are"
            " kept; new ones would open nothing of what is stored."
        ) from None
    except OSError as error:
        raise KeyProblem(
            f"The keys in {path} cannot be read ({error.strerror}). Let the account that runs the"
            " site read the file."
        ) from None
    except UnicodeDecodeError:
        raise KeyProblem(
            f"{path} is not text. Put the file back from where keys are kept."
        ) from None


def _unwritable(path: Path, error: OSError) -> KeyProblem:
    return KeyProblem(
        f"{path} cannot be written ({error.strerror}). Give the account that runs the site the"
        " folder, or name another file in HEMBESOK_KEYS_FILE."
    )
