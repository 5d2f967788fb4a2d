"""What families get: dose, timing, who came, and whether it was the same people."""

from collections.abc import Sequence
from typing import Final

import ibis.expr.types as ir

from hembesok.analysis.indicators.defining import (
    Better,
    Counted,
    Indicator,
    Per,
    Scale,
    share,
    sure,
    total,
)
from hembesok.analysis.states import DONE, HELD, SHOULD_BE, column
from hembesok.analysis.steps import Item
from hembesok.analysis.wide import Wide
from hembesok.programme.rules.protocol import Kind, never_after
from hembesok.values.dates import Span

INFANCY: Final = Span(months=12)
"""Steps whose best day is before this age are of infancy, the others of toddlerhood."""
LEAST_VISITS: Final = 3
"""Fewer visits than this say nothing of continuity."""
DAYS_TO_CLOSE: Final = 90


def state_in(c: Wide, item: Item, states: Sequence[int]) -> ir.BooleanValue:
    """Tell whether a step is in one of some states."""
    return c.table[column(item)].isin(list(states))


def dose_received(c: Wide) -> Sequence[Counted]:
    """Home visits held, among those held or whose window has closed: all, and by phase."""
    home = [item for item in c.steps if item.own and item.step.kind is Kind.HOME]
    infancy = [i for i in home if not never_after(INFANCY, i.step.target)]
    toddler = [i for i in home if i not in infancy]
    phases = (("all", home), ("infancy", infancy), ("toddler", toddler))
    return [_received(c, items, name) for name, items in phases if items]


def _received(c: Wide, items: Sequence[Item], detail: str) -> Counted:
    found = [received_step(c, item) for item in items]
    missing = [one_.missing for one_ in found if one_.missing is not None]
    return Counted(
        total([one_.numerator for one_ in found]),
        total([one_.denominator for one_ in found]),
        total(missing) if missing else None,
        detail,
    )


def received_step(c: Wide, item: Item) -> Counted:
    """Count one step: held, among held or closed; unknown where the events do not cover it."""
    held, should = state_in(c, item, HELD), state_in(c, item, SHOULD_BE)
    if "events" in c.whole:
        return share(should, held, detail=item.key)
    number = item.number
    covered = c.covered("events", c.age(f"o{number}"), c.age(f"c{number}"))
    return share(should, held, covered, item.key)


def on_time(c: Wide) -> Sequence[Counted]:
    """Visits held inside their window, among those held: each step."""
    return [
        share(state_in(c, item, HELD), state_in(c, item, (DONE,)), detail=item.key)
        for item in c.steps
        if item.part != "vaccination"
    ]


def joint_visits(v: Wide) -> Sequence[Counted]:
    """Visits with both professions, among held visits of joint steps: all, and each step."""
    t = v.table
    both = t.nurse.notnull() & t.adviser.notnull()
    # Somebody held it: where neither is named, nobody wrote who was there.
    known = t.nurse.notnull() | t.adviser.notnull()
    joint = [item for item in v.steps if item.joint]
    numbers = [item.number for item in joint]
    among = t.step.isin(numbers) if numbers else t.step.isnull() & t.step.notnull()
    each = [share(t.step == item.number, both, known, item.key) for item in joint]
    return [share(among, both, known, "all"), *each]


def both_parents(v: Wide) -> Sequence[Counted]:
    """Held visits with two parents there, in families of two: all, and each own step."""
    t = v.table
    two = t.parents_known.fill_null(2) >= 2
    known = t.parents_known.notnull() & t.parents_present.notnull()
    that = (t.parents_known >= 2) & (t.parents_present >= 2)
    own = [item for item in v.steps if item.own]
    each = [share(two & (t.step == item.number), that, known, item.key) for item in own]
    return [share(two, that, known, "all"), *each]


def interpreter_met(v: Wide) -> Sequence[Counted]:
    """Held visits with a professional interpreter, among those where one was needed."""
    t = v.table
    needed = t.interpreter_needed.fill_null(True)
    known = t.interpreter_needed.notnull() & t.interpreter.notnull()
    return [share(needed, t.interpreter_needed & (t.interpreter == "professional"), known)]


def continuity(c: Wide) -> Sequence[Counted]:
    """Visits held by the pair that came most often, among a child's joint visits."""
    t = c.table
    enough = sure(t.pair_visits >= LEAST_VISITS)
    return [Counted(enough.ifelse(t.pair_most, 0), enough.ifelse(t.pair_visits, 0))]


def handoff_closed(h: Wide) -> Sequence[Counted]:
    """Handoffs whose receiver told a result within 90 days, among those sent 90 days ago."""
    t = h.table
    return [share(t.waited >= DAYS_TO_CLOSE, t.took <= DAYS_TO_CLOSE)]


def cost_per_visit(s: Wide) -> Sequence[Counted]:
    """Money spent, for each visit held."""
    return [Counted(s.table.amount, s.table.held)]


def any_visit_in_window(c: Wide) -> Sequence[Counted]:
    """Children with any visit in a step's window, among all: one visit may count twice."""
    t = c.table
    everyone = t.child.notnull()
    return [share(everyone, t[f"n{item.number}"] == 1, detail=item.key) for item in c.steps]


