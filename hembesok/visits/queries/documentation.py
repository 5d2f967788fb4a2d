"""What a reader may read of the documentation of visits, and what waits for somebody."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localtime

from hembesok.access.rules.roles import Actor
from hembesok.access.rules.secrecy import (
    Basis,
    Compartment,
    Field,
    GuardianReader,
    Record,
    may_read,
)
from hembesok.families.models import Child, Family
from hembesok.forms.answers import Answers
from hembesok.forms.questionnaire import Block as FormBlock
from hembesok.secrecy.queries import Door, mode_of
from hembesok.secrecy.rules import DocumentationMode, place_word
from hembesok.visits.models import (
    Addendum,
    Attendance,
    Block,
    BlockText,
    FactsText,
    Promise,
    Visit,
    VisitQuerySet,
)
from hembesok.visits.queries.answers import answers_of, form_block
from hembesok.visits.queries.facts import facts_of
from hembesok.visits.rows import Unsigned
from hembesok.visits.rules.acting import Outcome
from hembesok.visits.rules.documenting import (
    Facts,
    PersonKey,
    PersonKind,
    Promiser,
    PromiseResult,
    due,
)

Reader = Actor | GuardianReader


# repr=False: what is written about a person must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class TextRow:
    """One text of a block: who wrote it when, on which number."""

    number: int
    base: int
    author: str
    written_at: datetime
    answers: Answers


@dataclass(frozen=True, slots=True, repr=False)
class AddendumRow:
    """What was added to a signed block, and why."""

    author: str
    at: datetime
    text: str
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class BlockRow:
    """A block as a reader sees it, with the basis on which it is read.

    `versions` are the texts that compete with the latest and wait for somebody to choose;
    `part` is the block of the form, with the questions' words.
    """

    key: int
    compartment: Compartment
    unit: str
    guardian: str
    guardian_number: int | None
    part: FormBlock
    owner: int
    owner_name: str
    head: int
    text: TextRow | None
    versions: tuple[TextRow, ...]
    signed_at: datetime | None
    signed_by: str
    addenda: tuple[AddendumRow, ...]
    basis: Basis
    own: bool

    @property
    def place(self) -> str:
        """The place in a word, as the trail and addresses name it."""
        return place_word(self.compartment, self.guardian_number)

    @property
    def signed(self) -> bool:
        """Whether it is signed."""
        return self.signed_at is not None


@dataclass(frozen=True, slots=True, repr=False)
class PromiseRow:
    """A promise: who, what, until when, and what became of it."""

    key: int
    child: int
    who: Promiser
    what: str
    until: date | None
    made: date
    step: str
    result: PromiseResult | None
    settled: date | None
    days: int | None
    """Days left to its day; negative when that has passed."""


@dataclass(frozen=True, slots=True, repr=False)
class VisitRow:
    """One attempt at a step with what is documented of it."""

    key: int
    day: date | None
    outcome: str
    reason: str
    facts: Facts | None
    names: Mapping[PersonKey, str]
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_reason: str
    blocks: tuple[BlockRow, ...]
    promises: tuple[PromiseRow, ...]

    @property
    def held(self) -> bool:
        """Whether it was held."""
        return self.outcome == Outcome.HELD


def record_of(block: Block, door: Door) -> Record:
    """Return a block as the rule of secrecy sees it."""
    compartment = Compartment(block.compartment)
    field = Field.PARENT_NOTE if compartment is Compartment.PARENT else Field.NOTE
    return door.record(field, compartment, unit=block.unit_id, guardian=block.guardian_id)


def readable(
    blocks: Iterable[Block], door: Door, reader: Reader, on: date
) -> dict[int, tuple[Block, Basis]]:
    """Return the blocks that a reader may read on a day, with the basis, by their keys.

    What is not signed is work in progress: read by those whose it is, on no other ground.
    """
    found = {}
    for block in blocks:
        basis = may_read(reader, record_of(block, door), on)
        if basis and (block.signed_at is not None or basis is Basis.NAMED):
            found[block.pk] = block, basis
    return found


def block_rows(
    blocks: QuerySet[Block], door: Door, reader: Reader, on: date
) -> dict[int, list[BlockRow]]:
    """Return what a reader may read of blocks, by visit; what may not be read is not fetched."""
    wanted = blocks.select_related("unit", "guardian", "owner", "signed_by").order_by("pk")
    found = readable(wanted, door, reader, on)
    texts: dict[int, list[BlockText]] = defaultdict(list)
    for text in (
        BlockText.objects.filter(block__in=found).select_related("author").order_by("number")
    ):
        texts[text.block_id].append(text)
    addenda: dict[int, list[Addendum]] = defaultdict(list)
    for added in Addendum.objects.filter(block__in=found).select_related("author").order_by("pk"):
        addenda[added.block_id].append(added)
    rows: dict[int, list[BlockRow]] = defaultdict(list)
    for block, basis in found.values():
        row = _block_row(block, basis, texts[block.pk], addenda[block.pk], reader)
        rows[block.visit_id].append(row)
    for of_visit in rows.values():
        of_visit.sort(key=lambda row: (_ORDER[row.compartment], row.guardian_number or 0, row.key))
    return rows


_ORDER: Final = {
    one: n
    for n, one in enumerate(
        (Compartment.JOINT, Compartment.HEALTH, Compartment.SOCIAL, Compartment.PARENT)
    )
}


def _block_row(
    block: Block, basis: Basis, texts: list[BlockText], addenda: list[Addendum], reader: Reader
) -> BlockRow:
    form, part = form_block(block)
    rows = {
        text.number: TextRow(
            text.number, text.base, text.author.name, text.written_at,
            answers_of(text, form, part),
        )
        for text in texts
        if text.number == block.head or (text.competing and text.settled_at is None)
    }  # fmt: skip
    joint = block.compartment == Compartment.JOINT
    return BlockRow(
        key=block.pk,
        compartment=Compartment(block.compartment),
        unit=block.unit.name,
        guardian=block.guardian.given_name if block.guardian else "",
        guardian_number=block.guardian.number if block.guardian else None,
        part=part,
        owner=block.owner_id,
        owner_name=block.owner.name,
        head=block.head,
        text=rows.pop(block.head, None),
        versions=tuple(rows.values()),
        signed_at=block.signed_at,
        signed_by=block.signed_by.name if block.signed_by else "",
        addenda=tuple(
            AddendumRow(one.author.name, one.at, one.text, one.reason) for one in addenda
        ),
        basis=basis,
        own=isinstance(reader, Actor) and (joint or block.unit_id == reader.unit),
    )


def visits_read(
    visits: VisitQuerySet, family: Family, door: Door, reader: Reader, on: date
) -> tuple[VisitRow, ...]:
    """Return what is documented of visits, as far as a reader may read; the latest first.

    A visit that was taken back is there too, marked so. Eight queries, however many.
    """
    documented = visits.filter(
        Q(facts_number__gt=0) | Exists(Block.objects.filter(visit=OuterRef("pk")))
    )
    found = list(documented.select_related("withdrawn_by").order_by("-pk"))
    blocks = block_rows(Block.objects.filter(visit__in=found), door, reader, on)
    facts = {
        text.visit_id: facts_of(text)
        for text in FactsText.objects.filter(visit__in=found, competing=False).order_by("number")
    }
    names = _names(found, door, reader, on)
    joint = door.record(Field.NOTE, Compartment.JOINT, unit=None)
    promises: dict[int, list[PromiseRow]] = defaultdict(list)
    if may_read(reader, joint, on):
        for promise in Promise.objects.filter(visit__in=found).select_related("visit"):
            promises[promise.visit_id].append(_promise_row(promise, on))
    return tuple(
        VisitRow(
            key=visit.pk,
            day=visit.outcome_on
            or (localtime(visit.booked_for).date() if visit.booked_for else None),
            outcome=visit.outcome,
            reason=visit.not_held_reason,
            facts=facts.get(visit.pk),
            names=names.get(visit.pk, {}),
            withdrawn_at=visit.withdrawn_at,
            withdrawn_by=visit.withdrawn_by.name if visit.withdrawn_by else "",
            withdrawn_reason=visit.withdrawn_reason,
            blocks=tuple(blocks.get(visit.pk, ())),
            promises=tuple(promises[visit.pk]),
        )
        for visit in found
    )


def _names(
    visits: Collection[Visit], door: Door, reader: Reader, on: date
) -> dict[int, dict[PersonKey, str]]:
    """Return the names of those who were there; a guardian's as far as names may be read."""
    names: dict[int, dict[PersonKey, str]] = defaultdict(dict)
    shows = door.shows(Field.NAMES, reader, on)
    there = Attendance.objects.filter(visit__in=visits).select_related("staff", "guardian")
    for one in there:
        key = PersonKey(PersonKind(one.kind), one.guardian.number if one.guardian else None)
        guardian = one.guardian.given_name if one.guardian and shows else ""
        names[one.visit_id][key] = one.staff.name if one.staff else guardian
    return names


