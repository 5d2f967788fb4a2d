"""Take the README's pictures anew, of the demo as whoever starts it sees it.

The demo is the product's own command, in a folder of its own that is thrown away.
Run it after a change that can be seen; look at the pictures before committing them.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURES: Final = ROOT / "docs" / "pictures"
NURSE: Final = "maria.ek"
COORDINATOR: Final = "anna.lind"
SCREEN: Final = (1360, 900)
PHONE: Final = (390, 780)
MOST_BYTES: Final = 150_000
WORTH_SEEING: Final = ("Uteblivet", "Klart, sent", "Avböjt", "Klart", "Kommande")
"""A family with many states says most of what the picture can say."""


def main() -> int:
    """Take the pictures; 1 when one of them is too large for a README, 2 without a browser."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("no chromium (apt-get install -y chromium)\n")
        return 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        _overview(_signed_in(browser, demo, COORDINATOR, SCREEN))
        _family(_signed_in(browser, demo, NURSE, SCREEN))
        _phone(_signed_in(browser, demo, NURSE, PHONE))
        browser.close()
    too_large = 0
    for path in sorted(PICTURES.glob("*.png")):
        size = path.stat().st_size
        too_large += size > MOST_BYTES
        sys.stdout.write(f"{path.relative_to(ROOT)}: {size // 1000} KB\n")
    return 1 if too_large else 0


@dataclass(frozen=True)
class _Demo:
    """What the demo says when it answers: its address, and the password of all accounts."""

    address: str
    password: str


@contextmanager
def _demo() -> Iterator[_Demo]:
    """Serve a new demo on a free port, for as long as the pictures take."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="hembesok-pictures-") as folder:
        command = [sys.executable, "-m", "hembesok.project.cli", "demo", "--port", str(port)]
        environment = {**os.environ, "HEMBESOK_DATA": folder, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(  # noqa: S603 — our own command
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as demo:
            try:
                yield _said_by(demo)
            finally:
                demo.terminate()


def _said_by(demo: "subprocess.Popen[str]") -> _Demo:
    address = ""
    for line in demo.stdout or ():
        if found := re.search(r"http://\S+", line):
            address = found[0]
        elif found := re.search(r"password (\S+):", line):
            return _Demo(address, found[1])
    raise RuntimeError(f"the demo did not start: it ended with {demo.wait()}")


def _signed_in(browser: Browser, demo: _Demo, account: str, size: tuple[int, int]) -> Page:
    context = browser.new_context(
        base_url=demo.address,
        locale="sv-SE",
        viewport={"width": size[0], "height": size[1]},
    )
    page = context.new_page()
    page.goto("/login")
    page.locator("#id_username").fill(account)
    page.locator("#id_password").fill(demo.password)
    page.locator("main .btn").click()
    page.locator(".lock").wait_for()
    return page


def _overview(page: Page) -> None:
    page.screenshot(path=PICTURES / "overview.png")


def _family(page: Page) -> None:
    page.goto("/families")
    rows = page.locator(".tbl tbody tr").all()
    many = max(rows, key=lambda row: _variety(row.inner_text()))
    many.get_by_role("link").first.click()
    page.locator("svg.tl").wait_for()
    page.screenshot(path=PICTURES / "family.png")


def _variety(row: str) -> int:
    """Count the sorts of states in a row; one with something to do now comes first."""
    states = sum(state in row for state in WORTH_SEEING)
    return states + (2 if "stänger" in row else 1 if "dagar sent" in row else 0)


def _phone(page: Page) -> None:
    page.screenshot(path=PICTURES / "today-phone.png")
    page.locator(".next.book").get_by_role("link", name="Dokumentera").first.click()
    page.locator(".opts label", has_text="Ja").click()
    page.screenshot(path=PICTURES / "record-phone.png")


if __name__ == "__main__":
    sys.exit(main())
