"""Where e-mail is sent, read from one address in the environment."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

TIMEOUT: Final = 20
"""Seconds before a mail server that does not answer is left."""
_HERE: Final = ("localhost", "127.0.0.1", "::1")


class MailProblem(Exception):
    """The address of the mail server cannot be read; says how to write it, and no password."""


@dataclass(frozen=True, slots=True, repr=False)
class MailServer:
    """A mail server. Without a host there is none, and nothing is sent."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    tls_at_once: bool = False
    tls_started: bool = False


def read_mail_server(text: str) -> MailServer:
    """Read smtps://user:password@host:port, or smtp:// where TLS is started; raises MailProblem.

    In clear it is spoken only to this machine, as to a relay of the site's own.
    """
    if not text:
        return MailServer()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise MailProblem("its host or port cannot be read") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
        raise MailProblem("write it as smtps://user:password@host:465 or smtp://host:587")
    at_once = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if at_once else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls_at_once=at_once,
        tls_started=not at_once and parts.hostname not in _HERE,
    )
