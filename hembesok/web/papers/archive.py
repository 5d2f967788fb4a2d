"""What leaves for the archive of a closed case: its papers as PDF/A, and itself as XML."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from hembesok.access.models import Site
from hembesok.access.rules.roles import Actor
from hembesok.access.services.trail import note
from hembesok.agreements.queries import CasePage, agreement_page
from hembesok.agreements.rules.acting import why_not_by
from hembesok.agreements.rules.cases import Act, CaseState, last
from hembesok.documents import typeset
from hembesok.documents.content import Document, texts_of
from hembesok.documents.package import Contents, Kept, sip
from hembesok.families.models import Family
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.values.identity import parse_identifier
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.web.journal import RECORD_LANGUAGE
from hembesok.web.papers.agreeing import agreement
from hembesok.web.papers.deciding import extract, memorandum


@transaction.atomic
def archive(page: CasePage, *, by: Actor) -> bytes:
    """Make the package of a closed case, and note that it was made.

    Raises Refusal while the case is open, and when a paper holds where a protected person is, or
    somebody's identity number. Raises MissingLetter for a letter that cannot be set.
    """
    refuse(why_not_by(by.role, decides=True))
    closed = last(page.done, Act.CLOSE)
    if page.state is not CaseState.CLOSED or closed is None or page.text is None:
        raise Refusal(Reason("case_not_closed"))
    documents = _documents(page, by)
    said = [text for _name, document in documents for text in texts_of(document)]
    said += [text for did in page.done for text in (did.reference, did.whom, did.said)]
    refuse(why_not_leave([*said, page.title, page.registry_number], on=by.on))
    papers = [
        Kept(f"{name}.pdf", document.title, document.day, typeset.pdf(document))
        for name, document in documents
    ]
    made = sip(_contents(page, papers, closed.day, by))
    note(by, "case.archived", f"case:{page.pk}")
    return made


def why_not_leave(texts: Iterable[str], *, on: date) -> Reason | None:
    """Return why texts do not leave: they tell where a protected family lives, or who somebody is.

    The reason names no family: whoever is told looks for the address in the papers.
    """
    said = list(texts)
    for text in said:
        if any(_is_person(found, on) for found in _NUMBER.findall(text)):
            return Reason("identity_in_paper")
    whole = _bare(" ".join(said))
    protected = Family.objects.exclude(protection=ProtectionLevel.NONE.value)
    for address in protected.values_list("address", flat=True):
        if (place := _bare(address)) and place in whole:
            return Reason("protected_place_in_paper")
    return None


_NUMBER: Final = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+ ]?\d{4}(?!\d)")


def _is_person(text: str, on: date) -> bool:
    try:
        parse_identifier(text.replace(" ", ""), on=on)
    except Refusal:
        return False
    return True


def _bare(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def _documents(page: CasePage, actor: Actor) -> list[tuple[str, Document]]:
    """Return each paper of a case under its name: what was decided, and what came of it."""
    found: list[tuple[str, Document]] = []
    if page.text is not None:
        found.append(("memorandum", memorandum(page, page.text)))
        if page.decision and page.verified:
            found.append(("extract", extract(page, page.text, page.decision, page.verified)))
    for n, (key, _title) in enumerate(page.agreements, start=1):
        about = agreement_page(actor, key)
        for version_ in about.versions if about else ():
            # A draft that nobody signed is working material, and is not kept.
            if about and version_.signed:
                paper = agreement(about, version_, written=_("Signed by both"))
                found.append((f"agreement-{n}-{version_.number}", paper))
    return found


def _contents(page: CasePage, papers: list[Kept], closed: date, by: Actor) -> Contents:
    with override(RECORD_LANGUAGE):
        words = {
            "lead": _("The papers of a closed case. Each is PDF/A and stands by itself."),
            "caption": _("Papers"),
            "paper": _("Paper"),
            "day": _("Day"),
            "bytes": _("Bytes"),
            "checksum": _("Checksum (SHA-256)"),
        }
    site = Site.objects.select_related("advice__organisation", "clinic__organisation")
    where = site.get(pk=by.site)
    unit = where.advice or where.clinic
    organisation = unit.organisation.name if unit else where.name
    return Contents(
        number=page.registry_number,
        title=page.title,
        organisation=organisation,
        closed=closed,
        version=_version(),
        papers=papers,
        description=_described(page, papers, organisation, closed),
        schema=files("hembesok.documents").joinpath("case.xsd").read_bytes(),
        words=words,
        language=RECORD_LANGUAGE,
    )


def _version() -> str:
    try:
        return version("hembesok")
    except PackageNotFoundError:
        return "0"


def _described(page: CasePage, papers: list[Kept], organisation: str, closed: date) -> bytes:
    root = ET.Element("case")
    for name, text in (
        ("number", page.registry_number), ("title", page.title), ("organisation", organisation),
        ("board", page.text.board if page.text else ""), ("officer", page.officer),
        ("opened", f"{page.opened}"), ("closed", f"{closed}"),
    ):  # fmt: skip
        ET.SubElement(root, name).text = text
    acts = ET.SubElement(root, "acts")
    for entry in page.entries:
        did = entry.did
        one = ET.SubElement(
            acts, "act", {"kind": did.act.value, "day": f"{did.day}", "by": entry.name}
        )
        for name, text in (("reference", did.reference), ("whom", did.whom), ("said", did.said)):
            if text:
                ET.SubElement(one, name).text = text
    listed = ET.SubElement(root, "papers")
    for paper in papers:
        found = ET.SubElement(listed, "paper", {"file": paper.name, "day": f"{paper.day}"})
        found.text = paper.title
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"
