"""Filters and tags: words, days and the marks of states."""

from datetime import date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext

from hembesok.access.rules.review import Sign, Verdict
from hembesok.access.rules.roles import Role
from hembesok.programme.rules.protocol import Words
from hembesok.programme.rules.states import MARKED, State
from hembesok.values.dates import Age
from hembesok.values.identity import written
from hembesok.visits.rules.acting import NotHeldReason
from hembesok.web import words, words_trail

register = template.Library()

CSS = {
    State.UPCOMING: "up",
    State.DUE: "due",
    State.BOOKED: "book",
    State.DONE: "done",
    State.LATE: "late",
    State.OVERDUE: "over",
    State.MISSED: "miss",
    State.DECLINED: "decl",
}
"""The class and the mark of each state; the two states without a mark are words only."""


@register.filter
def said(text: Words) -> str:
    """Return a programme's text in the language of the page."""
    return words.said(text)


@register.filter
def state_word(state: State) -> str:
    """Return the word for a state."""
    return str(words.STATES[state])


@register.filter
def css(state: State) -> str:
    """Return the class of a state; empty for the two states without a mark."""
    return CSS.get(state, "")


@register.filter
def role_word(role: str) -> str:
    """Return the word for a role."""
    return str(words.ROLES[Role(role)])


@register.filter
def page_word(page: str) -> str:
    """Say the name of a page in the menu."""
    return str(words.PAGES[page])


@register.filter
def action_word(action: str) -> str:
    """Say what was done; an action without words is shown as it is."""
    return str(words_trail.ACTIONS.get(action, action))


@register.filter
def why_word(why: str) -> str:
    """Say what let the person in."""
    return str(words_trail.WHYS.get(why, why))


@register.filter
def sign_word(sign: Sign) -> str:
    """Say what makes an entry unusual."""
    return str(words_trail.SIGNS[sign])


@register.filter
def verdict_word(verdict: str) -> str:
    """Say what a reviewer found."""
    return str(words_trail.VERDICTS[Verdict(verdict)])


@register.filter
def team_word(role: Role) -> str:
    """Return where a team member comes from."""
    return str(words.TEAM_ROLES[role])


@register.filter
def not_held_word(reason: NotHeldReason) -> str:
    """Return why a visit was not held."""
    return str(words.NOT_HELD[reason])


@register.filter
def language_word(code: str) -> str:
    """Return the name of a language; an unknown code is shown as it is."""
    return str(words.LANGUAGES.get(code, code))


@register.filter
def age_text(age: Age) -> str:
    """Say an age in full."""
    return words.age_text(age)


@register.filter
def age_short(age: Age) -> str:
    """Say an age in months."""
    return words.age_text(age, short=True)


@register.filter
def days_late(count: int) -> str:
    """Say how late something is."""
    return words.days_late(count)


@register.filter
def in_days(count: int) -> str:
    """Say in how many days something closes."""
    return words.in_days(count)


@register.filter
def identity_number(number: str) -> str:
    """Write a personal identity number with its hyphen."""
    return written(number)


@register.filter
def day(value: date, today: date) -> str:
    """Write a day as it is said, Wed 24 Nov; with the year when it is not this one."""
    return f"{date_format(value, 'D')} {short_day(value, today)}"


@register.filter
def short_day(value: date, today: date) -> str:
    """Write a day without its weekday."""
    # Swedish writes months small, which is what Django's b is for; English does not.
    month = "M" if (get_language() or "").startswith("en") else "b"
    return date_format(value, f"j {month}" if value.year == today.year else f"j {month} Y")


@register.filter
def moment(value: datetime, today: date) -> str:
    """Write a day and a time: Wed 24 Nov at 10.00."""
    local = localtime(value)
    return gettext("%(day)s at %(time)s") % {
        "day": day(local.date(), today),
        "time": f"{local:%H.%M}",
    }


@register.inclusion_tag("web/_state.html")
def state(state: State) -> dict[str, object]:
    """Show a state: shape, word and colour."""
    return {"state": state, "css": CSS.get(state, "")}


@register.inclusion_tag("web/_legend.html")
def legend() -> dict[str, object]:
    """Show the eight marks with their words."""
    return {"states": MARKED}
