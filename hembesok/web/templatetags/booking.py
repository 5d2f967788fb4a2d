"""Filters of the pages about booking: words for parts, places and interpreters."""

from collections.abc import Iterable

from django import template

from hembesok.access.rules.roles import Role
from hembesok.visits.rules.parts import (
    Answer,
    Came,
    GenderWish,
    Missing,
    Mode,
    PartKind,
    Place,
    Quality,
)
from hembesok.visits.rules.times import Why
from hembesok.web import words_booking

register = template.Library()


@register.filter
def part_word(kind: PartKind) -> str:
    """Say whose part it is."""
    return str(words_booking.PARTS[kind])


@register.filter
def answer_word(answer: Answer) -> str:
    """Say what was answered."""
    return str(words_booking.ANSWERS[answer])


@register.filter
def place_word(place: Place) -> str:
    """Say where a visit is."""
    return str(words_booking.PLACES[place])


@register.filter
def mode_word(mode: Mode) -> str:
    """Say how an interpreter takes part."""
    return str(words_booking.MODES[mode])


@register.filter
def wish_word(wish: GenderWish) -> str:
    """Say whom the family would rather have."""
    return str(words_booking.WISHES[wish])


@register.filter
def came_word(came: Came) -> str:
    """Say whether an interpreter came."""
    return str(words_booking.CAME[came])


@register.filter
def quality_word(quality: Quality) -> str:
    """Say how well it went."""
    return str(words_booking.QUALITIES[quality])


@register.filter
def alone_word(role: Role) -> str:
    """Say who goes alone."""
    return str(words_booking.ALONE[role])


@register.filter
def missing_words(missing: Iterable[Missing]) -> str:
    """Say all that a visit lacks, one thing after the other."""
    return ", ".join(map(words_booking.missing_text, missing))


@register.filter
def why_time(whys: Iterable[Why]) -> str:
    """Say what speaks for a suggested time, or has to be known of it."""
    return ", ".join(str(words_booking.WHYS[why]) for why in whys)
