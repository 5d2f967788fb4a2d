"""Words for parents, in their languages: Swedish, English, Arabic and Somali.

Only what stands here and in templates/parents is translated to the languages that staff
do not have. Short sentences, no word that scares. Days and months are here as well, since
not all languages have theirs in Django. Digits are Western in all of them.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hembesok.access.rules.roles import Role
from hembesok.visits.rules.documenting import Promiser

LANGUAGES: Final[Mapping[str, str]] = {
    "sv": "Svenska",
    "ar": "العربية",
    "so": "Soomaali",
    "en": "English",
}
"""Each by its own name, as parents look for it."""
RIGHT_TO_LEFT: Final = frozenset({"ar"})

WEEKDAYS: Final = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
)  # fmt: skip
MONTHS: Final = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"),
    _("August"), _("September"), _("October"), _("November"), _("December"),
)  # fmt: skip

PEOPLE: Final[Mapping[Role, Promise]] = {
    Role.CHILD_HEALTH_NURSE: _("Nurse at the child health centre"),
    Role.CHILD_HEALTH_SPECIALIST: _("Works with the health of children"),
    Role.PARENTAL_ADVISER: _("Gives parents support and advice"),
}
"""Who somebody is, under the name."""

PROMISERS: Final[Mapping[Promiser, Promise]] = {
    Promiser.FAMILY: _("You"),
    Promiser.NURSE: _("The nurse"),
    Promiser.ADVISER: _("The adviser"),
    Promiser.OTHER: _("Somebody else"),
}


def day_text(day: date) -> str:
    """Write a day in full: Wednesday 24 March."""
    return gettext("%(weekday)s %(day)s %(month)s") % {
        "weekday": WEEKDAYS[day.weekday()],
        "day": day.day,
        "month": MONTHS[day.month - 1],
    }


def moment_text(at: datetime) -> str:
    """Write a day and a time: Wednesday 24 March at 10.00."""
    local = localtime(at)
    return gettext("%(day)s at %(time)s") % {
        "day": day_text(local.date()),
        "time": f"{local:%H.%M}",
    }


def about_text(day: date) -> str:
    """Say about when a visit is, where no time is agreed on."""
    return gettext("About %(month)s %(year)s") % {
        "month": MONTHS[day.month - 1],
        "year": day.year,
    }
