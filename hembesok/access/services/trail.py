"""Noting reads and writes in the trail."""

from collections.abc import Iterable

from django.utils.timezone import now

from hembesok.access.models import Staff, TrailEntry
from hembesok.access.rules.roles import Actor


def note(actor: Actor, action: str, subject: str = "", detail: str = "", why: str = "") -> None:
    """Note one read or write of one record in the trail."""
    note_all(actor, action, [subject], detail)


def note_all(actor: Actor, action: str, subjects: Iterable[str], detail: str = "") -> None:
    """Note a read that showed several records, one entry for each, in one statement."""
    at = now()
    TrailEntry.objects.bulk_create(
        TrailEntry(
            at=at,
            staff_id=actor.staff,
            role=actor.role,
            unit_id=actor.unit,
            action=action,
            subject=subject,
            detail=detail,
        )
        for subject in subjects
    )


def note_sign_in(staff: Staff, action: str) -> None:
    """Note that a person signed in or out; no role is taken up yet."""
    TrailEntry.objects.create(at=now(), staff=staff, action=action)
