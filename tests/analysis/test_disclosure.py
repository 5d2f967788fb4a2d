"""What leaves a unit tells of no few: laws of hiding, and a reader who tries.

Over a thousand drawn sites in countries of all shapes. Two kinds of proof: each hidden count's
own, applied to the table and checked by sums that are made here; and an attacker that shares
nothing with the product (attacker.py).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from csv import DictReader
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.analysis.disclosure import store
from hembesok.analysis.disclosure.axes import PARTS, Axis
from hembesok.analysis.disclosure.hiding import Chain, Hidden, System, few, hide
from hembesok.analysis.disclosure.policy import DEFAULT, Policy
from hembesok.analysis.disclosure.register import Published, Register
from hembesok.analysis.disclosure.tables import Position, Table
from hembesok.values.refusals import Refusal
from tests.analysis.attacker import bounds, by_programming, look
from tests.analysis.countries import DAY, LANGUAGES, Child, Country, country, drawing, table
from tests.need import shared_data

T = DEFAULT.threshold
EVERYBODY = Axis.of("group", "everybody", {})
COUNTRIES = 50
SITES = 20


def seen_of(*tables: Published):
    return look([(one.table.axes, one.counts, one.table.counts) for one in tables])


def width(found: Mapping[Position, tuple[float, float]]) -> float:
    return min((high - low for low, high in found.values()), default=float("inf"))


def check_proofs(system: System, hidden: Hidden) -> None:
    """Turn each proof's chains on the counts, and add everything up again."""
    sums = look([(system.axes, {}, system.counts)]).sums
    shown = system.counts.keys() - hidden.positions
    for position, proof in hidden.proofs.items():
        assert proof.reach >= T
        ends = []
        for chains, sign in ((proof.rises, 1), (proof.falls, -1)):
            counts = dict(system.counts)
            for chain, times in chains:
                turn(counts, chain, sign * times)
                assert min(counts[p] for p in chain.positions) >= 0
            assert all(counts[p] == system.counts[p] for p in shown)
            assert all(counts[total] == sum(counts[p] for p in parts) for total, parts in sums)
            ends.append(counts[position])
        assert ends[0] - ends[1] >= T


def turn(counts: dict[Position, int], chain: Chain, times: int) -> None:
    for position in chain.rising:
        counts[position] += times
    for position in chain.falling:
        counts[position] -= times


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(seed, marks=[pytest.mark.heavy] if seed >= 10 else [])
        for seed in range(COUNTRIES)
    ],
)
def test_no_hidden_count_is_recovered_of_a_thousand_sites(seed):
    """Twenty sites each: a table, its zooms by language and parity, its complements, together."""
    rng = drawing(seed)
    made = country(rng, sites=SITES)
    register = Register()
    for by in ("", *rng.sample(("language", "parity"), 2)):
        with suppress(Refusal):
            register.publish(table(made, made.children, by=by))
    assert register.published
    for one in register.published:
        assert not few(one.counts, DEFAULT) - {p for p, n in one.counts.items() if n == 0}
    seen = seen_of(*register.published)
    assert width(bounds(seen)) >= T
    some = rng.sample(seen.unknown, min(4, len(seen.unknown)))
    assert width(by_programming(seen, some)) >= T - 1e-6


@pytest.mark.parametrize("seed", range(8))
def test_every_proof_holds(seed):
    made = country(drawing(seed), sites=12)
    counted = table(made, made.children).coarser("period")
    assert counted is not None
    system = System(counted.axes, counted.counts)
    hidden = hide(system, DEFAULT)
    assert hidden is not None
    assert few(counted.counts, DEFAULT) <= hidden.positions
    check_proofs(system, hidden)


def test_the_attacker_is_one_to_be_afraid_of():
    """Without the counts hidden for the others' sake, it recovers most of them."""
    recovered = tried = 0
    for seed in range(5):
        made = country(drawing(seed), sites=SITES)
        counted = table(made, made.children)
        primary = few(counted.counts, DEFAULT)
        naive = Published(counted, frozenset(counted.counts.keys() - primary), ())
        found = bounds(seen_of(naive))
        tried += len(found)
        recovered += sum(high - low < T for low, high in found.values())
    assert recovered > 0.9 * tried > 0


@given(st.randoms(use_true_random=False), st.integers(2, 4), st.integers(1, 2))
def test_all_tables_that_look_the_same_are_counted(rng, sites, most):
    """Small enough to write them all down: whole persons, no cleverness."""
    names = [f"s{n}" for n in range(sites)]
    area = Axis.of("area", "all", {"all": names})
    period = Axis.of("period", "year", {})
    leaves: dict[Position, int] = {
        (name, "year", "everybody", part): rng.choice((0, 1, 3, 4, 5, 6, 9)[: 4 + 2 * most])
        for name in names
        for part in ("yes", "no")
    }
    counted = Table.of("m", DAY, (area, period, EVERYBODY, PARTS), leaves)
    try:
        published = Register().publish(counted)
    except Refusal:
        return
    ends: dict[Position, list[int]] = {}
    for other in alike(published, names):
        for position, count in other.items():
            if position not in published.shown and position in published.table.counts:
                ends.setdefault(position, []).append(count)
    assert all(max(found) - min(found) >= T for found in ends.values())


