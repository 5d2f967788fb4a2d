"""What becomes of a judged list: which families it makes, whom it adds to, what is left out.

Numbers are one person's: a row whose guardian or child is somebody else already is
left out with the reason, so that a list never moves a person from one family to another.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from hembesok.access.rules.roles import Role
from hembesok.families.birth_list.candidates import Candidate, Judged, Remark, Verdict
from hembesok.families.birth_list.fields import Protection
from hembesok.families.rules.people import NewChild, NewFamily, why_not_register
from hembesok.values.names import folded
from hembesok.values.refusals import Reason


@dataclass(frozen=True, slots=True, repr=False)
class Holder:
    """Who has a number: the reference of the family when it is within reach, else None."""

    family: str | None
    guardian: bool


@dataclass(frozen=True, slots=True, repr=False)
class Surroundings:
    """What is so already where a list comes in.

    `holder` says whose a normalised number is. `codes` are the site's family codes, and
    `other_clinics` the names of clinics whose children are not the actor's to bring in,
    both folded.
    """

    holder: Callable[[str], Holder | None]
    codes: Collection[str] = ()
    other_clinics: Collection[str] = ()


@dataclass(frozen=True, slots=True, repr=False)
class NewHousehold:
    """Children that become a family, protected as the one of them that is protected most.

    Also a sibling whose row is not brought in protects the others.
    """

    children: list[Candidate]
    protection: Protection


@dataclass(frozen=True, slots=True, repr=False)
class NewSibling:
    """A child of a family there is, by its reference."""

    family: str
    child: Candidate
    protection: Protection


@dataclass(slots=True, repr=False)
class Plan:
    """What a list becomes: new families, children of families there are, and what is left out.

    `told` is said of rows that change nothing, for somebody to look into.
    """

    families: list[NewHousehold] = field(default_factory=list)
    siblings: list[NewSibling] = field(default_factory=list)
    left: list[Remark] = field(default_factory=list)
    told: list[Remark] = field(default_factory=list)

    @property
    def children(self) -> int:
        """How many children it brings in."""
        return len(self.siblings) + sum(len(family.children) for family in self.families)


def plan(
    judged: Judged, near: Collection[int], around: Surroundings, *, role: Role, on: date
) -> Plan:
    """Plan what is written: good rows, and of the near ones those a person has ticked."""
    chosen = {row.number for row in judged.of(Verdict.GOOD)}
    chosen |= {row.number for row in judged.of(Verdict.NEAR)} & set(near)
    planning = _Planning(around, role, on)
    for household in judged.households.values():
        planning.take(household, chosen)
    for row in judged.of(Verdict.DUPLICATE):
        if row.candidate and row.candidate.protection is not Protection.NONE:
            planning.plan.told.append(Remark(row.number, "", Reason("list_protection_known")))
    return planning.plan


class _Planning:
    def __init__(self, around: Surroundings, role: Role, on: date) -> None:
        self.plan = Plan()
        self._around = around
        self._role = role
        self._on = on
        self._taken: set[str] = set()
        self._codes = set(around.codes)

    def take(self, household: Sequence[Candidate], chosen: Collection[int]) -> None:
        """Plan the chosen rows of one household."""
        protection = max((child.protection for child in household), key=list(Protection).index)
        children = [one for one in household if one.row in chosen and self._may_come(one)]
        if children:
            self._household(children, protection)

    def _may_come(self, child: Candidate) -> bool:
        """Leave out a child that no rule lets in, with the reason."""
        new = NewFamily(language="", children=[NewChild(child.born, discharged=child.discharged)])
        reason = why_not_register(new, role=self._role, on=self._on)
        if child.clinic and folded(child.clinic) in self._around.other_clinics:
            reason = Reason("list_other_clinic")
        if reason is not None:
            self._leave(child, reason)
        return reason is None

    def _household(self, children: list[Candidate], protection: Protection) -> None:
        at, reason = self._home_of(children)
        if at is None and reason is None:
            reason = self._why_no_family(children)
        if reason is not None:
            for child in children:
                self._leave(child, reason)
        elif at is not None:
            self._taken |= set(_child_numbers(children))
            self.plan.siblings += [NewSibling(at, child, protection) for child in children]
        else:
            self._codes |= set(_codes(children))
            self._taken |= set(_numbers(children))
            self.plan.families.append(NewHousehold(children, protection))

    def _home_of(self, children: Sequence[Candidate]) -> tuple[str | None, Reason | None]:
        """Return the family a guardian is in, or why the household cannot be brought in."""
        found: str | None = None
        for value in _guardian_numbers(children):
            holder = self._around.holder(value)
            if holder is None:
                continue
            if not holder.guardian or holder.family is None:
                return None, Reason("list_guardian_elsewhere")
            if found not in (None, holder.family):
                return None, Reason("list_two_families")
            found = holder.family
        used = _numbers(children) if found is None else _child_numbers(children)
        if self._taken & set(used):
            return None, Reason("list_number_twice")
        return found, None

    def _why_no_family(self, children: Sequence[Candidate]) -> Reason | None:
        """Return why these children make no new family, or None."""
        if any(not one.name for child in children for one in child.guardians):
            # A guardian is asked for a consent by name, and no page writes one afterwards.
            return Reason("list_guardian_without_name")
        codes = set(_codes(children))
        if len(codes) > 1:
            return Reason("list_two_codes")
        return Reason("list_code_taken") if codes & self._codes else None

    def _leave(self, child: Candidate, reason: Reason) -> None:
        self.plan.left.append(Remark(child.row, "", reason))


def _codes(children: Sequence[Candidate]) -> Iterator[str]:
    return (folded(child.code) for child in children if child.code)


def _child_numbers(children: Sequence[Candidate]) -> Iterator[str]:
    return (child.identifier.value for child in children if child.identifier)


def _guardian_numbers(children: Sequence[Candidate]) -> Iterator[str]:
    for child in children:
        yield from (one.identifier.value for one in child.guardians if one.identifier)


def _numbers(children: Sequence[Candidate]) -> Iterator[str]:
    yield from _child_numbers(children)
    yield from _guardian_numbers(children)
