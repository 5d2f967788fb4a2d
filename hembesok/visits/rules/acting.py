"""When a visit may be booked or recorded. Values only; the day is an argument."""

from datetime import date
from enum import StrEnum

from hembesok.access.rules.roles import VISITORS, Role
from hembesok.programme.rules.states import Action, Membership, State, allowed
from hembesok.values.refusals import Reason


class Outcome(StrEnum):
    """What became of a visit."""

    HELD = "held"
    NOT_HELD = "not_held"
    DECLINED = "declined"


class NotHeldReason(StrEnum):
    """Why a visit was not held."""

    NO_ONE_HOME = "no_one_home"
    CANCELLED_BY_FAMILY = "cancelled_by_family"
    CANCELLED_BY_STAFF = "cancelled_by_staff"


LONGEST_AHEAD_DAYS = 366
"""How far ahead a visit may be booked: a year, as a slip in the year is the usual mistake."""


def may_act(action: Action, role: Role, *, own: bool) -> bool:
    """Tell whether a role may ever do this with a step of the programme, or of its base."""
    if not own:
        return role is Role.CHILD_HEALTH_NURSE
    return role in VISITORS or (action is Action.BOOK and role is Role.COORDINATOR)


def why_not(
    action: Action, state: State, role: Role, *, own: bool, open_booking: bool, has_outcome: bool
) -> Reason | None:
    """Return why an action is refused in a state, or None; `own` is a step of the programme itself.

    Those who visit and the coordinator may book visits of the programme; what
    became of a visit is written by those who visit. The base programme is the child health
    service's alone: its visits stand in the health record.
    """
    if not may_act(action, role, own=own):
        return Reason("role_may_not", {"role": role})
    if action in allowed(state, open_booking=open_booking, has_outcome=has_outcome):
        return None
    if action is Action.WITHDRAW:
        return Reason("nothing_to_withdraw")
    return Reason("not_in_state", {"action": action, "state": state})


def why_not_book(day: date, *, on: date, membership: Membership) -> Reason | None:
    """Return why a visit may not be booked for a day, or None."""
    if day < on:
        return Reason("day_has_passed", {"day": day})
    if (day - on).days > LONGEST_AHEAD_DAYS:
        return Reason("day_too_far_ahead", {"day": day})
    if membership.ended is not None:
        return Reason("enrolment_ended")
    return None


def why_not_record(day: date, *, born: date, on: date, membership: Membership) -> Reason | None:
    """Return why an outcome may not be recorded on a day, or None."""
    if day > on:
        return Reason("day_in_future", {"day": day})
    if day < born:
        return Reason("day_before_birth", {"day": day, "born": born})
    if membership.ended is not None and day > membership.ended:
        return Reason("day_after_end", {"day": day, "ended": membership.ended})
    return None
