"""What an actor may read of families: the rule, given all it asks for, in six queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from hembesok.access.rules.roles import Actor
from hembesok.access.rules.secrecy import (
    FACTS,
    SHAREABLE,
    Basis,
    Compartment,
    DisclosureGround,
    Field,
    Ground,
    GuardianReader,
    Record,
    may_read,
)
from hembesok.families.models import Cover, EmergencyAccess, Family, Guardian, TeamMember
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.secrecy.models import Consent, Disclosure, Note, SiteDocumentation
from hembesok.secrecy.rules import DocumentationMode, Purpose, place_word


@dataclass(frozen=True, slots=True, repr=False)
class Door:
    """All the rule needs to know of one family on one day, to judge each record of it."""

    family: int
    site: int
    clinic: int | None
    advice: int | None
    named: frozenset[int]
    guardians: frozenset[int]
    apart: bool
    protected: bool
    grounds: tuple[Ground, ...]

    def record(
        self,
        field: Field,
        compartment: Compartment,
        *,
        unit: int | None,
        guardian: int | None = None,
    ) -> Record:
        """Return a record of this family, as the rule sees it."""
        return Record(
            compartment=compartment,
            field=field,
            unit=unit,
            site=self.site,
            family=self.family,
            named=self.named,
            guardians=self.guardians,
            guardian=guardian,
            apart=self.apart,
            protected=self.protected,
            grounds=self.grounds,
        )

    def fact(self, field: Field, *, guardian: int | None = None) -> Record:
        """Return a fact about the family, or about one guardian of it."""
        compartment = FACTS[field]
        unit = self.clinic if compartment is Compartment.HEALTH else None
        return self.record(field, compartment, unit=unit, guardian=guardian)

    def shows(self, field: Field, reader: Actor | GuardianReader, on: date) -> Basis | None:
        """Return on what basis a reader sees a fact of this family, or None."""
        return may_read(reader, self.fact(field), on)


def doors(families: Iterable[Family], actor: Actor) -> Mapping[int, Door]:
    """Return the door of each family, by its key; `families` came through `within_reach_of`."""
    found = list(families)
    opened = list(EmergencyAccess.objects.open_for(actor).filter(family__in=found))
    named = _named(found, actor, opened)
    guardians = _guardians(found)
    grounds = _grounds(found, actor, opened)
    return {
        family.pk: Door(
            family=family.pk,
            site=family.site_id,
            clinic=family.clinic_id,
            advice=family.advice_id,
            named=frozenset(named[family.pk]),
            guardians=frozenset(guardians[family.pk]),
            apart=family.parents_apart,
            protected=family.level is not ProtectionLevel.NONE,
            grounds=tuple(grounds[family.pk]),
        )
        for family in found
    }


def door(family: Family, actor: Actor) -> Door:
    """Return the door of one family."""
    return doors([family], actor)[family.pk]


def _named(
    families: list[Family], actor: Actor, opened: Iterable[EmergencyAccess]
) -> Mapping[int, set[int]]:
    """Return whom each family has named for it today, as far as this actor is one of them.

    Others are not asked for: the rule is asked about nobody else.
    """
    named: dict[int, set[int]] = defaultdict(set)
    for one in opened:
        named[one.family_id].add(actor.staff)
    for rows in (TeamMember.objects.naming(actor), Cover.objects.naming(actor)):
        for family in rows.filter(family__in=families).values_list("family", flat=True):
            named[family].add(actor.staff)
    return named


def _guardians(families: list[Family]) -> Mapping[int, set[int]]:
    guardians: dict[int, set[int]] = defaultdict(set)
    found = Guardian.objects.filter(family__in=families, custody=True)
    for family, guardian in found.values_list("family", "pk"):
        guardians[family].add(guardian)
    return guardians


def _grounds(
    families: list[Family], actor: Actor, opened: Iterable[EmergencyAccess]
) -> Mapping[int, list[Ground]]:
    grounds: dict[int, list[Ground]] = defaultdict(list)
    consents = Consent.objects.filter(
        guardian__family__in=families, purpose=Purpose.SHARE, recipient=actor.unit
    ).select_related("guardian")
    for consent in consents:
        grounds[consent.guardian.family_id].append(_of_consent(consent))
    for one in Disclosure.objects.filter(family__in=families, recipient=actor.unit):
        grounds[one.family_id].append(_of_disclosure(one))
    for access in opened:
        grounds[access.family_id].append(_of_emergency(access, actor))
    return grounds


def _of_consent(consent: Consent) -> Ground:
    return Ground(
        kind=DisclosureGround.CONSENT,
        source=consent.source_id,
        recipient=consent.recipient_id,
        fields=consent.shared,
        starts=consent.given,
        ends=consent.ends,
        withdrawn=consent.withdrawn,
        guardian=consent.guardian_id,
    )


def _of_disclosure(disclosure: Disclosure) -> Ground:
    return Ground(
        kind=disclosure.kind,
        source=disclosure.source_id,
        recipient=disclosure.recipient_id,
        fields=disclosure.shared,
        starts=disclosure.starts,
        ends=disclosure.ends,
        withdrawn=disclosure.withdrawn,
        guardian=disclosure.guardian_id,
    )


def _of_emergency(opened: EmergencyAccess, actor: Actor) -> Ground:
    return Ground(
        kind=DisclosureGround.EMERGENCY,
        source=None,
        staff=opened.staff_id,
        fields=SHAREABLE | {Field.IDENTITY_NUMBER},
        starts=actor.on,
        ends=actor.on,
    )


# repr=False: what is written about a person must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class NoteRow:
    """A note as a reader sees it, with the basis on which it is read."""

    key: int
    compartment: Compartment
    unit: str
    author: str
    written: datetime
    about_day: date
    text: str
    guardian: str
    guardian_number: int | None
    basis: Basis
    own: bool
    corrects: int | None

    @property
    def place(self) -> str:
        """How the trail names where the note stands."""
        return place_word(self.compartment, self.guardian_number)


def notes_of(
    family: Family, door: Door, reader: Actor | GuardianReader, on: date
) -> tuple[NoteRow, ...]:
    """Return the notes of a family that a reader may read, latest first."""
    notes = (
        Note.objects.filter(family=family)
        .select_related("unit", "author", "guardian")
        .order_by("-about_day", "-pk")
    )
    rows = []
    for note in notes:
        compartment = Compartment(note.compartment)
        record = door.record(
            Field.PARENT_NOTE if compartment is Compartment.PARENT else Field.NOTE,
            compartment,
            unit=note.unit_id,
            guardian=note.guardian_id,
        )
        if basis := may_read(reader, record, on):
            rows.append(_row(note, basis, reader))
    return tuple(rows)


def _row(note: Note, basis: Basis, reader: Actor | GuardianReader) -> NoteRow:
    return NoteRow(
        key=note.pk,
        compartment=Compartment(note.compartment),
        unit=note.unit.name,
        author=note.author.name,
        written=note.written,
        about_day=note.about_day,
        text=note.text,
        guardian=note.guardian.given_name if note.guardian else "",
        guardian_number=note.guardian.number if note.guardian else None,
        basis=basis,
        own=isinstance(reader, Actor) and note.unit_id == reader.unit,
        corrects=note.corrects_id,
    )


def mode_of(site: int, *, on: date) -> DocumentationMode:
    """Return what a site's adviser part keeps on a day; without a decision, everything."""
    decided = (
        SiteDocumentation.objects.filter(Q(site=site), starts__lte=on).order_by("starts").last()
    )
    return DocumentationMode(decided.mode) if decided else DocumentationMode.IDENTIFIED
