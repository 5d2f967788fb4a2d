"""Histories of grants, drawn: what people do with money, legal or not, in any order.

The book keeps its own count of every krona, in another way than the rules: as piles between which
money moves. What the rules let through must never leave a pile below nothing.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from hypothesis import strategies as st

from hembesok.funding.rules.deciding import (
    StepKind,
    phase_of,
    why_not_apply,
    why_not_repay,
    why_not_report,
    why_not_take_back_repaid,
)
from hembesok.funding.rules.ledger import (
    ATTESTED,
    DECIDED,
    Kind,
    Line,
    Standing,
    standing,
    why_not_write,
)
from hembesok.values.refusals import Reason

ORDINARY = [kind for kind in Kind if kind not in DECIDED]


@dataclass(frozen=True)
class Act:
    """One thing that somebody tries; `amount` is eighths of what there is room for."""

    what: str
    tranche: int
    amount: int = 0
    kind: Kind = Kind.COST
    provider: bool = False
    which: int = 0


PARTS = (1, 2, 4, 6, 8, 8, 9)
"""Eighths of what there is room for; the ninth is a krona's hundredth too much."""
PLACES = (0, 0, 0, 1, 2, 3)
_YEAR = (
    Kind.CLAIMED, Kind.RECEIVED, Kind.TRANSFERRED, Kind.COST, Kind.COST, Kind.RETURNED, Kind.LAPSED,
)  # fmt: skip
_AFTER = (
    "repay all", "repay all", "apply", "apply", "yes", "yes", "no", "again", "again", "report",
    "approve", "send back", "back", "any", "all",
)  # fmt: skip


def story(seed: int) -> list[Act]:
    """Draw years that begin and end as years do, with anything in between."""
    draw = Random(seed)  # noqa: S311 — a story, not a secret

    def act(what: str, kind: Kind = Kind.COST) -> Act:
        if what == "any":
            what, kind = "write", draw.choice(ORDINARY)
        provider, part = draw.random() < 0.5, draw.choice(PARTS)
        return Act(what, draw.choice(PLACES), part, kind, provider, draw.randrange(30))

    begun = Act("all", 0, draw.choice((4, 6, 8)))
    year = [act("write", draw.choice(_YEAR)) for _each in range(draw.randrange(2, 10))]
    slips = [act(draw.choice(("any", "back", "credit"))) for _each in range(draw.randrange(5))]
    after = [act(draw.choice(_AFTER)) for _each in range(draw.randrange(3, 25))]
    return [begun, *year, *slips, Act("report", 0), *after]


acts = st.builds(
    Act,
    st.sampled_from(["write", "write", "write", *_AFTER[:-2], "credit", "all"]),
    st.sampled_from(PLACES),
    st.sampled_from(PARTS),
    st.sampled_from(ORDINARY),
    st.booleans(),
    st.integers(0, 30),
)
histories = st.lists(acts, min_size=1, max_size=30) | st.integers(0, 2**40).map(story)
"""Anything in any order, which shrinks well, or a story, which gets far."""


@dataclass
class Tranche:
    """A tranche of the book: its lines, steps, what it asks to retain, and where it came from."""

    lines: list[Line] = field(default_factory=list)
    steps: list[StepKind] = field(default_factory=list)
    pending: int = 0
    again: int = 0
    """What of the repaid money has been granted anew."""
    taken_back: set[int] = field(default_factory=set)
    fixed: set[int] = field(default_factory=set)
    """Lines that a decision wrote, or that another tranche rests on."""

    @property
    def now(self) -> Standing:
        """Where its money stands, by the rules."""
        return standing(self.lines)


