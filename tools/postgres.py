"""A PostgreSQL server of Debian's, for as long as the tests run.

It listens on a socket in a folder of its own and on no port. Root may not run
PostgreSQL, so root runs it as the user postgres that Debian's package made.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server installed, or None."""
    found = sorted(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        key=lambda folder: int(folder.parent.name),
    )
    if found:
        return found[-1]
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).parent if elsewhere else None


@contextmanager
def running() -> Iterator[str]:
    """Start a server, give its database address, and remove it all at the end.

    Raises FileNotFoundError when no server is installed, CalledProcessError
    when it does not start.
    """
    bin_ = binaries()
    if bin_ is None:
        raise FileNotFoundError("no PostgreSQL server is installed")
    # In /tmp whatever TMPDIR says: a socket's path may have 107 bytes, and no space in options.
    folder = Path(tempfile.mkdtemp(prefix="hembesok-postgres-", dir="/tmp"))
    data, log = folder / "data", folder / "log"
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        _run(
            bin_ / "initdb", "-D", data, "-U", "hembesok", "-A", "trust", "-E", "UTF8",
            "--no-sync", "--locale=C.UTF-8",
        )  # fmt: skip
        # No fsync: what the tests write is thrown away. No vacuum behind our back: what a test
        # sees of the planner is the same each time. Who waits for a lock that never comes is told.
        options = (
            f"-k {folder} -h '' -c fsync=off -c synchronous_commit=off -c autovacuum=off"
            " -c lock_timeout=2min -c idle_in_transaction_session_timeout=10min"
        )
        _run(bin_ / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            yield f"postgres://hembesok@{quote(str(folder), safe='')}/postgres"
        finally:
            _run(bin_ / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: str | Path) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    # From /, because the user postgres may not enter the folder we stand in. No pipes: the
    # server would inherit them and keep us waiting for their end.
    subprocess.run(words, cwd="/", check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
