"""What waits for a person of what is documented: two versions, signatures, promises."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from hembesok.access.rules.roles import Actor
from hembesok.visits.queries.around import Untransferred, untransferred
from hembesok.visits.queries.documentation import Versions, promises_due, versions_of
from hembesok.visits.queries.worklist import View, in_order, kept, of_view
from hembesok.visits.rows import ChildPage, StepRow

Unsigned = tuple[ChildPage, StepRow, date | None]
Waiting = TypeVar("Waiting", Versions, Untransferred)


def waiting_documents(actor: Actor) -> tuple[dict[str, object], list[ChildPage]]:
    """Return the four lists of the first page, and the children they tell of.

    Only the children of whom something waits are computed.
    """
    children = kept(actor)
    keys = list(children.values_list("pk", flat=True))
    versions = versions_of(keys, by=actor)
    promises = promises_due(keys, on=actor.on)
    transfers = untransferred(keys, by=actor)
    waits = set(of_view(children, View.UNSIGNED, actor).values_list("pk", flat=True))
    waits |= {one.child for some in (versions, promises, transfers) for one in some}
    pages = {page.child.key: page for page in in_order(sorted(waits), by=actor)}
    two_versions = _with_rows(versions, pages)
    unsigned = _unsigned(actor, list(pages.values()))
    to_transfer = _with_rows(transfers, pages)
    promised = [(pages[one.child], one) for one in promises]
    told = [
        *(page for page, _row, _one in two_versions),
        *(page for page, _row, _day in unsigned),
        *(page for page, _row, _one in to_transfer),
        *(page for page, _one in promised),
    ]
    lists = {
        "versions": two_versions,
        "unsigned": unsigned,
        "transfers": to_transfer,
        "promised": promised,
    }
    return lists, told


def _with_rows(
    some: Iterable[Waiting], pages: Mapping[int, ChildPage]
) -> list[tuple[ChildPage, StepRow, Waiting]]:
    """Give each its child's page and the row of its step, as far as the reader sees that."""
    return [(pages[one.child], row, one) for one in some if (row := pages[one.child].row(one.step))]


def _unsigned(actor: Actor, pages: Sequence[ChildPage]) -> list[Unsigned]:
    """Return the visits that wait for this person's signature, once each, the oldest first."""
    found: dict[tuple[int, str], Unsigned] = {}
    for page in pages:
        for one in page.unsigned:
            if one.waits_for(actor) and (row := page.row(one.step)):
                found.setdefault((page.child.key, row.key), (page, row, one.day))
    return sorted(found.values(), key=lambda one: one[2] or date.max)
