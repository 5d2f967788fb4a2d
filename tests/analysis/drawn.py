"""A country of drawn children: every date drawn near an edge, so that a day's fault is seen.

Derandomised: the same number of children gives the same country.
"""

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from hembesok.analysis.contract import ANSWERS, END_REASONS, RESULTS, SOURCED
from hembesok.analysis.steps import Item, Steps, rows_of, steps_of
from hembesok.programme.reader import read_file
from hembesok.programme.rules.protocol import Anchor, Kind, Step, Words, plan
from hembesok.programme.rules.windows import Anchors
from hembesok.values.dates import Span, add
from tests.analysis.delivering import ALL_DAYS, Rows
from tests.need import ROOT

AS_OF = date(2024, 2, 29)
SITES = ("north", "south", "short", "silent", "over")
PROGRAMMES = ROOT / "hembesok" / "programme" / "protocols"


@lru_cache(maxsize=1)
def steps() -> Steps:
    """Return Skäggetorp's steps, the national ones, one from discharge, and two doses."""
    own = read_file(PROGRAMMES / "skaggetorp-2021.1.toml")
    base = read_file(PROGRAMMES / "se-national-2024.1.toml")
    found = steps_of(plan(own, base))
    extra = [
        ("base", _step("neonatal", 28, 42, 56, anchor=Anchor.DISCHARGE)),
        ("vaccination", _step("dose-1", 42, 50, 60, grace=180)),
        ("vaccination", _step("dose-2", 84, 100, 112, grace=180)),
    ]
    more = [
        Item(len(found) + n, part, joint=False, step=step)
        for n, (part, step) in enumerate(extra, start=1)
    ]
    return (*found, *more)


def _step(
    key: str,
    opens: int,
    target: int,
    closes: int,
    *,
    grace: int | None = None,
    anchor: Anchor = Anchor.BIRTH,
) -> Step:

    ends = None if grace is None else Span(days=grace)
    return Step(
        key, Words(key, key), Kind.CLINIC, Span(days=opens), Span(days=target), Span(days=closes),
        grace=ends, anchor=anchor,
    )  # fmt: skip


def country(children: int, seed: int = 1) -> Rows:
    """Return the tables of some drawn children."""
    return _Drawing(Random(seed), children).rows  # noqa: S311 — the same children in each run


