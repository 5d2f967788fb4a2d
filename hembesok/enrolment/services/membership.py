"""Joining, pausing, moving to another programme version, and leaving."""

from datetime import date

from django.db import transaction

from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.enrolment.models import Enrolment, Pause, VersionMove
from hembesok.enrolment.rules.membership import (
    EndReason,
    PauseReason,
    Steps,
    why_not_end,
    why_not_enrol,
    why_not_move,
    why_not_pause,
)
from hembesok.enrolment.rules.offering import AnswerKind
from hembesok.enrolment.services.following import follow
from hembesok.enrolment.services.offering import standing
from hembesok.enrolment.services.periods import enrolment_period
from hembesok.families.models import Child
from hembesok.families.services.closing import keep_open
from hembesok.families.services.reach import locked_within_reach
from hembesok.programme.models import ProgrammeVersion
from hembesok.secrecy.rules import Purpose
from hembesok.secrecy.services.grounds import consented
from hembesok.values.refusals import Reason, Refusal, refuse


@transaction.atomic
def enrol(child: Child, version: ProgrammeVersion, *, enrolled: date, by: Actor) -> Enrolment:
    """Enrol a child on a programme version. Raises Refusal when a rule forbids it."""
    child = locked_within_reach(child, by)
    refuse(why_not_enrol(_steps_to(child, enrolled), enrolled=enrolled, on=by.on))
    enrolment = Enrolment.objects.create(child=child, version=version, enrolled=enrolled)
    keep_open(child.family, by=by)
    note(by, "enrolment.begun", child.family.subject, f"{child.number} {version}")
    return enrolment


@transaction.atomic
def move_to_version(
    enrolment: Enrolment, version: ProgrammeVersion, *, reason: str, by: Actor
) -> Enrolment:
    """Move a child to another version of its programme; visits stay as they are recorded.

    Raises Refusal when a rule forbids it; a move without a reason is refused.
    """
    child = locked_within_reach(enrolment.child, by)
    enrolment = Enrolment.objects.select_related("version").get(child=child)
    refuse(
        why_not_move(
            reason=reason,
            same=enrolment.version_id == version.pk,
            programme_same=enrolment.version.key == version.key,
            ended=enrolment.ended is not None,
            lacking=_steps(enrolment.version) - _steps(version),
        )
    )
    VersionMove.objects.create(
        enrolment=enrolment,
        source=enrolment.version,
        target=version,
        reason=reason.strip(),
        moved_on=by.on,
        moved_by_id=by.staff,
    )
    enrolment.version = version
    enrolment.save(update_fields=["version"])
    note(by, "enrolment.moved", child.family.subject, f"{child.number} {version}")
    return enrolment


@transaction.atomic
def end(enrolment: Enrolment, *, ended: date, reason: EndReason, by: Actor) -> Enrolment:
    """End a child's enrolment; what follows for the child and the team is decided with it.

    Raises Refusal when a rule forbids it.
    """
    child = locked_within_reach(enrolment.child, by)
    enrolment = Enrolment.objects.get(child=child)
    refuse(
        why_not_end(
            enrolled=enrolment.enrolled,
            ended=ended,
            on=by.on,
            already=enrolment.ended is not None,
        )
    )
    enrolment.ended, enrolment.end_reason = ended, reason
    enrolment.save(update_fields=["ended", "end_reason"])
    enrolment.pauses.filter(ends__isnull=True).update(ends=max(ended, by.on))
    note(by, "enrolment.ended", child.family.subject, str(child.number))
    follow([enrolment], by=by)
    return enrolment


def _steps_to(child: Child, enrolled: date) -> Steps:
    """Return how far a child has come on the way to being enrolled on a day."""
    verdict = standing(child)
    offered = child.offers.order_by("pk").last()
    said = offered.answers.order_by("pk").last() if offered else None
    period = enrolment_period(child.family.site_id, on=enrolled)
    return Steps(
        born=child.born,
        eligible=verdict.eligible if verdict else None,
        offered=offered.offered if offered else None,
        said_yes=said.answered if said and said.answer == AnswerKind.YES else None,
        consented=consented(child.family, Purpose.TAKE_PART, on=enrolled),
        already=Enrolment.objects.filter(child=child).exists(),
        period=period.period if period else None,
    )


@transaction.atomic
def pause(enrolment: Enrolment, *, starts: date, reason: PauseReason, by: Actor) -> Pause:
    """Pause a family's visits from a day. Raises Refusal when a rule forbids it."""
    child = locked_within_reach(enrolment.child, by)
    enrolment = Enrolment.objects.get(child=child)
    refuse(
        why_not_pause(
            starts=starts,
            enrolled=enrolment.enrolled,
            ended=enrolment.ended is not None,
            paused=enrolment.pauses.filter(ends__isnull=True).exists(),
            on=by.on,
        )
    )
    made = Pause.objects.create(enrolment=enrolment, starts=starts, reason=reason.value)
    note(by, "enrolment.paused", child.family.subject, str(child.number))
    return made


@transaction.atomic
def resume(enrolment: Enrolment, *, by: Actor) -> Pause:
    """End the pause of an enrolment today. Raises Refusal where there is none."""
    child = locked_within_reach(enrolment.child, by)
    paused = Pause.objects.filter(enrolment__child=child, ends__isnull=True).first()
    if paused is None:
        raise Refusal(Reason("not_paused"))
    paused.ends = by.on
    paused.save(update_fields=["ends"])
    note(by, "enrolment.resumed", child.family.subject, str(child.number))
    return paused


def _steps(version: ProgrammeVersion) -> set[str]:
    return {step.key for step in version.plan.steps}
