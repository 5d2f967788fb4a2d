"""Choosing between two versions, and adding to what is signed."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.families.models import Child, TeamMember
from hembesok.families.services.reach import locked_within_reach
from hembesok.forms.answers import Answers, faults
from hembesok.forms.asking import kept
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import Addendum, Block, BlockText, FactsText, Visit
from hembesok.visits.queries.answers import answers_at, form_block
from hembesok.visits.queries.facts import stored
from hembesok.visits.queries.places import Place, place_of, word_of
from hembesok.visits.rules.documenting import Facts, why_not_add, why_not_settle, why_not_write
from hembesok.visits.services.blocks import write_text
from hembesok.visits.services.facts import write_chosen

FACTS = "facts"
"""The place of the facts, among those of the blocks."""


@transaction.atomic
def settle(
    child: Child,
    step_key: str,
    key: str,
    answers: Answers | None,
    *,
    base: int,
    seen: Collection[int],
    by: Actor,
) -> None:
    """Choose between the versions of a block: the answers become its latest text.

    `base` is the latest text and `seen` the competing ones as they were shown; answers None
    leaves the latest as it is. All texts stay. Raises Refusal.
    """
    place, visit = _place(child, step_key, by)
    slots = place.slots(visit)
    refuse(why_not_write(key, slots, service=by.service, mode=place.mode))
    block = place.block(visit, slots[key])
    if block is None or block.head != base:
        raise Refusal(Reason("changed_meanwhile"))
    waiting = block.texts.waiting().filter(number__in=seen)
    refuse(why_not_choose(place, visit, key))
    if answers is not None:
        _write_answers(place, block, answers)
    _settled(place, waiting, word_of(block))


@transaction.atomic
def settle_facts(
    child: Child,
    step_key: str,
    facts: Facts | None,
    *,
    base: int,
    seen: Collection[int],
    by: Actor,
) -> None:
    """Choose between two versions of the facts; None leaves those that stand. Raises Refusal."""
    place, visit = _place(child, step_key, by)
    if visit.facts_number != base:
        raise Refusal(Reason("changed_meanwhile"))
    refuse(why_not_choose(place, visit, FACTS))
    known = stored(place, visit)
    if facts is not None and facts != known:
        if known is None or facts.outcome is not known.outcome:
            raise Refusal(Reason("outcome_taken_back_first"))
        write_chosen(place, visit, facts)
    _settled(place, visit.facts_texts.waiting().filter(number__in=seen), FACTS)


@transaction.atomic
def add(block: Block, text: str, reason: str, *, by: Actor) -> Addendum:
    """Add to a signed block, with why; what was signed stays as it is. Raises Refusal."""
    child = locked_within_reach(block.visit.child, by)
    block = Block.objects.select_related("guardian").get(pk=block.pk)
    refuse(
        why_not_add(
            text,
            reason,
            role=by.role,
            signed=block.signed_at is not None,
            joint=block.compartment == "joint",
            same_unit=block.unit_id == by.unit,
        )
    )
    added = Addendum.objects.create(
        block=block, text=text.strip(), reason=reason.strip(), author_id=by.staff, at=now()
    )
    detail = f"{child.number} {block.visit.step} {word_of(block)} {added.pk}"
    note(by, "visit.added", child.family.subject, detail)
    return added


def _place(child: Child, step_key: str, by: Actor) -> tuple[Place, Visit]:
    place = place_of(locked_within_reach(child, by), step_key, by)
    visit = place.visit()
    if visit is None:
        raise Refusal(Reason("changed_meanwhile"))
    return place, visit


def why_not_choose(place: Place, visit: Visit, key: str) -> Reason | None:
    """Return why the actor may not choose between the versions of a place, or None."""
    if key == FACTS:
        head = visit.facts_texts.filter(number=visit.facts_number).first()
        writers = {head and head.author_id, visit.recorded_by_id}
    else:
        block = place.block(visit, place.slots(visit)[key]) if key in place.slots(visit) else None
        latest = block.texts.filter(number=block.head).first() if block else None
        writers = {block and block.owner_id, latest and latest.author_id}
    on = place.by.on
    named = TeamMember.objects.filter(family=place.child.family, starts__lte=on).exclude(
        ends__lt=on
    )
    return why_not_settle(
        staff=place.by.staff,
        writers=[one for one in writers if one],
        named=named.values_list("staff", flat=True),
    )


def _write_answers(place: Place, block: Block, answers: Answers) -> None:
    if block.signed_at is not None:
        raise Refusal(Reason("block_signed"))
    form, of = form_block(block)
    wanted = kept(of, answers)
    for fault in faults(of, wanted, whole=False):
        raise Refusal(fault.reason)
    if wanted != answers_at(block, block.head, form, of):
        write_text(place, block, wanted, block.head, None, competing=False)


def _settled(place: Place, waiting: QuerySet[BlockText] | QuerySet[FactsText], what: str) -> None:
    if waiting.update(settled_at=now(), settled_by=place.by.staff):
        note(place.by, "visit.settled", place.child.family.subject, f"{place.detail} {what}")
