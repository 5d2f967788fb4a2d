"""Bringing in a birth or clinic list through its pages."""

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.files import temp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from hembesok.access.models import Assignment, Staff, Unit
from hembesok.access.rules.roles import Role
from hembesok.families.birth_list.sheet import MOST_BYTES
from hembesok.families.models import (
    Child,
    Family,
    Guardian,
    PersonIdentifier,
    SentList,
    TeamMember,
)
from hembesok.families.rules.people import NewChild, NewFamily, NewGuardian
from hembesok.families.services import lists as services
from hembesok.families.services.registering import register
from hembesok.families.services.sent import forget_old
from hembesok.values.identity import written
from hembesok.web import uploads
from tests.conftest import ON, Cast
from tests.rules.lists import (
    HEADER,
    SPOILS,
    as_csv,
    as_xlsx,
    good_rows,
    number,
    spoil,
)
from tests.services.stored import everything, refusal, trail
from tests.web.page import Answer, Page, read

DAY = ON - timedelta(12)
CHILD = written(number(DAY, 501))
MOTHER = written(number(ON - timedelta(11_000), 502))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def gerd(cast: Cast, sign_in: Callable[[str], Client]) -> Client:
    """The screen of Gerd, nurse at Anna's unit and in none of its teams."""
    second = Staff.objects.create_user("gerd", "Gerd Gran")
    Assignment.objects.create(
        staff=second, role=Role.CHILD_HEALTH_NURSE, unit_id=cast.anna.unit, site_id=cast.anna.site,
        starts=ON - timedelta(9),
    )  # fmt: skip
    return sign_in("gerd")


def row(**cells: str) -> list[str]:
    """A row of one child, changed as told."""
    usual = {
        "number": CHILD, "born": f"{DAY}", "name": "Elin", "parent": "Gun", "parent_number": MOTHER,
        "phone": "070-174 06 05", "language": "so", "interpreter": "ja",
        "address": "Exempelvägen 1", "protected": "nej",
    }  # fmt: skip
    return list((usual | cells).values())


def other(**cells: str) -> list[str]:
    """A row of a child that is like none of the others."""
    return row(
        **{"number": "", "parent_number": "", "phone": "", "name": "", "parent": "", **cells}
    )


def send(client: Client, rows: Sequence[Sequence[str]], name: str = "list.csv") -> str:
    """Send a list, and return the address of its page."""
    answer = sent(client, as_csv([HEADER, *rows]), name)
    assert answer.status_code == 302, read(answer).errors
    return answer.headers["Location"]


def sent(client: Client, content: bytes, name: str = "list.csv") -> Answer:
    client.post(reverse("set_language"), {"language": "en"})
    return client.post(reverse("list"), {"file": SimpleUploadedFile(name, content)})


def shown(client: Client, url: str) -> Page:
    answer = client.get(url)
    assert answer.status_code == 200
    return read(answer)


def bring(client: Client, rows: Sequence[Sequence[str]], **more: object) -> Page:
    """Send a list and bring it in at once; return the page one comes to."""
    answer = client.post(send(client, rows), more, follow=True)
    assert answer.redirect_chain, read(answer).errors
    return read(answer)


def newest() -> Family:
    family = Family.objects.order_by("pk").last()
    assert family is not None
    return family


# What a list becomes


def test_a_nurse_brings_in_a_list_and_can_offer_at_once(anna: Client):
    url = send(anna, [row(), other(born=f"{DAY - timedelta(1)}", parent="Hans")])
    page = shown(anna, url)
    assert "2 rows in the list. Nothing is saved yet." in page.text
    assert "Children to bring in 2" in page.text
    assert Family.objects.count() == 1
    with trail() as lines:
        page = read(anna.post(url, follow=True))
    assert "2 children are brought in." in page.text
    assert page.title.startswith("To be offered")
    assert "Elin" in page.text
    first = Family.objects.get(children__born=DAY)
    assert (first.language, first.interpreter_needed, first.address) == (
        "so",
        True,
        "Exempelvägen 1",
    )
    assert TeamMember.objects.get(family=first).staff.login == "anna"
    assert first.clinic == Unit.objects.get(name="BVC Här")
    guardian = first.guardians.get()
    assert (guardian.given_name, guardian.phone) == ("Gun", "+46701740605")
    assert guardian.identifiers.get().value == MOTHER.replace("-", "")
    assert first.children.get().identifiers.get().value == CHILD.replace("-", "")
    done = [(one.action, one.subject) for one in lines]
    assert ("family.registered", first.subject) in done
    assert "list.brought_in" in {action for action, _subject in done}


