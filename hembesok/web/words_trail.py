"""The words of the trail: a text for each action, and for what a log reviewer looks for."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hembesok.access.rules.review import Sign, Verdict

ACTIONS: Final[Mapping[str, Promise]] = {
    "account.blocked": _("The account was blocked"),
    "account.unblocked": _("Lifted the block of an account"),
    "child.merged": _("Merged a child that was written twice"),
    "consent.given": _("Wrote a consent"),
    "consent.withdrawn": _("Wrote that a consent was withdrawn"),
    "cover.granted": _("Let somebody cover for the team"),
    "disclosure.made": _("Let another unit read, on a ground"),
    "disclosure.withdrawn": _("Ended a ground for reading"),
    "eligibility.judged": _("Had the site's rule judge a child"),
    "emergency.missed": _("Tried to open a family in an emergency: no such code"),
    "emergency.opened": _("Opened the family in an emergency"),
    "emergency.reviewed": _("Reviewed an emergency opening"),
    "enrolment.begun": _("Wrote that a child joined the programme"),
    "enrolment.ended": _("Wrote that a child left the programme"),
    "enrolment.moved": _("Moved a child to another version"),
    "enrolment.paused": _("Wrote a pause"),
    "enrolment.resumed": _("Ended a pause"),
    "expected.received": _("Made a family of an expected birth"),
    "expected.sent": _("Handed over an expected birth"),
    "expected.taken_back": _("Took back an expected birth"),
    "factor.added": _("Added a way to sign in"),
    "factor.removed": _("Removed a way to sign in"),
    "family.handed_over": _("Handed the family over to another site"),
    "family.home_changed": _("Changed where the family is visited"),
    "family.listed": _("Saw the family in a list"),
    "family.protection_changed": _("Changed how the family is protected"),
    "family.read": _("Opened the family"),
    "family.registered": _("Registered the family"),
    "identity.linked": _("Linked the account to an identity provider"),
    "identity.replaced": _("Replaced an identity number"),
    "identity.shown": _("Had an identity number shown"),
    "log.exported": _("Downloaded the access log"),
    "log.read": _("Read the access log"),
    "log.reviewed": _("Marked entries as reviewed"),
    "note.written": _("Wrote a note"),
    "note.written_without_names": _("Wrote a note without identities"),
    "offer.answered": _("Wrote the family's answer"),
    "offer.made": _("Wrote that the programme was offered"),
    "recovery_code.used": _("Used a recovery code"),
    "recovery_codes.made": _("Made recovery codes"),
    "session.begun": _("Signed in"),
    "session.ended": _("Signed out"),
    "session.locked": _("Locked the screen"),
    "session.refused": _("Was refused: wrong password"),
    "session.unlocked": _("Unlocked the screen"),
    "site.documentation_decided": _("Decided what the site documents"),
    "site.period_decided": _("Decided a period of the site"),
    "site.project_ended": _("Ended the site's project"),
    "site.rule_decided": _("Decided the site's rule"),
    "team.changed": _("Changed the family's team"),
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
    "harm_test": _("harm test"),
    "child_need": _("the child's need"),
    "duty_to_report": _("duty to report"),
    "guardian": _("guardian"),
}
