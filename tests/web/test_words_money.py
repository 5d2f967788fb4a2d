"""The words of money: one for each kind, figure, type of cost and duty."""

from enum import StrEnum

import pytest

from hembesok.funding.rows import Figure
from hembesok.funding.rules.deciding import Answer, CostType, Milestone, StepKind
from hembesok.funding.rules.ledger import MAY_BE_OWN, Kind, Phase
from hembesok.funding.rules.year_end import Duty
from hembesok.values.money import MoneyUnit
from hembesok.web import words_money as words


@pytest.mark.parametrize(
    ("kinds", "table"),
    [
        (Kind, words.KINDS), (Figure, words.FIGURES), (CostType, words.COST_TYPES),
        (Phase, words.PHASES), (StepKind, words.STEPS), (Milestone, words.MILESTONES),
        (Duty, words.DUTIES), (Answer, words.ANSWERS), (MoneyUnit, words.UNITS),
    ],
)  # fmt: skip
def test_each_of_a_set_has_a_word(kinds: type[StrEnum], table):
    assert set(table) == set(kinds)


def test_each_type_of_cost_has_a_word_for_files_and_each_reason_of_own_money_its_words():
    assert set(words.FILE_WORDS.values()) == set(CostType)
    assert set(words.WHY_OWN) == MAY_BE_OWN