def test_the_second_time_nothing_is_brought_in(anna: Client):
    rows = [
        row(),
        other(born=f"{DAY - timedelta(1)}", parent="Hans"),
        other(name="Ida", parent="Ulla"),
    ]
    bring(anna, rows)
    before = everything(but_the_trail=True)
    page = shown(anna, send(anna, rows))
    assert "Children to bring in 0" in page.text
    assert "Here already 1" in page.text
    assert "May be here already 2" in page.text
    assert "Same guardian" in page.text
    bring(anna, rows)
    assert everything(but_the_trail=True) == before


def test_a_near_child_is_brought_in_when_it_is_ticked_and_only_then(anna: Client):
    bring(anna, [row(number="", name="Elin")])
    twin = row(number="", name="Ellin")
    family = newest()
    page = shown(anna, send(anna, [twin]))
    assert family.code in page.text
    assert "nearly the same name" in page.text or "Same guardian" in page.text
    bring(anna, [twin])
    assert Child.objects.filter(born=DAY).count() == 1
    bring(anna, [twin], near="2")
    assert Child.objects.filter(born=DAY).count() == 2
    # The guardian has a family here: the child comes into it, and no second one is made.
    assert family.children.count() == 2


def test_a_tick_for_a_row_that_was_not_asked_about_is_refused(anna: Client):
    url = send(anna, [row()])
    before = everything(but_the_trail=True)
    answer = anna.post(url, {"near": "2"})
    assert answer.status_code == 422
    assert everything(but_the_trail=True) == before


def test_siblings_of_one_list_are_one_family_with_their_guardians_once(anna: Client):
    older = row(number="", born=f"{DAY - timedelta(400)}", name="Adam")
    bring(anna, [row(), older])
    family = newest()
    assert [one.given_name for one in family.children.order_by("number")] == ["Elin", "Adam"]
    assert family.guardians.count() == 1


def test_a_child_is_added_to_the_family_its_guardian_is_in(anna: Client):
    bring(anna, [row()])
    family = newest()
    with trail() as lines:
        bring(anna, [row(number="", born=f"{DAY - timedelta(400)}", name="Adam", parent="G")])
    assert Family.objects.count() == 2
    assert [one.number for one in family.children.order_by("number")] == [1, 2]
    assert family.guardians.count() == 1
    assert ("child.added", family.subject) in {(one.action, one.subject) for one in lines}


def test_a_guardian_of_somebody_elses_family_is_told_of_in_words_and_noted(
    anna: Client, cast: Cast
):
    theirs = register(
        NewFamily(
            language="sv",
            children=[NewChild(DAY - timedelta(500), "Hemlig")],
            guardians=[NewGuardian("Gun", identifier=MOTHER)],
        ),
        by=cast.cilla,
    )
    url = send(anna, [row()])
    with trail() as lines:
        page = shown(anna, url)
    assert "Row 2: A guardian's number is somebody's whose family is not yours." in page.text
    assert theirs.code not in page.text
    assert theirs.ref not in page.text
    assert "Hemlig" not in page.text
    assert ("list.matched", theirs.subject) in {(one.action, one.subject) for one in lines}
    bring(anna, [row()])
    assert Family.objects.count() == 2


def test_a_number_that_is_a_childs_already_is_here_whoever_has_it(anna: Client, cast: Cast):
    theirs = register(
        NewFamily(language="sv", children=[NewChild(DAY, "Hemlig", CHILD)]), by=cast.cilla
    )
    with trail() as lines:
        page = shown(anna, send(anna, [row(parent_number="")]))
    assert "Here already 1" in page.text
    assert theirs.code not in page.text
    assert ("list.matched", theirs.subject) in {(one.action, one.subject) for one in lines}


