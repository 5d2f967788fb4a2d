"""What is decided about a grant, and what came before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from hembesok.access.models import Unit
from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.funding.models import (
    Application,
    BudgetLine,
    Entry,
    Expectation,
    GrantDecision,
    Milestone,
    Request,
    Share,
    Tranche,
)
from hembesok.funding.rules.deciding import CostType, NewTranche, why_not_open
from hembesok.funding.rules.deciding import Milestone as MilestoneKind
from hembesok.funding.rules.ledger import Kind
from hembesok.funding.services.within import done_before, locked_site, locked_tranche
from hembesok.values.money import Ore
from hembesok.values.refusals import Reason, Refusal, refuse


@dataclass(frozen=True, slots=True)
class NewDecision:
    """Who granted what, on which day, with which reference."""

    grantor: str
    grant: str
    reference: str
    decided: date
    conditions: str = ""


@transaction.atomic
def reach_milestone(
    kind: MilestoneKind,
    *,
    by_whom: str,
    starts: date,
    reference: str,
    ends: date | None = None,
    text: str = "",
    key: UUID,
    by: Actor,
) -> Milestone:
    """Write down the mandate, the choice of the site or the evaluator. Raises Refusal."""
    site = locked_site(by, by_whom, reference, text)
    if (before := done_before(Milestone, key)) is not None:
        return before
    if not (reference.strip() and by_whom.strip()):
        raise Refusal(Reason("reference_missing"))
    if ends is not None and ends < starts:
        raise Refusal(Reason("ends_before_start", {"ends": ends, "starts": starts}))
    made = Milestone.objects.create(
        key=key, site=site, kind=kind.value, by_whom=by_whom.strip(), starts=starts, ends=ends,
        reference=reference.strip(), text=text.strip(), registered_by_id=by.staff,
        registered_on=by.on,
    )  # fmt: skip
    note(by, "money.milestone", f"site:{site.key}", kind)
    return made


@transaction.atomic
def expect(year: int, amount: int, *, reference: str, key: UUID, by: Actor) -> Expectation:
    """Write down what is expected for a year, in öre; it is in no sum. Raises Refusal."""
    site = locked_site(by, reference)
    if (before := done_before(Expectation, key)) is not None:
        return before
    if amount <= 0:
        raise Refusal(Reason("money_nothing"))
    if not reference.strip():
        raise Refusal(Reason("reference_missing"))
    made = Expectation.objects.create(
        key=key, site=site, year=year, amount=amount, reference=reference.strip(),
        registered_by_id=by.staff, registered_on=by.on,
    )  # fmt: skip
    note(by, "money.expected", f"site:{site.key}", f"{year}")
    return made


@transaction.atomic
def grant(
    decision: NewDecision, new: NewTranche, recipient: Unit, *, key: UUID, by: Actor
) -> Tranche:
    """Write down a decision that grants a year's money to a unit. Raises Refusal."""
    locked_site(by, decision.reference, decision.grant, decision.grantor, decision.conditions)
    return open_tranche(decision, new, recipient, key=key, by=by)


def open_tranche(
    decision: NewDecision,
    new: NewTranche,
    recipient: Unit,
    *,
    key: UUID,
    by: Actor,
    request: Request | None = None,
    application: Application | None = None,
) -> Tranche:
    """Open a tranche by a decision, under a lock that is held already. Raises Refusal.

    Money that was retained is there from the start, and nothing is granted or claimed anew.
    """
    if (before := done_before(Tranche, key)) is not None:
        return before
    refuse(why_not_open(new))
    if not (decision.reference.strip() and decision.grant.strip() and decision.grantor.strip()):
        raise Refusal(Reason("reference_missing"))
    written = _decision(decision, by)
    if written.tranches.filter(year=new.year, recipient=recipient).exists():
        raise Refusal(Reason("tranche_exists", {"year": new.year}))
    made = Tranche.objects.create(
        site_id=by.site, registered_by_id=by.staff, registered_on=by.on,
        key=key, decision=written, year=new.year, recipient=recipient,
        purpose=new.purpose.strip(), purposes=sorted(kind.value for kind in new.purposes),
        first=new.first, last=new.last, claim_by=new.claim_by, report_by=new.report_by,
        request=request, application=application,
    )  # fmt: skip
    if application is None:
        Entry.objects.create(
            tranche=made, kind=Kind.GRANTED.value, amount=new.amount, first=decision.decided,
            last=decision.decided, reference=decision.reference.strip(),
            registered_by_id=by.staff, registered_on=by.on,
        )  # fmt: skip
    note(by, "money.granted", f"site:{made.site.key}", f"tranche {made.pk}")
    return made


