"""The demo's money: the founding case from 2020 to 2023, and invented years since.

The founding case is a public decision of Linköpings kommun, 2021. What its memorandum states is
marked STATED in the entries, what follows from it DERIVED, and what it does not say ASSUMED: the
spending of 2020 and so what was repaid, all days and reference numbers, that the expected money of
2021 and 2022 was granted, how it was used, and what the government answered.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid5

from hembesok.access.models import Assignment, Site, Staff, Unit
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import actor_for
from hembesok.enrolment.rules.periods import PeriodKind
from hembesok.enrolment.services.periods import decide_period
from hembesok.funding.models import Entry, Request, Tranche
from hembesok.funding.rules.deciding import Answer, CostType, Milestone, NewTranche, StepKind
from hembesok.funding.rules.ledger import Kind
from hembesok.funding.services import ending, granting, writing
from hembesok.funding.services.ending import NewAnswer
from hembesok.funding.services.granting import NewDecision
from hembesok.funding.services.within import standing_of
from hembesok.funding.services.writing import NewEntry

STATED: Final = "Enligt tjänsteskrivelsen 2021"
DERIVED: Final = "Härlett ur tjänsteskrivelsen 2021"
ASSUMED: Final = "Antaget för demon"
NO_NUMBER: Final = "Ej angivet i källan"

TKR: Final = 1_000 * 100
"""Öre in a thousand kronor."""
AGENCY, GRANT = "Socialstyrelsen", "Pilotverksamhet, utökade hembesök"
PURPOSE: Final = "Förebyggande socialtjänst"
GRANTED: Final = 880 * TKR
TO_PROVIDER: Final = 700 * TKR
"""The source says 700 without a unit; somebody has to say that it means thousands of kronor."""
USED_2020: Final = 190 * TKR
REPAID_2020: Final = GRANTED - USED_2020
REQUEST: Final = UUID("5f0c2021-0301-4a00-8000-000000000000")
_KEYS: Final = UUID("5f0c2020-0101-4a00-8000-000000000000")


@dataclass(frozen=True)
class _Cost:
    """A cost of a month, in thousands of kronor; `provider` tells whose."""

    month: int
    tkr: int
    provider: bool
    cost_type: CostType = CostType.SALARY


@dataclass
class _Books:
    """Who writes and who attests, and the two units that the money is with."""

    economist: Actor
    manager: Actor
    office: Unit
    provider: Unit
    written: int = 0

    def key(self) -> UUID:
        """Return the next key, the same at each start."""
        self.written += 1
        return uuid5(_KEYS, str(self.written))

    def by(self, day: date) -> Actor:
        """Return the economist on a day."""
        return replace(self.economist, on=day)

    def chief(self, day: date) -> Actor:
        """Return the manager on a day."""
        return replace(self.manager, on=day)

    def grants(self, year: int, amount: int, *, decided: date, text: str) -> Tranche:
        """Write a decision and its year."""
        return granting.grant(
            NewDecision(AGENCY, GRANT, f"{NO_NUMBER}, {year}", decided, text),
            _year(year, amount),
            self.office,
            key=self.key(),
            by=self.by(decided),
        )

    def writes(
        self, tranche: Tranche, kind: Kind, amount: int, day: date, text: str, **more: object
    ) -> Entry:
        """Write an entry that waits to be attested."""
        facts = {"reference": f"{kind.value[:3].upper()} {day:%y%m%d}", "text": text, **more}
        new = NewEntry(kind, amount, day, **facts)  # type: ignore[arg-type]
        return writing.write(tranche.pk, new, key=self.key(), by=self.by(new.until))

    def attests(self, tranche: Tranche, day: date) -> None:
        """Attest all that waits."""
        waiting = Entry.objects.filter(tranche=tranche).waiting().values_list("pk", flat=True)
        writing.attest_all(list(waiting), by=self.chief(day))

    def does(
        self, tranche: Tranche, kind: Kind, amount: int, day: date, text: str, **more: object
    ) -> None:
        """Write an entry and attest it the same day."""
        self.writes(tranche, kind, amount, day, text, **more)
        self.attests(tranche, day)

    def costs(self, tranche: Tranche, some: list[_Cost], on: date, text: str = ASSUMED) -> None:
        """Write the costs whose month is over, and attest them."""
        last = tranche.first
        for one in some:
            first = date(tranche.year, one.month, 1)
            last = _month_end(first)
            if last > on:
                break
            unit = self.provider if one.provider else self.office
            self.writes(
                tranche, Kind.COST, one.tkr * TKR, first, text, last=last, unit=unit,
                cost_type=one.cost_type,
            )  # fmt: skip
        self.attests(tranche, min(last, on))


def _month_end(first: date) -> date:
    later = first + timedelta(31)
    return later.replace(day=1) - timedelta(1)


def _year(year: int, amount: int) -> NewTranche:
    return NewTranche(
        amount, year, PURPOSE, frozenset(CostType), date(year, 1, 1), date(year, 12, 31),
        date(year, 10, 31), date(year + 1, 3, 1),
    )  # fmt: skip


def load(site: Site, staff: Mapping[str, Staff], *, on: date) -> None:
    """Write the money as it stood on a day, through the services that pages use."""
    founding(site, staff, on=on)
    books = _books(site, staff, on)
    # Keys of their own, whatever the founding case came to.
    books.written = 10_000
    _live(_since(site, books, on), on)


def founding(
    site: Site, staff: Mapping[str, Staff], *, on: date, answer: Answer = Answer.YES
) -> None:
    """Write the founding case up to a day, with either answer of the government."""
    _live(_founding(site, _books(site, staff, on), on, answer), on)


def _live(deeds: Iterable[tuple[date, Callable[[], object]]], on: date) -> None:
    for day, deed in deeds:
        if day <= on:
            deed()


def _books(site: Site, staff: Mapping[str, Staff], on: date) -> _Books:
    actors = {}
    for login, role in (("elin.sand", Role.ECONOMIST), ("chef.demo", Role.MANAGER)):
        assignment = Assignment.objects.select_related("staff", "unit").get(
            staff=staff[login], role=role, site=site
        )
        actors[role] = assignment, actor_for(assignment, on=on)
    office = actors[Role.MANAGER][0].unit
    if site.advice is None:
        raise ValueError("the demo's site has no unit that provides")
    return _Books(actors[Role.ECONOMIST][1], actors[Role.MANAGER][1], office, site.advice)


_Deed = tuple[date, Callable[[], object]]


def _founding(site: Site, books: _Books, on: date, answer: Answer) -> Iterator[_Deed]:
    """Yield what happened from the mandate to the last krona of 2023, each with its day."""
    first, memo = date(2020, 1, 1), date(2021, 3, 1)
    yield first, lambda: _before(books, first)
    yield first, lambda: decide_period(
        site, PeriodKind.IMPLEMENTATION, starts=first, ends=date(2022, 12, 31),
        decision=STATED, by=books.chief(first),
    )  # fmt: skip
    yield (
        date(2020, 3, 1),
        lambda: books.grants(
            2020, GRANTED, decided=date(2020, 3, 1), text=f"{STATED}: 880 000 kr. Dag: antaget."
        ),
    )
    yield date(2020, 9, 15), lambda: _claims(books, 2020, date(2020, 9, 15), on)
    late = [_Cost(10, 50, False), _Cost(11, 60, False), _Cost(12, 80, False)]
    yield date(2020, 10, 31), lambda: books.costs(_of(site, 2020), late, on)
    for year in (2021, 2022):
        yield (
            memo,
            lambda year=year: granting.expect(  # type: ignore[misc]
                year, GRANTED, reference=STATED, key=books.key(), by=books.by(memo)
            ),
        )
    yield from _ends_2020(site, books, answer)
    yield from _ordinary(site, books, 2021, on, _Quarters((160, 170, 180, 165), (40, 45, 45, 42)))
    yield from _ordinary(site, books, 2022, on, _Quarters((175,) * 4, (45,) * 4))
    if answer is Answer.YES:
        yield from _again(site, books, on)


def _before(books: _Books, day: date) -> None:
    said = (
        (Milestone.MANDATE, "Regeringen", day, None, f"{STATED}. Dag: antaget."),
        (Milestone.SITE_CHOICE, AGENCY, day, None, f"Skäggetorp. {STATED}. Dag: antaget."),
        (
            Milestone.EVALUATOR, AGENCY, date(2023, 1, 1), date(2024, 12, 31),
            f"Oberoende aktör, 2023-2024. {STATED}.",
        ),
    )  # fmt: skip
    for kind, by_whom, starts, ends, text in said:
        granting.reach_milestone(
            kind, by_whom=by_whom, starts=starts, ends=ends, reference=NO_NUMBER, text=text,
            key=books.key(), by=books.by(day),
        )  # fmt: skip


def _of(site: Site, year: int) -> Tranche:
    return Tranche.objects.get(site=site, year=year)


def _claims(books: _Books, year: int, day: date, on: date) -> None:
    """Claim the whole of a year; it is paid five weeks later."""
    tranche = Tranche.objects.get(site=books.manager.site, year=year)
    amount = tranche.entries.get(kind=Kind.GRANTED.value).amount
    books.does(tranche, Kind.CLAIMED, amount, day, ASSUMED)
    paid = day + timedelta(35)
    if paid <= on:
        books.does(tranche, Kind.RECEIVED, amount, paid, ASSUMED)


def _ends_2020(site: Site, books: _Books, answer: Answer) -> Iterator[_Deed]:
    """Yield what became of the money that a late start left over."""
    reported, asked, repaid = date(2021, 2, 26), date(2021, 3, 1), date(2021, 5, 20)
    answered = date(2021, 11, 11)
    yield (
        reported,
        lambda: ending.report(
            _of(site, 2020).pk,
            day=reported,
            reference=ASSUMED,
            key=books.key(),
            by=books.by(reported),
        ),
    )
    yield asked, lambda: ending.request_anew(
        _of(site, 2020).pk, REPAID_2020, year=2023, asked=asked,
        reference=f"{STATED}; belopp och dag antagna", key=REQUEST, by=books.by(asked),
    )  # fmt: skip
    yield date(2021, 4, 30), lambda: ending.review(
        _of(site, 2020).pk, StepKind.APPROVED, day=date(2021, 4, 30), reference=ASSUMED,
        key=books.key(), by=books.by(date(2021, 4, 30)),
    )  # fmt: skip
    yield (
        repaid,
        lambda: books.does(
            _of(site, 2020),
            Kind.REPAID,
            REPAID_2020,
            repaid,
            "Återbetalas enligt källan; belopp antaget",
        ),
    )
    new = _year(2023, REPAID_2020) if answer is Answer.YES else None
    yield answered, lambda: ending.answer_request(
        Request.objects.get(key=REQUEST).pk, NewAnswer(answer, answered, ASSUMED, new),
        by=books.chief(answered),
    )  # fmt: skip


@dataclass(frozen=True)
class _Quarters:
    """What provider and office used in each quarter, in thousands of kronor."""

    provider: tuple[int, ...]
    office: tuple[int, ...]

    @property
    def costs(self) -> list[_Cost]:
        """Each as a cost of the quarter's last month."""
        both = zip(self.provider, self.office, strict=True)
        return [
            cost for quarter, (there, here) in enumerate(both, start=1)
            for cost in (_Cost(quarter * 3, there, True), _Cost(quarter * 3, here, False))
        ]  # fmt: skip


