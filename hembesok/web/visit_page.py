"""What the pages about one visit are made of: the step within reach, its texts, in words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hembesok.access.services.trail import note
from hembesok.families.models import Child, Family
from hembesok.families.queries import let_in
from hembesok.secrecy.queries import door
from hembesok.values.refusals import Refusal
from hembesok.visits.models import Block, Visit
from hembesok.visits.queries.documentation import (
    BlockRow,
    PromiseRow,
    TextRow,
    VisitRow,
    block_rows,
    promises_of,
)
from hembesok.visits.queries.facts import Person, beforehand, interpreter_of, people_of, stored
from hembesok.visits.queries.places import Place, place_of
from hembesok.visits.rules.documenting import Facts, PersonKey, PersonKind, Slot
from hembesok.visits.rules.parts import Came
from hembesok.web import questionnaire as questions
from hembesok.web.gate import StaffRequest
from hembesok.web.words_documentation import CAME, OUTCOMES, person_text


# repr=False: what is written about a person must not reach a log by way of an error.
@dataclass(frozen=True, repr=False)
class Writing:
    """A visit as somebody writes of it: the facts as they stand, and the own places.

    `rows` are the blocks begun in the actor's places, by the place's word; `known` is
    whether the facts are stored, or only what the booking says.
    """

    family: Family
    place: Place
    visit: Visit | None
    facts: Facts
    known: bool
    people: tuple[Person, ...]
    rows: dict[str, BlockRow]
    slots: dict[str, Slot]
    promises: tuple[PromiseRow, ...]

    @property
    def base(self) -> int:
        """The number of the facts that are shown."""
        return self.visit.facts_number if self.visit else 0

    @property
    def held(self) -> bool:
        """Whether the visit is written as held."""
        return self.visit is not None and self.visit.outcome == "held"

    @property
    def interpreter(self) -> bool:
        """Whether an interpreter is booked or needed."""
        return self.family.interpreter_needed or interpreter_of(self.visit) is not None

    @property
    def open(self) -> dict[str, Slot]:
        """The places that are not signed."""
        signed = {key for key, row in self.rows.items() if row.signed}
        return {key: slot for key, slot in self.slots.items() if key not in signed}


def place_of_request(
    request: StaffRequest, ref: str, number: int, step: str
) -> tuple[Family, Place]:
    """Return the family and the step, within reach, and note that it was opened; raises Http404."""
    actor = request.actor
    family = get_object_or_404(Family.objects.within_reach_of(actor), ref=ref)
    found = Child.objects.select_related("family").filter(family=family, merged_into=None)
    child = get_object_or_404(found, number=number)
    try:
        place = place_of(child, step, actor)
    except Refusal:
        raise Http404 from None
    note(actor, "visit.read", family.subject, place.detail, let_in(actor, family))
    return family, place


def writing_of(request: StaffRequest, ref: str, number: int, step: str) -> Writing:
    """Return the visit that is written of now; what is read of it is noted. Raises Http404."""
    family, place = place_of_request(request, ref, number, step)
    writing = writing_at(family, place, place.visit())
    noted(request, family, place, writing.rows.values())
    return writing


def writing_at(family: Family, place: Place, visit: Visit | None) -> Writing:
    """Return a visit as whoever is at the place writes of it."""
    actor = place.by
    blocks = Block.objects.filter(visit=visit) if visit else Block.objects.none()
    found = block_rows(blocks, door(family, actor), actor, actor.on)
    rows = {row.place: row for rows in found.values() for row in rows if row.own}
    known = stored(place, visit)
    return Writing(
        family=family,
        place=place,
        visit=visit,
        facts=known or beforehand(place, visit),
        known=known is not None,
        people=people_of(place, visit),
        rows=rows,
        slots=place.slots(visit),
        promises=promises_of(place.child, on=actor.on),
    )


def noted(request: StaffRequest, family: Family, place: Place, rows: Iterable[BlockRow]) -> None:
    """Note of which parts something was read, and on what basis."""
    counted = Counter((row.basis, row.place) for row in rows)
    for (basis, word), count in sorted(counted.items()):
        detail = f"{place.detail} {word} {count}"
        note(request.actor, "visit.documentation_read", family.subject, detail, why=basis)


Line = tuple[str, str]


def facts_lines(facts: Facts, names: dict[PersonKey, str]) -> list[Line]:
    """Say the facts: each thing by its name, save the day."""
    found: list[Line] = [(_("Did the visit take place?"), str(OUTCOMES[facts.outcome]))]
    if facts.began or facts.finished:
        ends = [f"{at:%H.%M}" if at else "–" for at in (facts.began, facts.finished)]
        found.append((_("Time"), "–".join(ends)))
    if facts.present:
        said = [person_text(one.kind, names.get(one, "")) for one in _in_order(facts.present)]
        found.append((_("Who was there?"), ", ".join(said)))
    if facts.interpreter_came is not None:
        found.append((_("The interpreter"), _came(facts.interpreter_came)))
    return found


def _came(came: Came) -> str:
    return str(CAME[came]).lower()


def _in_order(people: Iterable[PersonKey]) -> list[PersonKey]:
    order = list(PersonKind)
    return sorted(people, key=lambda one: (order.index(one.kind), one.guardian or 0))


def names_of(people: Iterable[Person]) -> dict[PersonKey, str]:
    """Return the names of those who can be there."""
    return {person.key: person.name for person in people}


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """A block to read: what was answered, and what was not asked."""

    row: BlockRow
    lines: list[questions.Line]
    versions: list[tuple[TextRow, list[questions.Line]]]

    @property
    def unasked(self) -> int:
        """How many questions were not asked."""
        return sum(line.unasked for line in self.lines)


def shown(row: BlockRow) -> Shown:
    """Return a block with its answers in words."""
    return Shown(
        row,
        questions.lines(row.part, row.place, row.text.answers) if row.text else [],
        [(one, questions.lines(row.part, row.place, one.answers)) for one in row.versions],
    )


def visit_lines(row: VisitRow) -> list[Line]:
    """Say the facts of a visit that is read."""
    return facts_lines(row.facts, dict(row.names)) if row.facts else []
