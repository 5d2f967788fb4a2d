"""The words of the interface: a text for each state, role, reason and code the rules use.

Rules return keys, since they know no language; here is their one home. Tests
check that each key has a text and each text a Swedish translation.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hembesok.access.rules.roles import Role
from hembesok.agreements.rules.agreements import AgreementState, Clause
from hembesok.agreements.rules.cases import CaseState
from hembesok.agreements.rules.memoranda import Part
from hembesok.families.birth_list import Field, Protection, Remark
from hembesok.programme.rules.protocol import Words
from hembesok.programme.rules.states import State
from hembesok.values.dates import Age
from hembesok.values.refusals import Reason
from hembesok.visits.rules.acting import NotHeldReason, Outcome
from hembesok.web import (
    reasons,
    words_agreements,
    words_around,
    words_booking,
    words_documentation,
    words_follow_up,
    words_later,
    words_money,
    words_planning,
    words_questions,
    words_secrecy,
)

STATES: Final[Mapping[State, Promise]] = {
    State.UPCOMING: _("Upcoming"),
    State.DUE: _("Due"),
    State.BOOKED: _("Booked"),
    State.DONE: _("Done"),
    State.LATE: _("Done, late"),
    State.OVERDUE: _("Overdue"),
    State.MISSED: _("Missed"),
    State.DECLINED: _("Declined"),
    State.NOT_APPLICABLE: _("Does not apply"),
    State.ENDED: _("Ended"),
}

ROLES: Final[Mapping[Role, Promise]] = {
    Role.CHILD_HEALTH_NURSE: _("Child health nurse"),
    Role.CHILD_HEALTH_SPECIALIST: _("Child health doctor or psychologist"),
    Role.PARENTAL_ADVISER: _("Parental adviser"),
    Role.COORDINATOR: _("Coordinator"),
    Role.MANAGER: _("Manager"),
    Role.ECONOMIST: _("Economist"),
    Role.MATERNITY_PROFESSIONAL: _("Maternity care"),
    Role.DENTAL_PROFESSIONAL: _("Dental care"),
    Role.STATE_CASE_OFFICER: _("State case officer"),
    Role.EVALUATOR: _("Evaluator"),
    Role.LOG_REVIEWER: _("Log reviewer"),
    Role.TECHNICAL_ADMINISTRATOR: _("Technical administrator"),
}

PAGES: Final[Mapping[str, Promise]] = {
    "audit": _("Access log"),
    "expected": _("Expected births"),
    "families": _("Families"),
    "followup": _("Follow-up"),
    "followup-sites": _("Sites side by side"),
    "funnel": _("From birth on"),
    "home": _("Home"),
    "money": _("Money"),
    "money-attest": _("To attest"),
    "money-decisions": _("Decisions about money"),
    "money-sites": _("Money by site"),
    "money-year-end": _("Year-end"),
    "outcomes": _("After the programme"),
    "overview": _("Overview"),
    "site": _("The site"),
    "today": _("Today"),
    **words_secrecy.PAGES,
    **words_planning.PAGES,
    **words_booking.PAGES,
    **words_agreements.PAGES,
}

TEAM_ROLES: Final[Mapping[Role, Promise]] = {
    Role.CHILD_HEALTH_NURSE: _("Child health centre"),
    Role.CHILD_HEALTH_SPECIALIST: _("Doctor or psychologist"),
    Role.PARENTAL_ADVISER: _("Adviser"),
}

NOT_HELD: Final[Mapping[NotHeldReason, Promise]] = {
    NotHeldReason.NO_ONE_HOME: _("No one was home"),
    NotHeldReason.CANCELLED_BY_FAMILY: _("The family cancelled"),
    NotHeldReason.CANCELLED_BY_STAFF: _("We cancelled"),
}

LANGUAGES: Final[Mapping[str, Promise]] = {
    "ar": _("Arabic"),
    "ckb": _("Kurdish (Sorani)"),
    "en": _("English"),
    "prs": _("Dari"),
    "so": _("Somali"),
    "sv": _("Swedish"),
    "ti": _("Tigrinya"),
    "uk": _("Ukrainian"),
}

LIST_FIELDS: Final[Mapping[Field, Promise]] = {
    Field.CHILD_IDENTIFIER: _("Child's identity number"),
    Field.BORN: _("Birth date"),
    Field.EXPECTED: _("Expected date"),
    Field.DISCHARGED: _("Home from neonatal care"),
    Field.GIVEN_NAME: _("Child's given name"),
    Field.GUARDIAN1_NAME: _("Guardian 1: name"),
    Field.GUARDIAN1_IDENTIFIER: _("Guardian 1: identity number"),
    Field.GUARDIAN1_PHONE: _("Guardian 1: phone"),
    Field.GUARDIAN2_NAME: _("Guardian 2: name"),
    Field.GUARDIAN2_IDENTIFIER: _("Guardian 2: identity number"),
    Field.GUARDIAN2_PHONE: _("Guardian 2: phone"),
    Field.LANGUAGE: _("Family's language"),
    Field.INTERPRETER_NEEDED: _("Needs an interpreter"),
    Field.ADDRESS: _("Home address"),
    Field.DESO: _("DeSO code"),
    Field.REGSO: _("RegSO code"),
    Field.FIRST_TIME_PARENT: _("First-time parent"),
    Field.FIRST_CHILD_IN_SWEDEN: _("First child in Sweden"),
    Field.PROTECTION: _("Protected personal data"),
    Field.CLINIC: _("Clinic"),
    Field.CODE: _("Family code"),
}

PROTECTIONS: Final[Mapping[Protection, Promise]] = {
    Protection.NONE: _("No protection"),
    Protection.CONFIDENTIALITY_FLAG: _("Confidentiality flag"),
    Protection.PROTECTED_REGISTRATION: _("Protected registration"),
    Protection.FICTITIOUS: _("Fictitious personal data"),
}

REASONS: Final[Mapping[str, Promise]] = {
    **reasons.PEOPLE,
    **reasons.STAFF,
    **words_around.REASONS,
    **reasons.OFFLINE,
    **words_documentation.REASONS,
    **words_questions.REASONS,
    **reasons.PLANNING,
    **reasons.BOOKING,
    **words_later.REASONS,
    **words_follow_up.REASONS,
    **words_agreements.REASONS,
    **words_money.REASONS,
    **words_money.FILES,
    "already_enrolled": _("The child is already in the programme."),
    "already_on_version": _("The child is already on this version."),
    "another_programme": _("That version belongs to another programme."),
    "base_does_not_fit": _("The base programme does not fit: %(why)s."),
    "base_not_published": _("Publish the base programme %(base)s first."),
    "day_after_end": _("%(day)s is after the family left the programme, %(ended)s."),
    "day_before_birth": _("%(day)s is before the child was born, %(born)s."),
    "day_before_enrolment": _("%(day)s is before the child joined, %(enrolled)s."),
    "day_has_passed": _("%(day)s has passed. Write a day from today on."),
    "day_in_future": _("%(day)s has not come yet. Write a day up to today."),
    "day_too_far_ahead": _("%(day)s is more than a year ahead. Check the year."),
    "enrolment_ended": _("The family has left the programme."),
    "file_broken": _(
        "The workbook is damaged. Open it in Excel, save it again as .xlsx and try once more."
    ),
    "file_cell_too_long": _(
        "A cell on row %(row)s is longer than %(most)s characters. Shorten it, or look "
        "for a quotation mark too many."
    ),
    "file_empty": _("There is nothing in the file."),
    "file_encoding": _(
        "The letters of the file cannot be read (å, ä, ö). Save it again as CSV UTF-8 or as .xlsx."
    ),
    "file_kind": _(
        "This is not a list we can read. Save it as an Excel workbook (.xlsx) or as CSV."
    ),
    "file_no_rows": _("The file has headings but no rows below them."),
    "file_old_excel": _("The file is of Excel's old kind (.xls). Open it and save it as .xlsx."),
    "file_password": _("The file has a password. Save a copy without one."),
    "file_quotes": _(
        "The quotation marks do not pair up, at row %(row)s or above it. Mend them, or "
        "save the list as .xlsx."
    ),
    "file_too_large": _("The file is larger than %(megabytes)s MB. Divide the list."),
    "file_too_many_columns": _(
        "Row %(row)s has more than %(most)s columns. Keep only those that are needed."
    ),
    "file_too_many_rows": _("The list has more than %(most)s rows. Divide it."),
    "file_unpacked_too_large": _("The workbook holds too much. Copy the list to a new workbook."),
    "held_already": _("The visit is already recorded as held."),
    "identifier_check_digit": _(
        "The last digit does not fit the others. Compare the number with its source."
    ),
    "identifier_form": _(
        "This is not an identity number. Write it as YYYYMMDD-NNNN and count the digits."
    ),
    "identifier_in_future": _(
        "By its number the person is not born yet. Write the year in four digits."
    ),
    "identifier_letter": _(
        "The letter and the last digit fit no known reserve number. Compare it with its source."
    ),
    "identifier_missing": _("Write an identity number."),
    "identifier_no_such_day": _(
        "The number does not begin with a day of the calendar. Compare it with its source."
    ),
    "identifier_organisation": _("This is an organisation number. Write a person's number."),
    "identifier_plus": _(
        "The + before the last four digits is for those who turn a hundred or more. Write a hyphen."
    ),
    "identifier_rounded": _(
        "The spreadsheet has rounded the number. Make the column text, and write the number again."
    ),
    "identifier_serial": _(
        "No number has 000 before its last digit. Compare the number with its source."
    ),
    "identifier_space": _("Write a hyphen, not a space, before the last four digits."),
    "list_address_dropped": _(
        "Someone in the family has protected personal data. The address and the area are left out."
    ),
    "list_area": _("This is not a code of such an area. It is left out."),
    "list_born_differs": _(
        "The birth date is another than the number tells. The date is kept; compare both "
        "with their source."
    ),
    "list_born_in_future": _("The birth date has not come yet. Compare it with its source."),
    "list_born_missing": _("The birth date is missing. Write it as YYYY-MM-DD."),
    "list_characters": _("The cell has characters that cannot be shown. Write it again."),
    "list_changed": _(
        "Somebody wrote one of the numbers in the same moment. Nothing was saved. Try once more."
    ),
    "list_code_taken": _("The family code is another family's already. Compare it, or remove it."),
    "list_column_twice": _(
        "The column %(column)s is chosen for something that another column already "
        "holds. Choose one of them."
    ),
    "list_day_form": _("This is not a day we can read. Write it as YYYY-MM-DD."),
    "list_discharged_before_birth": _(
        "The day of coming home is before the birth. Compare both with their source."
    ),
    "list_discharged_in_future": _(
        "The day of coming home has not come yet. Leave the cell empty until it has."
    ),
    "list_gone": _(
        "The list is brought in already, thrown away, or older than two hours. Send it again."
    ),
    "list_guardian_elsewhere": _(
        "A guardian's number is somebody's whose family is not yours. Ask the coordinator to "
        "look into it, or remove the number."
    ),
    "list_language": _(
        "We do not know this language. Write its Swedish name, one language in the cell."
    ),
    "list_needs_birth": _("Choose which column holds the child's identity number or birth date."),
    "list_no_child": _(
        "By the birth date this is an adult. Has a parent's number come in the child's column?"
    ),
    "list_no_such_day": _("There is no such day. Compare it with its source."),
    "list_nobody": _(
        "The row does not say who the child is. Write an identity number, a name or a guardian."
    ),
    "list_not_born": _(
        "The child is not born by this list. Bring it in when there is a birth date."
    ),
    "list_number_twice": _("A number of the row is another person's on another row."),
    "list_other_clinic": _(
        "The child belongs to another child health centre. Its own nurse or the coordinator "
        "brings it in."
    ),
    "list_phone_form": _(
        "This is not a phone number. Write it as 070-123 45 67, or with + and the country."
    ),
    "list_protection": _(
        "The protection cannot be read. Write nej, sekretessmarkering, skyddad "
        "folkbokföring or fingerad."
    ),
    "list_protection_known": _(
        "The child is here already, and the row says protected. Check how the family is protected."
    ),
    "list_protection_kind": _(
        "The kind of protection is not told. It is taken as protected registration "
        "(skyddad folkbokföring)."
    ),
    "list_ragged": _(
        "The row has %(cells)s cells and the headings are %(columns)s. Look for a "
        "separator too many or too few."
    ),
    "list_guardian_without_name": _(
        "A guardian has a number or a telephone and no name. Write the name."
    ),
    "list_same_number": _(
        "The same identity number stands for two people on the row. Compare them with their source."
    ),
    "list_too_long": _("The text is longer than %(most)s characters. Shorten it."),
    "list_two_codes": _("Siblings have different family codes. Give them the same."),
    "list_two_families": _(
        "The guardians are in two different families. Register the child there."
    ),
    "list_yes_or_no": _("Write ja or nej."),
    "no_such_step": _("The programme has no such visit."),
    "not_in_state": _("This cannot be done while the visit reads: %(state)s."),
    "not_own_log": _("The entry does not exist, or belongs to another organisation."),
    "not_within_reach": _("The family does not exist, or you are not in its team."),
    "nothing_to_withdraw": _("There is nothing to take back."),
    "reason_missing": _("Write why."),
    "role_may_not": _("As %(role)s you cannot write what became of a visit."),
    "version_lacks_steps": _("That version has no such visits: %(steps)s. Keep their keys in it."),
    "version_published": _(
        "%(version)s is already published with another text. Give it a new version number."
    ),
}


def reason_text(reason: Reason) -> str:
    """Put words to a refusal."""
    values = {name: _value_text(value) for name, value in reason.values.items()}
    return str(REASONS[reason.key]) % values


def remark_text(remark: Remark) -> str:
    """Say what is remarked of a row in a list, with where it stands."""
    where = {"row": remark.row, "column": remark.column}
    place = gettext("Row %(row)s, %(column)s") if remark.column else gettext("Row %(row)s")
    return f"{place % where}: {reason_text(remark.reason)}"


def outcome_text(outcome: str) -> str:
    """Say what became of a visit, in the middle of a sentence; an Outcome or a NotHeldReason."""
    if outcome == Outcome.HELD:
        return gettext("held")
    if outcome == Outcome.DECLINED:
        return str(STATES[State.DECLINED]).lower()
    return str(NOT_HELD[NotHeldReason(outcome)]).lower()


def _value_text(value: object) -> object:
    if isinstance(value, State):
        return STATES[value]
    if isinstance(value, CaseState):
        return words_agreements.CASE_STATES[value]
    if isinstance(value, AgreementState):
        return words_agreements.AGREEMENT_STATES[value]
    if isinstance(value, Part):
        return words_agreements.PARTS[value]
    if isinstance(value, Clause):
        return words_agreements.CLAUSES[value]
    if isinstance(value, tuple):
        return ", ".join(str(_value_text(one)) for one in value)
    return str(ROLES[value]).lower() if isinstance(value, Role) else value


def said(words: Words) -> str:
    """Return a programme's text in the language of the page."""
    return words.en if (get_language() or "").startswith("en") else words.sv


def age_text(age: Age, *, short: bool = False) -> str:
    """Say an age: 7 months 12 days; short, 7 months. Days alone in the first month."""
    days = ngettext("%(count)s day", "%(count)s days", age.days) % {"count": age.days}
    if not age.months:
        return days
    months = ngettext("%(count)s month", "%(count)s months", age.months) % {"count": age.months}
    return months if short or not age.days else f"{months} {days}"


def in_days(count: int) -> str:
    """Say in how many days something closes."""
    if count == 0:
        return gettext("closes today")
    return ngettext("closes in %(count)s day", "closes in %(count)s days", count) % {"count": count}


def days_late(count: int) -> str:
    """Say how many days late something is."""
    return ngettext("%(count)s day late", "%(count)s days late", count) % {"count": count}
