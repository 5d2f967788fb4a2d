"""Words for the way of a family, from birth to the end, and for what a site decides.

Each table has a word for each code of its rules; a test compares them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hembesok.access.rules.secrecy import Field
from hembesok.enrolment.queries import Stage
from hembesok.enrolment.rules.membership import EndReason, PauseReason
from hembesok.enrolment.rules.offering import AnswerKind, NoReason, OfferedBy
from hembesok.enrolment.rules.periods import PeriodKind, Then
from hembesok.families.birth_list import Likeness
from hembesok.families.rules.handing import HandOver
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.secrecy.rules import DocumentationMode, Interpreted, Purpose

Words = Mapping[str, Promise]

STAGES: Final[Words] = {
    Stage.BORN: _("Born, not looked at yet"),
    Stage.NOT_ELIGIBLE: _("The programme is not for the family"),
    Stage.ELIGIBLE: _("To be offered"),
    Stage.OFFERED: _("Offered, no answer yet"),
    Stage.NO: _("Said no"),
    Stage.LATER: _("Wants to answer later"),
    Stage.UNREACHABLE: _("Not reached"),
    Stage.YES: _("Said yes, not enrolled yet"),
    Stage.ENROLLED: _("In the programme"),
    Stage.PAUSED: _("On a pause"),
    Stage.ENDED: _("No longer in the programme"),
}

END_REASONS: Final[Words] = {
    EndReason.COMPLETED: _("All visits are made"),
    EndReason.LEFT: _("The family does not want to go on"),
    EndReason.CONSENT_WITHDRAWN: _("A guardian has withdrawn the consent"),
    EndReason.UNREACHABLE: _("We no longer reach the family"),
    EndReason.MOVED: _("The family has moved away"),
    EndReason.DIED: _("The child is no longer alive"),
    EndReason.PROJECT_OVER: _("The project at the site is over"),
}
"""To choose from."""

ENDED_BECAUSE: Final[Words] = {
    EndReason.COMPLETED: _("The programme is over."),
    EndReason.LEFT: _("The family has left the programme."),
    EndReason.CONSENT_WITHDRAWN: _("A guardian has withdrawn the consent to take part."),
    EndReason.UNREACHABLE: _("The family could no longer be reached."),
    EndReason.MOVED: _("The family has moved."),
    EndReason.DIED: _("The child has died."),
    EndReason.PROJECT_OVER: _("The project at the site has ended."),
}
"""To read on the family's page."""

PAUSE_REASONS: Final[Words] = {
    PauseReason.AWAY: _("The family is away"),
    PauseReason.ILLNESS: _("Somebody is ill"),
    PauseReason.WISH: _("The family wants a pause"),
}

ANSWERS: Final[Words] = {
    AnswerKind.YES: _("Yes"),
    AnswerKind.NO: _("No"),
    AnswerKind.LATER: _("Wants to wait"),
    AnswerKind.UNREACHABLE: _("Cannot be reached"),
}

NO_REASONS: Final[Words] = {
    NoReason.NOT_SAID: _("Did not say why"),
    NoReason.NO_NEED: _("Sees no need"),
    NoReason.NO_TIME: _("Has no time"),
    NoReason.NOT_AT_HOME: _("Does not want visits at home"),
    NoReason.MOVING: _("Is about to move"),
    NoReason.MISTRUST: _("Does not feel safe with it"),
    NoReason.OTHER_SUPPORT: _("Has other support"),
}

OFFERED_BY: Final[Words] = {
    OfferedBy.AT_HOME: _("At home"),
    OfferedBy.AT_CLINIC: _("At the child health centre"),
    OfferedBy.PHONE: _("By telephone"),
    OfferedBy.LETTER: _("By letter"),
    OfferedBy.MATERNITY_CARE: _("Through maternity care"),
}

INTERPRETED: Final[Words] = {
    Interpreted.NOT_NEEDED: _("No interpreter needed"),
    Interpreted.ON_SITE: _("Interpreter in the room"),
    Interpreted.BY_PHONE: _("Interpreter by telephone"),
    Interpreted.BY_VIDEO: _("Interpreter by video"),
}

MET: Final[Words] = {
    "first_time_parent": _("A parent has a first child"),
    "first_child_in_sweden": _("It is a parent's first child in Sweden"),
    "area": _("The family lives in the area"),
    "clinic": _("The family belongs to the child health centre"),
    "address": _("The family lives at one of the addresses"),
    "young_enough": _("The child is young enough"),
}

FAILED: Final[Words] = {
    "no_such_parent": _("No parent has a first child, or a first child in Sweden"),
    "outside_the_area": _("The family lives outside the area of the site"),
    "too_old_at_offer": _("The child is too old to begin"),
}

PERIOD_KINDS: Final[Words] = {
    PeriodKind.ENROLMENT: _("New families are enrolled"),
    PeriodKind.IMPLEMENTATION: _("The programme is carried out"),
    PeriodKind.EVALUATION: _("The programme is evaluated"),
}

THENS: Final[Words] = {
    Then.FINISH: _("Families finish the programme"),
    Then.END: _("The enrolments are ended"),
}

DOCUMENTATION: Final[Words] = {
    DocumentationMode.IDENTIFIED: _("With identities"),
    DocumentationMode.ANONYMOUS: _("Without identities"),
    DocumentationMode.NONE: _("Presence only"),
}

PROTECTION: Final[Words] = {
    ProtectionLevel.NONE: _("None"),
    ProtectionLevel.CONFIDENTIALITY_FLAG: _("Confidentiality flag"),
    ProtectionLevel.PROTECTED_REGISTRATION: _("Protected registration"),
    ProtectionLevel.FICTITIOUS: _("Fictitious personal data"),
}

PURPOSES: Final[Words] = {
    Purpose.TAKE_PART: _("To take part in the programme"),
    Purpose.SHARE: _("That another unit reads"),
}

FIELDS: Final[Words] = {
    Field.BASE_VISITS: _("the visits of the base programme"),
    Field.NOTE: _("the notes"),
}
"""What a guardian may let another unit read."""

HAND_OVER: Final[Words] = {
    HandOver.MOVED: _("The family moves there"),
    HandOver.WISH: _("The family wants it"),
    HandOver.OTHER: _("Another reason"),
}

LIKENESSES: Final[Words] = {
    Likeness.IDENTIFIER: _("Same identity number"),
    Likeness.NAME: _("Same birth date, and nearly the same name"),
    Likeness.GUARDIAN: _("Same guardian, and nearly the same birth date"),
}
"""Why a row of a list may be a child that is here already."""

TABLES: Final[Mapping[str, Words]] = {
    "stage": STAGES,
    "end": END_REASONS,
    "ended": ENDED_BECAUSE,
    "pause": PAUSE_REASONS,
    "answer": ANSWERS,
    "no": NO_REASONS,
    "offered": OFFERED_BY,
    "interpreted": INTERPRETED,
    "met": MET,
    "failed": FAILED,
    "period": PERIOD_KINDS,
    "then": THENS,
    "documentation": DOCUMENTATION,
    "protection": PROTECTION,
    "purpose": PURPOSES,
    "field": FIELDS,
    "hand_over": HAND_OVER,
    "likeness": LIKENESSES,
}
"""By the name that templates ask for."""


def options(table: Words, *kinds: StrEnum) -> list[tuple[str, Promise]]:
    """Return the choices of a form field: all codes of a table, or these."""
    return [(str(code), table[code]) for code in (kinds or table)]
