"""A closed case leaves for the archive: whole, by its schema, and never with a protected place."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from lxml import etree

from hembesok.access.models import TrailEntry
from hembesok.agreements.models import Case
from hembesok.agreements.queries import CasePage, case_page
from hembesok.agreements.rules.cases import Act, Did
from hembesok.agreements.rules.memoranda import Text
from hembesok.agreements.services import agreements, cases
from hembesok.documents.package import flaws
from hembesok.families.models import Family
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.values.identity import test_number
from hembesok.values.refusals import Refusal
from hembesok.web.papers.archive import archive
from tests.conftest import ON, Cast
from tests.rules.deciding import WHOLE
from tests.rules.pdf_text import text_of
from tests.services.test_agreements import STEPS, WAY, Office, build_office, drafted, step
from tests.web.page import read
from tests.web.test_agreements import at_the_screen_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast: Cast) -> Office:
    return build_office(cast)


def closed(office: Office, text: Text = WHOLE, said: str = "") -> CasePage:
    """Return a case with an agreement, taken the whole way."""
    case = cases.open_case(office.site, registry_number="SN 2026-1", title="x", by=office.frida)
    cases.write_memorandum(case, text, by=office.frida)
    for did in WAY:
        cases.act(case, did, by=office.greta)
    agreement = drafted(office, case)
    for which in STEPS:
        agreements.take(agreement, step(office, which), by=office.greta)
    for act in (Act.DISPATCH, Act.RECEIVE):
        for whom in WHOLE.distribution:
            cases.act(case, Did(act, ON, whom=whom, said=said), by=office.frida)
    cases.act(case, Did(Act.CLOSE, ON), by=office.greta)
    found = case_page(office.greta, case.pk)
    assert found
    return found


def files_of(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as packed:
        return {one.partition("/")[2]: packed.read(one) for one in packed.namelist()}


def test_the_package_holds_each_paper_as_pdf_a_and_is_whole(office: Office):
    page = closed(office)
    made = archive(page, by=office.greta)
    assert flaws(made) == []
    files = files_of(made)
    papers = {name.rpartition("/")[2]: content for name, content in files.items()
              if name.endswith(".pdf")}  # fmt: skip
    assert set(papers) == {"memorandum.pdf", "extract.pdf", "agreement-1-1.pdf"}
    for content in papers.values():
        assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert "Överenskommelsengodkänns." in text_of(papers["memorandum.pdf"])
    assert archive(page, by=office.greta) == made
    assert TrailEntry.objects.filter(action="case.archived").count() == 2


def test_the_description_keeps_to_its_schema_and_a_fault_in_it_is_found(office: Office):
    files = files_of(archive(closed(office), by=office.greta))
    schema = etree.XMLSchema(etree.fromstring(files["schemas/case.xsd"]))
    described = etree.fromstring(files["metadata/descriptive/case.xml"])
    schema.assertValid(described)
    kinds = [one.get("kind") for one in described.iter("act")]
    assert kinds == [did.act for did in _done(office)]
    listed = {one.get("file") for one in described.iter("paper")}
    assert listed == {"memorandum.pdf", "extract.pdf", "agreement-1-1.pdf"}
    described.find("closed").text = "i går"
    assert not schema.validate(described)


def _done(office: Office) -> list[Did]:
    page = case_page(office.greta, Case.objects.get().pk)
    assert page
    return page.done


def test_an_open_case_does_not_leave(office: Office):
    case = cases.open_case(office.site, registry_number="1", title="x", by=office.frida)
    cases.write_memorandum(case, WHOLE, by=office.frida)
    page = case_page(office.greta, case.pk)
    assert page
    with pytest.raises(Refusal, match="case_not_closed"):
        archive(page, by=office.greta)


def test_who_decides_nothing_hands_nothing_over(office: Office):
    with pytest.raises(Refusal, match="role_decides_nothing"):
        archive(closed(office), by=office.frida)


def _protect(cast: Cast, level: ProtectionLevel, address: str) -> None:
    Family.objects.filter(pk=cast.family.pk).update(protection=level, address=address)


@pytest.mark.parametrize(
    "where",
    [
        lambda office, words: closed(office, replace(WHOLE, matter=f"Hos {words}.")),
        lambda office, words: closed(office, replace(WHOLE, title=f"Besök {words}")),
        lambda office, words: closed(office, replace(WHOLE, background=f"- a\n- {words}")),
        lambda office, words: closed(office, said=f"Lämnat på {words}"),
    ],
)
@pytest.mark.parametrize("words", ["Hemliga gatan 7", "hemliga  gatan, 7", "HEMLIGA GATAN 7"])
def test_where_a_protected_family_lives_never_leaves(
    office: Office, cast: Cast, where: Callable[[Office, str], CasePage], words: str
):
    _protect(cast, ProtectionLevel.CONFIDENTIALITY_FLAG, "Hemliga gatan 7")
    with pytest.raises(Refusal, match="protected_place_in_paper") as refusal:
        archive(where(office, words), by=office.greta)
    assert refusal.value.reason.values == {}, "who it is about is not told"
    assert not TrailEntry.objects.filter(action="case.archived").exists()


def test_an_address_of_a_family_without_protection_stops_nothing(office: Office, cast: Cast):
    _protect(cast, ProtectionLevel.NONE, "Hemliga gatan 7")
    page = closed(office, replace(WHOLE, matter="Hos Hemliga gatan 7."))
    assert flaws(archive(page, by=office.greta)) == []


@pytest.mark.parametrize("form", ["{0}{1}", "{0}-{1}", "{2}-{1}", "{2}{1}", "{0} {1}"])
def test_an_identity_number_never_leaves(office: Office, form: str):
    number = test_number(date(2018, 3, 10), serial=238)
    said = form.format(number[:8], number[8:], number[2:8])
    page = closed(office, replace(WHOLE, matter=f"Gäller {said}."))
    with pytest.raises(Refusal, match="identity_in_paper"):
        archive(page, by=office.greta)


def test_an_organisations_number_and_a_registry_number_leave(office: Office):
    page = closed(office, replace(WHOLE, matter="Kommunen (212000-0449), dnr 2019-1232."))
    assert flaws(archive(page, by=office.greta)) == []


# The page and the command


def test_the_manager_is_given_the_package_and_the_coordinator_is_not(office: Office):
    page = closed(office)
    greta, frida = at_the_screen_of("greta"), at_the_screen_of("frida")
    address = reverse("archive-case", args=[page.pk])
    assert address in read(greta.get(reverse("case", args=[page.pk]))).actions
    answer = greta.post(address)
    assert answer.headers["Content-Type"] == "application/zip"
    assert flaws(answer.content) == []
    assert address not in read(frida.get(reverse("case", args=[page.pk]))).actions
    assert frida.post(address).status_code == 404
    assert greta.get(address).status_code == 405


def test_what_may_not_leave_is_said_on_the_page(office: Office, cast: Cast):
    _protect(cast, ProtectionLevel.CONFIDENTIALITY_FLAG, "Hemliga gatan 7")
    page = closed(office, replace(WHOLE, matter="Hos Hemliga gatan 7."))
    client: Client = at_the_screen_of("greta")
    answer = client.post(reverse("archive-case", args=[page.pk]))
    assert answer.status_code == 422
    assert "Nothing leaves with it" in read(answer).text


def test_the_command_makes_a_package_and_checks_it(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    closed(office)
    out = tmp_path / "case.zip"
    call_command("archive", "SN 2026-1", staff="greta", out=out)
    call_command("archive", check=[out])
    assert "whole" in capsys.readouterr().out
    changed = bytearray(out.read_bytes())
    changed[len(changed) // 2] ^= 1
    (tmp_path / "changed.zip").write_bytes(changed)
    with pytest.raises(CommandError, match="1 of 2 are not whole") as error:
        call_command("archive", check=[out, tmp_path / "changed.zip"])
    assert error.value.returncode == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("SN 2026-1", "greta"), "File exists"),
        (("SN 2026-9", "greta"), "no case"),
        (("SN 2026-1", "frida"), "manages no site"),
        (("SN 2026-1", "nobody"), "manages no site"),
    ],
)
def test_the_command_says_what_is_wrong(
    office: Office, tmp_path: Path, words: tuple[str, str], said: str
):
    closed(office)
    out = tmp_path / "case.zip"
    out.write_bytes(b"mine")
    with pytest.raises(CommandError, match=said):
        call_command("archive", words[0], staff=words[1], out=out)
    assert out.read_bytes() == b"mine"
    with pytest.raises(CommandError, match="registry number"):
        call_command("archive")