def test_one_number_for_two_people_of_a_list_is_told_and_never_half_written(anna: Client):
    rows = [row(), other(name="Ida", parent="Ulla", parent_number=CHILD, born="2025-10-01")]
    page = shown(anna, send(anna, rows))
    assert "Row 3: A number of the row is another person's on another row." in page.text
    bring(anna, rows)
    assert Family.objects.count() == 2


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("sekretessmarkering", "confidentiality_flag"),
        ("skyddad folkbokföring", "protected_registration"),
        ("fingerade personuppgifter", "fictitious"),
    ],
)
def test_a_protected_child_is_stored_as_protected_and_not_named_on_the_page(
    anna: Client, cell: str, level: str
):
    rows = [row(protected=cell), row(number="", born=f"{DAY - timedelta(400)}", name="Adam")]
    page = shown(anna, send(anna, rows))
    assert "Elin" not in page.text
    assert "Adam" not in page.text
    assert "of them protected 1" in page.text
    bring(anna, rows)
    family = newest()
    assert family.protection == level
    assert bool(family.address) == (level == "confidentiality_flag")
    assert family.children.count() == 2


def test_a_protected_sibling_makes_the_family_there_is_protected_and_never_less(anna: Client):
    bring(anna, [row()])
    family = newest()
    Family.objects.filter(pk=family.pk).update(door_note="1234")
    younger = {"number": "", "born": f"{DAY - timedelta(400)}", "name": "Adam"}
    bring(anna, [row(**younger, protected="skyddad folkbokföring")])
    family.refresh_from_db()
    assert family.protection == "protected_registration"
    assert (family.address, family.door_note) == ("", "")
    bring(anna, [row(**younger | {"born": f"{DAY - timedelta(800)}", "name": "Eva"})])
    family.refresh_from_db()
    assert family.children.count() == 3
    assert family.protection == "protected_registration"


def test_a_protected_row_of_a_child_that_is_here_is_told_of(anna: Client):
    bring(anna, [row()])
    page = shown(anna, send(anna, [row(protected="ja")]))
    assert "Check how the family is protected" in page.text


def test_codes_of_a_list_are_kept_and_never_given_twice(anna: Client):
    header = [*HEADER, "Familjekod"]
    rows = [
        [*other(name="Ida"), "h-0002"],
        [*other(name="Olof", born="2025-10-01"), ""],
        [*other(name="Sixten", born="2025-10-02"), "H-0001"],
    ]
    url = sent(anna, as_csv([header, *rows])).headers["Location"]
    assert "Row 4: The family code is another family's already" in shown(anna, url).text
    anna.post(url)
    codes = set(Family.objects.values_list("code", flat=True))
    assert codes == {"H-0001", "h-0002", "H-0003"}


def test_a_guardian_without_a_name_makes_no_family_and_joins_one_that_is_here(anna: Client):
    """A name is asked of whoever is to say yes; a family that is here has its guardians."""
    nameless = row(parent="", number="", name="Alma")
    page = shown(anna, send(anna, [nameless]))
    assert "Children to bring in 0" in page.text
    assert "Row 2: A guardian has a number or a telephone and no name." in page.text
    bring(anna, [row()])
    page = shown(anna, send(anna, [row(parent="", number="", name="Alma", born="2024-01-02")]))
    assert "Children to bring in 1" in page.text


def test_a_child_older_than_child_health_services_is_left_out_with_the_reason(anna: Client):
    page = shown(anna, send(anna, [row(number="", born="2016-01-01")]))
    assert "Children to bring in 0" in page.text
    assert "Row 2:" in page.text


def test_a_nurse_does_not_bring_in_children_of_another_clinic(anna: Client):
    header = [*HEADER, "BVC"]
    rows = [[*row(), "bvc  där"], [*other(name="Ida", born="2025-10-01"), "BVC Här"]]
    url = sent(anna, as_csv([header, *rows])).headers["Location"]
    assert "Row 2: The child belongs to another child health centre" in shown(anna, url).text
    anna.post(url)
    assert Family.objects.count() == 2


def test_area_codes_are_kept_with_their_version_and_not_without_one(anna: Client):
    header = [*HEADER, "DeSO", "RegSO"]
    content = as_csv([header, [*row(), "0580C1010", "0580R018"]])
    url = sent(anna, content).headers["Location"]
    page = shown(anna, url)
    assert "Write which version the area codes are of" in page.text
    assert "Children to bring in" not in page.text
    before = everything(but_the_trail=True)
    anna.post(url)
    assert everything(but_the_trail=True) == before
    held = {f"column{at}": held for at, held in enumerate(SentList.objects.get().fields)}
    assert anna.post(f"{url}/columns", held).status_code == 422
    assert anna.post(f"{url}/columns", {**held, "area_version": "2018"}).status_code == 302
    anna.post(url)
    family = newest()
    assert (family.deso, family.regso, family.area_version) == ("0580C1010", "0580R018", "2018")
    # What the site wrote last is proposed the next time.
    sent(anna, content)
    assert SentList.objects.get().area_version == "2018"


