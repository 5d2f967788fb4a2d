"""One JSON object of a form while it is read: takes out elements, and tells what is wrong."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from hembesok.forms.faults import FormFault, nearest, shown
from hembesok.forms.questionnaire import ItemType, Words

_OURS: Final = "urn:hembesok:extension:"
COMPARTMENT: Final = f"{_OURS}compartment"
PROFESSION: Final = f"{_OURS}profession"
ABOUT: Final = f"{_OURS}about"
STEP: Final = f"{_OURS}step"
UNASKED: Final = f"{_OURS}unasked"

_HL7: Final = "http://hl7.org/fhir/StructureDefinition/"
TRANSLATION: Final = f"{_HL7}translation"
MIN_VALUE: Final = f"{_HL7}minValue"
MAX_VALUE: Final = f"{_HL7}maxValue"
ITEM_CONTROL: Final = f"{_HL7}questionnaire-itemControl"
SUB_QUESTIONNAIRE: Final = (
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-subQuestionnaire"
)
HELP: Final = {
    "coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help"}]
}
"""The item control of a text that helps to answer the question it stands in."""

LONGEST_WORDS: Final = 500
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?", re.ASCII)
_KINDS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "valueCode": str,
    "valueString": str,
    "valueBoolean": bool,
    "valueInteger": int,
    "valueDecimal": (int, float),
    "valueDate": str,
    "valueCodeableConcept": dict,
}


class Element:
    """A JSON object with its place. `linked` is shared by all of a form: the linkIds so far."""

    def __init__(
        self,
        file: str,
        item: str,
        table: Mapping[str, Any],
        faults: list[FormFault],
        *,
        prefix: str = "",
        linked: set[str] | None = None,
    ) -> None:
        self.file, self.item, self.table, self.faults = file, item, table, faults
        self.prefix = prefix
        self.linked: set[str] = set() if linked is None else linked

    def tell(self, key: str, what: str, remedy: str) -> None:
        """Tell a fault of this object."""
        self.faults.append(FormFault(self.file, self.item, self.prefix + key, what, remedy))

    def only(self, known: Iterable[str], refused: Mapping[str, str]) -> None:
        """Tell of elements that are not read."""
        known = list(known)
        for name in self.table:
            if name in refused:
                self.tell(name, "is not used in our forms", refused[name])
            elif name not in known:
                self.tell(name, "is no element that we read", nearest(name, known))

    def text(self, name: str) -> str | None:
        """Return a text that has to be there."""
        found = self.table.get(name)
        if isinstance(found, str) and found.strip() and len(found) <= LONGEST_WORDS:
            return found
        self.tell(name, _missing(found), f"Write a text of at most {LONGEST_WORDS} characters")
        return None

    def fixed(self, name: str, value: str) -> None:
        """Tell of an element that has another value than the one it must have."""
        found = self.table.get(name)
        if found != value:
            self.tell(name, _missing(found), f'Write "{name}": "{value}"')

    def pattern(self, name: str, pattern: str, form: str) -> str | None:
        """Return a text of a pattern."""
        found = self.table.get(name)
        if isinstance(found, str) and len(found) <= 80 and re.fullmatch(pattern, found, re.ASCII):
            return found
        self.tell(name, _missing(found), f"Write {form}")
        return None

    def choice(self, name: str, known: Collection[str]) -> str | None:
        """Return one of some words."""
        found = self.table.get(name)
        if isinstance(found, str) and found in known:
            return found
        self.tell(name, _missing(found), nearest(found, known))
        return None

    def flag(self, name: str) -> bool:
        """Return a yes or no; what is not there is no."""
        found = self.table.get(name, False)
        if not isinstance(found, bool):
            self.tell(name, f"is {shown(found)}", "Write true or false")
        return found is True

    def words(self, name: str) -> Words | None:
        """Return a text in Swedish with its translations; English has to be there."""
        swedish = self.text(name)
        translations = self._translations(name)
        if translations is None:
            return None
        if "en" not in translations:
            self.tell(f"_{name}", "has no translation to en", "Add it as a translation extension")
            return None
        return None if swedish is None else {"sv": swedish, **translations}

    def _translations(self, name: str) -> dict[str, str] | None:
        found = self.table.get(f"_{name}", {})
        rows = found.get("extension", []) if isinstance(found, Mapping) else None
        if not isinstance(rows, list):
            self.tell(f"_{name}", f"is {shown(found)}", "Write translation extensions")
            return None
        read: dict[str, str] = {}
        for row in rows:
            pair = _translation(row)
            if pair is None:
                remedy = f"Write {TRANSLATION} with lang (valueCode) and content (valueString)"
                self.tell(f"_{name}", "has an extension that is no translation", remedy)
                return None
            language, text = pair
            if language in ("sv", *read):
                self.tell(f"_{name}", f"has {language} twice", "Keep one of them")
                return None
            read[language] = text
        return read

    def extensions(
        self, known: Mapping[str, str], *, several: Collection[str] = ()
    ) -> dict[str, list[Any]]:
        """Return the values of extensions by url; `known` says the value's element of each."""
        rows = self.table.get("extension", [])
        if not isinstance(rows, list):
            self.tell("extension", f"is {shown(rows)}", "Write a list of extensions")
            return {}
        read: dict[str, list[Any]] = {}
        for row in rows:
            url = row.get("url") if isinstance(row, Mapping) else None
            if not isinstance(url, str) or url not in known:
                remedy = nearest(url, known) if known else "Remove it"
                self.tell("extension", f"has {shown(url)}, which is not read here", remedy)
            elif url in read and url not in several:
                self.tell(_label(url), "is written twice", "Keep one of them")
            elif set(row) != {"url", known[url]} or not _is(row[known[url]], known[url]):
                self.tell(_label(url), "has no right value", f"Write it as {known[url]}")
            else:
                read.setdefault(url, []).append(row[known[url]])
        return read

    def among(
        self,
        found: Mapping[str, list[Any]],
        url: str,
        known: Collection[str],
        *,
        needed: bool = False,
    ) -> str | None:
        """Return the code of an extension; None where there is none, or it is no such code."""
        if url not in found:
            # One that stands there with another fault has been told.
            if needed and not any(fault.key == _label(url) for fault in self._own_faults()):
                self.tell(_label(url), "is missing", nearest("", known))
            return None
        code = str(found[url][0])
        if code in known:
            return code
        self.tell(_label(url), f"is {shown(code)}", nearest(code, known))
        return None

    def _own_faults(self) -> list[FormFault]:
        return [fault for fault in self.faults if fault.item == self.item]

    def limit(
        self, found: Mapping[str, list[Any]], url: str, kind: ItemType
    ) -> int | Decimal | date | None:
        """Return the least or the most that is allowed, of the item's own type."""
        if url not in found:
            return None
        value = found[url][0]
        if kind is ItemType.INTEGER:
            return int(value)
        if kind is ItemType.DECIMAL:
            return Decimal(repr(value))
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.tell(_label(url), f"is {shown(value)}", "Write a day as YYYY-MM-DD")
            return None

    def children(self, needed: str) -> list["Element"]:
        """Return the items within; `needed` says what has to be there, if anything."""
        found = self.table.get("item")
        if not isinstance(found, list) or not found:
            what = "is missing" if found is None else f"is {shown(found)}"
            self.tell("item", what, f"Write {needed or 'items in a list'}")
            return []
        read = []
        for place, child in enumerate(found, 1):
            label = f"{self.item} item[{place}]".strip()
            if not isinstance(child, Mapping):
                self.tell(f"item[{place}]", f"is {shown(child)}", "Write an item with a linkId")
                continue
            name = child.get("linkId")
            label = name if isinstance(name, str) and name and len(name) <= 80 else label
            read.append(Element(self.file, label, child, self.faults, linked=self.linked))
        return read

    def rows(self, name: str, needed: str) -> list["Element"]:
        """Return the objects of a list that is no list of items."""
        found = self.table.get(name)
        if not isinstance(found, list) or not found:
            what = "is missing" if found is None else f"is {shown(found)}"
            self.tell(name, what, f"Write {needed}")
            return []
        read = []
        for place, row in enumerate(found, 1):
            if isinstance(row, Mapping):
                read.append(self._part(f"{name}[{place}].", row))
            else:
                self.tell(f"{name}[{place}]", f"is {shown(row)}", f"Write {needed}")
        return read

    def inner(self, name: str, needed: str) -> "Element | None":
        """Return an object within this one."""
        found = self.table.get(name)
        if isinstance(found, Mapping):
            return self._part(f"{name}.", found)
        self.tell(name, _missing(found), f"Write {needed}")
        return None

    def _part(self, prefix: str, table: Mapping[str, Any]) -> "Element":
        return Element(
            self.file, self.item, table, self.faults,
            prefix=self.prefix + prefix, linked=self.linked,
        )  # fmt: skip


def _missing(found: object) -> str:
    if found is None:
        return "is missing"
    return "is empty" if isinstance(found, str) and not found.strip() else f"is {shown(found)}"


def _label(url: str) -> str:
    return f"extension ({re.split(r'[:/]', url)[-1]})"


def _is(value: object, name: str) -> bool:
    kind = _KINDS[name]
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _translation(row: object) -> tuple[str, str] | None:
    """Return language and text of a translation extension, None for anything else."""
    if not isinstance(row, Mapping) or set(row) != {"url", "extension"}:
        return None
    parts = row["extension"]
    if row["url"] != TRANSLATION or not isinstance(parts, list):
        return None
    values = {part.get("url"): part for part in parts if isinstance(part, Mapping)}
    if len(parts) != 2 or set(values) != {"lang", "content"}:
        return None
    language, text = values["lang"].get("valueCode"), values["content"].get("valueString")
    if not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        return None
    if not (isinstance(text, str) and text.strip() and len(text) <= LONGEST_WORDS):
        return None
    return language, text
