"""A case: from the official memorandum to the board's decision, its extract and its receipts.

Nothing of how a case stands is stored: it is told from what has been done with it, in order.
Source: the chain of municipal decisions (domain handbook 6.2): memorandum, board (approve,
table, refer back, reject), minutes verified, extract dispatched to the listed parties. A
decision by delegation (KL 6 kap. 37-40 §§) stands in the board's place and is reported to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from hembesok.access.rules.roles import Role
from hembesok.agreements.rules.acting import why_not_by, why_not_on
from hembesok.agreements.rules.memoranda import Text, Union
from hembesok.values.refusals import Reason

MEETING_AHEAD: Final = timedelta(366)
"""How far ahead a board's meeting can be; beyond it the year is a slip."""


class Act(StrEnum):
    """What is done with a case."""

    WRITE = "write"
    INFORM = "inform"
    SIGN = "sign"
    SEND = "send"
    APPROVE = "approve"
    TABLE = "table"
    REFER_BACK = "refer_back"
    REJECT = "reject"
    DELEGATE = "delegate"
    VERIFY = "verify"
    AUTHORISE = "authorise"
    DISPATCH = "dispatch"
    RECEIVE = "receive"
    REPORT = "report"
    CLOSE = "close"


class CaseState(StrEnum):
    """How a case stands, in the order it is lived through."""

    PREPARING = "preparing"
    SIGNED = "signed"
    AT_BOARD = "at_board"
    TABLED = "tabled"
    APPROVED = "approved"
    REJECTED = "rejected"
    CLOSED = "closed"


_DECIDED: Final = {
    Act.APPROVE: CaseState.APPROVED,
    Act.TABLE: CaseState.TABLED,
    Act.REFER_BACK: CaseState.PREPARING,
    Act.REJECT: CaseState.REJECTED,
}
_AFTERWARDS: Final = (Act.VERIFY, Act.DISPATCH, Act.RECEIVE)

LEADS: Final = {
    CaseState.PREPARING: {
        Act.WRITE: CaseState.PREPARING,
        Act.INFORM: CaseState.PREPARING,
        Act.SIGN: CaseState.SIGNED,
    },
    CaseState.SIGNED: {
        # What is signed is not changed: who writes anew begins anew.
        Act.WRITE: CaseState.PREPARING,
        Act.SEND: CaseState.AT_BOARD,
        Act.DELEGATE: CaseState.APPROVED,
    },
    CaseState.AT_BOARD: _DECIDED,
    CaseState.TABLED: {Act.SEND: CaseState.AT_BOARD},
    CaseState.APPROVED: {
        **dict.fromkeys((*_AFTERWARDS, Act.AUTHORISE, Act.REPORT), CaseState.APPROVED),
        Act.CLOSE: CaseState.CLOSED,
    },
    CaseState.REJECTED: {
        **dict.fromkeys(_AFTERWARDS, CaseState.REJECTED),
        Act.CLOSE: CaseState.CLOSED,
    },
    CaseState.CLOSED: {},
}
"""What may be done in a state, and where it leads. What is not here is refused."""

DECIDED: Final = (CaseState.APPROVED, CaseState.REJECTED)
DECISIONS: Final = (*_DECIDED, Act.DELEGATE)
"""Acts that decide; each of them names where it is written, a paragraph or a number."""

BY_DECIDERS: Final = (*DECISIONS, Act.VERIFY, Act.AUTHORISE, Act.REPORT, Act.CLOSE)

_NEEDS_REFERENCE: Final = (*DECISIONS, Act.REPORT)
_NEEDS_WHOM: Final = (Act.AUTHORISE, Act.DISPATCH, Act.RECEIVE)
_NEEDS_WHY: Final = (Act.TABLE, Act.REFER_BACK, Act.REJECT)

_COMES_AFTER: Final = {
    **dict.fromkeys(_DECIDED, (Act.SEND,)),
    Act.DELEGATE: (Act.SIGN,),
    Act.REPORT: (Act.DELEGATE,),
    Act.VERIFY: (Act.APPROVE, Act.REJECT, Act.DELEGATE),
    Act.AUTHORISE: (Act.APPROVE, Act.DELEGATE),
    Act.DISPATCH: (Act.VERIFY,),
    Act.CLOSE: (Act.APPROVE, Act.REJECT, Act.DELEGATE),
}
"""The act, latest of its kind, whose day an act cannot be before."""


@dataclass(frozen=True, slots=True)
class Did:
    """One act: on which day, with which reference, to or for whom, and why or what was said."""

    act: Act
    day: date
    reference: str = ""
    whom: str = ""
    said: str = ""


def state_of(done: Sequence[Did]) -> CaseState:
    """Tell how a case stands from what has been done with it.

    Raises ValueError for acts that the rules would have refused: they cannot have been done.
    """
    state = CaseState.PREPARING
    for did in done:
        if did.act not in LEADS[state]:
            raise ValueError(f"{did.act} in {state}")
        state = LEADS[state][did.act]
    return state


def last(done: Sequence[Did], *acts: Act) -> Did | None:
    """Return the latest of some acts."""
    return next((did for did in reversed(done) if did.act in acts), None)


