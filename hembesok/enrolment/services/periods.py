"""What a site decides: its periods, its rule of eligibility, and the end of a project."""

from datetime import date

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest

from hembesok.access.models import Site
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.trail import note
from hembesok.enrolment.models import EligibilityRule, Enrolment, Pause, SitePeriod
from hembesok.enrolment.rules.eligibility import Criteria, write_criteria
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.rules.periods import (
    PeriodKind,
    Then,
    why_not_decide,
    why_not_end_project,
)
from hembesok.enrolment.services.following import follow
from hembesok.values.refusals import Reason, Refusal, refuse


@transaction.atomic
def decide_period(
    site: Site,
    kind: PeriodKind,
    *,
    starts: date,
    ends: date | None,
    decision: str,
    then: Then = Then.FINISH,
    by: Actor,
) -> SitePeriod:
    """Decide a period of the actor's site. Raises Refusal when a rule forbids it."""
    site = _locked(site, by)
    others = SitePeriod.objects.filter(site=site, kind=kind).filter(
        Q(ends__isnull=True) | Q(ends__gte=starts)
    )
    if ends is not None:
        others = others.filter(starts__lte=ends)
    refuse(
        why_not_decide(
            role=by.role, starts=starts, ends=ends, decision=decision, overlaps=others.exists()
        )
    )
    made = SitePeriod.objects.create(
        site=site,
        kind=kind.value,
        starts=starts,
        ends=ends,
        decision=decision.strip(),
        then=then.value,
    )
    note(by, "site.period_decided", f"site:{site.key}", kind)
    return made


@transaction.atomic
def decide_rule(
    site: Site, criteria: Criteria, *, starts: date, decision: str, by: Actor
) -> EligibilityRule:
    """Decide whom the site offers the programme from a day on; verdicts already given stay."""
    site = _locked(site, by)
    if by.role is not Role.MANAGER:
        raise Refusal(Reason("role_decides_nothing"))
    if not decision.strip():
        raise Refusal(Reason("decision_missing"))
    if EligibilityRule.objects.filter(site=site, starts=starts).exists():
        raise Refusal(Reason("rule_of_that_day", {"day": starts}))
    made = EligibilityRule.objects.create(
        site=site, starts=starts, content=write_criteria(criteria), decision=decision.strip()
    )
    note(by, "site.rule_decided", f"site:{site.key}")
    return made


def enrolment_period(site: int, *, on: date) -> SitePeriod | None:
    """Return the enrolment period that counts for a day: the one it is in, else the latest.

    None where the site has decided on none: then it enrols on any day.
    """
    periods = SitePeriod.objects.filter(site=site, kind=PeriodKind.ENROLMENT).order_by("starts")
    return next((one for one in periods if one.period.holds(on)), periods.last())


def last_implementation(site: int) -> SitePeriod | None:
    """Return the last implementation period of a site: what it says is what happens then."""
    periods = SitePeriod.objects.filter(site=site, kind=PeriodKind.IMPLEMENTATION)
    return periods.order_by("starts").last()


@transaction.atomic
def end_project(site: Site, *, by: Actor) -> int:
    """End all enrolments of a site whose implementation is over; return how many.

    Only where the site has decided so: else families in mid-programme finish.
    """
    site = _locked(site, by)
    last = last_implementation(site.pk)
    ends = last.ends if last else None
    refuse(
        why_not_end_project(
            role=by.role, then=Then(last.then) if last else None, ends=ends, on=by.on
        )
    )
    running = Enrolment.objects.filter(child__family__site=site, ended__isnull=True)
    over = running.filter(enrolled__lte=ends)
    Pause.objects.filter(enrolment__in=over, ends__isnull=True).update(
        ends=Greatest("starts", Value(ends))
    )
    ending = list(over.values_list("pk", flat=True))
    running.filter(pk__in=ending).update(ended=ends, end_reason=EndReason.PROJECT_OVER.value)
    note(by, "site.project_ended", f"site:{site.key}", str(len(ending)))
    follow(Enrolment.objects.select_related("child").filter(pk__in=ending), by=by)
    return len(ending)


def _locked(site: Site, by: Actor) -> Site:
    if site.pk != by.site:
        raise Refusal(Reason("not_your_site"))
    return Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
