"""Pausing, going on, ending and handing over, through the pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hembesok.access.models import Site
from hembesok.enrolment.models import Enrolment
from hembesok.enrolment.rules.membership import EndReason
from hembesok.families.models import Family, SiteStay
from hembesok.web.words_people import ENDED_BECAUSE
from tests.conftest import ON, Cast
from tests.services.stored import everything, trail
from tests.web.page import Answer, Page, read

FAMILY = reverse("family", args=["FAMYAAAA"])
DORIS = ("FAMYAAAA", 1)


@pytest.fixture
def bo(sign_in: Callable[[str], Client]) -> Client:
    """The screen of Bo, adviser in the family's team."""
    return sign_in("bo")


def english(client: Client) -> Client:
    client.post(reverse("set_language"), {"language": "en"})
    return client


def posted(client: Client, name: str, data: dict[str, str], *args: object) -> Answer:
    return english(client).post(reverse(name, args=args or DORIS), data)


def page(client: Client, name: str, *args: object) -> Page:
    return read(english(client).get(reverse(name, args=args or DORIS)))


def paused(client: Client, **changes: str) -> Answer:
    return posted(client, "pause", {"reason": "away", "day": f"{ON}", **changes})


def ended(client: Client, **changes: str) -> Answer:
    return posted(client, "end", {"reason": "left", "day": f"{ON}", **changes})


@pytest.mark.parametrize("who", ["anna", "bo", "frida"])
def test_a_pause_is_seen_everywhere_and_asks_for_nothing(
    sign_in: Callable[[str], Client], cast: Cast, who: str
):
    client = sign_in(who)
    anna = english(sign_in("anna"))
    assert "days late" in read(anna.get(reverse("today"))).text
    with trail() as lines:
        answer = paused(client, day=f"{ON - timedelta(1)}")
    assert [line.action for line in lines] == ["enrolment.read", "enrolment.paused"]
    assert answer.headers["Location"] == FAMILY
    assert "Pause since 15 Mar." in read(client.get(FAMILY)).text
    assert "Pause since 15 Mar." in read(anna.get(reverse("families"))).text
    today = read(anna.get(reverse("today")))
    assert "days late" not in today.text
    assert "Doris" not in today.text


def test_a_pause_ends_and_the_visits_are_asked_for_again(anna: Client, cast: Cast):
    paused(anna)
    assert reverse("resume", args=DORIS) in read(anna.get(FAMILY)).links
    with trail() as lines:
        posted(anna, "resume", {})
    assert [line.action for line in lines] == ["enrolment.read", "enrolment.resumed"]
    assert "Pause since" not in read(anna.get(FAMILY)).text
    assert "Doris" in read(anna.get(reverse("today"))).text


@pytest.mark.parametrize("reason", EndReason)
def test_each_reason_of_an_end_is_said_on_the_family_page(
    anna: Client, cast: Cast, reason: EndReason
):
    with trail() as lines:
        answer = ended(anna, reason=reason)
    assert [line.action for line in lines] == ["enrolment.read", "enrolment.ended", "team.closed"]
    assert answer.headers["Location"] == FAMILY
    assert Enrolment.objects.get(child=cast.child).end_reason == reason
    from django.utils.translation import override

    with override("en"):
        said = str(ENDED_BECAUSE[reason])
    text = read(anna.get(FAMILY)).text
    assert said in text
    assert "Ended 16 Mar" in text


def test_the_coordinator_ends_and_reads_no_reason(frida: Client, cast: Cast):
    assert ended(frida, reason="died").status_code == 302
    text = read(frida.get(FAMILY)).text
    assert "no longer in the programme" in text
    assert "died" not in text


REFUSED = {
    "pause, no reason": ("pause", {"reason": "", "day": f"{ON}"}, "Choose why."),
    "pause, in the future": (
        "pause", {"reason": "away", "day": f"{ON + timedelta(1)}"}, "has not come yet"),
    "pause, before joining": (
        "pause", {"reason": "away", "day": "2025-10-11"}, "before the child joined"),
    "resume, no pause": ("resume", {}, "no pause to end"),
    "end, no reason": ("end", {"reason": "", "day": f"{ON}"}, "Choose why."),
    "end, in the future": (
        "end", {"reason": "left", "day": f"{ON + timedelta(1)}"}, "has not come yet"),
    "end, before joining": (
        "end", {"reason": "left", "day": "2025-10-11"}, "before the child joined"),
    "end, no day": ("end", {"reason": "left", "day": ""}, "YYYY-MM-DD"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused_is_said_and_nothing_is_written(anna: Client, cast: Cast, why: str):
    name, data, words = REFUSED[why]
    before = everything(but_the_trail=True)
    answer = posted(anna, name, data)
    assert answer.status_code == 422
    assert words in read(answer).errors
    assert everything(but_the_trail=True) == before


def test_what_has_ended_is_neither_paused_nor_ended_again(anna: Client, cast: Cast):
    paused(anna)
    assert paused(anna).status_code == 422
    assert "on a pause already" in page(anna, "pause").text
    ended(anna)
    before = everything(but_the_trail=True)
    for answer in (paused(anna), ended(anna)):
        assert answer.status_code == 422
        assert "has left the programme" in read(answer).errors
    for name in ("pause", "end"):
        assert "has left the programme" in page(anna, name).text
    assert everything(but_the_trail=True) == before
    assert "Pause since" not in read(anna.get(FAMILY)).text


def test_a_child_that_is_not_enrolled_has_nothing_to_end(anna: Client, cast: Cast):
    Enrolment.objects.all().delete()
    for name in ("pause", "resume", "end"):
        assert anna.get(reverse(name, args=DORIS)).status_code == 404


# Handing over


def test_a_family_is_handed_over_and_no_longer_seen_here(anna: Client, cilla: Client, cast: Cast):
    there = Site.objects.get(key="there")
    shown = page(anna, "handover", "FAMYAAAA")
    assert "Notes do not: each unit keeps what it has written." in shown.text
    with trail() as lines:
        answer = posted(anna, "handover", {"site": str(there.pk), "reason": "moved"}, "FAMYAAAA")
    assert [line.action for line in lines] == ["handover.read", "family.handed_over"]
    assert answer.headers["Location"] == reverse("families")
    assert SiteStay.objects.get().reason == "moved"
    assert Family.objects.get(ref="FAMYAAAA").site == there
    assert anna.get(FAMILY).status_code == 404
    assert cilla.get(FAMILY).status_code == 404, "nobody there is named for it yet"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"reason": "moved"}, "Choose a site."),
        ({"site": "9999", "reason": "moved"}, "9999"),
        ({"site": "there"}, "Choose why."),
        ({"site": "here", "reason": "moved"}, "not one of the available choices"),
    ],
)
def test_a_handover_that_is_not_whole_is_not_made(
    anna: Client, cast: Cast, data: dict[str, str], words: str
):
    keys = {site.key: str(site.pk) for site in Site.objects.all()}
    sent = {**data, "site": keys.get(data.get("site", ""), data.get("site", ""))}
    before = everything(but_the_trail=True)
    answer = posted(anna, "handover", sent, "FAMYAAAA")
    assert answer.status_code == 422
    assert words in read(answer).errors
    assert everything(but_the_trail=True) == before