def _ordinary(site: Site, books: _Books, year: int, on: date, used: _Quarters) -> Iterator[_Deed]:
    """Yield an ordinary year: granted as expected, shared, transferred, used, reported, settled."""
    decided, claims, out = date(year, 1, 28), date(year, 2, 15), date(year, 4, 1)
    yield (
        decided,
        lambda: books.grants(
            year, GRANTED, decided=decided, text=f"{ASSUMED}: beviljat som väntat."
        ),
    )
    yield claims, lambda: _claims(books, year, claims, on)
    yield claims, lambda: _shares(_of(site, year), books, claims)
    yield out, lambda: books.does(
        _of(site, year), Kind.TRANSFERRED, TO_PROVIDER, out,
        f"{STATED}: 700, läst som tusen kronor", unit=books.provider,
    )  # fmt: skip
    yield out, lambda: books.costs(_of(site, year), used.costs, on)
    reported, settled = date(year + 1, 2, 25), date(year + 1, 4, 20)
    yield reported, lambda: _reports(_of(site, year), books, reported)
    yield settled, lambda: _settles(_of(site, year), books, settled)


def _shares(tranche: Tranche, books: _Books, day: date) -> None:
    for unit, amount, why in (
        (books.provider, TO_PROVIDER, f"{STATED}: 700, läst som tusen kronor"),
        (books.office, GRANTED - TO_PROVIDER, DERIVED),
    ):
        granting.share(tranche.pk, unit, amount, decision=why, key=books.key(), by=books.by(day))


