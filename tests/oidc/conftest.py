"""A real identity provider on this machine, our site, and people who go between them."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from hembesok.access.models import Staff
from hembesok.access.services.identities import link
from hembesok.web.oidc.provider import Provider, read_providers
from tests.conftest import Cast
from tests.need import ROOT, node_oidc

BACK = "http://testserver/login/oidc/siths/back"
NUMBER = "https://id.oidc.se/claim/personalIdentityNumber"
ANNAS_NUMBER = "190001019802"
SECRET = "a secret for tests only"
FILE = """
[siths]
label = "Tjänstelegitimation"
label_en = "Service card"
issuer = "{issuer}"
client_id = "hembesok"
client_secret_file = "{secret}"
scopes = ["openid", "naturalPersonNumber"]
claim = "https://id.oidc.se/claim/personalIdentityNumber"
acr = ["http://id.sambi.se/loa/loa3"]
"""


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The address of the provider, as long as the tests run."""
    with provider_at_work(BACK) as address:
        yield address


@contextmanager
def provider_at_work(back: str) -> Iterator[str]:
    """Run a provider that knows us by where it sends people back to; gives its address."""
    command = ["node", str(ROOT / "tests/oidc/provider.mjs"), str(node_oidc()), back]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        assert running.stdout
        address = running.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), "the provider did not start"
        yield address
        running.terminate()


def written(folder: Path, issuer: str) -> Path:
    """Write the file of providers as a site has it; return its path."""
    secret, file = folder / "secret", folder / "providers.toml"
    secret.write_text(SECRET)
    file.write_text(FILE.format(issuer=issuer, secret=secret))
    return file


@pytest.fixture
def siths(issuer: str, tmp_path: Path, settings: Settings) -> Provider:
    """The provider as a site's file names it, and the site that has read the file."""
    settings.OIDC = read_providers(str(written(tmp_path, issuer)))
    settings.LOCAL_ACCOUNTS = False
    settings.FACTORS_REQUIRED = True
    provider: Provider = settings.OIDC["siths"]
    return provider


@dataclass
class Traveller:
    """Somebody who goes to the provider and back in one browser."""

    issuer: str
    client: Client
    provider: requests.Session

    def leaves(self, who: str) -> str:
        """Press the button; return the address of the provider that the browser goes to."""
        self.provider.get(f"{self.issuer}/as/{who}", timeout=10).raise_for_status()
        return self.client.get("/login/oidc/siths")["Location"]

    def signs_in_there(self, address: str) -> str:
        """Go to the provider, and return the address that it sends the browser back to."""
        for _step in range(6):
            answer = self.provider.get(address, allow_redirects=False, timeout=10)
            if answer.status_code not in (302, 303):
                return f"{answer.status_code} {answer.text}"
            address = requests.compat.urljoin(address, answer.headers["Location"])
            if address.startswith(BACK):
                return address
        raise AssertionError("the provider never came to an end")

    def comes_back(self, address: str) -> Any:
        """Come back to the site; return its answer."""
        parts = urlsplit(address)
        answer = self.client.get(f"{parts.path}?{parts.query}")
        assert isinstance(answer, HttpResponse)
        return answer

    def signs_in(self, who: str) -> Any:
        """Go there and back."""
        return self.comes_back(self.signs_in_there(self.leaves(who)))

    def remembers(self, **changed: Any) -> None:
        """Change what the session remembers of the way there."""
        session = self.client.session
        session["oidc"] = session["oidc"] | changed
        session.save()


@pytest.fixture
def traveller(siths: Provider, issuer: str, cast: Cast) -> Iterator[Traveller]:
    """Anna at her browser; she is linked to herself at the provider."""
    link(Staff.objects.get(login="anna"), "siths", ANNAS_NUMBER)
    with requests.Session() as session:
        yield Traveller(issuer, Client(), session)
