"""What tests of signing in do at a screen."""

import re
from typing import Any

import pyotp
from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD
from tests.web.page import ADDRESSES, address, gate_of, read


def give_password(client: Client, login: str = "anna", password: str = PASSWORD) -> Any:
    """Write account and password, and press the button."""
    return client.post(reverse("sign-in"), {"username": login, "password": password})


def secret_on(client: Client) -> str:
    """Return the secret of the app that the page shows."""
    text = read(client.get(reverse("factor-app"))).text
    found = re.search(r"(?:[A-Z2-7]{4} ?){8}", text)
    assert found
    return found[0].replace(" ", "")


def code_of(secret: str, at: float) -> str:
    """Return what an app shows at a moment."""
    return pyotp.TOTP(secret).at(int(at))


def opened(client: Client) -> list[str]:
    """Return the closed addresses that answer with more than a way to sign in."""
    found = []
    for pattern in ADDRESSES:
        if gate_of(pattern) is None or pattern.name == "sign-out":
            continue
        for method in (client.get, client.post):
            answer = method(address(pattern))
            where = answer.headers.get("Location", "")
            if answer.status_code == 405:
                continue
            if answer.status_code != 302 or not where.startswith(("/login", "/factors")):
                found.append(str(pattern.name))
    return sorted(set(found))