def _decision(new: NewDecision, by: Actor) -> GrantDecision:
    """Return the decision as stored: one that grants several years is written once."""
    facts = {
        "grantor": new.grantor.strip(),
        "grant": new.grant.strip(),
        "reference": new.reference.strip(),
        "decided": new.decided,
    }
    found = GrantDecision.objects.filter(site_id=by.site, **facts).first()
    return found or GrantDecision.objects.create(
        **facts,
        conditions=new.conditions.strip(),
        site_id=by.site,
        registered_by_id=by.staff,
        registered_on=by.on,
    )


@transaction.atomic
def share(tranche: int, unit: Unit, amount: int, *, decision: str, key: UUID, by: Actor) -> Share:
    """Decide how much of a tranche is meant for a unit, in öre. Raises Refusal.

    All shares together are at most what was granted or kept.
    """
    found = locked_tranche(tranche, by, decision)
    if (before := done_before(Share, key)) is not None:
        return before
    if not decision.strip():
        raise Refusal(Reason("decision_missing"))
    if amount < 0:
        raise Refusal(Reason("money_below_nothing", {"excess": Ore(-amount)}))
    most = _granted(found)
    others = sum(each for key_, each in shares_of(found).items() if key_ != unit.pk)
    if others + amount > most:
        raise Refusal(Reason("shares_beyond_granted", {"left": Ore(max(most - others, 0))}))
    made = Share.objects.create(
        key=key, tranche=found, unit=unit, amount=amount, decision=decision.strip(),
        registered_by_id=by.staff, registered_on=by.on,
    )  # fmt: skip
    note(by, "money.shared", f"site:{found.site.key}", f"tranche {found.pk}")
    return made


def _granted(tranche: Tranche) -> int:
    entries = tranche.entries.filter(kind__in=[Kind.GRANTED.value, Kind.CARRIED.value])
    return sum(e.amount if e.reverses_id is None else -e.amount for e in entries)


def shares_of(tranche: Tranche) -> dict[int, int]:
    """Return what is meant for each unit: the last that was written; öre by key of the unit."""
    written = tranche.shares.order_by("pk").values_list("unit", "amount")
    return dict(written)


@transaction.atomic
def plan_budget(tranche: int, lines: Iterable[tuple[CostType, date, int]], *, by: Actor) -> int:
    """Put a budget by cost type and month in the place of the one before. Raises Refusal.

    Amounts in öre; a month is named by its first day. Returns how many lines were written.
    """
    found = locked_tranche(tranche, by)
    wanted = list(lines)
    for cost_type, month, amount in wanted:
        if amount <= 0:
            raise Refusal(Reason("money_nothing"))
        if cost_type.value not in found.purposes:
            raise Refusal(Reason("cost_outside_purpose"))
        if month.day != 1 or not found.first.replace(day=1) <= month <= found.last:
            period = {"first": found.first, "last": found.last}
            raise Refusal(Reason("cost_outside_period", period))
    if sum(amount for _type, _month, amount in wanted) > _granted(found):
        raise Refusal(Reason("budget_beyond_granted"))
    found.budget.all().delete()
    made = BudgetLine.objects.bulk_create(
        BudgetLine(tranche=found, cost_type=kind.value, month=month, amount=amount)
        for kind, month, amount in wanted
    )
    note(by, "money.budgeted", f"site:{found.site.key}", f"tranche {found.pk}")
    return len(made)
