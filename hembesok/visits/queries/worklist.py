"""The worklist: who is due, overdue or closing soon, among thousands in a constant time.

Sorting, counting and filtering are the database's, on standings kept beside each child
(`KeptStanding`). Only the rows of one page are computed. A count and its rows come from one
condition, so that they cannot differ.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.timezone import make_aware

from hembesok.access.rules.roles import Actor, Reach
from hembesok.access.rules.secrecy import Field
from hembesok.enrolment.models import Pause
from hembesok.families.models import Child, Family, Guardian, TeamMember
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.secrecy.queries import doors, mode_of
from hembesok.secrecy.rules import DocumentationMode
from hembesok.values.names import swedish_order
from hembesok.visits.models import KeptStanding, Visit
from hembesok.visits.queries.documentation import unsigned_where
from hembesok.visits.queries.pages import enrolled_of, pages_of, whole_pages
from hembesok.visits.rows import ChildPage, week_of
from hembesok.visits.standing import CLOSING_SOON_DAYS, PRESSING, standing_of

PAGE_ROWS: Final = 50
"""Rows of one page of the list: what a person looks through, and what is noted as shown."""
DAYS_AHEAD: Final = 7
"""How many days of booked visits the first page shows, today included."""
AT_ONCE: Final = 500
"""Children whose standing is computed together, so that memory stays bounded."""


class View(StrEnum):
    """What a list shows; each but ALL has a count."""

    ALL = "all"
    OVERDUE = "overdue"
    DUE = "due"
    CLOSING = "closing"
    WEEK = "week"
    UNRECORDED = "unrecorded"
    MISSED = "missed"
    UNSIGNED = "unsigned"


WITH_BASE: Final = {View.WEEK, View.UNRECORDED}
"""The views to which visits of the base programme belong too."""


class Order(StrEnum):
    """How a list is sorted."""

    URGENT = "urgent"
    NAME = "name"
    AGE = "age"


@dataclass(frozen=True)
class Asked:
    """What is asked of the list; `staff` is a member of the team, `page` counts from 1."""

    view: View = View.ALL
    search: str = ""
    staff: int | None = None
    order: Order = Order.URGENT
    page: int = 1


@dataclass(frozen=True)
class Worklist:
    """One page of the list, with the count of each view and of all."""

    rows: tuple[ChildPage, ...]
    counts: Mapping[View, int]
    total: int
    found: int
    page: int
    pages: int
    staff: tuple[tuple[int, str], ...] = field(default=())


def worklist(actor: Actor, asked: Asked) -> Worklist:
    """Return a page of the children within reach, in a constant number of queries.

    A page that does not exist is the nearest that does. Standings that are stale are computed
    first: those of whom something was written, and of whom a day has changed something.
    """
    children = kept(actor)
    holds = _conditions(children, actor)
    counted = children.aggregate(
        total=Count("pk"), **{view: Count("pk", filter=holds[view]) for view in holds}
    )
    shown = _searched(_of_team(children.filter(holds.get(asked.view, Q())), asked, actor), asked)
    found = shown.count()
    pages = max(1, -(-found // PAGE_ROWS))
    page = min(max(asked.page, 1), pages)
    keys = _keys(shown, asked.order, (page - 1) * PAGE_ROWS)
    rows = by_key(keys, by=actor)
    return Worklist(
        rows=tuple(rows[key] for key in keys),
        counts={view: counted[view] for view in holds},
        total=counted["total"],
        found=found,
        page=page,
        pages=pages,
        staff=_teams(actor),
    )


@dataclass(frozen=True)
class FirstPage:
    """What a day begins with, as keys of children in order.

    Booked within the week ahead, awaiting an outcome as far as the page of the child shows its
    reader, to do.
    """

    booked: tuple[int, ...]
    unrecorded: tuple[int, ...]
    to_do: tuple[int, ...]
    left_out: int
    """How many more there are to do than were asked for."""


def first_page(children: QuerySet[Child], actor: Actor, *, most: int) -> FirstPage:
    """Return what an actor's day begins with; of what there is to do, the `most` most urgent.

    `children` are those of `kept`.
    """
    paused = Exists(Pause.objects.filter(enrolment__child=OuterRef("pk"), ends=None))
    # What became of a visit is asked for first on the page; once is enough.
    to_do = children.filter(~paused, standing__rank__in=PRESSING, standing__next_waits=False)
    begins, ends = (
        make_aware(datetime.combine(actor.on + timedelta(days), time())) for days in (0, DAYS_AHEAD)
    )
    booked = Visit.objects.counted().filter(
        outcome="", booked_for__gte=begins, booked_for__lt=ends, child__in=children
    )
    return FirstPage(
        booked=tuple(sorted(set(booked.values_list("child", flat=True)))),
        unrecorded=tuple(
            _urgent(children.filter(Q(standing__waits_own=True) | Q(standing__waits_base=True)))
        ),
        to_do=tuple(_urgent(to_do)[:most]),
        left_out=max(0, to_do.count() - most),
    )


def kept(actor: Actor) -> QuerySet[Child]:
    """Return the children within an actor's reach, their standings true on the actor's day."""
    children = enrolled_of(Family.objects.within_reach_of(actor))
    keep(children, on=actor.on)
    if actor.reach is Reach.NAMED:
        # Some tens, found once: what is asked of them next need not ask who is named again.
        return Child.objects.filter(pk__in=list(children.values_list("pk", flat=True)))
    return children


def keep(children: QuerySet[Child], *, on: date, told: Callable[[int], None] | None = None) -> int:
    """Compute the stale standings among these children; return how many there were.

    `told` hears how many are done after each part of a long run.
    """
    changed = Coalesce(F("changes__number"), 0)
    stale = dict(
        children.annotate(changed=changed)
        .filter(
            Q(standing__isnull=True)
            | Q(standing__of__lt=F("changed"))
            | Q(standing__of__gt=F("changed"))
            | Q(standing__good_from__gt=on)
            | Q(standing__good_until__lt=on)
        )
        .values_list("pk", "changed")
    )
    # The numbers are read before what they count: whoever writes in between makes the row stale.
    for done, part in _parts(list(stale)):
        found = Child.objects.filter(pk__in=part)
        waits = unsigned_where(part, mode=DocumentationMode.IDENTIFIED)
        KeptStanding.objects.bulk_create(
            [
                _row(replace(page, unsigned=waits.get(page.child.key, ())), stale[page.child.key])
                for page in whole_pages(found, on=on)
            ],
            update_conflicts=True,
            unique_fields=["child"],
            update_fields=[f.name for f in KeptStanding._meta.fields if not f.primary_key],
        )
        if told:
            told(done)
    return len(stale)


def _parts(keys: list[int]) -> Iterator[tuple[int, list[int]]]:
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        yield start + len(part), part


def _row(page: ChildPage, changed: int) -> KeptStanding:
    values = asdict(standing_of(page))
    until = values.pop("until")
    return KeptStanding(
        child_id=page.child.key, of=changed, good_from=page.on, good_until=until, **values
    )


def by_key(keys: Iterable[int], *, by: Actor) -> dict[int, ChildPage]:
    """Return the pages of the children of a short list."""
    return {page.child.key: page for page in pages_of(Child.objects.filter(pk__in=keys), by=by)}


def _conditions(children: QuerySet[Child], actor: Actor) -> dict[View, Q]:
    return _with_base(actor, Q(family__in=_base_shown(children, actor)))


def _with_base(actor: Actor, base: Q) -> dict[View, Q]:
    """Return when a child belongs to each view; `base`: its base programme may be read."""
    first, last = week_of(actor.on)
    return {
        View.OVERDUE: Q(standing__overdue=True),
        View.DUE: Q(standing__due=True),
        View.CLOSING: Q(standing__closes__lte=actor.on + timedelta(CLOSING_SOON_DAYS)),
        View.WEEK: Q(standing__booked_own__range=(first, last))
        | Q(standing__booked_base__range=(first, last)) & base,
        View.UNRECORDED: Q(standing__waits_own=True) | Q(standing__waits_base=True) & base,
        View.MISSED: Q(standing__missed=True),
        View.UNSIGNED: _unsigned(actor),
    }


def of_view(children: QuerySet[Child], view: View, actor: Actor) -> QuerySet[Child]:
    """Return those of the children, within the actor's reach, that belong to a view."""
    base = Q(family__in=_base_shown(children, actor)) if view in WITH_BASE else Q()
    return children.filter(_with_base(actor, base)[view])


