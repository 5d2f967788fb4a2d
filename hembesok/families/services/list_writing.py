"""Writing a planned list in few statements, however long it is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hembesok.access.models import Site
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.trail import note, note_all
from hembesok.families.birth_list import (
    Candidate,
    CandidateGuardian,
    NewHousehold,
    NewSibling,
    Plan,
    fold_name,
)
from hembesok.families.models import Child, Family, Guardian, PersonIdentifier, TeamMember
from hembesok.families.models.family import new_ref
from hembesok.families.rules.protection import HOME_NOT_STORED, ProtectionLevel
from hembesok.families.services.registering import next_codes
from hembesok.values.identity import Identifier
from hembesok.values.names import folded

_LEVELS: Final = list(ProtectionLevel)


class ListWriter:
    """Writes families, and children of families there are, at one site.

    `nurse` is the account named for the new families and its unit, `clinics` the units
    that a row may name, by folded name.
    """

    def __init__(
        self,
        site: Site,
        *,
        area_version: str,
        nurse: tuple[int, int] | None,
        clinics: dict[str, int],
        by: Actor,
    ) -> None:
        self._site = site
        self._area_version = area_version
        self._nurse = nurse
        self._clinics = clinics
        self._by = by
        self._children: list[tuple[Child, Identifier | None]] = []
        self._guardians: list[tuple[Guardian, Identifier | None]] = []

    def write(self, plan: Plan) -> tuple[int, int]:
        """Write it all; return how many families are new, and how many of them have a nurse."""
        given = {folded(child.code) for new in plan.families for child in new.children}
        codes = (code for code in next_codes(self._site) if folded(code) not in given)
        families = [self._family(new, codes) for new in plan.families]
        Family.objects.bulk_create(families)
        for family, new in zip(families, plan.families, strict=True):
            self._add_children(family, new.children, after=0)
            self._add_guardians(family, new.children)
        for ref, news in _by_family(plan.siblings).items():
            self._add_siblings(ref, news)
        Child.objects.bulk_create([child for child, _identifier in self._children])
        Guardian.objects.bulk_create([one for one, _identifier in self._guardians])
        PersonIdentifier.objects.bulk_create(self._identifiers())
        note_all(self._by, "family.registered", [one.subject for one in families], "list")
        return len(families), self._name_nurse(families)

    def _family(self, new: NewHousehold, codes: Iterator[str]) -> Family:
        children, level = new.children, ProtectionLevel(new.protection.value)
        areas = [(one.deso, one.regso) for one in children if one.deso or one.regso]
        # What is not stored above the flag was left out by the judging; it is left out here too.
        kept = level not in HOME_NOT_STORED
        deso, regso = areas[0] if areas and kept else ("", "")
        return Family(
            site=self._site,
            ref=new_ref(),
            code=_first(one.code for one in children) or next(codes),
            clinic_id=self._clinic(children),
            advice_id=self._site.advice_id,
            language=_first(one.language for one in children),
            interpreter_needed=any(one.interpreter_needed for one in children),
            address=_first(one.address for one in children) if kept else "",
            deso=deso,
            regso=regso,
            area_version=self._area_version if deso or regso else "",
            protection=level.value,
        )

    def _clinic(self, children: Sequence[Candidate]) -> int | None:
        if self._by.role is Role.CHILD_HEALTH_NURSE:
            return self._by.unit
        told = self._clinics.get(folded(_first(one.clinic for one in children)))
        return told or (self._nurse[1] if self._nurse else self._site.clinic_id)

    def _add_children(self, family: Family, new: Sequence[Candidate], *, after: int) -> None:
        self._children += [
            (
                Child(
                    family=family,
                    number=number,
                    given_name=one.given_name,
                    born=one.born,
                    discharged=one.discharged,
                ),
                one.identifier,
            )
            for number, one in enumerate(new, start=after + 1)
        ]

    def _add_guardians(self, family: Family, children: Sequence[Candidate]) -> None:
        self._guardians += [
            (
                Guardian(
                    family=family,
                    number=number,
                    given_name=one.name,
                    phone=one.phone,
                    # Whose child comes first a list says of the family, and not of which parent.
                    first_time_parent=any(child.first_time_parent for child in children),
                    first_child_in_sweden=any(child.first_child_in_sweden for child in children),
                ),
                one.identifier,
            )
            for number, one in enumerate(_different(children), start=1)
        ]

    def _add_siblings(self, ref: str, news: Sequence[NewSibling]) -> None:
        """Add children to a family there is; its protection is made stronger, never weaker."""
        reach = Family.objects.within_reach_of(self._by)
        family = reach.select_for_update(of=("self",)).get(ref=ref)
        last = max(family.children.values_list("number", flat=True), default=0)
        self._add_children(family, [one.child for one in news], after=last)
        note_all(self._by, "child.added", [family.subject] * len(news), "list")
        level = max((ProtectionLevel(one.protection.value) for one in news), key=_LEVELS.index)
        if _LEVELS.index(level) > _LEVELS.index(family.level):
            family.protection = level.value
            if level in HOME_NOT_STORED:
                family.address = family.door_note = family.deso = family.regso = ""
            family.save()
            note(self._by, "family.protection_changed", family.subject, "list")

    def _identifiers(self) -> list[PersonIdentifier]:
        people: list[tuple[dict[str, Child | Guardian], Identifier]] = []
        people += [({"child": one}, number) for one, number in self._children if number]
        people += [({"guardian": one}, number) for one, number in self._guardians if number]
        return [
            PersonIdentifier(
                **person, system=number.system.value, value=number.value, starts=self._by.on
            )
            for person, number in people
        ]

    def _name_nurse(self, families: Sequence[Family]) -> int:
        """Name the nurse for the new families that are hers; return how many those are.

        A coordinator names nobody for protected families, nor for those of another clinic.
        """
        if self._nurse is None:
            return 0
        staff, unit = self._nurse
        own = self._by.role is Role.CHILD_HEALTH_NURSE
        named = [
            one
            for one in families
            if own or (one.clinic_id == unit and one.level is ProtectionLevel.NONE)
        ]
        role, on = Role.CHILD_HEALTH_NURSE, self._by.on
        TeamMember.objects.bulk_create(
            [TeamMember(family=one, staff_id=staff, role=role, starts=on) for one in named]
        )
        if not own:
            note_all(self._by, "team.changed", [one.subject for one in named], role)
        return len(named)


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")


def _by_family(found: Sequence[NewSibling]) -> dict[str, list[NewSibling]]:
    families: dict[str, list[NewSibling]] = defaultdict(list)
    for one in found:
        families[one.family].append(one)
    return families


def _different(children: Sequence[Candidate]) -> list[CandidateGuardian]:
    """Return each guardian of some siblings once: by number, else by name and telephone."""
    found: dict[tuple[str, ...], CandidateGuardian] = {}
    for child in children:
        for one in child.guardians:
            key = (one.identifier.value,) if one.identifier else (fold_name(one.name), one.phone)
            found.setdefault(key, one)
    return list(found.values())
