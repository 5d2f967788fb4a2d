"""Filters of the pages about what is documented of a visit."""

from datetime import date, datetime

from django import template
from django.utils.timezone import localtime

from hembesok.access.rules.secrecy import Basis, Compartment
from hembesok.forms.questionnaire import Block
from hembesok.visits.queries.documentation import BlockRow, PromiseRow, VisitRow
from hembesok.visits.queries.places import Place
from hembesok.visits.rows import StepRow
from hembesok.visits.rules.documenting import Slot
from hembesok.web import words_documentation as words
from hembesok.web import words_secrecy
from hembesok.web.questionnaire import in_words
from hembesok.web.words import outcome_text

register = template.Library()


@register.filter
def writes_at(row: StepRow) -> str:
    """Return the page where what became of a step is written: the base programme has its own."""
    return "doc" if row.own else "record"


@register.filter
def place_title(slot: Slot, place: Place) -> str:
    """Say whose a place is."""
    guardian = place.guardians.get(slot.guardian) if slot.guardian is not None else None
    return words.block_title(slot.compartment, guardian.given_name if guardian else "")


@register.filter
def block_title(row: BlockRow) -> str:
    """Say whose a block is."""
    return words.block_title(row.compartment, row.guardian)


@register.filter
def read_by(compartment: Compartment) -> str:
    """Say who reads a block."""
    return str(words.READ_BY[compartment])


@register.filter
def basis_words(row: BlockRow) -> str:
    """Say on what basis a block of another unit is read; of the own and joint, nothing."""
    return "" if row.basis is Basis.NAMED else str(words_secrecy.BASES[row.basis])


@register.filter
def part_words(part: Block) -> str:
    """Say what a block of a form is about."""
    return in_words(part.words)


@register.filter
def who_promised(promise: PromiseRow) -> str:
    """Say who promised."""
    return str(words.PROMISERS[promise.who])


@register.filter
def became(promise: PromiseRow) -> str:
    """Say what became of a promise; of an open one how near its day is."""
    if promise.result is not None:
        return str(words.RESULTS[promise.result]).lower()
    return words.until_text(promise.days)


@register.filter
def outcome_words(row: VisitRow) -> str:
    """Say what became of a visit."""
    return outcome_text(row.reason or row.outcome) if row.outcome else ""


@register.filter
def unsigned_since(day: date | None, on: date) -> str:
    """Say for how long something has not been signed."""
    return words.unsigned_days((on - day).days if day else 0)


@register.filter
def clock(at: datetime) -> str:
    """Write a time of day."""
    return f"{localtime(at):%H.%M}"