# Columns


def test_columns_are_proposed_and_changed_by_a_person(anna: Client):
    content = as_csv([["Vem", "När"], ["Elin", f"{DAY}"], ["Ida", "2025-10-01"]])
    url = sent(anna, content).headers["Location"]
    page = shown(anna, url)
    assert "Choose which column holds the child's identity number or birth date." in page.text
    assert anna.post(f"{url}/columns", {"column0": "born", "column1": "born"}).status_code == 422
    assert anna.post(f"{url}/columns", {"column0": "x", "column1": "born"}).status_code == 422
    assert anna.post(f"{url}/columns", {"column0": "given_name"}).status_code == 422
    chosen = {"column0": "given_name", "column1": "born"}
    assert anna.post(f"{url}/columns", chosen).headers["Location"] == url
    assert "Children to bring in 2" in shown(anna, url).text


def test_both_empty_lists_are_read_back_without_a_change(anna: Client):
    for kind in ("csv", "xlsx"):
        answer = anna.get(reverse("list-template", args=[kind]))
        assert "attachment" in answer.headers["Content-Disposition"]
        url = sent(anna, answer.content, f"list.{kind}").headers["Location"]
        anna.post(f"{url}/columns", {
            **{f"column{at}": held for at, held in enumerate(SentList.objects.get().fields)},
            "area_version": "2018",
        })  # fmt: skip
        page = shown(anna, url)
        assert "Cannot be brought in 0" in page.text
        anna.post(f"{url}/away")
    assert anna.get(reverse("list-template", args=["exe"])).status_code == 404


# Who


def test_only_who_sent_a_list_sees_it_in_the_same_role(
    anna: Client, frida: Client, cilla: Client, gerd: Client, cast: Cast
):
    url = send(anna, [row()])
    nowhere = reverse("list-look", args=["NOSUCHXX"])
    before = everything(but_the_trail=True)
    for other_screen in (gerd, frida, cilla):
        for path, ask in (
            ("", other_screen.get), ("", other_screen.post),
            ("/columns", other_screen.post), ("/away", other_screen.post),
        ):  # fmt: skip
            there, none = ask(url + path), ask(nowhere + path)
            assert there.status_code == none.status_code == 302
            assert there.headers["Location"] == none.headers["Location"] == reverse("list")
    assert everything(but_the_trail=True) == before
    anna_here = Staff.objects.get(login="anna")
    second = Assignment.objects.create(
        staff=anna_here, role=Role.COORDINATOR, unit=Unit.objects.get(name="Råd"),
        site_id=cast.anna.site, starts=ON - timedelta(9),
    )  # fmt: skip
    anna.post(reverse("choose-role"), {"assignment": second.pk})
    assert anna.get(url).status_code == 302


@pytest.mark.parametrize("role", [one for one in Role if one not in (
    Role.CHILD_HEALTH_NURSE, Role.COORDINATOR
)])  # fmt: skip
def test_no_other_role_brings_in_anything(cast: Cast, role: Role):
    content = as_csv([HEADER, row()])
    mine = services.send(content, "list.csv", by=cast.anna)
    actor = replace(cast.anna, role=role, at=now())
    assert refusal(lambda: services.send(content, "", by=actor)).key == "role_registers_nobody"
    assert refusal(lambda: services.bring_in(mine, by=actor)).key == "role_registers_nobody"
    assert refusal(lambda: services.throw_away(mine, by=actor)).key == "role_registers_nobody"


def test_a_coordinator_names_a_nurse_for_the_families_of_a_list(frida: Client, cast: Cast):
    of_anna = Assignment.objects.get(staff__login="anna")
    elsewhere = Assignment.objects.get(staff__login="cilla")
    rows = [
        row(),
        other(name="Ida", born="2025-10-01"),
        other(name="Maj", born="2025-10-02", protected="sekretessmarkering"),
    ]
    url = send(frida, rows)
    page = shown(frida, url)
    assert "Anna Ask" in page.text
    assert "Cilla" not in page.text
    assert frida.post(url, {"nurse": elsewhere.pk}).status_code == 422
    page = read(frida.post(url, {"nurse": of_anna.pk}, follow=True))
    assert "3 children are brought in." in page.text
    assert "1 family has no nurse yet" in page.text
    assert set(
        TeamMember.objects.exclude(family=cast.family).values_list("staff__login", flat=True)
    ) == {"anna"}
    protected = Family.objects.get(protection="confidentiality_flag")
    assert not protected.team.exists()


