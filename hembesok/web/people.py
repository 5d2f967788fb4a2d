"""What the family's page shows beside the visits: children outside the programme, and consents."""

from datetime import date, timedelta
from typing import Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise

from hembesok.access.rules.roles import TEAM, VISITORS, Actor, Role
from hembesok.access.rules.secrecy import Field
from hembesok.access.services.trail import note
from hembesok.enrolment.models import Following
from hembesok.enrolment.rules.following import FollowUp
from hembesok.families.models import Child, Family
from hembesok.families.rules.people import REGISTRARS
from hembesok.secrecy.consents import guardians_of
from hembesok.secrecy.queries import door
from hembesok.web.gate import StaffRequest
from hembesok.web.words_later import FOLLOWING

MOVERS: Final = (*VISITORS, Role.COORDINATOR)
"""Who pauses, ends and hands over."""

OLDEST: Final = timedelta(days=6 * 366)
"""Nobody older is offered the programme."""


def first_birth(on: date) -> date:
    """Return the birth date of the oldest child that is still offered the programme."""
    return on - OLDEST


def within(request: StaffRequest, ref: str, action: str, detail: str = "") -> Family:
    """Return a family within reach, and note that it was read; raises Http404."""
    reach = Family.objects.within_reach_of(request.actor)
    found = get_object_or_404(reach.select_related("clinic", "advice"), ref=ref)
    note(request.actor, action, found.subject, detail)
    return found


def child_within(request: StaffRequest, ref: str, number: int, action: str) -> Child:
    """Return a child within reach, and note that it was read; raises Http404."""
    reach = Family.objects.within_reach_of(request.actor)
    children = Child.objects.filter(family__in=reach, family__ref=ref, merged_into=None)
    related = children.select_related("family__clinic", "family__advice", "enrolment__version")
    found = get_object_or_404(related, number=number)
    note(request.actor, action, found.family.subject, str(number))
    return found


def name_of(child: Child, request: StaffRequest) -> str:
    """Return a child's name for a heading; empty for those who may not read it, or without one."""
    actor = request.actor
    shown = door(child.family, actor).shows(Field.NAMES, actor, actor.on)
    return child.given_name if shown else ""


def beside(request: StaffRequest, family: Family) -> dict[str, object]:
    """Return what the family's page shows beside the visits; three to ten queries."""
    actor = request.actor
    team = actor.role in TEAM
    outside = list(family.children.filter(enrolment__isnull=True, merged_into=None))
    named = outside and door(family, actor).shows(Field.NAMES, actor, actor.on)
    return {
        "outside": [(one.number, one.given_name if named else "", one.born) for one in outside],
        "may_offer": team,
        "may_move": actor.role in MOVERS,
        "may_merge": actor.role in REGISTRARS,
        "may_number": actor.role is Role.CHILD_HEALTH_NURSE,
        "consents": guardians_of(family, on=actor.on) if team else None,
        "followed": _followed(family, actor),
    }


def _followed(family: Family, actor: Actor) -> list[tuple[int, Promise, bool]]:
    """Return what was decided of children whose programme is over, for the clinic's nurse.

    The last says whether the child is followed today.
    """
    if actor.role is not Role.CHILD_HEALTH_NURSE or family.clinic_id != actor.unit:
        return []
    decided = Following.objects.filter(enrolment__child__family=family)
    found = decided.order_by("enrolment__child__number")
    return [
        (number, FOLLOWING[FollowUp(why)], bool(until and actor.on <= until))
        for number, why, until in found.values_list("enrolment__child__number", "why", "until")
    ]


def act_page(
    request: StaffRequest, *, back: tuple[str, str], title: str, **more: object
) -> HttpResponse:
    """Show a page with one thing to do: a heading, what follows from it, a form and a button.

    `back` is an address and its words. What may stand in `more`: `lead`, lines that
    say what happens; `form`; `button`; `refused`, why there is nothing to do.
    """
    form = more.get("form")
    status = 422 if form is not None and getattr(form, "errors", None) else 200
    context = {"on": request.actor.on, "back": back, "title": title, **more}
    return render(request, "web/act.html", context, status=status)
