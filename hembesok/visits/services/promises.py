"""Promises made at a visit, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.timezone import now

from hembesok.access.services.trail import note
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import Promise, Visit
from hembesok.visits.queries.places import Place
from hembesok.visits.rules.documenting import Promiser, PromiseResult, why_not_promise


@dataclass(frozen=True, slots=True, repr=False)
class NewPromise:
    """Something promised at the visit."""

    who: Promiser
    what: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class PromiseSettled:
    """What became of an earlier promise, by its database key."""

    promise: int
    result: PromiseResult


def make_promises(
    place: Place, visit: Visit, wanted: Iterable[NewPromise], *, command: UUID | None
) -> None:
    """Write promises down; one that stands already, word for word, is not written again.

    Raises Refusal.
    """
    standing = {
        (one.who, one.what, one.until) for one in Promise.objects.filter(visit=visit, result="")
    }
    for promise in wanted:
        what = promise.what.strip()
        refuse(why_not_promise(what, promise.until, on=place.by.on))
        if (promise.who, what, promise.until) in standing:
            continue
        made = Promise.objects.create(
            child=place.child,
            visit=visit,
            who=promise.who.value,
            what=what,
            until=promise.until,
            made_at=now(),
            made_by_id=place.by.staff,
            command=command,
        )
        note(place.by, "promise.made", place.child.family.subject, f"{place.detail} {made.pk}")


def settle_promises(place: Place, wanted: Iterable[PromiseSettled]) -> None:
    """Write what became of earlier promises; one that is settled already stays. Raises Refusal."""
    for one in wanted:
        promise = Promise.objects.filter(child=place.child, pk=one.promise).first()
        if promise is None:
            raise Refusal(Reason("promise_not_known"))
        if promise.result:
            continue
        promise.result, promise.settled = one.result.value, place.by.on
        promise.settled_by_id = place.by.staff
        promise.save(update_fields=["result", "settled", "settled_by"])
        detail = f"{place.detail} {promise.pk} {one.result}"
        note(place.by, "promise.settled", place.child.family.subject, detail)