def alike(published: Published, names: list[str]) -> Iterator[dict[Position, int]]:
    """Yield every table of whole persons that shows what is shown, up to a few more persons."""
    counts = published.table.counts
    most = sum(counts[("all", "year", "everybody", part)] for part in ("yes", "no")) + T
    leaves = [n for n in names if (n, "year", "everybody", "known") in counts] or ["all"]

    def rows(left: list[str], part: str, total: int | None) -> Iterator[tuple[int, ...]]:
        if not left:
            if total in (None, 0):
                yield ()
            return
        position = (left[0], "year", "everybody", part)
        fixed = counts[position] if position in published.shown else None
        highest = most if total is None else total
        for count in range(highest + 1) if fixed is None else (fixed,):
            if total is not None and count > total:
                continue
            for others in rows(left[1:], part, None if total is None else total - count):
                yield (count, *others)

    totals = []
    for part in ("yes", "no"):
        position = ("all", "year", "everybody", part)
        totals.append(counts[position] if position in published.shown else None)
    if None in totals or leaves == ["all"]:
        return
    known = [
        counts[p] if (p := (n, "year", "everybody", "known")) in published.shown else None
        for n in leaves
    ]
    no_rows = list(rows(leaves, "no", totals[1]))
    for yes in rows(leaves, "yes", totals[0]):
        for no in no_rows:
            both = [y + n for y, n in zip(yes, no, strict=True)]
            if all(k in (None, b) for k, b in zip(known, both, strict=True)):
                found: dict[Position, int] = {}
                for name, y, n, b in zip(leaves, yes, no, both, strict=True):
                    for part, count in (("yes", y), ("no", n), ("known", b)):
                        found[(name, "year", "everybody", part)] = count
                yield found


def test_few_and_all_and_none():
    """One to four are hidden; none and all are of a group so small that it tells of each."""
    assert [n for n in range(8) if DEFAULT.hides("yes", n, 60)] == [1, 2, 3, 4]
    assert DEFAULT.hides("no", 0, 9)
    assert not DEFAULT.hides("no", 0, 10)
    assert not DEFAULT.hides("yes", 0, 0)
    assert not DEFAULT.hides("known", 0, 0)
    with pytest.raises(ValueError, match="threshold"):
        Policy(threshold=1)


def test_the_same_question_gets_the_same_answer():
    made = country(drawing(3), sites=SITES)
    register, counted = Register(), table(made, made.children)
    first = register.publish(counted)
    assert register.publish(table(made, list(reversed(made.children)))) is first
    assert register.publish(first.table) is first
    assert len(register.published) == 1
    assert Register().publish(counted) == first


def later(made: Country, rng: Random, *, more: int) -> list[Child]:
    """Return the children some days later: so many more are known of in one quarter."""
    some = rng.choices(made.children, k=more)
    return made.children + [child._replace(quarter=made.children[-1].quarter) for child in some]


@pytest.mark.parametrize("seed", range(12))
def test_two_days_tell_no_few_by_their_difference(seed):
    rng = drawing(seed)
    made = country(rng, sites=SITES)
    register = Register()
    register.publish(table(made, made.children))
    answered = []
    for days, more in ((1, 1), (8, 3), (30, 40), (90, 400)):
        new = table(made, later(made, rng, more=more), day=DAY + timedelta(days))
        with suppress(Refusal):
            answered.append((more, register.publish(new)))
    assert [more for more, _one in answered if more > 3] == [more for more, _one in answered]
    assert answered, "four hundred more are enough"
    for one, other in product(register.published, repeat=2):
        told = look(
            [
                (
                    one.table.axes,
                    {p: n - other.counts[p] for p, n in one.counts.items() if p in other.counts},
                    one.table.counts.keys() & other.table.counts.keys(),
                )
            ]
        )
        assert not any(0 < abs(d) < T for d in told.known.values())
        for total, parts in told.sums:
            if total in told.known:
                hidden = [p for p in parts if p not in told.known]
                same = all((p in one.shown) is (p in other.shown) for p in parts)
                left = told.known[total] - sum(told.known.get(p, 0) for p in parts)
                assert not (hidden and same and 0 < abs(left) < T)


