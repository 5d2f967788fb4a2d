"""Which visits somebody takes along, and what of them; what waits for the coordinator."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from hembesok.access.rules.roles import Actor
from hembesok.families.models import Child, Family
from hembesok.visits.models import Visit
from hembesok.visits.queries.pages import children_of
from hembesok.visits.rows import ChildPage, StepRow
from hembesok.visits.rules.closed_days import closed_in


@dataclass(frozen=True, slots=True)
class ToTake:
    """A visit to take along: the child it is for, its step, and the visit's own id."""

    child: Child
    step: str
    uid: UUID


@dataclass(frozen=True, repr=False)
class Packed:
    """A visit to take along, as its page shows it."""

    to_take: ToTake
    page: ChildPage
    row: StepRow


def is_closed(day: date) -> bool:
    """Tell whether nobody works on a day: Saturday, Sunday, or a holiday."""
    return day.weekday() > 4 or bool(closed_in([day]))


def visits_to_take(actor: Actor, *, last: date) -> Sequence[Packed]:
    """Return the booked visits of an actor's families from today to a day, soonest first.

    Of a family with protected personal data nothing is taken that could tell who or where
    it is: its code, the time and the step.
    """
    families = Family.objects.within_reach_of(actor)
    booked = Visit.objects.counted().filter(
        outcome="", child__family__in=families, booked_for__date__range=(actor.on, last)
    )
    near = {(one.child_id, one.step): one for one in booked.select_related("child__family")}
    pages = children_of(
        families.filter(pk__in={visit.child.family_id for visit in near.values()}), by=actor
    )
    found = [
        Packed(_to_take(visit), _least(page), row)
        for page in pages
        for row in page.visits_between(actor.on, last)
        if row.own and (visit := near.get((page.child.key, row.key))) is not None
    ]
    return sorted(found, key=lambda one: str(one.row.booked_for))


def _to_take(visit: Visit) -> ToTake:
    return ToTake(visit.child, visit.step, visit.uid)


def _least(page: ChildPage) -> ChildPage:
    """Return a page without what a visit can be made without."""
    page = replace(page, team=(), unplanned=(), child=replace(page.child, has_number=False))
    if not page.family.protected:
        return page
    family = replace(page.family, address="", door_note="", meeting_place="", language="")
    child = replace(page.child, given_name="")
    return replace(page, family=family, child=child, guardians=())
