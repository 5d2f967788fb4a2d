"""How far families have come, from birth to the end: counts, and who waits for an offer."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from hembesok.access.rules.roles import Actor
from hembesok.access.rules.secrecy import Field
from hembesok.enrolment.models import Answer, Eligibility, Enrolment, Offer, Pause
from hembesok.enrolment.rules.offering import AnswerKind
from hembesok.families.models import Child, Family, SiteStay
from hembesok.secrecy.models import Consent
from hembesok.secrecy.queries import Door, doors
from hembesok.secrecy.rules import Purpose


class Stage(StrEnum):
    """How far a child has come; each child is at one stage."""

    BORN = "born"
    NOT_ELIGIBLE = "not_eligible"
    ELIGIBLE = "eligible"
    OFFERED = "offered"
    NO = "no"
    LATER = "later"
    UNREACHABLE = "unreachable"
    YES = "yes"
    ENROLLED = "enrolled"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many of the children born in a period came to each step.

    Counts of children. Each step counts all who came so far, also those who went
    on: born ≥ judged ≥ eligible ≥ offered ≥ answered ≥ yes ≥ consented ≥ enrolled.
    `ended` and `not_eligible` are by reason.
    """

    born: int
    judged: int
    eligible: int
    offered: int
    answered: int
    yes: int
    consented: int
    enrolled: int
    no: int
    later: int
    unreachable: int
    paused: int
    handed_over: int
    not_eligible: tuple[tuple[str, int], ...]
    said_no_because: tuple[tuple[str, int], ...]
    ended: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Way:
    """What one child has behind it."""

    verdict: Eligibility | None
    offered: bool
    answer: Answer | None
    consented: bool
    enrolment: Enrolment | None

    @property
    def said_yes(self) -> bool:
        return self.answer is not None and self.answer.answer == AnswerKind.YES


def funnel(site: int, *, first: date, last: date) -> Funnel:
    """Count the way of a site's children born from a day to a day; seven queries.

    Who may see it is the view's to say: it holds counts of a unit's own families only.
    """
    ways = [way for _child, way in _ways(Family.objects.filter(site=site), first, last)]
    answers = Counter(way.answer.answer for way in ways if way.answer)
    enrolled = [way.enrolment for way in ways if way.enrolment]
    return Funnel(
        born=len(ways),
        judged=sum(way.verdict is not None for way in ways),
        eligible=sum(_eligible(way) for way in ways),
        offered=sum(way.offered for way in ways),
        answered=sum(way.answer is not None for way in ways),
        yes=answers[AnswerKind.YES],
        consented=sum(way.said_yes and way.consented for way in ways),
        enrolled=len(enrolled),
        no=answers[AnswerKind.NO],
        later=answers[AnswerKind.LATER],
        unreachable=answers[AnswerKind.UNREACHABLE],
        paused=sum(_paused(one) for one in enrolled),
        handed_over=SiteStay.objects.filter(
            site=site, family__children__born__range=(first, last)
        ).count(),
        not_eligible=_counted(
            reason for way in ways if way.verdict for reason in way.verdict.failed
        ),
        said_no_because=_counted(
            way.answer.reason or "not_said"
            for way in ways
            if way.answer and way.answer.answer in (AnswerKind.NO, AnswerKind.LATER)
        ),
        ended=_counted(one.end_reason for one in enrolled if one.ended),
    )


def _eligible(way: _Way) -> bool:
    return way.verdict is not None and way.verdict.eligible


def _paused(enrolment: Enrolment) -> bool:
    return not enrolment.ended and any(pause.ends is None for pause in enrolment.pauses.all())


def _counted(reasons: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(reasons).items(), key=lambda one: (-one[1], one[0])))


def _ways(families: Iterable[Family], first: date, last: date) -> list[tuple[Child, _Way]]:
    children = (
        _left(families, first, last)
        .select_related("family", "enrolment")
        .prefetch_related(
            "family__guardians",
            Prefetch("eligibilities", Eligibility.objects.order_by("pk")),
            Prefetch("offers", Offer.objects.order_by("pk")),
            Prefetch("offers__answers", Answer.objects.order_by("pk")),
            Prefetch("enrolment__pauses", Pause.objects.order_by("pk")),
        )
        .order_by("pk")
    )
    found = list(children)
    yes = _consenting({child.family_id for child in found})
    return [(child, _way(child, yes)) for child in found]


