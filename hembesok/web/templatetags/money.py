"""Filters of money: amounts in kronor, and the words of its kinds."""

from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.functional import Promise

from hembesok.values.money import written
from hembesok.web import words_money as words

register = template.Library()

TABLES: Final[Mapping[str, Mapping[str, Promise]]] = {
    "kind": words.KINDS,
    "figure": words.FIGURES,
    "cost": words.COST_TYPES,
    "phase": words.PHASES,
    "step": words.STEPS,
    "milestone": words.MILESTONES,
    "duty": words.DUTIES,
    "state": words.STATES,
    "answer": words.ANSWERS,
    "why": words.WHY_OWN,
}


@register.filter
def kr(ore: int) -> str:
    """Write öre as kronor, without the unit."""
    return written(ore)


@register.filter
def money_word(code: str, table: str) -> str:
    """Return the word for a code of a table."""
    return str(TABLES[table][code])