def joint_visits(visits: VisitQuerySet) -> VisitQuerySet:
    """Return those of visits where a nurse and an adviser were there together."""
    there = Attendance.objects.filter(visit=OuterRef("pk"))
    return visits.filter(
        Exists(there.filter(kind=PersonKind.NURSE)), Exists(there.filter(kind=PersonKind.ADVISER))
    )


def promises_of(child: Child, *, on: date) -> tuple[PromiseRow, ...]:
    """Return a child's promises that nobody has settled, the soonest day first."""
    open_ = Promise.objects.filter(child=child, result="").select_related("visit")
    rows = [_promise_row(promise, on) for promise in open_]
    return tuple(sorted(rows, key=lambda row: (row.until or date.max, row.key)))


def promises_due(children: Iterable[int], *, on: date) -> list[PromiseRow]:
    """Return the open promises of children whose day is near or has passed."""
    open_ = Promise.objects.filter(
        child__in=list(children), result="", until__isnull=False
    ).select_related("visit")
    rows = [_promise_row(promise, on) for promise in open_ if due(promise.until, on=on)]
    return sorted(rows, key=lambda row: (row.until or on, row.key))


def _promise_row(promise: Promise, on: date) -> PromiseRow:
    return PromiseRow(
        key=promise.pk,
        child=promise.child_id,
        who=Promiser(promise.who),
        what=promise.what,
        until=promise.until,
        made=localtime(promise.made_at).date(),
        step=promise.visit.step,
        result=PromiseResult(promise.result) if promise.result else None,
        settled=promise.settled,
        days=(promise.until - on).days if promise.until else None,
    )


