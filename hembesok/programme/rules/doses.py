"""Doses of a vaccine: which of those given count, and between which days the next belongs.

For *reading* a child's vaccination status: nothing here recommends or
prescribes, and no vaccine is named. Which doses, ages, intervals and products
make a series is data, with its own version and source.

Unit: calendar days. Ages run from the day of birth, never corrected for a
preterm birth (HSLF-FS 2016:51, 4 §); `values.dates.add` gives months a length.
Source: CDC, Clinical Decision Support for Immunization (CDSi), Logic
Specification for ACIP Recommendations v4.6; rules and tables by its numbers.
Left out: conditional skips, live-virus conflicts, allowable intervals, seasons
and contraindications. A series that rests on one of these does not belong here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from operator import attrgetter

from hembesok.values.dates import Span, add


class Verdict(StrEnum):
    """What a dose that was given is worth in its series."""

    VALID = "valid"
    NOT_VALID = "not_valid"
    EXTRANEOUS = "extraneous"


class Reason(StrEnum):
    """Why a dose got its verdict; a plain valid dose needs no reason."""

    GRACE = "grace"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    TOO_SOON = "too_soon"
    OTHER_PRODUCT = "other_product"
    SERIES_COMPLETE = "series_complete"


def _in_order(*spans: Span | None) -> None:
    """Refuse spans that run backwards, as seen from one day: months have no length of their own."""
    days = [add(date(2001, 1, 1), span) for span in spans if span]
    if days != sorted(days):
        raise ValueError(f"the spans run backwards: {', '.join(map(str, filter(None, spans)))}")


@dataclass(frozen=True, slots=True)
class Timing:
    """When a dose belongs, counted from birth or from an earlier dose.

    From ``absolute_minimum`` to ``minimum`` is grace: such a dose counts but is
    never planned. Either left out equals the other. ``latest`` is past due.
    """

    absolute_minimum: Span | None = None
    minimum: Span | None = None
    recommended: Span | None = None
    latest: Span | None = None

    def __post_init__(self) -> None:
        """Refuse a timing that runs backwards."""
        _in_order(Span(), self.absolute_minimum, self.minimum, self.recommended, self.latest)

    def counts_from(self, start: date) -> date:
        """Return the first day that counts, grace included (CALCDTAGE-5, CALCDTINT-3)."""
        return add(start, self.absolute_minimum or self.minimum or Span())

    def opens(self, start: date) -> date:
        """Return the first day without grace (CALCDTAGE-4, CALCDTINT-4)."""
        return add(start, self.minimum or self.absolute_minimum or Span())


@dataclass(frozen=True, slots=True)
class Interval(Timing):
    """The wait since the dose given just before, or since dose number ``after``."""

    after: int | None = None


@dataclass(frozen=True, slots=True)
class DoseRule:
    """What one dose of a series asks: age, every interval, and product (none named: any).

    On the very day of ``maximum_age`` the child is too old (CALCDTAGE-1).
    """

    age: Timing = Timing()
    maximum_age: Span | None = None
    intervals: tuple[Interval, ...] = ()
    products: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a dose for which one is too old before being old enough."""
        _in_order(self.age.absolute_minimum, self.age.minimum, self.maximum_age)


@dataclass(frozen=True, slots=True)
class Series:
    """The doses that together are a full course, in order."""

    name: str
    doses: tuple[DoseRule, ...]

    def __post_init__(self) -> None:
        """Refuse a series without doses, or a dose that waits for a later one."""
        waits = [
            (n, wait.after)
            for n, rule in enumerate(self.doses, 1)
            for wait in rule.intervals
            if wait.after is not None
        ]
        if not self.doses or any(not 1 <= after < n for n, after in waits):
            raise ValueError(f"{self.name!r} has no doses, or a dose waits for itself or a later")


@dataclass(frozen=True, slots=True)
class GivenDose:
    """A dose as registered: the day, and the product's code as the series writes it."""

    on: date
    product: str = ""


@dataclass(frozen=True, slots=True)
class DoseStatus:
    """The verdict on one dose given; ``number`` is the dose of the series it counts as."""

    given: GivenDose
    verdict: Verdict
    reason: Reason | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class NextDose:
    """Where the next dose belongs; it is past due after ``past_due``, too late after ``latest``."""

    number: int
    earliest: date
    recommended: date
    past_due: date | None
    latest: date | None


def evaluate(series: Series, born: date, given: Iterable[GivenDose]) -> tuple[DoseStatus, ...]:
    """Judge every dose given, by day, in whatever order they are listed.

    Each dose is tried as the first of the series not yet filled (table 6-31).
    """
    so_far: tuple[DoseStatus, ...] = ()
    for dose in sorted(given, key=attrgetter("on", "product")):
        so_far += (_judge(series, born, so_far, dose),)
    return so_far


