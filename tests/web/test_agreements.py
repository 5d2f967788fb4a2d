"""Cases and agreements on pages: from a new case to both signatures, and what is refused."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import docx as python_docx
import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from hembesok.access.models import Assignment, Staff, Unit
from hembesok.access.rules.roles import Role
from hembesok.agreements.models import Agreement, AgreementStep, Case, CaseAct, Duty
from hembesok.agreements.rules.agreements import NEEDED, Price, Step
from hembesok.agreements.rules.agreements import Duty as DutyValue
from hembesok.agreements.rules.cases import Act
from hembesok.agreements.services import agreements, cases
from hembesok.documents import word
from hembesok.families.models import TeamMember
from tests.conftest import ON, PASSWORD, Cast
from tests.rules.deciding import WHOLE
from tests.rules.pdf_text import text_of
from tests.rules.test_documents import edited
from tests.services.test_agreements import WAY, Office, build_office, decided, drafted, signed
from tests.web.conftest import let_in
from tests.web.page import Page, read
from tests.web.test_site import english

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast: Cast) -> Office:
    return build_office(cast)


def at_the_screen_of(login: str) -> Client:
    client = Client()
    let_in(client, login)
    client.get(reverse("choose-role"))
    return english(client)


@pytest.fixture
def greta(office: Office) -> Client:
    """The screen of Greta, who manages the site."""
    return at_the_screen_of("greta")


@pytest.fixture
def frida(office: Office) -> Client:
    """The screen of Frida, who coordinates it."""
    return at_the_screen_of("frida")


@pytest.fixture
def ekan(office: Office) -> Client:
    """The screen of an economist, who reads."""
    staff = Staff.objects.create_user("eskil", "Eskil Ek", PASSWORD)
    Assignment.objects.create(
        staff=staff, role=Role.ECONOMIST, unit=office.commissioner, site=office.site, starts=ON
    )
    return at_the_screen_of("eskil")


def shown(client: Client, name: str, *parts: object) -> Page:
    answer = client.get(reverse(name, args=parts))
    assert answer.status_code == 200
    return read(answer)


def press(client: Client, name: str, *parts: object, **sent: object) -> str:
    """Send a form that is taken; return where it leads."""
    answer = client.post(reverse(name, args=parts), {"command": f"{uuid4()}", **sent})
    assert answer.status_code == 302, read(answer).errors
    return str(answer.headers["Location"])


def refused(client: Client, name: str, *parts: object, **sent: object) -> str:
    """Send a form that is refused; return what is said of it."""
    answer = client.post(reverse(name, args=parts), {"command": f"{uuid4()}", **sent})
    assert answer.status_code == 422
    return read(answer).errors


MEMO = {
    "title": WHOLE.title, "day": "2026-03-02", "board": WHOLE.board,
    "points": "\r\n".join(WHOLE.points), "matter": WHOLE.matter,
    "supporting": "Tjänsteskrivelse; 2026-03-02\r\nÖverenskommelse",
    "background": WHOLE.background, "economy": WHOLE.economy, "follow_up": WHOLE.follow_up,
    "administration": WHOLE.administration, "signer": WHOLE.signer,
    "distribution": "\r\n".join(WHOLE.distribution),
    "sum-rows": "2", "sum-0-first": "2026", "sum-0-last": "2027", "sum-0-amount": "880 000",
    "sum-0-unit": "kr", "sum-0-what": "statsbidrag", "sum-0-standing": "expected",
    "goal-rows": "1", "goal-0-words": "Jämlik hälsa", "goal-0-measure": "on_time",
    "goal-0-address": "https://example.org/mal",
}  # fmt: skip


def test_a_case_is_taken_the_whole_way_on_pages(greta: Client, frida: Client):
    where = press(frida, "new-case", registry_number="SN 2026-1", title="Hembesök")
    case = Case.objects.get()
    assert where == reverse("case", args=[case.pk])
    press(frida, "write-case", case.pk, **MEMO)
    assert case.versions.get().text == WHOLE
    press(frida, "act-case", case.pk, "inform", day="2026-03-02", reference="information")
    press(greta, "act-case", case.pk, "sign", day="2026-03-02")
    press(greta, "act-case", case.pk, "send", day="2026-03-11")
    press(greta, "act-case", case.pk, "approve", day="2026-03-11", reference="§ 12")
    press(greta, "act-case", case.pk, "authorise", day="2026-03-11", whom="Direktören")
    press(greta, "act-case", case.pk, "verify", day="2026-03-13", reference="§ 12")
    for whom in WHOLE.distribution:
        press(frida, "act-case", case.pk, "dispatch", day="2026-03-16", whom=whom)
        press(frida, "act-case", case.pk, "receive", day="2026-03-16", whom=whom)
    press(greta, "act-case", case.pk, "close", day="2026-03-16")
    page = shown(frida, "case", case.pk)
    assert "Closed" in page.text
    assert "§ 12" in page.text
    assert len(page.rows) == 2


def test_the_form_begins_with_what_was_written_and_nothing_is_lost(frida: Client, office: Office):
    case = Case.objects.create(
        site=office.site, registry_number="1", title="x", officer_id=office.frida.staff, opened=ON
    )
    press(frida, "write-case", case.pk, **MEMO)
    page = shown(frida, "write-case", case.pk)
    assert page.values["sum-0-amount"] == "880000"
    assert page.values["goal-0-words"] == "Jämlik hälsa"
    wrong = {**MEMO, "title": "", "matter": "Detta står kvar.", "sum-0-unit": ""}
    answer = frida.post(reverse("write-case", args=[case.pk]), wrong)
    assert answer.status_code == 422
    assert "Detta står kvar." in answer.content.decode()
    errors = read(answer).errors
    assert "Write a title." in errors
    assert "It is never guessed" in errors
    assert case.versions.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sum-0-amount": "sju hundra"}, "in digits"),
        ({"sum-0-amount": "0"}, "above nothing"),
        ({"sum-0-amount": "0,001"}, "above nothing"),
        ({"sum-0-last": "2020"}, "before the first"),
        ({"sum-0-first": "26"}, "four digits"),
        ({"sum-0-standing": ""}, "how sure"),
        ({"goal-0-address": "javascript:alert(1)"}, "https://"),
        ({"supporting": "Papper; i går"}, "semicolon"),
        ({"day": "2026-13-01"}, "no such day"),
        ({"board": " "}, "which board"),
    ],
)
def test_what_is_wrong_in_a_memorandum_is_said_and_nothing_is_kept(
    frida: Client, office: Office, changed: dict[str, str], said: str
):
    press(frida, "new-case", registry_number="1", title="x")
    case = Case.objects.get()
    assert said in refused(frida, "write-case", case.pk, **{**MEMO, **changed})
    assert not case.versions.exists()


@pytest.mark.parametrize("rows", ["", "x", "-1", "999999999", "1e9"])
def test_a_number_of_rows_that_nobody_wrote_does_no_harm(frida: Client, office: Office, rows: str):
    press(frida, "new-case", registry_number="1", title="x")
    case = Case.objects.get()
    answer = frida.post(
        reverse("write-case", args=[case.pk]), {**MEMO, "sum-rows": rows, "goal-rows": rows}
    )
    assert answer.status_code == 302


def test_a_button_pressed_twice_does_its_work_once(frida: Client, office: Office):
    command = f"{uuid4()}"
    for _n in range(2):
        press(frida, "new-case", registry_number="1", title="x", command=command)
    case, command = Case.objects.get(), f"{uuid4()}"
    for _n in range(2):
        press(frida, "write-case", case.pk, **MEMO, command=command)
    command = f"{uuid4()}"
    for _n in range(2):
        press(frida, "act-case", case.pk, "inform", day="2026-03-02", reference="information",
              command=command)  # fmt: skip
    assert case.versions.count() == 1
    assert [one.act for one in CaseAct.objects.order_by("number")] == ["write", "inform"]


def test_what_cannot_be_done_yet_is_said_in_place_of_a_form(greta: Client, office: Office):
    press(greta, "new-case", registry_number="1", title="x")
    case = Case.objects.get()
    assert "Write the memorandum first." in shown(greta, "act-case", case.pk, "sign").text
    assert "while the case reads" in shown(greta, "act-case", case.pk, "approve").text
    press(greta, "write-case", case.pk, **{**MEMO, "matter": ""})
    assert "The matter" in shown(greta, "act-case", case.pk, "sign").text


def test_a_refusal_after_the_form_was_shown_is_said_and_the_form_is_kept(
    greta: Client, office: Office
):
    case = decided(office)
    said = refused(greta, "act-case", case.pk, "approve", day="2026-03-11", reference="§ 12")
    assert "while the case reads: Approved" in said


def test_each_reads_and_only_two_write(
    greta: Client, frida: Client, ekan: Client, anna: Client, office: Office
):
    case, agreement = decided(office), drafted(office, None)
    for client in (greta, frida, ekan):
        for name, *parts in (
            ("agreements",), ("case", case.pk), ("agreement", agreement.pk),
        ):  # fmt: skip
            assert shown(client, name, *parts).text
    page = shown(ekan, "case", case.pk)
    assert not [link for link in page.links if "/do/" in link or link.endswith("/write")]
    writing: list[tuple[object, ...]] = [
        ("new-case",), ("write-case", case.pk), ("act-case", case.pk, "dispatch"),
        ("new-agreement",), ("write-agreement", agreement.pk),
        ("step-agreement", agreement.pk, "review"),
    ]  # fmt: skip
    for place in writing:
        assert ekan.get(reverse(str(place[0]), args=place[1:])).status_code == 404
    assert anna.get(reverse("agreements")).status_code == 404
    assert "/do/approve" not in str(shown(frida, "agreement", agreement.pk).links)


def test_another_site_finds_nothing(greta: Client, office: Office, cast: Cast):
    case, agreement = decided(office), signed_anew(office)
    duty = Duty.objects.earliest("pk")
    Assignment.objects.filter(staff__login="greta").update(site=cast.cilla.site)
    client = at_the_screen_of("greta")
    for name, *parts in (
        ("case", case.pk), ("write-case", case.pk), ("act-case", case.pk, "dispatch"),
        ("case-paper", case.pk, "memorandum", "pdf"), ("agreement", agreement.pk),
        ("agreement-paper", agreement.pk, 1, "pdf"), ("do-duty", duty.pk),
        ("write-agreement", agreement.pk), ("step-agreement", agreement.pk, "end"),
    ):  # fmt: skip
        assert client.get(reverse(name, args=parts)).status_code == 404, name


def signed_anew(office: Office, number: str = "SN 2026-9", **terms: object) -> Agreement:
    """Return an agreement signed by both, decided in a case of its own."""
    case = cases.open_case(office.site, registry_number=number, title="x", by=office.frida)
    cases.write_memorandum(case, WHOLE, by=office.frida)
    for did in WAY:
        cases.act(case, did, by=office.greta)
    agreement = drafted(office, case, **terms)
    from tests.services.test_agreements import STEPS, step

    for which in STEPS:
        agreements.take(agreement, step(office, which), by=office.greta)
    return agreement


# Papers


def test_the_papers_of_a_case_are_downloaded_in_both_forms(frida: Client, office: Office):
    case = decided(office)
    for paper, words in (("memorandum", "Förslagtillbeslut"), ("extract", "Beslut")):
        pdf = frida.get(reverse("case-paper", args=[case.pk, paper, "pdf"]))
        assert pdf.headers["Content-Type"] == "application/pdf"
        assert f'filename="{paper}.pdf"' in pdf.headers["Content-Disposition"]
        assert words in text_of(pdf.content)
        file = frida.get(reverse("case-paper", args=[case.pk, paper, "docx"]))
        assert WHOLE.title in " ".join(word.text_of(file.content))
        again = frida.get(reverse("case-paper", args=[case.pk, paper, "docx"]))
        assert again.content == file.content
    for paper, form in (("memorandum", "exe"), ("secret", "pdf")):
        assert frida.get(reverse("case-paper", args=[case.pk, paper, form])).status_code == 404


def test_the_extract_is_there_first_when_the_minutes_are_verified(frida: Client, office: Office):
    case = cases.open_case(office.site, registry_number="1", title="x", by=office.frida)
    address = reverse("case-paper", args=[case.pk, "memorandum", "pdf"])
    assert frida.get(address).status_code == 404
    cases.write_memorandum(case, WHOLE, by=office.frida)
    assert frida.get(address).status_code == 200
    assert frida.get(reverse("case-paper", args=[case.pk, "extract", "pdf"])).status_code == 404


def test_an_agreement_is_downloaded_in_each_version(frida: Client, office: Office):
    agreement = drafted(office, None)
    made = frida.get(reverse("agreement-paper", args=[agreement.pk, 1, "docx"]))
    opened = python_docx.Document(io.BytesIO(made.content))
    text = " ".join(word.text_of(made.content))
    for words in ("Nämnden, Kommun", "Råd, Kommun", "500 000 kronor", "Lägesrapport", "Utkast"):
        assert words in text
    assert len(opened.tables) == 3
    assert frida.get(reverse("agreement-paper", args=[agreement.pk, 2, "pdf"])).status_code == 404


@pytest.fixture
def own_templates(tmp_path: Path, settings: LazySettings) -> Path:
    settings.WORD_TEMPLATES = tmp_path
    return tmp_path


def test_the_municipalitys_own_template_is_used_for_its_kind(
    frida: Client, office: Office, own_templates: Path
):
    case = decided(office)
    (own_templates / "memorandum.docx").write_bytes(edited(("{{ title }}", "X-kommun {{ title }}")))
    made = frida.get(reverse("case-paper", args=[case.pk, "memorandum", "docx"]))
    assert word.text_of(made.content)[0] == f"X-kommun {WHOLE.title}"
    made = frida.get(reverse("case-paper", args=[case.pk, "extract", "docx"]))
    assert not word.text_of(made.content)[0].startswith("X-kommun")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "damaged"),
        (edited(("{{ fact.value }}", "x")), "leaves out"),
        (edited(("{{ title }}", "{{ titel }}")), "not known"),
    ],
)
def test_a_template_that_cannot_be_used_is_told_of_in_words(
    frida: Client, office: Office, own_templates: Path, content: bytes, said: str
):
    case = decided(office)
    (own_templates / "document.docx").write_bytes(content)
    answer = frida.get(reverse("case-paper", args=[case.pk, "memorandum", "docx"]))
    assert said in read(answer).text
    assert frida.get(reverse("case-paper", args=[case.pk, "memorandum", "pdf"])).content[:4] == (
        b"%PDF"
    )


def test_a_letter_that_no_font_has_is_told_by_its_code(frida: Client, office: Office):
    case = cases.open_case(office.site, registry_number="1", title="x", by=office.frida)
    cases.write_memorandum(case, replace(WHOLE, matter="Bra 😀"), by=office.frida)
    answer = frida.get(reverse("case-paper", args=[case.pk, "memorandum", "pdf"]))
    assert "U+1F600" in read(answer).text


# Agreements


def agreement_form(office: Office, case: Case | None = None, **changed: str) -> dict[str, str]:
    return {
        "title": "Överenskommelse", "commissioner": f"{office.commissioner.pk}",
        "provider": f"{office.provider.pk}", "case": f"{case.pk}" if case else "",
        "starts": "2026-03-16", "ends": "2027-12-31", "notice_months": "6",
        "price-rows": "2", "price-0-year": "2026", "price-0-amount": "700",
        "price-0-unit": "tkr",
        "duty-rows": "1", "duty-0-what": "Lägesrapport", "duty-0-due": "2026-04-30",
        **{f"clause-{one}": f"Text om {one}" for one in NEEDED},
        **changed,
    }  # fmt: skip


def test_an_agreement_is_taken_to_both_signatures_on_pages(
    greta: Client, frida: Client, office: Office
):
    case = decided(office)
    press(frida, "new-agreement", **agreement_form(office, case))
    agreement = Agreement.objects.get()
    assert agreement.versions.get().value.terms.prices[0].ore == 700_000_00
    said = refused(frida, "step-agreement", agreement.pk, "review", day="2026-03-10")
    assert "does not review it" in said
    press(greta, "step-agreement", agreement.pk, "review", day="2026-03-10")
    press(greta, "step-agreement", agreement.pk, "inform", day="2026-03-10",
          reference="negotiation")  # fmt: skip
    press(greta, "step-agreement", agreement.pk, "approve", day="2026-03-11")
    page = shown(greta, "step-agreement", agreement.pk, "sign_commissioner")
    assert page.radios == ["Direktören"]
    press(greta, "step-agreement", agreement.pk, "sign_commissioner", day="2026-03-16",
          whom="Direktören")  # fmt: skip
    press(greta, "step-agreement", agreement.pk, "sign_provider", day="2026-03-16",
          whom="Enhetschefen")  # fmt: skip
    page = shown(frida, "agreement", agreement.pk)
    assert "In force" in page.text
    page = shown(frida, "agreements")
    assert "Lägesrapport" in page.text
    assert "holds through" in page.text
    duty = Duty.objects.get()
    press(frida, "do-duty", duty.pk, day="2026-03-16")
    assert "Lägesrapport" not in shown(frida, "agreements").text
    press(frida, "write-agreement", agreement.pk, **agreement_form(office, ends="2028-12-31"))
    assert "version 1 is in force" in shown(frida, "agreement", agreement.pk).text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ends": "2020-01-01"}, "before the first"),
        ({"price-0-unit": ""}, "never guessed"),
        ({"price-0-year": "2031"}, "outside the agreement"),
        ({"price-1-year": "2026", "price-1-amount": "1", "price-1-unit": "kr"}, "one price"),
        ({"duty-0-due": "snart"}, "YYYY-MM-DD"),
        ({"notice_months": ""}, "number of months"),
        ({"commissioner": ""}, "Choose a unit"),
        ({"title": ""}, "Write a title"),
        ({"case": "99999"}, ""),
    ],
)
def test_what_is_wrong_in_an_agreement_is_said_and_nothing_is_kept(
    frida: Client, office: Office, changed: dict[str, str], said: str
):
    assert said in refused(frida, "new-agreement", **{**agreement_form(office), **changed})
    assert not Agreement.objects.exists()


def test_an_agreement_with_oneself_is_none(frida: Client, office: Office):
    same = agreement_form(office, commissioner=f"{office.provider.pk}")
    assert "two different units" in refused(frida, "new-agreement", **same)


# Where it matters


def test_a_site_without_an_agreement_is_told_so_and_works_as_before(
    greta: Client, frida: Client, office: Office, cast: Cast
):
    for client, name in ((frida, "overview"), (greta, "site"), (frida, "agreements")):
        assert "No agreement with the provider" in shown(client, name).text
    name_bodil(greta, office, cast)


def test_near_its_end_the_overview_and_the_site_say_so(
    greta: Client, frida: Client, office: Office
):
    signed(office, starts=date(2026, 3, 12), ends=ON + timedelta(90), prices=(Price(2026, 1_00),))
    for client, name in ((frida, "overview"), (greta, "site"), (frida, "agreements")):
        assert "in 90 days" in shown(client, name).text


def test_long_before_its_end_the_overview_is_quiet(frida: Client, office: Office):
    signed(office, starts=date(2026, 3, 12), ends=ON + timedelta(91), prices=(Price(2026, 1_00),))
    assert "agreement with the provider" not in shown(frida, "overview").text


@pytest.mark.parametrize(("ahead", "shows"), [(14, True), (15, False), (-1, True)])
def test_what_is_to_be_reported_soon_stands_on_the_overview(
    frida: Client, office: Office, ahead: int, shows: bool
):
    duty = DutyValue("Lägesrapport till nämnden", ON + timedelta(ahead))
    signed(office, starts=date(2026, 3, 12), duties=(duty,))
    assert ("Lägesrapport till nämnden" in shown(frida, "overview").text) is shows


def name_bodil(client: Client, office: Office, cast: Cast, unit: Unit | None = None) -> None:
    """Name Bodil, an adviser, for the family; raises AssertionError where she is refused."""
    staff = Staff.objects.create_user("bodil", "Bodil Bok", PASSWORD)
    given = Assignment.objects.create(
        staff=staff, role=Role.PARENTAL_ADVISER, unit=unit or office.provider, site=office.site,
        starts=ON,
    )  # fmt: skip
    press(client, "team", cast.family.ref, who=f"{given.pk}")


def over(office: Office) -> None:
    """Let the site's agreement have been over for four days."""
    signed(office, starts=date(2026, 3, 11), ends=date(2026, 3, 12), prices=(Price(2026, 1_00),))


