"""When a sign-in is whole, how long it lasts, and which codes still count.

Unit: seconds since 1970 for moments, seconds for spans, steps of 30 seconds for codes.
Source: RFC 6238 for the codes (one step of drift, each code once); the spans are
settings of the site (ux.md 3.10).
"""

import hmac
from collections.abc import Mapping
from enum import StrEnum

STEP = 30
"""Seconds that one code of an app is shown."""
HALF_WAY = 10 * 60
"""Seconds to give the second factor in, after the password."""
FRESH = 10 * 60
"""Seconds after which one must unlock again before changing how one signs in."""


class Next(StrEnum):
    """What follows when the password was right."""

    IN = "in"
    GIVE_FACTOR = "give_factor"
    MAKE_FACTOR = "make_factor"


def after_password(*, factors_required: bool, has_factor: bool) -> Next:
    """Return what follows a right password; a factor that was made is never passed by."""
    if has_factor:
        return Next.GIVE_FACTOR
    return Next.MAKE_FACTOR if factors_required else Next.IN


def may_make_factor(*, half_way: bool, has_factor: bool) -> bool:
    """Tell whether a factor may be added: the password alone adds none beside one that is there."""
    return not (half_way and has_factor)


def too_old(moment: float, *, now: float, span: float) -> bool:
    """Tell whether more than a span has passed; a moment to come is no better than an old one."""
    return not -STEP <= now - moment <= span


def step_of(code: str, codes: Mapping[int, str], *, last: int) -> int | None:
    """Return the step whose code was given, if it is later than the last one used.

    Every code is compared, in constant time, so that the time taken tells nothing.
    """
    found = None
    for step, expected in codes.items():
        if hmac.compare_digest(code.encode(), expected.encode()) and step > last:
            found = step
    return found
