"""Reading a form from FHIR R4 Questionnaire JSON, with errors that name file, item and remedy.

A named subset is read (README.md). What stands in a file and is not read is a fault, for a
question that silently lost its condition would be asked of everybody. The whole file is
checked before anything is used, and every fault is told at once.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from hembesok.forms.assembling import assembled
from hembesok.forms.conditions import conditions_of
from hembesok.forms.elements import (
    ABOUT,
    COMPARTMENT,
    HELP,
    ITEM_CONTROL,
    MAX_VALUE,
    MIN_VALUE,
    PROFESSION,
    STEP,
    UNASKED,
    Element,
)
from hembesok.forms.faults import FormFault, FormProblem, nearest, shown
from hembesok.forms.jsontext import LARGEST, parse
from hembesok.forms.questionnaire import (
    ANY_STEP,
    FREE_TEXT,
    LONGEST,
    NUMBERS,
    Block,
    Form,
    Item,
    ItemType,
    Option,
    Words,
)
from hembesok.forms.unasked import NOT_ASKED

__all__ = ["FormFault", "FormProblem", "read", "read_file"]

COMPARTMENTS: Final = ("joint", "health", "social", "parent")
PROFESSIONS: Final = ("child_health_nurse", "parental_adviser")
WRITES: Final = {"health": "child_health_nurse", "social": "parental_adviser"}
"""Whose record a compartment is: the profession its blocks are for."""
PARENTS: Final = ("birth_parent", "other_parent")
STATUSES: Final = ("draft", "active", "retired")
URL: Final = "urn:hembesok:form:"
DEEPEST: Final = 4
"""Groups within groups, the block itself counted."""

_KEY: Final = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
_VERSION: Final = r"[0-9]+(\.[0-9]+)*"
_LINK_ID: Final = r"[a-z][a-z0-9]*([.-][a-z0-9]+)*"
_STEP: Final = rf"\*|({_KEY}/)?{_KEY}"
_CODE: Final = r"[a-z0-9]+(-[a-z0-9]+)*"

_FORM_ELEMENTS: Final = (
    "resourceType", "id", "meta", "language", "extension", "url", "version", "name", "title",
    "_title", "status", "experimental", "subjectType", "date", "publisher", "description",
    "purpose", "copyright", "item",
)  # fmt: skip
_ITEM_ELEMENTS: Final = (
    "linkId", "extension", "code", "text", "_text", "type", "enableWhen", "enableBehavior",
    "required", "repeats", "maxLength", "answerOption", "item",
)  # fmt: skip
_REFUSED: Final = {
    "initial": "Remove it: nothing is answered beforehand",
    "answerValueSet": "Write the answers as answerOption",
    "readOnly": "Remove it: what is not to be answered is a display",
    "prefix": "Remove it: questions have no numbers",
    "definition": "Remove it: what a question is about stands in code",
}


def read(text: str, *, name: str, modules: Mapping[str, Mapping[str, Any]] | None = None) -> Form:
    """Read and check a form from the text of a JSON file; `name` goes into the errors.

    `modules` are the questionnaires, by canonical, that sub-questionnaires may name. Raises
    FormProblem with every fault found.
    """
    faults: list[FormFault] = []
    table = parse(text, name, faults)
    if table is not None and not faults:
        whole = assembled(table, modules or {}, name, faults)
        form = _Reader(name, faults).form(whole)
        if form is not None and not faults:
            return form
    raise FormProblem(faults)


def read_file(path: Path, *, modules: Mapping[str, Mapping[str, Any]] | None = None) -> Form:
    """Read and check a form file; one that cannot be opened or is not UTF-8 is one fault."""
    try:
        with path.open("rb") as file:
            content = file.read(4 * LARGEST)
        text = content.decode("utf-8")
    except OSError as error:
        what, remedy = error.strerror or str(error), "Give the path of a readable file"
        raise FormProblem([FormFault(str(path), "", "file", what, remedy)]) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what, remedy = f"line {line} is not UTF-8 text", "Save the form as JSON in UTF-8"
        raise FormProblem([FormFault(str(path), "", "file", what, remedy)]) from None
    return read(text, name=str(path), modules=modules)


class _Reader:
    """Walks a form and gathers faults; what is wrong is told once and read as None."""

    def __init__(self, file: str, faults: list[FormFault]) -> None:
        self.file = file
        self.faults = faults
        self.seen: dict[str, Item] = {}

    def form(self, table: Mapping[str, Any]) -> Form | None:
        root = Element(self.file, "", table, self.faults)
        root.only(_FORM_ELEMENTS, _REFUSED)
        root.fixed("resourceType", "Questionnaire")
        root.fixed("language", "sv")
        url = root.pattern("url", URL + _KEY, f"{URL}KEY, as in {URL}home-1")
        version = root.pattern("version", _VERSION, "numbers and dots, as in 1.0")
        status = root.choice("status", STATUSES)
        words = root.words("title")
        extensions = root.extensions({STEP: "valueString"}, several={STEP})
        steps = tuple(extensions.get(STEP, ()))
        for step in steps:
            if not re.fullmatch(_STEP, str(step), re.ASCII):
                remedy = f'Write PROGRAMME/STEP, STEP or "{ANY_STEP}"'
                root.tell("extension (step)", f"is {shown(step)}", remedy)
        if len(set(steps)) < len(steps):
            root.tell("extension (step)", "names a step twice", "Remove one of them")
        blocks = [self._block(child) for child in root.children("a block, a group of questions")]
        self._apart([block for block in blocks if block])
        if self.faults or not (url and version and status and words):
            return None
        whole = tuple(block for block in blocks if block)
        return Form(url.removeprefix(URL), version, url, words, steps, status, whole)

    def _apart(self, blocks: list[Block]) -> None:
        """Tell of two blocks that would be one text of one owner."""
        there: dict[tuple[str, str], str] = {}
        for block in blocks:
            place = (block.compartment, block.about)
            if place in there:
                what = f"{block.compartment} is that of {there[place]} already"
                remedy = "Put the questions into one block"
                key = "extension (compartment)"
                self.faults.append(FormFault(self.file, block.key, key, what, remedy))
            there.setdefault(place, block.key)

    def _block(self, element: Element) -> Block | None:
        before = len(self.faults)
        self.seen = {}  # a condition asks within its block, for others may not read another
        element.only(_ITEM_ELEMENTS, _REFUSED)
        link_id = self._link_id(element)
        if element.table.get("type") != "group":
            what = f"is {shown(element.table.get('type'))} at the top of the form"
            element.tell("type", what, "Put it into a group with a compartment")
            return None
        for name in ("enableWhen", "enableBehavior", "required", "repeats", "maxLength", "code"):
            if name in element.table:
                element.tell(name, "stands at a block", "Write it at the questions within")
        words = element.words("text")
        extensions = element.extensions(
            {COMPARTMENT: "valueCode", PROFESSION: "valueCode", ABOUT: "valueCode"}
        )
        compartment = element.among(extensions, COMPARTMENT, COMPARTMENTS, needed=True)
        profession = element.among(extensions, PROFESSION, PROFESSIONS)
        about = element.among(extensions, ABOUT, PARENTS, needed=compartment == "parent")
        if compartment:
            _check_owner(element, compartment, profession, about)
        owner = (compartment, profession, about)
        items = [
            self._item(child, owner, depth=1) for child in element.children("questions in item")
        ]
        if len(self.faults) > before or not (link_id and words and compartment):
            return None
        whole = tuple(item for item in items if item)
        return Block(link_id, compartment, profession, about or "", words, whole)

    def _item(self, element: Element, owner: tuple[str | None, ...], *, depth: int) -> Item | None:
        before = len(self.faults)
        element.only(_ITEM_ELEMENTS, _REFUSED)
        link_id = self._link_id(element)
        kind = element.choice("type", [one.value for one in ItemType])
        words = element.words("text")
        if kind is None:
            return None
        kind = ItemType(kind)
        conditions = conditions_of(element, self.seen)
        extensions = element.extensions(_extensions_of(kind))
        if kind is ItemType.GROUP:
            self._same_owner(element, extensions, owner)
        options = self._options(element, kind)
        repeats = element.flag("repeats")
        if repeats and kind not in (ItemType.CHOICE, ItemType.GROUP, ItemType.DISPLAY):
            element.tell("repeats", f"stands at a {kind.value}", "Only a choice may repeat")
        required = element.flag("required")
        if kind in (ItemType.GROUP, ItemType.DISPLAY):
            for name in ("required", "repeats", "code"):
                if name in element.table:
                    what = f"stands at a {kind.value}"
                    element.tell(name, what, "Write it at a question")
        least = element.limit(extensions, MIN_VALUE, kind)
        most = element.limit(extensions, MAX_VALUE, kind)
        if least is not None and most is not None and sorted([least, most]) != [least, most]:
            element.tell("extension (minValue)", "is above maxValue", "Let least come before most")
        hint, items = self._within(element, kind, owner, depth)
        if len(self.faults) > before or not (link_id and words):
            return None
        item = Item(
            link_id=link_id,
            type=kind,
            words=words,
            options=options,
            required=required,
            repeats=repeats,
            conditions=conditions,
            any_condition=element.table.get("enableBehavior") == "any",
            max_length=self._max_length(element, kind),
            least=least,
            most=most,
            items=items,
            may_be_unasked=extensions.get(UNASKED, [kind not in FREE_TEXT])[0],
            code=self._code(element),
            hint=hint,
        )
        if len(self.faults) > before:
            return None
        self.seen[link_id] = item
        return item

    def _link_id(self, element: Element) -> str | None:
        form = "letters a-z, digits, points and hyphens, as in feeding.status"
        link_id = element.pattern("linkId", _LINK_ID, form)
        if link_id is None:
            return None
        if link_id in element.linked:
            element.tell("linkId", "is that of another item already", "Choose another")
            return None
        element.linked.add(link_id)
        return link_id

    def _same_owner(
        self, element: Element, found: Mapping[str, list[Any]], owner: tuple[str | None, ...]
    ) -> None:
        # A module brings its own compartment, and must not be put into another's block.
        for url, whose in zip((COMPARTMENT, PROFESSION, ABOUT), owner, strict=True):
            if url in found and found[url][0] != whose:
                key = f"extension ({url.rpartition(':')[2]})"
                what = f"is {shown(found[url][0])} within a block of {whose or 'none'}"
                element.tell(key, what, "Put it at the top of the form, as a block of its own")

    def _within(
        self, element: Element, kind: ItemType, owner: tuple[str | None, ...], depth: int
    ) -> tuple[Words | None, tuple[Item, ...]]:
        if kind is ItemType.GROUP:
            if depth >= DEEPEST:
                element.tell("item", f"is a group in {depth} others", "Make the form flatter")
                return None, ()
            children = element.children("questions in item")
            items = [self._item(child, owner, depth=depth + 1) for child in children]
            return None, tuple(item for item in items if item)
        hints: list[Words] = []
        for child in element.children("") if "item" in element.table else ():
            words = self._hint(child)
            if words:
                hints.append(words)
        if len(hints) > 1:
            element.tell("item", "has two texts of help", "Write one")
        return (hints[0] if hints else None), ()

    def _hint(self, element: Element) -> Words | None:
        element.only(("linkId", "extension", "text", "_text", "type"), _REFUSED)
        self._link_id(element)
        control = element.extensions({ITEM_CONTROL: "valueCodeableConcept"}).get(ITEM_CONTROL)
        if element.table.get("type") != "display" or control != [HELP]:
            remedy = "Put questions beside it, with enableWhen; within it stands only help"
            element.tell("type", "stands within a question", remedy)
            return None
        return element.words("text")

    def _options(self, element: Element, kind: ItemType) -> tuple[Option, ...]:
        if kind is not ItemType.CHOICE:
            if "answerOption" in element.table:
                element.tell("answerOption", f"stands at a {kind.value}", 'Write type "choice"')
            return ()
        options = [self._option(one) for one in element.rows("answerOption", "an answer to choose")]
        whole = tuple(option for option in options if option)
        for key, texts in (
            ("valueCoding.code", [option.code for option in whole]),
            ("valueCoding.display", [option.words["sv"] for option in whole]),
            ("valueCoding._display", [option.words["en"] for option in whole]),
        ):
            twice = [text for text in texts if texts.count(text) > 1]
            if twice:
                remedy = "Let each answer have its own"
                element.tell(f"answerOption.{key}", f"has {twice[0]!r} twice", remedy)
                break
        return whole

    def _option(self, row: Element) -> Option | None:
        row.only(("valueCoding",), {"initialSelected": _REFUSED["initial"]})
        coding = row.inner("valueCoding", "an answer as valueCoding with code and display")
        if coding is None:
            return None
        coding.only(("system", "code", "display", "_display"), {})
        code = coding.pattern("code", _CODE, "letters a-z, digits and hyphens, as in not-yet")
        if code == NOT_ASKED.value:
            coding.tell("code", f"is {code!r}", "Remove it: any question can be left unasked")
        system = coding.text("system") if "system" in coding.table else ""
        words = coding.words("display")
        return Option(code, words, system or "") if code and words else None

    def _max_length(self, element: Element, kind: ItemType) -> int | None:
        found = element.table.get("maxLength")
        if found is None:
            return None
        if kind not in FREE_TEXT:
            element.tell("maxLength", f"stands at a {kind.value}", "Remove it, or write a text")
        elif type(found) is not int or not 0 < found <= LONGEST[ItemType.TEXT]:
            remedy = f"Write a whole number from 1 to {LONGEST[ItemType.TEXT]}"
            element.tell("maxLength", f"is {shown(found)}", remedy)
        else:
            return found
        return None

    def _code(self, element: Element) -> str:
        if "code" not in element.table:
            return ""
        rows = element.rows("code", "one coding with system and code")
        if len(rows) > 1:
            element.tell("code", "has several codings", "Write one")
        for row in rows[:1]:
            row.only(("system", "code", "display"), {})
            row.text("system")
            return row.pattern("code", _CODE, "letters a-z, digits and hyphens") or ""
        return ""


def _check_owner(
    element: Element, compartment: str, profession: str | None, about: str | None
) -> None:
    needed = WRITES.get(compartment, profession)
    if compartment == "joint" and profession:
        element.tell("extension (profession)", "stands at a joint block", "Remove it")
    elif compartment == "parent" and not profession:
        remedy = nearest("", PROFESSIONS)
        element.tell("extension (profession)", "is missing at a parent's block", remedy)
    elif profession != needed:
        what = f"is {shown(profession)} at a block of {compartment}"
        element.tell("extension (profession)", what, f"Write {needed!r}")
    if about and compartment != "parent":
        remedy = 'Remove it, or write the compartment "parent"'
        element.tell("extension (about)", f"stands at a block of {compartment}", remedy)


def _extensions_of(kind: ItemType) -> dict[str, str]:
    if kind is ItemType.GROUP:
        return {COMPARTMENT: "valueCode", PROFESSION: "valueCode", ABOUT: "valueCode"}
    if kind is ItemType.DISPLAY:
        return {}
    values = {UNASKED: "valueBoolean"}
    if kind in (*NUMBERS, ItemType.DATE):
        name = f"value{kind.value.capitalize()}"
        values |= {MIN_VALUE: name, MAX_VALUE: name}
    return values
