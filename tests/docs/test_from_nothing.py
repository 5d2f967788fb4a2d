"""From an empty folder and an empty HOME to a page: the README's first command, for real.

It needs a package index, so it belongs to ./run test-all.
"""

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.need import ROOT

FIRST, AGAIN = 240, 10
"""Seconds: what a newcomer waits for the first page, and for the next start."""

KEPT = ("PATH", "SSL_CERT_FILE", "PIP_CERT", "PIP_INDEX_URL", "UV_INDEX_URL")


@contextmanager
def demo(folder: Path, home: Path) -> Iterator[float]:
    """Start the demo and give the seconds until its first page; stop it at the end."""
    port = "8790"
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    started = time.monotonic()
    running = subprocess.Popen(
        ["./run", "demo", "--port", port],
        cwd=folder,
        env={**environment, "HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )
    try:
        while time.monotonic() - started < FIRST:
            assert running.poll() is None, "the demo ended before it served a page"
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/login") as page:
                    assert "Logga in" in page.read().decode()
                break
            except URLError:
                time.sleep(0.1)
        yield time.monotonic() - started
    finally:
        # The script gave its place to the server: whoever stops the one stops the other.
        running.terminate()
        running.wait(timeout=30)


@pytest.mark.heavy
def test_the_first_command_of_the_readme_needs_nothing_but_git_and_python(tmp_path: Path):
    folder, home = tmp_path / "a folder" / "hembesok", tmp_path / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    with demo(folder, home) as first:
        assert first < FIRST
    with demo(folder, home) as again:
        assert again < AGAIN
    shutil.rmtree(folder)
