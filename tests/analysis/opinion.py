"""A second opinion on every indicator: plain Python, a child at a time, in the field's words.

It shares with the expressions what a month is (`values.dates`), and takes states from the rule
behind the pages (`programme.rules`); it shares no line of the analysis.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from hembesok.programme.rules.protocol import Kind
from hembesok.programme.rules.states import Facts, Membership, State, state_on
from hembesok.programme.rules.windows import Anchors, Window, windows
from hembesok.values.dates import Span, add
from tests.analysis.delivering import Rows
from tests.analysis.drawn import steps

Row = dict[str, Any]
Found = dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], list[int]]
"""By indicator, detail, grouping and group: numerator, denominator, missing, rows."""


@lru_cache(maxsize=8192)
def windows_of(anchors: Anchors) -> dict[int, Window]:
    """Return the window of each step by its number."""
    found: dict[int, Window] = {}
    for part in ("own", "base", "vaccination"):
        items = [item for item in steps() if item.part == part]
        rows = windows([item.step for item in items], anchors)
        found |= {item.number: window for item, window in zip(items, rows, strict=True)}
    return found


@dataclass
class Child:
    """All that is known of one child."""

    row: Row
    way: Row
    site: Row
    sources: dict[str, tuple[date, date] | None]
    area_type: str | None
    on: date
    events: list[Row] = field(default_factory=list)
    visits: list[Row] = field(default_factory=list)
    doses: list[Row] = field(default_factory=list)
    screenings: list[Row] = field(default_factory=list)
    handoffs: list[Row] = field(default_factory=list)

    @property
    def born(self) -> date:
        """The day of birth."""
        return date.fromisoformat(str(self.row["born"]))

    def at(self, *, months: int = 0, days: int = 0) -> date:
        """Return the day on which the child is so old."""
        return add(self.born, Span(months, days))

    def covers(self, table: str, first: date, last: date) -> bool:
        """Tell whether the site's table covers all days between two."""
        known = self.sources.get(table)
        return known is not None and known[0] <= first and last <= known[1]

    def day(self, name: str) -> date | None:
        """Return a day of the enrolment if it has come, else None."""
        found = self.way.get(name)
        return found if found and found <= self.on else None

    @property
    def ended(self) -> date | None:
        """The last day in the programme; a prolonged project takes its families back."""
        ended = self.way.get("ended")
        over, ends = self.way.get("end_reason") == "project_over", self.site["ends"]
        return ends if ended and over and ends and ends > ended else ended

    def followed_to(self, day: date) -> bool:
        """Tell whether the child was followed until a day, that day included."""
        until = self.row["followed_until"]
        return until is None or until >= day


def children(rows: Rows, on: date) -> list[Child]:
    """Return the children born by the day, each with what is known of it."""
    ways = {row["child"]: row for row in rows["enrolments"]}
    sites = {row["site"]: row for row in rows["sites"]}
    types = {row["area"]: row["area_type"] for row in rows["areas"]}
    covers: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows["sources"]:
        collected = (row["data_from"], row["data_to"]) if row["collected"] else None
        covers[row["site"]][row["table"]] = collected
    found = {
        row["child"]: Child(
            row, ways.get(row["child"], {}), sites[row["site"]], covers[row["site"]],
            types.get(row["area"]), on,
        )
        for row in rows["children"]
        if row["born"] <= on
    }  # fmt: skip
    for name, table in (
        ("events", "events"), ("visits", "visits"), ("doses", "vaccinations"),
        ("screenings", "screenings"), ("handoffs", "handoffs"),
    ):  # fmt: skip
        for row in rows[table]:
            if row["child"] in found:
                getattr(found[row["child"]], name).append(row)
    return list(found.values())


