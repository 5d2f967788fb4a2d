"""The parts of a joint visit: who is asked, who has said yes, and what is missing.

Values only. A visit is ready when everyone who comes has said yes, the interpreter is
confirmed where one is needed, and there is a time and a place. Source: domain handbook 3
(two professions at one visit, guests at some), 5.6 (where a home is not stored).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from hembesok.access.rules.roles import Role
from hembesok.families.rules.protection import HOME_NOT_STORED, ProtectionLevel
from hembesok.programme.rules.protocol import Kind, Profession, Step
from hembesok.values.refusals import Reason


class PartKind(StrEnum):
    """Whose part of a visit it is."""

    NURSE = "nurse"
    ADVISER = "adviser"
    MIDWIFE = "midwife"
    DENTAL = "dental"
    FAMILY = "family"


class Answer(StrEnum):
    """What whoever was asked has answered."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"


class Place(StrEnum):
    """Where a visit is to be."""

    HOME = "home"
    CLINIC = "clinic"
    MEETING_PLACE = "meeting_place"
    PHONE = "phone"
    VIDEO = "video"


class Mode(StrEnum):
    """How an interpreter takes part."""

    ON_SITE = "on_site"
    PHONE = "phone"
    VIDEO = "video"


class GenderWish(StrEnum):
    """Whom the family would rather have as an interpreter."""

    WOMAN = "woman"
    MAN = "man"


class Came(StrEnum):
    """Whether an interpreter came."""

    ON_TIME = "on_time"
    LATE = "late"
    ABSENT = "absent"


class Quality(StrEnum):
    """How well it went with the interpreter."""

    GOOD = "good"
    ACCEPTABLE = "acceptable"
    POOR = "poor"


ROLE_OF: Final[Mapping[PartKind, Role]] = {
    PartKind.NURSE: Role.CHILD_HEALTH_NURSE,
    PartKind.ADVISER: Role.PARENTAL_ADVISER,
}
"""The parts of the two who visit: each answers for the own part alone."""

KIND_OF: Final = {role: kind for kind, role in ROLE_OF.items()}

GUESTS: Final = (PartKind.MIDWIFE, PartKind.DENTAL)
"""Parts of those who come as guests and have no account: others write what they answered."""

_BY_PROFESSION: Final[Mapping[Profession, PartKind]] = {
    Profession.CHILD_HEALTH_NURSE: PartKind.NURSE,
    Profession.PARENTAL_ADVISER: PartKind.ADVISER,
    Profession.MIDWIFE: PartKind.MIDWIFE,
    Profession.DENTAL_NURSE: PartKind.DENTAL,
}

USUAL_MINUTES: Final = 60
"""How long a visit takes where nobody has said otherwise. Ours."""


def parts_of_base() -> tuple[PartKind, ...]:
    """Return whose parts a visit of the base programme has: the nurse's and the family's."""
    return PartKind.NURSE, PartKind.FAMILY


def parts_of(step: Step, *, own: bool) -> tuple[PartKind, ...]:
    """Return whose parts a visit has; `own` is a step of the programme itself."""
    if not own:
        return parts_of_base()
    asked = [_BY_PROFESSION[one] for one in step.professions if one in _BY_PROFESSION]
    return *dict.fromkeys(asked or [PartKind.NURSE]), PartKind.FAMILY


def is_joint(kinds: Collection[PartKind]) -> bool:
    """Tell whether a visit is made by both services."""
    return set(ROLE_OF) <= set(kinds)


def usual_place(kind: Kind, level: ProtectionLevel) -> Place:
    """Return where a visit of a kind is, unless somebody says otherwise."""
    if kind is Kind.HOME:
        return Place.MEETING_PLACE if level in HOME_NOT_STORED else Place.HOME
    return Place.PHONE if kind is Kind.REMOTE else Place.CLINIC


def why_not_place(place: Place, level: ProtectionLevel) -> Reason | None:
    """Return why a visit may not be planned for a place, or None."""
    if place is Place.HOME and level in HOME_NOT_STORED:
        return Reason("home_not_stored")
    return None


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """Whose part, who has it, and the answer; `staff` is a database key, `name` is shown."""

    kind: PartKind
    staff: int | None = None
    name: str = ""
    answer: Answer = Answer.ASKED

    @property
    def nobody(self) -> bool:
        """Whether it is a part for staff, and nobody has been asked."""
        return self.kind in ROLE_OF and self.staff is None


class Lack(StrEnum):
    """What a visit may lack, in the order it is told."""

    TIME = "time"
    PLACE = "place"
    NOBODY_ASKED = "nobody_asked"
    SAID_NO = "said_no"
    NOT_ANSWERED = "not_answered"
    INTERPRETER_NOT_BOOKED = "interpreter_not_booked"
    INTERPRETER_NOT_CONFIRMED = "interpreter_not_confirmed"


OF_INTERPRETER: Final = frozenset({Lack.INTERPRETER_NOT_BOOKED, Lack.INTERPRETER_NOT_CONFIRMED})


