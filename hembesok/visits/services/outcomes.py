"""Recording outcomes after the programme: the one write path for the form and the list."""

import json
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.timezone import localtime, now
from django.utils.translation import get_language

from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.enrolment.models import Following
from hembesok.enrolment.rules.following import GROUND
from hembesok.families.models import Child
from hembesok.families.services.reach import locked_within_reach
from hembesok.forms.answers import Answers, faults, to_response
from hembesok.forms.asking import kept
from hembesok.forms.catalogue import standalone
from hembesok.forms.questionnaire import Block, Form
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import LaterOutcome, LaterOutcomeQuerySet
from hembesok.visits.rules.outcomes_later import (
    FORM,
    How,
    OutcomeKind,
    says_no_more,
    settles,
    why_not_follow,
    why_not_record,
)


# repr=False: what is told of a person must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class NewOutcome:
    """What was found on a day; `corrects` is the key of the row it replaces."""

    kind: OutcomeKind
    day: date
    answers: Answers
    how: How = How.FORM
    corrects: int | None = None


def form_for(kind: OutcomeKind) -> tuple[Form, Block]:
    """Return the form in use for an outcome, and its one block."""
    form = standalone(FORM[kind])
    return form, form.blocks[0]


@transaction.atomic
def record_outcome(child: Child, new: NewOutcome, *, by: Actor) -> LaterOutcome:
    """Write an outcome; the same again gives what is stored, and writes nothing.

    Another finding for a day that has one is a correction, and says so. Raises Refusal.
    """
    child = locked_within_reach(child, by)
    ground = Following.objects.filter(enrolment__child=child).first()
    refuse(
        why_not_follow(
            role=by.role,
            own_unit=child.family.clinic_id == by.unit,
            until=ground.until if ground else None,
            on=by.on,
        )
    )
    refuse(why_not_record(new.kind, born=child.born, day=new.day, on=by.on))
    assert ground is not None  # noqa: S101 — told to the type checker: refused above
    form, block = form_for(new.kind)
    answers = kept(block, new.answers)
    if faults(block, answers, whole=new.how is How.FORM) or not answers:
        raise Refusal(Reason("outcome_not_whole"))
    counted = LaterOutcome.objects.counted().filter(child=child, kind=new.kind)
    same_day = counted.filter(day=new.day).first()
    if same_day is not None and says_no_more(answers, same_day.given, new.how):
        return same_day
    corrected = _corrected(counted, new)
    if same_day is not None and same_day != corrected:
        raise Refusal(Reason("outcome_that_day", {"day": new.day}))
    made = LaterOutcome.objects.create(
        child=child,
        kind=new.kind.value,
        day=new.day,
        form=form.canonical,
        answers=_sealed(form, block, answers, corrects=corrected is not None),
        settled=settles(new.kind, answers, born=child.born, day=new.day),
        how=new.how.value,
        ground=ground,
        by_id=by.staff,
        at=now(),
        corrects=corrected,
    )
    act = "outcome.recorded" if corrected is None else "outcome.corrected"
    note(by, act, child.family.subject, f"{child.number} {new.kind} {new.how}", why=GROUND)
    return made


def _corrected(counted: LaterOutcomeQuerySet, new: NewOutcome) -> LaterOutcome | None:
    if new.corrects is None:
        return None
    found = counted.filter(pk=new.corrects).first()
    if found is None:
        # Somebody else corrected it meanwhile, or it never was of this child.
        raise Refusal(Reason("outcome_corrected_already"))
    return found


def _sealed(form: Form, block: Block, answers: Answers, *, corrects: bool) -> str:
    whole = not faults(block, answers, whole=True)
    status = "amended" if corrects else "completed" if whole else "in-progress"
    language = (get_language() or "sv").partition("-")[0]
    return json.dumps(
        to_response(form, block, answers, status=status, authored=localtime(), language=language),
        ensure_ascii=False,
    )
