"""What is asked of a site's money: a year with its rows, what waits, and sites side by side."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Case, Count, F, Prefetch, Q, Sum, When

from hembesok.access.models import Site, Unit
from hembesok.access.rules.roles import Actor
from hembesok.families.models import Family
from hembesok.funding.models import (
    Application,
    Entry,
    Expectation,
    GrantDecision,
    Milestone,
    Request,
    Share,
    Tranche,
    TrancheStep,
)
from hembesok.funding.models.ledger import EntryQuerySet
from hembesok.funding.rows import EntryRow
from hembesok.funding.rules.deciding import CostType, StepKind, phase_of
from hembesok.funding.rules.deciding import Milestone as MilestoneKind
from hembesok.funding.rules.forecast import (
    Forecast,
    forecast,
    hire_by,
    month_before,
    months_between,
    spent_by_month,
    whole_months,
)
from hembesok.funding.rules.ledger import ATTESTED, Kind, Line, Phase, Standing, standing
from hembesok.funding.rules.year_end import Duty, Position, Task, position
from hembesok.visits.models import Visit
from hembesok.visits.rules.acting import Outcome


@dataclass(frozen=True, slots=True)
class ShareRow:
    """What is meant for a unit, and what it has used. Öre."""

    unit: str
    unit_key: int
    amount: int
    used: int
    provider: bool


@dataclass(frozen=True, slots=True)
class AskedRow:
    """An application or a request, and its answer. Öre."""

    number: int
    tranche: int
    amount: int
    asked: date
    reference: str
    answer: str | None
    answered: date | None
    answer_reference: str
    year: int | None = None


@dataclass(frozen=True)
class TrancheRow:
    """A tranche as it is shown: its decision, where its money stands, and how far it has come."""

    number: int
    year: int
    grant: str
    grantor: str
    reference: str
    decided: date
    conditions: str
    purpose: str
    purposes: Sequence[str]
    recipient: str
    recipient_key: int
    first: date
    last: date
    claim_by: date
    report_by: date
    now: Standing
    phase: Phase
    steps: Sequence[tuple[StepKind, date, str]]
    shares: Sequence[ShareRow]
    applications: Sequence[AskedRow]
    requests: Sequence[AskedRow]
    origin: str
    """How it came to be where no state grant opened it: `request` or `application`, else ""."""
    origin_year: int | None
    budget: Mapping[tuple[str, date], int]
    rows: Sequence[EntryRow]

    @property
    def lines(self) -> list[tuple[date, Line]]:
        """The entries in force, each with the day it belongs to."""
        found = (row for row in self.rows if row.in_force)
        return [(row.last, Line(row.kind, row.counted, row.provider)) for row in found]

    @property
    def costs(self) -> dict[date, int]:
        """What the grant has paid for by month of delivery, in öre."""
        found: dict[date, int] = defaultdict(int)
        for row in self.rows:
            if row.kind is Kind.COST and row.in_force:
                found[row.last.replace(day=1)] += row.counted
        return found

    @property
    def cost_by_type(self) -> dict[str, int]:
        """What the grant has paid for by type of cost, in öre; the types in their order."""
        found: dict[str, int] = defaultdict(int)
        for row in self.rows:
            if row.kind is Kind.COST and row.in_force:
                found[row.cost_type] += row.counted
        return {kind.value: found[kind.value] for kind in CostType if found[kind.value]}

    def spent(self, on: date) -> list[int]:
        """Return what was spent in each whole month of the period up to a day."""
        return spent_by_month(self.costs, whole_months(self.first, self.last, on))

    def forecast(self, on: date) -> Forecast | None:
        """Return what will be left at the end, seen from a day within the period."""
        if self.phase is not Phase.OPEN or not self.first <= on <= self.last:
            return None
        months = whole_months(self.first, self.last, on)
        begun = month_before(months[-1], -1) if months else self.first.replace(day=1)
        running = self.costs.get(begun, 0)
        left = len(months_between(begun, self.last))
        return forecast(self.spent(on), months_left=left, left=self.now.left + running)

    def hire_by(self) -> date | None:
        """Return when hiring must begin for all to be used, by the budget's dearest month."""
        months: dict[date, int] = defaultdict(int)
        for (_type, month), amount in self.budget.items():
            months[month] += amount
        dearest = max(months.values(), default=0)
        return hire_by(left=self.now.left, monthly=dearest, last=self.last)

    def position(self, on: date) -> Position:
        """Return where it stands on a balance day."""
        return position(self.lines, on)


