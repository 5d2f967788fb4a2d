"""What comes after a tranche's period: report, review, retaining, and using repaid money anew."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.enrolment.rules.periods import PeriodKind, Then
from hembesok.enrolment.services.periods import decide_period, last_implementation
from hembesok.funding.models import Application, Entry, Request, Tranche, TrancheStep
from hembesok.funding.rules.deciding import (
    Answer,
    NewTranche,
    StepKind,
    why_not_answer,
    why_not_apply,
    why_not_report,
    why_not_review,
)
from hembesok.funding.rules.ledger import Kind, Line, why_not_write
from hembesok.funding.services.granting import NewDecision, open_tranche
from hembesok.funding.services.within import (
    done_before,
    locked_site,
    locked_tranche,
    phase_of_tranche,
    standing_of,
)
from hembesok.funding.services.writing import granted_again, pending_of
from hembesok.values.money import Ore
from hembesok.values.refusals import Reason, Refusal, refuse


@transaction.atomic
def report(tranche: int, *, day: date, reference: str, key: UUID, by: Actor) -> TrancheStep:
    """Write down that a tranche was reported, with the figures as they stood. Raises Refusal."""
    found = locked_tranche(tranche, by, reference)
    if (before := done_before(TrancheStep, key)) is not None:
        return before
    now = standing_of(found)
    refuse(
        why_not_report(
            phase_of_tranche(found),
            waiting=Entry.objects.filter(tranche=found).waiting().count(),
            own_waits=now,
            last=found.last,
            on=day,
        )
    )
    return _step(found, StepKind.REPORTED, day, reference, key, by, figures=asdict(now))


@transaction.atomic
def review(
    tranche: int, kind: StepKind, *, day: date, reference: str, key: UUID, by: Actor
) -> TrancheStep:
    """Write down what the state agency's review came to. Raises Refusal.

    Sent back, the tranche is open again: costs can be mended, and it is reported anew.
    """
    found = locked_tranche(tranche, by, reference)
    if (before := done_before(TrancheStep, key)) is not None:
        return before
    refuse(why_not_review(phase_of_tranche(found)))
    if kind is StepKind.REPORTED:
        raise Refusal(Reason("nothing_to_review"))
    last = found.steps.order_by("pk").last()
    if last is not None and day < last.day:
        raise Refusal(Reason("ends_before_start", {"ends": day, "starts": last.day}))
    return _step(found, kind, day, reference, key, by)


def _step(
    tranche: Tranche,
    kind: StepKind,
    day: date,
    reference: str,
    key: UUID,
    by: Actor,
    *,
    figures: dict[str, int] | None = None,
) -> TrancheStep:
    if not reference.strip():
        raise Refusal(Reason("reference_missing"))
    if day > by.on:
        raise Refusal(Reason("day_in_future", {"day": day}))
    made = TrancheStep.objects.create(
        key=key, tranche=tranche, kind=kind.value, day=day, reference=reference.strip(),
        figures=figures or {}, registered_by_id=by.staff, registered_on=by.on,
    )  # fmt: skip
    note(by, f"money.{kind.value}", f"site:{tranche.site.key}", f"tranche {tranche.pk}")
    return made


@transaction.atomic
def apply_to_retain(
    tranche: int, amount: int, *, asked: date, reference: str, key: UUID, by: Actor
) -> Application:
    """Ask to retain unspent money, in öre; it may be refused. Raises Refusal."""
    found = locked_tranche(tranche, by, reference)
    if (before := done_before(Application, key)) is not None:
        return before
    refuse(
        why_not_apply(
            standing_of(found), phase_of_tranche(found), amount=amount, pending=pending_of(found)
        )
    )
    refuse(_why_not_asked(asked, reference, by.on))
    made = Application.objects.create(
        key=key, tranche=found, amount=amount, asked=asked, reference=reference.strip(),
        registered_by_id=by.staff, registered_on=by.on,
    )  # fmt: skip
    note(by, "money.applied", f"site:{found.site.key}", f"tranche {found.pk}")
    return made


@transaction.atomic
def request_anew(
    tranche: int, amount: int, *, year: int, asked: date, reference: str, key: UUID, by: Actor
) -> Request:
    """Write down that the state agency asks the government to let repaid money be used.

    An outside event, in öre: it may come before the money is repaid. Raises Refusal.
    """
    found = locked_tranche(tranche, by, reference)
    if (before := done_before(Request, key)) is not None:
        return before
    if amount <= 0:
        raise Refusal(Reason("money_nothing"))
    if found.requests.filter(answer__isnull=True).exists():
        raise Refusal(Reason("request_waits"))
    refuse(_why_not_asked(asked, reference, by.on))
    made = Request.objects.create(
        key=key, tranche=found, amount=amount, year=year, asked=asked,
        reference=reference.strip(), registered_by_id=by.staff, registered_on=by.on,
    )  # fmt: skip
    note(by, "money.requested", f"site:{found.site.key}", f"tranche {found.pk}")
    return made


def _why_not_asked(asked: date, reference: str, on: date) -> Reason | None:
    if not reference.strip():
        return Reason("reference_missing")
    return Reason("day_in_future", {"day": asked}) if asked > on else None


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What was answered. A yes says what the new tranche is: its amount, period and purpose."""

    answer: Answer
    answered: date
    reference: str
    tranche: NewTranche | None = None


