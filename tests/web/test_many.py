"""Pages of a site with many families ask the database as often as those of one with few."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks import many
from hembesok.families.models import Family
from tests.conftest import ON
from tests.web.conftest import let_in

PAGES = {
    "anna": ("/today", "/families", "/families?view=due"),
    "bo": ("/today", "/families"),
    "frida": ("/families", "/overview", "/overview?view=overdue", "/overview?page=2"),
}


def asked(number: int) -> dict[tuple[str, str], int]:
    """Write a site of so many families, and count the queries of each page at its second look.

    The first look of a day computes what has changed since the day before.
    """
    many.site(number, own=number // 2, on=ON)
    pages = {**PAGES, "anna": (*PAGES["anna"], f"/f/{Family.objects.all()[0].ref}")}
    found = {}
    for login, addresses in pages.items():
        client = Client()
        let_in(client, login)
        client.get(reverse("choose-role"))
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found[login, address.split("/f/")[0]] = len(queries)
    return found


@pytest.mark.django_db
def test_many_families_take_as_many_queries_as_few():
    counts = []
    for number in (60, 240):
        with transaction.atomic():
            counts.append(asked(number))
            transaction.set_rollback(True)
    assert counts[0] == counts[1]