@dataclass
class Book:
    """All tranches, with piles of money beside them that the rules do not know of."""

    tranches: list[Tranche] = field(default_factory=lambda: [Tranche(), Tranche()])
    piles: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)

    def tries(self, act: Act) -> Reason | None:
        """Do what was drawn, if the rules let it; return why not."""
        tranche = self.tranches[act.tranche % len(self.tranches)]
        way: Callable[[Tranche, Act], Reason | None]
        way = getattr(self, "_" + act.what.replace(" ", "_"))
        why = way(tranche, act)
        if why is None:
            self.done[act.what if act.what != "write" else act.kind] += 1
        else:
            self.refused[why.key] += 1
        return why

    def _add(self, tranche: Tranche, line: Line) -> Reason | None:
        if line.kind is Kind.REPAID and line.amount > 0:
            why = why_not_repay(tranche.now, amount=line.amount, pending=tranche.pending)
            if why is not None:
                return why
        why = why_not_write(tranche.now, line, phase_of(tranche.steps))
        if why is None:
            tranche.lines.append(line)
            self._moves(line)
        return why

    def _moves(self, line: Line) -> None:
        """Move a line's money from pile to pile; a promise of the state is no money yet."""
        ways = {
            Kind.RECEIVED: ("state", "here"),
            Kind.TRANSFERRED: ("here", "provider"),
            Kind.RETURNED: ("provider", "here"),
            Kind.COST: ("provider" if line.provider else "here", "spent"),
            Kind.REPAID: ("here", "state"),
            Kind.RETAINED: ("here", "kept"),
            Kind.CARRIED: ("kept", "here"),
        }
        if line.kind in ways:
            source, target = ways[line.kind]
            self.piles[source] -= line.amount
            self.piles[target] += line.amount

    def _write(self, tranche: Tranche, act: Act) -> Reason | None:
        provider = act.provider and act.kind in (Kind.COST, Kind.OWN)
        now = tranche.now
        room = {
            Kind.CLAIMED: now.not_yet_claimed,
            Kind.LAPSED: now.not_yet_claimed,
            Kind.RECEIVED: now.receivable,
            Kind.TRANSFERRED: now.in_hand,
            Kind.RETURNED: now.transferred - now.returned,
            Kind.COST: now.left if provider else now.in_hand,
            Kind.REPAID: now.undecided,
        }.get(act.kind, 880)
        return self._add(tranche, Line(act.kind, _of(act.amount, room), provider))

    def _credit(self, tranche: Tranche, act: Act) -> Reason | None:
        now = tranche.now
        room = now.used_by_provider if act.provider else now.used_here
        return self._add(tranche, Line(Kind.COST, -_of(act.amount, room), act.provider))

    def _all(self, tranche: Tranche, act: Act) -> Reason | None:
        """Let an ordinary year begin: granted, and claimed and received in part or wholly."""
        part = _of(act.amount, 880)
        for kind, amount in ((Kind.GRANTED, 880), (Kind.CLAIMED, part), (Kind.RECEIVED, part)):
            if (why := self._add(tranche, Line(kind, amount))) is not None:
                return why
        return None

    def _back(self, tranche: Tranche, act: Act) -> Reason | None:
        places = [n for n in range(len(tranche.lines)) if n not in tranche.taken_back]
        places = [n for n in places if n not in tranche.fixed]
        if not places:
            return Reason("entry_taken_back")
        place = places[act.which % len(places)]
        line = tranche.lines[place]
        if line.kind is Kind.REPAID:
            left = tranche.now.repaid - line.amount
            why = why_not_take_back_repaid(repaid=left, granted_again=tranche.again)
            if why is not None:
                return why
        # What waits for nobody is the same as what two people stand for: the rules see lines.
        assert line.kind in ATTESTED or line.kind in Kind
        why = why_not_write(
            tranche.now, replace(line, amount=-line.amount), phase_of(tranche.steps)
        )
        if why is None:
            tranche.taken_back |= {place, len(tranche.lines)}
            tranche.lines.append(replace(line, amount=-line.amount))
            self._moves(tranche.lines[-1])
        return why

    def _report(self, tranche: Tranche, act: Act) -> Reason | None:
        day = date(2021, 2, 1)
        why = why_not_report(
            phase_of(tranche.steps),
            waiting=0,
            own_waits=tranche.now,
            last=date(2020, 12, 31),
            on=day,
        )
        if why is None:
            tranche.steps.append(StepKind.REPORTED)
        return why

    def _approve(self, tranche: Tranche, act: Act) -> Reason | None:
        return self._reviewed(tranche, StepKind.APPROVED)

    def _send_back(self, tranche: Tranche, act: Act) -> Reason | None:
        return self._reviewed(tranche, StepKind.SENT_BACK)

    def _reviewed(self, tranche: Tranche, kind: StepKind) -> Reason | None:
        if phase_of(tranche.steps) != "reported":
            return Reason("nothing_to_review")
        tranche.steps.append(kind)
        return None

    def _apply(self, tranche: Tranche, act: Act) -> Reason | None:
        amount = _of(act.amount, tranche.now.undecided - tranche.pending)
        why = why_not_apply(
            tranche.now, phase_of(tranche.steps), amount=amount, pending=tranche.pending
        )
        if why is None:
            tranche.pending += amount
        return why

    def _repay_all(self, tranche: Tranche, act: Act) -> Reason | None:
        return self._add(tranche, Line(Kind.REPAID, tranche.now.undecided))

    def _no(self, tranche: Tranche, act: Act) -> Reason | None:
        tranche.pending = 0
        return None

    def _yes(self, tranche: Tranche, act: Act) -> Reason | None:
        """Retain what was asked for, in a tranche of its own."""
        if not tranche.pending:
            return Reason("nothing_asked")
        kept = Line(Kind.RETAINED, min(_of(act.amount, tranche.pending), tranche.pending))
        why = self._add(tranche, kept)
        if why is not None:
            return why
        tranche.fixed.add(len(tranche.lines) - 1)
        tranche.pending = 0
        opened = Tranche(fixed={0})
        self.tranches.append(opened)
        why = self._add(opened, Line(Kind.CARRIED, kept.amount))
        assert why is None, why
        return None

    def _again(self, tranche: Tranche, act: Act) -> Reason | None:
        """Let the government say yes to using repaid money anew."""
        amount = _of(act.amount, tranche.now.repaid - tranche.again)
        if amount > tranche.now.repaid - tranche.again or not amount:
            return Reason("granted_again_beyond_repaid_yet")
        tranche.again += amount
        opened = Tranche(fixed={0})
        self.tranches.append(opened)
        return self._add(opened, Line(Kind.GRANTED, amount))


def _of(eighths: int, room: int) -> int:
    """Return a part of what there is room for, or a little more than that."""
    return room + 1 if eighths > 8 else room * eighths // 8
