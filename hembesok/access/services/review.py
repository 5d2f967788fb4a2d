"""A log reviewer writes down what became of the look at some entries."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.timezone import now

from hembesok.access.models import LogReview, Unit
from hembesok.access.queries import Period, log_of
from hembesok.access.rules.review import Verdict, may_conclude
from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.values.refusals import Reason, Refusal, refuse


def organisation_of(actor: Actor) -> int:
    """Return the organisation whose log this actor reviews."""
    return Unit.objects.values_list("organisation", flat=True).get(pk=actor.unit)


@transaction.atomic
def conclude(
    numbers: Sequence[int], period: Period, *, verdict: Verdict, comment: str, by: Actor
) -> None:
    """Mark entries of a period as reviewed, all or none; raises Refusal."""
    refuse(may_conclude(by.role, verdict, comment))
    ours = log_of(organisation_of(by), period)
    wanted = set(numbers)
    if not wanted or ours.filter(number__in=wanted).count() != len(wanted):
        raise Refusal(Reason("not_own_log"))
    at = now()
    LogReview.objects.bulk_create(
        LogReview(entry_id=number, reviewed_by_id=by.staff, at=at, verdict=verdict, comment=comment)
        for number in sorted(wanted)
    )
    note(by, "log.reviewed", f"trail:{min(wanted)}", f"{verdict} {len(wanted)}")
