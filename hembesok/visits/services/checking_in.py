"""Going in to a family, coming out, and what is done when somebody is missed."""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import VISITORS, Actor, Role
from hembesok.access.services.trail import note
from hembesok.families.models import Child
from hembesok.families.services.reach import locked_within_reach
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.models import CheckIn, Visit
from hembesok.visits.rules.checking_in import PLANNED, Mail, due_back, missed, why_not_check_in


def colleagues_of(by: Actor) -> list[Staff]:
    """Return who can be the one that misses an actor: of the own unit, and the coordinators."""
    here = Assignment.objects.filter(
        Q(unit=by.unit, role__in=VISITORS) | Q(role=Role.COORDINATOR),
        Q(ends__isnull=True) | Q(ends__gte=by.on),
        site=by.site,
        starts__lte=by.on,
    ).values("staff")
    found = Staff.objects.filter(pk__in=here, is_active=True).exclude(pk=by.staff)
    return list(found.order_by("name"))


def usual_colleague(by: Actor) -> int | None:
    """Return whom an actor named the last time, if that person can still be named."""
    offered = {one.pk for one in colleagues_of(by)}
    last = CheckIn.objects.filter(staff=by.staff).order_by("-at").first()
    return last.colleague_id if last is not None and last.colleague_id in offered else None


def visit_to_go_in_to(child: Child, step_key: str) -> Visit | None:
    """Return the open booking of a step, or of what it is held together with."""
    keys = child.enrolment.version.plan.same_visit(step_key)
    open_ones = Visit.objects.counted().filter(child=child, step__in=keys, outcome="")
    return open_ones.order_by("pk").last()


def back_at(visit: Visit | None, *, at: datetime) -> datetime:
    """Return when whoever goes in to a visit now is missed, unless they say another time."""
    return due_back(
        visit.booked_for if visit else None,
        timedelta(minutes=visit.minutes) if visit else PLANNED,
        now=at,
    )


@transaction.atomic
def check_in(
    child: Child, step_key: str, *, back: datetime, colleague: int, by: Actor, at: datetime
) -> CheckIn:
    """Write that somebody goes in to a booked visit, and by whom and when to be missed.

    Raises Refusal when a rule forbids it.
    """
    found = locked_within_reach(child, by)
    visit = visit_to_go_in_to(found, step_key)
    if visit is None or visit.booked_for is None:
        raise Refusal(Reason("not_booked_to_go_in"))
    refuse(
        why_not_check_in(
            now=at,
            back=back,
            booked=visit.booked_for,
            inside=CheckIn.objects.inside().filter(staff=by.staff).exists(),
            staff=by.staff,
            colleague=colleague,
            colleagues=frozenset(one.pk for one in colleagues_of(by)),
        )
    )
    if visit is None:
        raise Refusal(Reason("not_booked_to_go_in"))
    try:
        with transaction.atomic():
            made = CheckIn.objects.create(
                visit=visit,
                staff_id=by.staff,
                site_id=by.site,
                at=at,
                due_back=back,
                colleague_id=colleague,
            )
    except IntegrityError:
        # Pressed twice, or on two telephones at once: the database lets one of them in.
        raise Refusal(Reason("inside_already")) from None
    note(by, "visit.went_in", found.family.subject, f"{found.number} {step_key}")
    return made


def concerning(by: Actor) -> QuerySet[CheckIn]:
    """Return those inside whom an actor answers for: oneself, whom one misses, the whole site's."""
    mine = Q(staff=by.staff) | Q(colleague=by.staff)
    if by.role is Role.COORDINATOR:
        mine |= Q(site=by.site)
    inside = CheckIn.objects.inside().filter(mine)
    return inside.select_related("staff", "colleague", "seen_by", "visit__child__family")


@transaction.atomic
def come_out(check_in: CheckIn, *, by: Actor, at: datetime) -> CheckIn:
    """Write that somebody is out: the person says so, or a colleague who has reached the person.

    Raises Refusal when it is not theirs to say. Said twice, it stands as it was first said.
    """
    found = _locked(check_in, by)
    if found.out_at is None:
        # A clock that was set back must not make somebody come out before going in.
        found.out_at, found.out_by_id = max(at, found.at), by.staff
        found.save(update_fields=["out_at", "out_by"])
        note(by, "visit.came_out", found.visit.child.family.subject, _whose(found, by))
    return found


@transaction.atomic
def see_alarm(check_in: CheckIn, *, by: Actor, at: datetime) -> CheckIn:
    """Write that somebody has taken on to find a person who is missed; the first one stands."""
    found = _locked(check_in, by)
    if found.staff_id == by.staff or not missed(back=found.due_back, out=found.out_at, now=at):
        raise Refusal(Reason("nobody_is_missed"))
    if found.seen_at is None:
        found.seen_at, found.seen_by_id = at, by.staff
        found.save(update_fields=["seen_at", "seen_by"])
        note(by, "alarm.seen", found.visit.child.family.subject, _whose(found, by))
    return found


def _locked(check_in: CheckIn, by: Actor) -> CheckIn:
    locked = CheckIn.objects.select_for_update(of=("self",)).filter(pk=check_in.pk)
    found = locked.filter(
        Q(staff=by.staff)
        | Q(colleague=by.staff)
        | (Q(site=by.site) if by.role is Role.COORDINATOR else Q(pk__in=[]))
    ).first()
    if found is None:
        raise Refusal(Reason("not_within_reach"))
    return found


def _whose(found: CheckIn, by: Actor) -> str:
    return "self" if found.staff_id == by.staff else f"staff:{found.staff_id}"


Send = Callable[[str, Staff, datetime], None]
"""Sends the e-mail about somebody who is missed, to an address; raises as smtplib does."""


@dataclass
class Alarms:
    """What became of the alarms of one run."""

    sent: int = 0
    refused: int = 0
    no_address: int = 0
    later: int = 0
    """Those the server could not take now: the next run tries again."""


PERMANENT: Final = 500
"""From this SMTP code on, trying again is of no use (RFC 5321, 4.2.1)."""


def send_alarms(send: Send, *, at: datetime) -> Alarms:
    """Send an e-mail for each one who is missed, once; what cannot be sent now is tried again.

    A banner has stood for the colleague and the coordinator since the person was missed,
    whatever becomes of the e-mail.
    """
    told = Alarms()
    missing = CheckIn.objects.inside().filter(due_back__lt=at, alarmed_at=None)
    for found in missing.select_related("staff", "colleague").order_by("due_back"):
        # No transaction around it: a slow mail server must not hold the database. Whoever is
        # stopped in between sends once more; twice is better than never.
        became = _sent(found, send)
        if became is not None:
            CheckIn.objects.filter(pk=found.pk, alarmed_at=None).update(alarmed_at=at, mail=became)
        match became:
            case Mail.SENT:
                told.sent += 1
            case Mail.REFUSED:
                told.refused += 1
            case Mail.NO_ADDRESS:
                told.no_address += 1
            case None:
                told.later += 1
    return told


def _sent(found: CheckIn, send: Send) -> Mail | None:
    """Send to the colleague; None where it is to be tried again."""
    if not found.colleague.email:
        return Mail.NO_ADDRESS
    try:
        send(found.colleague.email, found.staff, found.due_back)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _words in refused.recipients.values()]
        return Mail.REFUSED if codes and min(codes) >= PERMANENT else None
    except (smtplib.SMTPException, OSError):
        # The server is away, or will not take anything from us: that is not the address's fault.
        return None
    return Mail.SENT
