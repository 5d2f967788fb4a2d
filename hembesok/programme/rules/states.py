"""The ten states of a step, and what may be done in each.

Eight have a mark in the interface; `not_applicable` (the window closed before
the family joined) and `ended` (left, moved, died, project over) are written in
words. With the recorded facts fixed, upcoming, due, overdue and missed follow
each other in that order and never go back as days pass.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from hembesok.programme.rules.windows import Window


class State(StrEnum):
    """How one step stands on one day."""

    UPCOMING = "upcoming"
    DUE = "due"
    BOOKED = "booked"
    DONE = "done"
    LATE = "late"
    OVERDUE = "overdue"
    MISSED = "missed"
    DECLINED = "declined"
    NOT_APPLICABLE = "not_applicable"
    ENDED = "ended"


class Action(StrEnum):
    """What staff may do with a step."""

    BOOK = "book"
    RECORD_HELD = "record_held"
    RECORD_NOT_HELD = "record_not_held"
    RECORD_DECLINED = "record_declined"
    WITHDRAW = "withdraw"


RULES: Final[dict[State, str]] = {
    State.UPCOMING: "The window has not opened, nothing is booked.",
    State.DUE: "The window is open, nothing is booked; also after a failed attempt in the window.",
    State.BOOKED: "A visit is booked for today or later, inside the window or not.",
    State.DONE: "Held in the window, or before it opened.",
    State.LATE: "Held after the window closed.",
    State.OVERDUE: "The window has closed, not held, the grace still runs.",
    State.MISSED: "The grace is over, or nobody was home at a visit booked for a day in the grace.",
    State.DECLINED: "The family said no to this visit.",
    State.NOT_APPLICABLE: "The window closed before the family joined, and no visit was held.",
    State.ENDED: "The family has left the programme, and the step was not settled before that.",
}

_OPEN_TO: Final = frozenset(
    {
        Action.BOOK,
        Action.RECORD_HELD,
        Action.RECORD_NOT_HELD,
        Action.RECORD_DECLINED,
        Action.WITHDRAW,
    }
)
MAY: Final[dict[State, frozenset[Action]]] = {
    State.UPCOMING: _OPEN_TO - {Action.RECORD_NOT_HELD},
    State.DUE: _OPEN_TO,
    State.BOOKED: _OPEN_TO,
    State.DONE: frozenset({Action.WITHDRAW}),
    State.LATE: frozenset({Action.WITHDRAW}),
    State.OVERDUE: _OPEN_TO,
    # A visit held in time is sometimes written down after the grace; and a family that
    # missed one may still want it.
    State.MISSED: frozenset(
        {Action.BOOK, Action.RECORD_HELD, Action.RECORD_NOT_HELD, Action.WITHDRAW}
    ),
    State.DECLINED: frozenset({Action.BOOK, Action.RECORD_HELD, Action.WITHDRAW}),
    # A visit of the base programme may have been held before the family joined this one.
    State.NOT_APPLICABLE: frozenset({Action.RECORD_HELD}),
    State.ENDED: frozenset({Action.RECORD_HELD, Action.RECORD_NOT_HELD}),
}
"""What may be done in each state; taking back needs an outcome to take back.

A visit is recorded on the day it was held, or was not, so a step that is missed or has ended
still takes an outcome from before that."""

OUTCOMES: Final = frozenset({Action.RECORD_HELD, Action.RECORD_NOT_HELD, Action.RECORD_DECLINED})


def allowed(state: State, *, open_booking: bool, has_outcome: bool) -> frozenset[Action]:
    """Return what may be done with a step in a state.

    A booked visit always takes an outcome, also when the day after the state has
    gone back to upcoming or missed; and only an outcome can be taken back.
    """
    actions = MAY[state] | OUTCOMES if open_booking else MAY[state]
    return actions | {Action.WITHDRAW} if has_outcome else actions - {Action.WITHDRAW}


SETTLED: Final = frozenset(
    {State.DONE, State.LATE, State.MISSED, State.DECLINED, State.NOT_APPLICABLE}
)
"""States that leaving the programme does not change."""

MARKED: Final = tuple(state for state in State if state not in (State.NOT_APPLICABLE, State.ENDED))
"""The eight states that have a mark, in the order of the interface."""


@dataclass(frozen=True, slots=True)
class Membership:
    """When the child is in the programme: from `enrolled`, through `ended`. None is unknown."""

    enrolled: date | None = None
    ended: date | None = None

    def __post_init__(self) -> None:
        """Refuse leaving before joining."""
        if self.enrolled and self.ended and self.ended < self.enrolled:
            raise ValueError(f"ended {self.ended}, before joining {self.enrolled}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is recorded about one step. Days, or None where there is nothing.

    `booked` is a booked day without an outcome; `not_held` is the latest day on
    which nobody was home at a booked visit. A cancelled visit is no such day:
    another time can be found.
    """

    held: date | None = None
    booked: date | None = None
    declined: date | None = None
    not_held: date | None = None


NOTHING: Final = Facts()
ALWAYS: Final = Membership()


def state_on(
    window: Window, facts: Facts = NOTHING, membership: Membership = ALWAYS, *, on: date
) -> State:
    """Return the state of one step on one day.

    Facts of days after `on` are ignored, save a booking, which is about the
    future. The day of leaving is the last day of membership for facts, and
    the first on which an unsettled step reads `ended`.
    """
    if membership.ended is None or on < membership.ended:
        return _while_member(window, facts, membership, on)
    last = _while_member(window, facts, membership, membership.ended)
    return last if last in SETTLED else State.ENDED


def _while_member(window: Window, facts: Facts, membership: Membership, on: date) -> State:
    if facts.held is not None and facts.held <= on:
        return State.DONE if facts.held <= window.closes else State.LATE
    if membership.enrolled is not None and window.closes < membership.enrolled:
        return State.NOT_APPLICABLE
    if facts.booked is not None and facts.booked >= on:
        return State.BOOKED
    if facts.declined is not None and facts.declined <= on:
        return State.DECLINED
    return _by_the_calendar(window, facts, on)


def _by_the_calendar(window: Window, facts: Facts, on: date) -> State:
    if on < window.opens:
        return State.UPCOMING
    if on <= window.closes:
        return State.DUE
    failed_in_grace = facts.not_held is not None and window.closes < facts.not_held <= on
    return State.MISSED if failed_in_grace or on > window.grace_ends else State.OVERDUE