def state_of(child: Child, number: int) -> tuple[State, bool]:
    """Return the state of a step as the pages have it, and if it was held in its window."""
    item = next(item for item in steps() if item.number == number)
    window = windows_of(Anchors(child.born, child.row["discharged"]))[number]
    ended, on = child.ended, child.on
    last = on if ended is None else min(on, ended)
    mine = [event for event in child.events if event["step"] == number]

    def days(status: int, name: str) -> list[date]:
        return [e[name] for e in mine if e["status"] == status and e[name] is not None]

    held = min((day for day in days(1, "actual") if day <= last), default=None)
    failed = max((day for day in days(3, "actual") if day <= last), default=None)
    declined = min((day for day in days(4, "actual") if day <= last), default=None)
    booked = max((day for day in days(0, "planned") if day >= last), default=None)
    facts = Facts(held, booked, declined, failed)
    enrolled = child.way.get("enrolled")
    if item.part == "own" and enrolled is None and held is None:
        return State.NOT_APPLICABLE, False
    member = Membership(enrolled if item.part == "own" else None, ended)
    return state_on(window, facts, member, on=on), bool(held and window.holds(held))


HELD = (State.DONE, State.LATE)
SHOULD = (*HELD, State.OVERDUE, State.MISSED, State.DECLINED)
Counted = Iterator[tuple[str, str, int, int, int]]


def _yes_no(key: str, detail: str, among: bool, known: bool, that: bool) -> Counted:
    """Count one row: in the numerator, only in the denominator, missing, or not at all."""
    if among and that:
        yield key, detail, 1, 1, 0
    elif among and known:
        yield key, detail, 0, 1, 0
    elif among:
        yield key, detail, 0, 0, 1
    else:
        yield key, detail, 0, 0, 0


def of_child(child: Child) -> Counted:
    """Count all that has a child as its row."""
    states = {item.number: state_of(child, item.number) for item in steps()}
    yield from _funnel(child, states)
    yield from _reach(child)
    yield from _dose(child, states)
    yield from _staying(child)
    yield from _continuity(child)
    yield from _asked(child)
    yield from _vaccinated(child)


States = dict[int, tuple[State, bool]]


def _funnel(child: Child, states: States) -> Counted:
    eligible = child.way.get("eligible") is True
    offered = eligible and child.day("offered") is not None
    yes = offered and child.day("answered") is not None and child.way["answer"] == "yes"
    stages = {"born": True, "eligible": eligible, "offered": offered, "yes": yes}
    for item in steps():
        if item.part == "own":
            stages[item.key] = yes and states[item.number][0] in HELD
    stages["outcome known"] = yes and _result(child, "language", (30, 0), (41, 0)) is not None
    for name, there in stages.items():
        yield "funnel", name, int(there), 1, 0


def _reach(child: Child) -> Counted:
    eligible = child.way.get("eligible")
    judged = eligible is True and child.covers("enrolments", child.born, child.on)
    offered = child.day("offered") if eligible else None
    yield from _yes_no("reach_offer", "offered", eligible is not False, judged, offered is not None)
    early = offered is not None and offered < child.at(days=30)
    old = child.on >= child.at(days=30)
    yield from _yes_no(
        "reach_offer", "before 30 days", eligible is not False and old, judged, early
    )
    answered = child.day("answered") is not None and child.way["answer"] == "yes"
    yield from _yes_no("uptake", "", child.day("offered") is not None, True, answered)


def _dose(child: Child, states: States) -> Counted:
    windows_ = windows_of(Anchors(child.born, child.row["discharged"]))
    totals: dict[str, list[int]] = {name: [0, 0, 0] for name in ("all", "infancy", "toddler")}
    for item in steps():
        state, in_window = states[item.number]
        held = state in HELD
        if item.part != "vaccination":
            yield from _yes_no("on_time", item.key, held, True, in_window)
        yield from _yes_no("on_time_of_all", item.key, True, True, held and in_window)
        window = windows_[item.number]
        anywhere = any(
            e["status"] == 1 and e["actual"] <= child.on and window.holds(e["actual"])
            for e in child.events
        )
        yield from _yes_no("any_visit_in_window", item.key, True, True, anywhere)
        if item.part == "own" and item.step.kind is Kind.HOME and state in SHOULD:
            known = held or child.covers("events", window.opens, window.closes)
            phase = "infancy" if item.step.target.months < 12 else "toddler"
            for name in ("all", phase):
                totals[name][0] += held
                totals[name][1] += known
                totals[name][2] += not known
    for name, (held_, closed, missing) in totals.items():
        yield "dose_received", name, held_, closed, missing


