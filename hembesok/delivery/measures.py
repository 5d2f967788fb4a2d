"""The measures that pages of follow-up show: which indicator, which of its parts, over what time.

An indicator counts in several parts (each step, each phase). A page shows one figure of each: a
part by its name, or all parts added up. The terms are those of `analysis.indicators`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hembesok.analysis.indicators import ALL
from hembesok.analysis.indicators.defining import Indicator


class Row(StrEnum):
    """The questions that the measures answer, in the order of the page."""

    REACH = "reach"
    VISITS = "visits"
    CHILDREN = "children"
    PARENTS = "parents"


class Clock(StrEnum):
    """What a measure is followed over."""

    MONTH = "month"
    """The month in which it happened."""
    BIRTH = "birth"
    """The quarter in which the children were born."""


VISITS_A_QUARTER: Final = 3
"""Own visits that a family may have in a quarter, by the programmes that are shipped."""
CONTACTS_A_QUARTER: Final = 9
"""The same with the national programme's, of which the newborn quarter has most."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `detail` is the part of the indicator that is shown; None is all, added up."""

    key: str
    row: Row
    detail: str | None = ""
    clock: Clock = Clock.BIRTH
    most: int = 1
    """How much one child adds in a quarter: what is too few is so many times larger."""

    @property
    def indicator(self) -> Indicator:
        """What it counts, in the words of its definition."""
        return _INDICATORS[self.key]


_INDICATORS: Final = {one.key: one for one in ALL}

MEASURES: Final = (
    Measure("reach_offer", Row.REACH, "offered"),
    Measure("uptake", Row.REACH),
    Measure("retention", Row.REACH, "0-6 months"),
    Measure("continuity", Row.REACH, most=VISITS_A_QUARTER),
    Measure("on_time", Row.VISITS, None, Clock.MONTH, VISITS_A_QUARTER),
    Measure("dose_received", Row.VISITS, "all", most=VISITS_A_QUARTER),
    Measure("joint_visits", Row.VISITS, "all", Clock.MONTH, VISITS_A_QUARTER),
    Measure("interpreter_met", Row.VISITS, "", Clock.MONTH, CONTACTS_A_QUARTER),
    Measure("epds_done", Row.CHILDREN, "done"),
    Measure("bf_any_4m", Row.CHILDREN),
    Measure("vacc_mmr1", Row.CHILDREN, "by age"),
    Measure("lang_done", Row.CHILDREN),
    Measure("both_parents", Row.PARENTS, "all", Clock.MONTH, VISITS_A_QUARTER),
    Measure("other_parent_talk", Row.PARENTS, "done"),
)
BY_KEY: Final = {measure.key: measure for measure in MEASURES}

FIRST: Final = ("on_time", "joint_visits", "interpreter_met", "uptake")
"""The four of the overview."""

GROUPS: Final = ("area_type", "language", "parity", "quarter")
"""By what a measure is told apart; `quarter` is that of birth."""
