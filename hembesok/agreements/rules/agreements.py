"""An agreement between two units: its text in versions, and what has been done with each.

Parties are units: a commissioner and a provider of one municipality have the same organisation
number, and it is an agreement all the same (domain handbook 0.12, 6.3). Nothing of how a
version stands is stored: it is told from what was done, its term, and the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

from hembesok.access.rules.roles import Role
from hembesok.agreements.rules.acting import why_not_by, why_not_on
from hembesok.agreements.rules.memoranda import FIRST_YEAR, LAST_YEAR, MOST_ORE, Union
from hembesok.values.refusals import Reason

WARN_DAYS: Final = 90
"""Before the last day: a new agreement goes through a board, which takes a season."""


class Clause(StrEnum):
    """The parts of an agreement in words, in their order on paper (domain handbook 6.3)."""

    TASK = "task"
    TARGET_GROUP = "target_group"
    HOW = "how"
    EXTENSION = "extension"
    PAYMENT = "payment"
    DEDUCTION = "deduction"
    CONDITIONS = "conditions"
    REPAY = "repay"
    IF_PROLONGED = "if_prolonged"
    RENEGOTIATION = "renegotiation"
    STAFFING = "staffing"
    COMPETENCE = "competence"
    INTERPRETER = "interpreter"
    PRACTICE_PLACES = "practice_places"
    SECRECY = "secrecy"
    FREEDOM_TO_INFORM = "freedom_to_inform"
    DOCUMENTATION = "documentation"
    QUALITY = "quality"
    COOPERATION = "cooperation"
    FOLLOW_UP = "follow_up"
    EVALUATOR = "evaluator"
    LIABILITY = "liability"
    TRANSFER = "transfer"
    DISPUTE = "dispute"


NEEDED: Final = (
    Clause.TASK, Clause.TARGET_GROUP, Clause.EXTENSION, Clause.CONDITIONS, Clause.REPAY,
    Clause.IF_PROLONGED, Clause.STAFFING, Clause.SECRECY, Clause.DOCUMENTATION, Clause.EVALUATOR,
)  # fmt: skip
"""What no agreement under a grant does without; the others are the municipality's custom."""


@dataclass(frozen=True, slots=True)
class Price:
    """What the provider is paid for a year, in whole öre."""

    year: int
    ore: int
    note: str = ""

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"a year is {FIRST_YEAR} to {LAST_YEAR}; got {self.year}")
        if not 0 <= self.ore <= MOST_ORE:
            raise ValueError(f"a price is at most {MOST_ORE} öre")


@dataclass(frozen=True, slots=True)
class Duty:
    """Something the provider is to report, and by which day."""

    what: str
    due: date


