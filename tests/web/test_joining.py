"""From birth to enrolment, through the pages: a new family, the list, the offer, the consents."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from hembesok.access.models import Assignment, Site, Staff, TrailEntry, Unit
from hembesok.access.rules.roles import Role
from hembesok.enrolment.models import Answer, Eligibility, EligibilityRule, Enrolment, Offer
from hembesok.enrolment.queries import WAITING, candidates, count_waiting
from hembesok.enrolment.rules.eligibility import Criteria, Parents, write_criteria
from hembesok.families.models import Child, ExpectedBirth, Family, Guardian, TeamMember
from hembesok.families.rules.people import NewChild, NewFamily, NewGuardian
from hembesok.families.services.registering import register
from hembesok.secrecy.models import Consent
from hembesok.values.identity import test_number as fake_number
from hembesok.web import words_people
from hembesok.web.people import first_birth
from tests.conftest import ON, PASSWORD, Cast
from tests.services.stored import everything, trail
from tests.web.conftest import let_in
from tests.web.page import Answer as Reply
from tests.web.page import read

BORN = ON - timedelta(12)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def bo(sign_in: Callable[[str], Client]) -> Client:
    """The screen of Bo, adviser in the family's team."""
    return sign_in("bo")


@pytest.fixture
def newborn(cast: Cast) -> Child:
    """A child of twelve days, with two guardians, registered by Anna."""
    return a_family(cast).children.get()


def a_family(cast: Cast, *, name: str = "Elin", **more: object) -> Family:
    new = NewFamily(
        language="sv",
        children=[NewChild(BORN, name)],
        guardians=[
            NewGuardian("Gun", birth_parent=True, first_time_parent=True),
            NewGuardian("Hans"),
        ],
        **more,  # type: ignore[arg-type]
    )
    return register(new, by=cast.anna)


def typed(**changes: str) -> dict[str, str]:
    """What a nurse sends for a family of one child and one guardian."""
    return {
        "child1-born": f"{BORN}",
        "child1-given_name": "Elin",
        "guardian1-given_name": "Gun",
        "guardian1-custody": "on",
        "guardian2-custody": "on",
        "home-language": "sv",
        "home-protection": "none",
        **changes,
    }


def english(client: Client) -> Client:
    client.post(reverse("set_language"), {"language": "en"})
    return client


def posted(client: Client, name: str, data: Mapping[str, object], *args: object) -> Reply:
    return english(client).post(reverse(name, args=args), dict(data))


# Words


@pytest.mark.parametrize("table", words_people.TABLES)
def test_every_code_has_words_of_its_own_in_both_languages(table: str):
    words = words_people.TABLES[table]
    said = {}
    for language in ("sv", "en"):
        with translation.override(language):
            said[language] = [str(word) for word in words.values()]
        assert all(said[language])
        assert len(set(said[language])) == len(words), "two codes with one word"
    assert set(said["sv"]).isdisjoint(said["en"])


def test_every_code_of_the_rules_has_words():
    from hembesok.enrolment.queries import Stage
    from hembesok.enrolment.rules import eligibility, membership, offering, periods
    from hembesok.families.rules.handing import HandOver
    from hembesok.families.rules.protection import ProtectionLevel
    from hembesok.secrecy import rules as secrecy

    for table, codes in {
        "stage": Stage,
        "end": membership.EndReason,
        "ended": membership.EndReason,
        "pause": membership.PauseReason,
        "answer": offering.AnswerKind,
        "no": offering.NoReason,
        "offered": offering.OfferedBy,
        "interpreted": secrecy.Interpreted,
        "purpose": secrecy.Purpose,
        "documentation": secrecy.DocumentationMode,
        "met": eligibility.MET,
        "failed": eligibility.FAILED,
        "period": periods.PeriodKind,
        "then": periods.Then,
        "protection": ProtectionLevel,
        "hand_over": HandOver,
    }.items():
        assert set(words_people.TABLES[table]) == set(codes), table


