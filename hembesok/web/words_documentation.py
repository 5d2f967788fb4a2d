"""Words of the documentation of visits: outcomes, people, promises, and who reads a block."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hembesok.access.rules.secrecy import Compartment
from hembesok.visits.rules.acting import NotHeldReason, Outcome
from hembesok.visits.rules.documenting import PersonKind, Promiser, PromiseResult
from hembesok.visits.rules.parts import Came

OUTCOMES: Final[Mapping[Outcome | NotHeldReason, Promise]] = {
    Outcome.HELD: _("Yes"),
    NotHeldReason.NO_ONE_HOME: _("No, no one was home"),
    NotHeldReason.CANCELLED_BY_FAMILY: _("No, the family cancelled"),
    NotHeldReason.CANCELLED_BY_STAFF: _("No, we cancelled"),
    Outcome.DECLINED: _("The family does not want this visit"),
}
"""To choose from: did the visit take place?"""

PEOPLE: Final[Mapping[PersonKind, Promise]] = {
    PersonKind.NURSE: _("nurse"),
    PersonKind.ADVISER: _("adviser"),
    PersonKind.MIDWIFE: _("midwife"),
    PersonKind.DENTAL: _("dental care"),
    PersonKind.INTERPRETER: _("interpreter"),
    PersonKind.GUARDIAN: _("parent"),
    PersonKind.OTHER_ADULT: _("another adult"),
}

CAME: Final[Mapping[Came, Promise]] = {
    Came.ON_TIME: _("On time"),
    Came.LATE: _("Late"),
    Came.ABSENT: _("Did not come"),
}

PROMISERS: Final[Mapping[Promiser, Promise]] = {
    Promiser.FAMILY: _("The family"),
    Promiser.NURSE: _("The nurse"),
    Promiser.ADVISER: _("The adviser"),
    Promiser.OTHER: _("Somebody else"),
}

RESULTS: Final[Mapping[PromiseResult, Promise]] = {
    PromiseResult.KEPT: _("Kept"),
    PromiseResult.NOT_KEPT: _("Not kept"),
    PromiseResult.DROPPED: _("No longer needed"),
}

READ_BY: Final[Mapping[Compartment, Promise]] = {
    Compartment.JOINT: _("child health centre and adviser read this"),
    Compartment.HEALTH: _("the adviser does not see this"),
    Compartment.SOCIAL: _("the child health centre does not see this"),
    Compartment.PARENT: _("only your unit, never the other parent"),
}

REASONS: Final[Mapping[str, Promise]] = {
    "answers_missing": _("%(count)s questions are left. Answer them, or mark Not asked."),
    "block_signed": _("That part is signed. Add to it by Correct."),
    "changed_meanwhile": _("Somebody has written more meanwhile. Read it, and try again."),
    "ends_before_it_began": _("It ends before it begins. Write when the visit ended."),
    "facts_signed": _("The visit is signed. Write what was different as an addition."),
    "nobody_of_staff_there": _("Mark who of you was there."),
    "not_held_has_no_blocks": _(
        "A visit that did not take place has no notes. Empty them, or write that it was held."
    ),
    "not_signed_yet": _("That part is not signed. Change it instead."),
    "outcome_first": _("Say first whether the visit took place."),
    "outcome_taken_back_first": _(
        "Another outcome is written already. Take it back first, by Correct on the family's page."
    ),
    "person_not_known": _("Somebody marked as present does not belong to the visit."),
    "promise_empty": _("Write what was promised."),
    "promise_not_known": _("There is no such promise."),
    "settled_by_writer": _("Who began the part, or wrote in it last, chooses between the two."),
    "sign_needs_held": _("Only a visit that took place is signed."),
    "text_not_known": _("The page is too old. Open it again and write there."),
    "versions_first": _("There are two versions. Choose between them first."),
    "visit_gone": _("The visit has been taken back or booked anew."),
}

ACTIONS: Final[Mapping[str, Promise]] = {
    "promise.made": _("Wrote a promise"),
    "promise.settled": _("Wrote what became of a promise"),
    "visit.added": _("Added to what was signed"),
    "visit.competing": _("Kept a second version"),
    "visit.documentation_read": _("Read the documentation of a visit"),
    "visit.documented": _("Documented a visit"),
    "visit.facts_saved": _("Wrote when a visit was and who was there"),
    "visit.settled": _("Chose between two versions"),
    "visit.signed": _("Signed the documentation of a visit"),
}

EXTRACT: Final[Mapping[str, Promise]] = {
    "promise.made": _("Wrote down a promise"),
    "promise.settled": _("Wrote what became of a promise"),
    "visit.added": _("Added to what was written about a visit"),
    "visit.competing": _("Kept a second version of what was written about a visit"),
    "visit.documentation_read": _("Read what was written about a visit"),
    "visit.documented": _("Wrote about a visit"),
    "visit.facts_saved": _("Wrote when a visit was and who was there"),
    "visit.settled": _("Chose between two versions of what was written about a visit"),
    "visit.signed": _("Signed what was written about a visit"),
}
"""The same, said to the family."""


def block_title(compartment: Compartment, guardian: str) -> str:
    """Say whose a block is, as its tag does."""
    if compartment is Compartment.PARENT:
        return gettext("Only about %(name)s") % {"name": guardian or gettext("the parent")}
    return str(_TITLES[compartment])


_TITLES: Final[Mapping[Compartment, Promise]] = {
    Compartment.JOINT: _("Joint"),
    Compartment.HEALTH: _("Child health centre only"),
    Compartment.SOCIAL: _("Advisers only"),
}


def person_text(kind: PersonKind, name: str) -> str:
    """Say who was there: by name and as what, or as what only."""
    role = str(PEOPLE[kind])
    return f"{name}, {role}" if name else role[:1].upper() + role[1:]


def unsigned_days(days: int) -> str:
    """Say for how long something has not been signed."""
    if days <= 0:
        return gettext("not signed, from today")
    return ngettext("not signed, %(days)s day", "not signed, %(days)s days", days) % {"days": days}


def until_text(days: int | None) -> str:
    """Say how near the day of a promise is."""
    if days is None:
        return gettext("no day set")
    if days < 0:
        late = ngettext("%(days)s day late", "%(days)s days late", -days)
        return late % {"days": -days}
    if days == 0:
        return gettext("today")
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
