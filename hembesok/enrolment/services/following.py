"""What follows when enrolments end: who is followed, and whose work with the family is over."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max

from hembesok.access.law import statute
from hembesok.access.rules.roles import Actor
from hembesok.enrolment.models import Enrolment, Following
from hembesok.enrolment.rules.following import GROUND, following
from hembesok.enrolment.rules.membership import EndReason
from hembesok.families.services.closing import close_teams


def follow(ended: Iterable[Enrolment], *, by: Actor) -> None:
    """Decide of enrolments that have just ended, and close the teams of families with no other.

    Twins may end one by one: while one of a family's children is in the programme, the adviser
    is needed. Part of the transaction that ends them.
    """
    rows = [_decided(enrolment, by) for enrolment in ended]
    Following.objects.bulk_create(rows)
    families = {row.enrolment.child.family_id for row in rows}
    running = Enrolment.objects.filter(child__family__in=families, ended__isnull=True)
    over = families - set(running.values_list("child__family", flat=True))
    close_teams(_until(over), by=by)


def _decided(enrolment: Enrolment, by: Actor) -> Following:
    assert enrolment.ended is not None  # noqa: S101 — told to the type checker
    found = following(
        EndReason(enrolment.end_reason), born=enrolment.child.born, ended=enrolment.ended
    )
    return Following(
        enrolment=enrolment,
        why=found.why.value,
        until=found.until,
        statute=statute(GROUND, on=by.on) if found.until else "",
        decided=by.on,
    )


def _until(families: Iterable[int]) -> dict[int, date | None]:
    """Return the last day each family is followed: that of its youngest child."""
    last = Following.objects.filter(enrolment__child__family__in=families)
    by_family = last.values_list("enrolment__child__family").annotate(Max("until"))
    return dict.fromkeys(families) | dict(by_family)
