"""What people ask of cases and agreements; frozen values, in a known number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from hembesok.access.models import Unit
from hembesok.access.rules.roles import Actor
from hembesok.agreements.models import Agreement, Case, Duty
from hembesok.agreements.rules.agreements import (
    MAY,
    SIGNATURES,
    AgreementState,
    Standing,
    Step,
    Version,
    in_force,
    standing,
    states_of,
)
from hembesok.agreements.rules.cases import (
    LEADS,
    Act,
    CaseState,
    Did,
    decision_of,
    last,
    state_of,
    union_of,
    waiting,
)
from hembesok.agreements.rules.memoranda import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One act with a case, as a page lists it."""

    did: Did
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with its memorandum and all that was done with it."""

    pk: int
    registry_number: str
    title: str
    officer: str
    opened: date
    state: CaseState
    text: Text | None
    versions: int
    entries: tuple[Entry, ...]
    agreements: tuple[tuple[int, str], ...]

    @property
    def done(self) -> list[Did]:
        """The acts, as the rules read them."""
        return [entry.did for entry in self.entries]

    @property
    def may(self) -> tuple[Act, ...]:
        """What may be done next, as far as the state tells."""
        return tuple(LEADS[self.state])

    @property
    def decision(self) -> Did | None:
        """What decided it."""
        return decision_of(self.done)

    @property
    def verified(self) -> Did | None:
        """When the minutes were verified."""
        return last(self.done, Act.VERIFY)

    @property
    def meeting(self) -> Did | None:
        """When it was sent to the board last; the day is the meeting's."""
        return last(self.done, Act.SEND)

    @property
    def union(self) -> Did | None:
        """When the unions were informed."""
        return union_of(self.done)

    @property
    def signed(self) -> Did | None:
        """When the memorandum was signed last."""
        return last(self.done, Act.SIGN)

    @property
    def receipts(self) -> list[tuple[str, date | None, date | None]]:
        """Each on the distribution list, when it was sent and when they answered for it."""
        found = []
        for whom in self.text.distribution if self.text else ():
            days = {did.act: did.day for did in self.done if did.whom == whom}
            found.append((whom, days.get(Act.DISPATCH), days.get(Act.RECEIVE)))
        return found

    @property
    def waiting(self) -> tuple[list[str], list[str]]:
        """Who is not sent the decision yet, and who has not answered."""
        return waiting(self.done, self.text.distribution if self.text else ())


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list."""

    pk: int
    registry_number: str
    title: str
    officer: str
    state: CaseState
    since: date


@dataclass(frozen=True, slots=True)
class Party:
    """A unit as a party: with the organisation that it belongs to."""

    pk: int
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class DutyRow:
    """Something to report, and whether it is done."""

    pk: int
    agreement: int
    what: str
    due: date
    done: date | None
    name: str

    def late(self, on: date) -> bool:
        """Tell whether its day has passed undone."""
        return self.done is None and self.due < on


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """An agreement: all versions, how each stands, and what is to be reported."""

    pk: int
    title: str
    commissioner: Party
    provider: Party
    case: tuple[int, str] | None
    versions: tuple[Version, ...]
    authors: tuple[str, ...]
    names: dict[int, str]
    states: tuple[AgreementState, ...]
    in_force: Version | None
    duties: tuple[DutyRow, ...]

    @property
    def last(self) -> Version:
        """The version written last."""
        return self.versions[-1]

    @property
    def state(self) -> AgreementState:
        """How the version written last stands."""
        return self.states[-1]

    @property
    def may(self) -> tuple[Step, ...]:
        """What may be done next with it: a signature that is there is not asked for again."""
        return tuple(
            step for step in MAY[self.state] if not (step in SIGNATURES and self.last.when(step))
        )

    @property
    def history(self) -> list[tuple[Version, str, AgreementState]]:
        """The versions with who wrote them and how they stand, the newest first."""
        return list(zip(self.versions, self.authors, self.states, strict=True))[::-1]


def cases(actor: Actor) -> list[CaseRow]:
    """Return the cases of the actor's site, open ones first; two queries."""
    rows = []
    found = Case.objects.filter(site=actor.site).select_related("officer").order_by("-pk")
    for case in found.prefetch_related("acts"):
        done = _done(case)
        since = done[-1].day if done else case.opened
        rows.append(
            CaseRow(
                case.pk, case.registry_number, case.title, case.officer.name, state_of(done), since
            )
        )
    return sorted(rows, key=lambda row: row.state is CaseState.CLOSED)


