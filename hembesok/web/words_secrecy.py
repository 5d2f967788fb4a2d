"""The words for whose a note is, on what ground it is read, and how far people are protected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hembesok.access.rules.secrecy import Basis, Compartment, DisclosureGround, Field
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.web import words_around, words_documentation

PAGES: Final[Mapping[str, Promise]] = {
    "admin-sites": _("Sites"),
    "admin-staff": _("Staff"),
    "admin-units": _("Units"),
    "cover": _("Cover"),
    "emergencies": _("Emergency openings"),
    "extracts": _("Log extracts"),
    "naming": _("Family by code"),
}

COMPARTMENTS: Final[Mapping[Compartment, Promise]] = {
    Compartment.HEALTH: _("Child health centre only"),
    Compartment.SOCIAL: _("Advisers only"),
    Compartment.JOINT: _("Joint"),
    Compartment.PARENT: _("The parent's own"),
    Compartment.AUTHORITY: _("The social services' authority unit"),
}

WHO_READS: Final[Mapping[Compartment, Promise]] = {
    Compartment.HEALTH: _("Those of the child health centre who are named for the family read it."),
    Compartment.SOCIAL: _("Those of the advisers' unit who are named for the family read it."),
    Compartment.JOINT: _("All who are named for the family read it, of both services."),
    Compartment.PARENT: _(
        "For what concerns the parent's own health or safety. Kept by your unit,"
        " and never shown to the other parent."
    ),
    Compartment.AUTHORITY: _("Nobody in the programme reads it."),
}

BASES: Final[Mapping[Basis, Promise]] = {
    Basis.NAMED: _("read as named for the family"),
    Basis.SITE: _("read for planning"),
    Basis.GUARDIAN: _("read by the parent"),
    Basis.CONSENT: _("read with consent"),
    Basis.HARM_TEST: _("read after a harm test"),
    Basis.CHILD_NEED: _("read for the child's need of support"),
    Basis.DUTY_TO_REPORT: _("read by the duty to report"),
    Basis.EMERGENCY: _("read in an emergency"),
}

GROUNDS: Final[Mapping[DisclosureGround, Promise]] = {
    DisclosureGround.CONSENT: _("Consent"),
    DisclosureGround.HARM_TEST: _("Harm test"),
    DisclosureGround.CHILD_NEED: _("The child's need of care or support"),
    DisclosureGround.DUTY_TO_REPORT: _("Duty to report"),
    DisclosureGround.EMERGENCY: _("Emergency"),
}

FIELDS: Final[Mapping[Field, Promise]] = {
    Field.NAMES: _("Names"),
    Field.CONTACT: _("Home and telephone"),
    Field.LANGUAGE: _("Language and interpreter"),
    Field.PARITY: _("First child or first in Sweden"),
    Field.PROGRAMME_VISITS: _("Visits of the programme"),
    Field.BASE_VISITS: _("Visits of the base programme"),
    Field.IDENTITY_NUMBER: _("Identity number"),
    Field.NOTE: _("Notes about the child and the family"),
    Field.PARENT_NOTE: _("Notes about one parent's own health or safety"),
}


@dataclass(frozen=True, slots=True)
class Level:
    """How a level of protection is named and taught."""

    name: Promise
    meaning: Promise
    system: Promise


LEVELS: Final[Mapping[ProtectionLevel, Level]] = {
    ProtectionLevel.NONE: Level(
        _("No protection"),
        _("The family's data are under secrecy, as everybody's."),
        _("The team sees names and home. The coordinator sees names and visits, not the home."),
    ),
    ProtectionLevel.CONFIDENTIALITY_FLAG: Level(
        _("Confidentiality flag"),
        _(
            "The Tax Agency warns that telling where somebody is can do harm."
            " Test that each time before anything is told to anyone."
        ),
        _(
            "The coordinator sees the code only. The address is hidden until you ask for it,"
            " and each time is logged. The family is not found by name."
        ),
    ),
    ProtectionLevel.PROTECTED_REGISTRATION: Level(
        _("Protected registration"),
        _(
            "There is a threat, and the real address stands in no register."
            " Post goes by way of the Tax Agency."
        ),
        _(
            "No address is kept: what was written is removed at once, and a place to meet"
            " stands instead. Otherwise as with the flag."
        ),
    ),
    ProtectionLevel.FICTITIOUS: Level(
        _("Fictitious personal data"),
        _(
            "The family has a new identity. That the old and the new belong together"
            " is secret, to all of us as well."
        ),
        _("No address is kept. Write nothing that leads back to the earlier name or place."),
    ),
}

BANNERS: Final[Mapping[ProtectionLevel, Promise]] = {
    ProtectionLevel.CONFIDENTIALITY_FLAG: _(
        "Confidentiality flag. Tell nobody where the family is before you have tested what"
        " harm it can do."
    ),
    ProtectionLevel.PROTECTED_REGISTRATION: _(
        "Protected registration. Write no address anywhere. Meet the family at the agreed place."
    ),
    ProtectionLevel.FICTITIOUS: _(
        "Fictitious personal data. Write nothing about an earlier name or place, and no address."
    ),
}

NOTICES: Final[Mapping[str, Promise]] = {
    "cover": _("%(who)s covers for family %(code)s."),
    "emergency": _("%(who)s opened family %(code)s in an emergency."),
}

EXTRACT: Final[Mapping[str, Promise]] = {
    "child.added": _("Wrote down another child of yours"),
    "child.read": _("Opened the child's numbers"),
    "list.matched": _("Was told that somebody on a list may be one of you"),
    "child.merged": _("Joined two entries of one child"),
    "consent.given": _("Wrote down a consent"),
    "consent.withdrawn": _("Wrote down that a consent was withdrawn"),
    "cover.granted": _("Let somebody stand in for those who visit you"),
    "disclosure.made": _("Decided that another unit may read"),
    "disclosure.read": _("Saw what other units may read"),
    "disclosure.withdrawn": _("Ended that another unit may read"),
    "eligibility.judged": _("Judged whether the programme is for you"),
    "emergency.opened": _("Opened your page in an emergency"),
    "emergency.read": _("Reviewed that your page was opened in an emergency"),
    "emergency.reviewed": _("Judged whether your page was rightly opened"),
    "enrolment.begun": _("Wrote that you joined the programme"),
    "enrolment.ended": _("Wrote that you left the programme"),
    "enrolment.moved": _("Moved you to a new version of the programme"),
    "enrolment.paused": _("Wrote that you take a pause"),
    "enrolment.resumed": _("Wrote that the pause is over"),
    "expected.received": _("Received you from maternity care"),
    "extract.made": _("Made a log extract, like this one"),
    "family.found": _("Looked your family's code up"),
    "family.handed_over": _("Handed you over to another site"),
    "family.home_changed": _("Changed where you are visited"),
    "family.listed": _("Saw you in a list"),
    "family.protection_changed": _("Changed how your data are protected"),
    "family.read": _("Opened your family's page"),
    "family.registered": _("Wrote your family down for the first time"),
    "guardian.added": _("Wrote down one more guardian"),
    "guardian.changed": _("Changed what is written of a guardian"),
    "guardian.read": _("Opened what is written of a guardian"),
    "home.shown": _("Had your address shown"),
    "identity.matched": _("Wrote a number that was found to be yours"),
    "identity.replaced": _("Changed the child's identity number"),
    "identity.shown": _("Had the child's identity number shown"),
    "note.read": _("Read notes about you"),
    "note.written": _("Wrote a note about you"),
    "notice.seen": _("Read a message about you"),
    "offer.answered": _("Wrote down what you answered"),
    "offer.made": _("Offered you the programme"),
    "protection.read": _("Saw how your data are protected"),
    "team.changed": _("Changed who visits you"),
    "team.read": _("Saw who visits you"),
    "visit.booked": _("Booked a visit"),
    "visit.declined": _("Wrote that you said no to a visit"),
    "visit.held": _("Wrote that a visit took place"),
    "visit.not_held": _("Wrote that a visit did not take place"),
    "visit.read": _("Opened a visit"),
    "visit.withdrawn": _("Took back what was written about a visit"),
    **words_documentation.EXTRACT,
    **words_around.EXTRACT,
}
"""What staff did, said to the family it was done about."""


def extract_text(action: str) -> str:
    """Say to a family what somebody did; what has no words of its own is not left out."""
    return (
        str(EXTRACT[action]) if action in EXTRACT else gettext("Did something else with your data")
    )


def compartment_text(compartment: Compartment, guardian: str) -> str:
    """Say whose a note is; of a parent's own, by the parent's name."""
    if compartment is Compartment.PARENT and guardian:
        return gettext("The parent's own: %(name)s") % {"name": guardian}
    return str(COMPARTMENTS[compartment])
