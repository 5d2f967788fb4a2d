"""People at their screens."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from hembesok.access.models import Staff
from hembesok.web.sessions import mark_whole
from tests.conftest import Cast


def let_in(client: Client, login: str, *, how: str = "password") -> None:
    """Let somebody be wholly signed in, without the pages for it: as those mark the session."""
    client.force_login(Staff.objects.get(login=login))
    session = client.session
    mark_whole(session, how=how)
    session.save()


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[str], Client]:
    """Sign one of the cast in; with one assignment the role is taken up at once."""

    def at_the_screen_of(login: str) -> Client:
        client = Client()
        let_in(client, login)
        client.get(reverse("choose-role"))
        return client

    return at_the_screen_of


@pytest.fixture
def anna(sign_in: Callable[[str], Client]) -> Client:
    """The screen of Anna, nurse in the family's team."""
    return sign_in("anna")


@pytest.fixture
def cilla(sign_in: Callable[[str], Client]) -> Client:
    """The screen of Cilla, nurse elsewhere."""
    return sign_in("cilla")


@pytest.fixture
def frida(sign_in: Callable[[str], Client]) -> Client:
    """The screen of Frida, who coordinates the site."""
    return sign_in("frida")
