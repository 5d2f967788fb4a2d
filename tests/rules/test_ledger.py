"""The ledger over drawn histories: its laws after every step, and not a krona more or less."""

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hembesok.funding.rules.ledger import (
    Kind,
    Line,
    Phase,
    Standing,
    standing,
    what_is_wrong,
    why_not_write,
)
from hembesok.web.words_money import REASONS
from tests.rules.money_histories import Act, Book, Tranche, acts, histories, story

lines = st.builds(
    Line, st.sampled_from(Kind), st.integers(1, 1000), st.booleans()
)  # fmt: skip


def laws_hold(tranche: Tranche) -> None:
    """The four equations of the ledger and their terms, worked out from the lines alone."""
    found: Counter[str] = Counter()
    for line in tranche.lines:
        found[line.kind] += line.amount
        if line.kind is Kind.COST and line.provider:
            found["there"] += line.amount
    now = tranche.now
    terms = (
        now.not_yet_claimed, now.lapsed, now.receivable, now.unspent, now.undecided, now.repaid,
        now.retained, now.own, now.advanced, now.used_here, now.used_by_provider, now.left,
        now.in_hand, now.carried, now.returned, now.transferred,
    )  # fmt: skip
    assert min(terms) >= 0, now
    assert found["granted"] == found["claimed"] + now.not_yet_claimed + found["lapsed"]
    assert found["claimed"] == found["received"] + now.receivable
    come = found["received"] + found["carried"] + now.advanced
    assert come == found["cost"] + found["repaid"] + found["retained"] + now.undecided
    assert now.unspent == found["repaid"] + found["retained"] + now.undecided
    held = found["transferred"] - found["returned"] - found["there"]
    assert held == now.with_provider
    # What is laid out while a payment is awaited is never more than the payment.
    assert now.advanced <= now.receivable
    assert not (now.advanced and now.undecided)


def no_krona_appears_or_vanishes(book: Book) -> None:
    """What the state has paid is somewhere: spent, with somebody, kept, or back with the state."""
    assert sum(book.piles.values()) == 0
    assert book.piles["kept"] == 0, "what one tranche retains another carries"
    total = sum((tranche.now for tranche in book.tranches), Standing())
    assert book.piles["spent"] == total.used
    assert -book.piles["state"] == total.received - total.repaid
    assert total.retained == total.carried
    again = sum(tranche.again for tranche in book.tranches)
    assert again <= total.repaid


def play(history: list[Act]) -> Book:
    book = Book()
    for act in history:
        before = [tranche.now for tranche in book.tranches]
        why = book.tries(act)
        if why is not None and act.what != "all":
            assert [tranche.now for tranche in book.tranches] == before, "refused, and still done"
        for tranche in book.tranches:
            laws_hold(tranche)
        no_krona_appears_or_vanishes(book)
    return book


@settings(max_examples=300)
@given(histories)
def test_the_laws_hold_after_every_step(history: list[Act]):
    book = play(history)
    for key in book.refused:
        assert key in REASONS or key in {"nothing_asked", "entry_taken_back"}, "no words for it"


@pytest.mark.heavy
@settings(max_examples=10_000, derandomize=False)
@given(histories)
def test_the_laws_hold_after_every_step_of_ten_thousand_histories(history: list[Act]):
    play(history)


def test_the_drawn_histories_get_far():
    """The draws are worth something: each act is done, and each refusal met, many times over."""
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    for seed in range(300):
        book = play(story(seed))
        done.update(book.done)
        refused.update(book.refused)
    for what in (
        "granted", "claimed", "received", "cost", "transferred", "repaid", "repay all", "apply",
        "yes", "again", "back", "report", "approve", "send back",
    ):  # fmt: skip
        assert done[what] >= 3, (what, done)
    for key in (
        "claimed_beyond_granted", "received_beyond_claimed", "cost_beyond_claimed",
        "decided_beyond_unspent", "paid_out_beyond_claimed", "returned_beyond_transferred",
        "tranche_reported", "tranche_not_reported", "money_below_nothing", "beyond_undecided",
    ):  # fmt: skip
        assert refused[key] >= 3, (key, refused)


@given(st.lists(lines, max_size=12), st.randoms())
def test_the_order_of_entries_is_no_matter(some: list[Line], random):
    other = list(some)
    random.shuffle(other)
    assert standing(other) == standing(some)


@given(st.lists(lines, max_size=6))
def test_no_order_of_legal_steps_leads_to_another_end(some: list[Line]):
    """Whatever order lets all of them through ends at the same place, within the laws."""
    ends = set()
    for order in list(permutations(some))[:120]:
        now = Standing()
        for line in order:
            phase = Phase.REPORTED if line.kind in (Kind.REPAID, Kind.RETAINED) else Phase.OPEN
            if why_not_write(now, line, phase) is not None:
                break
            now += standing([line])
        else:
            assert what_is_wrong(now) is None
            ends.add(now)
    assert len(ends) <= 1


@given(st.lists(acts, max_size=25), st.sampled_from(list(Kind)))
def test_an_amount_of_nothing_is_no_entry(history: list[Act], kind: Kind):
    book = play(history)
    for tranche in book.tranches:
        why = why_not_write(tranche.now, Line(kind, 0), Phase.OPEN)
        assert why is not None
        assert why.key == "money_nothing"
