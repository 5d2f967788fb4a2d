"""Who is followed after the programme and how their outcomes stand, in a known number of queries.

The nurse reads of children; the coordinator counts them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet

from hembesok.access.rules.roles import Actor
from hembesok.access.rules.secrecy import Field
from hembesok.enrolment.rules.following import FollowUp
from hembesok.families.models import Child, Family, PersonIdentifier
from hembesok.families.models.identifiers import WRONG
from hembesok.forms.answers import Answers
from hembesok.forms.questionnaire import Block
from hembesok.secrecy.queries import doors
from hembesok.values.dates import Age, age
from hembesok.visits.models import LaterOutcome
from hembesok.visits.rules.later_list import Followed, Stored
from hembesok.visits.rules.outcomes_later import DueState, How, OutcomeKind, days, outcomes

ORDER: Final = list(DueState)


# repr=False here and below: what is shown of a person must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class OutcomeRow:
    """One outcome of one child as the nurse's list shows it; `recorded` is the latest finding."""

    subject: str
    ref: str
    code: str
    number: int
    given_name: str
    age: Age
    kind: OutcomeKind
    state: DueState
    opens: date
    last: date
    recorded: date | None


def followed_by(actor: Actor) -> QuerySet[Child]:
    """Return the children the actor follows: named for the family, at the clinic it belongs to."""
    families = Family.objects.within_reach_of(actor).filter(clinic=actor.unit)
    return Child.objects.filter(
        family__in=families, enrolment__following__until__gte=actor.on, merged_into=None
    )


def outcome_list(actor: Actor) -> list[OutcomeRow]:
    """Return the outcomes of the children an actor follows, the most urgent first; ten queries."""
    children = list(followed_by(actor).select_related("family", "enrolment__following"))
    opened = doors({child.family_id: child.family for child in children}.values(), actor)
    findings = _findings(children)
    rows = []
    for child in children:
        named = opened[child.family_id].shows(Field.NAMES, actor, actor.on)
        name = child.given_name if named else ""
        rows += [
            _row(child, name, kind, found, actor.on)
            for kind, found in _by_kind(findings[child.pk]).items()
        ]
    return sorted(rows, key=_urgency)


def _row(
    child: Child, name: str, kind: OutcomeKind, found: Sequence[LaterOutcome], on: date
) -> OutcomeRow:
    known = days(kind, child.born)
    settled = [kind] if any(one.settled for one in found) else []
    return OutcomeRow(
        subject=child.family.subject,
        ref=child.family.ref,
        code=child.family.code,
        number=child.number,
        given_name=name,
        age=age(child.born, on),
        kind=kind,
        state=outcomes(child.born, on, settled)[kind],
        opens=known.opens,
        last=known.last,
        recorded=found[-1].day if found else None,
    )


def _urgency(row: OutcomeRow) -> tuple[int, date, str, int, str]:
    due = row.last if row.state in (DueState.OVERDUE, DueState.DUE) else row.opens
    return ORDER.index(row.state), due, row.code, row.number, row.kind


def _findings(children: Iterable[Child]) -> Mapping[int, list[LaterOutcome]]:
    """Return what counts of each child, the oldest first; the answers stay sealed."""
    found: dict[int, list[LaterOutcome]] = defaultdict(list)
    counted = LaterOutcome.objects.counted().filter(child__in=list(children)).defer("answers")
    for one in counted.order_by("day", "pk"):
        found[one.child_id].append(one)
    return found


def _by_kind(found: Iterable[LaterOutcome]) -> Mapping[OutcomeKind, list[LaterOutcome]]:
    by_kind: dict[OutcomeKind, list[LaterOutcome]] = {kind: [] for kind in OutcomeKind}
    for one in found:
        by_kind[OutcomeKind(one.kind)].append(one)
    return by_kind


OutcomeCounts = Mapping[OutcomeKind, Mapping[DueState, int]]
"""How many children's outcomes stand how."""


def outcome_counts(actor: Actor) -> OutcomeCounts:
    """Count the outcomes of all children of the site that are followed, or were; two queries.

    Those no longer followed are recorded or missing: they stand on nobody's list.
    """
    families = Family.objects.within_reach_of(actor)
    children = Child.objects.filter(
        family__in=families, enrolment__following__why=FollowUp.OWN_RECORD, merged_into=None
    )
    settled: dict[int, set[OutcomeKind]] = defaultdict(set)
    found = LaterOutcome.objects.counted().filter(child__in=children, settled=True)
    for child, kind in found.values_list("child", "kind"):
        settled[child].add(OutcomeKind(kind))
    counts: dict[OutcomeKind, Counter[DueState]] = {kind: Counter() for kind in OutcomeKind}
    for child, born in children.values_list("pk", "born"):
        for kind, state in outcomes(born, actor.on, settled[child]).items():
            counts[kind][state] += 1
    return {kind: {state: counts[kind][state] for state in DueState} for kind in OutcomeKind}


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """A finding as its page shows it."""

    key: int
    day: date
    block: Block
    answers: Answers
    by: str
    at: datetime
    how: How
    corrected: bool


def findings_of(child: Child, kind: OutcomeKind) -> list[Finding]:
    """Return what is written of one outcome of a child, corrected or not, the latest first."""
    rows = (
        LaterOutcome.objects.filter(child=child, kind=kind)
        .select_related("by", "corrected_by")
        .order_by("-day", "-pk")
    )
    return [
        Finding(
            key=one.pk,
            day=one.day,
            block=one.block,
            answers=one.given,
            by=one.by.name,
            at=one.at,
            how=How(one.how),
            corrected=getattr(one, "corrected_by", None) is not None,
        )
        for one in rows
    ]


def followed_with_findings(actor: Actor) -> list[Followed]:
    """Return the children an actor follows, as a list of outcomes is compared with them."""
    children = list(followed_by(actor).select_related("family", "enrolment__following"))
    numbers: dict[int, set[str]] = defaultdict(set)
    for one in PersonIdentifier.objects.filter(child__in=children).exclude(status=WRONG):
        assert one.child_id is not None  # noqa: S101 — told to the type checker
        numbers[one.child_id].add(one.value)
    stored: dict[int, dict[OutcomeKind, list[Stored]]] = defaultdict(lambda: defaultdict(list))
    counted = LaterOutcome.objects.counted().filter(child__in=children)
    for outcome in counted.order_by("day", "pk"):
        found = Stored(outcome.day, outcome.given)
        stored[outcome.child_id][OutcomeKind(outcome.kind)].append(found)
    return [
        Followed(
            key=child.pk,
            subject=child.family.subject,
            code=child.family.code,
            number=child.number,
            born=child.born,
            identifiers=frozenset(numbers[child.pk]),
            stored=stored[child.pk],
        )
        for child in children
    ]
