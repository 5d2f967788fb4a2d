"""The words of booking: who comes, where, with which interpreter, and what is missing."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hembesok.access.rules.roles import Role
from hembesok.visits.rules.parts import (
    Answer,
    Came,
    GenderWish,
    Lack,
    Missing,
    Mode,
    PartKind,
    Place,
    Quality,
)
from hembesok.visits.rules.times import Why

PAGES: Final[Mapping[str, Promise]] = {"interpreters": _("Interpreters")}

PARTS: Final[Mapping[PartKind, Promise]] = {
    PartKind.NURSE: _("Nurse"),
    PartKind.ADVISER: _("Adviser"),
    PartKind.MIDWIFE: _("Midwife"),
    PartKind.DENTAL: _("Dental nurse"),
    PartKind.FAMILY: _("The family"),
}

PARTS_IN_TEXT: Final[Mapping[PartKind, Promise]] = {
    PartKind.NURSE: _("the nurse"),
    PartKind.ADVISER: _("the adviser"),
    PartKind.MIDWIFE: _("the midwife"),
    PartKind.DENTAL: _("the dental nurse"),
    PartKind.FAMILY: _("the family"),
}
"""The same in the middle of a sentence."""

ANSWERS: Final[Mapping[Answer, Promise]] = {
    Answer.ASKED: _("Has not answered"),
    Answer.YES: _("Is coming"),
    Answer.NO: _("Cannot come"),
}

PLACES: Final[Mapping[Place, Promise]] = {
    Place.HOME: _("At home"),
    Place.CLINIC: _("At the child health centre"),
    Place.MEETING_PLACE: _("At the place to meet"),
    Place.PHONE: _("By phone"),
    Place.VIDEO: _("By video"),
}

MODES: Final[Mapping[Mode, Promise]] = {
    Mode.ON_SITE: _("On site"),
    Mode.PHONE: _("On the phone"),
    Mode.VIDEO: _("On video"),
}

WISHES: Final[Mapping[GenderWish, Promise]] = {
    GenderWish.WOMAN: _("Rather a woman"),
    GenderWish.MAN: _("Rather a man"),
}

CAME: Final[Mapping[Came, Promise]] = {
    Came.ON_TIME: _("Came on time"),
    Came.LATE: _("Came late"),
    Came.ABSENT: _("Did not come"),
}

QUALITIES: Final[Mapping[Quality, Promise]] = {
    Quality.GOOD: _("It went well"),
    Quality.ACCEPTABLE: _("It was good enough"),
    Quality.POOR: _("It went badly"),
}

LACKS: Final[Mapping[Lack, Promise]] = {
    Lack.TIME: _("time missing"),
    Lack.PLACE: _("place not written"),
    Lack.NOBODY_ASKED: _("nobody asked as %(kind)s"),
    Lack.SAID_NO: _("%(who)s cannot come"),
    Lack.NOT_ANSWERED: _("%(who)s has not answered"),
    Lack.INTERPRETER_NOT_BOOKED: _("interpreter not booked"),
    Lack.INTERPRETER_NOT_CONFIRMED: _("interpreter not confirmed"),
}

ALONE: Final[Mapping[Role, Promise]] = {
    Role.CHILD_HEALTH_NURSE: _("The nurse goes alone"),
    Role.PARENTAL_ADVISER: _("The adviser goes alone"),
}

WHYS: Final[Mapping[Why, Promise]] = {
    Why.IN_WINDOW: _("in the window"),
    Why.AFTER_WINDOW: _("after the window"),
    Why.SAME_WEEKDAY: _("same weekday as last time"),
    Why.INTERPRETER_NEAR: _("interpreter is near"),
    Why.COVERED: _("with somebody who covers"),
}

ORDINALS: Final[Mapping[int, Promise]] = {
    1: _("first change for the family"),
    2: _("second change for the family"),
    3: _("third change for the family"),
    4: _("fourth change for the family"),
    5: _("fifth change for the family"),
}


def missing_text(missing: Missing) -> str:
    """Say one thing that a visit lacks, in the middle of a sentence."""
    part = missing.part
    if part is None:
        return str(LACKS[missing.lack])
    kind = str(PARTS_IN_TEXT[part.kind])
    return str(LACKS[missing.lack]) % {
        "who": part.name or kind,
        "kind": str(PARTS[part.kind]).lower(),
    }


def change_text(change: int) -> str:
    """Say which change for the family it would be that somebody else comes."""
    if change == 0:
        return gettext("no change for the family")
    if change in ORDINALS:
        return str(ORDINALS[change])
    return gettext("change number %(n)s for the family") % {"n": change}
