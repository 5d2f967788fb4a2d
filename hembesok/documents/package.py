"""A package for an archive: an E-ARK SIP (FGS Paketstruktur 2.0), with METS, and its proof.

Plain values in, one ZIP file out; the same values give the same bytes. Source: E-ARK CSIP and
SIP 2.1.0, which FGS Paketstruktur 2.0 is.
"""

import hashlib
import io
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import PurePosixPath
from typing import Final
from uuid import NAMESPACE_URL, uuid5

METS: Final = "http://www.loc.gov/METS/"
XLINK: Final = "http://www.w3.org/1999/xlink"
CSIP: Final = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
DC: Final = "http://purl.org/dc/elements/1.1/"
PROFILE: Final = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"
CATEGORY: Final = "Textual works – Digital"
"""Of the vocabulary of content categories: what the package holds is papers."""

CONTENT: Final = "hembesok-case-1"
"""Our own description of a case: `case.xml` by `case.xsd`. The Swedish one for cases (FGS
Ärendehantering) may follow when its schema is at hand."""

METS_FILE: Final = "METS.xml"
_TYPES: Final = {
    ".pdf": "application/pdf",
    ".xml": "application/xml",
    ".xsd": "application/xml",
    ".html": "text/html",
}
_ZIP_DAY: Final = (1980, 1, 1, 0, 0, 0)

for _prefix, _space in (("mets", METS), ("xlink", XLINK), ("csip", CSIP), ("dc", DC)):
    ET.register_namespace(_prefix, _space)


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """A file that is kept: its name, what it is, its own day, and what it holds."""

    name: str
    title: str
    day: date
    content: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Contents:
    """What leaves: a case by its number, who hands it over, its description and its papers.

    `description` is the case as XML, `schema` what that XML keeps to. `words` are the headings
    of the index, which a person reads.
    """

    number: str
    title: str
    organisation: str
    closed: date
    version: str
    papers: Sequence[Kept]
    description: bytes
    schema: bytes
    words: Mapping[str, str]
    language: str = "sv"

    @property
    def name(self) -> str:
        """The package's own name, the same whenever it is made: it tells nothing by itself."""
        return f"urn-uuid-{uuid5(NAMESPACE_URL, f'{self.organisation}/{self.number}')}"