def case_page(actor: Actor, number: int) -> CasePage | None:
    """Return a case of the actor's site, None where there is none; five queries."""
    found = (
        Case.objects.filter(site=actor.site, pk=number)
        .select_related("officer")
        .prefetch_related("acts__by", "agreements")
        .first()
    )
    return None if found is None else page_of(found)


def page_of(case: Case) -> CasePage:
    """Return a case as a page and a paper read it."""
    acts = sorted(case.acts.all(), key=lambda one: one.number)
    entries = tuple(Entry(one.did, one.by.name, one.at) for one in acts)
    versions = case.versions.order_by("-number")
    newest = versions.first()
    return CasePage(
        pk=case.pk,
        registry_number=case.registry_number,
        title=case.title,
        officer=case.officer.name,
        opened=case.opened,
        state=state_of([entry.did for entry in entries]),
        text=newest.text if newest else None,
        versions=newest.number if newest else 0,
        entries=entries,
        agreements=tuple((one.pk, one.title) for one in case.agreements.all()),
    )


def _done(case: Case) -> list[Did]:
    return [one.did for one in sorted(case.acts.all(), key=lambda one: one.number)]


def agreements(actor: Actor) -> list[AgreementPage]:
    """Return the agreements of the actor's site, those in force first; six queries."""
    found = [_page(one, actor.on) for one in _with_all(actor.site)]
    return sorted(found, key=lambda one: (one.in_force is None, -one.pk))


def agreement_page(actor: Actor, number: int) -> AgreementPage | None:
    """Return an agreement of the actor's site, None where there is none; six queries."""
    found = _with_all(actor.site).filter(pk=number).first()
    return None if found is None else _page(found, actor.on)


def _with_all(site: int) -> QuerySet[Agreement]:
    return (
        Agreement.objects.filter(site=site)
        .select_related("commissioner__organisation", "provider__organisation", "case")
        .prefetch_related("versions__steps__by", "versions__author", "versions__duties__done_by")
        .order_by("-pk")
    )


def _page(agreement: Agreement, on: date) -> AgreementPage:
    stored = sorted(agreement.versions.all(), key=lambda one: one.number)
    versions = [one.value for one in stored]
    case = agreement.case
    return AgreementPage(
        pk=agreement.pk,
        title=agreement.title,
        commissioner=_party(agreement.commissioner),
        provider=_party(agreement.provider),
        case=(case.pk, case.registry_number) if case else None,
        versions=tuple(versions),
        authors=tuple(one.author.name for one in stored),
        names={step.by_id: step.by.name for one in stored for step in one.steps.all()},
        states=tuple(states_of(versions, on=on)),
        in_force=in_force(versions, on=on),
        duties=tuple(
            sorted(
                (_duty(duty, agreement.pk) for one in stored for duty in one.duties.all()),
                key=lambda row: (row.due, row.what),
            )
        ),
    )


def _party(unit: Unit) -> Party:
    return Party(unit.pk, unit.name, unit.organisation.name)


def _duty(duty: Duty, agreement: int) -> DutyRow:
    name = duty.done_by.name if duty.done_by else ""
    return DutyRow(duty.pk, agreement, duty.what, duty.due, duty.done, name)


def open_duties(site: int, *, until: date) -> list[DutyRow]:
    """Return what is to be reported up to a day and is not done, the earliest first; one query."""
    found = Duty.objects.filter(
        version__agreement__site=site, done__isnull=True, due__lte=until
    ).select_related("version")
    return [_duty(one, one.version.agreement_id) for one in found.order_by("due", "pk")]


def standing_of(site: int, *, on: date) -> Standing:
    """Tell how a site stands with its agreements on a day; three queries at most."""
    return standing(list(_of_site(site).values()), on=on)


def providers_of(site: int) -> set[int]:
    """Return the units that provide by an agreement of a site that both have signed; 3 queries."""
    return {
        agreement.provider_id
        for agreement, versions in _of_site(site).items()
        if any(one.signed for one in versions)
    }


def _of_site(site: int) -> dict[Agreement, Sequence[Version]]:
    found = Agreement.objects.filter(site=site).prefetch_related("versions__steps")
    return {
        one: [v.value for v in sorted(one.versions.all(), key=lambda v: v.number)] for one in found
    }
