"""Sealing and blinding, until the site's keyring does it: keys derived from the site's own."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet
from django.conf import settings


def _key(purpose: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), purpose.encode(), hashlib.sha256)


def seal(text: str, context: str) -> str:
    """Return a text that only the site can read again, in the same context."""
    return Fernet(base64.urlsafe_b64encode(_key(f"seal:{context}"))).encrypt(text.encode()).decode()


def unseal(sealed: str, context: str) -> str:
    """Return what was sealed; raises cryptography.fernet.InvalidToken for anything else."""
    key = base64.urlsafe_b64encode(_key(f"seal:{context}"))
    return Fernet(key).decrypt(sealed.encode()).decode()


def blind(value: str, context: str) -> str:
    """Return what a value can be found by, and not read from: HMAC-SHA-256 in hex."""
    return hmac.digest(_key(f"blind:{context}"), value.encode(), hashlib.sha256).hex()
