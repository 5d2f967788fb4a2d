"""What a manager decides of a site's follow-up."""

from datetime import date

from django.db import transaction

from hembesok.access.models import Site
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.trail import note
from hembesok.delivery.measures import Measure
from hembesok.delivery.models import Goal
from hembesok.values.refusals import Reason, Refusal


@transaction.atomic
def decide_goal(
    site: Site, measure: Measure, *, percent: int | None, serves: str, starts: date,
    decision: str, by: Actor,
) -> Goal:  # fmt: skip
    """Decide what a measure is to reach from a day on; without percent it has no goal from then.

    Raises Refusal where the role decides nothing, or a goal begins on that day already.
    """
    if site.pk != by.site:
        raise Refusal(Reason("not_your_site"))
    if by.role is not Role.MANAGER:
        raise Refusal(Reason("role_decides_nothing"))
    if not decision.strip():
        raise Refusal(Reason("decision_missing"))
    Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if Goal.objects.filter(site=site, measure=measure.key, starts=starts).exists():
        raise Refusal(Reason("goal_of_that_day", {"day": starts}))
    made = Goal.objects.create(
        site=site,
        measure=measure.key,
        percent=percent,
        serves=serves.strip(),
        starts=starts,
        decision=decision.strip(),
    )
    note(by, "goal.decided", f"site:{site.key}", measure.key)
    return made
