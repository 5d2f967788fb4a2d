"""The filter that says a code of a family's way in words."""

from django import template

from hembesok.web.words_people import TABLES

register = template.Library()


@register.filter
def word(code: str, table: str) -> str:
    """Return the word for a code of a table."""
    return str(TABLES[table][code])
