"""The words of follow-up: what is said of a measure by rule, and why a table may not leave."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hembesok.analysis.charts.sentences import Said
from hembesok.analysis.charts.series import Step

SENTENCES: Final[Mapping[str, Promise]] = {
    "falling": _("%(measure)s has fallen %(times)s %(step)s in a row, to %(share)s."),
    "rising": _("%(measure)s has risen %(times)s %(step)s in a row, to %(share)s."),
    "below_band": _("%(measure)s is %(share)s, below what is usual (%(low)s to %(high)s)."),
    "above_band": _("%(measure)s is %(share)s, above what is usual (%(low)s to %(high)s)."),
    "below_mean": _("%(measure)s has been below its mean, %(mean)s, %(times)s times in a row."),
    "above_mean": _("%(measure)s has been above its mean, %(mean)s, %(times)s times in a row."),
    "below_goal": _("%(measure)s is below the goal %(goal)s: %(yes)s of %(known)s."),
    "above_goal": _("%(measure)s is above the goal %(goal)s: %(yes)s of %(known)s."),
    "group_lower": _(
        "%(measure)s is lower for %(group)s: %(yes)s of %(known)s. For all others: %(others)s."
    ),
    "group_higher": _(
        "%(measure)s is higher for %(group)s: %(yes)s of %(known)s. For all others: %(others)s."
    ),
    "missing": _("%(measure)s is not known for %(missing)s of %(of)s. Read it with care."),
}
"""By the key of the rule."""

STEPS: Final[Mapping[str, Promise]] = {
    "month": _("months"),
    "quarter": _("quarters"),
    "year": _("years"),
}

ROWS: Final[Mapping[str, Promise]] = {
    "reach": _("Do we reach the families?"),
    "visits": _("Do we do what we said?"),
    "children": _("The children"),
    "parents": _("The parents"),
}

MEASURES: Final[Mapping[str, tuple[Promise, Promise, Promise, Promise]]] = {
    "reach_offer": (
        _("Offered"),
        _("children whose families have been offered the programme"),
        _("children the programme is for, by the rule of the site"),
        _("children whom the rule has not judged"),
    ),
    "uptake": (
        _("Said yes"),
        _("children whose families said yes in their first answer"),
        _("children whose families have been offered the programme"),
        _("nothing: who has not answered has not said yes"),
    ),
    "retention": (
        _("Still there at six months"),
        _("children still in the programme at six months of age"),
        _("children who joined before six months of age, without those who moved"),
        _("nothing"),
    ),
    "continuity": (
        _("The same team"),
        _("joint visits by the pair that has made most of the child's visits"),
        _("joint visits to children who have had three or more"),
        _("nothing"),
    ),
    "on_time": (
        _("Visits in time"),
        _("visits of the programme held inside their window, both ends included"),
        _("visits of the programme that were held"),
        _("nothing"),
    ),
    "dose_received": (
        _("Home visits received"),
        _("home visits of the programme that were held, in time or not"),
        _("home visits that were held or declined, or whose window has closed"),
        _("visits in a time that the site's data do not cover"),
    ),
    "joint_visits": (
        _("Joint visits"),
        _("visits to which both nurse and parental adviser came"),
        _("held visits that both of them make by the programme"),
        _("nothing"),
    ),
    "interpreter_met": (
        _("Interpreter came"),
        _("visits at which a professional interpreter interpreted"),
        _("held visits for which an interpreter was needed"),
        _("visits of which it is not written"),
    ),
    "epds_done": (
        _("EPDS done"),
        _("children of whom EPDS was done with the parent who gave birth"),
        _("children past twelve weeks of age"),
        _("children of whom nothing is written"),
    ),
    "bf_any_4m": (
        _("Breastfed at four months"),
        _("children breastfed wholly or partly at 105 to 143 days of age"),
        _("children past 143 days of age of whom it is known"),
        _("children of whom nothing is written"),
    ),
    "vacc_mmr1": (
        _("Vaccinated against measles"),
        _("children with a dose or more before two years of age"),
        _("children past two years of age"),
        _("children with no dose in a time that the site's data do not cover"),
    ),
    "lang_done": (
        _("Language screened"),
        _("children screened between 30 and 41 months of age"),
        _("children past 41 months of age"),
        _("children with no screening in a time that the site's data do not cover"),
    ),
    "both_parents": (
        _("Both parents there"),
        _("visits at which two parents were there"),
        _("held visits to children with two parents"),
        _("visits of which it is not written"),
    ),
    "other_parent_talk": (
        _("Talk with the other parent"),
        _("children whose other parent has had a talk of their own"),
        _("children past six months of age who have another parent"),
        _("children of whom nothing is written"),
    ),
}
"""By the key of the measure: its name, what is counted, among what, and what is missing."""

GROUPS: Final[Mapping[str, Promise]] = {
    "area_type": _("By type of area"),
    "language": _("By language at home"),
    "parity": _("By first child or not"),
    "quarter": _("By quarter of birth"),
}
PARITY: Final[Mapping[str, Promise]] = {
    "first": _("A parent's first child"),
    "later": _("Both have other children"),
}
CLOCKS: Final[Mapping[str, Promise]] = {
    "month": _("by when it happened"),
    "birth": _("by when the children were born"),
}
FEW: Final = _("too few to show")
FEW_SHORT: Final = _("few")
"""The same in a picture, where there is no room."""
UNKNOWN: Final = _("Not known")
DETAILS: Final[Mapping[str, Promise]] = {
    "offered": _("at all"),
    "before 30 days": _("before 30 days of age"),
    "0-6 months": _("from birth to 6 months"),
    "6-12 months": _("from 6 to 12 months"),
    "12-24 months": _("from 12 to 24 months"),
    "all": _("all"),
    "infancy": _("before 12 months"),
    "toddler": _("from 12 months"),
    "done": _("done"),
    "declined": _("declined"),
    "not_offered": _("not offered"),
    "by age": _("by age"),
    "as at 31 December": _("as at 31 December"),
}
"""The parts of an indicator; a step of the programme is called as the programme calls it."""


REASONS: Final[Mapping[str, Promise]] = {
    "disclosure_cut_otherwise": _(
        "The table is cut otherwise than one that has left before. The two together would tell"
        " of the few who differ."
    ),
    "disclosure_few": _("The table is of too few to leave the unit."),
    "disclosure_few_new": _(
        "Too few have come since the table of %(day)s. That table still stands."
    ),
    "disclosure_told_by_earlier": _(
        "With the tables that have left before, this one would tell of few."
    ),
}


def sentence_text(measure: str, said: Said) -> str:
    """Put words to what is said of a measure, whose name may begin a sentence."""
    values = {name: _value_text(value) for name, value in said.values.items()}
    return str(SENTENCES[said.key]) % {**values, "measure": measure}


def share_text(share: float) -> str:
    """Write a share as percent."""
    return gettext("%(number)s%%") % {"number": f"{share * 100:.0f}"}


def _value_text(value: object) -> str:
    if isinstance(value, float):
        return share_text(value)
    return str(STEPS.get(str(value), value))


def measure_name(key: str) -> str:
    """Return the name of a measure."""
    return str(MEASURES[key][0])


def time_text(start: date, step: Step) -> str:
    """Write the time of a point: a month, a quarter or a year."""
    if step is Step.MONTH:
        return date_format(start, "M Y")
    if step is Step.QUARTER:
        values = {"year": start.year, "quarter": (start.month + 2) // 3}
        return gettext("%(year)s Q%(quarter)s") % values
    return str(start.year)