def next_dose(series: Series, born: date, given: Iterable[GivenDose]) -> NextDose | None:
    """Return the days the next dose belongs to (FORECASTDTCAN-1, FORECASTDT-1 to -6).

    None when the series is complete, or when the child will be too old before
    the dose may be given (table 7-10). To see if it is late, set a day beside it.
    """
    so_far = evaluate(series, born, given)
    filled = _filled(so_far)
    if len(filled) == len(series.doses):
        return None
    rule = series.doses[len(filled)]
    timings = _timings(rule, born, so_far)
    opens = [timing.opens(start) for timing, start in timings]
    earliest = max(opens + [status.given.on for status in so_far])
    too_old = add(born, rule.maximum_age) if rule.maximum_age else None
    if too_old and earliest >= too_old:
        return None
    recommended = _by_age_or_interval([(start, timing.recommended) for timing, start in timings])
    late = _by_age_or_interval([(start, timing.latest) for timing, start in timings])
    return NextDose(
        number=len(filled) + 1,
        earliest=earliest,
        recommended=max(earliest, recommended or earliest),
        past_due=late and max(earliest, late - timedelta(1)),
        latest=too_old and too_old - timedelta(1),
    )


def choose(candidates: Sequence[Series], born: date, given: Iterable[GivenDose]) -> Series:
    """Choose the series to read a history by; ``candidates`` begins with the default series.

    The default when no series has a valid dose (table 8-3); else, of those that
    have, the one with fewest doses left, outgrown ones last, the earlier listed
    on a tie. CDSi's points (tables 8-7, 8-9) also reward the most valid doses;
    we do not, so that a series with a dose to spare excuses none given too soon.
    """
    history = tuple(given)

    def rank(series: Series) -> tuple[bool, int]:
        left = len(series.doses) - len(_filled(evaluate(series, born, history)))
        return left > 0 and next_dose(series, born, history) is None, left

    started = [one for one in candidates if _filled(evaluate(one, born, history))]
    return min(started, key=rank, default=candidates[0])


def _judge(series: Series, born: date, so_far: Sequence[DoseStatus], dose: GivenDose) -> DoseStatus:
    """Judge a dose after those before it: tables 6-15 (age), 6-18 (intervals), 6-31 (all)."""
    filled = _filled(so_far)
    if len(filled) == len(series.doses):
        return DoseStatus(dose, Verdict.EXTRANEOUS, Reason.SERIES_COMPLETE)
    rule = series.doses[len(filled)]
    if dose.on < rule.age.counts_from(born):
        return DoseStatus(dose, Verdict.NOT_VALID, Reason.TOO_YOUNG)
    if rule.maximum_age and dose.on >= add(born, rule.maximum_age):
        return DoseStatus(dose, Verdict.EXTRANEOUS, Reason.TOO_OLD)
    timings = _timings(rule, born, so_far)
    if any(dose.on < timing.counts_from(start) for timing, start in timings):
        return DoseStatus(dose, Verdict.NOT_VALID, Reason.TOO_SOON)
    if rule.products and dose.product not in rule.products:
        return DoseStatus(dose, Verdict.NOT_VALID, Reason.OTHER_PRODUCT)
    early = any(dose.on < timing.opens(start) for timing, start in timings)
    return DoseStatus(dose, Verdict.VALID, Reason.GRACE if early else None, len(filled) + 1)


def _filled(so_far: Sequence[DoseStatus]) -> list[date]:
    """Return the days of dose 1, 2, … of the series: those of the valid doses."""
    return [status.given.on for status in so_far if status.verdict is Verdict.VALID]


def _timings(rule: DoseRule, born: date, so_far: Sequence[DoseStatus]) -> list[tuple[Timing, date]]:
    """Pair the age, then every interval, with the day it runs from (CALCDTINT-1 and -2).

    A dose that was not valid starts the wait anew. (CDSi passes over extraneous
    ones; after those no dose can be valid any more, so it makes no difference.)
    """
    filled = _filled(so_far)
    waits = [
        (wait, filled[wait.after - 1] if wait.after else so_far[-1].given.on)
        for wait in (rule.intervals if so_far else ())
    ]
    return [(rule.age, born), *waits]


def _by_age_or_interval(marks: Sequence[tuple[date, Span | None]]) -> date | None:
    """Return the day counted from birth, the first mark, else the last by interval, else none."""
    by_age, *by_interval = [span and add(start, span) for start, span in marks]
    return by_age or max((day for day in by_interval if day), default=None)