def _consenting(families: Iterable[int]) -> set[int]:
    consents = Consent.objects.filter(
        guardian__family__in=families, purpose=Purpose.TAKE_PART, withdrawn=None
    )
    return set(consents.values_list("guardian", flat=True))


def _way(child: Child, yes: set[int]) -> _Way:
    offers = list(child.offers.all())
    answers = [answer for offer in offers for answer in offer.answers.all()]
    verdicts = list(child.eligibilities.all())
    needed = {one.pk for one in child.family.guardians.all() if one.custody}
    return _Way(
        verdict=verdicts[-1] if verdicts else None,
        offered=bool(offers),
        answer=answers[-1] if answers else None,
        consented=bool(needed) and needed <= yes,
        enrolment=getattr(child, "enrolment", None),
    )


# repr=False: what is shown of a person must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """A child that is not enrolled yet, and how far it has come."""

    subject: str
    ref: str
    code: str
    number: int
    given_name: str
    born: date
    language: str
    stage: Stage
    why: tuple[str, ...]


WAITING: Final = (
    Stage.BORN,
    Stage.ELIGIBLE,
    Stage.OFFERED,
    Stage.LATER,
    Stage.UNREACHABLE,
    Stage.YES,
)
"""The stages of those who wait for something: an offer, an answer, or to be enrolled."""


def candidates(actor: Actor, *, first: date) -> list[Candidate]:
    """Return the children within reach, born since a day, who are not enrolled.

    As far as the actor may read of each; thirteen queries, the oldest child first.
    """
    families = Family.objects.within_reach_of(actor)
    left = [(child, way) for child, way in _ways(families, first, actor.on) if not way.enrolment]
    opened = doors({child.family_id: child.family for child, _way in left}.values(), actor)
    found = [_candidate(child, way, opened[child.family_id], actor) for child, way in left]
    return sorted(found, key=lambda one: (one.born, one.code, one.number))


def count_waiting(actor: Actor, *, first: date) -> int:
    """Return how many of the candidates wait for something; one query."""
    answers = Answer.objects.filter(offer__child=OuterRef("pk")).order_by("-offer", "-pk")
    verdicts = Eligibility.objects.filter(child=OuterRef("pk")).order_by("-pk")
    return (
        _left(Family.objects.within_reach_of(actor), first, actor.on)
        .filter(enrolment__isnull=True)
        # What is not there is said as a value: a comparison with nothing leaves a row out.
        .annotate(
            said=Coalesce(Subquery(answers.values("answer")[:1]), Value("")),
            found=Coalesce(Subquery(verdicts.values("eligible")[:1]), Value(True)),
            asked=Exists(Offer.objects.filter(child=OuterRef("pk"))),
        )
        .exclude(said=AnswerKind.NO)
        .exclude(said="", asked=False, found=False)
        .count()
    )


def _left(families: Iterable[Family], first: date, last: date) -> QuerySet[Child]:
    return Child.objects.filter(family__in=families, born__range=(first, last), merged_into=None)


def _candidate(child: Child, way: _Way, door: Door, actor: Actor) -> Candidate:
    def shows(field: Field) -> bool:
        return door.shows(field, actor, actor.on) is not None

    return Candidate(
        subject=child.family.subject,
        ref=child.family.ref,
        code=child.family.code,
        number=child.number,
        given_name=child.given_name if shows(Field.NAMES) else "",
        born=child.born,
        language=child.family.language if shows(Field.LANGUAGE) else "",
        stage=_stage(way),
        why=tuple(way.verdict.failed) if way.verdict and shows(Field.PARITY) else (),
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """How many the end of a project ends, as it would today."""

    children: int
    families: int


def ending(site: int, *, ends: date) -> Ending:
    """Count the enrolments of a site that the end of its project would end; one query."""
    running = Enrolment.objects.filter(
        child__family__site=site, ended__isnull=True, enrolled__lte=ends
    )
    families = list(running.values_list("child__family", flat=True))
    return Ending(len(families), len(set(families)))


def _stage(way: _Way) -> Stage:
    """Return the one stage a child is at."""
    if way.enrolment is not None:
        if way.enrolment.ended:
            return Stage.ENDED
        return Stage.PAUSED if _paused(way.enrolment) else Stage.ENROLLED
    if way.answer is not None:
        return Stage(way.answer.answer)
    if way.offered:
        return Stage.OFFERED
    if way.verdict is None:
        return Stage.BORN
    return Stage.ELIGIBLE if way.verdict.eligible else Stage.NOT_ELIGIBLE