class _Drawing:
    def __init__(self, dice: Random, children: int) -> None:
        self.dice = dice
        self.rows: Rows = {
            "sites": [
                {"site": site, "ends": AS_OF - timedelta(30) if site == "over" else None}
                for site in SITES
            ],
            "steps": rows_of(steps()),
            "areas": [{"area": f"A{n}", "area_type": str(n % 3 + 1)} for n in range(6)],
            "sources": self._sources(),
            "children": [], "enrolments": [], "events": [], "visits": [], "vaccinations": [],
            "screenings": [], "handoffs": [],
            "costs": [
                {"cost": n, "site": SITES[n % 5], "day": self._near(AS_OF),
                 "kind": "salary", "amount": dice.randint(-10**6, 10**8)}
                for n in range(40)
            ],
        }  # fmt: skip
        for n in range(children):
            self._child(1000 + 3 * n)

    def _sources(self) -> list[dict[str, Any]]:
        short = (AS_OF - timedelta(500), AS_OF - timedelta(100))
        days = {"short": short, "silent": (None, None)}
        return [
            {"site": site, "table": table, "collected": site != "silent",
             "data_from": days.get(site, ALL_DAYS)[0], "data_to": days.get(site, ALL_DAYS)[1]}
            for site in SITES
            for table in SOURCED
        ]  # fmt: skip

    def _near(self, day: date, reach: int = 1) -> date:
        """Return a day at an edge: the day itself, the one before, or after."""
        return day + timedelta(self.dice.choice([-reach, 0, reach]))

    def _born(self) -> date:
        if self.dice.random() < 0.4:
            return self.dice.choice(
                [date(2020, 2, 29), date(2021, 1, 31), date(2020, 8, 31), date(2022, 12, 31),
                 date(2021, 3, 31), date(2022, 1, 1), date(2023, 5, 31), date(2021, 12, 31),
                 date(2020, 10, 31), date(2022, 8, 30)]
            )  # fmt: skip
        if self.dice.random() < 0.4:  # an age that indicators ask for is reached about today
            months, days = self.dice.choice(
                [(6, 0), (12, 0), (24, 0), (41, 0), (36, 0), (0, 143), (0, 84), (0, 30), (0, 56),
                 (10, 0), (20, 0)]
            )  # fmt: skip
            return self._near(AS_OF - timedelta(round(months * 30.4375) + days), 1)
        return AS_OF - timedelta(self.dice.randint(0, 1500))

    def _child(self, number: int) -> None:
        dice, born = self.dice, self._born()
        home = born + timedelta(dice.choice([1, 20, 60])) if dice.random() < 0.1 else None
        until = None
        if dice.random() < 0.2:
            until = max(born, min(AS_OF, self._edge(born)))
        parents = dice.choice([1, 2, 2, 2, None])
        self.rows["children"].append(
            {"child": number, "born": born, "site": dice.choice(SITES), "unit": dice.choice("UV"),
             "area": dice.choice(["A0", "A1", "A2", "A3", None]),
             "language": dice.choice(["sv", "so", "ar", None]),
             "parity": dice.choice(["first", "later", None]), "parents": parents,
             "discharged": home, "followed_until": until, "protected": False}
        )  # fmt: skip
        joined, ended = self._enrol(number, born)
        self._events(number, born, home, joined, ended)
        self._visits(number, born)
        self._doses(number, born)
        self._screenings(number, born)
        for n in range(dice.choice([0, 0, 0, 1, 2])):
            sent = max(born, self._near(AS_OF - timedelta(90)))
            told = sent + timedelta(dice.choice([1, 89, 90, 91]))
            self.rows["handoffs"].append(
                {"handoff": number * 4 + n, "child": number, "receiver": "dental", "sent": sent,
                 "confirmed": told if dice.random() < 0.7 else None}
            )  # fmt: skip

    def _edge(self, born: date) -> date:
        """Return a day near an age that indicators ask for."""
        span = self.dice.choice(
            [Span(months=m) for m in (3, 6, 7, 10, 12, 17, 20, 24, 30, 41)]
            + [Span(days=d) for d in (14, 30, 35, 56, 84, 105, 143)]
        )
        return self._near(add(born, span))

    def _enrol(self, number: int, born: date) -> tuple[date | None, date | None]:
        dice = self.dice
        row: dict[str, Any] = {
            "child": number,
            "eligible": dice.choice([True, True, True, False, None]),
        }
        joined = ended = None
        if row["eligible"] and dice.random() < 0.9:
            offered = born + timedelta(dice.choice([5, 29, 30, 31, 100]))
            row["offered"] = offered
            if dice.random() < 0.9:
                row["answered"] = offered + timedelta(dice.choice([0, 3]))
                row["answer"] = dice.choice([*ANSWERS, "yes", "yes", "yes", "yes"])
            if row.get("answer") == "yes":
                joined = max(row["answered"], self._window_edge(born))
                row |= {"enrolled": joined, "programme": "p", "version": "1"}
                if dice.random() < 0.4:
                    edge = self._edge(born) if dice.random() < 0.5 else self._window_edge(born)
                    # Phases of staying begin and end at these ages; to leave just then is rare.
                    if dice.random() < 0.4:
                        edge = self._near(add(born, Span(months=dice.choice([6, 12]))))
                    ended = max(joined, edge)
                    row |= {"ended": ended, "end_reason": dice.choice([*END_REASONS, "left"])}
        if dice.random() < 0.97:
            self.rows["enrolments"].append(row)
        else:
            return None, None
        return joined, ended

    def _window_edge(self, born: date) -> date:
        item = self.dice.choice(steps())
        span = self.dice.choice([item.step.opens, item.step.closes])
        return self._near(add(born, span))

    def _events(
        self, number: int, born: date, home: date | None, joined: date | None, ended: date | None
    ) -> None:
        from tests.analysis.opinion import windows_of

        dice = self.dice
        windows = windows_of(Anchors(born, home))
        for item in steps():
            window = windows[item.number]
            for _ in range(dice.choice([0, 1, 1, 1, 2])):
                edges = [window.opens, window.closes, window.grace_ends, window.target, AS_OF]
                day = self._near(dice.choice(edges + [d for d in (joined, ended) if d]))
                status = dice.choice([1, 1, 1, 1, 1, 0, 2, 3, 4])
                happened = status != 0 and (status != 2 or dice.random() < 0.5)
                planned = day if status in (0, 2) or dice.random() < 0.5 else None
                self.rows["events"].append(
                    {"child": number, "step": item.number, "planned": planned,
                     "actual": day if happened else None, "status": status,
                     "value": dice.choice([None, 0, 1, 2])}
                )  # fmt: skip
        for _ in range(dice.choice([0, 1])):
            self.rows["events"].append(
                {
                    "child": number,
                    "step": 0,
                    "planned": None,
                    "actual": self._edge(born),
                    "status": 1,
                }
            )

    def _visits(self, number: int, born: date) -> None:
        dice = self.dice
        joint = [item.number for item in steps()][:10]
        for n in range(dice.choice([0, 2, 3, 4, 6])):
            self.rows["visits"].append(
                {"visit": number * 10 + n, "child": number, "step": dice.choice([*joint, None]),
                 "held": self._near(AS_OF) if dice.random() < 0.3 else self._edge(born),
                 "kind": "home",
                 "nurse": dice.choice([1, 1, 2, None]), "adviser": dice.choice([7, 7, 8, None]),
                 "parents": dice.choice([0, 1, 2, None]),
                 "interpreter_needed": dice.choice([True, True, False, None]),
                 "interpreter": dice.choice(["professional", "other", "none", None]),
                 "minutes": 60}
            )  # fmt: skip

    def _doses(self, number: int, born: date) -> None:
        dice = self.dice
        for vaccine in ("rota", "dtp", "pcv", "mmr"):
            days = set()
            for _ in range(dice.choice([0, 1, 2, 3, 4])):
                new_year = date(dice.choice([2022, 2023]), 12, 31)
                edge = dice.choice(
                    [add(born, Span(months=12)), add(born, Span(months=24)), new_year]
                )
                days.add(max(born, self._near(edge)) if dice.random() < 0.6 else self._edge(born))
            self.rows["vaccinations"] += [
                {"child": number, "vaccine": vaccine, "given": day} for day in sorted(days)
            ]

    def _screenings(self, number: int, born: date) -> None:
        dice = self.dice
        edges = {
            "epds": [Span(days=35), Span(days=84)],
            "parent_talk": [Span(months=3), Span(months=6)],
            "breastfeeding": [Span(days=105), Span(days=143)],
            "smoking": [Span(days=14), Span(days=56), Span(months=7), Span(months=10),
                        Span(months=17), Span(months=20)],
            "language": [Span(months=30), Span(months=41)],
        }  # fmt: skip
        for kind, spans in edges.items():
            days = {
                self._near(add(born, dice.choice(spans)))
                for _ in range(dice.choice([0, 1, 1, 2, 3]))
            }
            self.rows["screenings"] += [
                {"child": number, "kind": kind, "day": day,
                 "result": dice.choice([*RESULTS[kind], RESULTS[kind][0], None])}
                for day in sorted(days)
            ]  # fmt: skip


def delivery(folder: Path, rows: Rows, form: str = "parquet") -> Path:
    """Write a drawn country as a delivery."""
    from tests.analysis.delivering import deliver

    return deliver(folder, rows, form=form)
