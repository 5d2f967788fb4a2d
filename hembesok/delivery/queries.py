"""What is asked of a site's follow-up: by whoever sees its children, and by whoever does not.

Figures are computed afresh at each look. The overview's are kept for the day, until anything
that a child's states rest on has changed: the database itself counts those changes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Count, Sum

from hembesok.access.models import Assignment, Site
from hembesok.access.rules.roles import Actor, Reach, Role
from hembesok.analysis.contract import TABLES
from hembesok.analysis.engines.embedded import DuckDB
from hembesok.analysis.one_site import Answered, answered
from hembesok.delivery import leaving
from hembesok.delivery.measures import FIRST, MEASURES, Measure
from hembesok.delivery.models import Goal
from hembesok.delivery.tables import LARGEST, NoVersionError, Protected, Wanted, make
from hembesok.delivery.through_django import DjangoSource
from hembesok.delivery.told import Told, told, with_goal
from hembesok.enrolment.models import Answer
from hembesok.families.models import Child
from hembesok.programme.rules.protocol import Words
from hembesok.visits.models import Attendance, InterpreterBooking

MEMORY: Final = "256MB"
COST: Final = "cost_per_visit"
ACROSS: Final = (Role.MANAGER, Role.STATE_CASE_OFFICER)
"""The roles that compare sites: all those where the person has the role."""


@dataclass(frozen=True)
class SiteFollowUp:
    """What is told of a site's measures to one who asks.

    `absent` are the measures of which nothing is collected, or nothing may be told. `others` are
    children on other versions of the programme, who are not counted; `exact` tells whether
    all counts are there, or those that may leave the unit.
    """

    site: str
    told: Mapping[str, Told]
    absent: tuple[Measure, ...]
    goals: Mapping[str, Goal]
    exact: bool
    others: int = 0
    titles: Mapping[str, Words] = field(default_factory=dict)
    """What the programme calls its steps, by key."""
    cost: tuple[int, int] | None = None
    """What all has cost, in öre, and how many visits were held; for those who see exact counts."""


@dataclass(frozen=True)
class _Computed:
    answered: Answered
    others: int
    titles: Mapping[str, Words]


def follow_up(actor: Actor, site: Site) -> SiteFollowUp:
    """Return a site's follow-up for a person: exact for whoever reaches all its families."""
    goals = goals_of(site.pk, actor.on)
    if actor.reach is Reach.SITE and actor.site == site.pk:
        return _inside(site, actor.on, goals)
    return _outside(site, actor.on, goals)


def first_measures(actor: Actor, site: Site) -> list[Told]:
    """Return the four of the overview, kept for the day while nothing has changed."""
    stamp = (actor.on, _changes(site.pk))
    kept = _KEPT.get(site.pk)
    if kept is None or kept[0] != stamp:
        found = _inside(site, actor.on, {})
        kept = stamp, [found.told[key] for key in FIRST if key in found.told]
        while len(_KEPT) >= _MOST_SITES:
            _KEPT.pop(next(iter(_KEPT)), None)
        _KEPT[site.pk] = kept
    goals = goals_of(site.pk, actor.on)
    return [with_goal(one, _share(goals.get(one.measure.key))) for one in kept[1]]


def forget() -> None:
    """Let go of what is kept, for benchmarks and tests."""
    _KEPT.clear()


_KEPT: dict[int, tuple[object, list[Told]]] = {}
_MOST_SITES: Final = 32


def _changes(site: int) -> tuple[object, ...]:
    """Return what differs when anything was written that the four rest on: four queries.

    Visits, enrolments and children are counted by the database (`visits.models.Changes`); of
    what is written beside them the number tells, as nothing of it is taken away.
    """
    children = Child.objects.filter(family__site=site)
    found = children.aggregate(changes=Sum("changes__number"), children=Count("pk"))
    came = InterpreterBooking.objects.filter(visit__child__family__site=site)
    return (
        *found.values(),
        Answer.objects.filter(offer__child__family__site=site).count(),
        Attendance.objects.filter(visit__child__family__site=site).count(),
        tuple(came.values_list("came").annotate(n=Count("pk")).order_by("came")),
    )


