"""Writing notes."""

from datetime import date

from django.db import transaction
from django.utils.timezone import now

from hembesok.access.rules.roles import Actor
from hembesok.access.rules.secrecy import Compartment
from hembesok.access.services.trail import note as note_in_trail
from hembesok.families.models import Family, Guardian
from hembesok.families.services.reach import locked_family
from hembesok.secrecy.models import AnonymousNote, Note
from hembesok.secrecy.queries import mode_of
from hembesok.secrecy.rules import DocumentationMode, place_word, why_not_correct, why_not_note
from hembesok.values.refusals import Reason, refuse


@transaction.atomic
def write(
    family: Family,
    text: str,
    *,
    compartment: Compartment,
    about_day: date,
    guardian: Guardian | None = None,
    corrects: Note | None = None,
    by: Actor,
) -> Note | AnonymousNote:
    """Write a note in a compartment; kept by the actor's unit, and never changed.

    Where the site keeps no identities, the social services' own note is kept
    without family, day and author. A correction points at the note it corrects, which
    stays. Raises Refusal when a rule forbids it.
    """
    family = locked_family(family, by)
    mode = mode_of(family.site_id, on=by.on)
    refuse(
        why_not_note(
            compartment,
            role=by.role,
            service=by.service,
            mode=mode,
            text=text,
            guardian=guardian.pk if guardian else None,
        )
    )
    if about_day > by.on:
        refuse(Reason("day_in_future", {"day": about_day}))
    if guardian is not None and guardian.family_id != family.pk:
        refuse(Reason("not_within_reach"))
    if corrects is not None:
        refuse(
            why_not_correct(
                same_place=_place(corrects)
                == (family.pk, compartment.value, guardian.pk if guardian else None),
                same_unit=corrects.unit_id == by.unit,
                mode=mode,
                compartment=compartment,
            )
        )
    if compartment is Compartment.SOCIAL and mode is DocumentationMode.ANONYMOUS:
        return _without_names(family.site_id, text.strip(), about_day, by)
    written = Note.objects.create(
        family=family,
        guardian=guardian,
        compartment=compartment.value,
        unit_id=by.unit,
        author_id=by.staff,
        written=now(),
        about_day=about_day,
        text=text.strip(),
        corrects=corrects,
    )
    where = place_word(compartment, guardian.number if guardian else None)
    note_in_trail(by, "note.written", family.subject, f"{where} {written.pk}")
    return written


def _place(note: Note) -> tuple[int, str, int | None]:
    return note.family_id, note.compartment, note.guardian_id


def _without_names(site: int, text: str, about_day: date, by: Actor) -> AnonymousNote:
    written = AnonymousNote.objects.create(
        site_id=site, unit_id=by.unit, month=about_day.replace(day=1), text=text
    )
    # Neither whose nor which: the line would tie the two together again.
    note_in_trail(by, "note.written_without_names")
    return written
