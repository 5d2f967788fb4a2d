"""Judging eligibility, offering, writing down answers."""

from datetime import date

from django.db import transaction

from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.enrolment.models import Answer, Eligibility, EligibilityRule, Enrolment, Offer
from hembesok.enrolment.rules.eligibility import Criteria, Facts, Parents, judge
from hembesok.enrolment.rules.offering import (
    AnswerKind,
    NoReason,
    OfferedBy,
    why_not_answer,
    why_not_offer,
)
from hembesok.families.models import Child
from hembesok.families.services.reach import locked_within_reach
from hembesok.values.refusals import Reason, Refusal, refuse


def rule_of(site: int, *, on: date) -> EligibilityRule | None:
    """Return the rule of a site in force on a day; None where the site takes everybody."""
    return EligibilityRule.objects.filter(site=site, starts__lte=on).order_by("starts").last()


def facts_of(child: Child) -> Facts:
    """Return what a rule asks about a child."""
    family = child.family
    guardians = list(family.guardians.all())
    parents = {
        Parents.FIRST_TIME_PARENT: any(one.first_time_parent for one in guardians),
        Parents.FIRST_CHILD_IN_SWEDEN: any(one.first_child_in_sweden for one in guardians),
    }
    return Facts(
        born=child.born,
        parents=frozenset(kind for kind, holds in parents.items() if holds),
        areas=frozenset(code for code in (family.deso, family.regso) if code),
        area_version=family.area_version,
        clinic=family.clinic_id,
        address=family.address,
    )


@transaction.atomic
def judge_child(child: Child, *, by: Actor) -> Eligibility:
    """Judge a child by the site's rule of today, and keep the verdict with its reasons."""
    child = locked_within_reach(child, by)
    rule = rule_of(by.site, on=by.on)
    verdict = judge(rule.criteria if rule else Criteria(), facts_of(child), by.on)
    found = Eligibility.objects.create(
        child=child,
        rule=rule,
        judged=by.on,
        eligible=verdict.eligible,
        met=list(verdict.met),
        failed=list(verdict.failed),
        judged_by_id=by.staff,
    )
    note(by, "eligibility.judged", child.family.subject, str(child.number))
    return found


def standing(child: Child) -> Eligibility | None:
    """Return the last verdict about a child."""
    return child.eligibilities.order_by("pk").last()


@transaction.atomic
def offer(child: Child, *, offered: date, how: OfferedBy, by: Actor) -> Offer:
    """Write down that the programme was offered. Raises Refusal when a rule forbids it."""
    child = locked_within_reach(child, by)
    verdict = standing(child)
    refuse(
        why_not_offer(
            role=by.role,
            offered=offered,
            born=child.born,
            on=by.on,
            eligible=verdict.eligible if verdict else None,
            enrolled=_enrolled(child),
        )
    )
    made = Offer.objects.create(
        child=child,
        offered=offered,
        how=how.value,
        language=child.family.language,
        offered_by_id=by.staff,
    )
    note(by, "offer.made", child.family.subject, str(child.number))
    return made


@transaction.atomic
def answer(
    child: Child,
    kind: AnswerKind,
    *,
    answered: date,
    reason: NoReason | None = None,
    by: Actor,
) -> Answer:
    """Write down what a family answered to its last offer. Raises Refusal."""
    child = locked_within_reach(child, by)
    last = child.offers.order_by("pk").last()
    if last is None:
        raise Refusal(Reason("not_offered"))
    refuse(
        why_not_answer(offered=last.offered, answered=answered, on=by.on, enrolled=_enrolled(child))
    )
    written = Answer.objects.create(
        offer=last,
        answered=answered,
        answer=kind.value,
        reason=reason.value if reason and kind is not AnswerKind.YES else "",
        written_by_id=by.staff,
    )
    note(by, "offer.answered", child.family.subject, f"{child.number} {kind}")
    return written


def _enrolled(child: Child) -> bool:
    return Enrolment.objects.filter(child=child).exists()