@dataclass(frozen=True)
class MoneyYear:
    """A site's money of one year."""

    year: int
    years: Sequence[int]
    tranches: Sequence[TrancheRow]
    expected: Sequence[tuple[int, str]]
    """Öre and reference of what is expected for the year and not decided."""
    by_year: Mapping[int, Standing]
    """Where each year's money stands, all its tranches added up."""

    @property
    def now(self) -> Standing:
        """Where the year's money stands."""
        return sum((one.now for one in self.tranches), Standing())

    @property
    def rows(self) -> list[EntryRow]:
        """All entries of the year, the newest first."""
        found = [row for one in self.tranches for row in one.rows]
        return sorted(found, key=lambda row: (row.last, row.number), reverse=True)

    @property
    def waiting(self) -> list[EntryRow]:
        """The entries that wait to be attested, the oldest first."""
        return sorted((r for r in self.rows if r.state == "waiting"), key=lambda r: r.number)


def money_year(actor: Actor, year: int) -> MoneyYear:
    """Return a year of the actor's site; ten queries, whatever there is."""
    by_year = _by_year(actor)
    expected = list(
        Expectation.objects.within_reach_of(actor)
        .order_by("pk")
        .values_list("year", "amount", "reference")
    )
    tranches = tranches_of(actor, year=year)
    return MoneyYear(
        year=year,
        years=sorted({*by_year, *(one[0] for one in expected), year}),
        tranches=tranches,
        expected=[(amount, text) for of, amount, text in expected if of == year],
        by_year=by_year,
    )


def _by_year(actor: Actor) -> dict[int, Standing]:
    """Add up each year in the database; years without entries are not there."""
    found: dict[int, Standing] = defaultdict(Standing)
    for year, lines in _sums(Entry.objects.within_reach_of(actor), "tranche__year").items():
        found[year] = standing(lines)
    return dict(sorted(found.items()))


def _sums(entries: EntryQuerySet, by: str) -> dict[int, list[Line]]:
    """Return the sums of entries in force by kind and side, as lines, by one more column."""
    of_provider = Q(unit__isnull=False) & ~Q(unit=F("tranche__recipient"))
    summed = (
        entries.in_force()
        .order_by()
        .annotate(
            provider=Case(When(of_provider, then=1), default=0),
            back=Case(When(reverses__isnull=False, then=1), default=0),
        )
        .values_list(by, "kind", "provider", "back")
        .annotate(total=Sum("amount"))
    )
    found: dict[int, list[Line]] = defaultdict(list)
    for of, kind, provider, back, total in summed:
        found[of].append(Line(Kind(kind), -total if back else total, bool(provider)))
    return found


def tranches_of(
    actor: Actor, *, year: int | None = None, number: int | None = None
) -> list[TrancheRow]:
    """Return tranches with all their rows; eight queries."""
    found = Tranche.objects.within_reach_of(actor)
    if year is not None:
        found = found.filter(year=year)
    if number is not None:
        found = found.filter(pk=number)
    related = found.select_related(
        "decision", "recipient", "request__tranche", "application__tranche"
    ).prefetch_related(
        Prefetch("entries", _entries()),
        Prefetch("steps", TrancheStep.objects.order_by("pk")),
        Prefetch("shares", Share.objects.select_related("unit").order_by("pk")),
        Prefetch("applications", Application.objects.order_by("pk")),
        Prefetch("requests", Request.objects.order_by("pk")),
        "budget",
    )
    return [_tranche(one) for one in related.order_by("year", "pk")]


def _entries() -> EntryQuerySet:
    return Entry.objects.select_related(*_RELATED).order_by("pk")


_RELATED: Final = ("unit", "registered_by", "attest__by", "reverses__attest", "reversal__attest")


