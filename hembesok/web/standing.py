"""How a site stands with its agreements: what pages say of it, and what it stops.

Here and not in a service: those who name staff stand below the agreements and do not know them.
"""

from dataclasses import dataclass

from hembesok.access.rules.roles import Actor
from hembesok.agreements.queries import providers_of, standing_of
from hembesok.agreements.rules.agreements import Kind, why_not_name
from hembesok.values.refusals import Reason
from hembesok.web.templatetags.hembesok import short_day
from hembesok.web.words_agreements import KINDS


@dataclass(frozen=True, slots=True)
class StandingWords:
    """How a site stands with its agreements, in words; `warns` where something is to be done."""

    text: str
    warns: bool


def standing_words(actor: Actor) -> StandingWords:
    """Say how the actor's site stands with its agreements today."""
    found = standing_of(actor.site, on=actor.on)
    values = {
        "day": short_day(found.day, actor.on) if found.day else "",
        "days": found.days,
    }
    return StandingWords(
        str(KINDS[found.kind]) % values, found.kind in (Kind.NONE, Kind.ENDING, Kind.OVER)
    )


def why_not_from(unit: int, actor: Actor) -> Reason | None:
    """Return why staff of a unit are not newly named at the actor's site today."""
    found = standing_of(actor.site, on=actor.on)
    if found.kind is not Kind.OVER:
        return None
    return why_not_name(found, provider=unit in providers_of(actor.site))
