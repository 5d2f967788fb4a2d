"""What the guardians of a family have said yes to, as pages show it; two queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from hembesok.access.rules.secrecy import Field
from hembesok.families.models import Family
from hembesok.secrecy.models import Consent
from hembesok.secrecy.rules import Interpreted, Purpose


# repr=False: what is shown of a person must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class ConsentRow:
    """One consent; `number` is its place among the family's, and never changes."""

    number: int
    key: int
    guardian: str
    purpose: Purpose
    fields: tuple[Field, ...]
    source: str
    recipient: str
    given: date
    ends: date | None
    withdrawn: date | None
    interpreted: Interpreted
    written_by: str
    in_force: bool


@dataclass(frozen=True, slots=True, repr=False)
class GuardianRow:
    """A guardian with all consents, the latest first."""

    number: int
    name: str
    custody: bool
    consents: tuple[ConsentRow, ...]

    @property
    def takes_part(self) -> bool:
        """Whether this guardian's yes to take part is in force."""
        return any(one.in_force and one.purpose is Purpose.TAKE_PART for one in self.consents)

    @property
    def shares(self) -> tuple[ConsentRow, ...]:
        """The consents in force that let another unit read."""
        return tuple(one for one in self.consents if one.in_force and one.purpose is Purpose.SHARE)


def guardians_of(family: Family, *, on: date) -> tuple[GuardianRow, ...]:
    """Return the guardians of a family, which came through `within_reach_of`."""
    consents: dict[int, list[ConsentRow]] = defaultdict(list)
    found = (
        Consent.objects.filter(guardian__family=family)
        .select_related("guardian", "source", "recipient", "registered_by")
        .order_by("pk")
    )
    for number, consent in enumerate(found, start=1):
        consents[consent.guardian_id].insert(0, _row(number, consent, on))
    return tuple(
        GuardianRow(one.number, one.given_name, one.custody, tuple(consents[one.pk]))
        for one in family.guardians.order_by("number")
    )


def _row(number: int, consent: Consent, on: date) -> ConsentRow:
    return ConsentRow(
        number=number,
        key=consent.pk,
        guardian=consent.guardian.given_name,
        purpose=Purpose(consent.purpose),
        fields=tuple(sorted(consent.shared)),
        source=consent.source.name if consent.source else "",
        recipient=consent.recipient.name if consent.recipient else "",
        given=consent.given,
        ends=consent.ends,
        withdrawn=consent.withdrawn,
        interpreted=Interpreted(consent.interpreted),
        written_by=consent.registered_by.name,
        in_force=_in_force(consent, on),
    )


def _in_force(consent: Consent, on: date) -> bool:
    # On the day itself a withdrawn consent opens nothing any more.
    kept = consent.withdrawn is None or on < consent.withdrawn
    return kept and consent.given <= on and (consent.ends is None or on <= consent.ends)
