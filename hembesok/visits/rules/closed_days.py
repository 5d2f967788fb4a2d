"""Days on which nobody is visited: Swedish holidays, the three eves, and a site's own days.

Source: lagen (1989:253) om allmänna helgdagar, by way of the library `holidays`, which
follows Easter. Midsummer Eve, Christmas Eve and New Year's Eve are no holidays by that act;
they are days off by agreement nearly everywhere (semesterlagen counts them as holidays too).
Saturdays and Sundays are not among them: working hours tell of those.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from holidays.countries.sweden import Sweden

from hembesok.programme.rules.protocol import Words

_FRIDAY: Final = 4


@lru_cache(maxsize=64)
def holidays_of(year: int) -> Mapping[date, Words]:
    """Return the days of a year on which Sweden is closed, with their names."""
    swedish, english = (Sweden(years=year, language=code) for code in ("sv", "en_US"))
    named = {day: Words(sv=name, en=english[day]) for day, name in swedish.items()}
    return MappingProxyType(_eves(year) | named)


def _eves(year: int) -> dict[date, Words]:
    midsummer = date(year, 6, 19)
    midsummer += timedelta((_FRIDAY - midsummer.weekday()) % 7)
    return {
        midsummer: Words(sv="Midsommarafton", en="Midsummer Eve"),
        date(year, 12, 24): Words(sv="Julafton", en="Christmas Eve"),
        date(year, 12, 31): Words(sv="Nyårsafton", en="New Year's Eve"),
    }


def closed_in(
    days: Iterable[date], own: Mapping[date, str] = MappingProxyType({})
) -> dict[date, Words]:
    """Return those of some days that are closed, with why; `own` are the site's own days."""
    found = {}
    for day in days:
        if day in own:
            found[day] = Words(sv=own[day], en=own[day])
        elif day in (holidays := holidays_of(day.year)):
            found[day] = holidays[day]
    return found
