"""The indicators: what each counts, of whom, and what it leaves out."""

from hembesok.analysis.indicators.defining import Counted, Indicator, Per
from hembesok.analysis.indicators.funnel import FUNNEL
from hembesok.analysis.indicators.health import HEALTH
from hembesok.analysis.indicators.reach import REACH
from hembesok.analysis.indicators.staying import STAYING
from hembesok.analysis.indicators.visiting import VISITING

ALL: tuple[Indicator, ...] = (*FUNNEL, *REACH, *VISITING, *STAYING, *HEALTH)
"""The set that is shipped, in the order it is shown."""

__all__ = ["ALL", "Counted", "Indicator", "Per"]
