"""Which member of staff a person at an identity provider is."""

from django.db import transaction

from hembesok.access.models import Staff, StaffIdentity
from hembesok.access.services.factors import end_sessions
from hembesok.access.services.trail import note_sign_in


def staff_at(provider: str, subject: str) -> Staff | None:
    """Return whom a provider's answer is about, if the account is open; no account is made."""
    found = StaffIdentity.objects.select_related("staff").filter(
        provider=provider, subject_index__of=subject, staff__is_active=True
    )
    identity = found.first()
    return identity.staff if identity else None


@transaction.atomic
def link(staff: Staff, provider: str, subject: str) -> bool:
    """Let a person at a provider be a member of staff; False when it is somebody else already."""
    known = StaffIdentity.objects.filter(provider=provider, subject_index__of=subject).first()
    if known is not None:
        return known.staff_id == staff.pk
    StaffIdentity.objects.create(staff=staff, provider=provider, subject=subject)
    end_sessions(staff)
    note_sign_in(staff, "identity.linked")
    return True