def _staying(child: Child) -> Counted:
    joined, ended = child.way.get("enrolled"), child.ended
    reason = child.way.get("end_reason")
    for first, last in ((0, 6), (6, 12), (12, 24)):
        starts, ends = child.at(months=first), child.at(months=last)
        if first == 0:
            there = joined is not None and joined <= ends
        else:
            there = joined is not None and joined <= starts and (ended is None or ended > starts)
        left = ended is not None and ended <= ends
        cut = left and reason in ("moved", "died", "project_over")
        among = there and child.on >= ends and not cut
        stayed = not left or reason == "completed"
        name = f"{first}-{last} months"
        yield from _yes_no("retention", name, among, True, stayed)
        yield from _yes_no("attrition", name, among, True, not stayed)
        for why in ("left", "consent_withdrawn", "unreachable"):
            yield from _yes_no(
                "attrition", f"{name}: {why}", among, True, not stayed and reason == why
            )


def _continuity(child: Child) -> Counted:
    made = Counter(
        (visit["nurse"], visit["adviser"])
        for visit in child.visits
        if visit["held"] <= child.on and visit["nurse"] and visit["adviser"]
    )
    enough = made.total() >= 3
    most = max(made.values()) if enough else 0
    yield "continuity", "", most, made.total() if enough else 0, 0


