"""The words of the interface: a text for each state, role, reason and code the rules use.

Rules return keys, since they know no language; here is their one home. Tests
check that each key has a text and each text a Swedish translation.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hembesok.access.rules.review import Sign, Verdict
from hembesok.access.rules.roles import Role
from hembesok.programme.rules.protocol import Words
from hembesok.programme.rules.states import State
from hembesok.values.dates import Age
from hembesok.values.refusals import Reason
from hembesok.visits.rules import NotHeldReason, Outcome

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
    "families": _("Families"),
    "home": _("Home"),
    "overview": _("Overview"),
    "today": _("Today"),
}

ACTIONS: Final[Mapping[str, Promise]] = {
    "enrolment.begun": _("Wrote that a child joined the programme"),
    "enrolment.ended": _("Wrote that a child left the programme"),
    "enrolment.moved": _("Moved a child to another version"),
    "family.listed": _("Saw the family in a list"),
    "family.read": _("Opened the family"),
    "identity.shown": _("Had an identity number shown"),
    "log.exported": _("Downloaded the access log"),
    "log.read": _("Read the access log"),
    "log.reviewed": _("Marked entries as reviewed"),
    "session.begun": _("Signed in"),
    "session.ended": _("Signed out"),
    "session.locked": _("Locked the screen"),
    "session.refused": _("Was refused: wrong password"),
    "session.unlocked": _("Unlocked the screen"),
    "visit.booked": _("Booked a visit"),
    "visit.declined": _("Wrote that a visit was declined"),
    "visit.held": _("Wrote that a visit was held"),
    "visit.not_held": _("Wrote that a visit was not held"),
    "visit.read": _("Opened a visit"),
    "visit.withdrawn": _("Took back what was written about a visit"),
}

SIGNS: Final[Mapping[Sign, Promise]] = {
    Sign.EMERGENCY: _("Emergency read"),
    Sign.REFUSED_IN_A_ROW: _("Refused sign-ins in a row"),
    Sign.MANY_FAMILIES: _("Many families in one day"),
    Sign.COVER: _("Read while covering"),
    Sign.IDENTITY_SHOWN: _("Identity number shown"),
    Sign.OUTSIDE_HOURS: _("Outside working hours"),
    Sign.OUTSIDE_TEAM: _("Read by somebody outside the team"),
}

VERDICTS: Final[Mapping[Verdict, Promise]] = {
    Verdict.ORDINARY: _("Ordinary: it belongs to the work"),
    Verdict.QUESTION: _("Question: ask the person or the manager"),
    Verdict.BREACH: _("Breach: hand it on as an incident"),
}

WHYS: Final[Mapping[str, Promise]] = {
    "consent": _("consent"),
    "cover": _("covering"),
    "emergency": _("emergency"),
    "sign-in": _("signing in"),
    "site": _("sees all of the site"),
    "team": _("in the team"),
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
