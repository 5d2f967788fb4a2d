"""Who is reached: offered the programme, and saying yes."""

from collections.abc import Sequence
from typing import Final

from hembesok.analysis.indicators.defining import Better, Counted, Indicator, share
from hembesok.analysis.wide import Wide

EARLY_DAYS: Final = 30
"""An offer from this age on is a late start."""


def reach_offer(c: Wide) -> Sequence[Counted]:
    """Families offered, among the eligible: at all, and before the child was 30 days old."""
    t = c.table
    not_refused = t.eligible.fill_null(True)
    judged = t.eligible & c.covered("enrolments", t.age * 0, t.age)
    offered = t.eligible & (t.offered <= t.age)
    return [
        share(not_refused, offered, judged, "offered"),
        share(not_refused & (t.age >= EARLY_DAYS), offered & (t.offered < EARLY_DAYS), judged,
              "before 30 days"),
    ]  # fmt: skip


def uptake(c: Wide) -> Sequence[Counted]:
    """Families whose first answer is yes, among those offered."""
    t = c.table
    return [share(t.offered <= t.age, (t.answered <= t.age) & (t.answer == "yes"))]


REACH: Final = (
    Indicator(
        key="reach_offer",
        counts=reach_offer,
        unit="families, one for each child",
        better=Better.HIGHER,
        numerator="offered by the day; and offered before the child was 30 days old",
        denominator="found eligible by the site's rule; for the second, 30 days old or more",
        missing="not judged, or the site's enrolments do not cover the child's life",
        not_applicable="not eligible",
        window="from birth",
        source="Domain set, reach_offer; an offer from 30 days on is a late start (ours)",
        needs=("enrolments",),
    ),
    Indicator(
        key="uptake",
        counts=uptake,
        unit="families, one for each child",
        better=Better.HIGHER,
        numerator="said yes in their first answer, by the day",
        denominator="offered by the day; who has not answered has not said yes",
        missing="nothing",
        not_applicable="not offered",
        window="from the offer",
        source="Domain set, uptake; FNP asks for 75 % (BMC Pediatrics 2013, table 3)",
        needs=("enrolments",),
    ),
)
