"""Which member of staff a person at an identity provider is."""

from django.db import transaction

from hembesok.access.models import Staff, StaffIdentity
from hembesok.access.sealing import blind
from hembesok.access.services.factors import end_sessions
from hembesok.access.services.trail import note_sign_in


def staff_at(provider: str, subject: str) -> Staff | None:
    """Return whom a provider's answer is about, if the account is open; no account is made."""
    found = StaffIdentity.objects.select_related("staff").filter(
        provider=provider, subject=_blind(provider, subject), staff__is_active=True
    )
    identity = found.first()
    return identity.staff if identity else None


@transaction.atomic
def link(staff: Staff, provider: str, subject: str) -> bool:
    """Let a person at a provider be a member of staff; False when it is somebody else already."""
    identity, made = StaffIdentity.objects.get_or_create(
        provider=provider, subject=_blind(provider, subject), defaults={"staff": staff}
    )
    if made:
        end_sessions(staff)
        note_sign_in(staff, "identity.linked")
    return identity.staff_id == staff.pk


def _blind(provider: str, subject: str) -> str:
    return blind(subject, f"identity:{provider}")
