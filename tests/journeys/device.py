"""A phone whose browser can be switched off at any moment, and a server that can be killed."""

import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright

from tests.journeys import offline_site as site
from tests.journeys.conftest import ARGUMENTS
from tests.need import ROOT

PIN = "493817"
NOTE = "#sheet [name='joint.joint.note']"
"""The note of the joint part."""


class Server:
    """The site in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "tests.journeys.offline_site", *words]

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HEMBESOK_", "DJANGO_"))}
        return kept | {"PYTHONPATH": str(ROOT)}

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = subprocess.Popen(
            self._command("serve", str(self.folder), str(self.port)),
            env=self._environment(),
            stderr=subprocess.DEVNULL,
        )
        until = monotonic() + 60
        while monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                sleep(0.05)
            else:
                return
        raise TimeoutError("the server does not start")

    def stands(self) -> None:
        """Start it again if it has been killed."""
        if self._process is None:
            self.start()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def asks(self, *words: str) -> str:
        """Do something at the office, or ask what is written."""
        done = subprocess.run(
            self._command(words[0], str(self.folder), *words[1:]),
            env=self._environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass
class Device:
    """A phone: its browser keeps its profile in a folder, whatever becomes of the browser."""

    playwright: Playwright
    path: str
    profile: Path
    address: str

    def __post_init__(self) -> None:
        """Begin switched off."""
        self._process: subprocess.Popen[bytes] | None = None
        self._browser: Browser | None = None

    def switch_on(self, *more: str) -> Page:
        """Start the browser and give a page of it."""
        port = self.profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                self.path, "--headless=new", f"--user-data-dir={self.profile}",
                "--remote-debugging-port=0", "--window-size=390,844", "--lang=sv-SE",
                "--accept-lang=sv-SE", *ARGUMENTS, *more,
                "about:blank",
            ],
            stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        until = monotonic() + 60
        while not (port.exists() and port.read_text().count("\n")):
            assert monotonic() < until, "the browser does not start"
            sleep(0.05)
        at = f"http://127.0.0.1:{port.read_text().splitlines()[0]}"
        self._browser = self.playwright.chromium.connect_over_cdp(at)
        self.context.set_default_timeout(30_000)
        return self.context.pages[0]

    @property
    def context(self) -> BrowserContext:
        """The browser's own context."""
        assert self._browser
        return self._browser.contexts[0]

    def kill(self) -> None:
        """End the browser and all its processes at once, as an empty battery would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            self._browser = None

    def files(self) -> dict[Path, bytes]:
        """Return every file of the profile."""
        return {path: path.read_bytes() for path in self.profile.rglob("*") if path.is_file()}


class Phone:
    """What a person does on a phone."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def opens(self, path: str) -> None:
        """Go to a page."""
        self.page.goto(self.address + path)

    def leaves(self) -> None:
        """Leave the product: a page that stands open sends by itself once there is coverage."""
        self.page.goto("about:blank")

    def signs_in(self, login: str = site.NURSE) -> None:
        """Sign in, at whichever page asks for it."""
        self.page.locator("[name=username]").fill(login)
        self.page.locator("[name=password]").fill(site.PASSWORD)
        self.page.locator("main form .btn").first.click()
        self.page.wait_for_load_state()

    def takes_visits(self, pin: str = PIN) -> None:
        """Take the visits along, under a new PIN."""
        self.opens("/pack")
        self.page.locator("#choose [name=pin]").fill(pin)
        self.page.locator("#choose [name=again]").fill(pin)
        self.page.locator("#choose .btn").click()
        self.page.locator("[data-part=taken]").wait_for()

    def waits_for_shell(self) -> None:
        """Wait until the service worker keeps the shell."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def opens_bag(self, pin: str = PIN, path: str = "/offline") -> None:
        """Open what was taken along."""
        self.opens(path)
        self.unlocks(pin)
        self.page.locator("[data-part=open] h1").wait_for()

    def unlocks(self, pin: str) -> None:
        """Write the PIN."""
        self.page.locator("#pin").fill(pin)
        self.page.locator("#pin-form .btn").click()

    def visit(self, code: str) -> Locator:
        """Return the row of a visit."""
        return self.page.locator("#visits > li", has_text=code)

    def begins(self, code: str, note: str) -> None:
        """Open a visit's form and write in it."""
        self.visit(code).get_by_role("button").click()
        self.page.locator("#sheet [name=outcome][value=held]").check(force=True)
        self.page.locator(NOTE).fill(note)

    def saves(self) -> None:
        """Press Save."""
        self.page.locator("#sheet .btn").first.click()

    def writes(self, code: str, note: str) -> None:
        """Open a visit, write in it and save."""
        self.begins(code, note)
        self.saves()
        self.page.locator("#visits").locator("visible=true").wait_for()

    def counts(self) -> tuple[int, int, int]:
        """Return what the page says: saved here, sent, needs you."""
        said = self.page.locator(".counts").inner_text()
        kept, sent, you = (int(number) for number in re.findall(r"\d+", said))
        return kept, sent, you

    def waits_until(self, kept: int, sent: int, you: int = 0, seconds: float = 60) -> None:
        """Wait until the page says so."""
        until = monotonic() + seconds
        while (found := self.counts()) != (kept, sent, you):
            assert monotonic() < until, (found, self.words)
            self.page.wait_for_timeout(100)

    def sends(self) -> None:
        """Press "Send now", and wait until the page has said something about it."""
        self.page.locator("#send").click()

    def shows(self, part: str) -> bool:
        """Tell whether a part of the page is shown."""
        return self.page.locator(f"[data-part={part}]").first.is_visible()

    @property
    def words(self) -> str:
        """What the page says above all else."""
        return self.page.locator("#said").inner_text()

    def evaluates(self, script: str) -> Any:
        """Run a script in the page, as a look into the browser."""
        return self.page.evaluate(script)
