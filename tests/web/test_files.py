"""Files to a part of a visit: added, sealed, handed out through the gate, withdrawn."""

import hashlib
from collections.abc import Callable
from itertools import islice

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from hembesok.access.models import TrailEntry
from hembesok.access.rules.secrecy import Compartment
from hembesok.access.services.rotation import tables
from hembesok.visits.models import Attachment, AttachmentPart, Block
from hembesok.visits.services.attaching import PART
from hembesok.visits.services.booking import book
from hembesok.visits.services.documenting import document
from tests.conftest import ON, Cast
from tests.rules.test_received import GPS, JPEG, PDF, exif, photo, png
from tests.services.days import moment
from tests.services.documents import STEP, block, facts, sends, whole
from tests.web.page import read

HEALTH, JOINT = Compartment.HEALTH, Compartment.JOINT


def at(name: str, number: int) -> str:
    return reverse(name, args=["FAMYAAAA", 1, STEP, number])


@pytest.fixture
def begun(cast: Cast) -> dict[str, int]:
    """A health part and a joint part of home visit 2, begun by Anna, health signed."""
    book(cast.child, STEP, at=moment(ON), by=cast.anna)
    blocks = (block(HEALTH, whole(HEALTH, "Ord")), block(JOINT, whole(JOINT, "Ord")))
    document(cast.child, STEP, sends(*blocks, of=facts()), by=cast.anna)
    signing = sends(block(HEALTH, None, 1), block(JOINT, None, 1), base=1, sign=True)
    document(cast.child, STEP, signing, by=cast.anna)
    return {one.compartment: one.pk for one in Block.objects.all()}


def send(screen: Client, block: int, content: bytes, name: str = "bild.jpg", **more: str):
    file = SimpleUploadedFile(name, content, content_type=more.get("declared", "image/jpeg"))
    return screen.post(at("files", block), {"file": file})


@pytest.fixture
def bo(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("bo")


def test_a_picture_is_kept_sealed_without_its_place_and_handed_out_whole(
    begun: dict[str, int], anna: Client
):
    assert send(anna, begun["health"], photo(exif(6)), "köket.jpg").status_code == 302
    kept = Attachment.objects.get()
    answer = anna.get(at("file", kept.pk))
    assert GPS not in answer.content
    assert answer.content.endswith(JPEG[JPEG.index(b"\xff\xdb") :])
    headers = answer.headers
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"].startswith("attachment; filename")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in headers["Cache-Control"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, digest FROM visits_attachment")
        row = cursor.fetchone()
        cursor.execute("SELECT content FROM visits_attachmentpart")
        parts = cursor.fetchall()
    assert "köket" not in str(row)
    assert not any(b"JFIF" in str(part).encode() or "/9j/" in str(part) for part in parts)


def test_what_is_sent_is_judged_by_its_content(begun: dict[str, int], anna: Client):
    wrong = send(anna, begun["health"], b"<html><script>x</script>", "bild.jpg")
    assert wrong.status_code == 422
    assert "Bara PDF och bilder" in read(wrong).errors
    for content, words in ((b"", "tom"), (JPEG[:80], "skadad"),
                           (b"%PDF-1.7\n" + bytes(11 << 20), "större än 10 MB")):  # fmt: skip
        answer = send(anna, begun["health"], content)
        assert words in read(answer).errors
    assert anna.post(at("files", begun["health"]), {}).status_code in (200, 422)
    assert not Attachment.objects.exists()
    send(anna, begun["health"], PDF, "brev.png")
    assert anna.get(at("file", Attachment.objects.get().pk)).headers["Content-Type"] == (
        "application/pdf"
    )


def test_a_large_file_stands_in_pieces_that_a_rotation_can_hold(
    begun: dict[str, int], anna: Client
):
    # Nothing that packs well: the kept file must be large.
    noise = iter(hashlib.shake_256(b"noise").digest(3 * 400 * 300))
    lines = b"".join(b"\0" + bytes(islice(noise, 3 * 400)) for _n in range(300))
    send(anna, begun["health"], png(400, 300, lines=lines), "stor.png")
    kept = Attachment.objects.get()
    assert kept.size > 2 * PART
    assert AttachmentPart.objects.count() == -(-kept.size // PART)
    assert anna.get(at("file", kept.pk)).content == png(400, 300, lines=lines)
    assert {"visits_attachment", "visits_attachmentpart"} <= {one.name for one in tables()}


def test_a_file_whose_pieces_were_moved_is_told_of_and_not_handed_out(
    begun: dict[str, int], anna: Client
):
    send(anna, begun["health"], JPEG)
    send(anna, begun["health"], png(4, 3), "b.png")
    first, second = Attachment.objects.order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO visits_attachmentpart (attachment_id, place, content)"
            " SELECT %s, 1, content FROM visits_attachmentpart WHERE attachment_id = %s",
            [first.pk, second.pk],
        )
    answer = anna.get(at("file", first.pk), follow=True)
    assert "Filen är skadad" in read(answer).text


def test_it_is_read_by_those_who_read_the_part(
    begun: dict[str, int], anna: Client, bo: Client, cilla: Client, frida: Client
):
    send(anna, begun["health"], JPEG, "hälsa.jpg")
    send(anna, begun["joint"], JPEG, "bägge.jpg")
    health, joint = Attachment.objects.order_by("pk")
    assert bo.get(at("file", health.pk)).status_code == 404
    assert bo.get(at("files", begun["health"])).status_code == 404
    assert send(bo, begun["health"], JPEG).status_code == 404
    assert bo.get(at("file", joint.pk)).status_code == 200
    for screen in (cilla, frida):
        assert screen.get(at("file", joint.pk)).status_code == 404
        assert screen.get(at("files", begun["joint"])).status_code == 404
        assert screen.post(at("withdraw-file", joint.pk), {"reason": "x"}).status_code == 404
    read_of = TrailEntry.objects.filter(action="attachment.read").values_list("why", flat=True)
    assert list(read_of) == ["team"]


def test_withdrawn_it_is_handed_out_no_more_and_kept(begun: dict[str, int], anna: Client):
    send(anna, begun["health"], JPEG, "fel.jpg")
    kept = Attachment.objects.get()
    anna.post(at("withdraw-file", kept.pk), {"reason": " "})
    assert anna.get(at("file", kept.pk)).status_code == 200
    anna.post(at("withdraw-file", kept.pk), {"reason": "Fel familj"})
    assert anna.get(at("file", kept.pk)).status_code == 404
    page = read(anna.get(at("files", begun["health"])))
    assert "Tillbakadragen av Anna Ask: Fel familj" in page.text
    again = anna.post(at("withdraw-file", kept.pk), {"reason": "igen"}, follow=True)
    assert "redan" in read(again).text
    assert AttachmentPart.objects.count() == 1


def test_the_database_removes_no_file(begun: dict[str, int], anna: Client):
    from django.db import DatabaseError, transaction

    send(anna, begun["health"], JPEG)
    for act in (
        lambda: AttachmentPart.objects.all().delete(),
        lambda: Attachment.objects.update(size=1),
        lambda: AttachmentPart.objects.update(place=7),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_twenty_files_are_enough(begun: dict[str, int], anna: Client):
    for _n in range(20):
        send(anna, begun["health"], JPEG)
    assert "20 filer" in read(send(anna, begun["health"], JPEG)).errors
