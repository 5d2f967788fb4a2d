"""What a technical administrator may do with accounts and assignments, seeing no family."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from hembesok.access.rules.roles import Role
from hembesok.values.refusals import Reason

LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,79}")


@dataclass(frozen=True, slots=True)
class Spell:
    """A role at a unit, for a site, from a day to a day; the numbers are database keys."""

    role: Role
    unit: int
    site: int
    starts: date
    ends: date | None = None

    def meets(self, other: "Spell") -> bool:
        """Tell whether two equal assignments hold on some day both."""
        same = (self.role, self.unit, self.site) == (other.role, other.unit, other.site)
        before = self.ends is not None and self.ends < other.starts
        after = other.ends is not None and other.ends < self.starts
        return same and not before and not after


def why_not_administer(role: Role) -> Reason | None:
    """Return why somebody may not change accounts, or None."""
    return None if role is Role.TECHNICAL_ADMINISTRATOR else Reason("role_administers_nothing")


def why_not_account(login: str, name: str, *, taken: bool) -> Reason | None:
    """Return why an account may not be made, or None."""
    if not LOGIN.fullmatch(login):
        return Reason("login_form")
    if not name.strip():
        return Reason("name_missing")
    return Reason("login_taken", {"login": login}) if taken else None


def why_not_assign(new: Spell, held: Iterable[Spell], *, own: bool) -> Reason | None:
    """Return why an assignment may not be given, or None.

    Nobody who administers gives themself a way to families: another one has to.
    """
    if own and new.role is not Role.TECHNICAL_ADMINISTRATOR:
        return Reason("own_role_given_by_another")
    if new.ends is not None and new.ends < new.starts:
        return Reason("ends_before_start", {"ends": new.ends, "starts": new.starts})
    if any(new.meets(one) for one in held):
        return Reason("assigned_already")
    return None


def why_not_leave(*, administrates: bool, others: int) -> Reason | None:
    """Return why an account may not be closed, or None: somebody has to be left."""
    return Reason("last_administrator") if administrates and not others else None
