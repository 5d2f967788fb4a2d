"""Second opinions: the documented rules once more, slowly and from their words.

Nothing here may call what it is an opinion on. Speed does not matter; being
easy to hold against the text does.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hembesok.programme.rules.matching import HeldVisit
from hembesok.programme.rules.protocol import Anchor, Plan, Step
from hembesok.programme.rules.states import Facts, Membership, State
from hembesok.programme.rules.windows import Anchors, Window
from hembesok.values.dates import Span


def moved(day: date, span: Span) -> date:
    """Add months by the calendar, a missing day to the next 1st; then the days."""
    first_of_month = day.replace(day=1)
    for _ in range(span.months):
        first_of_month = (first_of_month + timedelta(31)).replace(day=1)
    try:
        arrived = first_of_month.replace(day=day.day)
    except ValueError:
        arrived = (first_of_month + timedelta(31)).replace(day=1)
    return arrived + timedelta(span.days)


def window_of(steps: Sequence[Step], anchors: Anchors, n: int) -> Window:
    """Return the window of one step; its grace ends the day before the next of its kind opens."""

    def day(of: Step, span: Span) -> date:
        discharged = anchors.discharged if of.anchor is Anchor.DISCHARGE else None
        return moved(discharged or anchors.born, span)

    step = steps[n]
    closes = day(step, step.closes)
    grace_ends = closes + timedelta(90)
    later = [
        (day(other, other.target), m, day(other, other.opens))
        for m, other in enumerate(steps)
        if other.kind == step.kind and (day(other, other.target), m) > (day(step, step.target), n)
    ]
    if step.grace is not None:
        grace_ends = moved(closes, step.grace)
    elif later:
        grace_ends = max(closes, min(later)[2] - timedelta(1))
    return Window(day(step, step.opens), day(step, step.target), closes, grace_ends)


def served(
    steps: Sequence[Step], found: Sequence[Window], visits: Sequence[HeldVisit]
) -> tuple[int | None, ...]:
    """Return for each step the visit that serves it: every visit held against every step."""
    winners: list[int | None] = []
    for n, window in enumerate(found):
        rivals = [v for v, visit in enumerate(visits) if _may_serve(visit, n, steps, found)]
        winners.append(
            min(
                rivals,
                key=lambda v: (
                    visits[v].step is None,
                    not window.opens <= visits[v].on <= window.closes,
                    abs(visits[v].on - window.target),
                    visits[v].on,
                    v,
                ),
                default=None,
            )
        )
    return tuple(winners)


def _may_serve(visit: HeldVisit, n: int, steps: Sequence[Step], found: Sequence[Window]) -> bool:
    if visit.step is not None:
        return visit.step == steps[n].key
    same = [m for m, step in enumerate(steps) if visit.kind in (None, step.kind)]
    nearest = min(
        same,
        key=lambda m: (abs(visit.on - found[m].target), found[m].target, m),
        default=None,
    )
    return n == nearest and visit.on <= found[n].grace_ends


def true_states(window: Window, facts: Facts, membership: Membership, on: date) -> list[State]:
    """Return every state whose sentence is true on the day; there must be exactly one."""
    left = membership.ended is not None and on >= membership.ended
    day = membership.ended if membership.ended is not None and left else on
    held = facts.held if facts.held is not None and facts.held <= day else None
    joined_too_late = membership.enrolled is not None and window.closes < membership.enrolled
    open_question = held is None and not joined_too_late
    booked = facts.booked is not None and facts.booked >= day
    declined = facts.declined is not None and facts.declined <= day
    nothing_said = open_question and not booked and not declined
    failed_in_grace = facts.not_held is not None and window.closes < facts.not_held <= day
    over = day > window.grace_ends or failed_in_grace
    sentences = {
        State.UPCOMING: nothing_said and day < window.opens,
        State.DUE: nothing_said and window.opens <= day <= window.closes,
        State.BOOKED: open_question and booked,
        State.DONE: held is not None and held <= window.closes,
        State.LATE: held is not None and held > window.closes,
        State.OVERDUE: nothing_said and day > window.closes and not over,
        State.MISSED: nothing_said and over,
        State.DECLINED: open_question and declined and not booked,
        State.NOT_APPLICABLE: joined_too_late and held is None,
    }
    unsettled = {State.UPCOMING, State.DUE, State.BOOKED, State.OVERDUE}
    return [
        State.ENDED if left and state in unsettled else state
        for state, is_true in sentences.items()
        if is_true
    ]


def schedule(
    plan: Plan,
    anchors: Anchors,
    day: date,
    visits: Sequence[HeldVisit],
    membership: Membership,
    facts: Mapping[str, Facts],
) -> list[tuple[str, State, int | None]]:
    """Return key, state and visit of every step; both steps of a combined pair share one visit.

    Visits must not be later than the day the child left.
    """
    found = [window_of(plan.own, anchors, n) for n in range(len(plan.own))]
    found += [window_of(plan.base, anchors, n) for n in range(len(plan.base))]
    window = dict(zip((step.key for step in plan.steps), found, strict=True))
    to_hold = [step for step in plan.steps if step.key not in plan.mirrors]
    until_now = [
        HeldVisit(v.on, plan.mirrors.get(v.step, v.step) if v.step else None, v.kind)
        for v in visits
    ]
    counted = [n for n, visit in enumerate(until_now) if visit.on <= day]
    winners = served(to_hold, [window[s.key] for s in to_hold], [until_now[n] for n in counted])
    visit_of = {
        step.key: None if winner is None else counted[winner]
        for step, winner in zip(to_hold, winners, strict=True)
    }
    rows = []
    for n, step in enumerate(plan.steps):
        shared = plan.mirrors.get(step.key, step.key)
        index = visit_of[shared]
        said = facts.get(shared, Facts())
        held = None if index is None else visits[index].on
        known = Facts(held, said.booked, said.declined, said.not_held)
        member = membership if n < len(plan.own) else Membership(ended=membership.ended)
        (state,) = true_states(window[step.key], known, member, day)
        rows.append((step.key, state, index))
    return rows
