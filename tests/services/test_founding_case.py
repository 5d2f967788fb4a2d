"""The founding case to the krona: 880 000 for 2020, a late start, both answers of the government.

What the public memorandum of 2021 states is STATED; what follows from it is DERIVED; the rest is
ASSUMED, as in the demo, whose data these are.
"""

from collections.abc import Mapping
from datetime import date

import pytest

from hembesok.access.models import Assignment, Organisation, Site, Staff, Unit
from hembesok.access.rules.roles import Role
from hembesok.enrolment.services.periods import last_implementation
from hembesok.funding.models import Entry, Expectation, GrantDecision, Request, Share, Tranche
from hembesok.funding.queries import engaged
from hembesok.funding.rules.deciding import Answer
from hembesok.funding.rules.ledger import Standing
from hembesok.funding.services.within import standing_of
from hembesok.project.demo_money import ASSUMED, DERIVED, STATED, founding
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
KR = 100
AFTER = date(2024, 6, 1)


@pytest.fixture
def site() -> Site:
    municipality = Organisation.objects.create(name="Kommun F")
    office = Unit.objects.create(organisation=municipality, name="Kontoret")
    provider = Unit.objects.create(organisation=municipality, name="Råd och stöd")
    site = Site.objects.create(key="founding", name="Skäggetorp", advice=provider)
    for login, role in (("elin.sand", Role.ECONOMIST), ("chef.demo", Role.MANAGER)):
        person = Staff.objects.create_user(login, login, PASSWORD)
        Assignment.objects.create(
            staff=person, role=role, unit=office, site=site, starts=date(2019, 1, 1)
        )
    return site


def lived(site: Site, on: date, answer: Answer = Answer.YES) -> Mapping[int, Standing]:
    """Live the case up to a day; return where each year stands."""
    founding(site, {one.login: one for one in Staff.objects.all()}, on=on, answer=answer)
    return {one.year: standing_of(one) for one in Tranche.objects.filter(site=site)}


def test_2020_was_granted_claimed_begun_late_and_repaid(site: Site):
    found = lived(site, AFTER)[2020]
    # STATED: 880 000 for 2020, and that what is left of it is repaid.
    assert (found.granted, found.claimed, found.received) == (880_000 * KR,) * 3
    # ASSUMED: 190 000 was used; the source does not say how much.
    assert found.used == 190_000 * KR
    # DERIVED from the two: 690 000 is unspent, and all of it is repaid.
    assert (found.unspent, found.repaid, found.retained) == (690_000 * KR, 690_000 * KR, 0)
    assert found.settled


def test_what_was_expected_stands_apart_from_what_was_granted(site: Site):
    # On the memorandum's own day 2021 and 2022 were expected and nothing was in a sum.
    found = lived(site, date(2021, 3, 1))
    expected = Expectation.objects.filter(site=site).order_by("year")
    assert [(one.year, one.amount) for one in expected] == [
        (2021, 880_000 * KR),
        (2022, 880_000 * KR),
    ]
    assert all(one.reference == STATED for one in expected)
    assert 2022 not in found


def test_seven_hundred_a_year_goes_to_the_provider_and_the_rest_stays(site: Site):
    found = lived(site, AFTER)
    for year in (2021, 2022):
        shares = Share.objects.filter(tranche__year=year).order_by("-amount")
        told = [(one.unit.name, one.amount, one.decision) for one in shares]
        # STATED as "700"; read as thousands of kronor, which the entry says. The rest is DERIVED.
        assert told == [
            ("Råd och stöd", 700_000 * KR, f"{STATED}: 700, läst som tusen kronor"),
            ("Kontoret", 180_000 * KR, DERIVED),
        ]
        assert found[year].transferred == 700_000 * KR
    # ASSUMED: how the years went.
    first = found[2021]
    assert (first.used_by_provider, first.used_here) == (675_000 * KR, 172_000 * KR)
    assert (first.returned, first.repaid) == (25_000 * KR, 33_000 * KR)
    assert found[2022].used == 880_000 * KR
    assert all(one.settled for one in found.values())


def test_granted_the_repaid_money_is_a_new_year_and_the_project_is_prolonged(site: Site):
    found = lived(site, date(2023, 12, 31))
    request = Request.objects.get()
    assert (request.answer, request.year, request.amount) == ("yes", 2023, 690_000 * KR)
    again = Tranche.objects.get(request=request)
    assert again.year == 2023
    assert (found[2023].granted, found[2023].used) == (690_000 * KR, 690_000 * KR)
    assert found[2023].granted <= found[2020].repaid
    last = last_implementation(site.pk)
    assert last is not None
    assert (last.starts, last.ends) == (date(2023, 1, 1), date(2023, 12, 31))
    total = sum(found.values(), Standing())
    # All that the state has paid: three years of 880 000, and what came back once more.
    assert total.received == (3 * 880_000 + 690_000) * KR
    assert total.received - total.repaid == total.used + total.undecided
    assert total.own == 0


def test_refused_the_project_ends_when_it_was_to_end(site: Site):
    found = lived(site, date(2023, 12, 31), Answer.NO)
    request = Request.objects.get()
    assert (request.answer, request.answered) == ("no", date(2021, 11, 11))
    assert sorted(found) == [2020, 2021, 2022]
    assert found[2020].repaid == 690_000 * KR
    last = last_implementation(site.pk)
    assert last is not None
    assert last.ends == date(2022, 12, 31)
    total = sum(found.values(), Standing())
    assert total.received == 3 * 880_000 * KR
    assert total.repaid == (690_000 + 33_000) * KR
    assert total.used == total.received - total.repaid
    assert total.settled


def test_the_evaluator_is_engaged_for_two_years_and_no_day_more(site: Site):
    lived(site, AFTER)
    for day, inside in (
        (date(2022, 12, 31), False),
        (date(2023, 1, 1), True),
        (date(2024, 12, 31), True),
        (date(2025, 1, 1), False),
    ):
        assert (engaged(site.pk, day) is not None) is inside, day


def test_every_row_says_whether_the_source_says_it(site: Site):
    lived(site, AFTER)
    marks = (STATED, DERIVED, ASSUMED, "antaget", "Återbetalas enligt källan")
    for entry in Entry.objects.exclude(kind="granted"):
        assert any(mark in entry.text for mark in marks), entry
    for decision in GrantDecision.objects.all():
        said = decision.conditions or decision.reference
        assert any(mark in said for mark in marks), decision


@pytest.mark.parametrize("on", [date(2020, 1, 1), date(2020, 11, 15), date(2021, 6, 1)])
def test_the_case_stands_at_any_day_as_it_stood_then(site: Site, on: date):
    for now in lived(site, on).values():
        assert now.received <= now.claimed <= now.granted
    assert not Entry.objects.filter(last__gt=on).exists()
