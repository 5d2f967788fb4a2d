"""Who does what with cases and agreements, and on which day it may be said to have been done."""

from datetime import date
from typing import Final

from hembesok.access.rules.roles import Role
from hembesok.values.refusals import Reason

READERS: Final = (Role.MANAGER, Role.COORDINATOR, Role.ECONOMIST)
"""Who reads them: nothing in them is about a family."""

WRITERS: Final = (Role.MANAGER, Role.COORDINATOR)
"""Who prepares them, sends them, and sees to duties."""

DECIDERS: Final = (Role.MANAGER,)
"""Who writes down what was decided and signed."""


def why_not_by(role: Role, *, decides: bool) -> Reason | None:
    """Return why a role may not act; `decides` where a decision or a signature is written."""
    if role in (DECIDERS if decides else WRITERS):
        return None
    return Reason("role_decides_nothing") if decides else Reason("role_prepares_nothing")


def why_not_on(day: date, *, on: date, after: date | None = None) -> Reason | None:
    """Return why something was not done on a day: it has not come, or something comes before.

    `after` is the day of what had to be done first; the same day will do.
    """
    if day > on:
        return Reason("day_in_future", {"day": day})
    if after is not None and day < after:
        return Reason("day_before_what_it_needs", {"day": day, "first": after})
    return None