@transaction.atomic
def answer_application(application: int, new: NewAnswer, *, by: Actor) -> Tranche | None:
    """Write down the answer to an application; a yes retains the money in a new tranche.

    Raises Refusal. Returns the new tranche.
    """
    locked_site(by, new.reference)
    found = Application.objects.within_reach_of(by).filter(pk=application).first()
    if found is None:
        raise Refusal(Reason("no_such_tranche"))
    if _said_before(found, new):
        return Tranche.objects.filter(application=found).first()
    amount = _granted(found, new, found.amount, by)
    _answered(found, new, by)
    if new.tranche is None:
        return None
    made = _open_anew(found, new, new.tranche, by)
    line = Line(Kind.RETAINED, amount)
    refuse(why_not_write(standing_of(found.tranche), line, phase_of_tranche(found.tranche)))
    facts = {
        "amount": amount,
        "first": new.answered,
        "last": new.answered,
        "reference": new.reference.strip(),
        "registered_by_id": by.staff,
        "registered_on": by.on,
    }
    kept = Entry.objects.create(tranche=found.tranche, kind=Kind.RETAINED.value, **facts)
    Entry.objects.create(tranche=made, kind=Kind.CARRIED.value, source=kept, **facts)
    return made


@transaction.atomic
def answer_request(request: int, new: NewAnswer, *, by: Actor) -> Tranche | None:
    """Write down the government's answer; a yes makes a new tranche of what was repaid.

    Where the new period goes beyond the project's end, the end is moved with it. Raises
    Refusal. Returns the new tranche.
    """
    locked_site(by, new.reference)
    found = Request.objects.within_reach_of(by).filter(pk=request).first()
    if found is None:
        raise Refusal(Reason("no_such_tranche"))
    if _said_before(found, new):
        return Tranche.objects.filter(request=found).first()
    repaid = standing_of(found.tranche).repaid
    amount = _granted(found, new, found.amount, by)
    if amount > repaid - granted_again(found.tranche):
        left = Ore(repaid - granted_again(found.tranche))
        raise Refusal(Reason("granted_again_beyond_repaid_yet", {"left": left}))
    _answered(found, new, by)
    if new.tranche is None:
        return None
    made = _open_anew(found, new, new.tranche, by)
    _prolong(made, new.reference, by)
    return made


def _said_before(found: Application | Request, new: NewAnswer) -> bool:
    """Tell whether the same answer is written already: a second press changes nothing."""
    same = (found.answer, found.answered, found.answer_reference)
    return same == (new.answer.value, new.answered, new.reference.strip())


def _granted(found: Application | Request, new: NewAnswer, most: int, by: Actor) -> int:
    """Return how much a yes grants, after asking the rule."""
    if (new.answer is Answer.YES) is not (new.tranche is not None):
        raise Refusal(Reason("yes_makes_a_tranche"))
    if new.answered < found.asked:
        raise Refusal(Reason("ends_before_start", {"ends": new.answered, "starts": found.asked}))
    refuse(_why_not_asked(new.answered, new.reference, by.on))
    amount = new.tranche.amount if new.tranche else 0
    refuse(
        why_not_answer(answered=found.answer is not None, granted=amount, most=most, role=by.role)
    )
    return amount


def _answered(found: Application | Request, new: NewAnswer, by: Actor) -> None:
    found.answer, found.answered = new.answer.value, new.answered
    found.answer_reference = new.reference.strip()
    found.save(update_fields=["answer", "answered", "answer_reference"])
    note(by, "money.answered", f"site:{found.tranche.site.key}", new.answer)


def _open_anew(
    found: Application | Request, new: NewAnswer, wanted: NewTranche, by: Actor
) -> Tranche:
    before = found.tranche
    origin = {"request": found} if isinstance(found, Request) else {"application": found}
    decision = NewDecision(
        before.decision.grantor, before.decision.grant, new.reference, new.answered
    )
    return open_tranche(
        decision,
        wanted,
        before.recipient,
        key=uuid5(found.key, "tranche"),
        by=by,
        **origin,
    )


def _prolong(made: Tranche, reference: str, by: Actor) -> None:
    """Move the project's end to that of the new tranche, by the site's own periods."""
    last = last_implementation(made.site_id)
    if last is None or last.ends is None or made.last <= last.ends:
        return
    decide_period(
        made.site,
        PeriodKind.IMPLEMENTATION,
        starts=last.ends + timedelta(1),
        ends=made.last,
        decision=reference,
        then=Then(last.then),
        by=by,
    )