def _unsigned(actor: Actor) -> Q:
    """Return when documentation waits: a social part only where the site keeps that record."""
    if mode_of(actor.site, on=actor.on) is DocumentationMode.IDENTIFIED:
        return Q(standing__unsigned=True) | Q(standing__unwritten_social=True)
    return Q(standing__unsigned=True)


def _base_shown(children: QuerySet[Child], actor: Actor) -> list[int]:
    """Return the families whose base programme the actor may read, of those where it matters."""
    if actor.reach is not Reach.NAMED:
        return []
    matters = children.filter(
        Q(standing__waits_base=True) | Q(standing__booked_base__isnull=False)
    ).values("family")
    opened = doors(Family.objects.filter(pk__in=matters), actor)
    return [key for key, door in opened.items() if door.shows(Field.BASE_VISITS, actor, actor.on)]


def _of_team(children: QuerySet[Child], asked: Asked, actor: Actor) -> QuerySet[Child]:
    if asked.staff is None:
        return children
    theirs = TeamMember.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=actor.on), staff=asked.staff, starts__lte=actor.on
    )
    return children.filter(family__in=theirs.values("family"))


def _teams(actor: Actor) -> tuple[tuple[int, str], ...]:
    """Return who is in the teams of the families within reach, in Swedish order."""
    in_force = TeamMember.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=actor.on),
        starts__lte=actor.on,
        family__in=Family.objects.within_reach_of(actor),
    )
    found = in_force.order_by().values_list("staff", "staff__name").distinct()
    return tuple(sorted(found, key=lambda one: swedish_order(one[1])))


