"""What every act begins with: the lock, the role, and whether it has been done already."""

from typing import TypeVar
from uuid import UUID

from hembesok.access.models import Site
from hembesok.access.rules.roles import Actor
from hembesok.funding.models import Entry, Tranche
from hembesok.funding.models.once import Written
from hembesok.funding.rules.deciding import StepKind, phase_of, why_not_role, why_not_text
from hembesok.funding.rules.ledger import Phase, Standing, standing
from hembesok.values.refusals import Reason, Refusal, refuse

_M = TypeVar("_M", bound=Written)


def locked_site(by: Actor, *texts: str) -> Site:
    """Return the actor's site, locked: what is written of its money is written one at a time.

    Raises Refusal for those who write none, and for texts that name a person.
    """
    refuse(why_not_role(by.role))
    refuse(why_not_text(*texts))
    return Site.objects.select_for_update(of=("self",)).get(pk=by.site)


def locked_tranche(pk: int, by: Actor, *texts: str) -> Tranche:
    """Return a tranche of the actor's site, under the site's lock. Raises Refusal."""
    locked_site(by, *texts)
    found = Tranche.objects.within_reach_of(by).filter(pk=pk).first()
    if found is None:
        raise Refusal(Reason("no_such_tranche"))
    return found


def done_before(model: type[_M], key: UUID) -> _M | None:
    """Return what the same form has written already; to be asked under the lock."""
    return model._default_manager.filter(key=key).first()


def standing_of(tranche: Tranche) -> Standing:
    """Return where a tranche's money stands."""
    entries = Entry.objects.filter(tranche=tranche).in_force().select_related("tranche")
    return standing(entry.line for entry in entries)


def phase_of_tranche(tranche: Tranche) -> Phase:
    """Return how far a tranche has come."""
    kinds = tranche.steps.order_by("pk").values_list("kind", flat=True)
    return phase_of([StepKind(kind) for kind in kinds])
