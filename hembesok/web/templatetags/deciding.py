"""How cases and agreements are said on pages: states with their marks, acts, parts and money."""

from collections.abc import Mapping
from typing import Any, Final

from django import template
from django.utils.functional import Promise

from hembesok.agreements.rules.agreements import AgreementState
from hembesok.agreements.rules.cases import CaseState
from hembesok.web import words_agreements as words
from hembesok.web.papers.amounts import amount_text, years_text

register = template.Library()

_TABLES: Final[Mapping[str, Mapping[Any, Promise]]] = {
    "act": words.ACTS,
    "done": words.ACTS_DONE,
    "step": words.STEPS,
    "taken": words.STEPS_DONE,
    "clause": words.CLAUSES,
    "part": words.PARTS,
    "how": words.STANDINGS,
    "union": words.UNION,
}


@register.filter
def deciding(code: str, table: str) -> str:
    """Return the word for a code of a table; a code that has none is shown as it is."""
    return str(_TABLES[table].get(code, code))


@register.filter
def kronor(ore: int) -> str:
    """Say an amount."""
    return amount_text(ore)


@register.simple_tag
def years(first: int, last: int) -> str:
    """Say a year or several."""
    return years_text(first, last)


@register.inclusion_tag("web/_stands.html")
def stands(state: str) -> dict[str, object]:
    """Show how a case or an agreement stands: shape, word and colour."""
    if isinstance(state, CaseState):
        css, icon = words.CASE_MARKS[state]
        return {"css": css, "icon": icon, "word": words.CASE_STATES[state]}
    known = AgreementState(state)
    css, icon = words.AGREEMENT_MARKS[known]
    return {"css": css, "icon": icon, "word": words.AGREEMENT_STATES[known]}
