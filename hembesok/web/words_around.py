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
