"""Who is stored already, as far as somebody's list may be compared with it."""

from collections.abc import Iterator

from django.db.models import Prefetch, Q

from hembesok.access.keys import keyring
from hembesok.access.models import Site, Unit
from hembesok.access.rules.roles import Actor, Role
from hembesok.families.birth_list import Holder, Known, KnownChild, fold_name, guardian_keys
from hembesok.families.models import Child, Family, Guardian, PersonIdentifier
from hembesok.families.models.identifiers import CURRENT, WRONG
from hembesok.families.rules.protection import PROTECTED
from hembesok.values.identity import IdentifierSystem
from hembesok.values.names import folded


def clinics_of(by: Actor) -> dict[str, int]:
    """Return the clinics of the site's region that a row may name, by folded name."""
    own = Site.objects.select_related("clinic").get(pk=by.site).clinic
    if own is None:
        return {}
    units = Unit.objects.filter(organisation=own.organisation_id)
    units = units.filter(Q(pk__in=Site.objects.values("clinic")) | Q(pk=by.unit))
    return {folded(unit.name): unit.pk for unit in units}


def other_clinics(by: Actor) -> set[str]:
    """Return the clinics whose children a nurse does not bring in: they are not hers to see."""
    if by.role is not Role.CHILD_HEALTH_NURSE:
        return set()
    return {name for name, pk in clinics_of(by).items() if pk != by.unit}


class Stored:
    """Whose each number is, and the children that rows are compared with.

    `matched` gathers the references of families whose numbers were asked for, `reach`
    holds those that the actor may see.
    """

    def __init__(self, by: Actor) -> None:
        self._by = by
        self._ring = keyring()
        index = PersonIdentifier._meta.get_field("index")
        self._context = index.context
        self.matched: set[str] = set()
        self.reach = set(Family.objects.within_reach_of(by).values_list("ref", flat=True))
        self._held = {
            row: (of_child or of_guardian, of_guardian is not None)
            for row, of_child, of_guardian in PersonIdentifier.objects.exclude(status=WRONG)
            .values_list("index", "child__family__ref", "guardian__family__ref")
            .iterator()
        }

    def _of(self, value: str) -> tuple[str, bool] | None:
        for index in self._ring.blinds(value, self._context):
            if found := self._held.get(index):
                return found
        return None

    def holder(self, value: str) -> Holder | None:
        """Return who has a number."""
        found = self._of(value)
        if found is None:
            return None
        ref, guardian = found
        self.matched.add(ref)
        return Holder(ref if ref in self.reach else None, guardian)

    def codes(self) -> set[str]:
        """Return the family codes of the site."""
        codes = Family.objects.filter(site=self._by.site).values_list("code", flat=True)
        return {folded(code) for code in codes}

    def known(self) -> Known:
        """Return whom the rows are compared with."""

        def family_of(value: str) -> str | None:
            found = self._of(value)
            return found[0] if found else None

        return Known(family_of, self._children())

    def _children(self) -> Iterator[KnownChild]:
        """Children within reach; and those of the own unit, unless they are protected.

        A colleague's family is compared with, so that no child is written twice, and not shown.
        """
        by = self._by
        theirs = Q(clinic=by.unit) & ~Q(protection__in=[level.value for level in PROTECTED])
        families = Family.objects.filter(site=by.site).filter(
            Q(pk__in=Family.objects.within_reach_of(by).values("pk")) | theirs
        )
        numbers = PersonIdentifier.objects.exclude(status=WRONG)
        children = Child.objects.filter(family__in=families, merged_into=None).select_related(
            "family"
        )
        children = children.prefetch_related(
            Prefetch("identifiers", numbers.filter(status=CURRENT).only("system", "child")),
            Prefetch("family__guardians", Guardian.objects.all()),
            Prefetch("family__guardians__identifiers", numbers),
        )
        for child in children.iterator(chunk_size=2_000):
            yield _known_child(child)


def _known_child(child: Child) -> KnownChild:
    guardians = list(child.family.guardians.all())
    numbers = [one.value for guardian in guardians for one in guardian.identifiers.all()]
    current = [one.system for one in child.identifiers.all()]
    return KnownChild(
        ref=child.family.ref,
        born=child.born,
        name=fold_name(child.given_name),
        guardian_keys=guardian_keys(numbers, (one.phone for one in guardians)),
        system=IdentifierSystem(current[-1]) if current else None,
        guardian_names=frozenset(fold_name(one.given_name) for one in guardians),
    )
