"""The words of follow-up: what is said of a measure by rule, and why a table may not leave."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hembesok.analysis.charts.sentences import Said

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

STEPS: Final[Mapping[str, Promise]] = {"month": _("months"), "quarter": _("quarters")}

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
