"""Files sent in: judged by content, whole, within limits, and without what a camera tells."""

import base64
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.documents import received as room
from hembesok.documents.paper import Paper, pdf
from hembesok.documents.received import FileProblem, received
from tests.conftest import ON

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1td"
    "hbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk"
    "pKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAQACADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAAMF/8QAFRAB"
    "AQAAAAAAAAAAAAAAAAAAABL/xAAVAQEBAAAAAAAAAAAAAAAAAAAABP/EABYRAQEBAAAAAAAAAAAAAAAAAAAUYf/aAAwD"
    "AQACEQMRAD8AzLLQstZFi+tey0LLIsK3/9k="
)
"""A picture of 32 × 16 points, as a browser made it."""
GPS = b"GPSLatitude 58 25"


def exif(turned: int, *, order: str = ">") -> bytes:
    """Return the notes of a camera: how the picture is turned, and where it was taken."""
    table = struct.pack(f"{order}HHHIHHI", 1, 0x0112, 3, 1, turned, 0, 0)
    mark = b"MM\0*" if order == ">" else b"II*\0"
    body = b"Exif\0\0" + mark + struct.pack(f"{order}I", 8) + table + GPS
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def photo(notes: bytes) -> bytes:
    return JPEG[:2] + notes + JPEG[2:]


def png(width: int, height: int, *, lines: bytes | None = None, extra: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(height * (1 + 3 * width)) if lines is None else lines)
    return (
        room.PNG + room._chunk(b"IHDR", head) + extra
        + room._chunk(b"IDAT", data) + room._chunk(b"IEND", b"")
    )  # fmt: skip


PDF = pdf(Paper("Brev", ON, [], []))


@pytest.mark.parametrize(
    ("content", "media_type", "ending"),
    [(JPEG, "image/jpeg", "jpg"), (png(4, 3), "image/png", "png"), (PDF, "application/pdf", "pdf")],
)
def test_a_file_is_what_its_content_says_whatever_it_is_called(
    content: bytes, media_type: str, ending: str
):
    kept = received(content, "brev.exe")
    assert (kept.media_type, kept.name) == (media_type, f"brev.{ending}")
    assert received(kept.content, kept.name) == kept


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turned", range(1, 9))
def test_where_a_picture_was_taken_goes_and_how_it_is_turned_stays(turned: int, order: str):
    sent = photo(exif(turned, order=order) + b"\xff\xfe\x00\x07Almga")
    assert GPS in sent
    kept = received(sent, "bild.jpg").content
    assert GPS not in kept
    assert b"Almga" not in kept
    assert (b"Exif" in kept) == (turned != 1)
    if turned != 1:
        at = kept.index(b"Exif\0\0") + 6
        assert room._orientation(kept[at:]) == turned
    assert kept.endswith(JPEG[JPEG.index(b"\xff\xdb") :])


def test_notes_within_and_behind_a_picture_go():
    text = room._chunk(b"tEXt", b"Comment\0" + GPS) + room._chunk(b"eXIf", GPS)
    sent = png(4, 3, extra=text) + b"PK\x03\x04 a packet behind the picture"
    kept = received(sent, "bild.png").content
    assert kept == png(4, 3)
    assert received(JPEG + GPS, "bild.jpg").content == JPEG


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "attachment_empty"),
        (b"%PDF-1.7\n" + bytes(room.MOST_BYTES), "attachment_too_large"),
        (b"<html><script>alert(1)</script>", "attachment_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "attachment_kind"),
        (b"PK\x03\x04 a packet", "attachment_kind"),
        (b"MZ" + bytes(60), "attachment_kind"),
        (b"GIF89a" + bytes(60), "attachment_kind"),
        (PDF[:-200], "attachment_broken"),
        (b"%PDF-1.7\nhej\nstartxref\n3\n%%EOF", "attachment_broken"),
        (PDF.replace(b"/Marked", b"/Encrypt 1 0 R/Marked"), "attachment_locked"),
        (PDF.replace(b"/Marked true", b"/JS (app.alert)"), "attachment_acts"),
        (JPEG[:-2], "attachment_broken"),
        (JPEG[:100], "attachment_broken"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "attachment_broken"),
        (b"\xff\xd8\xff\xd9", "attachment_broken"),
        (png(4, 3)[:-12], "attachment_broken"),
        (png(4, 3).replace(b"IDAT", b"IDAX"), "attachment_broken"),
        (png(4, 3, lines=bytes(5)), "attachment_broken"),
        (png(4, 3, lines=bytes(1 << 24)), "attachment_broken"),
        (png(0, 3, lines=b""), "attachment_broken"),
        (png(9000, 9000, lines=b""), "attachment_too_many_pixels"),
        (JPEG.replace(b"\0\x10\0\x20\3", b"\xff\xff\xff\xff\3"), "attachment_too_many_pixels"),
    ],
)  # fmt: skip
def test_what_is_not_whole_or_not_ours_is_refused(content: bytes, key: str):
    with pytest.raises(FileProblem) as problem:
        received(content, "bild.png")
    assert problem.value.key == key


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\mina\\brev till Åsa.docx", "brev till Åsa.pdf"),
        ("faktura\u202efdp.exe", "fakturafdp.pdf"),
        ('a"b\r\nSet-Cookie: x', "abSet-Cookie x.pdf"),
        ("...", "bilaga.pdf"),
        ("", "bilaga.pdf"),
        ("x" * 300, "x" * 80 + ".pdf"),
    ],
)
def test_a_name_is_made_harmless(name: str, kept: str):
    assert received(PDF, name).name == kept


@given(st.sampled_from((JPEG, png(5, 4), PDF)), st.data())
def test_a_damaged_file_is_refused_or_kept_but_never_an_accident(
    content: bytes, data: st.DataObject
):
    """Whatever happens to the bytes on the way, the answer is a file or a reason."""
    at = data.draw(st.integers(0, len(content) - 1))
    cut = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=40))
    with suppress(FileProblem):
        kept = received(content[:at] + put + content[at + cut :], "fil")
        assert kept.media_type in room.ENDINGS
        assert received(kept.content, kept.name) == kept