def test_when_it_is_over_the_providers_staff_are_not_newly_named_and_visits_go_on(
    greta: Client, frida: Client, office: Office, cast: Cast, sign_in: Callable[[str], Client]
):
    over(office)
    with pytest.raises(AssertionError, match="ended on"):
        name_bodil(greta, office, cast)
    assert not TeamMember.objects.filter(staff__login="bodil").exists()
    assert "Visits go on" in shown(frida, "overview").text
    assert sign_in("bo").get(reverse("family", args=[cast.family.ref])).status_code == 200
    assert sign_in("anna").get(reverse("today")).status_code == 200


def test_when_it_is_over_staff_of_other_units_are_named_as_before(
    greta: Client, office: Office, cast: Cast
):
    over(office)
    name_bodil(greta, office, cast, unit=office.commissioner)


def test_the_board_paper_is_at_most_five_presses_from_the_overview(frida: Client, office: Office):
    """By links alone: overview, agreements, the case, the PDF."""
    case = decided(office)
    way = [reverse("overview"), reverse("agreements"), reverse("case", args=[case.pk]),
           reverse("case-paper", args=[case.pk, "memorandum", "pdf"])]  # fmt: skip
    for here, there in pairwise(way):
        assert there in read(frida.get(here)).links
    assert len(way) - 1 <= 5


def test_no_address_and_no_file_names_a_person_or_a_number(frida: Client, office: Office):
    case = decided(office)
    page = shown(frida, "case", case.pk)
    assert not [link for link in page.links if re.search(r"SN|2026|Frida", link)]


def test_every_step_that_a_state_allows_has_a_page(greta: Client, office: Office):
    agreement = drafted(office, None)
    for step in Step:
        assert shown(greta, "step-agreement", agreement.pk, step).text
    assert not AgreementStep.objects.exists()
    case = decided(office)
    for act in Act:
        if act is not Act.WRITE:
            assert shown(greta, "act-case", case.pk, act).text
    for name, parts in (("act-case", [case.pk, "write"]), ("act-case", [case.pk, "nosuch"]),
                        ("step-agreement", [agreement.pk, "nosuch"])):  # fmt: skip
        assert greta.get(reverse(name, args=parts)).status_code == 404
