"""The words of money: why something is refused, and what kinds of entries and costs are called."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hembesok.funding.rows import Figure
from hembesok.funding.rules.deciding import Answer, CostType, Milestone, StepKind
from hembesok.funding.rules.ledger import Kind, Phase
from hembesok.funding.rules.year_end import Duty
from hembesok.values.money import MoneyUnit

REASONS: Final[Mapping[str, Promise]] = {
    "answered_already": _("The answer is written already."),
    "application_waits": _(
        "An application to retain money waits for its answer. Until then at most %(free)s"
        " can be repaid."
    ),
    "attester_is_registrar": _("Whoever wrote an entry cannot attest it. Ask a colleague."),
    "beyond_asked": _("More was granted than was asked for. Write at most %(most)s."),
    "beyond_undecided": _("Only %(free)s is unspent and not decided on."),
    "budget_beyond_granted": _("The budget is larger than the grant."),
    "claim_by_before_start": _("%(day)s is before the period begins, %(first)s."),
    "claim_too_late": _("The money could be claimed up to %(day)s. What is left has lapsed."),
    "claimed_beyond_granted": _("That is %(excess)s more than is granted and not yet claimed."),
    "cost_beyond_claimed": _(
        "That is %(excess)s more than is left of the money claimed. The grant does not pay for it."
    ),
    "cost_outside_period": _(
        "The cost was delivered outside the period of the grant, %(first)s to %(last)s."
        " The grant does not pay for it."
    ),
    "cost_outside_purpose": _(
        "The grant's purpose does not include costs of this type. The grant does not pay for it."
    ),
    "cost_type_missing": _("Choose what the cost is for."),
    "decided_beyond_unspent": _(
        "That is %(excess)s more than is unspent, with what is repaid and retained already."
    ),
    "entries_wait": _("%(count)s entries wait to be attested. Attest or take them back first."),
    "entry_has_own_act": _("This is written by a decision of its own."),
    "entry_needs_no_attest": _("An entry of this kind needs no second person."),
    "entry_taken_back": _("The entry is taken back."),
    "granted_again_beyond_repaid": _(
        "The repayment stands: the government has granted that money anew."
    ),
    "granted_again_beyond_repaid_yet": _(
        "Only %(left)s has been repaid and not been granted anew. Write the repayment first."
    ),
    "money_below_nothing": _("That takes back %(excess)s more than there is."),
    "money_finer_than_ore": _("Write an amount in whole öre."),
    "money_form": _("Write the amount with digits, as 880 000 or 850,50."),
    "money_names_family": _(
        "This looks like the code of a family. Money is about no family: leave it out."
    ),
    "money_names_person": _(
        "This looks like an identity number. Money is about no person: leave it out."
    ),
    "money_nothing": _("Write an amount above nothing."),
    "money_unit_missing": _("Choose what the number counts: kronor, thousands or millions."),
    "money_unlikely": _("The amount is larger than %(most)s. Check the number and its unit."),
    "no_such_entry": _("The entry does not exist, or belongs to another site."),
    "no_such_tranche": _("The grant does not exist, or belongs to another site."),
    "nothing_to_review": _("There is no report that waits for a review."),
    "paid_out_beyond_claimed": _(
        "%(excess)s of it is with the provider or paid out already."
        " Write what the provider returns first."
    ),
    "provider_waits": _(
        "The provider has used %(amount)s more than it has got. Write the transfer first."
    ),
    "purpose_missing": _("Choose at least one type of cost that the grant is for."),
    "received_beyond_claimed": _("That is %(excess)s more than is claimed and not yet paid."),
    "reference_missing": _("Write a reference, such as a registry number."),
    "report_before_end": _("%(day)s is not after the period, which ends %(last)s."),
    "request_waits": _("A request waits for the government's answer already."),
    "returned_beyond_transferred": _("That is %(excess)s more than was transferred."),
    "role_writes_no_money": _("Only economist and manager write of money."),
    "shares_beyond_granted": _("Only %(left)s of the grant is not meant for other units."),
    "take_back_where_retained": _(
        "Take back the entry of the year that retained the money; both are taken back."
    ),
    "tranche_exists": _("The decision has a grant for %(year)s to that unit already."),
    "tranche_not_over": _("The period ends %(last)s. Write the report when it is over."),
    "tranche_not_reported": _("Report the use of the money first."),
    "tranche_reported": _(
        "The use of the money is reported. What comes after that, the grant does not pay for."
    ),
    "transfer_to_itself": _("Choose another unit than the one that has the grant."),
    "unit_missing": _("Choose which unit."),
    "voucher_missing": _("Write the number of the voucher."),
    "yes_makes_a_tranche": _("A yes says how much, for which period. A no says nothing more."),
}

FILES: Final[Mapping[str, Promise]] = {
    "costs_day": _("The day cannot be read. Write it as YYYY-MM-DD."),
    "costs_headings": _("The first row lacks the headings: %(missing)s."),
    "costs_none": _("There are no costs in the file."),
    "costs_quotes": _("The quotation marks do not pair up. Mend them, or save the file again."),
    "costs_ragged": _(
        "The row has %(cells)s cells and the headings are %(columns)s. Look for a separator too"
        " many or too few."
    ),
    "costs_too_large": _("The file is larger than %(megabytes)s MB. Divide it by month."),
    "costs_too_many": _("The file has more than %(most)s costs. Divide it by month."),
    "costs_type": _("The type of cost is not known. Write one of: %(types)s."),
    "not_sie": _("This is no SIE file: it does not begin as one."),
    "sie_amount": _("The amount cannot be read."),
    "sie_bracket": _("A bracket closes what was not opened."),
    "sie_day": _("The day is not written as YYYYMMDD."),
    "sie_line": _("The line cannot be read."),
    "sie_line_too_long": _("The line is too long to be bookkeeping."),
    "sie_no_such_object": _(
        "No cost has %(object)s in dimension %(dimension)s. The file knows: %(known)s."
    ),
    "sie_off_balance": _(
        "Voucher %(voucher)s does not balance: it is off by %(off)s. Nothing of the file is taken."
    ),
    "sie_row_outside": _("A row stands outside a voucher."),
    "sie_voucher_not_closed": _("A voucher is not closed. Is the file whole?"),
    "sie_voucher_too_long": _("A voucher has more rows than can be read."),
    "sie_without_type": _("The file does not say which type of SIE file it is."),
    "sie_without_vouchers": _(
        "The file is of SIE type %(type)s and holds no vouchers. Export type 4."
    ),
}
"""Why a file of costs, or a row of it, is not taken."""

KINDS: Final[Mapping[str, Promise]] = {
    Kind.GRANTED: _("Granted"),
    Kind.CLAIMED: _("Claimed"),
    Kind.LAPSED: _("Lapsed"),
    Kind.RECEIVED: _("Received from the state"),
    Kind.CARRIED: _("Kept from before"),
    Kind.TRANSFERRED: _("Transferred to a provider"),
    Kind.RETURNED: _("Returned by a provider"),
    Kind.COST: _("Cost"),
    Kind.OWN: _("Own money"),
    Kind.RETAINED: _("Retained"),
    Kind.REPAID: _("Repaid"),
}

FIGURES: Final[Mapping[str, Promise]] = {
    Figure.GRANTED: _("Granted"),
    Figure.CLAIMED: _("Claimed"),
    Figure.NOT_YET_CLAIMED: _("Not yet claimed"),
    Figure.LAPSED: _("Lapsed"),
    Figure.RECEIVED: _("Received from the state"),
    Figure.RECEIVABLE: _("Claimed and not received"),
    Figure.CARRIED: _("Kept from before"),
    Figure.TRANSFERRED: _("Transferred to providers"),
    Figure.RETURNED: _("Returned by providers"),
    Figure.USED: _("Used"),
    Figure.USED_HERE: _("of which here"),
    Figure.USED_BY_PROVIDER: _("of which by providers"),
    Figure.WITH_PROVIDER: _("With providers"),
    Figure.LEFT: _("Left to use"),
    Figure.REPAID: _("Repaid"),
    Figure.RETAINED: _("Retained by decision"),
    Figure.UNDECIDED: _("Unspent, not decided on"),
    Figure.ADVANCED: _("Laid out before payment"),
    Figure.OWN: _("Own money"),
}

ACTS: Final[Mapping[str, tuple[Promise, Promise]]] = {
    Kind.COST: (
        _("Register a cost"),
        _("A cost belongs to the days on which it was delivered, whenever it is paid."),
    ),
    Kind.CLAIMED: (
        _("Register a requisition"),
        _("It counts when a colleague has attested it."),
    ),
    Kind.RECEIVED: (
        _("Register a payment"),
        _("Write what has come from the state, on the day it came."),
    ),
    Kind.TRANSFERRED: (
        _("Register a transfer to a provider"),
        _("It counts when a colleague has attested it."),
    ),
    Kind.RETURNED: (
        _("Register what a provider returns"),
        _("Write it on the day it came back."),
    ),
    Kind.REPAID: (
        _("Register a repayment"),
        _("The reference is that of the state's invoice. A colleague attests it."),
    ),
    Kind.LAPSED: (
        _("Register what has lapsed"),
        _("What can no longer be claimed has lapsed."),
    ),
}
"""By kind: what it is called to write one, and what to know before."""

COST_TYPES: Final[Mapping[str, Promise]] = {
    CostType.SALARY: _("Salary with overheads"),
    CostType.TRAVEL: _("Travel"),
    CostType.INTERPRETER: _("Interpreter"),
    CostType.PREMISES: _("Premises"),
    CostType.MATERIAL: _("Material"),
    CostType.TRAINING: _("Training"),
    CostType.OVERHEAD: _("Overhead"),
    CostType.OTHER: _("Other"),
}

FILE_WORDS: Final[Mapping[str, CostType]] = {
    "lön": CostType.SALARY,
    "resor": CostType.TRAVEL,
    "tolk": CostType.INTERPRETER,
    "lokal": CostType.PREMISES,
    "material": CostType.MATERIAL,
    "utbildning": CostType.TRAINING,
    "overhead": CostType.OVERHEAD,
    "övrigt": CostType.OTHER,
}
"""What types of cost are called in files; the same in every language."""

PHASES: Final[Mapping[str, Promise]] = {
    Phase.OPEN: _("Under way"),
    Phase.REPORTED: _("Reported"),
    Phase.APPROVED: _("Report approved"),
}

STEPS: Final[Mapping[str, Promise]] = {
    StepKind.REPORTED: _("Reported"),
    StepKind.APPROVED: _("Report approved"),
    StepKind.SENT_BACK: _("Report sent back"),
}

MILESTONES: Final[Mapping[str, Promise]] = {
    Milestone.MANDATE: _("The government's mandate"),
    Milestone.SITE_CHOICE: _("The choice of the site"),
    Milestone.EVALUATOR: _("The evaluator's engagement"),
}

DUTIES: Final[Mapping[str, Promise]] = {
    Duty.CLAIM: _("Claim what is left"),
    Duty.HIRE: _("Begin hiring, if all of it is to be used"),
    Duty.REPORT: _("Report the use of the money"),
    Duty.DECIDE: _("Repay or ask to retain what is unspent"),
    Duty.ANSWER: _("Waits for an answer"),
}

STATES: Final[Mapping[str, Promise]] = {
    "": _("Counts"),
    "waiting": _("Waits to be attested"),
    "taken_back": _("Taken back"),
    "withdrawn": _("Taken back before it was attested"),
}

WHY_OWN: Final[Mapping[str, Promise]] = {
    "cost_beyond_claimed": _("beyond the money claimed"),
    "cost_outside_period": _("outside the period"),
    "cost_outside_purpose": _("outside the purpose"),
    "paid_out_beyond_claimed": _("beyond what is left in hand"),
    "tranche_reported": _("after the report"),
}
"""Why the grant does not pay for a cost, shortly."""

ANSWERS: Final[Mapping[str, Promise]] = {
    Answer.YES: _("Yes"),
    Answer.NO: _("No"),
}

UNITS: Final[Mapping[str, Promise]] = {
    MoneyUnit.KRONOR: _("kronor"),
    MoneyUnit.THOUSANDS: _("thousands of kronor"),
    MoneyUnit.MILLIONS: _("millions of kronor"),
}

ACTIONS: Final[Mapping[str, Promise]] = {
    "money.answered": _("Wrote an answer about money"),
    "money.applied": _("Asked to retain money"),
    "money.approved": _("Wrote that a report of money was approved"),
    "money.attested": _("Attested entries of money"),
    "money.brought_in": _("Brought in a file of costs"),
    "money.budgeted": _("Planned a budget"),
    "money.expected": _("Wrote what money is expected"),
    "money.granted": _("Wrote a decision that grants money"),
    "money.milestone": _("Wrote a mandate, a choice of site or an engagement"),
    "money.reported": _("Wrote that the use of money was reported"),
    "money.requested": _("Wrote a request to use repaid money"),
    "money.sent_back": _("Wrote that a report of money was sent back"),
    "money.shared": _("Decided a unit's share of a grant"),
    "money.taken_back": _("Took back an entry of money"),
    "money.written": _("Wrote an entry of money"),
}
