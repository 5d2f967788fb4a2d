"""Words for what is followed after the programme."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hembesok.enrolment.rules.following import FollowUp
from hembesok.visits.rules.later_list import Column
from hembesok.visits.rules.outcomes_later import DueState, How, OutcomeKind

KINDS: Final[Mapping[OutcomeKind, Promise]] = {
    OutcomeKind.LANGUAGE: _("Language screening"),
    OutcomeKind.VACCINATION: _("Vaccinations at two years"),
}

STATES: Final[Mapping[DueState, Promise]] = {
    DueState.OVERDUE: _("Late"),
    DueState.DUE: _("To do now"),
    DueState.NOT_YET: _("Not yet"),
    DueState.RECORDED: _("Recorded"),
    DueState.MISSING: _("Never recorded"),
}

MARKS: Final[Mapping[DueState, tuple[str, str]]] = {
    DueState.OVERDUE: ("over", "i-over"),
    DueState.DUE: ("due", "i-due"),
    DueState.NOT_YET: ("up", "i-up"),
    DueState.RECORDED: ("done", "i-done"),
    DueState.MISSING: ("miss", "i-miss"),
}
"""The colour and the mark of each state: those of the visits' states that say the same."""

HOW: Final[Mapping[How, Promise]] = {
    How.FORM: _("by form"),
    How.IMPORT: _("from a list"),
}

FOLLOWING: Final[Mapping[FollowUp, Promise]] = {
    FollowUp.OWN_RECORD: _("The child health centre follows language and vaccinations."),
    FollowUp.LEFT: _("Not followed afterwards: the family has left the programme."),
    FollowUp.CONSENT_WITHDRAWN: _("Not followed afterwards: the consent is withdrawn."),
    FollowUp.UNREACHABLE: _("Not followed afterwards: the family could not be reached."),
    FollowUp.MOVED: _("Not followed afterwards: the family has moved."),
    FollowUp.DIED: _("Nothing is followed afterwards."),
    FollowUp.TOO_OLD: _("Not followed afterwards: the child is older than 41 months."),
}
"""What was decided when an enrolment ended."""

COLUMNS: Final[Mapping[Column, Promise]] = {
    Column.CODE: _("Family code"),
    Column.NUMBER: _("The child's number in the family"),
    Column.IDENTIFIER: _("The child's identity number"),
    Column.LANGUAGE_DAY: _("Language screening: day"),
    Column.LANGUAGE_DONE: _("Language screening: done or not"),
    Column.LANGUAGE_RESULT: _("Language screening: result"),
    Column.CHILD_LANGUAGES: _("The child's languages"),
    Column.LANGUAGES: _("Languages that were tried"),
    Column.INTERPRETER: _("Interpreter at the screening"),
    Column.METHOD: _("Method of the screening"),
    Column.REFERRAL: _("Referred to"),
    Column.VACCINATION_DAY: _("Vaccinations: day they were read"),
    Column.VACCINATION_STATUS: _("Vaccinations: all, some or none"),
    Column.SOURCE: _("Vaccinations: where it stands"),
    Column.HEXAVALENT_DAY: _("Day of the third hexavalent dose"),
    Column.PNEUMOCOCCAL_DAY: _("Day of the third pneumococcal dose"),
    Column.MMR_DAY: _("Day of the first MMR dose"),
}

REASONS: Final[Mapping[str, Promise]] = {
    "outcome_corrected_already": _("That has been corrected already. Open the page again."),
    "outcome_list_answer": _("The answer cannot be read. Write one of: %(offered)s."),
    "outcome_list_needs_child": _("Choose the column that holds the family code or the number."),
    "outcome_list_needs_doses": _(
        "Choose a column for each of the three doses, or none: what has no column is not known."
    ),
    "outcome_list_needs_outcome": _("Choose at least one column with a result."),
    "outcome_list_no_child": _("Write the family code or the child's identity number."),
    "outcome_list_no_day": _("The day is missing. Write it as YYYY-MM-DD."),
    "outcome_list_no_result": _("There is a day and no result. Write the result, or neither."),
    "outcome_list_nothing": _("The row tells of no outcome."),
    "outcome_list_twice": _("The child stands earlier in the list. Keep one of the rows."),
    "outcome_list_two_children": _("The code and the number are two different children's."),
    "outcome_list_unknown": _("That is none of the children you follow. Check it."),
    "outcome_list_which_child": _("The family has several children here. Add the child's number."),
    "outcome_not_followed": _("The child is not followed after the programme."),
    "outcome_not_whole": _("Answer the questions first."),
    "outcome_of_the_clinic": _(
        "This is written by the nurse of the child health centre the family belongs to."
    ),
    "outcome_that_day": _("Something else is recorded on %(day)s. Correct that instead."),
    "outcome_too_early": _(
        "%(day)s is too early for this child: nothing before %(first)s. Check the day."
    ),
}
"""Why an outcome is not recorded."""
