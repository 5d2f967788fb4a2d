"""The plan that is shown to the family: what is on it, in which language, and what is not."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from hembesok.access.models import TrailEntry
from hembesok.families.models import Family, Guardian
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.secrecy.models import SiteDocumentation
from hembesok.secrecy.rules import DocumentationMode
from hembesok.visits.models import Promise, Visit
from hembesok.visits.services.booking import book, record_held
from hembesok.web.words_parents import LANGUAGES
from tests.conftest import ON, Cast
from tests.web.page import read


def shown(screen: Client, language: str = "") -> str:
    address = reverse("show", args=["FAMYAAAA", 1])
    answer = screen.get(address, {"in": language} if language else {})
    assert answer.status_code == 200
    return read(answer).text


def promised(cast: Cast, who: str, what: str, *, days: int | None = 10) -> None:
    record_held(cast.child, "home-1", held=ON - timedelta(100), by=cast.anna)
    Promise.objects.create(
        child=cast.child, visit=Visit.objects.get(step="home-1"), who=who, what=what,
        until=ON + timedelta(days) if days is not None else None,
        made_at=now(), made_by_id=cast.anna.staff,
    )  # fmt: skip


def test_parents_read_who_comes_when_and_that_they_choose(cast: Cast, anna: Client):
    at = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)  # in Sweden 10.30, by summer time
    book(cast.child, "home-3", at=at, by=cast.anna)
    text = shown(anna, "sv")
    for words in ("Anna Ask", "Bo Björk", "Onsdag 1 april kl. 10.30", "Hemma hos er",
                  "Ni får en tolk.", "Ni får säga nej.", "måste vi anmäla det", "Vem ser vad?",
                  "Doris"):  # fmt: skip
        assert words in text, words
    assert "Ungefär i " in text


@pytest.mark.parametrize(
    ("language", "word"),
    [("sv", "Vår plan"), ("en", "Our plan"), ("ar", "خطتنا"), ("so", "Qorshaheenna")],
)
def test_each_language_is_whole(cast: Cast, anna: Client, language: str, word: str):
    promised(cast, "nurse", "Ring")
    answer = anna.get(reverse("show", args=["FAMYAAAA", 1]), {"in": language})
    html = answer.content.decode()
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
    assert word in html
    plan = re.sub(
        r'<(\w+)[^>]*lang="sv".*?</\1>', "", html.split("<main", 1)[1].split("</main", 1)[0]
    )
    if language != "sv":
        assert not re.search(r"[åäöÅÄÖ]", plan.replace("Björk", "")), "Swedish is left"
    # Staff get their own words back when the page is left.
    assert "Familjer" in read(anna.get(reverse("families"))).text


def test_the_familys_own_language_comes_first_where_we_have_it(cast: Cast, anna: Client):
    assert "Qorshaheenna" in shown(anna)
    Family.objects.update(language="ti")
    assert "Vår plan" in shown(anna)
    assert "Vår plan" in shown(anna, "xx")


def test_what_is_for_staff_is_not_there(cast: Cast, anna: Client):
    Guardian.objects.create(family=cast.family, number=2, given_name="Hemligedan")
    for language in LANGUAGES:
        text = shown(anna, language)
        for word in ("Almgatan", "Port 3", "H-0001", "Hemligedan", "Försenat", "Dags", "sent",
                     "Att göra", "20251010"):  # fmt: skip
            assert word not in text, (language, word)


def test_what_was_promised_is_said_as_it_was_written(cast: Cast, anna: Client):
    promised(cast, "family", "Provar <b>gröt</b> & välling")
    text = shown(anna, "ar")
    assert "Provar <b>gröt</b> & välling" in text
    assert "26 مارس" in text


def test_a_promise_that_is_settled_or_of_parents_kept_apart_is_not_shown(cast: Cast, anna: Client):
    promised(cast, "nurse", "Ringa tandvården")
    Family.objects.update(parents_apart=True)
    assert "Ringa tandvården" not in shown(anna)
    Family.objects.update(parents_apart=False)
    assert "Ringa tandvården" in shown(anna)
    Promise.objects.update(result="kept", settled=ON, settled_by=cast.anna.staff)
    assert "Ringa tandvården" not in shown(anna)


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (DocumentationMode.IDENTIFIED, "skriver om stödet"),
        (DocumentationMode.ANONYMOUS, "inget med era namn"),
        (DocumentationMode.NONE, "bara att vi har setts"),
    ],
)
def test_who_sees_what_is_what_the_site_decided(
    cast: Cast, anna: Client, mode: DocumentationMode, words: str
):
    SiteDocumentation.objects.create(
        site_id=cast.anna.site, mode=mode, starts=ON - timedelta(1), decision="SN 1"
    )
    assert words in shown(anna, "sv")


def test_where_no_home_may_be_known_none_is_spoken_of(cast: Cast, anna: Client):
    Family.objects.update(
        protection=ProtectionLevel.FICTITIOUS, address="", door_note="", meeting_place="Bibblan"
    )
    text = shown(anna, "sv")
    assert "Hemma hos er" not in text
    assert "På platsen som vi har valt" in text
    assert "Bibblan" not in text


def test_it_is_noted_that_it_was_shown(cast: Cast, anna: Client):
    shown(anna)
    entry = TrailEntry.objects.get(action="family.shown")
    assert (entry.subject, entry.why) == ("family:FAMYAAAA", "team")


def test_strangers_and_those_who_visit_nobody_have_no_such_page(
    cast: Cast, sign_in: Callable[[str], Client]
):
    for login in ("cilla", "frida"):
        answer = sign_in(login).get(reverse("show", args=["FAMYAAAA", 1]))
        assert answer.status_code == 404
    assert sign_in("bo").get(reverse("show", args=["FAMYAAAA", 7])).status_code == 404


def test_a_time_that_has_passed_is_not_given_as_one_to_come(cast: Cast, anna: Client):
    earlier = replace(cast.anna, on=ON - timedelta(20))
    book(cast.child, "home-2", at=datetime(2026, 3, 2, 9, tzinfo=UTC), by=earlier)
    assert "2 mars" not in shown(anna, "sv")