def _reports(tranche: Tranche, books: _Books, day: date) -> None:
    ending.report(tranche.pk, day=day, reference=ASSUMED, key=books.key(), by=books.by(day))


def _settles(tranche: Tranche, books: _Books, day: date) -> None:
    """Let the agency approve, the provider return what it holds, and repay what is unspent."""
    ending.review(
        tranche.pk, StepKind.APPROVED, day=day, reference=ASSUMED, key=books.key(),
        by=books.by(day),
    )  # fmt: skip
    now = standing_of(tranche)
    if now.with_provider:
        books.does(tranche, Kind.RETURNED, now.with_provider, day, ASSUMED, unit=books.provider)
    if now.undecided:
        books.does(tranche, Kind.REPAID, now.undecided, day, ASSUMED)


def _again(site: Site, books: _Books, on: date) -> Iterator[_Deed]:
    """Yield 2023: the money that was repaid is used after all."""
    claims, out = date(2023, 2, 1), date(2023, 4, 1)
    yield claims, lambda: _claims(books, 2023, claims, on)
    yield (
        out,
        lambda: books.does(
            _of(site, 2023), Kind.TRANSFERRED, 560 * TKR, out, ASSUMED, unit=books.provider
        ),
    )
    used = _Quarters((140,) * 4, (32, 33, 32, 33))
    yield out, lambda: books.costs(_of(site, 2023), used.costs, on)
    yield date(2024, 2, 25), lambda: _reports(_of(site, 2023), books, date(2024, 2, 25))
    yield date(2024, 4, 20), lambda: _settles(_of(site, 2023), books, date(2024, 4, 20))


