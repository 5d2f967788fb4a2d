"""What is asked around a visit: promises, files, what waits for the own record."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Max, Q
from django.utils.timezone import localtime

from hembesok.access.rules.roles import Actor, Service
from hembesok.access.rules.secrecy import OWNER
from hembesok.families.models import Family
from hembesok.visits.models import (
    Attachment,
    Block,
    JournalHeading,
    JournalTransfer,
    Promise,
)
from hembesok.visits.rules.documenting import Promiser
from hembesok.visits.rules.journal import GATHERED
from hembesok.visits.rules.transfer import How, days_waited


@dataclass(frozen=True, slots=True, repr=False)
class PromiseRow:
    """A promise that still stands."""

    who: Promiser
    what: str
    until: date | None


def promises_to_show(family: Family, child: int) -> tuple[PromiseRow, ...]:
    """Return the standing promises about a child, as they may be shown to its parents.

    Where the parents are protected from each other, none: what one has promised is not for
    the other's eyes, and a promise does not say whose it is.
    """
    if family.parents_apart:
        return ()
    found = Promise.objects.filter(child=child, child__family=family, result="")
    return tuple(
        PromiseRow(Promiser(one.who), one.what, one.until) for one in found.order_by("until", "pk")
    )


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a record as a site has it; an empty title is the shipped one."""

    code: str
    title: str


def headings_at(site: int, service: Service) -> tuple[Heading, ...]:
    """Return the headings of a service's record at a site, in its order."""
    named = {
        one.code: one for one in JournalHeading.objects.filter(site=site, service=service.value)
    }
    shipped = list(GATHERED[service])
    places = {
        code: (named[code].order if code in named else n, n)
        for n, code in enumerate(shipped, start=1)
    }
    return tuple(
        Heading(code, named[code].title if code in named else "")
        for code in sorted(shipped, key=lambda code: places[code])
    )


@dataclass(frozen=True, slots=True)
class Transfer:
    """That a block was carried over: who, when, how, and with how many addenda."""

    by: str
    at: datetime
    how: How
    addenda: int


def transfers_of(block: int) -> tuple[Transfer, ...]:
    """Return when a block was carried over, the latest first."""
    found = JournalTransfer.objects.filter(block=block).select_related("by").order_by("-pk")
    return tuple(Transfer(one.by.name, one.at, How(one.how), one.addenda) for one in found)


@dataclass(frozen=True, slots=True)
class Untransferred:
    """A signed block that is not in the service's record, or not with its last addendum."""

    child: int
    step: str
    days: int
    again: bool


def untransferred(children: Iterable[int], *, by: Actor) -> list[Untransferred]:
    """Return what of an actor's unit waits to be carried over, the oldest first; one query."""
    compartments = [one.value for one, service in OWNER.items() if service is by.service]
    found = (
        Block.objects.filter(
            visit__child__in=list(children),
            visit__withdrawn_at=None,
            compartment__in=compartments,
            unit=by.unit,
            signed_at__isnull=False,
        )
        .annotate(added=Count("addenda", distinct=True), carried=Max("transfers__addenda"))
        .filter(Q(carried=None) | Q(carried__lt=F("added")))
        .order_by("signed_at", "pk")
        .values_list("visit__child", "visit__step", "signed_at", "carried")
    )
    return [
        Untransferred(
            child, step, days_waited(localtime(signed).date(), by.on), carried is not None
        )
        for child, step, signed, carried in found
        if signed is not None
    ]


@dataclass(frozen=True, slots=True, repr=False)
class AttachmentRow:
    """A file to a block, as a page shows it."""

    key: int
    name: str
    media_type: str
    size: int
    by: str
    at: datetime
    withdrawn_by: str
    withdrawn_reason: str

    @property
    def standing(self) -> bool:
        """Whether it is not withdrawn."""
        return not self.withdrawn_by


def attachments_of(blocks: Iterable[int]) -> dict[int, tuple[AttachmentRow, ...]]:
    """Return the files of blocks that the asker may read, by block; contents are not fetched."""
    rows: dict[int, list[AttachmentRow]] = defaultdict(list)
    found = Attachment.objects.filter(block__in=list(blocks))
    for one in found.select_related("added_by", "withdrawn_by").order_by("pk"):
        rows[one.block_id].append(
            AttachmentRow(
                key=one.pk,
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                by=one.added_by.name,
                at=one.added_at,
                withdrawn_by=one.withdrawn_by.name if one.withdrawn_by else "",
                withdrawn_reason=one.withdrawn_reason,
            )
        )
    return {block: tuple(of_block) for block, of_block in rows.items()}
