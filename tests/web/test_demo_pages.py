"""The lists on a site with many families: every count is the list it leads to."""

import re

from django.test import Client
from django.urls import reverse

from hembesok.access.models import TrailEntry
from hembesok.families.models import Child
from hembesok.project import demo
from hembesok.web.lists import COUNTS
from tests.conftest import ON
from tests.services.stored import trail
from tests.web.conftest import let_in
from tests.web.page import Page, read


def at_the_screen_of(login: str) -> Client:
    client = Client()
    let_in(client, login)
    client.get(reverse("choose-role"))
    return client


def counts(page: Page) -> list[str]:
    """Return the counts as the list of filters has them."""
    return [found for count in COUNTS for found in re.findall(rf"{count.title} \(\d+\)", page.text)]


def test_each_count_is_the_number_of_children_its_link_shows(db: None):
    demo.load(on=ON)
    coordinator, nurse = at_the_screen_of("anna.lind"), at_the_screen_of("maria.ek")
    overview = read(coordinator.get("/overview"))
    assert len(overview.rows) == Child.objects.filter(enrolment__isnull=False).count()
    for client, url in (
        (coordinator, "/overview"),
        (coordinator, "/families"),
        (nurse, "/families"),
    ):
        everyone = read(client.get(url))
        for count in COUNTS:
            with trail() as lines:
                page = read(client.get(f"{url}?view={count.view}"))
            assert f"{count.title} ({len(page.rows)})" in page.text, count.view
            assert counts(page) == counts(everyone), "whatever is shown"
            assert 0 < len(page.rows) < len(everyone.rows), f"{count.view} tells nothing"
            assert set(page.rows) <= set(everyone.rows)
            assert len(lines) == len({row.split()[0] for row in page.rows}), "once a family"
    for count in COUNTS:
        rows = read(coordinator.get(f"/overview?view={count.view}")).rows
        assert f"?view={count.view}" in overview.links
        assert re.search(rf"\b{len(rows)} ?{count.title} {count.hint}", overview.text)

    assert read(at_the_screen_of("cilla.falk").get("/families")).rows == []
    assert not TrailEntry.objects.filter(staff__login="cilla.falk", action__contains=".listed")
