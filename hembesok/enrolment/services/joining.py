"""The whole way from an offer to an enrolment, in one act: all of it is written, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from hembesok.access.rules.roles import Actor
from hembesok.enrolment.models import Enrolment, Offer
from hembesok.enrolment.rules.offering import AnswerKind, NoReason, OfferedBy
from hembesok.enrolment.services.membership import enrol
from hembesok.enrolment.services.offering import answer, judge_child, offer
from hembesok.families.models import Child, Guardian
from hembesok.programme.models import ProgrammeVersion
from hembesok.secrecy.services.consents import give_consents
from hembesok.secrecy.services.grounds import NewConsent
from hembesok.values.refusals import Reason, Refusal


@dataclass(frozen=True, slots=True, repr=False)
class NewJoining:
    """What was said when the programme was offered, all on one day.

    `how` is None where the last offer still waits for its answer, `answer` where
    the family has not answered yet. Consents and version are for a yes.
    """

    day: date
    how: OfferedBy | None
    answer: AnswerKind | None
    reason: NoReason | None = None
    consents: Sequence[tuple[Guardian, NewConsent]] = ()
    version: ProgrammeVersion | None = None


@transaction.atomic
def offer_and_enrol(child: Child, new: NewJoining, *, by: Actor) -> Enrolment | None:
    """Judge, offer, write the answer; after a yes write the consents and enrol.

    Returns the enrolment, None without a yes. Raises Refusal when a rule forbids
    any step: then none of them is written.
    """
    if not judge_child(child, by=by).eligible:
        raise Refusal(Reason("not_eligible"))
    if new.how is not None:
        offer(child, offered=new.day, how=new.how, by=by)
    if new.answer is None:
        return None
    answer(child, new.answer, answered=new.day, reason=new.reason, by=by)
    if new.answer is not AnswerKind.YES:
        return None
    give_consents(new.consents, by=by)
    if new.version is None:
        raise Refusal(Reason("version_not_chosen"))
    return enrol(child, new.version, enrolled=new.day, by=by)


def unanswered(child: Child) -> Offer | None:
    """Return the last offer of a child, if it still waits for an answer."""
    last = child.offers.order_by("pk").last()
    return None if last is None or last.answers.exists() else last
