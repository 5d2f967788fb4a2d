"""The one place where the web asks what time it is; everything below gets it as an argument."""

from datetime import date

from django.utils.timezone import localdate, now


def today() -> date:
    """Return today in Sweden."""
    return localdate()


def moment() -> float:
    """Return the moment, in seconds since 1970."""
    return now().timestamp()
