"""A child's numbers through the pages: a new one, and two rows that are one child."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from hembesok.families.models import Child, Family, PersonIdentifier
from hembesok.families.rules.people import NewChild, NewFamily
from hembesok.families.services.registering import register
from hembesok.values.identity import TEST_SERIALS, written
from hembesok.values.identity import test_number as fake_number
from tests.conftest import ON, Cast, joins
from tests.services.stored import everything, trail
from tests.web.page import read

DAY = ON - timedelta(12)
RESERVE, PERSONAL = "23251010AB12", fake_number(DAY, serial=TEST_SERIALS[0])
SAME = {"number": "1", "reason": "Samma barn, skrivet på två listor"}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def twice(cast: Cast) -> tuple[Child, Child]:
    """A child of Anna's that was written twice: the first time without a number."""
    first, second = (
        register(NewFamily(language="sv", children=[NewChild(DAY, "Elin", number)]), by=cast.anna)
        for number in ("", PERSONAL)
    )
    return first.children.get(), second.children.get()


def merge(client: Client, keep: Child, code: str, **more: str) -> int:
    url = reverse("merge", args=[keep.family.ref, keep.number])
    return client.post(url, SAME | {"code": code} | more).status_code


def test_two_rows_of_one_child_are_merged_and_both_families_logs_say_so(
    anna: Client, twice: tuple[Child, Child]
):
    keep, drop = twice
    with trail() as lines:
        assert merge(anna, keep, drop.family.code.lower()) == 302
    drop.refresh_from_db()
    assert drop.merged_into == keep
    assert [one.value for one in keep.identifiers.all()] == [PERSONAL]
    assert not drop.identifiers.exists()
    merged = {(one.subject, one.detail) for one in lines if one.action == "child.merged"}
    assert merged == {
        (keep.family.subject, f"{drop.family.code}/1"),
        (drop.family.subject, f"{keep.family.code}/1"),
    }
    offered = read(anna.get(reverse("to-offer"))).links
    assert reverse("offer", args=[keep.family.ref, 1]) in offered
    assert reverse("offer", args=[drop.family.ref, 1]) not in offered
    assert anna.get(reverse("offer", args=[drop.family.ref, 1])).status_code == 404


def test_why_two_rows_are_one_is_kept_and_sealed(anna: Client, twice: tuple[Child, Child]):
    keep, drop = twice
    merge(anna, keep, drop.family.code)
    drop.refresh_from_db()
    assert drop.merged_because == SAME["reason"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT merged_because FROM families_child")
        assert "Samma" not in str(cursor.fetchall())


@pytest.mark.parametrize(
    "more", [{"reason": ""}, {"number": "2"}, {"number": "x"}, {"number": "0"}, {"code": "X-9"}]
)
def test_a_merge_that_is_not_whole_changes_nothing(
    anna: Client, twice: tuple[Child, Child], more: dict[str, str]
):
    keep, drop = twice
    before = everything(but_the_trail=True)
    assert merge(anna, keep, more.pop("code", drop.family.code), **more) == 422
    assert merge(anna, keep, keep.family.code) == 422
    assert everything(but_the_trail=True) == before


def test_a_child_in_the_programme_is_kept_and_not_dropped(
    anna: Client, twice: tuple[Child, Child], cast: Cast
):
    keep, drop = twice
    joins(drop, cast.version, enrolled=ON, by=cast.anna)
    assert merge(anna, keep, drop.family.code) == 422
    assert merge(anna, drop, keep.family.code) == 302


def test_somebody_elses_family_cannot_be_told_from_none(
    anna: Client, twice: tuple[Child, Child], cast: Cast
):
    keep, _drop = twice
    by = replace(cast.cilla, site=cast.anna.site)
    theirs = register(NewFamily(language="sv", children=[NewChild(DAY)]), by=by)
    url = reverse("merge", args=[keep.family.ref, 1])
    there = read(anna.post(url, SAME | {"code": theirs.code})).errors
    nowhere = read(anna.post(url, SAME | {"code": "H-9999"})).errors
    assert there.replace(theirs.code, "") == nowhere.replace("H-9999", "")
    assert not Child.objects.filter(merged_into__isnull=False).exists()


def test_a_reserve_number_becomes_a_personal_one_and_is_kept(anna: Client, cast: Cast):
    family = register(
        NewFamily(language="sv", children=[NewChild(DAY, "Elin", RESERVE)]), by=cast.anna
    )
    url = reverse("new-number", args=[family.ref, 1])
    with trail() as lines:
        assert anna.post(url, {"number": written(PERSONAL)}).status_code == 302
    numbers = PersonIdentifier.objects.filter(child__family=family).order_by("pk")
    assert [(one.value, one.status) for one in numbers] == [
        (RESERVE, "replaced"), (PERSONAL, "current"),
    ]  # fmt: skip
    assert "identity.replaced" in {one.action for one in lines}


@pytest.mark.parametrize("number", ["", "20251010-0000", "Elin"])
def test_a_number_that_is_none_is_told_in_words(anna: Client, cast: Cast, number: str):
    url = reverse("new-number", args=[cast.family.ref, 1])
    before = everything(but_the_trail=True)
    answer = anna.post(url, {"number": number})
    assert answer.status_code == 422
    assert read(answer).errors
    assert everything(but_the_trail=True) == before


def test_a_number_that_is_anothers_is_refused_and_the_try_is_noted(
    anna: Client, twice: tuple[Child, Child]
):
    keep, drop = twice
    with trail() as lines:
        url = reverse("new-number", args=[keep.family.ref, 1])
        assert anna.post(url, {"number": PERSONAL}).status_code == 422
    assert ("identity.matched", drop.family.subject) in {(one.action, one.subject) for one in lines}


def test_a_coordinator_merges_and_changes_no_number(frida: Client, twice: tuple[Child, Child]):
    keep, drop = twice
    assert frida.get(reverse("new-number", args=[keep.family.ref, 1])).status_code == 404
    assert merge(frida, keep, drop.family.code) == 302
    assert Family.objects.count() == 3
