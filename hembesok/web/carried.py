"""The sheet of a visit that is taken along, and how what is written on it is read.

It is the page's own form, and what comes back is read by the page's own forms: what the
two refuse, and in which words, is the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from hembesok.access.rules.roles import Actor
from hembesok.values.refusals import refuse
from hembesok.visits.models import FactsText, Visit
from hembesok.visits.queries.carrying import Packed
from hembesok.visits.queries.places import Place, place_of
from hembesok.visits.rules.documenting import Saved, Slot, why_not_write
from hembesok.visits.services.documenting import Documented, Submission, document
from hembesok.visits.services.replaying import Ground, Write, Written
from hembesok.visits.services.settling import FACTS
from hembesok.web.templatetags.hembesok import moment
from hembesok.web.visit_form import Filled, form_context
from hembesok.web.visit_page import Writing, writing_at
from hembesok.web.words import said

BASE = ".base"
"""How the field ends that says on which text of a block something was written."""


class Faults(Exception):
    """Raised where a form is not filled in as it must be; nothing has been written."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        super().__init__("not filled in")


def sheet_of(packed: Packed, *, by: Actor) -> dict[str, Any]:
    """Return what a device shows of a visit: words, and the page's own form."""
    page, row, child = packed.page, packed.row, packed.to_take.child
    family = page.family
    place = place_of(child, packed.to_take.step, by)
    writing = writing_at(child.family, place, place.visit(packed.to_take.uid))
    if family.protected:
        writing = _without_names(writing)
    context = {**form_context(writing, Filled(writing)), "packed": True}
    where = (family.address, family.door_note, family.meeting_place)
    return {
        "when": moment(row.booked_for, by.on) if row.booked_for else "",
        "who": f"{page.child.given_name}, {family.code}" if page.child.given_name else family.code,
        "what": said(row.step.title),
        "where": ". ".join(part for part in where if part),
        "link": reverse("doc", args=[family.ref, page.child.number, place.step.key]),
        "base": {FACTS: writing.base} | {key: row.head for key, row in writing.rows.items()},
        "html": render_to_string("web/_doc_form.html", context),
    }


def _without_names(writing: Writing) -> Writing:
    """Return a visit without what could tell who the family is."""
    people = tuple(replace(person, name="") for person in writing.people)
    return replace(writing, people=people, promises=())


def fields_of(pairs: Iterable[Sequence[str]]) -> QueryDict:
    """Return what a form sent, as the page would have got it."""
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data


def writer_of(pairs: Iterable[Sequence[str]], command: UUID) -> Write:
    """Return what writes the fields that a device sent; it raises Faults and Refusal."""
    data = fields_of(pairs)

    def write(ground: Ground) -> Written:
        place = place_of(ground.child, ground.step, ground.by)
        visit = place.visit(ground.visit)
        _build_upon(data, ground.numbers, visit)
        filled = read(data, writing_at(ground.child.family, place, visit or place.visit()))
        done = document(
            ground.child,
            ground.step,
            filled,
            by=ground.by,
            command=command,
            uid=visit.uid if visit else None,
        )
        return _written(done, command)

    return write


def read(data: QueryDict, writing: Writing) -> Submission:
    """Return what a device has sent of a visit; raises Faults and Refusal.

    Also for parts that have been signed meanwhile: what was written is kept beside them.
    """
    filled = Filled(writing, data, places=_places(data, writing.place, writing.slots))
    known = {
        name
        for one in filled.blocks.values()
        for question in one.every
        for name in (question.name, question.unasked_name)
    }
    prefixes = tuple(f"{key}." for key in filled.blocks)
    if any(
        name.startswith(prefixes) and not name.endswith(BASE) and name not in known for name in data
    ):
        raise Faults([_("The form has got other questions since. Open it and write it anew.")])
    if not filled.valid:
        raise Faults(list(_wrong(filled)))
    return filled.submission


def _places(data: QueryDict, place: Place, slots: Mapping[str, Slot]) -> Mapping[str, Slot]:
    """Return the places that something was sent for; raises Refusal for one that is closed now."""
    sent = [name.removesuffix(BASE) for name in data if name.endswith(BASE)]
    for key in sent:
        refuse(why_not_write(key, slots, service=place.by.service, mode=place.mode))
    return {key: slots[key] for key in sent}


def _wrong(filled: Filled) -> Iterable[str]:
    for form in filled.forms:
        for field, errors in form.errors.items():
            label = form.fields[field].label if field in form.fields else ""
            yield from (f"{label}: {error}" if label else str(error) for error in errors)
    for one in filled.blocks.values():
        yield from (f"{each.words}: {each.error}" for each in one.every if each.error)


def _build_upon(data: QueryDict, numbers: Mapping[str, int], visit: Visit | None) -> None:
    """Let what was sent stand on what an earlier command led to, or on nothing where it is gone."""
    for name in [name for name in data if name.endswith(BASE)]:
        key = name.removesuffix(BASE)
        if visit is None or key in numbers:
            data[name] = str(numbers.get(key, 0))
    if visit is None or FACTS in numbers:
        data["facts_base"] = str(numbers.get(FACTS, 0))


def _written(done: Documented, command: UUID) -> Written:
    numbers = {key: number for key, _how, number in done.blocks}
    text = FactsText.objects.filter(visit=done.visit, command=command).first()
    if text is not None:
        numbers[FACTS] = text.number
    beside = done.facts is Saved.COMPETING or any(
        how is Saved.COMPETING for _key, how, _number in done.blocks
    )
    return Written(numbers, competing=beside)
