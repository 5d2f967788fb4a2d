"""The door that every write passes: lock a family or a child, if it is within reach."""

from hembesok.access.rules.roles import Actor
from hembesok.families.models import Child, Family
from hembesok.values.refusals import Reason, Refusal


def locked_within_reach(child: Child, by: Actor) -> Child:
    """Lock a child for this transaction and return it as it is now; raises Refusal.

    Only the child and its family: whoever waited for the lock would get what is
    read together with it as it was before the waiting.
    """
    found = (
        Child.objects.select_for_update(of=("self",))
        .select_related("family")
        .filter(pk=child.pk, family__in=Family.objects.within_reach_of(by))
        .first()
    )
    if found is None:
        raise Refusal(Reason("not_within_reach"))
    return found


def locked_family(family: Family, by: Actor) -> Family:
    """Lock a family for this transaction and return it as it is now; raises Refusal."""
    found = (
        Family.objects.within_reach_of(by)
        .select_for_update(of=("self",))
        .filter(pk=family.pk)
        .first()
    )
    if found is None:
        raise Refusal(Reason("not_within_reach"))
    return found


def locked_unread(family: Family, by: Actor) -> Family:
    """Lock a family for whoever decides on its staff or protection; raises Refusal."""
    found = (
        Family.objects.handled_by(by).select_for_update(of=("self",)).filter(pk=family.pk).first()
    )
    if found is None:
        raise Refusal(Reason("not_within_reach"))
    return found