@dataclass(frozen=True, slots=True)
class Terms:
    """What two units agree on. Both days of the term belong to it."""

    starts: date
    ends: date
    notice_months: int = 0
    prices: tuple[Price, ...] = ()
    duties: tuple[Duty, ...] = ()
    clauses: Mapping[Clause, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.ends < self.starts:
            raise ValueError(f"a term runs from starts to ends; got {self.starts} to {self.ends}")
        if len({price.year for price in self.prices}) != len(self.prices):
            raise ValueError("a year has one price")

    @property
    def empty(self) -> tuple[Clause, ...]:
        """The needed parts that are not written."""
        return tuple(one for one in NEEDED if not self.clauses.get(one, "").strip())

    def stored(self) -> dict[str, Any]:
        """Return the terms as a column of JSON holds them."""
        content = asdict(self)
        content["starts"], content["ends"] = self.starts.isoformat(), self.ends.isoformat()
        content["duties"] = [{"what": d.what, "due": d.due.isoformat()} for d in self.duties]
        content["clauses"] = {one.value: text for one, text in self.clauses.items()}
        return content

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Self:
        """Return the terms that `stored` wrote."""
        return cls(
            starts=date.fromisoformat(content["starts"]),
            ends=date.fromisoformat(content["ends"]),
            notice_months=content["notice_months"],
            prices=tuple(Price(**one) for one in content["prices"]),
            duties=tuple(
                Duty(one["what"], date.fromisoformat(one["due"])) for one in content["duties"]
            ),
            clauses={Clause(key): text for key, text in content["clauses"].items()},
        )


class Step(StrEnum):
    """What is done with a version of an agreement."""

    REVIEW = "review"
    INFORM = "inform"
    APPROVE = "approve"
    SIGN_COMMISSIONER = "sign_commissioner"
    SIGN_PROVIDER = "sign_provider"
    END = "end"


class AgreementState(StrEnum):
    """How a version stands, in the order it is lived through."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    INFORMED = "informed"
    APPROVED = "approved"
    SIGNED = "signed"
    ACTIVE = "active"
    AMENDED = "amended"
    ENDED = "ended"


SIGNATURES: Final = (Step.SIGN_COMMISSIONER, Step.SIGN_PROVIDER)
BY_DECIDERS: Final = (Step.APPROVE, *SIGNATURES, Step.END)

MAY: Final = {
    AgreementState.DRAFT: (Step.REVIEW,),
    AgreementState.REVIEWED: (Step.INFORM,),
    AgreementState.INFORMED: (Step.APPROVE,),
    AgreementState.APPROVED: SIGNATURES,
    AgreementState.SIGNED: (Step.END,),
    AgreementState.ACTIVE: (Step.END,),
    AgreementState.AMENDED: (),
    AgreementState.ENDED: (),
}
"""What may be done with a version in a state."""


@dataclass(frozen=True, slots=True)
class Done:
    """One step: on which day, by which hand (a key), resting on what, and what was said."""

    step: Step
    day: date
    by: int
    reference: str = ""
    whom: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A version with what has been done with it; `author` is the key of who wrote it."""

    number: int
    terms: Terms
    author: int
    done: tuple[Done, ...] = ()

    def when(self, step: Step) -> Done | None:
        """Return when a step was taken."""
        return next((one for one in self.done if one.step is step), None)

    @property
    def signed(self) -> date | None:
        """The day from which both have signed."""
        both = [one.day for one in self.done if one.step in SIGNATURES]
        return max(both) if len(both) == len(SIGNATURES) else None

    @property
    def begins(self) -> date | None:
        """The day from which it binds: its first, or the day of the later signature."""
        return None if self.signed is None else max(self.signed, self.terms.starts)

    @property
    def last_day(self) -> date:
        """Its last day: of its term, or earlier where it was ended."""
        ended = self.when(Step.END)
        return min(self.terms.ends, ended.day) if ended else self.terms.ends


_BY_STEPS: Final = (
    (Step.APPROVE, AgreementState.APPROVED),
    (Step.INFORM, AgreementState.INFORMED),
    (Step.REVIEW, AgreementState.REVIEWED),
)


def version_state(version: Version, later: Sequence[Version], *, on: date) -> AgreementState:
    """Tell how a version stands on a day; `later` are the versions written after it.

    A draft that was written anew is amended at once; one that binds, first when the new one
    does.
    """
    begins = version.begins
    if begins is None:
        if later:
            return AgreementState.AMENDED
        return next(
            (state for step, state in _BY_STEPS if version.when(step)), AgreementState.DRAFT
        )
    if any(one.begins is not None and one.begins <= on for one in later):
        return AgreementState.AMENDED
    if on > version.last_day:
        return AgreementState.ENDED
    return AgreementState.SIGNED if on < begins else AgreementState.ACTIVE


def states_of(versions: Sequence[Version], *, on: date) -> list[AgreementState]:
    """Tell how each version stands, in their order."""
    return [version_state(one, versions[n + 1 :], on=on) for n, one in enumerate(versions)]


def in_force(versions: Sequence[Version], *, on: date) -> Version | None:
    """Return the version that binds on a day."""
    found = [
        one
        for one, state in zip(versions, states_of(versions, on=on), strict=True)
        if state is AgreementState.ACTIVE
    ]
    return found[-1] if found else None


def why_not_version(versions: Sequence[Version], terms: Terms, *, role: Role) -> Reason | None:
    """Return why a new version cannot be written."""
    if reason := why_not_by(role, decides=False):
        return reason
    if versions and versions[-1].when(Step.END):
        return Reason("agreement_ended")
    if outside := [price.year for price in terms.prices if not _holds(terms, price.year)]:
        return Reason("price_outside_term", {"year": outside[0]})
    return None


def _holds(terms: Terms, year: int) -> bool:
    return terms.starts.year <= year <= terms.ends.year


def why_not_step(
    wanted: Done,
    versions: Sequence[Version],
    *,
    decided: date | None,
    may_sign: Sequence[tuple[str, date]],
    role: Role,
    on: date,
) -> Reason | None:
    """Return why a step with the last version is refused, None when it may be taken.

    `decided` is the day on which its case was approved, None where it was not. `may_sign` are
    those whom the case let sign, each with the first day.
    """
    version, step = versions[-1], wanted.step
    state = version_state(version, (), on=on)
    if reason := why_not_by(role, decides=step in BY_DECIDERS):
        return reason
    if step not in MAY[state]:
        return Reason("agreement_not_in_state", {"state": state})
    if step in SIGNATURES and version.when(step):
        return Reason("signed_already")
    return why_not_on(wanted.day, on=on) or _why_not_by_step(
        wanted, version, decided=decided, may_sign=may_sign
    )


def _why_not_by_step(
    wanted: Done,
    version: Version,
    *,
    decided: date | None,
    may_sign: Sequence[tuple[str, date]],
) -> Reason | None:
    match wanted.step:
        case Step.REVIEW:
            return _why_not_review(wanted, version)
        case Step.INFORM if wanted.reference not in list(Union):
            return Reason("union_kind_missing")
        case Step.APPROVE:
            reviewed = version.when(Step.REVIEW)
            if decided is None:
                return Reason("case_not_approved")
            if reviewed and decided < reviewed.day:
                # The board decided of what stood before: a new version needs a new decision.
                return Reason("decided_before_review", {"day": decided, "first": reviewed.day})
            return why_not_on(wanted.day, on=wanted.day, after=decided)
        case Step.SIGN_COMMISSIONER | Step.SIGN_PROVIDER:
            return _why_not_sign(wanted, version, may_sign)
        case Step.END if not wanted.said.strip():
            return Reason("reason_missing")
    return None


def _why_not_review(wanted: Done, version: Version) -> Reason | None:
    if wanted.by == version.author:
        return Reason("reviewed_by_another")
    if empty := version.terms.empty:
        return Reason("agreement_incomplete", {"parts": empty})
    if not version.terms.prices:
        return Reason("price_missing")
    return None


def _why_not_sign(
    wanted: Done, version: Version, may_sign: Sequence[tuple[str, date]]
) -> Reason | None:
    if not wanted.whom.strip():
        return Reason("whom_missing")
    if wanted.day > version.terms.ends:
        return Reason("term_over", {"day": version.terms.ends})
    approved = version.when(Step.APPROVE)
    after = approved.day if approved else None
    if wanted.step is Step.SIGN_COMMISSIONER:
        named = [first for office, first in may_sign if office.casefold() == wanted.whom.casefold()]
        if not named:
            return Reason("may_not_sign", {"whom": wanted.whom})
        after = max([first for first in (after, named[0]) if first])
    return why_not_on(wanted.day, on=wanted.day, after=after)


class Kind(StrEnum):
    """What a site's agreements let its provider do on a day."""

    NONE = "none"
    COMING = "coming"
    IN_FORCE = "in_force"
    ENDING = "ending"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a site stands with its agreements: the kind, and the day that goes with it."""

    kind: Kind
    day: date | None = None
    days: int = 0


def standing(agreements: Sequence[Sequence[Version]], *, on: date) -> Standing:
    """Tell how a site stands on a day, from all its agreements.

    Days left are counted to the last day, which is the last on which it binds.
    """
    ends = [v.last_day for versions in agreements if (v := in_force(versions, on=on))]
    if ends:
        last_day = max(ends)
        days = (last_day - on).days
        return Standing(Kind.ENDING if days <= WARN_DAYS else Kind.IN_FORCE, last_day, days)
    each = [
        (version, state)
        for versions in agreements
        for version, state in zip(versions, states_of(versions, on=on), strict=True)
    ]
    if over := [v.last_day for v, state in each if state is AgreementState.ENDED]:
        return Standing(Kind.OVER, max(over))
    coming = [v.begins for v, state in each if state is AgreementState.SIGNED and v.begins]
    return Standing(Kind.COMING, min(coming)) if coming else Standing(Kind.NONE)


def why_not_name(found: Standing, *, provider: bool) -> Reason | None:
    """Return why staff are not newly named for families.

    Only the provider's staff rest on the agreement, and only one that is over stops them: a site
    that has never had one in the system works as before, and is told so. Who visits a family
    already goes on: a paper that has run out must not close a record.
    """
    if provider and found.kind is Kind.OVER:
        return Reason("agreement_over", {"day": found.day})
    return None
