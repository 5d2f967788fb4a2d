"""Documenting a visit: the one write path for the page, what was written offline, and imports."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime

from hembesok.access.rules.roles import Actor
from hembesok.access.rules.secrecy import Compartment
from hembesok.families.models import Child
from hembesok.families.services.reach import locked_within_reach
from hembesok.forms.answers import Answers
from hembesok.secrecy.rules import place_word
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import BlockText, FactsText, Promise, Visit
from hembesok.visits.queries.places import Place, place_of, word_of
from hembesok.visits.rules.documenting import (
    Facts,
    Saved,
    why_not_blocks,
    why_not_document,
    why_not_write,
)
from hembesok.visits.services.blocks import Said, save_block, sign_blocks
from hembesok.visits.services.facts import save_facts
from hembesok.visits.services.promises import (
    NewPromise,
    PromiseSettled,
    make_promises,
    settle_promises,
)


@dataclass(frozen=True, slots=True, repr=False)
class BlockIn:
    """What somebody wrote in a block, and on which text of it.

    `guardian` is the number of the parent whose own it is. `answers` None means "as it
    stands at `base`": for signing what was read.
    """

    compartment: Compartment
    base: int
    answers: Answers | None
    guardian: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Submission:
    """All that one person sends in about one visit."""

    facts: Facts | None = None
    facts_base: int = 0
    blocks: tuple[BlockIn, ...] = ()
    promises: tuple[NewPromise, ...] = ()
    settled: tuple[PromiseSettled, ...] = ()
    sign: bool = False


@dataclass(frozen=True, slots=True)
class Documented:
    """What became of it: the visit, each block with its number, and the facts."""

    visit: Visit | None
    blocks: tuple[Said, ...] = ()
    facts: Saved = Saved.NONE


@transaction.atomic
def document(
    child: Child,
    step_key: str,
    wanted: Submission,
    *,
    by: Actor,
    command: UUID | None = None,
    uid: UUID | None = None,
) -> Documented:
    """Save what somebody wrote of a visit, and sign it where that is asked for.

    `command` is the id that a device gave it: what is known already is not written again.
    `uid` names the visit where the step has had several. Nothing that was written is lost:
    what was written on another than the latest text is kept beside it. Raises Refusal when
    a rule forbids it; then nothing has been written.
    """
    place = place_of(locked_within_reach(child, by), step_key, by)
    refuse(why_not_document(by.role))
    if command is not None and (known := _known(place, command)):
        return known
    visit, facts = place.visit(uid), Saved.NONE
    if uid is not None and visit is None:
        raise Refusal(Reason("visit_gone"))
    if wanted.facts is not None:
        visit, facts = save_facts(place, visit, wanted.facts, wanted.facts_base, command=command)
    settle_promises(place, wanted.settled)
    if visit is None:
        if wanted.settled and not (wanted.blocks or wanted.promises or wanted.sign):
            return Documented(None)
        raise Refusal(Reason("outcome_first"))
    said = [_block(place, visit, one, command) for one in wanted.blocks]
    make_promises(place, visit, wanted.promises, command=command)
    if wanted.sign:
        signed = sign_blocks(place, visit)
        said = [one for one in said if one[0] not in {key for key, _how, _n in signed}] + signed
    return Documented(visit, tuple(said), facts)


def _block(place: Place, visit: Visit, wanted: BlockIn, command: UUID | None) -> Said:
    slots = place.slots(visit)
    key = place_word(wanted.compartment, wanted.guardian)
    refuse(why_not_write(key, slots, service=place.by.service, mode=place.mode))
    slot = slots[key]
    if wanted.answers is not None:
        return save_block(
            place,
            visit,
            slot,
            wanted.answers,
            wanted.base,
            command=command,
            closed=why_not_blocks(visit.outcome, visit_day(visit), ended=place.membership.ended),
        )
    block = place.block(visit, slot)
    head = block.head if block else 0
    if head != wanted.base:
        raise Refusal(Reason("changed_meanwhile"))
    return key, Saved.UNCHANGED, head


def visit_day(visit: Visit) -> date | None:
    """Return the day a visit is about: of its outcome, else of its booking."""
    if visit.outcome_on is not None:
        return visit.outcome_on
    return localtime(visit.booked_for).date() if visit.booked_for else None


def _known(place: Place, command: UUID) -> Documented | None:
    """Return what became of a command that has been here before."""
    texts = list(
        BlockText.objects.filter(block__visit__child=place.child, command=command)
        .select_related("block__guardian", "block__visit")
        .order_by("pk")
    )
    facts = FactsText.objects.filter(visit__child=place.child, command=command).first()
    promise = Promise.objects.filter(child=place.child, command=command).first()
    if not (texts or facts or promise):
        return None
    of = texts[0].block if texts else facts or promise
    return Documented(
        of.visit if of else None,
        tuple((word_of(text.block), _became(text), text.number) for text in texts),
        _became(facts) if facts else Saved.NONE,
    )


def _became(text: BlockText | FactsText) -> Saved:
    return Saved.COMPETING if text.competing else Saved.SAVED
