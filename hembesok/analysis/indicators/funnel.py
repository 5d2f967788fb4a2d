"""From birth to an outcome that is known: how many came how far."""

from collections.abc import Sequence
from typing import Final

from hembesok.analysis.indicators.defining import Better, Counted, Indicator, Scale, share
from hembesok.analysis.indicators.health import LANGUAGE
from hembesok.analysis.indicators.visiting import state_in
from hembesok.analysis.states import HELD
from hembesok.analysis.wide import Wide


def funnel(c: Wide) -> Sequence[Counted]:
    """Children born, eligible, offered, saying yes, at each own visit, and known at three."""
    t = c.table
    born = t.child.notnull()
    eligible = born & t.eligible
    offered = eligible & (t.offered <= t.age)
    yes = offered & (t.answered <= t.age) & (t.answer == "yes")
    stages = [("born", born), ("eligible", eligible), ("offered", offered), ("yes", yes)]
    stages += [(item.key, yes & state_in(c, item, HELD)) for item in c.steps if item.own]
    if "r_language" in t.columns:
        stages.append(("outcome known", yes & t.r_language.notnull()))
    return [share(born, stage, detail=name) for name, stage in stages]


FUNNEL: Final = (
    Indicator(
        key="funnel",
        counts=funnel,
        unit="children",
        better=Better.NEITHER,
        numerator="children who came so far: born, eligible, offered, yes, each own visit held,"
        " and a language result between 30 and 41 months",
        denominator="children born",
        missing="nothing; a stage tells what is known",
        not_applicable="nobody",
        window="to the day",
        source="Ours",
        scale=Scale.COUNT,
        needs=("enrolments", "events"),
        results={"language": LANGUAGE},
    ),
)
