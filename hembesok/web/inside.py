"""Who is in a family's home and should be known of: oneself, and those who are missed.

Shown on every page that loads, so it asks little: one query, and one more when somebody
is missed. Nothing of what is sealed is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hembesok.access.rules.roles import Actor
from hembesok.families.models import Family
from hembesok.visits.rules.checking_in import missed
from hembesok.visits.services.checking_in import concerning


@dataclass(frozen=True, slots=True, repr=False)
class Inside:
    """Somebody who went in and has not come out. `ref` only for those within whose reach it is."""

    key: int
    name: str
    own: bool
    since: datetime
    back: datetime
    missed: bool
    colleague: str
    seen_by: str
    seen_at: datetime | None
    mail: str
    code: str
    ref: str


FIELDS: Final = {
    "pk": "pk",
    "name": "staff__name",
    "staff": "staff",
    "at": "at",
    "back": "due_back",
    "out": "out_at",
    "colleague": "colleague__name",
    "seen_by": "seen_by__name",
    "seen_at": "seen_at",
    "mail": "mail",
    "code": "visit__child__family__code",
    "ref": "visit__child__family__ref",
}


def inside(actor: Actor, *, at: datetime, everybody: bool = False) -> list[Inside]:
    """Return oneself and those who are missed, the missed first; or all whom one answers for."""
    columns = list(FIELDS.values())
    found = [
        dict(zip(FIELDS, row, strict=True))
        for row in concerning(actor).order_by("due_back").values_list(*columns)
    ]
    missing = {one["pk"] for one in found if missed(back=one["back"], out=one["out"], now=at)}
    reach = _within_reach(actor) if missing else frozenset()
    rows = [
        _row(one, actor, missed=one["pk"] in missing, reach=reach)
        for one in found
        if everybody or one["pk"] in missing or one["staff"] == actor.staff
    ]
    return sorted(rows, key=lambda row: not row.missed)


def _within_reach(actor: Actor) -> frozenset[str]:
    return frozenset(Family.objects.within_reach_of(actor).values_list("ref", flat=True))


def _row(one: Mapping[str, Any], actor: Actor, *, missed: bool, reach: frozenset[str]) -> Inside:
    own = one["staff"] == actor.staff
    return Inside(
        key=one["pk"],
        name=one["name"],
        own=own,
        since=one["at"],
        back=one["back"],
        missed=missed,
        colleague=one["colleague"],
        seen_by=one["seen_by"] or "",
        seen_at=one["seen_at"],
        mail=one["mail"],
        # The code names nobody, and whoever must find the person needs it.
        code=one["code"] if own or missed else "",
        ref=one["ref"] if one["ref"] in reach else "",
    )