def goals_of(site: int, on: date) -> dict[str, Goal]:
    """Return the goals of a site that count on a day, by measure."""
    begun = Goal.objects.filter(site=site, starts__lte=on).order_by("starts")
    latest = {goal.measure: goal for goal in begun}
    return {key: goal for key, goal in latest.items() if goal.percent is not None}


def sites_across(actor: Actor) -> list[Site]:
    """Return the sites that a person may compare: where it has the same role today."""
    if actor.role not in ACROSS:
        return []
    mine = Assignment.objects.filter(staff=actor.staff, role=actor.role, starts__lte=actor.on)
    mine = mine.exclude(ends__lt=actor.on)
    return list(Site.objects.filter(pk__in=mine.values("site")).order_by("name"))


def _inside(site: Site, on: date, goals: Mapping[str, Goal]) -> SiteFollowUp:
    computed = _compute(site.pk, on, Protected.WITHOUT_PLACE)
    if computed is None:
        return SiteFollowUp(site.key, {}, MEASURES, goals, exact=True)
    collected = {one.key for one in computed.answered.indicators}
    found = {
        one.key: told(one, computed.answered, on, _share(goals.get(one.key)))
        for one in MEASURES
        if one.key in collected
    }
    absent = tuple(one for one in MEASURES if one.key not in found)
    return SiteFollowUp(
        site.key,
        found,
        absent,
        goals,
        exact=True,
        others=computed.others,
        titles=computed.titles,
        cost=_cost(computed.answered),
    )


def _cost(found: Answered) -> tuple[int, int] | None:
    whole = (f for f in found.figures if f.indicator == COST and not f.by and f.denominator)
    return next(((f.numerator, f.denominator) for f in whole), None)


def _outside(site: Site, on: date, goals: Mapping[str, Goal]) -> SiteFollowUp:
    left = leaving.left_of(site.pk)
    if not leaving.is_made(left, on):
        computed = _compute(site.pk, on, Protected.LEFT_OUT)
        if computed is not None:
            collected = {one.key for one in computed.answered.indicators}
            chosen = [one for one in MEASURES if one.key in collected]
            left = leaving.let_leave(site.pk, computed.answered, chosen, on)
    found = {}
    for one in MEASURES:
        of_it = leaving.told_outside(one, left.get(one.key, ()), _share(goals.get(one.key)))
        if of_it is not None:
            found[one.key] = of_it
    absent = tuple(one for one in MEASURES if one.key not in found)
    return SiteFollowUp(site.key, found, absent, goals, exact=False)


def _share(goal: Goal | None) -> float | None:
    return None if goal is None or goal.percent is None else goal.percent / 100


def _compute(site: int, on: date, protected: Protected) -> _Computed | None:
    """Count everything afresh; None where no programme is published."""
    with _engine() as engine:
        wanted = Wanted(on, version=LARGEST, protected=protected)
        try:
            made = make(engine.connection, DjangoSource(site), wanted)
        except NoVersionError:
            return None
        for table in TABLES:
            query = made.query(table.name)
            engine.connection.execute(f'CREATE TEMP TABLE "{table.name}" AS {query}')
        own = tuple(item for item in made.steps if item.own)
        # From a sum that is known and what it is for each visit, the visits can be told: what
        # leaves the unit has no cost of a visit.
        inside = protected is Protected.WITHOUT_PLACE
        asked = [one.key for one in MEASURES] + [COST] * inside
        found = answered(engine, own, on, asked)
    return _Computed(found, made.others, {item.key: item.step.title for item in own})


@contextmanager
def _engine() -> Iterator[DuckDB]:
    """Give an engine in memory: of a site's rows nothing is left on any disk."""
    engine = DuckDB(threads=1, memory=MEMORY)
    try:
        yield engine
    finally:
        engine.close()