# A new family


def test_a_nurse_registers_a_family_and_is_in_its_team(anna: Client):
    with trail() as lines:
        answer = posted(anna, "new-family", typed(**{"home-address": "Almgatan 7"}))
    family = Family.objects.exclude(ref="FAMYAAAA").get()
    assert answer.headers["Location"] == reverse("family", args=[family.ref])
    assert (family.address, family.language) == ("Almgatan 7", "sv")
    assert family.children.get().given_name == "Elin"
    assert family.guardians.get().custody
    assert TeamMember.objects.get(family=family).staff.login == "anna"
    assert [line.action for line in lines] == ["family.registered"]
    page = read(anna.get(answer.headers["Location"]))
    assert "Not in the programme" in page.text
    assert reverse("offer", args=[family.ref, 1]) in page.links


def test_twins_and_two_guardians(frida: Client):
    posted(frida, "new-family", typed(**{
        "child2-born": f"{BORN}", "child2-given_name": "Erik", "child2-discharged": f"{ON}",
        "guardian2-given_name": "Hans", "guardian2-custody": "",
        "guardian2-first_time_parent": "on",
    }))  # fmt: skip
    family = Family.objects.exclude(ref="FAMYAAAA").get()
    assert list(family.children.order_by("number").values_list("number", "discharged")) == [
        (1, None),
        (2, ON),
    ]
    hans = family.guardians.get(number=2)
    assert (hans.given_name, hans.custody, hans.first_time_parent) == ("Hans", False, True)
    assert not family.team.exists(), "a coordinator visits nobody"


