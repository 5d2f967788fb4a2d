"""The words of planning: weekdays, the pages of calendars, and what is done there."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WEEKDAYS: Final = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
)  # fmt: skip

PAGES: Final[Mapping[str, Promise]] = {
    "calendar": _("My calendar"),
    "plan": _("Planning"),
    "absence": _("Absence"),
}

ACTIONS: Final[Mapping[str, Promise]] = {
    "absence.taken_back": _("Took back an absence"),
    "absence.written": _("Wrote an absence"),
    "busy.forgotten": _("Removed busy times"),
    "busy.read": _("Read busy times from a calendar file"),
    "feed.ended": _("Ended the address of a calendar"),
    "feed.made": _("Made an address for a calendar"),
    "feed.read": _("A calendar read the visits, for the first time that day"),
    "hours.written": _("Wrote working hours"),
    "plan.read": _("Saw the family in the planning"),
    "site.closed_day": _("Wrote a closed day"),
    "site.opened_day": _("Took back a closed day"),
}