def decision_of(done: Sequence[Did]) -> Did | None:
    """Return what decided the case, once it is decided."""
    return last(done, *DECISIONS) if state_of(done) in (*DECIDED, CaseState.CLOSED) else None


def union_of(done: Sequence[Did]) -> Did | None:
    """Return when the unions were informed, or negotiated with, last."""
    return last(done, Act.INFORM)


def waiting(done: Sequence[Did], distribution: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return whom the decision has not been sent to yet, and who has not answered for it."""
    sent = {did.whom for did in done if did.act is Act.DISPATCH}
    got = {did.whom for did in done if did.act is Act.RECEIVE}
    return (
        [one for one in distribution if one not in sent],
        [one for one in distribution if one in sent and one not in got],
    )


def why_not(
    wanted: Did, done: Sequence[Did], *, text: Text | None, role: Role, on: date
) -> Reason | None:
    """Return why an act is refused, None when it may be done.

    `text` is the memorandum as it stands; None before there is one.
    """
    act, state = wanted.act, state_of(done)
    if reason := why_not_by(role, decides=act in BY_DECIDERS):
        return reason
    if act not in LEADS[state]:
        return Reason("case_not_in_state", {"state": state})
    return (
        _why_not_written(wanted)
        or _why_not_day(wanted, done, on=on)
        or _why_not_yet(wanted, done, text)
    )


def _why_not_written(wanted: Did) -> Reason | None:
    if wanted.act in _NEEDS_REFERENCE and not wanted.reference.strip():
        return Reason("reference_missing")
    if wanted.act in _NEEDS_WHOM and not wanted.whom.strip():
        return Reason("whom_missing")
    if wanted.act in _NEEDS_WHY and not wanted.said.strip():
        return Reason("reason_missing")
    if wanted.act is Act.INFORM and wanted.reference not in list(Union):
        return Reason("union_kind_missing")
    return None


def _why_not_day(wanted: Did, done: Sequence[Did], *, on: date) -> Reason | None:
    if wanted.act is Act.SEND:
        # The day is the meeting's, which is ahead when the case is sent on time.
        if wanted.day > on + MEETING_AHEAD:
            return Reason("day_too_far_ahead", {"day": wanted.day})
        signed = last(done, Act.SIGN, Act.TABLE)
        return why_not_on(min(wanted.day, on), on=on, after=signed.day if signed else None)
    first = last(done, *_COMES_AFTER.get(wanted.act, ()))
    if wanted.act is Act.RECEIVE:
        first = next(
            (d for d in reversed(done) if d.act is Act.DISPATCH and d.whom == wanted.whom), None
        )
    return why_not_on(wanted.day, on=on, after=first.day if first else None)


def _why_not_yet(wanted: Did, done: Sequence[Did], text: Text | None) -> Reason | None:
    distribution = text.distribution if text else ()
    match wanted.act:
        case Act.SIGN:
            return _why_not_sign(wanted, done, text)
        case Act.DISPATCH | Act.RECEIVE:
            return _why_not_dispatch(wanted, done, distribution)
        case Act.AUTHORISE if any(
            d.act is Act.AUTHORISE and d.whom.casefold() == wanted.whom.casefold() for d in done
        ):
            return Reason("authorised_already", {"whom": wanted.whom})
        case Act.VERIFY if last(done, Act.VERIFY):
            return Reason("verified_already")
        case Act.REPORT if not last(done, Act.DELEGATE):
            return Reason("decided_by_the_board")
        case Act.REPORT if last(done, Act.REPORT):
            return Reason("reported_already")
        case Act.CLOSE:
            return _why_not_close(done, distribution)
    return None


def _why_not_sign(wanted: Did, done: Sequence[Did], text: Text | None) -> Reason | None:
    if text is None:
        return Reason("memorandum_missing")
    if empty := text.empty:
        return Reason("memorandum_incomplete", {"parts": empty})
    if union_of(done) is None:
        return Reason("union_not_informed")
    if wanted.day < text.day:
        return Reason("day_before_what_it_needs", {"day": wanted.day, "first": text.day})
    return None


def _why_not_dispatch(
    wanted: Did, done: Sequence[Did], distribution: Sequence[str]
) -> Reason | None:
    if wanted.whom not in distribution:
        return Reason("not_on_the_list", {"whom": wanted.whom})
    if last(done, Act.VERIFY) is None:
        return Reason("minutes_not_verified")
    sent, got = waiting(done, distribution)
    if wanted.act is Act.DISPATCH:
        return None if wanted.whom in sent else Reason("sent_already", {"whom": wanted.whom})
    if wanted.whom in sent:
        return Reason("not_sent_yet", {"whom": wanted.whom})
    return None if wanted.whom in got else Reason("received_already", {"whom": wanted.whom})


def _why_not_close(done: Sequence[Did], distribution: Sequence[str]) -> Reason | None:
    if last(done, Act.VERIFY) is None:
        return Reason("minutes_not_verified")
    unsent, unanswered = waiting(done, distribution)
    if unsent or unanswered:
        return Reason("receipts_missing", {"whom": ", ".join([*unsent, *unanswered])})
    if last(done, Act.DELEGATE) and not last(done, Act.REPORT):
        return Reason("delegation_not_reported")
    return None
