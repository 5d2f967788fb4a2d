"""What every answer tells the browser: run nothing and load nothing that is not ours."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.conftest import Cast
from tests.need import ROOT
from tests.web.page import ADDRESSES, Answer, address, read

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TEMPLATES = sorted((ROOT / "hembesok").rglob("templates/**/*.html"))


def check(answer: Answer) -> None:
    """Check the headers of an answer, and that its page needs nothing they forbid."""
    parts = (
        part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert {name: value for name, _space, value in parts} == POLICY
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    page = read(answer)
    assert all(source.startswith("/static/") for source in page.scripts)
    for tag, name, value in page.attributes:
        assert name != "style" and not name.startswith("on"), (tag, name)  # noqa: PT018
        assert tag != "style"
        if name in ("src", "href", "action"):
            assert not value.startswith(("http", "//", "javascript:", "data:")), value


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_answer_carries_the_policy_and_fits_it(sign_in: Callable[[str], Client], method: str):
    """Pages, redirects, and the answers of 404, 405 and 422."""
    for client in (Client(), sign_in("anna"), sign_in("cilla"), sign_in("frida")):
        for pattern in ADDRESSES:
            if pattern.name != "sign-out":
                check(getattr(client, method)(address(pattern)))
            if pattern.name == "lock" and method == "post":
                client.post("/locked", {"password": "a long test password"})


def test_the_number_that_was_shown_brings_its_script(anna: Client):
    answer = anna.post("/f/FAMYAAAA/1/number")
    check(answer)
    assert read(answer).scripts == ["/static/web/lock.js", "/static/web/hide.js"]


def test_errors_carry_the_policy(anna: Client, monkeypatch: pytest.MonkeyPatch):
    for answer, status in (
        (anna.get("/nowhere"), 404),
        (anna.get("/", headers={"host": "evil.example"}), 400),
        (Client(enforce_csrf_checks=True).post("/login"), 403),
    ):
        assert answer.status_code == status
        check(answer)
    anna.raise_request_exception = False
    monkeypatch.setattr("hembesok.web.views.families.first_page", None)
    answer = anna.get("/today")
    assert answer.status_code == 500
    check(answer)


def test_a_false_host_gets_the_policy_also_before_it_is_sent_to_https(
    client: Client, settings: Settings, db: None
):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/login", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_what_a_signed_in_person_sees_is_never_kept(anna: Client, cast: Cast):
    for pattern in ADDRESSES:
        if pattern.name != "sign-out":
            for answer in (anna.get(address(pattern)), anna.post(address(pattern))):
                assert answer.headers["Cache-Control"] == "no-store", pattern
            anna.post("/locked", {"password": "a long test password"})


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_what_the_policy_forbids(template: Path):
    text = template.read_text()
    assert not re.search(r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|javascript:", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert "|safe" not in text
    assert "autoescape" not in text


def test_a_site_as_we_ship_it_passes_djangos_own_check(tmp_path: Path):
    """With our safe defaults, and nothing but a place for data."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("HEMBESOK_", "DJANGO_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "hembesok.project.cli", "check", "--deploy", "--fail-level=WARNING"],
        cwd=tmp_path,
        env=environment | {"HEMBESOK_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["SESSION", "CSRF", "LANGUAGE"])
def test_cookies_are_for_our_pages_only(settings: Settings, name: str):
    assert getattr(settings, f"{name}_COOKIE_HTTPONLY") is True
    assert getattr(settings, f"{name}_COOKIE_SAMESITE") == "Lax"
