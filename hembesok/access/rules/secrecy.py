"""Who may read what: the one rule of secrecy between services, and within them.

Health care and social services are secret to each other even where one visit is
made by both (OSL 2009:400, 8 kap. 1 §, 25 kap. 1 §, 26 kap. 1 §). Reading across
needs a ground in force that day. A service's own record is open to those of its
unit who are named for the family, and guardians cannot block it. Which statute a
ground rests on stands in law.py. Source: domain handbook 5.1, 5.2, 5.4, 5.6.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from hembesok.access.rules.roles import VISITORS, Actor, Reach, Service, in_force


class Compartment(StrEnum):
    """Whose a note or a fact is."""

    HEALTH = "health"
    SOCIAL = "social"
    JOINT = "joint"
    PARENT = "parent"
    """A parent's own health or safety, kept by one service: never for the other parent."""
    AUTHORITY = "authority"
    """The social services' authority unit: nobody in the programme, which is prevention."""


class Field(StrEnum):
    """What a record tells: consents and other grounds name exactly these."""

    NAMES = "names"
    CONTACT = "contact"
    LANGUAGE = "language"
    PARITY = "parity"
    PROGRAMME_VISITS = "programme_visits"
    BASE_VISITS = "base_visits"
    IDENTITY_NUMBER = "identity_number"
    NOTE = "note"
    PARENT_NOTE = "parent_note"


FACTS: Final = {
    Field.NAMES: Compartment.JOINT,
    Field.CONTACT: Compartment.JOINT,
    Field.LANGUAGE: Compartment.JOINT,
    Field.PARITY: Compartment.JOINT,
    Field.PROGRAMME_VISITS: Compartment.JOINT,
    Field.BASE_VISITS: Compartment.HEALTH,
    Field.IDENTITY_NUMBER: Compartment.HEALTH,
}
"""The compartment of each fact about a family; a note says its own."""

PLANNING: Final = frozenset({Field.NAMES, Field.LANGUAGE, Field.PARITY, Field.PROGRAMME_VISITS})
"""What is read by whoever plans a site and visits nobody: no note, no home."""

PLANNING_PROTECTED: Final = frozenset({Field.PROGRAMME_VISITS})
"""The same of a family whose personal data are protected: its code and its visits."""

SHAREABLE: Final = frozenset({Field.BASE_VISITS, Field.NOTE, Field.PARENT_NOTE})
"""What one service can be let read of another's; the rest is joint or stays.

A yes to the notes about a child is no yes to what is written of a parent.
"""

OWNER: Final = {Compartment.HEALTH: Service.CHILD_HEALTH, Compartment.SOCIAL: Service.SOCIAL}


class DisclosureGround(StrEnum):
    """Why a unit may read what another unit keeps."""

    CONSENT = "consent"
    HARM_TEST = "harm_test"
    CHILD_NEED = "child_need"  # OSL 25 kap. 12 §, 26 kap. 9 §
    DUTY_TO_REPORT = "duty_to_report"
    EMERGENCY = "emergency"


class Basis(StrEnum):
    """On what somebody reads: it stands in the trail."""

    NAMED = "team"
    SITE = "site"
    GUARDIAN = "guardian"
    CONSENT = "consent"
    HARM_TEST = "harm_test"
    CHILD_NEED = "child_need"
    DUTY_TO_REPORT = "duty_to_report"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which one unit, or in an emergency one person, reads another unit's record.

    `guardian` is who consented, or whose own record is meant. Withdrawing closes
    at once: on the day itself nothing is read any more.
    """

    kind: DisclosureGround
    source: int | None
    fields: frozenset[Field]
    starts: date
    recipient: int | None = None
    staff: int | None = None
    guardian: int | None = None
    ends: date | None = None
    withdrawn: date | None = None

    def __post_init__(self) -> None:
        if (self.recipient is None) == (self.staff is None):
            raise ValueError("a ground is for a unit, or in an emergency for one person")
        if (self.staff is not None) != (self.kind is DisclosureGround.EMERGENCY):
            raise ValueError("only an emergency is for one person")
        if self.source is None and self.kind is not DisclosureGround.EMERGENCY:
            raise ValueError("a ground is about one unit's record")

    def opens(self, record: "Record", actor: Actor, on: date) -> bool:
        """Tell whether this ground is for that record, that reader and that day."""
        return (
            self.source in (None, record.unit)
            and record.field in self.fields
            and (self.staff == actor.staff or self.recipient == actor.unit)
            and in_force(self.starts, self.ends, on)
            and (self.withdrawn is None or on < self.withdrawn)
        )


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """A note or a fact, as the rule sees it; the numbers are database keys.

    `unit` keeps it. `named` are the staff named for the family on the day.
    `guardians` are those whose consents are all needed; `guardian` is the one
    whose own it is, `apart` says that the guardians are protected from each other,
    and `protected` that the family's personal data are.
    """

    compartment: Compartment
    field: Field
    unit: int | None
    site: int
    family: int
    named: frozenset[int] = frozenset()
    guardians: frozenset[int] = frozenset()
    guardian: int | None = None
    apart: bool = False
    protected: bool = False
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class GuardianReader:
    """A guardian who is shown, or handed, what is written."""

    guardian: int
    family: int


def may_read(actor: Actor | GuardianReader, record: Record, on: date) -> Basis | None:
    """Return on what basis somebody may read a record on a day, or None: not at all."""
    if record.compartment is Compartment.AUTHORITY:
        return None
    if isinstance(actor, GuardianReader):
        return Basis.GUARDIAN if _open_to_guardian(actor, record) else None
    if actor.reach is Reach.NOBODY or actor.site != record.site:
        return None
    if actor.reach is Reach.SITE:
        fields = PLANNING_PROTECTED if record.protected else PLANNING
        planned = record.compartment is Compartment.JOINT and record.field in fields
        return Basis.SITE if planned else None
    if actor.staff not in record.named:
        return None
    if _own(actor, record):
        return Basis.NAMED
    return _ground_for(actor, record, on)


def _open_to_guardian(reader: GuardianReader, record: Record) -> bool:
    """Both guardians read a child's record; what is one parent's own is for that parent only."""
    if reader.family != record.family:
        return False
    if record.compartment is Compartment.PARENT or (record.apart and record.guardian is not None):
        return record.guardian == reader.guardian
    return True


def _own(actor: Actor, record: Record) -> bool:
    if record.compartment is Compartment.JOINT:
        # Where a family lives is for those who go there.
        return record.field is not Field.CONTACT or actor.role in VISITORS
    if record.unit != actor.unit:
        return False
    if record.compartment is Compartment.PARENT:
        # Kept by the unit that wrote it, and read by those of it who are named for the family.
        return actor.service is not None
    return actor.service is OWNER[record.compartment]


def _ground_for(actor: Actor, record: Record, on: date) -> Basis | None:
    opening = [ground for ground in record.grounds if ground.opens(record, actor, on)]
    if record.compartment is Compartment.PARENT:
        opening = [
            ground
            for ground in opening
            if ground.guardian == record.guardian or ground.kind is DisclosureGround.EMERGENCY
        ]
    said_yes = {g.guardian for g in opening if g.kind is DisclosureGround.CONSENT}
    whose = {record.guardian} if record.compartment is Compartment.PARENT else set(record.guardians)
    if whose and whose <= said_yes:
        return Basis.CONSENT
    others = [ground.kind for ground in opening if ground.kind is not DisclosureGround.CONSENT]
    return Basis(others[0].value) if others else None