def test_what_was_hidden_stays_hidden_while_nothing_has_happened():
    """Else the two tables hide different counts of the same children, and tell them all."""
    for seed in range(8):
        made = country(drawing(seed), sites=SITES)
        register = Register()
        first = register.publish(table(made, made.children))
        again = register.publish(table(made, made.children, day=DAY + timedelta(30)))
        assert again.table.axes == first.table.axes
        assert again.shown == first.shown


def test_a_cut_that_differs_by_few_is_refused():
    """All children, and all but the two whose family is protected."""
    made = country(drawing(4), sites=SITES)
    register = Register()
    register.publish(table(made, made.children))
    with pytest.raises(Refusal) as refused:
        register.publish(table(made, made.children[2:]))
    assert refused.value.reason.key == "disclosure_few_new"


def test_another_border_is_refused():
    """One site moved to the neighbour: the difference of the municipalities is that site."""
    made = country(drawing(5), sites=SITES)
    register = Register()
    first = register.publish(table(made, made.children))
    cuts = {node: list(ways[0]) for node, ways in first.table.axes[0].cuts.items()}
    homes = [node for node in cuts if any(n not in cuts for n in cuts[node])]
    moved = cuts[homes[0]].pop()
    cuts[homes[-1]].append(moved)
    drawn = made._replace(area=Axis.of("area", "country", cuts))
    with pytest.raises(Refusal) as refused:
        register.publish(table(drawn, drawn.children, day=DAY + timedelta(1)))
    assert refused.value.reason.key == "disclosure_cut_otherwise"


def test_a_new_quarter_and_a_new_site_are_no_other_border():
    rng = drawing(6)
    made = country(rng, sites=SITES, quarters=4)
    grown = country(drawing(6), sites=SITES, quarters=4)
    years = {"all years": ["2024", "2025"], "2024": list(made.period.cuts["2024"][0])}
    period = Axis.of("period", "all years", years | {"2025": ["2025q1"]})
    new = [child._replace(quarter="2025q1") for child in rng.choices(made.children, k=300)]
    register = Register()
    register.publish(table(made, made.children))
    later = grown._replace(period=period, children=made.children + new)
    published = register.publish(table(later, later.children, day=DAY + timedelta(90)))
    assert published.table.as_of == DAY + timedelta(90)


def test_the_register_is_kept(tmp_path: Path):
    made = country(drawing(7), sites=SITES)
    path = tmp_path / "register.jsonl"
    first = store.publish(path, table(made, made.children))
    assert path.stat().st_mode & 0o777 == 0o600
    assert store.publish(path, table(made, made.children)) == first
    assert store.read(path).published == [first]
    with pytest.raises(store.RegisterProblem, match="another policy"):
        store.read(path, Policy(threshold=3))
    path.write_text(path.read_text().replace('"shown"', '"shwon"'))
    with pytest.raises(store.RegisterProblem, match="line 2 is damaged"):
        store.read(path)


def test_a_table_must_add_up():
    group = Axis("group", "all", {"all": (("a", "b"), ("x", "y"))})
    area = Axis.of("area", "here", {})
    leaves: dict[Position, int] = {("here", "a", "yes"): 4, ("here", "x", "yes"): 3}
    with pytest.raises(ValueError, match="do not add up"):
        Table.of("m", DAY, (area, group, PARTS), leaves)
    with pytest.raises(ValueError, match="leaves"):
        Table.of("m", DAY, (area, group, PARTS), {("here", "all", "yes"): 4})
    with pytest.raises(ValueError, match="two places"):
        Axis.of("area", "all", {"all": ("a", "b"), "b": ("a",)})


def test_survey_of_4580_households():
    """Real rows of a household survey: villages as sites, the answer and two groups."""
    path = shared_data("evaluation", "disclosure", "testdata.csv")
    with path.open(newline="") as file:
        rows = list(DictReader(file))
    sites = sorted({row["roof"] + "-" + row["walls"] for row in rows})
    area = Axis.of("area", "all", {"all": sites})
    period = Axis.of("period", "always", {})
    register = Register()
    for name in ("", "water", "relat"):
        values = sorted({row[name] for row in rows}) if name else []
        nodes = [f"{name} {value}" for value in values]
        group = Axis.of("group", "everybody", {"everybody": nodes} if nodes else {})
        counted: Counter[Position] = Counter(
            (
                row["roof"] + "-" + row["walls"],
                "always",
                f"{name} {row[name]}" if name else "everybody",
                "yes" if row["sex"] == "1" else "no",
            )
            for row in rows
        )
        register.publish(Table.of("sex", DAY, (area, period, group, PARTS), counted))
    seen = seen_of(*register.published)
    assert width(bounds(seen)) >= T


def test_languages_of_the_countries_are_those_of_the_axis():
    made = country(drawing(1), sites=3)
    assert {*table(made, made.children, by="language").axes[2].nodes} == {"everybody", *LANGUAGES}
    assert replace(table(made, []), as_of=date(2020, 1, 1)).as_of.year == 2020
