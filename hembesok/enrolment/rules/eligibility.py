"""Who the programme is for at a site: a rule that is data, and the reasons it gives.

"First-time parent" is a property of a parent, and it is enough that one has it,
or that the child is a parent's first in Sweden (domain handbook 0.2). A site
bounds it by area, by clinic or by a list of addresses. The reasons are stored
with the verdict: why a family was not offered is asked for years later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from hembesok.values.dates import Span, add
from hembesok.values.refusals import Reason


class Parents(StrEnum):
    """What one of the parents has to be; any of those named is enough."""

    FIRST_TIME_PARENT = "first_time_parent"
    FIRST_CHILD_IN_SWEDEN = "first_child_in_sweden"


@dataclass(frozen=True, slots=True)
class Criteria:
    """A site's rule; what is empty asks for nothing, and of the places any one is enough.

    `areas` are DeSO or RegSO codes of one version, `clinics` keys of units,
    `addresses` beginnings of addresses as "Almgatan 1", `oldest` an age at the offer.
    """

    parents: frozenset[Parents] = frozenset()
    areas: frozenset[str] = frozenset()
    area_version: str = ""
    clinics: frozenset[int] = frozenset()
    addresses: tuple[str, ...] = ()
    oldest: Span | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """What the rule asks about a child on a day."""

    born: date
    parents: frozenset[Parents]
    areas: frozenset[str] = frozenset()
    area_version: str = ""
    clinic: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a child is eligible, what it met and what it did not: keys, to be stored."""

    eligible: bool
    met: tuple[str, ...] = field(default=())
    failed: tuple[str, ...] = field(default=())


def judge(criteria: Criteria, facts: Facts, on: date) -> Verdict:
    """Judge a child by a site's rule on the day of an offer."""
    met: list[str] = []
    failed: list[str] = []
    if criteria.parents:
        fitting = [kind for kind in Parents if kind in criteria.parents & facts.parents]
        met += fitting
        failed += [] if fitting else ["no_such_parent"]
    places = _places(criteria, facts)
    if places:
        met += [name for name, holds in places.items() if holds]
        failed += [] if any(places.values()) else ["outside_the_area"]
    if criteria.oldest is not None:
        young = on <= add(facts.born, criteria.oldest)
        (met if young else failed).append("young_enough" if young else "too_old_at_offer")
    return Verdict(not failed, tuple(str(one) for one in met), tuple(failed))


def _places(criteria: Criteria, facts: Facts) -> dict[str, bool]:
    places: dict[str, bool] = {}
    if criteria.areas:
        same = facts.area_version == criteria.area_version
        places["area"] = same and bool(facts.areas & criteria.areas)
    if criteria.clinics:
        places["clinic"] = facts.clinic in criteria.clinics
    if criteria.addresses:
        places["address"] = any(_lives_at(facts.address, one) for one in criteria.addresses)
    return places


def _lives_at(address: str, listed: str) -> bool:
    """Almgatan 1 is Almgatan 1 A and not Almgatan 12."""
    written, wanted = (" ".join(one.split()).casefold() for one in (address, listed))
    rest = written.removeprefix(wanted)
    return rest != written and not rest[:1].isdigit()


MET: Final = (*Parents, "area", "clinic", "address", "young_enough")
FAILED: Final = ("no_such_parent", "outside_the_area", "too_old_at_offer")
"""The keys a verdict is stored with; their words stand in the web."""

_KEYS: Final = ("parents", "areas", "area_version", "clinics", "addresses", "oldest")


def read_criteria(content: Mapping[str, Any]) -> Criteria | Reason:
    """Read a rule from plain data, as it is stored; a Reason says what is wrong with it."""
    if unknown := sorted(set(content) - set(_KEYS)):
        return Reason("criteria_unknown_key", {"key": unknown[0]})
    try:
        criteria = Criteria(
            parents=frozenset(Parents(one) for one in content.get("parents", ())),
            areas=frozenset(str(one).strip() for one in content.get("areas", ())),
            area_version=str(content.get("area_version", "")),
            clinics=frozenset(int(one) for one in content.get("clinics", ())),
            addresses=tuple(str(one) for one in content.get("addresses", ()) if str(one).strip()),
            oldest=Span.parse(content["oldest"]) if content.get("oldest") else None,
        )
    except (ValueError, TypeError) as error:
        return Reason("criteria_wrong", {"why": str(error)})
    if criteria.areas and not criteria.area_version:
        return Reason("area_without_version")
    return criteria


def write_criteria(criteria: Criteria) -> dict[str, Any]:
    """Return a rule as plain data, to be stored."""
    return {
        "parents": sorted(criteria.parents),
        "areas": sorted(criteria.areas),
        "area_version": criteria.area_version,
        "clinics": sorted(criteria.clinics),
        "addresses": list(criteria.addresses),
        "oldest": str(criteria.oldest) if criteria.oldest else "",
    }
