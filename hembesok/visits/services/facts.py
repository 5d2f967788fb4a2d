"""Saving the facts of a visit: what became of it, when, and who was there."""

import json
from datetime import datetime, time
from uuid import UUID

from django.utils.timezone import make_aware, now

from hembesok.access.services.trail import note
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import Attendance, FactsText, Visit
from hembesok.visits.queries.facts import (
    beforehand,
    facts_at,
    facts_of,
    interpreter_of,
    people_of,
    stored,
)
from hembesok.visits.queries.places import Place
from hembesok.visits.rules.acting import NotHeldReason, Outcome, why_not_record
from hembesok.visits.rules.documenting import (
    Facts,
    PersonKey,
    PersonKind,
    Saved,
    merged,
    tidied,
    why_not_change_facts,
    why_not_facts,
)
from hembesok.visits.rules.parts import Came
from hembesok.visits.services import booking


def save_facts(
    place: Place, visit: Visit | None, wanted: Facts, base: int, *, command: UUID | None
) -> tuple[Visit, Saved]:
    """Save facts written on those of number `base`; raises Refusal.

    The first are the outcome of the visit. Later ones are put together with what others
    have changed since, thing by thing; two who changed the same thing compete.
    """
    facts = tidied(wanted)
    refuse(why_not_facts(facts))
    known = stored(place, visit)
    if visit is None:
        visit, known = _repeated(place, facts)
    if visit is None or known is None:
        visit = _recorded(place, facts)
        _write(place, visit, facts, base=visit.facts_number, command=command)
        return visit, Saved.SAVED
    return visit, _changed(place, visit, facts, base, known, command)


def _repeated(place: Place, facts: Facts) -> tuple[Visit | None, Facts | None]:
    """Return the latest attempt when it is this one, sent a second time."""
    latest = place.visits.counted().last()
    known = stored(place, latest)
    return (latest, known) if known == facts else (None, None)


def _recorded(place: Place, facts: Facts) -> Visit:
    child, step, by = place.child, place.step.key, place.by
    if facts.outcome is Outcome.HELD:
        return booking.record_held(child, step, held=facts.day, by=by)
    if facts.outcome is Outcome.DECLINED:
        return booking.record_declined(child, step, day=facts.day, by=by)
    reason = NotHeldReason(facts.outcome)
    return booking.record_not_held(child, step, day=facts.day, reason=reason, by=by)


def _changed(
    place: Place, visit: Visit, facts: Facts, base: int, known: Facts, command: UUID | None
) -> Saved:
    at_base = (facts_at(visit, base) if base else None) or beforehand(place, visit, facts.outcome)
    if facts in (known, tidied(at_base)):
        return Saved.UNCHANGED
    together = merged(tidied(at_base), known, facts)
    signed = visit.blocks.filter(signed_at__isnull=False).exists()
    if command is None and base == visit.facts_number:
        refuse(why_not_change_facts(facts, known, signed=signed))
    elif together is None or together.outcome is not known.outcome or signed:
        _keep_beside(place, visit, facts, base, command)
        return Saved.COMPETING
    _write(place, visit, together or facts, base=visit.facts_number, command=command)
    return Saved.SAVED


def _keep_beside(place: Place, visit: Visit, facts: Facts, base: int, command: UUID | None) -> None:
    for before in visit.facts_texts.waiting().filter(author=place.by.staff):
        if facts_of(before) == facts:
            return  # sent twice is written once
    _text(place, visit, facts, min(base, visit.facts_number), command, competing=True)
    note(place.by, "visit.competing", place.child.family.subject, f"{place.detail} facts")


def write_chosen(place: Place, visit: Visit, facts: Facts) -> None:
    """Write the facts that were chosen among two versions; raises Refusal."""
    refuse(why_not_facts(facts))
    _write(place, visit, tidied(facts), base=visit.facts_number, command=None)


def _write(place: Place, visit: Visit, facts: Facts, *, base: int, command: UUID | None) -> None:
    refuse(
        why_not_record(
            facts.day, born=place.child.born, on=place.by.on, membership=place.membership
        )
    )
    text = _text(place, visit, facts, base, command, competing=False)
    visit.facts_number, visit.outcome_on = text.number, facts.day
    visit.began, visit.finished = _moment(facts, facts.began), _moment(facts, facts.finished)
    visit.save(update_fields=["facts_number", "outcome_on", "began", "finished"])
    _attend(place, visit, facts)
    note(place.by, "visit.facts_saved", place.child.family.subject, f"{place.detail} {text.number}")


def _text(
    place: Place, visit: Visit, facts: Facts, base: int, command: UUID | None, *, competing: bool
) -> FactsText:
    latest = visit.facts_texts.order_by("number").last()
    return FactsText.objects.create(
        visit=visit,
        number=(latest.number if latest else 0) + 1,
        base=base,
        facts=json.dumps(facts.as_json()),
        author_id=place.by.staff,
        written_at=now(),
        command=command,
        competing=competing,
    )


def _moment(facts: Facts, at: time | None) -> datetime | None:
    return make_aware(datetime.combine(facts.day, at)) if at else None


def _attend(place: Place, visit: Visit, facts: Facts) -> None:
    """Write who was there, and how the interpreter came."""
    people = {person.key: person for person in people_of(place, visit)}
    present = set(facts.present)
    if facts.held and facts.interpreter_came in (Came.ON_TIME, Came.LATE):
        present.add(PersonKey(PersonKind.INTERPRETER))
    unknown = {one for one in facts.present if one not in people}
    if unknown:
        raise Refusal(Reason("person_not_known"))
    visit.attendances.all().delete()
    Attendance.objects.bulk_create(
        Attendance(
            visit=visit,
            kind=one.kind.value,
            staff_id=people[one].staff if one in people else None,
            guardian=place.guardians[one.guardian] if one.guardian else None,
        )
        for one in sorted(present, key=lambda one: one.word)
    )
    booked = interpreter_of(visit)
    if booked is not None and facts.interpreter_came is not None:
        booked.came = facts.interpreter_came.value
        booked.save(update_fields=["came"])
