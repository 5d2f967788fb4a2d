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
from hembesok.programme.rules.protocol import Words
from hembesok.programme.rules.states import State
from hembesok.values.dates import Age
from hembesok.values.refusals import Reason
from hembesok.visits.rules import NotHeldReason, Outcome
from hembesok.web import reasons

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
    "expected": _("Expected births"),
    "families": _("Families"),
    "funnel": _("From birth on"),
    "home": _("Home"),
    "overview": _("Overview"),
    "site": _("The site"),
    "today": _("Today"),
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

REASONS: Final[Mapping[str, Promise]] = {
    **reasons.PEOPLE,
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
    "no_such_step": _("The programme has no such visit."),
    "not_in_state": _("This cannot be done while the visit reads: %(state)s."),
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