_FIRST_SINCE: Final = 2024


def _since(site: Site, books: _Books, on: date) -> Iterator[_Deed]:
    """Yield the years since the pilot, all of them invented, up to the demo's own day."""
    begins = date(_FIRST_SINCE, 1, 1)
    yield begins, lambda: decide_period(
        site, PeriodKind.IMPLEMENTATION, starts=begins, ends=None, decision=ASSUMED,
        by=books.chief(begins),
    )  # fmt: skip
    for year in range(max(_FIRST_SINCE, on.year - 2), on.year + 1):
        yield from _invented(site, books, year, on)


def _invented(site: Site, books: _Books, year: int, on: date) -> Iterator[_Deed]:
    decided, claims, out = date(year, 1, 10), date(year, 1, 15), date(year, 2, 25)
    yield decided, lambda: books.grants(year, GRANTED, decided=decided, text=ASSUMED)
    yield claims, lambda: _claims(books, year, claims, on)
    yield claims, lambda: _shares(_of(site, year), books, claims)
    yield claims, lambda: _plans(_of(site, year), books, claims)
    yield (
        out,
        lambda: books.does(
            _of(site, year), Kind.TRANSFERRED, TO_PROVIDER, out, ASSUMED, unit=books.provider
        ),
    )
    types = (CostType.TRAINING, CostType.TRAVEL, CostType.TRAVEL)
    months = [
        cost for month in range(1, 13)
        for cost in (
            _Cost(month, 46 + month % 4, True),
            _Cost(month, 11 + month % 3, False, types[month % 3]),
        )
    ]  # fmt: skip
    yield out, lambda: books.costs(_of(site, year), months, on)
    if year == on.year:
        yield date(year, 3, 1), lambda: _waits(_of(site, year), books, on)
    yield date(year + 1, 2, 25), lambda: _reports(_of(site, year), books, date(year + 1, 2, 25))
    if year == on.year - 1:
        asked, told = date(year + 1, 2, 26), date(year + 1, 4, 10)
        yield asked, lambda: ending.apply_to_retain(
            _of(site, year).pk, 40 * TKR, asked=asked, reference=ASSUMED, key=books.key(),
            by=books.by(asked),
        )  # fmt: skip
        yield told, lambda: ending.answer_application(
            _of(site, year).applications.get().pk, NewAnswer(Answer.NO, told, ASSUMED),
            by=books.by(told),
        )  # fmt: skip
    yield date(year + 1, 4, 20), lambda: _settles(_of(site, year), books, date(year + 1, 4, 20))


def _plans(tranche: Tranche, books: _Books, day: date) -> None:
    lines = [(CostType.SALARY, date(tranche.year, month, 1), 58 * TKR) for month in range(1, 13)]
    travel = [(CostType.TRAVEL, date(tranche.year, month, 1), 15 * TKR) for month in range(1, 13)]
    granting.plan_budget(tranche.pk, [*lines, *travel], by=books.by(day))


def _waits(tranche: Tranche, books: _Books, on: date) -> None:
    """Leave what has to be looked at: costs that wait, and one that the grant does not pay for."""
    books.does(
        tranche, Kind.COST, 4_200 * 100, date(tranche.year - 1, 12, 30), "Faktura för december",
        unit=books.office, cost_type=CostType.MATERIAL, own=True,
    )  # fmt: skip
    for text, kronor, kind in (("Utbildning i februari", 6_800, CostType.TRAINING),
                               ("Tolk i februari", 3_150, CostType.INTERPRETER)):  # fmt: skip
        books.writes(
            tranche, Kind.COST, kronor * 100, date(tranche.year, 2, 1), text,
            last=date(tranche.year, 2, 28), unit=books.provider, cost_type=kind,
        )  # fmt: skip