def _tranche(one: Tranche) -> TrancheRow:
    rows = [_row(entry, one) for entry in one.entries.all()]
    steps = [(StepKind(step.kind), step.day, step.reference) for step in one.steps.all()]
    counted = [Line(row.kind, row.counted, row.provider) for row in rows if row.in_force]
    before = one.request.tranche if one.request else None
    before = one.application.tranche if one.application else before
    return TrancheRow(
        number=one.pk,
        year=one.year,
        grant=one.decision.grant,
        grantor=one.decision.grantor,
        reference=one.decision.reference,
        decided=one.decision.decided,
        conditions=one.decision.conditions,
        purpose=one.purpose,
        purposes=one.purposes,
        recipient=one.recipient.name,
        recipient_key=one.recipient_id,
        first=one.first,
        last=one.last,
        claim_by=one.claim_by,
        report_by=one.report_by,
        now=standing(counted),
        phase=phase_of([kind for kind, _day, _reference in steps]),
        steps=steps,
        shares=_shares(one, rows),
        applications=[_asked(asked) for asked in one.applications.all()],
        requests=[_asked(asked) for asked in one.requests.all()],
        origin="request" if one.request_id else "application" if one.application_id else "",
        origin_year=before.year if before else None,
        budget={(line.cost_type, line.month): line.amount for line in one.budget.all()},
        rows=rows,
    )


def _shares(one: Tranche, rows: Sequence[EntryRow]) -> list[ShareRow]:
    used: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.kind is Kind.COST and row.in_force and row.unit_key is not None:
            used[row.unit_key] += row.counted
    latest = {share.unit_id: share for share in one.shares.all()}
    return [
        ShareRow(share.unit.name, key, share.amount, used[key], key != one.recipient_id)
        for key, share in latest.items()
    ]


def _asked(one: Application | Request) -> AskedRow:
    return AskedRow(
        one.pk, one.tranche_id, one.amount, one.asked, one.reference, one.answer, one.answered,
        one.answer_reference or "", getattr(one, "year", None),
    )  # fmt: skip


def _row(entry: Entry, tranche: Tranche) -> EntryRow:
    attest = getattr(entry, "attest", None)
    reversal = getattr(entry, "reversal", None)
    return EntryRow(
        number=entry.pk,
        tranche=tranche.pk,
        kind=Kind(entry.kind),
        counted=entry.amount if entry.reverses_id is None else -entry.amount,
        first=entry.first,
        last=entry.last,
        unit=entry.unit.name if entry.unit else "",
        unit_key=entry.unit_id,
        provider=entry.unit_id is not None and entry.unit_id != tranche.recipient_id,
        cost_type=entry.cost_type,
        text=entry.text,
        reference=entry.reference,
        why=entry.why,
        takes_back=entry.reverses_id is not None,
        registrar=entry.registered_by.name,
        registrar_key=entry.registered_by_id,
        attester=attest.by.name if attest else "",
        state=_state(entry, attested=attest is not None, reversal=reversal),
    )


def _state(entry: Entry, *, attested: bool, reversal: Entry | None) -> str:
    if Kind(entry.kind) in ATTESTED and not attested:
        of_nothing = entry.reverses is not None and not hasattr(entry.reverses, "attest")
        return "withdrawn" if reversal is not None or of_nothing else "waiting"
    if reversal is None:
        return ""
    done = Kind(entry.kind) not in ATTESTED or hasattr(reversal, "attest")
    return "taken_back" if done else ""


def waiting_rows(actor: Actor) -> list[tuple[int, EntryRow]]:
    """Return what waits to be attested at the actor's site, each with its year; one query."""
    found = _entries().within_reach_of(actor).waiting().select_related(*_RELATED, "tranche")
    return [(entry.tranche.year, _row(entry, entry.tranche)) for entry in found]