def unsigned_of(children: Iterable[int], *, by: Actor) -> dict[int, tuple[Unsigned, ...]]:
    """Return what is not signed of children's visits, by child, in three queries.

    That is what somebody has begun, and what a service that was there has not: where the
    visit was documented at all, and the site keeps that service's record.
    """
    return unsigned_where(children, mode=mode_of(by.site, on=by.on))


def unsigned_where(
    children: Iterable[int], *, mode: DocumentationMode
) -> dict[int, tuple[Unsigned, ...]]:
    """Return the same of a site that documents in a mode, in two queries."""
    wanted = list(children)
    found: dict[int, list[Unsigned]] = defaultdict(list)
    begun = Block.objects.filter(
        visit__child__in=wanted,
        visit__withdrawn_at__isnull=True,
        visit__outcome__in=["", Outcome.HELD],
        signed_at__isnull=True,
    ).select_related("visit", "guardian")
    for block in begun:
        found[block.visit.child_id].append(_unsigned(block.visit, block))
    for one in _unwritten(wanted, mode):
        compartment = _RECORD[PersonKind(one.kind)]
        waits = Unsigned(one.visit.step, one.visit.outcome_on, compartment.value)
        found[one.visit.child_id].append(waits)
    return {child: tuple(rows) for child, rows in found.items()}


_RECORD: Final = {
    PersonKind.NURSE: Compartment.HEALTH,
    PersonKind.ADVISER: Compartment.SOCIAL,
}


def _unwritten(children: list[int], mode: DocumentationMode) -> QuerySet[Attendance]:
    kept = Q()
    for kind, compartment in _RECORD.items():
        if compartment is Compartment.HEALTH or mode is DocumentationMode.IDENTIFIED:
            of = Block.objects.filter(visit=OuterRef("visit"), compartment=compartment)
            kept |= Q(~Exists(of), kind=kind.value)
    return Attendance.objects.filter(
        kept,
        visit__child__in=children,
        visit__withdrawn_at__isnull=True,
        visit__outcome=Outcome.HELD,
        visit__facts_number__gt=0,
    ).select_related("visit")


def _unsigned(visit: Visit, block: Block) -> Unsigned:
    day = visit.outcome_on or (localtime(visit.booked_for).date() if visit.booked_for else None)
    word = place_word(
        Compartment(block.compartment), block.guardian.number if block.guardian else None
    )
    return Unsigned(visit.step, day, word, block.unit_id, block.owner_id)


@dataclass(frozen=True, slots=True)
class Versions:
    """Two versions of one thing that wait for an actor to choose."""

    child: int
    step: str
    place: str
    mine: bool
    """Whether it is the actor who chooses; else who chooses is waited for."""


def versions_of(children: Iterable[int], *, by: Actor) -> list[Versions]:
    """Return what competes in what an actor wrote, or that waits for the actor to choose.

    Of own visits that still count, in two queries.
    """
    wanted, me = list(children), by.staff
    head = BlockText.objects.filter(block=OuterRef("block"), number=OuterRef("block__head"))
    texts = (
        BlockText.objects.waiting()
        .filter(block__visit__child__in=wanted, block__visit__withdrawn_at__isnull=True)
        .annotate(mine=Exists(head.filter(author=me)))
        .filter(Q(author=me) | Q(block__owner=me) | Q(mine=True))
        .select_related("block__visit", "block__guardian")
    )
    found = {}
    for text in texts:
        block = text.block
        word = place_word(
            Compartment(block.compartment), block.guardian.number if block.guardian else None
        )
        mine = text.mine or block.owner_id == me
        found[block.pk] = Versions(block.visit.child_id, block.visit.step, word, mine)
    latest = FactsText.objects.filter(
        visit=OuterRef("visit"), number=OuterRef("visit__facts_number")
    )
    facts = (
        FactsText.objects.waiting()
        .filter(visit__child__in=wanted, visit__withdrawn_at__isnull=True)
        .annotate(mine=Exists(latest.filter(author=me)))
        .filter(Q(author=me) | Q(visit__recorded_by=me) | Q(mine=True))
        .select_related("visit")
    )
    of_facts = {
        text.visit_id: Versions(
            text.visit.child_id,
            text.visit.step,
            "facts",
            text.mine or text.visit.recorded_by_id == me,
        )
        for text in facts
    }
    return [*found.values(), *of_facts.values()]
