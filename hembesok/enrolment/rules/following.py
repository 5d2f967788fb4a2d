"""Who is followed when an enrolment has ended, why or why not, and until when; values only.

Language is screened when the programme is over (domain handbook 2.2). What is asked then is
the child health service's own business with the child, in its own record: it needs no consent
to the programme, and lends none. So those who finished are followed. Who left, withdrew the
consent or could not be reached has said no to the programme, or nothing to it, and stands on no
list of it afterwards: the clinic does for that child what it does for all children, elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from hembesok.enrolment.rules.membership import EndReason
from hembesok.values.dates import Span, add


class FollowUp(StrEnum):
    """Why a child is followed after its enrolment, or why not."""

    OWN_RECORD = "own_record"
    LEFT = "left"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    UNREACHABLE = "unreachable"
    MOVED = "moved"
    DIED = "died"
    TOO_OLD = "too_old"


AFTER: Final[Mapping[EndReason, FollowUp]] = {
    EndReason.COMPLETED: FollowUp.OWN_RECORD,
    EndReason.PROJECT_OVER: FollowUp.OWN_RECORD,
    EndReason.LEFT: FollowUp.LEFT,
    EndReason.CONSENT_WITHDRAWN: FollowUp.CONSENT_WITHDRAWN,
    EndReason.UNREACHABLE: FollowUp.UNREACHABLE,
    EndReason.MOVED: FollowUp.MOVED,
    EndReason.DIED: FollowUp.DIED,
}
"""What follows from the reason an enrolment ended with."""

FOLLOWED: Final = Span(months=42, days=-1)
"""A child is followed to the last day of the 41st month (domain handbook 3.3, lang_done)."""

GROUND: Final = "own_record_follow_up"
"""The statute the following rests on: a key of the law data (access/law.toml)."""


@dataclass(frozen=True, slots=True)
class Following:
    """What is decided of a child when its enrolment ends; `until` is None where it is not."""

    why: FollowUp
    until: date | None


def following(reason: EndReason, *, born: date, ended: date) -> Following:
    """Decide whether a child is followed after the last day in the programme, and until when."""
    why, until = AFTER[reason], add(born, FOLLOWED)
    if why is FollowUp.OWN_RECORD and ended > until:
        why = FollowUp.TOO_OLD
    return Following(why, until if why is FollowUp.OWN_RECORD else None)
