"""The package for the archive: every file is described and summed; a changed byte shows."""

import hashlib
import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.documents.package import CSIP, METS, PROFILE, XLINK, Contents, Flaw, Kept, flaws, sip

WORDS = dict.fromkeys(("lead", "caption", "paper", "day", "bytes", "checksum"), "Ord")


def contents(*names: str, content: bytes = b"%PDF-1.7 one") -> Contents:
    papers = [Kept(name, f"Titel & {name}", date(2026, 3, 2), content) for name in names]
    return Contents(
        "SN 2026-1", "Hembesök & annat", "Kommun", date(2026, 3, 16), "0.1.0",
        papers, b"<case/>", b"<schema/>", WORDS,
    )  # fmt: skip


WHOLE = sip(contents("memorandum.pdf", "extract.pdf"))


def files_of(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as packed:
        return {one.partition("/")[2]: packed.read(one) for one in packed.namelist()}


def packed(files: dict[str, bytes], folder: str | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in files.items():
            made.writestr(f"{folder or contents().name}/{name}", content)
    return out.getvalue()


def test_every_checksum_and_size_recomputes_equal():
    """A second opinion: here each file is summed, not there."""
    files = files_of(WHOLE)
    root = ET.fromstring(files["METS.xml"])  # noqa: S314 — made by us
    seen = {"METS.xml"}
    described = [*root.iter(f"{{{METS}}}file"), *root.iter(f"{{{METS}}}mdRef")]
    for one in described:
        place = one if one.tag.endswith("mdRef") else one.find(f"{{{METS}}}FLocat")
        assert place is not None
        name = place.get(f"{{{XLINK}}}href", "")
        seen.add(name)
        assert one.get("CHECKSUM") == hashlib.sha256(files[name]).hexdigest().upper()
        assert one.get("SIZE") == str(len(files[name]))
        assert one.get("CHECKSUMTYPE") == "SHA-256"
    assert seen == set(files)
    assert flaws(WHOLE) == []


@given(st.data())
def test_a_changed_byte_of_any_file_is_found(data: st.DataObject):
    files = files_of(WHOLE)
    name = data.draw(st.sampled_from(sorted(set(files) - {"METS.xml"})))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = bytearray(files[name])
    changed[at] ^= 1 << bit
    assert flaws(packed({**files, name: bytes(changed)})) == [Flaw("changed", name)]


@given(st.data())
def test_a_file_that_is_gone_or_came_is_found(data: st.DataObject):
    files = files_of(WHOLE)
    name = data.draw(st.sampled_from(sorted(set(files) - {"METS.xml"})))
    without = {key: content for key, content in files.items() if key != name}
    assert flaws(packed(without)) == [Flaw("missing", name)]
    came = {**files, f"{name}.extra": b"x"}
    assert flaws(packed(came)) == [Flaw("not_told_of", f"{name}.extra")]


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 7))
def test_a_package_in_which_any_byte_was_changed_tells_no_other_content(at: int, bit: int):
    """A bit of the ZIP itself: it is found, or what the package holds is what it held."""
    changed = bytearray(WHOLE)
    changed[at] ^= 1 << bit
    if not flaws(bytes(changed)):
        with zipfile.ZipFile(io.BytesIO(bytes(changed))) as opened:
            held = [opened.read(one) for one in opened.infolist()]
        assert sorted(held) == sorted(files_of(WHOLE).values())


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda files: b"no zip", "broken"),
        (lambda files: packed({}), "not_one_folder"),
        (lambda files: packed({"a": b""}), "no_mets"),
        (lambda files: packed({"METS.xml": b"<"}), "broken"),
        (lambda files: packed(files, "another"), "another_name"),
    ],
)
def test_what_is_no_package_is_told(make: Callable[[dict[str, bytes]], bytes], why: str):
    assert flaws(make(files_of(WHOLE)))[0].why == why


def test_the_same_case_gives_the_same_bytes_and_the_same_name():
    assert sip(contents("memorandum.pdf", "extract.pdf")) == WHOLE
    assert contents().name == contents("a.pdf").name
    assert contents().name.startswith("urn-uuid-")


def test_it_says_what_a_sip_says():
    root = ET.fromstring(files_of(WHOLE)["METS.xml"])  # noqa: S314 — made by us
    assert root.get("PROFILE") == PROFILE
    header = root.find(f"{{{METS}}}metsHdr")
    assert header is not None
    assert header.get(f"{{{CSIP}}}OAISPACKAGETYPE") == "SIP"
    uses = [one.get("USE") for one in root.iter(f"{{{METS}}}fileGrp")]
    assert uses == ["Documentation", "Schemas", "Representations/papers"]
    idents = [one.get("ID") for one in root.iter() if one.get("ID")]
    assert len(idents) == len(set(idents))
    pointed = {one.get("FILEID") for one in root.iter(f"{{{METS}}}fptr")}
    assert pointed <= set(idents)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if tag == "a" and name == "href"]


def test_the_index_leads_to_each_paper():
    files = files_of(WHOLE)
    index = _Links()
    index.feed(files["documentation/index.html"].decode())
    assert [f"{one}".removeprefix("../") for one in index.links] == [
        "representations/papers/data/memorandum.pdf", "representations/papers/data/extract.pdf",
    ]  # fmt: skip
    assert all(one.removeprefix("../") in files for one in index.links)
    assert "Hembesök &amp; annat" in files["documentation/index.html"].decode()


def test_two_papers_of_one_name_are_no_package():
    with pytest.raises(ValueError, match="name"):
        sip(contents("a.pdf", "a.pdf"))