def sip(contents: Contents) -> bytes:
    """Return the package as a ZIP file."""
    files = _files(contents)
    files[METS_FILE] = _mets(contents, files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in sorted(files):
            about = zipfile.ZipInfo(f"{contents.name}/{name}", _ZIP_DAY)
            about.compress_type, about.create_system = zipfile.ZIP_DEFLATED, 0
            packed.writestr(about, files[name])
    return out.getvalue()


def _files(contents: Contents) -> dict[str, bytes]:
    """Return every file of a package but the one that describes them all."""
    papers = {f"representations/papers/data/{one.name}": one.content for one in contents.papers}
    if len(papers) != len(contents.papers):
        raise ValueError("each paper of a package has a name of its own")
    return {
        "metadata/descriptive/dc.xml": _dublin_core(contents),
        "metadata/descriptive/case.xml": contents.description,
        "schemas/case.xsd": contents.schema,
        "documentation/index.html": _index(contents),
        **papers,
    }


def checksum(content: bytes) -> str:
    """Return the SHA-256 of a file, as METS writes it."""
    return hashlib.sha256(content).hexdigest().upper()


# The description of all files


def _mets(contents: Contents, files: Mapping[str, bytes]) -> bytes:
    when = f"{contents.closed}T00:00:00Z"
    other = {
        f"{{{CSIP}}}CONTENTINFORMATIONTYPE": "OTHER",
        f"{{{CSIP}}}OTHERCONTENTINFORMATIONTYPE": CONTENT,
    }
    root = ET.Element(
        f"{{{METS}}}mets",
        {"OBJID": contents.name, "LABEL": contents.title, "TYPE": CATEGORY, "PROFILE": PROFILE,
         **other},
    )  # fmt: skip
    header = _under(root, "metsHdr", CREATEDATE=when, LASTMODDATE=when, RECORDSTATUS="NEW")
    header.set(f"{{{CSIP}}}OAISPACKAGETYPE", "SIP")
    _agent(header, contents.version)
    _submitter(header, contents.organisation)
    descriptions = {}
    for n, (name, kind) in enumerate(
        (("metadata/descriptive/dc.xml", "DC"), ("metadata/descriptive/case.xml", "OTHER"))
    ):
        ident = f"dmd-{n}"
        descriptions[name] = ident
        section = _under(root, "dmdSec", ID=ident, CREATED=when, STATUS="CURRENT")
        more = {"OTHERMDTYPE": CONTENT} if kind == "OTHER" else {}
        reference = _under(
            section, "mdRef", LOCTYPE="URL", MDTYPE=kind, MIMETYPE="application/xml",
            SIZE=str(len(files[name])), CREATED=when, CHECKSUM=checksum(files[name]),
            CHECKSUMTYPE="SHA-256", **more,
        )  # fmt: skip
        _link(reference, name)
    section = _under(root, "fileSec", ID="files")
    groups = {}
    for use, folder in (
        ("Documentation", "documentation/"), ("Schemas", "schemas/"),
        ("Representations/papers", "representations/papers/"),
    ):  # fmt: skip
        group = _under(section, "fileGrp", ID=f"group-{use.lower().replace('/', '-')}", USE=use)
        for key, value in other.items():
            group.set(key, value)
        groups[use] = group.get("ID", "")
        mine = sorted(name for name in files if name.startswith(folder))
        for n, name in enumerate(mine):
            _file(group, f"{groups[use]}-{n}", name, files[name], _created(contents, name))
    _map(root, descriptions, groups)
    return _xml(root)


def _agent(header: ET.Element, version: str) -> None:
    agent = _under(header, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    _under(agent, "name").text = "Hembesök"
    note = _under(agent, "note")
    note.set(f"{{{CSIP}}}NOTETYPE", "SOFTWARE VERSION")
    note.text = version


def _submitter(header: ET.Element, organisation: str) -> None:
    agent = _under(header, "agent", ROLE="OTHER", OTHERROLE="SUBMITTER", TYPE="ORGANIZATION")
    _under(agent, "name").text = organisation


def _file(group: ET.Element, ident: str, name: str, content: bytes, when: str) -> None:
    found = _under(
        group, "file", ID=ident, MIMETYPE=_TYPES[PurePosixPath(name).suffix],
        SIZE=str(len(content)), CREATED=when, CHECKSUM=checksum(content), CHECKSUMTYPE="SHA-256",
    )  # fmt: skip
    _link(_under(found, "FLocat", LOCTYPE="URL"), name)


def _created(contents: Contents, name: str) -> str:
    days = {f"representations/papers/data/{one.name}": one.day for one in contents.papers}
    return f"{days.get(name, contents.closed)}T00:00:00Z"


def _link(element: ET.Element, name: str) -> None:
    element.set(f"{{{XLINK}}}type", "simple")
    element.set(f"{{{XLINK}}}href", name)


def _map(root: ET.Element, descriptions: Mapping[str, str], groups: Mapping[str, str]) -> None:
    found = _under(root, "structMap", ID="map", TYPE="PHYSICAL", LABEL="CSIP")
    whole = _under(found, "div", ID="map-package", LABEL="CSIP")
    _under(whole, "div", ID="map-metadata", LABEL="Metadata", DMDID=" ".join(descriptions.values()))
    for label, use in (
        ("Documentation", "Documentation"), ("Schemas", "Schemas"),
        ("Representations", "Representations/papers"),
    ):  # fmt: skip
        division = _under(whole, "div", ID=f"map-{label.lower()}", LABEL=label)
        _under(division, "fptr", FILEID=groups[use])


def _under(parent: ET.Element, name: str, **values: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{METS}}}{name}", values)


def _xml(root: ET.Element) -> bytes:
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _dublin_core(contents: Contents) -> bytes:
    root = ET.Element("metadata")
    for name, text in (
        ("identifier", contents.number), ("title", contents.title),
        ("publisher", contents.organisation), ("date", f"{contents.closed}"),
        ("type", "Text"), ("format", "application/pdf"), ("language", contents.language),
    ):  # fmt: skip
        ET.SubElement(root, f"{{{DC}}}{name}").text = text
    return _xml(root)


def _index(contents: Contents) -> bytes:
    """Return a page that a person reads: what the package holds, with a way to each paper."""
    rows = "".join(
        f'<tr><th scope="row"><a href="../representations/papers/data/{escape(one.name)}">'
        f"{escape(one.title)}</a></th><td>{one.day}</td><td>{len(one.content)}</td>"
        f"<td><code>{checksum(one.content)}</code></td></tr>\n"
        for one in contents.papers
    )
    heads = "".join(
        f'<th scope="col">{escape(contents.words[key])}</th>'
        for key in ("paper", "day", "bytes", "checksum")
    )
    title = escape(f"{contents.number} {contents.title}")
    return (
        f'<!doctype html>\n<html lang="{contents.language}"><head><meta charset="utf-8">'
        f"<title>{title}</title></head>\n<body><main><h1>{title}</h1>\n"
        f"<p>{escape(contents.words['lead'])}</p>\n"
        f"<table><caption>{escape(contents.words['caption'])}</caption>"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></main></body></html>\n"
    ).encode()


# The proof


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a package: `why` is a key, `name` the file it is about."""

    why: str
    name: str


def flaws(package: bytes) -> list[Flaw]:
    """Return what is wrong with a package: every checksum and size is computed anew.

    A file that METS does not know, one that is gone, and one that differs are all found.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as packed:
            files = {one.filename: packed.read(one) for one in packed.infolist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        return [Flaw("broken", "")]
    folders = {name.partition("/")[0] for name in files}
    if len(folders) != 1:
        return [Flaw("not_one_folder", "")]
    (folder,) = folders
    mine = {name.partition("/")[2]: content for name, content in files.items()}
    if METS_FILE not in mine:
        return [Flaw("no_mets", METS_FILE)]
    try:
        root = ET.fromstring(mine.pop(METS_FILE))  # noqa: S314 — of a package that is ours
    except ET.ParseError:
        return [Flaw("broken", METS_FILE)]
    found = [] if root.get("OBJID") == folder else [Flaw("another_name", folder)]
    told = dict(_told(root))
    found += [Flaw("not_told_of", name) for name in sorted(mine.keys() - told.keys())]
    for name, (size, summed) in sorted(told.items()):
        if name not in mine:
            found.append(Flaw("missing", name))
        elif (str(len(mine[name])), checksum(mine[name])) != (size, summed):
            found.append(Flaw("changed", name))
    return found


def _told(root: ET.Element) -> Iterator[tuple[str, tuple[str, str]]]:
    """Give each file that METS names, with its size and checksum."""
    for one in root.iter(f"{{{METS}}}mdRef"):
        yield one.get(f"{{{XLINK}}}href", ""), (one.get("SIZE", ""), one.get("CHECKSUM", ""))
    for one in root.iter(f"{{{METS}}}file"):
        place = one.find(f"{{{METS}}}FLocat")
        name = place.get(f"{{{XLINK}}}href", "") if place is not None else ""
        yield name, (one.get("SIZE", ""), one.get("CHECKSUM", ""))
