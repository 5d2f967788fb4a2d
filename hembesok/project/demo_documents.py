"""What the demo's visits are documented with: signed, begun, two versions, and promises.

All of it invented, and written through the service that the pages use.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Final

from hembesok.access.models import Assignment, Site, Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.rules.secrecy import Compartment
from hembesok.access.services.assignments import actor_for
from hembesok.families.models import Child, Family
from hembesok.forms.answers import NOT_ASKED, Answers, faults
from hembesok.forms.questionnaire import FREE_TEXT, NUMBERS, Block, Item, ItemType
from hembesok.forms.unasked import Given
from hembesok.visits.models import Promise
from hembesok.visits.queries.pages import children_of
from hembesok.visits.queries.places import place_of
from hembesok.visits.rules.acting import Outcome
from hembesok.visits.rules.documenting import (
    Facts,
    PersonKey,
    PersonKind,
    Promiser,
    PromiseResult,
)
from hembesok.visits.rules.parts import Came
from hembesok.visits.services.documenting import BlockIn, Submission, document
from hembesok.visits.services.promises import NewPromise, PromiseSettled

PAIR: Final = ("maria.ek", "leila.nur")
"""The nurse and the adviser whose visits are documented."""
RECENT: Final = timedelta(120)
SIGNED: Final = 4

_JOINT: Final = "Föräldrarna undrade om sömn. Vi pratade om rutiner på kvällen."
_HEALTH: Final = "Barnet växer som väntat. Fått råd om D-droppar."
_SOCIAL: Final = "Familjen vill följa med till öppna förskolan."
_OTHER: Final = "Föräldrarna undrade om sömn och om förskola. Vi bokade ett besök tillsammans."


@dataclass(frozen=True, repr=False)
class _Visit:
    child: Child
    step: str
    day: date
    nurse: Actor
    adviser: Actor

    @property
    def facts(self) -> Facts:
        """Held, with both, the birth parent and an interpreter where one is needed."""
        people = {PersonKey(PersonKind.NURSE), PersonKey(PersonKind.ADVISER)}
        people |= {
            PersonKey(PersonKind.GUARDIAN, one.number)
            for one in self.child.family.guardians.all()[:1]
        }
        came = Came.ON_TIME if self.child.family.interpreter_needed else None
        return Facts(Outcome.HELD, self.day, time(10, 2), time(11, 5), frozenset(people), came)


def load(site: Site, staff: Mapping[str, Staff], *, on: date) -> None:
    """Document the latest visits of one pair as they stand on a day."""
    nurse, adviser = (_actor(staff[login], site, on) for login in PAIR)
    visits = list(_visits(nurse, adviser))
    for visit in visits[2:]:
        _sign(visit)
    if len(visits) > SIGNED:
        _promises(visits[2], visits[3])
    for visit, begin in zip(visits, (_begin, _two_versions), strict=False):
        begin(visit)


def _actor(who: Staff, site: Site, on: date) -> Actor:
    visits = (Role.CHILD_HEALTH_NURSE, Role.PARENTAL_ADVISER)
    return actor_for(Assignment.objects.get(staff=who, site=site, role__in=visits), on=on)


def _visits(nurse: Actor, adviser: Actor) -> Iterator[_Visit]:
    """Give the latest visits held by both, of children who are still in the programme."""
    shared = Family.objects.within_reach_of(nurse) & Family.objects.within_reach_of(adviser)
    shared = Family.objects.filter(pk__in=shared.values("pk"))
    found = [
        (row.visit_date, page.child.key, row.key)
        for page in children_of(shared, by=nurse)
        for row in page.own
        if row.visit_date and row.visit_date > nurse.on - RECENT and not page.child.ended
    ]
    for day, child, step in sorted(found, reverse=True)[: SIGNED + 2]:
        yield _Visit(
            Child.objects.select_related("family").get(pk=child), step, day, nurse, adviser
        )


def _sign(visit: _Visit) -> None:
    nurse, adviser = (_after(who, visit.day, days=1) for who in (visit.nurse, visit.adviser))
    _write(
        visit,
        nurse,
        {Compartment.JOINT: _JOINT, Compartment.HEALTH: _HEALTH},
        facts=visit.facts,
        sign=True,
    )
    _write(visit, adviser, {Compartment.SOCIAL: _SOCIAL}, sign=True)


def _begin(visit: _Visit) -> None:
    _write(visit, visit.nurse, {Compartment.JOINT: _JOINT}, facts=visit.facts)


def _two_versions(visit: _Visit) -> None:
    _write(visit, visit.nurse, {Compartment.JOINT: _JOINT}, facts=visit.facts)
    _write(visit, visit.adviser, {Compartment.JOINT: _OTHER})


def _promises(earlier: _Visit, later: _Visit) -> None:
    """Promise something that was kept, something that is near, and something that is late."""
    on = earlier.nurse.on
    made = _after(earlier.nurse, earlier.day, days=0)
    promised = (
        NewPromise(Promiser.NURSE, "Skicka adressen till öppna förskolan", earlier.day),
        NewPromise(Promiser.ADVISER, "Ringa förskolan om plats", max(on + timedelta(3), made.on)),
    )
    document(earlier.child, earlier.step, Submission(promises=promised), by=made)
    kept = Promise.objects.get(child=earlier.child, who=Promiser.NURSE)
    settled = (PromiseSettled(kept.pk, PromiseResult.KEPT),)
    document(earlier.child, earlier.step, Submission(settled=settled), by=earlier.nurse)
    late = NewPromise(Promiser.FAMILY, "Ta med vaccinationskortet", later.day)
    wanted = Submission(promises=(late,))
    document(later.child, later.step, wanted, by=_after(later.nurse, later.day, days=0))


def _after(who: Actor, day: date, *, days: int) -> Actor:
    return replace(who, on=min(day + timedelta(days), who.on))


def _write(
    visit: _Visit,
    by: Actor,
    texts: Mapping[Compartment, str],
    *,
    facts: Facts | None = None,
    sign: bool = False,
) -> None:
    slots = place_of(visit.child, visit.step, by).slots(None)
    # What has to be answered about a parent is asked for when the nurse signs.
    wanted = {*texts, Compartment.PARENT} if sign else set(texts)
    blocks = tuple(
        BlockIn(
            one.compartment, 0, _answers(one.block, texts.get(one.compartment, "")), one.guardian
        )
        for one in slots.values()
        if one.compartment in wanted
    )
    document(visit.child, visit.step, Submission(facts=facts, blocks=blocks, sign=sign), by=by)


def _answers(block: Block, text: str) -> Answers:
    """Answer what has to be answered, with what stands first, and write a note."""
    notes = [one for one in block.questions if one.type is ItemType.TEXT and not one.conditions]
    answers: dict[str, Given] = {notes[-1].link_id: (text,)} if notes and text else {}
    # Once through is enough: whether a question is asked hangs on those before it only.
    for item in block.questions:
        if any(fault.link_id == item.link_id for fault in faults(block, answers, whole=True)):
            answers[item.link_id] = _first(item)
    return answers


def _first(item: Item) -> Given:
    if item.options:
        return (item.options[0].code,)
    if item.type in FREE_TEXT:
        return ("Enligt plan.",)
    if item.type in NUMBERS and not item.may_be_unasked:
        return (item.least or 0,)
    return NOT_ASKED if item.may_be_unasked else (False,)
