"""What waits for a person of what is documented: two versions, signatures, promises."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import QuerySet

from hembesok.access.rules.roles import Actor
from hembesok.families.models import Child
from hembesok.visits.queries.around import Untransferred, untransferred
from hembesok.visits.queries.documentation import PromiseRow, Versions, promises_due, versions_of
from hembesok.visits.queries.worklist import View, of_view
from hembesok.visits.rows import ChildPage, StepRow

Unsigned = tuple[ChildPage, StepRow, date | None]
Waiting = TypeVar("Waiting", Versions, Untransferred)


@dataclass(frozen=True)
class Documents:
    """What waits of what is documented, and the children of whom it waits."""

    versions: Sequence[Versions]
    promises: Sequence[PromiseRow]
    transfers: Sequence[Untransferred]
    children: frozenset[int]


def waiting_documents(children: QuerySet[Child], actor: Actor) -> Documents:
    """Return what waits for this person of these children, who are those of `kept`."""
    keys = list(children.values_list("pk", flat=True))
    versions = versions_of(keys, by=actor)
    promises = promises_due(keys, on=actor.on)
    transfers = untransferred(keys, by=actor)
    waits = set(of_view(children, View.UNSIGNED, actor).values_list("pk", flat=True))
    waits |= {one.child for some in (versions, promises, transfers) for one in some}
    return Documents(versions, promises, transfers, frozenset(waits))


def lists_of(
    waiting: Documents, pages: Mapping[int, ChildPage], actor: Actor
) -> tuple[dict[str, object], list[ChildPage]]:
    """Return the four lists of the first page, and the children they tell of.

    `pages` holds at least those of whom something waits.
    """
    two_versions = _with_rows(waiting.versions, pages)
    unsigned = _unsigned(actor, [pages[key] for key in sorted(waiting.children)])
    to_transfer = _with_rows(waiting.transfers, pages)
    promised = [(pages[one.child], one) for one in waiting.promises]
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
