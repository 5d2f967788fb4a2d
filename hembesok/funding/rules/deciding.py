"""Who may write of a site's money, and in which order what is decided about it may come.

Source: domain handbook 6.1; user stories 3 and 15. Money is written by one person and attested by
another, so that nobody pays alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from hembesok.access.rules.roles import Role
from hembesok.funding.rules.ledger import Phase, Standing, Term
from hembesok.values.money import Ore
from hembesok.values.refusals import Reason

WRITERS: Final = (Role.ECONOMIST, Role.MANAGER)
READERS: Final = (*WRITERS, Role.COORDINATOR)
"""Who sees a site's money row by row; the state's case officer sees sums."""


class CostType(StrEnum):
    """What a cost is for."""

    SALARY = "salary"
    TRAVEL = "travel"
    INTERPRETER = "interpreter"
    PREMISES = "premises"
    MATERIAL = "material"
    TRAINING = "training"
    OVERHEAD = "overhead"
    OTHER = "other"


class Milestone(StrEnum):
    """What came before the money, each with a day and a reference."""

    MANDATE = "mandate"
    SITE_CHOICE = "site_choice"
    EVALUATOR = "evaluator"


class StepKind(StrEnum):
    """What a tranche has been through after its period."""

    REPORTED = "reported"
    APPROVED = "approved"
    SENT_BACK = "sent_back"


class Answer(StrEnum):
    """What was answered to an application or a request."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class NewTranche:
    """What a decision says of one year's money. Amounts in öre; days belong to the period."""

    amount: int
    year: int
    purpose: str
    purposes: frozenset[CostType]
    first: date
    last: date
    claim_by: date
    report_by: date


def why_not_role(role: Role) -> Reason | None:
    """Return why somebody may not write of money, or None."""
    return None if role in WRITERS else Reason("role_writes_no_money")


def why_not_open(new: NewTranche) -> Reason | None:
    """Return why a decision cannot be written down as it is, or None."""
    if new.amount <= 0:
        return Reason("money_nothing")
    if new.last < new.first:
        return Reason("ends_before_start", {"ends": new.last, "starts": new.first})
    if not new.purposes:
        return Reason("purpose_missing")
    if new.claim_by < new.first:
        return Reason("claim_by_before_start", {"day": new.claim_by, "first": new.first})
    if new.report_by <= new.last:
        return Reason("report_before_end", {"day": new.report_by, "last": new.last})
    return None


def why_not_claim(term: Term, day: date) -> Reason | None:
    """Return why money may not be claimed on a day any more, or None."""
    return Reason("claim_too_late", {"day": term.claim_by}) if day > term.claim_by else None


def why_not_attest(*, by: int, registrar: int, withdrawn: bool) -> Reason | None:
    """Return why somebody may not attest an entry, or None; the people are database keys."""
    if by == registrar:
        return Reason("attester_is_registrar")
    return Reason("entry_taken_back") if withdrawn else None


def phase_of(steps: Sequence[StepKind]) -> Phase:
    """Return how far a tranche has come by its steps in their order."""
    match steps[-1] if steps else StepKind.SENT_BACK:
        case StepKind.REPORTED:
            return Phase.REPORTED
        case StepKind.APPROVED:
            return Phase.APPROVED
        case _:
            return Phase.OPEN


def why_not_report(
    phase: Phase, *, waiting: int, own_waits: Standing, last: date, on: date
) -> Reason | None:
    """Return why a tranche cannot be reported yet, or None; `waiting` entries are not attested."""
    if phase is not Phase.OPEN:
        return Reason("tranche_reported")
    if on <= last:
        return Reason("tranche_not_over", {"last": last})
    if waiting:
        return Reason("entries_wait", {"count": waiting})
    if own_waits.with_provider < 0:
        return Reason("provider_waits", {"amount": Ore(-own_waits.with_provider)})
    return None


def why_not_review(phase: Phase) -> Reason | None:
    """Return why the state agency's review cannot be written down, or None."""
    return None if phase is Phase.REPORTED else Reason("nothing_to_review")


def why_not_apply(now: Standing, phase: Phase, *, amount: int, pending: int) -> Reason | None:
    """Return why it cannot be asked to retain money, or None. `pending` is asked for already."""
    if phase is Phase.OPEN:
        return Reason("tranche_not_reported")
    if amount <= 0:
        return Reason("money_nothing")
    free = now.undecided - pending
    return Reason("beyond_undecided", {"free": Ore(max(free, 0))}) if amount > free else None


def why_not_repay(now: Standing, *, amount: int, pending: int) -> Reason | None:
    """Return why so much cannot be repaid while an application waits for its answer, or None."""
    free = now.undecided - pending
    if pending and amount > free:
        return Reason("application_waits", {"free": Ore(max(free, 0))})
    return None


def why_not_answer(*, answered: bool, granted: int, most: int, role: Role) -> Reason | None:
    """Return why an answer cannot be written down, or None. Öre; `granted` is 0 with a no.

    A yes moves the project's end, which is the manager's to decide.
    """
    if answered:
        return Reason("answered_already")
    if granted and role is not Role.MANAGER:
        return Reason("role_decides_nothing")
    return Reason("beyond_asked", {"most": Ore(most)}) if granted > most else None


def why_not_take_back_repaid(*, repaid: int, granted_again: int) -> Reason | None:
    """Return why a repayment cannot be taken back: what was granted anew rests on it. Öre."""
    return Reason("granted_again_beyond_repaid") if granted_again > repaid else None


_FAMILY_CODE: Final = re.compile(r"\b[A-ZÅÄÖ]-\d{4}\b")
_IDENTITY: Final = re.compile(r"\b(?:\d{2})?\d{6}[-+]?\d{4}\b", re.ASCII)


def why_not_text(*texts: str) -> Reason | None:
    """Return why a text may not stand in the ledger: money is about no person."""
    if any(_FAMILY_CODE.search(text) for text in texts):
        return Reason("money_names_family")
    return Reason("money_names_person") if any(map(_IDENTITY.search, texts)) else None
