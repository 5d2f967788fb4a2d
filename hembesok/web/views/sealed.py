"""What was saved without coverage by somebody who may not write of the family any more."""

import json
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hembesok.access.rules.roles import VISITORS, Actor, Role
from hembesok.access.services.trail import note, note_all
from hembesok.families.queries import let_in
from hembesok.values.refusals import Refusal
from hembesok.visits.queries.places import place_of
from hembesok.visits.queries.sealed import handed_to, sealed_rows
from hembesok.visits.services.handing import hand_on, write_in
from hembesok.web.carried import Faults, fields_of, writer_of
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.given import uid_in
from hembesok.web.visit_form import Filled, form_context
from hembesok.web.visit_page import writing_at
from hembesok.web.words import reason_text


@for_roles(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def sealed(request: StaffRequest) -> HttpResponse:
    """The coordinator sees that something waits, and presses "Hand it on"; reads nothing of it."""
    refused = ""
    if request.method == "POST":
        to = request.POST.get("to", "")
        command = uid_in(request.POST.get("command"))
        try:
            if command is None or not to.isdecimal():
                return redirect("sealed")
            handed = hand_on(command, int(to), by=request.actor)
        except Refusal as refusal:
            refused = reason_text(refusal.reason)
        else:
            name = handed.handed_to.name if handed.handed_to else ""
            messages.success(request, _("Handed to %(name)s.") % {"name": name})
            return redirect("sealed")
    rows = sealed_rows(request.actor)
    note_all(request.actor, "family.listed", sorted({row.subject for row in rows}), "sealed")
    context = {"on": request.actor.on, "rows": rows, "refused": refused}
    return render(request, "web/sealed.html", context, status=422 if refused else 200)


@for_roles(*VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def handed(request: StaffRequest, command: str) -> HttpResponse:
    """Staff read what was handed to them, change it where they must, and press "Save"."""
    actor, uid = request.actor, uid_in(command)
    found = handed_to(actor).defer(None).filter(uid=uid).first() if uid else None
    if uid is None or found is None:
        raise Http404
    family = found.visit.child.family
    place = place_of(found.visit.child, found.visit.step, actor)
    note(actor, "visit.handed_read", family.subject, place.detail, let_in(actor, family))
    writing = writing_at(family, place, place.visit(found.visit.uid) or place.visit())
    refused: list[str] = []
    if request.method == "POST":
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
        refused = _written_in(uid, pairs, actor)
        if not refused:
            messages.success(request, _("Saved. It is not signed yet."))
            return redirect("doc", family.ref, found.visit.child.number, place.step.key)
    else:
        pairs = json.loads(found.body)["fields"]
    data = fields_of(pairs)
    filled = Filled(writing, data, places=writing.slots)
    context = {**form_context(writing, filled), "one": found, "refused": refused, "handed": True}
    return render(request, "web/handed.html", context, status=422 if refused else 200)


def _written_in(command: UUID, pairs: list[tuple[str, str]], actor: Actor) -> list[str]:
    """Write in what was handed on; what is wrong is said in words."""
    try:
        write_in(command, writer_of(pairs, command), by=actor)
    except Refusal as refusal:
        return [reason_text(refusal.reason)]
    except Faults as faults:
        return list(faults.words)
    return []