@dataclass(frozen=True, slots=True, repr=False)
class Missing:
    """One thing a visit lacks; `part` says whose part it is, where it is a part."""

    lack: Lack
    part: Part | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Readiness:
    """What is missing until a visit is ready. `whole` is false where some of it is not shown."""

    missing: tuple[Missing, ...] = ()
    whole: bool = True

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return self.whole and not self.missing

    def without_interpreter(self) -> "Readiness":
        """Return it for whoever may not know the family's language: it tells of no interpreter."""
        left = tuple(one for one in self.missing if one.lack not in OF_INTERPRETER)
        return Readiness(left, whole=False)


@dataclass(frozen=True, slots=True)
class Interpreting:
    """How it stands with the interpreter of a visit."""

    needed: bool = False
    booked: bool = False
    confirmed: bool = False


def readiness(
    *,
    at: datetime | None,
    place: Place | None,
    place_known: bool,
    kinds: Sequence[PartKind],
    parts: Iterable[Part],
    alone: Role | None = None,
    interpreting: Interpreting,
) -> Readiness:
    """Return what is missing until a visit is ready.

    `kinds` are the parts the step asks for; one of them without a row in `parts`
    has not been asked. Made alone, a visit waits for no yes of the other service.
    `place_known` is whether the place chosen stands written.
    """
    missing = [] if at is not None else [Missing(Lack.TIME)]
    if place is None or not place_known:
        missing.append(Missing(Lack.PLACE))
    asked = {part.kind: part for part in parts}
    for kind in counted(kinds, alone):
        found = _of_part(asked.get(kind, Part(kind)))
        missing += [found] if found is not None else []
    missing += [Missing(lack) for lack in _of_interpreter(interpreting)]
    order = list(Lack)
    return Readiness(tuple(sorted(missing, key=lambda one: order.index(one.lack))))


def counted(kinds: Iterable[PartKind], alone: Role | None) -> tuple[PartKind, ...]:
    """Return the parts that a visit waits for: without the other service's where one goes alone."""
    return tuple(
        kind for kind in kinds if alone is None or kind not in ROLE_OF or ROLE_OF[kind] is alone
    )


def _of_part(part: Part) -> Missing | None:
    if part.nobody:
        return Missing(Lack.NOBODY_ASKED, part)
    lacks = {Answer.NO: Lack.SAID_NO, Answer.ASKED: Lack.NOT_ANSWERED}
    return Missing(lacks[part.answer], part) if part.answer in lacks else None


def _of_interpreter(interpreting: Interpreting) -> list[Lack]:
    if not interpreting.booked:
        return [Lack.INTERPRETER_NOT_BOOKED] if interpreting.needed else []
    return [] if interpreting.confirmed else [Lack.INTERPRETER_NOT_CONFIRMED]


def why_not_answer(part: Part | None, *, staff: int) -> Reason | None:
    """Return why somebody may not answer for a part, or None.

    Those who visit answer for themselves; for the family and for guests, whoever
    has spoken with them: the team and the coordinator.
    """
    if part is None:
        return Reason("no_such_part")
    if part.nobody:
        return Reason("nobody_asked_yet")
    if part.kind in ROLE_OF and part.staff != staff:
        return Reason("not_your_part", {"who": part.name})
    return None


def why_not_put(part: Part | None, staff: int) -> Reason | None:
    """Return why another person may not be put in a part, or None."""
    if part is None or part.kind not in ROLE_OF:
        return Reason("no_such_part")
    return Reason("asked_already", {"who": part.name}) if part.staff == staff else None


def why_not_alone(
    kinds: Collection[PartKind], alone: Role | None, now: Role | None
) -> Reason | None:
    """Return why a visit may not be made by one service, or by both again, or None."""
    if not is_joint(kinds):
        return Reason("not_joint")
    return Reason("alone_already") if alone is now else None


def why_not_came(came: Came | None, quality: Quality | None, *, begun: bool) -> Reason | None:
    """Return why it may not be written how it went with an interpreter, or None."""
    if (came is not None or quality is not None) and not begun:
        return Reason("interpreter_not_yet")
    if quality is not None and came in (None, Came.ABSENT):
        return Reason("quality_without_interpreter")
    return None


MOST_COST: Final = Decimal("99999.99")


def why_not_cost(cost: Decimal | None) -> Reason | None:
    """Return why an interpreter cannot have cost so much, in SEK, or None."""
    if cost is not None and not (0 <= cost <= MOST_COST and cost == round(cost, 2)):
        return Reason("cost_unlikely", {"most": MOST_COST})
    return None


def changes_before(seen: Iterable[tuple[Role, int]], role: Role, staff: int) -> int:
    """Return which change for a family it would be that somebody comes in a role; 0: none.

    `seen` are all who have visited or been named for the family, each with the role;
    the numbers are database keys. The first in a role is no change, and whom the
    family knows is none. A family that has had two nurses and one adviser has had
    one change: a new adviser would be the second. Source: domain handbook 3, the same
    people from visit to visit.
    """
    known = set(seen)
    if (role, staff) in known or not any(one == role for one, _staff in known):
        return 0
    roles = {one for one, _staff in known}
    return len(known) - len(roles) + 1


def next_sequence(sequence: int, *, changed: bool = True) -> int:
    """Return the number of a visit's latest version for calendars: it never goes back."""
    return sequence + 1 if changed else sequence
