"""Several consents given at once: all are written, or none."""

from collections.abc import Iterable

from django.db import transaction

from hembesok.access.rules.roles import Actor
from hembesok.families.models import Guardian
from hembesok.secrecy.services.grounds import NewConsent, give_consent


@transaction.atomic
def give_consents(given: Iterable[tuple[Guardian, NewConsent]], *, by: Actor) -> None:
    """Write down what guardians said yes to. Raises Refusal when a rule forbids any of it."""
    for guardian, consent in given:
        give_consent(guardian, consent, by=by)