def on_time_of_all(c: Wide) -> Sequence[Counted]:
    """Children whose step was held in its window, among all."""
    everyone = c.table.child.notnull()
    return [share(everyone, state_in(c, item, (DONE,)), detail=item.key) for item in c.steps]


VISITING: Final = (
    Indicator(
        key="dose_received",
        counts=dose_received,
        unit="home visits of the programme",
        better=Better.HIGHER,
        numerator="held by the day, in time or not",
        denominator="held, or declined, or their window has closed while the child was in the"
        " programme; all, and those before and from 12 months of age",
        missing="not held, and the site's events do not cover the window",
        not_applicable="not due yet, closed before the child joined, or after it left",
        window="of each step",
        source="Domain set, dose_received (Tribal MIECHV, receipt of home visits); NFP asks for"
        " 65 % in infancy and 60 % after (BMC Pediatrics 2013, table 3)",
        needs=("events", "enrolments"),
        unit_is_row=False,
    ),
    Indicator(
        key="on_time",
        counts=on_time,
        unit="visits",
        better=Better.HIGHER,
        numerator="held inside the window, both ends included",
        denominator="held by the day; each step by itself",
        missing="nothing",
        not_applicable="not held",
        window="of each step",
        source="Domain set, on_time",
        needs=("events",),
    ),
    Indicator(
        key="joint_visits",
        counts=joint_visits,
        unit="visits",
        better=Better.HIGHER,
        numerator="a nurse and a parental adviser were there",
        denominator="held visits of steps that both make",
        missing="neither is written to have been there",
        not_applicable="a visit of another step, or of none",
        window="to the day",
        source="Domain set, joint_visits",
        per=Per.VISIT,
        needs=("visits",),
    ),
    Indicator(
        key="both_parents",
        counts=both_parents,
        unit="visits",
        better=Better.HIGHER,
        numerator="two parents were there",
        denominator="held visits to children with two parents",
        missing="how many parents the child has, or how many were there, is not written",
        not_applicable="a child with one parent",
        window="to the day",
        source="Domain set, both_parents",
        per=Per.VISIT,
        needs=("visits",),
    ),
    Indicator(
        key="interpreter_met",
        counts=interpreter_met,
        unit="visits",
        better=Better.HIGHER,
        numerator="a professional interpreter interpreted",
        denominator="held visits where an interpreter was needed",
        missing="whether one was needed, or who interpreted, is not written",
        not_applicable="no interpreter was needed",
        window="to the day",
        source="Domain set, interpreter_met",
        per=Per.VISIT,
        needs=("visits",),
    ),
    Indicator(
        key="continuity",
        counts=continuity,
        unit="visits",
        better=Better.HIGHER,
        numerator="made by the pair that has made most of the child's visits",
        denominator="joint visits to children who have had three or more",
        missing="nothing",
        not_applicable="a visit without a pair, or to a child with fewer than three",
        window="to the day",
        source="Domain set, continuity",
        needs=("visits",),
        unit_is_row=False,
    ),
    Indicator(
        key="handoff_closed",
        counts=handoff_closed,
        unit="handoffs",
        better=Better.HIGHER,
        numerator="the receiver told a result within 90 days, the last one included",
        denominator="sent 90 days before the day or earlier",
        missing="nothing: no word from the receiver is what is measured",
        not_applicable="sent less than 90 days ago",
        window="90 days from the day it was sent",
        source="Domain set, handoff_closed; in one programme 21 % of referrals became a"
        " connection (Massachusetts MIECHV)",
        per=Per.HANDOFF,
        needs=("handoffs",),
    ),
    Indicator(
        key="cost_per_visit",
        counts=cost_per_visit,
        unit="öre for each visit",
        better=Better.LOWER,
        numerator="the site's costs by the day, what was paid back taken off",
        denominator="visits held by the day",
        missing="nothing",
        not_applicable="a site whose costs or visits are not collected",
        window="to the day",
        source="Ours",
        per=Per.SITE,
        scale=Scale.ORE,
        needs=("costs", "visits"),
    ),
)

COVERAGE: Final = (
    Indicator(
        key="on_time_of_all",
        counts=on_time_of_all,
        unit="children",
        better=Better.HIGHER,
        numerator="the visit of the step was held inside its window",
        denominator="all children",
        missing="nothing",
        not_applicable="nobody",
        window="of each step",
        source="Coverage tables of clinic visits (Herngreen et al. 1994)",
        needs=("events",),
    ),
    Indicator(
        key="any_visit_in_window",
        counts=any_visit_in_window,
        unit="children",
        better=Better.HIGHER,
        numerator="any visit was held inside the window; where windows overlap one counts twice",
        denominator="all children",
        missing="nothing",
        not_applicable="nobody",
        window="of each step",
        source="Coverage tables of clinic visits (Herngreen et al. 1994)",
        needs=("events",),
    ),
)
"""Asked for by name: they are an upper bound, and compare with other registers."""
