"""What a test needs from outside the repository, and what happens when it is not there."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from tools import postgres as server
from tools import spark as cluster

ROOT = Path(__file__).resolve().parent.parent


def shared_data(*parts: str) -> Path:
    """Return the path of test data kept beside the repository, in ``../shared/data``.

    The data are other people's and too many to carry along, so a clone may be
    without them: the test is then skipped with a reason. Where all tests are
    promised to run, HEMBESOK_REQUIRE_ALL is set, and missing data are a failure.
    """
    path = ROOT.parent.joinpath("shared", "data", *parts)
    if not path.exists():
        _missing(f"no {Path('..', 'shared', 'data', *parts)} beside the repository")
    return path


def _missing(what: str) -> NoReturn:
    if os.environ.get("HEMBESOK_REQUIRE_ALL"):
        pytest.fail(what)
    pytest.skip(what)


def node_oidc() -> Path:
    """Return the folder that ./run installed npm's oidc-provider in, or skip (or fail)."""
    return _node("oidc", "oidc-provider")


def node_ical() -> Path:
    """Return the folder that ./run installed npm's ical.js in, or skip (or fail)."""
    return _node("ical", "ical.js")


def _node(name: str, package: str) -> Path:
    folder = ROOT / ".cache" / name
    if shutil.which("node") is None or not (folder / "node_modules" / package).exists():
        _missing(f"no node with {package} (apt-get install -y nodejs npm, then ./run test)")
    return folder


def chromium() -> str:
    """Return the path of Debian's Chromium, or skip (fail where nothing may be missing)."""
    found = shutil.which("chromium")
    if found is None:
        _missing("no chromium (apt-get install -y chromium)")
    return found


@contextmanager
def postgres() -> Iterator[str]:
    """Give the address of a PostgreSQL server that runs meanwhile, or skip (or fail)."""
    if server.binaries() is None:
        _missing("no PostgreSQL server (apt-get install -y postgresql)")
    with server.running() as address:
        yield address


def spark() -> Path:
    """Return the Python of the environment that holds Spark, or skip (or fail)."""
    found = cluster.python()
    if found is None:
        _missing("no Spark (apt-get install -y openjdk-17-jre-headless, then ./run test-all)")
    return found
