"""The one place where the web asks what time it is; everything below gets it as an argument."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.timezone import localdate


def today() -> date:
    """Return today in Sweden."""
    return localdate()


def now() -> datetime:
    """Return the moment, with its time zone."""
    return timezone.now()


def moment() -> float:
    """Return the moment, in seconds since 1970."""
    return now().timestamp()
