"""Words for what comes around and after a visit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hembesok.access.rules.roles import Service
from hembesok.visits.rules.transfer import How

REASONS: Final[Mapping[str, Promise]] = {
    "attachment_acts": _(
        "The file carries a script or other files. Print it to a new PDF and send that."
    ),
    "attachment_broken": _("The file is damaged or not whole. Save it again and try once more."),
    "attachment_empty": _("There is nothing in the file."),
    "attachment_kind": _("Only PDF and pictures (JPEG, PNG) can be added."),
    "attachment_locked": _("The file has a password. Save a copy without one."),
    "attachment_too_large": _(
        "The file is larger than %(megabytes)s MB. Take a smaller picture, or divide the file."
    ),
    "attachment_too_many_pixels": _(
        "The picture has more than %(millions)s million points. Take a smaller one."
    ),
    "attachments_too_many": _("There are %(most)s files already. Withdraw one that is not needed."),
    "back_at_unlikely": _(
        "Write a time from five minutes to eight hours from now, when you are back."
    ),
    "colleague_not_offered": _("Choose a colleague among those who are offered."),
    "inside_already": _("You are in with a family already. Press “I am out” first."),
    "nobody_is_missed": _("Nobody is missed there now."),
    "not_booked_to_go_in": _("The visit has no booked time. Book it first."),
    "too_early_to_go_in": _("The visit is later. You can go in from two hours before it."),
    "transfer_older_text": _(
        "Something has been added since you opened the page. Read it and carry that over too."
    ),
    "transfer_unsigned": _("Sign first. What is not signed does not go to the record."),
    "transferred_already": _("That is marked as transferred already."),
}

HOW: Final[Mapping[How, Promise]] = {
    How.COPIED: _("Copied as text"),
    How.FILE: _("Filed as PDF"),
    How.BY_HAND: _("Written by hand"),
}


HEADINGS: Final[Mapping[Service, Mapping[str, Promise]]] = {
    Service.CHILD_HEALTH: {
        "state": _("General state"),
        "feeding": _("Feeding"),
        "development": _("Development and language"),
        "teeth": _("Teeth"),
        "vaccination": _("Vaccinations"),
        "home": _("Home environment"),
        "other": _("Note"),
    },
    Service.SOCIAL: {
        "support": _("Support and advice"),
        "more": _("Need of more support"),
        "other": _("Note"),
    },
}
"""The headings of each service's record as shipped; a site may call them otherwise."""


def alarm_subject() -> str:
    """Say in an e-mail's subject what it is about; it names nobody."""
    return gettext("Hembesök: a colleague has not said to be out")


def alarm_text(name: str, back: datetime) -> str:
    """Say in an e-mail who is missed: no family, no address."""
    return gettext(
        "%(name)s should have been out at %(time)s and has not said so.\n\n"
        "1. Call now.\n"
        "2. No answer? Sign in to Hembesök. It says there which visit it is.\n"
        "3. If you fear that somebody is in danger, call 112.\n\n"
        "Press there that you have taken this on, so that others know."
    ) % {"name": name, "time": f"{localtime(back):%H.%M}"}


EXTRACT: Final[Mapping[str, Promise]] = {
    "alarm.seen": _("Took it on to reach a colleague who visited you"),
    "attachment.added": _("Added a file to a visit"),
    "attachment.listed": _("Saw which files there are of a visit"),
    "attachment.read": _("Opened a file of a visit"),
    "attachment.withdrawn": _("Withdrew a file of a visit"),
    "consents.read": _("Read your consents"),
    "enrolment.read": _("Opened what is written of your time in the programme"),
    "family.shown": _("Showed you your plan"),
    "handover.read": _("Opened the page for handing you over"),
    "interpreter.changed": _("Changed what is written of the interpreter"),
    "interpreter.confirmed": _("Wrote that the interpreter comes"),
    "journal.read": _("Read a visit as text for the record"),
    "journal.transferred": _("Wrote that a visit stands in the record"),
    "offer.read": _("Opened the page where you are offered the programme"),
    "outcome.corrected": _("Corrected a result from after the programme"),
    "outcome.listed": _("Saw you in the list of results after the programme"),
    "outcome.read": _("Opened a result from after the programme"),
    "outcome.recorded": _("Wrote down a result from after the programme"),
    "plan.read": _("Saw you in the plan of a week"),
    "team.closed": _("Ended the adviser's access when your programme ended"),
    "visit.alone": _("Planned that one of the two services visits you alone"),
    "visit.came_out": _("Wrote that a visit to you was over"),
    "visit.handed_on": _("Handed on what was written about a visit, unread"),
    "visit.handed_read": _("Read what another had written about a visit"),
    "visit.left_sealed": _("Left what was written about a visit sealed"),
    "visit.packed": _("Took a visit along on a phone"),
    "visit.part_answered": _("Wrote whether somebody comes to a visit"),
    "visit.part_changed": _("Changed who comes to a visit"),
    "visit.together": _("Planned that both services visit you again"),
    "visit.went_in": _("Wrote that a visit to you began"),
    "visit.written_in": _("Wrote in what another had written about a visit"),
}
"""What is done around a visit and after the programme, said to the family."""
