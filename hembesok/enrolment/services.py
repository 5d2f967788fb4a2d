"""Joining, moving to another programme version, and leaving."""

from datetime import date

from django.db import transaction

from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.enrolment.models import Enrolment, VersionMove
from hembesok.enrolment.rules import EndReason, why_not_end, why_not_enrol, why_not_move
from hembesok.families.models import Child
from hembesok.families.services import locked_within_reach
from hembesok.programme.models import ProgrammeVersion
from hembesok.values.refusals import refuse


@transaction.atomic
def enrol(child: Child, version: ProgrammeVersion, *, enrolled: date, by: Actor) -> Enrolment:
    """Enrol a child on a programme version. Raises Refusal when a rule forbids it."""
    child = locked_within_reach(child, by)
    already = Enrolment.objects.filter(child=child).exists()
    refuse(why_not_enrol(born=child.born, enrolled=enrolled, on=by.on, already=already))
    enrolment = Enrolment.objects.create(child=child, version=version, enrolled=enrolled)
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
    """End a child's enrolment. Raises Refusal when a rule forbids it."""
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
    note(by, "enrolment.ended", child.family.subject, str(child.number))
    return enrolment


def _steps(version: ProgrammeVersion) -> set[str]:
    return {step.key for step in version.plan.steps}