def _searched(children: QuerySet[Child], asked: Asked) -> QuerySet[Child]:
    """Keep those whose code or names hold what was searched for; names are sealed, so we read."""
    wanted = folded(asked.search.strip())
    if not wanted:
        return children
    # Whoever has protected personal data is not found by name, also not by the own team.
    named = children.filter(family__protection=ProtectionLevel.NONE)
    guardians = Guardian.objects.filter(family__in=named.values("family"))
    return children.filter(
        Q(pk__in=_holding(wanted, children.values_list("pk", "family__code")))
        | Q(pk__in=_holding(wanted, named.values_list("pk", "given_name")))
        | Q(family__in=_holding(wanted, guardians.values_list("family", "given_name")))
    )


def _holding(wanted: str, texts: Iterable[tuple[int, str]]) -> set[int]:
    return {key for key, text in texts if wanted in folded(text)}


def folded(text: str) -> str:
    """Return a text as it is searched for: an å is one character or an a with a ring."""
    return unicodedata.normalize("NFC", text).casefold()


def _keys(children: QuerySet[Child], order: Order, first: int) -> list[int]:
    """Return the keys of one page of rows, from the row `first`."""
    last = first + PAGE_ROWS
    if order is Order.NAME:
        names = children.order_by("family__code", "number").values_list("pk", "given_name")
        return [key for key, name in sorted(names, key=lambda one: swedish_order(one[1]))][
            first:last
        ]
    if order is Order.AGE:
        by_age = children.order_by("-born", "family__code", "number")
        return list(by_age.values_list("pk", flat=True)[first:last])
    return list(_urgent(children)[first:last])


def _urgent(children: QuerySet[Child]) -> QuerySet[Child, int]:
    by = children.order_by("standing__rank", "standing__day", "family__code", "number")
    return by.values_list("pk", flat=True)
