"""Notes in their compartments, and the grounds on which other units read."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hembesok.access.models import Assignment, Unit
from hembesok.access.rules.roles import SERVICE, TEAM, Actor, Service, in_force
from hembesok.access.rules.secrecy import Compartment, DisclosureGround, Field
from hembesok.access.services.trail import note
from hembesok.families.models import Family
from hembesok.secrecy.models import AnonymousNote, Disclosure, Note
from hembesok.secrecy.queries import NoteRow, door, mode_of, notes_of
from hembesok.secrecy.rules import place_word
from hembesok.secrecy.services.grounds import disclose, withdraw_disclosure
from hembesok.secrecy.services.notes import write
from hembesok.values.refusals import Refusal
from hembesok.web.filled import done, page
from hembesok.web.forms_secrecy import DisclosureForm, NoteForm, places_of
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.words import reason_text

LATEST = 3
"""How many notes the family's own page shows."""


def read_notes(family: Family, actor: Actor, *, most: int | None = None) -> list[NoteRow]:
    """Return the notes an actor may read, latest first; each basis and place is noted."""
    rows = list(notes_of(family, door(family, actor), actor, actor.on)[:most])
    for (basis, place), count in sorted(Counter((row.basis, row.place) for row in rows).items()):
        note(actor, "note.read", family.subject, f"{place} {count}", why=basis)
    return rows


@for_roles(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: StaffRequest, ref: str) -> HttpResponse:
    """Staff read the notes they may read, write one, or correct one of their own unit's."""
    family = get_object_or_404(Family.objects.within_reach_of(request.actor), ref=ref)
    guardians = list(family.guardians.order_by("number"))
    mode = mode_of(family.site_id, on=request.actor.on)
    places = places_of(request.actor.role, request.actor.service, mode, guardians)
    corrected = _corrected(request, family)
    if corrected is not None:
        places = [choice for choice in places if choice[0] == _place(corrected)]
    initial = {
        "day": f"{corrected.about_day if corrected else request.actor.on:%Y-%m-%d}",
        "place": places[0][0] if corrected and places else "",
    }
    form = NoteForm(request.POST or None, initial=initial, places=places)
    if form.is_valid() and done(form, lambda: _write(request, family, form, corrected)):
        return redirect("notes", ref)
    return page(
        request,
        "web/notes.html",
        {
            "on": request.actor.on,
            "family": family,
            "rows": read_notes(family, request.actor),
            "form": form,
            "corrected": corrected,
            # Told before the writing, not after it.
            "mode": mode.value if request.actor.service is Service.SOCIAL else "",
        },
        form,
    )


def _corrected(request: StaffRequest, family: Family) -> Note | None:
    """Return the note to correct, where one was named: only of the actor's own unit."""
    wanted = request.POST.get("corrects") or request.GET.get("corrects") or ""
    if not wanted:
        return None
    readable = {
        row.key
        for row in notes_of(family, door(family, request.actor), request.actor, request.actor.on)
        if row.own
    }
    own = Note.objects.filter(family=family, pk__in=readable)
    return get_object_or_404(own, pk=int(wanted) if wanted.isascii() and wanted.isdigit() else 0)


def _place(written: Note) -> str:
    return place_word(
        Compartment(written.compartment), written.guardian.number if written.guardian else None
    )


def _write(request: StaffRequest, family: Family, form: NoteForm, corrected: Note | None) -> None:
    guardian = (
        get_object_or_404(family.guardians.all(), number=form.guardian) if form.guardian else None
    )
    written = write(
        family,
        form.cleaned_data["text"],
        compartment=form.compartment,
        about_day=form.cleaned_data["day"],
        guardian=guardian,
        corrects=corrected,
        by=request.actor,
    )
    messages.success(
        request,
        _("Saved, without family, day and author. It is not shown here.")
        if isinstance(written, AnonymousNote)
        else _("The note is saved."),
    )


@for_roles(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def disclosures(request: StaffRequest, ref: str) -> HttpResponse:
    """Staff see on which grounds units read across, let another unit read, or end it."""
    family = get_object_or_404(Family.objects.within_reach_of(request.actor), ref=ref)
    if "end" in request.POST:
        return _end(request, family)
    actor = request.actor
    form = DisclosureForm(
        request.POST or None,
        initial={
            "starts": f"{actor.on:%Y-%m-%d}",
            "ends": f"{actor.on + timedelta(30):%Y-%m-%d}",
        },
        units=_other_units(actor),
        service=actor.service,
        guardians=family.guardians.order_by("number"),
        on=actor.on,
    )
    if form.is_valid() and done(form, lambda: _disclose(request, family, form)):
        messages.success(request, _("Written. The unit may read from the first day you wrote."))
        return redirect("disclosures", ref)
    note(actor, "disclosure.read", family.subject)
    found = list(_concerning(family, actor).order_by("-starts", "-pk"))
    return page(
        request,
        "web/disclosures.html",
        {
            "on": actor.on,
            "family": family,
            "form": form,
            "open": [one for one in found if _opens(one, actor)],
            "past": [one for one in found if not _opens(one, actor)],
            "own_unit": actor.unit,
        },
        form,
    )


def _concerning(family: Family, actor: Actor) -> QuerySet[Disclosure]:
    """Return what concerns the actor's unit: what another unit decided is that unit's."""
    return Disclosure.objects.filter(
        Q(source=actor.unit) | Q(recipient=actor.unit), family=family
    ).select_related("source", "recipient", "decided_by", "guardian")


def _opens(one: Disclosure, actor: Actor) -> bool:
    """Tell whether a ground is in force or still to come."""
    return one.withdrawn is None and in_force(min(one.starts, actor.on), one.ends, actor.on)


def _other_units(actor: Actor) -> Sequence[Unit]:
    """Return the other units of services that work at the actor's site today."""
    units = Assignment.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=actor.on),
        site=actor.site,
        role__in=list(SERVICE),
        starts__lte=actor.on,
    ).values("unit")
    return list(Unit.objects.filter(pk__in=units).exclude(pk=actor.unit))


def _disclose(request: StaffRequest, family: Family, form: DisclosureForm) -> None:
    data = form.cleaned_data
    fields = {Field(name) for name in data["fields_read"]}
    about_parent = Field.PARENT_NOTE in fields and data["parent"]
    disclose(
        family,
        DisclosureGround(data["ground"]),
        recipient=data["recipient"],
        fields=fields,
        purpose=data["purpose"],
        starts=data["starts"],
        ends=data["ends"],
        guardian=family.guardians.get(number=int(data["parent"])) if about_parent else None,
        by=request.actor,
    )


def _end(request: StaffRequest, family: Family) -> HttpResponse:
    wanted = request.POST["end"]
    one = get_object_or_404(
        _concerning(family, request.actor), pk=int(wanted) if wanted.isdecimal() else 0
    )
    try:
        withdraw_disclosure(one, by=request.actor)
    except Refusal as refusal:
        messages.warning(request, reason_text(refusal.reason))
    else:
        messages.success(request, _("Ended. Nothing more is read on it."))
    return redirect("disclosures", family.ref)
