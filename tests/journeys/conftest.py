"""A site to visit: the demo of the day of the tests, served as a site in use is, and Chromium.

The server is the product's own stack with its own static files, so that weight,
headers and compression are those that people get. The database is a copy of a
demo loaded once; a journey that writes starts from a fresh copy.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connection
from django.test import Client
from django.test.testcases import QuietWSGIRequestHandler
from django.test.utils import override_settings
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from pytest_django import DjangoDbBlocker

from hembesok.access.models import Assignment
from hembesok.project import demo
from hembesok.project import settings as product
from hembesok.web import clock
from hembesok.web.sessions import ASSIGNMENT, CONFIRMED, SEEN, WHOLE, mark_whole
from tests.conftest import ON
from tests.journeys.people import Person
from tests.journeys.places import Place, places

ARGUMENTS = [
    # As root, as in CI, Chromium does not start its sandbox.
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder that asks for a browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@dataclass(frozen=True)
class Demo:
    """The demo on file, the places of it that tests go to, and a session for each account."""

    path: Path
    places: dict[str, Place]
    sessions: dict[str, str]


@dataclass(frozen=True)
class Site:
    """The site as it is served."""

    address: str
    path: Path
    demo: Demo

    @property
    def places(self) -> dict[str, Place]:
        """The places of the demo, by what is special about them."""
        return self.demo.places

    def restore(self) -> None:
        """Begin again with the demo as it was loaded."""
        _copy(self.demo.path, self.path)

    def sees(self, account: str) -> None:
        """Let an account have signed in just now: the demo may be old, and a screen locks itself.

        Without Django, which refuses the database where Playwright's loop runs.
        """
        key, store, now = self.demo.sessions[account], SessionStore(), clock.moment()
        with closing(sqlite3.connect(self.path, timeout=20)) as db, db:
            found = db.execute(
                "SELECT session_data FROM django_session WHERE session_key = ?", [key]
            ).fetchall()
            for (data,) in found:
                kept = store.decode(data)
                kept |= {SEEN: now, CONFIRMED: now, WHOLE: kept[WHOLE] | {"at": now}}
                db.execute(
                    "UPDATE django_session SET session_data = ? WHERE session_key = ?",
                    [store.encode(kept), key],
                )


@pytest.fixture(scope="session")
def loaded(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, loaded once into a file of its own, and its static files collected."""
    if connection.vendor != "sqlite":
        pytest.skip("the journeys are about pages, and run on SQLite only")
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    with django_db_blocker.unblock(), _database(path):
        call_command("migrate", verbosity=0)
        demo.load(on=ON)
        return Demo(path, places(ON), {account: _session(account) for account in demo.ACCOUNTS})


def _session(account: str) -> str:
    """Sign an account in, in its first role; most journeys begin when that is done."""
    assignment = Assignment.objects.filter(staff__login=account).order_by("pk")[0]
    client = Client()
    client.force_login(assignment.staff)
    session = client.session
    mark_whole(session, how="password")
    session[ASSIGNMENT] = assignment.pk
    session.save()
    return str(session.session_key)


@pytest.fixture(scope="module")
def site(
    loaded: Demo, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The demo site on a port of this machine, for as long as a module's tests run."""
    path = tmp_path_factory.mktemp("site") / "site.sqlite3"
    _copy(loaded.path, path)
    with (
        django_db_blocker.unblock(),
        _database(path),
        override_settings(STORAGES=product.STORAGES),
        pytest.MonkeyPatch.context() as patch,
    ):
        # Fixtures of a module come before the one that sets the day for a test.
        patch.setattr(clock, "today", lambda: ON)
        call_command("collectstatic", verbosity=0, interactive=False)
        with _served() as address:
            yield Site(address, path, loaded)


@pytest.fixture(scope="module")
def browser(browser_path: str, site: Site) -> Iterator[Browser]:
    """Chromium; after the site, as Django refuses the database where Playwright's loop runs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path,
            args=ARGUMENTS,
            # People's browsers keep pages to go back to, and a locked screen must hold there too.
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator["Visit"]:
    """Open a browser window on the site, as often as asked; all are closed at the end."""
    visit = Visit(browser, site)
    yield visit
    visit.end()


class Visit:
    """Opens windows on the site, each a person's own."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.contexts: list[BrowserContext] = []

    def __call__(
        self, account: str = "", *, width: int = 1360, language: str = "sv", **more: Any
    ) -> Person:
        """Return a person at a window, signed in if an account is named."""
        context = self.browser.new_context(
            base_url=self.site.address,
            viewport={"width": width, "height": 768 if width > 640 else 844},
            locale={"sv": "sv-SE", "en": "en-GB"}[language],
            **more,
        )
        # On a machine with other work a page may take its time; a test that hangs does not end.
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        if account:
            self.site.sees(account)
            key = self.site.demo.sessions[account]
            context.add_cookies([{"name": "sessionid", "value": key, "url": self.site.address}])
        return Person(context.new_page())

    def end(self) -> None:
        """Close all windows."""
        for context in self.contexts:
            context.close()


@pytest.fixture
def fresh(site: Site) -> Iterator[None]:
    """The demo as it was loaded, for a test that writes or that locks its session."""
    site.restore()
    yield
    site.restore()


@contextmanager
def _database(path: Path) -> Iterator[None]:
    """Let Django use another database, in all threads, and then the former one again."""
    former = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = former


def _copy(source: Path, target: Path) -> None:
    """Copy a database that may be in use, into one that may be in use."""
    with (
        closing(sqlite3.connect(source, timeout=20)) as from_,
        closing(sqlite3.connect(target, timeout=20)) as to,
    ):
        from_.backup(to)


@contextmanager
def _served() -> Iterator[str]:
    """Serve the product on a free port, each request in a thread of its own."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(WSGIHandler())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
