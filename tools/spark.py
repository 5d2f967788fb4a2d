"""A Spark cluster on this machine: one master and two workers, for as long as it is wanted.

`./run spark-cluster` starts it and prints its address; Ctrl-C ends it. It needs Java 17, and
the environment that `requirements/spark.txt` makes. It listens on the loopback only.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
WORKERS: Final = 2
_LONGEST_START: Final = 300
"""Seconds; a machine with much else to do takes its time."""


def python() -> Path | None:
    """Return the Python of the environment that holds Spark, or None without it or Java."""
    found = ROOT / ".venv-spark" / "bin" / "python"
    return found if found.exists() and shutil.which("java") else None


@contextmanager
def running(interpreter: Path, cores: int = 1, memory: str = "2g") -> Iterator[str]:
    """Start a cluster, give its address, and remove it all at the end.

    Raises TimeoutError when it does not come up.
    """
    with tempfile.TemporaryDirectory(prefix="hembesok-spark-") as name, ExitStack() as opened:
        folder = Path(name)
        log = folder / "master.log"
        opened.enter_context(
            _started(interpreter, log, "master.Master", "--host", "127.0.0.1", "--port", "0",
                     "--webui-port", "0")
        )  # fmt: skip
        address = _wait_for(log, r"Starting Spark master at (spark://\S+)")[0]
        for number in range(WORKERS):
            opened.enter_context(
                _started(interpreter, folder / f"worker-{number}.log", "worker.Worker",
                         "--host", "127.0.0.1", "--cores", str(cores), "--memory", memory,
                         "--webui-port", "0", "--work-dir", str(folder / f"work-{number}"),
                         address)
            )  # fmt: skip
        _wait_for(log, r"Registering worker", WORKERS)
        yield address


@contextmanager
def _started(interpreter: Path, log: Path, name: str, *words: str) -> Iterator[None]:
    home = next(interpreter.parent.parent.glob("lib/python*/site-packages/pyspark"))
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *words]
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": str(interpreter),
    }
    with log.open("w") as out:
        process = subprocess.Popen(  # noqa: S603 — Spark's own starter
            command, stdout=out, stderr=out, env=environment, start_new_session=True
        )
    try:
        yield
    finally:
        # The whole group: a worker has started a process of its own for each application.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(log: Path, pattern: str, times: int = 1) -> list[str]:
    until = time.monotonic() + _LONGEST_START
    while time.monotonic() < until:
        found: list[str] = re.findall(pattern, log.read_text(errors="replace"))
        if len(found) >= times:
            return found
        time.sleep(0.5)
    raise TimeoutError(f"Spark does not start: {log.read_text(errors='replace')[-1000:]}")


def main() -> int:
    """Start a cluster and keep it until Ctrl-C."""
    interpreter = python()
    if interpreter is None:
        sys.stderr.write("Spark needs Java 17: apt-get install -y openjdk-17-jre-headless\n")
        return 2
    with running(interpreter) as address, suppress(KeyboardInterrupt):
        sys.stdout.write(f"{address}\nCtrl-C ends it.\n")
        sys.stdout.flush()
        while True:
            time.sleep(3600)
    return 0


if __name__ == "__main__":
    sys.exit(main())
