"""Words for cases, decisions and agreements."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hembesok.agreements.rules.agreements import AgreementState, Clause, Kind, Step
from hembesok.agreements.rules.cases import Act, CaseState
from hembesok.agreements.rules.memoranda import Part, Standing, Union

PAGES: Final[Mapping[str, Promise]] = {
    "agreements": _("Agreements and decisions"),
}

CASE_STATES: Final[Mapping[CaseState, Promise]] = {
    CaseState.PREPARING: _("Being prepared"),
    CaseState.SIGNED: _("Memorandum signed"),
    CaseState.AT_BOARD: _("With the board"),
    CaseState.TABLED: _("Tabled"),
    CaseState.APPROVED: pgettext_lazy("case", "Approved"),
    CaseState.REJECTED: _("Rejected"),
    CaseState.CLOSED: pgettext_lazy("case", "Closed"),
}

CASE_MARKS: Final[Mapping[CaseState, tuple[str, str]]] = {
    CaseState.PREPARING: ("due", "i-due"),
    CaseState.SIGNED: ("due", "i-due"),
    CaseState.AT_BOARD: ("book", "i-book"),
    CaseState.TABLED: ("book", "i-book"),
    CaseState.APPROVED: ("done", "i-done"),
    CaseState.REJECTED: ("decl", "i-decl"),
    CaseState.CLOSED: ("decl", "i-decl"),
}
"""The colour and the mark of each state, of those that the stylesheet has."""

ACTS: Final[Mapping[Act, Promise]] = {
    Act.WRITE: _("Write the memorandum"),
    Act.INFORM: _("Write when the unions were informed"),
    Act.SIGN: _("Sign the memorandum"),
    Act.SEND: _("Send to the board"),
    Act.APPROVE: _("Write that the board approved"),
    Act.TABLE: _("Write that the board tabled it"),
    Act.REFER_BACK: _("Write that the board referred it back"),
    Act.REJECT: _("Write that the board rejected it"),
    Act.DELEGATE: _("Write a decision by delegation"),
    Act.VERIFY: _("Write when the minutes were verified"),
    Act.AUTHORISE: _("Write who may sign"),
    Act.DISPATCH: _("Send the decision to one on the list"),
    Act.RECEIVE: _("Write a receipt"),
    Act.REPORT: _("Report the decision to the board"),
    Act.CLOSE: _("Close the case"),
}
"""What is pressed to do it."""

ACTS_DONE: Final[Mapping[Act, Promise]] = {
    Act.WRITE: _("Memorandum written"),
    Act.INFORM: _("Unions informed"),
    Act.SIGN: _("Memorandum signed"),
    Act.SEND: _("Sent to the board's meeting"),
    Act.APPROVE: _("Approved by the board"),
    Act.TABLE: _("Tabled by the board"),
    Act.REFER_BACK: _("Referred back by the board"),
    Act.REJECT: _("Rejected by the board"),
    Act.DELEGATE: _("Decided by delegation"),
    Act.VERIFY: _("Minutes verified"),
    Act.AUTHORISE: _("May sign"),
    Act.DISPATCH: _("Decision sent"),
    Act.RECEIVE: _("Receipt"),
    Act.REPORT: _("Reported to the board"),
    Act.CLOSE: _("Case closed"),
}

UNION: Final[Mapping[Union, Promise]] = {
    Union.INFORMATION: _("Information (19 §)"),
    Union.NEGOTIATION: _("Negotiation (11 §)"),
}

PARTS: Final[Mapping[Part, Promise]] = {
    Part.POINTS: _("Proposed decision"),
    Part.MATTER: _("The matter"),
    Part.SUPPORTING: _("Supporting documents"),
    Part.BACKGROUND: _("Background"),
    Part.ECONOMY: _("Economic consequences"),
    Part.GOALS: _("Municipal goals"),
    Part.CHILDREN: _("What it means for children"),
    Part.FOLLOW_UP: _("Follow-up and evaluation"),
    Part.UNION: _(
        "Information or negotiation under the Act (1976:580) on co-determination at work"
    ),
    Part.SIGNATURE: _("Signature"),
    Part.DISTRIBUTION: _("The decision is sent to"),
}

STANDINGS: Final[Mapping[Standing, Promise]] = {
    Standing.GRANTED: _("Granted"),
    Standing.EXPECTED: _("Expected"),
    Standing.PASSED_ON: _("Passed on to the provider"),
    Standing.ASSUMED: _("Assumed"),
}

AGREEMENT_STATES: Final[Mapping[AgreementState, Promise]] = {
    AgreementState.DRAFT: _("Draft"),
    AgreementState.REVIEWED: _("Reviewed"),
    AgreementState.INFORMED: _("Unions informed"),
    AgreementState.APPROVED: pgettext_lazy("agreement", "Approved"),
    AgreementState.SIGNED: pgettext_lazy("agreement", "Signed, not begun"),
    AgreementState.ACTIVE: _("In force"),
    AgreementState.AMENDED: _("Replaced by a newer version"),
    AgreementState.ENDED: pgettext_lazy("agreement", "Ended"),
}

AGREEMENT_MARKS: Final[Mapping[AgreementState, tuple[str, str]]] = {
    AgreementState.DRAFT: ("due", "i-due"),
    AgreementState.REVIEWED: ("due", "i-due"),
    AgreementState.INFORMED: ("due", "i-due"),
    AgreementState.APPROVED: ("book", "i-book"),
    AgreementState.SIGNED: ("book", "i-book"),
    AgreementState.ACTIVE: ("done", "i-done"),
    AgreementState.AMENDED: ("decl", "i-decl"),
    AgreementState.ENDED: ("decl", "i-decl"),
}

STEPS: Final[Mapping[Step, Promise]] = {
    Step.REVIEW: _("Write that it is reviewed"),
    Step.INFORM: _("Write when the unions were informed"),
    Step.APPROVE: _("Write that it is approved"),
    Step.SIGN_COMMISSIONER: _("Sign for the commissioner"),
    Step.SIGN_PROVIDER: _("Sign for the provider"),
    Step.END: _("End the agreement"),
}

STEPS_DONE: Final[Mapping[Step, Promise]] = {
    Step.REVIEW: _("Reviewed"),
    Step.INFORM: _("Unions informed"),
    Step.APPROVE: pgettext_lazy("agreement", "Approved"),
    Step.SIGN_COMMISSIONER: _("Signed for the commissioner"),
    Step.SIGN_PROVIDER: _("Signed for the provider"),
    Step.END: pgettext_lazy("agreement", "Ended"),
}

CLAUSES: Final[Mapping[Clause, Promise]] = {
    Clause.TASK: _("The task"),
    Clause.TARGET_GROUP: _("Target group"),
    Clause.HOW: _("How the task is done"),
    Clause.EXTENSION: _("Extension and notice"),
    Clause.PAYMENT: _("Payment and invoicing"),
    Clause.DEDUCTION: _("Deduction for places that stand empty"),
    Clause.CONDITIONS: _("Conditions passed through from the grant"),
    Clause.REPAY: _("Money that is not used"),
    Clause.IF_PROLONGED: _("If the grant is prolonged"),
    Clause.RENEGOTIATION: _("Renegotiation"),
    Clause.STAFFING: _("Staffing"),
    Clause.COMPETENCE: _("Competence, training and background checks"),
    Clause.INTERPRETER: _("Languages and interpreter"),
    Clause.PRACTICE_PLACES: _("Practice places"),
    Clause.SECRECY: _("Secrecy and public insight"),
    Clause.FREEDOM_TO_INFORM: _("Freedom to inform"),
    Clause.DOCUMENTATION: _("Documentation"),
    Clause.QUALITY: _("Quality system and lex Sarah"),
    Clause.COOPERATION: _("Cooperation with the region"),
    Clause.FOLLOW_UP: _("Follow-up"),
    Clause.EVALUATOR: _("The evaluator's access"),
    Clause.LIABILITY: _("Liability and insurance"),
    Clause.TRANSFER: _("Transfer at the end"),
    Clause.DISPUTE: _("Disputes"),
}

KINDS: Final[Mapping[Kind, Promise]] = {
    Kind.NONE: _(
        "No agreement with the provider is written here. The site works as before;"
        " write the agreement so that its last day is watched."
    ),
    Kind.COMING: _("The agreement with the provider begins on %(day)s."),
    Kind.IN_FORCE: _("The agreement with the provider holds through %(day)s."),
    Kind.ENDING: _(
        "The agreement with the provider ends on %(day)s, in %(days)s days."
        " Prepare a new one: the board needs time."
    ),
    Kind.OVER: _(
        "The agreement with the provider ended on %(day)s. Visits go on, and the provider's"
        " staff are not named for more families until a new one is in force."
    ),
}
"""How a site stands with its agreements."""

TRAIL: Final[Mapping[str, Promise]] = {
    "agreement.approve": _("Wrote that an agreement was approved"),
    "agreement.paper_made": _("Made the paper of an agreement"),
    "agreement.read": _("Opened an agreement"),
    "agreements.read": _("Saw agreements and cases"),
    "agreement.drawn_up": _("Wrote the first draft of an agreement"),
    "agreement.duty_done": _("Wrote that a duty of an agreement was done"),
    "agreement.end": _("Ended an agreement"),
    "agreement.inform": _("Wrote that the unions were informed of an agreement"),
    "agreement.review": _("Reviewed an agreement"),
    "agreement.sign_commissioner": _("Wrote the commissioner's signature"),
    "agreement.sign_provider": _("Wrote the provider's signature"),
    "agreement.written": _("Wrote a new version of an agreement"),
    "case.approve": _("Wrote that a board approved"),
    "case.archived": _("Made the archive package of a case"),
    "case.authorise": _("Wrote who may sign"),
    "case.close": _("Closed a case"),
    "case.delegate": _("Wrote a decision by delegation"),
    "case.dispatch": _("Wrote that a decision was sent"),
    "case.inform": _("Wrote that the unions were informed"),
    "case.opened": _("Opened a case"),
    "case.paper_made": _("Made a paper of a case"),
    "case.read": _("Opened a case"),
    "case.receive": _("Wrote a receipt"),
    "case.refer_back": _("Wrote that a board referred a case back"),
    "case.reject": _("Wrote that a board rejected"),
    "case.report": _("Wrote that a decision was reported to the board"),
    "case.send": _("Sent a case to the board"),
    "case.sign": _("Signed a memorandum"),
    "case.table": _("Wrote that a board tabled a case"),
    "case.verify": _("Wrote that minutes were verified"),
    "case.write": _("Wrote a memorandum"),
}
"""What the access log says of them."""

REASONS: Final[Mapping[str, Promise]] = {
    "agreement_ended": _("The agreement is ended. Draw up a new one."),
    "agreement_incomplete": _("Write these parts first: %(parts)s."),
    "agreement_not_in_state": _("This cannot be done while the agreement reads: %(state)s."),
    "agreement_over": _(
        "The agreement with the provider ended on %(day)s. Its staff are not named for more"
        " families until a new one is in force."
    ),
    "agreement_with_itself": _("Choose two different units."),
    "agreement_without_text": _("Write the agreement first."),
    "authorised_already": _("%(whom)s may sign already."),
    "board_missing": _("Write which board decides."),
    "case_not_closed": _("Close the case first. Its package is made of what then stands."),
    "case_not_approved": _(
        "Choose a case that the board has approved, or write its decision first."
    ),
    "case_not_in_state": _("This cannot be done while the case reads: %(state)s."),
    "day_before_what_it_needs": _("%(day)s is before what it follows, %(first)s. Check the day."),
    "decided_before_review": _(
        "The case was decided on %(day)s, before this version was reviewed, %(first)s."
        " A new version needs a decision of its own."
    ),
    "decided_by_the_board": _("The board decided itself. There is nothing to report."),
    "delegation_not_reported": _("Report the decision by delegation to the board first."),
    "identity_in_paper": _(
        "An identity number stands in the papers. Nothing leaves with it: ask who archives."
    ),
    "may_not_sign": _(
        "%(whom)s has no right to sign. Write in the case whom the decision lets sign."
    ),
    "memorandum_incomplete": _("Write these parts first: %(parts)s."),
    "memorandum_missing": _("Write the memorandum first."),
    "minutes_not_verified": _("Write when the minutes were verified first."),
    "not_on_the_list": _("%(whom)s is not on the distribution list."),
    "not_sent_yet": _("The decision has not been sent to %(whom)s yet."),
    "price_missing": _("Write the price of at least one year."),
    "price_outside_term": _("%(year)s is outside the agreement's days."),
    "receipts_missing": _("A receipt is missing from %(whom)s."),
    "protected_place_in_paper": _(
        "Where somebody with protected personal data lives stands in the papers."
        " Nothing leaves with it: ask who archives."
    ),
    "received_already": _("%(whom)s has answered already."),
    "reference_missing": _("Write where it stands, for example § 12."),
    "registry_number_missing": _("Write the registry number."),
    "registry_number_taken": _("There is a case with the number %(number)s already."),
    "reported_already": _("That has been reported already."),
    "reviewed_by_another": _("Who wrote a version does not review it. Ask somebody else."),
    "role_prepares_nothing": _("Cases and agreements are written by manager and coordinator."),
    "sent_already": _("The decision has been sent to %(whom)s already."),
    "signed_already": _("That party has signed already."),
    "term_over": _("The agreement's last day, %(day)s, has passed. Write a new version."),
    "title_missing": _("Write a title."),
    "two_prices_of_a_year": _("Write one price for each year."),
    "union_kind_missing": _("Choose information or negotiation."),
    "union_not_informed": _("Write when the unions were informed first."),
    "verified_already": _("The minutes are verified already."),
    "whom_missing": _("Write whom it concerns."),
}
