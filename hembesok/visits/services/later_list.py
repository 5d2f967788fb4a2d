"""Bringing in a clinic's list of outcomes: keep it, look at it, write what is confirmed.

The list is kept as birth lists are (families.services.sent): sealed, for its sender alone.
"""

from collections.abc import Sequence

from django.db import transaction

from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.trail import note, note_all
from hembesok.enrolment.rules.following import GROUND
from hembesok.families.birth_list import Sheet, read_list
from hembesok.families.models import Child, SentList
from hembesok.families.models.lists import OUTCOMES
from hembesok.families.services.sent import discard, keep, locked, sheet_of
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.queries.outcomes import followed_with_findings
from hembesok.visits.rules.later_list import (
    Column,
    ListJudge,
    ListRow,
    propose_columns,
    why_not_read,
)
from hembesok.visits.rules.outcomes_later import How, OutcomeKind
from hembesok.visits.services.outcomes import NewOutcome, form_for, record_outcome


@transaction.atomic
def send(content: bytes, name: str, *, by: Actor) -> SentList:
    """Keep a list in place of the sender's last, with a proposal of what its columns hold.

    Raises Refusal for what is no list.
    """
    _may_bring(by)
    sheet = read_list(content, name)
    fields = [held.value if held else "" for held in propose_columns(sheet.header)]
    return keep(content, fields, kind=OUTCOMES, by=by)


@transaction.atomic
def choose(sent: SentList, fields: Sequence[str], *, by: Actor) -> SentList:
    """Say what each column of a list holds; raises Refusal when the list is gone."""
    sent = locked(sent, OUTCOMES, by=by)
    sent.fields = [Column(held).value if held else "" for held in fields]
    sent.save(update_fields=["fields"])
    return sent


@transaction.atomic
def throw_away(sent: SentList, *, by: Actor) -> None:
    """Forget a list before its time; raises Refusal when it is gone already."""
    discard(locked(sent, OUTCOMES, by=by), by=by)


def columns_of(sent: SentList) -> list[Column | None]:
    """Return what each column is said to hold."""
    return [Column(held) if held else None for held in sent.fields]


def why_not_look(sent: SentList, sheet: Sheet) -> list[Reason]:
    """Return why nothing can be said of a list yet."""
    return why_not_read(columns_of(sent), sheet.header)


def look(sent: SentList, sheet: Sheet, *, by: Actor) -> list[ListRow]:
    """Judge a list against what is stored. Raises Refusal when its columns cannot carry one.

    That a row is about a child who is followed is told to the sender, and so noted.
    """
    _may_bring(by)
    refuse(next(iter(why_not_look(sent, sheet)), None))
    forms = {kind: form_for(kind)[1] for kind in OutcomeKind}
    children = followed_with_findings(by)
    rows = ListJudge(sheet, columns_of(sent), children, forms, by.on).rows()
    told = sorted({row.child.subject for row in rows if row.child})
    note_all(by, "list.matched", told, sent.ref, GROUND)
    return rows


@transaction.atomic
def bring_in(sent: SentList, *, by: Actor) -> int:
    """Write what a list adds, all or nothing; afterwards the list is forgotten.

    It is judged anew as things are now; rows with faults are left out, as its page has told.
    Returns how many outcomes were written. Raises Refusal.
    """
    sent = locked(sent, OUTCOMES, by=by)
    found = [one for row in look(sent, sheet_of(sent), by=by) for one in row.found]
    children = Child.objects.in_bulk([one.child for one in found])
    for one in found:
        new = NewOutcome(one.kind, one.day, one.answers, how=How.IMPORT)
        record_outcome(children[one.child], new, by=by)
    note(by, "list.brought_in", sent.subject, f"{len(found)}")
    sent.delete()
    return len(found)


def _may_bring(by: Actor) -> None:
    if by.role is not Role.CHILD_HEALTH_NURSE:
        raise Refusal(Reason("outcome_of_the_clinic"))