def _result(child: Child, kind: str, opens: tuple[int, int], closes: tuple[int, int]) -> str | None:
    """Return the latest result in a window; None without one, or when it is not written."""
    first, last = (child.at(months=m, days=d) for m, d in (opens, closes))
    found = [
        (row["day"], row["result"])
        for row in child.screenings
        if row["kind"] == kind and first <= row["day"] <= last and row["day"] <= child.on
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _asked(child: Child) -> Counted:
    for key, kind, opens, closes in (
        ("epds_done", "epds", (0, 35), (0, 84)),
        ("other_parent_talk", "parent_talk", (3, 0), (6, 0)),
    ):
        first, last = (
            child.at(months=opens[0], days=opens[1]),
            child.at(months=closes[0], days=closes[1]),
        )
        among = child.on > last and child.followed_to(last)
        known = child.covers("screenings", first, last)
        if key == "other_parent_talk":
            parents = child.row["parents"]
            among = among and parents != 1
            known = known and parents is not None
        result = _result(child, kind, opens, closes)
        for name in ("done", "declined", "not_offered"):
            yield from _yes_no(key, name, among, known or result is not None, result == name)
    last = child.at(days=143)
    fed, there = (
        _result(child, "breastfeeding", (0, 105), (0, 143)),
        child.on > last and child.followed_to(last),
    )
    yield from _yes_no("bf_any_4m", "", there, fed is not None, fed in ("exclusive", "partial"))
    yield from _yes_no("bf_excl_4m", "", there, fed is not None, fed == "exclusive")
    for name, opens, closes in (
        ("4w", (0, 14), (0, 56)), ("8m", (7, 0), (10, 0)), ("18m", (17, 0), (20, 0)),
    ):  # fmt: skip
        last = child.at(months=closes[0], days=closes[1])
        result = _result(child, "smoking", opens, closes)
        there = child.on > last and child.followed_to(last)
        yield from _yes_no("smoke_free", name, there, result is not None, result == "smoke_free")
    first, last = child.at(months=30), child.at(months=41)
    there = child.on > last and child.followed_to(last)
    result = _result(child, "language", (30, 0), (41, 0))
    screened = result in ("clear", "deviation")
    yield from _yes_no("lang_done", "", there, child.covers("screenings", first, last), screened)
    yield from _yes_no("lang_deviation", "", there and screened, True, result == "deviation")


def _vaccinated(child: Child) -> Counted:
    year = child.on.year if (child.on.month, child.on.day) == (12, 31) else child.on.year - 1
    new_year = date(year, 12, 31)
    for vaccine, key, least, years in (
        ("rota", "vacc_rota", 2, 1), ("dtp", "vacc_dtp3", 3, 2), ("pcv", "vacc_pcv3", 3, 2),
        ("mmr", "vacc_mmr1", 1, 2),
    ):  # fmt: skip
        given = [row["given"] for row in child.doses if row["vaccine"] == vaccine]
        given = [day for day in given if day <= child.on]
        age = child.at(months=12 * years)
        yield from _yes_no(
            key, "by age", child.on >= age and child.followed_to(age),
            child.covers("vaccinations", child.born, age),
            sum(day <= age for day in given) >= least,
        )  # fmt: skip
        yield from _yes_no(
            key, "as at 31 December",
            child.born.year == year - years and child.followed_to(new_year),
            child.covers("vaccinations", child.born, new_year),
            sum(day <= new_year for day in given) >= least,
        )  # fmt: skip


def of_visit(child: Child, visit: Row) -> Counted:
    """Count all that has a held visit as its row."""
    if visit["held"] > child.on:
        return
    there = [visit[who] is not None for who in ("nurse", "adviser")]
    both, written = all(there), any(there)
    joint = {item.number: item.key for item in steps() if item.joint}
    yield from _yes_no("joint_visits", "all", visit["step"] in joint, written, both)
    for number, key in joint.items():
        yield from _yes_no("joint_visits", key, visit["step"] == number, written, both)
    parents, present = child.row["parents"], visit["parents"]
    two = parents is None or parents >= 2
    known = parents is not None and present is not None
    that = known and parents >= 2 and present >= 2
    yield from _yes_no("both_parents", "all", two, known, that)
    for item in steps():
        if item.part == "own":
            yield from _yes_no(
                "both_parents", item.key, two and visit["step"] == item.number, known, that
            )
    needed, who = visit["interpreter_needed"], visit["interpreter"]
    known = needed is not None and who is not None
    yield from _yes_no(
        "interpreter_met", "", needed is not False, known, needed is True and who == "professional"
    )


def of_handoff(child: Child, handoff: Row) -> Counted:
    """Count a handoff."""
    sent, told = handoff["sent"], handoff["confirmed"]
    if sent > child.on:
        return
    that = told is not None and told <= child.on and told <= sent + timedelta(90)
    yield from _yes_no("handoff_closed", "", child.on >= sent + timedelta(90), True, that)


GROUPINGS: tuple[tuple[str, ...], ...] = (
    (), ("site",), ("area_type",), ("quarter",), ("language",), ("parity",),
)  # fmt: skip


def _group(child: Child, name: str) -> str:
    if name == "quarter":
        return f"{child.born.year} Q{(child.born.month - 1) // 3 + 1}"
    found = child.area_type if name == "area_type" else child.row[name]
    return "not known" if found is None else found


def opinion(rows: Rows, on: date) -> Found:
    """Return every indicator in every group."""
    found: Found = defaultdict(lambda: [0, 0, 0, 0])
    for child in children(rows, on):
        lots = [list(of_child(child))]
        lots += [list(of_visit(child, visit)) for visit in child.visits]
        lots += [list(of_handoff(child, handoff)) for handoff in child.handoffs]
        groups = [(by, tuple(_group(child, name) for name in by)) for by in GROUPINGS]
        for lot in lots:
            for key, detail, *numbers in lot:
                for by, group in groups:
                    sums = found[key, detail, by, group]
                    for n, number in enumerate((*numbers, 1)):
                        sums[n] += number
    for child in children(rows, on):
        for item in steps():
            state, in_window = state_of(child, item.number)
            told = "early" if state is State.DONE and not in_window else str(state)
            found["state", f"{item.key}: {told}", (), ()][0] += 1
    _costs(rows, on, found)
    return dict(found)


def _costs(rows: Rows, on: date, found: Found) -> None:
    told = {row["site"] for row in rows["sources"] if row["table"] == "visits" and row["collected"]}
    site_of = {row["child"]: row["site"] for row in rows["children"] if row["born"] <= on}
    visits = [
        site_of[row["child"]]
        for row in rows["visits"]
        if row["held"] <= on and row["child"] in site_of
    ]
    for site in told:
        amount = sum(r["amount"] for r in rows["costs"] if r["site"] == site and r["day"] <= on)
        for by, group in (((), ()), (("site",), (site,))):
            sums = found["cost_per_visit", "", by, group]
            sums[0] += amount
            sums[1] += visits.count(site)