def tasks_of(tranches: Sequence[TrancheRow], on: date) -> list[Task]:
    """Return what has to be done by when, what is late first."""
    found: list[Task] = []
    for one in tranches:

        def due(duty: Duty, day: date | None, tranche: TrancheRow = one) -> None:
            late = day is not None and day < on
            found.append(Task(duty, tranche.number, tranche.year, day, late))

        if one.phase is Phase.OPEN:
            if one.now.not_yet_claimed:
                due(Duty.CLAIM, one.claim_by)
            begins = one.hire_by()
            if begins is not None and one.first <= on <= one.last:
                due(Duty.HIRE, begins)
            due(Duty.REPORT, one.report_by)
        elif one.now.undecided:
            due(Duty.DECIDE, one.report_by)
        asked = [*one.applications, *one.requests]
        if any(each.answer is None for each in asked):
            due(Duty.ANSWER, None)
    return sorted(found, key=lambda task: (not task.late, task.due or date.max))


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one completed visit, and one family that was visited, have cost. Öre."""

    cost: int
    visits: int
    families: int

    @property
    def per_visit(self) -> int | None:
        """The cost of a visit in whole kronor; None where there was none."""
        return round(self.cost / self.visits / 100) * 100 if self.visits else None

    @property
    def per_family(self) -> int | None:
        """The cost of a family in whole kronor; None where none was visited."""
        return round(self.cost / self.families / 100) * 100 if self.families else None


def unit_costs(actor: Actor, found: MoneyYear) -> UnitCost:
    """Return what visits and families within the actor's reach cost in a year; one query.

    Own money is a cost too. Who reaches no family is told of none.
    """
    held = Visit.objects.counted().filter(
        child__family__in=Family.objects.within_reach_of(actor),
        outcome=Outcome.HELD.value,
        outcome_on__range=(date(found.year, 1, 1), date(found.year, 12, 31)),
        outcome_on__lte=actor.on,
    )
    counts = held.aggregate(visits=Count("pk"), families=Count("child__family", distinct=True))
    cost = found.now.used + found.now.own
    return UnitCost(cost, counts["visits"], counts["families"])


@dataclass(frozen=True)
class History:
    """What was decided of a site's money before and beside the ledger, the newest first."""

    milestones: Sequence[Milestone]
    expected: Sequence[Expectation]
    decisions: Sequence[GrantDecision]


def history(actor: Actor) -> History:
    """Return what was decided; three queries."""
    return History(
        list(Milestone.objects.within_reach_of(actor).order_by("-starts", "-pk")),
        list(Expectation.objects.within_reach_of(actor).order_by("-year", "-pk")),
        list(
            GrantDecision.objects.within_reach_of(actor)
            .prefetch_related("tranches")
            .order_by("-decided", "-pk")
        ),
    )


def engaged(site: int, on: date) -> Milestone | None:
    """Return the evaluator's engagement that a day is inside; None outside of every one."""
    found = Milestone.objects.filter(site=site, kind=MilestoneKind.EVALUATOR, starts__lte=on)
    return found.exclude(ends__lt=on).order_by("starts").last()


@dataclass(frozen=True, slots=True)
class SiteMoney:
    """A site's year in sums, for whoever compares sites."""

    site: str
    year: int
    now: Standing


def sites_money(actor: Actor) -> list[SiteMoney]:
    """Return each site's years in sums: for the state's case officer; two queries."""
    entries = Entry.objects.in_sums_for(actor)
    sums: dict[tuple[str, int], list[Line]] = defaultdict(list)
    tranches = Tranche.objects.in_sums_for(actor).values_list("pk", "site__name", "year")
    places = {pk: (name, year) for pk, name, year in tranches}
    for tranche, lines in _sums(entries, "tranche").items():
        sums[places[tranche]] += lines
    found = [SiteMoney(name, year, standing(lines)) for (name, year), lines in sums.items()]
    return sorted(found, key=lambda one: (-one.year, one.site))


def units_of(site: int, *also: int) -> list[tuple[int, str]]:
    """Return the units that a site's money can be given to, and those that are named.

    Those are all units of the organisations that work at the site; one query.
    """
    units = Unit.objects.filter(
        Q(organisation__units__in=Site.objects.filter(pk=site).values("clinic"))
        | Q(organisation__units__in=Site.objects.filter(pk=site).values("advice"))
        | Q(organisation__units__in=also)
        | Q(pk__in=also)
    )
    return list(units.distinct().order_by("name", "pk").values_list("pk", "name"))


def known_rows(tranche: int, chosen: str) -> dict[str, tuple[str, str, int]]:
    """Return the rows of a tranche that came from files of the same choice; one query."""
    rows = Entry.objects.filter(tranche=tranche, file__chosen=chosen, reversal__isnull=True)
    found = rows.exclude(row="").values_list("row", "reference", "text", "amount")
    return {row: (reference, text, amount) for row, reference, text, amount in found}
