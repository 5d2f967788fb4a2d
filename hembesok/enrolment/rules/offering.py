"""Offering the programme, and the answers to it; values only."""

from datetime import date
from enum import StrEnum

from hembesok.access.rules.roles import TEAM, Role
from hembesok.values.refusals import Reason


class OfferedBy(StrEnum):
    """How the programme was offered."""

    AT_HOME = "at_home"
    AT_CLINIC = "at_clinic"
    PHONE = "phone"
    LETTER = "letter"
    MATERNITY_CARE = "maternity_care"


class AnswerKind(StrEnum):
    """What a family answered; the last answer counts."""

    YES = "yes"
    NO = "no"
    LATER = "later"
    UNREACHABLE = "unreachable"


class NoReason(StrEnum):
    """Why a family said no or later, if it said."""

    NOT_SAID = "not_said"
    NO_NEED = "no_need"
    NO_TIME = "no_time"
    NOT_AT_HOME = "not_at_home"
    MOVING = "moving"
    MISTRUST = "mistrust"
    OTHER_SUPPORT = "other_support"


def why_not_offer(
    *, role: Role, offered: date, born: date, on: date, eligible: bool | None, enrolled: bool
) -> Reason | None:
    """Return why the programme may not be offered, or None."""
    if role not in TEAM:
        return Reason("role_offers_nothing")
    if enrolled:
        return Reason("already_enrolled")
    if offered > on:
        return Reason("day_in_future", {"day": offered})
    if not eligible:
        return Reason("not_eligible")
    return None


def why_not_answer(*, offered: date, answered: date, on: date, enrolled: bool) -> Reason | None:
    """Return why an answer may not be written down, or None."""
    if enrolled:
        return Reason("already_enrolled")
    if answered > on:
        return Reason("day_in_future", {"day": answered})
    if answered < offered:
        return Reason("answer_before_offer", {"day": answered, "offered": offered})
    return None