def test_a_colleagues_child_is_near_and_its_family_is_not_shown(anna: Client, gerd: Client):
    bring(gerd, [row(number="", parent_number="", parent="Gun")])
    theirs = newest()
    with trail() as lines:
        page = shown(anna, send(anna, [row(number="", parent_number="", parent="Gun")]))
    assert "as a child at your unit" in page.text
    assert theirs.code not in page.text
    assert theirs.ref not in page.text
    assert ("list.matched", theirs.subject) in {(one.action, one.subject) for one in lines}
    # A protected family is compared with by number only.
    Family.objects.filter(pk=theirs.pk).update(protection="confidentiality_flag")
    page = shown(anna, send(anna, [row(number="", parent_number="", parent="Gun")]))
    assert "May be here already 0" in page.text


# What is kept between the steps


def test_what_was_sent_lies_nowhere_in_clear(
    anna: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def no_file(*_args: object, **_more: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", no_file)
    monkeypatch.setattr(temp, "NamedTemporaryFile", no_file)  # what Django has taken of it
    monkeypatch.setattr(tempfile, "mkstemp", no_file)
    many = [other(name=f"Kanarieelin{at}", born="2025-10-01") for at in range(14_000)]
    content = as_csv([HEADER, *many])
    assert len(content) > 500_000
    big = content + b"\n" * (4_000_000 - len(content))
    url = sent(anna, big).headers["Location"]
    assert list(tmp_path.iterdir()) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM families_sentlist")
        kept = str(cursor.fetchall())
    # Compressed it could be read by anybody: it is sealed besides.
    assert SentList.objects.get().content[:100] not in kept
    for session in Session.objects.all():
        assert "Kanarie" not in str(session.get_decoded())
    assert url.count("/") == 3


def test_a_list_is_forgotten_when_it_is_brought_in_thrown_away_or_too_old(
    anna: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    anna.post(send(anna, [row()]))
    assert not SentList.objects.exists()
    url = send(anna, [other(name="Ida")])
    page = read(anna.post(f"{url}/away", follow=True))
    assert "Nothing of it was saved" in page.text
    assert not SentList.objects.exists()
    url = send(anna, [other(name="Ida")])
    SentList.objects.update(sent=now() - timedelta(hours=2, minutes=1))
    assert anna.get(url).headers["Location"] == reverse("list")
    assert anna.post(url).headers["Location"] == reverse("list")
    send(anna, [row()])
    assert SentList.objects.count() == 1
    assert forget_old(now() + timedelta(hours=3)) == 1


def test_who_presses_twice_brings_in_once_and_is_told(anna: Client):
    url = send(anna, [row()])
    anna.post(url)
    before = everything(but_the_trail=True)
    page = read(anna.post(url, follow=True))
    assert "The list is brought in already" in page.text
    after = everything(but_the_trail=True)
    assert after == before


# What is no list


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "There is nothing in the file."),
        (b"%PDF-1.7 x", "This is not a list we can read."),
        (b"PK\x03\x04 broken", "The workbook is damaged."),
        (b"Barnets personnummer;Namn\n", "no rows below"),
    ],
)
def test_what_is_no_list_is_told_in_words(anna: Client, content: bytes, words: str):
    answer = sent(anna, content)
    assert answer.status_code == 422
    assert words in read(answer).errors
    assert not SentList.objects.exists()


def test_no_file_and_a_text_for_a_file_are_told_in_words(anna: Client):
    anna.post(reverse("set_language"), {"language": "en"})
    for data in ({}, {"file": "Elin"}):
        answer = anna.post(reverse("list"), data)
        assert answer.status_code == 422
        assert "Choose the file of the list." in read(answer).errors


def test_a_file_that_is_too_large_is_let_go_of_and_told_in_words(anna: Client):
    answer = sent(anna, b"a;b\n" + b"x" * MOST_BYTES)
    assert answer.status_code == 422
    assert "The file is larger than 10 MB." in read(answer).errors


