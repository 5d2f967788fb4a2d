"""Days on which nobody is visited, compared with the law and with days written down by hand."""

from datetime import date, timedelta

import pytest
from holidays.countries.sweden import Sweden

from hembesok.visits.rules.closed_days import closed_in, holidays_of

HANDWRITTEN = {
    2026: "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-19 06-20 10-31 12-24 12-25"
    " 12-26 12-31",
    2027: "01-01 01-06 03-26 03-28 03-29 05-01 05-06 05-16 06-06 06-25 06-26 11-06 12-24 12-25"
    " 12-26 12-31",
}
"""From the almanacs of the two years."""


@pytest.mark.parametrize("year", HANDWRITTEN)
def test_the_days_are_those_of_the_almanac(year: int):
    found = [f"{day:%m-%d}" for day in sorted(holidays_of(year))]
    assert found == HANDWRITTEN[year].split()


@pytest.mark.parametrize("year", range(2015, 2046))
def test_the_three_eves_are_there_each_year(year: int):
    """The library knows them as days off in fact, which is not its default."""
    eves = Sweden(years=year, categories=("de_facto",), language="sv")
    wanted = {
        day for day, name in eves.items() if name in ("Midsommarafton", "Julafton", "Nyårsafton")
    }
    assert len(wanted) == 3
    assert wanted <= set(holidays_of(year))


def test_a_site_closes_on_days_of_its_own():
    eve = date(2026, 12, 23)
    found = closed_in([eve + timedelta(n) for n in range(4)], {eve: "Planeringsdag"})
    assert [(day.day, words.sv) for day, words in found.items()] == [
        (23, "Planeringsdag"),
        (24, "Julafton"),
        (25, "Juldagen"),
        (26, "Annandag jul"),
    ]
    assert found[eve + timedelta(1)].en == "Christmas Eve"
