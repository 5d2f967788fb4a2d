"""What a site decides, and the funnel: for its manager, and to read for its coordinator."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hembesok.access.models import Assignment, Site, Staff
from hembesok.access.rules.roles import Role
from hembesok.enrolment.models import EligibilityRule, Enrolment, SitePeriod
from hembesok.enrolment.rules.eligibility import Parents
from hembesok.families.models import Child
from hembesok.families.rules.people import NewChild, NewFamily
from hembesok.families.services.registering import register
from hembesok.secrecy.models import SiteDocumentation
from tests.conftest import ON, PASSWORD, Cast
from tests.services.stored import everything, trail
from tests.web.conftest import let_in
from tests.web.page import Answer, Page, read

YEAR = {"born": "2025"}


@pytest.fixture
def maja(cast: Cast) -> Client:
    """The screen of Maja, who manages the site."""
    here = Site.objects.get(key="here")
    staff = Staff.objects.create_user("maja", "Maja Mo", PASSWORD)
    Assignment.objects.create(
        staff=staff, role=Role.MANAGER, unit_id=cast.bo.unit, site=here, starts=ON
    )
    client = Client()
    let_in(client, staff.login)
    client.get(reverse("choose-role"))
    return english(client)


def english(client: Client) -> Client:
    client.post(reverse("set_language"), {"language": "en"})
    return client


def children(cast: Cast, count: int) -> None:
    for _n in range(count):
        register(NewFamily(language="sv", children=[NewChild(ON - timedelta(100))]), by=cast.anna)


# The funnel


def funnel(client: Client, **asked: str) -> Page:
    return read(english(client).get(reverse("funnel"), asked or YEAR))


def counts(shown: Page) -> dict[str, str]:
    return {row.rsplit(" ", 1)[0]: row.rsplit(" ", 1)[1] for row in shown.rows}


def test_the_manager_sees_counts_and_no_person(maja: Client, cast: Cast):
    children(cast, 5)
    with trail() as lines:
        shown = funnel(maja)
    assert [(line.action, line.subject) for line in lines] == [("funnel.read", "site:here")]
    assert "1 of 6 children born are in the programme or have been." in shown.text
    found = counts(shown)
    assert (found["Born"], found["Offered"], found["Enrolled"]) == ("6", "1", "1")
    for word in ("Doris", "Dana", "H-0001", "FAMYAAAA"):
        assert word not in shown.text + " ".join(shown.links)
    assert maja.get(reverse("families")).status_code == 404
    assert maja.get(reverse("family", args=["FAMYAAAA"])).status_code == 404


def test_too_few_births_are_not_shown_to_the_manager(maja: Client, frida: Client, cast: Cast):
    shown = funnel(maja)
    assert "too few to show" in shown.text
    assert not shown.rows
    answer = maja.get(reverse("funnel"), {**YEAR, "csv": "1"})
    assert not answer.headers["Content-Type"].startswith("text/csv")
    assert counts(funnel(frida))["Born"] == "1", "the coordinator sees the families anyway"


def test_a_small_count_of_a_reason_is_withheld_from_the_manager(
    maja: Client, frida: Client, cast: Cast
):
    children(cast, 5)
    Enrolment.objects.update(ended=ON, end_reason="moved")
    name = "Ended: The family has moved away"
    assert f"{name} fewer than 5" in funnel(maja).rows
    assert f"{name} 1" in funnel(frida).rows


def test_the_file_says_what_the_page_says(frida: Client, cast: Cast):
    children(cast, 3)
    shown = funnel(frida)
    answer = frida.get(reverse("funnel"), {**YEAR, "csv": "1"})
    assert answer.headers["Content-Disposition"].endswith('"funnel-2025-01-01-2025-12-31.csv"')
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Group", "What", "Children"]
    assert [f"{g}: {w} {n}" if g else f"{w} {n}" for g, w, n in rows[1:]] == shown.rows
    bars = [float(v) for tag, name, v in shown.attributes if (tag, name) == ("rect", "width")]
    told = [float(row.rsplit(" ", 1)[1]) for row in shown.rows[:8]]
    assert [round(bar / max(bars), 3) for bar in bars] == [
        round(count / max(told), 3) for count in told
    ]


def test_a_period_is_from_a_day_to_a_day(frida: Client, cast: Cast):
    born = cast.child.born
    one = {"first": f"{born}", "last": f"{born}"}
    assert counts(funnel(frida, **one))["Born"] == "1"
    after = f"{born + timedelta(1)}"
    assert counts(funnel(frida, first=after, last=after))["Born"] == "0"


@pytest.mark.parametrize(
    "asked", [{"born": "abcd"}, {"born": "0"}, {"first": "2025-02-30", "last": "2025-03-01"},
              {"first": "2025-03-02", "last": "2025-03-01"}, {"first": "2025-03-02"}],
)  # fmt: skip
def test_a_period_that_cannot_be_read(frida: Client, asked: dict[str, str]):
    answer = english(frida).get(reverse("funnel"), asked)
    assert answer.status_code == 422
    assert "Write a year" in read(answer).text


def test_the_funnel_takes_as_many_questions_however_many_are_born(frida: Client, cast: Cast):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert frida.get(reverse("funnel"), YEAR).status_code == 200
        return len(asked)

    children(cast, 1)
    few = questions()
    children(cast, 4)
    assert questions() == few


def test_a_nurse_has_neither(anna: Client):
    for name in ("funnel", "site", "decide-period", "end-project"):
        assert anna.get(reverse(name)).status_code == 404


# What the site decides


def posted(client: Client, name: str, **data: object) -> Answer:
    return client.post(reverse(name), data)


PERIOD: dict[str, object] = {"kind": "implementation", "starts": "2025-01-01", "ends": "2026-03-15",
          "then": "end", "decision": "KS 2025/1"}  # fmt: skip
RULE: dict[str, object] = {"parents": ["first_time_parent"], "areas": "0580C1010 0580C1020",
        "area_version": "2018", "addresses": "Almgatan 1\nAlmgatan 3", "oldest": "6",
        "starts": "2026-04-01", "decision": "KS 2026/2"}  # fmt: skip
MODE: dict[str, object] = {"mode": "anonymous", "starts": f"{ON}", "decision": "SN 2026/3"}


def test_periods_rules_and_what_is_kept_are_decided_and_read(maja: Client, frida: Client):
    with trail() as lines:
        for name, data in (
            ("decide-period", PERIOD),
            ("decide-rule", RULE),
            ("decide-documentation", MODE),
        ):
            assert posted(maja, name, **data).headers["Location"] == reverse("site")
    assert [line.action for line in lines] == [
        "site.period_decided", "site.rule_decided", "site.documentation_decided",
    ]  # fmt: skip
    criteria = EligibilityRule.objects.get().criteria
    assert criteria.parents == {Parents.FIRST_TIME_PARENT}
    assert criteria.areas == {"0580C1010", "0580C1020"}
    assert criteria.addresses == ("Almgatan 1", "Almgatan 3")
    assert criteria.oldest
    assert criteria.oldest.months == 6
    for client in (maja, english(frida)):
        shown = read(client.get(reverse("site")))
        for words in (
            "The programme is carried out 1 Jan 2025 – 15 Mar",
            "Afterwards: The enrolments are ended",
            "KS 2025/1",
            "From 1 Apr",
            "A parent has a first child",
            "At most 6 months old at the offer",
            "KS 2026/2",
            "Today: Without identities",
            "SN 2026/3",
        ):
            assert words in shown.text
        assert (reverse("decide-rule") in shown.links) is (client is maja)


def test_the_form_of_a_new_rule_begins_with_the_one_of_today(maja: Client, cast: Cast):
    assert cast.family.clinic
    clinic = str(cast.family.clinic.pk)
    posted(maja, "decide-rule", **{**RULE, "starts": f"{ON}", "clinics": [clinic]})
    shown = read(maja.get(reverse("decide-rule")))
    assert shown.values["areas"] == "0580C1010 0580C1020"
    assert shown.values["oldest"] == "6"
    assert "Almgatan 3" in shown.values["addresses"]
    assert shown.values["clinics"] == clinic
    assert shown.values["decision"] == "", "a new decision is needed"


REFUSED: dict[str, tuple[str, dict[str, object], str]] = {
    "period, no decision": ("decide-period", {**PERIOD, "decision": " "}, "Write which decision"),
    "period, backwards": (
        "decide-period", {**PERIOD, "ends": "2024-12-31"}, "Write a last day after the first."),
    "period, no kind": ("decide-period", {**PERIOD, "kind": ""}, "Choose what the period is for."),
    "rule, areas of no version": (
        "decide-rule", {**RULE, "area_version": ""}, "which version the area codes are of"),
    "rule, an age that is none": ("decide-rule", {**RULE, "oldest": "six"}, "whole number"),
    "rule, a clinic of nobody": ("decide-rule", {**RULE, "clinics": ["9999"]}, "9999"),
    "kept, in the past": (
        "decide-documentation", {**MODE, "starts": "2026-03-15"}, "has passed"),
    "kept, nothing chosen": ("decide-documentation", {**MODE, "mode": ""}, "Choose what is kept."),
    "an end before it is decided": ("end-project", {}, "families finish the programme"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused_is_said_and_nothing_is_written(maja: Client, why: str):
    name, data, words = REFUSED[why]
    before = everything()
    answer = posted(maja, name, **data)
    assert answer.status_code == 422
    assert words in read(answer).errors
    assert everything() == before


def test_one_period_of_a_kind_at_a_time_and_one_rule_a_day(maja: Client):
    for name, data, words in (
        ("decide-period", PERIOD, "has a period of that kind"),
        ("decide-rule", RULE, "has a rule from"),
    ):
        posted(maja, name, **data)
        before = everything()
        assert words in read(posted(maja, name, **data)).errors
        assert everything() == before


def test_the_coordinator_decides_nothing(frida: Client):
    before = everything()
    for name in ("decide-period", "decide-rule", "decide-documentation", "end-project"):
        assert posted(frida, name, **PERIOD).status_code == 404
    assert everything() == before


# The end of a project


def test_the_end_of_a_project_says_how_many_it_ends_and_ends_them(
    maja: Client, anna: Client, cast: Cast
):
    posted(maja, "decide-period", **PERIOD)
    shown = read(maja.get(reverse("end-project")))
    assert "This ends the programme for 1 family, 1 child." in shown.text
    assert "Doris" not in shown.text
    english(anna).post(reverse("pause", args=["FAMYAAAA", 1]), {"reason": "away", "day": f"{ON}"})
    with trail() as lines:
        posted(maja, "end-project")
    assert [line.action for line in lines] == ["site.project_ended", "team.closed"]
    enrolment = Enrolment.objects.get(child=cast.child)
    assert (f"{enrolment.ended}", enrolment.end_reason) == ("2026-03-15", "project_over")
    assert not enrolment.pauses.filter(ends=None).exists()
    assert (
        "The project at the site has ended."
        in read(anna.get(reverse("family", args=["FAMYAAAA"]))).text
    )
    assert "1 enrolment is ended." in read(maja.get(reverse("site"))).text


def test_a_project_does_not_end_before_its_day(maja: Client, cast: Cast):
    posted(maja, "decide-period", **{**PERIOD, "ends": f"{ON}"})
    assert "not over yet" in read(maja.get(reverse("end-project"))).text
    before = everything()
    assert posted(maja, "end-project").status_code == 422
    assert everything() == before
    assert SitePeriod.objects.count() == 1
    assert not SiteDocumentation.objects.exists()
    assert Child.objects.count() == 1
