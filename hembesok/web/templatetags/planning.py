"""Filters of the planning pages."""

from datetime import datetime

from django import template
from django.utils.timezone import localtime

from hembesok.visits.rules.times import Span, Suggestion

register = template.Library()


@register.filter
def clock(value: datetime) -> str:
    """Write a time of day: 09.30."""
    return f"{localtime(value):%H.%M}"


@register.filter
def from_to(span: Span) -> str:
    """Write a stretch of a day: 09.30–11.00."""
    return f"{clock(span.starts)}–{clock(span.ends)}"


@register.filter
def sent(suggestion: Suggestion) -> str:
    """Write a suggested time as a button sends it."""
    return suggestion.span.starts.isoformat()