def test_a_large_file_for_a_page_that_takes_none_stays_in_memory(
    anna: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(uploads, "MOST_BYTES", 100)
    file = SimpleUploadedFile("x.csv", b"Elin" * 1000)
    assert (
        anna.post(reverse("new-family"), {"file": file, "home-language": "sv"}).status_code == 422
    )


# A long list


def long_list() -> tuple[list[list[str]], set[int]]:
    """5,000 rows of which 300 are bad, and the numbers of those rows."""
    draw = random.Random(3)  # noqa: S311
    rows = good_rows(5_000, draw)
    spoiled = draw.sample(range(5_000), 300)
    for at in spoiled:
        rows[at] = spoil(rows[at], draw.choice(list(SPOILS)), draw)
    return rows, {at + 2 for at in spoiled}


def test_of_5000_rows_each_of_300_bad_is_named_and_the_rest_written_once(anna: Client):
    rows, bad = long_list()
    url = sent(anna, as_csv([HEADER, *rows])).headers["Location"]
    page = shown(anna, url)
    assert "Children to bring in 4700" in page.text
    assert "Cannot be brought in 300" in page.text
    named = {at for at in range(2, 5_002) if f"Row {at}, " in page.text}
    assert named == bad
    with CaptureQueriesContext(connection) as queries:
        anna.post(url)
    assert Child.objects.count() == 4_701
    assert PersonIdentifier.objects.filter(child__isnull=False).count() == 4_701
    assert Guardian.objects.count() == 4_701
    assert len(queries) < 400, (
        "a long list takes as many statements as a short one, but for batches"
    )
    before = everything(but_the_trail=True)
    url = sent(anna, as_csv([HEADER, *rows])).headers["Location"]
    page = shown(anna, url)
    assert "Children to bring in 0" in page.text
    assert "Here already 4700" in page.text
    anna.post(url)
    after = everything(but_the_trail=True)
    assert after == before


def mutated(content: bytes, draw: random.Random) -> bytes:
    """Damage a file somewhere: bytes turned, cut, doubled, or put elsewhere."""
    data = bytearray(content)
    for _time in range(draw.randint(1, 4)):
        at = draw.randrange(len(data) or 1)
        much = draw.randint(1, 40)
        match draw.randrange(5):
            case 0:
                data[at : at + much] = draw.randbytes(much)
            case 1:
                del data[at : at + much]
            case 2:
                data[at:at] = data[at : at + much] * draw.randint(1, 3)
            case 3:
                del data[at:]
            case _:
                data[at:at] = draw.choice([b";", b'"', b"\n", b"\0", b"\xff\xfe", b"\xc3", b"=1+1"])
    return bytes(data)


def in_cells(rows: Sequence[Sequence[str]], draw: random.Random) -> list[list[str]]:
    """Damage the texts of some cells, as far as a workbook can hold what comes of it."""
    damaged = [list(row) for row in rows]
    for _time in range(draw.randint(1, 6)):
        cells = draw.choice(damaged)
        at = draw.randrange(len(cells))
        text = mutated(cells[at].encode() or b"x", draw).decode("utf-8", errors="replace")
        cells[at] = ILLEGAL_CHARACTERS_RE.sub("", text)
    return damaged


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_100_drawn_mutations_of_a_file_break_nothing(anna: Client, kind: str):
    """Each is refused in words, or read and brought in whole; together 200."""
    draw = random.Random(kind)  # noqa: S311
    rows = [HEADER, *good_rows(12, draw)]
    content = as_csv(rows) if kind == "csv" else as_xlsx(rows)
    read_whole = 0
    for turn in range(100):
        # A workbook hardly ever opens with a byte turned: every other time it is its cells.
        damaged = as_xlsx(in_cells(rows, draw)) if turn % 2 and kind == "xlsx" else None
        answer = sent(anna, damaged or mutated(content, draw), f"list.{kind}")
        assert answer.status_code in (302, 422)
        if answer.status_code == 422:
            assert read(answer).errors
            assert not SentList.objects.exists()
            continue
        url = answer.headers["Location"]
        before = (Family.objects.count(), Child.objects.count())
        page = read(anna.get(url))
        brought = anna.post(url)
        assert brought.status_code in (200, 302, 422)
        if brought.status_code == 302:
            told = int(page.text.split("Children to bring in ")[1].split()[0])
            assert Child.objects.count() == before[1] + told
            assert not Family.objects.filter(children__isnull=True).exists()
            read_whole += 1
        else:
            assert (Family.objects.count(), Child.objects.count()) == before
            SentList.objects.all().delete()
    assert read_whole
