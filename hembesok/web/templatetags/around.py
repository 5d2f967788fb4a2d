"""Filters for what comes after a visit."""

from django import template
from django.utils.translation import gettext, ngettext

from hembesok.visits.queries.around import Untransferred
from hembesok.visits.rules.transfer import How
from hembesok.web.words_around import HOW

register = template.Library()


@register.filter
def how_word(how: str) -> str:
    """Say how a text got to the record."""
    return str(HOW[How(how)])


@register.filter
def waited(one: Untransferred) -> str:
    """Say for how long something has waited for the record, and what of it."""
    days = ngettext("signed %(days)s day ago", "signed %(days)s days ago", one.days) % {
        "days": one.days
    }
    if one.days == 0:
        days = gettext("signed today")
    return gettext("%(days)s, something was added") % {"days": days} if one.again else days


@register.filter
def kilobytes(size: int) -> str:
    """Say how large a file is."""
    return f"{max(1, round(size / 1024)):,} kB".replace(",", "\u202f")
