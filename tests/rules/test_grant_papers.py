"""The requisition sheet and the report to the state: sums that add up, in both forms."""

from datetime import date

from hypothesis import given
from hypothesis import settings as drawn
from hypothesis import strategies as st

from hembesok.documents import typeset, word
from hembesok.documents.content import Document, Table, texts_of
from hembesok.web.papers.amounts import amount_text
from hembesok.web.papers.granting import Claimed, Requisition, Used, requisition, state_report
from tests.rules.pdf_text import text_of
from tests.rules.test_documents import bare, in_order

ore = st.integers(0, 10**12)


def claim(*amounts: int) -> Requisition:
    lines = [Claimed(f"Ändamål {n}", amount) for n, amount in enumerate(amounts)]
    return Requisition(
        "Socialstyrelsen", "Kommunen", "dnr 1/2026", date(2026, 1, 1), date(2026, 12, 31),
        lines, date(2026, 3, 16), "Frida Fors", "SN 2026-3",
    )  # fmt: skip


def report(money: Used) -> Document:
    return state_report(
        agency="Socialstyrelsen", claimant="Kommunen", decision="dnr 1/2026", year=2026,
        day=date(2027, 2, 1), use="Hembesök.\n- ett\n- två", counts=[("Besök i tid", "82 %")],
        money=money, cooperation="Med regionen.", counted=date(2027, 1, 31),
    )  # fmt: skip


def table(document: Document, key: str) -> Table:
    (part,) = [one for one in document.parts if one.key == key]
    (found,) = part.blocks
    assert isinstance(found, Table)
    return found


@given(st.lists(ore, min_size=1, max_size=5))
def test_a_sheet_adds_up_what_is_claimed(amounts: list[int]):
    rows = table(requisition(claim(*amounts)), "claim").rows
    assert rows[-1][1] == amount_text(sum(amounts))
    assert [row[1] for row in rows[:-1]] == [amount_text(one) for one in amounts]


@given(ore, st.lists(ore, max_size=4), ore, ore)
def test_no_krona_of_a_report_appears_or_vanishes(
    received: int, costs: list[int], repaid: int, retained: int
):
    money = Used(received, [(f"Typ {n}", one) for n, one in enumerate(costs)], repaid, retained)
    assert money.received_ore == (
        money.used_ore + money.repaid_ore + money.retained_ore + money.undecided_ore
    )
    rows = {row[0]: row[1] for row in table(report(money), "economy").rows}
    assert (len(rows) == len(costs) + 6) == (money.undecided_ore != 0)
    assert amount_text(money.unspent_ore) in rows.values()


def test_a_report_says_of_which_time_its_measures_are():
    """They are counted from the start, and the money is of one year: unsaid, it would mislead."""
    assert any("2027-01-31" in text for text in texts_of(report(Used(0, []))))


@drawn(max_examples=3)
@given(st.lists(ore, min_size=1, max_size=2))
def test_both_forms_hold_the_whole_paper(amounts: list[int]):
    for document in (requisition(claim(*amounts)), report(Used(880_000_00, [("Löner", 1)]))):
        texts = list(texts_of(document))
        assert in_order(texts, text_of(typeset.pdf(document))) == ""
        assert in_order(texts, bare("".join(word.text_of(word.docx(document))))) == ""


def test_amounts_are_said_as_people_write_them():
    said = [amount_text(one) for one in (0, 100, 880_000_00, 1_234_50, -700_00, 5)]
    assert [one.split(" kr")[0] for one in said] == [
        "0",
        "1",
        "880 000",
        "1 234,50",
        "-700",
        "0,05",
    ]