WRONG = {
    "no birth date": ({"child1-born": ""}, "child1-born", "YYYY-MM-DD"),
    "born tomorrow": ({"child1-born": f"{ON + timedelta(1)}"}, "child1-born", "has not come yet"),
    "too old": ({"child1-born": "2012-01-01"}, "child1-born", "too old"),
    "out before birth": (
        {"child1-discharged": f"{BORN - timedelta(1)}"}, "child1-discharged", "before the birth",
    ),
    "no language": ({"home-language": ""}, "home-language", "Choose the language"),
    "not a number": ({"child1-number": "123"}, "child1-number", "not an identity number"),
    "no name": (
        {"guardian1-phone": "070", "guardian1-given_name": ""},
        "guardian1-given_name", "Write a name.",
    ),
    "an area without version": ({"home-deso": "0580C1010"}, "home-area_version", "which version"),
    "a home that may not be stored": (
        {"home-protection": "fictitious", "home-address": "Almgatan 7"},
        "home-address", "not stored",
    ),
    "the area of such a home": (
        {"home-protection": "fictitious", "home-deso": "0580C1010", "home-area_version": "2018"},
        "home-deso", "not stored",
    ),
    "one number twice": (
        {"child1-number": fake_number(BORN, serial=238),
         "guardian1-number": fake_number(BORN, serial=238)},
        "guardian1-number", "written twice",
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(anna: Client, wrong: str):
    changes, field, words = WRONG[wrong]
    before = everything()
    answer = posted(anna, "new-family", typed(**changes))
    assert answer.status_code == 422
    assert everything() == before
    page = read(answer)
    assert words in page.errors
    assert f"#id_{field}" in page.links
    for name, value in typed(**changes).items():
        if value and name not in ("home-language", "home-protection"):
            assert page.values[name] == ("" if value == "on" else value)


def test_a_number_that_is_somebodys_is_refused_and_linked_only_where_known(
    anna: Client, cilla: Client, cast: Cast
):
    taken = {"child1-number": cast.child.identifiers.get().value}
    for client, known in ((anna, True), (cilla, False)):
        before = everything(but_the_trail=True)
        with trail() as lines:
            answer = posted(client, "new-family", typed(**taken))
        assert answer.status_code == 422
        assert everything(but_the_trail=True) == before
        page = read(answer)
        assert "belongs to somebody already" in page.errors
        assert (reverse("family", args=["FAMYAAAA"]) in page.links) is known
        assert ("H-0001" in page.text) is known
        assert lines[0].action == "identity.matched", "a number is not something to try"
        assert lines[0].subject == cast.family.subject


def test_bo_registers_nobody(bo: Client):
    assert bo.get(reverse("new-family")).status_code == 404


# The list


def test_the_list_says_how_far_each_has_come_and_is_noted(anna: Client, cast: Cast, newborn: Child):
    other = a_family(cast, name="Frans")
    Child.objects.filter(family=other).update(born=BORN - timedelta(30))
    with trail() as lines:
        page = read(english(anna).get(reverse("to-offer")))
    assert page.text.index("Frans") < page.text.index("Elin"), "the longest waiting first"
    assert "Born, not looked at yet" in page.text
    assert "Doris" not in page.text, "she is enrolled"
    assert {(line.action, line.subject) for line in lines} == {
        ("family.listed", newborn.family.subject),
        ("family.listed", other.subject),
    }
    for name in ("today", "families"):
        page = read(anna.get(reverse(name)))
        assert "To be offered (2)" in page.text
        assert reverse("to-offer") in page.links


def test_nobody_else_sees_them(cilla: Client, bo: Client, newborn: Child):
    for client in (cilla, bo):
        page = read(english(client).get(reverse("to-offer")))
        assert "Elin" not in page.text
        assert "0 children" in page.text


def test_the_coordinator_sees_of_a_protected_family_its_code_only(
    frida: Client, cast: Cast, newborn: Child
):
    Family.objects.filter(pk=newborn.family_id).update(protection="confidentiality_flag")
    page = read(english(frida).get(reverse("to-offer")))
    assert newborn.family.code in page.text
    assert "Elin" not in page.text
    assert "Swedish" not in page.text
    page = read(frida.get(reverse("family", args=[newborn.family.ref])))
    assert "Elin" not in page.text


@pytest.mark.parametrize("kind", ["waiting", "no", "later", "unreachable", "not eligible"])
def test_the_count_is_the_number_of_rows(cast: Cast, anna: Client, newborn: Child, kind: str):
    a_family(cast, name="Frans")
    if kind == "not eligible":
        only = Criteria(addresses=("Björkgatan 1",))
        rule(cast, only)
        posted(anna, "offer", {}, newborn.family.ref, 1)
    else:
        posted(anna, "offer", {**said(), "answer": kind}, newborn.family.ref, 1)
    first = first_birth(ON)
    waiting = [one for one in candidates(cast.anna, first=first) if one.stage in WAITING]
    assert count_waiting(cast.anna, first=first) == len(waiting)
    assert len(waiting) == (1 if kind in ("no", "not eligible") else 2)


def test_the_list_takes_as_many_questions_however_long_it_is(anna: Client, cast: Cast):
    a_family(cast)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert anna.get(reverse("to-offer")).status_code == 200
        return len(asked)

    few = questions()
    for name in ("Frans", "Greta", "Hilda"):
        a_family(cast, name=name)
    assert questions() == few


# The offer


def said(**changes: str) -> dict[str, str]:
    """A yes of both guardians."""
    return {
        "how": "at_clinic", "answer": "yes", "day": f"{ON}",
        "yes1": "on", "interpreted1": "not_needed",
        "yes2": "on", "interpreted2": "not_needed",
        **changes,
    }  # fmt: skip


def rule(cast: Cast, criteria: Criteria) -> None:
    EligibilityRule.objects.create(
        site_id=cast.anna.site, starts=ON, content=write_criteria(criteria), decision="KS 1"
    )


def offered(client: Client, child: Child, **changes: str) -> Reply:
    page = read(english(client).get(reverse("offer", args=[child.family.ref, child.number])))
    assert page.values["day"] == f"{ON}"
    version = re.search(r'value="(\d+)" selected', _html(client, child))
    assert version
    sent = {**said(), "version": version[1], **changes}
    return posted(client, "offer", sent, child.family.ref, child.number)


def _html(client: Client, child: Child) -> str:
    url = reverse("offer", args=[child.family.ref, child.number])
    return client.get(url).content.decode()


def test_looking_at_the_offer_judges_nothing_but_is_noted(anna: Client, newborn: Child):
    before = everything(but_the_trail=True)
    with trail() as lines:
        page = read(english(anna).get(reverse("offer", args=[newborn.family.ref, 1])))
    assert everything(but_the_trail=True) == before
    assert [(x.action, x.subject) for x in lines] == [("offer.read", newborn.family.subject)]
    assert "The site offers it to everybody." in page.text
    ticked = [v for _t, n, v in page.attributes if n == "checked"]
    assert len(ticked) == 2, "that no interpreter was needed, for each guardian; no consent"


def test_a_family_is_enrolled_on_one_page(anna: Client, cast: Cast, newborn: Child):
    with trail() as lines:
        answer = offered(anna, newborn)
    assert answer.headers["Location"] == reverse("family", args=[newborn.family.ref])
    enrolment = Enrolment.objects.get(child=newborn)
    assert (enrolment.enrolled, enrolment.version) == (ON, cast.version)
    assert Eligibility.objects.get(child=newborn).eligible
    assert Offer.objects.get(child=newborn).how == "at_clinic"
    assert Answer.objects.get(offer__child=newborn).answer == "yes"
    consents = Consent.objects.filter(guardian__family=newborn.family)
    assert {(x.guardian.given_name, x.purpose) for x in consents} == {
        ("Gun", "take_part"),
        ("Hans", "take_part"),
    }
    assert [line.action for line in lines if not line.action.endswith(".read")] == [
        "eligibility.judged", "offer.made", "offer.answered", "consent.given", "consent.given",
        "enrolment.begun",
    ]  # fmt: skip


def test_what_may_be_read_across_is_asked_for_apart(bo: Client, cast: Cast, newborn: Child):
    TeamMember.objects.create(
        family=newborn.family, staff_id=cast.bo.staff, role=Role.PARENTAL_ADVISER, starts=BORN
    )
    shares = {"share1": ["clinic:base_visits", "clinic:note", "advice:note"]}
    offered(bo, newborn, **shares)  # type: ignore[arg-type]
    gun = newborn.family.guardians.get(number=1)
    found = {(str(x.source), tuple(x.fields)) for x in gun.consents.filter(purpose="share")}
    assert found == {("BVC Här", ("base_visits", "note")), ("Råd", ("note",))}
    assert not Consent.objects.filter(guardian__number=2, purpose="share").exists()


@pytest.mark.parametrize("answer", ["no", "later", "unreachable", "waiting"])
def test_another_answer_ends_there(anna: Client, newborn: Child, answer: str):
    reply = offered(anna, newborn, answer=answer, reason="no_time")
    assert reply.headers["Location"] == reverse("to-offer")
    assert not Enrolment.objects.filter(child=newborn).exists()
    assert not Consent.objects.filter(guardian__family=newborn.family).exists()
    assert Offer.objects.filter(child=newborn).count() == 1
    written = Answer.objects.filter(offer__child=newborn).values_list("answer", "reason")
    assert list(written) == ([] if answer == "waiting" else [(answer, "no_time")])
    page = read(anna.get(reverse("to-offer")))
    stage = {"waiting": "offered"}.get(answer, answer)
    assert str(words_people.STAGES[stage]) in page.text


def test_an_offer_that_waits_is_answered_and_not_made_again(anna: Client, newborn: Child):
    offered(anna, newborn, answer="waiting")
    page = read(anna.get(reverse("offer", args=[newborn.family.ref, 1])))
    assert "Offered 16 Mar: At the child health centre." in page.text
    offered(anna, newborn, how="")
    assert Offer.objects.filter(child=newborn).count() == 1
    assert Enrolment.objects.filter(child=newborn).exists()


REFUSED = {
    "nothing chosen": ({"how": "", "answer": ""}, "Choose how the programme was offered."),
    "one guardian has not said yes": ({"yes2": ""}, "consent of every guardian"),
    "not said how it was interpreted": ({"interpreted1": ""}, "Choose how it was interpreted."),
    "a day to come": ({"day": f"{ON + timedelta(1)}"}, "has not come yet"),
    "no day": ({"day": ""}, "YYYY-MM-DD"),
    "no version": ({"version": ""}, "Choose which version"),
    "a version that is none": ({"version": "9999"}, "9999"),
    "before birth": ({"day": f"{BORN - timedelta(3)}"}, "before the child was born"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_refusal_leaves_nothing_half_written(anna: Client, newborn: Child, why: str):
    changes, words = REFUSED[why]
    before = everything(but_the_trail=True)
    with trail() as lines:
        answer = offered(anna, newborn, **changes)
    assert answer.status_code == 422
    assert words in read(answer).errors
    assert everything(but_the_trail=True) == before
    assert {line.action for line in lines} == {"offer.read"}


def test_outside_the_enrolment_period_nobody_is_enrolled(anna: Client, cast: Cast, newborn: Child):
    from hembesok.enrolment.models import SitePeriod

    SitePeriod.objects.create(
        site_id=cast.anna.site, kind="enrolment", starts=ON - timedelta(90),
        ends=ON - timedelta(1), decision="KS 2",
    )  # fmt: skip
    before = everything(but_the_trail=True)
    answer = offered(anna, newborn)
    assert "outside the site's enrolment period" in read(answer).errors
    assert everything(but_the_trail=True) == before


def test_who_is_not_eligible_is_told_why_and_offered_nothing(
    anna: Client, cast: Cast, newborn: Child
):
    rule(cast, Criteria(parents=frozenset({Parents.FIRST_CHILD_IN_SWEDEN}), addresses=("X 1",)))
    page = read(english(anna).get(reverse("offer", args=[newborn.family.ref, 1])))
    assert "No parent has a first child" in page.text
    assert "outside the area" in page.text
    assert not page.radios
    posted(anna, "offer", said(), newborn.family.ref, 1)
    assert not Offer.objects.filter(child=newborn).exists()
    verdict = Eligibility.objects.get(child=newborn)
    assert verdict.failed == ["no_such_parent", "outside_the_area"]
    assert "outside the area" in read(anna.get(reverse("to-offer"))).text


def test_an_interpreter_that_is_needed_is_asked_about(anna: Client, cast: Cast):
    child = a_family(cast, interpreter_needed=True).children.get()
    page = read(english(anna).get(reverse("offer", args=[child.family.ref, 1])))
    assert "No interpreter needed" not in page.text
    answer = offered(anna, child, interpreted1="", interpreted2="on_site")
    assert "Choose how it was interpreted." in read(answer).errors
    offered(anna, child, interpreted1="by_phone", interpreted2="on_site")
    assert Enrolment.objects.filter(child=child).exists()


def test_who_is_in_the_programme_is_not_offered_it(anna: Client, cast: Cast):
    page = read(english(anna).get(reverse("offer", args=["FAMYAAAA", 1])))
    assert "already in the programme" in page.text
    before = everything(but_the_trail=True)
    posted(anna, "offer", said(), "FAMYAAAA", 1)
    assert everything(but_the_trail=True) == before


def test_a_coordinator_offers_nothing(frida: Client, newborn: Child):
    assert frida.get(reverse("offer", args=[newborn.family.ref, 1])).status_code == 404
    assert frida.get(reverse("consents", args=[newborn.family.ref])).status_code == 404


# Consents


def test_consents_are_shown_given_and_withdrawn(anna: Client, cast: Cast):
    with trail() as lines:
        page = read(english(anna).get(reverse("consents", args=["FAMYAAAA"])))
    assert [line.action for line in lines] == ["consents.read"]
    assert "Råd reads what BVC Här keeps: the visits of the base programme" in page.text
    assert "Given 19 Oct 2025, written by Anna Ask. Interpreter in the room." in page.text
    with trail() as lines:
        answer = posted(
            anna, "give-consent",
            {"guardian": "1", "what": ["clinic:note"], "interpreted": "by_phone", "day": f"{ON}"},
            "FAMYAAAA",
        )  # fmt: skip
    assert answer.headers["Location"] == reverse("consents", args=["FAMYAAAA"])
    assert [line.action for line in lines] == ["consents.read", "consent.given"]
    assert Consent.objects.order_by("pk").last().fields == ["note"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"what": []}, "Choose at least one thing."),
        ({"guardian": ""}, "Choose who says yes."),
        ({"interpreted": ""}, "Choose how it was interpreted."),
        ({"day": f"{ON + timedelta(1)}"}, "has not come yet"),
        ({"ends": f"{ON - timedelta(1)}"}, "Write a last day after the first."),
        ({"what": ["clinic:identity_number"]}, "clinic:identity_number"),
    ],
)
def test_a_consent_that_is_not_whole_is_not_written(
    anna: Client, changes: dict[str, object], words: str
):
    whole = {"guardian": "1", "what": ["take_part"], "interpreted": "on_site", "day": f"{ON}"}
    before = everything(but_the_trail=True)
    answer = posted(anna, "give-consent", {**whole, **changes}, "FAMYAAAA")
    assert answer.status_code == 422
    assert words in read(answer).errors
    assert everything(but_the_trail=True) == before


def test_withdrawing_says_what_closes_and_then_closes_it(anna: Client, bo: Client, cast: Cast):
    base = "Base programme"
    assert base in read(english(bo).get(reverse("family", args=["FAMYAAAA"]))).text
    page = read(english(anna).get(reverse("withdraw-consent", args=["FAMYAAAA", 2])))
    assert "From this moment Råd reads nothing of what BVC Här keeps" in page.text
    with trail() as lines:
        posted(anna, "withdraw-consent", {}, "FAMYAAAA", 2)
    assert "consent.withdrawn" in [line.action for line in lines]
    assert base not in read(bo.get(reverse("family", args=["FAMYAAAA"]))).text
    before = everything(but_the_trail=True)
    again = read(anna.post(reverse("withdraw-consent", args=["FAMYAAAA", 2])))
    assert "withdrawn already" in again.text
    assert everything(but_the_trail=True) == before


def test_withdrawing_the_yes_to_take_part_leads_to_the_end(anna: Client, cast: Cast):
    url = reverse("end", args=["FAMYAAAA", 1])
    assert url not in read(english(anna).get(reverse("consents", args=["FAMYAAAA"]))).links
    posted(anna, "withdraw-consent", {}, "FAMYAAAA", 1)
    page = read(anna.get(reverse("consents", args=["FAMYAAAA"])))
    assert url in page.links
    assert "Withdrawn 16 Mar" in page.text
    assert Enrolment.objects.get(child=cast.child).ended is None, "the family is asked first"


def test_a_consent_that_is_not_there_is_not_found(anna: Client):
    assert anna.get(reverse("withdraw-consent", args=["FAMYAAAA", 7])).status_code == 404


def test_the_family_page_shows_who_has_said_yes(anna: Client, frida: Client, newborn: Child):
    page = read(english(anna).get(reverse("family", args=[newborn.family.ref])))
    assert "Gun has not said yes to take part" in page.text
    assert reverse("consents", args=[newborn.family.ref]) in page.links
    page = read(english(frida).get(reverse("family", args=[newborn.family.ref])))
    assert "not said yes" not in page.text


# Expected births


@pytest.fixture
def midwife(cast: Cast) -> Client:
    """The screen of a midwife whose unit hands births over to the site."""
    here = Site.objects.get(key="here")
    assert here.clinic
    unit = Unit.objects.create(organisation=here.clinic.organisation, name="BMM")
    staff = Staff.objects.create_user("eva", "Eva Ek", PASSWORD)
    Assignment.objects.create(
        staff=staff, role=Role.MATERNITY_PROFESSIONAL, unit=unit, site=here, starts=ON
    )
    client = Client()
    let_in(client, staff.login)
    client.get(reverse("choose-role"))
    return english(client)


HANDED = {
    "parent_name": "Ines", "phone": "070", "language": "sv", "due": f"{ON + timedelta(20)}",
    "consent_on": f"{ON}",
}  # fmt: skip


def test_a_birth_is_handed_over_received_and_offered(anna: Client, midwife: Client, cast: Cast):
    posted(midwife, "expect", HANDED)
    sent = ExpectedBirth.objects.get()
    with trail() as lines:
        page = read(midwife.get(reverse("expected")))
    assert "Waits to be received" in page.text
    assert "Ines" not in page.text, "no name after sending"
    assert [line.action for line in lines] == ["expected.listed"]
    with trail() as lines:
        page = read(english(anna).get(reverse("expected-received")))
    assert "Ines" in page.text
    assert [(x.action, x.subject) for x in lines] == [("expected.listed", f"expected:{sent.ref}")]
    answer = posted(anna, "born", {"born": f"{ON}", "given_name": "Ivar"}, sent.ref)
    family = Family.objects.exclude(ref="FAMYAAAA").get()
    assert answer.headers["Location"] == reverse("offer", args=[family.ref, 1])
    assert Guardian.objects.get(family=family).given_name == "Ines"
    assert "Received" in read(midwife.get(reverse("expected"))).text
    assert anna.get(reverse("born", args=[sent.ref])).status_code == 404


def test_a_birth_can_be_taken_back_once(midwife: Client):
    posted(midwife, "expect", HANDED)
    sent = ExpectedBirth.objects.get()
    posted(midwife, "take-back", {}, sent.ref)
    sent.refresh_from_db()
    assert (sent.withdrawn, sent.parent_name, sent.phone) == (ON, "", "")
    assert "taken back already" in read(midwife.get(reverse("take-back", args=[sent.ref]))).text
    before = everything(but_the_trail=True)
    assert midwife.post(reverse("take-back", args=[sent.ref])).status_code == 422
    assert everything(but_the_trail=True) == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due": "2031-01-01"}, "too far from today"),
        ({"consent_on": f"{ON + timedelta(1)}"}, "has not come yet"),
        ({"language": ""}, "Choose the language"),
        ({"parent_name": ""}, "Write a name."),
    ],
)
def test_a_birth_that_cannot_be_expected(midwife: Client, changes: dict[str, str], words: str):
    answer = posted(midwife, "expect", {**HANDED, **changes})
    assert answer.status_code == 422
    assert words in read(answer).errors
    assert not ExpectedBirth.objects.exists()


def test_a_childs_number_that_is_somebodys_makes_no_family(
    anna: Client, midwife: Client, cast: Cast
):
    posted(midwife, "expect", HANDED)
    before = everything(but_the_trail=True)
    number = cast.child.identifiers.get().value
    answer = posted(
        anna, "born", {"born": f"{ON}", "number": number}, ExpectedBirth.objects.get().ref
    )
    assert "belongs to somebody already" in read(answer).errors
    assert everything(but_the_trail=True) == before
    assert TrailEntry.objects.filter(action="identity.matched").exists()


def test_a_birth_of_another_site_is_not_found(cilla: Client, midwife: Client):
    posted(midwife, "expect", HANDED)
    assert "Ines" not in read(cilla.get(reverse("expected-received"))).text
    assert cilla.get(reverse("born", args=[ExpectedBirth.objects.get().ref])).status_code == 404
