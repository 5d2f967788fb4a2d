"""Drawn countries with sites of all sizes, and children about whom something is known."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from hembesok.analysis.disclosure.axes import PARTS, Axis
from hembesok.analysis.disclosure.tables import Position, Table

DAY = date(2026, 1, 1)
LANGUAGES = ("sv", "so", "ar", "other")
PARITIES = ("first", "later")


def drawing(seed: int) -> random.Random:
    """Return what draws the same again."""
    return random.Random(seed)  # noqa: S311 — drawn, not secret


class Child(NamedTuple):
    """A child as a table counts it."""

    site: str
    quarter: str
    language: str
    parity: str
    yes: bool


class Country(NamedTuple):
    """Its borders, its periods and its children."""

    area: Axis
    period: Axis
    children: list[Child]


def country(rng: random.Random, *, sites: int, quarters: int = 4) -> Country:
    """Draw a country of so many sites in municipalities and regions of uneven sizes."""
    tree: dict[str, list[str]] = {"country": []}
    for number in range(sites):
        if not tree["country"] or rng.random() < 0.15:
            tree["country"].append(f"region {len(tree['country'])}")
            tree[tree["country"][-1]] = []
        region = tree["country"][-1]
        if not tree[region] or rng.random() < 0.4:
            tree[region].append(f"{region}, municipality {len(tree[region])}")
            tree[tree[region][-1]] = []
        tree[tree[region][-1]].append(f"site {number}")
    names = [f"{2024 + n // 4}q{n % 4 + 1}" for n in range(quarters)]
    years = {name[:4]: [q for q in names if q[:4] == name[:4]] for name in names}
    period = Axis.of("period", "all years", {"all years": list(years), **years})
    children = []
    for number in range(sites):
        births, share = rng.choice((1, 4, 8, 15, 30)), rng.choice((0.05, 0.3, 0.6, 0.8, 0.97, 1))
        weights = [rng.choice((1, 1, 4, 8)) for _ in LANGUAGES]
        for quarter in names:
            children += [
                Child(
                    f"site {number}",
                    quarter,
                    rng.choices(LANGUAGES, weights)[0],
                    rng.choices(PARITIES, (2, 3))[0],
                    rng.random() < share,
                )
                for _ in range(rng.randint(0, 2 * births))
            ]
    return Country(Axis.of("area", "country", tree), period, children)


def table(
    made: Country, children: Iterable[Child], *, by: str = "", day: date = DAY, measure: str = "m"
) -> Table:
    """Count children by area, period and perhaps a group."""
    groups = {"": (), "language": LANGUAGES, "parity": PARITIES}[by]
    group = Axis.of("group", "everybody", {"everybody": groups} if groups else {})
    counted: Counter[Position] = Counter(
        (
            child.site,
            child.quarter,
            getattr(child, by) if by else "everybody",
            "yes" if child.yes else "no",
        )
        for child in children
    )
    return Table.of(measure, day, (made.area, made.period, group, PARTS), counted)
